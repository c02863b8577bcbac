//! Hashes, and the one order of bytes they are kept in.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use crate::hex::{self, HexError};

/// A 256-bit hash, kept in internal order: the order in which SHA-256d leaves it and in which headers carry it.
///
/// People read it with all 32 bytes reversed; [`fmt::Display`] and [`FromStr`] use that form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hash([u8; 32]);

impl Hash {
    /// All bytes zero: the parent of a genesis block, the outpoint of a coinbase.
    pub const ZERO: Self = Self([0; 32]);

    /// From bytes in internal order.
    #[must_use]
    pub const fn from_internal(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes in internal order. Read as a little-endian number they are what a target is compared with.
    #[must_use]
    pub const fn as_internal(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.0;
        bytes.reverse();
        f.write_str(&hex::encode(&bytes))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        let mut bytes: [u8; 32] = hex::decode_array(text)?;
        bytes.reverse();
        Ok(Self(bytes))
    }
}

/// SHA-256 twice: block ids, transaction ids and merkle nodes of every coin here, and the proof of work of most.
#[must_use]
pub fn sha256d(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(Sha256::digest(bytes)).into())
}
