//! Counters for each device: cheap for the device to raise, and read by whoever wants to know.

mod rates;

use std::iter::Sum;
use std::ops::Add;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hashkit_chain::Reject;

pub use rates::Rates;
use rates::Windows;

use crate::device::asic::ChipsReport;
use crate::engine::Verdict;

/// What one device has done. The device only adds to counters and never waits; all else is done by the readers.
#[derive(Debug)]
pub struct Meter {
    name: Box<str>,
    hashes: AtomicU64,
    shared: AtomicU64,
    stale: AtomicU64,
    /// Nanoseconds.
    longest_stale: AtomicU64,
    dropped: AtomicU64,
    above_target: AtomicU64,
    version_not_allowed: AtomicU64,
    ntime_not_allowed: AtomicU64,
    extranonce2_length: AtomicU64,
    /// The last 64 solutions, the newest in the lowest bit; 1 is a fault.
    recent: AtomicU64,
    /// The newest job that the device has begun; written by the device alone.
    newest: AtomicU64,
    turn: Mutex<Option<Turn>>,
    /// What a device with chips said of them last.
    chips: Mutex<Option<Arc<ChipsReport>>>,
    /// Touched by readers alone.
    windows: Mutex<Windows>,
}

impl Meter {
    /// A meter at zero for the device of this name, whose windows begin at `now`.
    #[must_use]
    pub fn new(name: &str, now: Instant) -> Self {
        Self {
            name: name.into(),
            hashes: AtomicU64::default(),
            shared: AtomicU64::default(),
            stale: AtomicU64::default(),
            longest_stale: AtomicU64::default(),
            dropped: AtomicU64::default(),
            above_target: AtomicU64::default(),
            version_not_allowed: AtomicU64::default(),
            ntime_not_allowed: AtomicU64::default(),
            extranonce2_length: AtomicU64::default(),
            recent: AtomicU64::default(),
            newest: AtomicU64::default(),
            turn: Mutex::new(None),
            chips: Mutex::new(None),
            windows: Mutex::new(Windows::new(now)),
        }
    }

    /// The device's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Adds hashes that are finished, never ones that are only begun.
    pub fn add_hashes(&self, hashes: u64) {
        self.hashes.fetch_add(hashes, Ordering::Relaxed);
    }

    /// All counters as they stand.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            hashes: read(&self.hashes),
            shared: read(&self.shared),
            stale: read(&self.stale),
            longest_stale: Duration::from_nanos(read(&self.longest_stale)),
            dropped: read(&self.dropped),
            faults: Faults {
                above_target: read(&self.above_target),
                version_not_allowed: read(&self.version_not_allowed),
                ntime_not_allowed: read(&self.ntime_not_allowed),
                extranonce2_length: read(&self.extranonce2_length),
            },
        }
    }

    /// The hashrate over the last 10 s, minute and quarter of an hour before `now`, the reader's own time.
    ///
    /// The readers' calls are what the windows are made of: call it about every second to have them exact; a window can
    /// reach back one call further than its name says.
    #[must_use]
    pub fn rates(&self, now: Instant) -> Rates {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.read(self.hashes.load(Ordering::Relaxed), now)
    }

    /// When the device turned to the newest job that it has begun; `None` before any, and of devices that do not tell.
    #[must_use]
    pub fn turn(&self) -> Option<Turn> {
        *self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes when a batch of this generation was begun, which counts where it is the first.
    pub(crate) fn begin(&self, generation: u64, at: Instant) {
        if self.newest.load(Ordering::Relaxed) < generation {
            self.newest.store(generation, Ordering::Relaxed);
            *self.turn.lock().unwrap_or_else(PoisonError::into_inner) = Some(Turn { generation, at });
        }
    }

    /// What the device's chips do, about a second ago at most while it runs; `None` of devices without.
    #[must_use]
    pub fn chips(&self) -> Option<Arc<ChipsReport>> {
        self.chips.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn tell_chips(&self, report: ChipsReport) {
        *self.chips.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(report));
    }

    /// How many of the last 64 solutions were faults.
    #[must_use]
    pub fn recent_faults(&self) -> u32 {
        self.recent.load(Ordering::Relaxed).count_ones()
    }

    pub(crate) fn count(&self, verdict: &Verdict) {
        let counter = match verdict {
            Verdict::Shared => &self.shared,
            Verdict::Stale { since } => {
                let nanos = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
                self.longest_stale.fetch_max(nanos, Ordering::Relaxed);
                &self.stale
            }
            Verdict::Dropped => &self.dropped,
            Verdict::Rejected(Reject::AboveTarget { .. }) => &self.above_target,
            Verdict::Rejected(Reject::VersionNotAllowed(_)) => &self.version_not_allowed,
            Verdict::Rejected(Reject::NtimeNotAllowed(_)) => &self.ntime_not_allowed,
            Verdict::Rejected(Reject::Extranonce2Length { .. }) => &self.extranonce2_length,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        let fault = u64::from(matches!(verdict, Verdict::Rejected(_)));
        // The device's own thread is the only one that writes here, so load and store lose nothing.
        self.recent.store(self.recent.load(Ordering::Relaxed) << 1 | fault, Ordering::Relaxed);
    }
}

/// A device's first batch of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The job's.
    pub generation: u64,
    /// When the batch was begun.
    pub at: Instant,
}

/// A meter's counters at one moment. Every solution is in exactly one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Hashes done.
    pub hashes: u64,
    /// Solutions that became shares and went to the source.
    pub shared: u64,
    /// Solutions that a clean job had made worthless.
    pub stale: u64,
    /// For how long the one that came last after its clean job had been worthless.
    pub longest_stale: Duration,
    /// Solutions that became shares and found the queue full, or the source gone.
    pub dropped: u64,
    /// Solutions that the judge refused.
    pub faults: Faults,
}

impl Counts {
    /// All solutions that were reported.
    #[must_use]
    pub fn solutions(&self) -> u64 {
        self.shared + self.stale + self.dropped + self.faults.total()
    }
}

/// Solutions that the judge refused, by the rule they broke; see [`Reject`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Faults {
    /// The hash did not meet the share target.
    pub above_target: u64,
    /// The version had bits outside the mask.
    pub version_not_allowed: u64,
    /// The time lay outside what the job allowed.
    pub ntime_not_allowed: u64,
    /// The extranonce2 had another length than the job's.
    pub extranonce2_length: u64,
}

impl Faults {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.above_target + self.version_not_allowed + self.ntime_not_allowed + self.extranonce2_length
    }
}

impl Add for Faults {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            above_target: self.above_target + other.above_target,
            version_not_allowed: self.version_not_allowed + other.version_not_allowed,
            ntime_not_allowed: self.ntime_not_allowed + other.ntime_not_allowed,
            extranonce2_length: self.extranonce2_length + other.extranonce2_length,
        }
    }
}

/// The counts of several devices together.
impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |total, next| Self {
            hashes: total.hashes + next.hashes,
            shared: total.shared + next.shared,
            stale: total.stale + next.stale,
            longest_stale: total.longest_stale.max(next.longest_stale),
            dropped: total.dropped + next.dropped,
            faults: total.faults + next.faults,
        })
    }
}

#[cfg(test)]
mod tests {
    use hashkit_chain::{Ntime, Version};

    use super::*;

    #[test]
    fn every_verdict_is_counted_once_and_the_sums_agree() {
        let rejects = [
            Reject::AboveTarget { hash: hashkit_chain::Hash::ZERO },
            Reject::VersionNotAllowed(Version(1)),
            Reject::NtimeNotAllowed(Ntime(1)),
            Reject::Extranonce2Length { expected: 4, found: 0 },
        ];
        let late = Duration::from_millis(3);
        let meter = Meter::new("cpu:0", Instant::now());
        for verdict in [Verdict::Shared, Verdict::Stale { since: late }, Verdict::Dropped] {
            meter.count(&verdict);
        }
        for reject in rejects {
            meter.count(&Verdict::Rejected(reject));
        }
        let faults = Faults { above_target: 1, version_not_allowed: 1, ntime_not_allowed: 1, extranonce2_length: 1 };
        let counts = meter.counts();
        assert_eq!(counts, Counts { hashes: 0, shared: 1, stale: 1, longest_stale: late, dropped: 1, faults });
        assert_eq!(counts.solutions(), 7);
        assert_eq!([counts, counts].into_iter().sum::<Counts>().solutions(), 14);
    }

    #[test]
    fn old_faults_are_forgotten_after_64_solutions() {
        let meter = Meter::new("cpu:0", Instant::now());
        for _ in 0..3 {
            meter.count(&Verdict::Rejected(Reject::NtimeNotAllowed(Ntime(1))));
        }
        for (solutions, faults) in [(0, 3), (61, 3), (1, 2), (2, 0)] {
            for _ in 0..solutions {
                meter.count(&Verdict::Shared);
            }
            assert_eq!(meter.recent_faults(), faults);
        }
    }
}
