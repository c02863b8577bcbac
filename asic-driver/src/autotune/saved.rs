//! What a search has found, kept for the next start.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::measurement::STANDARD_ERRORS;
use super::{Objective, OperatingPoint};
use crate::model::ChipModel;

/// The best point of a search, and how good it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tuned {
    /// The chips: [`ChipModel::name`].
    pub model: String,
    /// What was to be best.
    pub objective: Objective,
    /// What they run at.
    pub point: OperatingPoint,
    /// Right hashes a second.
    pub hashes_per_second: f64,
    /// Their standard error, as a part of them.
    pub error: f64,
    /// The part of its nonces that was wrong.
    pub wrong: f64,
    /// What the board took on average, where it measures that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watts: Option<f64>,
    /// The standard error of that mean, as a part of it.
    #[serde(default)]
    pub watts_error: f64,
    /// Whether every point was tried; not so where the search was interrupted.
    pub is_complete: bool,
}

/// What was found for each board, by its serial number.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tunings(BTreeMap<String, Tuned>);

/// What was saved cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SavedError {
    /// Other chips were tuned.
    #[error("what was saved for board {serial} is of {saved}, not {model}: tune it again")]
    OtherModel {
        /// The board.
        serial: String,
        /// The chips that were tuned.
        saved: String,
        /// The chips that it has.
        model: &'static str,
    },
    /// No such chip may run so.
    #[error("what was saved for board {serial} lies beyond the limits of a {model}: remove it, then tune again")]
    BeyondLimits {
        /// The board.
        serial: String,
        /// Its chips.
        model: &'static str,
    },
}

impl Tuned {
    /// Energy for 10^12 hashes, in joules; `None` where no power was measured, or no hash.
    #[must_use]
    pub fn joules_per_terahash(&self) -> Option<f64> {
        self.watts.filter(|_| self.hashes_per_second > 0.0).map(|watts| watts / (self.hashes_per_second / 1e12))
    }

    /// Whether it is better by more than the error of both.
    pub(super) fn is_better_than(&self, other: &Self) -> bool {
        let [(own, own_error), (value, error)] = [self, other].map(Self::value_and_error);
        own - value > STANDARD_ERRORS * own_error.hypot(error)
    }

    /// What is to be as great as possible, and its standard error.
    fn value_and_error(&self) -> (f64, f64) {
        match (self.objective, self.watts) {
            (Objective::Hashrate, _) => (self.hashes_per_second, self.hashes_per_second * self.error),
            (Objective::Efficiency, Some(watts)) => {
                let a_joule = self.hashes_per_second / watts;
                (a_joule, a_joule * self.error.hypot(self.watts_error))
            }
            (Objective::Efficiency, None) => (0.0, 0.0),
        }
    }
}

impl Tunings {
    /// Keeps what was found for the board of this serial number, instead of what was before.
    pub fn keep(&mut self, serial: &str, tuned: Tuned) {
        self.0.insert(serial.to_owned(), tuned);
    }

    /// What was found for the board of this serial number, whatever it is.
    #[must_use]
    pub fn get(&self, serial: &str) -> Option<&Tuned> {
        self.0.get(serial)
    }

    /// What the board of this serial number is to run at; `None` of one that was never tuned.
    ///
    /// # Errors
    /// [`SavedError`] when its chips are others than those that were tuned, or may not run so: files can be edited.
    pub fn of(&self, serial: &str, model: &'static ChipModel) -> Result<Option<OperatingPoint>, SavedError> {
        let Some(Tuned { model: saved, point, .. }) = self.get(serial) else { return Ok(None) };
        let serial = serial.to_owned();
        if *saved != model.name {
            return Err(SavedError::OtherModel { serial, saved: saved.clone(), model: model.name });
        }
        if !point.is_within(&model.limits) {
            return Err(SavedError::BeyondLimits { serial, model: model.name });
        }
        Ok(Some(*point))
    }
}
