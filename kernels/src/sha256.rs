//! SHA-256 (FIPS 180-4), written once over [`Lanes`].

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use crate::simd::Lanes;

/// The round constants, FIPS 180-4 section 4.2.2.
#[rustfmt::skip]
pub(crate) const K: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

/// The state that hashing starts from, FIPS 180-4 section 5.3.3.
pub(crate) const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The state after one more block of 16 words.
#[inline(always)]
pub(crate) fn compress<L: Lanes>(isa: L::Isa, state: &[L; 8], block: &[L; 16]) -> [L; 8] {
    // Loops, not `map`, here and below: a closure that is not inlined loses the instruction set.
    let mut ended = rounds(*state, &keyed_schedule(isa, block));
    for (word, start) in ended.iter_mut().zip(state) {
        *word = start.add(*word);
    }
    ended
}

/// `W + K` of every round: the message schedule with the round constants added.
#[inline(always)]
pub(crate) fn keyed_schedule<L: Lanes>(isa: L::Isa, block: &[L; 16]) -> [L; 64] {
    let mut words = [block[0]; 64];
    words[..16].copy_from_slice(block);
    for t in 16..64 {
        words[t] = words[t - 16].add(small_sigma0(words[t - 15])).add(words[t - 7]).add(small_sigma1(words[t - 2]));
    }
    for (word, constant) in words.iter_mut().zip(K) {
        *word = word.add(L::splat(isa, constant));
    }
    words
}

/// As many rounds as `keyed` has words, without the addition at the end of a block.
#[inline(always)]
pub(crate) fn rounds<L: Lanes>(state: [L; 8], keyed: &[L]) -> [L; 8] {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
    let mut eights = keyed.chunks_exact(8);
    for eight in &mut eights {
        round(a, b, c, &mut d, e, f, g, &mut h, eight[0]);
        round(h, a, b, &mut c, d, e, f, &mut g, eight[1]);
        round(g, h, a, &mut b, c, d, e, &mut f, eight[2]);
        round(f, g, h, &mut a, b, c, d, &mut e, eight[3]);
        round(e, f, g, &mut h, a, b, c, &mut d, eight[4]);
        round(d, e, f, &mut g, h, a, b, &mut c, eight[5]);
        round(c, d, e, &mut f, g, h, a, &mut b, eight[6]);
        round(b, c, d, &mut e, f, g, h, &mut a, eight[7]);
    }
    for word in eights.remainder() {
        round(a, b, c, &mut d, e, f, g, &mut h, *word);
        [a, b, c, d, e, f, g, h] = [h, a, b, c, d, e, f, g];
    }
    [a, b, c, d, e, f, g, h]
}

/// One round on the words where they lie: it leaves the new `e` in `d` and the new `a` in `h`.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "the eight words of the standard and one of the message")]
fn round<L: Lanes>(a: L, b: L, c: L, d: &mut L, e: L, f: L, g: L, h: &mut L, keyed: L) {
    let t1 = h.add(keyed).add(e.choose(f, g)).add(big_sigma1(e));
    *d = d.add(t1);
    *h = t1.add(a.majority(b, c)).add(big_sigma0(a));
}

#[inline(always)]
fn big_sigma0<L: Lanes>(x: L) -> L {
    x.rotate_right::<2>().xor3(x.rotate_right::<13>(), x.rotate_right::<22>())
}

#[inline(always)]
fn big_sigma1<L: Lanes>(x: L) -> L {
    x.rotate_right::<6>().xor3(x.rotate_right::<11>(), x.rotate_right::<25>())
}

#[inline(always)]
fn small_sigma0<L: Lanes>(x: L) -> L {
    x.rotate_right::<7>().xor3(x.rotate_right::<18>(), x.shift_right::<3>())
}

#[inline(always)]
fn small_sigma1<L: Lanes>(x: L) -> L {
    x.rotate_right::<17>().xor3(x.rotate_right::<19>(), x.shift_right::<10>())
}

/// The words of a block or a digest, most significant byte first.
pub(crate) fn words<const N: usize>(bytes: &[u8]) -> [u32; N] {
    std::array::from_fn(|i| u32::from_be_bytes([bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2], bytes[4 * i + 3]]))
}

/// The bytes of a digest.
pub(crate) fn digest_bytes(words: &[u32; 8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (chunk, word) in bytes.chunks_exact_mut(4).zip(words) {
        chunk.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

/// The padding block, or the end of one, for `words` words of message in all: its last word counts bits.
pub(crate) fn pad<const N: usize>(tail: [u32; N], words: u32) -> [u32; 16] {
    let mut block = [0; 16];
    block[..N].copy_from_slice(&tail);
    block[N] = 0x8000_0000;
    block[15] = 32 * words;
    block
}
