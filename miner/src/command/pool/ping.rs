//! `hashkit pool ping`: how long each step to a pool's first job takes.

use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};

use crate::cli::Global;
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, Rows, stdout};
use crate::pool_args::VisitArgs;
use crate::session::{Host, Visit};
use crate::stop::parse_time;

const EXAMPLES: &str = "\
Examples:
  hashkit pool ping pool.example:3333 --user YOUR_ADDRESS.rig1
  hashkit pool ping stratum+tls://pool.example:3334 --count 20 --output json
";

const COLUMNS: &[&str] = &["pool", "step", "rounds", "failed", "min_ms", "p50_ms", "p90_ms", "p99_ms", "max_ms"];

/// Measure how long a pool takes to be found, to take the connection and the login, and to give the first job
///
/// Each round is a connection of its own, on which nothing is mined. The login is sent whole, as when mining, so subscribe,
/// authorize and job are each counted from its sending. Ends with exit code 5 when no round came to a job.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The pool: stratum+tcp://host:port, stratum+tls://host:port, or host:port alone
    url: String,

    /// How many rounds
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    count: u32,

    /// From the beginning of one round to that of the next, unless it takes longer
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "1s")]
    every: Duration,

    /// Print the pools that would be visited, and stop
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    visit: VisitArgs,
}

pub(super) fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let Args { url, count, every, dry_run, visit, output } = args;
    let limit = visit.login_timeout;
    let mut config = global.load_config()?;
    let host = visit.hosts([&url], &mut config.mine).map_err(Failure::usage)?.remove(0);
    if dry_run {
        return super::describe(std::slice::from_ref(&host)).map_err(Failure::output);
    }
    let runtime = super::small_runtime()?;
    let measured = runtime.block_on(measure(&host, count, every, limit, global));
    print(&host, &measured, output.format).map_err(Failure::output)?;
    match measured.trouble {
        Some(trouble) if measured.rounds.is_empty() => Err(Failure::new(Exit::Unreachable, trouble)),
        _ => Ok(()),
    }
}

/// All rounds of a run.
struct Measured {
    rounds: Vec<Round>,
    failed: u32,
    /// Why the last round that failed did.
    trouble: Option<String>,
}

/// How long each step of a round took; a step that was not needed has no time.
struct Round([Option<Duration>; STEPS.len()]);

/// The steps in their order. The last three are counted from the login's sending, and the total from the very beginning.
const STEPS: [&str; 8] = ["lookup", "connect", "proxy", "tls", "subscribe", "authorize", "job", "total"];

async fn measure(host: &Host, count: u32, every: Duration, limit: Duration, global: &Global) -> Measured {
    let mut measured = Measured { rounds: Vec::new(), failed: 0, trouble: None };
    let mut begins = Instant::now();
    for number in 1..=count {
        sleep_until(begins).await;
        begins += every;
        match round(host, limit).await {
            Ok((round, refused)) => {
                measured.rounds.push(round);
                if let Some(refused) = refused.filter(|_| number == 1) {
                    global.say_warning(&format!("{}: {refused}; its answer is timed all the same", host.pool));
                }
            }
            Err(error) => {
                measured.failed += 1;
                global.say(&format!("round {number}: {error}"));
                measured.trouble = Some(error);
            }
        }
    }
    measured
}

/// One round, and why the login was refused, where it was.
async fn round(host: &Host, limit: Duration) -> Result<(Round, Option<String>), String> {
    let began = Instant::now();
    let mut visit = Visit::begin(host).await?;
    // A pool that refuses the login may still give a job, or may not.
    let is_enough = |visit: &Visit| visit.is_complete() || visit.refused.is_some();
    if !visit.talk(Instant::now() + limit, is_enough).await? {
        return Err(format!("{}: it gave no job within {} s of the login", host.pool, limit.as_secs_f64()));
    }
    let took = visit.took;
    let steps = [
        Some(took.lookup),
        Some(took.connect),
        took.proxy,
        took.tls,
        visit.subscribed_after,
        visit.judged_after,
        visit.job_after,
        Some(began.elapsed()),
    ];
    Ok((Round(steps), visit.refused))
}

fn print(host: &Host, measured: &Measured, format: Format) -> io::Result<()> {
    let pool = host.pool.to_string();
    let steps = STEPS.iter().enumerate().filter_map(|(at, step)| {
        let mut times: Vec<Duration> = measured.rounds.iter().filter_map(|round| round.0[at]).collect();
        times.sort();
        (!times.is_empty()).then_some((*step, times))
    });
    if format == Format::Text {
        let mut out = stdout();
        writeln!(out, "{pool}  {} rounds, {} failed; milliseconds", measured.rounds.len(), measured.failed)?;
        writeln!(out, "{:<10} {:>9} {:>9} {:>9} {:>9} {:>9}", "", "min", "p50", "p90", "p99", "max")?;
        for (step, times) in steps {
            let [min, p50, p90, p99, max] = marks(&times).map(|time| format!("{:.2}", milliseconds(time)));
            writeln!(out, "{step:<10} {min:>9} {p50:>9} {p90:>9} {p99:>9} {max:>9}")?;
        }
        return out.flush();
    }
    let mut rows = Rows::new(stdout(), format, COLUMNS)?;
    for (step, times) in steps {
        let mut row = vec![json!(pool), json!(step), json!(times.len()), json!(measured.failed)];
        row.extend(marks(&times).map(|time| Value::from((milliseconds(time) * 1000.0).round() / 1000.0)));
        rows.row(&row)?;
    }
    rows.end().map(drop)
}

/// Least, median, 90th and 99th percentile (by nearest rank), and most of sorted times, at least one.
fn marks(times: &[Duration]) -> [Duration; 5] {
    let at = |percent: usize| times[(times.len() * percent).div_ceil(100).max(1) - 1];
    [at(0), at(50), at(90), at(99), at(100)]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = |count: u64| (1..=count).map(Duration::from_millis).collect::<Vec<_>>();
        for (count, expected) in
            [(1, [1, 1, 1, 1, 1]), (2, [1, 1, 2, 2, 2]), (5, [1, 3, 5, 5, 5]), (100, [1, 50, 90, 99, 100])]
        {
            assert_eq!(marks(&times(count)), expected.map(Duration::from_millis), "{count}");
        }
    }
}
