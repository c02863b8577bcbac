//! Which chip job id stands for which work.

use std::collections::VecDeque;

use hashkit_chain::{Version, Work};

use crate::model::JobIds;
use crate::nonce::Rolled;

/// The jobs that chips may still answer, each under an id that comes back with its nonces. The oldest of an id makes room.
#[derive(Debug)]
pub(crate) struct Ring {
    ids: JobIds,
    next: u8,
    /// By id; the newest in front.
    sent: Vec<VecDeque<Sent>>,
}

/// Jobs that are kept of an id: a chip that has not heard the newest ones, because they were damaged on the line, goes on with an
/// older one, and every id is used again within half a second where jobs are short.
const KEPT: usize = 4;

/// A job as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    /// What is searched.
    pub(crate) work: Work,
    /// The versions: the base alone where chips roll it, or one for each midstate.
    pub(crate) versions: Vec<Version>,
    /// The bits that chips may lay over the base.
    pub(crate) mask: u32,
    /// Zero bits that the ticket mask demanded at the time, beyond the chip's fixed ones.
    pub(crate) zero_bits: u8,
    /// Counts jobs: the newest has the highest.
    pub(crate) number: u64,
}

impl Sent {
    /// The version that a reply names; `None` where it lies outside what was sent.
    pub(crate) fn version(&self, rolled: Rolled) -> Option<Version> {
        match rolled {
            Rolled::Bits(bits) if bits & !self.mask != 0 => None,
            Rolled::Bits(bits) => self.versions.first().map(|base| Version(base.0 | bits)),
            Rolled::Midstate(index) => self.versions.get(usize::from(index)).copied(),
        }
    }
}

impl Ring {
    pub(crate) fn new(ids: JobIds) -> Self {
        Self { ids, next: 0, sent: vec![VecDeque::new(); usize::from(ids.slots)] }
    }

    /// The id that the next job gets.
    pub(crate) fn next_id(&self) -> u8 {
        self.next * self.ids.step
    }

    /// Keeps `sent` under [`Ring::next_id`].
    pub(crate) fn push(&mut self, sent: Sent) {
        let of_this_id = &mut self.sent[usize::from(self.next)];
        of_this_id.truncate(KEPT - 1);
        of_this_id.push_front(sent);
        self.next = (self.next + 1) % self.ids.slots.max(1);
    }

    /// The jobs of this id, of which only the bits that chips send back count; the newest first, none of an id that has none.
    pub(crate) fn get(&self, id: u8) -> impl Iterator<Item = &Sent> {
        let slot = id.is_multiple_of(self.ids.step).then(|| usize::from(id / self.ids.step));
        slot.and_then(|slot| self.sent.get(slot)).into_iter().flatten()
    }

    /// From now on chips report nonces with so few zero bits, of the jobs that they have as well.
    pub(crate) fn lower_zero_bits(&mut self, zero_bits: u8) {
        for sent in self.sent.iter_mut().flatten() {
            sent.zero_bits = sent.zero_bits.min(zero_bits);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::chip_chain::tests::fresh;
    use crate::model::ChipModel;

    fn sent(number: u64) -> Sent {
        Sent { work: fresh(), versions: vec![Version(0x2000_0000), Version(1)], mask: 0x6000, zero_bits: 8, number }
    }

    #[test]
    fn a_job_is_known_by_its_id_until_four_others_have_had_it() {
        for model in ChipModel::ALL {
            let slots = u64::from(model.job_ids.slots);
            let mut ring = Ring::new(model.job_ids);
            let ids: Vec<u8> = (0..5 * slots)
                .map(|number| {
                    let id = ring.next_id();
                    ring.push(sent(number));
                    id
                })
                .collect();
            let different: BTreeSet<u8> = ids.iter().copied().collect();
            assert_eq!(different.len() as u64, slots, "{model}");
            assert!(different.iter().all(|id| id % model.job_ids.step == 0), "{model}: {different:?}");
            for (number, id) in (0_u64..).zip(&ids) {
                let known: Vec<u64> = ring.get(*id).map(|sent| sent.number).collect();
                let wanted: Vec<u64> = (1..5).rev().map(|round| number % slots + round * slots).collect();
                assert_eq!(known, wanted, "{model}, id {id}: the newest first");
            }
            let others = (0..=255).filter(|id| !different.contains(id));
            assert!(others.into_iter().all(|id| ring.get(id).next().is_none()), "{model}");
        }
    }

    #[test]
    fn a_version_is_one_that_was_sent_or_lies_within_the_mask() {
        let sent = sent(1);
        for (case, rolled, version) in [
            ("no bits", Rolled::Bits(0), Some(0x2000_0000)),
            ("bits of the mask", Rolled::Bits(0x4000), Some(0x2000_4000)),
            ("bits beyond it", Rolled::Bits(0x8000), None),
            ("some of both", Rolled::Bits(0xa000), None),
            ("a midstate", Rolled::Midstate(1), Some(1)),
            ("one more than there are", Rolled::Midstate(2), None),
        ] {
            assert_eq!(sent.version(rolled), version.map(Version), "{case}");
        }
    }
}
