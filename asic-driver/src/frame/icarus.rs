//! The work and the answers of Icarus-like boards: no preamble, no length, no checksum.

use hashkit_chain::Header;

use super::job::{Midstate, tail};

/// One header in one version, as 64 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IcarusWork {
    /// State after the header's first 64 bytes.
    pub midstate: Midstate,
    /// Byte 51: comes back with each nonce of an Antminer U1, U2 or U3; zero elsewhere.
    pub id: u8,
    /// Network target, time and the last word of the merkle root, each as it stands in a header.
    pub tail: [[u8; 4]; 3],
}

impl IcarusWork {
    /// The length on the wire.
    pub const LEN: usize = 64;

    /// For this header in its own version.
    #[must_use]
    pub fn new(header: &Header, id: u8) -> Self {
        Self { midstate: Midstate::of(header), id, tail: tail(header) }
    }

    /// The bytes as they go on the wire.
    #[must_use]
    pub fn encode(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..32].copy_from_slice(self.midstate.as_wire());
        bytes[51] = self.id;
        for (place, word) in bytes[52..].chunks_exact_mut(4).zip(self.tail) {
            place.copy_from_slice(&word);
        }
        bytes
    }

    /// Reads what [`IcarusWork::encode`] writes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        let mut midstate = [0; 32];
        midstate.copy_from_slice(&bytes[..32]);
        let word = |at: usize| [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
        Self { midstate: Midstate::from_wire(midstate), id: bytes[51], tail: [word(52), word(56), word(60)] }
    }
}

/// Puts answers of a fixed number of bytes together that an adapter may have cut into pieces.
#[derive(Debug, Clone)]
pub struct NonceCollector {
    length: usize,
    pending: Vec<u8>,
}

impl NonceCollector {
    /// Collects answers of `length` bytes: 4, or 5 where an id follows the nonce.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self { length: length.max(1), pending: Vec::new() }
    }

    /// The answers that `bytes` complete.
    pub fn receive<'a>(&'a mut self, bytes: &'a [u8]) -> impl Iterator<Item = Vec<u8>> + 'a {
        bytes.iter().filter_map(move |byte| {
            self.pending.push(*byte);
            (self.pending.len() == self.length).then(|| std::mem::take(&mut self.pending))
        })
    }

    /// Whether an answer has begun and not ended.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Drops an answer that has not been completed in time; how many bytes that were.
    pub fn drop_partial(&mut self) -> usize {
        let dropped = self.pending.len();
        self.pending.clear();
        dropped
    }
}
