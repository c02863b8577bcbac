use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use hashkit_chain::Previous;
use hashkit_kernels::shader::{SLOTS, Shader, Variant};
use hashkit_kernels::{Found, Host, HostError};

use super::*;
use crate::engine::{Limits, open};
use crate::testing::{barren_job, job, wait_for};

/// What a simulated card does.
#[derive(Debug, Clone, Copy)]
enum Does {
    /// Every nonce of a job whose every hash is a share.
    Finds,
    /// Nothing, whatever there is.
    Misses,
    /// A nonce that is none, of a job without shares.
    Lies,
    /// No launch from this one on ends.
    Hangs(usize),
    /// From this launch on it takes none: a driver that was reset, or has no memory left.
    Refuses(usize),
}

/// A host that simulates a card by the words of its launches alone: no hash is computed.
struct SimulatedCard {
    does: Does,
    running: [Option<(usize, u32, u32)>; SLOTS_IN_FLIGHT],
    launches: Arc<AtomicUsize>,
}

impl Host for SimulatedCard {
    fn submit(&mut self, slot: usize, words: &[u32], _: u32) -> Result<(), HostError> {
        let launch = self.launches.fetch_add(1, Ordering::Relaxed) + 1;
        if matches!(self.does, Does::Refuses(from) if launch >= from) {
            return Err(HostError("device lost".to_owned()));
        }
        self.running[slot] = Some((launch, words[1], words[2]));
        Ok(())
    }

    fn collect(&mut self, slot: usize, patience: Duration) -> Result<Option<Found>, HostError> {
        let (launch, first, count) = self.running[slot].expect("the slot was used");
        if matches!(self.does, Does::Hangs(from) if launch >= from) {
            thread::sleep(patience);
            return Ok(None);
        }
        self.running[slot] = None;
        thread::sleep(Duration::from_micros(50));
        let claims = |count: u32| (first..first + count.min(SLOTS)).map(|nonce| [nonce, 0]).collect();
        Ok(Some(match self.does {
            Does::Misses => Found::default(),
            Does::Lies => Found { count: 1, claims: claims(1) },
            _ => Found { count, claims: claims(count) },
        }))
    }
}

const SETTINGS: GpuSettings = GpuSettings {
    batch: Duration::from_millis(1),
    lost_after: Duration::from_millis(50),
    prove_every: Duration::from_hours(1),
};

fn device(does: Does) -> (GpuDevice, Arc<AtomicUsize>) {
    let launches = Arc::default();
    let host = SimulatedCard { does, running: [None; SLOTS_IN_FLIGHT], launches: Arc::clone(&launches) };
    let shader = Shader::new(Algorithm::Sha256d, Variant::PLAIN).expect("possible");
    let kernel = GpuKernel::new("sha256d/simulated".to_owned(), shader, Box::new(host));
    (GpuDevice::new("gpu:simulated:0", Algorithm::Sha256d, kernel, SETTINGS), launches)
}

#[test]
fn a_card_mines_and_what_it_has_found_when_the_engine_closes_is_not_lost() {
    let (mut source, ports) = open(Limits::default());
    let port = ports.port("gpu:simulated:0");
    drop(ports);
    source.publish(job("a"), Previous::Worthless);
    let card = thread::spawn(move || device(Does::Finds).0.run(&port));
    assert!(wait_for(source.next_share()).is_some());
    source.close();
    let mut shares = 1;
    while wait_for(source.next_share()).is_some() {
        shares += 1;
    }
    card.join().expect("no panic").expect("the engine closed");
    let counts = source.meters()[0].counts();
    // Every hash is a share, so none may be missing of those that were counted.
    assert_eq!((counts.hashes, counts.shared), (counts.solutions(), shares));
}

#[test]
fn a_card_that_is_lost_ends_with_the_reason_and_what_was_found_before_is_kept() {
    for (case, does, reason) in [
        ("a driver that was reset", Does::Refuses(100), "device lost"),
        ("a launch that never ends", Does::Hangs(100), "no answer within 0.1 s"),
    ] {
        let (source, ports) = open(Limits::default());
        let port = ports.port("gpu:simulated:0");
        source.publish(job("a"), Previous::Worthless);
        let error = device(does).0.run(&port).expect_err(case);
        let DeviceError::Kernel(KernelError::Lost { reason: said, .. }) = &error else { panic!("{case}: {error}") };
        assert_eq!(said, reason, "{case}");
        let counts = port.meter().counts();
        assert!(counts.shared > 0 && counts.hashes == counts.solutions(), "{case}: {counts:?}");
    }
}

#[test]
fn a_card_that_misses_hits_is_found_out_without_a_single_wrong_one() {
    let (source, ports) = open(Limits::default());
    let port = ports.port("gpu:simulated:0");
    source.publish(job("a"), Previous::Worthless);
    let error = device(Does::Misses).0.run(&port).expect_err("it misses all");
    assert!(matches!(error, DeviceError::Misses { found: 0.0, expected } if expected > 100.0), "{error}");
    drop(source);
}

#[test]
fn a_card_that_computes_wrongly_is_stopped_and_its_faults_are_counted() {
    let (source, ports) = open(Limits::default());
    source.publish(barren_job("a"), Previous::Worthless);
    let port = ports.port("gpu:simulated:0");
    device(Does::Lies).0.run(&port).expect("it is stopped, which is no failure");
    let faults = port.meter().counts().faults.total();
    assert!(port.is_faulty() && faults > u64::from(Limits::default().faults), "{faults}");
    drop(source);
}

#[test]
fn known_answers_are_asked_for_in_their_time_and_a_card_that_does_not_know_them_is_given_up() {
    let (source, ports) = open(Limits::default());
    source.publish(barren_job("a"), Previous::Worthless);
    let port = ports.port("gpu:simulated:0");
    let (mut card, _) = device(Does::Misses);
    card.settings.prove_every = Duration::from_millis(20);
    let error = card.run(&port).expect_err("it misses the known ones");
    assert!(matches!(error, DeviceError::Kernel(KernelError::Wrong { .. })), "{error}");
    assert!(port.meter().counts().hashes > 0, "it has worked before");
    drop(source);
}

#[test]
fn a_hanging_card_does_not_keep_the_program() {
    let (source, ports) = open(Limits::default());
    let port = ports.port("gpu:simulated:0");
    source.publish(job("a"), Previous::Worthless);
    let (mut card, launches) = device(Does::Hangs(1));
    card.settings.lost_after = Duration::from_hours(1);
    card.watch = Watch::new(Duration::from_hours(1));
    let began = Instant::now();
    let running = thread::spawn(move || card.run(&port));
    while launches.load(Ordering::Relaxed) < SLOTS_IN_FLIGHT {
        thread::yield_now();
    }
    source.close();
    running.join().expect("no panic").expect("the engine closed");
    assert!(began.elapsed() < 4 * LAST_BATCH, "{:?}", began.elapsed());
}

#[test]
fn a_new_job_reaches_the_card_behind_no_more_than_what_is_on_it() {
    let (source, ports) = open(Limits::default());
    let port = ports.port("gpu:simulated:0");
    source.publish(barren_job("old"), Previous::Worthless);
    let (mut card, _) = device(Does::Misses);
    assert!(card.fill(&port).expect("it accepts") && card.running.len() == SLOTS_IN_FLIGHT);
    source.publish(barren_job("new"), Previous::Worthless);
    let mut seen = Vec::new();
    for _ in 0..=SLOTS_IN_FLIGHT {
        let (_, batch) = card.collect(&port).expect("it answers").expect("it is not closing");
        seen.push(batch.work.job().id.to_string());
        card.fill(&port).expect("it accepts");
    }
    assert_eq!(seen, ["old", "old", "new"]);
    // Without a job nothing more goes onto the card.
    source.withdraw();
    while let Some(&running) = card.running.front() {
        let (_, batch) = card.collect(&port).expect("it answers").expect("it is not closing");
        card.report(&port, running, batch).expect("nothing is wrong");
        assert!(port.poll_work(1, 1, 1).is_none());
    }
}
