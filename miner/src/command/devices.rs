//! `hashkit devices`: what can mine here.

use std::fs;
use std::io::{self, Write};

use hashkit_chain::Algorithm;
use hashkit_engine::device::discover::{self, Candidate};
use hashkit_kernels::catalogue;
use serde_json::json;

use crate::cli::{Global, words};
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, Rows, stdout};

const EXAMPLES: &str = "\
Examples:
  hashkit devices
  hashkit devices -v --algorithm scrypt
  hashkit devices --json
";

/// List what can mine here
///
/// The ids stay the same over a reboot and are what --device chooses by. Each device comes with the kernel that it would run
/// and why; -v lists all kernels that it could run, the plainest first.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What the devices are to compute
    #[arg(long, value_name = "NAME", default_value = "sha256d", value_parser = words::algorithm())]
    algorithm: Algorithm,

    /// Print a JSON array; short for --output json
    #[arg(long, conflicts_with = "format")]
    json: bool,

    #[command(flatten)]
    output: OutputArgs,
}

const COLUMNS: &[&str] = &["id", "kind", "name", "api", "driver", "used", "reason", "algorithm", "kernel", "kernels"];

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    let devices = discover::cpu(args.algorithm, None).map_err(|error| Failure::new(Exit::NoDevice, error))?;
    let kernels: Vec<String> = catalogue(args.algorithm).iter().map(|kernel| kernel.name().to_owned()).collect();
    let format = if args.json { Format::Json } else { args.output.format };
    let print = || match format {
        Format::Text => print_text(&devices, &kernels, global.verbose > 0),
        format => print_rows(&devices, &kernels, args.algorithm, format),
    };
    print().map_err(Failure::output)
}

fn print_rows(devices: &[Candidate], kernels: &[String], algorithm: Algorithm, format: Format) -> io::Result<()> {
    let driver = processor_driver();
    let mut rows = Rows::new(stdout(), format, COLUMNS)?;
    for device in devices {
        rows.row(&[
            json!(device.id()),
            json!("cpu"),
            json!(device.name()),
            json!("native"),
            json!(driver),
            json!(true),
            json!(device.reason()),
            json!(algorithm.name()),
            json!(device.kernel()),
            json!(kernels),
        ])?;
    }
    rows.end().map(drop)
}

/// What drives a processor is the operating system: `linux 6.1.0`.
fn processor_driver() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{} {}", std::env::consts::OS, release.trim()).trim_end().to_owned()
}

/// A line a device, equal neighbours in one line: a processor of 128 cores is still one line.
fn print_text(devices: &[Candidate], kernels: &[String], all_kernels: bool) -> io::Result<()> {
    let mut out = stdout();
    writeln!(out, "{:<18}  {:<4}  {:<16}  NAME", "DEVICE", "USED", "KERNEL")?;
    let is_same =
        |a: &Candidate, b: &Candidate| (a.name(), a.kernel(), a.reason()) == (b.name(), b.kernel(), b.reason());
    for group in devices.chunk_by(is_same) {
        let (first, last) = (&group[0], &group[group.len() - 1]);
        let ids = if group.len() == 1 { first.id().to_owned() } else { format!("{} to {}", first.id(), last.id()) };
        writeln!(out, "{ids:<18}  {:<4}  {:<16}  {}", "yes", first.kernel(), shortened(first.name(), 36))?;
        writeln!(out, "  why: {}", first.reason())?;
        if all_kernels {
            writeln!(out, "  kernels: {}", kernels.join(", "))?;
        }
    }
    out.flush()
}

/// `text` in at most `columns` characters.
fn shortened(text: &str, columns: usize) -> String {
    if text.chars().count() <= columns {
        return text.to_owned();
    }
    text.chars().take(columns.saturating_sub(3)).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_where_people_see_that_it_is() {
        assert_eq!(shortened("processor", 9), "processor");
        assert_eq!(shortened("processors", 9), "proces...");
        assert_eq!(shortened("äöüäöüäöüä", 9).chars().count(), 9);
    }
}
