//! An Icarus-like board on one line: 64 bytes of work out, nonces back, and nothing that says which work they are for.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hashkit_chain::{Hash, Hashrate, Header, Nonce, Solution, Version, Work};

use crate::board_model::{BoardModel, Speed, bm1380_clock};
use crate::chip_chain::{ChainSettings, Silicon, zero_bits};
use crate::counts::{ChainCounts, ChipCounts, Gauge};
use crate::driver::{ChainError, ChainEvent, ChainNonce, ChainRates, Driver, Transmit, Trouble};
use crate::frame::command::{Chips, Command, Framing};
use crate::frame::icarus::{IcarusWork, NonceCollector};
use crate::pll::Megahertz;
use crate::register::TicketMask;

/// A board; see [`Driver`] for what the calls mean.
pub struct IcarusBoard {
    model: &'static BoardModel,
    silicon: Silicon,
    clock: Option<Megahertz>,
    phase: Phase,
    /// When the phase is to go on.
    wait: Option<Instant>,
    tries: u32,
    collector: NonceCollector,
    /// When the last byte of an answer came that is not complete.
    partial_since: Option<Instant>,
    assigned: Option<Assigned>,
    /// What the board may still answer, the newest first.
    sent: VecDeque<Sent>,
    next_id: u8,
    /// Nonces of the newest works, each once.
    seen: VecDeque<(u64, u32)>,
    heard: Instant,
    is_silent: bool,
    fewest: Option<u8>,
    counts: ChainCounts,
    gauge: Gauge,
    transmits: VecDeque<Transmit>,
    events: VecDeque<ChainEvent>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The clock has been written and takes its time.
    Clocking,
    /// The known work has been sent.
    Asking,
    Mining,
    Over,
}

struct Assigned {
    work: Work,
    next_version: u64,
    versions: u64,
}

struct Sent {
    work: Work,
    version: Version,
    id: u8,
    number: u64,
}

/// The work of block 171,874, whose first nonce every board finds within a millisecond.
const KNOWN_WORK: [u8; IcarusWork::LEN] = {
    let mut work = [0; IcarusWork::LEN];
    let midstate = [
        0x46, 0x79, 0xba, 0x4e, 0xc9, 0x98, 0x76, 0xbf, 0x4b, 0xfe, 0x08, 0x60, 0x82, 0xb4, 0x00, 0x25, 0x4d, 0xf6,
        0xc3, 0x56, 0x45, 0x14, 0x71, 0x13, 0x9a, 0x3a, 0xfa, 0x71, 0xe4, 0x8f, 0x54, 0x4a,
    ];
    let tail = [0x87, 0x32, 0x0b, 0x1a, 0x14, 0x26, 0x67, 0x4f, 0x2f, 0xa7, 0x22, 0xce];
    let mut at = 0;
    while at < 32 {
        work[at] = midstate[at];
        at += 1;
    }
    at = 0;
    while at < 12 {
        work[52 + at] = tail[at];
        at += 1;
    }
    work
};
const KNOWN_NONCE: [u8; 4] = [0x00, 0x01, 0x87, 0xa2];

/// How long the known work may take: a few hundred milliseconds, and detection fails now and then.
const ANSWER: Duration = Duration::from_millis(500);
const TRIES: u32 = 5;
/// After a clock is written; sooner it has no effect.
const CLOCK: Duration = Duration::from_millis(500);
/// The next work is sent this long before the nonces run out.
const BEFORE_ITS_END: Duration = Duration::from_millis(150);
/// Bytes of one answer come within this.
const PARTIAL: Duration = Duration::from_millis(50);
/// Works without a nonce: no full range has none with a chance of 1/e, thirty in a row of 10^-13.
const SILENT_RANGES: f64 = 30.0;
/// Works whose nonces may still come: a board without ids has the newest two; the others keep what fits their ids.
const IDS: u8 = 0x1f;

impl IcarusBoard {
    /// A board that is asked for a known answer at `now`.
    #[must_use]
    pub fn new(model: &'static BoardModel, settings: ChainSettings, now: Instant) -> Self {
        let clock = match model.speed {
            Speed::Fixed(_) => None,
            Speed::Clocked { typical, fastest, .. } => {
                let wanted = settings.frequency.unwrap_or(typical).0;
                Some(Megahertz(if wanted.is_nan() { typical.0 } else { wanted.clamp(100.0, fastest.0) }))
            }
        };
        let mut board = Self {
            model,
            silicon: settings.silicon,
            clock,
            phase: Phase::Asking,
            wait: None,
            tries: 0,
            collector: NonceCollector::new(model.answer),
            partial_since: None,
            assigned: None,
            sent: VecDeque::new(),
            next_id: 0,
            seen: VecDeque::new(),
            heard: now,
            is_silent: false,
            fewest: None,
            counts: ChainCounts {
                chips: vec![ChipCounts::default(); usize::from(model.division)],
                ..ChainCounts::default()
            },
            gauge: Gauge::default(),
            transmits: VecDeque::new(),
            events: VecDeque::new(),
        };
        board.begin(now);
        board
    }

    fn begin(&mut self, now: Instant) {
        self.counts.starts += 1;
        self.tries = 0;
        match self.clock {
            Some(clock) => self.write_clock(clock, now),
            None => self.ask(now),
        }
    }

    fn write_clock(&mut self, clock: Megahertz, now: Instant) {
        let (value, met) = bm1380_clock(clock);
        self.clock = Some(met);
        let command = Command::Write { chips: Chips::All, register: 4, value: u32::from(value) };
        self.transmits.push_back(Transmit::Bytes(command.encode(Framing::FourBytes)));
        self.phase = Phase::Clocking;
        self.wait = Some(now + CLOCK);
    }

    fn ask(&mut self, now: Instant) {
        self.phase = Phase::Asking;
        self.tries += 1;
        self.collector.drop_partial();
        self.transmits.push_back(Transmit::Bytes(KNOWN_WORK.to_vec()));
        self.wait = Some(now + ANSWER);
    }

    fn expected(&self) -> Hashrate {
        self.model.expected(self.clock)
    }

    /// How long the board searches one work.
    fn range(&self) -> Duration {
        Duration::from_secs_f64(2_f64.powi(32) / self.expected().per_second())
    }

    fn answered(&mut self, answer: &[u8], now: Instant) {
        let Some((nonce, rest)) = answer.split_first_chunk::<4>() else { return };
        match self.phase {
            Phase::Asking if *nonce == KNOWN_NONCE => self.ready(now),
            Phase::Mining => self.found(*nonce, rest.first().copied(), now),
            _ => self.counts.core_answers += 1,
        }
    }

    fn ready(&mut self, now: Instant) {
        self.phase = Phase::Mining;
        self.wait = None;
        self.heard = now;
        self.gauge.restart(now);
        let frequency = self.clock.unwrap_or(Megahertz(0.0));
        self.events.push_back(ChainEvent::Ready { chips: self.model.division, frequency, expected: self.expected() });
        match self.assigned.take() {
            Some(assigned) => self.assign(assigned.work, now),
            None => self.events.push_back(ChainEvent::WantsWork),
        }
    }

    /// Sends the next version of what is assigned; `false` where all were.
    fn send_work(&mut self, now: Instant) -> bool {
        let Some(assigned) = &mut self.assigned else { return true };
        if assigned.next_version == assigned.versions {
            return false;
        }
        let (work, version) = (assigned.work.clone(), assigned.work.job().version_at(assigned.next_version));
        assigned.next_version += 1;
        let id = if self.model.has_ids() { self.next_id } else { 0 };
        self.next_id = (self.next_id + 1) % IDS;
        let header = Header { version, ..*work.header() };
        self.transmits.push_back(Transmit::Bytes(IcarusWork::new(&header, id).encode().to_vec()));
        self.counts.jobs += 1;
        self.sent.push_front(Sent { work, version, id, number: self.counts.jobs });
        self.sent.truncate(if self.model.has_ids() { usize::from(IDS) } else { 2 });
        let range = self.range();
        self.wait = Some(now + range.saturating_sub(BEFORE_ITS_END).max(range.mul_f64(0.9)));
        true
    }

    fn found(&mut self, nonce: [u8; 4], id: Option<u8>, now: Instant) {
        let chip = u32::from(nonce[0]) * u32::from(self.model.division) / 256;
        let chip = u16::try_from(chip).unwrap_or(0).min(self.model.division - 1);
        // An answer of a register has bit 7 clear.
        if id.is_some_and(|id| id & 0x80 == 0) {
            self.counts.unknown_jobs += 1;
            return;
        }
        let nonce = Nonce(u32::from_le_bytes(nonce));
        let hashed = self.sent.iter().filter(|sent| id.is_none_or(|id| id & 0x7f == sent.id)).map(|sent| {
            let header = Header { version: sent.version, nonce, ..*sent.work.header() };
            (sent, sent.work.job().algorithm.hash(&header))
        });
        // Without an id it may be the work before: the one that it is right for.
        let Some((sent, hash)) = hashed.max_by_key(|(sent, hash)| (zero_bits(hash), sent.number)) else {
            self.counts.unknown_jobs += 1;
            return;
        };
        let demanded = if self.silicon == Silicon::Real { TicketMask::FIXED_ZERO_BITS } else { EMULATED_ZERO_BITS };
        let counts = &mut self.counts.chips[usize::from(chip)];
        if zero_bits(&hash) < demanded {
            counts.wrong += 1;
            return;
        }
        let key = (sent.number, nonce.0);
        if self.seen.contains(&key) {
            counts.duplicates += 1;
            return;
        }
        self.seen.push_front(key);
        self.seen.truncate(256);
        counts.nonces += 1;
        counts.late += u64::from(sent.number != self.counts.jobs);
        let solution = Solution { work: sent.work.clone(), nonce, version: sent.version };
        self.take_right(solution, &hash, chip, now);
    }

    fn take_right(&mut self, solution: Solution, hash: &Hash, chip: u16, now: Instant) {
        let bits = zero_bits(hash);
        let fewest = self.fewest.map_or(bits, |fewest| fewest.min(bits));
        self.fewest = Some(fewest);
        let bits = if self.silicon == Silicon::Real { TicketMask::FIXED_ZERO_BITS } else { fewest };
        let hashes = 1_u64.checked_shl(u32::from(bits)).unwrap_or(u64::MAX);
        self.gauge.add(hashes as f64, now);
        self.heard = now;
        if std::mem::take(&mut self.is_silent) {
            self.counts.silent.clear();
            self.events.push_back(ChainEvent::Trouble(Trouble::ChipBack { chip }));
        }
        let is_share = solution.work.job().share_target.is_met_by(hash);
        let nonce = ChainNonce { solution, is_share, chip, core: 0, hashes };
        self.events.push_back(ChainEvent::Nonce(Box::new(nonce)));
    }

    fn look_for_silence(&mut self, now: Instant) {
        let silent = now.saturating_duration_since(self.heard);
        let patience = self.range().mul_f64(SILENT_RANGES);
        if self.is_silent && silent > patience + Duration::from_mins(1) {
            self.fail(ChainError::Dead { starts: self.counts.starts });
        } else if !self.is_silent && silent > patience {
            self.is_silent = true;
            self.counts.silent = vec![0];
            self.events.push_back(ChainEvent::Trouble(Trouble::ChainSilent { silent }));
        }
    }

    fn fail(&mut self, error: ChainError) {
        self.phase = Phase::Over;
        self.wait = None;
        self.events.push_back(ChainEvent::Failed(error));
    }
}

/// A wrong nonce of an emulated board passes once in 256 times; boards have no ticket mask to tell more by.
const EMULATED_ZERO_BITS: u8 = 8;

impl Driver for IcarusBoard {
    fn assign(&mut self, work: Work, now: Instant) {
        let versions = 1 << work.job().version_mask.count_ones();
        if self.assigned.is_none() {
            // It owed nothing until now.
            self.heard = now;
        }
        self.assigned = Some(Assigned { work, next_version: 0, versions });
        if self.phase == Phase::Mining {
            self.send_work(now);
        }
    }

    fn rest(&mut self, _: Instant) {
        // Nothing stops a board: it falls silent when its nonces run out, within seconds.
        self.assigned = None;
        if self.phase == Phase::Mining {
            self.wait = None;
        }
    }

    fn park(&mut self, now: Instant) {
        self.rest(now);
        if self.phase != Phase::Over {
            self.phase = Phase::Over;
            self.wait = None;
            self.events.push_back(ChainEvent::Parked);
        }
    }

    fn set_frequency(&mut self, frequency: Megahertz, now: Instant) {
        if let (Speed::Clocked { fastest, .. }, false) = (self.model.speed, frequency.0.is_nan())
            && self.phase == Phase::Mining
        {
            self.write_clock(Megahertz(frequency.0.clamp(100.0, fastest.0)), now);
        }
    }

    fn receive(&mut self, bytes: &[u8], now: Instant) {
        if self.phase == Phase::Over {
            return;
        }
        let answers: Vec<Vec<u8>> = self.collector.receive(bytes).collect();
        for answer in answers {
            self.answered(&answer, now);
        }
        self.partial_since = self.collector.is_partial().then_some(now);
    }

    fn handle_timeout(&mut self, now: Instant) {
        if self.partial_since.is_some_and(|since| now.saturating_duration_since(since) >= PARTIAL) {
            self.partial_since = None;
            self.counts.skipped_bytes += self.collector.drop_partial() as u64;
            self.counts.resyncs += 1;
        }
        if self.wait.is_none_or(|wait| now < wait) {
            return;
        }
        self.wait = None;
        match self.phase {
            Phase::Clocking => self.ask(now),
            Phase::Asking if self.tries < TRIES => self.ask(now),
            Phase::Asking => {
                let found = match self.counts.core_answers {
                    0 => "nothing came back".to_owned(),
                    others => format!("{others} other answers came back"),
                };
                self.fail(ChainError::NoBoard { model: self.model.name, found });
            }
            Phase::Mining => {
                self.look_for_silence(now);
                if self.phase == Phase::Mining && !self.send_work(now) {
                    self.events.push_back(ChainEvent::WantsWork);
                }
            }
            Phase::Over => {}
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    fn poll_event(&mut self) -> Option<ChainEvent> {
        self.events.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        [self.wait, self.partial_since.map(|since| since + PARTIAL)].into_iter().flatten().min()
    }

    fn counts(&self) -> &ChainCounts {
        &self.counts
    }

    fn frequency(&self) -> Option<Megahertz> {
        self.clock
    }

    fn rates(&self, now: Instant) -> ChainRates {
        ChainRates { expected: self.expected(), measured: self.gauge.read(now), chip_counter: None }
    }

    fn chip_counters(&self, _: Instant) -> Vec<Option<Hashrate>> {
        // Nothing of the kind can be asked for.
        vec![None; self.counts.chips.len()]
    }
}

#[cfg(test)]
mod tests;
