//! What chips tell whoever watches a rig.

use std::fmt;

use hashkit_asic_driver::{BoardReading, ChainCounts, ChainRates, Megahertz, OperatingPoint};
use hashkit_chain::Hashrate;

/// What the chips of one port do, at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ChipsReport {
    /// What they run at; `None` before they run, and of a clock that is fixed.
    pub frequency: Option<Megahertz>,
    /// The three hashrates, each under its own name.
    pub rates: ChainRates,
    /// What was counted, chip by chip, since they were opened.
    pub counts: ChainCounts,
    /// What each chip counts itself, by its index; `None` of chips that do not, or have not answered lately.
    pub chip_counters: Vec<Option<Hashrate>>,
    /// What the board's sensors say, where it has some.
    pub board: Option<BoardReading>,
    /// How the search for the best operating point stands, where one was asked for.
    pub tuning: Option<TuningState>,
}

/// How a search for the best operating point stands.
#[derive(Debug, Clone, PartialEq)]
pub enum TuningState {
    /// It begins when the chips run where it starts.
    Waiting,
    /// A point is being measured.
    Searching {
        /// Which.
        at: OperatingPoint,
        /// How many were measured or given up.
        tried: u32,
        /// How many are left at most.
        left: usize,
    },
    /// The chips run at the best point, found now or by an earlier search.
    Tuned(OperatingPoint),
    /// There is none in this run.
    GivenUp {
        /// Why.
        why: String,
    },
}

impl TuningState {
    /// One word for programs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Searching { .. } => "searching",
            Self::Tuned(_) => "tuned",
            Self::GivenUp { .. } => "given-up",
        }
    }
}

impl fmt::Display for TuningState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Waiting => f.write_str("tuning begins when the chips run"),
            Self::Searching { at, tried, left } => {
                write!(f, "tuning: {at} is measured, {tried} points were, {left} are left at most")
            }
            Self::Tuned(at) => write!(f, "tuned to {at}"),
            Self::GivenUp { why } => write!(f, "not tuned: {why}"),
        }
    }
}
