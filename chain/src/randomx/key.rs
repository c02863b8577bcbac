//! What RandomX hashes under.

use std::fmt;

use crate::hex::{self, HexError};

/// The key of a RandomX hash, 1 to 60 bytes. Monero's is its seed hash: the id of a block 64 to 2111 blocks back, which is
/// a new one every 2048 blocks.
///
/// Source: RandomX specification, section 2 ("a String K with a size of 0-60 bytes"). An empty key is legal there and refused
/// here: nobody mines under it, and it is what a forgotten one looks like.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Key(Vec<u8>);

/// Why a text or bytes are no key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not 1 to 60 bytes.
    #[error("a RandomX key has 1 to 60 bytes, not {0}: Monero's is the seed hash, 32 bytes")]
    Length(usize),
    /// Not hexadecimal.
    #[error("the RandomX key is {0}")]
    Hex(#[from] HexError),
}

impl Key {
    /// The longest key, in bytes.
    pub const MAX_LEN: usize = 60;

    /// From its bytes.
    ///
    /// # Errors
    /// [`KeyError::Length`] for none at all, or more than [`MAX_LEN`](Self::MAX_LEN).
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, KeyError> {
        let bytes = bytes.into();
        if (1..=Self::MAX_LEN).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(KeyError::Length(bytes.len())) }
    }

    /// From hexadecimal digits, as Monero's node and pools write the seed hash: byte after byte, not reversed.
    ///
    /// # Errors
    /// [`KeyError`] when they are no digits, or of no key's length.
    pub fn from_hex(text: &str) -> Result<Self, KeyError> {
        Self::new(hex::decode(text)?)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_1_to_60_bytes() {
        for (case, text, expected) in [
            ("a seed hash", "ab".repeat(32), Ok(32)),
            ("one byte", "00".into(), Ok(1)),
            ("the longest", "01".repeat(60), Ok(60)),
            ("none", String::new(), Err(KeyError::Length(0))),
            ("one too many", "01".repeat(61), Err(KeyError::Length(61))),
            ("half a byte", "abc".into(), Err(KeyError::Hex(HexError::Malformed))),
            ("no digits", "seed hash!".into(), Err(KeyError::Hex(HexError::Malformed))),
        ] {
            let key = Key::from_hex(&text);
            assert_eq!(key.as_ref().map(|key| key.as_bytes().len()).map_err(|error| *error), expected, "{case}");
            if let Ok(key) = key {
                assert_eq!(key.to_string(), text, "{case}");
            }
        }
    }
}
