//! The kernels of SHA-512/256 twice.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use hashkit_chain::{Algorithm, Hash, Header, Nonce};

use crate::sha512::{ROUNDS, Sum, Word, rounds};
use crate::simd::isa::Isa;
use crate::simd::words64::Lanes64;
use crate::sweep::LaneHash;
use Word::{Lanes, Same};

/// The state that SHA-512/256 starts from, FIPS 180-4 section 5.3.6.2.
const INITIAL: [u64; 8] = [
    0x2231_2194_fc2b_f72c,
    0x9f55_5fa3_c84c_64c2,
    0x2393_b86b_6f53_b151,
    0x9638_7719_5940_eabd,
    0x9628_3ee2_a88e_ffe3,
    0xbe5e_1e25_5386_3992,
    0x2b01_99fc_2c85_b8aa,
    0x0eb7_2ddc_81c5_2ca2,
];

/// The word of the header that ends with the nonce, in its lower half.
const NONCE_WORD: usize = 9;

/// A header as far as the nonce has no part in it.
#[derive(Clone, Copy)]
pub(crate) struct Sha512_256d {
    /// The block, with nonce 0.
    block: [u64; 16],
    /// The state after the round that takes in the nonce, with nonce 0: the nonce is one more term of its `a` and `e`.
    state: [u64; 8],
}

impl LaneHash for Sha512_256d {
    const ALGORITHM: Algorithm = Algorithm::Sha512_256d;
    const NAMES: [&'static str; 4] =
        ["sha512-256d/portable", "sha512-256d/avx2", "sha512-256d/avx512", "sha512-256d/neon"];

    fn new(header: &Header) -> Self {
        let bytes = Header { nonce: Nonce(0), ..*header }.to_bytes();
        let mut block = [0; 16];
        for (word, bytes) in block.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_be_bytes(*bytes);
        }
        pad(&mut block, NONCE_WORD + 1);
        let state = rounds::<u64>((), INITIAL.map(Same), block.map(Same), 0, NONCE_WORD + 1);
        Self { block, state: state.map(|word| word.lanes(())) }
    }

    fn lanes<I: Isa>() -> u32 {
        I::Words64::COUNT
    }

    #[inline(always)]
    fn candidates<I: Isa>(&self, isa: I, base: u32, zero_bits: u64) -> u32 {
        // The header holds the nonce little-endian: its lowest byte, the only one that differs between lanes, comes first.
        let nonces = I::Words64::splat(isa, base.swap_bytes().into()).add(I::Words64::counting(isa, 1 << 24));
        let [.., top] = twice(isa, self.once(isa, nonces));
        // As a number the hash is little-endian too, its words are not.
        top.lanes_clear_of(I::Words64::splat(isa, zero_bits.swap_bytes()))
    }

    fn hash(&self, nonce: Nonce) -> Hash {
        let words = twice((), self.once((), u64::from(nonce.0.swap_bytes())));
        let mut bytes = [0; 32];
        for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
            *bytes = word.to_be_bytes();
        }
        Hash::from_internal(bytes)
    }
}

impl Sha512_256d {
    /// SHA-512/256 of the header, with the nonces that the lower halves of these words hold as the header does; the upper
    /// halves are zero.
    #[inline(always)]
    fn once<L: Lanes64>(&self, isa: L::Isa, nonces: L) -> [L; 4] {
        let mut block = same(self.block);
        block[NONCE_WORD] = Lanes(L::splat(isa, self.block[NONCE_WORD]).add(nonces));
        let mut state = same(self.state);
        for at in [0, 4] {
            state[at] = Lanes(L::splat(isa, self.state[at]).add(nonces));
        }
        ended(isa, rounds(isa, state, block, NONCE_WORD + 1, ROUNDS))
    }
}

/// SHA-512/256 of a hash.
#[inline(always)]
fn twice<L: Lanes64>(isa: L::Isa, hash: [L; 4]) -> [L; 4] {
    let mut padding = [0; 16];
    pad(&mut padding, 4);
    let mut block = same(padding);
    for (word, lanes) in block.iter_mut().zip(hash) {
        *word = Lanes(lanes);
    }
    ended(isa, rounds(isa, same(INITIAL), block, 0, ROUNDS))
}

/// Pads a message of so many words.
fn pad(block: &mut [u64; 16], words: usize) {
    block[words] = 1 << 63;
    block[15] = 64 * words as u64;
}

/// Words that are the same in all lanes.
#[inline(always)]
fn same<L, const N: usize>(words: [u64; N]) -> [Word<L>; N] {
    words.map(Same)
}

/// The hash that a state ends as.
#[inline(always)]
fn ended<L: Lanes64>(isa: L::Isa, state: [Word<L>; 8]) -> [L; 4] {
    let word = |i: usize| Sum::of(state[i]).plus(Same(INITIAL[i])).word(isa).lanes(isa);
    [word(0), word(1), word(2), word(3)]
}
