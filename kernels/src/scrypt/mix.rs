//! scryptROMix with Salsa20/8, RFC 7914 sections 3 to 5, with r = 1: written once over [`Quads`].
//!
//! A lane mixes one block. Salsa20/8 is a chain of dependent steps, longer than what one vector gives a processor to do
//! meanwhile; so `S` streams, each a vector of blocks, take every step side by side.
//!
//! A half of a block lies in diagonal order, so that a quarter round on all four columns, or all four rows, is the same
//! three operations on whole rows.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use crate::simd::{Line, Quads};

/// A block of r = 1, two Salsa20 blocks of 16 words, in diagonal order.
pub(super) type Block = [Line; 2];

/// At which place of a Salsa20 block word `i` of the diagonal order belongs.
const DIAGONAL: [usize; 16] = [0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11];

/// The 32 words of a block in diagonal order.
pub(super) fn to_block(words: &[u32; 32]) -> Block {
    std::array::from_fn(|half| {
        let mut line = [0; 64];
        for (bytes, place) in line.chunks_exact_mut(4).zip(DIAGONAL) {
            bytes.copy_from_slice(&words[16 * half + place].to_le_bytes());
        }
        line
    })
}

/// The inverse of [`to_block`].
pub(super) fn to_words(block: &Block) -> [u32; 32] {
    let mut words = [0; 32];
    for (half, line) in words.chunks_exact_mut(16).zip(block) {
        for (bytes, place) in line.chunks_exact(4).zip(DIAGONAL) {
            half[place] = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
    }
    words
}

/// A half of the block of every stream.
type Half<Q, const S: usize> = [[Q; 4]; S];

/// scryptROMix of `S * Q::COUNT` blocks at once. N is as many times the number of blocks as fit `memory`, and has to be a
/// power of two. Round `i` of block `b` is kept at `i * blocks + b`, so each is two whole cache lines, and the filling
/// runs through memory in order.
///
/// # Panics
/// If there are fewer blocks.
#[inline(always)]
pub(super) fn mix<Q: Quads, const S: usize>(isa: Q::Isa, memory: &mut [Block], blocks: &mut [Block]) {
    let lanes = S * Q::COUNT;
    let rounds = memory.len() / lanes;
    debug_assert!(rounds.is_power_of_two(), "N is a power of two");
    let mut first: Half<Q, S> = std::array::from_fn(|s| Q::gather(isa, |lane| &blocks[s * Q::COUNT + lane][0]));
    let mut second: Half<Q, S> = std::array::from_fn(|s| Q::gather(isa, |lane| &blocks[s * Q::COUNT + lane][1]));
    for kept in memory.chunks_exact_mut(lanes) {
        for (s, kept) in kept.chunks_exact_mut(Q::COUNT).enumerate() {
            Q::scatter(first[s], kept.iter_mut().map(|block| &mut block[0]));
            Q::scatter(second[s], kept.iter_mut().map(|block| &mut block[1]));
        }
        block_mix(&mut first, &mut second);
    }
    for _ in 0..rounds {
        for s in 0..S {
            // Integerify: the first word of the second half, modulo a power of two.
            let rounds_kept = second[s][0].first_words().map(|word| word as usize & (rounds - 1));
            let kept = |lane: usize| &memory[rounds_kept[lane] * lanes + s * Q::COUNT + lane];
            first[s] = xor(first[s], Q::gather(isa, |lane| &kept(lane)[0]));
            second[s] = xor(second[s], Q::gather(isa, |lane| &kept(lane)[1]));
        }
        block_mix(&mut first, &mut second);
    }
    for (s, blocks) in blocks.chunks_exact_mut(Q::COUNT).enumerate().take(S) {
        Q::scatter(first[s], blocks.iter_mut().map(|block| &mut block[0]));
        Q::scatter(second[s], blocks.iter_mut().map(|block| &mut block[1]));
    }
}

/// scryptBlockMix with r = 1: the two halves keep their order.
#[inline(always)]
fn block_mix<Q: Quads, const S: usize>(first: &mut Half<Q, S>, second: &mut Half<Q, S>) {
    xor_salsa(first, second);
    xor_salsa(second, first);
}

/// `half = salsa20/8(half ^ other)`.
#[inline(always)]
fn xor_salsa<Q: Quads, const S: usize>(half: &mut Half<Q, S>, other: &Half<Q, S>) {
    for s in 0..S {
        half[s] = xor(half[s], other[s]);
    }
    let mut x = *half;
    // Written out: as a loop, the compiler keeps it one, and pays for what goes round.
    double_round(&mut x);
    double_round(&mut x);
    double_round(&mut x);
    double_round(&mut x);
    for s in 0..S {
        half[s] = std::array::from_fn(|i| half[s][i].add(x[s][i]));
    }
}

/// Columns, then rows, which a turn of the words of each lane brings into the columns' places.
#[inline(always)]
fn double_round<Q: Quads, const S: usize>(x: &mut Half<Q, S>) {
    quarter_rounds(x, [0, 1, 2, 3]);
    for [_, b, c, d] in &mut *x {
        (*b, *c, *d) = (b.words_up_1(), c.words_up_2(), d.words_up_3());
    }
    quarter_rounds(x, [0, 3, 2, 1]);
    for [_, b, c, d] in x {
        (*b, *c, *d) = (b.words_up_3(), c.words_up_2(), d.words_up_1());
    }
}

/// The four quarter rounds of every lane and stream, on the rows at these places.
#[inline(always)]
fn quarter_rounds<Q: Quads, const S: usize>(x: &mut Half<Q, S>, [a, b, c, d]: [usize; 4]) {
    for x in &mut *x {
        x[b] = x[b].xor_rotated_sum::<7, 25>(x[a], x[d]);
    }
    for x in &mut *x {
        x[c] = x[c].xor_rotated_sum::<9, 23>(x[b], x[a]);
    }
    for x in &mut *x {
        x[d] = x[d].xor_rotated_sum::<13, 19>(x[c], x[b]);
    }
    for x in &mut *x {
        x[a] = x[a].xor_rotated_sum::<18, 14>(x[d], x[c]);
    }
}

#[inline(always)]
fn xor<Q: Quads>(a: [Q; 4], b: [Q; 4]) -> [Q; 4] {
    std::array::from_fn(|i| a[i].xor(b[i]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salsa_of_nothing_is_nothing_and_every_input_word_reaches_every_output_word() {
        let salsa = |words: [u32; 16]| {
            let mut half = [std::array::from_fn(|row| std::array::from_fn(|word| words[DIAGONAL[4 * row + word]]))];
            xor_salsa::<[u32; 4], 1>(&mut half, &[[[0; 4]; 4]]);
            half
        };
        assert_eq!(salsa([0; 16]), [[[0; 4]; 4]], "the specification of Salsa20, section 7");
        for place in 0..16 {
            let mut words = [0; 16];
            words[place] = 1;
            assert!(salsa(words).as_flattened().as_flattened().iter().all(|word| *word != 0), "word {place}");
        }
    }

    #[test]
    fn a_block_keeps_its_words_through_the_diagonal_order() {
        let words = std::array::from_fn(|i| 0x0101_0101 * u32::try_from(i).unwrap());
        assert_eq!(to_words(&to_block(&words)), words);
    }
}
