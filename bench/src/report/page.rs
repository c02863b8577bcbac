//! One page with everything: what a reader has to know, tables, plots and conditions. It needs no network and no scripts.

mod loads;
mod plots;
mod results;
mod tables;

use std::fmt::Write;
use std::io;
use std::path::Path;

use self::loads::{load_conditions, loads};
use self::plots::{change, listed, plots_of, trends};
use self::results::{comparison_table, conditions, headlines, lines, rigs};
pub(super) use self::tables::escaped;
use self::tables::{all_numbers, notes_of};
use super::load::{LOAD_COLUMNS, fan_out_plot, load_notes, load_plots, load_rows};
use super::plot::{Bar, Plot, changes};
use super::{COLUMNS, notes, rows};
use crate::compare::{Comparison, Limits, compare};
use crate::document::Document;
use crate::load::LoadDocument;

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
            lines(&mut page, document);
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

#[cfg(test)]
mod tests;
