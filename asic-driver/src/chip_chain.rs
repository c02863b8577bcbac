//! A chain of Bitmain chips on one line: started step by step, fed, listened to.

mod found;
mod start;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hashkit_chain::{Hashrate, Work};

use crate::bring_up::{self, Plan, Step};
use crate::counts::{ChainCounts, Gauge};
use crate::driver::{ChainEvent, ChainRates, Driver, Transmit, Trouble};
use crate::frame::command::Chips;
use crate::frame::job::{MidstateJob, WholeHeaderJob};
use crate::frame::reply::{Reply, ReplyLength, ReplyReader};
use crate::model::{ChipModel, FIRST_BAUD, Family};
use crate::nonce_space::NonceSpace;
use crate::pll::Megahertz;
use crate::register::{Register, TicketMask, version_rolling};
use crate::ring::{Ring, Sent};
use found::Recent;
pub(crate) use found::zero_bits;
use start::Starting;

/// How a chain is to be run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChainSettings {
    /// What the chips are to run at; the makers' own where it is `None`. Never beyond the model's limits.
    pub frequency: Option<Megahertz>,
    /// How many there are; as many as answer where it is `None`.
    pub chips: Option<u16>,
    /// Whether the board has a reset line that can be held.
    pub reset: ResetWiring,
    /// What answers.
    pub silicon: Silicon,
}

/// Whether chips can be reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResetWiring {
    /// The caller carries out [`Transmit::Reset`].
    Wired,
    /// Nobody can reset the chips: no time is spent on it.
    Absent,
}

/// What is at the other end of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silicon {
    /// Chips, which report no hash with fewer than 32 zero bits and those of the ticket mask.
    Real,
    /// A program that searches for fewer zero bits than chips do, because it is slower. Wrong nonces are told by the ticket
    /// mask's bits alone.
    Emulated,
}

/// The chips of one line; see [`Driver`] for what the calls mean.
pub struct ChipChain {
    model: &'static ChipModel,
    settings: ChainSettings,
    phase: Phase,
    steps: VecDeque<Step>,
    /// No step before.
    wait: Instant,
    starting: Starting,
    baud: u32,
    /// When all that was sent will have left.
    line_free: Instant,
    chips: u16,
    frequency: Megahertz,
    ticket_mask: TicketMask,
    version_mask: u32,
    reader: ReplyReader,
    /// When a frame began that is not complete.
    partial_since: Option<Instant>,
    assigned: Option<Assigned>,
    /// The chips were told to stop hashing.
    are_resting: bool,
    renew: Option<Instant>,
    ring: Ring,
    recent: Recent,
    counts: ChainCounts,
    gauge: Gauge,
    look_around: Instant,
    transmits: VecDeque<Transmit>,
    events: VecDeque<ChainEvent>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Steps lead to mining.
    Starting,
    /// Jobs go out, nonces come in. Steps, if there are any, change the clock.
    Mining,
    /// Steps lead to rest.
    Parking,
    /// Nothing more happens.
    Over,
}

/// A work, and how much of it has been sent.
struct Assigned {
    work: Work,
    /// The index of the first version that has not.
    next_version: u64,
    /// How many versions the chips may roll.
    versions: u64,
}

/// What the chips' own firmware does at most: jobs are renewed every half to two seconds.
const LONGEST_JOB: Duration = Duration::from_secs(2);
/// Of what chips need to search a job, so that they are never without one.
const BEFORE_ITS_END: f64 = 0.95;
/// Whoever gives no work is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(100);
/// A frame that is not complete after this will not be: at the slowest rate it lasts a millisecond, and an adapter holds bytes
/// back for 16 ms at most.
const PARTIAL: Duration = Duration::from_millis(30);
/// How often the chain is looked over for chips that have fallen silent.
const LOOK_AROUND: Duration = Duration::from_secs(1);
/// A clock that goes down without load needs no pauses.
const PARK_PAUSE: Duration = Duration::from_millis(5);
/// And one that goes up or down under load the makers' own.
const RAMP_PAUSE: Duration = Duration::from_millis(100);
/// The version bits that chips can roll: sixteen from bit 13 on.
const ROLLABLE: u32 = 0x1fff_e000;

impl ChipChain {
    /// A chain that begins to start its chips at `now`.
    #[must_use]
    pub fn new(model: &'static ChipModel, settings: ChainSettings, now: Instant) -> Self {
        let frequency = bring_up::within_limits(model, settings.frequency.unwrap_or(model.typical));
        let mut chain = Self {
            model,
            settings,
            phase: Phase::Starting,
            steps: VecDeque::new(),
            wait: now,
            starting: Starting::new(now),
            baud: FIRST_BAUD,
            line_free: now,
            chips: settings.chips.unwrap_or(1),
            frequency,
            ticket_mask: TicketMask::DIFFICULTY_1,
            version_mask: ROLLABLE,
            reader: ReplyReader::new(model.reply_length),
            partial_since: None,
            assigned: None,
            are_resting: false,
            renew: None,
            ring: Ring::new(model.job_ids),
            recent: Recent::default(),
            counts: ChainCounts::default(),
            gauge: Gauge::default(),
            look_around: now,
            transmits: VecDeque::new(),
            events: VecDeque::new(),
        };
        chain.begin(now);
        chain
    }

    /// How many chips answered, once they have been counted.
    #[must_use]
    pub fn chips(&self) -> u16 {
        self.chips
    }

    fn expected(&self) -> Hashrate {
        self.model.expected(self.chips, self.frequency)
    }

    fn plan(&self) -> Plan {
        Plan {
            chips: self.chips,
            frequency: self.frequency,
            ticket_mask: self.ticket_mask,
            version_mask: self.version_mask,
            line: self.starting.line(self.baud),
        }
    }

    fn send(&mut self, bytes: Vec<u8>, now: Instant) {
        let time = Duration::from_secs_f64(bytes.len() as f64 * 10.0 / f64::from(self.baud));
        self.line_free = self.line_free.max(now) + time;
        self.transmits.push_back(Transmit::Bytes(bytes));
    }

    fn write_all(&mut self, register: Register, value: u32, now: Instant) {
        self.send(register.write(Chips::All, value).encode(self.model.framing), now);
    }

    /// The mask that suits this chain and the share target of `work`.
    fn suitable_mask(&self, work: &Work) -> TicketMask {
        let target = work.job().share_target.to_be_bytes();
        let zero_bits = target.iter().take_while(|byte| **byte == 0).count() * 8
            + target.iter().find(|byte| **byte != 0).map_or(0, |byte| byte.leading_zeros() as usize);
        let reply = match self.model.reply_length {
            ReplyLength::Seven => 7,
            ReplyLength::Nine => 9,
            ReplyLength::Eleven | ReplyLength::ElevenOrNine => 11,
        };
        let zero_bits = u8::try_from(zero_bits).unwrap_or(u8::MAX);
        TicketMask::choose(self.expected().per_second(), self.baud, reply, zero_bits)
    }

    /// Lets the chips go on where they were told to rest, and sets what a job needs to be set.
    fn prepare(&mut self, work: &Work, now: Instant) {
        let mask = self.suitable_mask(work);
        if mask != self.ticket_mask {
            self.ticket_mask = mask;
            let (value, framing) = (mask.register_value(), self.model.framing);
            let command = match self.model.family {
                Family::Bm1387 => bring_up::ticket_mask_of_bm1387(value),
                _ => Register::TicketMask.write(Chips::All, value),
            };
            self.send(command.encode(framing), now);
        }
        let versions = work.job().version_mask & ROLLABLE;
        if self.model.takes_whole_headers() && versions != self.version_mask {
            self.version_mask = versions;
            self.write_all(Register::VersionRolling, version_rolling(versions), now);
        }
        if self.are_resting {
            self.are_resting = false;
            let pll = self.model.pll.nearest(self.frequency);
            self.steps.extend(bring_up::counting(self.model, self.chips, pll));
            self.run_steps(now);
        }
    }

    /// Sends the next job of what is assigned; `false` where all of it was sent.
    fn send_job(&mut self, now: Instant) -> bool {
        let Some(assigned) = &mut self.assigned else { return true };
        let count = self.model.versions_a_job(assigned.versions);
        if assigned.next_version + count > assigned.versions {
            return false;
        }
        let work = assigned.work.clone();
        let first = assigned.next_version;
        assigned.next_version += count;
        let (job, id) = (work.job(), self.ring.next_id());
        let mask = job.version_mask & ROLLABLE;
        let (versions, frame) = if self.model.takes_whole_headers() {
            let base = hashkit_chain::Version(work.header().version.0 & !mask);
            let header = hashkit_chain::Header { version: base, ..*work.header() };
            (vec![base], WholeHeaderJob { id, length: WholeHeaderJob::TRUE_LENGTH, header }.encode())
        } else {
            let versions: Vec<_> = (first..first + count).map(|index| job.version_at(index)).collect();
            let frame = MidstateJob::new(id, work.header(), &versions).encode(self.model.framing);
            (versions, frame)
        };
        let on_the_wire = Duration::from_secs_f64(frame.len() as f64 * 10.0 / f64::from(self.baud));
        self.send(frame, now);
        self.counts.jobs += 1;
        let (zero_bits, number) = (self.ticket_mask.zero_bits(), self.counts.jobs);
        self.ring.push(Sent { work, versions, mask, zero_bits, number });
        // At least as long as two of its frames, for a line that is slower than its chips.
        let lasts = self.lasts(count).mul_f64(BEFORE_ITS_END).min(LONGEST_JOB).max(on_the_wire * 2);
        self.renew = Some(now + lasts);
        true
    }

    /// How long the chips search a job in so many versions.
    fn lasts(&self, versions: u64) -> Duration {
        if self.model.family == Family::Bm1387 {
            let hashes = versions as f64 * 2_f64.powi(32);
            return Duration::from_secs_f64(hashes / self.expected().per_second());
        }
        let pll = self.model.pll.nearest(self.frequency);
        let number = NonceSpace::new(self.model.cores, u32::from(self.chips)).hash_counting_number(pll);
        NonceSpace::epoch(number, versions, self.model.small_cores)
    }

    fn take(&mut self, replies: Vec<Reply>, now: Instant) {
        for reply in replies {
            match (self.phase, reply) {
                (Phase::Mining | Phase::Parking, Reply::Nonce(nonce)) => self.found(&nonce, now),
                (Phase::Starting, Reply::Register { value, register, .. }) => self.heard_register(value, register, now),
                // Left over from before the start, or an answer that nobody waits for.
                (Phase::Starting, Reply::Nonce(_)) => self.counts.core_answers += 1,
                (Phase::Mining | Phase::Parking | Phase::Over, _) => {}
            }
        }
        let skipped = self.reader.skipped();
        self.counts.bad_frames = skipped.bad_frames;
        self.counts.skipped_bytes = skipped.bytes;
        self.counts.resyncs = skipped.resyncs;
        self.partial_since = if self.reader.pending().is_empty() { None } else { self.partial_since.or(Some(now)) };
    }
}

impl Driver for ChipChain {
    fn assign(&mut self, work: Work, now: Instant) {
        let versions = 1_u64 << (work.job().version_mask & ROLLABLE).count_ones();
        let versions =
            if self.model.takes_whole_headers() { versions } else { 1 << work.job().version_mask.count_ones() };
        self.assigned = Some(Assigned { work, next_version: 0, versions });
        if self.phase == Phase::Mining
            && let Some(work) = self.assigned.as_ref().map(|assigned| assigned.work.clone())
        {
            self.prepare(&work, now);
            self.send_job(now);
        }
    }

    fn rest(&mut self, now: Instant) {
        self.assigned = None;
        self.renew = None;
        if self.phase == Phase::Mining && !self.are_resting {
            self.are_resting = true;
            // One source says so; a BM1387 has no such register, and runs on until its work ends.
            if self.model.family != Family::Bm1387 {
                self.write_all(Register::HashCountingNumber, 0, now);
            }
        }
    }

    fn park(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Parking | Phase::Over) {
            return;
        }
        let was_mining = self.phase == Phase::Mining;
        self.rest(now);
        self.phase = Phase::Parking;
        self.steps.clear();
        if was_mining {
            let slowest = self.model.limits.slowest;
            let steps = bring_up::ramp(self.model, self.chips, self.frequency, slowest, PARK_PAUSE);
            // Without the counting numbers, which would let them hash again.
            self.steps.extend(steps.into_iter().filter(|step| !bring_up::is_counting(step)));
        }
        self.wait = now;
        self.run_steps(now);
    }

    fn set_frequency(&mut self, frequency: Megahertz, now: Instant) {
        let (from, to) = (self.frequency, bring_up::within_limits(self.model, frequency));
        self.frequency = to;
        if self.phase == Phase::Mining && from != to {
            let steps = bring_up::ramp(self.model, self.chips, from, to, RAMP_PAUSE);
            // A chain at rest stays there: its number is written with the next work.
            let is_kept = |step: &Step| !self.are_resting || !bring_up::is_counting(step);
            self.steps = steps.into_iter().filter(is_kept).collect();
            self.wait = now;
            self.run_steps(now);
        }
    }

    fn receive(&mut self, bytes: &[u8], now: Instant) {
        if self.phase != Phase::Over {
            let replies = self.reader.receive(bytes);
            self.take(replies, now);
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        if self.partial_since.is_some_and(|since| now.saturating_duration_since(since) >= PARTIAL) {
            self.partial_since = None;
            let replies = self.reader.time_out();
            self.take(replies, now);
        }
        self.run_steps(now);
        if self.phase != Phase::Mining {
            return;
        }
        if self.renew.is_some_and(|at| now >= at) {
            self.renew = Some(now + ASK_AGAIN);
            if !self.send_job(now) {
                self.events.push_back(ChainEvent::WantsWork);
            }
        }
        if now >= self.look_around {
            self.look_around = now + LOOK_AROUND;
            self.look_for_silence(now);
        }
    }

    fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    fn poll_event(&mut self) -> Option<ChainEvent> {
        self.events.pop_front()
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let partial = self.partial_since.map(|since| since + PARTIAL);
        let step = (!self.steps.is_empty() || self.starting.is_listening()).then_some(self.wait);
        let mining = if self.phase == Phase::Mining { [self.renew, Some(self.look_around)] } else { [None, None] };
        let all = [partial, step, mining[0], mining[1]];
        if self.phase == Phase::Over { None } else { all.into_iter().flatten().min() }
    }

    fn counts(&self) -> &ChainCounts {
        &self.counts
    }

    fn rates(&self, now: Instant) -> ChainRates {
        ChainRates { expected: self.expected(), measured: self.gauge.read(now), chip_counter: None }
    }
}

impl ChipChain {
    fn trouble(&mut self, trouble: Trouble) {
        self.events.push_back(ChainEvent::Trouble(trouble));
    }
}

#[cfg(test)]
mod tests;
