//! Vectors of 32-bit words: what an instruction set is to the algorithms.
//!
//! Rounds are written once over [`Lanes`]; a plain `u32` is the vector with one lane, and the portable kernels use it.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

#[cfg(target_arch = "aarch64")]
pub(crate) mod aarch64;
pub(crate) mod isa;
mod quads;
#[cfg(target_arch = "x86_64")]
pub(crate) mod quads_x86;
#[cfg(target_arch = "x86_64")]
pub(crate) mod sse2;
pub(crate) mod words64;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

pub(crate) use quads::{Line, Quads};

/// A vector of 32-bit words, one computation a lane. Additions wrap.
pub(crate) trait Lanes: Copy {
    /// Proof that this machine has the instructions. Only `unsafe` code makes one, so the rest is safe.
    type Isa: Copy + Send + 'static;

    /// How many lanes: a power of two up to 256.
    const COUNT: u32;

    /// `word` in every lane.
    fn splat(isa: Self::Isa, word: u32) -> Self;

    /// `i * step` in lane `i`.
    fn counting(isa: Self::Isa, step: u32) -> Self;

    /// `words[i]` in lane `i`.
    ///
    /// # Panics
    /// If there are fewer words than lanes.
    fn load(isa: Self::Isa, words: &[u32]) -> Self;

    /// The inverse of [`load`](Self::load).
    ///
    /// # Panics
    /// If there are fewer words than lanes.
    fn store(self, words: &mut [u32]);

    /// The sum.
    fn add(self, other: Self) -> Self;

    /// The exclusive or.
    fn xor(self, other: Self) -> Self;

    /// The exclusive or of three.
    fn xor3(self, second: Self, third: Self) -> Self;

    /// Where a bit of `self` is set that of `set`, elsewhere that of `clear`.
    fn choose(self, set: Self, clear: Self) -> Self;

    /// What at least two of the three have.
    fn majority(self, second: Self, third: Self) -> Self;

    /// Rotates right by `N`, 1 to 31.
    fn rotate_right<const N: i32>(self) -> Self;

    /// Shifts right by `N`, 1 to 31.
    fn shift_right<const N: u32>(self) -> Self;

    /// Bit `i` is set where lane `i` of both is the same.
    fn lanes_equal(self, other: Self) -> u32;

    /// Bit `i` is set where lane `i` has none of the bits of lane `i` of `mask`.
    fn lanes_clear_of(self, mask: Self) -> u32;
}

/// Each of the words in every lane.
#[inline(always)]
pub(crate) fn splat<L: Lanes, const N: usize>(isa: L::Isa, words: [u32; N]) -> [L; N] {
    // A loop, not `map`: a closure that is not inlined loses the instruction set.
    let mut splat = [L::splat(isa, 0); N];
    for (lanes, word) in splat.iter_mut().zip(words) {
        *lanes = L::splat(isa, word);
    }
    splat
}

impl Lanes for u32 {
    type Isa = ();

    const COUNT: u32 = 1;

    #[inline(always)]
    fn splat((): (), word: u32) -> Self {
        word
    }

    #[inline(always)]
    fn counting((): (), _step: u32) -> Self {
        0
    }

    #[inline(always)]
    fn load((): (), words: &[u32]) -> Self {
        words[0]
    }

    #[inline(always)]
    fn store(self, words: &mut [u32]) {
        words[0] = self;
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
    fn lanes_equal(self, other: Self) -> u32 {
        u32::from(self == other)
    }

    #[inline(always)]
    fn lanes_clear_of(self, mask: Self) -> u32 {
        u32::from(self & mask == 0)
    }
}
