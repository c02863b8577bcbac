//! What chips do, for whoever watches them from another thread.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hashkit_asic_driver::{BoardReading, ChainCounts, Megahertz};
use hashkit_chain::Hashrate;

/// How chips fare at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ChainGlance {
    /// What they compute at the clock that they have.
    pub expected: Hashrate,
    /// What was counted since they were opened.
    pub counts: ChainCounts,
    /// How many hashes their newest nonce stands for; `None` before there is one.
    pub hashes_a_nonce: Option<u64>,
    /// What the board's sensors said last, where it has some.
    pub board: Option<BoardReading>,
    /// The clock that the board lets them have, zero at rest; `None` of one that is not controlled.
    pub allowed: Option<Megahertz>,
}

/// The newest glance at some chips. Clones see the same ones.
#[derive(Debug, Clone, Default)]
pub struct AsicWatch(Arc<Mutex<Option<ChainGlance>>>);

impl AsicWatch {
    /// How they fared a moment ago; `None` before they were opened for the first time.
    #[must_use]
    pub fn glance(&self) -> Option<ChainGlance> {
        // Nobody who holds it leaves a half-made glance behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, glance: ChainGlance) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(glance);
    }
}

/// The device's end of a watch: it tells now and then.
#[derive(Debug)]
pub(super) struct Watched {
    watch: AsicWatch,
    due: Instant,
    hashes_a_nonce: Option<u64>,
}

/// From one glance to the next: a hundredth of the shortest window that anybody counts in.
const PAUSE: Duration = Duration::from_millis(20);

impl Watched {
    pub(super) fn by(watch: AsicWatch, now: Instant) -> Self {
        Self { watch, due: now, hashes_a_nonce: None }
    }

    pub(super) fn found(&mut self, hashes: u64) {
        self.hashes_a_nonce = Some(hashes);
    }

    /// Tells what `glance` gives, when it is time to.
    pub(super) fn tell(&mut self, now: Instant, glance: impl FnOnce(Option<u64>) -> ChainGlance) {
        if now >= self.due {
            self.due = now + PAUSE;
            self.watch.set(glance(self.hashes_a_nonce));
        }
    }
}
