//! `hashkit bench compare`: whether a result got better or worse.

use std::io::Write;
use std::path::PathBuf;

use hashkit_bench::compare::{Limits, compare, median_of_past};
use hashkit_bench::document::{Flag, read};
use hashkit_bench::report::{comparison_markdown, comparison_text};
use serde_json::{Value, json};

use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, Rows, stdout};

const EXAMPLES: &str = "\
Examples:
  hashkit bench compare old.json old.json
  hashkit bench compare old.json old.json --threshold 5% --output md
  hashkit bench compare old.json old.json old.json
";

/// Compare two results of `hashkit bench`, case by case
///
/// Of several results before, the newest five count, of each case the one with the median rate.
/// A case is slower or faster where its rate changed by more than the threshold and chance explains that only once in 1 / alpha
/// times, by a permutation test of the repetitions, or Welch's t where there are many. Ends with exit code 10 when a case got
/// slower, with 3 when one is not valid, and with 4 when none can be compared: results of another machine, say.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CompareArgs {
    /// The result before and the result after; of several before, the median of the newest five
    #[arg(value_names = ["BEFORE", "AFTER"], num_args = 2.., required = true)]
    results: Vec<PathBuf>,

    /// The least change that matters, as 2% or 0.02
    #[arg(long, value_name = "PART", default_value = "2%", value_parser = part)]
    threshold: f64,

    /// How often a difference may be claimed where there is none
    #[arg(long, value_name = "PART", default_value = "0.01", value_parser = part)]
    alpha: f64,

    /// Compare even where machine or system differ
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    output: OutputArgs,
}

const COLUMNS: &[&str] = &[
    "case",
    "verdict",
    "before",
    "after",
    "change_pct",
    "change_low_pct",
    "change_high_pct",
    "p",
    "energy_change_pct",
    "note",
];

pub(super) fn run(args: &CompareArgs) -> Result<(), Failure> {
    let read = |path: &PathBuf| read(path).map_err(|error| Failure::new(Exit::Failed, error));
    let mut past = args.results.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let missing = || Failure::usage("two results are needed: one before, one after");
    let after = past.pop().ok_or_else(missing)?;
    let before = if past.len() > 1 { median_of_past(&past, &after) } else { past.pop() };
    let before = before.ok_or_else(missing)?;
    let limits = Limits { threshold: args.threshold, alpha: args.alpha, across_machines: args.force };
    let comparison = compare(&before, &after, limits);
    let print = || {
        let mut out = stdout();
        match args.output.format {
            Format::Text => write!(out, "{}", comparison_text(&comparison))?,
            Format::Md => write!(out, "{}", comparison_markdown(&comparison))?,
            Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&comparison)?)?,
            format @ (Format::Jsonl | Format::Csv) => {
                let mut rows = Rows::new(out, format, COLUMNS)?;
                for case in &comparison.cases {
                    let interval = case.change_interval_pct;
                    let cells: [Value; 10] = [
                        json!(case.id),
                        json!(case.verdict),
                        json!(case.before),
                        json!(case.after),
                        json!(case.change_pct),
                        json!(interval.map(|[low, _]| low)),
                        json!(interval.map(|[_, high]| high)),
                        json!(case.p),
                        json!(case.energy_change_pct),
                        json!(case.note),
                    ];
                    rows.row(&cells)?;
                }
                return rows.end().map(drop);
            }
        }
        out.flush()
    };
    print().map_err(Failure::output)?;
    if before.cases.iter().chain(&after.cases).any(|case| case.has(Flag::Invalid)) {
        return Err(Failure::new(Exit::Validation, "a case is not valid: nonces were skipped, repeated or wrong"));
    }
    if comparison.is_regression() {
        let slower = "slower, by more than the threshold and more than chance explains";
        return Err(Failure::new(Exit::Regression, slower));
    }
    if comparison.is_of_nothing() {
        let why = comparison.note.unwrap_or_else(|| "no case is in both and has a rate".to_owned());
        return Err(Failure::new(Exit::NoDevice, format!("nothing can be compared: {why}")));
    }
    Ok(())
}

/// Reads `2%` or `0.02`.
fn part(text: &str) -> Result<f64, String> {
    let (number, scale) = text.strip_suffix('%').map_or((text, 1.0), |number| (number.trim(), 100.0));
    let part = number.parse::<f64>().ok().map(|number| number / scale);
    part.filter(|part| (0.0..1.0).contains(part)).ok_or_else(|| format!("{text:?} is no part: write 2% or 0.02"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_number_or_a_percentage() {
        for (text, expected) in [
            ("2%", Some(0.02)),
            ("0.5 %", Some(0.005)),
            ("0.01", Some(0.01)),
            ("0", Some(0.0)),
            ("2", None),
            ("-1%", None),
            ("x", None),
            ("NaN", None),
        ] {
            assert_eq!(part(text).ok(), expected, "{text}");
        }
    }
}
