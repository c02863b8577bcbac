//! Results for people: tables now, pages with plots in `report/`.

mod load;
mod page;
mod plot;

use std::fmt::Write;
use std::time::Duration;

use hashkit_chain::Hashrate;
use serde_json::{Value, json};

use crate::compare::{Comparison, Verdict};
use crate::document::{Case, Document, Efficiency, Flag, PowerRatio};

pub use self::load::{LOAD_COLUMNS, load_rows, load_text};
pub use self::page::{Report, put};
pub use self::plot::Plot;

/// The columns of a table for programs.
pub const COLUMNS: &[&str] = &[
    "case",
    "algorithm",
    "device",
    "kernel",
    "threads",
    "rate",
    "rate_low_95",
    "rate_high_95",
    "repetitions",
    "watts",
    "boundary",
    "source",
    "j_per_th",
    "net_j_per_th",
    "temp_max_c",
    "flags",
    "failure",
];

/// A row for each case, of as many cells as there are [`COLUMNS`].
#[must_use]
pub fn rows(document: &Document) -> Vec<Vec<Value>> {
    document.cases.iter().map(row).collect()
}

fn row(case: &Case) -> Vec<Value> {
    let summary = case.summary.as_ref();
    let interval = summary.and_then(|summary| summary.rate_ci95);
    let best = summary.and_then(|summary| summary.efficiency.first());
    let flags: Vec<&str> = case.flags.iter().map(|flag| flag.name()).collect();
    vec![
        json!(case.id),
        json!(case.algo),
        json!(case.device),
        json!(case.variant),
        json!(case.settings.threads),
        json!(summary.map(|summary| summary.rate_mean)),
        json!(interval.map(|[low, _]| low)),
        json!(interval.map(|[_, high]| high)),
        json!(case.repetitions.len()),
        json!(best.map(|best| best.gross_w)),
        json!(best.map(|best| best.boundary.name())),
        json!(best.map(|best| &best.source)),
        json!(best.map(|best| best.j_per_th)),
        json!(best.and_then(|best| best.net_j_per_th)),
        json!(hottest(case)),
        json!(flags.join(" ")),
        json!(case.failure),
    ]
}

/// The result as a table for a terminal, with all flags in words below it.
#[must_use]
pub fn text(document: &Document) -> String {
    let head = ["CASE", "RATE", "POWER", "EFFICIENCY", "°C", "FLAGS"].map(str::to_owned);
    let table = std::iter::once(head).chain(document.cases.iter().map(|case| {
        let best = case.summary.as_ref().and_then(|summary| summary.efficiency.first());
        [
            case.id.clone(),
            rate(case),
            best.map_or_else(dash, |best| format!("{:.1} W {}", best.gross_w, best.boundary.name())),
            best.map_or_else(dash, efficiency),
            hottest(case).map_or_else(dash, |degrees| format!("{degrees:.0}")),
            case.flags.iter().map(|flag| flag.name()).collect::<Vec<_>>().join(" "),
        ]
    }));
    let mut out = aligned(&table.collect::<Vec<_>>());
    let rigs = rig_cells(document);
    if !rigs.is_empty() {
        out.push('\n');
        let head = RIG_HEAD.map(str::to_owned);
        out.push_str(&aligned(&std::iter::once(head).chain(rigs).collect::<Vec<_>>()));
        for line in rig_lines(document) {
            let _ = writeln!(out, "{line}");
        }
        out.push('\n');
    }
    for line in chip_lines(document).into_iter().chain(power_lines(document)).chain(notes(document)) {
        let _ = writeln!(out, "{line}");
    }
    out
}

/// What is told of chips, of which a table would have a hundred lines: the whole line, and those that are unlike the others.
#[must_use]
pub fn chip_lines(document: &Document) -> Vec<String> {
    let line = |case: &Case| {
        let chips = case.chips.as_ref()?;
        let (total, count) = (chips.total(), chips.each.len());
        let mut said = vec![format!("{count} chips, {} nonces", total.nonces)];
        said.extend(chips.half_width().map(|width| format!("± {} by their number", percent(width))));
        let of_clock = case.summary.as_ref().zip(chips.expected_rate);
        said.extend(of_clock.map(|(summary, expected)| {
            let part = 100.0 * summary.rate_mean / expected;
            format!("{part:.1} % of the {} that the clock makes", hashrate(expected))
        }));
        said.extend(chips.wrong_part().map(|part| format!("{} wrong", percent(part))));
        for (what, number) in [
            ("duplicates", total.duplicates),
            ("late", total.late),
            ("damaged frames", chips.bad_frames),
            ("nonces of unknown jobs", chips.unknown_jobs),
            ("restarts", chips.starts),
        ] {
            said.extend((number > 0).then(|| format!("{number} {what}")));
        }
        let nonces = chips.each.iter().map(|chip| chip.nonces);
        said.extend(
            nonces
                .clone()
                .min()
                .zip(nonces.max())
                .filter(|_| count > 1)
                .map(|(least, most)| format!("from {least} to {most} nonces a chip")),
        );
        Some(format!("{}: {}", case.id, said.join(", ")))
    };
    document.cases.iter().filter_map(line).collect()
}

/// How power sources at one boundary compare.
fn power_lines(document: &Document) -> Vec<String> {
    let of_case = |case: &Case| {
        let ratios = case.summary.iter().flat_map(|summary| &summary.power_ratios);
        let said = |one: &PowerRatio| {
            let PowerRatio { boundary, source, to, ratio } = one;
            format!("{}: {source} tells {ratio:.3} times what {to} does ({})", case.id, boundary.name())
        };
        ratios.map(said).collect::<Vec<_>>()
    };
    document.cases.iter().flat_map(of_case).collect()
}

/// What is told of each device of a rig.
pub(crate) const RIG_HEAD: [&str; 7] = ["RIG", "DEVICE", "THREADS", "NEW JOB P50", "P99", "MAX", "CORES"];

/// A row for each device of each rig.
fn rig_cells(document: &Document) -> Vec<[String; 7]> {
    let ms = |time: Option<f64>| time.map_or_else(dash, |time| format!("{time:.2} ms"));
    let rigs = document.cases.iter().filter_map(|case| Some((case, case.rig.as_ref()?)));
    rigs.flat_map(|(case, rig)| {
        rig.devices.iter().map(move |device| {
            let times = device.to_new_job;
            [
                case.algo.clone(),
                format!("{} ({})", device.device, device.kernel),
                device.threads.to_string(),
                ms(times.map(|times| times.p50_ms)),
                ms(times.map(|times| times.p99_ms)),
                ms(times.map(|times| times.max_ms)),
                device.cores.map_or_else(dash, |cores| format!("{cores:.2}")),
            ]
        })
    })
    .collect()
}

/// What is told of each rig beside its devices.
fn rig_lines(document: &Document) -> Vec<String> {
    let line = |case: &Case| {
        let rig = case.rig.as_ref()?;
        let mut said = vec![format!(
            "{:.1} clean jobs a second leave {:.2} % of the rate{}",
            rig.clean_jobs_a_second,
            100.0 * rig.rate_part,
            rig.rate_part_ci95.map_or_else(String::new, |[low, high]| format!(
                " ({:.2} to {:.2})",
                100.0 * low,
                100.0 * high
            )),
        )];
        said.extend(rig.share_to_wire.map(|times| {
            format!(
                "a share takes {:.2} ms to the pool (p99 {:.2}, max {:.2})",
                times.p50_ms, times.p99_ms, times.max_ms
            )
        }));
        said.extend(rig.host_cores.map(|cores| format!("{cores:.2} cores worked for anything but hashing")));
        said.push(format!("{} shares accepted, {} stale, {} refused", rig.accepted, rig.stale, rig.refused));
        Some(format!("{}: {}", case.algo, said.join("; ")))
    };
    document.cases.iter().filter_map(line).collect()
}

/// What a reader has to know, in words: each flag once with the cases that have it, and each failure.
#[must_use]
pub fn notes(document: &Document) -> Vec<String> {
    let mut flags: Vec<Flag> = document.cases.iter().flat_map(|case| case.flags.iter().copied()).collect();
    flags.extend(&document.flags);
    flags.sort_unstable();
    flags.dedup();
    let with = |flag: Flag| {
        let ids: Vec<&str> = document.cases.iter().filter(|case| case.has(flag)).map(|case| case.id.as_str()).collect();
        if ids.len() == document.cases.len() || ids.is_empty() { "all cases".to_owned() } else { ids.join(", ") }
    };
    let of_flags = flags.iter().map(|flag| format!("{}: {} ({})", flag.name(), flag.words(), with(*flag)));
    let failed = document.cases.iter().filter_map(|case| Some(format!("{}: {}", case.id, case.failure.as_ref()?)));
    let dropped = document.cases.iter().filter_map(|case| {
        let dropped = case.summary.as_ref()?.dropped.len();
        (dropped > 0).then(|| format!("{}: {dropped} of {} repetitions were left out", case.id, case.repetitions.len()))
    });
    of_flags.chain(failed).chain(dropped).collect()
}

/// The headline of a case: its mean and the half of its 95 % interval.
#[must_use]
pub fn rate(case: &Case) -> String {
    let Some(summary) = &case.summary else { return if case.has(Flag::Invalid) { "invalid" } else { "-" }.to_owned() };
    match summary.rate_ci95 {
        Some([low, high]) => {
            let part = (high - low) / 2.0 / summary.rate_mean;
            format!("{} ± {}", hashrate(summary.rate_mean), percent(part))
        }
        None => hashrate(summary.rate_mean),
    }
}

/// Hashes a second with their unit.
#[must_use]
pub fn hashrate(rate: f64) -> String {
    Hashrate::over(rate, Duration::from_secs(1)).map_or_else(dash, |rate| rate.to_string())
}

/// What a joule buys: hashes for it or, where they are many, joules for 10^12 of them.
#[must_use]
pub fn efficiency(efficiency: &Efficiency) -> String {
    let width = efficiency.j_per_th_half_width.map(|width| width / efficiency.j_per_th);
    let width = width.map_or_else(String::new, |part| format!(" ± {}", percent(part)));
    let joules = efficiency.j_per_th;
    if joules < 1e4 {
        return format!("{joules:.1} J/TH{width}");
    }
    format!("{}{width}", hashrate(1e12 / joules).replace("/s", "/J"))
}

fn percent(part: f64) -> String {
    let digits = if part < 0.000_95 { 2 } else { 1 };
    format!("{:.digits$} %", 100.0 * part)
}

fn hottest(case: &Case) -> Option<f64> {
    case.repetitions.iter().filter_map(|repetition| repetition.temp_max_c).reduce(f64::max)
}

fn dash() -> String {
    "-".to_owned()
}

/// Cells in columns that are as wide as their widest.
fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: [usize; N] =
        std::array::from_fn(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or_default());
    let mut out = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        let _ = writeln!(out, "{}", cells.join("  ").trim_end());
    }
    out
}

/// A comparison as a table for a terminal.
#[must_use]
pub fn comparison_text(comparison: &Comparison) -> String {
    let head = ["CASE", "VERDICT", "BEFORE", "AFTER", "CHANGE", "NOTE"].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head).chain(comparison.cases.iter().map(cells)).collect();
    aligned(&rows)
}

/// A comparison as Markdown for a pull request.
#[must_use]
pub fn comparison_markdown(comparison: &Comparison) -> String {
    let mut out = "| case | verdict | before | after | change | note |\n|---|---|---:|---:|---:|---|\n".to_owned();
    for case in &comparison.cases {
        let mut row = cells(case).map(|cell| cell.replace('|', "\\|"));
        if matches!(case.verdict, Verdict::Slower | Verdict::Faster) {
            row[1] = format!("**{}**", row[1]);
        }
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
    if let Some(note) = &comparison.note {
        let _ = writeln!(out, "\n{note}.");
    }
    out
}

fn cells(case: &crate::compare::Compared) -> [String; 6] {
    let change = case.change_pct.zip(case.change_interval_pct);
    [
        case.id.clone(),
        case.verdict.words().to_owned(),
        case.before.map_or_else(dash, hashrate),
        case.after.map_or_else(dash, hashrate),
        change.map_or_else(dash, |(change, [low, high])| format!("{change:+.2} % ({low:+.2} to {high:+.2})")),
        case.note.clone().unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Limits, compare};
    use crate::document::tests::document;

    #[test]
    fn a_table_has_a_line_for_each_case_and_says_what_a_reader_has_to_know() {
        let document = document();
        let table = text(&document);
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[1].starts_with("blake3/cpu/test/t2"), "{table}");
        assert!(
            lines[1].contains("H/s ± ") && lines[1].contains("65.0 W wall") && lines[1].contains("kH/J"),
            "{table}"
        );
        assert!(lines[2].contains("invalid") && !lines[2].contains("H/s"), "no number for what is wrong: {table}");
        assert!(table.contains("blake3/cpu/wrong/t1: ") && table.contains("skipped"), "{table}");
        for word in
            ["gpu:vulkan:0 (blake3/test)", "3.40 ms", "9.8 clean jobs a second leave 98.70 % of the rate", "0.12 cores"]
        {
            assert!(table.contains(word), "{word} is missing: {table}");
        }
        let chips = "2 chips, 2970 nonces, ± 3.6 % by their number";
        assert!(table.contains(chips) && table.contains("from 1470 to 1500 nonces a chip"), "{table}");
        for row in rows(&document) {
            assert_eq!(row.len(), COLUMNS.len());
        }
    }

    #[test]
    fn a_comparison_is_a_table_for_people_and_for_pull_requests() {
        let document = document();
        let comparison = compare(&document, &document, Limits::default());
        let (text, markdown) = (comparison_text(&comparison), comparison_markdown(&comparison));
        for table in [text, markdown] {
            assert!(table.contains("no difference shown") && table.contains("+0.00 %"), "{table}");
            assert!(table.contains("not comparable") && table.contains("skipped"), "{table}");
        }
    }

    #[test]
    fn digits_follow_the_interval() {
        for (part, expected) in [(0.000_5, "0.05 %"), (0.001, "0.1 %"), (0.0123, "1.2 %"), (0.0, "0.00 %")] {
            assert_eq!(percent(part), expected);
        }
    }
}
