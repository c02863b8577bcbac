//! The 64-bit words of aarch64: NEON, which is part of the target.
#![expect(unsafe_code, reason = "vector intrinsics; the target has them")]

use std::arch::aarch64::{
    uint64x2_t, vaddq_u64, vandq_u64, vbicq_u64, vbslq_u64, vceqzq_u64, vcombine_u64, vcreate_u64, vdupq_n_s64,
    vdupq_n_u64, veorq_u64, vgetq_lane_u64, vshlq_u64, vsliq_n_u64, vsriq_n_u64,
};

use super::Lanes64;
use crate::simd::aarch64::HasNeon;

/// Two words.
#[derive(Clone, Copy)]
pub(crate) struct NeonWords64(uint64x2_t);

impl Lanes64 for NeonWords64 {
    type Isa = HasNeon;

    const COUNT: u32 = 2;

    #[inline(always)]
    fn splat(_isa: HasNeon, word: u64) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(vdupq_n_u64(word)) }
    }

    #[inline(always)]
    fn counting(_isa: HasNeon, step: u64) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(vcombine_u64(vcreate_u64(0), vcreate_u64(step))) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(vaddq_u64(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(veorq_u64(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor3(self, second: Self, third: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(veorq_u64(veorq_u64(self.0, second.0), third.0)) }
    }

    #[inline(always)]
    fn flip_where(self, clear: Self, set: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(veorq_u64(self.0, vbicq_u64(set.0, clear.0))) }
    }

    #[inline(always)]
    fn rotate_left<const N: i32>(self) -> Self {
        // The counts are constants, here and below, so these become the shifts with an immediate operand.
        // SAFETY: NEON is part of the target.
        unsafe {
            let low = vshlq_u64(self.0, vdupq_n_s64(i64::from(N) - 64));
            Self(vsliq_n_u64::<N>(low, self.0))
        }
    }

    #[inline(always)]
    fn choose(self, set: Self, clear: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(vbslq_u64(self.0, set.0, clear.0)) }
    }

    #[inline(always)]
    fn majority(self, second: Self, third: Self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe {
            // Where the first two differ, the third decides.
            Self(vbslq_u64(veorq_u64(self.0, second.0), third.0, second.0))
        }
    }

    #[inline(always)]
    fn rotate_right<const N: i32>(self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe {
            let high = vshlq_u64(self.0, vdupq_n_s64(64 - i64::from(N)));
            Self(vsriq_n_u64::<N>(high, self.0))
        }
    }

    #[inline(always)]
    fn shift_right<const N: u32>(self) -> Self {
        // SAFETY: NEON is part of the target.
        unsafe { Self(vshlq_u64(self.0, vdupq_n_s64(-i64::from(N)))) }
    }

    #[inline(always)]
    fn lanes_clear_of(self, mask: Self) -> u32 {
        // SAFETY: NEON is part of the target.
        unsafe {
            let clear = vceqzq_u64(vandq_u64(self.0, mask.0));
            u32::from(vgetq_lane_u64::<0>(clear) != 0) | u32::from(vgetq_lane_u64::<1>(clear) != 0) << 1
        }
    }
}
