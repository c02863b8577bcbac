use std::sync::mpsc::channel;
use std::thread;

use hashkit_chain::{Algorithm, Previous};
use hashkit_kernels::KernelError;

use super::*;
use crate::engine::{Limits, open};
use crate::testing::{JudgeKernel, LyingKernel, barren_job, job, wait_for};
use crate::{DevicePort, device::ScanDevice};

fn no_pauses() -> Pauses {
    Pauses::new(Duration::ZERO, Duration::ZERO)
}

/// A device that panics instead of running.
struct Panicking;

impl Device for Panicking {
    fn name(&self) -> &'static str {
        "panicking"
    }

    fn run(&mut self, _: &DevicePort) -> Result<(), DeviceError> {
        panic!("as the test wants")
    }
}

fn failure() -> DeviceError {
    DeviceError::Kernel(KernelError::OtherAlgorithm { kernel: "broken".into(), algorithm: Algorithm::Scrypt })
}

#[test]
fn a_device_that_fails_or_panics_is_opened_again() {
    let (mut source, ports) = open(Limits::default());
    let port = ports.port("cpu:0");
    source.publish(job("a"), Previous::Worthless);
    let device = thread::spawn(move || {
        let mut tries = 0;
        let open = || -> Result<Box<dyn Device>, DeviceError> {
            tries += 1;
            match tries {
                1 => Err(failure()),
                2 => Ok(Box::new(Panicking)),
                3 => panic!("while it is opened"),
                _ => Ok(Box::new(ScanDevice::new(Box::new(JudgeKernel), "cpu:0"))),
            }
        };
        let ended = supervise(open, &port, no_pauses());
        (ended, tries)
    });
    assert!(wait_for(source.next_share()).is_some(), "the fourth try mines");
    drop(source);
    assert_eq!(device.join().expect("panics are contained"), (Ended::Closed, 4));
}

#[test]
fn a_driver_that_compiles_for_long_holds_up_no_other_device() {
    let (mut source, ports) = open(Limits::default());
    let (slow, quick) = (ports.port("gpu:vulkan:0"), ports.port("cpu:0"));
    drop(ports);
    let (compiled, compiles) = channel();
    let device =
        || -> Result<Box<dyn Device>, DeviceError> { Ok(Box::new(ScanDevice::new(Box::new(JudgeKernel), "a"))) };
    let opened_late = move || {
        compiles.recv().expect("the test ends it");
        device()
    };
    let slow = thread::spawn(move || supervise(opened_late, &slow, no_pauses()));
    let quick = thread::spawn(move || supervise(device, &quick, no_pauses()));
    source.publish(job("a"), Previous::Worthless);
    assert!(wait_for(source.next_share()).is_some(), "the other one mines");
    drop(source);
    assert_eq!(quick.join().expect("panics are contained"), Ended::Closed);
    compiled.send(()).expect("it still compiles");
    assert_eq!(slow.join().expect("panics are contained"), Ended::Closed);
}

#[test]
fn a_device_with_too_many_faults_is_not_opened_again() {
    let (source, ports) = open(Limits::default());
    let port = ports.port("cpu:0");
    source.publish(barren_job("a"), Previous::Worthless);
    let mut tries = 0;
    let open = || {
        tries += 1;
        Ok(Box::new(ScanDevice::new(Box::new(LyingKernel), "cpu:0")) as Box<dyn Device>)
    };
    assert_eq!(supervise(open, &port, no_pauses()), Ended::Faulty);
    assert_eq!(tries, 1);
}

#[test]
fn a_device_that_is_lost_three_times_is_disabled() {
    fn lost() -> KernelError {
        KernelError::Lost { kernel: "sha256d/gone".into(), reason: "device lost".into() }
    }
    for (case, error, tries) in [
        ("lost", (|| lost().into()) as fn() -> DeviceError, LOSSES),
        ("it misses hits", || DeviceError::Misses { found: 1.0, expected: 100.0 }, LOSSES),
    ] {
        let (_source, ports) = open(Limits::default());
        let port = ports.port("gpu:vulkan:0");
        let mut opened = 0;
        let open = || {
            opened += 1;
            Err(error())
        };
        assert_eq!((supervise(open, &port, no_pauses()), opened), (Ended::Lost, tries), "{case}");
    }
}

#[test]
fn closing_ends_a_pause() {
    let (source, ports) = open(Limits::default());
    let port = ports.port("cpu:0");
    let hour = Duration::from_hours(1);
    let (opened, wait_until_opened) = channel();
    let device = thread::spawn(move || {
        let open = || {
            opened.send(()).expect("the test listens");
            Err(failure())
        };
        supervise(open, &port, Pauses::new(hour, hour))
    });
    wait_until_opened.recv().expect("it is opened once");
    drop(source);
    assert_eq!(device.join().expect("no panic"), Ended::Closed);
}

#[test]
fn pauses_grow_to_a_minute_and_start_again_after_a_good_run() {
    let mut pauses = Pauses::default();
    let at_once = Duration::ZERO;
    let mut seconds = |ran| pauses.after(ran).as_secs();
    assert_eq!([(); 8].map(|()| seconds(at_once)), [1, 2, 4, 8, 16, 32, 60, 60]);
    assert_eq!([seconds(Duration::from_hours(1)), seconds(at_once)], [1, 2]);
}

#[test]
fn a_panic_speaks_in_its_own_words() {
    for (case, panic, expected) in [
        ("a literal", Box::new("words") as Box<dyn Any + Send>, "words"),
        ("a formatted text", Box::new(String::from("words 7")), "words 7"),
        ("something else", Box::new(7), "without words"),
    ] {
        assert_eq!(words(&*panic), expected, "{case}");
    }
}
