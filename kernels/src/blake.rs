//! The round that BLAKE2s (RFC 7693) and BLAKE3 share, written once over [`Lanes`].

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use hashkit_chain::{Hash, Header, Nonce};

use crate::simd::{Lanes, splat};

/// The first words of both, RFC 7693 section 2.6: those of SHA-256.
pub(crate) const INITIAL: [u32; 8] = crate::sha256::INITIAL;

/// The length of a header, whose second block of 64 bytes holds its last four words.
pub(crate) const HEADER_LEN: u32 = 80;

/// The nonce's place in the second block.
const NONCE_WORD: usize = 3;

/// In which order the first round of both takes the message words.
const FIRST_ORDER: [usize; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// A header as far as the nonce has no part in it.
#[derive(Clone, Copy)]
pub(crate) struct Prepared {
    /// The state after the first 64 bytes.
    pub(crate) chained: [u32; 8],
    /// The last words: end of the merkle root, time, compact target.
    tail: [u32; 3],
    /// The 16 words in the second block's first round, as far as no nonce reaches them: columns 0, 2 and 3 are done, column 1
    /// has come to where the nonce is added.
    begun: [u32; 16],
}

impl Prepared {
    /// `chained` is the state after the first block, `initial` gives the 16 words that the second block's rounds start from.
    pub(crate) fn new(
        header: &Header,
        chained: impl Fn([u32; 16]) -> [u32; 8],
        initial: impl Fn([u32; 8]) -> [u32; 16],
    ) -> Self {
        let bytes = header.to_bytes();
        let words: [u32; 20] = std::array::from_fn(|i| {
            u32::from_le_bytes([bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]])
        });
        let (first, tail): (_, [u32; 3]) = (std::array::from_fn(|i| words[i]), std::array::from_fn(|i| words[16 + i]));
        let chained = chained(first);
        let mut begun = initial(chained);
        mix(&mut begun, [0, 4, 8, 12], tail[0], tail[1]);
        half_mix::<u32, 16, 12>(&mut begun, [1, 5, 9, 13], tail[2]);
        begun[1] = begun[1].wrapping_add(begun[5]);
        mix(&mut begun, [2, 6, 10, 14], 0, 0);
        mix(&mut begun, [3, 7, 11, 15], 0, 0);
        Self { chained, tail, begun }
    }

    /// The second block, padded with zeros.
    #[inline(always)]
    pub(crate) fn second_block<L: Lanes>(&self, isa: L::Isa, nonces: L) -> [L; 16] {
        let mut block = [L::splat(isa, 0); 16];
        for (word, known) in block.iter_mut().zip(self.tail) {
            *word = L::splat(isa, known);
        }
        block[NONCE_WORD] = nonces;
        block
    }

    /// The 16 words after the first round over the second block.
    #[inline(always)]
    pub(crate) fn first_round<L: Lanes>(&self, isa: L::Isa, block: &[L; 16]) -> [L; 16] {
        let mut v = splat(isa, self.begun);
        v[1] = block[NONCE_WORD].add(v[1]);
        stir::<L, 8, 7>(&mut v, [1, 5, 9, 13]);
        mix_diagonals(&mut v, block, &FIRST_ORDER);
        v
    }
}

/// Nonces from `base` on.
#[inline(always)]
pub(crate) fn nonces<L: Lanes>(isa: L::Isa, base: Nonce) -> L {
    L::splat(isa, base.0).add(L::counting(isa, 1))
}

/// One round over the 16 words, which takes the message words in the given order.
#[inline(always)]
pub(crate) fn round<L: Lanes>(v: &mut [L; 16], message: &[L; 16], order: &[usize; 16]) {
    mix(v, [0, 4, 8, 12], message[order[0]], message[order[1]]);
    mix(v, [1, 5, 9, 13], message[order[2]], message[order[3]]);
    mix(v, [2, 6, 10, 14], message[order[4]], message[order[5]]);
    mix(v, [3, 7, 11, 15], message[order[6]], message[order[7]]);
    mix_diagonals(v, message, order);
}

/// The second half of a round.
#[inline(always)]
fn mix_diagonals<L: Lanes>(v: &mut [L; 16], message: &[L; 16], order: &[usize; 16]) {
    mix(v, [0, 5, 10, 15], message[order[8]], message[order[9]]);
    mix(v, [1, 6, 11, 12], message[order[10]], message[order[11]]);
    mix(v, [2, 7, 8, 13], message[order[12]], message[order[13]]);
    mix(v, [3, 4, 9, 14], message[order[14]], message[order[15]]);
}

/// The function G of both.
#[inline(always)]
fn mix<L: Lanes>(v: &mut [L; 16], at: [usize; 4], first: L, second: L) {
    half_mix::<L, 16, 12>(v, at, first);
    half_mix::<L, 8, 7>(v, at, second);
}

/// A half of G, with the two rotations that it has.
#[inline(always)]
fn half_mix<L: Lanes, const R: i32, const S: i32>(v: &mut [L; 16], at: [usize; 4], word: L) {
    let [a, b, ..] = at;
    // What does not depend on the nonce is added first: the compiler takes such sums out of the loop.
    v[a] = word.add(v[a]).add(v[b]);
    stir::<L, R, S>(v, at);
}

/// The rest of a half, behind its addition of a message word.
#[inline(always)]
fn stir<L: Lanes, const R: i32, const S: i32>(v: &mut [L; 16], [a, b, c, d]: [usize; 4]) {
    v[d] = v[d].xor(v[a]).rotate_right::<R>();
    v[c] = v[c].add(v[d]);
    v[b] = v[b].xor(v[c]).rotate_right::<S>();
}

/// The hash that eight words are.
pub(crate) fn to_hash(words: [u32; 8]) -> Hash {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    Hash::from_internal(bytes)
}
