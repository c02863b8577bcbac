//! Every kernel of this machine finds exactly what the judge finds, over ranges chosen to hurt.

use hashkit_chain::{
    Algorithm, Coinbase, Hash, Header, Job, Nbits, Nonce, NonceRange, Ntime, SearchSpace, Target, Version, Work,
};
use hashkit_kernels::{Hit, Kernel, KernelError, catalogue, judged, prove};
use proptest::prelude::*;

/// A work in so many versions. `seed` changes merkle root, time and bits, so that no two seeds share a word of the block
/// that holds the nonce.
fn work(algorithm: Algorithm, seed: u32, versions: u8) -> Work {
    let job = Job {
        id: "agree".into(),
        algorithm,
        version: Version(0x2000_0004 ^ seed << 13),
        version_mask: 0x1fff_e000,
        prev_hash: Hash::from_internal([0x42; 32]),
        coinbase: Coinbase {
            prefix: seed.to_le_bytes().to_vec(),
            extranonce1: Vec::new(),
            extranonce2_len: 4,
            suffix: vec![1],
        },
        branch: vec![Hash::from_internal([0x17; 32])],
        nbits: Nbits(0x1d00_ffff ^ seed),
        ntime: Ntime(0x4d7c_6d00 ^ seed),
        last_ntime: Ntime(0x4d7c_6d00 ^ seed),
        share_target: Target::MAX,
    };
    SearchSpace::new(job, 0).take(u64::MAX, versions).expect("2^16 versions are allowed")
}

fn kernels(algorithm: Algorithm) -> impl Iterator<Item = Box<dyn Kernel>> {
    catalogue(algorithm).into_iter().map(|spec| spec.open().expect("the catalogue lists what can be opened"))
}

fn assert_all_agree(case: &str, algorithm: Algorithm, work: &Work, target: &Target) {
    let judged = judged(algorithm, work, target);
    for mut kernel in kernels(algorithm) {
        let found = kernel.scan(work, target).expect("the work is of the kernel's algorithm");
        assert_eq!(found, judged, "{case}: {} over {:?} with target {target}", kernel.name(), work.range());
    }
}

#[test]
fn every_algorithm_has_a_portable_kernel_first() {
    for algorithm in Algorithm::ALL {
        let names: Vec<_> = catalogue(*algorithm).iter().map(|spec| spec.name().to_owned()).collect();
        assert_eq!(names.first(), Some(&format!("{algorithm}/portable")), "{names:?}");
    }
}

#[cfg(target_arch = "aarch64")]
#[test]
fn an_aarch64_that_must_have_everything_has_every_kernel() {
    if std::env::var("HASHKIT_REQUIRE").is_ok_and(|parts| parts == "all") {
        let names: Vec<_> = catalogue(Algorithm::Sha256d).iter().map(|spec| spec.name().to_owned()).collect();
        assert_eq!(names, ["sha256d/portable", "sha256d/neon", "sha256d/armv8"]);
    }
}

/// Known blocks among them.
#[test]
fn every_kernel_of_this_machine_is_proved() {
    for algorithm in Algorithm::ALL {
        for spec in catalogue(*algorithm) {
            let mut kernel = spec.open().expect("the catalogue lists what can be opened");
            assert_eq!(prove(&mut *kernel, *algorithm), Ok(()), "{}", spec.name());
            assert_eq!(kernel.name(), spec.name());
        }
    }
}

#[test]
fn every_kernel_agrees_with_the_judge_at_the_edges_of_ranges_and_vectors() {
    let all = Target::MAX;
    for (case, first, len) in [
        ("no nonce", 5, 0),
        ("no nonce behind the last", u32::MAX, 0),
        ("nonce 0", 0, 1),
        ("one nonce in the middle of a vector", 5, 1),
        ("the last nonce of all", u32::MAX, 1),
        ("the last nonces of all", u32::MAX - 20, 21),
        ("exactly 16", 16, 16),
        ("one less than 16", 16, 15),
        ("one more than 16", 16, 17),
        ("two ends of two vectors", 31, 2),
        ("across a carry into the second byte", 250, 12),
        ("across a carry into the highest byte", 0x00ff_fffa, 12),
        ("across the sign", 0x7fff_fffa, 12),
    ] {
        for algorithm in Algorithm::ALL {
            for versions in [1, 3] {
                let work = work(*algorithm, 1, versions).with_range(NonceRange::new(first, len));
                assert_eq!(judged(*algorithm, &work, &all).len() as u64, work.hashes(), "{case}");
                assert_all_agree(case, *algorithm, &work, &all);
            }
        }
    }
}

/// Those of which the judge computes a hundred thousand hashes without anyone noticing.
fn cheap() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| *algorithm != Algorithm::Scrypt)
}

#[test]
fn every_kernel_takes_any_number_of_versions() {
    for algorithm in cheap() {
        for versions in [1, 2, 15, 16, 17, 33, 48, 63, 64] {
            let work = work(algorithm, 2, versions).with_range(NonceRange::new(1003, 40));
            assert_eq!(work.versions().as_slice().len(), usize::from(versions));
            assert_all_agree("versions", algorithm, &work, &Target::from_be_bytes([0x1c; 32]));
        }
    }
}

#[test]
fn every_kernel_agrees_where_its_steps_are_long() {
    for (versions, first, len) in
        [(1, 5, 500), (2, 1 << 20, 48), (2, 33, 321), (3, 0, 96), (4, 7, 97), (1, u32::MAX - 150, 151)]
    {
        let work = work(Algorithm::Sha256d, 6, versions).with_range(NonceRange::new(first, len));
        assert_all_agree("long steps", Algorithm::Sha256d, &work, &Target::from_be_bytes([0x1c; 32]));
    }
}

#[test]
fn every_lane_of_every_version_finds_its_hit() {
    for algorithm in cheap() {
        let work = work(algorithm, 3, 64).with_range(NonceRange::new(0x1234_5600, 64));
        assert_all_agree("every lane", algorithm, &work, &Target::MAX);
    }
}

/// Each position of a vector, a step and a list of versions in its turn holds the worst hit of its range: the target is its hash.
#[test]
fn every_position_finds_its_own_hit_alone() {
    for algorithm in Algorithm::ALL.iter().copied() {
        // So many versions and positions, and nonces searched before and behind each.
        let sweeps = match algorithm {
            Algorithm::Scrypt => vec![(1, 25, 2, 3)],
            _ => vec![(1, 201, 40, 9), (3, 65, 5, 2), (17, 33, 1, 2), (48, 33, 1, 1), (64, 17, 0, 1)],
        };
        for (versions, positions, before, behind) in sweeps {
            let work = work(algorithm, 7, versions).with_range(NonceRange::new(0x00ff_ff00 - 3, positions));
            let first = work.range().first().expect("there are some").0;
            let hash = |Hit { nonce, version }| algorithm.hash(&Header { version, nonce, ..*work.header() });
            let hashes: Vec<(Hit, Hash)> =
                judged(algorithm, &work, &Target::MAX).into_iter().map(|hit| (hit, hash(hit))).collect();
            for mut kernel in kernels(algorithm) {
                for (worst, hash) in &hashes {
                    let start = worst.nonce.0.saturating_sub(before).max(first);
                    let end = (u64::from(worst.nonce.0) + behind).min(u64::from(first) + work.range().len());
                    let range = NonceRange::new(start, end - u64::from(start));
                    let target = Target::from_le_bytes(*hash.as_internal());
                    let met = hashes.iter().filter(|(hit, hash)| range.contains(hit.nonce) && target.is_met_by(hash));
                    let met: Vec<Hit> = met.map(|(hit, _)| *hit).collect();
                    let found =
                        kernel.scan(&work.clone().with_range(range), &target).expect("the algorithm is its own");
                    assert!(found == met && met.contains(worst), "{}: {worst:?} over {range:?}", kernel.name());
                }
            }
        }
    }
}

/// The target is exactly a hash, or one below it: the comparison is over all 256 bits.
#[test]
fn every_kernel_compares_with_the_whole_target() {
    for algorithm in Algorithm::ALL {
        let work = work(*algorithm, 4, 1);
        let hash = |nonce| algorithm.hash(&Header { nonce, ..*work.header() });
        for nonce in [0, 9, 17].map(Nonce) {
            let mut bytes = *hash(nonce).as_internal();
            let work = work.clone().with_range(NonceRange::new(nonce.0, 1));
            let met = Target::from_le_bytes(bytes);
            assert_eq!(judged(*algorithm, &work, &met).len(), 1);
            assert_all_agree("exactly the hash", *algorithm, &work, &met);
            let lowest = bytes.iter().position(|byte| *byte != 0).expect("no hash is zero");
            bytes[..lowest].fill(0xff);
            bytes[lowest] -= 1;
            let missed = Target::from_le_bytes(bytes);
            assert_eq!(judged(*algorithm, &work, &missed).len(), 0);
            assert_all_agree("one below the hash", *algorithm, &work, &missed);
        }
    }
}

#[test]
fn a_range_searched_in_pieces_gives_the_same_hits() {
    let target = Target::from_be_bytes([0x07; 32]);
    for algorithm in cheap() {
        let whole = work(algorithm, 5, 3).with_range(NonceRange::new(77, 2000));
        let judged = judged(algorithm, &whole, &target);
        assert!(judged.len() > 100, "{}", judged.len());
        for mut kernel in kernels(algorithm) {
            let mut rest = whole.range();
            let mut found = Vec::new();
            for count in 1.. {
                let piece = rest.split_front(count);
                if piece.is_empty() {
                    break;
                }
                let hits = kernel.scan(&whole.clone().with_range(piece), &target);
                found.extend(hits.expect("the work is of the kernel's algorithm"));
            }
            assert_eq!(found, judged, "{}", kernel.name());
        }
    }
}

#[test]
fn a_kernel_refuses_a_job_of_another_algorithm() {
    for algorithm in Algorithm::ALL {
        for other in Algorithm::ALL.iter().filter(|other| *other != algorithm) {
            for mut kernel in kernels(*algorithm) {
                let refused = KernelError::OtherAlgorithm { kernel: kernel.name().to_owned(), algorithm: *other };
                assert_eq!(kernel.scan(&work(*other, 0, 1), &Target::MAX), Err(refused));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn every_cheap_kernel_agrees_with_the_judge(
        algorithm in prop::sample::select(cheap().collect::<Vec<_>>()), seed: u32, versions in 1u8..=64, first: u32, len in 0u64..70, top in 0u32..40, fill: [u8; 32],
    ) {
        let mut bytes = fill;
        let bits = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]).checked_shr(top).unwrap_or(0);
        bytes[..4].copy_from_slice(&bits.to_be_bytes());
        let work = work(algorithm, seed, versions).with_range(NonceRange::new(first, len));
        assert_all_agree("any", algorithm, &work, &Target::from_be_bytes(bytes));
    }

    #[test]
    fn every_scrypt_kernel_agrees_with_the_judge(
        seed: u32, versions in 1u8..=2, first: u32, len in 0u64..4, fill: [u8; 32],
    ) {
        let work = work(Algorithm::Scrypt, seed, versions).with_range(NonceRange::new(first, len));
        assert_all_agree("any", Algorithm::Scrypt, &work, &Target::from_be_bytes(fill));
    }
}
