//! The vectors of aarch64: NEON.
//!
//! It is part of the target: every processor that the program is built for has it, and nothing needs to be detected.
#![expect(unsafe_code, reason = "vector intrinsics; the target has them")]

use std::arch::aarch64::{
    uint32x4_t, vaddq_u32, vaddvq_u32, vandq_u32, vbslq_u32, vceqq_u32, vceqzq_u32, vdupq_n_s32, vdupq_n_u32,
    veorq_u32, vld1q_u32, vmulq_u32, vshlq_u32, vsriq_n_u32, vst1q_u32,
};

use super::Lanes;

const _: () = assert!(cfg!(target_feature = "neon"), "the kernels for aarch64 need NEON");

/// The instruction set.
#[derive(Clone, Copy)]
pub(crate) struct HasNeon;

/// Four words.
#[derive(Clone, Copy)]
pub(crate) struct Neon(uint32x4_t);

impl Lanes for Neon {
    type Isa = HasNeon;

    const COUNT: u32 = 4;

    #[inline(always)]
    fn splat(_isa: HasNeon, word: u32) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(vdupq_n_u32(word)) }
    }

    #[inline(always)]
    fn counting(isa: HasNeon, step: u32) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(vmulq_u32(Self::load(isa, &[0, 1, 2, 3]).0, vdupq_n_u32(step))) }
    }

    #[inline(always)]
    fn load(_isa: HasNeon, words: &[u32]) -> Self {
        let words = &words[..4];
        // SAFETY: NEON is part of the target; the slice is as long as a vector.
        unsafe { Self(vld1q_u32(words.as_ptr())) }
    }

    #[inline(always)]
    fn store(self, words: &mut [u32]) {
        let words = &mut words[..4];
        // SAFETY: NEON is part of the target; the slice is as long as a vector.
        unsafe { vst1q_u32(words.as_mut_ptr(), self.0) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(vaddq_u32(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(veorq_u32(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor3(self, second: Self, third: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(veorq_u32(veorq_u32(self.0, second.0), third.0)) }
    }

    #[inline(always)]
    fn choose(self, set: Self, clear: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(vbslq_u32(self.0, set.0, clear.0)) }
    }

    #[inline(always)]
    fn majority(self, second: Self, third: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe {
            // Where the first two differ, the third decides.
            Self(vbslq_u32(veorq_u32(self.0, second.0), third.0, second.0))
        }
    }

    #[inline(always)]
    fn rotate_right<const N: i32>(self) -> Self {
        // The count is a constant, so this becomes the shift with an immediate operand.
        // SAFETY: NEON is part of the target.
        unsafe {
            let high = vshlq_u32(self.0, vdupq_n_s32(32 - N));
            Self(vsriq_n_u32::<N>(high, self.0))
        }
    }

    #[inline(always)]
    fn shift_right<const N: u32>(self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(vshlq_u32(self.0, vdupq_n_s32(-N.cast_signed()))) }
    }

    #[inline(always)]
    fn lanes_equal(self, other: Self) -> u32 {
        // SAFETY: NEON is part of the target.
        unsafe { lanes(vceqq_u32(self.0, other.0)) }
    }

    #[inline(always)]
    fn lanes_clear_of(self, mask: Self) -> u32 {
        // SAFETY: NEON is part of the target.
        unsafe { lanes(vceqzq_u32(vandq_u32(self.0, mask.0))) }
    }
}

/// Bit `i` is set where lane `i` is all ones; the others are zero.
#[inline(always)]
fn lanes(ones: uint32x4_t) -> u32 {
    // SAFETY: NEON is part of the target.
    unsafe { vaddvq_u32(vandq_u32(ones, Neon::load(HasNeon, &[1, 2, 4, 8]).0)) }
}
