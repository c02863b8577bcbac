//! What becomes of shares before and after they are judged.

use super::*;

fn error(answer: &str) -> i64 {
    let answer: serde_json::Value = serde_json::from_str(answer).unwrap_or_else(|_| panic!("no answer: {answer}"));
    assert!(answer["result"].is_null(), "{answer}");
    answer["error"][0].as_i64().unwrap_or_else(|| panic!("no code in {answer}"))
}

/// The usual share with one of its parameters replaced by a JSON text, or with parameters added.
fn submit_with(at: usize, value: &str) -> String {
    let mut params = ["\"u\"", "\"a1\"", "\"00000001\"", "\"60000000\"", "\"00000007\""].map(str::to_owned).to_vec();
    if at < params.len() {
        value.clone_into(&mut params[at]);
    } else {
        params.push(value.to_owned());
    }
    format!(r#"{{"id":4,"method":"mining.submit","params":[{}]}}"#, params.join(","))
}

#[test]
fn a_share_is_claimed_judged_and_answered() {
    let mut table = Table::logged_in();
    let (id, solution) = table.claim(SUBMIT);
    assert_eq!(solution.work.job().coinbase.extranonce1, [8, 0, 0, 2]);
    assert_eq!(solution.work.extranonce2().as_bytes(), [0, 0, 0, 1]);
    assert_eq!((solution.nonce.0, solution.work.header().ntime), (7, Ntime(0x6000_0000)));
    assert!(Share::check(&solution).is_ok());
    table.session.accept(id);
    assert_eq!(table.sent(), "{\"id\":4,\"result\":true,\"error\":null}\n");
}

#[test]
fn the_login_comes_before_the_share() {
    let mut table = Table::new();
    assert_eq!(error(&table.say(SUBMIT)), 25);
    assert_eq!(table.refusals(), [Refusal::NotSubscribed], "the owner learns of it");
    assert_eq!(error(&table.say(r#"{"id":4,"method":"mining.submit","params":[]}"#)), 25, "whatever its form");
    table.say(SUBSCRIBE);
    table.welcome();
    table.sent();
    assert_eq!(error(&table.say(SUBMIT)), 24);
    assert_eq!(table.refusals(), [Refusal::Unauthorized]);
    table.say(AUTHORIZE);
    table.grant();
    table.session.send_job(&job("a1", 1), Previous::Worthless);
    table.sent();
    assert_eq!(error(&table.say(&submit_with(0, "\"v\""))), 24, "another user");
    table.submit(SUBMIT);
}

#[test]
fn a_malformed_share_is_refused_and_the_connection_kept() {
    for (at, values) in [
        (0, &["7", "null", "{}"][..]),
        (1, &["null", "{}", "[]", "true", "7"]),
        (2, &["7", "null", "\"0000000\"", "\"000000001\"", "\"0x00000001\"", "\"000000zz\"", "\"\"", "\"0000000100\""]),
        (3, &["7", "null", "\"6000000\"", "\"600000000\"", "\"0x60000000\"", "\"zzzzzzzz\"", "\"\"", "\" 6000000\""]),
        (4, &["7", "null", "\"0000007\"", "\"000000007\"", "\"0x00000007\"", "\"zzzzzzzz\"", "\"\"", "\"+0000007\""]),
        (5, &["7", "{}", "\"2000\"", "\"000002000\"", "\"0x00002000\"", "\"zzzzzzzz\"", "\"\""]),
    ] {
        for value in values {
            let mut table = Table::logged_in();
            table.say(CONFIGURE);
            assert_eq!(error(&table.say(&submit_with(at, value))), 20, "parameter {at} is {value}");
            let refusals = table.refusals();
            assert!(refusals.iter().all(|refusal| refusal.code() == 20), "parameter {at} is {value}: {refusals:?}");
            table.submit(SUBMIT);
        }
    }
    let mut table = Table::logged_in();
    assert_eq!(error(&table.say(r#"{"id":4,"method":"mining.submit","params":["u","a1","00000001","60000000"]}"#)), 20);
    assert_eq!(error(&table.say(r#"{"id":4,"method":"mining.submit","params":{"user":"u"}}"#)), 20);
    table.submit(&submit_with(5, "\"00000000\",\"more\",7"));
}

#[test]
fn jobs_are_known_by_what_was_sent_to_this_connection() {
    let mut table = Table::logged_in();
    assert_eq!(error(&table.say(&submit_with(1, "\"b1\""))), 21);
    table.session.send_job(&job("a2", 1), Previous::StillCounts);
    table.sent();
    let solution = table.submit(SUBMIT);
    assert_eq!(solution.work.job().id, "a1".into(), "a refreshed job does not end the one before");
    for number in 3..=17 {
        table.session.send_job(&job(&format!("a{number}"), 1), Previous::StillCounts);
    }
    table.sent();
    assert_eq!(error(&table.say(SUBMIT)), 21, "sixteen are kept");
    table.submit(&submit_with(1, "\"a2\""));

    let mut numbers = Table::logged_in();
    numbers.session.send_job(&Job { id: hashkit_chain::JobId::Number("7".into()), ..job("", 1) }, Previous::Worthless);
    assert!(numbers.sent().contains("\"params\":[7,"));
    numbers.submit(&submit_with(1, "7"));
}

#[test]
fn shares_of_a_replaced_job_are_stale_unless_they_may_be_blocks() {
    let mut table = Table::logged_in();
    table.session.send_job(&job("a2", 1), Previous::Worthless);
    table.sent();
    table.say(SUBMIT);
    let Some(SessionEvent::Submit { id, standing: Standing::Replaced, .. }) = table.session.poll_event() else {
        panic!("a template refresh leaves a block a block")
    };
    table.session.refuse(id, Refusal::Stale);
    assert_eq!(table.sent(), "{\"id\":4,\"result\":null,\"error\":[21,\"Stale\",null]}\n");

    table.session.send_job(&job("a3", 2), Previous::Worthless);
    table.sent();
    assert_eq!(table.say(SUBMIT), "{\"id\":4,\"result\":null,\"error\":[21,\"Stale\",null]}\n", "another parent");
    assert_eq!(table.session.refusals_in_a_row, 0, "it was under way, which is nobody's fault");
}

#[test]
fn a_share_counts_once_in_whatever_letters() {
    let mut table = Table::logged_in();
    let upper = submit_with(2, "\"0000000A\"");
    let (id, _) = table.claim(&submit_with(2, "\"0000000a\""));
    assert_eq!(table.say(&upper), "", "its answer stands behind the first");
    table.session.accept(id);
    let answers = table.sent();
    let (first, second) = answers.split_once('\n').unwrap();
    assert_eq!(first, "{\"id\":4,\"result\":true,\"error\":null}");
    assert_eq!(error(second), 22);
    for (case, at, value) in
        [("extranonce2", 2, "\"0000000b\""), ("ntime", 3, "\"60000001\""), ("nonce", 4, "\"00000008\"")]
    {
        table.submit(&submit_with(at, value));
        assert_eq!(table.session.jobs.shares(), 2, "{case}");
        table = Table::logged_in();
        table.submit(SUBMIT);
    }
}

#[test]
fn version_bits_make_another_share() {
    let mut table = Table::logged_in();
    table.say(CONFIGURE);
    table.submit(SUBMIT);
    let solution = table.submit(&submit_with(5, "\"00002000\""));
    assert_eq!(solution.version, Version(0x2000_2000));
    assert_eq!(error(&table.say(&submit_with(5, "\"00000000\""))), 22, "no bits are the job's own");
}

#[test]
fn version_bits_stay_inside_the_mask_that_was_agreed_on() {
    let mut table = Table::logged_in();
    let refused = table.say(&submit_with(5, "\"00002000\""));
    assert!(refused.contains("mining.configure") && error(&refused) == 20, "{refused}");
    table.submit(&submit_with(5, "\"00000000\""));
    table.say(CONFIGURE);
    for bits in ["e0000000", "40000000", "00001000"] {
        assert_eq!(error(&table.say(&submit_with(5, &format!("\"{bits}\"")))), 20, "{bits}");
    }
    table.submit(&submit_with(5, "\"1fffe000\""));
    assert!(table.session.set_version_mask(0x6000));
    assert_eq!(table.sent(), "{\"id\":null,\"method\":\"mining.set_version_mask\",\"params\":[\"00006000\"]}\n");
    assert_eq!(error(&table.say(&submit_with(5, "\"00008000\""))), 20, "at once");
    table.submit(&submit_with(5, "\"00006000\""));
}

#[test]
fn bits_that_a_job_needs_are_out_of_the_mask_while_it_is_the_newest() {
    let mut table = Table::logged_in();
    table.say(CONFIGURE);
    let requiring = Job { version: Version(0x3000_0000), version_mask: BIP_320_MASK & !(1 << 28), ..job("b", 1) };
    table.session.send_job(&requiring, Previous::StillCounts);
    let sent = table.sent();
    let mask = sent.find("\"mining.set_version_mask\",\"params\":[\"0fffe000\"]");
    let notify = sent.find("\"30000000\"");
    assert!(mask.is_some() && mask < notify, "the mask, then the job with the bit: {sent}");
    assert_eq!(
        error(&table.say(&submit_with(1, "\"b\"").replace(']', ",\"10000000\"]"))),
        20,
        "the bit is not the miner's"
    );
    assert_eq!(table.submit(&submit_with(1, "\"b\"").replace(']', ",\"0fffe000\"]")).version, Version(0x3fff_e000));
    // Under way when the mask shrank.
    assert_eq!(table.submit(&submit_with(5, "\"1fffe000\"")).version, Version(0x3fff_e000));

    table.session.send_job(&Job { version_mask: 0, ..job("c", 1) }, Previous::StillCounts);
    assert!(table.sent().contains("[\"00000000\"]"));
    table.session.send_job(&job("d", 1), Previous::StillCounts);
    assert!(table.sent().contains("[\"1fffe000\"]"), "free again");
    table.session.send_job(&job("e", 1), Previous::StillCounts);
    assert!(!table.sent().contains("set_version_mask"), "told already");
    assert!(table.session.set_version_mask(u32::MAX), "whoever frees more");
    assert_eq!(
        error(&table.say(&submit_with(1, "\"e\"").replace(']', ",\"20000000\"]"))),
        20,
        "does not free what is the job's"
    );
}

#[test]
fn a_mask_is_granted_as_far_as_the_newest_job_leaves_it_free() {
    for (free, granted) in [(0x3000, "\"version-rolling.mask\":\"00002000\""), (0x1000, "\"version-rolling\":false")] {
        let mut table = Table::logged_in();
        table.session.send_job(&Job { version_mask: free, ..job("b", 1) }, Previous::StillCounts);
        table.sent();
        let said = table.say(CONFIGURE);
        assert!(said.contains(granted), "{free:08x}: {said}");
    }
}

#[test]
fn a_job_is_sent_with_the_bits_under_the_mask_clear() {
    let mut table = Table::logged_in();
    table.say(CONFIGURE);
    table.session.send_job(&Job { version: Version(0x3fff_e004), ..job("b", 1) }, Previous::StillCounts);
    assert!(table.sent().contains("[],\"20000004\","));
    assert_eq!(table.submit(&submit_with(1, "\"b\"")).version, Version(0x2000_0004));
}

#[test]
fn time_stays_between_what_the_job_allows() {
    let mut table = Table::logged_in();
    for (ntime, passes) in
        [("5fffffff", false), ("60000000", true), ("60000100", true), ("60000101", false), ("00000001", false)]
    {
        let line = submit_with(3, &format!("\"{ntime}\""));
        if passes {
            table.submit(&line);
        } else {
            assert_eq!(error(&table.say(&line)), 20, "{ntime}");
        }
    }
}

#[test]
fn a_share_is_measured_by_the_difficulty_its_job_was_sent_with() {
    let mut table = Table::logged_in();
    let hard = Difficulty::new(1e9).unwrap();
    table.session.set_difficulty(hard);
    assert_eq!(table.sent(), "{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[1000000000]}\n");
    let solution = table.submit(SUBMIT);
    assert_eq!(solution.work.job().share_target, Target::MAX);
    assert!(Share::check(&solution).is_ok(), "under way when the difficulty rose");
    table.session.send_job(&job("a2", 1), Previous::StillCounts);
    table.sent();
    let (id, solution) = table.claim(&submit_with(1, "\"a2\""));
    assert_eq!(solution.work.job().share_target, hard.to_target(Algorithm::Sha256d));
    assert!(Share::check(&solution).is_err());
    table.session.refuse(id, Refusal::LowDifficulty);
    let (id, _) = table.claim(&SUBMIT.replace("00000007", "00000009"));
    table.session.accept(id);
    assert!(table.sent().ends_with("{\"id\":4,\"result\":true,\"error\":null}\n"));
}

#[test]
fn another_extranonce_counts_from_the_next_job_on() {
    let mut table = Table::logged_in();
    assert!(!table.session.set_extranonce(&[0xf0], 2), "nobody asked");
    table.say(r#"{"id":3,"method":"mining.extranonce.subscribe","params":[]}"#);
    assert!(table.session.set_extranonce(&[0xf0], 2));
    assert_eq!(table.sent(), "{\"id\":null,\"method\":\"mining.set_extranonce\",\"params\":[\"f0\",2]}\n");
    let old = table.submit(SUBMIT);
    assert_eq!(old.work.job().coinbase.extranonce1, [8, 0, 0, 2]);
    table.session.send_job(&job("b", 1), Previous::StillCounts);
    table.sent();
    let new = table.submit(&submit_with(1, "\"b\"").replace("\"00000001\"", "\"0001\""));
    assert_eq!(new.work.job().coinbase.extranonce1, [0xf0]);
    assert_eq!(error(&table.say(&submit_with(1, "\"b\""))), 20, "the old size");
}

#[test]
fn ids_are_echoed_as_they_came_and_answers_keep_the_order() {
    let mut table = Table::logged_in();
    let ids = ["\"abc\"", "-7", "18446744073709551616", "null", "4", "4", "4.50", "\"\\u0061\""];
    let mut requests = Vec::new();
    for (nonce, id) in ids.into_iter().enumerate() {
        let line = SUBMIT.replace("\"id\":4", &format!("\"id\":{id}")).replace("00000007", &format!("0000001{nonce}"));
        requests.push(table.claim(&line).0);
    }
    let (first, rest) = requests.split_first().unwrap();
    rest.iter().rev().for_each(|id| table.session.accept(*id));
    assert_eq!(table.sent(), "", "the first has no answer yet");
    table.session.refuse(*first, Refusal::LowDifficulty);
    let sent = table.sent();
    let echoed: Vec<_> = sent.lines().map(|line| &line[6..line.find(",\"result\"").unwrap()]).collect();
    assert_eq!(echoed, ids);
    assert!(
        sent.starts_with("{\"id\":\"abc\",\"result\":null,\"error\":[23,\"Low difficulty share\",null]}\n"),
        "{sent}"
    );
}
