//! `hashkit devices`: what can mine here.

use std::fs;
use std::io::{self, Write};

use hashkit_chain::Algorithm;
use hashkit_engine::device::CoreKind;
use hashkit_engine::device::discover::{self, Candidate, Cpus, Placement};
use hashkit_kernels::catalogue;
use serde_json::json;

use crate::calendar::utc;
use crate::cli::{Global, words};
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, Rows, stdout};
use crate::pages;
use crate::timings::Timings;
use crate::view::{WIDTH, wrapped};

const EXAMPLES: &str = "\
Examples:
  hashkit devices
  hashkit devices -v --algorithm scrypt
  hashkit devices --json
";

/// List what can mine here
///
/// The ids stay the same over a reboot and are what --device chooses by. Each device comes with the kernel that it would run
/// and why: the fastest of those that pass their proof here, timed once on this processor (see `hashkit tune`). -v lists all
/// kernels that it could run, the plainest first.
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

const COLUMNS: &[&str] = &[
    "id",
    "kind",
    "name",
    "api",
    "driver",
    "used",
    "reason",
    "algorithm",
    "kernel",
    "plain_kernel",
    "kernels",
    "core",
    "core_kind",
    "is_sibling",
    "memory_bytes",
    "pages",
];

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    let mut timings = Timings::load(global);
    let all = Cpus { algorithm: args.algorithm, threads: None, placement: Placement::Pinned, kernels: None };
    let devices = discover::cpu(&all, &mut timings.records).map_err(|error| Failure::new(Exit::NoDevice, error))?;
    timings.keep(global);
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
        let (core, memory) = (device.core(), device.memory());
        rows.row(&[
            json!(device.id()),
            json!("cpu"),
            json!(device.name()),
            json!("native"),
            json!(driver),
            json!(true),
            json!(reason(device)),
            json!(algorithm.name()),
            json!(device.kernel()),
            json!(device.plain_kernel()),
            json!(kernels),
            json!(core.map(|core| core.number)),
            json!(core.and_then(|core| core.kind).map(CoreKind::name)),
            json!(core.map(|core| core.is_sibling)),
            json!(memory.map(|memory| memory.bytes)),
            json!(memory.map(|memory| memory.pages.name())),
        ])?;
    }
    rows.end().map(drop)
}

/// Why the device runs its kernel, and when that was found out.
fn reason(device: &Candidate) -> String {
    let when = |at: u64| format!("; timed {}", utc(u32::try_from(at).unwrap_or(u32::MAX)));
    format!("{}{}", device.reason(), device.timed_at().map_or_else(String::new, when))
}

/// What drives a processor is the operating system: `linux 6.1.0`.
fn processor_driver() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{} {}", std::env::consts::OS, release.trim()).trim_end().to_owned()
}

/// A line a device, equal neighbours in one line: a processor of 128 cores is still one line.
fn print_text(devices: &[Candidate], kernels: &[String], all_kernels: bool) -> io::Result<()> {
    let mut out = stdout();
    writeln!(out, "{:<18}  {:<4}  {:<29}  NAME", "DEVICE", "USED", "KERNEL")?;
    let traits = |device: &Candidate| {
        let core = device.core().map(|core| (core.kind, core.is_sibling));
        (device.name().to_owned(), device.kernel().to_owned(), device.reason().to_owned(), core)
    };
    for group in devices.chunk_by(|a, b| traits(a) == traits(b)) {
        let (first, last) = (&group[0], &group[group.len() - 1]);
        let ids = if group.len() == 1 { first.id().to_owned() } else { format!("{} to {}", first.id(), last.id()) };
        writeln!(out, "{ids:<18}  {:<4}  {:<29}  {}", "yes", first.kernel(), shortened(first.name(), 23))?;
        detail(&mut out, "why", &reason(first))?;
        if first.plain_kernel() != first.kernel() {
            detail(&mut out, "where no version bits may roll", first.plain_kernel())?;
        }
        detail(&mut out, "cores", &cores(group))?;
        if let Some(words) = pages::words(group) {
            detail(&mut out, "memory", &words)?;
        }
        if all_kernels {
            detail(&mut out, "kernels", &kernels.join(", "))?;
        }
    }
    out.flush()
}

/// An indented line, or several where it does not fit.
fn detail(out: &mut impl Write, key: &str, text: &str) -> io::Result<()> {
    let mut indent = 2;
    for line in wrapped(&format!("{key}: {text}"), WIDTH - 4) {
        writeln!(out, "{:indent$}{line}", "")?;
        indent = 4;
    }
    Ok(())
}

/// The cores of devices that are alike.
fn cores(group: &[Candidate]) -> String {
    let Some(first) = group[0].core() else { return "any, as the system likes".to_owned() };
    let numbers: Vec<u32> = group.iter().filter_map(|device| device.core().map(|core| core.number)).collect();
    let runs = numbers.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}-{last}"),
        [] => String::new(),
    });
    let kind = first.kind.map_or_else(String::new, |kind| format!(", for {}", kind.name()));
    let shared = if first.is_sibling { ", siblings of those before" } else { "" };
    format!("{}{kind}{shared}", runs.collect::<Vec<_>>().join(","))
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
