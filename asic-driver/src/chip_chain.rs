//! A chain of Bitmain chips on one line: started step by step, fed, listened to.

mod counters;
mod found;
mod start;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hashkit_chain::{Hashrate, Work};

use crate::bring_up::{self, Plan, RAMP_PAUSE, Step};
use crate::counts::{ChainCounts, Gauge};
use crate::driver::{ChainEvent, ChainRates, Driver, Transmit, Trouble};
use crate::frame::command::{Chips, Command};
use crate::frame::job::{MidstateJob, WholeHeaderJob};
use crate::frame::reply::{Reply, ReplyLength, ReplyReader};
use crate::model::{ChipModel, FIRST_BAUD, Family};
use crate::nonce_space::NonceSpace;
use crate::pll::Megahertz;
use crate::register::{Register, TicketMask, version_rolling};
use crate::ring::{Ring, Sent};
use counters::{Answer, Counters};
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
    /// What the chips are to run at.
    frequency: Megahertz,
    /// What they were last told to run at: less while the clock goes up.
    clock: Megahertz,
    /// Until when what they say is not held against them, because their clock has just changed.
    unsettled_until: Instant,
    /// The hash counting number that they were last told; zero of chips that take none.
    counting_number: u32,
    ticket_mask: TicketMask,
    version_mask: u32,
    reader: ReplyReader,
    /// When the last byte came, while a frame is not complete.
    partial_since: Option<Instant>,
    assigned: Option<Assigned>,
    /// When the newest job will have left.
    job_left: Instant,
    /// The chips were told to stop hashing.
    are_resting: bool,
    renew: Option<Instant>,
    ring: Ring,
    recent: Recent,
    counts: ChainCounts,
    gauge: Gauge,
    counters: Counters,
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
/// Whoever runs a chain looks after it at least this often. The next job is due so much before its chips are through with the last.
const HEADROOM: Duration = Duration::from_millis(10);
/// Bytes that may be in a job's way: three commands.
const COMMANDS: f64 = 33.0;
/// A nonce of an older job that comes this long after the newest has left: the chips have not heard it.
const UNHEARD: Duration = Duration::from_millis(100);
/// Whoever gives no work is asked again.
const ASK_AGAIN: Duration = Duration::from_millis(100);
/// A frame that is not complete after this will not be: at the slowest rate it lasts a millisecond, and an adapter holds bytes
/// back for 16 ms at most.
const PARTIAL: Duration = Duration::from_millis(30);
/// How often the chain is looked over for chips that have fallen silent.
const LOOK_AROUND: Duration = Duration::from_secs(1);
/// A clock that goes down without load needs no pauses.
const PARK_PAUSE: Duration = Duration::from_millis(5);
/// Chips say wrong things while their clock moves.
const UNSETTLED: Duration = Duration::from_millis(100);
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
            clock: model.limits.slowest,
            unsettled_until: now,
            counting_number: 0,
            ticket_mask: TicketMask::DIFFICULTY_1,
            version_mask: ROLLABLE,
            reader: ReplyReader::new(model.reply_length),
            partial_since: None,
            assigned: None,
            job_left: now,
            are_resting: false,
            renew: None,
            ring: Ring::new(model.job_ids),
            recent: Recent::default(),
            counts: ChainCounts::default(),
            gauge: Gauge::default(),
            counters: Counters::default(),
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
        self.model.expected(self.chips, self.clock)
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

    fn command(&mut self, command: Command, now: Instant) {
        if let Some(clock) = bring_up::clock_of(self.model, command) {
            self.clock = clock;
            self.unsettled_until = now + UNSETTLED;
        }
        if let Some(number) = bring_up::counting_number_of(self.model, command) {
            self.counting_number = number;
        }
        self.send(command.encode(self.model.framing), now);
    }

    fn write_all(&mut self, register: Register, value: u32, now: Instant) {
        self.command(register.write(Chips::All, value), now);
    }

    /// Lets the chips search nothing. One source says that a counting number of zero does; chips that take none run on until
    /// their work ends.
    fn stop_hashing(&mut self, now: Instant) {
        if self.model.takes_counting_number() {
            self.write_all(Register::HashCountingNumber, 0, now);
        }
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
        // Of a clock that is on its way, the higher end.
        let fastest = Megahertz(self.clock.0.max(self.frequency.0));
        TicketMask::choose(self.model.expected(self.chips, fastest).per_second(), self.baud, reply, zero_bits)
    }

    /// Lets the chips go on where they were told to rest, and sets what a job needs to be set.
    fn prepare(&mut self, work: &Work, now: Instant) {
        let mask = self.suitable_mask(work);
        if mask != self.ticket_mask {
            self.ticket_mask = mask;
            self.ring.lower_zero_bits(mask.zero_bits());
            let value = mask.register_value();
            let command = match self.model.family {
                Family::Bm1387 => bring_up::ticket_mask_of_bm1387(value),
                _ => Register::TicketMask.write(Chips::All, value),
            };
            self.command(command, now);
        }
        let versions = work.job().version_mask & ROLLABLE;
        if self.model.takes_whole_headers() && versions != self.version_mask {
            self.version_mask = versions;
            self.write_all(Register::VersionRolling, version_rolling(versions), now);
        }
        if self.are_resting {
            self.are_resting = false;
            // Of a clock that is on its way the number for its higher end is the safe one.
            let pll = self.model.pll.nearest(Megahertz(self.clock.0.max(self.frequency.0)));
            for step in bring_up::counting(self.model, self.chips, pll) {
                self.run_step(&step, now);
            }
            self.counters.restart(self.model, self.chips, now);
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
        self.job_left = self.line_free;
        self.counts.jobs += 1;
        let (zero_bits, number) = (self.ticket_mask.zero_bits(), self.counts.jobs);
        self.ring.push(Sent { work, versions, mask, zero_bits, number });
        // The chips begin when it has left; the next one has to have left when they are through. Where that cannot be, because the
        // line is slower than its chips, half of the line is enough.
        let before_it = Duration::from_secs_f64(COMMANDS * 10.0 / f64::from(self.baud));
        let lasts = self.lasts(count).saturating_sub(HEADROOM + before_it + on_the_wire).min(LONGEST_JOB);
        self.renew = Some((self.job_left + lasts).max(now + on_the_wire * 2));
        true
    }

    /// How long the chips search a job in so many versions.
    fn lasts(&self, versions: u64) -> Duration {
        if !self.model.takes_counting_number() {
            let hashes = versions as f64 * 2_f64.powi(32);
            let fastest = Megahertz(self.clock.0.max(self.frequency.0));
            return Duration::from_secs_f64(hashes / self.model.expected(self.chips, fastest).per_second());
        }
        NonceSpace::epoch(self.counting_number, versions, self.model.small_cores)
    }

    fn take(&mut self, replies: Vec<Reply>, now: Instant) {
        for reply in replies {
            match (self.phase, reply) {
                (Phase::Mining | Phase::Parking, Reply::Nonce(nonce)) => self.found(&nonce, now),
                (Phase::Starting, Reply::Register { value, register, .. }) => self.heard_register(value, register, now),
                (Phase::Mining, Reply::Register { value, address, register }) => {
                    self.heard_counter(Answer { value, address, register }, now);
                }
                // Left over from before the start, or an answer that nobody waits for.
                (Phase::Starting, Reply::Nonce(_)) => self.counts.core_answers += 1,
                (Phase::Parking | Phase::Over, _) => {}
            }
        }
        let skipped = self.reader.skipped();
        self.counts.bad_frames = skipped.bad_frames;
        self.counts.skipped_bytes = skipped.bytes;
        self.counts.resyncs = skipped.resyncs;
        self.partial_since = (!self.reader.pending().is_empty()).then_some(now);
    }

    fn heard_counter(&mut self, answer: Answer, now: Instant) {
        let of_one = self.model.expected(1, self.clock);
        if let Some((chip, more)) = self.counters.answered(self.model, answer, of_one, now) {
            self.counts.chips[chip].own_errors += u64::from(more);
        }
    }

    /// Brings the clock from where it is to where it should be, in small steps.
    fn ramp(&mut self, now: Instant) {
        let steps = bring_up::ramp(self.model, self.chips, self.clock, self.frequency, RAMP_PAUSE);
        // A chain at rest stays there: its number is written with the next work.
        let is_kept = |step: &Step| !self.are_resting || !bring_up::is_counting(step);
        self.steps = steps.into_iter().filter(is_kept).collect();
        self.wait = now;
        self.run_steps(now);
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
            self.counters.pause();
            self.stop_hashing(now);
        }
    }

    fn park(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Parking | Phase::Over) {
            return;
        }
        self.assigned = None;
        self.renew = None;
        self.are_resting = true;
        self.phase = Phase::Parking;
        self.starting.stop_listening();
        // In whatever state a start has left them, and even if it was another program's.
        self.stop_hashing(now);
        let slowest = self.model.limits.slowest;
        let steps = bring_up::ramp(self.model, self.chips, self.clock, slowest, PARK_PAUSE);
        // Without the counting numbers, which would let them hash again.
        self.steps = steps.into_iter().filter(|step| !bring_up::is_counting(step)).collect();
        self.wait = now;
        self.run_steps(now);
    }

    fn set_frequency(&mut self, frequency: Megahertz, now: Instant) {
        let to = bring_up::within_limits(self.model, frequency);
        if to == self.frequency {
            return;
        }
        self.frequency = to;
        match self.phase {
            Phase::Mining => self.ramp(now),
            Phase::Starting => {
                // What would be faster is left out at once; the rest of the way is gone when they run.
                let is_faster =
                    |command: Command| bring_up::clock_of(self.model, command).is_some_and(|clock| clock > to);
                self.steps.retain(|step| !matches!(step, Step::Send(command) if is_faster(*command)));
            }
            Phase::Parking | Phase::Over => {}
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
        if let Some(question) = self.counters.question(now) {
            self.command(question, now);
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
        // The last pause of a start has no step behind it.
        let is_on_the_way = matches!(self.phase, Phase::Starting | Phase::Parking) || !self.steps.is_empty();
        let step = is_on_the_way.then_some(self.wait);
        let mining = [self.renew, Some(self.look_around), self.counters.poll_timeout()];
        let mining = mining.into_iter().filter(|_| self.phase == Phase::Mining).flatten();
        let all = [partial, step].into_iter().flatten().chain(mining);
        if self.phase == Phase::Over { None } else { all.min() }
    }

    fn counts(&self) -> &ChainCounts {
        &self.counts
    }

    fn frequency(&self) -> Option<Megahertz> {
        (self.phase == Phase::Mining).then_some(self.clock)
    }

    fn rates(&self, now: Instant) -> ChainRates {
        ChainRates {
            expected: self.expected(),
            measured: self.gauge.read(now),
            chip_counter: self.counters.of_all(self.model, now),
        }
    }

    fn chip_counters(&self, now: Instant) -> Vec<Option<Hashrate>> {
        self.counters.of_chips(self.model, now)
    }
}

impl ChipChain {
    fn trouble(&mut self, trouble: Trouble) {
        self.events.push_back(ChainEvent::Trouble(trouble));
    }
}

#[cfg(test)]
pub(crate) mod tests;
