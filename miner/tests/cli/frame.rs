//! What every command has in common.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{has, hashkit, hashkit_in, run};

#[test]
fn an_unknown_word_is_answered_with_the_nearest_known_one() {
    for (arguments, nearest) in [
        (&["hahs"][..], "hash"),
        (&["devcies"], "devices"),
        (&["self-test"], "selftest"),
        (&["hash", "scrpt"], "scrypt"),
        (&["hash", "sha25", "README.md"], "sha256"),
        (&["hash", "sha256", "--chekc", "LIST"], "--check"),
        (&["header", "--algorithm", "sha256dd", "00"], "sha256d"),
        (&["header", "00", "--output", "jsn"], "json"),
        (&["devices", "--colour", "never"], "--color"),
        (&["completions", "bsh"], "bash"),
    ] {
        let ended = hashkit(arguments);
        assert_eq!((ended.code, ended.text()), (2, ""), "{arguments:?}");
        assert!(ended.words.contains(&format!("'{nearest}'")), "{arguments:?}: {}", ended.words);
    }
}

#[test]
fn wrong_arguments_end_with_2_and_name_what_is_wrong() {
    for (case, arguments, said) in [
        ("nothing", &[][..], "Usage:"),
        ("no algorithm", &["hash"], "<ALGORITHM>"),
        ("a name from a later version", &["hash", "ethash"], "sha256, sha256d, "),
        ("files and digits", &["hash", "sha256", "file", "--hex", "00"], "cannot be used with"),
        ("half a byte", &["hash", "sha256", "--hex", "abc"], "even number of digits"),
        ("no header", &["header"], "--file"),
        ("a short header", &["header", "00"], "expected 160 hexadecimal digits"),
        ("quiet and verbose", &["devices", "-q", "-v"], "cannot be used with"),
        ("an unknown form", &["devices", "--output", "xml"], "text, json, jsonl, csv, md"),
        ("a form where no data is printed", &["man", "--output", "json", "folder"], "--output"),
        ("two forms", &["devices", "--json", "--output", "csv"], "cannot be used with"),
    ] {
        let ended = hashkit(arguments);
        assert_eq!((ended.code, ended.text()), (2, ""), "{case}");
        assert!(ended.words.contains(said), "{case}: {}", ended.words);
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let arguments = [vec!["hash", "sha256"], vec!["Cargo.toml"; 3000]].concat();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = hashkit_in(folder, &arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    let ended = child.wait_with_output().expect("the program ends");
    assert_eq!((ended.status.code(), &*String::from_utf8_lossy(&ended.stderr)), (Some(0), ""));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error_of_every_verb_that_prints_data() {
    for arguments in [
        &["hash", "sha256", "Cargo.toml"][..],
        &["hash", "sha256", "--hex", "00"],
        &["devices", "--json"],
        &["selftest", "--algorithm", "sha256d"],
        &["completions", "bash"],
    ] {
        let mut command = hashkit_in(Path::new(env!("CARGO_MANIFEST_DIR")), arguments);
        let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        let ended = command.stdout(full).stderr(Stdio::piped()).output().expect("the program runs");
        let words = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{arguments:?}: {words}");
        assert!(words.contains("cannot write to standard output"), "{arguments:?}: {words}");
    }
}

#[test]
fn colours_are_for_terminals_and_for_who_asks() {
    let error = |arguments: &[&str]| hashkit(&[&["hash", "sha256", "nowhere"], arguments].concat()).words;
    assert!(!error(&[]).contains('\x1b'), "standard error is no terminal");
    assert!(error(&["--color", "always"]).contains('\x1b'));
    assert!(!error(&["--color=never"]).contains('\x1b'));
    assert!(hashkit(&["hash", "--color=always"]).words.contains('\x1b'), "the parser's own words too");
    if !has("script") {
        return;
    }
    let on_a_terminal = |variable: Option<&str>, switch: &str| {
        let mut command = Command::new("script");
        let line = format!("{} hash sha256 nowhere {switch}", env!("CARGO_BIN_EXE_hashkit"));
        command.args(["-q", "-e", "-c", &line, "/dev/null"]).env_remove("NO_COLOR").env("TERM", "xterm");
        if let Some(value) = variable {
            command.env("NO_COLOR", value);
        }
        let ended = run(&mut command, b"");
        assert!(ended.text().contains("cannot hash nowhere"), "{}", ended.text());
        ended.text().contains('\x1b')
    };
    for (case, variable, switch, colored) in [
        ("a terminal", None, "", true),
        ("NO_COLOR", Some("1"), "", false),
        ("an empty NO_COLOR does not count", Some(""), "", true),
        ("a switch counts before the environment", Some("1"), "--color always", true),
        ("never", None, "--color never", false),
    ] {
        assert_eq!(on_a_terminal(variable, switch), colored, "{case}");
    }
}

#[test]
fn completions_are_scripts_of_their_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = hashkit(&["completions", shell]);
        assert_eq!(ended.code, 0, "{shell}");
        assert!(ended.text().contains("selftest"), "{shell} completes the verbs");
    }
    if has("bash") {
        let script = hashkit(&["completions", "bash"]);
        let checked = run(Command::new("bash").arg("-n"), &script.out);
        assert_eq!((checked.code, &*checked.words), (0, ""));
    }
}

#[test]
fn a_dry_run_of_man_names_the_pages_that_a_run_writes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pages = folder.path().join("a/man1");
    let named = hashkit(&["man".as_ref(), "--dry-run".as_ref(), pages.as_os_str()]);
    assert!(!pages.exists(), "a dry run writes nothing");
    let written = hashkit(&["man".as_ref(), pages.as_os_str()]);
    assert_eq!((written.code, written.text()), (0, named.text()));
    let mut names: Vec<&str> = named.text().lines().collect();
    assert!(names.iter().any(|name| name.ends_with("/hashkit-hash.1")), "{names:?}");
    for name in &names {
        let page = fs::read_to_string(name).expect("it was written");
        assert!(page.contains(".TH") && page.contains("EXAMPLES") | page.contains("Examples:"), "{name}: {page}");
    }
    names.sort_unstable();
    let mut found: Vec<String> = fs::read_dir(&pages)
        .expect("it is there")
        .map(|entry| entry.expect("readable").path().display().to_string())
        .collect();
    found.sort();
    assert_eq!(found, names);
    let file = pages.join("hashkit.1/below-a-file");
    let refused = hashkit(&["man".as_ref(), file.as_os_str()]);
    assert_eq!(refused.code, 1);
    assert!(refused.words.contains("below-a-file") && refused.words.contains("may be written"), "{}", refused.words);
}
