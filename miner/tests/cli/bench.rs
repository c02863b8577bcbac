//! `hashkit bench`: results that are written whole, compared with care, and marked when cut short.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use hashkit_bench::document::{Document, Flag, read, write};
use serde_json::Value;

use crate::run::{Run, csv, has, hashkit_in, run};

/// A case of some tenths of a second.
const SHORT: [&str; 8] =
    ["--quick", "--algorithm", "blake3", "--kernel", "portable", "--threads", "1", "--measure=100ms"];

fn bench(folder: &Path, arguments: &[&str]) -> Run {
    run(&mut hashkit_in(folder, &[&["bench"], arguments].concat()), b"")
}

fn measured(folder: &Path, name: &str) -> Document {
    let saved = bench(folder, &[&SHORT[..], &["--save", name]].concat());
    assert_eq!(saved.code, 0, "{}", saved.words);
    read(&folder.join(name)).expect("it was just written")
}

#[test]
fn a_run_is_measured_saved_and_compared() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let document = measured(folder.path(), "old.json");
    let case = &document.cases[0];
    assert_eq!((document.cases.len(), case.id.as_str(), case.repetitions.len()), (1, "blake3/cpu/portable/t1", 3));
    let summary = case.summary.as_ref().expect("the portable kernel is right");
    assert!(summary.rate_mean > 1000.0 && case.has(Flag::Quick), "{summary:?}");
    assert!(case.repetitions.iter().all(|one| one.finds_expected > 0.0 && one.faults == 0));

    let compared = |arguments: &[&str]| bench(folder.path(), &[&["compare", "old.json"], arguments].concat());
    let same = compared(&["old.json"]);
    assert_eq!(same.code, 0, "{}", same.words);
    assert!(same.text().contains("no difference shown"), "{}", same.text());
    let change = |name: &str, change: &dyn Fn(&mut Document)| {
        let mut changed = document.clone();
        changed.cases[0].repetitions.resize(6, case.repetitions[0].clone());
        // How quiet this machine is has nothing to do with it.
        changed.cases[0].flags.clear();
        for (at, one) in changed.cases[0].repetitions.iter_mut().enumerate() {
            one.rate = 1e6 * (1.0 + 0.001 * at as f64);
        }
        change(&mut changed);
        write(&changed, &folder.path().join(name)).expect("there is room");
    };
    change("old.json", &|_| {});
    change("slow.json", &|changed| changed.cases[0].repetitions.iter_mut().for_each(|one| one.rate *= 0.9));
    change("elsewhere.json", &|changed| changed.host.fingerprint = "sha256:ff".to_owned());
    change("wrong.json", &|changed| changed.cases[0].flag(Flag::Invalid));
    for (second, code, word) in [
        ("slow.json", 10, "**slower**"),
        ("elsewhere.json", 4, "not comparable"),
        ("wrong.json", 3, "no difference shown"),
        ("old.json", 0, "no difference shown"),
    ] {
        let found = compared(&[second, "--output", "md"]);
        assert_eq!(found.code, code, "{second}: {}", found.words);
        assert!(found.text().contains(word), "{second}: {}", found.text());
    }
    assert_eq!(compared(&["slow.json", "--threshold", "20%"]).code, 0, "too small to matter");
    assert_eq!(compared(&["elsewhere.json", "--force"]).code, 0);
    assert_eq!(csv(compared(&["slow.json", "--output", "csv"]).text())[1][1], "slower");
    assert_eq!(compared(&["slow.json", "--output", "json"]).json()["cases"][0]["verdict"], "slower");
}

#[test]
fn every_form_of_a_result_carries_the_same_case() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for form in ["text", "json", "jsonl", "csv", "md"] {
        let found = bench(folder.path(), &[&SHORT[..], &["--output", form]].concat());
        assert_eq!(found.code, 0, "{}", found.words);
        assert!(found.text().contains("blake3/cpu/portable/t1"), "{form}: {}", found.text());
        if form == "json" {
            assert_eq!(found.json()["schema"], "hashkit-bench/1");
        }
    }
}

#[test]
fn what_cannot_be_written_or_read_is_told_before_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let began = Instant::now();
    for (case, path) in [("a folder that is not there", "none/result.json"), ("a folder", ".")] {
        let refused = bench(folder.path(), &["--publish", "--save", path]);
        assert_eq!(refused.code, 1, "{case}: {}", refused.words);
        assert!(refused.words.contains("cannot write the result"), "{case}: {}", refused.words);
    }
    assert!(began.elapsed() < Duration::from_secs(30), "nothing was measured");
    if Path::new("/dev/full").exists() {
        let full = bench(folder.path(), &[&SHORT[..], &["--save", "/dev/full"]].concat());
        assert_eq!(full.code, 1, "{}", full.words);
        assert!(full.words.contains("free some space"), "{}", full.words);
    }
    fs::write(folder.path().join("half.json"), "{\"schema\": \"hashkit-bench/1\", \"ca").expect("there is room");
    let half = bench(folder.path(), &["compare", "half.json", "half.json"]);
    assert_eq!(half.code, 1, "{}", half.words);
    assert!(half.words.contains("half.json is no whole JSON document"), "{}", half.words);
    let left: Vec<_> = fs::read_dir(folder.path()).expect("it is there").flatten().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[test]
fn a_full_disk_leaves_the_result_before_as_it_was() {
    if !has("sh") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    measured(folder.path(), "result.json");
    let before = fs::read(folder.path().join("result.json")).expect("it was just written");
    let line = format!("trap '' XFSZ; ulimit -f 1; exec \"$0\" bench {} --save result.json", SHORT.join(" "));
    let mut shell = Command::new("sh");
    shell.args(["-c", &line, env!("CARGO_BIN_EXE_hashkit")]).current_dir(folder.path()).env("HASHKIT_NO_GPU", "1");
    shell.env("XDG_CACHE_HOME", crate::run::CACHE);
    let full = run(&mut shell, b"");
    assert_eq!(full.code, 1, "{}", full.words);
    assert!(full.words.contains("cannot write the result"), "{}", full.words);
    assert_eq!(fs::read(folder.path().join("result.json")).expect("it is there"), before);
    assert_eq!(fs::read_dir(folder.path()).expect("it is there").count(), 1, "nothing half-written is left");
}

#[test]
fn wrong_wishes_are_refused_with_what_would_be_right() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (arguments, code, word) in [
        (&["--kernel", "abacus", "--algorithm", "blake3"][..], 2, "blake3/portable"),
        (&["--threads", "4..1"], 2, "1..4"),
        (&["--quick", "--publish"], 2, "cannot be used with"),
        (&["--plug", "http://plug"], 2, "tasmota://HOST"),
        (&["--watts=-1"], 2, "watts above zero"),
        (&["--cpu-threads", "0"], 4, "nothing to measure"),
    ] {
        let refused = bench(folder.path(), arguments);
        assert_eq!(refused.code, code, "{arguments:?}: {}", refused.words);
        assert!(refused.words.contains(word), "{arguments:?}: {}", refused.words);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_was_measured_and_a_second_one_ends_at_once() {
    for (case, signals, code, is_kept) in [("once", 1, 130, true), ("twice", 2, 130, false)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let arguments =
            [&["bench"], &SHORT[..7], &["--measure=1500ms", "--repetitions=9", "--save=result.json", "-q"]].concat();
        let mut command = hashkit_in(folder.path(), &arguments);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
        // Two seconds of warming up, then windows of 1.5 s with short pauses: this is within the second one at the latest.
        thread::sleep(Duration::from_millis(4200));
        let id = child.id().to_string();
        for _ in 0..signals {
            assert!(Command::new("kill").args(["-INT", &id]).status().is_ok_and(|status| status.success()), "{case}");
            thread::sleep(Duration::from_millis(100));
        }
        let began = Instant::now();
        let status = child.wait().expect("it ends");
        assert_eq!(status.code(), Some(code), "{case}");
        assert!(began.elapsed() < Duration::from_secs(5), "{case}: {:?}", began.elapsed());
        let path = folder.path().join("result.json");
        assert_eq!(path.exists(), is_kept, "{case}");
        if is_kept {
            let document = read(&path).expect("it is whole");
            assert!(document.flags.contains(&Flag::Interrupted), "{:?}", document.flags);
            let case = &document.cases[0];
            assert!((1..9).contains(&case.repetitions.len()) && case.has(Flag::Interrupted), "{:?}", case.flags);
        }
    }
}

#[test]
fn a_rig_is_measured_with_a_pool_and_compared_by_its_rate() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rig =
        ["--rig", "--quick", "--algorithm", "blake3", "--kernel", "portable", "--threads", "1", "--measure=300ms"];
    let planned = bench(folder.path(), &[&rig[..], &["--dry-run"]].concat());
    assert!(planned.text().contains("case    blake3/rig/cpu:t1/portable"), "{}", planned.text());
    let found = bench(folder.path(), &[&rig[..], &["--save", "rig.json"]].concat());
    assert_eq!(found.code, 0, "{}", found.words);
    for word in ["cpu (blake3/portable)", "clean jobs a second leave", "a share takes", "shares accepted"] {
        assert!(found.text().contains(word), "{word} is missing: {}", found.text());
    }
    let document = read(&folder.path().join("rig.json")).expect("it was just written");
    let case = &document.cases[0];
    assert!(case.summary.is_some() && case.repetitions.iter().all(|one| one.finds > 0), "{:?}", case.failure);
    let rig = case.rig.as_ref().expect("it was watched");
    assert!(rig.to_new_job.is_some() && rig.share_to_wire.is_some() && rig.refused == 0, "{rig:?}");
    assert_eq!(bench(folder.path(), &["compare", "rig.json", "rig.json"]).code, 0);
}

/// A plug that tells 100 W until there is a load, and 150 W from the sixth request on.
fn tasmota() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("there is a port");
    let address = listener.local_addr().expect("it is bound");
    thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.expect("somebody asks");
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            assert!(lines.next().is_some_and(|line| line.starts_with("GET /cm?cmnd=Status%2010 ")));
            assert!(lines.any(|line| line.is_empty()), "the request has an end");
            drop(lines);
            let watts = if number < 6 { 100 } else { 150 };
            let answer = format!("HTTP/1.0 200 OK\r\n\r\n{{\"StatusSNS\":{{\"ENERGY\":{{\"Power\":{watts}}}}}}}");
            // Whoever asked may have gone.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("tasmota://{address}")
}

#[test]
fn what_a_plug_tells_becomes_joules_at_the_wall() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (plug, beside) = (tasmota(), tasmota());
    let plugs = ["--measure=400ms", "--plug", &plug, "--plug", &beside, "--save", "r.json"];
    let found = bench(folder.path(), &[&SHORT[..7], &plugs].concat());
    assert_eq!(found.code, 0, "{}", found.words);
    assert!(found.words.contains("power is told by tasmota (wall), tasmota_2 (wall)"), "{}", found.words);
    assert!(found.text().contains("tasmota_2 tells 1.000 times what tasmota does (wall)"), "{}", found.text());
    let document = read(&folder.path().join("r.json")).expect("it was just written");
    let case = &document.cases[0];
    let efficiency = &case.summary.as_ref().expect("nothing was wrong").efficiency[0];
    assert_eq!((efficiency.source.as_str(), efficiency.boundary.name()), ("tasmota", "wall"));
    assert!(efficiency.gross_w >= 100.0 && efficiency.gross_w <= 150.0 && efficiency.j_per_th > 0.0, "{efficiency:?}");
    assert!(case.has(Flag::EstimatedPower), "a few values are an estimate: {:?}", case.flags);
    let text = serde_json::to_string(&document).expect("it is JSON");
    assert!(!text.contains("127.0.0.1"), "the plug's address is nobody's business");
    let nobody = bench(folder.path(), &["--publish", "--plug", "tasmota://127.0.0.1:1"]);
    assert!(nobody.code == 1 && nobody.words.contains("127.0.0.1:1"), "{}", nobody.words);
}

#[test]
fn each_second_is_written_as_it_is_measured_and_a_result_knows_what_measured_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let named = ["--samples", "seconds.jsonl", "--save", "r.json", "--include-identity"];
    let found = bench(folder.path(), &[&SHORT[..], &named].concat());
    assert_eq!(found.code, 0, "{}", found.words);
    let document = read(&folder.path().join("r.json")).expect("it was just written");
    let case = &document.cases[0];
    let lines = fs::read_to_string(folder.path().join("seconds.jsonl")).expect("it was just written");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    let kept = case.repetitions.iter().enumerate().flat_map(|(at, one)| one.samples.iter().map(move |one| (at, one)));
    let told: Vec<_> = lines.iter().map(|line| (line["repetition"].as_u64(), line["rate"].as_f64())).collect();
    assert_eq!(told, kept.map(|(at, one)| (Some(at as u64), Some(one.rate))).collect::<Vec<_>>());
    assert!(lines.iter().all(|line| line["case"] == case.id.as_str()), "{lines:?}");
    assert!(document.tool.rustc.as_deref().is_some_and(|rustc| rustc.starts_with("1.")), "{:?}", document.tool);
    assert_eq!(document.host.name.is_some(), Path::new("/proc/sys/kernel/hostname").exists());
    assert_eq!(measured(folder.path(), "other.json").host.name, None, "nobody asked for it");
    let refused = bench(folder.path(), &["--publish", "--samples", "none/seconds.jsonl"]);
    assert!(refused.code == 1 && refused.words.contains("cannot write the samples"), "{}", refused.words);
}

#[test]
fn several_results_before_are_a_past_and_a_trend() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let document = measured(folder.path(), "first.json");
    for (day, rate) in [(1, 1.0e6), (2, 1.01e6), (3, 0.6e6), (4, 0.9e6)] {
        let mut dated = document.clone();
        dated.created = format!("2026-11-0{day}T00:00:00Z");
        let case = &mut dated.cases[0];
        case.flags.clear();
        case.repetitions.resize(6, document.cases[0].repetitions[0].clone());
        for (at, one) in case.repetitions.iter_mut().enumerate() {
            one.rate = rate * (1.0 + 0.001 * at as f64);
        }
        case.summary.as_mut().expect("it has one").rate_mean = rate * 1.0025;
        write(&dated, &folder.path().join(format!("{day}.json"))).expect("there is room");
    }
    // The median of the three is the first day, so the fourth is slower; it would be faster than the third.
    let past = bench(folder.path(), &["compare", "1.json", "2.json", "3.json", "4.json"]);
    assert_eq!(past.code, 10, "{}", past.text());
    assert_eq!(bench(folder.path(), &["compare", "3.json", "4.json"]).code, 0);
    let report = bench(folder.path(), &["report", "1.json", "2.json", "3.json", "4.json", "--svg", "plots", "-q"]);
    assert_eq!(report.code, 0, "{}", report.words);
    assert!(folder.path().join("plots/trend-blake3.svg").exists());
    assert_eq!(bench(folder.path(), &["compare", "1.json"]).code, 2);
}

#[test]
fn a_report_is_a_page_plots_and_tables() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    measured(folder.path(), "a.json");
    let report = bench(
        folder.path(),
        &["report", "a.json", "a.json", "--html", "page.html", "--svg", "plots", "--png", "pixels"],
    );
    assert_eq!(report.code, 0, "{}", report.words);
    let page = fs::read_to_string(folder.path().join("page.html")).expect("it was just written");
    assert!(page.contains("blake3/cpu/portable/t1") && page.contains("role=\"img\""));
    let plots = fs::read_dir(folder.path().join("plots")).expect("it was just made").count();
    assert!(plots >= 5, "rate and time of each, and the change: {plots}");
    let pixels: Vec<_> = fs::read_dir(folder.path().join("pixels")).expect("it was just made").flatten().collect();
    assert_eq!(pixels.len(), plots);
    for plot in pixels {
        let bytes = fs::read(plot.path()).expect("it was just written");
        assert!(bytes.starts_with(b"\x89PNG\r\n") && bytes.len() > 2000, "{plot:?}: {}", bytes.len());
    }
    assert_eq!(report.text().matches("blake3/cpu/portable/t1").count(), 2 + report.text().matches(" (blake3/").count());
    assert_eq!(csv(bench(folder.path(), &["report", "a.json", "--output", "csv"]).text()).len(), 2);
    let refused = bench(folder.path(), &["report", "a.json", "--html", "none/page.html"]);
    assert_eq!(refused.code, 1, "{}", refused.words);
    assert!(refused.words.contains("cannot write none/page.html"), "{}", refused.words);
    if Path::new("/dev/full").exists() {
        let full = bench(folder.path(), &["report", "a.json", "--html", "/dev/full"]);
        assert!(full.code == 1 && full.words.contains("cannot write /dev/full"), "{}", full.words);
    }
}

#[test]
fn fixed_work_has_one_checksum_whatever_does_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let exact =
        ["--exact", "100000", "--algorithm", "blake3", "--kernel", "all", "--threads", "1,2", "--output", "json"];
    let found = bench(folder.path(), &exact);
    assert_eq!(found.code, 0, "{}", found.words);
    let rows = found.json().as_array().expect("a row for each").clone();
    assert!(
        rows.len() >= 2 && rows.iter().all(|row| row["checksum"] == rows[0]["checksum"] && row["hits"] != 0),
        "{rows:?}"
    );
}

#[test]
fn under_stress_all_finds_are_checked_until_it_is_stopped() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let arguments = [&SHORT[1..7], &["--stress", "--stop-after", "1500ms", "--output", "json"]].concat();
    let found = bench(folder.path(), &arguments);
    assert_eq!(found.code, 0, "{}", found.words);
    let case = &found.json()["cases"][0];
    assert!(case["repetitions"][0]["finds"].as_u64() > Some(10) && case["flags"] == serde_json::json!([]), "{case}");
}

#[test]
fn what_it_would_earn_is_told_by_the_prices_that_somebody_wrote_down() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let prices = "date = \"2026-11-21\"\nsource = \"a test\"\ncurrency = \"EUR\"\nelectricity_per_kwh = 0.25\n\
                  [[coin]]\nname = \"Coin\"\nalgorithm = \"blake3\"\nprice = 2.0\ndifficulty = 1000.0\nreward = 50.0\n";
    fs::write(folder.path().join("prices.toml"), prices).expect("there is room");
    let told = bench(folder.path(), &[&SHORT[..], &["--watts", "15", "--cost", "prices.toml"]].concat());
    assert_eq!(told.code, 0, "{}", told.words);
    for word in ["2026-11-21 (a test)", "Coin: ", "EUR a day", "15.0 W, estimated"] {
        assert!(told.words.contains(word), "{word} is missing in {}", told.words);
    }
    for (case, text) in
        [("no TOML", "a b"), ("a part of it", &prices[..60]), ("no difficulty", &prices.replace("1000.0", "0"))]
    {
        fs::write(folder.path().join("prices.toml"), text).expect("there is room");
        let refused = bench(folder.path(), &["--publish", "--cost", "prices.toml"]);
        assert_eq!(refused.code, 2, "{case}: {}", refused.words);
        assert!(refused.words.contains("prices.toml"), "{case}: {}", refused.words);
    }
}

#[test]
fn the_profile_of_the_phoronix_test_suite_finds_the_rate() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let profile = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/phoronix-test-suite/hashkit-bench-1.0.0");
    let parser = fs::read_to_string(profile.join("results-definition.xml")).expect("it is there");
    let template = parser.split("<OutputTemplate>").nth(1).and_then(|rest| rest.split("</OutputTemplate>").next());
    let (before, after) = template.and_then(|line| line.split_once("#_RESULT_#")).expect("it has a template");
    let found = bench(folder.path(), &[&SHORT[..], &["--output", "json"]].concat());
    let lines: Vec<&str> =
        found.text().lines().filter_map(|line| line.trim().strip_prefix(before)?.strip_suffix(after)).collect();
    assert_eq!(lines, [found.json()["cases"][0]["summary"]["rate_mean"].to_string()]);
    // And it offers what there is.
    let definition = fs::read_to_string(profile.join("test-definition.xml")).expect("it is there");
    for algorithm in hashkit_chain::Algorithm::ALL {
        assert!(definition.contains(&format!("<Value>{algorithm}</Value>")), "{algorithm} is missing");
    }
}
