//! From the connection to the login.

use super::*;

#[test]
fn the_lowest_difficulty_is_asked_for_with_the_other_extensions() {
    let lowest = |login: &mut Login| login.minimum = Some(Difficulty::new(64.0).unwrap());
    for (case, algorithm, expected) in [
        (
            "beside version bits",
            Algorithm::Sha256d,
            r#"[["version-rolling","minimum-difficulty"],{"minimum-difficulty.value":64,"version-rolling.mask":"1fffe000","version-rolling.min-bit-count":2}]"#,
        ),
        ("alone", Algorithm::Scrypt, r#"[["minimum-difficulty"],{"minimum-difficulty.value":64}]"#),
    ] {
        let mut login = Login::new("a.pool.example", "u", "x", algorithm);
        lowest(&mut login);
        let mut table = Table::new(|changed| *changed = login);
        let sent = table.sent();
        assert!(sent.lines().next().is_some_and(|line| line.contains(expected)), "{case}: {sent}");
    }
}

#[test]
fn a_client_goes_from_login_to_an_accepted_share() {
    let mut table = Table::new(|_| {});
    assert_eq!(
        table.sent(),
        concat!(
            r#"{"id":1,"method":"mining.configure","params":[["version-rolling"],{"version-rolling.mask":"1fffe000","version-rolling.min-bit-count":2}]}"#,
            "\n",
            r#"{"id":2,"method":"mining.subscribe","params":["hashkit/test"]}"#,
            "\n",
            r#"{"id":3,"method":"mining.authorize","params":["u","x"]}"#,
            "\n"
        )
    );
    for line in [CONFIGURED, SUBSCRIBED, AUTHORIZED, EASY, &notify("bf", 'a', false)] {
        table.hear(line);
    }
    let events = table.events();
    let [
        ClientEvent::Job { job, previous: Previous::Worthless },
        ClientEvent::Ready,
        ClientEvent::DifficultyChanged(_),
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((job.coinbase.extranonce1.as_slice(), job.coinbase.extranonce2_len), (&[8, 0, 0, 2][..], 4));
    let id = table.client.submit(&share(job, 7, 0x2000_2000), table.now);
    assert_eq!(
        table.sent(),
        concat!(
            r#"{"id":4,"method":"mining.submit","params":["u","bf","00000000","504e86b9","00000007","00002000"]}"#,
            "\n"
        )
    );
    table.now += Duration::from_millis(20);
    table.hear(r#"{"id":4,"result":true,"error":null}"#);
    assert_eq!(table.events(), [ClientEvent::Accepted { id, took: Duration::from_millis(20) }]);
}

#[test]
fn every_wish_is_asked_for_at_once_and_in_order() {
    let mut table = Table::new(|login| {
        login.session_id = Some("ae68".to_owned());
        login.extranonce_subscribe = true;
        login.suggest = Some(Difficulty::new(0.5).unwrap());
    });
    let sent = table.sent();
    let methods: Vec<_> = sent.lines().map(|line| line.split('"').nth(5).unwrap()).collect();
    let expected = ["configure", "subscribe", "extranonce.subscribe", "suggest_difficulty", "authorize"];
    assert_eq!(methods, expected.map(|name| format!("mining.{name}")));
    assert!(sent.contains(r#""params":["hashkit/test","ae68"]"#) && sent.contains(r#""params":[0.5]"#), "{sent}");
}

#[test]
fn a_job_before_the_subscription_is_answered_is_kept() {
    let mut table = Table::new(|_| {});
    for line in [EASY, &notify("first", '0', true), &notify("newest", '0', false)] {
        table.hear(line);
    }
    assert_eq!(table.events(), [ClientEvent::DifficultyChanged(Difficulty::new(1e-10).unwrap())]);
    table.hear(SUBSCRIBED);
    let (job, previous) = table.job();
    assert_eq!((job.id.to_string().as_str(), previous), ("newest", Previous::Worthless));
    assert_eq!((job.share_target, job.coinbase.extranonce1.as_slice()), (Target::MAX, &[8, 0, 0, 2][..]));
}

#[test]
fn shares_wait_until_the_user_is_authorized() {
    let mut table = Table::new(|_| {});
    for line in [SUBSCRIBED, EASY] {
        table.hear(line);
    }
    let (job, _) = table.new_job("a", '0', true);
    table.sent();
    let ids = [table.submit(&job), table.submit(&job)];
    assert_eq!(table.sent(), "");
    table.hear(r#"{"id":4,"result":true,"error":null}"#);
    assert_eq!(table.client.counts().unmatched_answers, 1, "an answer to a share that was not sent");
    table.hear(AUTHORIZED);
    let sent = table.sent();
    assert_eq!(sent.lines().count(), 2);
    assert!(sent.starts_with("{\"id\":4,") && sent.contains("{\"id\":5,"), "in their order: {sent}");
    table.hear(r#"{"id":5,"result":true,"error":null}"#);
    let took = Duration::ZERO;
    assert_eq!(table.events(), [ClientEvent::Ready, ClientEvent::Accepted { id: ids[1], took }]);
}

#[test]
fn a_refused_user_sends_nothing() {
    for (case, answer, reason) in [
        ("false", r#"{"id":3,"result":false,"error":null}"#, "no reason given"),
        ("error 24", r#"{"id":3,"result":null,"error":[24,"Unknown user",null]}"#, "Unknown user (code 24)"),
        ("null", r#"{"id":3,"result":null,"error":null}"#, "no reason given"),
    ] {
        let mut table = Table::new(|_| {});
        for line in [SUBSCRIBED, EASY] {
            table.hear(line);
        }
        let (job, _) = table.new_job("a", '0', true);
        table.sent();
        let waiting = table.submit(&job);
        table.hear(answer);
        let late = table.submit(&job);
        let why = LostBecause::LoginRefused;
        assert_eq!(
            table.events(),
            [
                ClientEvent::Lost { id: waiting, why },
                ClientEvent::LoginRefused { reason: reason.to_owned() },
                ClientEvent::Lost { id: late, why },
            ],
            "{case}"
        );
        assert_eq!(table.sent(), "", "{case}");
    }
}

#[test]
fn a_late_answer_to_configure_counts_from_the_next_job_on() {
    let mut table = Table::new(|_| {});
    for line in [SUBSCRIBED, AUTHORIZED, EASY] {
        table.hear(line);
    }
    let (before, _) = table.new_job("a", '0', true);
    assert_eq!(before.version_mask, 0, "no rolling without an answer");
    table.sent();
    table.submit(&before);
    assert!(table.sent().contains("\"00000000\"]}"), "five parameters");
    table.hear(CONFIGURED);
    assert_eq!(table.events(), [], "nothing changes for the running job");
    assert_eq!(table.new_job("b", '0', false).0.version_mask, 0x1fff_e000);
    table.submit(&before);
    assert!(table.sent().contains("\"00000001\",\"00000000\"]}"), "six parameters, no bits of the old job");
}

#[test]
fn unusable_subscription_answers_end_the_connection() {
    for (case, result, expected) in [
        ("size -1", r#"[[],"01",-1]"#, "extranonce2 size -1 "),
        ("size 33", r#"[[],"01",33]"#, "extranonce2 size 33 "),
        ("size 4000000000", r#"[[],"01",4000000000]"#, "extranonce2 size 4000000000 "),
        ("size x", r#"[[],"01","x"]"#, "extranonce2 size \"x\" "),
        ("size 2.5", r#"[[],"01",2.5]"#, "extranonce2 size 2.5 "),
        ("half a byte", r#"[[],"abc",4]"#, "extranonce1 \"\\\"abc\\\"\" "),
        ("no hexadecimal", r#"[[],"zz",4]"#, "extranonce1 "),
        ("a number", "[[],8,4]", "extranonce1 "),
        ("too short", r#"[[],"01"]"#, "its answer is not a list"),
        ("true", "true", "its answer is not a list"),
        ("null", "null", "its answer is not a list"),
    ] {
        let mut table = Table::new(|_| {});
        let error = table.try_hear(&format!(r#"{{"id":2,"result":{result},"error":null}}"#)).unwrap_err();
        assert!(error.to_string().contains(expected), "{case}: {error}");
    }
}

#[test]
fn a_refused_subscription_is_tried_once_more_without_parameters() {
    let refusal = |id| format!(r#"{{"id":{id},"result":null,"error":[20,"Not supported.",null]}}"#);
    let mut table = Table::new(|login| login.session_id = Some("old".to_owned()));
    table.sent();
    table.hear(&refusal(2));
    assert_eq!(table.sent(), "{\"id\":4,\"method\":\"mining.subscribe\",\"params\":[]}\n");
    let refused = table.try_hear(&refusal(4)).unwrap_err();
    assert!(refused.to_string().starts_with("refused the subscription: Not supported. (code 20)"), "{refused}");
}

#[test]
fn the_next_login_resumes_the_session_and_leaves_out_what_was_not_answered() {
    let mut table = Table::new(|login| login.extranonce_subscribe = true);
    assert!(!table.client.next_login().extranonce_subscribe, "the pool may have closed over it");
    table.hear(SUBSCRIBED);
    table.hear(r#"{"id":3,"result":null,"error":[20,"Not supported.",null]}"#);
    let next = table.client.next_login();
    assert_eq!((next.session_id.as_deref(), next.extranonce_subscribe), (Some("ae68"), true));
}

#[test]
fn a_resumed_session_with_another_extranonce1_voids_all_old_work() {
    let mut first = Table::logged_in();
    let (old, _) = first.new_job("a", '0', true);
    for (case, extranonce1, is_same) in [("another", "08000003", false), ("the same", "08000002", true)] {
        let next = first.client.next_login();
        let mut second = Table::new(|login| *login = next);
        second.hear(&SUBSCRIBED.replace("08000002", extranonce1));
        second.hear(AUTHORIZED);
        second.hear(CONFIGURED);
        second.hear(EASY);
        let (new, previous) = second.new_job("a", '0', true);
        assert_eq!(previous, Previous::Worthless, "{case}");
        assert_eq!(hashkit_chain::hex::encode(&new.coinbase.extranonce1), extranonce1, "{case}");
        second.sent();
        let id = second.submit(&old);
        let dropped = ClientEvent::Stale { id, why: StaleBecause::JobReplaced };
        assert_eq!(second.events().contains(&dropped), !is_same, "{case}");
        assert_eq!(second.sent().is_empty(), !is_same, "{case}");
    }
}

#[test]
fn a_password_is_sent_and_never_printed() {
    let mut table = Table::new(|login| login.password = "hunter2".into());
    assert!(table.sent().contains("[\"u\",\"hunter2\"]"));
    assert!(!format!("{:?}", table.client).contains("hunter2"));
}
