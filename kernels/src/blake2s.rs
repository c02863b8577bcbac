//! The kernels of BLAKE2s-256.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use hashkit_chain::{Algorithm, Hash, Header, Nonce};

use crate::blake::{self, HEADER_LEN, INITIAL, Prepared};
use crate::simd::isa::Isa;
use crate::simd::{Lanes, splat};
use crate::sweep::LaneHash;

/// The order of the message words in each round, RFC 7693 section 2.7.
#[rustfmt::skip]
const ORDERS: [[usize; 16]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4], [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5], [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/// What the parameter block turns over in the first word: 32 bytes out, no key, no tree (RFC 7693 section 2.5).
const PARAMETERS: u32 = 0x0101_0020;

/// Whether a block ends the message.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Inner,
    Last,
}

/// BLAKE2s with 32 bytes out.
#[derive(Clone, Copy)]
pub(crate) struct Blake2s(Prepared);

impl Blake2s {
    /// The hashes of a header with these nonces.
    #[inline(always)]
    fn hashes<L: Lanes>(&self, isa: L::Isa, nonces: L) -> [L; 8] {
        let block = self.0.second_block(isa, nonces);
        other_rounds(&splat(isa, self.0.chained), self.0.first_round(isa, &block), &block)
    }
}

impl LaneHash for Blake2s {
    const ALGORITHM: Algorithm = Algorithm::Blake2s;
    const NAMES: [&'static str; 4] = ["blake2s/portable", "blake2s/avx2", "blake2s/avx512", "blake2s/neon"];

    fn new(header: &Header) -> Self {
        let chained = |first: [u32; 16]| {
            let mut start = INITIAL;
            start[0] ^= PARAMETERS;
            let mut v = initial(start, 64, Block::Inner);
            blake::round(&mut v, &first, &ORDERS[0]);
            other_rounds(&start, v, &first)
        };
        Self(Prepared::new(header, chained, |chained| initial(chained, HEADER_LEN, Block::Last)))
    }

    fn lanes<I: Isa>() -> u32 {
        I::Words::COUNT
    }

    #[inline(always)]
    fn candidates<I: Isa>(&self, isa: I, base: u32, zero_bits: u64) -> u32 {
        let [.., top] = self.hashes(isa, blake::nonces::<I::Words>(isa, Nonce(base)));
        top.lanes_clear_of(I::Words::splat(isa, (zero_bits >> 32) as u32))
    }

    fn hash(&self, nonce: Nonce) -> Hash {
        blake::to_hash(self.hashes((), nonce.0))
    }
}

/// The 16 words before the first round over a block with which `len` bytes of the message are taken in; RFC 7693 section 3.2.
fn initial(chained: [u32; 8], len: u32, which: Block) -> [u32; 16] {
    let mut v = [0; 16];
    v[..8].copy_from_slice(&chained);
    v[8..].copy_from_slice(&INITIAL);
    v[12] ^= len;
    if which == Block::Last {
        v[14] ^= u32::MAX;
    }
    v
}

/// All rounds but the first, and the chaining value after the block.
#[inline(always)]
fn other_rounds<L: Lanes>(chained: &[L; 8], mut v: [L; 16], block: &[L; 16]) -> [L; 8] {
    // Not a loop: only with the order known is each word in a register, and what no nonce reaches folded.
    blake::round(&mut v, block, &ORDERS[1]);
    blake::round(&mut v, block, &ORDERS[2]);
    blake::round(&mut v, block, &ORDERS[3]);
    blake::round(&mut v, block, &ORDERS[4]);
    blake::round(&mut v, block, &ORDERS[5]);
    blake::round(&mut v, block, &ORDERS[6]);
    blake::round(&mut v, block, &ORDERS[7]);
    blake::round(&mut v, block, &ORDERS[8]);
    blake::round(&mut v, block, &ORDERS[9]);
    for i in 0..8 {
        v[i] = chained[i].xor3(v[i], v[i + 8]);
    }
    [v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]]
}
