//! Repetitions together: a mean with its interval, what it cost, and what a reader has to know.

use super::Times;
use super::judged::ENOUGH_FINDS;
use crate::document::{Boundary, Case, Chips, Efficiency, Energy, Flag, PowerRatio, Repetition, Summary};
use crate::statistics::{Line, Mean, outliers, quantile};

/// More of the time than this, and it counts as throttled.
const MOST_THROTTLED: f64 = 0.01;
/// A rate that changes by more than this over a window drifts.
const MOST_DRIFT: f64 = 0.01;
/// Modified z-scores of repetitions above this are outliers.
const FAR: f64 = 14.8;
/// So many repetitions have to be left where some are dropped.
const FEWEST_LEFT: usize = 3;
/// The interval of a case without a limit of its own is too wide from here on.
const WIDE: f64 = 0.01;
/// A power source that gave fewer values says too little, and so does a shorter time.
const FEWEST_UPDATES: u64 = 100;
const SHORTEST_S: f64 = 30.0;

/// Sets the case's summary and its flags by what was counted. A case without repetitions gets no summary.
pub fn summarize(case: &mut Case, times: &Times) {
    if case.repetitions.is_empty() {
        return;
    }
    let all: Vec<f64> = case.repetitions.iter().map(|repetition| repetition.rate).collect();
    let outliers = outliers(&all, FAR);
    // Of fewer than three nobody knows which is the odd one.
    let drops = times.drops_outliers && all.len() - outliers.len() >= FEWEST_LEFT;
    let dropped = if drops { outliers.clone() } else { Vec::new() };
    let counted = case.repetitions.iter().enumerate().filter(|(at, _)| !dropped.contains(at));
    let repetitions: Vec<Repetition> = counted.map(|(_, one)| one.clone()).collect();
    let repetitions = &repetitions;
    let rates: Vec<f64> = repetitions.iter().map(|repetition| repetition.rate).collect();
    let rate_mean = rates.iter().sum::<f64>() / rates.len() as f64;
    let mean = Mean::of(&rates);
    let samples: Vec<f64> = repetitions.iter().flat_map(|one| one.samples.iter().map(|sample| sample.rate)).collect();
    let at = |part: f64| quantile(&samples, part).unwrap_or(rate_mean);
    let drift = drift(repetitions);
    let efficiency = efficiency(repetitions, mean);
    let summary = Summary {
        rate_mean,
        rate_ci95: mean.map(|mean| [mean.mean - mean.half_width_95, mean.mean + mean.half_width_95]),
        rate_spread: [0.0, 0.05, 0.5, 0.95, 1.0].map(at),
        drift_pct_per_min: drift.map_or(0.0, |line| line.slope * 60.0 * 100.0),
        power_ratios: power_ratios(&efficiency),
        efficiency,
        outliers,
        dropped,
    };
    let finds: f64 = repetitions.iter().map(|one| one.finds_expected).sum();
    let window = repetitions.iter().map(|one| one.seconds).fold(0.0, f64::max);
    let conditions = [
        (Flag::NotSteady, !case.phases.steady),
        (Flag::Throttled, repetitions.iter().any(|one| one.throttled_ratio.is_some_and(|part| part > MOST_THROTTLED))),
        (Flag::Drift, drift.is_some_and(|line| drifts(line, window))),
        (Flag::Noisy, mean.is_none_or(|mean| mean.relative_half_width() > times.half_width.unwrap_or(WIDE))),
        (Flag::Outlier, !summary.outliers.is_empty()),
        (Flag::FewFinds, finds < ENOUGH_FINDS),
        (Flag::OffClock, case.chips.as_ref().is_some_and(Chips::is_off_clock)),
        (Flag::EstimatedPower, is_power_estimated(repetitions)),
        (Flag::Quick, times.half_width.is_none()),
    ];
    case.summary = Some(summary);
    conditions.into_iter().filter(|(_, holds)| *holds).for_each(|(flag, _)| case.flag(flag));
}

/// Half the width of the 95 % interval, as a part of the mean; `None` of fewer than two repetitions.
pub(super) fn half_width(case: &Case) -> Option<f64> {
    let rates: Vec<f64> = case.repetitions.iter().map(|repetition| repetition.rate).collect();
    Mean::of(&rates).map(Mean::relative_half_width)
}

/// How the rate moves within the windows, as a part of it in a second: what differs from one repetition to the next is no drift.
fn drift(repetitions: &[Repetition]) -> Option<Line> {
    let points = |one: &Repetition| {
        let rate = one.rate;
        one.samples.iter().map(move |sample| (sample.at_s, sample.rate / rate)).collect::<Vec<_>>()
    };
    Line::through(&repetitions.iter().flat_map(points).collect::<Vec<_>>())
}

fn drifts(line: Line, window: f64) -> bool {
    line.slope.abs() * window > MOST_DRIFT && line.slope.abs() > 3.0 * line.slope_error
}

/// By each source that told the energy of every repetition, in the order in which they were given.
fn efficiency(repetitions: &[Repetition], rate: Option<Mean>) -> Vec<Efficiency> {
    let Some(first) = repetitions.first() else { return Vec::new() };
    let of_source = |told: &Energy| {
        let is_it = |energy: &&Energy| (&energy.source, energy.boundary) == (&told.source, told.boundary);
        let energies: Option<Vec<_>> = repetitions.iter().map(|one| one.energy.iter().find(is_it)).collect();
        let energies = energies?;
        let seconds: f64 = repetitions.iter().map(|one| one.seconds).sum();
        let hashes: f64 = repetitions.iter().map(|one| one.hashes as f64).sum();
        let gross: f64 = energies.iter().map(|energy| energy.gross_j).sum();
        let net: Option<f64> = energies.iter().map(|energy| energy.net_j).sum();
        let powers: Vec<f64> =
            energies.iter().zip(repetitions).map(|(energy, one)| energy.gross_j / one.seconds).collect();
        let j_per_th = gross / hashes * 1e12;
        let widths = Mean::of(&powers).zip(rate);
        Some(Efficiency {
            source: told.source.clone(),
            boundary: told.boundary,
            gross_w: gross / seconds,
            net_w: net.map(|net| net / seconds),
            j_per_th,
            j_per_th_half_width: widths
                .map(|(power, rate)| j_per_th * power.relative_half_width().hypot(rate.relative_half_width())),
            net_j_per_th: net.map(|net| net / hashes * 1e12),
        })
    };
    first.energy.iter().filter_map(of_source).collect()
}

/// Of each boundary the further sources beside the first.
fn power_ratios(sources: &[Efficiency]) -> Vec<PowerRatio> {
    let beside = |(at, one): (usize, &Efficiency)| {
        let first = sources[..at].iter().find(|other| other.boundary == one.boundary)?;
        let ratio = one.gross_w / first.gross_w;
        let (source, to) = (one.source.clone(), first.source.clone());
        ratio.is_finite().then_some(PowerRatio { boundary: one.boundary, source, to, ratio })
    };
    sources.iter().enumerate().filter_map(beside).collect()
}

fn is_power_estimated(repetitions: &[Repetition]) -> bool {
    let best: Vec<_> = repetitions.iter().filter_map(|one| Some((one.energy.first()?, one.seconds))).collect();
    let updates: u64 = best.iter().map(|(energy, _)| energy.updates).sum();
    let seconds: f64 = best.iter().map(|(_, seconds)| seconds).sum();
    let is_told = best.iter().any(|(energy, _)| energy.boundary == Boundary::Estimated);
    !best.is_empty() && (is_told || updates < FEWEST_UPDATES || seconds < SHORTEST_S)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::document;

    #[test]
    fn a_repetition_far_from_the_others_is_left_out_only_when_asked_for_and_stays_in_the_result() {
        let mut case = document().cases.remove(0);
        let count = case.repetitions.len();
        case.repetitions[1].rate /= 2.0;
        for (drops_outliers, dropped) in [(false, vec![]), (true, vec![1])] {
            summarize(&mut case, &Times { drops_outliers, ..Times::DEFAULT });
            let summary = case.summary.clone().expect("there are repetitions");
            assert_eq!((summary.outliers, summary.dropped), (vec![1], dropped.clone()));
            assert_eq!((summary.rate_mean / 1e6 - 1.0).abs() < 0.01, drops_outliers, "{}", summary.rate_mean);
            assert_eq!((case.repetitions.len(), case.counted().count()), (count, count - dropped.len()));
            assert!(case.has(Flag::Outlier));
        }
        case.repetitions.truncate(3);
        summarize(&mut case, &Times { drops_outliers: true, ..Times::DEFAULT });
        assert!(case.summary.is_some_and(|summary| summary.dropped.is_empty()), "too few would be left");
    }

    #[test]
    fn two_sources_of_one_boundary_are_compared_and_those_of_two_never() {
        let of = |source: &str, boundary, gross_w| Efficiency {
            source: source.to_owned(),
            boundary,
            gross_w,
            net_w: None,
            j_per_th: 1.0,
            j_per_th_half_width: None,
            net_j_per_th: None,
        };
        let sources = [
            of("tasmota", Boundary::Wall, 100.0),
            of("nvml", Boundary::Board, 80.0),
            of("shelly", Boundary::Wall, 103.0),
            of("nvml_power", Boundary::Board, 76.0),
            of("sysfs", Boundary::Package, 20.0),
        ];
        let told: Vec<_> = power_ratios(&sources).into_iter().map(|one| (one.source, one.to, one.ratio)).collect();
        let expected = [("shelly", "tasmota", 1.03), ("nvml_power", "nvml", 0.95)];
        assert_eq!(told, expected.map(|(one, to, ratio)| (one.to_owned(), to.to_owned(), ratio)));
    }
}
