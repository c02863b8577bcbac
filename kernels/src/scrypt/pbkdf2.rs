//! PBKDF2-HMAC-SHA256 with one iteration (RFC 8018), for the three lengths that scrypt of a header has: written once over
//! [`Lanes`], a header a lane.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use crate::sha256::{self, INITIAL};
use crate::simd::{Lanes, splat};

/// A header as the words that SHA-256 takes, most significant byte first.
pub(super) type Words<L> = [L; 20];

/// HMAC keyed with a header: the states of both hashes after their padded key.
#[derive(Clone, Copy)]
pub(super) struct Key<L> {
    inner: [L; 8],
    outer: [L; 8],
}

impl<L: Lanes> Key<L> {
    /// A header is longer than a block, so its hash is the key.
    #[inline(always)]
    pub(super) fn new(isa: L::Isa, header: &Words<L>) -> Self {
        let (first, end) = cut(header);
        let state = sha256::compress(isa, &splat(isa, INITIAL), &first);
        let key = sha256::compress(isa, &state, &pad(isa, end, 20));
        Self { inner: keyed(isa, &key, 0x3636_3636), outer: keyed(isa, &key, 0x5c5c_5c5c) }
    }

    /// 128 bytes with `header` as salt, read as the little-endian words that Salsa20 takes.
    #[inline(always)]
    pub(super) fn expand(&self, isa: L::Isa, header: &Words<L>) -> [L; 32] {
        let (first, [w0, w1, w2, w3]) = cut(header);
        let salted = sha256::compress(isa, &self.inner, &first);
        let mut block = [w0; 32];
        for (number, part) in (1..).zip(block.chunks_exact_mut(8)) {
            // Key block, salt and number: 16 + 20 + 1 words.
            let end = pad(isa, [w0, w1, w2, w3, L::splat(isa, number)], 37);
            let words = self.close(isa, &sha256::compress(isa, &salted, &end));
            for (swapped, word) in part.iter_mut().zip(words) {
                *swapped = swap_bytes(isa, word);
            }
        }
        block
    }

    /// 32 bytes with `block` as salt, as SHA-256 leaves them.
    #[inline(always)]
    pub(super) fn condense(&self, isa: L::Isa, block: &[L; 32]) -> [L; 8] {
        let mut salted = self.inner;
        for half in block.as_chunks().0 {
            let mut swapped: [L; 16] = *half;
            for word in &mut swapped {
                *word = swap_bytes(isa, *word);
            }
            salted = sha256::compress(isa, &salted, &swapped);
        }
        // Key block, salt and number: 16 + 32 + 1 words.
        self.close(isa, &sha256::compress(isa, &salted, &pad(isa, [L::splat(isa, 1)], 49)))
    }

    /// The outer hash over the inner one: 16 + 8 words.
    #[inline(always)]
    fn close(&self, isa: L::Isa, inner: &[L; 8]) -> [L; 8] {
        sha256::compress(isa, &self.outer, &pad(isa, *inner, 24))
    }
}

/// The state after the block that is the key, with `pad` laid over it.
#[inline(always)]
fn keyed<L: Lanes>(isa: L::Isa, key: &[L; 8], pad: u32) -> [L; 8] {
    let mut block = [L::splat(isa, pad); 16];
    for (word, key) in block.iter_mut().zip(key) {
        *word = word.xor(*key);
    }
    sha256::compress(isa, &splat(isa, INITIAL), &block)
}

/// The first block of a header, and the rest.
#[inline(always)]
fn cut<L: Lanes>(header: &Words<L>) -> ([L; 16], [L; 4]) {
    let (mut first, mut rest) = ([header[0]; 16], [header[0]; 4]);
    first.copy_from_slice(&header[..16]);
    rest.copy_from_slice(&header[16..]);
    (first, rest)
}

/// [`sha256::pad`] in every lane.
#[inline(always)]
fn pad<L: Lanes, const N: usize>(isa: L::Isa, tail: [L; N], words: u32) -> [L; 16] {
    let mut block = splat(isa, sha256::pad([0; N], words));
    block[..N].copy_from_slice(&tail);
    block
}

/// The bytes of each word in the other order.
#[inline(always)]
fn swap_bytes<L: Lanes>(isa: L::Isa, word: L) -> L {
    L::splat(isa, 0xff00_ff00).choose(word.rotate_right::<8>(), word.rotate_right::<24>())
}
