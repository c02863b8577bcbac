//! The search on the SHA unit of x86-64 processors, three nonces interleaved.
//!
//! The unit's instructions follow each other faster than one ends, so a single chain leaves it idle half of the time. One,
//! two and three chains were measured at 9.7, 14.2 and 15.3 MH/s (Golden Cove, 2.78 GHz); four do not fit the registers.
//! The state lies in it as its instructions have it: `[f, e, b, a]` and `[h, g, d, c]`, lowest lane first.

use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_alignr_epi8, _mm_cvtsi128_si32, _mm_setr_epi32, _mm_sha256msg1_epu32,
    _mm_sha256msg2_epu32, _mm_sha256rnds2_epu32, _mm_shuffle_epi32, _mm_unpackhi_epi64, _mm_unpacklo_epi64,
};

use hashkit_chain::Nonce;

use super::search::{Midstate, Search};
use crate::kernel::Hit;
use crate::sha256::{INITIAL, K};

/// Nonces in flight.
const WAYS: usize = 3;

/// All hits, in order.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
pub(super) fn scan(search: &Search) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut rest = search.range;
    while let Some(Nonce(base)) = rest.first().filter(|_| !rest.is_empty()) {
        let group = rest.split_front(WAYS as u64);
        // The last group may be short: what it computes past the end is left out here.
        let inside = (1 << group.len()) - 1;
        let hits_before = hits.len();
        for (index, version) in search.versions.iter().enumerate() {
            let words = last_words(search, version, [0, 1, 2].map(|way| base.wrapping_add(way)));
            let candidates = (0..WAYS).fold(0, |set, way| set | u32::from(words[way] & search.zero_bits == 0) << way);
            if candidates & inside != 0 {
                search.confirm(index, base, candidates & inside, &mut hits);
            }
        }
        if hits.len() > hits_before {
            hits[hits_before..].sort_unstable();
        }
    }
    hits
}

/// The last words of the hashes of these nonces.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn last_words(search: &Search, version: &Midstate, nonces: [u32; WAYS]) -> [u32; WAYS] {
    let [merkle, ntime, nbits] = search.tail;
    let midstate = packed(version.state);
    let mut blocks = nonces.map(|nonce| {
        [
            four([merkle, ntime, nbits, nonce.swap_bytes()]),
            four([0x8000_0000, 0, 0, 0]),
            four([0; 4]),
            four([0, 0, 0, 640]),
        ]
    });
    let mut states = [midstate; WAYS];
    for group in 0..16 {
        four_rounds(&mut states, &mut blocks, group);
    }
    for (state, block) in states.iter().zip(&mut blocks) {
        let [abef, cdgh] = [0, 1].map(|half| {
            // Lowest lane first: a, b, e, f and c, d, g, h.
            _mm_shuffle_epi32::<0b00_01_10_11>(_mm_add_epi32(state[half], midstate[half]))
        });
        *block = [
            _mm_unpacklo_epi64(abef, cdgh),
            _mm_unpackhi_epi64(abef, cdgh),
            four([0x8000_0000, 0, 0, 0]),
            four([0, 0, 0, 256]),
        ];
    }
    let mut states = [packed(INITIAL); WAYS];
    for group in 0..15 {
        four_rounds(&mut states, &mut blocks, group);
    }
    // What is `e` after round 60 is `f` after round 61 and `h` after the last.
    std::array::from_fn(|way| {
        let keyed = _mm_add_epi32(blocks[way][3], constants(15));
        let abef = _mm_sha256rnds2_epu32(states[way][1], states[way][0], keyed);
        _mm_cvtsi128_si32(abef).cast_unsigned().wrapping_add(INITIAL[7])
    })
}

/// Four rounds of each way. A block is a ring of 16 message words, of which those just used give way to those 16 on.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn four_rounds(states: &mut [[__m128i; 2]; WAYS], blocks: &mut [[__m128i; 4]; WAYS], group: usize) {
    for ([abef, cdgh], block) in states.iter_mut().zip(blocks) {
        let words = block[group % 4];
        let keyed = _mm_add_epi32(words, constants(group));
        *cdgh = _mm_sha256rnds2_epu32(*cdgh, *abef, keyed);
        *abef = _mm_sha256rnds2_epu32(*abef, *cdgh, _mm_shuffle_epi32::<0b11_10>(keyed));
        if group < 12 {
            let [next, after, last] = [1, 2, 3].map(|ahead| block[(group + ahead) % 4]);
            let sum = _mm_add_epi32(_mm_sha256msg1_epu32(words, next), _mm_alignr_epi8::<4>(last, after));
            block[group % 4] = _mm_sha256msg2_epu32(sum, last);
        }
    }
}

#[inline]
#[target_feature(enable = "sse2")]
fn constants(group: usize) -> __m128i {
    four([K[4 * group], K[4 * group + 1], K[4 * group + 2], K[4 * group + 3]])
}

#[inline]
#[target_feature(enable = "sse2")]
fn packed([a, b, c, d, e, f, g, h]: [u32; 8]) -> [__m128i; 2] {
    [four([f, e, b, a]), four([h, g, d, c])]
}

#[inline]
#[target_feature(enable = "sse2")]
fn four(words: [u32; 4]) -> __m128i {
    let [a, b, c, d] = words.map(u32::cast_signed);
    _mm_setr_epi32(a, b, c, d)
}
