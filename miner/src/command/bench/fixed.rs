//! `hashkit bench --exact`: fixed work, whose checksum is the same everywhere.

use std::io::{self, Write};
use std::time::Duration;

use hashkit_bench::devices::{Fixed, Wanted, fixed};
use hashkit_chain::Hashrate;
use serde_json::json;

use crate::failure::{Exit, Failure};
use crate::output::{Format, Rows, stdout};
use crate::timings::SharedTimings;

const COLUMNS: &[&str] =
    &["algorithm", "device", "kernel", "threads", "hashes", "hits", "checksum", "seconds", "problem"];

/// Has each device do its work, and prints each outcome as it comes.
pub(super) fn run(hashes: u64, wanted: &Wanted, timings: &SharedTimings, format: Format) -> Result<(), Failure> {
    let mut found: Vec<Fixed> = Vec::new();
    let mut printed = Ok(());
    let are_equal = fixed(wanted, hashes, &timings.records, &mut |one| {
        if format == Format::Text && printed.is_ok() {
            printed = line(&one);
        }
        found.push(one);
    });
    timings.keep();
    if format != Format::Text {
        printed = rows(&found, format);
    }
    printed.map_err(Failure::output)?;
    if found.is_empty() {
        return Err(Failure::new(Exit::NoDevice, "no wanted device has a wanted kernel: see hashkit devices -v"));
    }
    if !are_equal {
        let message = "devices disagree about the same work, or failed: see hashkit selftest";
        return Err(Failure::new(Exit::Validation, message));
    }
    Ok(())
}

fn line(one: &Fixed) -> io::Result<()> {
    let mut out = stdout();
    let Fixed { device, kernel, threads, hashes, hits, seconds, .. } = one;
    let rate = Duration::try_from_secs_f64(*seconds).ok().and_then(|took| Hashrate::over(*hashes as f64, took));
    let rate = rate.map_or_else(|| "-".to_owned(), |rate| rate.to_string());
    let did = format!("{kernel} on {device}, {threads} threads: {hashes} hashes, {hits} hits, {rate}");
    if let Some(sum) = &one.checksum {
        writeln!(out, "{sum}  {did}")?;
    } else {
        let problem = one.problem.as_deref().unwrap_or("no answer");
        writeln!(out, "WRONG  {kernel} on {device}: {problem}")?;
    }
    out.flush()
}

fn rows(found: &[Fixed], format: Format) -> io::Result<()> {
    let mut rows = Rows::new(stdout(), format, COLUMNS)?;
    for one in found {
        rows.row(&[
            json!(one.algorithm),
            json!(one.device),
            json!(one.kernel),
            json!(one.threads),
            json!(one.hashes),
            json!(one.hits),
            json!(one.checksum),
            json!(one.seconds),
            json!(one.problem),
        ])?;
    }
    rows.end().map(drop)
}
