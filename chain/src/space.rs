//! What of a job nobody has been given yet. Only this file knows which header fields roll, so no two devices are ever
//! given the same header and nonce.

use std::sync::Arc;

use crate::coinbase::Extranonce2;
use crate::header::{Header, Ntime, Version};
use crate::job::Job;
use crate::nonce::{Nonce, NonceRange};

/// 1 to 64 versions of one header that the job's mask allows. They share all of the header but the first four bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    words: [u32; Self::MAX],
    len: u8,
}

impl Versions {
    /// The most versions that one work has.
    pub const MAX: usize = 64;

    /// The versions in the order of their lanes; the first is the header's own. Never empty.
    #[must_use]
    pub fn as_slice(&self) -> &[u32] {
        &self.words[..usize::from(self.len)]
    }

    /// One version alone.
    #[must_use]
    pub fn one(version: Version) -> Self {
        let mut words = [0; Self::MAX];
        words[0] = version.0;
        Self { words, len: 1 }
    }

    fn collect(versions: impl Iterator<Item = u32>) -> Self {
        let mut words = [0; Self::MAX];
        let mut len = 0;
        for (word, version) in words.iter_mut().zip(versions) {
            *word = version;
            len += 1;
        }
        Self { words, len }
    }
}

impl std::fmt::Debug for Versions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.as_slice().iter().map(|version| format!("{version:08x}"))).finish()
    }
}

/// One piece of a job: a fixed header in one or more versions, and a nonce range that belongs to one device alone.
#[derive(Debug, Clone)]
pub struct Work {
    job: Arc<Job>,
    extranonce2: Extranonce2,
    header: Header,
    versions: Versions,
    range: NonceRange,
    generation: u64,
}

impl Work {
    /// A work that somebody else cut: all nonces of one header in one version. How a pool states what a submit claims.
    #[must_use]
    pub fn claimed(job: Arc<Job>, extranonce2: Extranonce2, version: Version, ntime: Ntime) -> Self {
        let header = Header { version, ntime, ..job.header(&extranonce2) };
        Self { job, extranonce2, header, versions: Versions::one(version), range: NonceRange::FULL, generation: 0 }
    }

    /// The job it is a piece of.
    #[must_use]
    pub fn job(&self) -> &Arc<Job> {
        &self.job
    }

    /// The rolled bytes of its coinbase.
    #[must_use]
    pub fn extranonce2(&self) -> &Extranonce2 {
        &self.extranonce2
    }

    /// Its header in its first version, with nonce 0.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The versions to search, all over the same range.
    #[must_use]
    pub fn versions(&self) -> &Versions {
        &self.versions
    }

    /// The nonces to search in each version.
    #[must_use]
    pub fn range(&self) -> NonceRange {
        self.range
    }

    /// The number of its job in the order in which the engine got them.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Header and nonce pairs in it.
    #[must_use]
    pub fn hashes(&self) -> u64 {
        self.range.len() * self.versions.as_slice().len() as u64
    }

    /// The same header and versions over another range. For those who test and measure kernels.
    #[must_use]
    pub fn with_range(mut self, range: NonceRange) -> Self {
        self.range = range;
        self
    }

    /// The same job over another header, in that header's version alone. For those who test and measure kernels.
    #[must_use]
    pub fn with_header(mut self, header: Header) -> Self {
        self.versions = Versions::one(header.version);
        self.header = Header { nonce: Nonce(0), ..header };
        self
    }
}

/// A header that has been opened and whose nonces are being given out.
#[derive(Debug, Clone)]
struct Lot {
    extranonce2: Extranonce2,
    header: Header,
    versions: Versions,
    rest: NonceRange,
    /// How many versions the taker asked for; takers of different widths have lots of their own.
    width: usize,
}

/// What of a job nobody has been given yet: first the nonces of a header, then its other versions, then the next
/// extranonce2, then the next second, up to the job's last.
#[derive(Debug, Clone)]
pub struct SearchSpace {
    job: Arc<Job>,
    generation: u64,
    lots: Vec<Lot>,
    /// Index of the next version under the mask, 0 to `version_count`.
    next_version: u64,
    /// How many extranonces were used up before the present one, in this second.
    extranonces_opened: u64,
    /// Where counting began; counting wraps around from the last to zero.
    first_extranonce2: u64,
    ntime: Ntime,
}

impl SearchSpace {
    /// All of `job`.
    #[must_use]
    pub fn new(job: Job, generation: u64) -> Self {
        let ntime = job.ntime;
        Self {
            job: Arc::new(job),
            generation,
            lots: Vec::new(),
            next_version: 0,
            extranonces_opened: 0,
            first_extranonce2: 0,
            ntime,
        }
    }

    /// All of `job` that `self` has not given out. Where a pool sends the same coinbase again, with a new difficulty say,
    /// counting goes on instead of starting anew, which would find every share a second time.
    #[must_use]
    pub fn followed_by(&self, job: Job, generation: u64) -> Self {
        let old = &*self.job;
        if job.coinbase != old.coinbase || job.prev_hash != old.prev_hash {
            return Self::new(job, generation);
        }
        let same_headers = job.branch == old.branch
            && (job.version, job.version_mask) == (old.version, old.version_mask)
            && (job.nbits, job.algorithm) == (old.nbits, old.algorithm);
        if same_headers && job.ntime <= self.ntime && self.ntime <= job.last_ntime {
            let lots = self.lots.iter().filter(|lot| lot.header.ntime >= job.ntime).cloned().collect();
            return Self { job: Arc::new(job), generation, lots, ..self.clone() };
        }
        let mut space = Self::new(job, generation);
        space.first_extranonce2 = self.first_extranonce2.wrapping_add(self.extranonces_opened).wrapping_add(1);
        if same_headers {
            // Seconds up to the present one have been used, if only in part.
            space.ntime = space.ntime.max(Ntime(self.ntime.0.saturating_add(1)));
        }
        space
    }

    /// The job.
    #[must_use]
    pub fn job(&self) -> &Arc<Job> {
        &self.job
    }

    /// The job's number in the order in which the engine got them.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Up to `want` nonces under one header, in up to `versions` versions (at least one is given, at most 64); `None` when
    /// everything has been given out.
    #[must_use]
    pub fn take(&mut self, want: u64, versions: u8) -> Option<Work> {
        let width = usize::from(versions).clamp(1, Versions::MAX);
        if !self.lots.iter().any(|lot| lot.width == width) {
            let lot = self.open(width)?;
            self.lots.push(lot);
        }
        let at = self.lots.iter().position(|lot| lot.width == width)?;
        let lot = &mut self.lots[at];
        let work = Work {
            job: Arc::clone(&self.job),
            extranonce2: lot.extranonce2,
            header: lot.header,
            versions: lot.versions,
            range: lot.rest.split_front(want.max(1)),
            generation: self.generation,
        };
        if lot.rest.is_empty() {
            self.lots.swap_remove(at);
        }
        Some(work)
    }

    /// A fresh header, with all its nonces and in every version that the mask frees, for one device alone: what chips roll by
    /// themselves. Its [`Work::versions`] names the first one only; [`Job::version_at`] gives the others. `None` when no whole
    /// header is left.
    #[must_use]
    pub fn take_header(&mut self) -> Option<Work> {
        if self.next_version > 0 {
            // Some versions of the open extranonce2 belong to others: what is left of them is passed over.
            self.next_version = self.version_count();
        }
        let Lot { extranonce2, header, versions, rest, .. } = self.open(1)?;
        self.next_version = self.version_count();
        Some(Work {
            job: Arc::clone(&self.job),
            extranonce2,
            header,
            versions,
            range: rest,
            generation: self.generation,
        })
    }

    fn open(&mut self, width: usize) -> Option<Lot> {
        if self.next_version == self.version_count() {
            self.extranonces_opened += 1;
            self.next_version = 0;
        }
        if self.extranonces_opened == self.extranonce2_count() {
            self.ntime.0 = self.ntime.0.checked_add(1)?;
            self.extranonces_opened = 0;
        }
        if self.ntime > self.job.last_ntime {
            return None;
        }
        let end = self.version_count().min(self.next_version + width as u64);
        let versions = Versions::collect((self.next_version..end).map(|index| self.job.version_at(index).0));
        self.next_version = end;
        let number = self.first_extranonce2.wrapping_add(self.extranonces_opened);
        let extranonce2 = Extranonce2::from_number(number, self.job.coinbase.extranonce2_len);
        let version = Version(versions.as_slice()[0]);
        let header = Header { version, ntime: self.ntime, ..self.job.header(&extranonce2) };
        Some(Lot { extranonce2, header, versions, rest: NonceRange::FULL, width })
    }

    fn version_count(&self) -> u64 {
        1 << self.job.version_mask.count_ones()
    }

    /// From eight bytes on the counter itself is the limit, one short of all values; nobody gets there.
    fn extranonce2_count(&self) -> u64 {
        if self.job.coinbase.extranonce2_len >= 8 { u64::MAX } else { 1 << (8 * self.job.coinbase.extranonce2_len) }
    }
}

#[cfg(test)]
mod tests;
