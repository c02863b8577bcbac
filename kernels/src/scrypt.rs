//! The kernels of scrypt with N = 1024, r = 1, p = 1.
//!
//! All of them are one computation, [`group::hash`] over the vectors of PBKDF2 and [`mix::mix`] over those of Salsa20,
//! compiled for vectors of different width.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "calls into functions compiled for features that were just detected")
)]

mod group;
mod mix;
mod pbkdf2;
mod scratch;
pub(crate) mod shader;
#[cfg(target_arch = "x86_64")]
mod streams;

use hashkit_chain::{Algorithm, Hash, Header, Target, Version, Work};

use crate::catalogue::KernelSpec;
use crate::kernel::{Hit, Kernel, KernelError, Memory, expect_algorithm};
#[cfg(target_arch = "x86_64")]
use crate::simd::quads_x86::{Avx2Quads, Avx512Quads};
#[cfg(target_arch = "x86_64")]
use crate::simd::x86::{Avx2, Avx512, HasAvx2, HasAvx512};
use crate::simd::{Lanes, Quads};
use group::{Mix, Mixer};
use mix::Block;
use scratch::Scratch;

/// The cost parameter N.
const COST: usize = 1024;

/// What this machine can run.
pub(crate) fn catalogue() -> Vec<KernelSpec> {
    families().into_iter().flat_map(Family::specs).collect()
}

/// The kernels of one instruction set, by the number of their streams.
struct Family {
    /// The name of that with as many streams as suit the second-level cache; behind it that of each other number, from one on.
    names: &'static [&'static str],
    /// What suits the cache.
    suited: usize,
    /// Builds one for any N and any of its numbers of streams.
    build: fn(cost: usize, streams: usize) -> Scrypt,
}

impl Family {
    /// That which suits the cache last.
    fn specs(self) -> Vec<KernelSpec> {
        let Self { names, suited, build } = self;
        let spec = |streams: usize| {
            let name = if streams == suited { names[0] } else { names[streams] };
            KernelSpec::cpu(name, move || Box::new(Scrypt { name, ..build(COST, streams) }))
        };
        (1..names.len()).filter(|streams| *streams != suited).chain([suited]).map(spec).collect()
    }
}

/// The only place that detects features for this algorithm.
fn families() -> Vec<Family> {
    // One stream: two and three were slower by 3 to 5 %, measured on x86-64, whose 16 registers are too few for them.
    #[cfg_attr(not(target_arch = "x86_64"), expect(unused_mut, reason = "no vectors there"))]
    let mut list = vec![Family { names: &["scrypt/portable"], suited: 1, build: portable }];
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx2") {
            list.push(Family {
                names: &["scrypt/avx2", "scrypt/avx2-1", "scrypt/avx2-2", "scrypt/avx2-3", "scrypt/avx2-4"],
                suited: streams::of::<Avx2Quads>(COST),
                // SAFETY: this line is reached only where AVX2 was detected.
                build: |cost, streams| unsafe { avx2(cost, streams) },
            });
        }
        if is_x86_feature_detected!("avx512f") {
            list.push(Family {
                names: &["scrypt/avx512", "scrypt/avx512-1", "scrypt/avx512-2", "scrypt/avx512-3", "scrypt/avx512-4"],
                suited: streams::of::<Avx512Quads>(COST),
                // SAFETY: this line is reached only where AVX-512F was detected.
                build: |cost, streams| unsafe { avx512(cost, streams) },
            });
        }
    }
    list
}

fn portable(cost: usize, streams: usize) -> Scrypt {
    let mix: [Mix; 4] = [
        |memory, blocks| mix::mix::<[u32; 4], 1>((), memory, blocks),
        |memory, blocks| mix::mix::<[u32; 4], 2>((), memory, blocks),
        |memory, blocks| mix::mix::<[u32; 4], 3>((), memory, blocks),
        |memory, blocks| mix::mix::<[u32; 4], 4>((), memory, blocks),
    ];
    let hash: GroupHash = |mixer, memory, headers| group::hash::<u32>((), mixer, memory, headers);
    let mixer = Mixer { mix, lanes: <[u32; 4]>::COUNT, streams, cost };
    Scrypt::new("scrypt/portable", hash, u32::COUNT, mixer)
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
    let mixes: [Mix; 4] = [
        // SAFETY: the caller's promise, in all four.
        |memory, blocks| unsafe { mix::<1>(memory, blocks) },
        // SAFETY: as above.
        |memory, blocks| unsafe { mix::<2>(memory, blocks) },
        // SAFETY: as above.
        |memory, blocks| unsafe { mix::<3>(memory, blocks) },
        // SAFETY: as above.
        |memory, blocks| unsafe { mix::<4>(memory, blocks) },
    ];
    // SAFETY: the caller's promise.
    let hash: GroupHash = |mixer, memory, headers| unsafe { hash(mixer, memory, headers) };
    let mixer = Mixer { mix: mixes, lanes: Avx2Quads::COUNT, streams, cost };
    Scrypt::new("scrypt/avx2", hash, Avx2::COUNT, mixer)
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
    let mixes: [Mix; 4] = [
        // SAFETY: the caller's promise, in all four.
        |memory, blocks| unsafe { mix::<1>(memory, blocks) },
        // SAFETY: as above.
        |memory, blocks| unsafe { mix::<2>(memory, blocks) },
        // SAFETY: as above.
        |memory, blocks| unsafe { mix::<3>(memory, blocks) },
        // SAFETY: as above.
        |memory, blocks| unsafe { mix::<4>(memory, blocks) },
    ];
    // SAFETY: the caller's promise.
    let hash: GroupHash = |mixer, memory, headers| unsafe { hash(mixer, memory, headers) };
    let mixer = Mixer { mix: mixes, lanes: Avx512Quads::COUNT, streams, cost };
    Scrypt::new("scrypt/avx512", hash, Avx512::COUNT, mixer)
}

/// [`group::hash`] for vectors of some width.
type GroupHash = fn(&Mixer, &mut [Block], &[Header]) -> Vec<Hash>;

/// A search, group after group of headers.
struct Scrypt {
    name: &'static str,
    hash: GroupHash,
    /// Lanes of the vectors that PBKDF2 is computed in.
    lanes: u32,
    mixer: Mixer,
    scratch: Scratch,
}

impl Scrypt {
    fn new(name: &'static str, hash: GroupHash, lanes: u32, mixer: Mixer) -> Self {
        let scratch = Scratch::new(mixer.blocks_of_memory());
        Self { name, hash, lanes, mixer, scratch }
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

    /// The smallest number that fills both the vectors of PBKDF2 and the streams of the mix: 48 at most, a full group.
    fn granularity(&self) -> u32 {
        let hashes = self.mixer.hashes_at_once();
        (1..=hashes).map(|vectors| vectors * self.lanes).find(|nonces| nonces.is_multiple_of(hashes)).unwrap_or(hashes)
    }

    fn memory(&self) -> Option<Memory> {
        Some(self.scratch.memory())
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
