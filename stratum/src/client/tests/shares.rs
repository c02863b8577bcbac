//! What becomes of shares: each ends once.

use super::*;
use crate::message::Cause;

fn accepted(id: SubmitId) -> ClientEvent {
    ClientEvent::Accepted { id, took: Duration::ZERO }
}

#[test]
fn answers_are_matched_by_id_in_any_order() {
    let mut table = Table::logged_in();
    let (job, _) = table.new_job("a", '0', true);
    let ids = [table.submit(&job), table.submit(&job), table.submit(&job)];
    table.hear(r#"{"id":6,"result":true,"error":null}"#);
    table.hear(r#"{"id":4,"result":null,"error":[23,"Above target",null]}"#);
    table.hear(r#"{"id":"5","result":{"status":"OK"},"error":null}"#);
    let refused = ClientEvent::Refused {
        id: ids[0],
        cause: Cause::LowDifficulty,
        code: Some(23),
        reason: "Above target".to_owned(),
        took: Duration::ZERO,
    };
    assert_eq!(table.events(), [accepted(ids[2]), refused, accepted(ids[1])]);
}

#[test]
fn answers_to_nothing_are_counted_and_no_more() {
    let mut table = Table::logged_in();
    for (count, id) in ["987654", "null", "\"abc\"", "-1", "1e99", "3", "true"].into_iter().enumerate() {
        table.hear(&format!(r#"{{"id":{id},"result":true,"error":null}}"#));
        assert_eq!(table.client.counts().unmatched_answers, count as u64 + 1, "{id}");
    }
    assert_eq!(table.events(), []);
}

#[test]
fn a_share_without_an_answer_is_lost_after_a_minute() {
    let mut table = Table::logged_in();
    let (job, _) = table.new_job("a", '0', true);
    let first = table.submit(&job);
    table.now += Duration::from_secs(10);
    let second = table.submit(&job);
    assert_eq!(table.client.poll_timeout(), Some(table.now + Duration::from_secs(50)));
    table.wait(50).unwrap();
    assert_eq!(table.events(), [ClientEvent::Lost { id: first, why: LostBecause::Unanswered }]);
    table.hear(r#"{"id":4,"result":true,"error":null}"#);
    assert_eq!((table.events(), table.client.counts().unmatched_answers), (vec![], 1), "too late to count");
    table.hear(r#"{"id":5,"result":true,"error":null}"#);
    let took = Duration::from_secs(50);
    assert_eq!(table.events(), [ClientEvent::Accepted { id: second, took }]);
}

#[test]
fn a_connection_that_ends_loses_what_had_no_answer() {
    let mut table = Table::logged_in();
    let (job, _) = table.new_job("a", '0', true);
    let ids = [table.submit(&job), table.submit(&job), table.submit(&job)];
    table.hear(r#"{"id":5,"result":true,"error":null}"#);
    table.client.close();
    table.client.close();
    let lost = |id| ClientEvent::Lost { id, why: LostBecause::Closed };
    assert_eq!(table.events(), [accepted(ids[1]), lost(ids[0]), lost(ids[2])]);
}

#[test]
fn a_burst_of_shares_is_sent_once_each_and_bounded() {
    let mut table = Table::logged_in();
    let (job, _) = table.new_job("a", '0', true);
    let ids: Vec<_> = (0..1001).map(|_| table.submit(&job)).collect();
    let sent = table.sent();
    let mut lines: Vec<_> = sent.lines().collect();
    lines.dedup();
    assert_eq!(lines.len(), 1001);
    assert_eq!(table.events(), [ClientEvent::Lost { id: ids[0], why: LostBecause::TooManyPending }]);
    table.hear(r#"{"id":4,"result":true,"error":null}"#);
    assert_eq!(table.client.counts().unmatched_answers, 1, "the lost one is not counted twice");
}

#[test]
fn every_share_ends_in_exactly_one_way() {
    let mut table = Table::logged_in();
    let (old, _) = table.new_job("old", '0', true);
    let (mut found, mut ended) = (0u64, 0u64);
    for round in 0..200u64 {
        let job = if round % 10 == 0 { table.new_job(&round.to_string(), '1', true).0 } else { old.clone() };
        for _ in 0..3 {
            let SubmitId(id) = table.submit(&job);
            found += 1;
            match round % 7 {
                0 => table.hear(&format!(r#"{{"id":{id},"result":true}}"#)),
                1 => table.hear(&format!(r#"{{"id":{id},"result":false,"reject-reason":"Stale"}}"#)),
                2 => {
                    table.hear(&format!(r#"{{"id":{id},"result":true}}"#));
                    table.hear(&format!(r#"{{"id":{id},"result":false}}"#));
                }
                _ => {}
            }
        }
        table.wait(1).unwrap();
        table.hear(r#"{"id":null,"method":"mining.ping"}"#);
        ended += table.events().iter().filter(|event| is_end(event)).count() as u64;
    }
    table.client.close();
    ended += table.events().iter().filter(|event| is_end(event)).count() as u64;
    assert_eq!(found, ended);
}

fn is_end(event: &ClientEvent) -> bool {
    matches!(
        event,
        ClientEvent::Accepted { .. }
            | ClientEvent::Refused { .. }
            | ClientEvent::Stale { .. }
            | ClientEvent::Lost { .. }
    )
}

#[test]
fn shares_of_a_resumed_session_are_sent_and_of_another_they_are_not() {
    for (case, subscribed, is_resumed) in [
        ("the same extranonce1", SUBSCRIBED.to_owned(), true),
        ("another extranonce1", SUBSCRIBED.replace("08000002", "08000003"), false),
        ("another size", SUBSCRIBED.replace(",4]", ",8]"), false),
    ] {
        let mut before = Table::logged_in();
        let (job, _) = before.new_job("a", '0', true);
        let login = before.client.next_login();
        assert!(login.can_resume() && login.session_id.as_deref() == Some("ae68"), "{case}");
        let mut table = Table::new(|changed| *changed = login);
        assert!(!table.client.knows(&job), "{case}: nothing is known before the subscription");
        for line in [CONFIGURED, &subscribed, AUTHORIZED, EASY] {
            table.hear(line);
        }
        table.events();
        table.sent();
        assert_eq!((table.client.has_resumed(), table.client.knows(&job)), (is_resumed, is_resumed), "{case}");
        let id = table.submit(&job);
        let sent = table.sent();
        if is_resumed {
            assert!(sent.contains("mining.submit") && sent.contains(r#""a""#), "{case}: {sent}");
            // A job on the same block leaves the old one alive, one on another ends it.
            table.new_job("b", '0', false);
            assert!(table.client.knows(&job), "{case}");
            table.new_job("c", '1', false);
            assert!(!table.client.knows(&job), "{case}");
        } else {
            assert_eq!(sent, "", "{case}");
            assert_eq!(table.events(), [ClientEvent::Stale { id, why: StaleBecause::JobReplaced }], "{case}");
        }
    }
}

#[test]
fn no_share_is_sent_twice_whatever_its_job_is_called() {
    let mut table = Table::logged_in();
    let (job, _) = table.new_job("a", '0', true);
    table.client.submit(&share(&job, 7, job.version.0), table.now);
    assert_eq!(table.sent().lines().count(), 1);
    let (renamed, _) = table.new_job("b", '0', false);
    for (case, again) in [("the same", &job), ("under another name of its job", &renamed)] {
        let id = table.client.submit(&share(again, 7, job.version.0), table.now);
        assert_eq!(table.sent(), "", "{case}");
        assert_eq!(table.events(), [ClientEvent::Stale { id, why: StaleBecause::SentBefore }], "{case}");
    }
    table.client.submit(&share(&renamed, 7, job.version.0 | 0x2000), table.now);
    assert_eq!(table.sent().lines().count(), 1, "another version is another share");

    let login = table.client.next_login();
    let mut resumed = Table::new(|changed| *changed = login);
    for line in [CONFIGURED, SUBSCRIBED, AUTHORIZED, EASY] {
        resumed.hear(line);
    }
    resumed.events();
    let id = resumed.client.submit(&share(&job, 7, job.version.0), resumed.now);
    assert_eq!(resumed.events(), [ClientEvent::Stale { id, why: StaleBecause::SentBefore }], "in a resumed session");
}

#[test]
fn a_pool_that_raises_the_difficulty_at_once_is_found_out_by_its_refusal() {
    const HARD: &str = r#"{"id":null,"method":"mining.set_difficulty","params":[1e6]}"#;
    let mut table = Table::logged_in();
    let (job, _) = table.new_job("a", '0', true);
    let SubmitId(id) = table.submit(&job);
    table.hear(&format!(r#"{{"id":{id},"result":null,"error":[23,"Difficulty too low",null]}}"#));
    assert!(!table.client.next_login().difficulty_at_once, "no newer difficulty explains it");
    table.hear(HARD);
    table.events();
    let SubmitId(id) = table.submit(&job);
    table.hear(&format!(r#"{{"id":{id},"result":null,"error":[23,"Difficulty too low",null]}}"#));
    let (retargeted, previous) = {
        let events = table.events();
        assert!(events.contains(&ClientEvent::Warning(Warning::DifficultyAtOnce)), "{events:?}");
        match &events[0] {
            ClientEvent::Job { job, previous } => (job.clone(), *previous),
            other => panic!("{other:?} instead of the job"),
        }
    };
    let million = Difficulty::new(1e6).unwrap().to_target(Algorithm::Sha256d);
    assert_eq!((&retargeted.id, retargeted.share_target, previous), (&job.id, million, Previous::StillCounts));
    let late = table.submit(&job);
    assert_eq!(table.events(), [ClientEvent::Stale { id: late, why: StaleBecause::DifficultyRaised }]);
    table.hear(EASY);
    assert!(table.job().0.share_target > million, "lowered at once, too");
    assert!(table.client.next_login().difficulty_at_once);
}
