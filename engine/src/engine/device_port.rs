//! The ends that give work out and take solutions in.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use hashkit_chain::{SearchSpace, Share, Solution, Work};
use hashkit_kernels::Hit;
use tracing::warn;

use super::{Engine, Hold, Phase, State, Verdict};
use crate::meter::Meter;

/// Makes a port for each device.
pub struct DevicePorts {
    engine: Arc<Engine>,
}

impl DevicePorts {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        engine.lock().device_ends += 1;
        Self { engine }
    }

    /// A port for the device of this name, with a meter of its own that counts from now on.
    #[must_use]
    pub fn port(&self, name: &str) -> DevicePort {
        let meter = Arc::new(Meter::new(name, Instant::now()));
        let mut state = self.engine.lock();
        state.meters.push(Arc::clone(&meter));
        state.device_ends += 1;
        DevicePort { engine: Arc::clone(&self.engine), meter, hold: Hold::new(Arc::clone(&self.engine)) }
    }
}

impl DevicePorts {
    /// Whether the engine closes: there will be no more work.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        matches!(self.engine.lock().phase, Phase::Closing | Phase::Closed)
    }
}

impl Drop for DevicePorts {
    fn drop(&mut self) {
        self.engine.device_end_is_gone();
    }
}

/// What a device that builds versions and nonces itself is to do.
#[derive(Debug)]
pub enum Next {
    /// Search this header in every version that its job frees, all its nonces.
    Work(Box<Work>),
    /// Nothing, for now: there is no job, all of it has been given out, or the device is held.
    Rest,
    /// Return: the engine closes, or this device has too many faults.
    Closed,
}

/// One device's end of the engine.
pub struct DevicePort {
    engine: Arc<Engine>,
    meter: Arc<Meter>,
    hold: Hold,
}

impl DevicePort {
    /// The next piece of the newest job, of up to `want` hashes in up to `versions` versions of one header. It belongs to this
    /// device alone. Its nonces are a whole multiple of `granularity`, at least one time, unless a header has fewer left.
    ///
    /// Sleeps while there is no job, while all of it has been given out, and while the device is held. `None` means return: the engine closes, or this
    /// device has too many faults.
    #[must_use]
    pub fn next_work(&self, want: u64, versions: u8, granularity: u32) -> Option<Work> {
        let mut state = self.engine.lock();
        loop {
            if self.is_faulty() {
                return None;
            }
            match state.phase {
                Phase::Closing | Phase::Closed => return None,
                Phase::Resting => {}
                Phase::Mining if self.hold.is_set() => {}
                Phase::Mining => {
                    if let Some(work) = state.take(want, versions, granularity) {
                        return Some(work);
                    }
                    if let Some(job) = state.first_exhaustion() {
                        // A log may block on its reader: never under the lock.
                        drop(state);
                        warn!(job = %job.id, "all of the job has been searched: the devices rest until the next one");
                        state = self.engine.lock();
                        continue;
                    }
                }
            }
            state = self.engine.turned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// As [`DevicePort::next_work`], but it does not sleep: `None` where there is nothing to give at the moment, or ever.
    #[must_use]
    pub fn poll_work(&self, want: u64, versions: u8, granularity: u32) -> Option<Work> {
        let mut state = self.engine.lock();
        if state.phase != Phase::Mining || self.is_faulty() || self.hold.is_set() {
            return None;
        }
        state.take(want, versions, granularity)
    }

    /// A whole header of the newest job, which belongs to this device alone. Never sleeps.
    #[must_use]
    pub fn poll_header(&self) -> Next {
        let mut state = self.engine.lock();
        match state.phase {
            Phase::Closing | Phase::Closed => Next::Closed,
            _ if self.is_faulty() => Next::Closed,
            Phase::Mining if !self.hold.is_set() => {
                let work = state.slot.as_mut().and_then(SearchSpace::take_header);
                work.map_or(Next::Rest, |work| Next::Work(Box::new(work)))
            }
            Phase::Mining | Phase::Resting => Next::Rest,
        }
    }

    /// Whether there will be no more work: the engine closes, or this device was told to end.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.hold.is_over() || matches!(self.engine.lock().phase, Phase::Closing | Phase::Closed)
    }

    /// Tells when the device began a batch of this work: its readers want to know how soon it turns to a new job.
    pub fn began(&self, work: &Work, at: Instant) {
        self.meter.begin(work.generation(), at);
    }

    /// Counts `hashes` that are finished in `work`: on this device's meter, and for whom the job was published.
    pub fn searched(&self, work: &Work, hashes: u64) {
        self.meter.add_hashes(hashes);
        self.engine.lock().accounts.add(work.generation(), hashes);
    }

    /// Whether it is pointless to search on in `work`: a clean job has replaced its job, or the devices are to rest. One
    /// atomic load.
    #[must_use]
    pub fn is_stale(&self, work: &Work) -> bool {
        work.generation() < self.engine.oldest_wanted.load(Ordering::Acquire)
    }

    /// Has the judge check `solution`, and hands a share to the source. Never waits for the source; the meter counts the
    /// verdict.
    #[expect(clippy::must_use_candidate, reason = "a device whose solution is stale has nothing to do about it")]
    pub fn report(&self, solution: &Solution) -> Verdict {
        let verdict = match Share::check(solution) {
            Ok(share) => self.engine.hand_up(share),
            Err(reject) => Verdict::Rejected(reject),
        };
        self.meter.count(&verdict);
        verdict
    }

    /// As [`DevicePort::report`] for everything that a kernel has found in `work`; what follows once there are too many faults is
    /// passed over.
    pub fn report_all(&self, work: Work, hits: Vec<Hit>) {
        let mut solution = Solution { nonce: work.header().nonce, version: work.header().version, work };
        for hit in hits {
            (solution.nonce, solution.version) = (hit.nonce, hit.version);
            self.report(&solution);
            if self.is_faulty() {
                return;
            }
        }
    }

    /// What this device has done.
    #[must_use]
    pub fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// Whether more of the device's last 64 solutions were faults than the limit allows. Then it gets no more work.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.meter.recent_faults() > self.engine.limits.faults
    }

    /// By which somebody else may let this device rest.
    #[must_use]
    pub fn hold(&self) -> Hold {
        self.hold.clone()
    }

    /// Sleeps for `pause`, less if the engine closes meanwhile; whether it does.
    pub(crate) fn closes_within(&self, pause: Duration) -> bool {
        self.engine.closes_within(pause)
    }
}

impl Drop for DevicePort {
    fn drop(&mut self) {
        self.engine.device_end_is_gone();
    }
}

impl Engine {
    pub(super) fn closes_within(&self, pause: Duration) -> bool {
        let goes_on = |state: &mut State| matches!(state.phase, Phase::Resting | Phase::Mining);
        let waited = self.turned.wait_timeout_while(self.lock(), pause, goes_on);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    fn hand_up(&self, share: Share) -> Verdict {
        let mut state = self.lock();
        if share.generation() < state.oldest_counting {
            return Verdict::Stale { since: state.worthless_since.elapsed() };
        }
        if state.phase == Phase::Closed {
            return Verdict::Dropped;
        }
        if state.shares.len() >= self.limits.shares {
            let first = !std::mem::replace(&mut state.overflow_is_known, true);
            drop(state);
            if first {
                warn!(waiting = self.limits.shares, "shares are dropped: the source takes none");
            }
            return Verdict::Dropped;
        }
        state.shares.push_back((share, Instant::now()));
        let waker = state.source.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        Verdict::Shared
    }

    fn device_end_is_gone(&self) {
        let mut state = self.lock();
        state.device_ends -= 1;
        let waker = if state.device_ends == 0 { state.source.take() } else { None };
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}
