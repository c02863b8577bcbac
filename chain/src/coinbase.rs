//! The coinbase transaction as a miner sees it: two parts with the extranonces between them.

use std::fmt;

use crate::hash::{Hash, sha256d};
use crate::hex;

/// The bytes of the coinbase that the miner rolls. Only bytes: nobody else reads a number in them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Extranonce2 {
    bytes: [u8; Self::MAX_LEN],
    len: u8,
}

/// More bytes than any pool uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an extranonce2 of {0} bytes is too long: at most 32 are accepted")]
pub struct Extranonce2Error(pub usize);

impl Extranonce2 {
    /// The longest that is accepted, in bytes; running pools use 0 to 16.
    pub const MAX_LEN: usize = 32;

    /// These bytes as they are.
    ///
    /// # Errors
    /// [`Extranonce2Error`] for more than [`Extranonce2::MAX_LEN`] of them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Extranonce2Error> {
        let mut padded = [0; Self::MAX_LEN];
        padded.get_mut(..bytes.len()).ok_or(Extranonce2Error(bytes.len()))?.copy_from_slice(bytes);
        #[expect(clippy::cast_possible_truncation, reason = "at most 32")]
        Ok(Self { bytes: padded, len: bytes.len() as u8 })
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// `number` big-endian in `len` bytes, the upper bytes of `number` cut off where it has more.
    pub(crate) fn from_number(number: u64, len: usize) -> Self {
        let len = len.min(Self::MAX_LEN);
        let digits = number.to_be_bytes();
        let kept = len.min(digits.len());
        let mut bytes = [0; Self::MAX_LEN];
        bytes[len - kept..len].copy_from_slice(&digits[digits.len() - kept..]);
        #[expect(clippy::cast_possible_truncation, reason = "at most 32")]
        Self { bytes, len: len as u8 }
    }
}

impl fmt::Display for Extranonce2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.as_bytes()))
    }
}

impl fmt::Debug for Extranonce2 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A coinbase cut around its extranonces, in the form without witness, whose hash is the transaction's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coinbase {
    /// Everything before extranonce1 (`coinb1` of Stratum).
    pub prefix: Vec<u8>,
    /// The bytes that the pool gave this connection.
    pub extranonce1: Vec<u8>,
    /// How many bytes the miner rolls, 0 to [`Extranonce2::MAX_LEN`].
    pub extranonce2_len: usize,
    /// Everything after extranonce2 (`coinb2` of Stratum).
    pub suffix: Vec<u8>,
}

impl Coinbase {
    /// The whole transaction, without witness.
    #[must_use]
    pub fn to_bytes(&self, extranonce2: &Extranonce2) -> Vec<u8> {
        [&self.prefix[..], &self.extranonce1, extranonce2.as_bytes(), &self.suffix].concat()
    }

    /// The transaction's id.
    #[must_use]
    pub fn id(&self, extranonce2: &Extranonce2) -> Hash {
        sha256d(&self.to_bytes(extranonce2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_fills_the_last_bytes_of_an_extranonce2() {
        for (number, len, text) in [
            (7, 0, ""),
            (0x0102, 1, "02"),
            (0x0102, 4, "00000102"),
            (u64::MAX, 8, "ffffffffffffffff"),
            (1, 12, "000000000000000000000001"),
        ] {
            assert_eq!(Extranonce2::from_number(number, len).to_string(), text);
        }
        assert_eq!(Extranonce2::from_bytes(&[0; 33]), Err(Extranonce2Error(33)));
        assert!(Extranonce2::from_bytes(&[1; 32]).is_ok());
    }
}
