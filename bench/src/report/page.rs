//! One page with everything: what a reader has to know, tables, plots and conditions. It needs no network and no scripts.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;
use std::path::Path;

use super::plot::{Bar, Curve, Plot, bars, changes, over_time, scaling};
use super::{COLUMNS, efficiency, hashrate, notes, rate, rows};
use crate::compare::{Comparison, Limits, compare};
use crate::document::{Case, Document, Efficiency, Summary};

/// More plots than anybody looks at are left out.
const MOST_CASES: usize = 200;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}\
table{border-collapse:collapse;margin:1rem 0;font-size:.9rem}th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:left}\
figure{margin:1rem 0;overflow-x:auto}svg{max-width:100%;height:auto}figcaption{font-size:.9rem;color:#444}.scroll{overflow-x:auto}";

/// Results with the names of their files, as people look at them.
#[derive(Debug)]
pub struct Report<'d> {
    results: &'d [(String, Document)],
}

impl<'d> Report<'d> {
    /// Of these results; those behind the first are compared with it.
    #[must_use]
    pub fn new(results: &'d [(String, Document)]) -> Self {
        Self { results }
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
            notes_of(&mut page, name, document);
        }
        for (name, document) in self.results {
            let _ = writeln!(page, "<h2>Result {}</h2>", escaped(name));
            headlines(&mut page, document);
        }
        for (name, comparison) in self.comparisons() {
            let _ = writeln!(page, "<h2>{} beside the first</h2>", escaped(name));
            comparison_table(&mut page, &comparison);
        }
        page.push_str("<h2>Plots</h2>\n");
        for plot in self.plots() {
            let _ =
                writeln!(page, "<figure>\n{}\n<figcaption>{}</figcaption>\n</figure>", plot.svg, escaped(&plot.words));
        }
        page.push_str("<h2>Conditions</h2>\n");
        for (name, document) in self.results {
            let _ = writeln!(page, "<h3>{}</h3>", escaped(name));
            conditions(&mut page, document);
        }
        page.push_str("<h2>All numbers</h2>\n");
        for (name, document) in self.results {
            let _ = writeln!(page, "<h3>{}</h3>", escaped(name));
            all_numbers(&mut page, document);
        }
        page.push_str("</body>\n</html>\n");
        page
    }
}

/// Writes a page or a plot in the place of what the file held, whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn put(path: &Path, text: &str) -> io::Result<()> {
    crate::document::put(path, text.as_bytes())
}

fn notes_of(page: &mut String, name: &str, document: &Document) {
    let notes = notes(document);
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

fn all_numbers(page: &mut String, document: &Document) {
    let plain = |value: serde_json::Value| match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    table(page, COLUMNS, rows(document).into_iter().map(|row| row.into_iter().map(plain).collect()));
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

    #[test]
    fn a_page_holds_flags_tables_plots_and_conditions_and_asks_nobody() {
        let mut slower = document();
        slower.cases[0].repetitions.iter_mut().for_each(|one| one.rate *= 0.9);
        slower.cases[0].id.push_str("<script>");
        let mut before = document();
        before.cases[0].id.push_str("<script>");
        let results = [("old.json".to_owned(), before), ("new.json".to_owned(), slower)];
        let report = Report::new(&results);
        let page = report.html();
        for word in [
            "<h2>What a reader has to know</h2>",
            "nonces were skipped",
            "slower",
            "Simulated CPU",
            "a virtual machine",
            "65.0 W wall, net 45.0 W",
            "role=\"img\"",
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

    #[test]
    fn several_numbers_of_threads_make_a_curve() {
        let mut document = document();
        let mut one = document.cases[0].clone();
        one.settings.threads = 1;
        one.id = "blake3/cpu/test/t1".to_owned();
        one.summary.as_mut().expect("it has one").rate_mean /= 1.9;
        document.cases.push(one);
        let results = [("result.json".to_owned(), document)];
        let plots = Report::new(&results).plots();
        let curve = plots.iter().find(|plot| plot.name == "scaling").expect("there are two numbers of threads");
        assert!(curve.words.contains("2 threads do 1.90 times one"), "{}", curve.words);
    }
}
