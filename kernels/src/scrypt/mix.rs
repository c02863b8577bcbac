//! scryptROMix with Salsa20/8, RFC 7914 sections 3 to 5.

/// A block of r = 1: 128 bytes as 32 words, two Salsa20 blocks.
pub(super) type Block = [u32; 32];

/// The cost parameter N.
const N: usize = 1024;

/// The memory that makes scrypt costly: N blocks, 128 KiB. One for each thread.
pub(super) struct Scratch(Vec<Block>);

impl Scratch {
    pub(super) fn new() -> Self {
        Self(vec![[0; 32]; N])
    }

    /// scryptROMix.
    pub(super) fn mix(&mut self, block: &mut Block) {
        for kept in &mut self.0 {
            *kept = *block;
            block_mix(block);
        }
        for _ in 0..N {
            // Integerify: the first word of the second half, modulo a power of two.
            let kept = &self.0[block[16] as usize % N];
            for (word, kept) in block.iter_mut().zip(kept) {
                *word ^= kept;
            }
            block_mix(block);
        }
    }
}

/// scryptBlockMix with r = 1: the two halves keep their order.
fn block_mix(block: &mut Block) {
    let (first, second) = block.split_at_mut(16);
    xor_salsa(first, second);
    xor_salsa(second, first);
}

/// `block = salsa20/8(block ^ other)`.
#[rustfmt::skip]
fn xor_salsa(block: &mut [u32], other: &[u32]) {
    let start: [u32; 16] = std::array::from_fn(|i| block[i] ^ other[i]);
    let mut x = start;
    for _ in 0..4 {
        // Columns, then rows.
        quarter(&mut x, 0, 4, 8, 12); quarter(&mut x, 5, 9, 13, 1); quarter(&mut x, 10, 14, 2, 6); quarter(&mut x, 15, 3, 7, 11);
        quarter(&mut x, 0, 1, 2, 3); quarter(&mut x, 5, 6, 7, 4); quarter(&mut x, 10, 11, 8, 9); quarter(&mut x, 15, 12, 13, 14);
    }
    for (i, word) in block.iter_mut().enumerate() {
        *word = start[i].wrapping_add(x[i]);
    }
}

/// The quarter round on the words at these places.
#[inline]
fn quarter(x: &mut [u32; 16], a: usize, b: usize, c: usize, d: usize) {
    x[b] ^= x[a].wrapping_add(x[d]).rotate_left(7);
    x[c] ^= x[b].wrapping_add(x[a]).rotate_left(9);
    x[d] ^= x[c].wrapping_add(x[b]).rotate_left(13);
    x[a] ^= x[d].wrapping_add(x[c]).rotate_left(18);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salsa_of_nothing_is_nothing_and_every_input_word_reaches_every_output_word() {
        let mut still = [0; 16];
        xor_salsa(&mut still, &[0; 16]);
        assert_eq!(still, [0; 16], "the specification of Salsa20, section 7");
        for place in 0..16 {
            let mut moved = [0; 16];
            moved[place] = 1;
            xor_salsa(&mut moved, &[0; 16]);
            assert!(moved.iter().all(|word| *word != 0), "word {place}");
        }
    }
}
