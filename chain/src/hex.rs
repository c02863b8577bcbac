//! Hexadecimal as the protocols write it: lower case out, either case in, no `0x`, whole bytes only.

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

/// Why a text is not hexadecimal bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// An odd number of digits, or a character that is no hexadecimal digit.
    #[error("not hexadecimal bytes: expected an even number of digits 0-9 and a-f")]
    Malformed,
    /// Hexadecimal, but not of the length that the field has.
    #[error("expected {expected} hexadecimal digits, found {found}")]
    Length {
        /// Digits the field has.
        expected: usize,
        /// Digits found.
        found: usize,
    },
}

/// Lower-case digits of `bytes`, in their order.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// The bytes that `text` spells, in its order.
///
/// # Errors
/// [`HexError::Malformed`] for anything but whole bytes in hexadecimal digits.
pub fn decode(text: &str) -> Result<Vec<u8>, HexError> {
    HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| HexError::Malformed)
}

/// Exactly `N` bytes, in the order of `text`.
///
/// # Errors
/// [`HexError::Length`] when `text` has not `2 * N` digits, [`HexError::Malformed`] when they are not hexadecimal.
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    if text.len() != 2 * N {
        return Err(HexError::Length { expected: 2 * N, found: text.len() });
    }
    let mut bytes = [0; N];
    HEXLOWER_PERMISSIVE.decode_mut(text.as_bytes(), &mut bytes).map_err(|_| HexError::Malformed)?;
    Ok(bytes)
}

/// A 32-bit number written as eight big-endian digits, as Stratum writes version, ntime, nbits and nonce.
///
/// # Errors
/// As [`decode_array`].
pub fn decode_u32(text: &str) -> Result<u32, HexError> {
    decode_array(text).map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_bytes_of_plain_digits_are_hexadecimal() {
        for (case, text, expected) in [
            ("nothing", "", Ok(vec![])),
            ("lower case", "0aff", Ok(vec![0x0a, 0xff])),
            ("upper case", "0AFF", Ok(vec![0x0a, 0xff])),
            ("half a byte", "abc", Err(HexError::Malformed)),
            ("no digit", "zz", Err(HexError::Malformed)),
            ("a prefix", "0x00", Err(HexError::Malformed)),
            ("a space", "00 0", Err(HexError::Malformed)),
        ] {
            assert_eq!(decode(text), expected, "{case}");
        }
        assert_eq!(decode_u32("504e86b9"), Ok(0x504e_86b9));
        assert_eq!(decode_u32("957c02"), Err(HexError::Length { expected: 8, found: 6 }));
        assert_eq!(decode_array::<1>("zz"), Err(HexError::Malformed));
        assert_eq!(encode(&[0x0a, 0xff]), "0aff");
    }
}
