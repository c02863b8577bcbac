//! Every line of `stratum-v1-quirks.json` that a pool may send, with its conclusion.

use super::*;
use crate::message::Cause;
use crate::quirks::quirks;

#[test]
fn every_line_that_pools_send_is_understood() {
    for quirk in quirks("server->client", 77) {
        conclude(&quirk.id, &quirk.line);
    }
}

fn conclude(case: &str, line: &str) {
    match case {
        "result-key-order" | "no-error-key" | "crlf" | "trailing-nul" | "bom" | "duplicate-keys" => {
            assert_eq!(login_answer(line), ClientEvent::Ready, "{case}");
        }
        "no-result-key" => {
            let reason = "Job not found (code 21)".to_owned();
            assert_eq!(login_answer(line), ClientEvent::LoginRefused { reason }, "{case}");
        }
        "error-2-array" => refused(case, line, 9, Some(21), Cause::JobNotFound, "job not found"),
        "error-3-array-trailing-string" => refused(case, line, 9, Some(22), Cause::Duplicate, "Duplicate share"),
        "error-trailing-long-string" => {
            refused(case, line, 17, Some(20), Cause::Other, "Mining Submit validation error");
        }
        "error-object" => refused(case, line, 3, Some(23), Cause::LowDifficulty, "Low difficulty"),
        "error-string" => refused(case, line, 3, None, Cause::JobNotFound, "Invalid JobID"),
        "error-negative-code" => refused(case, line, 3, Some(-1), Cause::JobNotFound, "Job not found"),
        "error-private-code" => refused(case, line, 6, Some(4), Cause::Duplicate, "Duplicate"),
        "error-object-detail" => refused(case, line, 9, Some(3), Cause::Other, "Ntime out of range"),
        "reject-reason" => refused(case, line, 4, None, Cause::LowDifficulty, "Above target"),
        "result-false-no-error" | "result-null-no-error" => refused(case, line, 4, None, Cause::Other, ""),
        "error-empty-array" => assert!(matches!(share_answer(line, 3)[..], [ClientEvent::Accepted { .. }]), "{case}"),
        "string-id" | "float-id" => {
            assert!(matches!(share_answer(line, 4)[..], [ClientEvent::Accepted { .. }]), "{case}");
        }
        "null-id-response" | "unknown-id" => unmatched(case, line),
        case if case.starts_with("difficulty") || case.starts_with("notification") => difficulty(case, line),
        case if case.starts_with("notify") => job(case, line),
        case if case.starts_with("subscribe") => subscription(case, line),
        case if case.starts_with("configure") => mask(case, line),
        case if case.contains("extranonce") => extranonce(case, line),
        case if case.starts_with("reconnect") => moved(case, line),
        _ => aside(case, line),
    }
}

/// What becomes of the login, which has id 2 where no mask is asked for.
fn login_answer(line: &str) -> ClientEvent {
    let mut table = Table::new(|login| login.version_mask = 0);
    table.hear(&SUBSCRIBED.replace("\"id\":2", "\"id\":1"));
    table.hear(line);
    table.events().remove(0)
}

/// What becomes of shares of which one has the id `number`.
fn share_answer(line: &str, number: u64) -> Vec<ClientEvent> {
    let mut table = Table::new(|login| login.version_mask = 0);
    table.hear(&SUBSCRIBED.replace("\"id\":2", "\"id\":1"));
    table.hear(&AUTHORIZED.replace("\"id\":3", "\"id\":2"));
    table.hear(EASY);
    let (job, _) = table.new_job("a", '0', true);
    while table.submit(&job) != SubmitId(number) {}
    table.hear(line);
    table.hear(line);
    assert_eq!(table.client.counts().unmatched_answers, 1, "an answer counts once: {line}");
    table.events()
}

fn refused(case: &str, line: &str, number: u64, code: Option<i64>, cause: Cause, reason: &str) {
    let expected =
        ClientEvent::Refused { id: SubmitId(number), cause, code, reason: reason.to_owned(), took: Duration::ZERO };
    assert_eq!(share_answer(line, number), [expected], "{case}");
}

fn unmatched(case: &str, line: &str) {
    let mut table = Table::logged_in();
    table.hear(line);
    assert_eq!((table.events(), table.client.counts().unmatched_answers), (vec![], 1), "{case}");
}

fn difficulty(case: &str, line: &str) {
    let changed = |value| ClientEvent::DifficultyChanged(Difficulty::new(value).unwrap());
    let mut table = Table::logged_in();
    table.hear(line);
    let events = table.events();
    match case {
        "notification-without-id" => assert_eq!(events, [changed(2.095_676_645_552_657_6e-6)], "{case}"),
        "notification-id-zero" | "notification-jsonrpc-2" => assert_eq!(events, [changed(1024.0)], "{case}"),
        "difficulty-long-float" => assert_eq!(events, [changed(0.0005)], "{case}"),
        "difficulty-string" => {
            assert_eq!(events, [ClientEvent::Warning(Warning::QuotedDifficulty), changed(1024.0)], "{case}");
        }
        "difficulty-zero" | "difficulty-negative" => {
            assert!(matches!(events[..], [ClientEvent::Warning(Warning::BadCall(_))]), "{case}");
            assert_eq!(table.new_job("b", '0', true).0.share_target, Target::MAX, "{case}: what was, stays");
        }
        "difficulty-huge" => {
            let huge = Difficulty::new(1e300).unwrap();
            let warning = ClientEvent::Warning(Warning::UnreachableDifficulty(huge));
            assert_eq!(events, [changed(1e300), warning], "{case}");
            assert_eq!(table.new_job("b", '0', true).0.share_target, Target::ZERO, "{case}");
        }
        _ => panic!("no conclusion for {case}"),
    }
    assert_eq!(table.sent(), "", "{case}: nothing to answer");
}

fn job(case: &str, line: &str) {
    let mut table = Table::logged_in();
    let (_, _) = table.new_job("old", '0', true);
    table.hear(line);
    let dropped = ["notify-non-string-prevhash", "notify-short-prevhash", "notify-odd-hex"];
    if dropped.contains(&case) {
        assert!(matches!(table.events()[..], [ClientEvent::Warning(Warning::BadCall(_))]), "{case}");
        assert_eq!(table.client.counts().bad_calls, 1, "{case}");
        assert_eq!(table.client.jobs.newest().unwrap().id, "old".into(), "{case}: the old job goes on");
        return;
    }
    let (job, previous) = table.job();
    assert_eq!(previous, Previous::Worthless, "{case}: another parent, whatever the pool says");
    let id = match case {
        "notify-extra-param" | "notify-extension-before-clean" | "notify-no-clean" => "\"bf\"",
        "notify-upper-hex" => "\"BF\"",
        "notify-numeric-job-id" => "191",
        "notify-odd-job-id" => "\"0HNCHKAL0L30J/7\"",
        "notify-split-scriptsig" => {
            assert!(job.coinbase.prefix.ends_with(&[0x16, 0x6a, 0x14]), "{case}: inside an output's script");
            assert_eq!(job.branch.len(), 6, "{case}");
            "\"68e96556000035c4\""
        }
        _ => panic!("no conclusion for {case}"),
    };
    let parents = ["00000000440b921e1b77c6c0487ae5616de67f788f44ae2a5af6e2194d16b6f8", "0000000000000000"];
    assert!(parents.iter().any(|parent| job.prev_hash.to_string().starts_with(parent)), "{case}");
    table.sent();
    let job = Job { share_target: Target::MAX, ..job };
    table.submit(&job);
    assert!(table.sent().contains(&format!("[\"u\",{id},\"00000000\",")), "{case}: the id goes back as it came");
}

fn subscription(case: &str, line: &str) {
    // The recorded ids are 1 and 2: a login without version rolling, and one with it.
    let with_mask = line.contains("\"id\":2");
    let mut table = Table::new(|login| login.version_mask = if with_mask { 0x1fff_e000 } else { 0 });
    let error = table.try_hear(line).err();
    match case {
        "subscribe-en2-negative" | "subscribe-en2-huge" => {
            assert!(matches!(error, Some(ProtocolError::Subscribe(SubscribeError::Extranonce2Size { .. }))), "{case}");
            return;
        }
        _ => assert_eq!(error, None, "{case}"),
    }
    let session = table.client.next_login().session_id;
    let coinbase = table.new_job("a", '0', true).0.coinbase;
    let given = (hashkit_chain::hex::encode(&coinbase.extranonce1), coinbase.extranonce2_len);
    let (extranonce1, len, expected_session) = match case {
        "subscribe-result-standard" | "subscribe-result-flat-sub" => ("08000002", 4, Some("ae68")),
        "subscribe-result-one-sub" => ("d0f8006b", 8, Some("6b00f8d0")),
        "subscribe-result-null-subs" => ("08000002", 4, None),
        "subscribe-en1-5-bytes" => ("6351117f64", 3, Some("6351117f64")),
        "subscribe-en1-16-bytes" => ("01000000000000000000000000000000", 4, Some("ae6812eb4cd7735a302a8a9dd95cf71f")),
        "subscribe-en1-empty" => ("", 8, Some("a")),
        "subscribe-en2-zero" => ("0102030405060708", 0, Some("a")),
        "subscribe-en2-string" => ("01020304", 4, Some("a")),
        _ => panic!("no conclusion for {case}"),
    };
    assert_eq!(given, (extranonce1.to_owned(), len), "{case}");
    assert_eq!(session.as_deref(), expected_session, "{case}");
}

fn mask(case: &str, line: &str) {
    let mut table = Table::new(|_| {});
    for line in [line, SUBSCRIBED, AUTHORIZED, EASY] {
        table.hear(line);
    }
    let (job, _) = table.new_job("a", '0', true);
    let expected = match case {
        "configure-plain" | "configure-extra-keys" | "configure-mask-outside" => 0x1fff_e000,
        "configure-false"
        | "configure-false-with-mask"
        | "configure-string-result"
        | "configure-error"
        | "configure-true" => 0,
        _ => panic!("no conclusion for {case}"),
    };
    assert_eq!(job.version_mask, expected, "{case}");
    table.sent();
    table.submit(&job);
    let parameters = table.sent().matches('"').count();
    let five = r#"{"id":4,"method":"mining.submit","params":["u","a","","",""]}"#.matches('"').count();
    assert_eq!(parameters, if expected == 0 { five } else { five + 2 }, "{case}");
}

fn extranonce(case: &str, line: &str) {
    let mut table = Table::logged_in();
    let before = table.new_job("a", '0', true).0.coinbase;
    table.hear(line);
    assert_eq!(table.events(), [], "{case}: nothing until the next job");
    let after = table.new_job("b", '0', false).0.coinbase;
    assert_eq!((before.extranonce1, before.extranonce2_len), (vec![8, 0, 0, 2], 4), "{case}");
    let expected = match case {
        "set-extranonce" => (vec![8, 0, 0, 2], 4),
        "set-extranonce-one-param" => (vec![0xaf, 0x4c], 4),
        "bare-set-extranonce" => (vec![0xaf, 0x4c], 6),
        _ => panic!("no conclusion for {case}"),
    };
    assert_eq!((after.extranonce1, after.extranonce2_len), expected, "{case}");
}

fn moved(case: &str, line: &str) {
    let mut table = Table::new(|login| login.host = "eu.example.com".to_owned());
    table.hear(line);
    let (host, port, wait) = match case {
        "reconnect-empty" | "reconnect-no-params" => (None, None, 0),
        "reconnect-string-port" => (Some("pool.example.com".to_owned()), Some(3334), 5),
        _ => panic!("no conclusion for {case}"),
    };
    let expected = ClientEvent::MoveTo { host, port, wait: Duration::from_secs(wait) };
    assert_eq!(table.events(), [expected], "{case}");
}

fn aside(case: &str, line: &str) {
    let mut table = Table::logged_in();
    let (running, _) = table.new_job("a", '0', true);
    table.hear(line);
    let (events, sent, counts) = (table.events(), table.sent(), table.client.counts());
    match case {
        "version-mask-notice" => {
            let job = Job { version_mask: 0x2000, ..running };
            assert_eq!(events, [ClientEvent::Job { job, previous: Previous::StillCounts }], "{case}");
        }
        "show-message" => assert_eq!(events, [ClientEvent::Message("hello[31m".to_owned())], "{case}"),
        "ping" => assert_eq!(sent, "{\"id\":7,\"result\":\"pong\",\"error\":null}\n", "{case}"),
        "get-version" => assert_eq!(sent, "{\"id\":7,\"result\":\"hashkit/test\",\"error\":null}\n", "{case}"),
        "unknown-request" => {
            assert_eq!(sent, "{\"id\":8,\"result\":null,\"error\":[20,\"Not supported.\",null]}\n", "{case}");
        }
        "unknown-notification" | "blank-lines" => {
            assert_eq!((events, sent.as_str(), counts.garbage_lines), (vec![], "", 0), "{case}");
        }
        "plain-text-line" | "top-level-array" | "top-level-number" | "deep-nesting" => {
            assert!(matches!(events[..], [ClientEvent::Warning(Warning::Garbage { .. })]), "{case}");
            assert_eq!((sent.as_str(), counts.garbage_lines), ("", 1), "{case}");
        }
        _ => panic!("no conclusion for {case}"),
    }
}
