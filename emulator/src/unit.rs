//! A unit of the Icarus class: one 64-byte work in, a few bytes out for each nonce, and silence where there is none.

use std::time::{Duration, Instant};

use crate::crc::crc5_of_bits;
use crate::job::Job;
use crate::model::{AnswerForm, UnitModel};
use crate::outbox::Outbox;
use crate::source::{Arrivals, KnownNonce, KnownWorks, NonceSource, tries_for};
use crate::sweep::{Find, Region, Sweep, Versions};

/// Bytes of a work that come further apart than this are two: several byte times, and what a busy host may need.
const BREAK: Duration = Duration::from_millis(30);
/// A new frequency that is not left alone for so long does not take effect.
const SETTLE: Duration = Duration::from_millis(500);
const NONCES: f64 = 4_294_967_296.0;
/// What hosts ask to find out whom they talk to: answered at the true difficulty, whatever the source of nonces.
const KNOWN_WORKS: &str = include_str!("known-works.json");

/// What a unit counts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct UnitCounts {
    pub(crate) commands: u64,
    pub(crate) works: u64,
    pub(crate) nonces: u64,
    pub(crate) hashes: u64,
    pub(crate) wrong_crc: u64,
    pub(crate) skipped: u64,
}

#[derive(Debug)]
pub(crate) struct Unit {
    model: &'static UnitModel,
    /// Chips that search parts of the nonce space side by side: 1, 2, 4 or 8.
    parts: u32,
    seconds_a_hash: f64,
    frequency: u16,
    /// A frequency that was written, and when.
    new_frequency: Option<(u16, Instant)>,
    pending: Vec<u8>,
    heard_at: Instant,
    work: Option<Job>,
    work_at: Instant,
    sweeps: Vec<Sweep>,
    turn: usize,
    detection: KnownWorks,
    source: NonceSource,
    base_bits: u32,
    arrivals: Arrivals,
    pub(crate) misbehaviour: crate::chain::Misbehaviour,
    held: Vec<Vec<u8>>,
    pub(crate) outbox: Outbox,
    pub(crate) counts: UnitCounts,
    rng: fastrand::Rng,
}

impl Unit {
    pub(crate) fn new(
        model: &'static UnitModel,
        parts: u8,
        source: NonceSource,
        base_bits: u32,
        seed: u64,
        now: Instant,
    ) -> Self {
        let detection = KnownWorks::from_json(KNOWN_WORKS).expect("the file is part of this program, and tested");
        Self {
            model,
            parts: u32::from(parts),
            seconds_a_hash: model.nanoseconds_a_hash / 1e9,
            frequency: 0,
            new_frequency: None,
            pending: Vec::new(),
            heard_at: now,
            work: None,
            work_at: now,
            sweeps: Vec::new(),
            turn: 0,
            detection,
            source,
            base_bits,
            arrivals: Arrivals::default(),
            misbehaviour: crate::chain::Misbehaviour::default(),
            held: Vec::new(),
            outbox: Outbox::default(),
            counts: UnitCounts::default(),
            rng: fastrand::Rng::with_seed(seed),
        }
    }

    /// Forgets its work, as after power was lost.
    pub(crate) fn reset(&mut self) {
        self.work = None;
        self.sweeps.clear();
        self.pending.clear();
        self.outbox.clear();
        self.held.clear();
        self.seconds_a_hash = self.model.nanoseconds_a_hash / 1e9;
    }

    pub(crate) fn receive(&mut self, bytes: &[u8], now: Instant) {
        self.settle(now);
        self.heard_at = now;
        self.pending.extend_from_slice(bytes);
        while self.pending.len() >= 64 {
            let rest = self.pending.split_off(64);
            let work: [u8; 64] = std::mem::replace(&mut self.pending, rest).try_into().expect("it was split there");
            self.take_work(Job::from_work(&work), now);
        }
    }

    /// What stays alone for long enough is no work: commands of four bytes, or nothing.
    fn settle(&mut self, now: Instant) {
        if self.pending.is_empty() || now.duration_since(self.heard_at) < BREAK {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        let commands = pending.chunks(4);
        if self.model.answer == AnswerForm::NonceAndId && pending.len().is_multiple_of(4) {
            commands.for_each(|command| self.obey(command, now));
        } else {
            self.counts.skipped += pending.len() as u64;
        }
    }

    fn obey(&mut self, command: &[u8], now: Instant) {
        if crc5_of_bits(command, 27) != command[3] & 0x1f {
            self.counts.wrong_crc += 1;
            return;
        }
        self.counts.commands += 1;
        match *command {
            [0x82, high, low, _] => self.new_frequency = Some((u16::from_be_bytes([high, low]), now)),
            [0x84, 0x00, 0x04, _] => {
                self.apply_frequency(now);
                // Bit 7 of the last byte is clear: no nonce.
                let [high, low] = self.frequency.to_be_bytes();
                self.outbox.push(now, vec![0, 0, high, low, 0]);
            }
            // A core voltage: there is none here.
            _ => {}
        }
    }

    fn apply_frequency(&mut self, now: Instant) {
        let Some((frequency, at)) = self.new_frequency.take() else { return };
        if now.duration_since(at) < SETTLE {
            return;
        }
        if let Some(mhz) = mhz_of_register(self.model, frequency) {
            self.frequency = frequency;
            let usual = if self.is_one_chip() { 200.0 } else { 225.0 };
            self.seconds_a_hash = self.model.nanoseconds_a_hash / 1e9 * usual / mhz;
        }
    }

    /// A U1, as opposed to a U3.
    fn is_one_chip(&self) -> bool {
        self.model.nanoseconds_a_hash > 0.1
    }

    fn take_work(&mut self, work: Job, now: Instant) {
        self.apply_frequency(now);
        self.counts.works += 1;
        self.outbox.clear();
        for frame in std::mem::take(&mut self.held) {
            self.outbox.push(now, frame);
        }
        let length = (1_u64 << 32) / u64::from(self.parts);
        let part = |part: u64| Region {
            bases: vec![u32::try_from(part * length).unwrap_or_default()],
            start: 0,
            window: length,
            modulus: length,
        };
        self.sweeps = (0..u64::from(self.parts)).map(|at| Sweep::new(part(at), Versions::Given(1), 1)).collect();
        self.work_at = now;
        let known = match (self.detection.of(&work), &self.source) {
            ([], NonceSource::Table(works)) => works.of(&work).to_vec(),
            (known, _) => known.to_vec(),
        };
        if let NonceSource::Replay(capture) = &self.source
            && self.work.is_none()
        {
            for (at, bytes) in capture.from(now) {
                self.outbox.push(at, bytes);
            }
        }
        for nonce in &known {
            self.report_known(&work, nonce);
        }
        if !known.is_empty() {
            // Easier nonces that the lowered difficulty finds would come before the known one, and hide it.
            self.sweeps.clear();
        }
        self.work = Some(work);
    }

    /// When the counter value at `offset` of its part has been searched.
    fn time_of(&self, offset: u64) -> Instant {
        self.work_at + Duration::from_secs_f64(offset as f64 * self.seconds_a_hash * f64::from(self.parts))
    }

    fn report_known(&mut self, work: &Job, known: &KnownNonce) {
        let offset = self.sweeps.iter().find_map(|sweep| sweep.region().offset_of(known.nonce));
        if let (Some(offset), Some(zero_bits)) = (offset, work.zero_bits(0, known.nonce)) {
            let at = self.time_of(offset);
            self.report(work, &Find { nonce: known.nonce, version: 0, small_core: 0, zero_bits }, at);
        }
    }

    /// Whether it has been given something to do.
    pub(crate) fn has_work(&self) -> bool {
        self.work.is_some()
    }

    /// Whether its nonce range is not exhausted yet.
    fn has_nonces_left(&self, now: Instant) -> bool {
        self.work.is_some()
            && !self.sweeps.is_empty()
            && now.duration_since(self.work_at).as_secs_f64() < NONCES * self.seconds_a_hash
    }

    /// Goes on with what time brings.
    pub(crate) fn advance(&mut self, now: Instant) {
        self.settle(now);
        let NonceSource::Model(model) = self.source else { return };
        let rate = if self.has_nonces_left(now) { model.a_second(1.0 / self.seconds_a_hash, 0) } else { 0.0 };
        for at in self.arrivals.due(rate, now, &mut self.rng) {
            let Some(work) = self.work.take() else { return };
            let sweep = &self.sweeps[self.rng.usize(..self.sweeps.len())];
            let hashed = at.saturating_duration_since(self.work_at).as_secs_f64() / self.seconds_a_hash;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 2^32, and not negative")]
            let from = (hashed / f64::from(self.parts)) as u64 % sweep.region().window;
            if let Some(find) = sweep.near(&work, self.base_bits, 0, from, tries_for(self.base_bits), &mut self.rng) {
                self.report(&work, &find, at);
            }
            self.work = Some(work);
        }
    }

    /// Searches for up to about so many hashes; does nothing where nonces come from elsewhere.
    pub(crate) fn search(&mut self, hashes: u64, now: Instant) {
        if !self.is_searching(now) {
            return;
        }
        let Some(work) = self.work.take() else { return };
        let mut finds = Vec::new();
        for _ in 0..hashes {
            self.turn = (self.turn + 1) % self.sweeps.len();
            self.counts.hashes += self.sweeps[self.turn].step(&work, self.base_bits, &mut finds);
            for find in finds.drain(..) {
                self.report(&work, &find, now);
            }
        }
        self.work = Some(work);
    }

    /// Whether a real search is on.
    pub(crate) fn is_searching(&self, now: Instant) -> bool {
        self.source == NonceSource::Search && self.has_nonces_left(now)
    }

    fn report(&mut self, work: &Job, find: &Find, at: Instant) {
        self.counts.nonces += 1;
        let mut frame = find.nonce.to_vec();
        if self.rng.f64() < self.misbehaviour.wrong {
            frame[2] ^= 1 << self.rng.u32(..8);
        }
        if self.model.answer == AnswerForm::NonceAndId {
            frame.push(0x80 | work.id);
        }
        let at = at + self.misbehaviour.late.map_or(Duration::ZERO, |(_, late)| late);
        if self.rng.f64() < self.misbehaviour.stale {
            self.held.push(frame);
            return;
        }
        if self.rng.f64() < self.misbehaviour.duplicates {
            self.outbox.push(at, frame.clone());
        }
        self.outbox.push(at, frame);
    }

    /// When there is something to do without a word from the host; the outbox has times of its own.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let settles = (!self.pending.is_empty()).then(|| self.heard_at + BREAK);
        settles.into_iter().chain(self.arrivals.next()).min()
    }
}

/// The clock that a frequency register asks for: of a BM1380 in a U1, of a BM1382 in a U3.
fn mhz_of_register(model: &UnitModel, value: u16) -> Option<f64> {
    let value = u32::from(value);
    let mhz = if model.nanoseconds_a_hash > 0.1 {
        let (m, n, od) = (value >> 7 & 0x7f, value >> 2 & 0x1f, value & 0x3);
        25.0 * f64::from(m + 1) / f64::from((n + 1) << od)
    } else {
        let divider = match value & 0x7f {
            0x01 => 1.0,
            0x02 | 0x05 => 2.0,
            0x03 | 0x06 => 4.0,
            0x07 => 8.0,
            _ => return None,
        };
        25.0 / divider * f64::from((value >> 7) + 1)
    };
    Some(mhz)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Model, Silicon};

    #[test]
    fn the_frequency_registers_of_both_kinds_are_read() {
        for (model, value, mhz) in [
            (Model::AntminerU1, 0x0781, Some(200.0)),
            (Model::AntminerU3, 0x0882, Some(225.0)),
            (Model::AntminerU3, 0, None),
        ] {
            let Silicon::Unit(unit) = model.silicon() else { panic!("{model} is a unit") };
            assert_eq!(mhz_of_register(unit, value), mhz, "{model}");
        }
    }
}
