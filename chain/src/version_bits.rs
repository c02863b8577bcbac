//! Which bits of a header's version are free to roll, and which mean something to a coin.

use crate::header::Version;
use crate::pow::Algorithm;

/// The version bits that BIP 320 sets free, 13 to 28.
pub const BIP_320_MASK: u32 = 0x1fff_e000;

/// The three top bits, and what they are in a version whose others are signals (BIP 9). Before, versions were plain numbers.
const TOP_BITS: u32 = 0xe000_0000;
const SIGNALS: u32 = 0x2000_0000;

/// What merged mining keeps in a version: a flag, and the chain's number in the upper half.
const AUX_POW: u32 = 1 << 8;
const CHAIN_ID: u32 = 0xffff_0000;

impl Algorithm {
    /// The version bits that a coin of this algorithm may leave free; one chain may leave fewer.
    ///
    /// None but for SHA-256d. The coins of scrypt are mined together and keep their chain's number in those bits, and no
    /// search of another algorithm gains anything by rolling them.
    #[must_use]
    pub fn free_version_bits(self) -> u32 {
        if self == Self::Sha256d { BIP_320_MASK } else { 0 }
    }
}

impl Version {
    /// The bits that a chain leaves free whose node proposes this version: all but the `required` ones, or none at all where
    /// its bits have a meaning of their own. They have one where they are no signals, where merged mining has marked them, and
    /// where one is set that BIP 320 would free and no deployment in `signalled` explains.
    pub(crate) fn free_bits(self, signalled: u32, required: u32) -> u32 {
        let unexplained = self.0 & !TOP_BITS & !signalled & (BIP_320_MASK | CHAIN_ID | AUX_POW);
        if self.0 & TOP_BITS == SIGNALS && unexplained == 0 { !required } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_whose_version_bits_mean_something_frees_none() {
        for (case, version, signalled, required, free) in [
            ("Bitcoin", 0x2000_0000, 0, 0, BIP_320_MASK),
            ("a deployment that is signalled", 0x3000_0000, 1 << 28, 0, BIP_320_MASK),
            ("a low bit that is signalled", 0x2000_0004, 0, 0, BIP_320_MASK),
            ("a required bit", 0x2000_0000, 0, 1 << 20, BIP_320_MASK & !(1 << 20)),
            ("a required bit that is signalled", 0x3000_0000, 1 << 28, 1 << 28, 0x0fff_e000),
            ("an algorithm's number in bits 8 to 11, which are not rolled", 0x2000_0202, 0, 0, BIP_320_MASK),
            ("a number from before signals", 4, 0, 0, 0),
            ("chain 98 as a number", 0x0062_0004, 0, 0, 0),
            ("chain 98, merge-mined", 0x0062_0104, 0, 0, 0),
            ("chain 16 beside signals", 0x2010_0000, 0, 0, 0),
            ("merge-mined beside signals", 0x2000_0100, 0, 0, 0),
            ("a bit that no deployment explains", 0x2000_2000, 1 << 28, 0, 0),
        ] {
            assert_eq!(Version(version).free_bits(signalled, required) & BIP_320_MASK, free, "{case}");
        }
    }

    #[test]
    fn only_coins_of_sha256d_leave_version_bits_free() {
        for &algorithm in Algorithm::ALL {
            let expected = if algorithm == Algorithm::Sha256d { BIP_320_MASK } else { 0 };
            assert_eq!(algorithm.free_version_bits(), expected, "{algorithm}");
        }
    }
}
