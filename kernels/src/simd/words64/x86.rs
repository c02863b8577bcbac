//! The 64-bit words of x86-64: AVX2 and AVX-512.
#![expect(unsafe_code, reason = "vector intrinsics; an `Isa` value proves that the machine has them")]

use std::arch::x86_64::{
    __m256i, __m512i, _mm_cvtsi32_si128, _mm256_add_epi64, _mm256_and_si256, _mm256_andnot_si256, _mm256_castsi256_pd,
    _mm256_cmpeq_epi64, _mm256_movemask_pd, _mm256_or_si256, _mm256_set_epi64x, _mm256_set1_epi64x,
    _mm256_setzero_si256, _mm256_sll_epi64, _mm256_srl_epi64, _mm256_xor_si256, _mm512_add_epi64, _mm512_rol_epi64,
    _mm512_ror_epi64, _mm512_set_epi64, _mm512_set1_epi64, _mm512_srli_epi64, _mm512_ternarylogic_epi64,
    _mm512_testn_epi64_mask, _mm512_xor_si512,
};

use super::Lanes64;
use crate::simd::x86::{HasAvx2, HasAvx512};

/// Four words. Values are made from [`HasAvx2`] alone.
#[derive(Clone, Copy)]
pub(crate) struct Avx2Words64(__m256i);

/// Eight words. Values are made from [`HasAvx512`] alone.
#[derive(Clone, Copy)]
pub(crate) struct Avx512Words64(__m512i);

impl Lanes64 for Avx2Words64 {
    type Isa = HasAvx2;

    const COUNT: u32 = 4;

    #[inline(always)]
    fn splat(_isa: HasAvx2, word: u64) -> Self {
        // SAFETY: `isa` proves that the machine has the instructions.
        unsafe { Self(_mm256_set1_epi64x(word.cast_signed())) }
    }

    #[inline(always)]
    fn counting(_isa: HasAvx2, step: u64) -> Self {
        let lane = |i: u64| i.wrapping_mul(step).cast_signed();
        // SAFETY: `isa` proves that the machine has the instructions.
        unsafe { Self(_mm256_set_epi64x(lane(3), lane(2), lane(1), 0)) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm256_add_epi64(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm256_xor_si256(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor3(self, second: Self, third: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm256_xor_si256(_mm256_xor_si256(self.0, second.0), third.0)) }
    }

    #[inline(always)]
    fn flip_where(self, clear: Self, set: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm256_xor_si256(self.0, _mm256_andnot_si256(clear.0, set.0))) }
    }

    #[inline(always)]
    fn rotate_left<const N: i32>(self) -> Self {
        // The counts are constants, so these become the shifts with an immediate operand.
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe {
            let high = _mm256_sll_epi64(self.0, _mm_cvtsi32_si128(N));
            let low = _mm256_srl_epi64(self.0, _mm_cvtsi32_si128(64 - N));
            Self(_mm256_or_si256(high, low))
        }
    }

    #[inline(always)]
    fn choose(self, set: Self, clear: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm256_xor_si256(clear.0, _mm256_and_si256(self.0, _mm256_xor_si256(set.0, clear.0)))) }
    }

    #[inline(always)]
    fn majority(self, second: Self, third: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe {
            Self(_mm256_xor_si256(
                second.0,
                _mm256_and_si256(_mm256_xor_si256(self.0, second.0), _mm256_xor_si256(second.0, third.0)),
            ))
        }
    }

    #[inline(always)]
    fn rotate_right<const N: i32>(self) -> Self {
        // The counts are constants, so these become the shifts with an immediate operand.
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe {
            let low = _mm256_srl_epi64(self.0, _mm_cvtsi32_si128(N));
            let high = _mm256_sll_epi64(self.0, _mm_cvtsi32_si128(64 - N));
            Self(_mm256_or_si256(low, high))
        }
    }

    #[inline(always)]
    fn shift_right<const N: u32>(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm256_srl_epi64(self.0, _mm_cvtsi32_si128(N.cast_signed()))) }
    }

    #[inline(always)]
    fn lanes_clear_of(self, mask: Self) -> u32 {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe {
            let clear = _mm256_cmpeq_epi64(_mm256_and_si256(self.0, mask.0), _mm256_setzero_si256());
            _mm256_movemask_pd(_mm256_castsi256_pd(clear)).cast_unsigned()
        }
    }
}

impl Lanes64 for Avx512Words64 {
    type Isa = HasAvx512;

    const COUNT: u32 = 8;

    #[inline(always)]
    fn splat(_isa: HasAvx512, word: u64) -> Self {
        // SAFETY: `isa` proves that the machine has the instructions.
        unsafe { Self(_mm512_set1_epi64(word.cast_signed())) }
    }

    #[inline(always)]
    fn counting(_isa: HasAvx512, step: u64) -> Self {
        let lane = |i: u64| i.wrapping_mul(step).cast_signed();
        // SAFETY: `isa` proves that the machine has the instructions.
        unsafe { Self(_mm512_set_epi64(lane(7), lane(6), lane(5), lane(4), lane(3), lane(2), lane(1), 0)) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_add_epi64(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_xor_si512(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor3(self, second: Self, third: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_ternarylogic_epi64::<0x96>(self.0, second.0, third.0)) }
    }

    #[inline(always)]
    fn flip_where(self, clear: Self, set: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_ternarylogic_epi64::<0xd2>(self.0, clear.0, set.0)) }
    }

    #[inline(always)]
    fn rotate_left<const N: i32>(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_rol_epi64::<N>(self.0)) }
    }

    #[inline(always)]
    fn choose(self, set: Self, clear: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_ternarylogic_epi64::<0xca>(self.0, set.0, clear.0)) }
    }

    #[inline(always)]
    fn majority(self, second: Self, third: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_ternarylogic_epi64::<0xe8>(self.0, second.0, third.0)) }
    }

    #[inline(always)]
    fn rotate_right<const N: i32>(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_ror_epi64::<N>(self.0)) }
    }

    #[inline(always)]
    fn shift_right<const N: u32>(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_srli_epi64::<N>(self.0)) }
    }

    #[inline(always)]
    fn lanes_clear_of(self, mask: Self) -> u32 {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { _mm512_testn_epi64_mask(self.0, mask.0).into() }
    }
}
