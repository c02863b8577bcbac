//! An instruction set as a type, and the searches written over it: which of them this machine can run.
#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "calls into functions compiled for features that were just detected")
)]

#[cfg(target_arch = "x86_64")]
use hashkit_chain::{Target, Work};

use super::Lanes;
use super::words64::Lanes64;
#[cfg(target_arch = "aarch64")]
use super::{
    aarch64::{HasNeon, Neon},
    words64::NeonWords64,
};
#[cfg(target_arch = "x86_64")]
use super::{
    words64::{Avx2Words64, Avx512Words64},
    x86::{Avx2, Avx512, HasAvx2, HasAvx512},
};
use crate::catalogue::KernelSpec;
#[cfg(target_arch = "x86_64")]
use crate::kernel::Hit;
use crate::sweep::{LaneHash, Sweep, sweep};

/// An instruction set: its vectors, and the proof that this machine has it.
pub(crate) trait Isa: Copy + Send + 'static {
    /// Its vectors of 32-bit words.
    type Words: Lanes<Isa = Self>;
    /// Its vectors of 64-bit words.
    type Words64: Lanes64<Isa = Self>;
}

/// What every machine has.
impl Isa for () {
    type Words = u32;
    type Words64 = u64;
}

#[cfg(target_arch = "x86_64")]
impl Isa for HasAvx2 {
    type Words = Avx2;
    type Words64 = Avx2Words64;
}

#[cfg(target_arch = "x86_64")]
impl Isa for HasAvx512 {
    type Words = Avx512;
    type Words64 = Avx512Words64;
}

#[cfg(target_arch = "aarch64")]
impl Isa for HasNeon {
    type Words = Neon;
    type Words64 = NeonWords64;
}

/// The sweeps of `H` that this machine can run; the only place that detects features for them.
pub(crate) fn catalogue<H: LaneHash>() -> Vec<KernelSpec> {
    #[cfg_attr(
        not(any(target_arch = "x86_64", target_arch = "aarch64")),
        expect(unused_mut, reason = "no vectors there")
    )]
    let mut specs = vec![KernelSpec::cpu(H::NAMES[0], || {
        Box::new(Sweep::<H>::new(H::NAMES[0], |work, target| sweep::<H, ()>((), work, target)))
    })];
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx2") {
            specs.push(KernelSpec::cpu(H::NAMES[1], || {
                // SAFETY: this line is reached only where AVX2 was detected.
                let scan = |work: &Work, target: &Target| unsafe { sweep_avx2::<H>(work, target) };
                Box::new(Sweep::<H>::new(H::NAMES[1], scan))
            }));
        }
        if is_x86_feature_detected!("avx512f") {
            specs.push(KernelSpec::cpu(H::NAMES[2], || {
                // SAFETY: this line is reached only where AVX-512F was detected.
                let scan = |work: &Work, target: &Target| unsafe { sweep_avx512::<H>(work, target) };
                Box::new(Sweep::<H>::new(H::NAMES[2], scan))
            }));
        }
    }
    #[cfg(target_arch = "aarch64")]
    specs.push(KernelSpec::cpu(H::NAMES[3], || {
        Box::new(Sweep::<H>::new(H::NAMES[3], |work, target| sweep::<H, _>(HasNeon, work, target)))
    }));
    specs
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn sweep_avx2<H: LaneHash>(work: &Work, target: &Target) -> Vec<Hit> {
    // SAFETY: the function's own feature.
    sweep::<H, _>(unsafe { HasAvx2::assume() }, work, target)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn sweep_avx512<H: LaneHash>(work: &Work, target: &Target) -> Vec<Hit> {
    // SAFETY: the function's own feature.
    sweep::<H, _>(unsafe { HasAvx512::assume() }, work, target)
}
