//! Runs one of our kernels and a peer's program in turns, and prints the ratio of their rates. See
//! `docs/measure-against-a-peer.md`; `bench/side-by-side.sh` builds and starts this.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use hashkit_bench::choice::{Choice, Words};
use hashkit_bench::machine::{Machine, Watch, time_of_this_thread};
use hashkit_bench::peer::{Meter, Peer};
use hashkit_bench::record;
use hashkit_bench::statistics::Median;
use hashkit_chain::Hashrate;
use serde::Serialize;

const USAGE: &str = "\
usage: side_by_side KERNEL [FLAGS] -- COMMAND [ARGUMENTS]
  --name TEXT        what the record calls the peer: its version and settings (default: the program's file name)
  --rate PATTERN     a regular expression that finds a rate in a line: a group for the number, one for the unit
  --skip N           how many rates of the peer to pass over before the one that counts (default 1)
  --limit SECONDS    how long the peer may take until it has printed that rate (default 60)
  --clock CLOCK      what the peer's meter counts: processor (default) or wall; ours then does the same
  --versions N       how many versions of a header our kernel searches together (default: as many as it likes)
  --pairs N          how many times each of them runs (default 20, at least 6)
  --seconds S        how long our kernel runs each time (default 1)";

/// What the rates are hashes a second of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Clock {
    Processor,
    Wall,
}

struct Settings {
    choice: Choice,
    peer: Peer,
    peer_name: String,
    clock: Clock,
    pairs: usize,
    time: Duration,
}

#[derive(Serialize)]
struct Case {
    kernel: String,
    versions: usize,
    peer: String,
    clock: Clock,
    pairs: usize,
    /// Hashes a second of that clock, of one thread.
    rate: Median,
    peer_rate: Median,
    /// Of each pair, ours to the peer's.
    ratio: Median,
}

fn main() -> ExitCode {
    let settings = match Settings::from(Words::of_this_program()) {
        Ok(settings) => settings,
        Err(problem) => {
            eprintln!("side_by_side: {problem}");
            return ExitCode::from(2);
        }
    };
    let watch = Watch::start();
    match measure(&settings) {
        Ok(case) => {
            let company = watch.and_then(|watch| watch.company());
            print(&case);
            if let Some(company) = company {
                eprintln!("cores that worked for others meanwhile: {:.2}", company.cores_of_others);
            }
            let result = record::Result { bench: "side_by_side", machine: Machine::this(), company, cases: vec![case] };
            if let Err(error) = result.print() {
                eprintln!("side_by_side: {error}");
                return ExitCode::FAILURE;
            }
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("side_by_side: {problem}");
            ExitCode::FAILURE
        }
    }
}

impl Settings {
    fn from(mut words: Words) -> Result<Self, String> {
        let (mut kernel, mut name, mut versions) = (None, None, 0);
        let (mut pairs, mut seconds, mut skip, mut limit) = (20, 1.0, 1, 60.0);
        let (mut clock, mut meter) = (Clock::Processor, Meter::new(Meter::USUAL)?);
        let command = loop {
            let word = words.next().ok_or_else(|| format!("the peer's command is missing\n{USAGE}"))?;
            match word.as_str() {
                "--" => break words.rest(),
                "--name" => name = Some(words.value("--name")?),
                "--rate" => meter = Meter::new(&words.value::<String>("--rate")?)?,
                "--skip" => skip = words.value("--skip")?,
                "--limit" => limit = words.value("--limit")?,
                "--versions" => versions = words.value("--versions")?,
                "--pairs" => pairs = words.value("--pairs")?,
                "--seconds" => seconds = words.value("--seconds")?,
                "--clock" => {
                    clock = match words.value::<String>("--clock")?.as_str() {
                        "processor" => Clock::Processor,
                        "wall" => Clock::Wall,
                        other => return Err(format!("--clock is processor or wall, not {other:?}")),
                    };
                }
                _ if kernel.is_none() && !word.starts_with('-') => kernel = Some(word),
                _ => return Err(format!("{word:?} is no word of this program\n{USAGE}")),
            }
        };
        if pairs < Median::FEWEST {
            return Err(format!("{pairs} pairs have no interval of 95 %: at least {} have", Median::FEWEST));
        }
        if clock == Clock::Processor {
            time_of_this_thread()
                .ok_or("this system does not tell the processor time of a thread: use --clock wall")?;
        }
        let program = command.first().ok_or_else(|| format!("the peer's command is missing\n{USAGE}"))?;
        let file_name = program.rsplit('/').next().unwrap_or(program).to_owned();
        let duration = |flag: &str, seconds: f64| {
            Duration::try_from_secs_f64(seconds).map_err(|error| format!("{flag} {seconds}: {error}"))
        };
        Ok(Self {
            choice: Choice::named(&kernel.ok_or(USAGE)?, versions)?,
            peer_name: name.unwrap_or(file_name),
            peer: Peer { meter, skip, limit: duration("--limit", limit)?, command },
            clock,
            pairs,
            time: duration("--seconds", seconds)?,
        })
    }

    /// The rate of our kernel, opened anew as the peer is started anew: both meet other places in memory each time.
    fn own_rate(&self) -> Result<(f64, usize), String> {
        let mut kernel = self.choice.open()?;
        let began = Instant::now();
        let clock = || match self.clock {
            Clock::Processor => time_of_this_thread().unwrap_or_default(),
            Clock::Wall => began.elapsed(),
        };
        let rate = kernel.rate(self.time, clock).map_err(|error| error.to_string())?;
        Ok((rate, kernel.versions()))
    }

    fn peer_rate(&self) -> Result<f64, String> {
        self.peer.rate().map_err(|error| error.to_string())
    }
}

fn measure(settings: &Settings) -> Result<Case, String> {
    let (mut rates, mut peer_rates, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut searched = 0;
    for pair in 0..settings.pairs {
        // Who goes first changes, so that a machine that warms up or slows down favours neither.
        let (peer_rate, (rate, versions)) = if pair % 2 == 0 {
            let own = settings.own_rate()?;
            (settings.peer_rate()?, own)
        } else {
            (settings.peer_rate()?, settings.own_rate()?)
        };
        searched = versions;
        let ratio = rate / peer_rate;
        eprintln!("pair {} of {}: {} to {}, ratio {ratio:.3}", pair + 1, settings.pairs, shown(rate), shown(peer_rate));
        rates.push(rate);
        peer_rates.push(peer_rate);
        ratios.push(ratio);
    }
    let median = |values: &[f64]| Median::of(values).ok_or_else(|| "a rate is no number".to_owned());
    Ok(Case {
        kernel: settings.choice.name().to_owned(),
        versions: searched,
        peer: settings.peer_name.clone(),
        clock: settings.clock,
        pairs: settings.pairs,
        rate: median(&rates)?,
        peer_rate: median(&peer_rates)?,
        ratio: median(&ratios)?,
    })
}

fn print(case: &Case) {
    let Case { kernel, peer, ratio, .. } = case;
    eprintln!(
        "{kernel} in {} versions: {}; {peer}: {} (medians of {}, one thread, seconds of {})",
        case.versions,
        shown(case.rate.median),
        shown(case.peer_rate.median),
        case.pairs,
        match case.clock {
            Clock::Processor => "processor time",
            Clock::Wall => "the clock on the wall",
        }
    );
    eprintln!("ratio {:.3}, between {:.3} and {:.3} with 95 % confidence", ratio.median, ratio.low_95, ratio.high_95);
}

fn shown(rate: f64) -> String {
    Hashrate::over(rate, Duration::from_secs(1)).map_or_else(String::new, |rate| rate.to_string())
}
