use std::thread;

use hashkit_chain::{Job, Previous, Target};

use super::*;
use crate::engine::{Limits, open};
use crate::testing::{JudgeKernel, LyingKernel, barren_job, job, wait_for};

#[test]
fn a_scanning_device_counts_its_hashes_and_shares_its_hits() {
    let (mut source, ports) = open(Limits::default());
    let port = ports.port("cpu:0");
    drop(ports);
    // One hash in four.
    let mut easy = [0xff; 32];
    easy[31] = 0x3f;
    let share_target = Target::from_le_bytes(easy);
    source.publish(Job { share_target, version_mask: 0x6000, ..job("a") }, Previous::Worthless);
    let device = thread::spawn(move || ScanDevice::new(Box::new(JudgeKernel), "cpu:0").run(&port));
    for _ in 0..100 {
        assert!(wait_for(source.next_share()).is_some_and(|share| share_target.is_met_by(&share.hash())));
    }
    source.close();
    let mut shares = 100;
    while wait_for(source.next_share()).is_some() {
        shares += 1;
    }
    device.join().expect("no panic").expect("the engine closed");
    let counts = source.meters()[0].counts();
    assert_eq!((counts.shared, counts.solutions()), (shares, shares + counts.dropped));
    assert!(counts.hashes > counts.shared);
}

#[test]
fn a_lying_kernel_shares_nothing_and_is_stopped() {
    let (source, ports) = open(Limits::default());
    source.publish(barren_job("a"), Previous::Worthless);
    let port = ports.port("cpu:0");
    ScanDevice::new(Box::new(LyingKernel), "cpu:0").run(&port).expect("it is stopped, which is no failure");
    let counts = port.meter().counts();
    assert!(port.is_faulty());
    assert_eq!((counts.shared, counts.faults.total()), (0, u64::from(Limits::default().faults) + 1));
}

#[test]
fn a_batch_settles_at_the_time_wanted_from_either_side() {
    // Rates from one slow hash of scrypt to a chip's.
    for rate in [100.0, 5e3, 1e6, 8e7, 1e12] {
        for first in [1, 16, 1 << 20, 1 << 40] {
            let mut pace = Pace { wanted: Duration::from_millis(2), hashes: first };
            for _ in 0..50 {
                let before = pace.hashes;
                pace.steer(before, Duration::from_secs_f64(before as f64 / rate));
                assert!((before / 2..=before * 2).contains(&pace.hashes) && pace.hashes > 0, "{before} to {pace:?}");
            }
            let fitting = (rate * 0.002).max(1.0);
            assert!(pace.hashes as f64 <= fitting && pace.hashes as f64 > fitting * 0.7, "{pace:?} at {rate} H/s");
        }
    }
}

#[test]
fn a_batch_is_at_most_doubled_or_halved() {
    let ms = Duration::from_millis;
    for (case, hashes, took, next) in [
        ("as wanted", 1024, ms(2), 1024),
        ("too fast to be measured", 1024, Duration::ZERO, 2048),
        ("a moment without the processor", 1024, ms(500), 512),
        ("a quarter too slow", 1024, Duration::from_micros(2500), 819),
        ("a small rest of a range, at the same rate", 64, Duration::from_micros(125), 1024),
    ] {
        let mut pace = Pace { wanted: ms(2), hashes: 1024 };
        pace.steer(hashes, took);
        assert_eq!(pace.hashes, next, "{case}");
    }
    let mut smallest = Pace { wanted: ms(2), hashes: 1 };
    smallest.steer(1, ms(100));
    assert_eq!(smallest.hashes, 1);
    let mut largest = Pace { wanted: ms(2), hashes: u64::MAX };
    largest.steer(u64::MAX, Duration::ZERO);
    assert!(largest.hashes > u64::MAX / 2);
}
