//! Chips on one line: what they hear, what they find, what they say.

use std::time::{Duration, Instant};

use crate::chip::Chip;
use crate::frame::{Command, FrameReader, NonceFields, NonceRest, To, nonce_answer, register_answer};
use crate::job::Job;
use crate::model::{ChipModel, JobFormat};
use crate::outbox::Outbox;
use crate::pll::Clock;
use crate::source::{Arrivals, KnownNonce, NonceSource, tries_for};
use crate::sweep::{Find, Sweep};

/// The nonces of the works that open a BM1387's cores, each with the chip's own 32 zero bits.
const NULL_WORK_NONCES: [[u8; 4]; 2] = [[0x72, 0x03, 0xea, 0x83], [0xe1, 0x6b, 0xf8, 0x09]];

/// What a chain can be told to do wrong.
#[derive(Debug, Clone, Default)]
pub(crate) struct Misbehaviour {
    /// The first chip that is dead: it and those behind it are gone.
    pub(crate) dead_from: Option<usize>,
    /// A chip that answers late, and how late.
    pub(crate) late: Option<(usize, Duration)>,
    /// Of so many nonces, one comes twice.
    pub(crate) duplicates: f64,
    /// Of so many nonces, one comes only after the next job has.
    pub(crate) stale: f64,
    /// Of so many nonces, one is no solution.
    pub(crate) wrong: f64,
    /// A clock in MHz above which more and more are none.
    pub(crate) errors_above: Option<f64>,
}

impl Misbehaviour {
    /// The part of a chip's nonces that is no solution, at this clock.
    fn wrong_at(&self, mhz: f64) -> f64 {
        let too_fast = self.errors_above.map_or(0.0, |limit| ((mhz - limit) / 100.0).clamp(0.0, 1.0));
        self.wrong.max(too_fast)
    }
}

/// What a chain counts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ChainCounts {
    pub(crate) commands: u64,
    pub(crate) jobs: u64,
    pub(crate) nonces: u64,
    pub(crate) hashes: u64,
}

#[derive(Debug)]
pub(crate) struct Chain {
    model: &'static ChipModel,
    chips: Vec<Chip>,
    /// What each chip searches; `None` while it does not.
    sweeps: Vec<Option<Sweep>>,
    /// Which chip's turn it is in a real search.
    turn: usize,
    is_addressing: bool,
    /// Whether the core voltage is on and nRST is released.
    is_awake: bool,
    reader: FrameReader,
    job: Option<Job>,
    job_at: Instant,
    source: NonceSource,
    base_bits: u32,
    arrivals: Arrivals,
    /// Since when hashes are to be counted.
    counted_to: Instant,
    index: u8,
    /// Finds of this job that are held back until the next.
    held: Vec<(usize, Vec<u8>)>,
    pub(crate) celsius: f64,
    pub(crate) misbehaviour: Misbehaviour,
    pub(crate) outbox: Outbox,
    pub(crate) counts: ChainCounts,
    rng: fastrand::Rng,
}

impl Chain {
    pub(crate) fn new(
        model: &'static ChipModel,
        chips: u8,
        source: NonceSource,
        base_bits: u32,
        seed: u64,
        now: Instant,
    ) -> Self {
        Self {
            model,
            chips: (0..chips).map(|_| Chip::new(model)).collect(),
            sweeps: vec![None; usize::from(chips)],
            turn: 0,
            is_addressing: false,
            is_awake: true,
            reader: FrameReader::new(model),
            job: None,
            job_at: now,
            source,
            base_bits,
            arrivals: Arrivals::default(),
            counted_to: now,
            index: 0,
            held: Vec::new(),
            celsius: 25.0,
            misbehaviour: Misbehaviour::default(),
            outbox: Outbox::default(),
            counts: ChainCounts::default(),
            rng: fastrand::Rng::with_seed(seed),
        }
    }

    /// Puts the chips to sleep, or wakes them: whoever wakes has forgotten everything. Whether they woke by this.
    pub(crate) fn set_awake(&mut self, is_awake: bool) -> bool {
        let wakes = is_awake && !self.is_awake;
        self.is_awake = is_awake;
        if wakes || !is_awake {
            self.chips.iter_mut().for_each(|chip| *chip = Chip::new(self.model));
            self.sweeps.iter_mut().for_each(|sweep| *sweep = None);
            (self.is_addressing, self.job) = (false, None);
            self.reader.forget();
            self.outbox.clear();
            self.held.clear();
        }
        wakes
    }

    pub(crate) fn baud(&self) -> f64 {
        self.chips[0].baud()
    }

    pub(crate) fn wrong_crc(&self) -> u64 {
        self.reader.wrong_crc
    }

    pub(crate) fn skipped(&self) -> u64 {
        self.reader.skipped
    }

    /// Chips before the first dead one, while the chain is awake.
    fn living(&self) -> usize {
        if self.is_awake { self.misbehaviour.dead_from.unwrap_or(usize::MAX).min(self.chips.len()) } else { 0 }
    }

    #[cfg(test)]
    pub(crate) fn sweeps(&self) -> impl Iterator<Item = &Sweep> {
        self.sweeps.iter().flatten()
    }

    /// How many chips hash.
    pub(crate) fn hashing(&self) -> usize {
        if self.job.is_none() { 0 } else { self.sweeps.iter().take(self.living()).flatten().count() }
    }

    /// Takes what the host has sent at the chips' own rate.
    pub(crate) fn receive(&mut self, bytes: &[u8], now: Instant) {
        if !self.is_awake {
            return;
        }
        self.count_hashes(now);
        for command in self.reader.receive(bytes, now) {
            self.counts.commands += 1;
            self.obey(command, now);
        }
        self.renew_sweeps(now);
    }

    fn obey(&mut self, command: Command, now: Instant) {
        let living = self.living();
        let chips = &mut self.chips[..living];
        let is_meant = |chip: &Chip, to: To| match to {
            To::All => true,
            To::One(address) => chip.address() == Some(address),
        };
        match command {
            Command::ChainInactive => {
                self.is_addressing = true;
                for chip in chips {
                    chip.set_address(None);
                }
            }
            Command::SetAddress(address) => {
                // The first chip without an address takes it and hands nothing on.
                if let Some(chip) = chips.iter_mut().find(|chip| chip.address().is_none())
                    && self.is_addressing
                {
                    chip.set_address(Some(address));
                }
            }
            Command::Write { to, register, value } => {
                chips.iter_mut().filter(|chip| is_meant(chip, to)).for_each(|chip| chip.write(register, value, now));
            }
            Command::Read { to, register } => {
                let asked = chips.iter().enumerate().filter(|(_, chip)| is_meant(chip, to));
                let answers: Vec<_> = asked
                    .map(|(at, chip)| {
                        let value = chip.read(register, self.celsius, now);
                        (at, register_answer(chip.answer_length(), value, chip.address().unwrap_or(0), register))
                    })
                    .collect();
                for (chip, frame) in answers {
                    self.send(chip, now, frame);
                }
            }
            Command::Job(frame) => self.take_job(&frame, now),
        }
    }

    fn take_job(&mut self, frame: &[u8], now: Instant) {
        let Some(job) = Job::from_frame(self.model.job, frame) else { return };
        self.counts.jobs += 1;
        for (chip, frame) in std::mem::take(&mut self.held) {
            self.send(chip, now, frame);
        }
        let living = self.living();
        if job.is_null_work()
            && self.chips[..living].iter_mut().map(Chip::open_core).fold(false, |any, opened| any | opened)
        {
            self.answer_null_work(&job, now);
            return;
        }
        let is_first = self.job.is_none();
        self.job_at = now;
        self.sweeps.iter_mut().for_each(|sweep| *sweep = None);
        self.job = Some(job);
        self.renew_sweeps(now);
        match &self.source {
            NonceSource::Table(works) => {
                let known = self.job.as_ref().map_or(&[][..], |job| works.of(job)).to_vec();
                for nonce in &known {
                    self.report_known(nonce, now);
                }
            }
            NonceSource::Replay(capture) if is_first => {
                for (at, bytes) in capture.from(now) {
                    self.outbox.push(at, bytes);
                }
            }
            _ => {}
        }
    }

    /// What healthy cores say to a work that opens one of them.
    fn answer_null_work(&mut self, job: &Job, now: Instant) {
        let interval = self.interval();
        for nonce in NULL_WORK_NONCES {
            let finder = (0..self.living()).find(|at| {
                self.chips[*at].region(interval, now).is_some_and(|region| region.offset_of(nonce).is_some())
            });
            if let Some(chip) = finder {
                let find = Find { nonce, version: 0, small_core: 0, zero_bits: 32 };
                let frame = self.frame(chip, job, &find, None);
                self.counts.nonces += 1;
                self.send(chip, now, frame);
            }
        }
    }

    /// How far apart the addresses are: all 256 where only one is given.
    fn interval(&self) -> u16 {
        let mut addresses: Vec<u8> = self.chips[..self.living()].iter().filter_map(Chip::address).collect();
        addresses.sort_unstable();
        let gaps = addresses.windows(2).map(|pair| u16::from(pair[1] - pair[0])).filter(|gap| *gap > 0);
        gaps.min().unwrap_or(256)
    }

    /// A chip whose nonces or versions have changed begins anew; one that stopped, stops.
    fn renew_sweeps(&mut self, now: Instant) {
        let Some(job) = &self.job else { return };
        let (interval, living) = (self.interval(), self.living());
        self.sweeps[living..].fill(None);
        for (chip, sweep) in self.chips.iter().zip(&mut self.sweeps).take(living) {
            let versions = chip.versions(job.midstate_count());
            match chip.region(interval, now) {
                None => *sweep = None,
                Some(region)
                    if sweep
                        .as_ref()
                        .is_some_and(|sweep| *sweep.region() == region && sweep.versions() == versions) => {}
                Some(region) => *sweep = Some(Sweep::new(region, versions, self.model.small_cores())),
            }
        }
    }

    /// Goes on with what time brings: clocks that lock, and nonces of a model.
    pub(crate) fn advance(&mut self, now: Instant) {
        self.count_hashes(now);
        self.renew_sweeps(now);
        let NonceSource::Model(model) = self.source else { return };
        let hashing = self.hashing();
        let nominal: f64 = self.chips[..self.living()].iter().map(|chip| chip.hashrate(now)).sum();
        let rate = if hashing == 0 { 0.0 } else { model.a_second(nominal, self.chips[0].ticket_bits()) };
        for at in self.arrivals.due(rate, now, &mut self.rng) {
            self.model_nonce(hashing, at);
        }
    }

    /// A nonce of one of the chips that hash.
    fn model_nonce(&mut self, hashing: usize, at: Instant) {
        let Some(job) = self.job.take() else { return };
        let chosen = self.rng.usize(..hashing);
        let chip =
            self.sweeps.iter().enumerate().filter(|(_, sweep)| sweep.is_some()).nth(chosen).map(|(chip, _)| chip);
        if let Some(chip) = chip
            && let Some(sweep) = &self.sweeps[chip]
        {
            let need = self.base_bits + self.chips[chip].ticket_bits();
            let turn = self.chips[chip]
                .sweep_time()
                .map_or(0, |time| at.saturating_duration_since(self.job_at).as_nanos() / time.as_nanos().max(1));
            let turn = u64::try_from(turn).unwrap_or_default();
            let from = self.rng.u64(..sweep.region().window.max(1));
            if let Some(mut find) = sweep.near(&job, need, turn, from, tries_for(need), &mut self.rng) {
                // Where it was made up it claims what the mask asks for.
                find.zero_bits = find.zero_bits.max(need);
                self.report(chip, &job, &find, None, at);
            }
        }
        self.job = Some(job);
    }

    /// Searches for up to about so many hashes; does nothing where nonces come from elsewhere.
    pub(crate) fn search(&mut self, hashes: u64, now: Instant) {
        if !self.is_searching() {
            return;
        }
        let Some(job) = self.job.take() else { return };
        let (mut done, mut finds) = (0, Vec::new());
        let chips = self.living();
        let mut idle = 0;
        while done < hashes && idle < chips {
            let chip = self.turn % chips;
            self.turn = chip + 1;
            let need = self.base_bits + self.chips[chip].ticket_bits();
            let hashed = self.sweeps[chip].as_mut().map_or(0, |sweep| sweep.step(&job, need, &mut finds));
            idle = if hashed == 0 { idle + 1 } else { 0 };
            done += hashed;
            for find in finds.drain(..) {
                self.report(chip, &job, &find, None, now);
            }
        }
        self.counts.hashes += done;
        self.job = Some(job);
    }

    /// Whether a real search is on.
    pub(crate) fn is_searching(&self) -> bool {
        self.source == NonceSource::Search && self.hashing() > 0
    }

    /// Reports a known nonce at the time at which its chip comes to it, if one does.
    fn report_known(&mut self, known: &KnownNonce, now: Instant) {
        let Some(job) = self.job.clone() else { return };
        // Where windows overlap the chip that begins the nearest comes to it first.
        let finders = (0..self.living()).filter_map(|chip| {
            let sweep = self.sweeps[chip].as_ref()?;
            let offset = sweep.region().offset_of(known.nonce)?;
            let (turn, small_core) = sweep.turn_of(known.version)?;
            Some((offset, chip, turn, small_core))
        });
        let Some((offset, chip, turn, small_core)) = finders.min() else { return };
        let Some(zero_bits) = job.zero_bits(known.version, known.nonce) else { return };
        if zero_bits < self.base_bits + self.chips[chip].ticket_bits() {
            return;
        }
        let Some(clock) = self.chips[chip].clock(now) else { return };
        let sweeps = self.chips[chip].sweep_time().unwrap_or_default() * turn;
        let at = now + sweeps + Duration::from_secs_f64(offset as f64 / (2e6 * clock.mhz()));
        let small_core = known.field.map_or(small_core, |field| u32::from(field) % self.model.small_cores());
        let find = Find { nonce: known.nonce, version: known.version, small_core, zero_bits };
        self.report(chip, &job, &find, known.index, at);
    }

    /// Sends a find, with what the chain is told to do wrong.
    fn report(&mut self, chip: usize, job: &Job, find: &Find, index: Option<u8>, at: Instant) {
        self.counts.nonces += 1;
        let mut find = *find;
        let wrong = self.misbehaviour.wrong_at(self.chips[chip].clock(at).map_or(0.0, Clock::mhz));
        if self.rng.f64() < wrong {
            find.nonce[2] ^= 1 << self.rng.u32(..8);
        }
        let frame = self.frame(chip, job, &find, index);
        if self.rng.f64() < self.misbehaviour.stale {
            self.held.push((chip, frame));
            return;
        }
        if self.rng.f64() < self.misbehaviour.duplicates {
            self.send(chip, at, frame.clone());
        }
        self.send(chip, at, frame);
    }

    fn frame(&mut self, chip: usize, job: &Job, find: &Find, index: Option<u8>) -> Vec<u8> {
        let rest = match self.model.job {
            JobFormat::Header => {
                // Excess, five bits of the id, small core, from the top down.
                let excess_at = 5 + self.model.small_core_bits;
                let asked = self.base_bits + self.chips[chip].ticket_bits();
                let excess = find.zero_bits.saturating_sub(asked).min((1 << (16 - excess_at)) - 1);
                let id = u32::from(job.id >> 3);
                let field = excess << excess_at | id << self.model.small_core_bits | find.small_core;
                #[expect(clippy::cast_possible_truncation, reason = "each part was held within its bits")]
                let field = field as u16;
                NonceRest::Header { field, version_bits: find.version }
            }
            JobFormat::Midstates => {
                self.index = (self.index + 1) % 0x80;
                #[expect(clippy::cast_possible_truncation, reason = "at most three")]
                let id = job.id.wrapping_add(find.version as u8);
                NonceRest::Midstate { index: index.unwrap_or(self.index), id }
            }
        };
        nonce_answer(self.chips[chip].answer_length(), &NonceFields { nonce: find.nonce, rest })
    }

    fn send(&mut self, chip: usize, at: Instant, frame: Vec<u8>) {
        let late = self.misbehaviour.late.filter(|(late, _)| *late == chip).map_or(Duration::ZERO, |(_, late)| late);
        self.outbox.push(at + late, frame);
    }

    fn count_hashes(&mut self, now: Instant) {
        let time = now.saturating_duration_since(self.counted_to).as_secs_f64();
        self.counted_to = now;
        if self.job.is_some() {
            let living = self.living();
            for chip in &mut self.chips[..living] {
                let hashes = chip.hashrate(now) * time;
                let wrong = self.misbehaviour.wrong_at(chip.clock(now).map_or(0.0, Clock::mhz));
                chip.count_hashes(hashes, wrong);
            }
        }
    }

    /// When there is something to do without a word from the host; the outbox has times of its own.
    pub(crate) fn poll_timeout(&self, now: Instant) -> Option<Instant> {
        let locks = self.chips.iter().filter_map(|chip| chip.locks_at(now));
        locks.chain(self.arrivals.next()).min()
    }
}
