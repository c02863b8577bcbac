//! Keeps one device running: opens it, and opens it again after a failure.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing::{error, warn};

use super::discover::Candidate;
use super::{Device, DeviceError};
use crate::engine::DevicePort;

/// Why a device runs no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The engine closed.
    Closed,
    /// Too many of its solutions were faults.
    Faulty,
}

/// Runs the device on a thread of its own, `cpu-0` for the candidate `cpu:0`, until the engine closes. A failure closes this
/// device alone, and it is opened again after growing pauses; only one with too many faults stays closed.
///
/// # Errors
/// When the system gives no thread.
pub fn spawn(candidate: Candidate, port: DevicePort) -> io::Result<JoinHandle<Ended>> {
    let name = candidate.id().replace(':', "-");
    thread::Builder::new().name(name).spawn(move || supervise(|| candidate.open(), &port, Pauses::default()))
}

fn supervise(
    mut open: impl FnMut() -> Result<Box<dyn Device>, DeviceError>,
    port: &DevicePort,
    mut pauses: Pauses,
) -> Ended {
    let device = port.meter().name();
    loop {
        let began = Instant::now();
        let result = contained(|| open()?.run(port));
        if port.is_faulty() {
            let faults = port.meter().counts().faults.total();
            error!(device, faults, "device stopped: it computes wrongly; check its cooling, clock and voltage");
            return Ended::Faulty;
        }
        let Err(error) = result else { return Ended::Closed };
        let pause = pauses.after(began.elapsed());
        warn!(device, %error, retry_ms = pause.as_millis(), "device failed and will be opened again");
        if port.closes_within(pause) {
            return Ended::Closed;
        }
    }
}

/// A panic as an error: it ends this device and no other.
fn contained(run: impl FnOnce() -> Result<(), DeviceError>) -> Result<(), DeviceError> {
    // Whatever `run` has left half done is dropped with the device that it opened.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(DeviceError::Panicked { message: words(&*panic) }))
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words").to_owned()
}

/// How long to wait before a device is opened again.
#[derive(Debug, Clone, Copy)]
struct Pauses {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Self::new(Duration::from_secs(1), Duration::from_mins(1))
    }
}

impl Pauses {
    fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, next: first }
    }

    /// The pause after a device that ran for `ran`: double the one before, or the first again after a good run.
    fn after(&mut self, ran: Duration) -> Duration {
        if ran > self.longest {
            self.next = self.first;
        }
        let pause = self.next;
        self.next = (pause * 2).min(self.longest);
        pause
    }
}

#[cfg(test)]
mod tests;
