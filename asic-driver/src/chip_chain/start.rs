//! The chain's steps: starting, counting chips, changing the line's rate, starting again when nothing else helps.

use std::time::{Duration, Instant};

use super::{ChipChain, LOOK_AROUND, Phase, ResetWiring};
use crate::bring_up::{self, Line, Step};
use crate::counts::ChipCounts;
use crate::driver::{ChainError, ChainEvent, ResetLine, Transmit, Trouble};
use crate::frame::command::Chips;
use crate::frame::job::{Midstate, MidstateJob};
use crate::frame::reply::ReplyLength;
use crate::model::{FIRST_BAUD, MOST_CHIPS};
use crate::register::Register;

/// How far a start has come, and what was tried before.
#[derive(Debug)]
pub(super) struct Starting {
    /// Answers to a read of all ids that is going on.
    listening: Option<Listening>,
    /// Whether the line may be made faster: not after it has failed once.
    may_be_fast: bool,
    /// Reads of ids without an answer in this start.
    unanswered: u32,
    /// Counts of this start that were doubtful, and the most chips that answered in one of them.
    doubtful: u32,
    most: u16,
    /// Starts since the last right nonce.
    without_success: u32,
    /// When nonces begin to count, for those that tell silence from bad luck.
    pub(super) ready_since: Instant,
}

#[derive(Debug)]
struct Listening {
    answers: u16,
    chip_id: Option<u16>,
    is_for: Question,
    /// Bytes that had been no frame before.
    skipped: u64,
    /// No later than this, whatever still comes.
    until: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Count,
    Baud,
}

/// Silence that ends a count.
const SILENCE: Duration = Duration::from_millis(250);
/// A count that does not end by itself: garbage keeps coming.
const LONGEST_COUNT: Duration = Duration::from_secs(3);
/// Reads without an answer at each of the two rates before the chain is given up.
const READS: u32 = 6;
/// Counts that may be doubtful before one is believed.
const COUNTS: u32 = 2;
/// Starts in a row that bring no right nonce before the chain is given up.
const STARTS: u32 = 4;

impl Starting {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            listening: None,
            may_be_fast: true,
            unanswered: 0,
            doubtful: 0,
            most: 0,
            without_success: 0,
            ready_since: now,
        }
    }

    pub(super) fn line(&self, baud: u32) -> Line {
        if self.may_be_fast && baud == FIRST_BAUD { Line::Fast } else { Line::Keep }
    }

    pub(super) fn stop_listening(&mut self) {
        self.listening = None;
    }

    pub(super) fn succeeded(&mut self) {
        self.without_success = 0;
    }
}

impl ChipChain {
    /// Begins a start at the first rate; after a reset the chips know no other.
    pub(super) fn begin(&mut self, now: Instant) {
        self.counts.starts += 1;
        self.starting.without_success += 1;
        if self.starting.without_success > STARTS {
            let starts = self.starting.without_success - 1;
            return self.fail(ChainError::Dead { starts }, now);
        }
        self.starting.unanswered = 0;
        (self.starting.doubtful, self.starting.most) = (0, 0);
        if self.settings.reset == ResetWiring::Wired {
            self.set_baud(FIRST_BAUD);
        }
        self.identify(now);
    }

    fn identify(&mut self, now: Instant) {
        self.phase = Phase::Starting;
        self.renew = None;
        self.are_resting = false;
        if self.model.takes_whole_headers() {
            self.reader.set_length(ReplyLength::ElevenOrNine);
        }
        let is_reset = |step: &Step| matches!(step, Step::HoldReset | Step::ReleaseReset);
        let mut steps = bring_up::identify(self.model);
        if self.settings.reset == ResetWiring::Absent {
            // Neither the reset nor the pauses that belong to it.
            let last = steps.iter().rposition(is_reset).map_or(0, |at| at + 2);
            steps.drain(..last);
        }
        self.steps = steps.into();
        self.wait = now;
        self.run_steps(now);
    }

    fn set_baud(&mut self, baud: u32) {
        if self.baud != baud {
            self.baud = baud;
            self.reader.clear();
            self.transmits.push_back(Transmit::Baud(baud));
        }
    }

    /// Carries out the steps that are due.
    pub(super) fn run_steps(&mut self, now: Instant) {
        if self.starting.listening.is_some() {
            if now >= self.wait {
                self.heard_all(now);
            }
            return;
        }
        while now >= self.wait && self.phase != Phase::Over {
            let Some(step) = self.steps.pop_front() else { return self.ended(now) };
            self.run_step(&step, now);
            if self.starting.listening.is_some() {
                return;
            }
        }
    }

    pub(super) fn run_step(&mut self, step: &Step, now: Instant) {
        match *step {
            Step::HoldReset => self.transmits.push_back(Transmit::Reset(ResetLine::Held)),
            Step::ReleaseReset => self.transmits.push_back(Transmit::Reset(ResetLine::Released)),
            Step::Send(command) => self.command(command, now),
            Step::Pause(pause) => self.wait = self.line_free.max(now) + pause,
            Step::CountChips => self.ask(Question::Count, now),
            Step::Baud(baud) => self.set_baud(baud),
            Step::CheckBaud => self.ask(Question::Baud, now),
            Step::OpenCores(count) => self.open_cores(count, now),
        }
    }

    fn ask(&mut self, question: Question, now: Instant) {
        let read = Register::ChipId.read(Chips::All);
        self.send(read.encode(self.model.framing), now);
        self.wait = self.line_free + SILENCE;
        let (skipped, until) = (self.reader.skipped().bytes, self.line_free + LONGEST_COUNT);
        self.starting.listening = Some(Listening { answers: 0, chip_id: None, is_for: question, skipped, until });
    }

    /// An answer while the chips are started.
    pub(super) fn heard_register(&mut self, value: u32, register: u8, now: Instant) {
        let Some(listening) = &mut self.starting.listening else { return };
        let [high, low, _, _] = value.to_be_bytes();
        let chip_id = u16::from_be_bytes([high, low]);
        // Of chips that leave the register's number out it is zero too.
        if register != Register::ChipId.number() || chip_id == 0 {
            return;
        }
        if chip_id == self.model.chip_id {
            listening.answers += 1;
        } else {
            listening.chip_id = Some(chip_id);
        }
        self.wait = (now + SILENCE).min(listening.until).max(self.wait.min(listening.until));
    }

    /// The chips have said their ids, or nothing.
    fn heard_all(&mut self, now: Instant) {
        let Some(Listening { answers, chip_id, is_for, skipped, .. }) = self.starting.listening.take() else { return };
        match (is_for, answers) {
            (Question::Count, 0) => self.nobody_answered(chip_id, now),
            (Question::Baud, 0) => {
                self.starting.may_be_fast = false;
                self.trouble(Trouble::BaudNotTaken { baud: self.baud });
                self.set_baud(FIRST_BAUD);
                self.identify(now);
            }
            (Question::Count, answers) => self.counted_once(answers, skipped, now),
            (Question::Baud, answers) => {
                if answers != self.chips {
                    self.trouble(Trouble::ChipCount { found: answers, expected: self.chips });
                }
                self.run_steps(now);
            }
        }
    }

    fn nobody_answered(&mut self, chip_id: Option<u16>, now: Instant) {
        self.starting.unanswered += 1;
        if let Some(found) = chip_id {
            return self.fail(ChainError::WrongChip { expected: self.model.name, found }, now);
        }
        if self.starting.unanswered >= READS {
            return self.fail(ChainError::NoAnswer, now);
        }
        // Chips that nobody can reset still listen at the rate of the run before.
        if self.starting.unanswered.is_multiple_of(2) && self.settings.reset == ResetWiring::Absent {
            self.set_baud(bring_up::other_baud(self.model, self.baud));
        }
        self.identify(now);
    }

    /// Counts again where answers may have been lost: some were damaged, or there should be more.
    fn counted_once(&mut self, answers: u16, skipped: u64, now: Instant) {
        let most = answers.max(self.starting.most).min(MOST_CHIPS);
        let is_damaged = self.reader.skipped().bytes > skipped;
        let are_fewer = self.settings.chips.is_some_and(|expected| most < expected);
        if (is_damaged || are_fewer) && self.starting.doubtful < COUNTS {
            self.starting.doubtful += 1;
            self.starting.most = most;
            return self.ask(Question::Count, now);
        }
        // In a second count a late answer to the first may stand: no more than there should be.
        let limit = self.settings.chips.filter(|_| self.starting.doubtful > 0).unwrap_or(MOST_CHIPS);
        self.counted(most.min(limit), now);
    }

    fn counted(&mut self, found: u16, now: Instant) {
        if let Some(expected) = self.settings.chips.filter(|expected| *expected != found) {
            self.trouble(Trouble::ChipCount { found, expected });
        }
        self.chips = found;
        self.counts.chips.resize(usize::from(found), ChipCounts::default());
        if self.model.takes_whole_headers() {
            self.reader.set_length(ReplyLength::Eleven);
        }
        // What the first job needs; without one, what would suit shares of any difficulty.
        if let Some(assigned) = &self.assigned {
            self.ticket_mask = self.suitable_mask(&assigned.work);
        }
        self.steps = bring_up::start(self.model, &self.plan()).into();
        self.run_steps(now);
    }

    /// All steps are done.
    fn ended(&mut self, now: Instant) {
        match self.phase {
            Phase::Starting => {
                self.phase = Phase::Mining;
                self.starting.ready_since = now;
                self.gauge.restart(now);
                self.heard_nothing_yet(now);
                self.look_around = now + LOOK_AROUND;
                let (chips, frequency, expected) = (self.chips, self.clock, self.expected());
                self.counters.restart(self.model, self.chips, now);
                self.events.push_back(ChainEvent::Ready { chips, frequency, expected });
                if self.model.pll.nearest(self.frequency).frequency() != self.clock {
                    self.ramp(now);
                }
                match self.assigned.take() {
                    Some(assigned) => crate::driver::Driver::assign(self, assigned.work, now),
                    None => self.events.push_back(ChainEvent::WantsWork),
                }
            }
            Phase::Parking => {
                self.hold_reset();
                self.phase = Phase::Over;
                self.events.push_back(ChainEvent::Parked);
            }
            Phase::Mining | Phase::Over => {}
        }
    }

    /// A work of ones alone for each core; healthy cores answer with two nonces that everybody knows.
    fn open_cores(&mut self, count: u32, now: Instant) {
        let ones = [0xff; 4];
        let midstates = vec![Midstate::from_wire([0; 32])];
        let work =
            MidstateJob { id: 0, starting_nonce: [0; 4], nbits: ones, ntime: ones, merkle_tail: ones, midstates };
        let frame = work.encode(self.model.framing);
        for _ in 0..count {
            self.send(frame.clone(), now);
        }
        self.wait = self.line_free.max(now) + Duration::from_millis(100);
    }

    pub(super) fn fail(&mut self, error: ChainError, now: Instant) {
        if matches!(error, ChainError::Dead { .. }) {
            // Nobody looks after them any more.
            self.stop_hashing(now);
            let slowest = self.model.limits.slowest;
            for step in bring_up::ramp(self.model, self.chips, slowest, slowest, Duration::ZERO) {
                if !bring_up::is_counting(&step) {
                    self.run_step(&step, now);
                }
            }
        }
        self.hold_reset();
        self.phase = Phase::Over;
        self.steps.clear();
        self.events.push_back(ChainEvent::Failed(error));
    }

    /// Chips that are not looked after are held in reset, where that can be done.
    fn hold_reset(&mut self) {
        if self.settings.reset == ResetWiring::Wired {
            self.transmits.push_back(Transmit::Reset(ResetLine::Held));
        }
    }
}
