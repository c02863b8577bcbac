//! The 80 bytes that are hashed.

use std::fmt;

use crate::hash::{Hash, sha256d};
use crate::nonce::Nonce;

macro_rules! word {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:08x}", self.0)
            }
        }
    };
}

word!(
    /// The header's version field as the unsigned number it is stored as; consensus reads it as signed.
    Version
);
word!(
    /// The header's time, in seconds since 1970.
    Ntime
);
word!(
    /// The network target in compact form; see [`crate::Target::from_compact`].
    Nbits
);

/// A block header. Its 80-byte form is little-endian throughout; the hashes are in internal order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Header {
    /// Version and its rolled bits.
    pub version: Version,
    /// The parent's hash.
    pub prev_hash: Hash,
    /// The root over the block's transactions.
    pub merkle_root: Hash,
    /// Time of the block.
    pub ntime: Ntime,
    /// The network target that the parent demands.
    pub nbits: Nbits,
    /// What the search varies first.
    pub nonce: Nonce,
}

impl Header {
    /// Length of the serialized form, in bytes.
    pub const LEN: usize = 80;

    /// The form that is hashed.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[0..4].copy_from_slice(&self.version.0.to_le_bytes());
        bytes[4..36].copy_from_slice(self.prev_hash.as_internal());
        bytes[36..68].copy_from_slice(self.merkle_root.as_internal());
        bytes[68..72].copy_from_slice(&self.ntime.0.to_le_bytes());
        bytes[72..76].copy_from_slice(&self.nbits.0.to_le_bytes());
        bytes[76..80].copy_from_slice(&self.nonce.0.to_le_bytes());
        bytes
    }

    /// Reads what [`Header::to_bytes`] writes; every 80 bytes are a header.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; Self::LEN]) -> Self {
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let hash = |at: usize| {
            let mut hash = [0; 32];
            hash.copy_from_slice(&bytes[at..at + 32]);
            Hash::from_internal(hash)
        };
        Self {
            version: Version(word(0)),
            prev_hash: hash(4),
            merkle_root: hash(36),
            ntime: Ntime(word(68)),
            nbits: Nbits(word(72)),
            nonce: Nonce(word(76)),
        }
    }

    /// The block's identity: SHA-256d of the header, also where the proof of work is another function.
    #[must_use]
    pub fn id(&self) -> Hash {
        sha256d(&self.to_bytes())
    }
}
