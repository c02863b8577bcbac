//! The round that BLAKE2s (RFC 7693) and BLAKE3 share, written once over [`Lanes`].

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use hashkit_chain::{Hash, Header, Nonce};

use crate::simd::Lanes;

/// The first words of both, RFC 7693 section 2.6: those of SHA-256.
pub(crate) const INITIAL: [u32; 8] = crate::sha256::INITIAL;

/// The length of a header, whose second block of 64 bytes holds its last four words.
pub(crate) const HEADER_LEN: u32 = 80;

/// A header as far as the nonce has no part in it.
#[derive(Clone, Copy)]
pub(crate) struct Prepared {
    /// The state after the first 64 bytes.
    pub(crate) chained: [u32; 8],
    /// The last words: end of the merkle root, time, compact target.
    tail: [u32; 3],
}

impl Prepared {
    /// `compress` takes in the first block.
    pub(crate) fn new(header: &Header, compress: impl Fn([u32; 16]) -> [u32; 8]) -> Self {
        let bytes = header.to_bytes();
        let words: [u32; 20] = std::array::from_fn(|i| {
            u32::from_le_bytes([bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]])
        });
        let (first, tail) = (std::array::from_fn(|i| words[i]), std::array::from_fn(|i| words[16 + i]));
        Self { chained: compress(first), tail }
    }

    /// The second block, padded with zeros.
    #[inline(always)]
    pub(crate) fn second_block<L: Lanes>(&self, isa: L::Isa, nonces: L) -> [L; 16] {
        let mut block = [L::splat(isa, 0); 16];
        for (word, known) in block.iter_mut().zip(self.tail) {
            *word = L::splat(isa, known);
        }
        block[3] = nonces;
        block
    }
}

/// Nonces from `base` on.
#[inline(always)]
pub(crate) fn nonces<L: Lanes>(isa: L::Isa, base: Nonce) -> L {
    L::splat(isa, base.0).add(L::counting(isa, 1))
}

/// Each of the words in every lane.
#[inline(always)]
pub(crate) fn splat<L: Lanes>(isa: L::Isa, words: [u32; 8]) -> [L; 8] {
    // A loop, not `map`: a closure that is not inlined loses the instruction set.
    let mut splat = [L::splat(isa, 0); 8];
    for (lanes, word) in splat.iter_mut().zip(words) {
        *lanes = L::splat(isa, word);
    }
    splat
}

/// One round over the 16 words, which takes the message words in the given order.
#[inline(always)]
pub(crate) fn round<L: Lanes>(v: &mut [L; 16], message: &[L; 16], order: &[usize; 16]) {
    mix(v, [0, 4, 8, 12], message[order[0]], message[order[1]]);
    mix(v, [1, 5, 9, 13], message[order[2]], message[order[3]]);
    mix(v, [2, 6, 10, 14], message[order[4]], message[order[5]]);
    mix(v, [3, 7, 11, 15], message[order[6]], message[order[7]]);
    mix(v, [0, 5, 10, 15], message[order[8]], message[order[9]]);
    mix(v, [1, 6, 11, 12], message[order[10]], message[order[11]]);
    mix(v, [2, 7, 8, 13], message[order[12]], message[order[13]]);
    mix(v, [3, 4, 9, 14], message[order[14]], message[order[15]]);
}

/// The function G of both.
#[inline(always)]
fn mix<L: Lanes>(v: &mut [L; 16], [a, b, c, d]: [usize; 4], first: L, second: L) {
    // What does not depend on the nonce is added first: the compiler takes such sums out of the loop.
    v[a] = first.add(v[a]).add(v[b]);
    v[d] = v[d].xor(v[a]).rotate_right::<16>();
    v[c] = v[c].add(v[d]);
    v[b] = v[b].xor(v[c]).rotate_right::<12>();
    v[a] = second.add(v[a]).add(v[b]);
    v[d] = v[d].xor(v[a]).rotate_right::<8>();
    v[c] = v[c].add(v[d]);
    v[b] = v[b].xor(v[c]).rotate_right::<7>();
}

/// The hash that eight words are.
pub(crate) fn to_hash(words: [u32; 8]) -> Hash {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    Hash::from_internal(bytes)
}
