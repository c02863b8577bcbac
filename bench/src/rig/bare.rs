//! A kernel alone, in a plain loop.

use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, NonceRange, SearchSpace, Target, Work};
use hashkit_kernels::{Kernel, KernelError, KernelSpec};

use super::{practice_job, proved};

/// A batch takes at least so long: the clock is read between batches alone.
const BATCH: Duration = Duration::from_millis(4);

/// A kernel that searches all nonces of a header, over and over, in batches of some milliseconds.
pub struct BareLoop {
    kernel: Box<dyn Kernel>,
    work: Work,
    target: Target,
    rest: NonceRange,
    nonces: u64,
}

impl BareLoop {
    /// Over the practice job of a number, in so many versions; 0 means as many as the kernel likes.
    ///
    /// # Errors
    /// When the kernel cannot be opened, or is wrong on this machine.
    ///
    /// # Panics
    /// Never: a new job has work.
    pub fn open(spec: &KernelSpec, algorithm: Algorithm, number: u32, versions: u8) -> Result<Self, KernelError> {
        let kernel = proved(spec, algorithm)?;
        let job = practice_job(algorithm, number);
        let target = job.share_target;
        let versions = if versions == 0 { kernel.versions() } else { versions };
        let work = SearchSpace::new(job, 1).take(u64::MAX, versions).expect("a new job has work");
        // The size of a batch is found as it goes.
        let nonces = u64::from(kernel.granularity()).max(1);
        Ok(Self { kernel, work, target, rest: NonceRange::FULL, nonces })
    }

    /// How many versions it searches together.
    #[must_use]
    pub fn versions(&self) -> usize {
        self.work.versions().as_slice().len()
    }

    /// Searches the next batch, and says how many hashes that were.
    ///
    /// # Errors
    /// Those of the kernel.
    pub fn batch(&mut self) -> Result<u64, KernelError> {
        if self.rest.len() < self.nonces {
            self.rest = NonceRange::FULL;
        }
        self.work = self.work.clone().with_range(self.rest.split_front(self.nonces));
        let began = Instant::now();
        self.kernel.scan(&self.work, &self.target)?;
        if began.elapsed() < BATCH {
            self.nonces = (self.nonces * 2).min(1 << 32);
        }
        Ok(self.work.hashes())
    }

    /// Hashes a second by `clock`, over at least `time` of it.
    ///
    /// # Errors
    /// Those of the kernel.
    pub fn rate(&mut self, time: Duration, clock: impl Fn() -> Duration) -> Result<f64, KernelError> {
        let began = clock();
        let mut hashes = 0;
        loop {
            hashes += self.batch()?;
            let elapsed = clock().saturating_sub(began);
            if elapsed >= time && !elapsed.is_zero() {
                return Ok(hashes as f64 / elapsed.as_secs_f64());
            }
        }
    }
}
