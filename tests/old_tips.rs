//! Pools that keep their miners on an old block: found out by the other pools of a run, and by the user's own node.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hashkit_chain::sha256d;
use hashkit_tests::mining::Mining;
use hashkit_tests::scripted_node::{Say, ScriptedNode};
use hashkit_tests::scripted_pool::{Guest, PracticeJob, ScriptedPool};
use serde_json::json;

const LIMIT: Duration = Duration::from_mins(1);
/// No share will be found.
const HARD: f64 = 1e12;
const QUICK: [&str; 4] = ["--old-tip-timeout", "1s", "--suspect-timeout", "500ms"];

/// A pool whose jobs build on these blocks, half a second each, and then on the last for ever.
fn pool_on(parents: &'static [u8]) -> Result<ScriptedPool> {
    ScriptedPool::start(move |guest: &mut Guest| {
        guest.log_in(4)?;
        guest.say(&PracticeJob::set_difficulty(HARD))?;
        for number in 0.. {
            let parent = parents[parents.len().min(number + 1) - 1];
            guest.say(&PracticeJob::new(&format!("j{number}"), HARD, parent, 4)?.notify(true))?;
            thread::sleep(Duration::from_millis(500));
        }
        Ok(())
    })
}

#[test]
fn a_pool_that_another_has_left_behind_is_named() -> Result<()> {
    let (ahead, behind) = (pool_on(&[1, 2])?, pool_on(&[1])?);
    let (first, second) = (ahead.address(), behind.address());
    let usual = ["--pool", &first, "--pool", &second, "--strategy", "balance", "--user", "u", "--cpu-threads", "1"];
    let mut mining = Mining::start(&[&usual, &QUICK[..]].concat())?;
    let old = sha256d(&[1]).to_string();
    let told = mining.wait_for("warning", LIMIT, |warning| warning["pool"] == second.as_str())?;
    let words = told["text"].as_str().context("words")?;
    ensure!(words.contains(&format!("keeps its miners on block {old}, from which {first} has gone on")), "{words}");
    // Another pool's word alone is no reason to leave.
    thread::sleep(Duration::from_secs(2));
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    ensure!(ending.of("left").count() == 0, "{}", ending.reasons());
    ensure!(ending.of("warning").filter(|warning| warning["pool"] == second.as_str()).count() == 1, "once");
    ensure!(ending.of("warning").all(|warning| warning["pool"] != first.as_str()), "the one ahead is not named");
    let job = ending.of("job").next().context("a job")?;
    ensure!(job["previous"] == old && job["height"] == 300_000 && job["reward"] == 0, "{job}");
    ensure!(job["network_difficulty"].as_f64().is_some_and(|value| (value - 1.0).abs() < 1e-6), "{job}");
    Ok(())
}

#[test]
fn a_pool_on_a_block_that_the_users_node_has_buried_is_left() -> Result<()> {
    // The node is five blocks further, and has never been seen on the pool's.
    let node = ScriptedNode::start(|_, method, _| {
        Some(Say::Result(match method {
            "getbestblockhash" => json!(sha256d(&[2]).to_string()),
            "getblockheader" => json!({"confirmations": 5}),
            _ => return None,
        }))
    })?;
    let (behind, backup) = (pool_on(&[1])?, pool_on(&[2])?);
    let (first, second, url) = (behind.address(), backup.address(), node.url());
    let usual = ["--pool", &first, "--pool", &second, "--user", "u", "--cpu-threads", "1", "--node", &url];
    let mut mining = Mining::start(&[&usual, &QUICK[..]].concat())?;
    mining.wait_for("job", LIMIT, |job| job["pool"] == second.as_str())?;
    // The side connection to the first proves nothing while it stays there.
    thread::sleep(Duration::from_secs(1));
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    ensure!(ending.reasons().contains("on a block from which the node has gone on"), "{}", ending.reasons());
    ensure!(ending.of("left").count() == 1, "{}", ending.reasons());
    let named = ending.of("warning").filter_map(|warning| warning["text"].as_str()).collect::<Vec<_>>().join("\n");
    ensure!(named.contains("keeps its miners on block") && !named.contains("practice@"), "{named}");
    Ok(())
}
