//! The end that takes jobs in and gives shares out.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Instant;

use hashkit_chain::{Job, Previous, Share};

use super::{Engine, Phase};
use crate::meter::Meter;

/// What the devices have done on which account; it outlives the engine's ends.
#[derive(Clone)]
pub struct Books {
    engine: Arc<Engine>,
}

impl Books {
    /// The hashes that were done for jobs on this account.
    #[must_use]
    pub fn hashes_for(&self, account: usize) -> u64 {
        self.engine.lock().accounts.hashes(account)
    }
}

/// The source's end of the engine. Dropping it closes the engine.
pub struct SourcePort {
    pub(super) engine: Arc<Engine>,
}

impl SourcePort {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// Puts `job` in the place of the one before and wakes the devices; `previous` says what becomes of older shares.
    /// Returns the job's generation, which its shares carry. Without effect once the engine closes.
    #[expect(clippy::must_use_candidate, reason = "a source that keeps no account of its jobs needs no number")]
    pub fn publish(&self, job: Job, previous: Previous) -> u64 {
        self.publish_for(0, job, previous)
    }

    /// As [`SourcePort::publish`], on this account: see [`Books`]. Accounts are small numbers.
    #[expect(clippy::must_use_candidate, reason = "a source that keeps no account of its jobs needs no number")]
    pub fn publish_for(&self, account: usize, job: Job, previous: Previous) -> u64 {
        let mut state = self.engine.lock();
        if matches!(state.phase, Phase::Closing | Phase::Closed) {
            return state.generation;
        }
        state.generation += 1;
        let generation = state.generation;
        state.accounts.begin(generation, account);
        let space = state.space_of(job);
        state.slot = Some(space);
        state.exhaustion_is_known = false;
        state.overflow_is_known = false;
        state.phase = Phase::Mining;
        if previous == Previous::Worthless {
            state.oldest_counting = generation;
            state.worthless_since = Instant::now();
            self.engine.oldest_wanted.store(generation, Ordering::Release);
        }
        drop(state);
        self.engine.turned.notify_all();
        generation
    }

    /// Takes the job away: the devices rest until the next one. What they have found still arrives, for the source alone
    /// knows whether it can be credited.
    pub fn withdraw(&self) {
        let mut state = self.engine.lock();
        if state.phase == Phase::Mining {
            state.phase = Phase::Resting;
            self.engine.oldest_wanted.store(state.generation + 1, Ordering::Release);
        }
    }

    /// Gives out no more work: the devices report what they have found, and return. Await [`SourcePort::next_share`] until
    /// it gives `None` to lose none of it.
    pub fn close(&self) {
        self.close_in(Phase::Closing);
    }

    /// The next share; `None` once every port of a device, and the maker of ports, has been dropped.
    ///
    /// Cancel safe: a share leaves the queue only with the answer. It needs no runtime, and one task at a time may wait.
    pub async fn next_share(&mut self) -> Option<Share> {
        self.next_found().await.map(|(share, _)| share)
    }

    /// As [`SourcePort::next_share`], with when the judge had it.
    pub async fn next_found(&mut self) -> Option<(Share, Instant)> {
        poll_fn(|context| self.poll_found(context)).await
    }

    /// The generation of the newest job; 0 before any.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.engine.lock().generation
    }

    /// What was done on which account, for somebody else to read.
    #[must_use]
    pub fn books(&self) -> Books {
        Books { engine: Arc::clone(&self.engine) }
    }

    /// On which account a share's job was published.
    #[must_use]
    pub fn account_of(&self, share: &Share) -> usize {
        self.engine.lock().accounts.of(share.generation())
    }

    /// The meters of all devices, in the order in which their ports were made.
    #[must_use]
    pub fn meters(&self) -> Vec<Arc<Meter>> {
        self.engine.lock().meters.clone()
    }

    fn poll_found(&self, context: &mut Context<'_>) -> Poll<Option<(Share, Instant)>> {
        let mut state = self.engine.lock();
        if let Some(found) = state.shares.pop_front() {
            return Poll::Ready(Some(found));
        }
        if state.device_ends == 0 {
            return Poll::Ready(None);
        }
        match &mut state.source {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
        Poll::Pending
    }

    fn close_in(&self, phase: Phase) {
        let mut state = self.engine.lock();
        state.phase = phase;
        self.engine.oldest_wanted.store(state.generation + 1, Ordering::Release);
        drop(state);
        self.engine.turned.notify_all();
    }
}

impl Drop for SourcePort {
    fn drop(&mut self) {
        self.close_in(Phase::Closed);
    }
}
