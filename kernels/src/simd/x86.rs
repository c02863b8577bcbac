//! The vectors of x86-64: AVX2 and AVX-512.
#![expect(unsafe_code, reason = "vector intrinsics; an `Isa` value proves that the machine has them")]

use std::arch::x86_64::{
    __m256i, __m512i, _mm_cvtsi32_si128, _mm256_add_epi32, _mm256_and_si256, _mm256_castsi256_ps, _mm256_cmpeq_epi32,
    _mm256_loadu_si256, _mm256_movemask_ps, _mm256_mullo_epi32, _mm256_or_si256, _mm256_set1_epi32, _mm256_setr_epi32,
    _mm256_setzero_si256, _mm256_sll_epi32, _mm256_srl_epi32, _mm256_storeu_si256, _mm256_xor_si256, _mm512_add_epi32,
    _mm512_cmpeq_epi32_mask, _mm512_loadu_si512, _mm512_mullo_epi32, _mm512_permutex2var_epi32, _mm512_ror_epi32,
    _mm512_set1_epi32, _mm512_setr_epi32, _mm512_srli_epi32, _mm512_storeu_si512, _mm512_ternarylogic_epi32,
    _mm512_testn_epi32_mask, _mm512_xor_si512,
};

use super::Lanes;

/// Proof that the machine has AVX2.
#[derive(Clone, Copy)]
pub(crate) struct HasAvx2(());

impl HasAvx2 {
    /// # Safety
    /// The machine must have AVX2.
    pub(crate) unsafe fn assume() -> Self {
        Self(())
    }
}

/// Proof that the machine has AVX-512F.
#[derive(Clone, Copy)]
pub(crate) struct HasAvx512(());

impl HasAvx512 {
    /// # Safety
    /// The machine must have AVX-512F.
    pub(crate) unsafe fn assume() -> Self {
        Self(())
    }
}

/// Proof that the machine has AVX-512F and the SHA instructions.
#[derive(Clone, Copy)]
pub(crate) struct HasAvx512Sha(HasAvx512);

impl HasAvx512Sha {
    /// # Safety
    /// The machine must have AVX-512F and the SHA instructions.
    pub(crate) unsafe fn assume() -> Self {
        // SAFETY: the caller vouches for more.
        Self(unsafe { HasAvx512::assume() })
    }

    /// The half of it that vectors take.
    pub(crate) fn avx512(self) -> HasAvx512 {
        self.0
    }
}

/// Eight words. Values are made from [`HasAvx2`] alone.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(__m256i);

/// Sixteen words. Values are made from [`HasAvx512`] alone.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Avx512(__m512i);

impl Lanes for Avx2 {
    type Isa = HasAvx2;

    const COUNT: u32 = 8;

    #[inline(always)]
    fn splat(_isa: HasAvx2, word: u32) -> Self {
        // SAFETY: `isa` proves that the machine has the instructions.
        unsafe { Self(_mm256_set1_epi32(word.cast_signed())) }
    }

    #[inline(always)]
    fn counting(isa: HasAvx2, step: u32) -> Self {
        // SAFETY: `isa` proves that the machine has the instructions.
        unsafe { Self(_mm256_mullo_epi32(_mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7), Self::splat(isa, step).0)) }
    }

    #[inline(always)]
    fn load(_isa: HasAvx2, words: &[u32]) -> Self {
        let words = &words[..8];
        // SAFETY: `isa` proves that the machine has the instructions; the slice is as long as a vector.
        unsafe { Self(_mm256_loadu_si256(words.as_ptr().cast())) }
    }

    #[inline(always)]
    fn store(self, words: &mut [u32]) {
        let words = &mut words[..8];
        // SAFETY: `self` was made from a proof that the machine has the instructions; the slice is as long as a vector.
        unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm256_add_epi32(self.0, other.0)) }
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
            let low = _mm256_srl_epi32(self.0, _mm_cvtsi32_si128(N));
            let high = _mm256_sll_epi32(self.0, _mm_cvtsi32_si128(32 - N));
            Self(_mm256_or_si256(low, high))
        }
    }

    #[inline(always)]
    fn shift_right<const N: u32>(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm256_srl_epi32(self.0, _mm_cvtsi32_si128(N.cast_signed()))) }
    }

    #[inline(always)]
    fn lanes_equal(self, other: Self) -> u32 {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { _mm256_movemask_ps(_mm256_castsi256_ps(_mm256_cmpeq_epi32(self.0, other.0))).cast_unsigned() }
    }

    #[inline(always)]
    fn lanes_clear_of(self, mask: Self) -> u32 {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe {
            let clear = _mm256_cmpeq_epi32(_mm256_and_si256(self.0, mask.0), _mm256_setzero_si256());
            _mm256_movemask_ps(_mm256_castsi256_ps(clear)).cast_unsigned()
        }
    }
}

impl Lanes for Avx512 {
    type Isa = HasAvx512;

    const COUNT: u32 = 16;

    #[inline(always)]
    fn splat(_isa: HasAvx512, word: u32) -> Self {
        // SAFETY: `isa` proves that the machine has the instructions.
        unsafe { Self(_mm512_set1_epi32(word.cast_signed())) }
    }

    #[inline(always)]
    fn counting(isa: HasAvx512, step: u32) -> Self {
        // SAFETY: `isa` proves that the machine has the instructions.
        unsafe {
            let index = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
            Self(_mm512_mullo_epi32(index, Self::splat(isa, step).0))
        }
    }

    #[inline(always)]
    fn load(_isa: HasAvx512, words: &[u32]) -> Self {
        let words = &words[..16];
        // SAFETY: `isa` proves that the machine has the instructions; the slice is as long as a vector.
        unsafe { Self(_mm512_loadu_si512(words.as_ptr().cast())) }
    }

    #[inline(always)]
    fn store(self, words: &mut [u32]) {
        let words = &mut words[..16];
        // SAFETY: `self` was made from a proof that the machine has the instructions; the slice is as long as a vector.
        unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), self.0) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_add_epi32(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_xor_si512(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor3(self, second: Self, third: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_ternarylogic_epi32::<0x96>(self.0, second.0, third.0)) }
    }

    #[inline(always)]
    fn choose(self, set: Self, clear: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_ternarylogic_epi32::<0xca>(self.0, set.0, clear.0)) }
    }

    #[inline(always)]
    fn majority(self, second: Self, third: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_ternarylogic_epi32::<0xe8>(self.0, second.0, third.0)) }
    }

    #[inline(always)]
    fn rotate_right<const N: i32>(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_ror_epi32::<N>(self.0)) }
    }

    #[inline(always)]
    fn shift_right<const N: u32>(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_srli_epi32::<N>(self.0)) }
    }

    #[inline(always)]
    fn lanes_equal(self, other: Self) -> u32 {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { _mm512_cmpeq_epi32_mask(self.0, other.0).into() }
    }

    #[inline(always)]
    fn lanes_clear_of(self, mask: Self) -> u32 {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { _mm512_testn_epi32_mask(self.0, mask.0).into() }
    }
}

impl Avx512 {
    /// The order in which the SHA unit's hashes have to be begun for their ends to come out in order of lanes, for
    /// [`pairs`](Self::pairs): 0, 4, 1, 5, 2, 6, 3, 7, then 8 more of each.
    #[inline(always)]
    pub(crate) fn pair_orders(_isa: HasAvx512) -> [Self; 2] {
        // SAFETY: `isa` proves that the machine has the instructions.
        unsafe {
            let low = _mm512_setr_epi32(0, 16, 4, 20, 1, 17, 5, 21, 2, 18, 6, 22, 3, 19, 7, 23);
            [Self(low), Self(_mm512_add_epi32(low, _mm512_set1_epi32(8)))]
        }
    }

    /// Lanes of `self` each beside the same lane of `second`.
    #[inline(always)]
    pub(crate) fn pairs(self, second: Self, orders: [Self; 2]) -> [Self; 2] {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        orders.map(|order| unsafe { Self(_mm512_permutex2var_epi32(self.0, order.0, second.0)) })
    }
}
