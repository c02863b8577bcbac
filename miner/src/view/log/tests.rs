use std::time::Duration;

use hashkit_chain::{Difficulty, Hash};

use super::super::lines::WIDTH;
use super::*;
use crate::session::Found;

const AT: Duration = Duration::from_secs(12 * 3600 + 40 * 60 + 3);

fn shown(show: impl Fn(&mut LogView<Vec<u8>>, SystemTime)) -> String {
    let mut view = LogView::new(Vec::new());
    show(&mut view, SystemTime::UNIX_EPOCH + AT);
    let text = String::from_utf8(view.lines.into_inner()).unwrap();
    anstream::adapter::strip_str(&text).to_string()
}

fn share(fate: Fate, block: Block) -> Event {
    Event::Share(ShareSeen {
        pool: 0,
        fate,
        found: Found {
            difficulty: Difficulty::new(29_600.0).unwrap(),
            asked: Difficulty::new(1024.0).unwrap(),
            block,
            parent: Hash::ZERO,
            hash: Hash::ZERO,
            height: Some(7),
        },
        took: Some(Duration::from_micros(22_900)),
    })
}

fn job(id: &str, is_on_new_block: bool) -> Event {
    Event::Job(JobSeen {
        pool: "pool.example:3333".into(),
        id: id.into(),
        height: Some(840_000),
        difficulty: Difficulty::new(0.0005).unwrap(),
        is_clean: true,
        parent: Hash::ZERO,
        is_on_new_block,
        network_difficulty: Some(Difficulty::new(123.5e12).unwrap()),
        reward: Some(315_000_000),
    })
}

#[test]
fn each_thing_that_happens_is_one_line_in_words() {
    for (event, expected) in [
        (job("4f2a", false), "12:40:03 job      4f2a  height 840000  difficulty 0.0005  clean\n"),
        (
            job("4f2a", true),
            "12:40:03 job      4f2a  height 840000  difficulty 0.0005  clean\n\
             12:40:03 chain    block difficulty 123.5T  reward 3.15000000\n",
        ),
        (share(Fate::Accepted, Block::No), "12:40:03 share    accepted  29.6k of 1.024k  23 ms\n"),
        (
            share(Fate::Refused { reason: "23 above target".into() }, Block::No),
            "12:40:03 share    refused   29.6k of 1.024k  23 ms  23 above target\n",
        ),
        (
            Event::Left {
                pool: "a:1".into(),
                why: "a:1 closed the connection".into(),
                next: "b:2".into(),
                wait: Duration::from_millis(1500),
            },
            "12:40:03 pool     a:1 closed the connection; next: b:2 in 1.5 s\n",
        ),
    ] {
        assert_eq!(shown(|view, at| view.event(at, &event).unwrap()), expected);
    }
}

#[test]
fn a_block_is_shown_with_height_and_hash_only_when_it_is_accepted() {
    let zeros = "0".repeat(64);
    let accepted = shown(|view, at| view.event(at, &share(Fate::Accepted, Block::Yes)).unwrap());
    assert_eq!(accepted.lines().nth(1), Some(&*format!("block        7 {zeros}")));
    for fate in [Fate::Lost, Fate::Stale { reason: String::new() }, Fate::Refused { reason: String::new() }] {
        let text = shown(|view, at| view.event(at, &share(fate.clone(), Block::Yes)).unwrap());
        assert!(!text.contains(&zeros) && text.contains("was a block"), "{fate:?}: {text}");
    }
}

#[test]
fn no_line_is_wider_than_80_columns_and_none_carries_a_peers_control_characters() {
    let long = "word ".repeat(60) + &"x".repeat(300) + "\x1b[2J\r\n12:00:00 forged";
    let events = [
        job(&long, true),
        share(Fate::Accepted, Block::Yes),
        share(Fate::Refused { reason: long.clone() }, Block::Yes),
        Event::Message { pool: "pool.example:3333".into(), text: long.clone() },
        Event::Warning { pool: "pool.example:3333".into(), text: long.clone() },
        Event::LoggedIn { pool: long.clone(), user: long.clone() },
        Event::Left { pool: long.clone(), why: long.clone(), next: long.clone(), wait: Duration::from_mins(1) },
    ];
    for event in &events {
        let text = shown(|view, at| view.event(at, event).unwrap());
        for line in text.lines() {
            assert!(line.chars().count() <= WIDTH, "{} columns: {line}", line.chars().count());
            assert!(!line.contains('\x1b') && !line.starts_with("12:00:00"), "{line:?}");
        }
    }
}

#[test]
fn a_window_that_is_not_full_has_no_number() {
    let rates = Rates { ten_seconds: Hashrate::over(31.2e6, Duration::from_secs(1)), minute: None, quarter_hour: None };
    let text = shown(|view, at| view.rates(at, None, &rates).unwrap());
    assert_eq!(text, "12:40:03 hashrate 10 s 31.2 MH/s  60 s n/a  15 min n/a\n");
}

#[test]
fn the_summary_shows_the_sums_and_says_when_they_do_not_agree() {
    let sums = Summary {
        longest_stale: Duration::ZERO,
        elapsed: Duration::from_secs(125),
        hashes: 250_000_000,
        faults: 0,
        blocks: 2,
        height: Some(2),
        taken: None,
        found: 7,
        accepted: 4,
        refused: 1,
        stale: 1,
        lost: 1,
    };
    let text = shown(|view, at| view.summary(at, "5 blocks accepted", &sums).unwrap());
    assert!(text.contains("5 blocks accepted after 2 min 5 s, 2.00 MH/s on average"), "{text}");
    assert!(text.contains("7 found = 4 accepted + 1 refused + 1 stale + 1 lost"), "{text}");
    assert!(!text.contains("do not agree"), "{text}");
    let text = shown(|view, at| view.summary(at, "", &Summary { found: 8, ..sums }).unwrap());
    assert!(text.contains("do not agree"), "{text}");
}
