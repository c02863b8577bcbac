//! The engine: a slot for the newest job on the way down, a bounded and counted queue of shares on the way up.

mod accounts;
mod device_port;
mod hold;
mod source_port;

use std::collections::VecDeque;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::{Duration, Instant};

use hashkit_chain::{Job, Reject, SearchSpace, Share, Versions, Work};

pub use device_port::{DevicePort, DevicePorts, Next};
pub use hold::Hold;
pub use source_port::{Books, SourcePort};

use crate::meter::Meter;
use accounts::Accounts;

/// What the engine tolerates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many shares wait for the source at most; further ones are dropped and counted.
    pub shares: usize,
    /// How many of a device's last 64 solutions may be faults; with one more it is given no further work.
    pub faults: u32,
}

impl Default for Limits {
    /// 1024 shares: minutes of them at the rates that pools ask for. 8 faults of 64: a sound device has none, and one that
    /// gets an eighth wrong is broken.
    fn default() -> Self {
        Self { shares: 1024, faults: 8 }
    }
}

/// What became of a solution; each has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The judge found a share, and it waits for the source.
    Shared,
    /// The judge found a share, but a clean job has made it worthless.
    Stale {
        /// For how long it has been worthless.
        since: Duration,
    },
    /// The judge refused it: a fault of the device.
    Rejected(Reject),
    /// The judge found a share, but the source has left too many waiting, or is gone.
    Dropped,
}

/// An engine without a job: the end for the source and the ends for the devices.
#[must_use]
pub fn open(limits: Limits) -> (SourcePort, DevicePorts) {
    let engine = Arc::new(Engine {
        limits,
        state: Mutex::new(State {
            phase: Phase::Resting,
            slot: None,
            parked: VecDeque::new(),
            accounts: Accounts::default(),
            exhaustion_is_known: false,
            generation: 0,
            oldest_counting: 0,
            worthless_since: Instant::now(),
            shares: VecDeque::new(),
            overflow_is_known: false,
            source: None,
            device_ends: 0,
            meters: Vec::new(),
        }),
        turned: Condvar::new(),
        oldest_wanted: AtomicU64::new(0),
    });
    (SourcePort::new(Arc::clone(&engine)), DevicePorts::new(engine))
}

/// What both ends share.
struct Engine {
    limits: Limits,
    state: Mutex<State>,
    /// Tells sleeping devices that there is a job, or that the engine closes.
    turned: Condvar,
    /// The oldest generation that is worth searching: what [`DevicePort::is_stale`] reads. Written under the lock.
    oldest_wanted: AtomicU64,
}

struct State {
    phase: Phase,
    /// The newest job; kept while the devices rest, so that counting goes on should the same job come back.
    slot: Option<SearchSpace>,
    /// What is left of jobs that were replaced, the newest last: a source with several pools takes them up in turns, and
    /// nobody may search the same headers again.
    parked: VecDeque<SearchSpace>,
    accounts: Accounts,
    exhaustion_is_known: bool,
    /// The number of the newest job; the first has 1.
    generation: u64,
    /// The oldest generation whose shares are not worthless.
    oldest_counting: u64,
    /// Since when those of older ones are.
    worthless_since: Instant,
    /// Each with when it was found; never longer than the limit.
    shares: VecDeque<(Share, Instant)>,
    overflow_is_known: bool,
    /// Who awaits the next share.
    source: Option<Waker>,
    /// How many could still report: the ports, and whoever can make more of them.
    device_ends: usize,
    meters: Vec<Arc<Meter>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// There is no job; the devices sleep.
    Resting,
    /// The slot holds a job.
    Mining,
    /// No more work is given out; the source still takes shares.
    Closing,
    /// The source is gone.
    Closed,
}

impl Engine {
    /// No code that holds the lock leaves a half-made state behind, so a panic there (of a foreign waker, say) does no harm.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Jobs that were replaced are remembered for as many as this: more pools than anybody mines on at once.
    const PARKED: usize = 16;

    /// The search space of `job`, which goes on where it was left where this coinbase was searched before.
    fn space_of(&mut self, job: Job) -> SearchSpace {
        let generation = self.generation;
        let is_its = |space: &SearchSpace| {
            let old = space.job();
            old.prev_hash == job.prev_hash && old.coinbase == job.coinbase
        };
        let old = match self.slot.take() {
            Some(newest) if is_its(&newest) => Some(newest),
            newest => {
                let old = self.parked.iter().position(is_its).and_then(|at| self.parked.remove(at));
                if self.parked.len() >= Self::PARKED {
                    self.parked.pop_front();
                }
                self.parked.extend(newest);
                old
            }
        };
        match old {
            Some(old) => old.followed_by(job, generation),
            None => SearchSpace::new(job, generation),
        }
    }

    fn take(&mut self, want: u64, versions: u8, granularity: u32) -> Option<Work> {
        let space = self.slot.as_mut()?;
        let asked = u64::from(versions).clamp(1, Versions::MAX as u64);
        let given = asked.min(1 << space.job().version_mask.count_ones());
        let (nonces, together) = (want / given, u64::from(granularity).max(1));
        space.take((nonces - nonces % together).max(together), versions)
    }

    /// The job in the slot, the first time that somebody finds it exhausted.
    fn first_exhaustion(&mut self) -> Option<Arc<Job>> {
        let is_first = !std::mem::replace(&mut self.exhaustion_is_known, true);
        self.slot.as_ref().filter(|_| is_first).map(|space| Arc::clone(space.job()))
    }
}

#[cfg(test)]
mod tests;
