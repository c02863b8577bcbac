//! The verdict on a share, in the order that loses no block and counts nothing twice: the hash, the network target, whether
//! it comes in time, whether it comes first. The session has checked its form, and the judge is `hashkit_chain::Share`.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hashkit_chain::{Hash, Reject, Share, Solution};
use hashkit_stratum::Standing;

/// What became of a submit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareVerdict {
    /// It counts.
    Accepted,
    /// Found under a parent that is no longer the tip.
    Stale {
        /// For how long it no longer has been.
        since: Duration,
    },
    /// The very same header was accepted before.
    Duplicate,
    /// The judge refuses it.
    Rejected(Reject),
}

/// A verdict, and the share that may be a block, here or on a child chain, whatever the verdict is. A duplicate is none again.
pub(crate) struct Judgement {
    pub(crate) verdict: ShareVerdict,
    pub(crate) share: Option<Share>,
}

/// Which parent is current, and what was accepted under it.
pub(crate) struct Shares {
    seen: Mutex<Seen>,
}

impl Shares {
    pub(crate) fn new(tip: Hash) -> Self {
        Self { seen: Mutex::new(Seen::new(tip, MOST_SEEN)) }
    }

    /// From now on only shares on this parent count. What was accepted is forgotten when the parent changes, never else.
    pub(crate) fn turn_to(&self, tip: Hash) {
        let mut seen = self.lock();
        if seen.tip != tip {
            *seen = Seen::new(tip, MOST_SEEN);
        }
    }

    /// The judge first, then whether it comes in time and for the first time. A block is one even when it comes too late: its
    /// parent may yet win.
    pub(crate) fn judge(&self, solution: &Solution, standing: Standing) -> Judgement {
        let checked = Share::check(solution);
        let mut seen = self.lock();
        let stale = standing == Standing::Replaced || seen.tip != solution.work.job().prev_hash;
        match checked {
            Ok(share) => {
                let verdict = if stale {
                    ShareVerdict::Stale { since: seen.since.elapsed() }
                } else if seen.insert(&share.header().id()) {
                    ShareVerdict::Accepted
                } else {
                    ShareVerdict::Duplicate
                };
                let share = (verdict != ShareVerdict::Duplicate).then_some(share);
                Judgement { verdict, share }
            }
            Err(_) if stale => Judgement { verdict: ShareVerdict::Stale { since: seen.since.elapsed() }, share: None },
            Err(reject) => Judgement { verdict: ShareVerdict::Rejected(reject), share: None },
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first half of a header's id is enough to tell headers apart.
type Key = [u8; 16];

/// Two such sets are 40 MB. A million accepted shares between two blocks want a higher difficulty, not more memory.
const MOST_SEEN: usize = 1 << 20;

struct Seen {
    tip: Hash,
    /// Since when it is the tip.
    since: Instant,
    most: usize,
    accepted: HashSet<Key>,
    /// What filled `accepted` before.
    earlier: HashSet<Key>,
}

impl Seen {
    fn new(tip: Hash, most: usize) -> Self {
        Self { tip, since: Instant::now(), most, accepted: HashSet::new(), earlier: HashSet::new() }
    }

    /// Whether it is new.
    fn insert(&mut self, id: &Hash) -> bool {
        let key = *id.as_internal().first_chunk().expect("a hash has 32 bytes");
        if self.earlier.contains(&key) || !self.accepted.insert(key) {
            return false;
        }
        if self.accepted.len() == self.most {
            self.earlier = std::mem::take(&mut self.accepted);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hashkit_chain::{Algorithm, Coinbase, Extranonce2, Job, Nbits, Nonce, Ntime, Target, Version, Work, sha256d};

    use super::*;
    use Standing::{Live, Replaced};

    const TIP: Hash = Hash::from_internal([7; 32]);

    /// Every second hash meets the network target of regtest, and of the share target the caller says.
    fn job(nbits: u32, share_target: Target) -> Arc<Job> {
        Arc::new(Job {
            id: "1".into(),
            algorithm: Algorithm::Sha256d,
            version: Version(0x2000_0000),
            version_mask: 0,
            prev_hash: TIP,
            coinbase: Coinbase { prefix: vec![1], extranonce1: vec![2; 4], extranonce2_len: 8, suffix: vec![3] },
            branch: vec![],
            nbits: Nbits(nbits),
            ntime: Ntime(1_000),
            last_ntime: Ntime(1_000),
            share_target,
        })
    }

    fn solution(job: &Arc<Job>, nonce: u32, ntime: u32) -> Solution {
        let extranonce2 = Extranonce2::from_bytes(&[0; 8]).expect("eight bytes");
        let work = Work::claimed(Arc::clone(job), extranonce2, job.version, Ntime(ntime));
        Solution { work, nonce: Nonce(nonce), version: job.version }
    }

    const EASY: u32 = 0x207f_ffff;
    const HARD: u32 = 0x0300_0001;

    fn is_stale(verdict: ShareVerdict) -> bool {
        matches!(verdict, ShareVerdict::Stale { .. })
    }

    #[test]
    fn a_share_counts_once_and_only_on_the_tip() {
        let shares = Shares::new(TIP);
        let job = job(HARD, Target::MAX);
        assert_eq!(shares.judge(&solution(&job, 0, 1_000), Live).verdict, ShareVerdict::Accepted);
        assert_eq!(shares.judge(&solution(&job, 0, 1_000), Live).verdict, ShareVerdict::Duplicate);
        assert_eq!(shares.judge(&solution(&job, 1, 1_000), Live).verdict, ShareVerdict::Accepted);
        let late = shares.judge(&solution(&job, 2, 999), Live).verdict;
        assert_eq!(late, ShareVerdict::Rejected(Reject::NtimeNotAllowed(Ntime(999))));

        let replaced = shares.judge(&solution(&job, 4, 1_000), Replaced).verdict;
        assert!(is_stale(replaced), "a clean job has replaced its job");
        shares.turn_to(TIP);
        assert_eq!(
            shares.judge(&solution(&job, 0, 1_000), Live).verdict,
            ShareVerdict::Duplicate,
            "the same parent again"
        );
        shares.turn_to(Hash::ZERO);
        assert!(is_stale(shares.judge(&solution(&job, 3, 1_000), Live).verdict));
        assert!(is_stale(shares.judge(&solution(&job, 3, 999), Live).verdict), "stale is said first");
    }

    #[test]
    fn a_block_is_handed_on_even_when_it_is_stale_but_not_twice() {
        let shares = Shares::new(TIP);
        let job = job(EASY, Target::MAX);
        let is_block = |judgement: &Judgement| judgement.share.as_ref().is_some_and(Share::is_block);
        let found = |nonce: &u32| is_block(&shares.judge(&solution(&job, *nonce, 1_000), Live));
        let nonce = (0..64).find(found).expect("every second hash is a block");
        let again = shares.judge(&solution(&job, nonce, 1_000), Live);
        assert!(again.verdict == ShareVerdict::Duplicate && again.share.is_none());
        shares.turn_to(Hash::ZERO);
        let late = shares.judge(&solution(&job, nonce, 1_000), Live);
        assert!(is_stale(late.verdict) && is_block(&late));
    }

    #[test]
    fn the_table_of_accepted_shares_is_bounded() {
        let mut seen = Seen::new(TIP, 100);
        let id = |number: usize| sha256d(&number.to_le_bytes());
        for number in 0..=200 {
            assert!(seen.insert(&id(number)));
        }
        assert_eq!((seen.accepted.len(), seen.earlier.len()), (1, 100));
        assert!(!seen.insert(&id(200)) && !seen.insert(&id(100)), "recent ones are known");
    }
}
