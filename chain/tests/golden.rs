//! The judge against answers that are known: real blocks, accepted shares, and the arithmetic of targets.

#![expect(clippy::unwrap_used, reason = "a vector file that does not read fails the test, as it should")]

use std::sync::Arc;

use hashkit_chain::{
    Algorithm, Coinbase, Difficulty, Extranonce2, Hash, Header, Job, Nbits, Nonce, Ntime, Share, Solution, Target,
    Version, Work, hex,
};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../tests/vectors/stratum-v1.json")).unwrap()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {value}"))
}

fn word(value: &Value) -> u32 {
    hex::decode_u32(value.as_str().unwrap()).unwrap()
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

fn internal(value: &Value) -> Hash {
    Hash::from_internal(hex::decode_array(value.as_str().unwrap()).unwrap())
}

/// Stratum's form of the previous hash: each 4-byte word reversed.
fn swapped(value: &Value) -> Hash {
    let mut bytes: [u8; 32] = hex::decode_array(value.as_str().unwrap()).unwrap();
    bytes.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    Hash::from_internal(bytes)
}

/// The job of a recorded share, built from the parts of its `mining.notify`.
fn job(share: &Value) -> Job {
    let notify = &share["notify_params"];
    let algorithm: Algorithm = text(share, "algorithm").parse().unwrap();
    Job {
        id: notify[0].as_str().unwrap().into(),
        algorithm,
        version: Version(word(&notify[5])),
        version_mask: share["version_mask"].as_str().map_or(0, |mask| hex::decode_u32(mask).unwrap()),
        prev_hash: swapped(&notify[1]),
        coinbase: Coinbase {
            prefix: bytes(&notify[2]),
            extranonce1: bytes(&share["extranonce1"]),
            extranonce2_len: usize::try_from(share["extranonce2_size"].as_u64().unwrap()).unwrap(),
            suffix: bytes(&notify[3]),
        },
        branch: notify[4].as_array().unwrap().iter().map(internal).collect(),
        nbits: Nbits(word(&notify[6])),
        ntime: Ntime(word(&notify[7])),
        last_ntime: Ntime(word(&notify[7]) + 7000),
        share_target: Difficulty::new(share["pool_difficulty"].as_f64().unwrap()).unwrap().to_target(algorithm),
    }
}

#[test]
fn every_recorded_share_passes_through_the_known_values() {
    let vectors = vectors();
    let shares = vectors["shares"].as_array().unwrap();
    assert_eq!(shares.len(), 10);
    for share in shares {
        let (case, job, expect) = (text(share, "id"), job(share), &share["expect"]);
        let submit = &share["submit_params"];
        let extranonce2 = Extranonce2::from_bytes(&bytes(&submit[2])).unwrap();
        assert_eq!(hex::encode(&job.coinbase.to_bytes(&extranonce2)), text(expect, "coinbase_tx"), "{case}");
        assert_eq!(job.coinbase.id(&extranonce2), internal(&expect["coinbase_txid_internal"]), "{case}");
        assert_eq!(job.header(&extranonce2).merkle_root, internal(&expect["merkle_root_internal"]), "{case}");
        assert_eq!(job.prev_hash.to_string(), text(expect, "prevhash_display"), "{case}");
        assert_eq!(job.share_target.to_string(), text(expect, "share_target_display"), "{case}");

        let version = submit.get(5).map_or(Some(job.version), |bits| job.version_with_bits(word(bits))).unwrap();
        assert_eq!(version.to_string(), text(expect, "header_version"), "{case}");
        let algorithm = job.algorithm;
        let work = Work::claimed(Arc::new(job), extranonce2, version, Ntime(word(&submit[3])));
        let solution = Solution { work, nonce: Nonce(word(&submit[4])), version };
        let share = Share::check(&solution).unwrap_or_else(|reject| panic!("{case}: {reject}"));
        assert_eq!(hex::encode(&share.header().to_bytes()), text(expect, "header_hex"), "{case}");
        assert_eq!(share.hash().to_string(), text(expect, "pow_hash_display"), "{case}");
        assert_eq!(share.header().id().to_string(), text(expect, "block_id_display"), "{case}");
        assert_eq!(share.is_block(), expect["meets_network_target"], "{case}");
        let (found, known) = (share.difficulty().value(), expect["share_difficulty"].as_f64().unwrap());
        assert!((found / known - 1.0).abs() < 1e-8, "{case}: difficulty {found} instead of {known}");
        assert_eq!(Difficulty::of_hash(&share.hash(), algorithm), share.difficulty(), "{case}");
    }
}

#[test]
fn a_header_from_a_miners_own_tests_hashes_as_it_says() {
    for known in vectors()["header_level"].as_array().unwrap() {
        let header = Header {
            version: Version(word(&known["version"])),
            prev_hash: swapped(&known["prevhash_notify"]),
            merkle_root: internal(&known["merkle_root_internal"]),
            ntime: Ntime(word(&known["ntime"])),
            nbits: Nbits(word(&known["nbits"])),
            nonce: Nonce(word(&known["nonce_u32"])),
        };
        assert_eq!(hex::encode(&header.to_bytes()), text(known, "header_hex"));
        let hash = Algorithm::Sha256d.hash(&header);
        assert_eq!(hash.to_string(), text(known, "pow_hash_display"));
        let floor = Difficulty::new(known["share_difficulty_floor"].as_f64().unwrap()).unwrap();
        assert!(floor.to_target(Algorithm::Sha256d).is_met_by(&hash));
    }
}

#[test]
fn targets_of_difficulties_are_exact_to_the_last_bit() {
    let vectors = vectors();
    let rows = vectors["difficulty_to_target"].as_array().unwrap();
    assert_eq!(rows.len(), 21);
    for row in rows {
        // The text, because a JSON reader may lose the last bit of a number.
        let number = text(row, "difficulty_json");
        let difficulty = Difficulty::new(number.parse().unwrap()).unwrap();
        for (algorithm, key) in
            [(Algorithm::Sha256d, "sha256d_target_display"), (Algorithm::Scrypt, "scrypt_target_display")]
        {
            let target: Target = text(row, key).parse().unwrap();
            assert_eq!(difficulty.to_target(algorithm), target, "difficulty {number}, {algorithm}");
        }
    }
}

#[test]
fn version_bits_replace_what_the_mask_frees_and_nothing_else() {
    let vectors = vectors();
    let rows = vectors["version_rolling"].as_array().unwrap();
    assert_eq!(rows.len(), 10);
    for row in rows {
        let mut job = job(&vectors["shares"][0]);
        job.version = Version(word(&row["job_version"]));
        job.version_mask = word(&row["mask"]);
        let expected = row["header_version"].as_str().map(|version| Version(hex::decode_u32(version).unwrap()));
        assert_eq!(expected.is_some(), row["legal"].as_bool().unwrap(), "{row}");
        assert_eq!(job.version_with_bits(word(&row["version_bits"])), expected, "{row}");
    }
}

#[test]
fn the_three_forms_of_a_previous_hash_are_one_hash() {
    for row in vectors()["prevhash_byte_order"].as_array().unwrap() {
        let hash: Hash = text(row, "display").parse().unwrap();
        assert_eq!(hash, internal(&row["header_internal"]), "{row}");
        assert_eq!(hash, swapped(&row["notify"]), "{row}");
    }
}

#[test]
fn real_blocks_have_their_ids_and_meet_their_targets() {
    let lines: Vec<&str> = include_str!("../../tests/vectors/headers.txt").lines().collect();
    let mut seen = 0;
    for pair in lines.windows(2).filter(|pair| !pair[1].starts_with('#')) {
        let (name, id) = pair[0].rsplit_once(' ').unwrap();
        let (algorithm, header) = pair[1].split_once(' ').unwrap();
        let algorithm: Algorithm = algorithm.parse().unwrap();
        let header = Header::from_bytes(&hex::decode_array(header).unwrap());
        assert_eq!(algorithm.block_id(&header).to_string(), id, "{name}");
        let target = Target::from_compact(header.nbits).unwrap();
        assert!(target.is_met_by(&algorithm.hash(&header)), "{name}");
        let mut wrong = header;
        wrong.nonce.0 ^= 1;
        assert!(!target.is_met_by(&algorithm.hash(&wrong)), "{name} with another nonce");
        seen += 1;
    }
    assert!(seen >= 4, "only {seen} headers were read");
}
