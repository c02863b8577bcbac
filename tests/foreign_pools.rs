//! Our miner on a pool that is not ours: foundation-stratum, on a practice chain behind the front door of a node.

use std::{process::Output, time::Duration};

use anyhow::{Context, Result, ensure};
use hashkit_chain::Algorithm;
use hashkit_pool::practice::{PracticeNode, PracticeSettings};
use hashkit_tests::{
    left_out, peers,
    peers::Peer,
    program::{hashkit, output_within},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Far more than a busy machine needs for a few million hashes.
const LIMIT: Duration = Duration::from_mins(2);

/// An address of the first kind, which Bitcoin's and Litecoin's test chains both have.
const ADDRESS: &str = "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn";

/// The foreign pool, and the chain that it mines on.
struct ForeignPool {
    peer: Peer,
    address: String,
    node: PracticeNode,
    _runtime: Runtime,
}

impl ForeignPool {
    /// `None` where it cannot be had here.
    fn start(scenario: &str, algorithm: Algorithm, share_difficulty: f64) -> Result<Option<Self>> {
        let folder = match peers::npm() {
            Ok(folder) => folder,
            Err(reason) => {
                left_out(scenario, &reason);
                return Ok(None);
            }
        };
        let runtime = Runtime::new()?;
        let node = runtime.block_on(PracticeNode::start(PracticeSettings { algorithm, ..Default::default() }))?;
        let (username, password) = node.cookie().split_once(':').context("a cookie is user:password")?;
        let settings = json!({
            "host": "127.0.0.1", "port": node.local_addr().port(), "username": username, "password": password,
            "address": ADDRESS, "difficulty": share_difficulty, "mining": algorithm.name(),
        });
        let peer = Peer::start(&folder, "foundation-pool.js", &settings)?;
        let listening = peer.wait_for("listening", LIMIT)?;
        let address = format!("stratum+tcp://127.0.0.1:{}", listening["port"]);
        Ok(Some(Self { peer, address, node, _runtime: runtime }))
    }

    /// Runs our miner on it to its end.
    fn mine(&self, arguments: &[&str]) -> Result<Output> {
        let mut miner = hashkit()?;
        miner.args(["mine", "--ui", "json", "--pool", &self.address]).args(arguments);
        output_within(LIMIT, &mut miner)
    }
}

#[test]
fn foundation_stratum_accepts_our_shares_and_its_node_our_blocks() -> Result<()> {
    // About a tenth of the chain's own difficulty: some ten shares a block.
    let Some(pool) = ForeignPool::start("our miner on foundation-stratum", Algorithm::Sha256d, 0.0001)? else {
        return Ok(());
    };

    let run = pool.mine(&["--user", "tester.rig1", "--stop-after", "2blocks"])?;
    let said = String::from_utf8_lossy(&run.stdout);
    ensure!(run.status.success(), "{}: {said}{}", run.status, String::from_utf8_lossy(&run.stderr));
    let summary = said.lines().last().map(serde_json::from_str::<Value>).context("it said nothing")??;
    let sum = |name: &str| summary[name].as_u64().unwrap_or_default();
    assert_eq!(summary["event"], "summary");
    assert_eq!(sum("found"), sum("accepted") + sum("refused") + sum("stale") + sum("lost"), "{summary}");
    assert!(sum("blocks") >= 2 && sum("accepted") >= 2, "{summary}");

    // What the pool and its node say of the same run.
    let mut blocks = 0;
    while blocks < 2 {
        let share = pool.peer.wait_for("share", LIMIT)?;
        if share["block"] == true {
            blocks += 1;
            assert_eq!((&share["kind"], &share["height"]), (&json!("valid"), &json!(blocks)), "{share}");
        }
    }
    assert!(pool.node.chain().tip().height >= 2);
    Ok(())
}

#[test]
fn foundation_stratum_accepts_our_scrypt_shares() -> Result<()> {
    // Some six hundred hashes; scrypt's first difficulty is 65536 times easier.
    let Some(pool) = ForeignPool::start("scrypt on foundation-stratum", Algorithm::Scrypt, 0.01)? else {
        return Ok(());
    };

    let run = pool.mine(&["--user", "tester.rig1", "--algorithm", "scrypt", "--stop-after", "3shares"])?;
    ensure!(run.status.success(), "{}: {}", run.status, String::from_utf8_lossy(&run.stderr));
    // Blocks come every few shares here, and with them stale shares.
    let mut valid = 0;
    while valid < 3 {
        let share = pool.peer.wait_for("share", LIMIT)?;
        assert_ne!(share["kind"], "invalid", "{share}");
        valid += u32::from(share["kind"] == "valid");
    }
    Ok(())
}

#[test]
fn a_login_that_foundation_stratum_refuses_ends_with_its_name_and_exit_code_5() -> Result<()> {
    let Some(pool) = ForeignPool::start("a login refused by foundation-stratum", Algorithm::Sha256d, 1.0)? else {
        return Ok(());
    };

    let run = pool.mine(&["--user", "stranger", "--give-up-after", "2s"])?;
    let words = String::from_utf8_lossy(&run.stderr);
    assert_eq!(run.status.code(), Some(5), "{words}");
    assert!(words.contains(pool.address.trim_start_matches("stratum+tcp://")), "{words}");
    Ok(())
}
