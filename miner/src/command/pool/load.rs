//! `hashkit pool load`: what a pool stands.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hashkit_bench::document::check_writable;
use hashkit_bench::load::{self, Load, LoadDocument, LoadError, Mix, Plan, Stage};
use hashkit_bench::machine::Watch;
use hashkit_bench::report::{LOAD_COLUMNS, load_rows, load_text};

use crate::built::tool;
use crate::calendar::utc;
use crate::cli::Global;
use crate::failure::{Exit, Failure};
use crate::output::{Format, OutputArgs, Rows, stdout};
use crate::pool_args::VisitArgs;
use crate::session::Host;
use crate::signals;
use crate::stop::parse_time;

const EXAMPLES: &str = "\
Examples:
  hashkit pool load 127.0.0.1:3333 --connections 1000 --share-rate 100
  hashkit pool load 127.0.0.1:3333 --connections 10000 --sources 10
  hashkit pool load 127.0.0.1:3333 --find-rate 20ms --save load.json
";

/// Put a load of miners on a pool of your own, and measure how it bears it
///
/// Use it on pools that are yours: to any other it is an attack. Shares are real: each meets the target of its connection, but for those that are meant not to. Everything is due at times that
/// are set beforehand, and timed from then on, so that a pool which stalls is seen to. Set the pool's difficulty low: a share
/// of difficulty 0.0001 takes 430,000 hashes to find. What the generator could not do in time is said apart. Ends with exit code 5
/// when no connection came to a job.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The pool: stratum+tcp://host:port, or host:port alone
    url: String,

    /// How many connections
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    connections: u32,

    /// How many of them are begun a second [default: all at once]
    #[arg(long, value_name = "N", value_parser = rate)]
    connect_rate: Option<f64>,

    /// How many addresses of this machine connections come from, 127.0.0.1 and those behind it: each has some 28,000 ports
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    sources: u16,

    /// Shares a second over all connections; 0 for none
    #[arg(long, value_name = "N", default_value = "10", value_parser = rate)]
    share_rate: f64,

    /// How long shares are handed in
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "10s")]
    time: Duration,

    /// How many percent of the shares are of a job that the pool has not given
    #[arg(long, value_name = "PERCENT", default_value = "0", value_parser = part)]
    stale: f64,

    /// How many percent are handed in a second time
    #[arg(long, value_name = "PERCENT", default_value = "0", value_parser = part)]
    duplicate: f64,

    /// How many percent miss the target
    #[arg(long, value_name = "PERCENT", default_value = "0", value_parser = part)]
    invalid: f64,

    /// How many connections read nothing any more once they have a job
    #[arg(long, value_name = "N", default_value_t = 0)]
    slow_readers: u32,

    /// At the end, drop all connections and have them come back at once
    #[arg(long)]
    reconnect: bool,

    /// Find the highest rate of shares at which 99 of 100 are answered within this time, beginning with --share-rate
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    find_rate: Option<Duration>,

    /// Watch the process of this number, the pool's on this machine: its memory a connection, its processor time a share
    #[arg(long, value_name = "PID")]
    server_pid: Option<u32>,

    /// Threads that search for shares
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: u16,

    /// Write the result into this file, as JSON for `hashkit bench report`
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,

    /// Print what would be visited, and stop
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    visit: VisitArgs,
}

pub(super) fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let password = args.visit.password().map_err(Failure::usage)?;
    let (patience, algorithm) = (args.visit.login_timeout, args.visit.algorithm);
    let mut config = global.load_config()?;
    let host = args.visit.hosts([&args.url], &mut config.mine).map_err(Failure::usage)?.remove(0);
    if args.dry_run {
        return super::describe(std::slice::from_ref(&host)).map_err(Failure::output);
    }
    let pool = address(&host)?;
    let mix = Mix { stale: args.stale / 100.0, duplicate: args.duplicate / 100.0, invalid: args.invalid / 100.0 };
    if mix.stale + mix.duplicate + mix.invalid > 1.0 {
        return Err(Failure::usage("--stale, --duplicate and --invalid are more than 100 percent together"));
    }
    let is_local = pool.ip().is_loopback() && pool.is_ipv4();
    if args.sources > 1 && !is_local {
        return Err(Failure::usage(format!(
            "--sources needs a pool on this machine, behind 127.0.0.1, and {pool} is none: leave it away"
        )));
    }
    let plan = Plan {
        pool,
        host: host.pool.place.host.clone(),
        user: host.login.user.clone(),
        password,
        algorithm,
        connections: args.connections as usize,
        connect_rate: args.connect_rate.filter(|rate| *rate > 0.0),
        sources: if args.sources > 1 { (1..=args.sources).map(loopback).collect() } else { Vec::new() },
        patience,
        slow_readers: args.slow_readers.min(args.connections) as usize,
        share_rate: args.share_rate,
        mix,
        time: args.time,
        reconnect: args.reconnect,
        threads: usize::from(args.threads),
        server: args.server_pid,
    };
    if let Some(path) = &args.save {
        check_writable(path).map_err(|error| Failure::new(Exit::Failed, error))?;
    }
    let watch = Watch::start();
    let (loads, signal) = watched(plan, args.find_rate, global)?;
    let company = watch.and_then(|watch| watch.company());
    let bound_ms = args.find_rate.map(|bound| bound.as_secs_f64() * 1000.0);
    let document = LoadDocument::new(now(), tool(), company, bound_ms, loads);
    if let Some(path) = &args.save {
        document.write(path).map_err(|error| Failure::new(Exit::Failed, error))?;
        global.say(&format!("the result is in {}", path.display()));
    }
    print_load(&document, args.output.format).map_err(Failure::output)?;
    signal.map_or(Ok(()), |signal| Err(Failure::already_said(signal.exit())))
}

/// The load on a thread of its own, which a first signal ends early.
fn watched(
    plan: Plan,
    bound: Option<Duration>,
    global: &Global,
) -> Result<(Vec<Load>, Option<signals::Signal>), Failure> {
    let failed = |error: io::Error| Failure::new(Exit::Failed, error);
    super::small_runtime()?.block_on(async {
        let mut signalled = signals::listen().map_err(failed)?;
        let stop = Arc::new(AtomicBool::new(false));
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let mut loading = tokio::task::spawn_blocking({
            let stop = Arc::clone(&stop);
            move || {
                // Nobody listens where the run has ended.
                let tell = |stage| {
                    let _ = tell.send(stage);
                };
                match bound {
                    Some(bound) => load::highest_rate(&plan, bound, &stop, tell),
                    None => load::run(&plan, &stop, tell).map(|load| vec![load]),
                }
            }
        });
        let mut signal = None;
        loop {
            tokio::select! {
                Some(stage) = told.recv() => global.say(words(stage)),
                Ok(which) = &mut signalled, if signal.is_none() => {
                    signal = Some(which);
                    stop.store(true, Ordering::Relaxed);
                }
                loads = &mut loading => {
                    let loads = loads.map_err(|error| Failure::new(Exit::Failed, error))?;
                    return Ok((loads.map_err(failure)?, signal));
                }
            }
        }
    })
}

fn now() -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    utc(u32::try_from(now.as_secs()).unwrap_or(u32::MAX))
}

/// Prints a result in any form.
pub(crate) fn print_load(document: &LoadDocument, format: Format) -> io::Result<()> {
    let mut out = stdout();
    match format {
        Format::Text => write!(out, "{}", load_text(document))?,
        Format::Json => writeln!(out, "{}", serde_json::to_string(&document.sealed()?)?)?,
        format => {
            let mut rows = Rows::new(out, format, LOAD_COLUMNS)?;
            for row in load_rows(document) {
                rows.row(&row)?;
            }
            return rows.end().map(drop);
        }
    }
    out.flush()
}

fn failure(error: LoadError) -> Failure {
    let exit = match &error {
        LoadError::NoConnection { .. } => Exit::Unreachable,
        LoadError::FewFiles(_) | LoadError::NoServer(_) => Exit::Usage,
        LoadError::System(_) | LoadError::NoKernel(_) => Exit::Failed,
    };
    Failure::new(exit, error)
}

fn words(stage: Stage) -> &'static str {
    match stage {
        Stage::Connecting => "the connections come up",
        Stage::Submitting => "shares are handed in",
        Stage::Ending => "the last answers are waited for",
        Stage::Reconnecting => "all connections were dropped and come back",
    }
}

/// Where the pool listens. A load goes straight there.
fn address(host: &Host) -> Result<SocketAddr, Failure> {
    if host.pool.tls.is_some() || host.way.proxy.is_some() || host.way.origin.is_some() {
        return Err(Failure::usage(
            "a load goes straight to a pool's plain port: leave TLS, --proxy and --connect-from away",
        ));
    }
    let place = (host.pool.place.host.trim_matches(['[', ']']), host.pool.place.port);
    let unknown = |why: String| Failure::new(Exit::Unreachable, format!("{}: cannot be looked up: {why}", host.pool));
    let found = place.to_socket_addrs().map_err(|error| unknown(error.to_string()))?.next();
    found.ok_or_else(|| unknown("it has no address".to_owned()))
}

/// The loopback address of this number, from 1 on: 127.0.0.1, 127.0.0.2, ...
fn loopback(number: u16) -> IpAddr {
    let [high, low] = number.to_be_bytes();
    Ipv4Addr::new(127, 0, high, low).into()
}

fn rate(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|rate| (0.0..=1e6).contains(rate));
    number.ok_or_else(|| "a number from 0 to 1000000 is expected".to_owned())
}

fn part(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|part| (0.0..=100.0).contains(part));
    number.ok_or_else(|| "a number from 0 to 100 is expected".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_addresses_are_different_and_on_this_machine() {
        let all: std::collections::HashSet<IpAddr> = (1..=1000).map(loopback).collect();
        assert!(all.len() == 1000 && all.iter().all(IpAddr::is_loopback));
        assert_eq!(loopback(1), IpAddr::from(Ipv4Addr::LOCALHOST));
    }
}
