//! Devices: what turns work into solutions, each on a thread of its own.

mod choose;
mod cores;
pub mod discover;
mod memory;
mod pin;
mod scan;
mod supervise;
pub mod tune;

use hashkit_kernels::KernelError;

pub use cores::{Core, CoreKind, cores};
pub use memory::{Granted, GrantedPages};
pub use pin::pin;
pub use scan::ScanDevice;
pub use supervise::{Ended, spawn};

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
    /// Its code panicked, which is a defect of the program.
    #[error("the device's code panicked ({message}): please report it")]
    Panicked {
        /// What the panic said.
        message: String,
    },
}
