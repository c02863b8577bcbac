//! Which plots there are, and what is in them.

use std::collections::BTreeMap;

use super::super::plot::{Bar, Curve, Plot, Spread, Trend, bars, over_time, scaled, scaling, spreads, trend};
use super::super::{efficiency, hashrate, rate};
use super::MOST_CASES;
use crate::compare::Compared;
use crate::document::{Case, Document, Efficiency, Repetition, RigDevice, Sample, Summary};
use crate::statistics::Percentiles;

/// The plots of one result.
pub(super) fn plots_of(document: &Document, prefix: &str) -> Vec<Plot> {
    let shown: Vec<(&Case, &Summary)> =
        document.cases.iter().filter_map(|case| Some((case, case.summary.as_ref()?))).take(MOST_CASES).collect();
    let mut by_algorithm: BTreeMap<&str, Vec<(&Case, &Summary)>> = BTreeMap::new();
    for (case, summary) in &shown {
        by_algorithm.entry(&case.algo).or_default().push((case, summary));
    }
    let mut plots = Vec::new();
    for (algorithm, cases) in &by_algorithm {
        let rates: Vec<Bar> = cases.iter().map(|(case, summary)| rate_bar(case, summary)).collect();
        let words = format!("{algorithm}: rate with 95 % interval: {}", listed(&rates));
        plots.extend(bars(&format!("{prefix}rate-{algorithm}"), &words, &format!("{algorithm}: rate"), "H/s", &rates));
        let joules: Vec<Bar> = cases.iter().filter_map(|(case, _)| efficiency_bar(case)).collect();
        let words = format!("{algorithm}: hashes for a joule: {}", listed(&joules));
        plots.extend(bars(
            &format!("{prefix}efficiency-{algorithm}"),
            &words,
            &format!("{algorithm}: hashes for a joule"),
            "H/J",
            &joules,
        ));
        plots.extend(scaling_plot(algorithm, cases, prefix));
    }
    plots.extend(rig_plot(document, prefix));
    plots.extend(shown.iter().filter_map(|(case, summary)| time_plot(case, summary, prefix)));
    plots
}

/// The name of a case among those of its algorithm.
fn short(case: &Case) -> String {
    case.id.strip_prefix(&format!("{}/", case.algo)).unwrap_or(&case.id).to_owned()
}

fn rate_bar(case: &Case, summary: &Summary) -> Bar {
    Bar { name: short(case), value: summary.rate_mean, interval: summary.rate_ci95, shown: rate(case) }
}

pub(super) fn best(case: &Case) -> Option<&Efficiency> {
    case.summary.as_ref()?.efficiency.first()
}

fn efficiency_bar(case: &Case) -> Option<Bar> {
    let best = best(case)?;
    let value = 1e12 / best.j_per_th;
    // Of the reciprocal, the same part.
    let half = best.j_per_th_half_width.map(|width| value * width / best.j_per_th);
    let interval = half.map(|half| [value - half, value + half]);
    Some(Bar { name: short(case), value, interval, shown: format!("{} {}", efficiency(best), best.boundary.name()) })
}

pub(super) fn change(case: &Compared) -> Option<Bar> {
    let value = case.change_pct?;
    let shown = format!("{value:+.1} % {}", case.verdict.words());
    Some(Bar { name: case.id.clone(), value, interval: case.change_interval_pct, shown })
}

pub(super) fn listed(bars: &[Bar]) -> String {
    bars.iter().map(|bar| format!("{} {}", bar.name, bar.shown)).collect::<Vec<_>>().join("; ")
}

/// Of each of the algorithm's kernels on the processor that ran with several numbers of threads.
fn scaling_plot(algorithm: &str, cases: &[(&Case, &Summary)], prefix: &str) -> Option<Plot> {
    let mut curves: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for (case, summary) in cases.iter().filter(|(case, _)| case.device == "cpu") {
        let kernel = case.variant.strip_prefix(algorithm).and_then(|rest| rest.strip_prefix('/'));
        curves
            .entry(kernel.unwrap_or(&case.variant))
            .or_default()
            .push((case.settings.threads as f64, summary.rate_mean));
    }
    let relative = |(name, mut points): (&str, Vec<(f64, f64)>)| {
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (threads, rate) = *points.first()?;
        // To what one thread does, or as much as one of the fewest did.
        let one = rate / threads;
        (points.len() > 1).then(|| (name.to_owned(), points.iter().map(|(at, rate)| (*at, rate / one)).collect()))
    };
    let curves: Vec<(String, Vec<(f64, f64)>)> = curves.into_iter().filter_map(relative).collect();
    if curves.is_empty() {
        return None;
    }
    let last = |points: &[(f64, f64)]| {
        points.last().map_or_else(String::new, |(at, times)| format!("{at} threads do {times:.2} times one"))
    };
    let words: Vec<String> = curves.iter().map(|(name, points)| format!("{name}: {}", last(points))).collect();
    let words = format!("{algorithm}: rate by number of threads: {}", words.join("; "));
    scaling(&format!("{prefix}scaling-{algorithm}"), &words, algorithm, &curves)
}

/// How soon the devices of rigs turn to a new job, and shares reach the pool.
fn rig_plot(document: &Document, prefix: &str) -> Option<Plot> {
    let row = |name: String, times: Option<Percentiles>| {
        let Percentiles { p50_ms, p99_ms, max_ms, .. } = times?;
        Some(Spread { name, p50: p50_ms, p99: p99_ms, max: max_ms })
    };
    let rigs = document.cases.iter().filter_map(|case| Some((case, case.rig.as_ref()?)));
    let rows: Vec<Spread> = rigs
        .flat_map(|(case, rig)| {
            let of_device =
                |device: &RigDevice| row(format!("{}: new job on {}", case.algo, device.device), device.to_new_job);
            let share = row(format!("{}: share to wire", case.algo), rig.share_to_wire);
            rig.devices.iter().filter_map(of_device).chain(share).collect::<Vec<_>>()
        })
        .take(MOST_CASES)
        .collect();
    let said: Vec<String> = rows.iter().map(|row| format!("{} {}", row.name, row.shown())).collect();
    let words = format!("milliseconds at the median, the 99th percentile and the longest: {}", said.join("; "));
    spreads(&format!("{prefix}rig-times"), &words, &rows)
}

/// Of each algorithm of which at least three results hold a case: how its rate has changed from one to the next.
pub(super) fn trends(results: &[(String, Document)]) -> Vec<Plot> {
    let mut dated: Vec<&Document> = results.iter().map(|(_, document)| document).collect();
    dated.sort_by(|a, b| a.created.cmp(&b.created));
    let mut by_case: BTreeMap<(&str, &str), Vec<(usize, &Summary)>> = BTreeMap::new();
    for (at, document) in dated.iter().enumerate() {
        for case in &document.cases {
            let found = by_case.entry((&case.algo, &case.id)).or_default();
            found.extend(case.summary.as_ref().map(|summary| (at, summary)));
        }
    }
    let mut by_algorithm: BTreeMap<&str, Vec<Trend>> = BTreeMap::new();
    for ((algorithm, id), found) in by_case.into_iter().filter(|(_, found)| found.len() > 2) {
        let first = found[0].1.rate_mean;
        let part = |rate: f64| 100.0 * (rate / first - 1.0);
        let points = found
            .iter()
            .map(|(at, summary)| (*at, part(summary.rate_mean), summary.rate_ci95.map(|ends| ends.map(part))));
        by_algorithm.entry(algorithm).or_default().push(Trend { name: id.to_owned(), points: points.collect() });
    }
    let dates: Vec<String> = dated.iter().map(|document| document.created.chars().take(10).collect()).collect();
    let plot = |(algorithm, curves): (&str, Vec<Trend>)| {
        let last = |curve: &Trend| curve.points.last().map_or(0.0, |(_, part, _)| *part);
        let said: Vec<String> = curves.iter().map(|curve| format!("{} {:+.1} %", curve.name, last(curve))).collect();
        let words = format!("{algorithm}: rate of the newest result to that of the oldest: {}", said.join("; "));
        trend(&format!("trend-{algorithm}"), &words, &dates, &curves)
    };
    by_algorithm.into_iter().filter_map(plot).collect()
}

/// Rate, temperature and power over all measured windows, one behind the other.
fn time_plot(case: &Case, summary: &Summary, prefix: &str) -> Option<Plot> {
    let pieces = |value: &dyn Fn(&Sample) -> Option<f64>| {
        let mut began = 0.0;
        let piece = |repetition: &Repetition| {
            let points =
                repetition.samples.iter().filter_map(|sample| Some((began + sample.at_s, value(sample)?))).collect();
            began += repetition.seconds;
            points
        };
        case.repetitions.iter().map(piece).collect::<Vec<Vec<(f64, f64)>>>()
    };
    let (scale, unit) = scaled(summary.rate_mean);
    let curves = [
        (format!("{unit}H/s"), pieces(&|sample| Some(sample.rate / scale))),
        ("°C".to_owned(), pieces(&|sample| sample.temp_c)),
        ("W".to_owned(), pieces(&|sample| sample.power_w)),
    ];
    let curves: Vec<Curve> = curves
        .into_iter()
        .filter(|(_, pieces)| pieces.iter().any(|piece| piece.len() > 1))
        .map(|(axis, pieces)| Curve { axis, pieces })
        .collect();
    let [low, .., high] = summary.rate_spread;
    let words = format!(
        "{}: rate over the measured time, from {} to {} around a mean of {}",
        case.id,
        hashrate(low),
        hashrate(high),
        hashrate(summary.rate_mean)
    );
    let name: String = case.id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    over_time(&format!("{prefix}time-{name}"), &words, &curves)
}
