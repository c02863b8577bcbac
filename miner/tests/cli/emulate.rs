//! `hashkit emulate`.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::run::{hashkit, hashkit_in, vector};

#[test]
fn chips_answer_at_the_link_until_they_are_interrupted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = hashkit_in(folder.path(), &["emulate", "bm1366", "--chips", "3", "--link", "board"]);
    let mut running = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(running.stdout.take().expect("piped")).lines();
    assert_eq!(lines.next().expect("a line").expect("text"), "board");
    let link = folder.path().join("board");
    let mut port = fs::OpenOptions::new().read(true).write(true).open(&link).expect("it is a port");
    // Read all, register 00: three chips fresh from reset.
    port.write_all(&[0x55, 0xaa, 0x52, 0x05, 0x00, 0x00, 0x0a]).expect("it listens");
    let mut answers = [0; 27];
    port.read_exact(&mut answers).expect("it answers");
    assert!(answers.chunks(9).all(|answer| answer[..4] == [0xaa, 0x55, 0x13, 0x66]), "{answers:02x?}");
    let interrupt = std::process::Command::new("kill").args(["-INT", &running.id().to_string()]).status();
    assert!(interrupt.is_ok_and(|status| status.success()));
    let status = running.wait().expect("it ends");
    let mut words = String::new();
    running.stderr.take().expect("piped").read_to_string(&mut words).expect("text");
    assert_eq!(status.code(), Some(130), "{words}");
    assert!(
        words.contains("emulating 3 chips of bm1366. Nonces: a real search") && words.contains("1 commands"),
        "{words}"
    );
    assert!(!link.exists(), "the link is gone");
}

#[test]
fn json_lines_tell_the_ports_the_faults_and_the_counts() {
    let arguments = [
        "emulate",
        "BM1370",
        "--control",
        "--json",
        "--stop-after",
        "600ms",
        "--fault",
        "0:garbage:9",
        "--fault",
        "100ms:unplug:100ms",
    ];
    let ended = hashkit(&arguments);
    assert_eq!((ended.code, &*ended.words), (0, ""));
    let lines: Vec<Value> = ended.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let events: Vec<&str> = lines.iter().filter_map(|line| line["event"].as_str()).collect();
    assert_eq!(events, ["open", "fault", "unplugged", "fault", "plugged", "open", "end"]);
    assert_eq!((&lines[0]["is_simulation"], &lines[0]["model"]), (&json!(true), &json!("bm1370")));
    assert!(lines[0]["path"].is_string() && lines[0]["control"].is_string());
    assert_eq!(lines[6]["commands"], 0);
}

#[test]
fn nonces_come_from_where_they_are_told_to() {
    let vectors = vector("bm13xx.json");
    let table = format!("table:{}", vectors.display());
    let table = hashkit(&["emulate", "bm1366", "--nonces", &table, "--dry-run"]);
    assert!(table.text().contains("nonces  the known nonces of 48 works\n"), "{}{}", table.text(), table.words);
    let model = hashkit(&["emulate", "bm1366", "--chips", "12", "--nonces", "model:100T", "--dry-run"]);
    assert_eq!(
        model.text(),
        "chips   12 of bm1366\nnonces  a statistical model of 100 TH/s; nobody hashes that fast here\nport    any free one\n"
    );
}

#[test]
fn what_no_board_has_ends_with_2_and_what_to_do() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("taken"), "a file").expect("it is written");
    for (arguments, words) in [
        (&["bm1367"][..], "bm1366"),
        (&["bm1366", "--chips", "129"], "1 to 128"),
        (&["icarus", "--chips", "3"], "1, 2, 4 or 8"),
        (&["bm1387", "--control"], "no control channel"),
        (&["bm1366", "--fault", "5s:melt"], "is no fault"),
        (&["bm1366", "--nonces", "table:nowhere"], "cannot use nowhere"),
        (&["bm1366", "--nonces", "replay:taken"], "line 1"),
        (&["bm1366", "--zero-bits", "40"], "0 to 32"),
        (&["bm1366", "--link", "taken"], "is no link"),
        (&["bm1366", "--link", "no/where"], "folder may be written"),
    ] {
        let mut command = hashkit_in(folder.path(), &[&["emulate", "--stop-after", "1s"], arguments].concat());
        let ended = crate::run::run(&mut command, b"");
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.words);
        assert!(ended.words.contains(words), "{arguments:?}: {}", ended.words);
    }
}
