//! Every line of `stratum-v1-quirks.json` that a miner may send, with its conclusion.

use super::*;
use crate::quirks::quirks;

#[test]
fn every_line_that_miners_send_is_understood() {
    for quirk in quirks("client->server", 33) {
        conclude(&quirk.id, &quirk.line);
    }
}

fn conclude(case: &str, line: &str) {
    match case {
        case if case.starts_with("submit") || case == "null-request-id" => submitted(case, line),
        case if case.starts_with("subscribe") || case.ends_with("-request-id") => subscribed(case, line),
        case if case.starts_with("authorize") || case == "extra-worker-key" || case == "jsonrpc-key" => {
            authorized(case, line);
        }
        case if case.starts_with("configure") => configured(case, line),
        case if case.starts_with("suggest") => suggested(case, line),
        _ => aside(case, line),
    }
}

/// The job that the recorded shares name.
fn job_bf() -> Job {
    Job { ntime: Ntime(0x504e_86b9), last_ntime: Ntime(0x504e_86b9 + 7000), ..job("bf", 1) }
}

fn submitted(case: &str, line: &str) {
    let mut table = Table::logged_in();
    table.session.send_job(&job_bf(), Previous::Worthless);
    table.sent();
    let mut rolling = Table::logged_in();
    rolling.say(CONFIGURE);
    rolling.session.send_job(&job_bf(), Previous::Worthless);
    rolling.sent();
    let id = if case == "null-request-id" { "null" } else { "4" };
    match case {
        "submit-five" | "submit-upper" | "submit-constant-id" | "null-request-id" => {
            let (request, solution) = table.claim(line);
            assert_eq!(solution.version, Version(0x2000_0000), "{case}");
            table.session.accept(request);
            assert_eq!(table.sent(), format!("{{\"id\":{id},\"result\":true,\"error\":null}}\n"), "{case}");
            let again = table.say(&line.to_lowercase());
            assert!(again.contains("\"error\":[22,"), "{case}: the same share in other letters: {again}");
        }
        "submit-six" => {
            assert!(table.say(line).contains("\"error\":[20,\"version rolling was not agreed on"), "{case}");
            assert_eq!(rolling.submit(line).version, Version(0x2000_2000), "{case}");
        }
        "submit-0x" | "submit-short-nonce" | "submit-numbers" => {
            let answer = table.say(line);
            assert!(answer.starts_with("{\"id\":4,\"result\":null,\"error\":[20,"), "{case}: {answer}");
            assert!(table.refusals().iter().all(|refusal| refusal.code() == 20), "{case}");
        }
        _ => panic!("no conclusion for {case}"),
    }
}

fn subscribed(case: &str, line: &str) {
    let mut table = Table::new();
    table.say(line);
    let Some(SessionEvent::Subscribe { agent, session_id }) = table.session.poll_event() else { panic!("{case}") };
    table.session.welcome(&[1], 4, "s");
    let (id, expected_agent, expected_session) = match case {
        "subscribe-no-params" | "subscribe-params-missing" => ("1", "", None),
        "subscribe-session" => ("1", "bmminer/2.0.0/Antminer S9j/48000", Some("00008c391")),
        "subscribe-null-session" | "subscribe-four-params" => ("1", "x/1", None),
        "string-request-id" => ("\"abc\"", "", None),
        "negative-request-id" => ("-7", "", None),
        "big-request-id" => ("18446744073709551616", "", None),
        _ => panic!("no conclusion for {case}"),
    };
    assert_eq!((agent.as_str(), session_id.as_deref()), (expected_agent, expected_session), "{case}");
    assert!(table.sent().starts_with(&format!("{{\"id\":{id},\"result\":[[[")), "{case}");
}

fn authorized(case: &str, line: &str) {
    let mut table = Table::new();
    table.say(line);
    let Some(SessionEvent::Authorize { id, user, password }) = table.session.poll_event() else { panic!("{case}") };
    let expected = match case {
        "authorize-one-param" | "authorize-null-password" => ("u", ""),
        "authorize-first" => ("u", "x"),
        "extra-worker-key" | "jsonrpc-key" => ("u", "p"),
        _ => panic!("no conclusion for {case}"),
    };
    assert_eq!((user.as_str(), password.reveal()), expected, "{case}");
    table.session.accept(id);
    assert!(table.sent().ends_with(",\"result\":true,\"error\":null}\n"), "{case}: also before the subscription");
}

fn configured(case: &str, line: &str) {
    let mut table = Table::new();
    let answer = table.say(line);
    let expected = match case {
        "configure-no-param-map" => {
            r#"{"id":2,"result":{"version-rolling":true,"version-rolling.mask":"1fffe000"},"error":null}"#
        }
        "configure-short-mask" => {
            r#"{"id":2,"result":{"version-rolling":"version-rolling.mask has to be 8 hexadecimal digits"},"error":null}"#
        }
        "configure-unknown-ext" => r#"{"id":2,"result":{"foo":false,"minimum-difficulty":true},"error":null}"#,
        _ => panic!("no conclusion for {case}"),
    };
    assert_eq!(answer.trim_end(), expected, "{case}");
    if case == "configure-unknown-ext" {
        let event = table.session.poll_event();
        assert!(
            matches!(event, Some(SessionEvent::MinimumDifficulty { difficulty }) if difficulty == Difficulty::new(2048.0).unwrap()),
            "{case}: {event:?}"
        );
    }
}

fn suggested(case: &str, line: &str) {
    let mut table = Table::logged_in();
    assert_eq!(table.say(line), "{\"id\":3,\"result\":true,\"error\":null}\n", "{case}");
    let Some(SessionEvent::Suggest { difficulty }) = table.session.poll_event() else { panic!("{case}") };
    let expected = if case == "suggest-target" { 1.0 } else { 1000.0 };
    assert_eq!(difficulty, Difficulty::new(expected).unwrap(), "{case}");
    table.session.set_difficulty(difficulty);
    let expected = format!("{{\"id\":null,\"method\":\"mining.set_difficulty\",\"params\":[{expected}]}}\n");
    assert_eq!(table.sent(), expected, "{case}");
}

fn aside(case: &str, line: &str) {
    let mut table = Table::logged_in();
    let answer = table.try_say(line);
    match case {
        "named-params" => {
            let answer = answer.unwrap();
            assert!(answer.starts_with("{\"id\":2,\"result\":null,\"error\":[20,"), "{case}: {answer}");
        }
        "extranonce-subscribe" => {
            assert_eq!(answer.as_deref(), Ok("{\"id\":3,\"result\":true,\"error\":null}\n"), "{case}");
        }
        "multi-version" => {
            assert_eq!(answer.as_deref(), Ok("{\"id\":3,\"result\":false,\"error\":null}\n"), "{case}");
        }
        "get-transactions" => {
            let refused = "{\"id\":3,\"result\":null,\"error\":[20,\"Not supported.\",null]}\n";
            assert_eq!(answer.as_deref(), Ok(refused), "{case}");
        }
        "http-probe" => assert_eq!((answer, table.sent().as_str()), (Err(SessionError::SpeaksHttp), ""), "{case}"),
        "tls-on-plain" => assert_eq!((answer, table.sent().as_str()), (Err(SessionError::SpeaksTls), ""), "{case}"),
        _ => panic!("no conclusion for {case}"),
    }
}
