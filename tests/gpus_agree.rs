//! Every GPU of this machine finds exactly what the judge finds, over ranges chosen to hurt. A program that acts as a GPU,
//! as Mesa's lavapipe does for Vulkan and `pocl` for OpenCL, is one here.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hashkit_chain::{Algorithm, Coinbase, Hash, Job, Nbits, NonceRange, Ntime, SearchSpace, Target, Version, Work};
use hashkit_kernels::shader::{Add, Rotate, Select, Variant};
use hashkit_kernels::{Gpu, Kernel, absent_apis, gpus, judged, prove};
use hashkit_tests::{left_out, shaders};

/// The GPUs that this API sees.
fn cards(scenario: &str, api: &str) -> Vec<Gpu> {
    let cards: Vec<Gpu> = gpus().into_iter().filter(|card| card.api == api).collect();
    if cards.is_empty() {
        let packages = match api {
            "vulkan" => "libvulkan1 and mesa-vulkan-drivers",
            "opencl" => "ocl-icd-libopencl1 and pocl-opencl-icd",
            _ => "its driver",
        };
        left_out(scenario, &format!("there is no GPU, nor a program that acts as one, for {api}: install {packages}"));
    }
    cards
}

fn work(algorithm: Algorithm, versions: u8, range: NonceRange) -> Work {
    let job = Job {
        id: "agree".into(),
        algorithm,
        version: Version(0x2000_0004),
        version_mask: 0x1fff_e000,
        prev_hash: Hash::from_internal([0x42; 32]),
        coinbase: Coinbase { prefix: vec![7], extranonce1: Vec::new(), extranonce2_len: 4, suffix: vec![1] },
        branch: vec![Hash::from_internal([0x17; 32])],
        nbits: Nbits(0x1d00_ffff),
        ntime: Ntime(0x4d7c_6d00),
        last_ntime: Ntime(0x4d7c_6d00),
        share_target: Target::MAX,
    };
    SearchSpace::new(job, 0).take(u64::MAX, versions).expect("2^16 versions are allowed").with_range(range)
}

#[test]
fn every_gpu_that_vulkan_sees_finds_what_the_judge_finds() -> Result<()> {
    every_algorithm_agrees("vulkan")
}

#[test]
fn every_gpu_that_opencl_sees_finds_what_the_judge_finds() -> Result<()> {
    every_algorithm_agrees("opencl")
}

fn every_algorithm_agrees(api: &str) -> Result<()> {
    for card in cards("GPUs agree with the judge", api) {
        for algorithm in shaders::algorithms() {
            let specs = card.kernels(algorithm);
            let spec = specs.first().with_context(|| format!("{} has no kernel for {algorithm}", card.id))?;
            agrees(&mut spec.open()?, algorithm).with_context(|| card.id.clone())?;
        }
    }
    Ok(())
}

/// A launch of seconds stands in for one that never ends.
#[test]
fn a_launch_that_takes_too_long_is_given_up_and_the_card_is_opened_again() -> Result<()> {
    for card in cards("a launch that takes too long", "vulkan").into_iter().filter(|card| card.is_software) {
        let specs = card.kernels(Algorithm::Sha256d);
        let spec = specs.first().context("there is a shader")?;
        let mut kernel = spec.open()?;
        prove(&mut kernel, Algorithm::Sha256d)?;
        let long = work(Algorithm::Sha256d, 1, NonceRange::new(0, 1 << 26));
        kernel.submit(long.clone(), &Target::from_be_bytes([0; 32]))?;
        assert!(kernel.collect(Duration::from_millis(20))?.is_none(), "64 million hashes within 20 ms");
        kernel.give_up("it takes too long");
        assert!(kernel.submit(long, &Target::MAX).is_err(), "it is lost for good");
        drop(kernel);
        // Beside what still runs there.
        prove(&mut spec.open()?, Algorithm::Sha256d)?;
    }
    Ok(())
}

#[test]
fn every_form_of_a_shader_finds_the_same_through_vulkan() -> Result<()> {
    every_form_agrees("vulkan", 1)
}

#[test]
fn every_form_of_a_shader_finds_the_same_through_opencl() -> Result<()> {
    every_form_agrees("opencl", 4)
}

/// Forms do not change one another, and do to every operation what they do to one. So a few shaders have them all: of the
/// algorithms that have the operations the one that compiles soonest, because that takes seconds each.
fn every_form_agrees(api: &str, lanes: u32) -> Result<()> {
    let plain = Variant::PLAIN;
    let forms = [
        (Algorithm::Blake3, Variant { rotate: Rotate::Uniform, add: Add::OpaqueOne, lanes, group_size: 256, ..plain }),
        (Algorithm::Blake3, Variant { versions: 8, nonces_per_thread: 1, ..plain }),
        (Algorithm::Blake3, Variant { rotate: Rotate::Builtin, versions: 2, nonces_per_thread: 256, ..plain }),
        (Algorithm::Sha256d, Variant { rotate: Rotate::Uniform, select: Select::Or, lanes, ..plain }),
        (Algorithm::Sha256d, Variant { select: Select::Builtin, versions: 4, ..plain }),
        (Algorithm::Scrypt, Variant { lookup_gap: 4, at_once: 32, rotate: Rotate::Uniform, group_size: 32, ..plain }),
    ];
    for card in cards("forms of shaders agree with the judge", api) {
        for (algorithm, variant) in &forms {
            let form = || format!("{algorithm} as {variant:?} on {}", card.id);
            let spec = card.kernel_as(*algorithm, *variant).with_context(form)?;
            agrees(&mut spec.open()?, *algorithm).with_context(form)?;
        }
    }
    Ok(())
}

fn agrees(kernel: &mut dyn Kernel, algorithm: Algorithm) -> Result<()> {
    prove(kernel, algorithm)?;
    let zeros = |count| Target::from_be_bytes(leading_zero_bits(count));
    let ranges = [
        ("one nonce in the middle of a thread's", 1, 5, 1, Target::MAX),
        ("the last nonce of all", 2, u32::MAX, 1, Target::MAX),
        ("across the end of a work-group", 1, 1000, 60, Target::MAX),
        ("more hits than slots, in several versions", 3, 77, 2000, Target::MAX),
        ("across the ends of launches", 1, 65_000, 140_000, zeros(12)),
        ("across a carry into every byte", 1, 0x00ff_f000, 8000, zeros(7)),
        ("the last nonces of all", 9, u32::MAX - 5000, 5001, zeros(10)),
    ];
    // A hash is dear here.
    let few = [
        ("one nonce", 1, 5, 1, Target::MAX),
        ("the last nonces of all", 2, u32::MAX - 2, 3, Target::MAX),
        ("more nonces than threads", 1, 0x00ff_ff80, 300, zeros(5)),
        ("more hits than slots", 1, 77, 1030, Target::MAX),
    ];
    for (case, versions, first, len, target) in if algorithm == Algorithm::Scrypt { &few[..] } else { &ranges } {
        let work = work(algorithm, *versions, NonceRange::new(*first, *len));
        let judged = judged(algorithm, &work, target);
        ensure!(!judged.is_empty(), "{case}: nothing to find");
        ensure!(kernel.scan(&work, target)? == judged, "{case}: {} and the judge differ", kernel.name());
    }
    Ok(())
}

/// The largest target that so many zero bits lead.
fn leading_zero_bits(count: u32) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[..4].copy_from_slice(&(u32::MAX >> count).to_be_bytes());
    bytes
}

#[test]
fn every_gpu_has_an_id_of_its_own_that_stays() {
    let ids = |cards: &[Gpu]| cards.iter().map(|card| card.id.clone()).collect::<Vec<_>>();
    let cards = gpus();
    let mut distinct = ids(&cards);
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), cards.len());
    assert_eq!(ids(&gpus()), ids(&cards));
    assert!(cards.iter().all(|card| card.id.starts_with("gpu:") && !card.name.is_empty()), "{cards:?}");
}

/// Whoever asks why a card is not used through an API gets an answer for each that shows nothing.
#[test]
fn an_api_without_a_library_says_why() {
    let cards = gpus();
    for absent in absent_apis() {
        assert!(cards.iter().all(|card| card.api != absent.api), "{absent:?}");
        assert!(!absent.reason.is_empty(), "{absent:?}");
    }
}
