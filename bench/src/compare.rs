//! Two results, case by case: faster, slower, no difference shown, or not comparable. Nobody is accused by noise.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::distribution::{student_quantile, student_two_sided};
use crate::document::{Case, Document, Flag};
use crate::statistics::Sample;

/// With fewer repetitions on either side than this, every way to deal them out again is counted instead of trusting a distribution.
const FEW: usize = 8;

/// When a difference is one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The least change of the rate that matters, as a part of it.
    pub threshold: f64,
    /// How often a difference may be claimed where there is none.
    pub alpha: f64,
    /// Whether results of different machines are compared too.
    pub across_machines: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { threshold: 0.02, alpha: 0.01, across_machines: false }
    }
}

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Surely faster, by more than the threshold.
    Faster,
    /// Surely slower, by more than the threshold.
    Slower,
    /// Neither is shown.
    NoDifferenceShown,
    /// The two cannot be compared.
    NotComparable,
}

impl Verdict {
    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::NoDifferenceShown => "no difference shown",
            Self::NotComparable => "not comparable",
        }
    }
}

/// A case in both results.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// The case.
    pub id: String,
    /// What became of it.
    pub verdict: Verdict,
    /// The mean rate before, in hashes a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<f64>,
    /// And after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<f64>,
    /// The change in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_pct: Option<f64>,
    /// Between these it lies, with a confidence of 1 - alpha.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_interval_pct: Option<[f64; 2]>,
    /// How likely so great a difference is where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// Joules for as many hashes, after to before, in percent, where the same source and boundary told both.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub energy_change_pct: Option<f64>,
    /// Why they cannot be compared, or what a reader has to know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Two results beside each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// What holds for all cases: the machines differ, say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The cases, in the order of the first result, those of the second alone last.
    pub cases: Vec<Compared>,
}

impl Comparison {
    /// Whether any case got slower.
    #[must_use]
    pub fn is_regression(&self) -> bool {
        self.has(Verdict::Slower)
    }

    /// Whether no case could be compared.
    #[must_use]
    pub fn is_of_nothing(&self) -> bool {
        self.cases.iter().all(|case| case.verdict == Verdict::NotComparable)
    }

    fn has(&self, verdict: Verdict) -> bool {
        self.cases.iter().any(|case| case.verdict == verdict)
    }
}

/// So many of the newest results are the past that a new one is compared with.
const PAST: usize = 5;

/// One result for the newest five of these: of each case the one whose mean rate is the median. Where some are of the same machine
/// and system as `after`, the others do not count. `None` of none.
#[must_use]
pub fn median_of_past(past: &[Document], after: &Document) -> Option<Document> {
    let is_same = |document: &&Document| document.host.fingerprint == after.host.fingerprint;
    let mut past: Vec<&Document> = if past.iter().any(|document| is_same(&document)) {
        past.iter().filter(is_same).collect()
    } else {
        past.iter().collect()
    };
    past.sort_by(|a, b| a.created.cmp(&b.created));
    let newest = *past.last()?;
    let past = &past[past.len().saturating_sub(PAST)..];
    let mut ids: Vec<&str> = Vec::new();
    for case in past.iter().rev().flat_map(|document| &document.cases) {
        if !ids.contains(&case.id.as_str()) {
            ids.push(&case.id);
        }
    }
    let median = |id: &str| {
        let all = || past.iter().rev().flat_map(|document| &document.cases).filter(|case| case.id == id);
        let mut rated: Vec<(&Case, f64)> =
            all().filter_map(|case| Some((case, case.summary.as_ref()?.rate_mean))).collect();
        rated.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        rated.get(rated.len().saturating_sub(1) / 2).map(|(case, _)| *case).or_else(|| all().next()).cloned()
    };
    Some(Document { cases: ids.into_iter().filter_map(median).collect(), integrity: None, ..newest.clone() })
}

/// Compares each case of `before` with the one of the same id in `after`.
#[must_use]
pub fn compare(before: &Document, after: &Document, limits: Limits) -> Comparison {
    let difference = difference_of_machines(before, after);
    let refusal = difference.clone().filter(|_| !limits.across_machines);
    let ids: BTreeSet<&str> = after.cases.iter().map(|case| case.id.as_str()).collect();
    let mut cases: Vec<Compared> = before
        .cases
        .iter()
        .map(|case| match (&refusal, after.cases.iter().find(|other| other.id == case.id)) {
            (_, None) => not_comparable(&case.id, "it is missing in the second result"),
            (Some(why), Some(_)) => not_comparable(&case.id, why),
            (None, Some(other)) => of_case(case, other, limits),
        })
        .collect();
    let known: BTreeSet<&str> = before.cases.iter().map(|case| case.id.as_str()).collect();
    cases.extend(ids.difference(&known).map(|id| not_comparable(id, "it is missing in the first result")));
    Comparison { note: difference, cases }
}

fn difference_of_machines(before: &Document, after: &Document) -> Option<String> {
    let (a, b) = (&before.host, &after.host);
    if a.fingerprint == b.fingerprint {
        return None;
    }
    let what = if a.hardware == b.hardware { "the system or its settings" } else { "the hardware" };
    let why = format!("{what} of the two results differ");
    Some(if before.tool.profile == after.tool.profile { why } else { format!("{why}, and how hashkit was built") })
}

fn not_comparable(id: &str, why: &str) -> Compared {
    Compared {
        id: id.to_owned(),
        verdict: Verdict::NotComparable,
        before: None,
        after: None,
        change_pct: None,
        change_interval_pct: None,
        p: None,
        energy_change_pct: None,
        note: Some(why.to_owned()),
    }
}

fn of_case(before: &Case, after: &Case, limits: Limits) -> Compared {
    if before.settings != after.settings {
        return not_comparable(&before.id, "it ran with other settings");
    }
    for (case, which) in [(before, "first"), (after, "second")] {
        if case.summary.is_none() {
            let why = case.failure.as_deref().unwrap_or("it has no rate");
            return not_comparable(&before.id, &format!("in the {which} result: {why}"));
        }
    }
    // Repetitions were added until the interval was small enough, which makes some look surer than they are.
    let is_noisy = before.has(Flag::Noisy) || after.has(Flag::Noisy);
    let alpha = if is_noisy { limits.alpha / 10.0 } else { limits.alpha };
    let rates = |case: &Case| case.counted().map(|repetition| repetition.rate).collect::<Vec<_>>();
    let (old, new) = (rates(before), rates(after));
    let Some(test) = Test::of(&old, &new, alpha) else {
        return not_comparable(&before.id, "one repetition says nothing about the next: it takes at least two of each");
    };
    let change = test.difference / test.before;
    let is_shown = test.p < alpha && change.abs() > limits.threshold;
    Compared {
        id: before.id.clone(),
        verdict: match is_shown {
            true if change > 0.0 => Verdict::Faster,
            true => Verdict::Slower,
            false => Verdict::NoDifferenceShown,
        },
        before: Some(test.before),
        after: Some(test.before + test.difference),
        change_pct: Some(100.0 * change),
        change_interval_pct: Some([-1.0, 1.0].map(|side| 100.0 * (change + side * test.half_width / test.before))),
        p: Some(test.p),
        energy_change_pct: energy_change(before, after),
        note: note(before, after),
    }
}

/// Flags that make a comparison less sure.
fn note(before: &Case, after: &Case) -> Option<String> {
    let weak =
        [Flag::Throttled, Flag::Drift, Flag::NotSteady, Flag::Busy, Flag::Noisy, Flag::Interrupted, Flag::Simulated];
    let names: Vec<&str> =
        weak.into_iter().filter(|flag| before.has(*flag) || after.has(*flag)).map(Flag::name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn energy_change(before: &Case, after: &Case) -> Option<f64> {
    let (old, new) = (before.summary.as_ref()?, after.summary.as_ref()?);
    let first = old.efficiency.first()?;
    let same = |one: &&crate::document::Efficiency| (&one.source, one.boundary) == (&first.source, first.boundary);
    Some(100.0 * (new.efficiency.iter().find(same)?.j_per_th / first.j_per_th - 1.0))
}

/// A test of two means.
struct Test {
    before: f64,
    difference: f64,
    /// Of the interval of the difference.
    half_width: f64,
    p: f64,
}

impl Test {
    /// By permutation where there are few values but enough to reach `alpha`, otherwise by Welch's t. `None` of fewer than two
    /// values on a side.
    fn of(before: &[f64], after: &[f64], alpha: f64) -> Option<Self> {
        let (a, b) = (Sample::of(before)?, Sample::of(after)?);
        let (of_a, of_b) = (a.variance / a.count, b.variance / b.count);
        let error = (of_a + of_b).sqrt();
        let difference = b.mean - a.mean;
        // Welch and Satterthwaite.
        let degrees = (of_a + of_b).powi(2) / (of_a.powi(2) / (a.count - 1.0) + of_b.powi(2) / (b.count - 1.0));
        let degrees = if degrees.is_finite() { degrees } else { a.count + b.count - 2.0 };
        let p = if error > 0.0 {
            student_two_sided(difference / error, degrees)
        } else if difference == 0.0 {
            1.0
        } else {
            0.0
        };
        let few = before.len() < FEW && after.len() < FEW;
        let p =
            if few { permuted(before, after).filter(|test| test.least < alpha).map_or(p, |test| test.p) } else { p };
        Some(Self { before: a.mean, difference, half_width: error * student_quantile(alpha, degrees), p })
    }
}

/// What a permutation test says.
struct Permuted {
    p: f64,
    /// The smallest that it could have said.
    least: f64,
}

/// The part of all ways to deal the values out again whose means differ at least as much.
fn permuted(before: &[f64], after: &[f64]) -> Option<Permuted> {
    let all: Vec<f64> = before.iter().chain(after).copied().collect();
    let total: f64 = all.iter().sum();
    let (count, other) = (before.len() as f64, after.len() as f64);
    let difference = |sum: f64| (sum / count - (total - sum) / other).abs();
    // Sums of the same values in another order differ in their last digits.
    let found = difference(before.iter().sum()) - 1e-9 * total.abs();
    let (mut ways, mut as_great) = (0_u32, 0_u32);
    for chosen in 0..1_u32.checked_shl(u32::try_from(all.len()).ok()?)? {
        if chosen.count_ones() as usize == before.len() {
            let sum: f64 = all.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, value)| value).sum();
            ways += 1;
            as_great += u32::from(difference(sum) >= found);
        }
    }
    let least = if before.len() == after.len() { 2.0 } else { 1.0 } / f64::from(ways);
    Some(Permuted { p: f64::from(as_great) / f64::from(ways), least })
}

#[cfg(test)]
mod tests;
