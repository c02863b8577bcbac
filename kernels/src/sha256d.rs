//! The kernels of SHA-256d.
//!
//! Most of them are one search, [`vector::scan`], compiled for vectors of different width.
#![cfg_attr(
    any(target_arch = "x86_64", target_arch = "aarch64"),
    expect(unsafe_code, reason = "calls into functions compiled for features that were just detected")
)]

#[cfg(target_arch = "aarch64")]
mod armv8;
#[cfg(all(test, target_arch = "x86_64", target_os = "linux"))]
mod assembly;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod avx512_sha;
mod generated;
pub(crate) mod graph;
mod search;
#[cfg(target_arch = "x86_64")]
mod sha_ni;
pub(crate) mod shader;
mod vector;

#[cfg(target_arch = "aarch64")]
use std::arch::is_aarch64_feature_detected;

use hashkit_chain::{Algorithm, Target, Work};

use crate::catalogue::KernelSpec;
use crate::kernel::{Hit, Kernel, KernelError, expect_algorithm};
#[cfg(target_arch = "aarch64")]
use crate::simd::aarch64::{HasNeon, Neon};
#[cfg(target_arch = "x86_64")]
use crate::simd::sse2::Sse2;
#[cfg(target_arch = "x86_64")]
use crate::simd::x86::{Avx2, Avx512, HasAvx2, HasAvx512, HasAvx512Sha};
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
use generated::assembly::{HALF, Steps, TWO_THIRDS};
use search::Search;

/// What this machine can run; the only place that detects features for this algorithm.
pub(crate) fn catalogue() -> Vec<KernelSpec> {
    #[cfg_attr(
        not(any(target_arch = "x86_64", target_arch = "aarch64")),
        expect(unused_mut, reason = "no vectors there")
    )]
    let mut specs = vec![KernelSpec::cpu("sha256d/portable", || {
        Box::new(Sha256d { name: "sha256d/portable", versions: 1, scan: |search| vector::scan::<u32>((), search) })
    })];
    #[cfg(target_arch = "x86_64")]
    {
        specs.push(KernelSpec::cpu("sha256d/sse2", || {
            let scan = |search: &Search| vector::scan::<Sse2>((), search);
            Box::new(Sha256d { name: "sha256d/sse2", versions: SHARED, scan })
        }));
        if is_x86_feature_detected!("avx2") {
            specs.push(KernelSpec::cpu("sha256d/avx2", || {
                // SAFETY: this line is reached only where AVX2 was detected.
                let scan = |search: &Search| unsafe { scan_avx2(search) };
                Box::new(Sha256d { name: "sha256d/avx2", versions: SHARED, scan })
            }));
        }
        if is_x86_feature_detected!("sha") && is_x86_feature_detected!("sse4.1") && is_x86_feature_detected!("ssse3") {
            specs.push(KernelSpec::cpu("sha256d/sha-ni", || {
                // SAFETY: this line is reached only where all of its features were detected.
                let scan = |search: &Search| unsafe { sha_ni::scan(search) };
                Box::new(Sha256d { name: "sha256d/sha-ni", versions: 1, scan })
            }));
        }
        if is_x86_feature_detected!("avx512f") {
            specs.push(KernelSpec::cpu("sha256d/avx512", || {
                // SAFETY: this line is reached only where AVX-512F was detected.
                let scan = |search: &Search| unsafe { scan_avx512(search) };
                Box::new(Sha256d { name: "sha256d/avx512", versions: SHARED, scan })
            }));
        }
        // The assembly's symbol and calling convention are those of Linux.
        #[cfg(target_os = "linux")]
        if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("sha") {
            specs.push(KernelSpec::cpu("sha256d/avx512-sha-half", || {
                // SAFETY: this line is reached only where both features were detected.
                let scan = |search: &Search| unsafe { scan_avx512_sha(HALF, search) };
                Box::new(Sha256d { name: "sha256d/avx512-sha-half", versions: 2 * SHARED, scan })
            }));
            specs.push(KernelSpec::cpu("sha256d/avx512-sha-two-thirds", || {
                // SAFETY: this line is reached only where both features were detected.
                let scan = |search: &Search| unsafe { scan_avx512_sha(TWO_THIRDS, search) };
                Box::new(Sha256d { name: "sha256d/avx512-sha-two-thirds", versions: 3 * SHARED, scan })
            }));
        }
    }
    #[cfg(target_arch = "aarch64")]
    {
        specs.push(KernelSpec::cpu("sha256d/neon", || {
            let scan = |search: &Search| vector::scan::<Neon>(HasNeon, search);
            Box::new(Sha256d { name: "sha256d/neon", versions: SHARED, scan })
        }));
        if is_aarch64_feature_detected!("sha2") {
            specs.push(KernelSpec::cpu("sha256d/armv8", || {
                // SAFETY: this line is reached only where the SHA-2 instructions were detected.
                let scan = |search: &Search| unsafe { armv8::scan(search) };
                Box::new(Sha256d { name: "sha256d/armv8", versions: 1, scan })
            }));
        }
    }
    specs
}

/// How many versions the vector kernels like: they compute the second block's message schedule once for all of them, and
/// past 16 its sixth of the work is spread thin enough.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
const SHARED: u8 = 16;

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn scan_avx2(search: &Search) -> Vec<Hit> {
    // SAFETY: the function's own feature.
    vector::scan::<Avx2>(unsafe { HasAvx2::assume() }, search)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn scan_avx512(search: &Search) -> Vec<Hit> {
    // SAFETY: the function's own feature.
    vector::scan::<Avx512>(unsafe { HasAvx512::assume() }, search)
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
#[target_feature(enable = "avx512f,sha")]
fn scan_avx512_sha<const ON_UNIT: usize>(steps: Steps<ON_UNIT>, search: &Search) -> Vec<Hit> {
    // SAFETY: the function's own features.
    avx512_sha::scan(unsafe { HasAvx512Sha::assume() }, steps, search)
}

struct Sha256d {
    name: &'static str,
    versions: u8,
    scan: fn(&Search) -> Vec<Hit>,
}

impl Kernel for Sha256d {
    fn name(&self) -> &str {
        self.name
    }

    fn versions(&self) -> u8 {
        self.versions
    }

    /// A multiple of what any kernel here takes in a step: vectors of up to 16 nonces, by twos or by threes.
    fn granularity(&self) -> u32 {
        96
    }

    fn scan(&mut self, work: &Work, target: &Target) -> Result<Vec<Hit>, KernelError> {
        expect_algorithm(self.name, Algorithm::Sha256d, work)?;
        Ok((self.scan)(&Search::new(work, target)))
    }
}
