//! The table.

use std::time::Duration;

use serde_json::{Value, json};

use super::After::{Connecting, LoggingIn};
use super::Outcome::{Leaves, MinesOn, Moves, Refused};
use super::{After, Fault, Left, Outcome, Wire};

const fn row(name: &'static str, after: After, expected: Outcome, act: fn(&mut Wire) -> Result<(), Left>) -> Fault {
    Fault { name, after, act, expected }
}

/// Subscribes with this result, and answers the rest as usual.
fn subscribes(wire: &mut Wire, subscribed: &Value) -> Result<(), Left> {
    wire.log_in(subscribed)
}

/// Sends the next job with the parameter at `at` changed to `value`.
fn changed_job(wire: &mut Wire, at: usize, value: Value) -> Result<(), Left> {
    let mut notify = wire.next_notify(true);
    notify["params"][at] = value;
    wire.say(&notify)
}

/// Finds a share and answers it like this.
fn answered(wire: &mut Wire, answer: &Value) -> Result<(), Left> {
    wire.find_share()?;
    wire.answer_share(answer)?;
    wire.hear_login()
}

/// Every fault, in the order of a connection's life.
pub const FAULTS: &[Fault] = &[
    // The login.
    row("job-before-subscription", Connecting, MinesOn, |wire| {
        wire.easy()?;
        wire.new_job(true)?;
        wire.log_in(&Wire::subscribed())?;
        answered(wire, &json!({"result": true, "error": null}))
    }),
    row("job-before-login-is-judged", Connecting, MinesOn, |wire| {
        wire.answer("mining.subscribe", &json!({"result": Wire::subscribed(), "error": null}))?;
        wire.easy()?;
        wire.new_job(true)?;
        wire.find_share()?;
        wire.log_in(&Wire::subscribed())?;
        wire.answer_share(&json!({"result": true, "error": null}))
    }),
    row("login-judged-before-subscription", Connecting, MinesOn, |wire| {
        wire.answer("mining.authorize", &json!({"result": true, "error": null}))?;
        wire.log_in(&Wire::subscribed())
    }),
    row("configure-refused", Connecting, MinesOn, |wire| {
        wire.answer("mining.configure", &json!({"result": null, "error": [20, "Not supported.", null]}))?;
        wire.log_in(&Wire::subscribed())
    }),
    row("configure-answered-false", Connecting, MinesOn, |wire| {
        wire.answer("mining.configure", &json!({"result": {"version-rolling": false}, "error": null}))?;
        wire.log_in(&Wire::subscribed())
    }),
    row("configure-with-more-than-was-asked", Connecting, MinesOn, |wire| {
        let more =
            json!({"version-rolling": true, "version-rolling.mask": "ffffffff", "minimum-difficulty": true, "x": [1]});
        wire.answer("mining.configure", &json!({"result": more, "error": null}))?;
        wire.log_in(&Wire::subscribed())
    }),
    row("configure-without-a-mask", Connecting, MinesOn, |wire| {
        wire.answer("mining.configure", &json!({"result": {"version-rolling": true}, "error": null}))?;
        wire.log_in(&Wire::subscribed())
    }),
    row("configure-never-answered", Connecting, MinesOn, |wire| {
        wire.answer("mining.subscribe", &json!({"result": Wire::subscribed(), "error": null}))?;
        wire.answer("mining.authorize", &json!({"result": true, "error": null}))
    }),
    row("configure-answered-late", Connecting, MinesOn, |wire| {
        wire.answer("mining.subscribe", &json!({"result": Wire::subscribed(), "error": null}))?;
        wire.answer("mining.authorize", &json!({"result": true, "error": null}))?;
        wire.wait(Duration::from_secs(20))?;
        wire.new_job(true)?;
        wire.log_in(&Wire::subscribed())
    }),
    row("subscriptions-flat", Connecting, MinesOn, |wire| {
        subscribes(wire, &json!([["mining.notify", "ae68"], "01020304", 4]))
    }),
    row("subscriptions-null", Connecting, MinesOn, |wire| subscribes(wire, &json!([null, "01020304", 4]))),
    row("subscription-with-more-fields", Connecting, MinesOn, |wire| {
        subscribes(wire, &json!([[], "01020304", 4, "more", {"and": "more"}]))
    }),
    row("extranonce1-empty", Connecting, MinesOn, |wire| subscribes(wire, &json!([[], "", 8]))),
    row("extranonce2-of-no-bytes", Connecting, MinesOn, |wire| subscribes(wire, &json!([[], "0102030405060708", 0]))),
    row("extranonce2-of-32-bytes", Connecting, MinesOn, |wire| subscribes(wire, &json!([[], "01020304", 32]))),
    row("extranonce2-size-as-a-text", Connecting, MinesOn, |wire| subscribes(wire, &json!([[], "01020304", "4"]))),
    row("extranonce2-size-negative", Connecting, Leaves("extranonce2 size"), |wire| {
        subscribes(wire, &json!([[], "01020304", -1]))
    }),
    row("extranonce2-size-33", Connecting, Leaves("extranonce2 size"), |wire| {
        subscribes(wire, &json!([[], "01020304", 33]))
    }),
    row("extranonce2-size-4-billion", Connecting, Leaves("extranonce2 size"), |wire| {
        subscribes(wire, &json!([[], "01020304", 4_000_000_000_u64]))
    }),
    row("extranonce2-size-no-number", Connecting, Leaves("extranonce2 size"), |wire| {
        subscribes(wire, &json!([[], "01020304", "x"]))
    }),
    row("extranonce1-of-half-a-byte", Connecting, Leaves("extranonce1"), |wire| {
        subscribes(wire, &json!([[], "abc", 4]))
    }),
    row("extranonce1-no-hex", Connecting, Leaves("extranonce1"), |wire| subscribes(wire, &json!([[], "zz", 4]))),
    row("extranonce1-of-65-bytes", Connecting, Leaves("extranonce1"), |wire| {
        subscribes(wire, &json!([[], "00".repeat(65), 4]))
    }),
    row("subscription-no-list", Connecting, Leaves("answered the subscription"), |wire| {
        subscribes(wire, &json!({"ok": true}))
    }),
    row("subscription-too-short", Connecting, Leaves("answered the subscription"), |wire| {
        subscribes(wire, &json!([[], "01020304"]))
    }),
    row("subscription-refused-once", Connecting, MinesOn, |wire| {
        wire.answer("mining.subscribe", &json!({"result": null, "error": [20, "no agents here", null]}))?;
        wire.log_in(&Wire::subscribed())
    }),
    row("subscription-refused-twice", Connecting, Leaves("refused the subscription"), |wire| {
        wire.answer("mining.subscribe", &json!({"result": null, "error": [20, "no", null]}))?;
        wire.hear_login()?;
        wire.answer("mining.subscribe", &json!({"result": null, "error": [20, "no", null]}))
    }),
    row("login-refused-by-false", Connecting, Refused(""), |wire| {
        wire.answer("mining.authorize", &json!({"result": false, "error": null}))
    }),
    row("login-refused-by-null", Connecting, Refused(""), |wire| {
        wire.answer("mining.authorize", &json!({"result": null, "error": null}))
    }),
    row("login-refused-by-an-error", Connecting, Refused("unknown user"), |wire| {
        wire.answer("mining.authorize", &json!({"result": null, "error": [24, "unknown user", null]}))
    }),
    row("login-refused-with-shares-waiting", Connecting, Refused("unknown user"), |wire| {
        wire.answer("mining.subscribe", &json!({"result": Wire::subscribed(), "error": null}))?;
        wire.easy()?;
        wire.new_job(true)?;
        wire.find_share()?;
        wire.find_share()?;
        wire.answer("mining.authorize", &json!({"result": false, "error": [24, "unknown user"]}))
    }),
    row("silent-after-the-connection", Connecting, Leaves("did not answer the subscription"), |wire| {
        wire.wait(Duration::from_mins(1))
    }),
    row("login-never-judged", Connecting, Leaves("did not answer the login"), |wire| {
        wire.answer("mining.subscribe", &json!({"result": Wire::subscribed(), "error": null}))?;
        wire.wait(Duration::from_mins(1))
    }),
    row("silent-after-the-login", LoggingIn, Leaves("has been silent"), |wire| wire.wait(Duration::from_mins(10))),
    // The wire.
    row("a-line-of-plain-text", LoggingIn, MinesOn, |wire| wire.line("Invalid JSON, disconnecting")),
    row("nine-lines-of-garbage-again-and-again", LoggingIn, MinesOn, |wire| {
        for _ in 0..5 {
            wire.bytes("what is this?\n".repeat(9).as_bytes())?;
            wire.new_job(false)?;
        }
        Ok(())
    }),
    row("ten-lines-of-garbage", LoggingIn, Leaves("10 lines in a row"), |wire| {
        wire.bytes("what?\n".repeat(10).as_bytes())
    }),
    row("a-web-server", Connecting, Leaves("web server"), |wire| wire.line("HTTP/1.1 400 Bad Request\r")),
    row("a-tls-alert", Connecting, Leaves("TLS"), |wire| wire.bytes(&[21, 3, 1, 0, 2, 2, 10])),
    row("a-line-of-3-mebibytes", LoggingIn, Leaves("check host and port"), |wire| wire.bytes(&vec![b'x'; 3 << 20])),
    row("a-line-that-never-ends", LoggingIn, Leaves("did not finish it"), |wire| {
        wire.bytes(b"{\"id\":null,")?;
        wire.wait(Duration::from_mins(2))
    }),
    row("a-line-byte-by-byte", LoggingIn, MinesOn, |wire| {
        let line = format!("{}\n", wire.next_notify(true));
        line.bytes().try_for_each(|byte| wire.bytes(&[byte]))
    }),
    row("fifty-lines-at-once", LoggingIn, MinesOn, |wire| {
        let lines: Vec<String> = (0..50).map(|_| wire.next_notify(false).to_string() + "\n").collect();
        wire.bytes(lines.concat().as_bytes())
    }),
    row("line-ends-of-another-system", LoggingIn, MinesOn, |wire| {
        let line = format!("\r\n\n{}\r\n\r\n", wire.next_notify(true));
        wire.bytes(line.as_bytes())
    }),
    row("broken-utf8", LoggingIn, MinesOn, |wire| {
        wire.bytes(b"{\"id\":null,\"method\":\"client.show_message\",\"params\":[\"\xff\xfe\"]}\n")
    }),
    row("nested-too-deep", LoggingIn, MinesOn, |wire| wire.line(&format!("{}{}", "[".repeat(5000), "]".repeat(5000)))),
    row("an-empty-object", LoggingIn, MinesOn, |wire| wire.line("{}")),
    row("a-list-instead-of-an-object", LoggingIn, MinesOn, |wire| wire.line("[1,2,3]")),
    row("binary", LoggingIn, MinesOn, |wire| wire.bytes(&[0, 1, 2, 0x80, 0xff, b'\n'])),
    // Answers.
    row("answer-to-nothing", LoggingIn, MinesOn, |wire| wire.say(&json!({"id": 4711, "result": true, "error": null}))),
    row("answer-without-an-id", LoggingIn, MinesOn, |wire| {
        wire.say(&json!({"id": null, "result": true, "error": null}))
    }),
    row("answer-to-a-text", LoggingIn, MinesOn, |wire| wire.say(&json!({"id": "abc", "result": true, "error": null}))),
    row("answer-to-half-an-id", LoggingIn, MinesOn, |wire| {
        wire.say(&json!({"id": 4.5, "result": true, "error": null}))
    }),
    row("share-answered-twice", LoggingIn, MinesOn, |wire| {
        wire.find_share()?;
        let heard = wire.take_heard();
        let id = heard.iter().find(|line| line["method"] == "mining.submit").map(|line| line["id"].clone());
        for _ in 0..2 {
            wire.say(&json!({"id": id, "result": true, "error": null}))?;
        }
        Ok(())
    }),
    row("shares-answered-out-of-order", LoggingIn, MinesOn, |wire| {
        for _ in 0..5 {
            wire.find_share()?;
        }
        let heard = wire.take_heard();
        for line in heard.iter().filter(|line| line["method"] == "mining.submit").rev() {
            wire.say(&json!({"id": line["id"], "result": true, "error": null}))?;
        }
        Ok(())
    }),
    row("refusal-of-two-parts", LoggingIn, MinesOn, |wire| {
        answered(wire, &json!({"result": null, "error": [23, "low difficulty"]}))
    }),
    row("refusal-of-three-parts", LoggingIn, MinesOn, |wire| {
        answered(wire, &json!({"result": false, "error": [21, "Job not found", ""]}))
    }),
    row("refusal-as-an-object", LoggingIn, MinesOn, |wire| {
        answered(wire, &json!({"error": {"code": -9, "message": "Invalid nonce2 length"}}))
    }),
    row("refusal-as-a-text", LoggingIn, MinesOn, |wire| answered(wire, &json!({"result": null, "error": "high-hash"}))),
    row("refusal-with-a-reason-beside", LoggingIn, MinesOn, |wire| {
        answered(wire, &json!({"result": false, "error": null, "reject-reason": "Above target"}))
    }),
    row("refusal-without-a-word", LoggingIn, MinesOn, |wire| answered(wire, &json!({"result": null, "error": null}))),
    row("refusal-of-a-mebibyte", LoggingIn, MinesOn, |wire| {
        answered(wire, &json!({"result": null, "error": [20, "x".repeat(1 << 20), null]}))
    }),
    row("acceptance-as-a-status", LoggingIn, MinesOn, |wire| answered(wire, &json!({"result": {"status": "OK"}}))),
    row("a-share-never-answered", LoggingIn, MinesOn, |wire| {
        wire.find_share()?;
        for _ in 0..4 {
            wire.wait(Duration::from_secs(20))?;
            wire.new_job(false)?;
        }
        Ok(())
    }),
    row("a-thousand-shares-never-answered", LoggingIn, MinesOn, |wire| {
        for _ in 0..1100 {
            wire.find_share()?;
        }
        Ok(())
    }),
    // Jobs.
    row("job-id-an-object", LoggingIn, MinesOn, |wire| changed_job(wire, 0, json!({}))),
    row("job-id-of-300-bytes", LoggingIn, MinesOn, |wire| changed_job(wire, 0, json!("x".repeat(300)))),
    row("previous-hash-too-short", LoggingIn, MinesOn, |wire| changed_job(wire, 1, json!("00"))),
    row("previous-hash-a-number", LoggingIn, MinesOn, |wire| changed_job(wire, 1, json!(7))),
    row("coinbase-no-hex", LoggingIn, MinesOn, |wire| changed_job(wire, 2, json!("0g"))),
    row("coinbase-null", LoggingIn, MinesOn, |wire| changed_job(wire, 3, json!(null))),
    row("coinbase-of-60-kibibytes", LoggingIn, MinesOn, |wire| changed_job(wire, 3, json!("00".repeat(60 << 10)))),
    row("coinbase-of-129-kibibytes", LoggingIn, MinesOn, |wire| changed_job(wire, 3, json!("00".repeat(129 << 10)))),
    row("branch-of-24", LoggingIn, MinesOn, |wire| changed_job(wire, 4, json!(vec!["22".repeat(32); 24]))),
    row("branch-of-33", LoggingIn, MinesOn, |wire| changed_job(wire, 4, json!(vec!["22".repeat(32); 33]))),
    row("branch-with-half-a-hash", LoggingIn, MinesOn, |wire| changed_job(wire, 4, json!(["2222"]))),
    row("version-too-long", LoggingIn, MinesOn, |wire| changed_job(wire, 5, json!("2000000000"))),
    row("nbits-a-number", LoggingIn, MinesOn, |wire| changed_job(wire, 6, json!(486_604_799))),
    row("ntime-empty", LoggingIn, MinesOn, |wire| changed_job(wire, 7, json!(""))),
    row("clean-jobs-a-text", LoggingIn, MinesOn, |wire| changed_job(wire, 8, json!("true"))),
    row("job-too-short", LoggingIn, MinesOn, |wire| wire.call("mining.notify", &json!(["a", "b"]))),
    row("job-of-no-list", LoggingIn, MinesOn, |wire| wire.call("mining.notify", &json!({"job": 1}))),
    row("job-with-more-fields", LoggingIn, MinesOn, |wire| {
        let mut notify = wire.next_notify(true);
        if let Some(params) = notify["params"].as_array_mut() {
            params.extend([json!("more"), json!(null), json!({})]);
        }
        wire.say(&notify)
    }),
    row("job-id-a-number", LoggingIn, MinesOn, |wire| {
        changed_job(wire, 0, json!(1000))?;
        answered(wire, &json!({"result": true, "error": null}))
    }),
    row("job-id-again-for-another-job", LoggingIn, MinesOn, |wire| {
        let mut notify = wire.next_notify(true);
        wire.say(&notify)?;
        wire.find_share()?;
        notify["params"][1] = json!("77".repeat(32));
        wire.say(&notify)?;
        answered(wire, &json!({"result": true, "error": null}))
    }),
    row("another-block-without-clean", LoggingIn, MinesOn, |wire| {
        let mut notify = wire.next_notify(false);
        notify["params"][1] = json!("88".repeat(32));
        wire.say(&notify)?;
        answered(wire, &json!({"result": true, "error": null}))
    }),
    row("ten-thousand-jobs", LoggingIn, MinesOn, |wire| {
        (0..10_000).try_for_each(|number| wire.new_job(number % 2 == 0))
    }),
    // Difficulty, extranonces and version bits.
    row("difficulty-never-set", Connecting, MinesOn, |wire| {
        wire.log_in(&Wire::subscribed())?;
        wire.new_job(true)
    }),
    row("difficulty-zero", LoggingIn, MinesOn, |wire| wire.call("mining.set_difficulty", &json!([0]))),
    row("difficulty-negative", LoggingIn, MinesOn, |wire| wire.call("mining.set_difficulty", &json!([-5]))),
    row("difficulty-beyond-all-numbers", LoggingIn, MinesOn, |wire| {
        wire.line(r#"{"id":null,"method":"mining.set_difficulty","params":[1e999]}"#)
    }),
    row("difficulty-beyond-reach", LoggingIn, MinesOn, |wire| {
        wire.call("mining.set_difficulty", &json!([1e300]))?;
        wire.new_job(true)
    }),
    row("difficulty-a-text", LoggingIn, MinesOn, |wire| wire.call("mining.set_difficulty", &json!(["0.5"]))),
    row("difficulty-no-number", LoggingIn, MinesOn, |wire| wire.call("mining.set_difficulty", &json!([{}]))),
    row("difficulty-in-mid-job", LoggingIn, MinesOn, |wire| {
        wire.call("mining.set_difficulty", &json!([4096]))?;
        // The running job keeps the difficulty that it came with.
        answered(wire, &json!({"result": true, "error": null}))
    }),
    row("target-instead-of-difficulty", LoggingIn, MinesOn, |wire| {
        wire.call("mining.set_target", &json!(["00000000ffff0000000000000000000000000000000000000000000000000000"]))
    }),
    row("target-no-hash", LoggingIn, MinesOn, |wire| wire.call("mining.set_target", &json!(["ffff"]))),
    row("extranonce-changed", LoggingIn, MinesOn, |wire| wire.call("mining.set_extranonce", &json!(["aabbccdd", 8]))),
    row("extranonce-changed-and-no-job", LoggingIn, MinesOn, |wire| {
        wire.call("mining.set_extranonce", &json!(["aabb", 2]))?;
        answered(wire, &json!({"result": true, "error": null}))
    }),
    row("extranonce-changed-to-nonsense", LoggingIn, MinesOn, |wire| {
        wire.call("mining.set_extranonce", &json!(["xyz", 99]))
    }),
    row("version-bits-taken-back", LoggingIn, MinesOn, |wire| {
        wire.call("mining.set_version_mask", &json!(["00000000"]))
    }),
    row("version-bits-beyond-the-asked", LoggingIn, MinesOn, |wire| {
        wire.call("mining.set_version_mask", &json!(["ffffffff"]))
    }),
    row("version-bits-no-hex", LoggingIn, MinesOn, |wire| wire.call("mining.set_version_mask", &json!([12]))),
    // What else a pool says.
    row("ping", LoggingIn, MinesOn, |wire| wire.say(&json!({"id": 7, "method": "mining.ping", "params": []}))),
    row("asked-for-the-version", LoggingIn, MinesOn, |wire| {
        wire.say(&json!({"id": 8, "method": "client.get_version", "params": []}))
    }),
    row("an-unknown-request", LoggingIn, MinesOn, |wire| {
        wire.say(&json!({"id": 9, "method": "client.dance", "params": {"a": 1}}))
    }),
    row("an-unknown-notification", LoggingIn, MinesOn, |wire| wire.call("client.dance", &json!(null))),
    row("a-hundred-thousand-requests-at-once", LoggingIn, MinesOn, |wire| {
        wire.bytes("{\"id\":7,\"method\":\"mining.ping\",\"params\":[]}\n".repeat(100_000).as_bytes())
    }),
    row("a-message-with-terminal-escapes", LoggingIn, MinesOn, |wire| {
        wire.call("client.show_message", &json!(["\u{1b}[2J\u{7}buy"]))
    }),
    row("a-message-of-a-mebibyte", LoggingIn, MinesOn, |wire| {
        wire.call("client.show_message", &json!(["x".repeat(1 << 20)]))
    }),
    row("sent-to-another-port", LoggingIn, Moves, |wire| wire.call("client.reconnect", &json!(["", "3334", "5"]))),
    row("sent-to-a-sister-host", LoggingIn, Moves, |wire| {
        wire.call("client.reconnect", &json!(["b.pool.example", 3334, 2]))
    }),
    row("sent-away-without-a-word", LoggingIn, Moves, |wire| wire.call("client.reconnect", &json!([]))),
    row("sent-away-for-ever", LoggingIn, Moves, |wire| {
        wire.call("client.reconnect", &json!([null, null, 1_000_000_000]))
    }),
    row("sent-to-a-stranger", LoggingIn, MinesOn, |wire| wire.call("client.reconnect", &json!(["evil.example", 3333]))),
    row("sent-to-a-port-that-is-none", LoggingIn, MinesOn, |wire| wire.call("client.reconnect", &json!(["", 99999]))),
];
