//! The headers since the start, as a tree: which of several tips has the most work, by our own sums.

use std::collections::{HashMap, VecDeque};

use hashkit_chain::{Hash, Header};
use ruint::aliases::U256;

use crate::work::work;

/// Three weeks of Bitcoin. Older headers are forgotten, so that a chain of one-second blocks does not fill the memory.
const KEPT: usize = 4096;

/// Headers above the tip that was known first, whose work counts as none.
#[derive(Debug)]
pub(crate) struct Headers {
    known: HashMap<Hash, Entry>,
    order: VecDeque<Hash>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    previous: Hash,
    work: U256,
}

impl Headers {
    /// A tree of one tip, which is `root`.
    pub(crate) fn new(root: Hash) -> Self {
        let entry = Entry { previous: Hash::ZERO, work: U256::ZERO };
        Self { known: HashMap::from([(root, entry)]), order: VecDeque::from([root]) }
    }

    /// The work from the root to `tip`; `None` for a tip that is not connected to it.
    pub(crate) fn work_of(&self, tip: Hash) -> Option<U256> {
        self.known.get(&tip).map(|entry| entry.work)
    }

    /// Adds headers whose proof of work has been checked, each the child of the one before and the first the child of one
    /// that is known; stops at the first that is not.
    pub(crate) fn add(&mut self, headers: impl IntoIterator<Item = (Hash, Header)>) {
        for (hash, header) in headers {
            let Some(before) = self.work_of(header.prev_hash) else { return };
            let entry = Entry { previous: header.prev_hash, work: before.saturating_add(work(header.nbits)) };
            if self.known.insert(hash, entry).is_none() {
                self.order.push_back(hash);
            }
        }
        while self.order.len() > KEPT {
            if let Some(oldest) = self.order.pop_front() {
                self.known.remove(&oldest);
            }
        }
    }

    /// How many blocks `tip` lies below `best`; `None` where it is not on the way from there down to the root.
    pub(crate) fn behind(&self, tip: Hash, best: Hash) -> Option<u32> {
        let mut at = best;
        for blocks in 0.. {
            if at == tip {
                return Some(blocks);
            }
            at = self.known.get(&at)?.previous;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use hashkit_chain::{Nbits, Nonce, Ntime, Version};

    use super::*;

    fn hash(byte: u8) -> Hash {
        Hash::from_internal([byte; 32])
    }

    fn header(previous: u8, nbits: u32) -> Header {
        let (prev_hash, merkle_root) = (hash(previous), Hash::ZERO);
        Header { version: Version(4), prev_hash, merkle_root, ntime: Ntime(1), nbits: Nbits(nbits), nonce: Nonce(0) }
    }

    #[test]
    fn work_adds_up_along_each_branch_and_what_hangs_in_the_air_has_none() {
        const EASY: u32 = 0x207f_ffff;
        const HARDER: u32 = 0x203f_ffff;
        let mut headers = Headers::new(hash(1));
        headers.add([(hash(2), header(1, EASY)), (hash(3), header(2, EASY))]);
        headers.add([(hash(12), header(1, HARDER))]);
        headers.add([(hash(99), header(98, EASY))]);
        for (tip, work) in [(1, Some(0)), (2, Some(2)), (3, Some(4)), (12, Some(4)), (99, None)] {
            assert_eq!(headers.work_of(hash(tip)), work.map(U256::from), "{tip}");
        }
        for (tip, best, blocks) in [(3, 3, Some(0)), (1, 3, Some(2)), (12, 3, None), (3, 2, None), (99, 3, None)] {
            assert_eq!(headers.behind(hash(tip), hash(best)), blocks, "{tip} behind {best}");
        }
    }

    #[test]
    fn old_headers_are_forgotten() {
        let mut headers = Headers::new(Hash::ZERO);
        let name = |number: usize| hashkit_chain::sha256d(&number.to_le_bytes());
        let mut previous = Hash::ZERO;
        for number in 0..2 * KEPT {
            headers.add([(name(number), Header { prev_hash: previous, ..header(0, 0x207f_ffff) })]);
            previous = name(number);
        }
        assert_eq!((headers.known.len(), headers.order.len()), (KEPT, KEPT));
        assert!(headers.work_of(previous).is_some() && headers.work_of(name(0)).is_none());
    }
}
