//! RandomX: the reference library, in light and fast mode.
//!
//! [`KeyMemory`] is what a key unfolds to and all searches share, [`Search`] is one thread's search in it, and [`prove`] holds it
//! against known hashes. The catalogue of kernels does not list it: a kernel there searches 80-byte headers and opens in no time.

mod library;
mod memory;
mod proof;
mod search;

pub use memory::{Ask, KeyMemory, MemoryError, Mode};
pub use proof::{ProofError, prove};
pub use search::Search;
