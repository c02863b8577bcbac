//! Jobs: what a source gives out.

use std::fmt;
use std::sync::Arc;

use crate::coinbase::{Coinbase, Extranonce2};
use crate::hash::Hash;
use crate::header::{Header, Nbits, Ntime, Version};
use crate::merkle::merkle_root;
use crate::nonce::Nonce;
use crate::pow::Algorithm;
use crate::target::{CompactError, Target};

/// A pool's name for a job: opaque, and sent back exactly as it came.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum JobId {
    /// Sent as a JSON string, which is usual. Not always hexadecimal.
    Text(Arc<str>),
    /// Sent as a JSON number, kept as it was written.
    Number(Arc<str>),
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Number(text) => f.pad(text),
        }
    }
}

impl fmt::Debug for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<&str> for JobId {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// What becomes of shares of earlier jobs when a job replaces them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Previous {
    /// Their shares are still accepted: the devices turn to the new job when they ask for work.
    StillCounts,
    /// Their shares are worthless (a "clean" job): the devices turn at once.
    Worthless,
}

/// Everything needed to build headers, and the target their hashes have to meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The source's name for it.
    pub id: JobId,
    /// How its headers are hashed.
    pub algorithm: Algorithm,
    /// The version to start from.
    pub version: Version,
    /// The version bits that may be varied; 0 where none may.
    pub version_mask: u32,
    /// The parent block.
    pub prev_hash: Hash,
    /// The coinbase, cut around its extranonces.
    pub coinbase: Coinbase,
    /// What the coinbase is hashed with on the way to the merkle root.
    pub branch: Vec<Hash>,
    /// The network target.
    pub nbits: Nbits,
    /// The earliest time a header of this job may carry.
    pub ntime: Ntime,
    /// The latest time a header of this job may carry; equal to `ntime` where time must not be rolled.
    pub last_ntime: Ntime,
    /// What a hash has to meet to be a share.
    pub share_target: Target,
}

impl Job {
    /// The header for one extranonce2, with the job's own version and time, and nonce 0.
    #[must_use]
    pub fn header(&self, extranonce2: &Extranonce2) -> Header {
        Header {
            version: self.version,
            prev_hash: self.prev_hash,
            merkle_root: merkle_root(self.coinbase.id(extranonce2), &self.branch),
            ntime: self.ntime,
            nbits: self.nbits,
            nonce: Nonce(0),
        }
    }

    /// What a hash has to meet to be a block.
    ///
    /// # Errors
    /// [`CompactError`] where `nbits` names no target; such a job has no blocks.
    pub fn network_target(&self) -> Result<Target, CompactError> {
        Target::from_compact(self.nbits)
    }

    /// The header version with `index` laid into the bits under the mask; index 0 is the job's own.
    #[must_use]
    pub fn version_at(&self, index: u64) -> Version {
        let mut version = self.version.0;
        let mut mask = self.version_mask;
        let mut index = index;
        while index != 0 && mask != 0 {
            let lowest = mask & mask.wrapping_neg();
            if index & 1 == 1 {
                version ^= lowest;
            }
            mask ^= lowest;
            index >>= 1;
        }
        Version(version)
    }

    /// The header version for bits as `mining.submit` carries them: the job's own, with the bits under the mask replaced.
    /// `None` when `bits` has any outside the mask (BIP 310).
    #[must_use]
    pub fn version_with_bits(&self, bits: u32) -> Option<Version> {
        (bits & !self.version_mask == 0).then_some(Version((self.version.0 & !self.version_mask) | bits))
    }
}
