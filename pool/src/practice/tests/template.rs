//! Templates, field by field like those that a running Bitcoin Core gave.

use hashkit_chain::{Algorithm, Ntime, hex};
use serde_json::Value;

use super::{NOW, fast_chain, mine, next_block, solved_again};
use crate::practice::{PracticeChain, Profile, Verdict};

fn recorded(file: &str) -> Value {
    serde_json::from_str(file).unwrap()
}

fn time(value: &Value) -> Ntime {
    Ntime(u32::try_from(value.as_u64().unwrap()).unwrap())
}

#[test]
fn the_first_signet_template_is_cores_to_the_last_field() {
    let recorded = recorded(include_str!("../../../../tests/vectors/templates/btc-signet-optrue-height1.json"));
    let mut chain = PracticeChain::in_memory(Profile::Practice, Algorithm::Sha256d);
    let now = time(&recorded["template"]["curtime"]);
    assert_eq!(chain.template(now, 4).unwrap(), recorded["template"]);
    let block = hex::decode(recorded["expected"]["block"].as_str().unwrap()).unwrap();
    let verdict = chain.submit_block(&block, now).unwrap();
    let hash = recorded["tip_after"].as_str().unwrap().parse().unwrap();
    assert_eq!(verdict, Verdict::Accepted { height: 1, hash });
}

#[test]
fn the_first_regtest_template_differs_from_cores_by_the_test_deployment_alone() {
    let recorded = recorded(include_str!("../../../../tests/vectors/templates/btc-regtest-height1.json"));
    let mut expected = recorded["template"].clone();
    // Core's regtest signals for a deployment that only its own tests know, with bit 28 of the version.
    expected["vbavailable"] = serde_json::json!({});
    expected["version"] = 0x2000_0000.into();
    // Core counts the transactions that it ever saw behind the hash; there are none here.
    let hash = expected["previousblockhash"].as_str().unwrap().to_owned();
    assert!(expected["longpollid"].as_str().unwrap().starts_with(&hash));
    expected["longpollid"] = format!("{hash}1").into();
    let mut chain = fast_chain();
    let now = time(&recorded["template"]["curtime"]);
    assert_eq!(chain.template(now, 4).unwrap(), expected);
    let block = hex::decode(recorded["expected"]["block"].as_str().unwrap()).unwrap();
    assert!(matches!(chain.submit_block(&block, now).unwrap(), Verdict::Accepted { .. }));
}

#[test]
fn a_template_has_as_many_transactions_as_were_asked_for_and_can_be_had() {
    let mut chain = fast_chain();
    mine(&mut chain, 102, 1);
    // Two coinbases are old enough, and two spends of their change.
    for (asked, expected) in [(0, 0), (1, 1), (3, 3), (4, 4), (1000, 6)] {
        let template = chain.template(NOW, asked).unwrap();
        let transactions = template["transactions"].as_array().unwrap();
        assert_eq!(transactions.len(), expected, "{asked} asked for");
        let fees: u64 = transactions.iter().map(|transaction| transaction["fee"].as_u64().unwrap()).sum();
        assert_eq!(template["coinbasevalue"], 5_000_000_000 + fees, "{asked} asked for");
        for (place, transaction) in transactions.iter().enumerate() {
            let depends = if place % 2 == 1 { vec![place] } else { vec![] };
            assert_eq!(transaction["depends"], serde_json::json!(depends), "place {place}");
        }
    }
}

#[test]
fn the_clock_may_run_two_hours_ahead_and_no_further() {
    let mut chain = fast_chain();
    let start = Ntime(NOW.0 - 3 * 60 * 60);
    let block = next_block(&chain, 1);
    for (case, ahead, expected) in
        [("two hours", 7200, None), ("one second more", 7201, Some("time-too-new".to_owned()))]
    {
        let block = solved_again(&block, |header| header.ntime = Ntime(NOW.0 + ahead));
        assert_eq!(fast_chain().submit_block(&block, NOW).unwrap().word(), expected, "{case}");
    }
    mine(&mut chain, 12, 1);
    let error = chain.template(start, 0).unwrap_err();
    assert!(error.to_string().contains("wait"), "{error}");
    assert!(chain.template(Ntime(NOW.0 - 60 * 60), 0).is_ok());
}
