//! The search of algorithms that gain nothing from several versions: a vector holds one nonce a lane, and the versions are
//! searched one after the other.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use std::marker::PhantomData;

use hashkit_chain::{Algorithm, Hash, Header, Nonce, NonceRange, Target, Version, Work};

use crate::kernel::{Hit, Kernel, KernelError, expect_algorithm};
use crate::simd::isa::Isa;

/// A hash over headers that differ in their nonce alone; the value is all that the nonce does not change.
pub(crate) trait LaneHash: Copy + 'static {
    /// What it hashes for.
    const ALGORITHM: Algorithm;

    /// The kernels' names: portable, AVX2, AVX-512, NEON.
    const NAMES: [&'static str; 4];

    /// Takes in the header but for its nonce.
    fn new(header: &Header) -> Self;

    /// How many nonces a vector holds: a power of two up to 32.
    fn lanes<I: Isa>() -> u32;

    /// Bit `i` is set where lane `i` may hold a hit: where the hash of nonce `base + i`, as a number, has none of the bits
    /// `zero_bits` in its top 64 bits. It may look at fewer of them.
    fn candidates<I: Isa>(&self, isa: I, base: u32, zero_bits: u64) -> u32;

    /// The whole hash.
    fn hash(&self, nonce: Nonce) -> Hash;
}

/// A kernel that sweeps nonces.
pub(crate) struct Sweep<H> {
    name: &'static str,
    scan: fn(&Work, &Target) -> Vec<Hit>,
    hash: PhantomData<fn() -> H>,
}

impl<H> Sweep<H> {
    pub(crate) fn new(name: &'static str, scan: fn(&Work, &Target) -> Vec<Hit>) -> Self {
        Self { name, scan, hash: PhantomData }
    }
}

impl<H: LaneHash> Kernel for Sweep<H> {
    fn name(&self) -> &str {
        self.name
    }

    fn versions(&self) -> u8 {
        1
    }

    /// The lanes of the widest vector.
    fn granularity(&self) -> u32 {
        32
    }

    fn scan(&mut self, work: &Work, target: &Target) -> Result<Vec<Hit>, KernelError> {
        expect_algorithm(self.name, H::ALGORITHM, work)?;
        Ok((self.scan)(work, target))
    }
}

/// All hits, in order.
#[inline(always)]
pub(crate) fn sweep<H: LaneHash, I: Isa>(isa: I, work: &Work, target: &Target) -> Vec<Hit> {
    let mut hits = Vec::new();
    for &version in work.versions().as_slice() {
        let version = Version(version);
        let hash = H::new(&Header { version, ..*work.header() });
        let claims = Claims { hash, version, range: work.range(), target: *target };
        sweep_version(isa, hash, &claims, &mut hits);
    }
    hits.sort_unstable();
    hits
}

/// Adds the hits of one version. Vectors begin at multiples of their width, so that none reaches past the last nonce of all.
#[inline(always)]
fn sweep_version<H: LaneHash, I: Isa>(isa: I, hash: H, claims: &Claims<H>, hits: &mut Vec<Hit>) {
    let Some(Nonce(first)) = claims.range.first() else { return };
    let end = u64::from(first) + claims.range.len();
    let zero_bits = zero_bits(&claims.target);
    let mut base = first - first % H::lanes::<I>();
    while u64::from(base) < end {
        let candidates = hash.candidates(isa, base, zero_bits);
        if candidates != 0 {
            claims.confirm(base, candidates, hits);
        }
        match base.checked_add(H::lanes::<I>()) {
            Some(next) => base = next,
            None => break,
        }
    }
}

/// The exact check of what vectors claim.
struct Claims<H> {
    hash: H,
    version: Version,
    range: NonceRange,
    target: Target,
}

impl<H: LaneHash> Claims<H> {
    /// Adds those lanes of the vector that began at nonce `base` which hold hits indeed.
    ///
    /// Candidates are rare, but for targets with few leading zeros: there this is most of the work.
    #[cold]
    #[inline(never)]
    fn confirm(&self, base: u32, candidates: u32, hits: &mut Vec<Hit>) {
        for lane in (0..u32::BITS).filter(|lane| candidates >> lane & 1 == 1) {
            let nonce = Nonce(base + lane);
            if self.range.contains(nonce) && self.target.is_met_by(&self.hash.hash(nonce)) {
                hits.push(Hit { nonce, version: self.version });
            }
        }
    }
}

/// Those of the top 64 bits that are zero in every hash that meets the target: as many as lead the target.
fn zero_bits(target: &Target) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = target.to_be_bytes();
    let top = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
    !(u64::MAX.checked_shr(top.leading_zeros()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bits_that_must_be_zero_are_those_that_lead_the_target() {
        for (target, bits) in [
            (Target::MAX, 0),
            (Target::ZERO, u64::MAX),
            (Target::from_be_bytes([0x7f; 32]), 1 << 63),
            (Target::from_be_bytes([1; 32]), 0xfe << 56),
            (Target::from_be_bytes(std::array::from_fn(|i| u8::from(i == 7))), u64::MAX - 1),
            (Target::from_be_bytes(std::array::from_fn(|i| u8::from(i == 8) << 7)), u64::MAX),
        ] {
            assert_eq!(zero_bits(&target), bits, "{target}");
        }
    }
}
