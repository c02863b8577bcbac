//! RandomX on the command line.

use serde_json::json;

use crate::run::{hashkit, vector};

/// A key, an input and the hash, in hexadecimal: a share of Monero's main network.
fn known() -> [String; 3] {
    let text = std::fs::read_to_string(vector("randomx.txt")).expect("it is there");
    let line = text.lines().last().expect("the file has lines");
    let fields: Vec<String> = line.split(' ').map(str::to_owned).collect();
    fields.try_into().expect("three fields")
}

#[test]
fn randomx_hashes_digits_and_files_under_a_key() {
    let [key, input, hash] = known();
    let one = hashkit(&["hash", "RandomX", "--key", &key, "--hex", &input]);
    assert_eq!((one.code, one.text()), (0, &*format!("{hash}\n")), "{}", one.words);
    let row = hashkit(&["hash", "randomx", "--key", &key, "--hex", &input, "--output", "json"]).json();
    assert_eq!(row, json!([{ "file": null, "algorithm": "randomx", "bytes": 76, "digest": hash }]));

    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("header");
    let bytes: Vec<u8> =
        (0..76).map(|at| u8::from_str_radix(&input[2 * at..2 * at + 2], 16).expect("digits")).collect();
    std::fs::write(&file, bytes).expect("it is written");
    let name = file.to_str().expect("a plain name");
    let files = hashkit(&["hash", "randomx", "--key", &key, name, "nowhere"]);
    assert_eq!((files.code, files.text()), (1, &*format!("{hash}  {name}\n")), "{}", files.words);
    assert!(files.words.contains("cannot hash nowhere"), "{}", files.words);
}

#[test]
fn randomx_says_what_its_key_lacks() {
    let long = "00".repeat(61);
    for (case, arguments, words) in [
        ("no key", &["hash", "randomx", "--hex", "00"][..], "give --key HEX"),
        ("an empty key", &["hash", "randomx", "--key", "", "--hex", "00"], "1 to 60 bytes, not 0"),
        ("a key too long", &["hash", "randomx", "--key", &long, "--hex", "00"], "1 to 60 bytes, not 61"),
        ("a key that is no digits", &["hash", "randomx", "--key", "seed", "--hex", "00"], "hexadecimal"),
        ("an input that is no digits", &["hash", "randomx", "--key", "00", "--hex", "0"], "cannot read --hex"),
        ("a list", &["hash", "randomx", "--key", "00", "--check", "LIST"], "depends on its key"),
        ("a key for another", &["hash", "sha256", "--key", "00", "--hex", "00"], "only randomx does"),
    ] {
        let ended = hashkit(arguments);
        assert_eq!((ended.code, &*ended.out), (2, &b""[..]), "{case}");
        assert!(ended.words.contains(words), "{case}: {}", ended.words);
    }
}

#[test]
fn randomx_is_tested_with_the_kernels_and_alone() {
    let rows = hashkit(&["selftest", "--device", "cpu:light", "--output", "json"]).json();
    assert_eq!((&rows[0]["kernel"], &rows[0]["passed"]), (&json!("randomx/light"), &json!(true)), "{rows}");
    assert_eq!(rows.as_array().map(Vec::len), Some(1), "{rows}");
}
