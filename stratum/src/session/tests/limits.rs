//! Miners that are slow, broken, hostile, or no miners.

use proptest::prelude::*;

use super::*;

#[test]
fn a_broken_line_is_answered_and_ten_in_a_row_end_it() {
    let mut table = Table::logged_in();
    for count in 1..10 {
        let answer = table.say("{\"id\":4,");
        assert!(
            answer.starts_with("{\"id\":null,\"result\":null,\"error\":[20,\"Not understood: "),
            "{count}: {answer}"
        );
    }
    table.submit(SUBMIT);
    for _ in 1..10 {
        table.say("[]");
    }
    assert!(matches!(table.try_say("{\"id\":[]}"), Err(SessionError::Garbage { lines: 10, .. })));
}

#[test]
fn a_line_too_long_ends_it() {
    for len in [20 * 1024, 1 << 20] {
        let mut table = Table::logged_in();
        let error = table.session.receive(&vec![b'x'; len], table.now).unwrap_err();
        assert_eq!(error, SessionError::LineTooLong(TooLong { limit: LINE_LIMIT }), "{len} bytes");
    }
}

#[test]
fn a_list_too_deep_is_no_message() {
    let mut table = Table::logged_in();
    let nested =
        |depth| format!(r#"{{"id":4,"method":"mining.foo","params":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    assert!(table.say(&nested(7)).starts_with("{\"id\":4,"));
    assert!(table.say(&nested(8)).starts_with("{\"id\":null,"));
}

#[test]
fn unknown_methods_are_refused_and_the_connection_kept() {
    let mut table = Table::logged_in();
    let refused = "{\"id\":9,\"result\":null,\"error\":[20,\"Not supported.\",null]}\n";
    assert_eq!(table.say(r#"{"id":9,"method":"mining.foo","params":[]}"#), refused);
    table.submit(SUBMIT);
}

#[test]
fn whoever_does_not_log_in_is_closed() {
    let seconds = Duration::from_secs;
    let mut silent = Table::new();
    assert_eq!(silent.session.poll_timeout(), Some(silent.now + seconds(10)));
    assert_eq!(silent.wait(9), Ok(()));
    assert_eq!(silent.wait(1), Err(SessionError::NotSubscribed));

    let mut half_a_line = Table::new();
    half_a_line.session.receive(b"{\"id\":", half_a_line.now).unwrap();
    assert_eq!(half_a_line.wait(10), Err(SessionError::NotSubscribed));

    let mut nobody = Table::new();
    nobody.say(SUBSCRIBE);
    assert_eq!(nobody.wait(10), Ok(()), "it is the owner's turn");
    nobody.welcome();
    assert_eq!(nobody.wait(4), Ok(()));
    assert_eq!(nobody.wait(1), Err(SessionError::NotAuthorized));

    let mut waiting = Table::new();
    waiting.say(&[SUBSCRIBE, AUTHORIZE].join("\n"));
    assert_eq!(waiting.wait(15), Ok(()), "the owner has yet to answer");
}

#[test]
fn a_line_has_30_seconds() {
    let mut table = Table::logged_in();
    for byte in b"{\"id\":8,\"method\":\"mining.ping\"" {
        if let Err(error) = table.session.receive(&[*byte], table.now).and_then(|()| table.wait(2)) {
            assert_eq!(error, SessionError::LineUnfinished);
            return;
        }
    }
    panic!("it was let go on");
}

#[test]
fn an_hour_without_a_share_that_counts_ends_it() {
    let mut table = Table::logged_in();
    assert_eq!(table.wait(3599), Ok(()));
    let (id, _) = table.claim(SUBMIT);
    table.session.accept(id);
    assert_eq!(table.wait(3599), Ok(()));
    table.say(&SUBMIT.replace("00000007", "zzzzzzzz"));
    assert_eq!(table.wait(1), Err(SessionError::Idle));
}

#[test]
fn a_miner_that_does_not_read_is_closed() {
    let mut table = Table::logged_in();
    let jobs = (0..1_000_000).take_while(|number: &u32| {
        table.session.send_job(&job(&number.to_string(), 1), Previous::StillCounts);
        table.session.handle_timeout(table.now).is_ok()
    });
    let jobs = jobs.count();
    assert!((500..5000).contains(&jobs), "{jobs} jobs");
    assert!(table.session.outgoing.len() <= OUTGOING_LIMIT);
    assert!(table.session.poll_timeout().unwrap() <= table.now, "its shell learns at once");
    assert_eq!(table.session.receive(b"", table.now), Ok(()));
    assert_eq!(table.session.handle_timeout(table.now), Err(SessionError::SlowReader));
}

#[test]
fn a_flood_of_shares_ends_before_the_memory_does() {
    let mut garbage = Table::logged_in();
    let refused = (0..1_000_000).take_while(|number| {
        let line = SUBMIT.replace("00000007", &format!("{number:08x}"));
        if garbage.try_say(&line).is_err() {
            return false;
        }
        let Some(SessionEvent::Submit { id, .. }) = garbage.session.poll_event() else { panic!() };
        garbage.session.refuse(id, Refusal::LowDifficulty);
        garbage.session.jobs.shares() == 0 && garbage.session.handle_timeout(garbage.now).is_ok()
    });
    assert_eq!(refused.count(), 999, "no garbage is remembered, and its sender is closed");

    let mut malformed = Table::logged_in();
    let refused = (0..1_000_000).take_while(|_| malformed.try_say(&SUBMIT.replace("00000007", "7")).is_ok());
    assert_eq!(refused.count(), 999);

    let mut unanswered = Table::logged_in();
    let taken = (0..1_000_000)
        .take_while(|number| unanswered.try_say(&SUBMIT.replace("00000007", &format!("{number:08x}"))).is_ok());
    assert_eq!(taken.count(), Answers::MAX, "more than the owner can answer");

    let mut sound = Table::logged_in();
    let taken = (0..1_000_000).take_while(|number| {
        let Ok(_) = sound.try_say(&SUBMIT.replace("00000007", &format!("{number:08x}"))) else { return false };
        let Some(SessionEvent::Submit { id, .. }) = sound.session.poll_event() else { panic!() };
        sound.session.accept(id);
        true
    });
    assert_eq!(taken.count(), IssuedJobs::MAX_SHARES, "the difficulty is far too low");
}

#[test]
fn shares_are_forgotten_with_their_jobs() {
    let mut table = Table::logged_in();
    table.submit(SUBMIT);
    table.session.send_job(&job("b", 2), Previous::Worthless);
    assert_eq!(table.session.jobs.shares(), 0);
}

#[test]
fn events_that_miners_cause_at_will_do_not_pile_up() {
    let mut table = Table::logged_in();
    for number in 1..1000 {
        table.say(&format!(r#"{{"id":5,"method":"mining.suggest_difficulty","params":[{number}]}}"#));
        table.say(
            &CONFIGURE
                .replace("version-rolling\"]", "minimum-difficulty\"]")
                .replace("version-rolling.mask\":\"ffffffff\"", "minimum-difficulty.value\":7"),
        );
        table.say(&format!(r#"{{"id":1,"result":"version {number}","error":null}}"#));
    }
    assert_eq!(std::iter::from_fn(|| table.session.poll_event()).count(), 3);
}

proptest! {
    #[test]
    fn no_bytes_make_a_session_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut table = Table::logged_in();
        let _ = table.session.receive(&bytes, table.now);
        let _ = table.wait(1000);
    }

    #[test]
    fn no_parameters_make_a_session_panic(
        id in "null|0|7|\"x\"|\\[\\]|-1|1e400",
        method in "mining\\.(submit|subscribe|authorize|configure|suggest_difficulty|suggest_target|extranonce\\.subscribe)",
        params in proptest::collection::vec("null|true|-1|1e308|\"\"|\"u\"|\"a1\"|\"[0-9a-f]{8}\"|\\[\"version-rolling\"\\]|\\{\\}", 0..8),
    ) {
        let mut table = Table::logged_in();
        let _ = table.try_say(&format!("{{\"id\":{id},\"method\":\"{method}\",\"params\":[{}]}}", params.join(",")));
    }
}
