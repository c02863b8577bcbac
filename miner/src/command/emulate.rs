//! `hashkit emulate`: a board or stick to try hashkit on, behind a pseudo-terminal.

use std::fs;
use std::io::{self, Write, stdout};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use hashkit_chain::Hashrate;
use hashkit_emulator::{
    Capture, ControlReplies, Counts, Emulator, Event, KnownWorks, Links, Model, ModelRate, News, NonceSource,
    PortError, ScriptedFault, Settings, Stop, serve,
};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::cli::Global;
use crate::cli::words::Words;
use crate::failure::{Exit, Failure};
use crate::session::reached;
use crate::signals;
use crate::stop::parse_time;

const EXAMPLES: &str = "\
Examples:
  hashkit emulate bm1366 --chips 4 --link board
  hashkit emulate bm1370 --control --fault 5s:overheat:95 --stop-after 1s
  hashkit emulate bm1366 --chips 12 --nonces model:100T --dry-run
";

/// Emulate a chip chain behind a pseudo-terminal
///
/// Prints the path to open, and behaves as the real chips would: addresses, registers, baud, jobs, nonces. What it finds is
/// real work at a lowered difficulty, or a simulation that says so. Ctrl-C ends it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// What to emulate
    #[arg(value_name = "MODEL", value_parser = models())]
    model: Model,

    /// Chips on the line [default: as many as a stick or small board has]
    #[arg(long, value_name = "N")]
    chips: Option<u8>,

    /// Make a link to the port here, which stays the same when the cable is pulled and put back
    #[arg(long, value_name = "PATH")]
    link: Option<PathBuf>,

    /// Add a control channel (reset, regulator, fan, temperature) on a second port
    ///
    /// The chips sleep until the host has switched their voltage on and released their reset.
    #[arg(long)]
    control: bool,

    /// Make a link to the control channel's port here
    #[arg(long, value_name = "PATH", requires = "control")]
    control_link: Option<PathBuf>,

    /// The replies of the control channel: v0 as bitaxe-raw has them, v1 as its successors
    #[arg(long, value_name = "FORM", default_value = "v1", requires = "control", hide_short_help = true)]
    control_replies: ControlReplies,

    /// Where nonces come from: search, model, model:RATE, table:FILE, replay:FILE
    ///
    /// `search` hashes for real at a lowered difficulty. `model` draws random times at the rate of the chips' clocks, at so many
    /// times that rate as in model:x50, or at that of a hashrate such as model:100T, or of nonces such as model:20000/s. `table` knows the nonces of the works in a file like tests/vectors/bm13xx.json. `replay`
    /// sends a recorded line: on each line of the file a time in milliseconds since the first job, and bytes in hexadecimal.
    #[arg(long, value_name = "SOURCE", default_value = "search")]
    nonces: Nonces,

    /// Zero bits that stand for a chip's own 32 [default: 12 for search, 0 for model, 32 otherwise]
    #[arg(long, value_name = "N")]
    zero_bits: Option<u32>,

    /// Let something go wrong at a time after the start, such as 5s:drop-bytes:1% (repeatable)
    #[arg(long = "fault", value_name = "TIME:FAULT")]
    script: Vec<ScriptedFault>,

    /// Take faults from a file, one a line
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,

    /// Let random faults come and go for this long
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    random_faults: Option<Duration>,

    /// What random choices begin with: the same number, the same run
    #[arg(long, value_name = "N", default_value_t = 1, hide_short_help = true)]
    seed: u64,

    /// When to end by itself: after a time (90s, 5m, 2h)
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    stop_after: Option<Duration>,

    /// Print JSON lines: the ports, what goes wrong, and the counts at the end
    #[arg(long)]
    json: bool,

    /// Print what would be emulated, and stop
    #[arg(long)]
    dry_run: bool,
}

fn models() -> Words<Model> {
    Words::new(Model::ALL.map(Model::name).to_vec(), |text| text.parse().ok())
}

/// Where nonces are to come from; files are read later.
#[derive(Debug, Clone, PartialEq)]
enum Nonces {
    Search,
    Model(ModelRate),
    Table(PathBuf),
    Replay(PathBuf),
}

impl FromStr for Nonces {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "search" => Ok(Self::Search),
            None if text == "model" => Ok(Self::Model(ModelRate::Clocks)),
            Some(("model", rate)) => {
                let rate = model_rate(rate).ok_or(
                    "a rate is 500G, 100TH/s, x50 for 50 times the clocks', or a number of nonces such as 20000/s",
                )?;
                Ok(Self::Model(rate))
            }
            Some(("table", path)) if !path.is_empty() => Ok(Self::Table(path.into())),
            Some(("replay", path)) if !path.is_empty() => Ok(Self::Replay(path.into())),
            _ => Err("known are search, model, model:RATE, table:FILE and replay:FILE"),
        }
    }
}

/// A hashrate, `20000/s` or `x50`.
fn model_rate(text: &str) -> Option<ModelRate> {
    if let Some(times) = text.strip_prefix('x') {
        return times.parse().ok().filter(|times| (0.001..=1e6).contains(times)).map(ModelRate::Times);
    }
    match text.strip_suffix("/s").filter(|number| !number.ends_with('H')) {
        Some(nonces) => nonces.parse().ok().filter(|nonces| (0.001..=1e6).contains(nonces)).map(ModelRate::Nonces),
        None => hashrate(text).map(ModelRate::Hashrate),
    }
}

/// `100T`, `100 TH/s`, `5e12`.
fn hashrate(text: &str) -> Option<Hashrate> {
    let text = text.trim_end_matches("H/s").trim_end();
    let (number, unit) = match text.char_indices().last()? {
        (at, letter) if letter.is_ascii_alphabetic() => (&text[..at], letter),
        _ => (text, ' '),
    };
    let exponent = " kMGTPE".find(unit).map(|thousands| 3 * thousands)?;
    let number: f64 = number.trim_end().parse().ok()?;
    let rate = number * 10_f64.powi(i32::try_from(exponent).ok()?);
    (rate > 0.0 && rate < 1e21).then(|| Hashrate::over(rate, Duration::from_secs(1)))?
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    let settings = args.settings()?;
    settings.check().map_err(Failure::usage)?;
    if args.dry_run {
        return args.describe(&settings, &mut stdout()).map_err(Failure::output);
    }
    let printer = Printer { args, global, settings: settings.clone() };
    let emulator = Emulator::new(settings, Instant::now()).map_err(Failure::usage)?;
    args.serve(emulator, &printer)
}

impl Args {
    fn settings(&self) -> Result<Settings, Failure> {
        let chips = self.chips.unwrap_or_else(|| self.model.usual_chips());
        let source = match &self.nonces {
            Nonces::Search => NonceSource::Search,
            Nonces::Model(rate) => NonceSource::Model(*rate),
            Nonces::Table(path) => NonceSource::Table(read(path, KnownWorks::from_json)?),
            Nonces::Replay(path) => NonceSource::Replay(read(path, Capture::from_text)?),
        };
        let mut script = self.script.clone();
        if let Some(path) = &self.faults {
            script.extend(read(path, ScriptedFault::script)?);
        }
        if let Some(length) = self.random_faults {
            // Without a link the port would be another one after each pull.
            script.extend(ScriptedFault::random(self.seed, length, chips, self.link.is_some()));
        }
        script.sort_by_key(|fault| fault.at);
        let zero_bits = self.zero_bits.unwrap_or_else(|| source.usual_zero_bits());
        let control = self.control.then_some(self.control_replies);
        let (model, seed) = (self.model, self.seed);
        Ok(Settings { source, zero_bits, control, script, seed, ..Settings::new(model, chips) })
    }

    fn describe(&self, settings: &Settings, out: &mut impl Write) -> io::Result<()> {
        let place = |link: &Option<PathBuf>| {
            link.as_ref().map_or_else(|| "any free one".to_owned(), |path| path.display().to_string())
        };
        writeln!(out, "chips   {} of {}", settings.chips, settings.model)?;
        writeln!(out, "nonces  {}", settings.source.words())?;
        writeln!(out, "port    {}", place(&self.link))?;
        if self.control {
            writeln!(out, "control {}", place(&self.control_link))?;
        }
        for fault in &settings.script {
            writeln!(out, "fault   {} s  {}", fault.at.as_secs_f64(), fault.fault)?;
        }
        out.flush()
    }

    /// Serves until a signal comes, time is up or the port breaks.
    fn serve(&self, mut emulator: Emulator, printer: &Printer<'_>) -> Result<(), Failure> {
        let links = Links { chips: self.link.clone(), control: self.control_link.clone() };
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::new(Exit::Failed, error))?;
        let deadline = self.stop_after.and_then(|time| tokio::time::Instant::now().checked_add(time));
        let (stop, mut printed) = (Stop::default(), Ok(()));
        let (done, ended) = oneshot::channel::<()>();
        let (served, signal) = thread::scope(|scope| {
            let server = scope.spawn(|| {
                // Dropped at the end, however it comes.
                let _done = done;
                serve(&mut emulator, &links, &stop, |news| {
                    if printed.is_ok() {
                        printed = printer.tell(&news);
                    }
                    if printed.is_err() {
                        stop.stop();
                    }
                })
            });
            let signal = runtime.block_on(async {
                let signalled = signals::listen()?;
                tokio::select! {
                    Ok(signal) = signalled => Ok(Some(signal)),
                    () = reached(deadline) => Ok(None),
                    _ = ended => Ok(None),
                }
            });
            stop.stop();
            (server.join().expect("what serves does not panic"), signal)
        });
        printed.map_err(Failure::output)?;
        served.map_err(|error| Failure::new(exit_of(&error), error))?;
        printer.end(&emulator.counts()).map_err(Failure::output)?;
        match signal.map_err(|error: io::Error| Failure::new(Exit::Failed, error))? {
            Some(signal) => Err(Failure::already_said(signal.exit())),
            None => Ok(()),
        }
    }
}

fn exit_of(error: &PortError) -> Exit {
    match error {
        PortError::Link { .. } | PortError::Occupied(_) => Exit::Usage,
        PortError::Open(_) | PortError::Broken(_) => Exit::Failed,
    }
}

#[derive(Debug, thiserror::Error)]
#[error("cannot use {path}")]
struct FileError {
    path: String,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

fn read<T, E>(path: &Path, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, Failure>
where
    E: std::error::Error + Send + Sync + 'static,
{
    let failed = |source| Failure::usage(FileError { path: path.display().to_string(), source });
    let text = fs::read_to_string(path).map_err(|error| failed(error.into()))?;
    parse(&text).map_err(|error| failed(error.into()))
}

/// Says what happens: paths and JSON on standard output, words on standard error.
struct Printer<'a> {
    args: &'a Args,
    global: &'a Global,
    settings: Settings,
}

impl Printer<'_> {
    fn tell(&self, news: &News<'_>) -> io::Result<()> {
        let mut out = stdout().lock();
        match news {
            News::Open { chips, control } if self.args.json => {
                let Settings { model, chips: count, source, zero_bits, .. } = &self.settings;
                let line = json!({
                    "event": "open", "is_simulation": true, "model": model.name(), "chips": count,
                    "nonces": source.words(), "zero_bits": zero_bits, "path": chips, "control": control,
                });
                writeln!(out, "{line}")?;
            }
            News::Open { chips, control } => {
                writeln!(out, "{}", chips.display())?;
                if let Some(control) = control {
                    writeln!(out, "{}", control.display())?;
                }
                self.global.say(&self.opened());
            }
            News::Event(event) => {
                let (name, fault) = match event {
                    Event::Fault(fault) => ("fault", Some(fault.to_string())),
                    Event::Unplugged => ("unplugged", None),
                    Event::Plugged => ("plugged", None),
                };
                if self.args.json {
                    writeln!(out, "{}", json!({ "event": name, "fault": fault }))?;
                } else {
                    self.global.say(&fault.map_or_else(|| name.to_owned(), |fault| format!("{name}: {fault}")));
                }
            }
        }
        out.flush()
    }

    fn opened(&self) -> String {
        let Settings { model, chips, source, zero_bits, .. } = &self.settings;
        let plural = if *chips == 1 { "chip" } else { "chips" };
        let note = if model.is_experimental() { "; experimental, checked against no real nonce" } else { "" };
        format!(
            "emulating {chips} {plural} of {model}{note}. Nonces: {}; {zero_bits} zero bits stand for a chip's own 32",
            source.words()
        )
    }

    fn end(&self, counts: &Counts) -> io::Result<()> {
        if self.args.json {
            let mut line = json!({ "event": "end" });
            if let (Some(line), Ok(serde_json::Value::Object(counts))) =
                (line.as_object_mut(), serde_json::to_value(counts))
            {
                line.extend(counts);
            }
            return writeln!(stdout(), "{line}");
        }
        let Counts { commands, jobs, nonces, wrong_crc, skipped_bytes, wrong_rate_bytes, lost_answers, .. } = counts;
        self.global.say(&format!(
            "emulated: {commands} commands, {jobs} of them jobs, {nonces} nonces; from the host {wrong_crc} wrong checksums, \
             {skipped_bytes} bytes of no frame, {wrong_rate_bytes} at another rate; {lost_answers} answers that nobody read"
        ));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_of_nonces_are_told_apart() {
        let rate = |rate: f64| ModelRate::Hashrate(Hashrate::over(rate, Duration::from_secs(1)).unwrap());
        for (text, expected) in [
            ("search", Some(Nonces::Search)),
            ("model", Some(Nonces::Model(ModelRate::Clocks))),
            ("model:100T", Some(Nonces::Model(rate(100e12)))),
            ("model:1.5 GH/s", Some(Nonces::Model(rate(1.5e9)))),
            ("model:5e12", Some(Nonces::Model(rate(5e12)))),
            ("model:20000/s", Some(Nonces::Model(ModelRate::Nonces(20_000.0)))),
            ("model:x50", Some(Nonces::Model(ModelRate::Times(50.0)))),
            ("model:x0", None),
            ("model:0/s", None),
            ("table:a:b.json", Some(Nonces::Table("a:b.json".into()))),
            ("replay:x", Some(Nonces::Replay("x".into()))),
            ("model:", None),
            ("model:fast", None),
            ("model:-1T", None),
            ("model:1e30", None),
            ("table:", None),
            ("random", None),
        ] {
            assert_eq!(text.parse().ok(), expected, "{text:?}");
        }
    }
}
