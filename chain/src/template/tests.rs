use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::address::Network;
use crate::coinbase::Extranonce2;
use crate::hash::Hash;
use crate::hex;
use crate::nonce::Nonce;
use crate::payout::{CoinbaseLock, height_push};
use crate::share::{Share, Solution};
use crate::space::Work;

/// Blocks that running nodes accepted, with every value on the way: each file of `tests/vectors/templates/`, whose README tells the format.
fn vectors() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/templates");
    let files =
        folder.read_dir().expect("the folder of templates").map(|entry| entry.expect("it can be listed").path());
    let vectors: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|ending| ending == "json"))
        .map(|file| {
            let text = std::fs::read_to_string(&file).expect("it can be read");
            (file.display().to_string(), serde_json::from_str(&text).expect("vectors are JSON"))
        })
        .collect();
    assert!(vectors.len() >= 4, "templates are missing in {}", folder.display());
    vectors
}

fn text(value: &Value) -> &str {
    value.as_str().expect("it is a string")
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(text(value)).expect("it is hexadecimal")
}

fn height(template: &Value) -> u32 {
    u32::try_from(template["height"].as_u64().expect("it is a number")).expect("it is small")
}

fn algorithm(vector: &Value) -> Algorithm {
    if text(&vector["pow"]).starts_with("scrypt") { Algorithm::Scrypt } else { Algorithm::Sha256d }
}

/// The payouts in their order, each weighing what it gets; the tag is what stands behind the height in the scriptSig.
fn payout(vector: &Value) -> Payout {
    let mut parts: Vec<_> = vector["inputs"]["payouts"]
        .as_array()
        .expect("payouts are a list")
        .iter()
        .map(|payout| {
            (Script::from_bytes(bytes(&payout["script_pubkey"])), payout["value"].as_u64().expect("a number"))
        })
        .collect();
    let last = parts.pop().expect("somebody is paid");
    let mut payout = Payout::divided(parts, last);
    let script_sig = bytes(&vector["expected"]["script_sig"]);
    let tag = &script_sig[height_push(height(&vector["template"])).len()..];
    payout.tag = tag[1..=usize::from(tag[0])].to_vec();
    payout.lock = CoinbaseLock::Free;
    payout
}

fn terms<'a>(algorithm: Algorithm, payout: &'a Payout, extranonce1: &'a [u8]) -> JobTerms<'a> {
    JobTerms {
        algorithm,
        version_mask: 0x1fff_e000,
        payout,
        commitment: &[],
        extranonce1,
        extranonce2_len: 4,
        share_target: Target::MAX,
    }
}

#[test]
fn a_template_becomes_the_block_that_the_node_accepted() {
    for (case, vector) in vectors() {
        let (inputs, expected) = (&vector["inputs"], &vector["expected"]);
        let template = BlockTemplate::from_json(&vector["template"].to_string()).expect(&case);
        let extranonce = bytes(&inputs["extranonce"]);
        let payout = payout(&vector);
        let job = template.job("1".into(), &terms(algorithm(&vector), &payout, &extranonce[..4])).expect(&case);
        let extranonce2 = Extranonce2::from_bytes(&extranonce[4..]).expect("four bytes");

        assert_eq!(job.coinbase.prefix, bytes(&expected["coinb1"]), "{case}: coinb1");
        assert_eq!(job.coinbase.suffix, bytes(&expected["coinb2"]), "{case}: coinb2");
        assert_eq!(job.coinbase.to_bytes(&extranonce2), bytes(&expected["coinbase_nonwitness"]), "{case}: coinbase");
        assert_eq!(
            template.on_the_wire(&job.coinbase.to_bytes(&extranonce2)),
            bytes(&expected["coinbase"]),
            "{case}: witness form"
        );
        assert_eq!(job.coinbase.id(&extranonce2).to_string(), text(&expected["coinbase_txid"]), "{case}: id");
        let branch: Vec<_> = job.branch.iter().map(|hash| hex::encode(hash.as_internal())).collect();
        assert_eq!(json!(branch), expected["merkle_branch"], "{case}: branch");
        assert_eq!(job.header(&extranonce2).merkle_root.to_string(), text(&expected["merkle_root"]), "{case}: root");
        assert_eq!(json!(job.ntime.0), vector["template"]["curtime"], "{case}: time");

        let proposal = template.proposal(&job).expect(&case);
        assert_eq!(
            proposal.len(),
            text(&expected["block"]).len(),
            "{case}: a proposal is a block without its solution"
        );
        assert_eq!(proposal[160..].len() - template.rest().len(), 2 + bytes(&expected["coinbase"]).len() * 2, "{case}");

        let version = Version(hex::decode_u32(text(&inputs["version"])).expect("a version"));
        let nonce = Nonce(hex::decode_u32(text(&expected["nonce"])).expect("a nonce"));
        let work = Work::claimed(job.into(), extranonce2, version, template.ntime());
        let share = Share::check(&Solution { work, nonce, version }).expect(&case);
        assert_eq!(share.header().to_bytes().to_vec(), bytes(&expected["header"]), "{case}: header");
        assert_eq!(share.hash().to_string(), text(&expected["pow_hash"]), "{case}: proof of work");
        let target = share.job().network_target().expect(&case);
        assert_eq!(hex::encode(&target.to_be_bytes()), text(&expected["target"]), "{case}: target");

        let block = template.block(&share).expect(&case);
        assert_eq!(block.hex(), text(&expected["block"]), "{case}: block");
        assert_eq!(block.id().to_string(), text(&expected["block_hash"]), "{case}: block hash");
        assert_eq!(block.height(), height(&vector["template"]), "{case}: height");
    }
}

#[test]
fn the_commitment_of_a_template_is_the_one_that_we_compute() {
    for (case, mut vector) in vectors() {
        let given = BlockTemplate::from_json(&vector["template"].to_string()).expect(&case);
        let named = vector["template"].as_object_mut().expect("an object").remove("default_witness_commitment");
        let computed = BlockTemplate::from_json(&vector["template"].to_string()).expect(&case);
        assert!(named.is_none() || given.commitment == computed.commitment, "{case}");
        assert_eq!(named.is_some(), computed.commitment.is_some(), "{case}");
    }
}

#[test]
fn an_address_of_a_vector_is_its_script() {
    let mut checked = 0;
    for (case, vector) in vectors() {
        for payout in vector["inputs"]["payouts"].as_array().expect("a list") {
            let Some(address) = payout["address"].as_str() else { continue };
            let paid = Script::from_bytes(bytes(&payout["script_pubkey"]));
            let is_paid = |network: &Network| network.script_of(address).is_ok_and(|script| script == paid);
            assert!(Network::ALL.iter().any(is_paid), "{case}: {address}");
            checked += 1;
        }
    }
    assert!(checked >= 7, "only {checked} addresses");
}

/// The smallest template that still has every field without which nothing can be mined.
fn smallest() -> Value {
    json!({
        "version": 4, "previousblockhash": "00".repeat(32), "transactions": [], "coinbasevalue": 50,
        "bits": "207fffff", "curtime": 1000, "height": 432,
    })
}

/// The smallest template with some fields added or replaced.
fn changed(changes: Value) -> Value {
    let mut template = smallest();
    if let (Some(fields), Value::Object(changes)) = (template.as_object_mut(), changes) {
        fields.extend(changes);
    }
    template
}

#[test]
fn a_template_needs_only_the_fields_that_a_block_needs() {
    BlockTemplate::from_json(&smallest().to_string()).expect("nothing is missing");
    for field in smallest().as_object().expect("an object").keys() {
        let mut template = smallest();
        template.as_object_mut().expect("an object").remove(field);
        assert!(matches!(BlockTemplate::from_json(&template.to_string()), Err(TemplateError::Json(_))), "{field}");
    }
}

#[test]
fn a_template_that_would_lose_a_block_is_refused() {
    for (case, changes, message) in [
        ("an unknown rule", json!({"rules": ["csv", "!later"]}), "demands the rule \"later\""),
        ("a signed signet", json!({"signet_challenge": "5121aa"}), "signs its blocks (challenge 5121aa)"),
        ("another target", json!({"target": "7f".repeat(32)}), "bits 207fffff are not the target 7f7f"),
        ("a target that is none", json!({"target": "x"}), "bits 207fffff are not the target x"),
        ("negative bits", json!({"bits": "20ffffff"}), "bits 20ffffff are negative"),
        ("damaged bits", json!({"bits": "2000"}), "bits is damaged"),
        ("half a byte", json!({"transactions": [{"data": "abc", "hash": "00".repeat(32)}]}), "data is damaged"),
        ("no id at all", json!({"transactions": [{"data": "ab"}]}), "txid is damaged"),
        ("an id too short", json!({"transactions": [{"data": "ab", "hash": "00"}]}), "txid is damaged"),
        ("damage behind the transactions", json!({"mweb": "xy"}), "mweb is damaged"),
        ("damaged aux data", json!({"coinbaseaux": {"flags": "mined"}}), "coinbaseaux is damaged"),
        ("a time before 1970", json!({"curtime": -1}), "curtime of -1 does not fit"),
        ("a time after the last", json!({"maxtime": 999}), "allows no time"),
        ("a height below zero", json!({"height": -1}), "height of -1 does not fit"),
        ("a version of 40 bits", json!({"version": 1_u64 << 40}), "version of 1099511627776 does not fit"),
        ("a name instead of a number", json!({"height": "one"}), "does not parse"),
    ] {
        let error = BlockTemplate::from_json(&changed(changes).to_string()).expect_err(case).to_string();
        assert!(error.contains(message), "{case}: {error}");
    }
    for (case, text) in [("nothing", ""), ("a list", "[]"), ("no JSON", "<html>")] {
        assert!(matches!(BlockTemplate::from_json(text), Err(TemplateError::Json(_))), "{case}");
    }
}

#[test]
fn fields_that_nodes_add_change_the_job_as_they_say() {
    let payout = Payout::to(Script::anyone());
    let job = |changes: Value| {
        let template = BlockTemplate::from_json(&changed(changes).to_string()).expect("it can be mined");
        template.job("1".into(), &terms(Algorithm::Sha256d, &payout, &[0; 4])).expect("it is short")
    };
    let plain = job(json!({}));
    assert_eq!((plain.ntime, plain.last_ntime), (Ntime(1_000), Ntime(8_000)));

    let timed = job(json!({"mintime": 1_500, "maxtime": 1_600}));
    assert_eq!((timed.ntime, timed.last_ntime), (Ntime(1_500), Ntime(1_600)), "mintime and maxtime");
    for (case, changes, mask) in [
        ("signals", json!({"version": 0x2000_0000}), 0x1fff_e000),
        ("required bits", json!({"version": 0x2000_0000, "vbrequired": 0x2000}), 0x1fff_c000),
        ("a deployment", json!({"version": 0x3000_0000, "vbavailable": {"testdummy": 28}}), 0x1fff_e000),
        ("another deployment", json!({"version": 0x3000_0000, "vbavailable": {"testdummy": 27}}), 0),
        ("deployments that are none", json!({"version": 0x3000_0000, "vbavailable": {"a": 64, "b": -1, "c": "28"}}), 0),
        ("deployments of another form", json!({"version": 0x2000_0000, "vbavailable": [28]}), 0x1fff_e000),
        ("a chain's number", json!({"version": 0x0062_0004}), 0),
    ] {
        assert_eq!(job(changes).version_mask, mask, "{case}");
    }
    let required = job(json!({"version": 0x2000_0000, "vbrequired": 0x2000}));
    assert_eq!(required.version, Version(0x2000_2000), "a required bit that the version lacks is set");
    assert_eq!(job(json!({"version": 0xe000_0000_u32})).version, Version(0xe000_0000), "an unsigned version");
    assert_eq!(job(json!({"version": -1})).version, Version(u32::MAX), "a signed version");
    assert_eq!(
        job(json!({"rules": ["later", "!segwit"], "x": {"y": []}, "target": null})).version,
        Version(4),
        "lenient"
    );

    let script_sig = |job: &Job| hex::encode(&job.coinbase.prefix[42..]);
    assert_eq!(script_sig(&plain), "02b00108");
    let aux = json!({"coinbaseaux": {"flags": hex::encode(b"mined by bcoin")}});
    assert_eq!(script_sig(&job(aux)), format!("02b001{}08", hex::encode(b"mined by bcoin")));
    let ordered = smallest().to_string().replacen('{', r#"{"coinbaseaux":{"z":"01","a":"02"},"#, 1);
    let ordered = BlockTemplate::from_json(&ordered).expect("it can be mined");
    let ordered = ordered.job("1".into(), &terms(Algorithm::Sha256d, &payout, &[0; 4])).expect("it is short");
    assert_eq!(script_sig(&ordered), "02b001010208", "values keep the node's order");

    let commitment = "6a24aa21a9ed".to_owned() + &"00".repeat(32);
    let early = job(json!({"default_witness_commitment": commitment}));
    assert_eq!(early, plain, "a commitment before segwit is active is left out, as bcoin wants");
}

#[test]
fn a_share_of_another_template_makes_no_block() {
    let template = |parent: u8| {
        let fields = json!({ "version": 0x2000_0000, "previousblockhash": hex::encode(&[parent; 32]) });
        BlockTemplate::from_json(&changed(fields).to_string()).expect("a template")
    };
    let payout = Payout::to(Script::anyone());
    let job = template(0).job("1".into(), &terms(Algorithm::Sha256d, &payout, &[0; 4])).expect("it is short");
    let work = Work::claimed(job.into(), Extranonce2::from_number(0, 4), Version(0x2000_0000), template(0).ntime());
    let share = (0..100)
        .map(|nonce| Solution { work: work.clone(), nonce: Nonce(nonce), version: Version(0x2000_0000) })
        .filter_map(|solution| Share::check(&solution).ok())
        .find(Share::is_block)
        .expect("every second hash is a block");
    assert!(template(0).block(&share).is_some());
    assert_eq!(template(1).block(&share), None);
    assert_ne!(share.hash(), Hash::ZERO);
}

proptest! {
    #[test]
    fn a_damaged_template_is_refused_or_still_makes_a_job(
        which: prop::sample::Index,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut text = which.get(&vectors()).1["template"].to_string().into_bytes();
        for (place, byte) in damage {
            let place = place.index(text.len());
            text[place] = byte;
        }
        if let Ok(template) = BlockTemplate::from_json(&String::from_utf8_lossy(&text)) {
            let payout = Payout::to(Script::anyone());
            let job = template.job("1".into(), &terms(Algorithm::Sha256d, &payout, &[0; 4]));
            prop_assert!(job.is_ok_and(|job| template.made(&job)));
        }
    }
}
