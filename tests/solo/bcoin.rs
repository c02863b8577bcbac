//! On bcoin, whose regtest begins before segwit and turns to it at height 432.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hashkit_tests::daemon::{Daemon, free_port};
use hashkit_tests::mining::{Ending, Mining};
use hashkit_tests::{left_out, peers};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_mins(5);
/// One of each type: P2PKH, P2SH, P2WPKH, P2WSH, P2TR.
const ADDRESSES: [&str; 5] = [
    "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
    "2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc",
    "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
    "bcrt1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qzf4jry",
    "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6",
];
/// The third as bcoin spells it: its regtest has a prefix of its own.
const ITS_ADDRESS: &str = "rb1qw508d6qejxtdg4y5r3zarvary0c5xw7k38f4sn";

/// Where bcoin lies; `None` where it cannot be had.
fn installed(scenario: &str) -> Option<PathBuf> {
    peers::npm().map_err(|reason| left_out(scenario, &reason)).ok()
}

/// A node with an empty chain in memory.
fn start(installed: &Path, data: &Path, port: u16) -> Result<Daemon> {
    let mut command = Command::new("node");
    command
        .current_dir(installed)
        // Its native parts are not compiled; the plain ones do.
        .env("NODE_BACKEND", "js")
        .args(["node_modules/bcoin/bin/node", "--network=regtest", "--memory=true", "--no-wallet", "--listen=false"])
        .args(["--max-outbound=1", "--http-host=127.0.0.1", "--api-key=practice"])
        .arg(format!("--http-port={port}"))
        .arg(format!("--prefix={}", data.display()));
    Daemon::start(&mut command, port, "x:practice")
}

fn is_clean(ending: &Ending) -> Result<()> {
    ensure!([0, 130].contains(&ending.code), "ended with {}: {}", ending.code, ending.errors);
    let refused: Vec<_> = ending.of("verdict").filter(|verdict| verdict["verdict"] == "refused").collect();
    ensure!(refused.is_empty(), "{refused:?}");
    ending.summary().map(drop)
}

#[test]
fn bcoin_takes_every_block_across_the_activation_of_segwit() -> Result<()> {
    let Some(installed) = installed("solo on bcoin") else { return Ok(()) };
    let data = tempfile::tempdir()?;
    let node = start(&installed, data.path(), free_port()?)?;
    // All but the blocks around the activation come from the node itself.
    node.call("generatetoaddress", &json!([420, ITS_ADDRESS]))?;
    let blocks = data.path().join("found").display().to_string();
    let url = node.url();
    // It takes siblings too, of which at most four are handed in on one parent.
    let mut arguments = vec!["--node", &url, "--blocks", &blocks, "--stop-after", "100blocks"];
    for address in ADDRESSES {
        arguments.extend(["--address", address]);
    }
    let ending = Mining::start_verb("solo", &arguments)?.finish(LIMIT)?;
    is_clean(&ending)?;
    ensure!(node.height()? >= 440, "{:?}", ending.summary()?);
    Ok(())
}

#[test]
fn a_killed_node_costs_no_two_seconds_and_no_block_and_is_left_when_it_comes_back_behind() -> Result<()> {
    let Some(installed) = installed("solo on two bcoin nodes") else { return Ok(()) };
    let data = tempfile::tempdir()?;
    let folder = |name: &str| data.path().join(name);
    let port = free_port()?;
    let killed = start(&installed, &folder("a"), port)?;
    let other = start(&installed, &folder("b"), free_port()?)?;
    let (urls, blocks) = ([killed.url(), other.url()], folder("found").display().to_string());
    let name = killed.url().replace("x:practice@", "");
    let mut arguments = vec!["--blocks", &blocks, "--address", ADDRESSES[2], "--stop-after", "10m"];
    for url in &urls {
        arguments.extend(["--node", url]);
    }
    let mut mining = Mining::start_verb("solo", &arguments)?;
    let taken = |verdict: &Value| verdict["verdict"] == "accepted";
    for _ in 0..5 {
        mining.wait_for("verdict", LIMIT, taken)?;
    }
    drop(killed);
    let (began, before) = (Instant::now(), other.height()?);
    while other.height()? == before {
        ensure!(began.elapsed() < LIMIT, "mining has ended with the node");
    }
    let pause = began.elapsed();
    println!("the next block {pause:?} after the death of a node");
    ensure!(pause < Duration::from_secs(2), "mining went on after {pause:?}");
    mining.wait_for("node", LIMIT, |node| node["node"] == name.as_str() && node["good"] == false)?;

    let _behind = start(&installed, &folder("c"), port)?;
    let lags = |node: &Value| node["words"].as_str().is_some_and(|words| words.contains("it lags"));
    mining.wait_for("node", LIMIT, |node| node["node"] == name.as_str() && lags(node))?;
    let before = other.height()?;
    mining.wait_for("verdict", LIMIT, |verdict| taken(verdict) && verdict["height"].as_u64() > Some(before + 1))?;
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    is_clean(&ending)?;
    for verdict in ending.of("verdict").filter(|verdict| taken(verdict)) {
        let known = other.call("getblockheader", &json!([verdict["hash"]]));
        known.with_context(|| format!("the node that lives has not got {verdict}"))?;
    }
    Ok(())
}

/// Every second somebody else finds a block. The tests of each day take ten of them, scripts/long-tests six hundred.
#[test]
fn with_a_block_every_second_nothing_is_lost_and_nothing_stale_is_mined_for_long() -> Result<()> {
    let blocks_of_others = if cfg!(feature = "long") { 600 } else { 10 };
    let Some(installed) = installed("solo with a block every second") else { return Ok(()) };
    let data = tempfile::tempdir()?;
    let node = start(&installed, data.path(), free_port()?)?;
    let (url, blocks) = (node.url(), data.path().join("found").display().to_string());
    let arguments = ["--node", &url, "--address", ADDRESSES[2], "--blocks", &blocks, "--stop-after", "1h"];
    let mut mining = Mining::start_verb("solo", &arguments)?;
    mining.wait_for("job", LIMIT, |_| true)?;
    for _ in 0..blocks_of_others {
        let next = Instant::now() + Duration::from_secs(1);
        let theirs = node.call("generatetoaddress", &json!([1, ITS_ADDRESS]))?;
        let theirs = theirs[0].as_str().context("a hash")?.to_owned();
        // Known to the node, whatever has become of it since.
        node.call("getblockheader", &json!([theirs]))?;
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    is_clean(&ending)?;
    // Of siblings only the first few are handed in.
    let mut found = 0;
    for block in ending.of("block").filter(|block| block["fate"] == "accepted" && block["sibling"] == false) {
        found += 1;
        let is_answered = ending.of("verdict").any(|verdict| verdict["hash"] == block["hash"]);
        ensure!(is_answered, "nobody answered for {block}");
    }
    ensure!(found > 0 && ending.sum("taken")? > 0, "{:?}", ending.summary()?);
    let (stale, longest) = (ending.sum("stale")?, ending.summary()?["longest_stale_ms"].as_f64().context("how long")?);
    println!("{found} blocks found beside {blocks_of_others} of others; {stale} stale shares, up to {longest} ms");
    if cfg!(feature = "long") {
        ensure!(longest < 20.0, "stale work {longest} ms after a new job");
    }
    Ok(())
}
