//! `hashkit hash`.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::run::{Run, has, hashkit, hashkit_in, run, same_rows_in_every_form, vector};

/// Names that have to be escaped, quoted or told from switches, with contents of telling lengths.
fn odd_files() -> (TempDir, Vec<OsString>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut names: Vec<OsString> = [
        "empty",
        "two  spaces",
        " leading",
        "*star",
        "back\\slash",
        "line\nfeed",
        "return\rname",
        "both\\\n",
        "ünïcode",
        "-dash",
    ]
    .map(OsString::from)
    .to_vec();
    #[cfg(target_os = "linux")]
    names.push(std::os::unix::ffi::OsStringExt::from_vec(b"not utf-8 \xff\xfe".to_vec()));
    for (name, len) in names.iter().zip([0, 1, 55, 56, 63, 64, 65, 4095, 4097, 300_000, 1 << 20]) {
        let bytes: Vec<u8> = (0..=250).cycle().take(len).collect();
        fs::write(folder.path().join(name), bytes).expect("it is written");
    }
    (folder, names)
}

fn hash_in(folder: &Path, switches: &[&str], names: &[OsString]) -> Run {
    let arguments: Vec<&OsStr> = switches.iter().map(OsStr::new).chain(names.iter().map(OsString::as_os_str)).collect();
    run(&mut hashkit_in(folder, &arguments), b"")
}

#[test]
fn files_are_printed_byte_for_byte_as_sha256sum_prints_them() {
    if !has("sha256sum") {
        return;
    }
    let (folder, names) = odd_files();
    let ours = hash_in(folder.path(), &["hash", "sha256", "--"], &names);
    assert_eq!((ours.code, &*ours.words), (0, ""));
    let theirs = run(Command::new("sha256sum").arg("--").args(&names).current_dir(folder.path()), b"");
    assert_eq!(String::from_utf8_lossy(&ours.out), String::from_utf8_lossy(&theirs.out));
    assert_eq!(ours.out, theirs.out);
    // Each checks what the other wrote, in all forms.
    fs::write(folder.path().join("LIST"), &ours.out).expect("it is written");
    let checked = run(Command::new("sha256sum").args(["--check", "LIST"]).current_dir(folder.path()), b"");
    assert_eq!(checked.code, 0, "{}", checked.words);
    let report = hash_in(folder.path(), &["hash", "sha256", "--check", "LIST"], &[]);
    assert_eq!((report.code, &*report.words), (0, ""));
    assert_eq!(report.out, checked.out, "the report is the same too");
    for switch in ["--binary", "--tag"] {
        let list = run(Command::new("sha256sum").args([switch, "--"]).args(&names).current_dir(folder.path()), b"");
        let mut command = hashkit_in(folder.path(), &["hash", "SHA-256", "--check", "-"]);
        let report = run(&mut command, &list.out);
        assert_eq!((report.code, report.out == checked.out), (0, true), "{switch}: {}", report.words);
    }
}

#[test]
fn output_is_in_the_order_of_the_arguments() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    // Large ones first, so that small ones overtake them on the way.
    let names: Vec<OsString> = (0..300).map(|number| format!("{number:03}").into()).collect();
    for (name, len) in names.iter().zip((0..300).rev()) {
        fs::write(folder.path().join(name), vec![7; len * 1000]).expect("it is written");
    }
    let ended = hash_in(folder.path(), &["hash", "sha256d"], &names);
    let printed: Vec<&str> = ended.text().lines().map(|line| &line[66..]).collect();
    assert_eq!(printed, names.iter().map(|name| name.to_str().expect("digits")).collect::<Vec<_>>());
}

#[test]
fn what_cannot_be_read_is_reported_and_the_others_are_hashed() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("file"), "x").expect("it is written");
    let names = [".", "file", "nowhere", "file"].map(OsString::from);
    let ended = hash_in(folder.path(), &["hash", "sha256"], &names);
    assert_eq!((ended.code, ended.text().lines().count()), (1, 2));
    let said: Vec<&str> = ended.words.lines().collect();
    assert!(said[0].contains("cannot hash .: Is a directory") && said[1].contains("cannot hash nowhere: "), "{said:?}");
    // So that a script sees the failure in the data too, the rows are those that were hashed.
    let rows = hash_in(folder.path(), &["hash", "sha256", "--output", "json"], &names);
    assert_eq!((rows.code, rows.json().as_array().map(Vec::len)), (1, Some(2)));
}

#[test]
fn over_a_gibibyte_a_terminal_sees_a_bar_unless_it_is_not_wanted() {
    if !has("script") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let large = folder.path().join("large");
    // Sparse: it takes no room on the disk.
    fs::File::create(&large).and_then(|file| file.set_len((1 << 30) + 1)).expect("it is made");
    let on_a_terminal = |switch: &str| {
        let line = format!("{} hash sha256 {} {switch}", env!("CARGO_BIN_EXE_hashkit"), large.display());
        let mut command = Command::new("script");
        // A bar moves the cursor: it needs a terminal that can.
        command.args(["-q", "-e", "-c", &line, "/dev/null"]).env("TERM", "xterm");
        run(&mut command, b"").text().to_owned()
    };
    assert!(on_a_terminal("").contains(" of 1.00 GiB"));
    assert!(!on_a_terminal("--no-progress").contains("GiB"));
}

#[test]
fn standard_input_is_hashed_where_no_file_is_named_and_where_a_dash_is() {
    let digest = hashkit(&["hash", "sha256", "--hex", "616263"]);
    for arguments in [&["hash", "sha256"][..], &["hash", "sha256", "-"]] {
        let ended = run(&mut hashkit_in(Path::new("."), arguments), b"abc");
        assert_eq!(ended.text(), format!("{}  -\n", digest.text().trim_end()), "{arguments:?}");
    }
}

/// The headers of real blocks, each with its algorithm; the comment above each ends with the block's id.
fn known_headers() -> Vec<(String, String, String)> {
    let text = fs::read_to_string(vector("headers.txt")).expect("the vector is there");
    let lines: Vec<&str> = text.lines().collect();
    let known = lines.windows(2).filter(|pair| pair[0].starts_with('#') && !pair[1].starts_with('#'));
    known
        .map(|pair| {
            let (algorithm, header) = pair[1].split_once(' ').expect("two words");
            let id = pair[0].rsplit(' ').next().expect("a word");
            (algorithm.to_owned(), header.trim().to_owned(), id.to_owned())
        })
        .collect()
}

#[test]
fn digests_of_real_headers_are_those_of_the_chain() {
    let known = known_headers();
    assert!(known.iter().any(|(algorithm, ..)| algorithm == "scrypt") && known.len() >= 3);
    let reversed = |digits: &str| -> String {
        let pairs: Vec<&str> =
            digits.trim().as_bytes().chunks(2).map(|pair| str::from_utf8(pair).expect("digits")).collect();
        pairs.into_iter().rev().collect()
    };
    for (algorithm, header, id) in known {
        // Coins of these two name blocks by SHA-256d, the others by their proof of work.
        let naming = if matches!(&*algorithm, "sha256d" | "scrypt") { "SHA256D" } else { &algorithm };
        let digest = hashkit(&["hash", naming, "--hex", &header]);
        assert_eq!(reversed(digest.text()), id, "an id is the digest with its bytes reversed");
        let work = hashkit(&["hash", &algorithm, "--hex", &header]);
        let decoded = hashkit(&["header", &header, "--algorithm", &algorithm, "--output", "json"]).json();
        assert_eq!(decoded[0]["hash"], json!(reversed(work.text())));
        assert_eq!((&decoded[0]["id"], &decoded[0]["meets_target"]), (&json!(id), &json!(true)));
    }
}

#[test]
fn every_form_carries_the_same_digests() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let names = ["a,b \"c\"", "pipe|name"].map(|name| folder.path().join(name));
    for name in &names {
        fs::write(name, "abc").expect("it is written");
    }
    let paths = names.each_ref().map(|name| name.to_str().expect("plain text"));
    let rows = same_rows_in_every_form(&["hash", "sha_256", paths[0], paths[1]]);
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0]["file"], &rows[0]["bytes"]), (&json!(paths[0]), &json!(3)));
    assert_eq!(rows[1]["algorithm"], "sha256", "the answer is the name used here");
    assert_eq!(same_rows_in_every_form(&["hash", "scrypt", "--hex", ""])[0]["file"], json!(null));
}

#[test]
fn a_check_counts_what_differs_what_is_missing_and_what_is_no_line() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["same", "changed", "gone"] {
        fs::write(folder.path().join(name), name).expect("it is written");
    }
    let names = ["same", "changed", "gone"].map(OsString::from);
    let list = hash_in(folder.path(), &["hash", "sha256"], &names);
    let text = format!("# a comment\n\nno line of a list\n{}", list.text());
    fs::write(folder.path().join("LIST"), text).expect("it is written");
    fs::write(folder.path().join("changed"), "later").expect("it is written");
    fs::remove_file(folder.path().join("gone")).expect("it was there");
    let check =
        |switches: &[&str]| hash_in(folder.path(), &[&["hash", "sha256", "--check", "LIST"], switches].concat(), &[]);
    let ended = check(&[]);
    assert_eq!(ended.text(), "same: OK\nchanged: FAILED\ngone: FAILED open or read\n");
    assert_eq!(ended.code, 1);
    for said in ["cannot read gone", "1 of 4 lines", "1 of 4 listed files could not be read", "1 of 4 files differ"] {
        assert!(ended.words.contains(said), "{said:?} is missing from {}", ended.words);
    }
    let quiet = check(&["-q"]);
    assert_eq!((quiet.code, quiet.text()), (1, "changed: FAILED\ngone: FAILED open or read\n"));
    let rows = check(&["--output", "json"]).json();
    let status: Vec<&str> = (0..3).filter_map(|row| rows[row]["status"].as_str()).collect();
    assert_eq!(status, ["ok", "failed", "missing"]);
    assert_eq!(rows[2]["digest"], json!(null));

    for (case, list, said) in
        [("no list", "nowhere", "cannot hash nowhere"), ("a list of nothing", "changed", "no line of the form")]
    {
        let ended = hash_in(folder.path(), &["hash", "sha256", "--check", list], &[]);
        assert_eq!((ended.code, ended.text()), (1, ""), "{case}");
        assert!(ended.words.contains(said), "{case}: {}", ended.words);
    }
}

#[test]
fn a_check_that_nobody_reads_to_its_end_still_gives_its_verdict() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a"), "a").expect("it is written");
    let list = format!("{}  a\n", "0".repeat(64)).repeat(1000);
    fs::write(folder.path().join("LIST"), list).expect("it is written");
    let mut command = hashkit_in(folder.path(), &["hash", "sha256", "--check", "LIST"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
}
