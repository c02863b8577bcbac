//! The rules of proof of work, and the judge.
//!
//! Everything here is a value or a pure function: no I/O, no clock, no threads. It is slow and obvious on purpose, because
//! the rest of hashkit is judged by it: only [`Share::check`] turns a device's claim into a [`Share`].

mod coinbase;
mod difficulty;
mod hash;
mod header;
pub mod hex;
mod job;
mod merkle;
mod nonce;
mod pow;
mod share;
mod space;
mod target;
mod units;

pub use coinbase::{Coinbase, Extranonce2, Extranonce2Error};
pub use difficulty::{Difficulty, DifficultyError};
pub use hash::{Hash, sha256d};
pub use header::{Header, Nbits, Ntime, Version};
pub use job::{Job, JobId, Previous};
pub use merkle::{merkle_branch, merkle_root, merkle_tree_root};
pub use nonce::{Nonce, NonceRange};
pub use pow::{Algorithm, UnknownAlgorithm};
pub use share::{Reject, Share, Solution};
pub use space::{SearchSpace, Versions, Work};
pub use target::{CompactError, Target};
pub use units::Hashrate;
