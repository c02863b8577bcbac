//! `hashkit header`.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::run::{Run, hashkit, hashkit_in, run, same_rows_in_every_form, vector};

/// The blocks of a chain, one a line.
fn blocks() -> Vec<String> {
    let text = fs::read_to_string(vector("btc-regtest-chain.hex")).expect("the vector is there");
    text.lines().map(str::to_owned).collect()
}

fn check(switches: &[&str], input: &[u8]) -> Run {
    run(&mut hashkit_in(Path::new("."), &[&["header", "--file", "-"], switches].concat()), input)
}

#[test]
fn a_chain_is_whole_however_it_is_written() {
    let blocks = blocks();
    let headers: Vec<&str> = blocks.iter().map(|block| &block[..160]).collect();
    let binary = hashkit_chain::hex::decode(&headers.concat()).expect("digits");
    let expected = check(&["--output", "json"], blocks.join("\n").as_bytes());
    assert_eq!((expected.code, &*expected.words), (0, ""));
    let summary = &expected.json()[0];
    assert_eq!(summary["headers"], json!(blocks.len()));
    assert_eq!((&summary["broken_links"], &summary["first_break"]), (&json!(0), &json!(null)));
    for (case, input) in [
        ("headers", headers.join("\n").into_bytes()),
        (
            "lines that end as on Windows, empty ones, a comment",
            format!("# größe\r\n\r\n{}\r\n", headers.join("\r\n")).into_bytes(),
        ),
        ("records of 80 bytes", binary),
    ] {
        let ended = check(&["--output", "json"], &input);
        assert_eq!((ended.code, ended.text()), (0, expected.text()), "{case}");
    }
}

#[test]
fn the_first_break_is_named_with_its_line() {
    let blocks = blocks();
    let mut missing = blocks.clone();
    missing.remove(600 % blocks.len());
    let at = 600 % blocks.len() + 1;
    let mut swapped_nonce = blocks.clone();
    // Another nonce makes another id, so the next header no longer follows; whether the target is met is chance.
    swapped_nonce[3].replace_range(152..160, "ffffffff");
    let mut harder = blocks.clone();
    harder[7].replace_range(144..152, "ffff001d");
    for (case, lines, said, broken_links) in [
        ("a header is missing", missing, format!("line {at}: its previous hash is "), 1),
        ("a changed header", swapped_nonce, "line 5: its previous hash is ".to_owned(), 1),
        ("a hash above the target", harder, "line 8: the sha256d hash ".to_owned(), 1),
    ] {
        let ended = check(&[], lines.join("\n").as_bytes());
        assert_eq!(ended.code, 3, "{case}: {}", ended.words);
        assert!(ended.words.contains(&said), "{case}: {said:?} is not in {}", ended.words);
        let summary = check(&["--output", "jsonl"], lines.join("\n").as_bytes());
        assert_eq!(summary.json()["broken_links"], json!(broken_links), "{case}");
    }
}

#[test]
fn what_is_no_header_ends_the_check_with_its_place() {
    let header = &blocks()[0][..160].to_owned();
    let bytes = hashkit_chain::hex::decode(header).expect("digits");
    for (case, input, code, said) in [
        ("nothing", Vec::new(), 1, "standard input holds no header"),
        ("words", b"hello\n".to_vec(), 3, "line 1 is no header: expected 160 hexadecimal digits"),
        ("a second line cut short", format!("{header}\n{}", &header[2..]).into_bytes(), 3, "line 2 is no header"),
        ("a record cut short", [bytes, vec![0; 20]].concat(), 3, "ends after 20 of the 80 bytes"),
        ("a line of a megabyte", vec![b'z'; 1 << 20], 3, "line 1 is no header"),
    ] {
        let ended = check(&[], &input);
        assert_eq!(ended.code, code, "{case}: {}", ended.words);
        assert!(ended.words.contains(said), "{case}: {}", ended.words);
    }
    let nowhere = hashkit(&["header", "--file", "nowhere"]);
    assert_eq!(nowhere.code, 1);
    assert!(nowhere.words.contains("cannot read nowhere"), "{}", nowhere.words);
}

#[test]
fn a_header_that_meets_no_target_is_decoded_and_ends_with_3() {
    let mut header = blocks()[0][..160].to_owned();
    header.replace_range(144..152, "ffff001d");
    let ended = hashkit(&["header", &header]);
    assert_eq!(ended.code, 3);
    assert!(ended.text().contains("meets it     no") && ended.words.contains("is above the target"), "{ended:?}");
    assert!(ended.text().lines().all(|line| line.len() <= 80));
    header.replace_range(144..152, "563412ff");
    let ended = hashkit(&["header", &header]);
    assert_eq!(ended.code, 3);
    assert!(ended.text().contains("target       none: compact bits ff123456 exceed 256 bits"), "{}", ended.text());
}

#[test]
fn the_rule_of_the_network_is_followed_and_the_first_break_is_named_with_its_height() {
    let blocks = blocks();
    let text = blocks.join("\n");
    let whole = check(&["--network", "regtest", "--output", "json"], text.as_bytes());
    assert_eq!(whole.code, 0, "{}", whole.words);
    let summary = &whole.json()[0];
    assert_eq!((&summary["last_height"], &summary["wrong_bits"]), (&json!(blocks.len()), &json!(0)));
    assert_eq!(summary["wrong_times"], json!(0));
    let mut early = blocks.clone();
    let long_ago = early[0][136..144].to_owned();
    let found = (0..64u32).find(|nonce| {
        early[160].replace_range(136..144, &long_ago);
        early[160].replace_range(152..160, &hashkit_chain::hex::encode(&nonce.to_le_bytes()));
        check(&[], early[160].as_bytes()).code == 0
    });
    assert!(found.is_some());
    let mut harder = blocks.clone();
    // Half the target, which every fourth hash meets: of these nonces one does.
    let found = (0..64u32).find(|nonce| {
        harder[160].replace_range(144..160, &format!("ffff3f20{}", hashkit_chain::hex::encode(&nonce.to_le_bytes())));
        check(&[], harder[160].as_bytes()).code == 0
    });
    assert!(found.is_some());
    for (case, switches, lines, said) in [
        (
            "harder than demanded",
            &["--network", "regtest"][..],
            &harder,
            "line 161, height 161: its bits are 203fffff, but",
        ),
        ("earlier than allowed", &["--network", "regtest"], &early, "line 161, height 161: its time"),
        (
            "another chain",
            &["--network", "bitcoin", "--height", "1"],
            &blocks,
            "line 1, height 1: its bits 207fffff are easier than bitcoin allows",
        ),
        ("no height", &["--network", "bitcoin"], &blocks, "say with --height at which the file begins"),
        ("another first block", &["--network", "regtest", "--height", "0"], &blocks, "not the first block of regtest"),
    ] {
        let ended = check(switches, lines.join("\n").as_bytes());
        assert_eq!(ended.code, 3, "{case}: {}", ended.words);
        assert!(ended.words.contains(said), "{case}: {said:?} is not in {}", ended.words);
    }
    let other = check(&["--network", "litecoin", "--algorithm", "sha256d"], text.as_bytes());
    assert!(other.code == 2 && other.words.contains("leave --algorithm sha256d out"), "{}", other.words);
}

#[test]
fn every_form_carries_the_same_headers() {
    let file = vector("btc-regtest-chain.hex");
    let file = file.to_str().expect("plain text");
    let each = same_rows_in_every_form(&["header", "--file", file, "--each"]);
    assert_eq!(each.len(), blocks().len());
    assert!(each.windows(2).all(|pair| pair[1]["previous"] == pair[0]["id"]));
    let summary = same_rows_in_every_form(&["header", "--file", file]);
    assert_eq!((&summary[0]["first"], &summary[0]["last"]), (&each[0]["id"], &each[each.len() - 1]["id"]));
    let one = same_rows_in_every_form(&["header", &blocks()[0]]);
    assert_eq!((&one[0]["id"], &one[0]["time"]), (&each[0]["id"], &each[0]["time"]));
    let text = hashkit(&["header", "--file", file, "--each"]);
    assert!(text.text().lines().all(|line| line.ends_with(" ok") && line.len() <= 80), "{}", text.text());
}
