//! What a pool owes: answers to shares, and to pings.

use super::*;

#[test]
fn a_ping_asks_again_what_the_pool_has_answered_before() {
    let mut table = Table::logged_in();
    assert!(table.client.ping(table.now), "the pool has answered mining.configure");
    let sent = table.sent();
    assert!(sent.starts_with(r#"{"id":4,"method":"mining.configure","params":[["version-rolling"]"#), "{sent}");
    assert_eq!((table.client.owed().ping, table.client.can_ping()), (Some(table.now), false));
    assert!(!table.client.ping(table.now), "one at a time");
    table.now += Duration::from_secs(1);
    table.hear(r#"{"id":4,"result":{"version-rolling":false},"error":null}"#);
    assert_eq!((table.client.owed().ping, table.client.owed().heard), (None, table.now));
    let (job, _) = table.new_job("a", '0', true);
    assert_eq!(job.version_mask, 0x1fff_e000, "the answer to a ping changes nothing");
    assert!(table.client.ping(table.now));
}

#[test]
fn a_pool_that_has_not_answered_configure_is_not_pinged() {
    for (case, mask, lines) in [
        ("never asked", 0, &[r#"{"id":1,"result":[[],"08000002",4],"error":null}"#][..]),
        ("asked, and silent", 0x1fff_e000, &[SUBSCRIBED, AUTHORIZED][..]),
    ] {
        let mut table = Table::new(|login| login.version_mask = mask);
        table.sent();
        for line in lines {
            table.hear(line);
        }
        assert!(!table.client.ping(table.now) && table.sent().is_empty(), "{case}");
    }
    let mut table = Table::new(|_| {});
    table.sent();
    table.hear(r#"{"id":1,"result":null,"error":[20,"Not supported.",null]}"#);
    assert!(table.client.ping(table.now), "a refusal is an answer, too");
}

#[test]
fn a_share_is_owed_until_it_or_a_newer_one_is_answered() {
    let mut table = Table::logged_in();
    let (job, _) = table.new_job("a", '0', true);
    assert_eq!(table.client.owed().share, None);
    let first_at = table.now;
    table.submit(&job);
    table.now += Duration::from_secs(1);
    let second_at = table.now;
    table.submit(&job);
    table.submit(&job);
    assert_eq!(table.client.owed().share, Some(first_at));
    table.hear(r#"{"id":4,"result":true,"error":null}"#);
    assert_eq!(table.client.owed().share, Some(second_at));
    table.hear(r#"{"id":6,"result":true,"error":null}"#);
    assert_eq!(table.client.owed().share, None, "the second was forgotten");
    table.now += Duration::from_secs(1);
    table.submit(&job);
    assert_eq!(table.client.owed().share, Some(table.now));
}
