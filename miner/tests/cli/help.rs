//! The help of every verb, and the examples in it.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::run::{has, hashkit, hashkit_in, run, vector};

/// The verbs and their own verbs, as the help names them.
fn verbs() -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut at = 0;
    while at < all.len() {
        let verb: Vec<String> = all[at].clone();
        let help = hashkit(&[&verb[..], &["--help".to_owned()]].concat());
        let below = help.text().split("Commands:\n").nth(1).unwrap_or_default();
        for line in below.lines().take_while(|line| line.starts_with("  ")) {
            // A description that goes on in the next line is indented further.
            let name = line[2..].split(' ').next().unwrap_or_default();
            if !name.is_empty() && name != "help" {
                all.push([&verb[..], &[name.to_owned()]].concat());
            }
        }
        at += 1;
    }
    all
}

#[test]
fn every_verb_has_a_short_and_a_long_help_of_80_columns_that_ends_with_examples() {
    let verbs = verbs();
    assert!(verbs.len() > 6, "{verbs:?}");
    for verb in &verbs {
        let lengths = ["--help", "--help-all"].map(|switch| {
            let help = hashkit(&[&verb[..], &[switch.to_owned()]].concat());
            assert_eq!((help.code, &*help.words), (0, ""), "{verb:?} {switch}");
            let too_long = help.text().lines().find(|line| line.chars().count() > 80);
            assert_eq!(too_long, None, "{verb:?} {switch}");
            let end = help.text().split("\n\nExamples:\n").nth(1).unwrap_or_else(|| panic!("{verb:?} has no examples"));
            assert!(end.lines().all(|line| line.starts_with("  ") && line.contains("hashkit ")), "{verb:?}: {end}");
            help.text().len()
        });
        assert!(lengths[0] < lengths[1], "the whole help of {verb:?} is longer");
        assert_eq!(hashkit(&[&verb[..], &["-h".to_owned()]].concat()).text().len(), lengths[0]);
    }
}

#[test]
fn help_names_the_variables_of_the_environment_and_not_their_values() {
    let variables = ["HASHKIT_CONFIG", "HASHKIT_PASS", "HASHKIT_POOL"];
    for verb in verbs() {
        let mut command = hashkit_in(Path::new("."), &[&verb[..], &["--help-all".to_owned()]].concat());
        command.envs(variables.map(|variable| (variable, "a-secret")));
        let help = run(&mut command, b"");
        assert!(help.text().contains("HASHKIT_CONFIG") && !help.text().contains("a-secret"), "{}", help.text());
    }
}

#[test]
fn the_examples_of_the_help_run() {
    if !has("sh") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let binary = Path::new(env!("CARGO_BIN_EXE_hashkit"));
    let path = std::env::join_paths(
        [binary.parent().expect("it lies in a folder").to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    fs::write(folder.path().join("README.md"), "read me\n").expect("it is written");
    fs::write(folder.path().join("Cargo.toml"), "").expect("it is written");
    let blocks = fs::read_to_string(vector("btc-regtest-chain.hex")).expect("the vector is there");
    let headers: Vec<&str> = blocks.lines().map(|block| &block[..160]).collect();
    fs::write(folder.path().join("headers.hex"), headers.join("\n")).expect("it is written");
    for verb in verbs() {
        let help = hashkit(&[&verb[..], &["--help-all".to_owned()]].concat());
        let examples = help.text().split("\n\nExamples:\n").nth(1).expect("the test above saw them").to_owned();
        for example in examples.lines().map(str::trim) {
            // What would mine or serve for ever shows what it would do.
            let is_endless =
                ["mine ", "solo ", "pool ", "emulate "].iter().any(|verb| example.contains(&format!("hashkit {verb}")))
                    && !example.contains("--stop-after")
                    && !example.contains("--dry-run");
            let line = if is_endless { format!("{example} --dry-run") } else { example.to_owned() };
            let mut shell = Command::new("sh");
            shell
                .args(["-c", &line])
                .current_dir(folder.path())
                .env("XDG_CACHE_HOME", folder.path())
                .env("PATH", path.as_ref().expect("no odd names"));
            let ended = run(&mut shell, b"");
            assert_eq!(ended.code, 0, "{line}: {}", ended.words);
        }
    }
}
