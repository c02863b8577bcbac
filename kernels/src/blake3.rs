//! The kernels of BLAKE3, once and twice, over 80-byte headers: one chunk of two blocks.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

pub(crate) mod shader;

use hashkit_chain::{Algorithm, Hash, Header, Nonce};

use crate::blake::{self, HEADER_LEN, INITIAL, Prepared};
use crate::simd::isa::Isa;
use crate::simd::{Lanes, splat};
use crate::sweep::LaneHash;

/// The flags of a block, section 2.2 of the BLAKE3 paper: first of its chunk, last of its chunk, of the last node.
const CHUNK_START: u32 = 1;
const CHUNK_END: u32 = 1 << 1;
const ROOT: u32 = 1 << 3;

/// The order of the message words in each round: the permutation of table 2, applied so many times.
const ORDERS: [[usize; 16]; 7] = {
    let step = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
    let mut orders = [[0; 16]; 7];
    let mut i = 0;
    while i < 16 {
        orders[0][i] = i;
        let mut round = 1;
        while round < 7 {
            let mut at = step[i];
            let mut times = 1;
            while times < round {
                at = step[at];
                times += 1;
            }
            orders[round][i] = at;
            round += 1;
        }
        i += 1;
    }
    orders
};

/// BLAKE3.
#[derive(Clone, Copy)]
pub(crate) struct Blake3(Prepared);

/// BLAKE3 of BLAKE3.
#[derive(Clone, Copy)]
pub(crate) struct Blake3d(Prepared);

impl LaneHash for Blake3 {
    const ALGORITHM: Algorithm = Algorithm::Blake3;
    const NAMES: [&'static str; 4] = ["blake3/portable", "blake3/avx2", "blake3/avx512", "blake3/neon"];

    fn new(header: &Header) -> Self {
        Self(prepare(header))
    }

    fn lanes<I: Isa>() -> u32 {
        I::Words::COUNT
    }

    #[inline(always)]
    fn candidates<I: Isa>(&self, isa: I, base: u32, zero_bits: u64) -> u32 {
        let [.., top] = once(&self.0, isa, blake::nonces::<I::Words>(isa, Nonce(base)));
        top.lanes_clear_of(I::Words::splat(isa, (zero_bits >> 32) as u32))
    }

    fn hash(&self, nonce: Nonce) -> Hash {
        blake::to_hash(once(&self.0, (), nonce.0))
    }
}

impl LaneHash for Blake3d {
    const ALGORITHM: Algorithm = Algorithm::Blake3d;
    const NAMES: [&'static str; 4] = ["blake3d/portable", "blake3d/avx2", "blake3d/avx512", "blake3d/neon"];

    fn new(header: &Header) -> Self {
        Self(prepare(header))
    }

    fn lanes<I: Isa>() -> u32 {
        I::Words::COUNT
    }

    #[inline(always)]
    fn candidates<I: Isa>(&self, isa: I, base: u32, zero_bits: u64) -> u32 {
        let hash = once(&self.0, isa, blake::nonces::<I::Words>(isa, Nonce(base)));
        let [.., top] = of_hash(isa, hash);
        top.lanes_clear_of(I::Words::splat(isa, (zero_bits >> 32) as u32))
    }

    fn hash(&self, nonce: Nonce) -> Hash {
        blake::to_hash(of_hash((), once(&self.0, (), nonce.0)))
    }
}

fn prepare(header: &Header) -> Prepared {
    let chained = |first: [u32; 16]| compress(initial(INITIAL, 64, CHUNK_START), &first);
    Prepared::new(header, chained, |chained| initial(chained, HEADER_LEN - 64, CHUNK_END | ROOT))
}

/// The hashes of a header with these nonces.
#[inline(always)]
fn once<L: Lanes>(prepared: &Prepared, isa: L::Isa, nonces: L) -> [L; 8] {
    let block = prepared.second_block(isa, nonces);
    other_rounds(prepared.first_round(isa, &block), &block)
}

/// BLAKE3 of a hash: one block.
#[inline(always)]
fn of_hash<L: Lanes>(isa: L::Isa, hash: [L; 8]) -> [L; 8] {
    let mut block = [L::splat(isa, 0); 16];
    block[..8].copy_from_slice(&hash);
    compress(splat(isa, initial(INITIAL, 32, CHUNK_START | CHUNK_END | ROOT)), &block)
}

/// The 16 words before the first round over a block of the first chunk that holds `len` bytes.
fn initial(chained: [u32; 8], len: u32, flags: u32) -> [u32; 16] {
    let mut v = [0; 16];
    v[..8].copy_from_slice(&chained);
    v[8..12].copy_from_slice(&INITIAL[..4]);
    v[14] = len;
    v[15] = flags;
    v
}

/// The chaining value after a block.
#[inline(always)]
fn compress<L: Lanes>(mut v: [L; 16], block: &[L; 16]) -> [L; 8] {
    blake::round(&mut v, block, &ORDERS[0]);
    other_rounds(v, block)
}

/// All rounds but the first, and the chaining value after the block.
#[inline(always)]
fn other_rounds<L: Lanes>(mut v: [L; 16], block: &[L; 16]) -> [L; 8] {
    // Not a loop: only with the order known is each word in a register, and what no nonce reaches folded.
    blake::round(&mut v, block, &ORDERS[1]);
    blake::round(&mut v, block, &ORDERS[2]);
    blake::round(&mut v, block, &ORDERS[3]);
    blake::round(&mut v, block, &ORDERS[4]);
    blake::round(&mut v, block, &ORDERS[5]);
    blake::round(&mut v, block, &ORDERS[6]);
    for i in 0..8 {
        v[i] = v[i].xor(v[i + 8]);
    }
    [v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]]
}
