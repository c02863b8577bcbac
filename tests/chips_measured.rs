//! Chips in the benchmark: `hashkit bench --asic` on an emulated chain behind a pseudo-terminal, alone and in a rig.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hashkit_tests::emulated::Emulated;
use hashkit_tests::program::{hashkit, output_within};
use serde_json::Value;

/// What a run may take on a busy machine: chips are started in some seconds.
const LIMIT: Duration = Duration::from_mins(2);

/// Runs `hashkit bench` to its end; its document and its words.
fn bench(arguments: &[&str]) -> Result<(Value, String)> {
    let quick = ["bench", "--quick", "--algorithm", "sha256d", "--output", "json"];
    let done = output_within(LIMIT, hashkit()?.args(quick).args(arguments))?;
    let words = String::from_utf8_lossy(&done.stderr).into_owned();
    ensure!(done.status.success(), "{arguments:?} ended with {}: {words}", done.status);
    Ok((serde_json::from_slice(&done.stdout)?, words))
}

#[test]
fn a_chain_is_measured_by_its_nonces_chip_by_chip_and_called_simulated() -> Result<()> {
    let emulated = Emulated::start("bm1366", 2, &["--nonces", "model:400/s", "--zero-bits", "8"])?;
    let asic = emulated.spec("bm1366,freq=62.5,chips=2");
    let (document, words) = bench(&["--cpu-threads", "0", "--asic", &asic, "--watts", "10", "--measure", "2s"])?;
    let case = &document["cases"][0];
    ensure!(case["id"] == "sha256d/asic:board/bm1366" && case["backend"] == "asic", "{case}");
    ensure!(case["settings"]["clock_mhz"] == 62.5, "{case}");
    let flags = case["flags"].as_array().context("flags")?;
    ensure!(flags.contains(&"simulated".into()) && !flags.contains(&"invalid".into()), "{flags:?} {words}");
    // 400 nonces a second, each of which stands for 2^8 hashes where the ticket mask demands no more.
    let rate = case["summary"]["rate_mean"].as_f64().context("a rate")?;
    ensure!((0.7..1.4).contains(&(rate / (400.0 * 256.0))), "{rate}: {case}");
    ensure!(case["summary"]["efficiency"][0]["boundary"] == "estimated", "{case}");
    let chips = &case["chips"];
    let each = chips["each"].as_array().context("chips")?;
    ensure!(each.len() == 2 && each.iter().all(|chip| chip["nonces"].as_u64() > Some(500)), "{chips}");
    ensure!(chips.get("expected_rate").is_none(), "no clock makes what a program finds: {chips}");
    for repetition in case["repetitions"].as_array().context("repetitions")? {
        ensure!(repetition["finds"].as_u64() > Some(50) && repetition["faults"] == 0, "{repetition}");
    }
    let path = emulated.path().trim_end_matches("/board");
    ensure!(!document.to_string().contains(path), "a folder can tell whose it is");
    Ok(())
}

#[test]
fn a_rig_turns_its_chips_to_new_jobs_beside_the_processor() -> Result<()> {
    let emulated = Emulated::start("bm1366", 2, &["--nonces", "model:400/s", "--zero-bits", "8"])?;
    let asic = emulated.spec("bm1366,freq=62.5");
    let rig = ["--rig", "--threads", "1", "--kernel", "portable", "--measure", "1s", "--asic", &asic];
    let (document, words) = bench(&rig)?;
    let case = &document["cases"][0];
    ensure!(case["id"] == "sha256d/rig/cpu:t1+asic:board/portable+bm1366", "{case}");
    ensure!(case["failure"].is_null() && case["summary"]["rate_mean"].as_f64() > Some(1e5), "{case} {words}");
    let devices = case["rig"]["devices"].as_array().context("devices")?;
    let chips = devices.iter().find(|device| device["kernel"] == "bm1366").context("the chips")?;
    let turns = &chips["to_new_job"];
    ensure!(turns["count"].as_u64() >= Some(10) && turns["p50_ms"].as_f64() < Some(1000.0), "{chips}");
    ensure!(chips["cores"].as_f64().is_none_or(|cores| cores < 1.0), "{chips}");
    Ok(())
}

#[test]
fn chips_that_do_not_answer_get_no_number() -> Result<()> {
    let emulated = Emulated::start("bm1366", 1, &[])?;
    let wrong = emulated.spec("bm1370");
    let tuned = format!("{wrong},tune=rate");
    for (case, arguments, code, word) in [
        (
            "another chip than named",
            vec!["--algorithm", "sha256d", "--asic", &wrong],
            1,
            "the chips call themselves BM1366",
        ),
        ("another algorithm", vec!["--algorithm", "blake3", "--asic", &wrong], 2, "compute sha256d alone"),
        ("one port twice", vec!["--asic", &wrong, "--asic", &wrong], 2, "named twice"),
        ("a search", vec!["--asic", &tuned], 2, "leave tune away"),
        ("fixed work", vec!["--exact", "1000", "--asic", &wrong], 2, "cannot be used with"),
    ] {
        let arguments = [&["bench", "--quick", "--cpu-threads", "0"], &arguments[..]].concat();
        let done = output_within(LIMIT, hashkit()?.args(&arguments))?;
        let said = [done.stdout, done.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        ensure!(done.status.code() == Some(code) && said.contains(word), "{case}: {} {said}", done.status);
    }
    Ok(())
}
