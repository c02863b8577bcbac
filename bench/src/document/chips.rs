//! What chips on a serial line were seen to do while they were measured.

use serde::{Deserialize, Serialize};

use crate::distribution::poisson_tails;

/// Sound chips are further from what their clock makes only once in a million cases.
const LEAST_PROBABILITY: f64 = 1e-6;
/// Normal deviations on each side of a mean that 95 % lie within.
const DEVIATIONS_95: f64 = 1.96;

/// What the chips of a line did in all measured windows. Each nonce was hashed again before it was counted as right.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Chips {
    /// Hashes a second by clock and hash units; absent where a program acts as the chips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_rate: Option<f64>,
    /// How many nonces that makes; absent as above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonces_expected: Option<f64>,
    /// Frames with a wrong checksum.
    pub bad_frames: u64,
    /// How often the line lost step and found it again.
    pub resyncs: u64,
    /// Nonces for jobs that were never sent.
    pub unknown_jobs: u64,
    /// How often the chips had to be started again.
    pub starts: u64,
    /// Chip by chip, in the order of the line.
    pub each: Vec<Chip>,
}

/// What one chip did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chip {
    /// Right nonces.
    pub nonces: u64,
    /// Nonces whose hash is not what the chip claims.
    pub wrong: u64,
    /// Right nonces that had come before.
    pub duplicates: u64,
    /// Right nonces of a job before the newest.
    pub late: u64,
}

impl Chips {
    /// All chips together.
    #[must_use]
    pub fn total(&self) -> Chip {
        self.each.iter().fold(Chip::default(), |sum, one| sum.plus(*one))
    }

    /// The part of all nonces that was wrong; `None` without any.
    #[must_use]
    pub fn wrong_part(&self) -> Option<f64> {
        let total = self.total();
        let all = total.nonces + total.wrong;
        (all > 0).then(|| total.wrong as f64 / all as f64)
    }

    /// Half the width of the rate's 95 % interval by the number of nonces alone, as a part of it; `None` without any.
    #[must_use]
    pub fn half_width(&self) -> Option<f64> {
        let nonces = self.total().nonces;
        (nonces > 0).then(|| DEVIATIONS_95 / (nonces as f64).sqrt())
    }

    /// Whether no luck explains how far the nonces are from what clock and hash units make.
    #[must_use]
    pub fn is_off_clock(&self) -> bool {
        self.nonces_expected.is_some_and(|expected| {
            let (at_most, at_least) = poisson_tails(self.total().nonces, expected);
            at_most.min(at_least) < LEAST_PROBABILITY
        })
    }

    /// What of this was counted after `before`, in a window in which so many hashes were counted.
    pub(crate) fn since(&self, before: &Self, seconds: f64, hashes: u64) -> Self {
        // Chips that lost power in between count from zero.
        let each = self.each.iter().enumerate().map(|(at, chip)| chip.minus(before.each.get(at).copied()));
        let counted = Self {
            expected_rate: self.expected_rate,
            nonces_expected: None,
            bad_frames: self.bad_frames.saturating_sub(before.bad_frames),
            resyncs: self.resyncs.saturating_sub(before.resyncs),
            unknown_jobs: self.unknown_jobs.saturating_sub(before.unknown_jobs),
            starts: self.starts.saturating_sub(before.starts),
            each: each.collect(),
        };
        let nonces = counted.total().nonces as f64;
        let expected = self.expected_rate.map(|rate| rate * seconds * nonces / hashes as f64);
        Self { nonces_expected: expected.filter(|expected| expected.is_finite()), ..counted }
    }

    /// Adds a further window.
    pub(crate) fn add(&mut self, window: &Self) {
        self.expected_rate = window.expected_rate.or(self.expected_rate);
        self.nonces_expected = match (self.nonces_expected, window.nonces_expected) {
            (Some(sum), Some(more)) => Some(sum + more),
            (sum, more) => sum.or(more),
        };
        self.bad_frames += window.bad_frames;
        self.resyncs += window.resyncs;
        self.unknown_jobs += window.unknown_jobs;
        self.starts += window.starts;
        self.each.resize(self.each.len().max(window.each.len()), Chip::default());
        for (chip, more) in self.each.iter_mut().zip(&window.each) {
            *chip = chip.plus(*more);
        }
    }
}

impl Chip {
    fn plus(self, other: Self) -> Self {
        Self {
            nonces: self.nonces + other.nonces,
            wrong: self.wrong + other.wrong,
            duplicates: self.duplicates + other.duplicates,
            late: self.late + other.late,
        }
    }

    fn minus(self, before: Option<Self>) -> Self {
        let before = before.unwrap_or_default();
        Self {
            nonces: self.nonces.saturating_sub(before.nonces),
            wrong: self.wrong.saturating_sub(before.wrong),
            duplicates: self.duplicates.saturating_sub(before.duplicates),
            late: self.late.saturating_sub(before.late),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(expected_rate: Option<f64>, nonces: &[u64]) -> Chips {
        let each =
            nonces.iter().map(|nonces| Chip { nonces: *nonces, wrong: *nonces / 10, ..Chip::default() }).collect();
        Chips { expected_rate, each, ..Chips::default() }
    }

    #[test]
    fn windows_are_counted_apart_and_added_up_chip_by_chip() {
        let (first, second) = (of(None, &[100, 50]), of(None, &[160, 80]));
        let mut sum = Chips::default();
        sum.add(&second.since(&first, 1.0, 1));
        sum.add(&second.since(&first, 1.0, 1));
        assert_eq!(sum.each.iter().map(|chip| (chip.nonces, chip.wrong)).collect::<Vec<_>>(), [(120, 12), (60, 6)]);
        assert_eq!((sum.wrong_part(), sum.nonces_expected), (Some(18.0 / 198.0), None));
        assert!(sum.half_width().is_some_and(|width| (width - 1.96 / 180_f64.sqrt()).abs() < 1e-12));
        assert_eq!(Chips::default().half_width(), None);
    }

    #[test]
    fn chips_that_find_less_or_more_than_their_clock_makes_are_told_from_bad_luck() {
        // Each nonce stands for 1000 hashes, of which the clock makes 100,000 a second.
        for (case, nonces, is_off) in [
            ("as many as expected", 1000, false),
            ("bad luck", 900, false),
            ("a core in four is dead", 750, true),
            ("more than the clock can", 1300, true),
        ] {
            let seen = of(Some(100_000.0), &[nonces]).since(&of(None, &[0]), 10.0, 1000 * nonces);
            assert!(seen.nonces_expected.is_some_and(|expected| (expected - 1000.0).abs() < 1e-6), "{seen:?}");
            assert_eq!(seen.is_off_clock(), is_off, "{case}");
        }
    }
}
