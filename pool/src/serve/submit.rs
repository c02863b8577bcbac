//! A block on its way to the node: handed in at once, again until there is a verdict, and never twice.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hashkit_chain::{Block, Hash, Share};
use tokio::time::{Instant, sleep};

use super::Shared;
use super::event::{PoolEvent, count};
use crate::node::{Node, NodeError, SubmitAnswer};

/// How long a block is offered to a node that does not answer. Another block will have won by then.
const PATIENCE: Duration = Duration::from_mins(10);

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// The identities of blocks handed in lately, so that a repeated submit does not bother the node.
#[derive(Default)]
pub(crate) struct HandedIn(Mutex<VecDeque<Hash>>);

impl HandedIn {
    const KEPT: usize = 64;

    /// Whether it is new.
    fn note(&self, id: Hash) -> bool {
        let mut ids = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if ids.contains(&id) {
            return false;
        }
        ids.push_back(id);
        if ids.len() > Self::KEPT {
            ids.pop_front();
        }
        true
    }
}

impl Shared {
    /// Finishes the block of `share` and brings it to the node, on a task of its own.
    pub(crate) fn hand_in(self: &Arc<Self>, share: &Share, user: &str) {
        if !self.handed_in.note(share.header().id()) {
            return;
        }
        let Some(block) = self.block_of(share) else {
            tracing::error!(hash = %share.header().id(), "a block was found whose template is gone");
            count(&self.counters.blocks_lost);
            return;
        };
        let (shared, user) = (Arc::clone(self), user.to_owned());
        // Not ended with the connections: shutting down waits for it.
        self.spawn_to_the_end(async move { shared.bring(block, user).await });
    }

    async fn bring(&self, block: Block, user: String) {
        let start = Instant::now();
        let answer = offer(&self.node, &block).await;
        let (height, hash, took) = (block.height(), block.id(), start.elapsed());
        let took_ms = took.as_secs_f64() * 1e3;
        match &answer {
            Ok(SubmitAnswer::Accepted | SubmitAnswer::Known) => {
                count(&self.counters.blocks);
                tracing::info!(height, %hash, took_ms, "block accepted");
            }
            Ok(SubmitAnswer::SideBranch) => {
                count(&self.counters.blocks_lost);
                // A lost race is nobody's fault, and frequent where blocks are easy.
                tracing::info!(height, %hash, took_ms, "block too late: another one on the same parent came first");
            }
            Ok(answer) => {
                count(&self.counters.blocks_lost);
                tracing::warn!(height, %hash, took_ms, ?answer, "block not accepted");
            }
            Err(error) => {
                count(&self.counters.blocks_lost);
                tracing::error!(height, %hash, %error, "block lost: the node gave no verdict");
            }
        }
        self.tell(PoolEvent::Block { height, hash, user, answer: answer.map_err(|error| error.to_string()), took });
    }
}

/// The node's verdict. A block is not given up because a call failed: the failure may be the answer's, not the question's.
async fn offer(node: &Node, block: &Block) -> Result<SubmitAnswer, NodeError> {
    let start = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match node.submit(block).await {
            Ok(answer @ (SubmitAnswer::Known | SubmitAnswer::SideBranch)) => {
                // The word says where the block was when it came; where it is now counts.
                let on_the_chain = node.confirmations(block.id()).await.is_ok_and(|confirmations| confirmations > 0);
                return Ok(if on_the_chain { SubmitAnswer::Accepted } else { answer });
            }
            Ok(answer) => return Ok(answer),
            Err(error) if start.elapsed() > PATIENCE => return Err(error),
            Err(error) => {
                tracing::warn!(%error, height = block.height(), "offering the block again");
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_handed_in_once() {
        let handed_in = HandedIn::default();
        let id = |byte| Hash::from_internal([byte; 32]);
        assert!(handed_in.note(id(1)));
        assert!(!handed_in.note(id(1)));
        for byte in 2..=65 {
            assert!(handed_in.note(id(byte)), "{byte}");
        }
        assert!(handed_in.note(id(1)), "only the latest are remembered");
    }
}
