//! What becomes of jobs.

use hashkit_chain::{Hash, SearchSpace, hex};

use super::*;

#[test]
fn without_a_difficulty_it_is_1_and_that_is_said_once() {
    let mut table = Table::new(|_| {});
    table.hear(SUBSCRIBED);
    let one = Difficulty::ONE.to_target(Algorithm::Sha256d);
    table.hear(&notify("a", '0', true));
    let events = table.events();
    assert!(matches!(&events[0], ClientEvent::Job { job, .. } if job.share_target == one), "{events:?}");
    assert_eq!(events[1..], [ClientEvent::Warning(Warning::NoDifficulty)]);
    table.hear(&notify("b", '0', false));
    assert_eq!(table.events().len(), 1);
}

#[test]
fn a_difficulty_counts_from_the_next_job_on_and_exactly() {
    let one = r#""00000000ffff0000000000000000000000000000000000000000000000000000""#;
    for (case, method, parameter, number) in [
        ("whole", "set_difficulty", "1024", 1024.0),
        ("fraction", "set_difficulty", "0.0005", 0.0005),
        ("long fraction", "set_difficulty", "2.0956766455526576e-6", 2.095_676_645_552_657_6e-6),
        ("small", "set_difficulty", "0.0001", 0.0001),
        ("huge", "set_difficulty", "1e12", 1e12),
        ("as a target", "set_target", one, 1.0),
    ] {
        let mut table = Table::logged_in();
        let (running, _) = table.new_job("a", '0', true);
        table.hear(&format!(r#"{{"id":null,"method":"mining.{method}","params":[{parameter}]}}"#));
        let difficulty = Difficulty::new(number).unwrap();
        assert_eq!(table.events(), [ClientEvent::DifficultyChanged(difficulty)], "{case}");
        assert_eq!(table.client.jobs.newest(), Some(&running), "{case}: the running job keeps its target");
        let target = table.new_job("b", '0', false).0.share_target;
        assert_eq!(target, difficulty.to_target(Algorithm::Sha256d), "{case}");
    }
}

#[test]
fn another_extranonce_counts_from_the_next_job_on() {
    let mut table = Table::logged_in();
    let (old, _) = table.new_job("a", '0', true);
    table.sent();
    table.hear(r#"{"id":null,"method":"mining.set_extranonce","params":["f00d",8]}"#);
    table.submit(&old);
    assert!(table.sent().contains(r#""a","00000000","#), "the old work goes on");
    let (new, previous) = table.new_job("b", '0', false);
    assert_eq!((new.coinbase.extranonce1.as_slice(), new.coinbase.extranonce2_len), (&[0xf0, 0x0d][..], 8));
    assert_eq!(previous, Previous::StillCounts);
    table.submit(&new);
    table.submit(&old);
    let sent = table.sent();
    assert!(sent.contains(r#""b","0000000000000000","#), "{sent}");
    assert!(sent.contains(r#""a","00000000","#), "shares of the old job go out with the old values: {sent}");
}

#[test]
fn the_same_job_id_with_another_extranonce_is_another_job() {
    let mut table = Table::logged_in();
    let (old, _) = table.new_job("a", '0', true);
    table.hear(r#"{"id":null,"method":"mining.set_extranonce","params":["f00d",4]}"#);
    let (new, _) = table.new_job("a", '0', false);
    assert_ne!(old.coinbase, new.coinbase);
    table.sent();
    let id = table.submit(&old);
    assert_eq!(table.events(), [ClientEvent::Stale { id, why: StaleBecause::JobReplaced }]);
    table.submit(&new);
    assert!(!table.sent().is_empty(), "the id now names the new one alone");
}

#[test]
fn a_job_repeated_word_for_word_keeps_its_shares() {
    let mut table = Table::logged_in();
    let (first, _) = table.new_job("a", '0', true);
    let (second, previous) = table.new_job("a", '0', false);
    assert_eq!((&first, previous), (&second, Previous::StillCounts));
    table.sent();
    table.submit(&first);
    assert_eq!(table.sent().lines().count(), 1);
}

#[test]
fn every_size_of_extranonce2_is_filled_in_full() {
    for (len, digits) in [(0, ""), (1, "00"), (4, "00000000"), (8, "0000000000000000")] {
        let mut table = Table::logged_in();
        table.client.subscribed.as_mut().unwrap().extranonce2_len = len;
        let (job, _) = table.new_job("a", '0', true);
        let mut space = SearchSpace::new(Job { version_mask: 0, ..job.clone() }, 1);
        table.sent();
        let work = space.take(1, 1).unwrap();
        let solution = Solution { nonce: Nonce(0), version: job.version, work: work.clone() };
        table.client.submit(&Share::check(&solution).unwrap(), table.now);
        assert!(table.sent().contains(&format!("\"a\",\"{digits}\",\"504e86b9\"")), "size {len}");
        // The next header after all nonces: another extranonce2, or with none to roll another second.
        let next = std::iter::from_fn(|| space.take(1 << 32, 1)).find(|next| next.header() != work.header()).unwrap();
        assert_eq!(next.extranonce2().as_bytes().len(), len);
        assert_eq!(next.header().ntime != work.header().ntime, len == 0, "size {len}");
    }
}

#[test]
fn a_malformed_job_is_dropped_and_the_old_one_goes_on() {
    let fields = [
        ("job id", 0, &["null", "{}", "[]", "true"][..]),
        ("previous hash", 1, &["null", "7", "{}", "\"00\"", "\"zz\""]),
        ("coinbase 1", 2, &["null", "7", "[]", "\"0\"", "\"0x00\""]),
        ("coinbase 2", 3, &["null", "7", "[]", "\"0\"", "\"zz\""]),
        ("branch", 4, &["null", "7", "\"00\"", "[7]", "[\"00\"]", "[null]", "{}"]),
        ("version", 5, &["null", "7", "\"2000000\"", "\"0x200000\"", "[]"]),
        ("nbits", 6, &["null", "7", "\"1a\"", "\"\""]),
        ("ntime", 7, &["null", "7", "\"66\"", "{}"]),
    ];
    let message = notify("b", '0', true);
    let message: serde_json::Value = serde_json::from_str(&message).unwrap();
    for (field, at, values) in fields {
        for value in values {
            let mut table = Table::logged_in();
            table.new_job("old", '1', true);
            let mut message = message.clone();
            message["params"][at] = serde_json::from_str(value).unwrap();
            table.hear(&message.to_string());
            assert_eq!(table.client.counts().bad_calls, 1, "{field} is {value}");
            assert!(table.events().iter().all(|event| matches!(event, ClientEvent::Warning(_))), "{field} is {value}");
            assert_eq!(table.client.jobs.newest().unwrap().id, "old".into(), "{field} is {value}");
        }
    }
    let mut table = Table::logged_in();
    table.hear(&notify(&"x".repeat(Notify::MAX_JOB_ID + 1), '0', true));
    assert_eq!(table.client.counts().bad_calls, 1, "a job id too long to be sent back with every share");
    for (case, params) in [("none", "[]"), ("too few", r#"["a"]"#), ("an object", "{}"), ("null", "null")] {
        let mut table = Table::logged_in();
        table.hear(&format!(r#"{{"id":null,"method":"mining.notify","params":{params}}}"#));
        assert_eq!(table.client.counts().bad_calls, 1, "{case}");
    }
}

#[test]
fn large_jobs_are_taken_whole_and_too_large_ones_not_at_all() {
    let branch = |count: usize| format!("[{}]", vec![format!("\"{}\"", "ab".repeat(32)); count].join(","));
    for (case, coinbase_len, branches, taken) in [
        ("many payouts", 60 * 1024, 0, true),
        ("24 branches", 1, 24, true),
        ("32 branches", 1, 32, true),
        ("the largest coinbase", 128 * 1024 - 1, 0, true),
        ("a coinbase too large", 128 * 1024, 0, false),
        ("33 branches", 1, 33, false),
    ] {
        let mut table = Table::logged_in();
        let message = notify("a", '0', true).replace("[],", &format!("{},", branch(branches)));
        table.hear(&message.replace("\"02\"", &format!("\"{}\"", "cd".repeat(coinbase_len))));
        if !taken {
            assert_eq!(table.client.counts().bad_calls, 1, "{case}");
            continue;
        }
        let (job, _) = table.job();
        assert_eq!((job.coinbase.suffix.len(), job.branch.len()), (coinbase_len, branches), "{case}");
        let coinbase = [&[1, 8, 0, 0, 2, 0, 0, 0, 0][..], &vec![0xcd; coinbase_len]].concat();
        let root = (0..branches).fold(hashkit_chain::sha256d(&coinbase), |root, _| {
            hashkit_chain::sha256d(&[*root.as_internal(), [0xab; 32]].concat())
        });
        let header = job.header(&Extranonce2::from_bytes(&[0; 4]).unwrap());
        assert_eq!(header.merkle_root, root, "{case}");
    }
}

#[test]
fn a_clean_job_makes_older_shares_stale_and_a_refresh_does_not() {
    for (case, parent, clean, previous) in [
        ("clean", '0', true, Previous::Worthless),
        ("refresh", '0', false, Previous::StillCounts),
        ("another parent, not called clean", '1', false, Previous::Worthless),
    ] {
        let mut table = Table::logged_in();
        let (old, _) = table.new_job("old", '0', true);
        assert_eq!(table.new_job("new", parent, clean).1, previous, "{case}");
        table.sent();
        let id = table.submit(&old);
        if previous == Previous::Worthless {
            assert_eq!(table.events(), [ClientEvent::Stale { id, why: StaleBecause::JobReplaced }], "{case}");
            assert_eq!(table.sent(), "", "{case}");
        } else {
            assert!(table.sent().contains("\"old\""), "{case}");
        }
    }
}

#[test]
fn of_a_flood_of_jobs_the_newest_wins() {
    let mut table = Table::logged_in();
    let (old, _) = table.new_job("old", '1', true);
    let flood: Vec<_> = (0..10_000).map(|number| notify(&number.to_string(), '0', false)).collect();
    table.hear(&flood.join("\n"));
    let events = table.events();
    let [ClientEvent::Job { job, previous: Previous::Worthless }] = &events[..] else {
        panic!("{} events", events.len())
    };
    assert_eq!(job.id, "9999".into(), "one event, and it tells of the clean job among the unseen");
    table.sent();
    table.submit(job);
    assert_eq!(table.sent().lines().count(), 1);
    let id = table.submit(&old);
    assert_eq!(table.events(), [ClientEvent::Stale { id, why: StaleBecause::JobReplaced }]);
}

#[test]
fn only_the_sixteen_newest_jobs_are_remembered() {
    let mut table = Table::logged_in();
    let jobs: Vec<_> = (0..17).map(|number| table.new_job(&number.to_string(), '0', false).0).collect();
    table.sent();
    table.submit(&jobs[0]);
    assert_eq!(table.sent(), "");
    table.submit(&jobs[1]);
    assert!(table.sent().contains("\"1\""));
}

#[test]
fn another_version_mask_counts_at_once() {
    let mut table = Table::logged_in();
    let (running, _) = table.new_job("a", '0', true);
    table.hear(r#"{"id":null,"method":"mining.set_version_mask","params":["00003000"]}"#);
    let (again, previous) = table.job();
    assert_eq!((again.version_mask, previous), (0x2000, Previous::StillCounts));
    assert_eq!(Job { version_mask: running.version_mask, ..again }, running, "nothing else changes");
    table.sent();
    let inside = table.client.submit(&share(&running, 1, 0x2000_2000), table.now);
    let outside = table.client.submit(&share(&running, 2, 0x2000_4000), table.now);
    assert!(table.sent().contains(&format!("{{\"id\":{},", inside.0)));
    assert_eq!(table.events(), [ClientEvent::Stale { id: outside, why: StaleBecause::MaskChanged }]);

    // Of a pool that frees more than was asked for, no more is rolled; what it is handed in names all bits under its mask.
    table.hear(r#"{"id":null,"method":"mining.set_version_mask","params":["ffffffff"]}"#);
    let (wider, _) = table.job();
    assert_eq!(wider.version_mask, 0x1fff_e000);
    table.client.submit(&share(&wider, 3, 0x2000_4000), table.now);
    assert!(table.sent().contains("\"20004000\""));

    let mut unasked = Table::new(|login| login.version_mask = 0);
    unasked.hear(r#"{"id":null,"method":"mining.set_version_mask","params":["00003000"]}"#);
    assert_eq!(unasked.client.version_mask, 0, "a mask that was not asked for");
}

#[test]
fn time_runs_at_most_7000_seconds_ahead_of_the_job() {
    let mut table = Table::logged_in();
    let (job, _) = table.new_job("a", '0', true);
    assert_eq!((job.ntime, job.last_ntime), (Ntime(0x504e_86b9), Ntime(0x504e_86b9 + 7000)));
    table.hear(&notify("b", '0', true).replace("504e86b9", "ffffffff"));
    assert_eq!(table.job().0.last_ntime, Ntime(u32::MAX), "it does not run over");
}

#[test]
fn the_previous_hash_is_read_word_by_word() {
    let mut table = Table::logged_in();
    let sent = "6b6455fd6db962c101f2d4fc0d67f4a3bc96391d000152960000000000000000";
    table.hear(&notify("a", '0', true).replace(&"0".repeat(64), sent));
    let shown: Hash = "000000000000000000015296bc96391d0d67f4a301f2d4fc6db962c16b6455fd".parse().unwrap();
    assert_eq!(table.job().0.prev_hash, shown);
    assert_eq!(wire::prev_hash_to_wire(&shown), sent);
    assert!(wire::prev_hash_from_wire(&hex::encode(&[0; 31])).is_err());
}
