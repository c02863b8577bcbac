//! The search on the SHA-2 instructions of Armv8, three nonces interleaved.
//!
//! A chain of them waits for itself, so three are computed side by side; how many would be best was not measured. Four rounds
//! take two instructions, and a hash takes 60 of them: the nonce reaches the first hash in round 3, which is an addition, and
//! only one word is wanted of the second, whose round 0 is an addition too.
//!
//! The state lies in the registers as the instructions have it: `[a, b, c, d]` and `[e, f, g, h]`, lowest lane first.

use std::arch::aarch64::{
    uint32x4_t, vaddq_u32, vdupq_n_u32, vextq_u32, vgetq_lane_u32, vld1q_u32, vsetq_lane_u32, vsha256h2q_u32,
    vsha256hq_u32, vsha256su0q_u32, vsha256su1q_u32,
};

use hashkit_chain::Nonce;

use super::search::{Midstate, Search};
use crate::kernel::Hit;
use crate::sha256::{self, INITIAL, K};

/// Nonces in flight: the state and message of three fit the registers.
const WAYS: usize = 3;

/// One thing for each nonce in flight.
type Ways<T> = [T; WAYS];

/// `[a, b, c, d]` and `[e, f, g, h]`.
type State = [uint32x4_t; 2];

/// Four rounds of each nonce from each of these rounds on, unrolled. What the last of them read of the message is there already.
macro_rules! rounds {
    ($states:ident, $rings:ident, from $($first:literal)*, last from $($last:literal)*) => {
        $(four_rounds_each::<$first, true>(&mut $states, &mut $rings);)*
        $(four_rounds_each::<$last, false>(&mut $states, &mut $rings);)*
    };
}

/// All hits, in order.
#[target_feature(enable = "neon,sha2")]
pub(super) fn scan(search: &Search) -> Vec<Hit> {
    let mut hits = Vec::new();
    for version in 0..search.versions.len() {
        scan_version(search, version, &mut hits);
    }
    hits.sort_unstable();
    hits
}

/// Adds the hits of one version.
#[target_feature(enable = "neon,sha2")]
fn scan_version(search: &Search, version: usize, hits: &mut Vec<Hit>) {
    let (message, start) = (Message::new(search), Start::new(search, &search.versions[version]));
    let mut rest = search.range;
    while let Some(Nonce(base)) = rest.first().filter(|_| !rest.is_empty()) {
        let group = rest.split_front(WAYS as u64);
        let nonces = [0, 1, 2].map(|way: u32| base.wrapping_add(way).swap_bytes());
        let last = last_words(&message, &start, nonces);
        // The last group may be short: what it computes past the end is left out here.
        let is_candidate = |way: usize| (way as u64) < group.len() && last[way] & search.zero_bits == 0;
        let candidates = (0..WAYS).fold(0, |set, way| set | u32::from(is_candidate(way)) << way);
        if candidates != 0 {
            search.confirm(version, base, candidates, hits);
        }
    }
}

/// What all nonces share of the first hash's message schedule, four words each.
struct Message {
    /// Words 12 to 15.
    words_12: uint32x4_t,
    /// Words 16 to 19, but for what the nonce adds to the last two.
    words_16: uint32x4_t,
    /// What words 20 to 31 take of those 16 and 15 words before.
    halves: [uint32x4_t; 3],
}

impl Message {
    #[target_feature(enable = "neon,sha2")]
    fn new(search: &Search) -> Self {
        let block = search.second_block(Nonce(0));
        let [words_0, words_4, words_8, words_12] =
            [0, 4, 8, 12].map(|first| std::array::from_fn(|i| block[first + i])).map(|words| four(words));
        let words_16 = next_words([words_0, words_4, words_8, words_12]);
        let halves = [
            vsha256su0q_u32(words_4, words_8),
            vsha256su0q_u32(words_8, words_12),
            vsha256su0q_u32(words_12, words_16),
        ];
        Self { words_12, words_16, halves }
    }
}

/// What all nonces share of the first hash's rounds.
struct Start {
    /// The state after round 3, but for what the nonce adds to `a` and `e`.
    state: State,
    midstate: State,
}

impl Start {
    #[target_feature(enable = "neon")]
    fn new(search: &Search, version: &Midstate) -> Self {
        let keyed = search.keyed();
        // With nonce 0 in its place.
        let state = sha256::rounds(version.state, &[keyed[0], keyed[1], keyed[2], K[3]]);
        Self { state: packed(state), midstate: packed(version.state) }
    }
}

/// Of each hash the last word.
//
// No closures here: those that are not inlined pass vectors through memory.
#[inline]
#[target_feature(enable = "neon,sha2")]
fn last_words(message: &Message, start: &Start, [n0, n1, n2]: Ways<u32>) -> Ways<u32> {
    let mut states =
        [with_first_word(start.state, n0), with_first_word(start.state, n1), with_first_word(start.state, n2)];
    let padding = [[0x8000_0000, 0, 0, 0], [0; 4], [0, 0, 0, 640]];
    for (words, first) in padding.into_iter().zip([4, 8, 12]) {
        for state in &mut states {
            four_rounds(state, four(words), first);
        }
    }
    let mut rings = [first_words(message, n0), first_words(message, n1), first_words(message, n2)];
    rounds!(states, rings, from 16 20 24 28 32 36 40 44, last from 48 52 56 60);

    for [abcd, efgh] in &mut states {
        *abcd = vaddq_u32(*abcd, start.midstate[0]);
        *efgh = vaddq_u32(*efgh, start.midstate[1]);
    }
    let mut rings = [second_words(states[0]), second_words(states[1]), second_words(states[2])];
    let mut states = [second_state(states[0]), second_state(states[1]), second_state(states[2])];
    rounds!(states, rings, from 1 5 9 13 17 21 25 29 33 37 41, last from 45 49 53 57);
    [last_word(states[0]), last_word(states[1]), last_word(states[2])]
}

/// The state after a round without its word of the message, which is added to `a` and `e`.
#[inline]
#[target_feature(enable = "neon")]
fn with_first_word([abcd, efgh]: State, word: u32) -> State {
    let added = vsetq_lane_u32::<0>(word, vdupq_n_u32(0));
    [vaddq_u32(abcd, added), vaddq_u32(efgh, added)]
}

/// Words 16 to 31 of the first hash.
#[inline]
#[target_feature(enable = "neon,sha2")]
fn first_words(message: &Message, nonce: u32) -> [uint32x4_t; 4] {
    let sigma0 = nonce.rotate_right(7) ^ nonce.rotate_right(18) ^ nonce >> 3;
    let words_16 = vaddq_u32(message.words_16, four([0, 0, sigma0, nonce]));
    let words_20 = vsha256su1q_u32(message.halves[0], message.words_12, words_16);
    let words_24 = vsha256su1q_u32(message.halves[1], words_16, words_20);
    [words_16, words_20, words_24, vsha256su1q_u32(message.halves[2], words_20, words_24)]
}

/// The second hash after round 0; its word 0 is the first hash's `a`.
#[inline]
#[target_feature(enable = "neon")]
fn second_state([abcd, _]: State) -> State {
    with_first_word(packed(sha256::rounds(INITIAL, &[K[0]])), vgetq_lane_u32::<0>(abcd))
}

/// Words 1 to 16 of the second hash.
#[inline]
#[target_feature(enable = "neon,sha2")]
fn second_words([abcd, efgh]: State) -> [uint32x4_t; 4] {
    let words_1 = vextq_u32::<1>(abcd, efgh);
    let words_5 = vextq_u32::<1>(efgh, vdupq_n_u32(0x8000_0000));
    // In its first lane word 0 and sigma0 of word 1.
    let word_16 = vsha256su0q_u32(abcd, efgh);
    [words_1, words_5, vdupq_n_u32(0), vextq_u32::<1>(four([0, 0, 0, 256]), word_16)]
}

/// The last word of the second hash, which is its `e` of round 60.
#[inline]
#[target_feature(enable = "neon")]
fn last_word([_, efgh]: State) -> u32 {
    vgetq_lane_u32::<0>(efgh).wrapping_add(INITIAL[7])
}

/// Four rounds of each nonce from round `FIRST` on. A ring holds 16 words of the message from there on; with `GROWS` those
/// just used give way to the next.
#[inline]
#[target_feature(enable = "neon,sha2")]
fn four_rounds_each<const FIRST: usize, const GROWS: bool>(
    states: &mut Ways<State>,
    rings: &mut Ways<[uint32x4_t; 4]>,
) {
    for (state, ring) in states.iter_mut().zip(rings) {
        let [words, second, third, last] = *ring;
        four_rounds(state, words, FIRST);
        *ring = [second, third, last, if GROWS { next_words(*ring) } else { words }];
    }
}

/// Four rounds from round `first` on.
#[inline]
#[target_feature(enable = "neon,sha2")]
fn four_rounds([abcd, efgh]: &mut State, words: uint32x4_t, first: usize) {
    let keyed = vaddq_u32(words, four([K[first], K[first + 1], K[first + 2], K[first + 3]]));
    let before = *abcd;
    *abcd = vsha256hq_u32(before, *efgh, keyed);
    *efgh = vsha256h2q_u32(*efgh, before, keyed);
}

/// The four words of the message schedule that follow on these 16.
#[inline]
#[target_feature(enable = "neon,sha2")]
fn next_words([oldest, second, third, last]: [uint32x4_t; 4]) -> uint32x4_t {
    vsha256su1q_u32(vsha256su0q_u32(oldest, second), third, last)
}

#[inline]
#[target_feature(enable = "neon")]
fn packed([a, b, c, d, e, f, g, h]: [u32; 8]) -> State {
    [four([a, b, c, d]), four([e, f, g, h])]
}

#[inline]
#[target_feature(enable = "neon")]
fn four(words: [u32; 4]) -> uint32x4_t {
    // SAFETY: the array is as long as a vector.
    unsafe { vld1q_u32(words.as_ptr()) }
}
