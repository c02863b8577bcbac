//! The work of a block: what makes one chain better than another.

use hashkit_chain::{Nbits, Target};
use ruint::aliases::U256;

/// Hashes that a block of this target takes on average: `2^256 / (target + 1)`.
pub(crate) fn work(nbits: Nbits) -> U256 {
    let Ok(target) = Target::from_compact(nbits) else { return U256::ZERO };
    let target = U256::from_le_bytes(target.to_le_bytes());
    if target == U256::MAX {
        return U256::ONE;
    }
    (!target / (target + U256::ONE)) + U256::ONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_the_number_of_hashes_a_block_takes() {
        for (bits, hashes) in [(0x207f_ffff, 2), (0x1e03_77ae, 4_838_420), (0x1d00_ffff, 4_295_032_833_u64)] {
            assert_eq!(work(Nbits(bits)), U256::from(hashes), "{bits:08x}");
        }
    }
}
