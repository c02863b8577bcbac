//! The kernels of Keccak-256.

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
pub(crate) struct Keccak256(Prepared);

impl LaneHash for Keccak256 {
    const ALGORITHM: Algorithm = Algorithm::Keccak256;
    const NAMES: [&'static str; 4] = ["keccak-256/portable", "keccak-256/avx2", "keccak-256/avx512", "keccak-256/neon"];

    fn new(header: &Header) -> Self {
        Self(Prepared::new(header, Padding::Keccak))
    }

    fn lanes<I: Isa>() -> u32 {
        I::Words64::COUNT
    }

    #[inline(always)]
    fn candidates<I: Isa>(&self, isa: I, base: u32, zero_bits: u64) -> u32 {
        let [.., top] = self.0.permuted(isa, keccak::nonces::<I::Words64>(isa, base));
        top.lanes_clear_of(I::Words64::splat(isa, zero_bits))
    }

    fn hash(&self, nonce: Nonce) -> Hash {
        keccak::to_hash(self.0.hash(nonce))
    }
}
