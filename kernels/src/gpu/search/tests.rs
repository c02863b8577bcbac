use hashkit_chain::Algorithm;

use super::*;
use crate::prove;
use crate::shader::{SLOTS, Variant};

/// A host that computes with the judge what a card would, and fails when told.
struct Judged {
    variant: Variant,
    header: Header,
    versions: Vec<u32>,
    slots: usize,
    running: [Option<Found>; IN_FLIGHT],
    launches: usize,
    /// The launch that fails.
    fails_at: Option<usize>,
    /// What a card that computes wrongly adds.
    adds: Option<[u32; 2]>,
}

impl Judged {
    fn new(work: &Work) -> Self {
        Self {
            variant: Variant { versions: 2, ..Variant::PLAIN },
            header: *work.header(),
            versions: work.versions().as_slice().to_vec(),
            slots: SLOTS as usize,
            running: [None, None],
            launches: 0,
            fails_at: None,
            adds: None,
        }
    }

    fn kernel(self) -> GpuKernel<Self> {
        let shader = Shader::new(Algorithm::Sha256d, self.variant).expect("possible");
        GpuKernel::new("sha256d/judged".to_owned(), shader, self)
    }
}

impl Host for Judged {
    fn submit(&mut self, slot: usize, words: &[u32], threads: u32) -> Result<(), HostError> {
        assert!(self.running[slot].is_none(), "the slot is free");
        self.launches += 1;
        if self.fails_at == Some(self.launches) {
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

    fn collect(&mut self, slot: usize) -> Result<Found, HostError> {
        Ok(self.running[slot].take().expect("the slot was used"))
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
    let work = work(2, 0, SHORTEST * 3);
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
fn a_range_becomes_launches_without_gap_or_overlap() {
    for (range, launches) in [
        (NonceRange::new(5, 0), 0),
        (NonceRange::new(5, 1), 1),
        (NonceRange::new(0, SHORTEST + 1), 2),
        (NonceRange::new(3, 1 << 20), 4),
        (NonceRange::FULL, 16),
    ] {
        let pieces: Vec<Launch> = pieces(range).collect();
        assert_eq!(pieces.len(), launches, "{range:?}");
        let mut at = range.first().map_or(0, |nonce| u64::from(nonce.0));
        for piece in pieces {
            assert_eq!(u64::from(piece.first), at);
            at += u64::from(piece.count);
        }
        assert_eq!(at, range.first().map_or(0, |nonce| u64::from(nonce.0)) + range.len());
    }
}
