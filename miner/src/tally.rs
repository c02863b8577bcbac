//! The sums of a run. Each is counted where it happens, none is computed from the others, so that they can be compared.

use std::time::Duration;

use hashkit_pool::{PoolEvent, ShareVerdict, SubmitAnswer};

use crate::session::{Block, Event, Fate};

/// How the shares of a run ended, as the session saw it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Shares that the pool counts.
    pub(crate) accepted: u64,
    /// Shares that the pool refused.
    pub(crate) refused: u64,
    /// Shares whose job the pool no longer knew.
    pub(crate) stale: u64,
    /// Shares without an answer: not sent, or the connection ended first.
    pub(crate) lost: u64,
    /// Accepted shares that are blocks, those on one parent counted once.
    pub(crate) blocks: u64,
    /// What the user's own nodes say to the blocks, where they are heard.
    pub(crate) taken: Option<Taken>,
    /// How long after its job was replaced a share came to the pool inside this process, at most.
    pub(crate) longest_stale: Duration,
}

/// What became of blocks at the user's own nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// In the chain when the node answered.
    pub(crate) blocks: u64,
    /// On a side branch, refused, never answered for, or not handed in beside others on the same parent.
    pub(crate) lost: u64,
}

impl Tally {
    /// Takes a node's word in.
    pub(crate) fn hear(&mut self, event: &PoolEvent) {
        if let PoolEvent::Share { verdict: ShareVerdict::Stale { since }, .. } = event {
            self.longest_stale = self.longest_stale.max(*since);
        }
        let Some(taken) = &mut self.taken else { return };
        match event {
            PoolEvent::Block { answer: Ok(SubmitAnswer::Accepted | SubmitAnswer::Known), .. } => taken.blocks += 1,
            PoolEvent::Block { .. } | PoolEvent::Surplus { .. } => taken.lost += 1,
            _ => {}
        }
    }

    /// Takes one event in.
    pub(crate) fn count(&mut self, event: &Event) {
        let Event::Share(share) = event else { return };
        match share.fate {
            Fate::Accepted => {
                self.accepted += 1;
                self.blocks += u64::from(share.found.block == Block::Yes);
            }
            Fate::Refused { .. } => self.refused += 1,
            Fate::Stale { .. } => self.stale += 1,
            Fate::Lost => self.lost += 1,
        }
    }
}

/// What the devices' own meters say at the end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Metered {
    /// Hashes done.
    pub(crate) hashes: u64,
    /// Solutions that the judge confirmed.
    pub(crate) found: u64,
    /// Of these, how many belonged to a job already replaced: never sent.
    pub(crate) stale: u64,
    /// For how long a device has gone on with a job already replaced, at most.
    pub(crate) longest_stale: Duration,
    /// Of these, how many found the queue to the pool full: never sent.
    pub(crate) dropped: u64,
    /// Solutions that the judge refused.
    pub(crate) faults: u64,
}

impl Metered {
    /// These and those.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            hashes: self.hashes + other.hashes,
            found: self.found + other.found,
            stale: self.stale + other.stale,
            longest_stale: self.longest_stale.max(other.longest_stale),
            dropped: self.dropped + other.dropped,
            faults: self.faults + other.faults,
        }
    }
}

/// The end of a run in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) elapsed: Duration,
    pub(crate) hashes: u64,
    pub(crate) faults: u64,
    pub(crate) blocks: u64,
    /// The height of the practice chain at the end, where there is one.
    pub(crate) height: Option<u32>,
    /// What the user's own nodes said to the blocks.
    pub(crate) taken: Option<Taken>,
    /// Counted by the devices' meters; the four below by their ends.
    pub(crate) found: u64,
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    pub(crate) stale: u64,
    pub(crate) lost: u64,
    /// How long after its job was replaced a share was still found by a device, or came to the pool inside this process, at most.
    pub(crate) longest_stale: Duration,
}

impl Summary {
    /// Puts the two books beside each other.
    pub(crate) fn new(tally: Tally, metered: Metered, elapsed: Duration, height: Option<u32>) -> Self {
        Self {
            elapsed,
            hashes: metered.hashes,
            faults: metered.faults,
            blocks: tally.blocks,
            height,
            taken: tally.taken,
            found: metered.found,
            accepted: tally.accepted,
            refused: tally.refused,
            stale: tally.stale + metered.stale,
            lost: tally.lost + metered.dropped,
            longest_stale: tally.longest_stale.max(metered.longest_stale),
        }
    }

    /// Whether every share found has ended in exactly one way.
    pub(crate) fn agrees(&self) -> bool {
        self.found == self.accepted + self.refused + self.stale + self.lost
    }
}

#[cfg(test)]
mod tests {
    use hashkit_chain::{Difficulty, Hash};

    use super::*;
    use crate::session::{Found, ShareSeen};

    fn ended(fate: Fate, block: Block) -> Event {
        let (hash, parent) = (Hash::ZERO, Hash::ZERO);
        let found = Found { difficulty: Difficulty::ONE, asked: Difficulty::ONE, block, hash, parent, height: None };
        Event::Share(ShareSeen { pool: 0, fate, found, took: None })
    }

    #[test]
    fn a_share_is_counted_by_how_it_ended_and_a_block_only_when_accepted() {
        let mut tally = Tally::default();
        for event in [
            ended(Fate::Accepted, Block::No),
            ended(Fate::Accepted, Block::Yes),
            ended(Fate::Accepted, Block::Sibling),
            ended(Fate::Refused { reason: "low difficulty".into() }, Block::Yes),
            ended(Fate::Stale { reason: "stale".into() }, Block::Yes),
            ended(Fate::Lost, Block::Yes),
            Event::Connecting { pool: "pool.example:3333".into() },
        ] {
            tally.count(&event);
        }
        assert_eq!(tally, Tally { accepted: 3, refused: 1, stale: 1, lost: 1, blocks: 1, ..Tally::default() });
    }

    #[test]
    fn the_sums_agree_only_when_no_share_is_missing_and_none_is_twice() {
        let tally = Tally { accepted: 2, refused: 1, stale: 1, lost: 1, blocks: 1, ..Tally::default() };
        for (case, found, agrees) in [("one missing", 6, false), ("all", 7, true), ("one too many", 8, false)] {
            let metered = Metered { found, stale: 1, dropped: 1, ..Metered::default() };
            assert_eq!(Summary::new(tally, metered, Duration::ZERO, None).agrees(), agrees, "{case}");
        }
    }
}
