//! How a search goes: which points, how long each, what is wrong with what was asked for.

use std::time::Duration;

use super::Objective;
use crate::bring_up::RAMP;
use crate::model::{ChipModel, Limits};
use crate::pll::Megahertz;

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

/// Frequencies less apart than a ramp's step, and voltages less apart than this, are not told apart by anything.
const LEAST_MILLIVOLTS: u16 = 5;
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

    pub(super) fn frequencies_within(&self, limits: &Limits) -> Vec<Megahertz> {
        let Span { least, most, step } = self.frequencies;
        // A step that is no number is as good as the smallest.
        let step = step.max(RAMP.0);
        let (least, most) = (least.max(limits.slowest.0), most.min(limits.fastest.0));
        // At most a hundred: the limits lie no further apart.
        let values = (0..100).map(|count| least + f64::from(count) * step);
        values.take_while(|frequency| *frequency <= most).map(Megahertz).collect()
    }
}

impl Span<u16> {
    pub(super) fn within(self, limits: &Limits) -> impl Iterator<Item = u16> {
        let (least, most) = (self.least.max(1), self.most.min(limits.most_millivolts));
        (least..=most).step_by(usize::from(self.step.max(LEAST_MILLIVOLTS)))
    }
}
