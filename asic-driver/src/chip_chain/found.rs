//! What becomes of a nonce, and of chips that send none.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, Instant};

use hashkit_chain::{Hash, Header, Solution, Version, Work};

use super::{ChipChain, Silicon, UNHEARD};
use crate::bring_up::{self, starts};
use crate::driver::{ChainEvent, ChainNonce, Trouble};
use crate::frame::reply::NonceReply;
use crate::model::Family;
use crate::nonce::FoundNonce;
use crate::register::TicketMask;
use crate::ring::Sent;

/// What came lately: to tell what comes twice, and who has fallen silent.
#[derive(Debug, Default)]
pub(super) struct Recent {
    seen: HashSet<(u64, u32, u32)>,
    order: VecDeque<(u64, u32, u32)>,
    /// Whether the last nonces were wrong, the newest in front.
    wrong: VecDeque<bool>,
    /// When each chip found something.
    heard: Vec<Instant>,
    /// The fewest zero bits of a right nonce, beyond those of the mask: what an emulated chip demands.
    fewest: Option<u8>,
}

impl Recent {
    /// More than come in two seconds at any rate that a line carries.
    const MOST: usize = 65_536;
    /// Nonces that a ratio is taken of.
    const RATIO: usize = 64;

    /// Whether this job, nonce and version have come before.
    fn is_known(&mut self, key: (u64, u32, u32)) -> bool {
        if !self.seen.insert(key) {
            return true;
        }
        self.order.push_back(key);
        if self.order.len() > Self::MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        false
    }

    fn judged(&mut self, is_wrong: bool) -> usize {
        self.wrong.push_front(is_wrong);
        self.wrong.truncate(Self::RATIO);
        if self.wrong.len() < Self::RATIO { 0 } else { self.wrong.iter().filter(|wrong| **wrong).count() }
    }
}

/// What every core of a BM1387 answers to the all-ones work that opens it; another work has one of them once in 2^31 times.
const OPENED: [[u8; 4]; 2] = [[0x72, 0x03, 0xea, 0x83], [0xe1, 0x6b, 0xf8, 0x09]];

/// Nobody is called silent earlier.
const PATIENCE: Duration = Duration::from_mins(1);
/// After a start, chips are told again what they may have missed.
const REMINDED_AFTER: Duration = Duration::from_secs(3);
/// The whole chain is not waited for as long.
const CHAIN_PATIENCE: Duration = Duration::from_secs(15);
/// Times the mean time between nonces: as much bad luck comes once in 500 million times.
const BAD_LUCK: f64 = 20.0;

/// A nonce that the judge has found right.
struct Right {
    work: Work,
    version: Version,
    hash: Hash,
    /// Zero bits that the ticket mask demanded.
    mask_bits: u8,
    /// The number of its job.
    number: u64,
}

impl ChipChain {
    pub(super) fn found(&mut self, reply: &NonceReply, now: Instant) {
        let model = self.model;
        if model.family == Family::Bm1387 && OPENED.contains(&reply.nonce) {
            self.counts.core_answers += 1;
            return;
        }
        // Of jobs with one midstate the index is zero, and ids are multiples of four anyway.
        let found = model.layout.parse(reply, 4);
        let chip = model.layout.chip(&found, self.chips, starts(model, self.chips));
        if self.ring.get(found.job_id).next().is_none() {
            self.counts.unknown_jobs += 1;
            return;
        }
        // Chips that have not heard the newest job of this id still search the one before: the first that it is right for.
        let judged = self.ring.get(found.job_id).find_map(|sent| self.judge(sent, &found));
        let counts = &mut self.counts.chips[usize::from(chip)];
        let Some(Right { work, version, hash, mask_bits, number }) = judged else {
            counts.wrong += 1;
            return self.judged_wrong(now);
        };
        let (is_newest, is_share) = (number == self.counts.jobs, work.job().share_target.is_met_by(&hash));
        if self.recent.is_known((number, found.nonce.0, version.0)) {
            counts.duplicates += 1;
            return;
        }
        counts.nonces += 1;
        counts.late += u64::from(!is_newest);
        if !is_newest && now > self.job_left + UNHEARD {
            self.renew = self.renew.map(|at| at.min(now));
        }
        self.recent.judged(false);
        self.starting.succeeded();
        let hashes = self.worth(zero_bits(&hash), mask_bits);
        self.gauge.add(hashes, now);
        self.heard(chip, now);
        let solution = Solution { work, nonce: found.nonce, version };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "2^64 at most")]
        let hashes = hashes as u64;
        let nonce = ChainNonce { solution, is_share, chip, core: found.core, hashes };
        self.events.push_back(ChainEvent::Nonce(Box::new(nonce)));
    }

    /// The nonce as one of this job, if it is as good as the chips claim, in a version that they were given.
    fn judge(&self, sent: &Sent, found: &FoundNonce) -> Option<Right> {
        let version = sent.version(found.rolled)?;
        let header = Header { version, nonce: found.nonce, ..*sent.work.header() };
        let hash = sent.work.job().algorithm.hash(&header);
        let fixed = if self.settings.silicon == Silicon::Real { TicketMask::FIXED_ZERO_BITS } else { 0 };
        let (mask_bits, number) = (sent.zero_bits, sent.number);
        let right = Right { work: sent.work.clone(), version, hash, mask_bits, number };
        (zero_bits(&hash) >= fixed + mask_bits).then_some(right)
    }

    /// Hashes that such a nonce takes on average. How many an emulated chip takes is seen from its nonces.
    fn worth(&mut self, zero_bits: u8, mask_bits: u8) -> f64 {
        let beyond = zero_bits - mask_bits;
        let fewest = self.recent.fewest.map_or(beyond, |fewest| fewest.min(beyond));
        self.recent.fewest = Some(fewest);
        let fixed = if self.settings.silicon == Silicon::Real { TicketMask::FIXED_ZERO_BITS } else { fewest };
        2_f64.powi(i32::from(fixed + mask_bits))
    }

    fn judged_wrong(&mut self, now: Instant) {
        if now < self.unsettled_until {
            return;
        }
        let wrong = self.recent.judged(true);
        if wrong > Recent::RATIO / 2 {
            self.trouble(Trouble::MostlyWrong { wrong, of: Recent::RATIO });
            self.recent.wrong.clear();
            self.begin(now);
        }
    }

    fn heard(&mut self, chip: u16, now: Instant) {
        if let Some(heard) = self.recent.heard.get_mut(usize::from(chip)) {
            *heard = now;
        }
        if let Some(at) = self.counts.silent.iter().position(|silent| *silent == chip) {
            self.counts.silent.remove(at);
            self.trouble(Trouble::ChipBack { chip });
        }
    }

    pub(super) fn heard_nothing_yet(&mut self, now: Instant) {
        self.recent.heard = vec![now; usize::from(self.chips)];
        self.counts.silent.clear();
    }

    /// Names chips that have found nothing for far longer than bad luck explains, and starts a chain of which that is true.
    pub(super) fn look_for_silence(&mut self, now: Instant) {
        if self.assigned.is_none() {
            // A chain at rest owes nothing.
            return self.heard_again(now);
        }
        let seconds = self.ticket_mask.hashes() / self.expected().per_second();
        let mean = Duration::try_from_secs_f64(seconds * BAD_LUCK).unwrap_or(Duration::MAX);
        let newest = self.recent.heard.iter().max().copied().unwrap_or(now);
        let silent = now.saturating_duration_since(newest);
        if silent > REMINDED_AFTER.max(mean) && newest <= self.starting.ready_since {
            self.remind(now);
        }
        if silent > CHAIN_PATIENCE.max(mean) {
            self.trouble(Trouble::ChainSilent { silent });
            return self.begin(now);
        }
        let patience = PATIENCE.max(mean.saturating_mul(u32::from(self.chips)));
        for chip in 0..self.chips {
            let silent = now.saturating_duration_since(self.recent.heard[usize::from(chip)]);
            if silent > patience && !self.counts.silent.contains(&chip) {
                self.counts.silent.push(chip);
                self.trouble(Trouble::ChipSilent { chip, silent });
            }
        }
    }

    /// Chips that have said nothing since they were started may have missed a setting or their job on a bad line: what can be said
    /// at any time is said again.
    fn remind(&mut self, now: Instant) {
        for step in bring_up::reminder(self.model, &self.plan()) {
            self.run_step(&step, now);
        }
        self.renew = Some(now);
    }

    fn heard_again(&mut self, now: Instant) {
        self.recent.heard.iter_mut().for_each(|heard| *heard = now);
    }
}

/// Leading zero bits of the hash as a number, whose most significant byte comes last.
pub(crate) fn zero_bits(hash: &Hash) -> u8 {
    let mut bits = 0_u8;
    for byte in hash.as_internal().iter().rev() {
        bits = bits.saturating_add(u8::try_from(byte.leading_zeros()).unwrap_or(8));
        if *byte != 0 {
            break;
        }
    }
    bits
}
