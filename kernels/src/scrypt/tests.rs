//! Every kernel against the `scrypt` crate, for every number of streams, every end of a group, and other N.

use hashkit_chain::{Hash, Nbits, Nonce, Ntime};

use super::*;

fn headers(count: u32) -> Vec<Header> {
    let header = |i: u32| Header {
        version: Version(0x2000_0000 ^ i << 16),
        prev_hash: Hash::from_internal([0x33; 32]),
        merkle_root: Hash::from_internal([0x77; 32]),
        ntime: Ntime(1_317_972_665 + i),
        nbits: Nbits(0x1e0f_fff0),
        nonce: Nonce(i.wrapping_mul(0x9e37_79b9)),
    };
    (0..count).map(header).collect()
}

fn expected(cost: usize, header: &Header) -> Hash {
    let header = header.to_bytes();
    let params = ::scrypt::Params::new(u8::try_from(cost.ilog2()).unwrap(), 1, 1).unwrap();
    let mut hash = [0; 32];
    ::scrypt::scrypt(&header, &header, &params, &mut hash).unwrap();
    Hash::from_internal(hash)
}

/// Every kernel of this machine, with so many streams.
fn kernels(cost: usize, streams: usize) -> Vec<Scrypt> {
    families().iter().map(|family| (family.build)(cost, streams)).collect()
}

#[test]
fn every_lane_of_every_stream_computes_scrypt_for_groups_of_every_length() {
    let cost = 16;
    let headers = headers(u32::try_from(group::FULL).unwrap());
    let expected: Vec<Hash> = headers.iter().map(|header| expected(cost, header)).collect();
    for streams in 1..=4 {
        for mut kernel in kernels(cost, streams) {
            for count in 1..=headers.len() {
                let hashes = kernel.hash(&headers[..count]);
                assert_eq!(hashes, expected[..count], "{} with {streams} streams, {count} headers", kernel.name);
            }
        }
    }
}

#[test]
fn the_cost_is_a_parameter() {
    let headers = headers(13);
    for cost in [2, 1024, 2048, 16384] {
        let expected: Vec<Hash> = headers.iter().map(|header| expected(cost, header)).collect();
        for mut kernel in kernels(cost, 3) {
            assert_eq!(kernel.hash(&headers), expected, "{} with N = {cost}", kernel.name);
        }
    }
}

#[test]
fn each_number_of_streams_is_a_kernel_and_that_which_suits_the_cache_is_the_last() {
    let family = || Family { names: &["a", "a-1", "a-2", "a-3", "a-4"], suited: 2, build: portable };
    let names: Vec<String> = family().specs().iter().map(|spec| spec.name().to_owned()).collect();
    assert_eq!(names, ["a-1", "a-3", "a-4", "a"]);
    for spec in family().specs() {
        assert_eq!(spec.open().unwrap().name(), spec.name());
    }
}

#[test]
fn a_whole_multiple_of_the_granularity_leaves_no_lane_of_a_group_empty() {
    for streams in 1..=4 {
        for kernel in kernels(16, streams) {
            let together = kernel.granularity();
            let case = format!("{} with {streams} streams: {together}", kernel.name);
            assert!(together.is_multiple_of(kernel.lanes), "{case}");
            assert!(together.is_multiple_of(kernel.mixer.hashes_at_once()), "{case}");
            assert!(group::FULL.is_multiple_of(together as usize), "{case}");
        }
    }
}
