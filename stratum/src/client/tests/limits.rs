//! Pools that are slow, silent, broken, or no pools.

use proptest::prelude::*;

use super::*;

#[test]
fn any_cut_of_the_bytes_gives_the_same_session() {
    let lines =
        [CONFIGURED, SUBSCRIBED, AUTHORIZED, EASY, &notify("a", '0', true), r#"{"id":7,"method":"mining.ping"}"#];
    let stream = lines.map(|line| format!("{line}\r\n")).concat();
    let outcome = |cuts: &[usize]| {
        let mut table = Table::new(|_| {});
        let mut rest = stream.as_bytes();
        for cut in cuts {
            let (piece, after) = rest.split_at((*cut).min(rest.len()));
            table.client.receive(piece, table.now).unwrap();
            rest = after;
        }
        table.client.receive(rest, table.now).unwrap();
        (table.events(), table.sent())
    };
    let whole = outcome(&[]);
    for at in 0..stream.len() {
        assert_eq!(outcome(&[at]), whole, "cut at {at}");
    }
    assert_eq!(outcome(&vec![1; stream.len()]), whole, "byte by byte");
}

#[test]
fn fifty_messages_in_one_segment_are_fifty_messages() {
    let mut table = Table::logged_in();
    table.hear(&vec![r#"{"id":7,"method":"mining.ping","params":[]}"#; 50].join("\n"));
    assert_eq!(table.sent().lines().count(), 50);
}

#[test]
fn lines_that_are_no_messages_are_counted_and_ten_in_a_row_end_it() {
    let mut table = Table::logged_in();
    for line in
        [&b"Invalid JSON, disconnecting"[..], b"\xff\xfe{}", b"{\"id\":1,\"result\":\"\xff\"}", b"{\"id\":{}}", b"[]"]
    {
        table.client.receive(&[line, b"\n"].concat(), table.now).unwrap();
    }
    assert_eq!(table.client.counts().garbage_lines, 5);
    table.hear(r#"{"id":null,"method":"mining.ping"}"#);
    for count in 1..10 {
        table.hear(&format!("line {count}"));
    }
    let error = table.try_hear("the tenth").unwrap_err();
    assert!(matches!(error, ProtocolError::Garbage { lines: 10, .. }), "{error}");
}

#[test]
fn other_protocols_are_called_by_their_names() {
    for (case, bytes, expected) in [
        ("TLS alert", &b"\x15\x03\x01\x00\x02\x02\x46"[..], ProtocolError::SpeaksTls),
        ("TLS alert with a line end in it", b"\x15\x03\x03\x00\x02\x02\x0a", ProtocolError::SpeaksTls),
        ("HTTP", b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", ProtocolError::SpeaksHttp),
    ] {
        let mut table = Table::new(|_| {});
        assert_eq!(table.client.receive(bytes, table.now), Err(expected), "{case}");
    }
}

#[test]
fn a_line_without_end_is_refused_at_the_limit() {
    let mut table = Table::logged_in();
    let piece = vec![b'x'; 64 * 1024];
    let taken = (0..1000).take_while(|_| table.client.receive(&piece, table.now).is_ok()).count();
    assert_eq!(taken * piece.len(), LINE_LIMIT, "ten MiB would have come");
    let mut table = Table::logged_in();
    assert!(matches!(table.try_hear(&"x".repeat(10 << 20)), Err(ProtocolError::LineTooLong(_))), "at once");
}

#[test]
fn a_long_message_for_people_is_cut() {
    let mut table = Table::logged_in();
    let text = "\\u001b[2J".repeat(200_000);
    table.hear(&format!(r#"{{"id":null,"method":"client.show_message","params":["{text}"]}}"#));
    let [ClientEvent::Message(shown)] = &table.events()[..] else { panic!() };
    assert!(shown.len() <= MESSAGE_LIMIT && !shown.contains('\u{1b}'), "{} bytes", shown.len());
}

#[test]
fn a_pool_that_says_nothing_is_left_in_time() {
    let seconds = Duration::from_secs;
    let mut silent = Table::new(|_| {});
    assert_eq!(silent.client.poll_timeout(), Some(silent.now + seconds(30)));
    assert_eq!(silent.wait(29), Ok(()));
    assert_eq!(silent.wait(1), Err(ProtocolError::SubscribeUnanswered(seconds(30))));

    let mut half = Table::new(|_| {});
    half.hear(SUBSCRIBED);
    assert_eq!(half.wait(30), Err(ProtocolError::AuthorizeUnanswered(seconds(30))));

    let mut later = Table::logged_in();
    assert_eq!(later.client.poll_timeout(), Some(later.now + seconds(180)), "a half-open connection");
    assert_eq!(later.wait(179), Ok(()));
    later.hear(EASY);
    assert_eq!(later.wait(179), Ok(()));
    assert_eq!(later.wait(1), Err(ProtocolError::Silent(seconds(180))));
}

#[test]
fn a_slow_line_is_read_unless_it_is_too_slow() {
    let line = b"{\"id\":7,\"method\":\"mining.ping\"}\n";
    let mut table = Table::logged_in();
    for byte in line {
        table.client.receive(&[*byte], table.now).unwrap();
        table.wait(1).unwrap();
    }
    assert_eq!(table.sent(), "{\"id\":7,\"result\":\"pong\",\"error\":null}\n");
    let mut slower = Table::logged_in();
    let ended = line.iter().find_map(|byte| {
        slower.client.receive(&[*byte], slower.now).unwrap();
        slower.wait(3).err()
    });
    assert_eq!(ended, Some(ProtocolError::LineUnfinished(Duration::from_mins(1))));
}

#[test]
fn a_pool_may_send_us_to_itself_and_nowhere_else() {
    let moved = |host: Option<&str>, port, wait| {
        let host = host.map(str::to_owned);
        Some(ClientEvent::MoveTo { host, port, wait: Duration::from_secs(wait) })
    };
    for (case, params, expected) in [
        ("same domain", r#"["b.pool.example",3334,2]"#, moved(Some("b.pool.example"), Some(3334), 2)),
        ("another domain", r#"["evil.example",3333]"#, None),
        ("another domain that ends alike", r#"["evilpool.example",3333]"#, None),
        ("nothing", "[]", moved(None, None, 0)),
        ("null", "null", moved(None, None, 0)),
        ("empty host", r#"["",3334]"#, moved(None, Some(3334), 0)),
        ("null host, texts for numbers", r#"[null,"3334","5"]"#, moved(None, Some(3334), 5)),
        ("a very long wait", r#"["",3334,1000000000]"#, moved(None, Some(3334), 300)),
        ("a negative wait", r#"["",3334,-5]"#, moved(None, Some(3334), 0)),
        ("port 0", r#"["",0,1]"#, moved(None, None, 1)),
    ] {
        let mut table = Table::logged_in();
        table.hear(&format!(r#"{{"id":null,"method":"client.reconnect","params":{params}}}"#));
        let events = table.events();
        match expected {
            Some(expected) => assert_eq!(events, [expected], "{case}"),
            None => {
                assert!(
                    matches!(events[..], [ClientEvent::Warning(Warning::ForeignHost { .. })]),
                    "{case}: {events:?}"
                );
            }
        }
    }
    for params in [r#"["b.pool.example",99999]"#, "[7]", r#"{"host":"x"}"#] {
        let mut table = Table::logged_in();
        table.hear(&format!(r#"{{"id":null,"method":"client.reconnect","params":{params}}}"#));
        assert_eq!(table.client.counts().bad_calls, 1, "{params}");
    }
}

#[test]
fn what_a_pool_can_cause_at_will_is_bounded() {
    let mut table = Table::logged_in();
    for number in 0..100_000 {
        table.hear(&format!(r#"{{"id":{number},"method":"mining.ping"}}"#));
        table.hear(&format!(r#"{{"id":null,"method":"client.show_message","params":["{number}"]}}"#));
    }
    assert!(table.client.outgoing.len() < OUTGOING_LIMIT + 200, "{} bytes", table.client.outgoing.len());
    assert_eq!(table.events().len(), 64);
    table.hear(r#"{"id":null,"method":"client.show_message","params":["again"]}"#);
    assert_eq!(table.events(), [ClientEvent::Message("again".to_owned())], "drained, so there is room again");
}

proptest! {
    #[test]
    fn no_bytes_make_a_client_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut table = Table::new(|_| {});
        let _ = table.client.receive(&bytes, table.now);
        let _ = table.wait(1000);
        table.client.close();
        table.events();
    }

    #[test]
    fn no_parameters_make_a_client_panic(
        id in "null|0|7|\"x\"|\\[\\]|-1|1e400",
        method in "mining\\.(notify|set_difficulty|set_target|set_extranonce|set_version_mask|ping)|client\\.(reconnect|show_message|get_version)",
        params in proptest::collection::vec("null|true|-1|1e308|\"\"|\"[0-9a-f]{1,64}\"|\\[\\]|\\[\"[0-9a-f]{64}\"\\]|\\{\\}", 0..10),
    ) {
        let mut table = Table::logged_in();
        let _ = table.try_hear(&format!("{{\"id\":{id},\"method\":\"{method}\",\"params\":[{}]}}", params.join(",")));
        table.events();
    }
}
