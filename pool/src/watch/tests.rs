use hashkit_chain::{Header, Nonce, Ntime, Version};

use super::*;

const BITS: u32 = 0x207f_ffff;

fn hash(byte: u8) -> Hash {
    Hash::from_internal([byte; 32])
}

/// A template on block number `parent`, whose height is its number, or its number less 100 on another branch.
fn template(parent: u8, value: u64) -> BlockTemplate {
    let height = u32::from(parent % 100) + 1;
    let text = format!(
        r#"{{"version":4,"previousblockhash":"{}","transactions":[],"coinbasevalue":{value},"bits":"{BITS:08x}",
            "curtime":1000,"height":{height}}}"#,
        hash(parent)
    );
    BlockTemplate::from_json(&text).expect("it is one")
}

/// Three nodes; number 0 has given a template on block 1. Blocks 1 to 9 are a chain, 102 to 109 branch off above 1.
fn watch(now: Instant) -> Watch {
    let mut watch = Watch::new(3, 0, &template(1, 1000), now);
    for first in [2, 102] {
        let chain = (first..first + 8).map(|number: u8| {
            let prev_hash = if number == first { hash(1) } else { hash(number - 1) };
            let (version, merkle_root, ntime, nonce) = (Version(4), Hash::ZERO, Ntime(1), Nonce(0));
            (hash(number), Header { version, prev_hash, merkle_root, ntime, nbits: Nbits(BITS), nonce })
        });
        watch.headers().add(chain).expect("without a rule nothing is wrong");
    }
    watch
}

fn parent(decision: &Decision) -> Option<Hash> {
    decision.mine.as_ref().map(BlockTemplate::prev_hash)
}

#[test]
fn the_tip_with_the_most_work_is_mined_whoever_has_it() {
    let now = Instant::now();
    let mut watch = watch(now);
    assert_eq!(parent(&watch.heard(2, template(3, 1000), now)), Some(hash(3)), "any node's new tip");
    assert_eq!(parent(&watch.heard(0, template(2, 1000), now)), None, "the first is behind");
    assert_eq!(parent(&watch.heard(1, template(103, 1000), now)), None, "as much work, but later");
    assert_eq!(parent(&watch.heard(1, template(104, 1000), now)), Some(hash(104)), "a reorganisation");
    assert_eq!(parent(&watch.heard(0, template(99, 1000), now)), None, "a tip that hangs in the air");
}

#[test]
fn a_node_that_stops_is_left_and_the_job_stays_until_another_tip_has_proved_better_or_lasted() {
    let start = Instant::now();
    let mut watch = watch(start);
    watch.heard(1, template(1, 1000), start);
    assert_eq!(parent(&watch.heard(0, template(2, 1000), start)), Some(hash(2)));
    let decision = watch.failed(0, "it is silent".into(), start);
    assert_eq!(parent(&decision), None, "the other one may hear of block 2 yet");
    assert_eq!(decision.told, [(0, Standing::Lost("it is silent".into()))]);
    assert!(watch.failed(0, "still silent".into(), start).told.is_empty(), "said once");
    let before = watch.alive(1, hash(1), start + GRACE / 2);
    assert_eq!(parent(&before), None);
    assert_eq!(parent(&watch.alive(1, hash(1), start + GRACE)), Some(hash(1)), "nobody has block 2 any more");
    let back = watch.heard(0, template(2, 1000), start + GRACE);
    assert_eq!(parent(&back), Some(hash(2)));
    assert!(back.told.contains(&(0, Standing::Good)), "{back:?}");
}

#[test]
fn a_single_node_is_followed_wherever_it_goes() {
    let now = Instant::now();
    let mut watch = Watch::new(1, 0, &template(5, 1000), now);
    assert_eq!(parent(&watch.heard(0, template(2, 1000), now)), Some(hash(2)), "it was reset");
}

#[test]
fn what_is_wrong_with_a_node_is_named_once_it_has_lasted() {
    for (case, tip, own_tip, standing) in [
        ("it lags", 2, 2, Standing::Behind(2)),
        ("it forks", 102, 102, Standing::Forked),
        ("its template is old", 2, 4, Standing::OldTemplate(hash(2))),
        ("it lags below all that is known", 0, 0, Standing::Behind(4)),
    ] {
        let start = Instant::now();
        let mut watch = watch(start);
        watch.heard(0, template(4, 1000), start);
        watch.heard(1, template(tip, 1000), start);
        assert!(watch.alive(1, hash(own_tip), start).told.is_empty(), "{case}: it may catch up");
        assert_eq!(watch.alive(1, hash(own_tip), start + GRACE).told, [(1, standing)], "{case}");
        assert!(watch.alive(1, hash(own_tip), start + 2 * GRACE).told.is_empty(), "{case}: said once");
        let caught_up = watch.heard(1, template(4, 1000), start + 2 * GRACE);
        assert_eq!(caught_up.told, [(1, Standing::Good)], "{case}");
    }
}

#[test]
fn on_the_same_parent_only_more_fees_and_age_make_a_new_job() {
    let start = Instant::now();
    for (case, node, value, after, is_mined) in [
        ("nothing new", 0, 1000, Duration::ZERO, false),
        ("a little more", 0, 1001, Duration::ZERO, false),
        ("more", 0, 1002, Duration::ZERO, true),
        ("less", 0, 900, Duration::ZERO, false),
        ("the time is old", 0, 1000, REFRESH, true),
        ("another node's, while the first is good", 1, 1002, REFRESH, false),
    ] {
        let decision = watch(start).heard(node, template(1, value), start + after);
        assert_eq!(parent(&decision).is_some(), is_mined, "{case}");
    }
}

#[test]
fn a_template_that_was_asked_for_is_mined_once() {
    let now = Instant::now();
    let mut watch = watch(now);
    watch.renew();
    assert_eq!(parent(&watch.heard(1, template(1, 1000), now)), None, "not another node's");
    assert_eq!(parent(&watch.heard(0, template(1, 1000), now)), Some(hash(1)));
    assert_eq!(parent(&watch.heard(0, template(1, 1000), now)), None);
}

#[test]
fn a_standing_ends_a_sentence_that_begins_with_the_node() {
    for (standing, words) in [
        (Standing::Good, "is good: it follows the best chain"),
        (Standing::Behind(1), "is left: it lags 1 block behind"),
        (Standing::Behind(7), "is left: it lags 7 blocks behind"),
        (Standing::Lost("cannot reach it".into()), "is left: cannot reach it"),
    ] {
        assert_eq!(standing.to_string(), words);
    }
}
