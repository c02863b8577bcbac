use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hashkit_chain::Algorithm;

use super::*;
use crate::gpu::host::Found;
use crate::prove;
use crate::shader::{SLOTS, Variant};

/// A host that computes with the judge what a card would, and fails when told.
struct Judged {
    variant: Variant,
    header: Header,
    versions: Vec<u32>,
    slots: usize,
    running: [Option<Found>; SLOTS_IN_FLIGHT],
    launches: Arc<AtomicUsize>,
    /// The launch that fails.
    fails_at: Option<usize>,
    /// What a card that computes wrongly adds.
    adds: Option<[u32; 2]>,
    /// Never ends a launch.
    hangs: bool,
}

impl Judged {
    fn new(work: &Work) -> Self {
        Self {
            variant: Variant { versions: 2, ..Variant::PLAIN },
            header: *work.header(),
            versions: work.versions().as_slice().to_vec(),
            slots: SLOTS as usize,
            running: [None, None],
            launches: Arc::default(),
            fails_at: None,
            adds: None,
            hangs: false,
        }
    }

    fn kernel(self) -> GpuKernel {
        let shader = Shader::new(Algorithm::Sha256d, self.variant).expect("possible");
        GpuKernel::new("sha256d/judged".to_owned(), shader, Box::new(self))
    }
}

impl Host for Judged {
    fn submit(&mut self, slot: usize, words: &[u32], threads: u32) -> Result<(), HostError> {
        assert!(self.running[slot].is_none(), "the slot is free");
        let launch = self.launches.fetch_add(1, Ordering::Relaxed) + 1;
        if self.fails_at == Some(launch) {
            return Err(HostError("the device is gone".to_owned()));
        }
        let [base, first, count, mask] = [words[0], words[1], words[2], words[3]];
        assert!(
            base + (threads * self.variant.nonces_per_thread - 1) >= first + (count - 1),
            "every nonce has a thread"
        );
        let mut claims: Vec<[u32; 2]> = self.adds.into_iter().collect();
        for nonce in (first..=first + (count - 1)).map(Nonce) {
            // Where there is one version, the second place repeats it.
            for place in 0..2 {
                let version = Version(*self.versions.get(place as usize).unwrap_or(&self.versions[0]));
                let [.., a, b, c, d] =
                    *Algorithm::Sha256d.hash(&Header { nonce, version, ..self.header }).as_internal();
                if u32::from_be_bytes([a, b, c, d]) & mask == 0 {
                    claims.push([nonce.0, place]);
                }
            }
        }
        let count = u32::try_from(claims.len()).expect("few");
        claims.truncate(self.slots);
        self.running[slot] = Some(Found { count, claims });
        Ok(())
    }

    fn collect(&mut self, slot: usize, _: Duration) -> Result<Option<Found>, HostError> {
        assert!(self.running[slot].is_some(), "the slot was used");
        Ok(self.running[slot].take_if(|_| !self.hangs))
    }
}

fn work(versions: u8, first: u32, len: u64) -> Work {
    prove::practice_work(Algorithm::Sha256d, versions).with_range(NonceRange::new(first, len))
}

#[test]
fn hits_are_those_of_the_judge_however_few_slots_there_are() {
    let target = Target::from_be_bytes([0x1f; 32]);
    for (versions, first, len) in [(1, 0, 300), (2, 7, 100), (2, u32::MAX - 50, 51), (1, 3, 0)] {
        let work = work(versions, first, len);
        let judged = prove::judged(Algorithm::Sha256d, &work, &target);
        for slots in [2, 3, 10, 1000] {
            let mut kernel = Judged { slots, ..Judged::new(&work) }.kernel();
            assert_eq!(kernel.scan(&work, &target), Ok(judged.clone()), "{slots} slots for {:?}", work.range());
        }
    }
}

#[test]
fn a_card_that_fails_is_lost_for_good() {
    let target = Target::from_be_bytes([0; 32]);
    let work = work(8, 0, 30);
    let mut kernel = Judged { fails_at: Some(2), ..Judged::new(&work) }.kernel();
    let lost = KernelError::Lost { kernel: "sha256d/judged".into(), reason: "the device is gone".into() };
    assert_eq!(kernel.scan(&work, &target), Err(lost.clone()));
    assert_eq!(kernel.scan(&work, &target), Err(lost), "its slots may still be in use");
}

/// The engine's judge counts it as a fault of this device; dropped here, nobody would know.
#[test]
fn what_a_card_computes_wrongly_is_passed_on() {
    let target = Target::from_be_bytes([0; 32]);
    let work = work(2, 0, 16);
    let mut kernel = Judged { adds: Some([5, 1]), ..Judged::new(&work) }.kernel();
    let wrong = Hit { nonce: Nonce(5), version: Version(work.versions().as_slice()[1]) };
    assert_eq!(kernel.scan(&work, &target), Ok(vec![wrong]));
}

#[test]
fn batches_overlap_and_come_back_in_their_order_with_their_own_hits() {
    let target = Target::from_be_bytes([0x1f; 32]);
    let all = work(2, 0, 400);
    let judged = |work: &Work| prove::judged(Algorithm::Sha256d, work, &target);
    // So few slots that the first batches are scanned again while later ones are on the card.
    let host = Judged { slots: 5, ..Judged::new(&all) };
    let launches = Arc::clone(&host.launches);
    let mut kernel = host.kernel();
    let mut range = all.range();
    let works: Vec<Work> = (0..4).map(|_| all.clone().with_range(range.split_front(100))).collect();
    for work in &works {
        kernel.submit(work.clone(), &target).expect("there is always room");
    }
    assert_eq!((kernel.waiting(), launches.load(Ordering::Relaxed)), (4, SLOTS_IN_FLIGHT));
    for work in &works {
        let batch = kernel.collect(LIMIT).expect("it answers").expect("it answers at once");
        assert_eq!((batch.work.range(), batch.hits), (work.range(), judged(work)));
    }
    assert!(kernel.waiting() == 0 && kernel.collect(LIMIT).is_ok_and(|batch| batch.is_none()));
    assert!(launches.load(Ordering::Relaxed) > 4, "nothing was scanned again");
}

#[test]
fn a_launch_that_does_not_end_can_be_asked_for_again_and_given_up() {
    let work = work(2, 0, 16);
    let mut kernel = Judged { hangs: true, ..Judged::new(&work) }.kernel();
    kernel.submit(work.clone(), &Target::ZERO).expect("it is accepted");
    for _ in 0..3 {
        assert!(kernel.collect(Duration::ZERO).is_ok_and(|batch| batch.is_none()));
    }
    assert!(matches!(kernel.give_up("it hangs"), KernelError::Lost { reason, .. } if reason == "it hangs"));
    assert!(kernel.submit(work, &Target::ZERO).is_err());
}

#[test]
fn a_card_that_claims_more_than_it_hashed_is_lost() {
    struct Boaster(u32);
    impl Host for Boaster {
        fn submit(&mut self, _: usize, _: &[u32], _: u32) -> Result<(), HostError> {
            Ok(())
        }

        fn collect(&mut self, _: usize, _: Duration) -> Result<Option<Found>, HostError> {
            Ok(Some(Found { count: self.0, claims: vec![[0, 0]; SLOTS as usize] }))
        }
    }
    let shader = Shader::new(Algorithm::Sha256d, Variant::PLAIN).expect("possible");
    let mut kernel = GpuKernel::new("sha256d/boaster".to_owned(), shader, Box::new(Boaster(u32::MAX)));
    assert!(matches!(kernel.scan(&work(1, 0, 1000), &Target::MAX), Err(KernelError::Lost { .. })));
}

#[test]
fn a_range_becomes_launches_without_gap_or_overlap() {
    for (range, expected) in [
        (NonceRange::new(5, 0), 0),
        (NonceRange::new(5, 1), 1),
        (NonceRange::new(5, u64::from(Launch::LONGEST) + 1), 2),
        (NonceRange::FULL, 16),
    ] {
        let launches: Vec<Launch> = launches(range, Launch::LONGEST).collect();
        assert_eq!(launches.len(), expected, "{range:?}");
        let mut at = range.first().map_or(0, |nonce| u64::from(nonce.0));
        for launch in launches {
            assert_eq!(u64::from(launch.first), at);
            at += u64::from(launch.count);
        }
        assert_eq!(at, range.first().map_or(0, |nonce| u64::from(nonce.0)) + range.len());
    }
}

#[test]
fn a_launch_is_divided_without_gap_or_overlap() {
    for (count, claims, least, most) in [
        (2, 2 * SLOTS, 2, 2),
        (1000, SLOTS + 1, 2, 2),
        (10_000, 16 * SLOTS, 30, 32),
        (u32::MAX / 16, u32::MAX, 4000, 4096),
    ] {
        let parts = parts(Launch { first: 7, count }, claims);
        assert!((least..=most).contains(&parts.len()), "{count}: {}", parts.len());
        let mut at = 7;
        for part in &parts {
            assert_eq!(part.first, at);
            at += part.count;
        }
        assert_eq!(at, 7 + count);
    }
}
