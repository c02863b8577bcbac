//! From the connection to the first job.

use super::*;

#[test]
fn the_first_line_of_all_answers_the_subscription() {
    let mut table = Table::new();
    assert_eq!(table.say(SUBSCRIBE), "");
    let Some(SessionEvent::Subscribe { agent, session_id }) = table.session.poll_event() else { panic!() };
    assert_eq!((agent.as_str(), session_id), ("test/1", None));
    table.session.set_difficulty(Difficulty::new(1e-10).unwrap());
    table.session.send_job(&job("a1", 1), Previous::Worthless);
    table.session.show_message("hello");
    table.session.ask_version();
    table.session.reconnect(None, None, 0);
    assert!(!table.session.set_extranonce(&[1], 4) && !table.session.set_version_mask(0x3000));
    assert_eq!(table.sent(), "", "the subscription is answered first");
    table.session.welcome(&[8, 0, 0, 2], 4, "ae68");
    assert_eq!(
        table.sent(),
        concat!(
            r#"{"id":1,"result":[[["mining.set_difficulty","ae68"],["mining.notify","ae68"]],"08000002",4],"error":null}"#,
            "\n",
            r#"{"id":null,"method":"mining.set_difficulty","params":[1e-10]}"#,
            "\n"
        )
    );
    table.say(AUTHORIZE);
    table.grant();
    assert_eq!(
        table.sent(),
        concat!(
            r#"{"id":2,"result":true,"error":null}"#,
            "\n",
            r#"{"id":null,"method":"mining.notify","params":["a1","0101010101010101010101010101010101010101010101010101010101010101","#,
            r#""0102","03",[],"20000000","1d00ffff","60000000",true]}"#,
            "\n"
        )
    );
}

#[test]
fn authorizing_first_works_and_the_job_waits_for_both() {
    let mut table = Table::new();
    table.session.send_job(&job("old", 1), Previous::Worthless);
    table.session.send_job(&job("newest", 1), Previous::StillCounts);
    table.say(AUTHORIZE);
    table.grant();
    assert_eq!(table.sent(), "{\"id\":2,\"result\":true,\"error\":null}\n");
    table.say(SUBSCRIBE);
    table.welcome();
    let sent = table.sent();
    let [answer, difficulty, notify] = sent.lines().collect::<Vec<_>>()[..] else { panic!("{sent}") };
    assert!(answer.starts_with("{\"id\":1,") && difficulty.contains("mining.set_difficulty"), "{sent}");
    assert!(notify.contains("[\"newest\"") && notify.ends_with("true]}"), "the newest, as clean as the old: {notify}");
}

#[test]
fn a_whole_login_in_one_segment_gets_its_answers_in_order_and_one_job() {
    let mut table = Table::new();
    let suggest = r#"{"id":5,"method":"mining.suggest_difficulty","params":[1000]}"#;
    let before = table.say(&[CONFIGURE, SUBSCRIBE, AUTHORIZE, suggest].join("\n"));
    table.session.send_job(&job("a1", 1), Previous::Worthless);
    table.welcome();
    table.grant();
    let Some(SessionEvent::Suggest { difficulty }) = table.session.poll_event() else { panic!() };
    table.session.set_difficulty(difficulty);
    let sent = before + &table.sent();
    let starts: Vec<_> = sent.lines().map(|line| &line[..8]).filter(|line| !line.starts_with("{\"id\":n")).collect();
    assert_eq!(starts, ["{\"id\":3,", "{\"id\":1,", "{\"id\":2,", "{\"id\":5,"], "{sent}");
    assert_eq!(sent.matches("mining.notify\",\"params\"").count(), 1, "{sent}");
    assert!(sent.ends_with("\"params\":[1000]}\n"), "{sent}");
}

#[test]
fn a_second_subscription_gets_the_same_extranonce1() {
    let mut table = Table::new();
    table.say(&[SUBSCRIBE, SUBSCRIBE].join("\n"));
    table.welcome();
    assert!(table.session.poll_event().is_none(), "one connection, one decision");
    let sent = table.sent();
    let answers: Vec<_> = sent.lines().filter(|line| line.contains("\"result\"")).collect();
    assert_eq!((answers.len(), answers[0]), (2, answers[1]));
    let third = table.say(SUBSCRIBE);
    assert_eq!(third.trim_end(), answers[0]);
}

#[test]
fn several_users_may_mine_on_one_connection() {
    let mut table = Table::logged_in();
    for (case, user) in [("again", "u"), ("another", "v")] {
        table.say(&AUTHORIZE.replace("\"u\"", &format!("\"{user}\"")));
        table.grant();
        assert_eq!(table.sent(), "{\"id\":2,\"result\":true,\"error\":null}\n", "{case}");
        table.submit(
            &SUBMIT.replace("\"u\"", &format!("\"{user}\"")).replace("00000007", &format!("0000000{}", user.len())),
        );
        if case == "again" {
            table.say(&SUBMIT.replace("\"u\"", "\"v\"").replace("00000007", "00000008"));
            assert_eq!(table.session.counts().refused_submits, 1, "not yet");
            table = Table::logged_in();
        }
    }
    assert_eq!(table.session.users, ["u", "v"]);
}

#[test]
fn a_user_is_refused_with_a_reason() {
    let mut table = Table::new();
    table.say(AUTHORIZE);
    let Some(SessionEvent::Authorize { id, .. }) = table.session.poll_event() else { panic!() };
    table.session.refuse(id, Refusal::Other("the user name is no address of this network".to_owned()));
    assert_eq!(
        table.sent(),
        "{\"id\":2,\"result\":false,\"error\":[20,\"the user name is no address of this network\",null]}\n"
    );
    table.session.accept(id);
    assert_eq!(table.sent(), "", "an answer stands");
    assert!(table.session.users.is_empty());
}

#[test]
fn names_that_would_damage_logs_are_refused_and_others_are_kept_as_they_are() {
    for (case, user, passes) in [
        ("quotes and markup", r#"rig\"1','); DROP TABLE x;--{a=\"b\"}"#, true),
        ("another script", "ру́да.1", true),
        ("256 bytes", &"x".repeat(256), true),
        ("empty", "", true),
        ("a line end", r"a\nb", false),
        ("a terminal escape", r"a\u001b[2Jb", false),
        ("a right-to-left mark", r"a\u202eb", false),
        ("257 bytes", &"x".repeat(257), false),
        ("10 KiB", &"x".repeat(10 * 1024), false),
    ] {
        let mut table = Table::new();
        let sent = table.say(&AUTHORIZE.replace("\"u\"", &format!("\"{user}\"")));
        let event = table.session.poll_event();
        if passes {
            let Some(SessionEvent::Authorize { user: seen, .. }) = event else { panic!("{case}") };
            assert_eq!(seen, serde_json::from_str::<String>(&format!("\"{user}\"")).unwrap(), "{case}");
        } else {
            assert!(event.is_none() && sent.contains("\"result\":false,\"error\":[24,"), "{case}: {sent}");
        }
    }
    let mut table = Table::new();
    table.say(&SUBSCRIBE.replace("test/1", &format!(r"\u001b[2J{}", "x".repeat(1000))));
    let Some(SessionEvent::Subscribe { agent, .. }) = table.session.poll_event() else { panic!() };
    assert!(agent.len() == NAME_LIMIT && agent.starts_with("[2Jx"), "{agent}");
}

#[test]
fn a_session_to_resume_is_handed_on_and_an_odd_one_never_an_error() {
    for (case, id, handed_on) in [
        ("ours", "\"ae68\"".to_owned(), Some("ae68")),
        ("odd length", "\"00008c391\"".to_owned(), Some("00008c391")),
        ("no hexadecimal", "\"zz top\"".to_owned(), Some("zz top")),
        ("10 KiB", format!("\"{}\"", "a".repeat(10 * 1024)), None),
        ("empty", "\"\"".to_owned(), None),
        ("null", "null".to_owned(), None),
        ("a number", "7".to_owned(), None),
    ] {
        let mut table = Table::new();
        table.say(&SUBSCRIBE.replace("\"test/1\"", &format!("\"test/1\",{id}")));
        let Some(SessionEvent::Subscribe { session_id, .. }) = table.session.poll_event() else { panic!("{case}") };
        assert_eq!(session_id.as_deref(), handed_on, "{case}");
    }
}

#[test]
fn every_extension_is_answered_and_a_mask_is_the_common_part() {
    let configure = |params: &str| format!(r#"{{"id":3,"method":"mining.configure","params":{params}}}"#);
    let rolling = |mask: &str| format!(r#"{{"version-rolling":true,"version-rolling.mask":"{mask}"}}"#);
    for (case, params, result) in [
        ("no parameters for it", r#"[["version-rolling"]]"#, rolling("1fffe000")),
        ("part of it", r#"[["version-rolling"],{"version-rolling.mask":"00ffffff"}]"#, rolling("00ffe000")),
        (
            "more bits than there are",
            r#"[["version-rolling"],{"version-rolling.min-bit-count":99}]"#,
            rolling("1fffe000"),
        ),
        (
            "nothing in common",
            r#"[["version-rolling"],{"version-rolling.mask":"00000fff"}]"#,
            r#"{"version-rolling":false}"#.to_owned(),
        ),
        (
            "several",
            r#"[["subscribe-extranonce","info","x"],{"info.hw-id":"7"}]"#,
            r#"{"info":true,"subscribe-extranonce":true,"x":false}"#.to_owned(),
        ),
        ("none", "[[]]", "{}".to_owned()),
        (
            "a difficulty that is none",
            r#"[["minimum-difficulty"],{"minimum-difficulty.value":"x"}]"#,
            r#"{"minimum-difficulty":"minimum-difficulty.value has to be a number"}"#.to_owned(),
        ),
        (
            "no difficulty any more",
            r#"[["minimum-difficulty"],{"minimum-difficulty.value":0}]"#,
            r#"{"minimum-difficulty":true}"#.to_owned(),
        ),
    ] {
        let mut table = Table::new();
        assert_eq!(
            table.say(&configure(params)).trim_end(),
            format!(r#"{{"id":3,"result":{result},"error":null}}"#),
            "{case}"
        );
    }
    let mut table = Table::logged_in();
    table.say(CONFIGURE);
    table.say(&configure(r#"[["version-rolling"],{"version-rolling.mask":"00003000"}]"#));
    assert_eq!(table.session.version_mask, Some(0x2000), "the second time counts");
    assert!(table.say(&configure("[7]")).contains("\"error\":[20,"), "no list of names");
}

#[test]
fn a_suggestion_reaches_the_owner_only_if_it_is_a_difficulty() {
    for (value, suggested) in
        [("0.001", Some(0.001)), ("1e30", Some(1e30)), ("\"8\"", Some(8.0)), ("0", None), ("-1", None), ("\"x\"", None)]
    {
        let mut table = Table::logged_in();
        let answer = table.say(&format!(r#"{{"id":3,"method":"mining.suggest_difficulty","params":[{value}]}}"#));
        assert_eq!(answer, "{\"id\":3,\"result\":true,\"error\":null}\n", "{value}");
        let event = table.session.poll_event();
        assert_eq!(
            suggested,
            match event {
                Some(SessionEvent::Suggest { difficulty }) => Some(difficulty.value()),
                _ => None,
            },
            "{value}"
        );
    }
}

#[test]
fn a_miner_is_asked_for_its_version_shown_messages_and_sent_elsewhere() {
    let mut table = Table::logged_in();
    table.session.ask_version();
    assert_eq!(table.sent(), "{\"id\":1,\"method\":\"client.get_version\",\"params\":[]}\n");
    table.say(r#"{"id":1,"result":"miner/1\u001b","error":null}"#);
    assert!(matches!(table.session.poll_event(), Some(SessionEvent::Version(version)) if version == "miner/1"));
    table.session.show_message("back at \"noon\"");
    assert_eq!(
        table.sent(),
        "{\"id\":null,\"method\":\"client.show_message\",\"params\":[\"back at \\\"noon\\\"\"]}\n"
    );
    table.session.reconnect(None, None, 0);
    table.session.reconnect(Some("b.pool.example"), Some(3334), 5);
    table.session.reconnect(None, None, 5);
    assert_eq!(
        table.sent(),
        concat!(
            r#"{"id":null,"method":"client.reconnect","params":[]}"#,
            "\n",
            r#"{"id":null,"method":"client.reconnect","params":["b.pool.example",3334,5]}"#,
            "\n",
            r#"{"id":null,"method":"client.reconnect","params":["",null,5]}"#,
            "\n"
        )
    );
    assert_eq!(table.say(r#"{"id":8,"method":"mining.ping"}"#), "{\"id\":8,\"result\":\"pong\",\"error\":null}\n");
}
