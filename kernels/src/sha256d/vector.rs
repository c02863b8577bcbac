//! The search, written once for vectors of every width.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use super::generated::search::{LAST_WORD_OFFSET, last_word, lone_last_word, rows};
use super::search::Search;
use crate::kernel::Hit;
use crate::simd::Lanes;

/// All hits, in order. A lane holds a nonce.
#[inline(always)]
pub(super) fn scan<L: Lanes>(isa: L::Isa, search: &Search) -> Vec<Hit> {
    let is_zero = WordTest::new(isa, search.zero_bits);
    // The header holds the nonce little-endian: its lowest byte, the only one that differs between lanes, comes first.
    let lanes = L::counting(isa, 1 << 24);
    let nonces = |base: u32| L::splat(isa, base.swap_bytes()).add(lanes);
    let mut hits = Vec::new();
    if let [version] = &search.versions[..] {
        for base in search.bases(L::COUNT) {
            let candidates = is_zero.lanes(lone_last_word(isa, &version.lone, nonces(base)));
            if candidates != 0 {
                search.confirm(0, base, candidates, &mut hits);
            }
        }
        return hits;
    }
    for base in search.bases(L::COUNT) {
        let rows = rows(isa, &search.schedule, nonces(base));
        let hits_before = hits.len();
        for (index, version) in search.versions.iter().enumerate() {
            let candidates = is_zero.lanes(last_word(isa, &version.words, &rows));
            if candidates != 0 {
                search.confirm(index, base, candidates, &mut hits);
            }
        }
        if hits.len() > hits_before {
            hits[hits_before..].sort_unstable();
        }
    }
    hits
}

/// Which lanes have zeros in their last word where a hit has them.
pub(super) enum WordTest<L> {
    /// All of it, as for every target from difficulty 1 on: one comparison with what makes zero of the sum.
    Whole(L),
    /// Some of its bits.
    Some { offset: L, bits: L },
}

impl<L: Lanes> WordTest<L> {
    #[inline(always)]
    pub(super) fn new(isa: L::Isa, zero_bits: u32) -> Self {
        if zero_bits == u32::MAX {
            Self::Whole(L::splat(isa, LAST_WORD_OFFSET.wrapping_neg()))
        } else {
            Self::Some { offset: L::splat(isa, LAST_WORD_OFFSET), bits: L::splat(isa, zero_bits) }
        }
    }

    #[inline(always)]
    pub(super) fn lanes(&self, last_word: L) -> u32 {
        match self {
            Self::Whole(zero) => last_word.lanes_equal(*zero),
            Self::Some { offset, bits } => last_word.add(*offset).lanes_clear_of(*bits),
        }
    }
}
