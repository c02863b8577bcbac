//! `hashkit devices`: what can mine here.

mod asics;

use std::fs;
use std::io::{self, Write};

use hashkit_chain::Algorithm;
use hashkit_engine::device::asic::AsicSpec;
use hashkit_engine::device::discover::{self, Candidate, Cpus, Placement};
use hashkit_engine::device::tune::Records;
use hashkit_engine::device::{Card, CardCandidate, CoreKind, cards};
use hashkit_engine::sensors::{self, Absent, Reading, Sensors};
use hashkit_kernels::{Gpu, absent_apis, catalogue, gpus};
use serde_json::{Value, json};

use crate::calendar::utc;
use crate::cli::{Global, words};
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, Rows, stdout};
use crate::pages;
use crate::timings::Timings;
use crate::view::{WIDTH, wrapped};
use asics::{Asic, asics};

const EXAMPLES: &str = "\
Examples:
  hashkit devices
  hashkit devices -v --algorithm scrypt
  hashkit devices --json
  hashkit devices --asic /dev/ttyACM1:bm1370
";

/// List what can mine here
///
/// The ids stay the same over a reboot and are what --device chooses by. Each device comes with the kernel that it would run
/// and why: the fastest of those that pass their proof here, timed once on this processor or card (see `hashkit tune`). A card
/// is listed once for each API that sees it, and used through one. -v lists all kernels that a device could run, and the APIs
/// that could not be asked for cards.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What the devices are to compute
    #[arg(long, value_name = "NAME", default_value = "sha256d", value_parser = words::algorithm())]
    algorithm: Algorithm,

    /// Print a JSON array; short for --output json
    #[arg(long, conflicts_with = "format")]
    json: bool,

    /// Chips on a serial port to look at (repeatable): they are started at their lowest clock, counted, and brought down again
    #[arg(long = "asic", value_name = "PATH:MODEL[,OPTIONS]")]
    asics: Vec<AsicSpec>,

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
    "pci_address",
    "is_software",
    "temperature_c",
    "power_w",
    "clock_mhz",
    "sensors",
];

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    let mut timings = Timings::load(global);
    let all = Cpus { algorithm: args.algorithm, threads: None, placement: Placement::Pinned, kernels: None };
    let devices = discover::cpu(&all, &mut timings.records).map_err(|error| Failure::new(Exit::NoDevice, error))?;
    timings.keep(global);
    let cards = cards(gpus());
    let kernels: Vec<String> = catalogue(args.algorithm).iter().map(|kernel| kernel.name().to_owned()).collect();
    let format = if args.json { Format::Json } else { args.output.format };
    let asics = asics(&args.asics);
    let print = || match format {
        Format::Text => {
            let mut out = stdout();
            print_text(&mut out, &devices, &kernels, global.verbose > 0)?;
            for view in views(&cards, args.algorithm, &timings.records) {
                print_view(&mut out, &view, global.verbose > 0)?;
            }
            for asic in &asics {
                asic.print(&mut out)?;
            }
            if global.verbose > 0 {
                for absent in absent_apis() {
                    let words = format!("no cards through {}: {}", absent.api, absent.reason);
                    for line in wrapped(&words, WIDTH) {
                        writeln!(out, "{line}")?;
                    }
                }
            }
            out.flush()
        }
        format => {
            let views = views(&cards, args.algorithm, &timings.records);
            print_rows(&devices, &kernels, &views, &asics, args.algorithm, format)
        }
    };
    print().map_err(Failure::output)
}

/// A GPU through one API, and what becomes of it.
struct View<'c> {
    gpu: &'c Gpu,
    is_used: bool,
    reason: String,
    /// The kernels that it would run, with and without version bits to roll, where that is known.
    kernel: Option<[String; 2]>,
    timed_at: Option<u64>,
    kernels: Vec<String>,
    sensed: Sensed,
}

/// What the sensors of a device say.
#[derive(Clone)]
struct Sensed {
    reading: Reading,
    /// The same in words, or why there is nothing.
    words: String,
}

impl Sensed {
    fn of<S: Sensors + ?Sized>(sensors: Result<Box<S>, Absent>) -> Self {
        let mut sensors = match sensors {
            Ok(sensors) => sensors,
            Err(absent) => return Self { reading: Reading::default(), words: format!("none: {absent}") },
        };
        let reading = sensors.read();
        let (source, boundary) = (sensors.source(), sensors.boundary());
        let energy = if reading.energy.is_some() { ", with a counter of energy" } else { "" };
        let words = match reading.to_string() {
            nothing if nothing.is_empty() => format!("they say nothing now ({source}, {boundary}{energy})"),
            said => format!("{said} ({source}, {boundary}{energy})"),
        };
        Self { reading, words }
    }

    /// The columns from `temperature_c` on.
    fn columns(&self) -> [Value; 4] {
        let Reading { temperature, power, clock, .. } = self.reading;
        [json!(temperature), json!(power), json!(clock), json!(self.words)]
    }
}

fn views<'c>(cards: &'c [Card], algorithm: Algorithm, records: &Records) -> Vec<View<'c>> {
    let of_card = |card: &'c Card| {
        let known = card.known(algorithm, records);
        let first = card.views()[0].id.clone();
        let sensed = Sensed::of(card.sensors());
        card.views().iter().map(move |gpu| {
            let kernels: Vec<String> = gpu.kernels(algorithm).iter().map(|spec| spec.name().to_owned()).collect();
            let is_chosen = known.as_ref().map_or(&*first, CardCandidate::id) == gpu.id;
            let known = known.as_ref().filter(|_| is_chosen);
            let reason = if kernels.is_empty() {
                format!("there is no kernel for {algorithm} on GPUs")
            } else if gpu.is_software {
                format!("a program on the processor: used only where --device {} names it", gpu.id)
            } else if let Some(known) = known {
                known.reason().to_owned()
            } else if is_chosen {
                "its kernels are timed when it first mines: see hashkit tune".to_owned()
            } else {
                format!("the same card as {first}: the fastest API is used, found by timing when it first mines")
            };
            View {
                gpu,
                is_used: is_chosen && !gpu.is_software && !kernels.is_empty(),
                reason,
                kernel: known.map(|known| [known.kernel(), known.plain_kernel()].map(str::to_owned)),
                timed_at: known.and_then(CardCandidate::timed_at),
                kernels,
                sensed: sensed.clone(),
            }
        })
    };
    cards.iter().flat_map(of_card).collect()
}

fn print_view(out: &mut impl Write, view: &View<'_>, all_kernels: bool) -> io::Result<()> {
    let View { gpu, is_used, reason, kernel, timed_at, kernels, sensed } = view;
    let [used, kernel] = [if *is_used { "yes" } else { "no" }, kernel.as_ref().map_or("-", |[kernel, _]| kernel)];
    let left = WIDTH - 28 - kernel.len().max(29);
    writeln!(out, "{:<18}  {used:<4}  {kernel:<29}  {}", gpu.id, shortened(&gpu.name, left))?;
    detail(out, "why", &with_time(reason, *timed_at))?;
    detail(out, "name", &gpu.name)?;
    let driver = if gpu.driver.is_empty() { "not told" } else { &gpu.driver };
    detail(out, "driver", driver)?;
    if !gpu.pci_address.is_empty() {
        detail(out, "PCI address", &gpu.pci_address)?;
    }
    if let Some(bytes) = gpu.memory {
        detail(out, "memory", &format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30)))?;
    }
    detail(out, "sensors", &sensed.words)?;
    if all_kernels && !kernels.is_empty() {
        detail(out, "kernels", &kernels.join(", "))?;
    }
    Ok(())
}

fn print_rows(
    devices: &[Candidate],
    kernels: &[String],
    views: &[View<'_>],
    asics: &[Asic],
    algorithm: Algorithm,
    format: Format,
) -> io::Result<()> {
    let (driver, sensed) = (processor_driver(), Sensed::of(sensors::of_cpu().map(Box::new)));
    let mut rows = Rows::new(stdout(), format, COLUMNS)?;
    for device in devices {
        let (core, memory) = (device.core(), device.memory());
        let fixed = [
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
            json!(null),
            json!(false),
        ];
        rows.row(&[&fixed[..], &sensed.columns()].concat())?;
    }
    for View { gpu, is_used, reason, kernel, timed_at, kernels, sensed } in views {
        let fixed = [
            json!(gpu.id),
            json!("gpu"),
            json!(gpu.name),
            json!(gpu.api),
            json!(gpu.driver),
            json!(is_used),
            json!(with_time(reason, *timed_at)),
            json!(algorithm.name()),
            json!(kernel.as_ref().map(|[kernel, _]| kernel)),
            json!(kernel.as_ref().map(|[_, plain]| plain)),
            json!(kernels),
            json!(null),
            json!(null),
            json!(null),
            json!(gpu.memory),
            json!(null),
            json!(Some(&gpu.pci_address).filter(|address| !address.is_empty())),
            json!(gpu.is_software),
        ];
        rows.row(&[&fixed[..], &sensed.columns()].concat())?;
    }
    let unsensed = Sensed { reading: Reading::default(), words: "none: those of chips are told in words".to_owned() };
    for asic in asics {
        rows.row(&[&asic.columns()[..], &unsensed.columns()].concat())?;
    }
    rows.end().map(drop)
}

/// Why the device runs its kernel, and when that was found out.
fn reason(device: &Candidate) -> String {
    with_time(device.reason(), device.timed_at())
}

fn with_time(reason: &str, timed_at: Option<u64>) -> String {
    let when = |at: u64| format!("; timed {}", utc(u32::try_from(at).unwrap_or(u32::MAX)));
    format!("{reason}{}", timed_at.map_or_else(String::new, when))
}

/// What drives a processor is the operating system: `linux 6.1.0`.
fn processor_driver() -> String {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{} {}", std::env::consts::OS, release.trim()).trim_end().to_owned()
}

/// A line a device, equal neighbours in one line: a processor of 128 cores is still one line.
fn print_text(
    mut out: &mut impl Write,
    devices: &[Candidate],
    kernels: &[String],
    all_kernels: bool,
) -> io::Result<()> {
    let sensed = Sensed::of(sensors::of_cpu().map(Box::new));
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
        detail(&mut out, "sensors", &sensed.words)?;
        if all_kernels {
            detail(&mut out, "kernels", &kernels.join(", "))?;
        }
    }
    Ok(())
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
