//! Lets one device rest.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::Engine;

/// A way to let one device rest whatever the jobs are, when it is too hot, say. It works on until the end of its batches; known
/// answers are still asked for. Does not keep the engine from ending.
#[derive(Clone)]
pub struct Hold {
    engine: Arc<Engine>,
    is_held: Arc<AtomicBool>,
    is_over: Arc<AtomicBool>,
}

impl Hold {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine, is_held: Arc::default(), is_over: Arc::default() }
    }

    /// Lets the device rest from now on, or go on.
    pub fn set(&self, is_held: bool) {
        // Under the lock, so that no device goes to sleep between this and the call.
        let _state = self.engine.lock();
        self.is_held.store(is_held, Ordering::Relaxed);
        self.engine.turned.notify_all();
    }

    /// Whether the device rests.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.is_held.load(Ordering::Relaxed)
    }

    /// Lets a device that looks up between its batches return as if the engine closed, where nobody may be left to close it.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }

    /// Sleeps for `pause`, less if the engine closes meanwhile; whether it does.
    #[must_use]
    pub fn closes_within(&self, pause: Duration) -> bool {
        self.engine.closes_within(pause)
    }
}
