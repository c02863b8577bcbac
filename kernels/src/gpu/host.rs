//! What every API has to do for a search, and no more.

use std::time::Duration;

#[cfg(any(feature = "wgpu", feature = "opencl", feature = "cuda"))]
use crate::shader::SLOTS;

/// How many launches are on a card at once: while one computes, the other is prepared or read.
pub const SLOTS_IN_FLIGHT: usize = 2;

/// A card, seen through one API, with a shader on it. Launches go into slots, what they found comes out of them.
pub trait Host: Send {
    /// Starts so many threads that are given `words`, and does not wait for them. The slot is free: it was collected, or never
    /// used.
    ///
    /// # Errors
    /// [`HostError`] when the card takes nothing more.
    fn submit(&mut self, slot: usize, words: &[u32], threads: u32) -> Result<(), HostError>;

    /// Waits for the launch in the slot, which then is free again; but no longer than `patience`, after which it is `None`
    /// and may be asked again. Waiting costs the processor next to nothing.
    ///
    /// # Errors
    /// [`HostError`] when there will be no answer.
    fn collect(&mut self, slot: usize, patience: Duration) -> Result<Option<Found>, HostError>;
}

/// What a launch reported.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// How many claims there were; more than `claims` holds when the slots did not suffice.
    pub count: u32,
    /// A nonce and the place of its version each, in no order.
    pub claims: Vec<[u32; 2]>,
}

/// What the buffer of a launch's claims holds before the claims.
#[cfg(any(feature = "wgpu", feature = "opencl", feature = "cuda"))]
const HEAD: usize = 4;

/// The words of that buffer.
#[cfg(any(feature = "wgpu", feature = "opencl", feature = "cuda"))]
pub(super) const FOUND_WORDS: usize = HEAD + 2 * SLOTS as usize;

#[cfg(any(feature = "wgpu", feature = "opencl", feature = "cuda"))]
impl Found {
    /// Out of the buffer that a launch has left.
    pub(super) fn read(words: &[u32; FOUND_WORDS]) -> Self {
        let count = words[0];
        Self { count, claims: words[HEAD..].as_chunks().0.iter().copied().take(count as usize).collect() }
    }
}

/// Why a card gave no answer, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HostError(pub String);
