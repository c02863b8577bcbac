//! Finds the clock, and the core voltage where a board can set it, at which chips hash most or take the least energy a hash.

mod measurement;
mod point;
mod saved;
mod settings;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hashkit_chain::Hashrate;

use crate::bring_up::{RAMP, RAMP_PAUSE};
use crate::model::{ChipModel, Limits};
use crate::pll::Megahertz;

use measurement::{Power, upper_limit};

pub use measurement::TuneReading;
pub use point::{Objective, OperatingPoint};
pub use saved::{SavedError, Tuned, Tunings};
pub use settings::{Span, TuneError, TuneSettings};

/// A search for the best operating point, without I/O or clock. It measures where the chips run already, then one point after the
/// other: the frequencies upwards at each voltage, until too much comes out wrong. The best so far stays unless another is better
/// by more than the error of both measurements.
///
/// The caller carries out what [`Autotune::poll_action`] gives, in its order, calls [`Autotune::read`] about once a second, tells
/// of faults, and is done when [`Autotune::outcome`] gives something and there are no more actions.
#[derive(Debug)]
pub struct Autotune {
    model: &'static ChipModel,
    settings: TuneSettings,
    /// Where the chips ran before, and where a fault brings them back to.
    start: OperatingPoint,
    /// What is still to be measured; those of one voltage stand together, the slowest first.
    candidates: VecDeque<OperatingPoint>,
    /// What is being measured.
    at: OperatingPoint,
    /// What the caller has been told to set so far.
    told: OperatingPoint,
    phase: Phase,
    best: Option<Tuned>,
    points: u32,
    /// What is to be done, none before its time.
    actions: VecDeque<(Instant, TuneAction)>,
    outcome: Option<TuneOutcome>,
}

/// What to do with the chips next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TuneAction {
    /// Set the core voltage of a chip, in millivolts.
    Voltage(u16),
    /// Bring the clock there: [`crate::Driver::set_frequency`].
    Frequency(Megahertz),
}

/// How a search has ended.
#[derive(Debug, Clone, PartialEq)]
pub enum TuneOutcome {
    /// The chips run at the best point; worth keeping.
    Tuned(Tuned),
    /// The chips run as they did before.
    Reverted {
        /// Why.
        reason: String,
    },
}

#[derive(Debug)]
enum Phase {
    /// The point has been set; what comes now does not count.
    Settling {
        until: Instant,
        first: Option<TuneReading>,
    },
    Measuring(Measurement),
    Over,
}

#[derive(Debug)]
struct Measurement {
    since: Instant,
    first: TuneReading,
    power: Power,
}

/// Shorter measurements say nothing about power.
const SHORTEST: Duration = Duration::from_secs(5);
impl Autotune {
    /// A search from where the chips run.
    ///
    /// # Errors
    /// [`TuneError`] when the chips run beyond the model's limits, or nothing of what is asked for lies within them.
    pub fn new(
        model: &'static ChipModel,
        settings: TuneSettings,
        start: OperatingPoint,
        now: Instant,
    ) -> Result<Self, TuneError> {
        if !start.is_within(&model.limits) {
            let (megahertz, millivolts) = (start.frequency.0, start.millivolts.unwrap_or(0));
            return Err(TuneError::Start { model: model.name, megahertz, millivolts });
        }
        let frequencies = settings.frequencies_within(&model.limits);
        if frequencies.is_empty() {
            let (Span { least, most, .. }, Limits { slowest, fastest, .. }) = (settings.frequencies, model.limits);
            return Err(TuneError::Frequencies { model: model.name, least, most, slowest, fastest });
        }
        let voltages = match settings.millivolts {
            // The board keeps the one it has.
            None => vec![start.millivolts],
            Some(_) if start.millivolts.is_none() => return Err(TuneError::VoltageUnknown),
            Some(span) => span.within(&model.limits).map(Some).collect(),
        };
        if let (Some(Span { least, most, .. }), true) = (settings.millivolts, voltages.is_empty()) {
            return Err(TuneError::Voltages { model: model.name, least, most, limit: model.limits.most_millivolts });
        }
        let points = voltages.into_iter().flat_map(|millivolts| {
            frequencies.iter().map(move |frequency| OperatingPoint { frequency: *frequency, millivolts })
        });
        Ok(Self {
            model,
            settings,
            start,
            candidates: points.filter(|point| *point != start).collect(),
            at: start,
            told: start,
            phase: Phase::Settling { until: now + settings.settle, first: None },
            best: None,
            points: 0,
            actions: VecDeque::new(),
            outcome: None,
        })
    }

    /// The next thing to do with the chips, once it is time for it.
    pub fn poll_action(&mut self, now: Instant) -> Option<TuneAction> {
        let (_, action) = self.actions.pop_front_if(|(at, _)| *at <= now)?;
        match action {
            TuneAction::Frequency(frequency) => self.told.frequency = frequency,
            TuneAction::Voltage(millivolts) => self.told.millivolts = Some(millivolts),
        }
        Some(action)
    }

    /// When there is something to do again, whatever is read.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.actions.front().map(|(at, _)| *at)
    }

    /// How it has ended, once it has.
    #[must_use]
    pub fn outcome(&self) -> Option<&TuneOutcome> {
        self.outcome.as_ref()
    }

    /// What is being measured, or where the search has ended.
    #[must_use]
    pub fn at(&self) -> OperatingPoint {
        self.at
    }

    /// How many points have been measured or given up, and how many are left at most.
    #[must_use]
    pub fn progress(&self) -> (u32, usize) {
        (self.points, self.candidates.len() + usize::from(self.outcome.is_none()))
    }

    /// Takes what driver and board say now.
    pub fn read(&mut self, reading: &TuneReading, now: Instant) {
        if matches!(self.phase, Phase::Over) {
            return;
        }
        let watts = reading.watts.filter(|watts| watts.is_finite() && *watts > 0.0);
        if self.settings.objective == Objective::Efficiency && watts.is_none() {
            return self.fault("the board does not tell its power", now);
        }
        match &mut self.phase {
            Phase::Settling { until, first } => {
                let first = *first.get_or_insert(*reading);
                if first.is_hopeless(reading, 0.25) {
                    self.give_up(now);
                } else if now >= *until {
                    let power = Power::default();
                    self.phase = Phase::Measuring(Measurement { since: now, first: *reading, power });
                }
            }
            Phase::Measuring(measurement) => {
                if let Some(watts) = watts {
                    measurement.power.add(watts);
                }
                let Measurement { since, first, .. } = *measurement;
                let elapsed = now.saturating_duration_since(since);
                let nonces = reading.nonces.saturating_sub(first.nonces) as f64;
                let is_known = elapsed >= SHORTEST && nonces * self.settings.error.powi(2) >= 1.0;
                if first.is_hopeless(reading, 2.0 * self.settings.most_wrong) {
                    self.give_up(now);
                } else if is_known || elapsed >= self.settings.measure {
                    self.measured(reading, elapsed, now);
                }
            }
            Phase::Over => {}
        }
    }

    /// Something is wrong with chips or board, whatever it is, a chain that had to be started again too: the chips are brought back to where they ran before, and the
    /// search ends.
    pub fn fault(&mut self, what: &str, now: Instant) {
        if !matches!(self.phase, Phase::Over) {
            self.go_to(self.start, now);
            self.end(TuneOutcome::Reverted { reason: what.to_owned() });
        }
    }

    /// Ends the search where the best point so far is, or where the chips ran before while there is none.
    pub fn interrupt(&mut self, now: Instant) {
        match self.best.take() {
            _ if matches!(self.phase, Phase::Over) => {}
            Some(best) => self.settle_on(Tuned { is_complete: false, ..best }, now),
            None => self.fault("the search was interrupted before anything had been measured", now),
        }
    }

    /// The point that is being measured is no good, nor is any with a higher clock at its voltage.
    fn give_up(&mut self, now: Instant) {
        self.points += 1;
        let OperatingPoint { frequency, millivolts } = self.at;
        self.candidates.retain(|point| point.millivolts != millivolts || point.frequency < frequency);
        self.go_on(now);
    }

    fn measured(&mut self, reading: &TuneReading, elapsed: Duration, now: Instant) {
        let Phase::Measuring(Measurement { first, power, .. }) = &self.phase else { return };
        let (nonces, wrong) = (reading.nonces.saturating_sub(first.nonces), reading.wrong.saturating_sub(first.wrong));
        let all = (nonces + wrong) as f64;
        let measured = Tuned {
            model: self.model.name.to_owned(),
            objective: self.settings.objective,
            point: self.at,
            hashes_per_second: Hashrate::over((reading.hashes - first.hashes).max(0.0), elapsed)
                .map_or(0.0, Hashrate::per_second),
            error: 1.0 / (nonces.max(1) as f64).sqrt(),
            wrong: wrong as f64 / all.max(1.0),
            watts: power.mean(),
            watts_error: power.error(),
            is_complete: true,
        };
        if upper_limit(wrong as f64, all) > self.settings.most_wrong {
            // Were there too many, or too few nonces to show it? Only the former says something about higher clocks.
            return if measured.wrong > self.settings.most_wrong { self.give_up(now) } else { self.pass_over(now) };
        }
        if self.best.as_ref().is_none_or(|best| measured.is_better_than(best)) {
            self.best = Some(measured);
        }
        self.pass_over(now);
    }

    fn pass_over(&mut self, now: Instant) {
        self.points += 1;
        self.go_on(now);
    }

    /// To the next point, or to the best one when there is none.
    fn go_on(&mut self, now: Instant) {
        let Some(next) = self.candidates.pop_front() else {
            return match self.best.take() {
                Some(best) => self.settle_on(best, now),
                None => self.fault("no point was shown to have few enough wrong nonces", now),
            };
        };
        let until = self.go_to(next, now) + self.settings.settle;
        self.phase = Phase::Settling { until, first: None };
    }

    fn settle_on(&mut self, best: Tuned, now: Instant) {
        self.go_to(best.point, now);
        self.end(TuneOutcome::Tuned(best));
    }

    fn end(&mut self, outcome: TuneOutcome) {
        self.phase = Phase::Over;
        self.candidates.clear();
        self.outcome = Some(outcome);
    }

    /// Chips that are to be faster get the voltage for it first; all others keep theirs until the clock is where it should be.
    /// When the chips run there.
    fn go_to(&mut self, point: OperatingPoint, now: Instant) -> Instant {
        let (from, to) = (self.told.frequency, point.frequency);
        let ramped = now + RAMP_PAUSE.mul_f64(((to.0 - from.0).abs() / RAMP.0).ceil());
        let is_voltage_first = to > from && point.millivolts > self.told.millivolts;
        let voltage = point.millivolts.filter(|_| point.millivolts != self.told.millivolts).map(TuneAction::Voltage);
        let frequency = (to != from).then_some((now, TuneAction::Frequency(to)));
        let voltage = voltage.map(|action| (if is_voltage_first { now } else { ramped }, action));
        let both = if is_voltage_first { [voltage, frequency] } else { [frequency, voltage] };
        // What has not been done by now is not done any more.
        self.actions = both.into_iter().flatten().collect();
        self.at = point;
        ramped
    }
}

#[cfg(test)]
mod tests;
