//! The search, written once for vectors of every width.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use hashkit_chain::Nonce;

use super::generated::search::{LAST_WORD_OFFSET, last_word, rows};
use super::search::Search;
use crate::kernel::Hit;
use crate::simd::Lanes;

/// All hits, in order. A lane holds a nonce; vectors begin at multiples of their width, so that none reaches past the last
/// nonce of all.
#[inline(always)]
pub(super) fn scan<L: Lanes>(isa: L::Isa, search: &Search) -> Vec<Hit> {
    let mut hits = Vec::new();
    let Some(Nonce(first)) = search.range.first() else { return hits };
    let end = u64::from(first) + search.range.len();
    let is_zero = WordTest::new(isa, search.zero_bits);
    // The header holds the nonce little-endian: its lowest byte, the only one that differs between lanes, comes first.
    let lanes = L::counting(isa, 1 << 24);
    let mut base = first - first % L::COUNT;
    while u64::from(base) < end {
        let rows = rows(isa, &search.schedule, L::splat(isa, base.swap_bytes()).add(lanes));
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
        match base.checked_add(L::COUNT) {
            Some(next) => base = next,
            None => break,
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
