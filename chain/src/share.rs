//! The judge's verdict: the only way from a claim to a share.

use std::sync::Arc;

use crate::coinbase::Extranonce2;
use crate::difficulty::Difficulty;
use crate::hash::Hash;
use crate::header::{Header, Ntime, Version};
use crate::job::Job;
use crate::nonce::Nonce;
use crate::space::Work;

/// A device's claim: this nonce, in this version, solves this work. Not believed yet.
#[derive(Debug, Clone)]
pub struct Solution {
    /// What was searched.
    pub work: Work,
    /// The nonce found.
    pub nonce: Nonce,
    /// The version under which it was found.
    pub version: Version,
}

/// Why the judge refuses a solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// The hash does not meet the share target.
    #[error("the hash {hash} is above the share target")]
    AboveTarget {
        /// What the header hashes to.
        hash: Hash,
    },
    /// The version differs from the job's in bits that its mask does not free.
    #[error("version {0} has bits outside the mask")]
    VersionNotAllowed(Version),
    /// The time lies outside what the job allows.
    #[error("time {0} lies outside what the job allows")]
    NtimeNotAllowed(Ntime),
    /// The extranonce2 has not the job's length.
    #[error("the extranonce2 has {found} bytes instead of {expected}")]
    Extranonce2Length {
        /// What the job demands.
        expected: usize,
        /// What the solution has.
        found: usize,
    },
}

/// A solution that the judge has hashed again and found to meet the share target.
#[derive(Debug, Clone)]
pub struct Share {
    work: Work,
    header: Header,
    hash: Hash,
}

impl Share {
    /// Hashes the header again with the plain reference and compares it with the job's share target. It trusts nothing in
    /// `solution` but the job.
    ///
    /// # Errors
    /// [`Reject`] names the first rule that the solution breaks.
    pub fn check(solution: &Solution) -> Result<Self, Reject> {
        let work = &solution.work;
        let job = work.job();
        let found = work.extranonce2().as_bytes().len();
        if found != job.coinbase.extranonce2_len {
            return Err(Reject::Extranonce2Length { expected: job.coinbase.extranonce2_len, found });
        }
        if (solution.version.0 ^ job.version.0) & !job.version_mask != 0 {
            return Err(Reject::VersionNotAllowed(solution.version));
        }
        let ntime = work.header().ntime;
        if ntime < job.ntime || ntime > job.last_ntime {
            return Err(Reject::NtimeNotAllowed(ntime));
        }
        let header = Header { version: solution.version, nonce: solution.nonce, ..*work.header() };
        let hash = job.algorithm.hash(&header);
        if !job.share_target.is_met_by(&hash) {
            return Err(Reject::AboveTarget { hash });
        }
        Ok(Self { work: work.clone(), header, hash })
    }

    /// The job it belongs to.
    #[must_use]
    pub fn job(&self) -> &Arc<Job> {
        self.work.job()
    }

    /// The number of its job in the order in which the engine got them.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.work.generation()
    }

    /// The rolled bytes of its coinbase.
    #[must_use]
    pub fn extranonce2(&self) -> &Extranonce2 {
        self.work.extranonce2()
    }

    /// The solved header.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The proof-of-work hash of the header, which for some algorithms is not the block's id.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }

    /// The version bits that were rolled, as `mining.submit` carries them: the bits under the mask alone.
    #[must_use]
    pub fn version_bits(&self) -> u32 {
        self.header.version.0 & self.job().version_mask
    }

    /// The highest difficulty that its hash would have met.
    #[must_use]
    pub fn difficulty(&self) -> Difficulty {
        Difficulty::of_hash(&self.hash, self.job().algorithm)
    }

    /// Whether the hash meets the network target too. Never true where `nbits` names no target.
    #[must_use]
    pub fn is_block(&self) -> bool {
        self.job().network_target().is_ok_and(|target| target.is_met_by(&self.hash))
    }
}
