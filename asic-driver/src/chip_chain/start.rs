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
/// Starts in a row that bring no right nonce before the chain is given up.
const STARTS: u32 = 4;

impl Starting {
    pub(super) fn new(now: Instant) -> Self {
        Self { listening: None, may_be_fast: true, unanswered: 0, without_success: 0, ready_since: now }
    }

    pub(super) fn line(&self, baud: u32) -> Line {
        if self.may_be_fast && baud == FIRST_BAUD { Line::Fast } else { Line::Keep }
    }

    pub(super) fn is_listening(&self) -> bool {
        self.listening.is_some()
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
            return self.fail(ChainError::Dead { starts });
        }
        self.starting.unanswered = 0;
        if self.settings.reset == ResetWiring::Wired {
            self.set_baud(FIRST_BAUD);
        }
        self.identify(now);
    }

    fn identify(&mut self, now: Instant) {
        self.phase = Phase::Starting;
        self.ring.clear();
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

    fn run_step(&mut self, step: &Step, now: Instant) {
        match *step {
            Step::HoldReset => self.transmits.push_back(Transmit::Reset(ResetLine::Held)),
            Step::ReleaseReset => self.transmits.push_back(Transmit::Reset(ResetLine::Released)),
            Step::Send(command) => self.send(command.encode(self.model.framing), now),
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
        let until = self.line_free + LONGEST_COUNT;
        self.starting.listening = Some(Listening { answers: 0, chip_id: None, is_for: question, until });
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
        let Some(Listening { answers, chip_id, is_for, .. }) = self.starting.listening.take() else { return };
        match (is_for, answers) {
            (Question::Count, 0) => self.nobody_answered(chip_id, now),
            (Question::Baud, 0) => {
                self.starting.may_be_fast = false;
                self.trouble(Trouble::BaudNotTaken { baud: self.baud });
                self.set_baud(FIRST_BAUD);
                self.identify(now);
            }
            (Question::Count, answers) => self.counted(answers, now),
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
            return self.fail(ChainError::WrongChip { expected: self.model.name, found });
        }
        if self.starting.unanswered >= READS {
            return self.fail(ChainError::NoAnswer);
        }
        // Chips that nobody can reset still listen at the rate of the run before.
        if self.starting.unanswered.is_multiple_of(2) && self.settings.reset == ResetWiring::Absent {
            self.set_baud(bring_up::other_baud(self.model, self.baud));
        }
        self.identify(now);
    }

    fn counted(&mut self, answers: u16, now: Instant) {
        let found = answers.min(MOST_CHIPS);
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
                let (chips, frequency, expected) = (self.chips, self.frequency, self.expected());
                self.events.push_back(ChainEvent::Ready { chips, frequency, expected });
                match self.assigned.take() {
                    Some(assigned) => crate::driver::Driver::assign(self, assigned.work, now),
                    None => self.events.push_back(ChainEvent::WantsWork),
                }
            }
            Phase::Parking => {
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

    pub(super) fn fail(&mut self, error: ChainError) {
        self.phase = Phase::Over;
        self.steps.clear();
        self.events.push_back(ChainEvent::Failed(error));
    }
}
