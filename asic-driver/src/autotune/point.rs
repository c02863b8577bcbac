//! What a board runs at, and by what one point is better than another.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::Limits;
use crate::pll::Megahertz;

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

/// `525 MHz at 1150 mV`.
impl fmt::Display for OperatingPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.frequency)?;
        self.millivolts.map_or(Ok(()), |millivolts| write!(f, " at {millivolts} mV"))
    }
}

impl OperatingPoint {
    /// Whether a model may run so.
    pub(super) fn is_within(&self, limits: &Limits) -> bool {
        (limits.slowest..=limits.fastest).contains(&self.frequency)
            && self.millivolts.is_none_or(|millivolts| (1..=limits.most_millivolts).contains(&millivolts))
    }
}
