//! The kernels of scrypt with N = 1024, r = 1, p = 1.
//!
//! All of them are one computation, [`group::hash`] over the vectors of PBKDF2 and [`mix::mix`] over those of Salsa20,
//! compiled for vectors of different width.
#![expect(unsafe_code, reason = "calls into functions compiled for features that were just detected")]

mod group;
mod mix;
mod pbkdf2;
mod scratch;
#[cfg(target_arch = "x86_64")]
mod streams;

use hashkit_chain::{Algorithm, Hash, Header, Target, Version, Work};

use crate::catalogue::KernelSpec;
use crate::kernel::{Hit, Kernel, KernelError, expect_algorithm};
use crate::simd::Quads;
#[cfg(target_arch = "x86_64")]
use crate::simd::quads_x86::{Avx2Quads, Avx512Quads};
#[cfg(target_arch = "x86_64")]
use crate::simd::x86::{Avx2, Avx512, HasAvx2, HasAvx512};
use group::{Mix, Mixer};
use mix::Block;
use scratch::Scratch;

/// The cost parameter N.
const COST: usize = 1024;

/// What this machine can run.
pub(crate) fn catalogue() -> Vec<KernelSpec> {
    detected().into_iter().map(|listed| listed.spec).collect()
}

/// A kernel of this machine: as others open it, and for any N and number of streams.
struct Listed {
    spec: KernelSpec,
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests search with another N"))]
    build: fn(cost: usize, streams: usize) -> Scrypt,
}

/// The only place that detects features for this algorithm.
fn detected() -> Vec<Listed> {
    // One stream: two and three were slower by 3 to 5 %, measured on x86-64, whose 16 registers are too few for them.
    let spec = KernelSpec::cpu("scrypt/portable", || Box::new(portable(COST, 1)));
    let mut list = vec![Listed { spec, build: portable }];
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx2") {
            // SAFETY: these lines are reached only where AVX2 was detected.
            let open = || -> Box<dyn Kernel> { Box::new(unsafe { avx2(COST, streams::of::<Avx2Quads>(COST)) }) };
            let spec = KernelSpec::cpu("scrypt/avx2", open);
            // SAFETY: as above.
            list.push(Listed { spec, build: |cost, streams| unsafe { avx2(cost, streams) } });
        }
        if is_x86_feature_detected!("avx512f") {
            // SAFETY: these lines are reached only where AVX-512F was detected.
            let open = || -> Box<dyn Kernel> { Box::new(unsafe { avx512(COST, streams::of::<Avx512Quads>(COST)) }) };
            let spec = KernelSpec::cpu("scrypt/avx512", open);
            // SAFETY: as above.
            list.push(Listed { spec, build: |cost, streams| unsafe { avx512(cost, streams) } });
        }
    }
    list
}

fn portable(cost: usize, streams: usize) -> Scrypt {
    let mix: [Mix; 3] = [
        |memory, blocks| mix::mix::<[u32; 4], 1>((), memory, blocks),
        |memory, blocks| mix::mix::<[u32; 4], 2>((), memory, blocks),
        |memory, blocks| mix::mix::<[u32; 4], 3>((), memory, blocks),
    ];
    let hash: GroupHash = |mixer, memory, headers| group::hash::<u32>((), mixer, memory, headers);
    Scrypt::new("scrypt/portable", hash, Mixer { mix, lanes: <[u32; 4]>::COUNT, streams, cost })
}

/// # Safety
/// The machine must have AVX2.
#[cfg(target_arch = "x86_64")]
unsafe fn avx2(cost: usize, streams: usize) -> Scrypt {
    #[target_feature(enable = "avx2")]
    fn mix<const S: usize>(memory: &mut [Block], blocks: &mut [Block]) {
        // SAFETY: the function's own feature.
        mix::mix::<Avx2Quads, S>(unsafe { HasAvx2::assume() }, memory, blocks);
    }
    #[target_feature(enable = "avx2")]
    fn hash(mixer: &Mixer, memory: &mut [Block], headers: &[Header]) -> Vec<Hash> {
        // SAFETY: the function's own feature.
        group::hash::<Avx2>(unsafe { HasAvx2::assume() }, mixer, memory, headers)
    }
    let mixes: [Mix; 3] = [
        // SAFETY: the caller's promise, in all three.
        |memory, blocks| unsafe { mix::<1>(memory, blocks) },
        // SAFETY: as above.
        |memory, blocks| unsafe { mix::<2>(memory, blocks) },
        // SAFETY: as above.
        |memory, blocks| unsafe { mix::<3>(memory, blocks) },
    ];
    // SAFETY: the caller's promise.
    let hash: GroupHash = |mixer, memory, headers| unsafe { hash(mixer, memory, headers) };
    Scrypt::new("scrypt/avx2", hash, Mixer { mix: mixes, lanes: Avx2Quads::COUNT, streams, cost })
}

/// # Safety
/// The machine must have AVX-512F.
#[cfg(target_arch = "x86_64")]
unsafe fn avx512(cost: usize, streams: usize) -> Scrypt {
    #[target_feature(enable = "avx512f")]
    fn mix<const S: usize>(memory: &mut [Block], blocks: &mut [Block]) {
        // SAFETY: the function's own feature.
        mix::mix::<Avx512Quads, S>(unsafe { HasAvx512::assume() }, memory, blocks);
    }
    #[target_feature(enable = "avx512f")]
    fn hash(mixer: &Mixer, memory: &mut [Block], headers: &[Header]) -> Vec<Hash> {
        // SAFETY: the function's own feature.
        group::hash::<Avx512>(unsafe { HasAvx512::assume() }, mixer, memory, headers)
    }
    let mixes: [Mix; 3] = [
        // SAFETY: the caller's promise, in all three.
        |memory, blocks| unsafe { mix::<1>(memory, blocks) },
        // SAFETY: as above.
        |memory, blocks| unsafe { mix::<2>(memory, blocks) },
        // SAFETY: as above.
        |memory, blocks| unsafe { mix::<3>(memory, blocks) },
    ];
    // SAFETY: the caller's promise.
    let hash: GroupHash = |mixer, memory, headers| unsafe { hash(mixer, memory, headers) };
    Scrypt::new("scrypt/avx512", hash, Mixer { mix: mixes, lanes: Avx512Quads::COUNT, streams, cost })
}

/// [`group::hash`] for vectors of some width.
type GroupHash = fn(&Mixer, &mut [Block], &[Header]) -> Vec<Hash>;

/// A search, group after group of headers.
struct Scrypt {
    name: &'static str,
    hash: GroupHash,
    mixer: Mixer,
    scratch: Scratch,
}

impl Scrypt {
    fn new(name: &'static str, hash: GroupHash, mixer: Mixer) -> Self {
        let scratch = Scratch::new(mixer.blocks_of_memory());
        Self { name, hash, mixer, scratch }
    }

    /// The hashes of up to [`group::FULL`] headers.
    fn hash(&mut self, headers: &[Header]) -> Vec<Hash> {
        (self.hash)(&self.mixer, self.scratch.blocks(), headers)
    }
}

impl Kernel for Scrypt {
    fn name(&self) -> &str {
        self.name
    }

    fn versions(&self) -> u8 {
        1
    }

    fn scan(&mut self, work: &Work, target: &Target) -> Result<Vec<Hit>, KernelError> {
        expect_algorithm(self.name, Algorithm::Scrypt, work)?;
        let mut hits = Vec::new();
        let versions = work.versions().as_slice();
        let headers = work.range().iter().flat_map(|nonce| {
            versions.iter().map(move |&version| Header { version: Version(version), nonce, ..*work.header() })
        });
        let mut headers = headers.peekable();
        while headers.peek().is_some() {
            let group: Vec<Header> = headers.by_ref().take(group::FULL).collect();
            let hashes = self.hash(&group);
            let met = group.iter().zip(&hashes).filter(|(_, hash)| target.is_met_by(hash));
            hits.extend(met.map(|(header, _)| Hit { nonce: header.nonce, version: header.version }));
        }
        hits.sort_unstable();
        Ok(hits)
    }
}

#[cfg(test)]
mod tests;
