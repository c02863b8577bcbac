//! Devices: what turns work into solutions, each on a thread of its own.

pub mod asic;
mod cards;
mod choose;
mod cores;
pub mod discover;
mod gpu;
mod heat;
mod kept;
mod memory;
mod pin;
mod scan;
mod supervise;
pub mod tune;

use hashkit_asic_driver::{BoardError, ChainError};
use hashkit_kernels::KernelError;

pub use cards::{Card, CardCandidate, CardError, cards};
pub use cores::{Core, CoreKind, cores};
pub use gpu::{GpuDevice, GpuSettings};
pub use memory::{Granted, GrantedPages};
pub use pin::pin;
pub use scan::ScanDevice;
pub use supervise::{CardNews, Ended, spawn, spawn_card};

#[cfg(feature = "randomx")]
pub(crate) use cores::parse_list;
#[cfg(feature = "randomx")]
pub(crate) use pin::allowed;

use crate::engine::DevicePort;

/// What turns work into solutions.
pub trait Device: Send {
    /// Its name in logs and meters.
    fn name(&self) -> &str;

    /// Searches what `port` gives until it gives no more. Runs on a thread of its own, and blocks it.
    ///
    /// # Errors
    /// [`DeviceError`] when the device cannot go on; what it has found is reported before.
    fn run(&mut self, port: &DevicePort) -> Result<(), DeviceError>;
}

/// Why a device cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// Its kernel failed.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// It finds too few hits, far beyond bad luck.
    #[error("the device has found {found:.0} hits where {expected:.0} were to be expected: it misses some")]
    Misses {
        /// How many there were.
        found: f64,
        /// How many there should have been.
        expected: f64,
    },
    /// Its port cannot be used.
    #[error(transparent)]
    Line(#[from] asic::LineError),
    /// Its chips do not work.
    #[error(transparent)]
    Chips(#[from] ChainError),
    /// The board around its chips cannot be used.
    #[error(transparent)]
    Board(#[from] BoardError),
    /// Its chips do not find what they should.
    #[error(
        "of {chips} chips {silent} found nothing in 20 s, and {wrong} nonces were wrong: check power, cooling and clock"
    )]
    Unproved {
        /// How many chips there are.
        chips: usize,
        /// How many of them found nothing.
        silent: usize,
        /// Nonces that the judge refused.
        wrong: u64,
    },
    /// Its code panicked, which is a defect of the program.
    #[error("the device's code panicked ({message}): please report it")]
    Panicked {
        /// What the panic said.
        message: String,
    },
}
