//! `hashkit tune`, and what becomes of the file with the timings.

use std::fs;
use std::path::Path;

use crate::run::{Run, hashkit_in, run};

/// Runs the binary with a folder of its own for what it keeps.
fn with_cache(cache: &Path, arguments: &[&str]) -> Run {
    let mut command = hashkit_in(Path::new("."), arguments);
    command.env("XDG_CACHE_HOME", cache);
    run(&mut command, b"")
}

#[test]
fn timings_are_taken_once_shown_and_forgotten() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let file = cache.path().join("hashkit/tune.json");
    let in_cache = |arguments: &[&str]| with_cache(cache.path(), arguments);
    let dry = in_cache(&["tune", "run", "--dry-run"]);
    assert_eq!((dry.code, dry.text()), (0, &*format!("files   {}\n", file.display())));
    let dry = in_cache(&["mine", "--demo", "--dry-run"]);
    assert!(dry.text().contains(&file.display().to_string()), "{}", dry.text());
    assert!(!file.exists(), "a dry run writes nothing");
    let none = in_cache(&["tune", "show", "--output", "json"]);
    assert_eq!((none.code, none.json()), (0, serde_json::json!([])));
    assert!(none.words.contains("hashkit tune run"), "{}", none.words);

    let kernels = in_cache(&["devices", "--algorithm", "blake2s", "--json"]).json()[0]["kernels"].clone();
    if kernels.as_array().is_some_and(|kernels| kernels.len() == 1) {
        return eprintln!("skipped: this machine has one kernel, and nothing to choose");
    }
    let first = in_cache(&["devices", "--algorithm", "blake2s", "--json"]);
    let kept = fs::read_to_string(&file).expect("it was just timed");
    let second = in_cache(&["devices", "--algorithm", "blake2s", "--json"]);
    assert_eq!(first.json(), second.json());
    assert_eq!(fs::read_to_string(&file).expect("it is there"), kept, "known timings are not taken again");

    let timed = in_cache(&["tune", "run", "--algorithm", "keccak-256", "--output", "json"]).json();
    let shown = in_cache(&["tune", "show", "--output", "json"]).json();
    let (timed, shown) = (timed.as_array().expect("an array"), shown.as_array().expect("an array"));
    assert!(!timed.is_empty() && timed.iter().all(|row| row["algorithm"] == "keccak-256" && shown.contains(row)));
    assert!(shown.len() > timed.len() && shown.iter().all(|row| row["hashrate"].as_f64() > Some(0.0)), "{shown:?}");

    let dry = in_cache(&["tune", "clear", "--dry-run"]);
    assert!(dry.text().contains("tune.json") && file.exists(), "{}", dry.text());
    for _ in 0..2 {
        let cleared = in_cache(&["tune", "clear"]);
        assert_eq!((cleared.code, file.exists()), (0, false), "{}", cleared.words);
    }
}

#[test]
fn a_file_that_is_no_use_costs_a_warning_and_no_more() {
    let cache = tempfile::tempdir().expect("a temporary folder");
    let folder = cache.path().join("hashkit");
    fs::create_dir(&folder).expect("there is room");
    fs::write(folder.join("tune.json"), "{\"records\": 1}").expect("there is room");
    let devices = with_cache(cache.path(), &["devices", "--algorithm", "blake2s"]);
    assert_eq!(devices.code, 0, "{}", devices.words);
    assert!(devices.words.contains("warning:") && devices.words.contains("tune.json"), "{}", devices.words);
    let again = with_cache(cache.path(), &["devices", "--algorithm", "blake2s"]);
    assert!(!again.words.contains("warning:"), "it was written anew: {}", again.words);

    // A file where the folder should be: nothing can be kept.
    let taken = tempfile::NamedTempFile::new().expect("a temporary file");
    let devices = with_cache(taken.path(), &["devices", "--algorithm", "blake2s"]);
    assert_eq!(devices.code, 0, "{}", devices.words);
    assert!(devices.words.contains("cannot"), "{}", devices.words);
    assert_eq!(with_cache(taken.path(), &["tune", "run", "--algorithm", "blake2s"]).code, 1);
}
