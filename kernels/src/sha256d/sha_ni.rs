//! The search on the SHA unit of x86-64 processors, three nonces interleaved.
//!
//! The unit's instructions follow each other faster than one ends, so a single chain leaves it idle half of the time. Two
//! rounds take one instruction, and a hash takes 60 of them: the nonce reaches the first hash in round 3, which is an
//! addition, and only one word is wanted of the second, whose round 0 is an addition too. What they read of the message is
//! computed meanwhile.
//!
//! The state lies in the unit as its instructions have it: `[f, e, b, a]` and `[h, g, d, c]`, lowest lane first.

use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_alignr_epi8, _mm_and_si128, _mm_blend_epi16, _mm_cmpeq_epi32, _mm_or_si128,
    _mm_set_epi64x, _mm_setr_epi32, _mm_setzero_si128, _mm_sha256msg1_epu32, _mm_sha256msg2_epu32,
    _mm_sha256rnds2_epu32, _mm_shuffle_epi32, _mm_test_all_ones, _mm_unpackhi_epi32, _mm_unpacklo_epi32,
};

use hashkit_chain::Nonce;

use super::search::{Midstate, Search};
use crate::kernel::Hit;
use crate::sha256::{self, INITIAL, K};

/// Nonces in flight. One, two and three were measured at 308, 212 and 197 cycles a hash (Golden Cove, before the rounds at
/// both ends were left out); the state and message of four do not fit the registers.
const WAYS: usize = 3;

/// One thing for each nonce in flight.
type Ways<T> = [T; WAYS];

/// `[f, e, b, a]` and `[h, g, d, c]`.
type State = [__m128i; 2];

/// Four rounds of each nonce from each of these rounds on, unrolled: the states of a loop would lie in memory between its
/// turns, which was measured to cost a fifteenth. What the last of them read of the message is there already.
macro_rules! rounds {
    ($states:ident, $rings:ident, from $($first:literal)*, last from $($last:literal)*) => {
        $(four_rounds_each::<$first, true>(&mut $states, &mut $rings);)*
        $(four_rounds_each::<$last, false>(&mut $states, &mut $rings);)*
    };
}

/// All hits, in order.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
pub(super) fn scan(search: &Search) -> Vec<Hit> {
    let mut hits = Vec::new();
    // Version after version: side by side they would share the message, which would then be computed while the unit waits.
    for version in 0..search.versions.len() {
        scan_version(search, version, &mut hits);
    }
    hits.sort_unstable();
    hits
}

/// Adds the hits of one version.
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn scan_version(search: &Search, version: usize, hits: &mut Vec<Hit>) {
    let (message, start) = (Message::new(search), Start::new(search, &search.versions[version]));
    // Those of the lanes beside that of `e` are zero, so that these always pass.
    let [bits, offset] = [search.zero_bits, INITIAL[7]].map(|word| four([0, word, 0, 0]));
    let mut rest = search.range;
    while let Some(Nonce(base)) = rest.first().filter(|_| !rest.is_empty()) {
        let group = rest.split_front(WAYS as u64);
        let nonces = [0, 1, 2].map(|way: u32| base.wrapping_add(way).swap_bytes());
        let [e0, e1, e2] = last_states(&message, &start, nonces);
        let passes = [passes(e0, offset, bits), passes(e1, offset, bits), passes(e2, offset, bits)];
        if _mm_test_all_ones(_mm_or_si128(_mm_or_si128(passes[0], passes[1]), passes[2])) != 0 {
            // The last group may be short: what it computes past the end is left out here.
            let candidates =
                (0..WAYS).filter(|way| (*way as u64) < group.len() && _mm_test_all_ones(passes[*way]) != 0);
            search.confirm(version, base, candidates.fold(0, |set, way| set | 1 << way), hits);
        }
    }
}

/// Ones in the lanes that have only zeros where `bits` has ones.
#[inline]
#[target_feature(enable = "sse2")]
fn passes(state: __m128i, offset: __m128i, bits: __m128i) -> __m128i {
    _mm_cmpeq_epi32(_mm_and_si128(_mm_add_epi32(state, offset), bits), _mm_setzero_si128())
}

/// What all nonces share of the first hash's message schedule, four words each.
struct Message {
    /// Words 16 to 19, but for what the nonce adds to the last two.
    words_16: __m128i,
    /// Words 20 to 23, but for what the two words before each add.
    base_20: __m128i,
    /// Words 24 to 27, but for that and the words seven before.
    base_24: __m128i,
    /// Words 28 to 31, but for the same.
    base_28: __m128i,
}

impl Message {
    #[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
    fn new(search: &Search) -> Self {
        let block = search.second_block(Nonce(0));
        let [words_0, words_4, words_8, words_12] =
            [0, 4, 8, 12].map(|first| std::array::from_fn(|i| block[first + i])).map(|words| four(words));
        let words_16 = next_words([words_0, words_4, words_8, words_12]);
        Self {
            words_16,
            base_20: _mm_add_epi32(_mm_sha256msg1_epu32(words_4, words_8), _mm_alignr_epi8::<4>(words_16, words_12)),
            base_24: _mm_sha256msg1_epu32(words_8, words_12),
            base_28: _mm_sha256msg1_epu32(words_12, words_16),
        }
    }
}

/// What all nonces share of the first hash's rounds.
struct Start {
    /// The state after round 3, but for what the nonce adds to `a` and `e`.
    state: State,
    midstate: State,
}

impl Start {
    #[target_feature(enable = "sse2")]
    fn new(search: &Search, version: &Midstate) -> Self {
        let keyed = search.keyed();
        // With nonce 0 in its place.
        let state = sha256::rounds(version.state, &[keyed[0], keyed[1], keyed[2], K[3]]);
        Self { state: packed(state), midstate: packed(version.state) }
    }
}

/// Of each hash the state after round 60, whose `e` lacks a constant to the last word.
//
// No closures here: those that are not inlined pass vectors through memory.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn last_states(message: &Message, start: &Start, [n0, n1, n2]: Ways<u32>) -> Ways<__m128i> {
    let mut states = [first_state(start, n0), first_state(start, n1), first_state(start, n2)];
    let padding = [[0x8000_0000, 0, 0, 0], [0; 4], [0, 0, 0, 640]];
    for (words, first) in padding.into_iter().zip([4, 8, 12]) {
        for state in &mut states {
            four_rounds(state, four(words), first);
        }
    }
    let mut rings = [first_words(message, n0), first_words(message, n1), first_words(message, n2)];
    rounds!(states, rings, from 16 20 24 28 32 36 40 44, last from 48 52 56 60);

    for [feba, hgdc] in &mut states {
        *feba = _mm_add_epi32(*feba, start.midstate[0]);
        *hgdc = _mm_add_epi32(*hgdc, start.midstate[1]);
    }
    let mut rings = [second_words(states[0]), second_words(states[1]), second_words(states[2])];
    let mut states = [second_state(states[0]), second_state(states[1]), second_state(states[2])];
    rounds!(states, rings, from 1 5 9 13 17 21 25 29 33 37 41, last from 45 49 53 57);
    [states[0][0], states[1][0], states[2][0]]
}

/// The first hash after round 3, of which the nonce is added to `a` and `e`.
#[inline]
#[target_feature(enable = "sse2")]
fn first_state(start: &Start, nonce: u32) -> State {
    let a_and_e = i64::from(nonce) << 32;
    [_mm_add_epi32(start.state[0], _mm_set_epi64x(a_and_e, a_and_e)), start.state[1]]
}

/// Words 16 to 31 of the first hash.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn first_words(message: &Message, nonce: u32) -> [__m128i; 4] {
    let sigma0 = nonce.rotate_right(7) ^ nonce.rotate_right(18) ^ nonce >> 3;
    let added = (u64::from(nonce) << 32 | u64::from(sigma0)).cast_signed();
    let words_16 = _mm_add_epi32(message.words_16, _mm_set_epi64x(added, 0));
    let words_20 = _mm_sha256msg2_epu32(message.base_20, words_16);
    let base_24 = _mm_add_epi32(message.base_24, _mm_alignr_epi8::<4>(words_20, words_16));
    let words_24 = _mm_sha256msg2_epu32(base_24, words_20);
    let base_28 = _mm_add_epi32(message.base_28, _mm_alignr_epi8::<4>(words_24, words_20));
    [words_16, words_20, words_24, _mm_sha256msg2_epu32(base_28, words_24)]
}

/// The second hash after round 0, of which word 0 is added to `a` and `e`: the first hash's `a`.
#[inline]
#[target_feature(enable = "sse2,sse4.1")]
fn second_state([feba, _]: State) -> State {
    let [start, hgdc] = packed(sha256::rounds(INITIAL, &[K[0]]));
    let a = _mm_shuffle_epi32::<0b11_11_11_11>(feba);
    [_mm_add_epi32(start, _mm_blend_epi16::<0b1100_1100>(_mm_setzero_si128(), a)), hgdc]
}

/// Words 1 to 16 of the second hash.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn second_words([feba, hgdc]: State) -> [__m128i; 4] {
    let bcda = _mm_shuffle_epi32::<0b10_01_11_00>(_mm_unpackhi_epi32(feba, hgdc));
    let fghe = _mm_shuffle_epi32::<0b10_01_11_00>(_mm_unpacklo_epi32(feba, hgdc));
    let words_1 = _mm_blend_epi16::<0b1100_0000>(bcda, fghe);
    let words_5 = _mm_blend_epi16::<0b1100_0000>(fghe, four([0, 0, 0, 0x8000_0000]));
    // In its last lane word 0 and sigma0 of word 1.
    let word_16 = _mm_sha256msg1_epu32(bcda, words_1);
    [words_1, words_5, _mm_setzero_si128(), _mm_blend_epi16::<0b1100_0000>(four([0, 0, 256, 0]), word_16)]
}

/// Four rounds of each nonce from round `FIRST` on. A ring holds 16 words of the message from there on; with `GROWS` those
/// just used give way to the next.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn four_rounds_each<const FIRST: usize, const GROWS: bool>(states: &mut Ways<State>, rings: &mut Ways<[__m128i; 4]>) {
    for (state, ring) in states.iter_mut().zip(rings) {
        let [words, second, third, last] = *ring;
        four_rounds(state, words, FIRST);
        *ring = [second, third, last, if GROWS { next_words(*ring) } else { words }];
    }
}

/// Four rounds from round `first` on.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn four_rounds([feba, hgdc]: &mut State, words: __m128i, first: usize) {
    let keyed = _mm_add_epi32(words, four([K[first], K[first + 1], K[first + 2], K[first + 3]]));
    *hgdc = _mm_sha256rnds2_epu32(*hgdc, *feba, keyed);
    *feba = _mm_sha256rnds2_epu32(*feba, *hgdc, _mm_shuffle_epi32::<0b11_10>(keyed));
}

/// The four words of the message schedule that follow on these 16.
#[inline]
#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
fn next_words([oldest, second, third, last]: [__m128i; 4]) -> __m128i {
    let sum = _mm_add_epi32(_mm_sha256msg1_epu32(oldest, second), _mm_alignr_epi8::<4>(last, third));
    _mm_sha256msg2_epu32(sum, last)
}

#[inline]
#[target_feature(enable = "sse2")]
fn packed([a, b, c, d, e, f, g, h]: [u32; 8]) -> State {
    [four([f, e, b, a]), four([h, g, d, c])]
}

#[inline]
#[target_feature(enable = "sse2")]
fn four(words: [u32; 4]) -> __m128i {
    let [a, b, c, d] = words.map(u32::cast_signed);
    _mm_setr_epi32(a, b, c, d)
}
