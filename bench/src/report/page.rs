//! One page with everything: what a reader has to know, tables, plots and conditions. It needs no network and no scripts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::Path;

use super::load::{LOAD_COLUMNS, fan_out_plot, load_notes, load_plots, load_rows, server_line, steps};
use super::plot::{Bar, Curve, Plot, Spread, Trend, bars, changes, over_time, scaling, spreads, trend};
use super::{COLUMNS, RIG_HEAD, efficiency, hashrate, notes, rate, rig_cells, rig_lines, rows};
use crate::compare::{Comparison, Limits, compare};
use crate::document::{Case, Document, Efficiency, RigDevice, Summary};
use crate::load::{LoadDocument, Times};
use crate::statistics::Percentiles;

/// More plots than anybody looks at are left out.
const MOST_CASES: usize = 200;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}\
table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:left}\
figure{margin:1rem 0;overflow-x:auto}svg{max-width:100%;height:auto}figcaption{font-size:.9rem;color:#444}.scroll{overflow-x:auto}";

/// Results with the names of their files, as people look at them.
#[derive(Debug)]
pub struct Report<'d> {
    results: &'d [(String, Document)],
    loads: &'d [(String, LoadDocument)],
}

impl<'d> Report<'d> {
    /// Of these results of hardware, of which those behind the first are compared with it, and of these loads on pools.
    #[must_use]
    pub fn new(results: &'d [(String, Document)], loads: &'d [(String, LoadDocument)]) -> Self {
        Self { results, loads }
    }

    /// All plots there is something to be seen in.
    #[must_use]
    pub fn plots(&self) -> Vec<Plot> {
        let of_result = |(at, (_, document)): (usize, &(String, Document))| {
            // One result needs no number.
            let prefix = if self.results.len() > 1 { format!("{}-", at + 1) } else { String::new() };
            plots_of(document, &prefix)
        };
        let mut plots: Vec<Plot> = self.results.iter().enumerate().flat_map(of_result).collect();
        plots.extend(self.comparisons().iter().enumerate().filter_map(|(at, (name, comparison))| {
            let points: Vec<Bar> = comparison.cases.iter().take(MOST_CASES).filter_map(change).collect();
            let words = format!("change of the rate in {name}: {}", listed(&points));
            changes(&format!("change-{}", at + 2), &words, &points)
        }));
        plots.extend(trends(self.results));
        for (at, (_, document)) in self.loads.iter().enumerate() {
            let prefix = if self.loads.len() > 1 { format!("{}-", at + 1) } else { String::new() };
            plots.extend(load_plots(document, &prefix));
        }
        plots.extend(fan_out_plot(self.loads));
        plots
    }

    /// Each further result beside the first.
    fn comparisons(&self) -> Vec<(&'d str, Comparison)> {
        let Some(((_, first), rest)) = self.results.split_first() else { return Vec::new() };
        let limits = Limits { across_machines: true, ..Limits::default() };
        rest.iter().map(|(name, document)| (name.as_str(), compare(first, document, limits))).collect()
    }

    /// The page.
    #[must_use]
    pub fn html(&self) -> String {
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>hashkit bench</title>\n<style>{STYLE}</style>\n\
             </head>\n<body>\n<h1>hashkit bench</h1>\n"
        );
        page.push_str("<h2>What a reader has to know</h2>\n");
        for (name, document) in self.results {
            notes_of(&mut page, name, notes(document));
        }
        for (name, document) in self.loads {
            notes_of(&mut page, name, load_notes(document));
        }
        for (name, document) in self.results {
            let _ = writeln!(page, "<h2>Result {}</h2>", escaped(name));
            headlines(&mut page, document);
            rigs(&mut page, document);
        }
        for (name, document) in self.loads {
            let _ = writeln!(page, "<h2>Load on a pool: {}</h2>", escaped(name));
            loads(&mut page, document);
        }
        for (name, comparison) in self.comparisons() {
            let _ = writeln!(page, "<h2>{} beside the first</h2>", escaped(name));
            comparison_table(&mut page, &comparison);
        }
        page.push_str("<h2>Plots</h2>\n");
        for plot in self.plots() {
            let _ = writeln!(
                page,
                "<figure>\n{}\n<figcaption>{}</figcaption>\n</figure>",
                plot.svg(),
                escaped(&plot.words)
            );
        }
        page.push_str("<h2>Conditions</h2>\n");
        for (name, document) in self.results {
            let _ = writeln!(page, "<h3>{}</h3>", escaped(name));
            conditions(&mut page, document);
        }
        for (name, document) in self.loads {
            let _ = writeln!(page, "<h3>{}</h3>", escaped(name));
            load_conditions(&mut page, document);
        }
        page.push_str("<h2>All numbers</h2>\n");
        for (name, document) in self.results {
            let _ = writeln!(page, "<h3>{}</h3>", escaped(name));
            all_numbers(&mut page, COLUMNS, rows(document));
        }
        for (name, document) in self.loads {
            let _ = writeln!(page, "<h3>{}</h3>", escaped(name));
            all_numbers(&mut page, LOAD_COLUMNS, load_rows(document));
        }
        page.push_str("</body>\n</html>\n");
        page
    }
}

/// Writes a page or a plot in the place of what the file held, whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    crate::document::put(path, bytes)
}

fn notes_of(page: &mut String, name: &str, notes: Vec<String>) {
    if notes.is_empty() {
        let _ = writeln!(page, "<p>{}: nothing that would change a result was seen.</p>", escaped(name));
        return;
    }
    let _ = writeln!(page, "<p>{}:</p>\n<ul>", escaped(name));
    for note in notes {
        let _ = writeln!(page, "<li>{}</li>", escaped(&note));
    }
    page.push_str("</ul>\n");
}

fn headlines(page: &mut String, document: &Document) {
    let body = document.cases.iter().map(|case| {
        let efficient = best(case).map_or_else(|| "-".to_owned(), efficiency);
        let power = best(case).map_or_else(
            || "-".to_owned(),
            |best| {
                let net = best.net_w.map_or_else(String::new, |net| format!(", net {net:.1} W"));
                format!("{:.1} W {}{net}", best.gross_w, best.boundary.name())
            },
        );
        let flags = case.flags.iter().map(|flag| flag.name()).collect::<Vec<_>>().join(" ");
        vec![case.id.clone(), rate(case), case.repetitions.len().to_string(), power, efficient, flags]
    });
    table(page, &["case", "rate", "repetitions", "power", "efficiency", "flags"], body);
}

/// How whole rigs behave.
fn rigs(page: &mut String, document: &Document) {
    let body: Vec<Vec<String>> = rig_cells(document).into_iter().map(|row| row.to_vec()).collect();
    if !body.is_empty() {
        page.push_str("<h3>The whole rig, with a pool at the other end of a loopback connection</h3>\n");
        table(page, &RIG_HEAD.map(str::to_lowercase).each_ref().map(String::as_str), body.into_iter());
        page.push_str("<ul>\n");
        for line in rig_lines(document) {
            let _ = writeln!(page, "<li>{}</li>", escaped(&line));
        }
        page.push_str("</ul>\n");
    }
}

/// Each load: what was timed, and what became of the shares.
fn loads(page: &mut String, document: &LoadDocument) {
    for load in &document.cases {
        let _ = writeln!(
            page,
            "<p>{} of {} connections came to a job; {} shares a second: {} accepted, {} stale on their way, {} rightly refused.</p>",
            load.connections.up,
            load.connections.wanted,
            load.share_rate,
            load.shares.accepted,
            load.shares.became_stale,
            load.shares.refused_rightly
        );
        if let Some(server) = load.server {
            let _ = writeln!(page, "<p>{}</p>", escaped(&server_line(server)));
        }
        let ms = |time: f64| format!("{time:.2}");
        let body = steps(load).into_iter().map(|(name, times)| {
            let Times { count, p50_ms, p90_ms, p99_ms, p999_ms, max_ms, .. } = times;
            [vec![name.to_owned(), count.to_string()], [p50_ms, p90_ms, p99_ms, p999_ms, max_ms].map(ms).to_vec()]
                .concat()
        });
        table(page, &["milliseconds", "count", "p50", "p90", "p99", "p99.9", "max"], body);
    }
}

fn load_conditions(page: &mut String, document: &LoadDocument) {
    let LoadDocument { created, tool, machine, company, bound_ms, .. } = document;
    let virtually = if machine.is_virtual { ", virtual" } else { "" };
    let mut rows = vec![
        ["measured".to_owned(), created.clone()].to_vec(),
        vec!["hashkit".to_owned(), format!("{} ({}, {})", tool.version, tool.profile, tool.target)],
        vec!["generator's processor".to_owned(), format!("{}, {} threads{virtually}", machine.cpu, machine.threads)],
    ];
    let others = company.map(|company| ("cores that worked for others, the pool among them", company.cores_of_others));
    let bound = bound_ms.map(|bound| ("bound of the 99th percentile, ms", bound));
    rows.extend([others, bound].into_iter().flatten().map(|(name, value)| vec![name.to_owned(), value.to_string()]));
    table(page, &["what", "value"], rows.into_iter());
}

fn comparison_table(page: &mut String, comparison: &Comparison) {
    if let Some(note) = &comparison.note {
        let _ = writeln!(page, "<p>{}.</p>", escaped(note));
    }
    table(
        page,
        &["case", "verdict", "before", "after", "change", "note"],
        comparison.cases.iter().map(|case| super::cells(case).to_vec()),
    );
}

fn conditions(page: &mut String, document: &Document) {
    let Document { host, conditions, tool, .. } = document;
    let told = |value: Option<&String>| value.map_or_else(|| "not told".to_owned(), Clone::clone);
    let mut rows = vec![
        ["measured", &document.created].map(str::to_owned).to_vec(),
        vec!["profile".to_owned(), conditions.profile.clone()],
        vec!["hashkit".to_owned(), format!("{} ({}, {})", tool.version, tool.profile, tool.target)],
        vec![
            "processor".to_owned(),
            format!("{}, {} threads, {}", host.cpu.model, host.cpu.threads, host.cpu.features.join(" ")),
        ],
        vec!["governor".to_owned(), told(host.cpu.governor.as_ref())],
        vec!["memory".to_owned(), host.memory.gib.map_or_else(|| "not told".to_owned(), |gib| format!("{gib} GiB"))],
        vec!["system".to_owned(), format!("{} {}", host.os.name, host.os.kernel.clone().unwrap_or_default())],
        vec!["virtual machine".to_owned(), if host.is_virtual { "yes" } else { "no" }.to_owned()],
        vec!["fingerprint".to_owned(), host.fingerprint.clone()],
    ];
    for gpu in &host.gpus {
        rows.push(vec![gpu.id.clone(), format!("{}, driver {}", gpu.model, gpu.driver)]);
    }
    let numbers = [
        ("room", conditions.ambient_c.map(|degrees| format!("{degrees} °C"))),
        ("load before", conditions.load_before.map(|load| load.to_string())),
        ("cores that worked for others", conditions.cores_of_others.map(|cores| cores.to_string())),
    ];
    rows.extend(numbers.into_iter().filter_map(|(name, value)| Some(vec![name.to_owned(), value?])));
    rows.extend(conditions.preflight.iter().map(|finding| vec![finding.id.clone(), finding.text.clone()]));
    table(page, &["what", "value"], rows.into_iter());
}

fn all_numbers(page: &mut String, columns: &[&str], rows: Vec<Vec<serde_json::Value>>) {
    let plain = |value: serde_json::Value| match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    table(page, columns, rows.into_iter().map(|row| row.into_iter().map(plain).collect()));
}

fn table(page: &mut String, head: &[&str], body: impl Iterator<Item = Vec<String>>) {
    let row = |cells: &mut dyn Iterator<Item = String>, tag: &str| {
        let cells: Vec<String> = cells.map(|cell| format!("<{tag}>{}</{tag}>", escaped(&cell))).collect();
        format!("<tr>{}</tr>", cells.concat())
    };
    let _ =
        writeln!(page, "<div class=\"scroll\"><table>\n{}", row(&mut head.iter().map(|cell| (*cell).to_owned()), "th"));
    for cells in body {
        let _ = writeln!(page, "{}", row(&mut cells.into_iter(), "td"));
    }
    page.push_str("</table></div>\n");
}

/// The plots of one result.
fn plots_of(document: &Document, prefix: &str) -> Vec<Plot> {
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
    }
    plots.extend(scaling_plot(&shown, prefix));
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

fn best(case: &Case) -> Option<&Efficiency> {
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

fn change(case: &crate::compare::Compared) -> Option<Bar> {
    let value = case.change_pct?;
    let shown = format!("{value:+.1} % {}", case.verdict.words());
    Some(Bar { name: case.id.clone(), value, interval: case.change_interval_pct, shown })
}

fn listed(bars: &[Bar]) -> String {
    bars.iter().map(|bar| format!("{} {}", bar.name, bar.shown)).collect::<Vec<_>>().join("; ")
}

/// Of each kernel on the processor that ran with several numbers of threads.
fn scaling_plot(cases: &[(&Case, &Summary)], prefix: &str) -> Option<Plot> {
    let mut curves: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for (case, summary) in cases.iter().filter(|(case, _)| case.device == "cpu") {
        curves.entry(&case.variant).or_default().push((case.settings.threads as f64, summary.rate_mean));
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
    scaling(&format!("{prefix}scaling"), &format!("rate by number of threads: {}", words.join("; ")), &curves)
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
fn trends(results: &[(String, Document)]) -> Vec<Plot> {
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
    let pieces = |value: &dyn Fn(&crate::document::Sample) -> Option<f64>| {
        let mut began = 0.0;
        let piece = |repetition: &crate::document::Repetition| {
            let points =
                repetition.samples.iter().filter_map(|sample| Some((began + sample.at_s, value(sample)?))).collect();
            began += repetition.seconds;
            points
        };
        case.repetitions.iter().map(piece).collect::<Vec<Vec<(f64, f64)>>>()
    };
    let (scale, unit) = super::plot::scaled(summary.rate_mean);
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

/// As text of HTML and SVG, and in their attributes.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::document;
    use crate::load::{Counts, Load, Mix, Server, Shares};
    use crate::machine::Machine;

    #[test]
    fn a_page_holds_flags_tables_plots_and_conditions_and_asks_nobody() {
        let mut slower = document();
        slower.cases[0].repetitions.iter_mut().for_each(|one| one.rate *= 0.9);
        slower.cases[0].id.push_str("<script>");
        let mut before = document();
        before.cases[0].id.push_str("<script>");
        let results = [("old.json".to_owned(), before), ("new.json".to_owned(), slower)];
        let report = Report::new(&results, &[]);
        let page = report.html();
        for word in [
            "<h2>What a reader has to know</h2>",
            "nonces were skipped",
            "slower",
            "Simulated CPU",
            "a virtual machine",
            "65.0 W wall, net 45.0 W",
            "role=\"img\"",
            "leave 98.70 % of the rate",
            "new job on gpu:vulkan:0",
        ] {
            assert!(page.contains(word), "{word} is missing");
        }
        for word in ["http://", "https://", "<script", "<link", "<img", "url("] {
            let found = page.matches(word).count()
                - if word == "http://" { page.matches("http://www.w3.org/").count() } else { 0 };
            assert_eq!(found, 0, "{word}: it needs nothing from elsewhere");
        }
        let names: Vec<String> = report.plots().into_iter().map(|plot| plot.name).collect();
        assert_eq!(names.iter().filter(|name| name.contains("rate-blake3")).count(), 2, "{names:?}");
        assert!(
            names.contains(&"change-2".to_owned()) && names.iter().any(|name| name.contains("efficiency")),
            "{names:?}"
        );
        assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')), "{names:?}");
    }

    fn load(share_rate: f64, p99_ms: f64, connections: usize) -> Load {
        let times = Some(Times {
            count: 100,
            min_ms: 0.1,
            p50_ms: p99_ms / 10.0,
            p90_ms: p99_ms / 2.0,
            p99_ms,
            p999_ms: 1.5 * p99_ms,
            max_ms: 2.0 * p99_ms,
        });
        Load {
            connections: Counts { wanted: connections, up: connections, failed: 0 },
            last_trouble: None,
            connect: times,
            login: times,
            first_job: times,
            fan_out: times,
            share_rate,
            mix: Mix::default(),
            seconds: 10.0,
            shares: Shares { due: 100, sent: 100, accepted: 99, accepted_wrongly: 1, ..Shares::default() },
            answer: times,
            own_delay: times,
            reconnect: None,
            server: Some(Server {
                bytes_before: 8 << 20,
                bytes_a_connection: 10_240.0,
                login_s: 0.5,
                s_a_thousand_shares: Some(0.025),
            }),
            is_interrupted: false,
        }
    }

    #[test]
    fn a_load_on_a_pool_is_shown_beside_results_of_hardware() {
        let loads = |connections| {
            vec![load(10.0, 2.0, connections), load(20.0, 4.0, connections), load(40.0, 90.0, connections)]
        };
        let document = |connections| LoadDocument {
            schema: LoadDocument::SCHEMA.to_owned(),
            created: "2026-11-21T00:50:07Z".to_owned(),
            tool: document().tool,
            machine: Machine { cpu: "Simulated CPU".to_owned(), threads: 2, is_virtual: false },
            company: None,
            bound_ms: Some(20.0),
            cases: loads(connections),
            integrity: None,
        };
        let loads = [("few.json".to_owned(), document(100)), ("many.json".to_owned(), document(1000))];
        let report = Report::new(&[], &loads);
        let page = report.html();
        for word in [
            "3 wrong shares were accepted",
            "share answer",
            "few.json",
            "blue the median",
            "bound: 20 ms",
            "1000 connections",
            "8.0 MiB before, 10.0 KiB a connection",
        ] {
            assert!(page.contains(word), "{word} is missing");
        }
        let plots = report.plots();
        let words =
            |name: &str| plots.iter().find(|plot| plot.name == name).map(|plot| plot.words.clone()).unwrap_or_default();
        assert!(
            words("1-load-rates").ends_with("up to 20 ms the highest that is kept is 20"),
            "{}",
            words("1-load-rates")
        );
        assert!(
            words("2-load-times").starts_with("1000 connections, 20 shares a second: "),
            "{}",
            words("2-load-times")
        );
        assert!(words("load-fan-out").contains("100 connections 0.20 / 2.00 / 4.00 ms"), "{}", words("load-fan-out"));
        let text = super::super::load_text(&loads[0].1);
        assert!(text.contains("highest rate with a 99th percentile up to 20 ms: 20 shares a second"), "{text}");
    }

    #[test]
    fn three_results_show_a_trend_by_their_dates() {
        let of = |day: u32, rate: f64| {
            let mut document = document();
            document.created = format!("2026-11-{day:02}T00:00:00Z");
            document.cases[0].summary.as_mut().expect("it has one").rate_mean = rate;
            (format!("{day}.json"), document)
        };
        let results = [of(3, 1.1e6), of(1, 1e6), of(2, 1.3e6)];
        let plots = Report::new(&results, &[]).plots();
        let trend = plots.iter().find(|plot| plot.name == "trend-blake3").expect("there are three");
        assert!(
            trend.words.contains("blake3/cpu/test/t2 +10.0 %") && trend.svg().contains("2026-11-02"),
            "{}",
            trend.words
        );
        assert!(Report::new(&results[..2], &[]).plots().iter().all(|plot| !plot.name.starts_with("trend")));
    }

    #[test]
    fn several_numbers_of_threads_make_a_curve() {
        let mut document = document();
        let mut one = document.cases[0].clone();
        one.settings.threads = 1;
        one.id = "blake3/cpu/test/t1".to_owned();
        one.summary.as_mut().expect("it has one").rate_mean /= 1.9;
        document.cases.push(one);
        let results = [("result.json".to_owned(), document)];
        let plots = Report::new(&results, &[]).plots();
        let curve = plots.iter().find(|plot| plot.name == "scaling").expect("there are two numbers of threads");
        assert!(curve.words.contains("2 threads do 1.90 times one"), "{}", curve.words);
    }
}
