//! What every kernel of this algorithm computes before the first nonce, and the exact check of what it claims.

use hashkit_chain::{Hash, Nonce, NonceRange, Target, Version, Work};

use super::generated::search::{LONE_WORDS, SCHEDULE_WORDS, VERSION_WORDS, lone_words, schedule_words, version_words};
use crate::kernel::Hit;
use crate::sha256;

/// One work, prepared: everything that does not depend on the nonce.
pub(super) struct Search {
    /// Every version with its midstate.
    pub(super) versions: Vec<Midstate>,
    /// The first three words of the second block: end of the merkle root, time, compact target. They are the same in every
    /// version, and so is all of that block's message schedule.
    pub(super) tail: [u32; 3],
    /// What the schedule takes of them.
    pub(super) schedule: [u32; SCHEDULE_WORDS],
    /// The nonces.
    pub(super) range: NonceRange,
    /// What a hash has to meet.
    target: Target,
    /// Bits that are zero in the last word of every hash that meets the target.
    pub(super) zero_bits: u32,
}

/// What a version alone changes.
pub(super) struct Midstate {
    version: Version,
    /// The state after the header's first 64 bytes.
    pub(super) state: [u32; 8],
    /// What the vectors' rounds take of it.
    pub(super) words: [u32; VERSION_WORDS],
    /// What they take of it where it is alone.
    pub(super) lone: [u32; LONE_WORDS],
    /// What the SHA unit starts the second block from: the state after its first two rounds, then that before, each in the
    /// order f, e, b, a, h, g, d, c.
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    pub(super) unit_start: [u32; 16],
}

impl Search {
    pub(super) fn new(work: &Work, target: &Target) -> Self {
        let bytes = work.header().to_bytes();
        let mut first: [u32; 16] = sha256::words(&bytes);
        let tail: [u32; 3] = sha256::words(&bytes[64..]);
        #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
        let keyed: [u32; 2] = std::array::from_fn(|t| tail[t].wrapping_add(sha256::K[t]));
        let versions = work.versions().as_slice().iter().map(|&version| {
            first[0] = version.swap_bytes();
            let state = sha256::compress((), &sha256::INITIAL, &first);
            let words = version_words((), &state, &tail);
            let lone = lone_words((), &state, &tail);
            Midstate {
                version: Version(version),
                state,
                words,
                lone,
                #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
                unit_start: unit_start(&state, &keyed),
            }
        });
        Self {
            versions: versions.collect(),
            tail,
            schedule: schedule_words((), &tail),
            range: work.range(),
            target: *target,
            zero_bits: zero_bits(target),
        }
    }

    /// First nonces of the vectors that hold the range: multiples of their width, so that none reaches past the last nonce of
    /// all.
    #[inline]
    pub(super) fn bases(&self, lanes: u32) -> impl Iterator<Item = u32> + use<> {
        let first = self.range.first().map_or(0, |Nonce(first)| u64::from(first));
        let end = first + self.range.len();
        let from = first - first % u64::from(lanes);
        // The end of a range is at most 2^32, so each of these is a nonce.
        (from..end).step_by(lanes as usize).filter_map(|base| u32::try_from(base).ok())
    }

    /// `W + K` of the second block's rounds that the nonce does not reach: 0 to 2 and 4 to 17. The rest is meaningless.
    pub(super) fn keyed(&self) -> [u32; 64] {
        sha256::keyed_schedule((), &self.second_block(Nonce(0)))
    }

    /// The end of the header with its padding.
    pub(super) fn second_block(&self, nonce: Nonce) -> [u32; 16] {
        let [merkle, ntime, nbits] = self.tail;
        sha256::pad([merkle, ntime, nbits, nonce.0.swap_bytes()], 20)
    }

    /// Adds those lanes of a vector that began at nonce `base` which hold hits indeed. Bit `i` of `candidates` is set where
    /// lane `i` has all `zero_bits` zero, in the version with that place in the list.
    ///
    /// Candidates are rare, but for targets with few leading zeros: there this is most of the work.
    #[cold]
    #[inline(never)]
    pub(super) fn confirm(&self, version: usize, base: u32, candidates: u32, hits: &mut Vec<Hit>) {
        let version = &self.versions[version];
        for lane in (0..u32::BITS).filter(|lane| candidates >> lane & 1 == 1) {
            let nonce = Nonce(base + lane);
            if self.range.contains(nonce) && self.target.is_met_by(&self.hash(version, nonce)) {
                hits.push(Hit { nonce, version: version.version });
            }
        }
    }

    fn hash(&self, version: &Midstate, nonce: Nonce) -> Hash {
        let first = sha256::compress((), &version.state, &self.second_block(nonce));
        let second = sha256::compress((), &sha256::INITIAL, &sha256::pad(first, 8));
        Hash::from_internal(sha256::digest_bytes(&second))
    }
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
fn unit_start(midstate: &[u32; 8], keyed: &[u32]) -> [u32; 16] {
    let halves = [sha256::rounds(*midstate, keyed), *midstate].map(|[a, b, c, d, e, f, g, h]| [f, e, b, a, h, g, d, c]);
    std::array::from_fn(|i| halves[i / 8][i % 8])
}

/// A hash is a little-endian number, so its top 32 bits are its last word with the bytes reversed. Those that lead the
/// target's top word as zeros must be zero there.
fn zero_bits(target: &Target) -> u32 {
    let [a, b, c, d, ..] = target.to_be_bytes();
    let top = u32::from_be_bytes([a, b, c, d]);
    let leading = !(u32::MAX.checked_shr(top.leading_zeros()).unwrap_or(0));
    leading.swap_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_that_must_be_zero_are_those_that_lead_the_target() {
        for (target, bits) in [
            (Target::MAX, 0),
            (Target::ZERO, u32::MAX),
            (Target::from_be_bytes([0x7f; 32]), 0x0000_0080),
            (Target::from_be_bytes([1; 32]), 0x0000_00fe),
            (Target::from_be_bytes(std::array::from_fn(|i| u8::from(i == 2) << 7)), 0x0000_ffff),
            (Target::from_be_bytes(std::array::from_fn(|i| u8::from(i == 3))), 0xfeff_ffff),
            (Target::from_be_bytes(std::array::from_fn(|i| u8::from(i == 4) << 7)), u32::MAX),
        ] {
            assert_eq!(zero_bits(&target), bits, "{target}");
        }
    }
}
