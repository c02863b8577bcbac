//! Which kernel is the fastest here: timed, because no feature of a processor says it.

pub(in crate::device) mod card;
mod record;

use std::thread;
use std::time::Duration;

use hashkit_chain::{Algorithm, Coinbase, Hash, Job, Nbits, NonceRange, Ntime, SearchSpace, Target, Version, Work};
use hashkit_kernels::Kernel;
use serde::{Deserialize, Serialize};

pub use card::Step;
pub use record::{Record, RecordError, Records};

use super::pin;

/// How long each kernel is timed.
pub const TIME: Duration = Duration::from_millis(50);
/// In as many slices, each kernel's turn by turn, so that what disturbs the machine for a moment disturbs all of them.
const SLICES: u32 = 10;
/// Batches are as long as those of a device.
const BATCH: Duration = Duration::from_millis(2);

/// How fast a kernel is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timing {
    /// Its name.
    pub kernel: String,
    /// Of a header in how many versions together.
    pub versions: u8,
    /// Hashes a second of processor time.
    pub hashrate: f64,
}

/// Times kernels that have been proved on a thread of its own, on logical processor `core` where one is named: each with as
/// many versions as it likes, and with one. It takes [`TIME`] and a little for each; a kernel that fails is left out.
///
/// Processor time is counted, so others that use the machine meanwhile cost little accuracy. What a thread loses to others of
/// the same rig (shared caches, a lower clock) is not seen.
#[must_use]
pub fn time(algorithm: Algorithm, kernels: Vec<Box<dyn Kernel>>, core: Option<u32>) -> Vec<Timing> {
    let timing = thread::Builder::new().name("tune".to_owned()).spawn(move || {
        // A refusal costs accuracy at most.
        let _ = core.map(pin);
        race(algorithm, kernels)
    });
    timing.ok().and_then(|thread| thread.join().ok()).unwrap_or_default()
}

fn race(algorithm: Algorithm, mut kernels: Vec<Box<dyn Kernel>>) -> Vec<Timing> {
    let mut runners: Vec<Runner> = Vec::new();
    for (at, kernel) in kernels.iter().enumerate() {
        let versions = [kernel.versions(), 1];
        let distinct = if versions[0] == 1 { &versions[1..] } else { &versions[..] };
        runners.extend(distinct.iter().filter_map(|versions| Runner::new(at, algorithm, *versions)));
    }
    for runner in &mut runners {
        runner.warm_up(&mut *kernels[runner.kernel]);
    }
    for _ in 0..SLICES {
        for runner in &mut runners {
            runner.run(&mut *kernels[runner.kernel], TIME / SLICES);
        }
    }
    let timing = |runner: Runner| {
        let kernel = kernels[runner.kernel].name().to_owned();
        Some(Timing { kernel, versions: runner.versions, hashrate: median(runner.rates)? })
    };
    runners.into_iter().filter_map(timing).collect()
}

/// One kernel with some number of versions.
struct Runner {
    kernel: usize,
    versions: u8,
    work: Work,
    rest: NonceRange,
    /// Nonces in a batch.
    nonces: u64,
    rates: Vec<f64>,
}

impl Runner {
    fn new(kernel: usize, algorithm: Algorithm, versions: u8) -> Option<Self> {
        let work = SearchSpace::new(job(algorithm), 0).take(u64::MAX, versions)?;
        Some(Self { kernel, versions, work, rest: NonceRange::FULL, nonces: 0, rates: Vec::new() })
    }

    /// Finds the size of its batches.
    fn warm_up(&mut self, kernel: &mut dyn Kernel) {
        self.nonces = u64::from(kernel.granularity()).max(1);
        while self.scan(kernel).is_some_and(|(_, took)| took < BATCH / 2) && self.nonces < 1 << 31 {
            self.nonces *= 2;
        }
    }

    /// Scans batches for `time`, and takes down how fast that went.
    fn run(&mut self, kernel: &mut dyn Kernel, time: Duration) {
        let (mut hashes, mut took) = (0, Duration::ZERO);
        while took < time {
            let Some(batch) = self.scan(kernel) else { return };
            hashes += batch.0;
            took += batch.1;
        }
        self.rates.push(hashes as f64 / took.as_secs_f64());
    }

    /// The hashes of a batch and the time it took; `None` where the kernel fails, or the clock stands still.
    fn scan(&mut self, kernel: &mut dyn Kernel) -> Option<(u64, Duration)> {
        if self.rest.len() < self.nonces {
            self.rest = NonceRange::FULL;
        }
        let work = self.work.clone().with_range(self.rest.split_front(self.nonces));
        let began = now();
        kernel.scan(&work, &work.job().share_target).ok()?;
        let took = now().saturating_sub(began);
        (!took.is_zero()).then(|| (work.hashes(), took))
    }
}

/// The processor time of this thread.
#[cfg(target_os = "linux")]
fn now() -> Duration {
    use rustix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

/// The time since the first call: only of Linux the processor time is asked.
#[cfg(not(target_os = "linux"))]
fn now() -> Duration {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed()
}

fn median(mut rates: Vec<f64>) -> Option<f64> {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied()
}

/// A job like a pool's, whose hits are too rare to matter.
fn job(algorithm: Algorithm) -> Job {
    // One hash in 2^64.
    let mut rare = [0xff; 32];
    rare[..8].fill(0);
    Job {
        id: "tune".into(),
        algorithm,
        version: Version(0x2000_0000),
        version_mask: 0x1fff_e000,
        prev_hash: Hash::from_internal([0x5a; 32]),
        coinbase: Coinbase { prefix: vec![1], extranonce1: vec![], extranonce2_len: 0, suffix: vec![] },
        branch: vec![],
        nbits: Nbits(0x1702_c070),
        ntime: Ntime(1_760_000_000),
        last_ntime: Ntime(1_760_000_000),
        share_target: Target::from_be_bytes(rare),
    }
}

#[cfg(test)]
mod tests {
    use hashkit_chain::Target;
    use hashkit_kernels::{Hit, KernelError, catalogue};

    use super::*;
    use crate::testing::JudgeKernel;

    /// A kernel that cannot search.
    struct Unable;

    impl Kernel for Unable {
        fn name(&self) -> &'static str {
            "sha256d/unable"
        }

        fn versions(&self) -> u8 {
            1
        }

        fn scan(&mut self, _: &Work, _: &Target) -> Result<Vec<Hit>, KernelError> {
            Err(KernelError::OtherAlgorithm { kernel: "sha256d/unable".to_owned(), algorithm: Algorithm::Scrypt })
        }
    }

    #[test]
    fn every_kernel_is_timed_with_the_versions_it_likes_and_with_one() {
        let portable = || catalogue(Algorithm::Sha256d)[0].open().expect("it needs nothing");
        let timings = time(Algorithm::Sha256d, vec![portable(), Box::new(JudgeKernel), Box::new(Unable)], None);
        let timed: Vec<(&str, u8)> = timings.iter().map(|timing| (&*timing.kernel, timing.versions)).collect();
        assert_eq!(timed, [("sha256d/portable", 1), ("sha256d/judge", 4), ("sha256d/judge", 1)]);
        assert!(timings.iter().all(|timing| timing.hashrate.is_finite() && timing.hashrate > 0.0), "{timings:?}");
    }

    #[test]
    fn a_disturbed_slice_does_not_move_the_median() {
        assert_eq!(median(vec![9.0, 10.0, 0.1]), Some(9.0));
        assert_eq!(median(vec![]), None);
    }
}
