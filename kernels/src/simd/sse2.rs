//! The vectors that every x86-64 processor has.
#![expect(unsafe_code, reason = "vector intrinsics; every x86-64 machine has them")]
#![expect(clippy::inline_always, reason = "a call for each operation would cost more than the operation")]

use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_and_si128, _mm_castsi128_ps, _mm_cmpeq_epi32, _mm_cvtsi32_si128, _mm_loadu_si128,
    _mm_movemask_ps, _mm_or_si128, _mm_set1_epi32, _mm_setr_epi32, _mm_sll_epi32, _mm_srl_epi32, _mm_storeu_si128,
    _mm_xor_si128,
};

use super::Lanes;

/// Four words.
#[derive(Clone, Copy)]
pub(crate) struct Sse2(__m128i);

impl Sse2 {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_and_si128(self.0, other.0) })
    }
}

impl Lanes for Sse2 {
    type Isa = ();

    const COUNT: u32 = 4;

    #[inline(always)]
    fn splat((): (), word: u32) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_set1_epi32(word.cast_signed()) })
    }

    #[inline(always)]
    fn counting((): (), step: u32) -> Self {
        let [a, b, c, d] = [0, 1, 2, 3].map(|i: u32| i.wrapping_mul(step).cast_signed());
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_setr_epi32(a, b, c, d) })
    }

    #[inline(always)]
    fn load((): (), words: &[u32]) -> Self {
        let words = &words[..4];
        // SAFETY: SSE2 is part of x86-64; the slice is as long as a vector.
        Self(unsafe { _mm_loadu_si128(words.as_ptr().cast()) })
    }

    #[inline(always)]
    fn store(self, words: &mut [u32]) {
        let words = &mut words[..4];
        // SAFETY: SSE2 is part of x86-64; the slice is as long as a vector.
        unsafe { _mm_storeu_si128(words.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_add_epi32(self.0, other.0) })
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_xor_si128(self.0, other.0) })
    }

    #[inline(always)]
    fn xor3(self, second: Self, third: Self) -> Self {
        self.xor(second).xor(third)
    }

    #[inline(always)]
    fn choose(self, set: Self, clear: Self) -> Self {
        clear.xor(self.and(set.xor(clear)))
    }

    #[inline(always)]
    fn majority(self, second: Self, third: Self) -> Self {
        second.xor(self.xor(second).and(second.xor(third)))
    }

    #[inline(always)]
    fn rotate_right<const N: i32>(self) -> Self {
        // The counts are constants, so these become the shifts with an immediate operand.
        // SAFETY: SSE2 is part of x86-64.
        unsafe {
            let low = _mm_srl_epi32(self.0, _mm_cvtsi32_si128(N));
            let high = _mm_sll_epi32(self.0, _mm_cvtsi32_si128(32 - N));
            Self(_mm_or_si128(low, high))
        }
    }

    #[inline(always)]
    fn shift_right<const N: u32>(self) -> Self {
        // SAFETY: SSE2 is part of x86-64.
        Self(unsafe { _mm_srl_epi32(self.0, _mm_cvtsi32_si128(N.cast_signed())) })
    }

    #[inline(always)]
    fn lanes_equal(self, other: Self) -> u32 {
        // SAFETY: SSE2 is part of x86-64.
        unsafe { _mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(self.0, other.0))).cast_unsigned() }
    }

    #[inline(always)]
    fn lanes_clear_of(self, mask: Self) -> u32 {
        self.and(mask).lanes_equal(Self::splat((), 0))
    }
}
