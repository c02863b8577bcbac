//! Clients that are not ours, on a pool of ours: whoever speaks Stratum V1 can mine here.

use std::time::Duration;

use anyhow::{Result, ensure};
use hashkit_tests::{left_out, peers, peers::Peer, practice_pool::PracticePool};
use serde_json::{Value, json};

/// The slowest of these peers searches in JavaScript, on a machine that does other things.
const LIMIT: Duration = Duration::from_mins(2);

/// Some ten thousand hashes: the search of a client without a kernel ends within a second.
const EASY: f64 = 0.000_002;

#[test]
fn stratum_client_logs_in_and_has_a_share_accepted_and_three_refused_with_the_codes_it_knows() -> Result<()> {
    let folder = match peers::npm() {
        Ok(folder) => folder,
        Err(reason) => {
            left_out("stratum-client on our pool", &reason);
            return Ok(());
        }
    };
    let pool = PracticePool::start(EASY)?;
    let settings = json!({ "host": "127.0.0.1", "port": pool.port(), "user": "tester.rig1" });
    let peer = Peer::start(&folder, "client.js", &settings)?;

    let subscribed = peer.wait_for("subscribed", LIMIT)?;
    ensure!(subscribed["extraNonce2Size"].as_u64().is_some_and(|size| (2..=8).contains(&size)), "{subscribed}");
    peer.wait_for("authorized", LIMIT)?;
    let accepted = peer.wait_for("accepted", LIMIT)?;
    assert_eq!(accepted["offer"], "a share");
    for (offer, code) in [("the same share again", 22), ("an unknown job", 21), ("a short extranonce2", 20)] {
        let refused = peer.wait_for("refused", LIMIT)?;
        assert_eq!((&refused["offer"], &refused["error"][0]), (&Value::from(offer), &Value::from(code)), "{refused}");
    }

    let stats = pool.pool.stats();
    assert_eq!((stats.accepted, stats.duplicate, stats.rejected, stats.stale), (1, 1, 2, 0));
    Ok(())
}
