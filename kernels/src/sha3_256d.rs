//! The kernels of SHA3-256 twice.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use hashkit_chain::{Algorithm, Hash, Header, Nonce};

use crate::keccak::{self, Padding, Prepared};
use crate::simd::isa::Isa;
use crate::simd::words64::Lanes64;
use crate::sweep::LaneHash;

#[derive(Clone, Copy)]
pub(crate) struct Sha3_256d(Prepared);

impl LaneHash for Sha3_256d {
    const ALGORITHM: Algorithm = Algorithm::Sha3_256d;
    const NAMES: [&'static str; 4] = ["sha3-256d/portable", "sha3-256d/avx2", "sha3-256d/avx512", "sha3-256d/neon"];

    fn new(header: &Header) -> Self {
        Self(Prepared::new(header, Padding::Sha3))
    }

    fn lanes<I: Isa>() -> u32 {
        I::Words64::COUNT
    }

    #[inline(always)]
    fn candidates<I: Isa>(&self, isa: I, base: u32, zero_bits: u64) -> u32 {
        let once = self.0.permuted(isa, keccak::nonces::<I::Words64>(isa, base));
        let [.., top] = keccak::sha3_256_of_hash(isa, once);
        top.lanes_clear_of(I::Words64::splat(isa, zero_bits))
    }

    fn hash(&self, nonce: Nonce) -> Hash {
        keccak::to_hash(keccak::sha3_256_of_hash((), self.0.hash(nonce)))
    }
}
