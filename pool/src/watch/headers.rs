//! The headers since the start, as a tree: which of several tips has the most work, by our own sums and by the chain's own rule of
//! difficulty.

use std::collections::{HashMap, HashSet, VecDeque};

use hashkit_chain::{BrokenRule, Hash, Header, Position};
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
    /// Unknown where the chain's rule is.
    position: Option<Position>,
}

/// A header that the chain's rules of difficulty and time do not allow: whoever sends it lies, or follows another chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("block {block} cannot be of this chain: {reason}")]
pub(crate) struct WrongHeader {
    block: Hash,
    reason: BrokenRule,
}

impl Headers {
    /// A tree of one tip, which is `root`. Where its position is known, all that grows on it has to follow the chain's rule.
    pub(crate) fn new(root: Hash, position: Option<Position>) -> Self {
        let entry = Entry { previous: Hash::ZERO, work: U256::ZERO, position };
        Self { known: HashMap::from([(root, entry)]), order: VecDeque::from([root]) }
    }

    /// The work from the root to `tip`; `None` for a tip that is not connected to it.
    pub(crate) fn work_of(&self, tip: Hash) -> Option<U256> {
        self.known.get(&tip).map(|entry| entry.work)
    }

    /// Where `tip` stands on its chain.
    pub(crate) fn position_of(&self, tip: Hash) -> Option<Position> {
        self.known.get(&tip)?.position
    }

    /// Adds headers whose proof of work has been checked, each the child of the one before and the first the child of one
    /// that is known; stops at the first that is not.
    ///
    /// # Errors
    /// [`WrongHeader`] for the first that the chain's rule does not allow; those before it are added.
    pub(crate) fn add(&mut self, headers: impl IntoIterator<Item = (Hash, Header)>) -> Result<(), WrongHeader> {
        for (hash, header) in headers {
            let Some(before) = self.known.get(&header.prev_hash) else { return Ok(()) };
            let position = before.position.map(|position| position.next(&header)).transpose();
            let position = position.map_err(|reason| WrongHeader { block: hash, reason })?;
            let work = before.work.saturating_add(work(header.nbits));
            if self.known.insert(hash, Entry { previous: header.prev_hash, work, position }).is_none() {
                self.order.push_back(hash);
            }
            if self.order.len() > KEPT
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
        }
        Ok(())
    }

    /// How many blocks a change of the tip takes back: those of the branch of `old` that are not below `new`. `None` where the
    /// branches do not meet in what is known.
    pub(crate) fn taken_back(&self, old: Hash, new: Hash) -> Option<u32> {
        if self.behind(old, new).is_some() {
            return Some(0);
        }
        let down = |from| std::iter::successors(Some(from), |at| self.known.get(at).map(|entry| entry.previous));
        let kept: HashSet<Hash> = down(new).collect();
        let blocks = down(old).take_while(|at| self.known.contains_key(at)).position(|at| kept.contains(&at))?;
        u32::try_from(blocks).ok()
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
    use hashkit_chain::{ChainName, Nbits, Nonce, Ntime, Version};

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
        let mut headers = Headers::new(hash(1), None);
        for branch in [
            vec![(hash(2), header(1, EASY)), (hash(3), header(2, EASY))],
            vec![(hash(12), header(1, HARDER))],
            vec![(hash(99), header(98, EASY))],
        ] {
            headers.add(branch).expect("without a rule nothing is wrong");
        }
        for (tip, work) in [(1, Some(0)), (2, Some(2)), (3, Some(4)), (12, Some(4)), (99, None)] {
            assert_eq!(headers.work_of(hash(tip)), work.map(U256::from), "{tip}");
        }
        for (tip, best, blocks) in [(3, 3, Some(0)), (1, 3, Some(2)), (12, 3, None), (3, 2, None), (99, 3, None)] {
            assert_eq!(headers.behind(hash(tip), hash(best)), blocks, "{tip} behind {best}");
        }
        for (old, new, blocks) in [
            (2, 3, Some(0)),
            (3, 2, Some(1)),
            (3, 12, Some(2)),
            (12, 3, Some(1)),
            (3, 3, Some(0)),
            (99, 3, None),
            (3, 99, None),
        ] {
            assert_eq!(headers.taken_back(hash(old), hash(new)), blocks, "from {old} to {new}");
        }
    }

    #[test]
    fn a_header_easier_than_the_chain_demands_is_refused_with_all_that_follows() {
        const REAL: u32 = 0x1c0f_ffff;
        let root = header(0, REAL);
        let position = Position::lowest(ChainName::Bitcoin, 800_000, &root).expect("not too easy");
        let mut headers = Headers::new(hash(1), Some(position));
        let lie = [(hash(2), header(1, REAL)), (hash(3), header(2, 0x1d00_ffff)), (hash(4), header(3, REAL))];
        let error = headers.add(lie).expect_err("a lie").to_string();
        assert!(error.contains("bits are 1d00ffff, but bitcoin demands 1c0fffff at height 800002"), "{error}");
        assert!(headers.work_of(hash(2)).is_some() && headers.work_of(hash(3)).is_none());
        assert_eq!(headers.position_of(hash(2)).map(|position| position.height()), Some(800_001));
    }

    #[test]
    fn old_headers_are_forgotten() {
        let mut headers = Headers::new(Hash::ZERO, None);
        let name = |number: usize| hashkit_chain::sha256d(&number.to_le_bytes());
        let mut previous = Hash::ZERO;
        for number in 0..2 * KEPT {
            let next = Header { prev_hash: previous, ..header(0, 0x207f_ffff) };
            headers.add([(name(number), next)]).expect("without a rule nothing is wrong");
            previous = name(number);
        }
        assert_eq!((headers.known.len(), headers.order.len()), (KEPT, KEPT));
        assert!(headers.work_of(previous).is_some() && headers.work_of(name(0)).is_none());
    }
}
