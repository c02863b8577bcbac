//! Keccak-f\[1600\] (FIPS 202) and its sponge over 80-byte headers, written once over [`Lanes64`].
//!
//! A state is 25 words; word `x + 5 * y` is the standard's lane (x, y).

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

pub(crate) mod shader;

use hashkit_chain::{Hash, Header, Nonce};

use crate::simd::words64::Lanes64;

/// What iota adds, FIPS 202 section 3.2.5.
const ROUNDS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808a,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808b,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008a,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000a,
    0x0000_0000_8000_808b,
    0x8000_0000_0000_008b,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800a,
    0x8000_0000_8000_000a,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// The word of the header that ends with the nonce, in its upper half.
const NONCE_WORD: usize = 9;

/// The last word of a block of 1088 bits: hashes of 256 bits leave that many for the message.
const LAST_OF_BLOCK: usize = 16;

/// How the message ends: the bits that each standard appends, before the last bit of the block.
#[derive(Clone, Copy)]
pub(crate) enum Padding {
    /// As Keccak was submitted to the competition, and as coins older than the standard use it.
    Keccak = 0x01,
    /// FIPS 202 section 6.1.
    Sha3 = 0x06,
}

/// A header as far as the nonce has no part in it.
#[derive(Clone, Copy)]
pub(crate) struct Prepared {
    /// The state before the first round, with nonce 0.
    absorbed: [u64; 25],
    /// The same after the first round's linear steps, theta, rho and pi.
    mixed: [u64; 25],
}

impl Prepared {
    pub(crate) fn new(header: &Header, padding: Padding) -> Self {
        let bytes = Header { nonce: Nonce(0), ..*header }.to_bytes();
        let mut absorbed = [0; 25];
        for (word, bytes) in absorbed.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        absorbed[NONCE_WORD + 1] = padding as u64;
        absorbed[LAST_OF_BLOCK] = 1 << 63;
        Self { absorbed, mixed: rho_pi(theta(absorbed)) }
    }

    /// The first four words, which are the hash, for the nonces that `nonces` holds in the upper halves of its words; the
    /// lower halves are zero.
    #[inline(always)]
    pub(crate) fn permuted<L: Lanes64>(&self, isa: L::Isa, nonces: L) -> [L; 4] {
        // The first three steps are linear: what the nonces do to the state comes on top of what the rest has done. They are
        // one word of column 4, which theta adds to column 0 and, rotated, to column 3.
        let mut state = [L::splat(isa, 0); 25];
        for (word, known) in state.iter_mut().zip(self.mixed) {
            *word = L::splat(isa, known);
        }
        let rotated = nonces.rotate_left::<1>();
        for (at, changed) in [
            (0, nonces),
            (16, nonces.rotate_left::<36>()),
            (7, nonces.rotate_left::<3>()),
            (23, nonces.rotate_left::<41>()),
            (14, nonces.rotate_left::<18>()),
            (5, rotated.rotate_left::<28>()),
            (21, rotated.rotate_left::<55>()),
            (12, rotated.rotate_left::<25>()),
            (3, rotated.rotate_left::<21>()),
            (19, rotated.rotate_left::<56>()),
            (6, nonces.rotate_left::<20>()),
        ] {
            state[at] = state[at].xor(changed);
        }
        state = chi_iota(isa, state, ROUNDS[0]);
        rounds(isa, state, &ROUNDS[1..])
    }

    /// The hash's words for one nonce.
    pub(crate) fn hash(&self, nonce: Nonce) -> [u64; 4] {
        let mut state = self.absorbed;
        state[NONCE_WORD] ^= u64::from(nonce.0) << 32;
        rounds((), state, &ROUNDS)
    }
}

/// Nonces from `base` on, in the upper halves of words, where a header has them.
#[inline(always)]
pub(crate) fn nonces<L: Lanes64>(isa: L::Isa, base: u32) -> L {
    L::splat(isa, u64::from(base) << 32).add(L::counting(isa, 1 << 32))
}

/// SHA3-256 of a hash.
#[inline(always)]
pub(crate) fn sha3_256_of_hash<L: Lanes64>(isa: L::Isa, hash: [L; 4]) -> [L; 4] {
    // Theta, where most words are zero: each column holds one word of the hash or the padding's first, and column 1 the
    // padding's last bit.
    let (padding, last_bit) = (L::splat(isa, Padding::Sha3 as u64), L::splat(isa, 1 << 63));
    let words = [hash[0], hash[1], hash[2], hash[3], padding];
    let mut sums = words;
    sums[1] = sums[1].xor(last_bit);
    let mut state = [padding; 25];
    for x in 0..5 {
        let change = sums[(x + 4) % 5].xor(sums[(x + 1) % 5].rotate_left::<1>());
        for y in 0..5 {
            state[x + 5 * y] = change;
        }
        state[x] = change.xor(words[x]);
    }
    state[LAST_OF_BLOCK] = state[LAST_OF_BLOCK].xor(last_bit);
    rounds(isa, chi_iota(isa, rho_pi(state), ROUNDS[0]), &ROUNDS[1..])
}

/// The hash that four words are.
pub(crate) fn to_hash(words: [u64; 4]) -> Hash {
    let mut bytes = [0; 32];
    for (bytes, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    Hash::from_internal(bytes)
}

/// So many rounds, to the words that are a hash.
#[inline(always)]
fn rounds<L: Lanes64>(isa: L::Isa, mut state: [L; 25], constants: &[u64]) -> [L; 4] {
    let Some((last, others)) = constants.split_last() else { return [state[0], state[1], state[2], state[3]] };
    for &constant in others {
        state = chi_iota(isa, rho_pi(theta(state)), constant);
    }
    // Outside the loop, where the compiler leaves out what nobody reads.
    state = chi_iota(isa, rho_pi(theta(state)), *last);
    [state[0], state[1], state[2], state[3]]
}

#[inline(always)]
fn theta<L: Lanes64>(mut state: [L; 25]) -> [L; 25] {
    // Loops, not `map`: a closure that is not inlined loses the instruction set.
    let mut sums = [state[0]; 5];
    for x in 0..5 {
        sums[x] = state[x].xor3(state[x + 5], state[x + 10]).xor3(state[x + 15], state[x + 20]);
    }
    for x in 0..5 {
        let rotated = sums[(x + 1) % 5].rotate_left::<1>();
        for y in 0..5 {
            state[x + 5 * y] = state[x + 5 * y].xor3(sums[(x + 4) % 5], rotated);
        }
    }
    state
}

/// Each word rotated, and moved from (x, y) to (y, 2x + 3y).
#[inline(always)]
#[rustfmt::skip]
fn rho_pi<L: Lanes64>(s: [L; 25]) -> [L; 25] {
    [
        s[0],                        s[6].rotate_left::<44>(),    s[12].rotate_left::<43>(),
        s[18].rotate_left::<21>(),   s[24].rotate_left::<14>(),
        s[3].rotate_left::<28>(),    s[9].rotate_left::<20>(),    s[10].rotate_left::<3>(),
        s[16].rotate_left::<45>(),   s[22].rotate_left::<61>(),
        s[1].rotate_left::<1>(),     s[7].rotate_left::<6>(),     s[13].rotate_left::<25>(),
        s[19].rotate_left::<8>(),    s[20].rotate_left::<18>(),
        s[4].rotate_left::<27>(),    s[5].rotate_left::<36>(),    s[11].rotate_left::<10>(),
        s[17].rotate_left::<15>(),   s[23].rotate_left::<56>(),
        s[2].rotate_left::<62>(),    s[8].rotate_left::<55>(),    s[14].rotate_left::<39>(),
        s[15].rotate_left::<41>(),   s[21].rotate_left::<2>(),
    ]
}

#[inline(always)]
fn chi_iota<L: Lanes64>(isa: L::Isa, state: [L; 25], constant: u64) -> [L; 25] {
    let mut next = state;
    for y in 0..5 {
        for x in 0..5 {
            next[x + 5 * y] = state[x + 5 * y].flip_where(state[(x + 1) % 5 + 5 * y], state[(x + 2) % 5 + 5 * y]);
        }
    }
    next[0] = next[0].xor(L::splat(isa, constant));
    next
}
