//! A simulated device on a simulated clock: what it does is told by the test, and an hour of it takes no time.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use super::{Clock, Counts, Drawn, Gauge, Glance, Load, PowerSource, Subject, Trouble};
use crate::document::Boundary;

/// Time that passes when somebody waits.
#[derive(Debug, Clone, Default)]
pub(crate) struct SimulatedClock {
    now: Rc<Cell<Duration>>,
    asleep: Rc<Cell<Duration>>,
}

impl SimulatedClock {
    /// The machine sleeps: no clock but the one on the wall sees it.
    pub(crate) fn sleep(&self, time: Duration) {
        self.asleep.set(self.asleep.get() + time);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Duration {
        self.now.get()
    }

    fn wait_until(&self, then: Duration) {
        self.now.set(self.now.get().max(then));
    }

    fn on_the_wall(&self) -> Option<Duration> {
        Some(self.now.get() + self.asleep.get())
    }
}

/// Random numbers that are the same in each run of a test.
#[derive(Debug, Clone)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// From 0 to 1 (`SplitMix64`).
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "below the limit, and not negative"
        )]
        let number = (self.uniform() * limit as f64) as usize;
        number
    }

    /// With mean 0 and deviation 1 (Box and Muller).
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// A device as a test wants it.
#[derive(Clone)]
pub(crate) struct Simulated {
    pub(crate) clock: SimulatedClock,
    /// Hashes a second.
    pub(crate) rate: f64,
    /// The spread of its rate from one repetition to the next, as a part of it.
    pub(crate) spread: f64,
    /// What the rate is multiplied by, after so many seconds of work.
    pub(crate) curve: fn(f64) -> f64,
    /// What the finds are multiplied by: 0.5 for one that skips every second nonce.
    pub(crate) finds: f64,
    /// Degrees after so many seconds of work.
    pub(crate) temperature: Option<fn(f64) -> f64>,
    pub(crate) random: Random,
    /// When it began to work, if it works.
    pub(crate) working_since: Rc<Cell<Option<Duration>>>,
}

impl Simulated {
    pub(crate) fn new(clock: &SimulatedClock, rate: f64, seed: u64) -> Self {
        Self {
            clock: clock.clone(),
            rate,
            spread: 0.0,
            curve: |_| 1.0,
            finds: 1.0,
            temperature: None,
            random: Random(seed),
            working_since: Rc::default(),
        }
    }

    fn worked(&self) -> f64 {
        self.working_since.get().map_or(0.0, |since| (self.clock.now().saturating_sub(since)).as_secs_f64())
    }
}

impl Subject for Simulated {
    fn open(&mut self) -> Result<Box<dyn Load>, Trouble> {
        self.working_since.set(Some(self.clock.now()));
        let rate = self.rate * (1.0 + self.spread * self.random.normal());
        let random = Random(self.random.0 ^ 0x5555);
        let device = Self { random, ..self.clone() };
        Ok(Box::new(SimulatedLoad { rate, last: self.clock.now(), device, chance: 0.0, counts: Counts::default() }))
    }
}

struct SimulatedLoad {
    device: Simulated,
    rate: f64,
    last: Duration,
    chance: f64,
    counts: Counts,
}

impl Load for SimulatedLoad {
    fn search_for(&mut self, hashes_a_find: f64) {
        self.counts();
        self.chance = 1.0 / hashes_a_find;
    }

    fn counts(&mut self) -> Counts {
        let now = self.device.clock.now();
        let passed = now.saturating_sub(self.last).as_secs_f64();
        self.last = now;
        let noise = 1.0 + 0.002 * self.device.random.normal();
        let hashes = (self.rate * passed * (self.device.curve)(self.device.worked()) * noise).round();
        let expected = hashes * self.chance;
        // A Poisson count of so many is as good as normal.
        let mean = expected * self.device.finds;
        let finds = (mean + mean.sqrt() * self.device.random.normal()).round().max(0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and not negative")]
        {
            self.counts.hashes += hashes as u64;
            self.counts.finds += finds as u64;
        }
        self.counts.finds_expected += expected;
        self.counts
    }

    fn trouble(&mut self) -> Option<Trouble> {
        None
    }
}

impl Drop for SimulatedLoad {
    fn drop(&mut self) {
        self.device.working_since.set(None);
    }
}

impl Gauge for Simulated {
    fn read(&mut self) -> Glance {
        let temperature = self.temperature.map(|curve| curve(self.worked()));
        Glance { temperature, ..Glance::default() }
    }
}

/// Draws so many watts without load, and so many with.
pub(crate) struct SimulatedPlug {
    pub(crate) name: &'static str,
    pub(crate) device: Simulated,
    pub(crate) idle: f64,
    pub(crate) busy: f64,
}

impl PowerSource for SimulatedPlug {
    fn name(&self) -> &str {
        self.name
    }

    fn boundary(&self) -> Boundary {
        Boundary::Wall
    }

    fn drawn(&mut self) -> Option<Drawn> {
        Some(Drawn::Watts(if self.device.working_since.get().is_some() { self.busy } else { self.idle }))
    }
}
