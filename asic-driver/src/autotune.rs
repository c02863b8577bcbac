//! Finds the clock, and the core voltage where a board can set it, at which chips hash most or take the least energy a hash.

mod saved;

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use hashkit_chain::Hashrate;
use serde::{Deserialize, Serialize};

use crate::bring_up::{RAMP, RAMP_PAUSE};
use crate::model::{ChipModel, Limits};
use crate::pll::Megahertz;

pub use saved::{SavedError, Tuned, Tunings};

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

/// What a board runs at.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperatingPoint {
    /// The chips' clock.
    #[serde(rename = "megahertz")]
    pub frequency: Megahertz,
    /// The core voltage of one chip, where the board can set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub millivolts: Option<u16>,
}

/// What is to be best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Objective {
    /// The most right hashes a second.
    Hashrate,
    /// The least energy a hash, by the power that the board measures.
    Efficiency,
}

/// How a search goes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TuneSettings {
    /// What is to be best.
    pub objective: Objective,
    /// The frequencies: at least a step of 6.25 MHz apart, and never beyond the model's limits.
    pub frequencies: Span<f64>,
    /// The core voltages in millivolts, at least 5 apart, of boards that can set them.
    pub millivolts: Option<Span<u16>>,
    /// How long a point is left alone before it counts: temperature and regulator have to follow.
    pub settle: Duration,
    /// The longest that a point is measured.
    pub measure: Duration,
    /// A point is not measured on once its hashrate is known to this part of it, as a standard error.
    pub error: f64,
    /// Of all nonces, the part that may be wrong. A point counts when it has been shown to have fewer.
    pub most_wrong: f64,
}

/// Values from one to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span<T> {
    /// The first.
    pub least: T,
    /// None beyond it.
    pub most: T,
    /// How far apart they are.
    pub step: T,
}

/// What to do with the chips next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TuneAction {
    /// Set the core voltage of a chip, in millivolts.
    Voltage(u16),
    /// Bring the clock there: [`crate::Driver::set_frequency`].
    Frequency(Megahertz),
}

/// What driver and board say at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TuneReading {
    /// Right nonces, from any beginning on.
    pub nonces: u64,
    /// Wrong ones.
    pub wrong: u64,
    /// Hashes that the right ones stand for, from the same beginning on: the sum of [`crate::ChainNonce::hashes`].
    pub hashes: f64,
    /// What the board takes at this moment, where it measures that.
    pub watts: Option<f64>,
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

/// Why a search cannot begin.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TuneError {
    /// There is no frequency to try.
    #[error(
        "no frequency from {least} to {most} MHz is one that a {model} may run at: name some from {slowest} to {fastest}"
    )]
    Frequencies {
        /// The chips.
        model: &'static str,
        /// As asked for, in MHz.
        least: f64,
        /// See `least`.
        most: f64,
        /// The model's own limits.
        slowest: Megahertz,
        /// See `slowest`.
        fastest: Megahertz,
    },
    /// There is no voltage to try.
    #[error(
        "no core voltage from {least} to {most} mV is one that a {model} may have: name some up to {limit}, or leave them out"
    )]
    Voltages {
        /// The chips.
        model: &'static str,
        /// As asked for, in millivolts.
        least: u16,
        /// See `least`.
        most: u16,
        /// The model's own limit; 0 where no voltage is known to be right.
        limit: u16,
    },
    /// Nobody knows which voltage to come back to.
    #[error("the board does not tell its core voltage, so a search could not come back to it: leave the voltages out")]
    VoltageUnknown,
    /// The board runs where it must not.
    #[error(
        "the chips run at {megahertz} MHz and {millivolts} mV, beyond the limits of a {model}: set them lower, then tune"
    )]
    Start {
        /// The chips.
        model: &'static str,
        /// What they run at.
        megahertz: f64,
        /// See `megahertz`; 0 where the board cannot tell.
        millivolts: u16,
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

/// Readings of power: their mean, and how far they lie apart.
#[derive(Debug, Default, Clone, Copy)]
struct Power {
    count: f64,
    mean: f64,
    squares: f64,
}

/// A point is better only when it is by more than this many standard errors of the difference: of a hundred points that are as
/// good as the best one, about none is taken for better.
const STANDARD_ERRORS: f64 = 3.0;
/// Frequencies less apart than a ramp's step, and voltages less apart than this, are not told apart by anything.
const LEAST_MILLIVOLTS: u16 = 5;
/// Shorter measurements say nothing about power.
const SHORTEST: Duration = Duration::from_secs(5);
/// So many wrong nonces, and twice the part that is allowed, and a point is given up at once.
const HOPELESS: u64 = 8;

impl TuneSettings {
    /// The frequencies of a model from half the makers' own up to its limit, by 25 MHz; at the voltage that is set.
    #[must_use]
    pub fn of(model: &ChipModel, objective: Objective) -> Self {
        let least = (model.typical.0 / 2.0 / RAMP.0).floor() * RAMP.0;
        Self {
            objective,
            frequencies: Span { least, most: model.limits.fastest.0, step: 25.0 },
            millivolts: None,
            settle: Duration::from_secs(30),
            measure: Duration::from_mins(3),
            error: 0.01,
            most_wrong: 0.02,
        }
    }

    /// With voltages too: from an eighth below the makers' own up to the limit, by 50 mV. None of a model without any.
    #[must_use]
    pub fn with_voltages(self, model: &ChipModel) -> Self {
        let Limits { most_millivolts, typical_millivolts, .. } = model.limits;
        let span = Span { least: typical_millivolts / 8 * 7, most: most_millivolts, step: 50 };
        Self { millivolts: (most_millivolts > 0).then_some(span), ..self }
    }

    fn frequencies_within(&self, limits: &Limits) -> Vec<Megahertz> {
        let Span { least, most, step } = self.frequencies;
        // A step that is no number is as good as the smallest.
        let step = step.max(RAMP.0);
        let (least, most) = (least.max(limits.slowest.0), most.min(limits.fastest.0));
        // At most a hundred: the limits lie no further apart.
        let values = (0..100).map(|count| least + f64::from(count) * step);
        values.take_while(|frequency| *frequency <= most).map(Megahertz).collect()
    }
}

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

/// `525 MHz at 1150 mV`.
impl fmt::Display for OperatingPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.frequency)?;
        self.millivolts.map_or(Ok(()), |millivolts| write!(f, " at {millivolts} mV"))
    }
}

impl OperatingPoint {
    /// Whether a model may run so.
    fn is_within(&self, limits: &Limits) -> bool {
        (limits.slowest..=limits.fastest).contains(&self.frequency)
            && self.millivolts.is_none_or(|millivolts| (1..=limits.most_millivolts).contains(&millivolts))
    }
}

impl Span<u16> {
    fn within(self, limits: &Limits) -> impl Iterator<Item = u16> {
        let (least, most) = (self.least.max(1), self.most.min(limits.most_millivolts));
        (least..=most).step_by(usize::from(self.step.max(LEAST_MILLIVOLTS)))
    }
}

impl TuneReading {
    /// Whether far more than `part` of the nonces since are wrong.
    fn is_hopeless(&self, now: &Self, part: f64) -> bool {
        let wrong = now.wrong.saturating_sub(self.wrong);
        let all = wrong + now.nonces.saturating_sub(self.nonces);
        wrong >= HOPELESS && wrong as f64 > part * all as f64
    }
}

impl Power {
    /// Welford's way, which loses nothing to rounding.
    fn add(&mut self, watts: f64) {
        self.count += 1.0;
        let before = watts - self.mean;
        self.mean += before / self.count;
        self.squares += before * (watts - self.mean);
    }

    fn mean(self) -> Option<f64> {
        (self.count > 0.0).then_some(self.mean)
    }

    /// The relative standard error of the mean.
    fn error(self) -> f64 {
        if self.count < 2.0 { 0.0 } else { (self.squares / (self.count - 1.0) / self.count).sqrt() / self.mean }
    }
}

/// The upper end of Wilson's interval for a part of which `some` of `all` were seen.
fn upper_limit(some: f64, all: f64) -> f64 {
    if all == 0.0 {
        return 1.0;
    }
    let (part, squared) = (some / all, STANDARD_ERRORS.powi(2));
    let middle = part + squared / (2.0 * all);
    let half = STANDARD_ERRORS * (part * (1.0 - part) / all + squared / (4.0 * all * all)).sqrt();
    (middle + half) / (1.0 + squared / all)
}

#[cfg(test)]
mod tests;
