//! The whole engine as a load.

use std::collections::HashSet;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use hashkit_chain::{Algorithm, Difficulty, Hash, Previous, Target};
use hashkit_engine::{Counts as Metered, Limits, SourcePort, open};

use super::threads::{Opener, Threads};
use crate::measure::{Counts, Load, Subject, Trouble};
use crate::rig::practice_job;

/// Finds that wait to be counted: seconds of them.
pub(crate) const MOST_WAITING: usize = 1 << 16;

/// Devices that share one engine.
pub struct DeviceSubject {
    algorithm: Algorithm,
    devices: Vec<(String, Opener)>,
}

impl DeviceSubject {
    /// These devices, by their ids.
    #[must_use]
    pub fn new(algorithm: Algorithm, devices: Vec<(String, Opener)>) -> Self {
        Self { algorithm, devices }
    }
}

impl Subject for DeviceSubject {
    fn open(&mut self) -> Result<Box<dyn Load>, Trouble> {
        Ok(Box::new(EngineLoad::open(self.algorithm, &self.devices)?))
    }
}

/// Devices at work on one engine, until this is dropped.
pub(super) struct EngineLoad {
    /// Before the threads, which end once it is dropped.
    source: SourcePort,
    threads: Threads,
    algorithm: Algorithm,
    /// How many jobs were published.
    jobs: u32,
    /// The hits of this job; the same hash again is the same nonce again.
    seen: HashSet<Hash>,
    /// Of the newest job.
    hashes_a_find: f64,
    ledger: Ledger,
}

/// What the meters have counted, beside what was to be expected of them.
#[derive(Default)]
pub(crate) struct Ledger {
    /// Part of the hashes that are hits.
    pub(crate) chance: f64,
    pub(crate) counts: Counts,
    /// What the meters said last.
    metered: Metered,
}

impl Ledger {
    /// Adds what was done since the last time.
    pub(crate) fn take(&mut self, metered: Metered) {
        let hashes = metered.hashes - self.metered.hashes;
        let found = |counts: &Metered| counts.shared + counts.stale + counts.dropped;
        self.counts.hashes += hashes;
        self.counts.finds += found(&metered) - found(&self.metered);
        self.counts.finds_expected += hashes as f64 * self.chance;
        self.counts.faults += metered.faults.total() - self.metered.faults.total();
        self.metered = metered;
    }
}

impl EngineLoad {
    pub(super) fn open(algorithm: Algorithm, devices: &[(String, Opener)]) -> Result<Self, Trouble> {
        let (source, ports) = open(Limits { shares: MOST_WAITING, ..Limits::default() });
        let threads = Threads::start(&ports, devices)?;
        let (seen, ledger, hashes_a_find) = (HashSet::new(), Ledger::default(), f64::INFINITY);
        let mut load = Self { source, threads, algorithm, jobs: 0, seen, hashes_a_find, ledger };
        load.threads.wait()?;
        load.resume();
        Ok(load)
    }

    /// The devices search again, for what they last searched for.
    pub(super) fn resume(&mut self) {
        self.publish(self.hashes_a_find);
    }

    /// A new job, of which about one of so many hashes is a hit.
    fn publish(&mut self, hashes_a_find: f64) {
        self.take_in();
        self.hashes_a_find = hashes_a_find;
        self.jobs += 1;
        let mut job = practice_job(self.algorithm, self.jobs);
        job.share_target = target(hashes_a_find);
        self.ledger.chance = chance(job.share_target, self.algorithm);
        self.seen.clear();
        self.source.publish(job, Previous::Worthless);
    }

    /// The devices do nothing until the next search.
    pub(super) fn rest(&self) {
        self.source.withdraw();
    }

    fn take_in(&mut self) {
        self.ledger.take(self.source.meters().iter().map(|meter| meter.counts()).sum());
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(share)) = pin!(self.source.next_share()).poll(&mut context) {
            let is_of_this_job = share.generation() == u64::from(self.jobs);
            self.ledger.counts.duplicates += u64::from(is_of_this_job && !self.seen.insert(share.hash()));
        }
    }
}

impl Load for EngineLoad {
    fn search_for(&mut self, hashes_a_find: f64) {
        self.publish(hashes_a_find);
    }

    fn counts(&mut self) -> Counts {
        self.take_in();
        self.ledger.counts
    }

    fn trouble(&mut self) -> Option<Trouble> {
        self.threads.trouble()
    }
}

/// What part of the hashes meets this target.
pub(crate) fn chance(target: Target, algorithm: Algorithm) -> f64 {
    1.0 / Difficulty::of_target(target, algorithm).expected_hashes(algorithm).max(1.0)
}

/// The target that about one of so many hashes meets.
pub(crate) fn target(hashes_a_find: f64) -> Target {
    // Of the first 64 bits: 1 in 2^64 is as rare as it gets.
    let wanted = 2.0_f64.powi(64) / hashes_a_find.max(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 2^64, where it saturates")]
    let first = (wanted as u64).saturating_sub(1);
    let mut bytes = [0xff; 32];
    bytes[..8].copy_from_slice(&first.to_be_bytes());
    Target::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use hashkit_chain::{NonceRange, Work};
    use hashkit_engine::device::{DeviceError, ScanDevice};
    use hashkit_kernels::{Hit, Kernel, KernelError, catalogue, prove};

    use super::*;
    use crate::devices::SystemClock;
    use crate::document::Flag;
    use crate::measure::{Around, Clock, Times, run, tests::planned};

    /// How a kernel cheats once it has been proved.
    #[derive(Clone, Copy, PartialEq)]
    enum Cheat {
        Not,
        /// It searches only the first half of each range, and is nearly twice as fast.
        Skips,
        /// It reports each hit twice.
        Doubles,
        /// It searches the first half of each range twice.
        Repeats,
        /// It reports a nonce that is no hit.
        Lies,
    }

    struct Cheating {
        kernel: Box<dyn Kernel>,
        cheat: Cheat,
    }

    impl Kernel for Cheating {
        fn name(&self) -> &str {
            self.kernel.name()
        }

        fn versions(&self) -> u8 {
            self.kernel.versions()
        }

        fn scan(&mut self, work: &Work, target: &Target) -> Result<Vec<Hit>, KernelError> {
            let first = work.range().first().map_or(0, |nonce| nonce.0);
            let half = || work.clone().with_range(NonceRange::new(first, work.range().len() / 2));
            Ok(match self.cheat {
                Cheat::Not => self.kernel.scan(work, target)?,
                Cheat::Skips => self.kernel.scan(&half(), target)?,
                Cheat::Doubles => self.kernel.scan(work, target)?.into_iter().flat_map(|hit| [hit, hit]).collect(),
                Cheat::Repeats => [self.kernel.scan(&half(), target)?, self.kernel.scan(&half(), target)?].concat(),
                Cheat::Lies => {
                    let version = work.header().version;
                    let mut hits = self.kernel.scan(work, target)?;
                    hits.extend(work.range().first().map(|nonce| Hit { nonce, version }));
                    hits
                }
            })
        }
    }

    fn subject(cheat: Cheat) -> DeviceSubject {
        let opener: Opener = Arc::new(move || {
            let spec = catalogue(Algorithm::Blake3).pop().expect("there is a portable one");
            let mut kernel = spec.open()?;
            prove(&mut *kernel, Algorithm::Blake3)?;
            Ok(Box::new(ScanDevice::new(Box::new(Cheating { kernel, cheat }), "test")))
        });
        DeviceSubject::new(Algorithm::Blake3, vec![("cpu:0".to_owned(), opener)])
    }

    #[test]
    fn a_kernel_that_skips_repeats_or_lies_gets_no_number() {
        let clock = SystemClock::default();
        let times = Times {
            warm_up: (Duration::from_millis(60), Duration::from_millis(60)),
            measure: Duration::from_millis(150),
            repetitions: 2,
            ..Times::quick(1)
        };
        for (case, cheat) in [
            ("honest", Cheat::Not),
            ("skips", Cheat::Skips),
            ("doubles", Cheat::Doubles),
            ("repeats", Cheat::Repeats),
            ("lies", Cheat::Lies),
        ] {
            let planned = planned("blake3/cpu/test", Box::new(subject(cheat)), 5_000.0);
            let mut around = Around {
                clock: &clock,
                is_interrupted: &|| false,
                tell: &mut |_| {},
                others: &mut || None,
                random: &mut |_| 0,
            };
            let cases = run(vec![planned], &times, &mut around);
            let is_honest = cheat == Cheat::Not;
            assert_eq!(cases[0].has(Flag::Invalid), !is_honest, "{case}: {:?} {:?}", cases[0].failure, cases[0].flags);
            assert_eq!(cases[0].summary.is_some(), is_honest, "{case}");
            assert_eq!(cases[0].failure.is_some(), !is_honest, "{case}");
        }
        assert!(clock.now() < Duration::from_secs(20));
    }

    #[test]
    fn a_device_that_cannot_be_opened_is_told() {
        let opener: Opener = Arc::new(|| {
            let (kernel, reason) = ("blake3/none".to_owned(), "it is not there".to_owned());
            Err(DeviceError::Kernel(KernelError::Lost { kernel, reason }))
        });
        let sound = subject(Cheat::Not).devices.pop().expect("there is one").1;
        let devices = vec![("cpu:0".to_owned(), sound), ("gpu:0".to_owned(), opener)];
        let Err(trouble) = DeviceSubject::new(Algorithm::Blake3, devices).open() else {
            panic!("one cannot be opened")
        };
        assert!(matches!(&trouble, Trouble::Failed(why) if why.contains("it is not there")), "{trouble:?}");
    }

    #[test]
    fn a_target_is_met_as_often_as_asked_for() {
        for hashes in [1.0, 2.0, 1000.0, 3e9, 1e18] {
            let expected = Difficulty::of_target(target(hashes), Algorithm::Blake3).expected_hashes(Algorithm::Blake3);
            assert!((expected / hashes - 1.0).abs() < 0.1, "{hashes}: {expected}");
        }
        assert_eq!(target(f64::INFINITY), target(1e30), "as rare as it gets");
    }
}
