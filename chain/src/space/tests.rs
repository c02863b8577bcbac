use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::coinbase::Coinbase;
use crate::hash::Hash;
use crate::header::Nbits;
use crate::pow::Algorithm;
use crate::target::Target;

fn job(mask: u32, extranonce2_len: usize, seconds: u32) -> Job {
    Job {
        id: "job".into(),
        algorithm: Algorithm::Sha256d,
        version: Version(0x2000_0000),
        version_mask: mask,
        prev_hash: Hash::ZERO,
        coinbase: Coinbase { prefix: vec![1], extranonce1: vec![2], extranonce2_len, suffix: vec![3] },
        branch: vec![],
        nbits: Nbits(0x207f_ffff),
        ntime: Ntime(1_000),
        last_ntime: Ntime(1_000 + seconds),
        share_target: Target::MAX,
    }
}

/// Every (extranonce2, ntime, version, first nonce) of a work whose pieces are all of the same length.
fn pieces(work: &Work) -> Vec<(Extranonce2, Ntime, u32, u32)> {
    let first = work.range().first().expect("no work is empty").0;
    work.versions().as_slice().iter().map(|version| (work.extranonce2, work.header.ntime, *version, first)).collect()
}

#[test]
fn fields_roll_in_the_order_nonce_version_extranonce2_ntime() {
    let mut space = SearchSpace::new(job(0x6000, 1, 1), 5);
    let mut seen = Vec::new();
    while let Some(work) = space.take(1 << 31, 1) {
        assert_eq!((work.hashes(), work.generation()), (1 << 31, 5));
        assert_eq!(work.header().version.0, work.versions().as_slice()[0]);
        seen.push((
            work.header().ntime.0,
            work.extranonce2().as_bytes()[0],
            work.header().version.0,
            work.range().first(),
        ));
    }
    let mut sorted = seen.clone();
    sorted.sort_unstable();
    assert_eq!(seen, sorted);
    assert_eq!(seen.len(), 2 * 4 * 256 * 2);
}

#[test]
fn a_space_without_room_ends() {
    let mut space = SearchSpace::new(job(0, 0, 0), 0);
    assert_eq!(
        space.take(u64::MAX, 16).map(|work| work.hashes()),
        Some(1 << 32),
        "no mask: one version, whatever was asked"
    );
    assert!(space.take(1, 1).is_none());
}

#[test]
fn the_extranonce2_of_full_width_does_not_overflow() {
    for len in [8, 16, 32] {
        let mut space = SearchSpace::new(job(0, len, 0), 0);
        space.first_extranonce2 = u64::MAX;
        let first = space.take(u64::MAX, 1).expect("there is room");
        let second = space.take(u64::MAX, 1).expect("there is room");
        assert_eq!(first.extranonce2().as_bytes().len(), len);
        assert_ne!(first.extranonce2(), second.extranonce2());
    }
}

#[test]
fn several_versions_share_a_header_and_none_is_left_out() {
    let mut space = SearchSpace::new(job(0xe000, 0, 0), 0);
    let mut versions = HashSet::new();
    for width in [3, 3, 3] {
        let work = space.take(u64::MAX, width).expect("eight versions are there");
        versions.extend(work.versions().as_slice().to_vec());
    }
    assert_eq!(versions.len(), 8, "3 + 3 + 2");
    assert!(space.take(1, 3).is_none());
}

#[test]
fn the_same_coinbase_under_a_new_difficulty_goes_on_where_it_was() {
    let mut space = SearchSpace::new(job(0, 4, 10), 0);
    let given = space.take(1000, 1).expect("there is room");
    let mut harder = job(0, 4, 10);
    harder.share_target = Target::ZERO;
    let next = space.followed_by(harder, 1).take(1000, 1).expect("there is room");
    assert_eq!(next.range().first().map(|nonce| nonce.0), Some(1000));
    assert_eq!((given.extranonce2(), next.generation()), (next.extranonce2(), 1));
    assert_eq!(next.job().share_target, Target::ZERO);
}

#[test]
fn the_same_coinbase_at_a_later_time_does_not_start_its_extranonce2_again() {
    let mut space = SearchSpace::new(job(0, 4, 10), 0);
    let given = space.take(1000, 1).expect("there is room");
    let mut later = job(0, 4, 40);
    later.ntime = Ntime(1_030);
    let next = space.followed_by(later, 1).take(1000, 1).expect("there is room");
    assert_ne!(given.extranonce2(), next.extranonce2());
    assert_eq!(next.header().ntime, Ntime(1_030));
}

#[test]
fn another_coinbase_starts_afresh() {
    let mut space = SearchSpace::new(job(0, 4, 0), 0);
    let _ = space.take(1000, 1);
    let mut other = job(0, 4, 0);
    other.coinbase.extranonce1 = vec![9];
    let next = space.followed_by(other, 1).take(1, 1).expect("there is room");
    assert_eq!((next.range().first().map(|nonce| nonce.0), next.extranonce2().as_bytes()), (Some(0), &[0; 4][..]));
}

proptest! {
    #[test]
    fn no_header_and_nonce_is_given_out_twice(
        mask_bits in proptest::collection::vec(0u32..32, 0..4),
        extranonce2_len in 0usize..2,
        seconds in 0u32..3,
        widths in proptest::collection::vec(0u8..70, 1..60),
        follow in proptest::collection::vec((0usize..60, 0u32..4), 0..4),
    ) {
        let mask = mask_bits.iter().fold(0, |mask, bit| mask | 1 << bit);
        let mut space = SearchSpace::new(job(mask, extranonce2_len, seconds), 0);
        let mut seen = HashSet::new();
        for (step, width) in widths.into_iter().enumerate() {
            for (_, shift) in follow.iter().filter(|(at, _)| *at == step) {
                let mut next = job(mask, extranonce2_len, seconds + shift);
                next.ntime.0 += shift;
                space = space.followed_by(next, step as u64);
            }
            let Some(work) = space.take(1 << 31, width) else { continue };
            prop_assert!(work.header.ntime >= work.job.ntime && work.header.ntime <= work.job.last_ntime);
            for version in work.versions().as_slice() {
                prop_assert_eq!((version ^ work.job.version.0) & !mask, 0);
            }
            for piece in pieces(&work) {
                prop_assert!(seen.insert(piece), "{:?} was given out twice", piece);
            }
        }
    }
}

#[test]
fn a_header_that_is_taken_whole_is_shared_with_nobody() {
    let mut space = SearchSpace::new(job(0x6000, 1, 1), 5);
    let mut seen = HashSet::new();
    let mut headers = 0;
    // Pieces for others in between: two of them open a lot of four versions, of which the rest is passed over.
    while let Some(whole) = space.take_header() {
        headers += 1;
        assert_eq!((whole.range(), whole.generation(), whole.header().version.0), (NonceRange::FULL, 5, 0x2000_0000));
        for index in 0..4 {
            let version = whole.job().version_at(index).0;
            assert!(seen.insert((whole.extranonce2().as_bytes().to_vec(), whole.header().ntime, version)), "{whole:?}");
        }
        if headers % 3 == 0
            && let Some(piece) = space.take(1 << 34, 3)
        {
            for version in piece.versions().as_slice() {
                assert!(seen.insert((piece.extranonce2().as_bytes().to_vec(), piece.header().ntime, *version)));
            }
        }
    }
    assert_eq!(headers, 2 * 256 * 3 / 4);
    assert!(space.take_header().is_none());
    let mut without_mask = SearchSpace::new(job(0, 1, 0), 0);
    assert_eq!(std::iter::from_fn(|| without_mask.take_header()).count(), 256);
}
