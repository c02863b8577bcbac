//! Emulated mining chips: boards and sticks to try hashkit on, and to hurt it with, without one of silicon.
//!
//! [`Emulator`] is a state machine without I/O or clock: bytes and the time in, bytes out. [`serve()`] is its shell, which puts it
//! behind a pseudo-terminal. It shares no code with the driver, so that a misunderstood chip cannot hide on both ends of the line.

mod board;
mod chain;
mod chip;
mod crc;
mod emulator;
mod fault;
mod frame;
mod job;
mod line;
mod model;
mod outbox;
mod pll;
mod port;
mod serve;
mod source;
mod sweep;
mod unit;
#[cfg(test)]
mod vectors;

pub use board::ControlReplies;
pub use emulator::{Counts, Emulator, Event, Settings, SettingsError};
pub use fault::{Fault, FaultError, ScriptedFault};
pub use model::{Model, UnknownModel};
pub use port::PortError;
pub use serve::{Links, News, Stop, serve};
pub use source::{Capture, KnownWorks, ModelRate, NonceSource, SourceError};
