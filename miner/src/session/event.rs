//! What a pool session tells those who watch it.

use std::time::Duration;

use hashkit_chain::{Difficulty, Hash, Job, Share, Target};

use crate::coinbase::CoinbaseTransaction;

/// One thing that happened, in the order in which it happened.
#[derive(Debug)]
pub(crate) enum Event {
    /// A connection attempt begins.
    Connecting { pool: String },
    /// The pool has accepted the login.
    LoggedIn { pool: String, user: String },
    /// A job has replaced the one before.
    Job(JobSeen),
    /// The end of one share.
    Share(ShareSeen),
    /// The pool says something to people.
    Message { pool: String, text: String },
    /// Something that heals itself but costs.
    Warning { pool: String, text: String },
    /// So many events of a kind were not told, because the pool caused too many.
    LeftOut { pool: String, what: Flood, count: u64 },
    /// What is known of a pool's health has changed.
    Health { pool: String, health: HealthSeen },
    /// A pool is left; the devices rest until the next job.
    Left { pool: String, why: String, next: String, wait: Duration },
}

/// What a pool can cause as often as it likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flood {
    /// Its messages, and warnings of what it does wrong.
    Notices,
    /// Its jobs; all of them are mined.
    Jobs,
}

/// A pool's health as the views show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HealthSeen {
    /// It has given work, or has given again what it owed.
    Alive { was_suspect: bool },
    /// It owes something, and will be left after `left_in` unless it gives it.
    Suspect { why: String, left_in: Duration },
    /// It is well on a side connection, and will be returned to after `back_in` if it stays so.
    Proving { back_in: Duration },
    /// It was well on a side connection, but not for long enough.
    Unproven { why: String },
    /// It was returned to and did not last: it is not looked at for this long.
    Paused { pause: Duration },
}

/// A job as the views show it.
#[derive(Debug, Clone)]
pub(crate) struct JobSeen {
    pub(crate) pool: String,
    pub(crate) id: String,
    /// The height that the coinbase states (BIP 34); `None` where it states none.
    pub(crate) height: Option<u64>,
    pub(crate) difficulty: Difficulty,
    /// Whether it makes shares of earlier jobs worthless.
    pub(crate) is_clean: bool,
    /// The block that it builds on.
    pub(crate) parent: Hash,
    /// Whether the job that was told before builds on another, or there was none.
    pub(crate) is_on_new_block: bool,
    /// The difficulty of a block; `None` where its bits name no target.
    pub(crate) network_difficulty: Option<Difficulty>,
    /// What the coinbase pays, in the coin's smallest unit; `None` where it cannot be read.
    pub(crate) reward: Option<u64>,
}

impl JobSeen {
    pub(crate) fn of(job: &Job, pool: String, is_clean: bool, is_on_new_block: bool) -> Self {
        let network = Target::from_compact(job.nbits).ok();
        Self {
            pool,
            id: job.id.to_string(),
            height: stated_height(&job.coinbase.prefix),
            difficulty: Difficulty::of_target(job.share_target, job.algorithm),
            is_clean,
            parent: job.prev_hash,
            is_on_new_block,
            network_difficulty: network.map(|target| Difficulty::of_target(target, job.algorithm)),
            reward: CoinbaseTransaction::of(job).ok().map(|coinbase| coinbase.reward()),
        }
    }
}

/// How a share ended. Each share that a device found ends in exactly one of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The pool counts it.
    Accepted,
    /// The pool refuses it, for the reason in its own words.
    Refused { reason: String },
    /// The pool no longer knows its job.
    Stale { reason: String },
    /// No answer will come: its connection ended before it was sent, or before it was answered.
    Lost,
}

/// A share and how it ended.
#[derive(Debug, Clone)]
pub(crate) struct ShareSeen {
    /// The number of the pool for which it was found, among all pools of the run.
    pub(crate) pool: usize,
    pub(crate) fate: Fate,
    pub(crate) found: Found,
    /// From sending to the answer; `None` where none came.
    pub(crate) took: Option<Duration>,
}

/// Whether a share is a block too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Block {
    /// It meets the share target alone.
    No,
    /// It meets the network target.
    Yes,
    /// As `Yes`, but another block on the same parent was accepted before: a chain keeps only one of the two.
    Sibling,
}

/// What there is to tell about a share before it is answered.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    /// The difficulty that its hash has met.
    pub(crate) difficulty: Difficulty,
    /// The difficulty that the pool asked for.
    pub(crate) asked: Difficulty,
    /// Whether it is a block too.
    pub(crate) block: Block,
    /// The block before it.
    pub(crate) parent: Hash,
    /// The header's id: the block's hash where it is one.
    pub(crate) hash: Hash,
    /// The height that the coinbase states.
    pub(crate) height: Option<u64>,
}

impl From<&Share> for Found {
    fn from(share: &Share) -> Self {
        let job = share.job();
        Self {
            difficulty: share.difficulty(),
            asked: Difficulty::of_target(job.share_target, job.algorithm),
            block: if share.is_block() { Block::Yes } else { Block::No },
            parent: job.prev_hash,
            hash: share.header().id(),
            height: stated_height(&job.coinbase.prefix),
        }
    }
}

/// The height that a coinbase states as its first push (BIP 34), read from the part before extranonce1. `None` where that
/// part is cut before the push ends, or begins with something else.
pub(crate) fn stated_height(prefix: &[u8]) -> Option<u64> {
    // Version, number of inputs (one), the null outpoint, length of the script (one byte: at most 100).
    const SCRIPT: usize = 4 + 1 + 36 + 1;
    let script = prefix.get(SCRIPT..)?;
    match *script.first()? {
        0 => Some(0),
        // OP_1 to OP_16 push their own number.
        push @ 0x51..=0x60 => Some(u64::from(push - 0x50)),
        len @ 1..=8 => {
            let bytes = script.get(1..=usize::from(len))?;
            Some(bytes.iter().rev().fold(0, |height, byte| height << 8 | u64::from(*byte)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_height_is_read_from_the_coinbase() {
        for (case, script, height) in [
            ("a height of Bitcoin today", &[3, 0x40, 0x0d, 0x0e, 9][..], Some(0x0e_0d40)),
            ("the sixteenth block", &[0x60][..], Some(16)),
            ("the first block", &[0x51][..], Some(1)),
            ("the seventeenth block", &[1, 17][..], Some(17)),
            ("a push that is cut off", &[3, 0x40][..], None),
            ("no push of a number", &[0x6a, 1, 2][..], None),
            ("no script", &[][..], None),
        ] {
            let prefix = [&[0; 42][..], script].concat();
            assert_eq!(stated_height(&prefix), height, "{case}");
        }
        assert_eq!(stated_height(&[]), None);
    }
}
