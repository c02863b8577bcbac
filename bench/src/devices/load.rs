//! The whole engine as a load.

use std::collections::HashSet;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::task::{Context, Poll, Waker};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hashkit_chain::{Algorithm, Difficulty, Hash, Previous, Target};
use hashkit_engine::device::{Device, DeviceError};
use hashkit_engine::{Counts as Metered, DevicePort, Limits, SourcePort, open};
use hashkit_kernels::KernelError;

use crate::measure::{Counts, Load, Subject, Trouble};
use crate::rig::practice_job;

/// Opens a device and proves it, on the thread that it is going to run on.
pub type Opener = Arc<dyn Fn() -> Result<Box<dyn Device>, DeviceError> + Send + Sync>;

/// As long as a driver may compile, and more.
const LONGEST_OPENING: Duration = Duration::from_mins(5);
/// Finds that wait to be counted: seconds of them.
const MOST_WAITING: usize = 1 << 16;

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
struct EngineLoad {
    /// `None` only while this is dropped.
    source: Option<SourcePort>,
    algorithm: Algorithm,
    threads: Vec<JoinHandle<()>>,
    /// Why a device ended.
    ended: Receiver<Trouble>,
    trouble: Option<Trouble>,
    /// How many jobs were published.
    jobs: u32,
    /// Part of the hashes that are hits.
    chance: f64,
    /// The hits of this job; the same hash again is the same nonce again.
    seen: HashSet<Hash>,
    counts: Counts,
    /// What the meters said last.
    metered: Metered,
}

impl EngineLoad {
    fn open(algorithm: Algorithm, devices: &[(String, Opener)]) -> Result<Self, Trouble> {
        let (source, ports) = open(Limits { shares: MOST_WAITING, ..Limits::default() });
        let (tell_end, ended) = mpsc::channel();
        let (tell_open, opened) = mpsc::channel();
        let mut threads = Vec::new();
        for (id, opener) in devices {
            let (port, opener) = (ports.port(id), Arc::clone(opener));
            let (tell_end, tell_open) = (tell_end.clone(), tell_open.clone());
            let run = move || match opener() {
                Ok(device) => {
                    // Whoever opened this waits for it, or has given it up.
                    let _ = tell_open.send(None);
                    drop(tell_open);
                    if let Some(trouble) = run(device, &port) {
                        let _ = tell_end.send(trouble);
                    }
                }
                Err(error) => drop(tell_open.send(Some(trouble(&error)))),
            };
            let thread = thread::Builder::new().name(id.replace(':', "-")).spawn(run);
            threads.push(thread.map_err(|error| Trouble::Failed(format!("the system gives no thread: {error}")))?);
        }
        drop(tell_open);
        let load = Self {
            source: Some(source),
            algorithm,
            threads,
            ended,
            trouble: None,
            jobs: 0,
            chance: 0.0,
            seen: HashSet::new(),
            counts: Counts::default(),
            metered: Metered::default(),
        };
        for _ in devices {
            match opened.recv_timeout(LONGEST_OPENING) {
                Ok(None) => {}
                Ok(Some(trouble)) => return Err(trouble),
                Err(_) => return Err(Trouble::Failed("a device was not ready within five minutes".to_owned())),
            }
        }
        Ok(load.with_job(f64::INFINITY))
    }

    fn with_job(mut self, hashes_a_find: f64) -> Self {
        self.publish(hashes_a_find);
        self
    }

    /// A new job, of which about one of so many hashes is a hit.
    fn publish(&mut self, hashes_a_find: f64) {
        self.take_in();
        let Some(source) = &self.source else { return };
        self.jobs += 1;
        let mut job = practice_job(self.algorithm, self.jobs);
        job.share_target = target(hashes_a_find);
        self.chance =
            1.0 / Difficulty::of_target(job.share_target, self.algorithm).expected_hashes(self.algorithm).max(1.0);
        self.seen.clear();
        source.publish(job, Previous::Worthless);
    }

    /// Adds what was done since the last time.
    fn take_in(&mut self) {
        let Some(source) = &mut self.source else { return };
        let metered: Metered = source.meters().iter().map(|meter| meter.counts()).sum();
        let hashes = metered.hashes - self.metered.hashes;
        let found = |counts: &Metered| counts.shared + counts.stale + counts.dropped;
        self.counts.hashes += hashes;
        self.counts.finds += found(&metered) - found(&self.metered);
        self.counts.finds_expected += hashes as f64 * self.chance;
        self.counts.faults += metered.faults.total() - self.metered.faults.total();
        self.metered = metered;
        let mut context = Context::from_waker(Waker::noop());
        while let Poll::Ready(Some(share)) = pin!(source.next_share()).poll(&mut context) {
            let is_of_this_job = share.generation() == u64::from(self.jobs);
            self.counts.duplicates += u64::from(is_of_this_job && !self.seen.insert(share.hash()));
        }
    }
}

impl Load for EngineLoad {
    fn search_for(&mut self, hashes_a_find: f64) {
        self.publish(hashes_a_find);
    }

    fn counts(&mut self) -> Counts {
        self.take_in();
        self.counts
    }

    fn trouble(&mut self) -> Option<Trouble> {
        if self.trouble.is_none() {
            self.trouble = self.ended.try_recv().ok();
        }
        self.trouble.clone()
    }
}

impl Drop for EngineLoad {
    fn drop(&mut self) {
        self.source = None;
        for thread in self.threads.drain(..) {
            // What a device had to say it has said; a panic was printed.
            let _ = thread.join();
        }
    }
}

/// Runs the device until the engine closes; why it ended before.
fn run(mut device: Box<dyn Device>, port: &DevicePort) -> Option<Trouble> {
    match device.run(port) {
        Ok(()) if port.is_faulty() => Some(Trouble::Wrong("too many of its solutions were wrong".to_owned())),
        Ok(()) => None,
        Err(error) => Some(trouble(&error)),
    }
}

fn trouble(error: &DeviceError) -> Trouble {
    match error {
        DeviceError::Kernel(KernelError::Wrong { .. }) | DeviceError::Misses { .. } => {
            Trouble::Wrong(error.to_string())
        }
        _ => Trouble::Failed(error.to_string()),
    }
}

/// The target that about one of so many hashes meets.
fn target(hashes_a_find: f64) -> Target {
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
    use hashkit_chain::{NonceRange, Work};
    use hashkit_engine::device::ScanDevice;
    use hashkit_kernels::{Hit, Kernel, catalogue, prove};

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
