//! Targets: the largest hash that still counts.

use std::fmt;
use std::str::FromStr;

use ruint::aliases::U256;

use crate::hash::Hash;
use crate::header::Nbits;
use crate::hex::{self, HexError};

/// The largest hash that still counts as a hit, read as a 256-bit number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target(U256);

/// Why compact bits name no target. Bitcoin Core's `arith_uint256::SetCompact` reports the same two conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CompactError {
    /// The sign bit is set on a mantissa that is not zero.
    #[error("compact bits {0} are negative")]
    Negative(Nbits),
    /// The value needs more than 256 bits.
    #[error("compact bits {0} exceed 256 bits")]
    Overflow(Nbits),
}

impl Target {
    /// Every hash meets it.
    pub const MAX: Self = Self(U256::MAX);
    /// Only the hash zero meets it, so none does.
    pub const ZERO: Self = Self(U256::ZERO);

    /// From little-endian bytes, the order in which a hash is read as a number.
    #[must_use]
    pub fn from_le_bytes(bytes: [u8; 32]) -> Self {
        Self(U256::from_le_bytes(bytes))
    }

    /// From big-endian bytes, the order in which people and `mining.set_target` write targets.
    #[must_use]
    pub fn from_be_bytes(bytes: [u8; 32]) -> Self {
        Self(U256::from_be_bytes(bytes))
    }

    /// The bytes, least significant first.
    #[must_use]
    pub fn to_le_bytes(self) -> [u8; 32] {
        self.0.to_le_bytes()
    }

    /// The bytes, most significant first.
    #[must_use]
    pub fn to_be_bytes(self) -> [u8; 32] {
        self.0.to_be_bytes()
    }

    /// Reads the compact form of a header: one byte of length, three of mantissa with a sign bit.
    /// Bits below the mantissa's reach are lost, exactly as Bitcoin Core loses them.
    ///
    /// # Errors
    /// [`CompactError`] for a negative value and for one beyond 256 bits; neither can be met on any chain.
    pub fn from_compact(nbits: Nbits) -> Result<Self, CompactError> {
        let size = nbits.0 >> 24;
        let mantissa = nbits.0 & 0x007f_ffff;
        if mantissa == 0 {
            return Ok(Self::ZERO);
        }
        let significant_bytes = (32 - mantissa.leading_zeros()).div_ceil(8);
        if size > 3 && size - 3 + significant_bytes > 32 {
            return Err(CompactError::Overflow(nbits));
        }
        let value = if size <= 3 {
            U256::from(mantissa >> (8 * (3 - size)))
        } else {
            U256::from(mantissa) << (8 * (size - 3)) as usize
        };
        if nbits.0 & 0x0080_0000 != 0 && !value.is_zero() {
            return Err(CompactError::Negative(nbits));
        }
        Ok(Self(value))
    }

    /// The compact form; exact for values that came from one, otherwise rounded down to its 15 to 23 significant bits.
    #[must_use]
    pub fn to_compact(self) -> Nbits {
        let mut size = self.0.bit_len().div_ceil(8);
        let mut mantissa = if size <= 3 {
            self.0.as_limbs()[0] << (8 * (3 - size))
        } else {
            (self.0 >> (8 * (size - 3))).as_limbs()[0]
        };
        // The top bit of the mantissa is the sign.
        if mantissa & 0x0080_0000 != 0 {
            mantissa >>= 8;
            size += 1;
        }
        #[expect(clippy::cast_possible_truncation, reason = "a size of at most 33, and a mantissa cut to 23 bits")]
        Nbits((size as u32) << 24 | mantissa as u32)
    }

    /// Whether `hash`, read as a little-endian number, is at most this target.
    #[must_use]
    pub fn is_met_by(&self, hash: &Hash) -> bool {
        U256::from_le_bytes(*hash.as_internal()) <= self.0
    }

    /// The number, for arithmetic inside this package.
    pub(crate) fn as_uint(self) -> U256 {
        self.0
    }

    /// From the number, for arithmetic inside this package.
    pub(crate) fn from_uint(value: U256) -> Self {
        Self(value)
    }
}

/// 64 big-endian digits.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.to_be_bytes()))
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Target {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        hex::decode_array(text).map(Self::from_be_bytes)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rows of Bitcoin Core's `src/test/arith_uint256_tests.cpp`, `bignum_SetCompact`.
    #[test]
    fn compact_bits_read_as_bitcoin_core_reads_them() {
        for (bits, value, back) in [
            (0x0000_0000, Ok("0"), 0),
            (0x0012_3456, Ok("0"), 0),
            (0x0100_3456, Ok("0"), 0),
            (0x0200_0056, Ok("0"), 0),
            (0x0300_0000, Ok("0"), 0),
            (0x0400_0000, Ok("0"), 0),
            (0x0092_3456, Ok("0"), 0),
            (0x0180_3456, Ok("0"), 0),
            (0x0280_0056, Ok("0"), 0),
            (0x0380_0000, Ok("0"), 0),
            (0x0480_0000, Ok("0"), 0),
            (0x0112_3456, Ok("12"), 0x0112_0000),
            (0x0212_3456, Ok("1234"), 0x0212_3400),
            (0x0312_3456, Ok("123456"), 0x0312_3456),
            (0x0412_3456, Ok("12345600"), 0x0412_3456),
            (0x0500_9234, Ok("92340000"), 0x0500_9234),
            (0x2012_3456, Ok("1234560000000000000000000000000000000000000000000000000000000000"), 0x2012_3456),
            (0x01fe_dcba, Err(CompactError::Negative(Nbits(0x01fe_dcba))), 0),
            (0x0492_3456, Err(CompactError::Negative(Nbits(0x0492_3456))), 0),
            (0xff12_3456, Err(CompactError::Overflow(Nbits(0xff12_3456))), 0),
            (0x2112_3456, Err(CompactError::Overflow(Nbits(0x2112_3456))), 0),
            (0x2200_0001, Ok("0100000000000000000000000000000000000000000000000000000000000000"), 0x2001_0000),
        ] {
            let expected = value.map(|digits| format!("{digits:0>64}").parse().unwrap());
            let target = Target::from_compact(Nbits(bits));
            assert_eq!(target, expected, "{bits:08x}");
            if let Ok(target) = target {
                assert_eq!(target.to_compact(), Nbits(back), "{bits:08x}");
            }
        }
    }

    #[test]
    fn a_hash_equal_to_the_target_meets_it() {
        let target = Target::from_be_bytes([7; 32]);
        assert!(target.is_met_by(&Hash::from_internal([7; 32])));
        let mut above = [7; 32];
        above[0] = 8;
        assert!(!target.is_met_by(&Hash::from_internal(above)), "the first internal byte is the least significant");
        assert!(Target::MAX.is_met_by(&Hash::from_internal([255; 32])));
    }

    proptest! {
        #[test]
        fn the_compact_form_survives_a_round_trip(bits: u32) {
            if let Ok(target) = Target::from_compact(Nbits(bits)) {
                prop_assert_eq!(Target::from_compact(target.to_compact()), Ok(target));
            }
        }

        #[test]
        fn the_compact_form_never_makes_a_target_easier(bytes: [u8; 32]) {
            let target = Target::from_le_bytes(bytes);
            prop_assert!(Target::from_compact(target.to_compact()).unwrap() <= target);
        }
    }
}
