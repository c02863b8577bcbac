//! A scenario that needs something the machine lacks says so, and never passes in silence where all must run.

use std::{env, fs::OpenOptions, io::Write};

/// Says that a scenario cannot run here, and why. The caller returns after it.
///
/// The reason goes to standard error, and into the file that `HASHKIT_LEFT_OUT` names: `scripts/test` prints it at the
/// end, where a test runner would hide what a passing test says.
///
/// # Panics
/// With `HASHKIT_REQUIRE=all` in the environment: there nothing may be left out.
pub fn left_out(scenario: &str, reason: &str) {
    let line = format!("{scenario}: {reason}");
    assert!(
        env::var_os("HASHKIT_REQUIRE").is_none_or(|required| required != "all"),
        "HASHKIT_REQUIRE=all forbids to leave out {line}"
    );
    eprintln!("left out: {line}");
    if let Some(path) = env::var_os("HASHKIT_LEFT_OUT") {
        let noted =
            OpenOptions::new().append(true).create(true).open(path).and_then(|mut file| writeln!(file, "{line}"));
        if let Err(error) = noted {
            eprintln!("could not note it: {error}");
        }
    }
}
