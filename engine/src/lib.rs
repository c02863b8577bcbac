//! Cuts jobs into work, runs the devices, and has the judge check what they claim.
//!
//! The main idea is the pair of ports that [`open`] gives: a [`SourcePort`] that takes jobs in and gives shares out, and for
//! each device a [`DevicePort`] that gives work out and takes solutions in. Between them lies a data structure behind one
//! lock; there is no scheduler, and no async runtime either: any executor can await [`SourcePort::next_share`].

pub mod device;
mod engine;
mod meter;
#[cfg(feature = "randomx")]
pub mod randomx;
pub mod sensors;

#[cfg(test)]
mod testing;

pub use device::{Device, DeviceError};
pub use engine::{Books, DevicePort, DevicePorts, Hold, Limits, Next, SourcePort, Verdict, open};
pub use meter::{Counts, Faults, Meter, Rates, Turn};
