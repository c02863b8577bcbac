//! The devices of this machine as what is measured: the same engine, kernels and threads that mine, on a job whose hits are so
//! frequent that missing ones are noticed.

mod chips;
mod fixed;
pub(crate) mod load;
mod plan;
mod session;
pub(crate) mod threads;
mod watched;
mod whole;

use std::cell::OnceCell;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub use self::chips::ChipLine;
pub use self::fixed::{Fixed, fixed};
pub use self::load::DeviceSubject;
pub use self::plan::{Kernels, PlanError, PlannedRig, Wanted, finds_a_second, plan, rigs};
pub use self::session::Session;
pub use self::threads::Opener;
pub use self::whole::{Member, Pairs, RigSubject};
use crate::measure::Clock;

/// The clock of this machine.
#[derive(Debug, Default)]
pub struct SystemClock(OnceCell<Instant>);

impl SystemClock {
    fn start(&self) -> Instant {
        *self.0.get_or_init(Instant::now)
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.start().elapsed()
    }

    fn wait_until(&self, then: Duration) {
        std::thread::sleep(then.saturating_sub(self.now()));
    }

    fn on_the_wall(&self) -> Option<Duration> {
        SystemTime::now().duration_since(UNIX_EPOCH).ok()
    }
}
