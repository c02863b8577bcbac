//! Every GPU of this machine finds exactly what the judge finds, over ranges chosen to hurt. A program that acts as a GPU,
//! as Mesa's lavapipe does, is one here.

use std::time::Duration;

use anyhow::{Context, Result};
use hashkit_chain::{
    Algorithm, Coinbase, Hash, Header, Job, Nbits, NonceRange, Ntime, SearchSpace, Target, Version, Work,
};
use hashkit_kernels::{Gpu, GpuKernel, Hit, Kernel, gpus, prove};
use hashkit_tests::{left_out, shaders};

fn cards(scenario: &str) -> Vec<Gpu> {
    let cards = gpus();
    if cards.is_empty() {
        left_out(
            scenario,
            "there is no GPU, nor a program that acts as one: install libvulkan1 and mesa-vulkan-drivers",
        );
    }
    cards
}

fn kernels(card: &Gpu) -> Result<Vec<(Algorithm, GpuKernel)>> {
    let specs = shaders::algorithms().map(|algorithm| {
        let specs = card.kernels(algorithm);
        let spec = specs.first().with_context(|| format!("{} has no kernel for {algorithm}", card.id))?;
        Ok((algorithm, spec.open()?))
    });
    specs.collect()
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

fn judged(algorithm: Algorithm, work: &Work, target: &Target) -> Vec<Hit> {
    let mut hits = Vec::new();
    for nonce in work.range().iter() {
        for version in work.versions().as_slice().iter().copied().map(Version) {
            if target.is_met_by(&algorithm.hash(&Header { version, nonce, ..*work.header() })) {
                hits.push(Hit { nonce, version });
            }
        }
    }
    hits.sort_unstable();
    hits
}

#[test]
fn every_gpu_finds_real_blocks_and_what_the_judge_finds() -> Result<()> {
    for card in cards("GPUs agree with the judge") {
        for (algorithm, mut kernel) in kernels(&card)? {
            prove(&mut kernel, algorithm).with_context(|| card.id.clone())?;
            for (case, versions, first, len, target) in [
                ("one nonce in the middle of a thread's", 1, 5, 1, Target::MAX),
                ("the last nonce of all", 2, u32::MAX, 1, Target::MAX),
                ("across the end of a work-group", 1, 1000, 60, Target::MAX),
                ("more hits than slots, in several versions", 3, 77, 2000, Target::MAX),
                ("across the ends of launches", 1, 65_000, 140_000, Target::from_be_bytes(leading_zero_bits(12))),
                ("across a carry into every byte", 1, 0x00ff_f000, 8000, Target::from_be_bytes(leading_zero_bits(7))),
                ("the last nonces of all", 9, u32::MAX - 5000, 5001, Target::from_be_bytes(leading_zero_bits(10))),
            ] {
                let work = work(algorithm, versions, NonceRange::new(first, len));
                let judged = judged(algorithm, &work, &target);
                assert!(!judged.is_empty(), "{case}: nothing to find");
                assert_eq!(kernel.scan(&work, &target)?, judged, "{case}: {} on {}", kernel.name(), card.id);
            }
        }
    }
    Ok(())
}

/// A launch of seconds stands in for one that never ends.
#[test]
fn a_launch_that_takes_too_long_is_given_up_and_the_card_is_opened_again() -> Result<()> {
    for card in cards("a launch that takes too long").into_iter().filter(|card| card.is_software) {
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

/// The largest target that so many zero bits lead.
fn leading_zero_bits(count: u32) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[..4].copy_from_slice(&(u32::MAX >> count).to_be_bytes());
    bytes
}

#[test]
fn every_gpu_has_an_id_of_its_own_that_stays() {
    let ids = |cards: &[Gpu]| cards.iter().map(|card| card.id.clone()).collect::<Vec<_>>();
    let cards = cards("ids of GPUs");
    let mut distinct = ids(&cards);
    distinct.dedup();
    assert_eq!(distinct.len(), cards.len());
    assert_eq!(ids(&gpus()), ids(&cards));
    assert!(cards.iter().all(|card| card.id.starts_with("gpu:") && !card.name.is_empty()), "{cards:?}");
}
