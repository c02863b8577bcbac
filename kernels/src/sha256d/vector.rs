//! The search, written once for vectors of every width.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use hashkit_chain::Nonce;

use super::search::{Midstate, Search};
use crate::kernel::Hit;
use crate::sha256::{self, INITIAL};
use crate::simd::Lanes;

/// All hits, in order. A lane holds a nonce; vectors begin at multiples of their width, so that none reaches past the last
/// nonce of all.
#[inline(always)]
pub(super) fn scan<L: Lanes>(isa: L::Isa, search: &Search) -> Vec<Hit> {
    let mut hits = Vec::new();
    let Some(Nonce(first)) = search.range.first() else { return hits };
    let end = u64::from(first) + search.range.len();
    let zero_bits = L::splat(isa, search.zero_bits);
    // The header holds the nonce little-endian: its lowest byte, the only one that differs between lanes, comes first.
    let lanes = L::counting(isa, 1 << 24);
    let mut base = first - first % L::COUNT;
    while u64::from(base) < end {
        let nonces = L::splat(isa, base.swap_bytes()).add(lanes);
        let keyed = schedule(isa, search, nonces);
        let hits_before = hits.len();
        for (index, version) in search.versions.iter().enumerate() {
            let candidates = last_word(isa, version, &keyed).lanes_clear_of(zero_bits);
            if candidates != 0 {
                search.confirm(index, base, candidates, &mut hits);
            }
        }
        hits[hits_before..].sort_unstable();
        match base.checked_add(L::COUNT) {
            Some(next) => base = next,
            None => break,
        }
    }
    hits
}

/// The schedule of the block with the nonce, which is the same in all versions.
#[inline(always)]
fn schedule<L: Lanes>(isa: L::Isa, search: &Search, nonces: L) -> [L; 64] {
    let mut block = search.second_block(Nonce(0)).map(|word| L::splat(isa, word));
    block[3] = nonces;
    sha256::keyed_schedule(isa, &block)
}

/// The last word of the hash.
#[inline(always)]
fn last_word<L: Lanes>(isa: L::Isa, version: &Midstate, keyed: &[L; 64]) -> L {
    let ended = sha256::rounds(version.after_three_rounds.map(|word| L::splat(isa, word)), &keyed[3..]);
    let first: [L; 8] = std::array::from_fn(|i| L::splat(isa, version.state[i]).add(ended[i]));
    let mut block = sha256::pad([0; 8], 8).map(|word| L::splat(isa, word));
    block[..8].copy_from_slice(&first);
    let keyed = sha256::keyed_schedule(isa, &block);
    // What is `e` after round 60 is `h` after the last: three rounds need not be done.
    let [_, _, _, _, e, ..] = sha256::rounds(INITIAL.map(|word| L::splat(isa, word)), &keyed[..61]);
    L::splat(isa, INITIAL[7]).add(e)
}
