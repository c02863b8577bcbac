//! One of our kernels beside programs that print a rate, and beside some that do not.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

fn side_by_side(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_side_by_side")).args(words).output().expect("it was built for this test")
}

fn case(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let result: Value = serde_json::from_slice(&output.stdout).expect("one line of JSON");
    assert_eq!(result["bench"], "side_by_side");
    result["cases"][0].clone()
}

fn number(case: &Value, of: &str, what: &str) -> f64 {
    case[of][what].as_f64().unwrap_or_else(|| panic!("{of} {what} in {case}"))
}

#[test]
fn a_program_that_hashes_has_a_ratio_with_its_interval() {
    let stand_in = [env!("CARGO_BIN_EXE_one_kernel"), "sha256d/portable", "--seconds", "0.02", "--times", "2"];
    let flags = ["sha256d/portable", "--pairs", "6", "--seconds", "0.02", "--name", "our own", "--"];
    let case = case(&side_by_side(&[&flags[..], &stand_in].concat()));
    assert_eq!((&case["kernel"], &case["peer"]), (&"sha256d/portable".into(), &"our own".into()));
    assert_eq!((&case["clock"], &case["pairs"], &case["versions"]), (&"processor".into(), &6.into(), &1.into()));
    for of in ["rate", "peer_rate", "ratio"] {
        let (low, median, high) =
            (number(&case, of, "low_95"), number(&case, of, "median"), number(&case, of, "high_95"));
        assert!(0.0 < low && low <= median && median <= high, "{case}");
    }
}

#[test]
fn the_ratio_is_that_to_the_rate_behind_the_ones_passed_over() {
    let peer = "echo Threads: 7 MH/s; echo Total: 1 MH/s >&2; echo Total: 2.5 kH/s >&2; sleep 100";
    let flags = ["sha256d/portable", "--versions", "4", "--pairs", "6", "--seconds", "0.02", "--clock", "wall"];
    let rate = ["--rate", r"Total: ([0-9.]+) (\w+/s)", "--skip", "1", "--", "sh", "-c", peer];
    let case = case(&side_by_side(&[&flags[..], &rate].concat()));
    assert_eq!((&case["peer"], &case["clock"], &case["versions"]), (&"sh".into(), &"wall".into(), &4.into()));
    assert!((number(&case, "peer_rate", "high_95") - 2500.0).abs() < 1e-9, "{case}");
    let expected = number(&case, "rate", "median") / 2500.0;
    assert!((number(&case, "ratio", "median") / expected - 1.0).abs() < 1e-9, "{case}");
}

#[test]
fn a_peer_without_a_rate_is_an_error_that_says_why() {
    for (words, peer, told) in [
        (
            "fails",
            "echo no such algorithm >&2; exit 3",
            &["sh ended (exit status: 3) after 0 rates", "no such algorithm"][..],
        ),
        ("prints nothing", "exit 0", &["after 0 rates", "it printed nothing"]),
        ("prints too few", "echo 5 H/s", &["after 1 rates, but rate 2 counts", "5 H/s"]),
        ("hangs", "echo starting; sleep 100", &["printed 0 rates in 300ms", "starting"]),
        ("closes its outputs and hangs", "exec >&- 2>&-; sleep 100", &["printed 0 rates in 300ms"]),
        ("has no rate yet", "echo 0.00 H/s", &["\"0.00 H/s\" is no rate"]),
    ] {
        let output = side_by_side(&["sha256d/portable", "--seconds", "0.01", "--limit", "0.3", "--", "sh", "-c", peer]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{words}: {said}");
        assert!(output.stdout.is_empty(), "{words}: a result");
        for told in told {
            assert!(said.contains(told), "{words}: {told:?} is not in {said}");
        }
    }
    let absent = side_by_side(&["sha256d/portable", "--seconds", "0.01", "--", "./there-is-no-such-program"]);
    assert_eq!(absent.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&absent.stderr).contains("may not start ./there-is-no-such-program"), "{absent:?}");
}

/// Runs `bench/against.sh` where PATH has these programs of a line each, beside those of the system.
fn against(programs: &[(&str, &str)], words: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, line) in programs {
        let path = folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{line}\n")).expect("there is room");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
    }
    // Without those that the system may have.
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    Command::new("bash")
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/against.sh"))
        .args(words)
        .env("PATH", path)
        .env("HASHKIT_SIDE_BY_SIDE", env!("CARGO_BIN_EXE_side_by_side"))
        .output()
        .expect("bash is there")
}

#[test]
fn programs_of_the_system_are_measured_by_the_same_work() {
    let short = ["--pairs", "6", "--seconds", "0.01"];
    for (peer, program, kernel, name, rate) in [
        (
            "openssl",
            (
                "openssl",
                "[ $1 = version ] && echo OpenSSL 9.9 today && exit; echo +H:16384; echo +F:6:sha256:1280000.00",
            ),
            "sha256d/portable",
            "OpenSSL 9.9 speed sha256, two blocks a hash",
            10_000.0,
        ),
        (
            "hashcat",
            ("hashcat", "[ $1 = --version ] && echo v9 && exit; echo '# version: v9'; echo 1:1400:0:0:1.50:3000"),
            "sha256d/portable",
            "hashcat v9 -b -m 1400, two a hash",
            1500.0,
        ),
        (
            "cpuminer",
            (
                "cpuminer",
                "[ $1 = --version ] && echo cpuminer 9.1.2 && exit; [ $2 = blake2s ] || exit; echo 9 kH/s; echo 5.00 khash/s; sleep 9",
            ),
            "blake2s/portable",
            "cpuminer 9.1.2 -a blake2s",
            5000.0,
        ),
    ] {
        let case = case(&against(&[program], &[&[peer, kernel][..], &short].concat()));
        assert_eq!((&case["kernel"], &case["peer"]), (&kernel.into(), &name.into()));
        assert!((number(&case, "peer_rate", "median") - rate).abs() < 1e-6, "{case}");
    }
    for (words, programs, code, told) in [
        (&["openssl"][..], &[][..], 2, "usage"),
        (&["abacus", "sha256d/portable"], &[], 2, "usage"),
        (&["openssl", "scrypt/portable"], &[("openssl", "exit")], 2, "sha256d alone"),
        (&["hashcat", "sha256d/portable", "--limit", "0.5"], &[("hashcat", "exit 1")], 1, "after 0 rates"),
    ] {
        let output = against(programs, words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(code) && said.contains(told), "{words:?}: {said}");
    }
}

#[test]
fn wrong_words_are_told_before_anything_runs() {
    for (words, told) in [
        (&["sha256d/portable"][..], "the peer's command is missing"),
        (&["sha256d/portable", "--"], "the peer's command is missing"),
        (&["no/kernel", "--", "true"], "it has sha256d/portable"),
        (&["sha256d/portable", "--pairs", "5", "--", "true"], "at least 6"),
        (&["sha256d/portable", "--pairs", "many", "--", "true"], "--pairs can not be \"many\""),
        (&["sha256d/portable", "--seconds", "-1", "--", "true"], "--seconds -1"),
        (&["sha256d/portable", "--clock", "sun", "--", "true"], "not \"sun\""),
        (&["sha256d/portable", "--rate", "no group", "--", "true"], "needs a group"),
        (&["sha256d/portable", "--versions", "65", "--", "true"], "at most 64"),
        (&["sha256d/portable", "--speed", "1", "--", "true"], "\"--speed\" is no word"),
    ] {
        let output = side_by_side(words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
        assert!(said.contains(told), "{words:?}: {told:?} is not in {said}");
    }
}

#[test]
fn what_a_peer_has_started_ends_with_it() {
    let peer = "sleep 1000 & echo child $!; wait";
    let output = side_by_side(&["sha256d/portable", "--seconds", "0.01", "--limit", "0.5", "--", "sh", "-c", peer]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let (_, child) = said.split_once("child ").expect("the error shows what the peer printed");
    let stat = format!("/proc/{}/stat", child.trim());
    let until = Instant::now() + Duration::from_secs(10);
    // Ended, though perhaps not collected yet by whoever inherits it.
    while let Ok(stat) = fs::read_to_string(&stat)
        && !stat.contains(") Z ")
    {
        assert!(Instant::now() < until, "it still runs: {stat}");
        thread::sleep(Duration::from_millis(10));
    }
}
