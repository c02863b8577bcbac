//! Keeps one device running: opens it, and opens it again after a failure.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hashkit_asic_driver::BoardError;
use hashkit_chain::Algorithm;
use hashkit_kernels::KernelError;
use tracing::{error, warn};

use super::cards::{Card, CardCandidate, CardError};
use super::discover::Candidate;
use super::heat;
use super::tune::{Records, Step};
use super::{Device, DeviceError};
use crate::engine::{DevicePort, DevicePorts};
use crate::meter::Meter;
use crate::sensors::TemperatureLimits;

/// Why a device runs no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The engine closed.
    Closed,
    /// Too many of its solutions were faults.
    Faulty,
    /// It was lost, or failed known answers, three times.
    Lost,
    /// No kernel could be chosen for it.
    Unusable,
    /// The power of its chips was cut again and again.
    Unsafe,
}

/// A device that gave no answers, or wrong ones, so often is not opened again.
const LOSSES: u32 = 3;
/// Unless it has run well for so long in between.
const FORGIVEN_AFTER: Duration = Duration::from_hours(1);

/// Runs the device on a thread of its own, `cpu-0` for the candidate `cpu:0`, until the engine closes. A failure closes this
/// device alone, and it is opened again after growing pauses; only one with too many faults stays closed.
///
/// # Errors
/// When the system gives no thread.
pub fn spawn(candidate: Candidate, port: DevicePort) -> io::Result<JoinHandle<Ended>> {
    let name = candidate.id().replace(':', "-");
    thread::Builder::new().name(name).spawn(move || supervise(|| candidate.open(), &port, Pauses::default()))
}

/// What a card tells before it mines.
pub enum CardNews {
    /// A kernel is about to be timed.
    Timing {
        /// Which card.
        device: String,
        /// What is done.
        step: Step,
    },
    /// It begins to mine with this kernel, and counts here.
    Begins(Box<CardCandidate>, Arc<Meter>),
    /// It cannot mine.
    Fails {
        /// Which card.
        device: String,
        /// Why.
        error: CardError,
    },
}

/// As [`spawn`] for a card: its thread also chooses the kernel, which may take the driver a minute, and gets a port once that is
/// done. `records` are what is known of kernels, here and then. A card with a sensor rests by `limits` when it is too hot.
///
/// # Errors
/// When the system gives no thread.
pub fn spawn_card(
    card: Card,
    algorithm: Algorithm,
    limits: TemperatureLimits,
    records: Arc<Mutex<Records>>,
    ports: Arc<DevicePorts>,
    mut tell: impl FnMut(CardNews) + Send + 'static,
) -> io::Result<JoinHandle<Ended>> {
    let id = card.views()[0].id.clone();
    thread::Builder::new().name(id.replace(':', "-")).spawn(move || {
        let mut go_on = |step: &Step| {
            tell(CardNews::Timing { device: id.clone(), step: step.clone() });
            !ports.is_closing()
        };
        let chosen = contained(|| Ok(card.choose(algorithm, &records, &mut go_on)));
        let candidate = match chosen {
            Ok(Ok(candidate)) => candidate,
            Ok(Err(CardError::Interrupted)) => return Ended::Closed,
            Ok(Err(error)) => {
                tell(CardNews::Fails { device: id.clone(), error });
                return Ended::Unusable;
            }
            Err(error) => {
                error!(device = id, %error, "device failed");
                return Ended::Unusable;
            }
        };
        let port = ports.port(candidate.id());
        drop(ports);
        heat::watch_card(&card, limits, &port);
        tell(CardNews::Begins(Box::new(candidate.clone()), Arc::clone(port.meter())));
        supervise(|| candidate.open(), &port, Pauses::default())
    })
}

pub(super) fn supervise(
    mut open: impl FnMut() -> Result<Box<dyn Device>, DeviceError>,
    port: &DevicePort,
    mut pauses: Pauses,
) -> Ended {
    let device = port.meter().name();
    let mut losses = 0;
    loop {
        let began = Instant::now();
        let result = contained(|| open()?.run(port));
        if port.is_faulty() {
            let faults = port.meter().counts().faults.total();
            error!(device, faults, "device stopped: it computes wrongly; check its cooling, clock and voltage");
            return Ended::Faulty;
        }
        let Err(error) = result else { return Ended::Closed };
        if let DeviceError::Board(BoardError::GivenUp(_)) = error {
            error!(device, %error, "device stopped by a safety limit");
            return Ended::Unsafe;
        }
        if began.elapsed() > FORGIVEN_AFTER {
            losses = 0;
        }
        losses += u32::from(is_loss(&error));
        if losses >= LOSSES {
            error!(device, %error, losses, "device disabled: it was lost, or answered wrongly, again and again");
            return Ended::Lost;
        }
        let pause = pauses.after(began.elapsed());
        warn!(device, %error, retry_ms = pause.as_millis(), "device failed and will be opened again");
        if port.closes_within(pause) {
            return Ended::Closed;
        }
    }
}

/// Whether the device gave no answers, or wrong ones; other failures may pass.
fn is_loss(error: &DeviceError) -> bool {
    let is_of_silicon = |error: &KernelError| matches!(error, KernelError::Lost { .. } | KernelError::Wrong { .. });
    match error {
        DeviceError::Kernel(error) => is_of_silicon(error),
        DeviceError::Misses { .. } | DeviceError::Unproved { .. } => true,
        DeviceError::Line(_) | DeviceError::Chips(_) | DeviceError::Board(_) | DeviceError::Panicked { .. } => false,
    }
}

/// A panic as an error: it ends this device and no other.
fn contained<T>(run: impl FnOnce() -> Result<T, DeviceError>) -> Result<T, DeviceError> {
    // Whatever `run` has left half done is dropped with the device that it opened.
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(DeviceError::Panicked { message: words(&*panic) }))
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words").to_owned()
}

/// How long to wait before a device is opened again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pauses {
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
    pub(super) fn new(first: Duration, longest: Duration) -> Self {
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
