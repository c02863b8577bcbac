//! The rules of proof of work, and the judge.
//!
//! Everything here is a value or a pure function: no I/O, no clock, no threads. It is slow and obvious on purpose, because
//! the rest of hashkit is judged by it: only [`Share::check`] turns a device's claim into a [`Share`].

mod address;
mod block;
mod chain_name;
mod coinbase;
mod difficulty;
mod hash;
mod header;
pub mod hex;
mod job;
mod median_time;
mod merged;
mod merkle;
mod nonce;
mod payout;
mod pow;
#[cfg(feature = "randomx")]
pub mod randomx;
mod retarget;
mod share;
mod space;
mod target;
mod template;
mod units;
mod version_bits;

pub use address::{AddressError, Network};
pub use block::Block;
pub use chain_name::{ChainName, UnknownChain};
pub use coinbase::{Coinbase, Extranonce2, Extranonce2Error};
pub use difficulty::{Difficulty, DifficultyError};
pub use hash::{Hash, sha256d};
pub use header::{Header, Nbits, Ntime, Version};
pub use job::{Job, JobId, Previous};
pub use merged::{ChildBlock, MergeError, MergedTree};
pub use merkle::{merkle_branch, merkle_root, merkle_tree_root};
pub use nonce::{Nonce, NonceRange};
pub use payout::{CoinbaseLock, Payout, PayoutError, Script, height_push};
pub use pow::{Algorithm, UnknownAlgorithm};
pub use retarget::{BrokenRule, Position, Progress, WrongBits, WrongTime};
pub use share::{Reject, Share, Solution};
pub use space::{SearchSpace, Versions, Work};
pub use target::{CompactError, Target};
pub use template::{BlockTemplate, JobTerms, TemplateError};
pub use units::Hashrate;
pub use version_bits::BIP_320_MASK;
