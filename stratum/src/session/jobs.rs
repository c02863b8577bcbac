//! The jobs sent to one connection, and the shares that came back.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use hashkit_chain::{Extranonce2, Job, JobId, Nonce, Ntime, Previous, Version};

use super::{Refusal, Standing};

/// What makes a share the same as another, in decoded form: letter case and padding make no new share. The extranonce1 is
/// the job's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ShareKey {
    pub(super) extranonce2: Extranonce2,
    pub(super) ntime: Ntime,
    pub(super) nonce: Nonce,
    pub(super) version: Version,
}

/// A share that waits for its verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) serial: u64,
    pub(super) key: ShareKey,
}

#[derive(Debug)]
struct Issued {
    serial: u64,
    job: Arc<Job>,
    /// The version bits that the job itself leaves free.
    free_bits: u32,
    /// `None` for jobs of another parent: their shares are refused as stale.
    standing: Option<Standing>,
    shares: HashSet<ShareKey>,
}

/// The newest jobs, oldest first.
#[derive(Debug, Default)]
pub(super) struct IssuedJobs {
    next_serial: u64,
    issued: VecDeque<Issued>,
}

impl IssuedJobs {
    /// No more are remembered.
    const MAX: usize = 16;
    /// The most shares that are remembered under all of them together.
    pub(super) const MAX_SHARES: usize = 100_000;

    pub(super) fn add(&mut self, job: Job, free_bits: u32, previous: Previous) {
        if previous == Previous::Worthless {
            for old in &mut self.issued {
                if old.job.prev_hash == job.prev_hash {
                    old.standing = old.standing.map(|_| Standing::Replaced);
                } else {
                    old.standing = None;
                    old.shares = HashSet::new();
                }
            }
        }
        if self.issued.len() == Self::MAX {
            self.issued.pop_front();
        }
        let serial = self.next_serial;
        self.next_serial += 1;
        let (job, standing) = (Arc::new(job), Some(Standing::Live));
        self.issued.push_back(Issued { serial, job, free_bits, standing, shares: HashSet::new() });
    }

    /// Frees other version bits for shares of every job, from now on, as far as each leaves them free.
    pub(super) fn set_version_mask(&mut self, mask: u32) {
        for issued in &mut self.issued {
            Arc::make_mut(&mut issued.job).version_mask = mask & issued.free_bits;
        }
    }

    /// The version bits that the newest job leaves free.
    pub(super) fn newest_free_bits(&self) -> Option<u32> {
        self.issued.back().map(|newest| newest.free_bits)
    }

    /// The newest job of this name, its standing, and its serial number.
    pub(super) fn find(&self, id: &JobId) -> Result<(&Arc<Job>, Standing, u64), Refusal> {
        let issued = self.issued.iter().rev().find(|issued| issued.job.id == *id).ok_or(Refusal::UnknownJob)?;
        issued.standing.map(|standing| (&issued.job, standing, issued.serial)).ok_or(Refusal::Stale)
    }

    /// Whether any job is named by a number.
    pub(super) fn has_numbers(&self) -> bool {
        self.issued.iter().any(|issued| matches!(issued.job.id, JobId::Number(_)))
    }

    /// Remembers a share; false for one that is known.
    pub(super) fn remember(&mut self, claim: &Claim) -> bool {
        self.issued
            .iter_mut()
            .find(|issued| issued.serial == claim.serial)
            .is_none_or(|issued| issued.shares.insert(claim.key.clone()))
    }

    pub(super) fn forget(&mut self, claim: &Claim) {
        if let Some(issued) = self.issued.iter_mut().find(|issued| issued.serial == claim.serial) {
            issued.shares.remove(&claim.key);
        }
    }

    pub(super) fn shares(&self) -> usize {
        self.issued.iter().map(|issued| issued.shares.len()).sum()
    }
}
