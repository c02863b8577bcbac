use std::collections::HashSet;
use std::thread;
use std::time::Duration;

use hashkit_chain::{Job, Nonce, Previous, Solution, Target, Work};

use super::*;
use crate::testing::{barren_job, job, wait_for};
use crate::{Counts, Turn};

/// The engine with one port.
fn open_one(limits: Limits) -> (SourcePort, DevicePort) {
    let (source, ports) = open(limits);
    let port = ports.port("cpu:0");
    (source, port)
}

fn take(port: &DevicePort) -> Work {
    port.next_work(1, 1, 1).expect("the engine is open")
}

fn solution(work: &Work) -> Solution {
    let nonce = work.range().first().expect("no work is empty");
    Solution { nonce, version: work.header().version, work: work.clone() }
}

#[test]
fn devices_turn_to_a_new_job_at_once() {
    let (source, port) = open_one(Limits::default());
    assert_eq!(source.publish(job("a"), Previous::Worthless), 1);
    let work = take(&port);
    assert_eq!((work.job().id.to_string(), work.generation(), port.is_stale(&work)), ("a".into(), 1, false));

    assert_eq!(source.publish(job("b"), Previous::StillCounts), 2);
    assert!(!port.is_stale(&work), "its shares still count");
    assert_eq!(port.report(&solution(&work)), Verdict::Shared);
    let newer = take(&port);
    assert_eq!(newer.job().id.to_string(), "b", "but the next work is the new job's");

    source.publish(job("c"), Previous::Worthless);
    assert!(port.is_stale(&work) && port.is_stale(&newer));
    assert!(matches!(port.report(&solution(&newer)), Verdict::Stale { .. }));
    let newest = take(&port);
    assert_eq!((newest.job().id.to_string(), port.is_stale(&newest)), ("c".into(), false));
}

#[test]
fn readers_know_when_a_device_has_begun_its_newest_job_and_when_a_share_was_found() {
    let (mut source, port) = open_one(Limits::default());
    assert_eq!(port.meter().turn(), None);
    source.publish(job("a"), Previous::Worthless);
    let (first, second) = (take(&port), take(&port));
    let began = Instant::now();
    let later = began + Duration::from_secs(1);
    port.began(&first, began);
    port.began(&second, later);
    assert_eq!(port.meter().turn(), Some(Turn { generation: 1, at: began }), "the first batch counts");
    source.publish(job("b"), Previous::StillCounts);
    port.began(&take(&port), later);
    port.began(&second, began);
    assert_eq!(port.meter().turn(), Some(Turn { generation: 2, at: later }), "an old job is no turn");

    let before = Instant::now();
    port.report(&solution(&first));
    let after = Instant::now();
    let (share, at) = wait_for(source.next_found()).expect("one waits");
    assert!(share.generation() == 1 && (before..=after).contains(&at));
}

#[test]
fn a_sleeping_device_is_woken_by_a_job() {
    let (source, port) = open_one(Limits::default());
    let device = thread::spawn(move || take(&port).generation());
    source.publish(job("a"), Previous::Worthless);
    assert_eq!(device.join().expect("no panic"), 1);
}

#[test]
fn shares_come_out_in_the_order_of_their_reports() {
    let (mut source, port) = open_one(Limits::default());
    source.publish(job("a"), Previous::Worthless);
    for _ in 0..3 {
        assert_eq!(port.report(&solution(&take(&port))), Verdict::Shared);
    }
    for nonce in 0..3 {
        let share = wait_for(source.next_share()).expect("three wait");
        assert_eq!((share.header().nonce, share.generation()), (Nonce(nonce), 1));
    }
}

#[test]
fn a_waiting_source_is_woken_by_a_share() {
    let (mut source, port) = open_one(Limits::default());
    source.publish(job("a"), Previous::Worthless);
    let device = thread::spawn(move || port.report(&solution(&take(&port))));
    assert!(wait_for(source.next_share()).is_some());
    assert_eq!(device.join().expect("no panic"), Verdict::Shared);
}

#[test]
fn what_does_not_fit_the_queue_is_dropped_and_counted() {
    let (mut source, port) = open_one(Limits { shares: 2, ..Limits::default() });
    source.publish(job("a"), Previous::Worthless);
    let report = || port.report(&solution(&take(&port)));
    assert_eq!([(); 4].map(|()| report()), [Verdict::Shared, Verdict::Shared, Verdict::Dropped, Verdict::Dropped]);
    assert!(wait_for(source.next_share()).is_some());
    assert_eq!(report(), Verdict::Shared, "there is room again");
    assert_eq!(port.meter().counts(), Counts { shared: 3, dropped: 2, ..Counts::default() });
}

#[test]
fn a_solution_that_the_judge_refuses_is_a_fault_and_never_a_share() {
    let (mut source, port) = open_one(Limits::default());
    source.publish(barren_job("a"), Previous::Worthless);
    let work = take(&port);
    let wrong_version = Solution { version: hashkit_chain::Version(1), ..solution(&work) };
    assert!(matches!(port.report(&solution(&work)), Verdict::Rejected(Reject::AboveTarget { .. })));
    assert!(matches!(port.report(&wrong_version), Verdict::Rejected(Reject::VersionNotAllowed(_))));
    source.publish(barren_job("b"), Previous::Worthless);
    assert!(matches!(port.report(&solution(&work)), Verdict::Rejected(_)), "also when it is stale besides");
    let counts = port.meter().counts();
    assert_eq!((counts.faults.above_target, counts.faults.version_not_allowed, counts.solutions()), (2, 1, 3));
    drop(port);
    assert!(wait_for(source.next_share()).is_none());
}

#[test]
fn a_device_with_too_many_faults_gets_no_more_work_and_the_others_go_on() {
    let (source, ports) = open(Limits { faults: 2, ..Limits::default() });
    let (bad, good) = (ports.port("cpu:0"), ports.port("cpu:1"));
    source.publish(barren_job("a"), Previous::Worthless);
    for faults in 0..=2 {
        let work = bad.next_work(1, 1, 1).unwrap_or_else(|| panic!("{faults} faults are within the limit"));
        bad.report(&solution(&work));
    }
    assert!(bad.is_faulty() && bad.next_work(1, 1, 1).is_none());
    assert!(!good.is_faulty() && good.next_work(1, 1, 1).is_some());
}

#[test]
fn devices_rest_while_the_job_is_withdrawn_and_what_they_found_still_arrives() {
    let (mut source, port) = open_one(Limits::default());
    source.publish(job("a"), Previous::Worthless);
    let work = take(&port);
    source.withdraw();
    source.withdraw();
    assert!(port.is_stale(&work), "it is pointless to search on");
    assert_eq!(port.report(&solution(&work)), Verdict::Shared);
    assert_eq!(wait_for(source.next_share()).map(|share| share.generation()), Some(1));
    assert_eq!(source.engine.lock().phase, Phase::Resting);
    let device = thread::spawn(move || take(&port));
    source.publish(job("a"), Previous::StillCounts);
    let next = device.join().expect("no panic");
    assert_eq!(next.generation(), 2, "no work of the withdrawn job was given out");
    assert_eq!(next.range().first(), Some(Nonce(1)), "the same job comes back: counting goes on");
}

#[test]
fn devices_rest_when_all_of_a_job_has_been_searched() {
    let (source, port) = open_one(Limits::default());
    let mut small = job("a");
    small.coinbase.extranonce2_len = 0;
    source.publish(small, Previous::Worthless);
    assert_eq!(port.next_work(u64::MAX, 1, 1).map(|work| work.hashes()), Some(1 << 32));
    let engine = Arc::clone(&source.engine);
    {
        let mut state = engine.lock();
        assert!(state.take(1, 1, 1).is_none());
        assert_eq!(state.first_exhaustion().map(|job| job.id.to_string()), Some("a".into()));
        assert_eq!(state.first_exhaustion(), None, "it is said once a job");
    }
    let device = thread::spawn(move || take(&port).generation());
    source.publish(job("b"), Previous::StillCounts);
    assert_eq!(device.join().expect("no panic"), 2);
    assert!(!engine.lock().exhaustion_is_known);
}

#[test]
fn a_work_holds_the_hashes_wanted_in_whole_vectors_however_many_versions_the_job_has() {
    for (mask, versions, granularity, expected) in [
        (0, 1, 64, 15 * 64),
        (0, 16, 64, 15 * 64),
        (0, 1, 48, 20 * 48),
        (0, 1, 1, 1000),
        (0, 1, 0, 1000),
        (0x6000, 16, 64, 3 * 64 * 4),
        (0x1fff_e000, 1, 64, 15 * 64),
        (0x1fff_e000, 16, 1, 62 * 16),
        (0x1fff_e000, 16, 16, 3 * 16 * 16),
        (0x1fff_e000, 16, 96, 96 * 16),
    ] {
        let (source, port) = open_one(Limits::default());
        source.publish(Job { version_mask: mask, ..job("a") }, Previous::Worthless);
        let work = port.next_work(1000, versions, granularity).expect("the engine is open");
        assert_eq!(work.hashes(), expected, "mask {mask:08x}, {versions} versions, {granularity} nonces together");
        let least = port.next_work(1, versions, granularity).expect("the engine is open").range().len();
        assert_eq!(least, u64::from(granularity.max(1)), "never nothing");
    }
}

#[test]
fn dropping_the_source_wakes_the_sleepers_and_they_return() {
    let (source, ports) = open(Limits::default());
    let devices: Vec<_> = (0..8)
        .map(|number| {
            let port = ports.port(&format!("cpu:{number}"));
            thread::spawn(move || port.next_work(1, 1, 1).is_none())
        })
        .collect();
    drop(source);
    assert!(devices.into_iter().all(|device| device.join().expect("no panic")));
}

#[test]
fn a_closed_engine_gives_no_work_and_loses_no_share() {
    let (mut source, ports) = open(Limits::default());
    let port = ports.port("cpu:0");
    source.publish(job("a"), Previous::Worthless);
    let works = [take(&port), take(&port)];
    source.close();
    assert!(port.is_stale(&works[0]) && port.next_work(1, 1, 1).is_none());
    source.publish(job("b"), Previous::Worthless);
    assert!(port.next_work(1, 1, 1).is_none(), "closing is for good");
    for work in &works {
        assert_eq!(port.report(&solution(work)), Verdict::Shared);
    }
    let device = thread::spawn(move || drop((port, ports)));
    let mut shares = 0;
    while wait_for(source.next_share()).is_some() {
        shares += 1;
    }
    assert_eq!(shares, 2);
    device.join().expect("no panic");
}

#[test]
fn a_share_that_comes_after_the_source_is_gone_is_counted_as_dropped() {
    let (source, port) = open_one(Limits::default());
    source.publish(job("a"), Previous::Worthless);
    let work = take(&port);
    drop(source);
    assert_eq!(port.report(&solution(&work)), Verdict::Dropped);
}

#[test]
fn no_two_ports_are_given_the_same_header_and_nonce() {
    const WORKS: usize = 400;
    let (source, ports) = open(Limits::default());
    let rolled = Job { version_mask: 0x0000_e000, ..job("a") };
    source.publish(rolled.clone(), Previous::Worthless);
    let devices: Vec<_> = [1, 4, 4, 8]
        .map(|versions| {
            let port = ports.port("cpu");
            // A quarter of all nonces a work: headers run out every few works.
            thread::spawn(move || [(); WORKS].map(|()| port.next_work(1 << 32, versions, 1)))
        })
        .into_iter()
        .collect();
    for difficulty in 1..50 {
        // The same coinbase under another share target, as after `mining.set_difficulty`.
        let share_target = Target::from_le_bytes([difficulty; 32]);
        source.publish(Job { share_target, ..rolled.clone() }, Previous::StillCounts);
    }
    let mut seen = HashSet::new();
    for work in devices.into_iter().flat_map(|device| device.join().expect("no panic")).flatten() {
        for version in work.versions().as_slice() {
            // Every work's length divides 2^32 and is at least 2^29.
            for eighth in 0..work.range().len() >> 29 {
                let first = u64::from(work.range().first().expect("not empty").0) + (eighth << 29);
                assert!(seen.insert((*work.extranonce2(), *version, first)), "{work:?} was given out twice");
            }
        }
    }
}

#[test]
fn the_sums_agree_however_many_threads_report() {
    const DEVICES: usize = 6;
    const REPORTS: u64 = 3_000;
    let (mut source, ports) = open(Limits { shares: 50, faults: 64 });
    source.publish(job("0"), Previous::Worthless);
    let devices: Vec<_> = (0..DEVICES)
        .map(|number| {
            let port = ports.port(&format!("cpu:{number}"));
            thread::spawn(move || {
                for report in 0..REPORTS {
                    let mut solution = solution(&take(&port));
                    if report % 7 == 0 {
                        solution.version.0 ^= 1;
                    }
                    port.report(&solution);
                }
            })
        })
        .collect();
    drop(ports);
    let mut shares = 0;
    while wait_for(source.next_share()).is_some() {
        shares += 1;
        if shares % 10 == 0 {
            source.publish(job(&shares.to_string()), Previous::Worthless);
        }
    }
    for device in devices {
        device.join().expect("no panic");
    }
    let counts: Counts = source.meters().iter().map(|meter| meter.counts()).sum();
    assert_eq!(counts.solutions(), DEVICES as u64 * REPORTS);
    assert_eq!(counts.shared, shares, "what was shared has arrived");
    assert_eq!(counts.faults.version_not_allowed, DEVICES as u64 * REPORTS.div_ceil(7));
}

#[test]
fn jobs_that_take_turns_go_on_where_they_were_and_hashes_count_for_whom_they_were_done() {
    let (source, port) = open_one(Limits::default());
    let mut seen = HashSet::new();
    for turn in 0..40 {
        let account = turn % 3;
        let name = ["a", "b", "c"][account];
        source.publish_for(account, job(name), Previous::StillCounts);
        let work = port.next_work(1000, 1, 1).expect("the engine is open");
        let key = (name, *work.extranonce2(), work.header().ntime, work.range().first());
        assert!(seen.insert(key), "{key:?} was given out twice");
        // A device may still be busy when the next job comes.
        source.publish_for(7, job("between"), Previous::StillCounts);
        source.publish_for(account, job(name), Previous::StillCounts);
        port.searched(&work, work.hashes());
        assert_eq!(port.report(&solution(&work)), Verdict::Shared);
    }
    assert_eq!([0, 1, 2, 7].map(|account| source.books().hashes_for(account)), [14_000, 13_000, 13_000, 0]);
    assert_eq!(port.meter().counts().hashes, 40_000);
}

#[test]
fn whole_headers_are_given_without_sleeping_and_to_one_device_alone() {
    let (source, ports) = open(Limits::default());
    let (port, other) = (ports.port("chips"), ports.port("cpu:0"));
    assert!(matches!(port.poll_header(), Next::Rest), "no job yet");
    source.publish(job("a"), Previous::Worthless);
    let Next::Work(first) = port.poll_header() else { panic!("there is a job") };
    let piece = other.next_work(1, 1, 1).expect("there is a job");
    let Next::Work(second) = port.poll_header() else { panic!("there is a job") };
    assert!(first.extranonce2() != second.extranonce2() && piece.extranonce2() != second.extranonce2());
    assert_ne!(piece.extranonce2(), first.extranonce2());
    port.hold().set(true);
    assert!(matches!(port.poll_header(), Next::Rest), "held");
    port.hold().set(false);
    source.withdraw();
    assert!(matches!(port.poll_header(), Next::Rest), "withdrawn");
    source.close();
    assert!(matches!(port.poll_header(), Next::Closed));
}
