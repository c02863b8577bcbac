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
