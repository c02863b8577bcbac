//! The user's own node beside pools: what it builds on, every second, to hold the pools' jobs against.

use std::time::{Duration, Instant};

use hashkit_pool::Node;
use tokio::time::sleep;

use crate::session::{Teller, Tips};

/// How often it is asked.
const EVERY: Duration = Duration::from_secs(1);
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_secs(5);

/// Tells `tips` of the node's newest block, and which of the pools' blocks it knows others on; until dropped.
pub(crate) async fn follow(node: Node, tips: Tips) {
    let mut said = String::new();
    loop {
        match node.best_block(ANSWER).await {
            Ok(tip) => {
                said.clear();
                tips.saw(Teller::Node, tip, Instant::now());
                for block in tips.elsewhere(Teller::Node) {
                    // One confirmation is the block's own. A block that it does not know may be newer than its own.
                    if node.confirmations(block).await.is_ok_and(|confirmations| confirmations > 1) {
                        tips.is_buried(block, Instant::now());
                    }
                }
            }
            Err(error) => {
                tips.is_gone(Teller::Node);
                let words = error.to_string();
                if words != said {
                    tracing::warn!("pools are not held against the node: {words}");
                    said = words;
                }
            }
        }
        sleep(EVERY).await;
    }
}
