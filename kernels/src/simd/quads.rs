//! Vectors of rows: what an instruction set is to algorithms whose state is rows of four words, as Salsa20's is.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

/// 64 bytes: four rows of four little-endian words.
pub(crate) type Line = [u8; 64];

/// A vector of 128-bit lanes, in each a row of four 32-bit words; one computation a lane. Additions wrap.
///
/// A row alone, `[u32; 4]`, is the vector with one lane, and the portable kernels use it.
pub(crate) trait Quads: Copy {
    /// Proof that this machine has the instructions, as for [`super::Lanes`].
    type Isa: Copy + Send + 'static;

    /// How many lanes: 1, 2 or 4.
    const COUNT: usize;

    /// Four vectors, of which lane `i` holds the four rows of `line(i)`.
    fn gather<'a>(isa: Self::Isa, line: impl Fn(usize) -> &'a Line) -> [Self; 4];

    /// The four rows of each lane, lane by lane, into the first [`Self::COUNT`] of `lines`.
    ///
    /// # Panics
    /// If there are fewer.
    fn scatter<'a>(rows: [Self; 4], lines: impl Iterator<Item = &'a mut Line>);

    /// The first word of each lane; what lies behind the last lane is without meaning.
    fn first_words(self) -> [u32; 4];

    /// The sum.
    fn add(self, other: Self) -> Self;

    /// The exclusive or.
    fn xor(self, other: Self) -> Self;

    /// `self ^ ((a + b) rotated left by LEFT)`, where `RIGHT` is `32 - LEFT`: the step that Salsa20 repeats.
    fn xor_rotated_sum<const LEFT: i32, const RIGHT: i32>(self, a: Self, b: Self) -> Self;

    /// The words of each lane one place on: word `i` is the former word `i - 1`, and word 0 the last.
    fn words_up_1(self) -> Self;

    /// The words of each lane two places on.
    fn words_up_2(self) -> Self;

    /// The words of each lane three places on, which is one place back.
    fn words_up_3(self) -> Self;
}

impl Quads for [u32; 4] {
    type Isa = ();

    const COUNT: usize = 1;

    #[inline(always)]
    fn gather<'a>((): (), line: impl Fn(usize) -> &'a Line) -> [Self; 4] {
        let line = line(0);
        std::array::from_fn(|row| {
            std::array::from_fn(|word| {
                let at = 16 * row + 4 * word;
                u32::from_le_bytes([line[at], line[at + 1], line[at + 2], line[at + 3]])
            })
        })
    }

    #[inline(always)]
    fn scatter<'a>(rows: [Self; 4], mut lines: impl Iterator<Item = &'a mut Line>) {
        let line = lines.next().expect("the caller gives a line for each lane");
        for (bytes, word) in line.chunks_exact_mut(4).zip(rows.as_flattened()) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
    }

    #[inline(always)]
    fn first_words(self) -> [u32; 4] {
        self
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i].wrapping_add(other[i]))
    }

    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i] ^ other[i])
    }

    #[inline(always)]
    fn xor_rotated_sum<const LEFT: i32, const RIGHT: i32>(self, a: Self, b: Self) -> Self {
        std::array::from_fn(|i| self[i] ^ a[i].wrapping_add(b[i]).rotate_left(LEFT.cast_unsigned()))
    }

    #[inline(always)]
    fn words_up_1(self) -> Self {
        [self[3], self[0], self[1], self[2]]
    }

    #[inline(always)]
    fn words_up_2(self) -> Self {
        [self[2], self[3], self[0], self[1]]
    }

    #[inline(always)]
    fn words_up_3(self) -> Self {
        [self[1], self[2], self[3], self[0]]
    }
}
