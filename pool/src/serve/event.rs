//! What a pool tells its owner: events as they happen, and sums.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hashkit_chain::{Difficulty, Hash, Previous};
use tokio::sync::broadcast;

use super::shares::ShareVerdict;
use crate::health::ChainEvent;
use crate::node::{ChildAnswer, SubmitAnswer};
use crate::watch::Standing;

/// What happened in a pool.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PoolEvent {
    /// A new job went out to all connections.
    Job {
        /// The height of the block to be.
        height: u32,
        /// Its parent.
        prev_hash: Hash,
        /// What became of the earlier jobs.
        previous: Previous,
    },
    /// A user may submit shares from now on.
    Joined {
        /// The login name.
        user: String,
        /// Where from.
        peer: String,
    },
    /// A connection ended.
    Left {
        /// Where it came from.
        peer: String,
        /// Why.
        reason: String,
    },
    /// A share was judged.
    Share {
        /// The login name.
        user: String,
        /// The difficulty that it was checked against, and counts for if it is accepted.
        difficulty: Difficulty,
        /// What the pool said.
        verdict: ShareVerdict,
    },
    /// A submit was refused before anybody hashed it: malformed, of an unknown or replaced job, sent before, or by nobody who
    /// has logged in.
    Refused {
        /// The name it came with, made fit for a terminal.
        user: String,
        /// What the miner was told.
        reason: String,
    },
    /// A node has answered for a block.
    Answer {
        /// The node.
        node: String,
        /// The block's height.
        height: u32,
        /// Its identity.
        hash: Hash,
        /// What the node said; an error when it gave no verdict.
        answer: Result<SubmitAnswer, String>,
    },
    /// A found block is not on disk; it is sent all the same.
    Unsaved {
        /// The block's height.
        height: u32,
        /// Why, with the next step.
        message: String,
    },
    /// The node would refuse our blocks since the layout of their coinbase has changed.
    Doubted {
        /// Its word, with the next step.
        message: String,
    },
    /// What became of a block: told once, as soon as one node has taken it, or all have answered or been given up.
    Block {
        /// Its height.
        height: u32,
        /// Its identity.
        hash: Hash,
        /// Who found it.
        user: String,
        /// The best answer of all nodes; an error when none ever gave a verdict.
        answer: Result<SubmitAnswer, String>,
        /// From the submit's arrival to the node's answer.
        took: Duration,
    },
    /// A block is not handed in, because enough others on the same parent are: the chain keeps one of them.
    Surplus {
        /// Its height.
        height: u32,
        /// Its identity.
        hash: Hash,
        /// Who found it.
        user: String,
    },
    /// A node is left, or good again. Said once a change; without a good node the connections keep their last job.
    Node {
        /// The node.
        node: String,
        /// How it stands now.
        standing: Standing,
    },
    /// What became of a block of a child chain.
    ChildBlock {
        /// The child's node.
        node: String,
        /// Its chain's number.
        chain_id: u32,
        /// The block's height.
        height: u32,
        /// Its identity.
        hash: Hash,
        /// Who found it.
        user: String,
        /// What the node said; an error when it never gave a verdict.
        answer: Result<ChildAnswer, String>,
        /// From the share's arrival to the answer.
        took: Duration,
    },
    /// A child chain is not mined any more, or again. Said once a change.
    ChildNode {
        /// The child's node.
        node: String,
        /// Why not; `None` where all is well.
        problem: Option<String>,
    },
    /// Something about the chain, or a node's view of it.
    Chain(ChainEvent),
}

/// Sums since the start. Every submit is in exactly one of the first four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PoolStats {
    /// Shares that count.
    pub accepted: u64,
    /// Shares on a parent that was no longer the tip.
    pub stale: u64,
    /// Shares sent before.
    pub duplicate: u64,
    /// Shares that the judge refused, and submits that were no shares of a known job.
    pub rejected: u64,
    /// Blocks that the node took, or had already.
    pub blocks: u64,
    /// Blocks that the node refused, put on a side branch, or never answered for, and those that were not handed in because enough
    /// others on the same parent were.
    pub blocks_lost: u64,
    /// Blocks of child chains that their nodes took.
    pub child_blocks: u64,
    /// Blocks of child chains that their nodes refused, or never answered for.
    pub child_blocks_lost: u64,
    /// Connections open now.
    pub connections: u64,
    /// Connections turned away because the limit was reached.
    pub turned_away: u64,
}

/// The counters behind [`PoolStats`].
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) accepted: AtomicU64,
    pub(crate) stale: AtomicU64,
    pub(crate) duplicate: AtomicU64,
    pub(crate) rejected: AtomicU64,
    pub(crate) blocks: AtomicU64,
    pub(crate) blocks_lost: AtomicU64,
    pub(crate) child_blocks: AtomicU64,
    pub(crate) child_blocks_lost: AtomicU64,
    pub(crate) connections: AtomicU64,
    pub(crate) turned_away: AtomicU64,
}

/// One more.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counters {
    pub(crate) fn count_verdict(&self, verdict: ShareVerdict) {
        count(match verdict {
            ShareVerdict::Accepted => &self.accepted,
            ShareVerdict::Stale { .. } => &self.stale,
            ShareVerdict::Duplicate => &self.duplicate,
            ShareVerdict::Rejected(_) => &self.rejected,
        });
    }

    pub(crate) fn read(&self) -> PoolStats {
        let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        PoolStats {
            accepted: value(&self.accepted),
            stale: value(&self.stale),
            duplicate: value(&self.duplicate),
            rejected: value(&self.rejected),
            blocks: value(&self.blocks),
            blocks_lost: value(&self.blocks_lost),
            child_blocks: value(&self.child_blocks),
            child_blocks_lost: value(&self.child_blocks_lost),
            connections: value(&self.connections),
            turned_away: value(&self.turned_away),
        }
    }
}

/// The events of a pool from the moment of asking on. A reader that falls far behind misses the oldest.
pub struct PoolEvents(pub(crate) broadcast::Receiver<PoolEvent>);

impl PoolEvents {
    /// The next event; `None` after the pool has closed.
    pub async fn next(&mut self) -> Option<PoolEvent> {
        loop {
            match self.0.recv().await {
                Ok(event) => return Some(event),
                Err(broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "events came faster than they were read");
                }
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}
