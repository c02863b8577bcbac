//! The vectors of rows of x86-64: two lanes with AVX2, four with AVX-512.
#![expect(unsafe_code, reason = "vector intrinsics; an `Isa` value proves that the machine has them")]
#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use std::arch::x86_64::{
    __m256i, __m512i, _mm_cvtsi128_si32, _mm256_add_epi32, _mm256_castsi256_si128, _mm256_extracti128_si256,
    _mm256_loadu_si256, _mm256_permute2x128_si256, _mm256_shuffle_epi32, _mm256_slli_epi32, _mm256_srli_epi32,
    _mm256_storeu_si256, _mm256_xor_si256, _mm512_add_epi32, _mm512_loadu_si512, _mm512_rol_epi32,
    _mm512_shuffle_epi32, _mm512_shuffle_i32x4, _mm512_storeu_si512, _mm512_xor_si512,
};

use super::quads::{Line, Quads};
use super::x86::{HasAvx2, HasAvx512};

/// Two rows. Values are made from [`HasAvx2`] alone.
#[derive(Clone, Copy)]
pub(crate) struct Avx2Quads(__m256i);

/// Four rows. Values are made from [`HasAvx512`] alone.
#[derive(Clone, Copy)]
pub(crate) struct Avx512Quads(__m512i);

impl Quads for Avx2Quads {
    type Isa = HasAvx2;

    const COUNT: usize = 2;

    #[inline(always)]
    fn gather<'a>(_isa: HasAvx2, line: impl Fn(usize) -> &'a Line) -> [Self; 4] {
        let [first, second] = [line(0), line(1)].map(|line| line.as_ptr());
        // SAFETY: `isa` proves that the machine has the instructions; a line is two vectors long.
        unsafe {
            let (a, b) = (_mm256_loadu_si256(first.cast()), _mm256_loadu_si256(first.add(32).cast()));
            let (c, d) = (_mm256_loadu_si256(second.cast()), _mm256_loadu_si256(second.add(32).cast()));
            [
                Self(_mm256_permute2x128_si256::<0x20>(a, c)),
                Self(_mm256_permute2x128_si256::<0x31>(a, c)),
                Self(_mm256_permute2x128_si256::<0x20>(b, d)),
                Self(_mm256_permute2x128_si256::<0x31>(b, d)),
            ]
        }
    }

    #[inline(always)]
    fn scatter<'a>([a, b, c, d]: [Self; 4], mut lines: impl Iterator<Item = &'a mut Line>) {
        let mut next = || lines.next().expect("the caller gives a line for each lane").as_mut_ptr();
        let (first, second) = (next(), next());
        // SAFETY: `self` was made from a proof that the machine has the instructions; a line is two vectors long.
        unsafe {
            _mm256_storeu_si256(first.cast(), _mm256_permute2x128_si256::<0x20>(a.0, b.0));
            _mm256_storeu_si256(first.add(32).cast(), _mm256_permute2x128_si256::<0x20>(c.0, d.0));
            _mm256_storeu_si256(second.cast(), _mm256_permute2x128_si256::<0x31>(a.0, b.0));
            _mm256_storeu_si256(second.add(32).cast(), _mm256_permute2x128_si256::<0x31>(c.0, d.0));
        }
    }

    #[inline(always)]
    fn first_words(self) -> [u32; 4] {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe {
            let low = _mm_cvtsi128_si32(_mm256_castsi256_si128(self.0));
            let high = _mm_cvtsi128_si32(_mm256_extracti128_si256::<1>(self.0));
            [low.cast_unsigned(), high.cast_unsigned(), 0, 0]
        }
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
    fn xor_rotated_sum<const LEFT: i32, const RIGHT: i32>(self, a: Self, b: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe {
            let sum = _mm256_add_epi32(a.0, b.0);
            // Two exclusive ors in a row instead of an or: the first does not wait for the second shift.
            let left = _mm256_xor_si256(self.0, _mm256_slli_epi32::<LEFT>(sum));
            Self(_mm256_xor_si256(left, _mm256_srli_epi32::<RIGHT>(sum)))
        }
    }

    #[inline(always)]
    fn words_up_1(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm256_shuffle_epi32::<0x93>(self.0)) }
    }

    #[inline(always)]
    fn words_up_2(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm256_shuffle_epi32::<0x4e>(self.0)) }
    }

    #[inline(always)]
    fn words_up_3(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm256_shuffle_epi32::<0x39>(self.0)) }
    }
}

impl Quads for Avx512Quads {
    type Isa = HasAvx512;

    const COUNT: usize = 4;

    #[inline(always)]
    fn gather<'a>(_isa: HasAvx512, line: impl Fn(usize) -> &'a Line) -> [Self; 4] {
        // SAFETY: `isa` proves that the machine has the instructions; a line is as long as a vector.
        transposed(std::array::from_fn(|lane| unsafe { Self(_mm512_loadu_si512(line(lane).as_ptr().cast())) }))
    }

    #[inline(always)]
    fn scatter<'a>(rows: [Self; 4], mut lines: impl Iterator<Item = &'a mut Line>) {
        for lane in transposed(rows) {
            let line = lines.next().expect("the caller gives a line for each lane");
            // SAFETY: `rows` were made from a proof that the machine has the instructions; a line is as long as a vector.
            unsafe { _mm512_storeu_si512(line.as_mut_ptr().cast(), lane.0) };
        }
    }

    #[inline(always)]
    fn first_words(self) -> [u32; 4] {
        let mut words = [0_u32; 16];
        // SAFETY: `self` was made from a proof that the machine has the instructions; the array is as long as a vector.
        unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), self.0) };
        [words[0], words[4], words[8], words[12]]
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
    fn xor_rotated_sum<const LEFT: i32, const RIGHT: i32>(self, a: Self, b: Self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_xor_si512(self.0, _mm512_rol_epi32::<LEFT>(_mm512_add_epi32(a.0, b.0)))) }
    }

    #[inline(always)]
    fn words_up_1(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_shuffle_epi32::<0x93>(self.0)) }
    }

    #[inline(always)]
    fn words_up_2(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_shuffle_epi32::<0x4e>(self.0)) }
    }

    #[inline(always)]
    fn words_up_3(self) -> Self {
        // SAFETY: `self` was made from a proof that the machine has the instructions.
        unsafe { Self(_mm512_shuffle_epi32::<0x39>(self.0)) }
    }
}

/// Lane `j` of vector `i` becomes lane `i` of vector `j`.
#[inline(always)]
fn transposed([a, b, c, d]: [Avx512Quads; 4]) -> [Avx512Quads; 4] {
    // SAFETY: the vectors were made from a proof that the machine has the instructions.
    unsafe {
        let ab_low = _mm512_shuffle_i32x4::<0x44>(a.0, b.0);
        let ab_high = _mm512_shuffle_i32x4::<0xee>(a.0, b.0);
        let cd_low = _mm512_shuffle_i32x4::<0x44>(c.0, d.0);
        let cd_high = _mm512_shuffle_i32x4::<0xee>(c.0, d.0);
        [
            Avx512Quads(_mm512_shuffle_i32x4::<0x88>(ab_low, cd_low)),
            Avx512Quads(_mm512_shuffle_i32x4::<0xdd>(ab_low, cd_low)),
            Avx512Quads(_mm512_shuffle_i32x4::<0x88>(ab_high, cd_high)),
            Avx512Quads(_mm512_shuffle_i32x4::<0xdd>(ab_high, cd_high)),
        ]
    }
}
