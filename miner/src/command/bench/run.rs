//! `hashkit bench run`: measures.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use hashkit_bench::cost::Prices;
use hashkit_bench::devices::{Pairs, PlanError, PlannedRig, Session, plan, rigs};
use hashkit_bench::document::{Document, Flag, check_writable, seal, write};
use hashkit_bench::exact::MOST;
use hashkit_bench::host::GpuOfHost;
use hashkit_bench::measure::{Planned, PowerSource, Times};
use hashkit_bench::plug::{Plug, Told, sources};
use hashkit_bench::preflight::{Finding, Level, power, preflight};
use hashkit_bench::report;
use hashkit_engine::device::Card;

use super::choice::ChoiceArgs;
use super::fixed;
use super::progress::Shown;
use super::samples::Samples;
use crate::built::tool;
use crate::calendar::utc;
use crate::cli::Global;
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, Rows, stdout};
use crate::signals::{self, Signal};
use crate::small_file;
use crate::stop::parse_time;
use crate::timings::Timings;

/// Of a rig with and without clean jobs: there are hundreds of them in it.
const LONGEST_WINDOW: Duration = Duration::from_secs(30);
/// Longer than anybody waits.
const FOR_EVER: Duration = Duration::from_hours(24 * 365);

const EXAMPLES: &str = "\
Examples:
  hashkit bench run --quick --algorithm blake3 --measure 100ms
  hashkit bench run --threads 1..2 --kernel all --dry-run
  hashkit bench run --exact 100000 --algorithm blake3 --kernel all
";

/// Measure: the same as `hashkit bench` alone
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(super) struct RunArgs {
    /// Take less than a minute for everything: a first look
    #[arg(long, conflicts_with = "publish")]
    quick: bool,

    /// Measure five times five minutes a case, in random order, for a number that stands
    #[arg(long)]
    publish: bool,

    #[command(flatten)]
    choice: ChoiceArgs,

    /// How long each repetition counts
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    measure: Option<Duration>,

    /// How often each case is repeated, at least twice
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(2..))]
    repetitions: Option<u16>,

    /// Leave repetitions that lie far from the others out of what is claimed; they stay in the result, marked
    #[arg(long)]
    drop_outliers: bool,

    /// Ask this plug for the power at the wall: `tasmota://HOST`, `shelly://HOST` (repeatable: two in a row check each other)
    #[arg(long = "plug", value_name = "URL", conflicts_with = "watts")]
    plugs: Vec<Plug>,

    /// Take this many watts for its power; marked as an estimate
    #[arg(long, value_name = "WATTS", value_parser = positive)]
    watts: Option<f64>,

    /// The temperature of the room in °C, which changes what hardware draws
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    ambient: Option<f64>,

    /// Measure all devices together with a pool: time to a new job, of a share, cores beside them
    #[arg(long, conflicts_with_all = ["stress", "exact"])]
    rig: bool,

    /// Let all devices hash together, and check what they find until stopped
    #[arg(long, conflicts_with_all = ["quick", "publish", "measure", "repetitions"])]
    stress: bool,

    /// When to end --stress by itself (90s, 5m, 2h)
    #[arg(long, value_name = "TIME", value_parser = parse_time, requires = "stress")]
    stop_after: Option<Duration>,

    /// Do exactly so many hashes, and print a checksum that is the same on every device
    #[arg(long, value_name = "HASHES", conflicts_with_all = ["stress", "quick", "publish", "save", "cost"])]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=MOST))]
    exact: Option<u64>,

    /// Say what it would earn and cost by the prices in this TOML file
    #[arg(long, value_name = "FILE")]
    cost: Option<PathBuf>,

    /// Write the result into this file, as JSON
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// Write what is seen each second into this file while it is measured, a JSON object a line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["stress", "exact"])]
    samples: Option<PathBuf>,

    /// Put the machine's name into the result
    #[arg(long)]
    include_identity: bool,

    /// Measure nothing where the machine's state would change the result
    #[arg(long)]
    strict: bool,

    /// Print what would be measured and written, and stop
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(args: &RunArgs, global: &Global) -> Result<(), Failure> {
    let wanted = args.choice.wanted(args.quick)?;
    let timings = Timings::load(global).shared();
    if let Some(hashes) = args.exact.filter(|_| !args.dry_run) {
        return fixed::run(hashes, &wanted, &timings, args.output.format);
    }
    let prices = args.cost.as_deref().map(prices).transpose()?;
    let gpus: Vec<GpuOfHost> = wanted.cards.iter().flat_map(Card::views).map(GpuOfHost::of).collect();
    let mut findings = findings(args, &gpus, global)?;
    if let Some(path) = &args.save {
        check_writable(path).map_err(|error| Failure::new(Exit::Failed, error))?;
    }
    let mut tell = |step: &str| global.say(step);
    let planned = if args.rig {
        rigs(&wanted, &timings.records, &mut tell).map(Work::Rigs)
    } else {
        plan(&wanted, &timings.records, &mut tell).map(Work::Cases)
    };
    let mut planned = planned.map_err(|error| match error {
        PlanError::UnknownKernel { .. } => Failure::usage(error),
        PlanError::Nothing => Failure::new(Exit::NoDevice, error),
    })?;
    timings.keep();
    let cases = planned.cases().len();
    if args.dry_run {
        return print_plan(args, &planned.cases()).map_err(Failure::output);
    }
    for case in planned.cases() {
        add_power(args, case);
    }
    let power = power(&mut planned.cases());
    global.say(&power.text);
    findings.push(power);
    let mut samples = args.samples.as_deref().map(Samples::create).transpose()?;
    let interrupt = Interrupt::listen().map_err(|error| Failure::new(Exit::Failed, error))?;
    let (times, profile) = args.times(cases);
    let document = {
        let mut shown = Shown::new(global);
        let session = Session {
            times,
            profile,
            ambient_c: args.ambient,
            gpus,
            preflight: findings,
            includes_identity: args.include_identity,
            tool: tool(),
            is_interrupted: &|| interrupt.first().is_some(),
            tell: &mut |progress| {
                shown.tell(progress);
                if let Some(samples) = &mut samples {
                    samples.take(progress);
                }
            },
            date: |seconds| utc(u32::try_from(seconds).unwrap_or(u32::MAX)),
        };
        match planned {
            Work::Rigs(rigs) => session.rigs(rigs, args.pairs(&times)),
            Work::Cases(planned) if args.stress => session.stress(planned, args.stop_after.unwrap_or(FOR_EVER)),
            Work::Cases(planned) => session.run(planned),
        }
    };
    if let Some(path) = &args.save {
        write(&document, path).map_err(|error| Failure::new(Exit::Failed, error))?;
        global.say(&format!("the result is in {}", path.display()));
    }
    print(&document, args.output.format).map_err(Failure::output)?;
    samples.map_or(Ok(()), Samples::end)?;
    if let Some(prices) = prices {
        global.say(prices.text(&document).trim_end());
    }
    verdict(&document, interrupt.first().filter(|_| !args.stress))
}

/// What is measured.
enum Work {
    /// Each device alone.
    Cases(Vec<Planned>),
    /// All together.
    Rigs(Vec<PlannedRig>),
}

impl Work {
    fn cases(&mut self) -> Vec<&mut Planned> {
        match self {
            Self::Cases(cases) => cases.iter_mut().collect(),
            Self::Rigs(rigs) => rigs.iter_mut().map(|rig| &mut rig.planned).collect(),
        }
    }
}

impl RunArgs {
    /// As many pairs of windows as there are repetitions of one.
    fn pairs(&self, times: &Times) -> Pairs {
        // Fewer than five say little, and a quick run has three.
        let count = if self.quick { times.repetitions } else { 2 * times.repetitions };
        Pairs { count, window: times.measure.clamp(Duration::from_millis(200), LONGEST_WINDOW) }
    }

    /// For how many cases a quick run has to have time.
    fn quick_cases(&self, cases: usize) -> usize {
        // Chips take as long as some cases to start: once alone, and in a rig for each repetition.
        let chips = self.choice.lines_of_chips();
        // How a rig behaves takes twice as long as its rate.
        if self.rig { 3 * (cases + 6 * chips.min(1)) } else { cases + 2 * chips }
    }

    /// The times, and what they are called.
    fn times(&self, cases: usize) -> (Times, &'static str) {
        let (mut times, mut profile) = match (self.quick, self.publish) {
            (true, _) => (Times::quick(self.quick_cases(cases)), "quick"),
            (_, true) => (Times::PUBLISH, "publish"),
            _ => (Times::DEFAULT, "default"),
        };
        times.drops_outliers = self.drop_outliers;
        if let Some(measure) = self.measure {
            (times.measure, profile) = (measure, "custom");
            if self.quick {
                times.warm_up = (times.warm_up.0.min(3 * measure), times.warm_up.1.min(3 * measure));
            }
        }
        if let Some(repetitions) = self.repetitions {
            (times.repetitions, profile) = (usize::from(repetitions), "custom");
        }
        (times, profile)
    }
}

/// What the state of the machine would do to the result; said, unless it is merely good to know.
fn findings(args: &RunArgs, gpus: &[GpuOfHost], global: &Global) -> Result<Vec<Finding>, Failure> {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let mut findings = preflight(threads);
    for plug in &args.plugs {
        let watts = plug.watts().map_err(|error| Failure::new(Exit::Failed, error))?;
        findings.push(Finding::new("plug", Level::Info, format!("the plug tells {watts} W now")));
    }
    findings.extend(gpus.iter().filter_map(|gpu| {
        let text = format!("the clocks of {} are held: {}", gpu.id, gpu.clocks_held.as_ref()?);
        Some(Finding::new("gpu_clocks_held", Level::Info, text))
    }));
    for finding in &findings {
        match finding.level {
            Level::Info if global.verbose > 0 => global.say(&finding.text),
            Level::Info => {}
            Level::Warning | Level::Blocker => global.say_warning(&finding.text),
        }
    }
    if args.strict && findings.iter().any(|finding| finding.level >= Level::Warning) {
        return Err(Failure::new(Exit::Failed, "with --strict nothing is measured in this state of the machine"));
    }
    Ok(findings)
}

/// What somebody tells of the power, or tells to ask, comes before what the device itself tells.
fn add_power(args: &RunArgs, case: &mut Planned) {
    let told = args.watts.map(|watts| -> Box<dyn PowerSource> { Box::new(Told(watts)) });
    case.power.splice(0..0, sources(&args.plugs).into_iter().chain(told));
}

fn print_plan(args: &RunArgs, planned: &[&mut Planned]) -> io::Result<()> {
    let mut out = stdout();
    let (times, profile) = args.times(planned.len());
    let (repetitions, seconds) = (times.repetitions, times.measure.as_secs_f64());
    writeln!(out, "profile {profile}: {repetitions} times {seconds} s a case")?;
    for case in planned {
        writeln!(out, "case    {}", case.id)?;
    }
    if let Some(path) = &args.save {
        writeln!(out, "files   {}", path.display())?;
    }
    out.flush()
}

/// Prints a result in any form.
pub(super) fn print(document: &Document, format: Format) -> io::Result<()> {
    let mut out = stdout();
    match format {
        Format::Text => write!(out, "{}", report::text(document))?,
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(&seal(document)?)?)?,
        format => {
            let mut rows = Rows::new(out, format, report::COLUMNS)?;
            for row in report::rows(document) {
                rows.row(&row)?;
            }
            return rows.end().map(drop);
        }
    }
    out.flush()
}

fn prices(path: &Path) -> Result<Prices, Failure> {
    let refuse = |why: String| Failure::usage(format!("cannot use the prices in {}: {why}", path.display()));
    let text = small_file::read(path).map_err(|error| refuse(error.to_string()))?;
    let prices: Prices = toml::from_str(&text).map_err(|error| refuse(error.to_string()))?;
    prices.check().map_err(|error| refuse(error.to_string()))?;
    Ok(prices)
}

fn verdict(document: &Document, signal: Option<Signal>) -> Result<(), Failure> {
    let with = |flag| document.cases.iter().filter(|case| case.has(flag)).count();
    let (invalid, failed) = (with(Flag::Invalid), with(Flag::Failed));
    if invalid > 0 {
        let message = format!("{invalid} of {} cases are not valid: see above", document.cases.len());
        return Err(Failure::new(Exit::Validation, message));
    }
    if let Some(signal) = signal {
        return Err(Failure::new(signal.exit(), format!("{signal}: repetitions are missing")));
    }
    if failed > 0 {
        let message = format!("{failed} of {} cases failed: see above", document.cases.len());
        return Err(Failure::new(Exit::Failed, message));
    }
    Ok(())
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| format!("{text:?} is no power: write watts above zero"))
}

/// Whether somebody has asked for the end. The second time ends the program at once.
struct Interrupt(Arc<AtomicU8>);

impl Interrupt {
    fn listen() -> io::Result<Self> {
        let asked = Arc::new(AtomicU8::new(0));
        let told = Arc::clone(&asked);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let first = runtime.block_on(async { signals::listen() })?;
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            runtime.block_on(async {
                if let Ok(signal) = first.await {
                    told.store(signal.exit() as u8, Ordering::Relaxed);
                }
                // The second signal ends the program from the task that listens.
                std::future::pending::<()>().await;
            });
        })?;
        Ok(Self(asked))
    }

    fn first(&self) -> Option<Signal> {
        let asked = self.0.load(Ordering::Relaxed);
        [Signal::Interrupt, Signal::Terminate].into_iter().find(|signal| signal.exit() as u8 == asked)
    }
}
