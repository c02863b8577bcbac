//! `hashkit pool ping` and `hashkit pool inspect` on pools that are well, slow, wrong or not there.

use std::net::TcpListener;
use std::process::Output;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hashkit_chain::Network;
use hashkit_tests::practice_pool::PracticePool;
use hashkit_tests::program::{hashkit, output_within};
use hashkit_tests::scripted_pool::{Guest, PracticeJob, ScriptedPool};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_mins(1);
/// Whom the coinbase of a test pays, on every network whose addresses begin with bc1.
const ADDRESS: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";

fn pool(arguments: &[&str]) -> Result<Output> {
    output_within(LIMIT, hashkit()?.arg("pool").args(arguments))
}

/// The rows of a run that ends with `code`.
fn rows(arguments: &[&str], code: i32) -> Result<Vec<Value>> {
    let output = pool(&[arguments, &["--output", "json"]].concat())?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(code), "{arguments:?} ended with {}: {errors}", output.status);
    serde_json::from_slice(&output.stdout).with_context(|| format!("{}", String::from_utf8_lossy(&output.stdout)))
}

/// Gives the job at once and answers the subscription and the login with these delays in milliseconds.
fn slow(guest: &mut Guest, subscribe: u64, authorize: u64) -> Result<()> {
    guest.say(&PracticeJob::set_difficulty(8.0))?;
    guest.say(&PracticeJob::new("a", 8.0, 0, 4)?.notify(true))?;
    loop {
        let request = guest.hear()?;
        let delay = match request["method"].as_str() {
            Some("mining.subscribe") => subscribe,
            Some("mining.authorize") => authorize,
            _ => 0,
        };
        thread::sleep(Duration::from_millis(delay));
        guest.welcome(&request, 4)?;
    }
}

#[test]
fn ping_times_each_step_of_each_round() -> Result<()> {
    let server = ScriptedPool::start(|guest| slow(guest, 50, 100))?;
    let rows = rows(&["ping", &server.address(), "--count", "3", "--every", "10ms"], 0)?;
    let step = |name: &str| rows.iter().find(|row| row["step"] == name).with_context(|| format!("no {name}: {rows:?}"));
    let p50 = |name: &str| anyhow::Ok(step(name)?["p50_ms"].as_f64().unwrap_or_default());
    ensure!(step("proxy").is_err() && step("tls").is_err(), "steps that were not needed: {rows:?}");
    ensure!(step("total")?["rounds"] == 3 && step("total")?["failed"] == 0, "{rows:?}");
    let (subscribe, authorize) = (p50("subscribe")?, p50("authorize")?);
    ensure!((50.0..150.0).contains(&subscribe), "subscribe took {subscribe} ms");
    ensure!((150.0..300.0).contains(&authorize), "authorize took {authorize} ms");
    ensure!(p50("job")? >= subscribe, "a job counts from when it can be used: {rows:?}");
    ensure!(p50("total")? >= authorize && p50("connect")? < 50.0, "{rows:?}");
    server.complaints()
}

#[test]
fn ping_says_why_a_round_failed_and_ends_with_5_when_all_did() -> Result<()> {
    let closed = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.to_string();
    let output = pool(&["ping", &closed, "--count", "2", "--every", "10ms"])?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.code() == Some(5) && errors.contains("refuses connections"), "{}: {errors}", output.status);

    // Every second guest is turned away.
    let server = ScriptedPool::start(|guest| if guest.number() % 2 == 0 { slow(guest, 0, 0) } else { Ok(()) })?;
    let found = rows(&["ping", &server.address(), "--count", "4", "--every", "10ms"], 0)?;
    let total = found.iter().find(|row| row["step"] == "total").context("no total")?;
    ensure!(total["rounds"] == 2 && total["failed"] == 2, "{total}");
    let text = String::from_utf8(pool(&["ping", &server.address(), "--count", "1"])?.stdout)?;
    ensure!(text.contains("connect") && text.contains("p99"), "{text}");
    server.complaints()
}

/// A job at this height on a parent of this number whose coinbase pays `outputs`.
fn job_that_pays(height: u8, parent: u8, outputs: &[(u64, &str)]) -> Result<Value> {
    let mut notify = PracticeJob::new("a", 8.0, parent, 4)?.notify(true);
    let mut coinb1 = hashkit_chain::hex::decode(notify["params"][2].as_str().unwrap_or_default())?;
    // The height is the first push of the input's script.
    coinb1[43] = height;
    let mut coinb2 = vec![0xff; 4];
    coinb2.push(u8::try_from(outputs.len())?);
    for (value, address) in outputs {
        let script = Network::Bitcoin.script_of(address)?;
        coinb2.extend(value.to_le_bytes());
        coinb2.push(u8::try_from(script.as_bytes().len())?);
        coinb2.extend(script.as_bytes());
    }
    coinb2.extend([0; 4]);
    notify["params"][2] = json!(hashkit_chain::hex::encode(&coinb1));
    notify["params"][3] = json!(hashkit_chain::hex::encode(&coinb2));
    Ok(notify)
}

/// A pool that gives this job, and after `later` another, where there is one.
fn gives(job: Value, later: Option<(Duration, Value)>) -> Result<ScriptedPool> {
    ScriptedPool::start(move |guest| {
        guest.log_in(4)?;
        guest.say(&PracticeJob::set_difficulty(8.0))?;
        guest.say(&job)?;
        if let Some((pause, job)) = &later {
            thread::sleep(*pause);
            guest.say(job)?;
        }
        guest.hold()
    })
}

const OTHER: &str = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";

#[test]
fn inspect_reads_the_job_in_full() -> Result<()> {
    let server = gives(job_that_pays(7, 0, &[(1_000_000, OTHER), (99_000_000, ADDRESS)])?, None)?;
    let row = rows(&["inspect", &server.address(), "--expect-address", ADDRESS], 0)?.remove(0);
    for (key, expected) in [
        ("is_honest", json!(true)),
        ("extranonce1", json!("01020304")),
        ("extranonce2_size", json!(4)),
        ("version_mask", json!("1fffe000")),
        ("share_difficulty", json!(8.0)),
        ("network_difficulty", json!(1.0)),
        ("job", json!("a")),
        ("height", json!(0x04_9307)),
        ("merkle_branch", json!(2)),
        ("reward", json!(100_000_000)),
        ("login", json!("accepted")),
    ] {
        ensure!(row[key] == expected, "{key}: {} instead of {expected}", row[key]);
    }
    ensure!(row["outputs"][1]["value"] == 99_000_000, "{}", row["outputs"]);
    // Without an address to expect, nothing of who is paid is wrong.
    let text = String::from_utf8(pool(&["inspect", &server.address()])?.stdout)?;
    for part in ["height 299783", "99.00 %", "difficulty 8", "2 to 3 transactions"] {
        ensure!(text.contains(part), "{part:?} is missing from {text}");
    }
    server.complaints()
}

#[test]
fn inspect_names_what_is_wrong_and_ends_with_3() -> Result<()> {
    let well = job_that_pays(7, 1, &[(100, ADDRESS)])?;
    let other = gives(well.clone(), None)?;
    let mut other_bits = well.clone();
    other_bits["params"][6] = json!("1c00ffff");
    let mut no_coinbase = well.clone();
    no_coinbase["params"][3] = json!("00");
    let mut future = well.clone();
    future["params"][7] = json!("fff00000");
    let against = ["--against", &other.address()];
    let expect = ["--expect-address", ADDRESS];
    let third = ["--expect-address", ADDRESS, "--expect-share", "30"];
    for (case, job, arguments, said) in [
        ("pays somebody else", job_that_pays(7, 1, &[(100, OTHER)])?, &expect[..], Some("nothing of 0.00000100")),
        ("keeps too much", job_that_pays(7, 1, &[(60, OTHER), (40, ADDRESS)])?, &expect, Some("40.00 % of")),
        ("keeps what was agreed", job_that_pays(7, 1, &[(60, OTHER), (40, ADDRESS)])?, &third, None),
        ("on an old block", job_that_pays(6, 0, &[(100, ADDRESS)])?, &against, Some("on an old block")),
        ("another difficulty than all", other_bits, &against, Some("its nbits 1c00ffff are not those of")),
        ("no coinbase", no_coinbase, &[], Some("ends in the middle")),
        ("a time that is far off", future, &[], Some("ahead of this clock")),
        ("well", well, &against, None),
    ] {
        let server = gives(job, None)?;
        let code = if said.is_some() { 3 } else { 0 };
        let row = rows(&[&["inspect", &server.address()], arguments].concat(), code).context(case)?.remove(0);
        let wrong: Vec<&str> = row["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|finding| finding["wrong"] == true)
            .filter_map(|finding| finding["words"].as_str())
            .collect();
        match said {
            None => ensure!(wrong.is_empty(), "{case}: {wrong:?}"),
            Some(said) => ensure!(wrong.len() == 1 && wrong[0].contains(said), "{case}: {wrong:?}"),
        }
    }
    Ok(())
}

#[test]
fn inspect_tells_how_late_a_pool_is_with_a_new_block() -> Result<()> {
    let (old, new) = (job_that_pays(7, 0, &[(100, ADDRESS)])?, job_that_pays(8, 1, &[(100, ADDRESS)])?);
    let late = gives(old.clone(), Some((Duration::from_millis(900), new.clone())))?;
    let early = gives(old, Some((Duration::from_millis(400), new)))?;
    let row = rows(&["inspect", &late.address(), "--against", &early.address(), "--watch", "2s"], 0)?.remove(0);
    let median = row["late_ms_median"].as_f64().context("no median")?;
    ensure!(row["blocks_seen"] == 1 && (300.0..900.0).contains(&median), "{median} ms late: {row}");
    Ok(())
}

#[test]
fn a_pool_of_ours_is_honest_and_agrees_with_its_node() -> Result<()> {
    let ours = PracticePool::start(0.001)?;
    let address = format!("127.0.0.1:{}", ours.port());
    let node = format!("http://{}@{}", ours.node.cookie(), ours.node.local_addr());
    let user = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx";
    let row = rows(&["inspect", &address, "--node", &node, "--user", user], 0)?.remove(0);
    let words = row["findings"].to_string();
    ensure!(row["is_honest"] == true && words.contains("the same previous block as all 1"), "{words}");
    ensure!(row["height"] == 1 && row["reward"].as_u64() > Some(0), "{row}");
    Ok(())
}
