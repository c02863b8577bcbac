//! `hashkit tune`: which kernel is the fastest here.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::{fs, slice};

use hashkit_chain::{Algorithm, Hashrate};
use hashkit_engine::device::discover::{self, Cpus, Placement};
use hashkit_engine::device::tune::{Record, Records, Step, Timing};
use hashkit_engine::device::{Card, CardError, CoreKind, cards};
use hashkit_kernels::{Gpu, gpus, may_have_gpus};
use serde_json::json;

use crate::calendar::utc;
use crate::cli::{Global, words};
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, Rows, stdout};
use crate::pattern::DevicePattern;
use crate::rig::is_wanted;
use crate::timings::Timings;

const EXAMPLES: &str = "\
Examples:
  hashkit tune
  hashkit tune run --algorithm scrypt
  hashkit tune show --output json
  hashkit tune clear
";

/// Time the kernels of this processor and its GPUs, which mining does by itself
///
/// Before its first use on a processor or card, every kernel of an algorithm is proved and timed for 50 ms, the better half of a
/// card's again for 100 ms, until one is left; the fastest is used from then on. This verb does that again, shows what is known,
/// or forgets it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Run(RunArgs),
    Show(ShowArgs),
    Clear(ClearArgs),
}

/// Time kernels now, whatever is known of them
#[derive(Debug, Default, clap::Args)]
#[command(after_help = "Examples:\n  hashkit tune run\n  hashkit tune run --algorithm scrypt\n")]
struct RunArgs {
    /// Time the kernels of this algorithm alone
    #[arg(long, value_name = "NAME", value_parser = words::algorithm())]
    algorithm: Option<Algorithm>,

    /// Time the kernels of the devices that match alone (repeatable): cpu, gpu, gpu:vulkan:0; see `hashkit devices`
    #[arg(long = "device", value_name = "PATTERN")]
    devices: Vec<DevicePattern>,

    /// Print the file that would be written, and stop
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    output: OutputArgs,
}

/// Print what is known, the fastest kernels first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hashkit tune show\n  hashkit tune show --output csv\n")]
struct ShowArgs {
    #[command(flatten)]
    output: OutputArgs,
}

/// Forget what is known
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  hashkit tune clear\n  hashkit tune clear --dry-run\n")]
struct ClearArgs {
    /// Print the file that would be removed, and stop
    #[arg(long)]
    dry_run: bool,
}

const COLUMNS: &[&str] = &["algorithm", "kernel", "versions", "hashrate", "core_kind", "timed", "cpu", "hashkit"];

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    match &args.verb {
        None => time(&RunArgs::default(), global),
        Some(Verb::Run(args)) => time(args, global),
        Some(Verb::Show(args)) => show(args, global),
        Some(Verb::Clear(args)) => clear(args, global),
    }
}

fn time(args: &RunArgs, global: &Global) -> Result<(), Failure> {
    let mut timings = Timings::load(global);
    let path = file(&timings)?.to_owned();
    if args.dry_run {
        return writeln!(io::stdout(), "files   {}", path.display()).map_err(Failure::output);
    }
    let algorithms = args.algorithm.as_ref().map_or(Algorithm::ALL, slice::from_ref);
    let may_match = |kind| args.devices.is_empty() || args.devices.iter().any(|pattern| pattern.may_match_kind(kind));
    let mut timed = Vec::new();
    if may_match("cpu") {
        let cpu = discover::this_cpu();
        for &algorithm in algorithms {
            timings.records.forget(algorithm, &cpu);
            let all = Cpus { algorithm, threads: None, placement: Placement::Pinned, kernels: None };
            discover::cpu(&all, &mut timings.records).map_err(|error| Failure::new(Exit::NoDevice, error))?;
        }
        timed.push(cpu);
    }
    if may_match("gpu") && (!args.devices.is_empty() || may_have_gpus()) {
        let wanted = |gpu: &Gpu| is_wanted(gpu, &args.devices);
        let cards: Vec<Card> = cards(gpus()).into_iter().filter_map(|card| card.only(wanted)).collect();
        if timed.is_empty() && cards.is_empty() {
            return Err(Failure::new(Exit::NoDevice, "no device here matches: see hashkit devices"));
        }
        for card in cards {
            time_card(&card, algorithms, &mut timings.records, global);
            timed.push(card.identity());
        }
    }
    let names: Vec<&str> = algorithms.iter().map(|algorithm| algorithm.name()).collect();
    let is_timed = |record: &&Record| timed.contains(&record.cpu) && names.contains(&&*record.algorithm);
    print(timings.records.all().iter().filter(is_timed), args.output.format).map_err(Failure::output)?;
    timings.records.save(&path).map_err(|error| Failure::new(Exit::Failed, error))
}

/// Times a card's kernels and says each step: the driver may compile for a minute. An interrupt ends the program, and leaves
/// what was known before.
fn time_card(card: &Card, algorithms: &[Algorithm], records: &mut Records, global: &Global) {
    let id = &card.views()[0].id;
    let shared = Mutex::new(std::mem::take(records));
    for &algorithm in algorithms {
        shared.lock().unwrap_or_else(PoisonError::into_inner).forget(algorithm, &card.identity());
        let mut say = |step: &Step| {
            global.say(&format!("{id}  round {}: {} of {}  {}", step.round, step.number, step.of, step.kernel));
            true
        };
        match card.choose(algorithm, &shared, &mut say) {
            Ok(_) | Err(CardError::NoKernel(_)) => {}
            Err(error) => global.say_warning(&format!("{id}: {error}")),
        }
    }
    *records = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
}

fn show(args: &ShowArgs, global: &Global) -> Result<(), Failure> {
    let timings = Timings::load(global);
    if timings.records.all().is_empty() {
        global.say("nothing has been timed yet: hashkit tune run does it, and so does mining");
    }
    print(timings.records.all().iter(), args.output.format).map_err(Failure::output)
}

fn clear(args: &ClearArgs, global: &Global) -> Result<(), Failure> {
    let timings = Timings::unread();
    let path = file(&timings)?;
    if args.dry_run {
        return writeln!(io::stdout(), "files   {}", path.display()).map_err(Failure::output);
    }
    match fs::remove_file(path) {
        Ok(()) => global.say(&format!("removed {}", path.display())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => global.say("nothing has been timed yet"),
        Err(error) => {
            let message = format!("cannot remove {}: {error}; remove it by hand", path.display());
            return Err(Failure::new(Exit::Failed, message));
        }
    }
    Ok(())
}

fn file(timings: &Timings) -> Result<&Path, Failure> {
    let message = "there is no folder to keep timings in: set XDG_CACHE_HOME to one, or HOME";
    timings.path().ok_or_else(|| Failure::new(Exit::Failed, message))
}

fn print<'a>(records: impl Iterator<Item = &'a Record>, format: Format) -> io::Result<()> {
    match format {
        Format::Text => print_text(records),
        format => print_rows(records, format),
    }
}

fn print_rows<'a>(records: impl Iterator<Item = &'a Record>, format: Format) -> io::Result<()> {
    let mut rows = Rows::new(stdout(), format, COLUMNS)?;
    for record in records {
        for timing in fastest_first(record) {
            rows.row(&[
                json!(record.algorithm),
                json!(timing.kernel),
                json!(timing.versions),
                json!(timing.hashrate.round()),
                json!(record.core.map(CoreKind::name)),
                json!(date(record.at)),
                json!(record.cpu),
                json!(record.hashkit),
            ])?;
        }
    }
    rows.end().map(drop)
}

fn print_text<'a>(records: impl Iterator<Item = &'a Record>) -> io::Result<()> {
    let mut out = stdout();
    for record in records {
        let kind = record.core.map_or_else(String::new, |kind| format!(" on {} cores", kind.name()));
        writeln!(out, "{}{kind}, timed {} by hashkit {}", record.algorithm, date(record.at), record.hashkit)?;
        writeln!(out, "  {}", record.cpu)?;
        for timing in fastest_first(record) {
            let rate = Hashrate::over(timing.hashrate, std::time::Duration::from_secs(1));
            let rate = rate.map_or_else(String::new, |rate| rate.to_string());
            let plural = if timing.versions == 1 { "" } else { "s" };
            writeln!(out, "  {:<29}  {rate:>12}  {} version{plural}", timing.kernel, timing.versions)?;
        }
    }
    out.flush()
}

fn fastest_first(record: &Record) -> Vec<&Timing> {
    let mut timings: Vec<&Timing> = record.timings.iter().collect();
    timings.sort_by(|a, b| b.hashrate.total_cmp(&a.hashrate));
    timings
}

/// A time of this century.
fn date(seconds: u64) -> String {
    utc(u32::try_from(seconds).unwrap_or(u32::MAX))
}
