//! Vectors of 64-bit words, beside those of 32 bits.
//!
//! A plain `u64` is the vector with one lane, and the portable kernels use it.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86;

#[cfg(target_arch = "aarch64")]
pub(crate) use aarch64::NeonWords64;
#[cfg(target_arch = "x86_64")]
pub(crate) use x86::{Avx2Words64, Avx512Words64};

/// A vector of 64-bit words, one computation a lane.
pub(crate) trait Lanes64: Copy {
    /// Proof that this machine has the instructions. Only `unsafe` code makes one, so the rest is safe.
    type Isa: Copy + Send + 'static;

    /// How many lanes: a power of two up to 32.
    const COUNT: u32;

    /// `word` in every lane.
    fn splat(isa: Self::Isa, word: u64) -> Self;

    /// `i * step` in lane `i`.
    fn counting(isa: Self::Isa, step: u64) -> Self;

    /// The sum; it wraps.
    fn add(self, other: Self) -> Self;

    /// The exclusive or.
    fn xor(self, other: Self) -> Self;

    /// The exclusive or of three.
    fn xor3(self, second: Self, third: Self) -> Self;

    /// `self`, with those bits turned over that `set` has and `clear` has not.
    fn flip_where(self, clear: Self, set: Self) -> Self;

    /// Rotates left by `N`, 1 to 63.
    fn rotate_left<const N: i32>(self) -> Self;

    /// Where a bit of `self` is set that of `set`, elsewhere that of `clear`.
    fn choose(self, set: Self, clear: Self) -> Self;

    /// What at least two of the three have.
    fn majority(self, second: Self, third: Self) -> Self;

    /// Rotates right by `N`, 1 to 63.
    fn rotate_right<const N: i32>(self) -> Self;

    /// Shifts right by `N`, 1 to 63.
    fn shift_right<const N: u32>(self) -> Self;

    /// Bit `i` is set where lane `i` has none of the bits of lane `i` of `mask`.
    fn lanes_clear_of(self, mask: Self) -> u32;
}

impl Lanes64 for u64 {
    type Isa = ();

    const COUNT: u32 = 1;

    #[inline(always)]
    fn splat((): (), word: u64) -> Self {
        word
    }

    #[inline(always)]
    fn counting((): (), _step: u64) -> Self {
        0
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.wrapping_add(other)
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self ^ other
    }

    #[inline(always)]
    fn xor3(self, second: Self, third: Self) -> Self {
        self ^ second ^ third
    }

    #[inline(always)]
    fn flip_where(self, clear: Self, set: Self) -> Self {
        self ^ (!clear & set)
    }

    #[inline(always)]
    fn rotate_left<const N: i32>(self) -> Self {
        self.rotate_left(N.cast_unsigned())
    }

    #[inline(always)]
    fn choose(self, set: Self, clear: Self) -> Self {
        clear ^ (self & (set ^ clear))
    }

    #[inline(always)]
    fn majority(self, second: Self, third: Self) -> Self {
        (self & second) | (third & (self | second))
    }

    #[inline(always)]
    fn rotate_right<const N: i32>(self) -> Self {
        self.rotate_right(N.cast_unsigned())
    }

    #[inline(always)]
    fn shift_right<const N: u32>(self) -> Self {
        self >> N
    }

    #[inline(always)]
    fn lanes_clear_of(self, mask: Self) -> u32 {
        u32::from(self & mask == 0)
    }
}
