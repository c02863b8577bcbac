//! What chips count of their own hashes, read register by register and chip by chip, so slowly that nonces hardly wait for it.

use std::time::{Duration, Instant};

use hashkit_chain::Hashrate;

use crate::bring_up::addresses;
use crate::frame::command::{Chips, Command};
use crate::frame::reply::ReplyLength;
use crate::model::{ChipModel, HashCounter};

/// The counters of a chain.
#[derive(Debug, Default)]
pub(super) struct Counters {
    chips: Vec<Counter>,
    addresses: Vec<u8>,
    /// Of each chip, in the order in which they are asked for.
    registers: Vec<u8>,
    /// What is asked for next: which chip, which of its registers.
    next: (usize, usize),
    /// What was asked for last, until it is answered.
    asked: Option<(usize, usize)>,
    due: Option<Instant>,
    /// When the present round began, and how many have ended.
    began: Option<Instant>,
    rounds: u32,
}

#[derive(Debug, Default, Clone)]
struct Counter {
    /// By register: what was read last.
    read: Vec<Option<(Instant, u32)>>,
    /// And the hashes a second since the time before.
    rates: Vec<Option<(Instant, f64)>>,
}

/// An answer to the present question.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    pub(super) value: u32,
    pub(super) address: u8,
    pub(super) register: u8,
}

/// From one question to the next. At 115,200 baud an answer takes a millisecond: a twentieth of the line.
const PAUSE: Duration = Duration::from_millis(20);
/// From one round to the next, where there are few chips. A BM1366 counts a thousand times 2^32 hashes in it.
const ROUND: Duration = Duration::from_secs(10);
/// What is this many times what clock and units make is no count: a damaged reply passes for a right one once in 32 times.
const BEYOND_REASON: f64 = 4.0;
/// What is older than so many rounds says nothing of now.
const ROUNDS: u32 = 3;
/// What registers count in.
const COUNTED: f64 = 4_294_967_296.0;

impl Counters {
    /// Begins anew, with chips that hash from now on.
    pub(super) fn restart(&mut self, model: &ChipModel, chips: u16, now: Instant) {
        let registers: Vec<u8> = match model.counter {
            HashCounter::Unknown => Vec::new(),
            HashCounter::Hashes { all, wrong } => {
                all.iter().chain([&wrong]).map(|register| register.number()).collect()
            }
            HashCounter::Rate { register, .. } => vec![register],
        };
        let counter = Counter { read: vec![None; registers.len()], rates: vec![None; registers.len()] };
        let due = (!registers.is_empty()).then_some(now + PAUSE);
        let (chips, addresses) = (vec![counter; usize::from(chips)], addresses(chips));
        *self = Self { chips, addresses, registers, due, ..Self::default() };
    }

    /// Asks for nothing until it is restarted.
    pub(super) fn pause(&mut self) {
        self.due = None;
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.due
    }

    /// The next question, when it is time for it.
    pub(super) fn question(&mut self, now: Instant) -> Option<Command> {
        self.due.filter(|due| now >= *due)?;
        let (chip, at) = self.next;
        if (chip, at) == (0, 0) {
            self.began = Some(now);
        }
        let is_last_register = at + 1 == self.registers.len();
        let is_last = is_last_register && chip + 1 == self.chips.len();
        self.next = match (is_last, is_last_register) {
            (true, _) => (0, 0),
            (_, true) => (chip + 1, 0),
            _ => (chip, at + 1),
        };
        self.rounds += u32::from(is_last);
        let round = self.began.filter(|_| is_last).map_or(now, |began| began + ROUND);
        self.due = Some(round.max(now + PAUSE));
        self.asked = Some((chip, at));
        let (address, register) = (*self.addresses.get(chip)?, *self.registers.get(at)?);
        Some(Command::Read { chips: Chips::One(address), register })
    }

    /// Takes an answer; `expected` is what clock and units make of one chip. A chip's wrong hashes since the last answer, in units
    /// of 2^32, where it was those that were asked for.
    pub(super) fn answered(
        &mut self,
        model: &ChipModel,
        answer: Answer,
        expected: Hashrate,
        now: Instant,
    ) -> Option<(usize, u32)> {
        let (chip, at) = self.asked?;
        // Early chips leave out who says it, and what.
        let is_bare = model.reply_length == ReplyLength::Seven && (answer.address, answer.register) == (0, 0);
        let is_it = self.addresses.get(chip) == Some(&answer.address) && self.registers[at] == answer.register;
        if !is_it && !is_bare {
            return None;
        }
        self.asked = None;
        let counter = &mut self.chips[chip];
        let (rate, more) = match model.counter {
            HashCounter::Rate { .. } if answer.value >> 31 == 1 => return None,
            HashCounter::Rate { unit, .. } => (f64::from(answer.value) * 2_f64.powi(i32::from(unit)), 0),
            _ => {
                let (before, count) = counter.read[at].replace((now, answer.value))?;
                // One that has gone down began anew.
                let more = answer.value.checked_sub(count)?;
                (f64::from(more) * COUNTED / now.saturating_duration_since(before).as_secs_f64(), more)
            }
        };
        if !rate.is_finite() || rate > expected.per_second() * BEYOND_REASON {
            // Nor is the next one held against it.
            counter.read[at] = None;
            return None;
        }
        counter.rates[at] = Some((now, rate));
        let is_wrong = matches!(model.counter, HashCounter::Hashes { all, .. } if at == all.len());
        is_wrong.then_some((chip, more))
    }

    /// Hashes a second of each chip; `None` of those that have not answered lately.
    pub(super) fn of_chips(&self, model: &ChipModel, now: Instant) -> Vec<Option<Hashrate>> {
        let questions = u32::try_from(self.chips.len() * self.registers.len()).unwrap_or(u32::MAX);
        let limit = ROUND.max(PAUSE.saturating_mul(questions)) * ROUNDS;
        let counting = match model.counter {
            HashCounter::Hashes { all, .. } => all.len(),
            _ => self.registers.len(),
        };
        let is_fresh = |at: Instant| now.saturating_duration_since(at) <= limit;
        let rate = |counter: &Counter| {
            let rates = counter.rates[..counting].iter().map(|rate| rate.filter(|(at, _)| is_fresh(*at)));
            let sum = rates.map(|rate| rate.map(|(_, rate)| rate)).sum::<Option<f64>>().filter(|_| counting > 0)?;
            Hashrate::over(sum, Duration::from_secs(1))
        };
        self.chips.iter().map(rate).collect()
    }

    /// Of all chips together, those that do not answer left out; `None` before each has been asked for a difference.
    pub(super) fn of_all(&self, model: &ChipModel, now: Instant) -> Option<Hashrate> {
        let needed = if matches!(model.counter, HashCounter::Rate { .. }) { 1 } else { 2 };
        if self.rounds < needed {
            return None;
        }
        let rates: Vec<f64> = self.of_chips(model, now).into_iter().flatten().map(Hashrate::per_second).collect();
        (!rates.is_empty()).then(|| Hashrate::over(rates.iter().sum(), Duration::from_secs(1)))?
    }
}
