//! Shares that real pools accepted, handed to ours.

use hashkit_chain::hex;
use serde_json::{Value, json};

use super::*;
use crate::wire;

#[test]
fn shares_that_pools_accepted_are_claimed_as_they_were_found() {
    let vectors: Value = serde_json::from_str(include_str!("../../../../tests/vectors/stratum-v1.json")).unwrap();
    let shares = vectors["shares"].as_array().unwrap();
    assert_eq!(shares.len(), 10);
    for recorded in shares {
        let case = recorded["id"].as_str().unwrap();
        let (notify, submit) = (&recorded["notify_params"], &recorded["submit_params"]);
        let mut table = Table::with(SessionSettings::new(
            recorded["algorithm"].as_str().unwrap().parse().unwrap(),
            Difficulty::new(recorded["pool_difficulty"].as_f64().unwrap()).unwrap(),
            recorded["version_mask"].as_str().map_or(0, |mask| hex::decode_u32(mask).unwrap()),
        ));
        table.say(CONFIGURE);
        table.say(r#"{"id":1,"method":"mining.subscribe"}"#);
        table.session.poll_event().unwrap();
        let extranonce1 = hex::decode(recorded["extranonce1"].as_str().unwrap()).unwrap();
        let len = usize::try_from(recorded["extranonce2_size"].as_u64().unwrap()).unwrap();
        table.session.welcome(&extranonce1, len, "s");
        table.say(&json!({"id": 2, "method": "mining.authorize", "params": [submit[0]]}).to_string());
        table.grant();
        let previous = if notify[8] == true { Previous::Worthless } else { Previous::StillCounts };
        table.session.send_job(&job_of(notify, table.session.settings.algorithm), previous);
        let sent = table.sent();
        let sent: Value = serde_json::from_str(sent.lines().last().unwrap()).unwrap();
        assert_eq!(sent["params"], *notify, "{case}: the job goes out as it was recorded");

        let solution = table.submit(&json!({"id": 3, "method": "mining.submit", "params": submit}).to_string());
        let share = Share::check(&solution).unwrap_or_else(|reject| panic!("{case}: {reject}"));
        assert_eq!(hex::encode(&share.header().to_bytes()), recorded["expect"]["header_hex"], "{case}");
        assert_eq!(share.hash().to_string(), recorded["expect"]["pow_hash_display"], "{case}");
    }
}

/// The job as a pool holds it, before anything of a connection is in it.
fn job_of(notify: &Value, algorithm: Algorithm) -> Job {
    let word = |at: usize| hex::decode_u32(notify[at].as_str().unwrap()).unwrap();
    let bytes = |value: &Value| hex::decode(value.as_str().unwrap()).unwrap();
    let branch = notify[4].as_array().unwrap();
    Job {
        id: notify[0].as_str().unwrap().into(),
        algorithm,
        version: Version(word(5)),
        prev_hash: wire::prev_hash_from_wire(notify[1].as_str().unwrap()).unwrap(),
        coinbase: Coinbase {
            prefix: bytes(&notify[2]),
            extranonce1: vec![],
            extranonce2_len: 0,
            suffix: bytes(&notify[3]),
        },
        branch: branch.iter().map(|hash| Hash::from_internal(bytes(hash).try_into().unwrap())).collect(),
        nbits: Nbits(word(6)),
        ntime: Ntime(word(7)),
        last_ntime: Ntime(word(7) + 7000),
        ..job("", 0)
    }
}
