//! `hashkit pool load` against a pool of ours: the sums agree on both sides.

use std::process::Output;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hashkit_tests::practice_pool::PracticePool;
use hashkit_tests::program::{hashkit, output_within};
use hashkit_tests::scripted_pool::{Guest, ScriptedPool};
use serde_json::Value;

const LIMIT: Duration = Duration::from_mins(1);

fn load(arguments: &[&str]) -> Result<Output> {
    output_within(LIMIT, hashkit()?.args(["pool", "load"]).args(arguments))
}

/// The cases of a run that ends well.
fn cases(arguments: &[&str]) -> Result<Vec<Value>> {
    let output = load(&[arguments, &["--output", "json"]].concat())?;
    ensure!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    let result: Value = serde_json::from_slice(&output.stdout)?;
    Ok(result["cases"].as_array().context("no cases")?.clone())
}

fn count(case: &Value, key: &str) -> Result<u64> {
    case["shares"][key].as_u64().with_context(|| format!("no {key}: {case}"))
}

#[test]
fn every_share_of_a_load_has_one_fate_and_the_pool_counts_the_same() -> Result<()> {
    let pool = PracticePool::start(0.000_01)?;
    let address = format!("127.0.0.1:{}", pool.port());
    let wrong = ["--stale", "10", "--duplicate", "10", "--invalid", "10", "--slow-readers", "2", "--reconnect"];
    let usual = ["--connections", "40", "--share-rate", "60", "--time", "2s"];
    // The pool is in this process.
    let own = std::process::id().to_string();
    let case = cases(&[&[&*address, "--server-pid", &own], &usual[..], &wrong].concat())?.remove(0);
    ensure!(case["connections"]["up"] == 40 && case["connections"]["failed"] == 0, "{case}");
    let [due, missed, sent] = ["due", "missed", "sent"].map(|key| count(&case, key).unwrap_or(u64::MAX));
    ensure!(due == 120 && due == missed + sent && sent > 60, "{case}");
    let fates = ["accepted", "became_stale", "refused_rightly", "refused_wrongly", "accepted_wrongly", "unanswered"];
    let fates = fates.map(|key| count(&case, key).unwrap_or(u64::MAX));
    ensure!(fates.iter().sum::<u64>() == sent, "{case}");
    let [accepted, _, refused, 0, 0, 0] = fates else { anyhow::bail!("something went wrongly: {case}") };
    ensure!(accepted > 0 && refused > 0, "{case}");
    for times in ["connect", "login", "first_job", "answer", "reconnect"] {
        let [p50, max] = ["p50_ms", "max_ms"].map(|key| case[times][key].as_f64().unwrap_or(f64::NAN));
        ensure!(p50 > 0.0 && p50 <= max, "{times}: {case}");
    }
    ensure!(case["reconnect"]["count"] == 40, "{case}");
    let server = &case["server"];
    ensure!(server["bytes_before"].as_u64() > Some(1 << 20) && server["s_a_thousand_shares"].is_f64(), "{server}");
    let counted = pool.pool.stats();
    ensure!(counted.accepted == accepted, "the pool counts {} accepted: {case}", counted.accepted);
    Ok(())
}

#[test]
fn the_highest_rate_is_closed_in_on() -> Result<()> {
    let pool = PracticePool::start(0.000_01)?;
    let address = format!("127.0.0.1:{}", pool.port());
    // No pool answers within a millionth of a second, so every rate down to the lowest is tried and none is kept.
    let usual = ["--connections", "2", "--share-rate", "8", "--time", "300ms", "--find-rate", "0.001ms"];
    let cases = cases(&[&[&*address], &usual[..]].concat())?;
    let rates: Vec<f64> = cases.iter().filter_map(|case| case["share_rate"].as_f64()).collect();
    ensure!(rates == [8.0, 4.0, 2.0, 1.0], "{rates:?}");
    Ok(())
}

#[test]
fn a_load_is_kept_as_a_file_that_names_no_pool_and_is_reported_with_plots() -> Result<()> {
    let pool = PracticePool::start(0.000_01)?;
    let address = format!("127.0.0.1:{}", pool.port());
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("load.json");
    let usual = ["--connections", "5", "--share-rate", "20", "--time", "500ms", "--find-rate", "0.001ms", "--save"];
    let saved = load(&[&[&*address], &usual[..], &[file.to_str().context("a path")?]].concat())?;
    ensure!(saved.status.success(), "{}", String::from_utf8_lossy(&saved.stderr));
    let text = std::fs::read_to_string(&file)?;
    ensure!(text.contains("hashkit-pool-load/1") && !text.contains("127.0.0.1"), "{text}");
    let page = folder.path().join("page.html");
    let mut report = hashkit()?;
    report.args(["bench", "report"]).arg(&file).arg("--html").arg(&page).arg("--png").arg(folder.path().join("plots"));
    let shown = output_within(LIMIT, &mut report)?;
    ensure!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    ensure!(String::from_utf8_lossy(&shown.stdout).contains("share answer"));
    let page = std::fs::read_to_string(page)?;
    ensure!(page.contains("Load on a pool: load.json") && page.contains("role=\"img\""), "{page}");
    for plot in ["load-times.png", "load-rates.png"] {
        ensure!(std::fs::metadata(folder.path().join("plots").join(plot))?.len() > 2000, "{plot}");
    }
    std::fs::write(&file, text.replace("\"share_rate\": 20.0", "\"share_rate\": 21.0"))?;
    let changed = output_within(LIMIT, hashkit()?.args(["bench", "report"]).arg(&file))?;
    ensure!(String::from_utf8_lossy(&changed.stderr).contains("was changed after it was written"));
    for (case, path) in [("a folder that is not there", "none/load.json"), ("no room", "/dev/full")] {
        let refused = load(&[&*address, "--connections", "1", "--share-rate", "0", "--save", path])?;
        let errors = String::from_utf8_lossy(&refused.stderr);
        ensure!(refused.status.code() == Some(1) && errors.contains("cannot write the result"), "{case}: {errors}");
    }
    Ok(())
}

#[test]
fn a_pool_that_is_not_one_is_told_and_what_cannot_work_is_refused() -> Result<()> {
    let deaf = ScriptedPool::start(Guest::hold)?;
    let address = deaf.address();
    for (case, arguments, code, said) in [
        ("nobody there", &["127.0.0.1:1", "--connections", "3"][..], 5, "none of 3 connections"),
        ("silent", &[&*address, "--connections", "2", "--login-timeout", "300ms"], 5, "no login and no job in time"),
        ("TLS", &["stratum+tls://127.0.0.1:1"], 2, "plain port"),
        ("too much is wrong", &["127.0.0.1:1", "--stale", "60", "--invalid", "60"], 2, "more than 100 percent"),
        ("sources far away", &["192.0.2.1:1", "--sources", "2"], 2, "on this machine"),
        ("no rate", &["127.0.0.1:1", "--share-rate", "1e9"], 2, "0 to 1000000"),
        ("no such process", &["127.0.0.1:1", "--server-pid", "4294967295"], 2, "process 4294967295 cannot be read"),
    ] {
        let output = load(arguments)?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.code() == Some(code) && errors.contains(said), "{case}: {} {errors}", output.status);
    }
    Ok(())
}
