//! On Litecoin's own node: scrypt, two nodes watched together, one of them paused and killed, and the extension block.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hashkit_tests::daemon::{Daemon, free_port};
use hashkit_tests::left_out;
use hashkit_tests::mining::{Ending, Mining};
use serde_json::json;

const LIMIT: Duration = Duration::from_mins(5);
const ADDRESS: &str = "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3";
const LOGIN: &str = "me:practice";

struct Node {
    daemon: Daemon,
    p2p: u16,
}

fn start(home: &Path, peer: Option<&Node>) -> Result<Node> {
    let (rpc, p2p) = (free_port()?, free_port()?);
    let mut command = Command::new("litecoind");
    command
        // Debian's wrapper writes a configuration into it.
        .env("HOME", home)
        .args(["-regtest", "-server", "-dnsseed=0", "-upnp=0", "-listenonion=0", "-discover=0", "-maxtipage=999999999"])
        .args(["-rpcuser=me", "-rpcpassword=practice", "-fallbackfee=0.0001"])
        .arg(format!("-datadir={}", home.display()))
        .arg(format!("-rpcport={rpc}"));
    match peer {
        None => command.arg(format!("-bind=127.0.0.1:{p2p}")),
        Some(peer) => command.arg("-listen=0").arg(format!("-connect=127.0.0.1:{}", peer.p2p)),
    };
    Ok(Node { daemon: Daemon::start(&mut command, rpc, LOGIN)?, p2p })
}

/// Two connected nodes; the first is the one that listens. `None` where Litecoin's node is not installed.
fn two(scenario: &str, homes: &[tempfile::TempDir; 2]) -> Result<Option<[Node; 2]>> {
    if Command::new("litecoind").arg("-version").env("HOME", homes[0].path()).output().is_err() {
        left_out(scenario, "litecoind is missing: install the Debian package litecoind");
        return Ok(None);
    }
    let first = start(homes[0].path(), None)?;
    let second = start(homes[1].path(), Some(&first))?;
    let deadline = Instant::now() + Duration::from_mins(1);
    for node in [&first, &second] {
        while node.daemon.call("getconnectioncount", &json!([]))? == 0 {
            ensure!(Instant::now() < deadline, "the nodes do not meet");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    Ok(Some([first, second]))
}

fn solo(nodes: &[&Node], blocks: &Path, arguments: &[&str]) -> Result<Mining> {
    let urls: Vec<String> = nodes.iter().map(|node| node.daemon.url()).collect();
    let blocks = blocks.join("found").display().to_string();
    let mut all = vec!["--algorithm", "scrypt", "--address", ADDRESS, "--blocks", &blocks];
    for url in &urls {
        all.extend(["--node", url]);
    }
    all.extend(arguments);
    Mining::start_verb("solo", &all)
}

fn is_clean(ending: &Ending) -> Result<()> {
    ensure!(ending.code == 0, "ended with {}: {}", ending.code, ending.errors);
    let refused: Vec<_> = ending.of("verdict").filter(|verdict| verdict["verdict"] == "refused").collect();
    ensure!(refused.is_empty(), "{refused:?}");
    Ok(())
}

fn homes() -> Result<[tempfile::TempDir; 2]> {
    Ok([tempfile::tempdir()?, tempfile::tempdir()?])
}

#[test]
fn mining_goes_on_while_a_node_is_paused() -> Result<()> {
    let homes = homes()?;
    let Some([other, paused]) = two("solo on two Litecoin nodes", &homes)? else { return Ok(()) };
    let name = paused.daemon.url().replace(&format!("{LOGIN}@"), "");
    let mut mining = solo(&[&paused, &other], homes[0].path(), &["--stop-after", "10m"])?;
    let took = |mining: &mut Mining| mining.wait_for("verdict", LIMIT, |verdict| verdict["verdict"] == "accepted");
    took(&mut mining)?;
    // None is killed: Litecoin's node gives no template without a peer, so the other could not go on.
    // When it wakes it takes in all that it missed, and on two cores the other waits for it.
    for (signal, longest) in [("STOP", 2), ("CONT", 10)] {
        paused.daemon.signal(signal)?;
        let began = Instant::now();
        let before = other.daemon.height()?;
        while other.daemon.height()? == before {
            ensure!(began.elapsed() < LIMIT, "no block after {signal}");
        }
        let pause = began.elapsed();
        println!("the next block {pause:?} after {signal}");
        ensure!(pause < Duration::from_secs(longest), "mining went on {pause:?} after {signal}");
        let is_good = signal == "CONT";
        mining.wait_for("node", LIMIT, |node| node["node"] == name.as_str() && node["good"] == is_good)?;
        took(&mut mining)?;
    }
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    ensure!(ending.code == 130, "ended with {}: {}", ending.code, ending.errors);
    // Every block of that chain is ours, and each is counted; so are the few that the node which woke took first, beside that
    // chain, before it had heard of those it had missed.
    let beside = ending.sum("taken")?.checked_sub(other.daemon.height()?);
    ensure!(beside.is_some_and(|blocks| blocks <= 10), "{beside:?} beside the chain: {:?}", ending.summary()?);
    Ok(())
}

#[test]
fn litecoins_node_takes_blocks_before_and_after_its_extension_block() -> Result<()> {
    let homes = homes()?;
    let Some([node, other]) = two("solo on Litecoin's extension block", &homes)? else { return Ok(()) };
    // A block that the other node has taken first may be beside the chain of this one.
    is_clean(&solo(&[&node, &other], homes[0].path(), &["--stop-after", "60blocks"])?.finish(LIMIT)?)?;
    ensure!(node.daemon.height()? >= 50);
    // Up to the block before the activation at 432, whose first block wants a coin that moves in.
    let call = |method: &str, params| node.daemon.call(method, &params);
    call("createwallet", json!(["w"]))?;
    let own = call("getnewaddress", json!([]))?;
    call("generatetoaddress", json!([431 - node.daemon.height()?, own]))?;
    let inside = call("getnewaddress", json!(["", "mweb"]))?;
    call("sendtoaddress", json!([inside, 10]))?;
    is_clean(&solo(&[&node, &other], homes[0].path(), &["--stop-after", "60blocks"])?.finish(LIMIT)?)?;
    ensure!(node.daemon.height()? >= 481);
    let template = call("getblocktemplate", json!([{"rules": ["mweb", "segwit"]}]))?;
    template["mweb"].as_str().context("the extension block is active")?;
    Ok(())
}
