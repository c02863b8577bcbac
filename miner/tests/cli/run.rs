//! Runs the binary.

use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: Vec<u8>,
    pub(crate) words: String,
}

impl Run {
    /// Standard output, which has to be text.
    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.out).expect("the data is text")
    }

    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }
}

/// Where the program keeps what can be made again: never the folder of whoever runs the tests.
pub(crate) const CACHE: &str = env!("CARGO_TARGET_TMPDIR");

/// The binary in `folder`, on a terminal of 80 columns that shows no colours, whatever runs the tests.
pub(crate) fn hashkit_in<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hashkit"));
    command.args(arguments).current_dir(folder);
    command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env("COLUMNS", "80").env("XDG_CACHE_HOME", CACHE);
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"HASHKIT_") {
            command.env_remove(name);
        }
    }
    // What is tested is the same on every machine.
    command.env("HASHKIT_NO_GPU", "1");
    command
}

/// Runs the binary to its end.
pub(crate) fn hashkit<S: AsRef<OsStr>>(arguments: &[S]) -> Run {
    run(&mut hashkit_in(Path::new("."), arguments), b"")
}

/// Runs `command` with `input` on its standard input.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Run {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("it was asked for");
    let input = input.to_vec();
    // A program that reads nothing closes its end: that is not for this side to complain about.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer does not panic");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    Run { code: output.status.code().expect("it ends by itself"), out: output.stdout, words }
}

/// Whether a program of the system is there; says so where it is not, and fails where nothing may be skipped.
pub(crate) fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        let required = std::env::var_os("HASHKIT_REQUIRE").is_some_and(|value| value == "all");
        assert!(!required, "{program} is not installed, and HASHKIT_REQUIRE=all");
        println!("skipped: {program} is not installed");
    }
    found
}

/// A file of the golden vectors.
pub(crate) fn vector(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors").join(name)
}

/// The cells of a CSV text without line feeds in its cells, row by row.
pub(crate) fn csv(text: &str) -> Vec<Vec<String>> {
    text.lines().map(csv_row).collect()
}

fn csv_row(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = line.trim_end_matches('\r').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.push(chars.next().expect("just peeked")),
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    assert!(!quoted, "an open quote in {line}");
    cells.push(cell);
    cells
}

/// Runs a verb in every form for programs: all parse, and all carry the same rows. Returns the rows as JSON.
pub(crate) fn same_rows_in_every_form(arguments: &[&str]) -> Vec<Value> {
    let in_form = |form: &str| hashkit(&[arguments, &["--output", form]].concat());
    let json = in_form("json").json();
    let rows = json.as_array().expect("an array").clone();
    let lines: Vec<Value> =
        in_form("jsonl").text().lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert_eq!(lines, rows, "JSON lines");
    let csv = csv(in_form("csv").text());
    let markdown = in_form("md");
    let markdown: Vec<&str> = markdown.text().lines().collect();
    assert_eq!((csv.len(), markdown.len()), (rows.len() + 1, rows.len() + 2), "rows and heads");
    for (row, cells) in rows.iter().zip(&csv[1..]) {
        let object = row.as_object().expect("an object");
        assert_eq!((object.len(), cells.len()), (csv[0].len(), csv[0].len()));
        for (column, cell) in csv[0].iter().zip(cells) {
            match &object[column] {
                Value::Null => assert_eq!(cell, ""),
                Value::String(text) => assert_eq!(cell, text),
                other => assert_eq!(*cell, other.to_string()),
            }
        }
    }
    let bars = |line: &str| line.replace("\\|", "").matches('|').count();
    assert!(markdown.iter().all(|line| bars(line) == csv[0].len() + 1), "{markdown:?}");
    rows
}
