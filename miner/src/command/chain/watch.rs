//! `hashkit chain watch`: the health of nodes and of the chain that they see. The watching is the pool's own; nobody mines on it.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use hashkit_chain::{Algorithm, Difficulty, Payout, Script};
use hashkit_pool::{ChainHealth, Node, Pool, PoolEvent, PoolSettings, Standing};
use tokio::time::{Instant, sleep};

use super::table;
use crate::cli::{Global, words};
use crate::command::pool::exit_of;
use crate::failure::{Exit, Failure};
use crate::metrics;
use crate::nodes::NodeArgs;
use crate::session::reached;
use crate::signals;
use crate::stop::parse_time;
use crate::view::{JsonLines, Lines, Output, Ui, event_in_words, node_as_json};

const EXAMPLES: &str = "\
Examples:
  hashkit chain watch --node http://user:password@127.0.0.1:8332 --dry-run
  hashkit chain watch --node u:p@a:8332 --node u:p@b:8332 --ui json --dry-run
";

/// The table is shown again after something has happened, and otherwise this often.
const TABLE_EVERY: Duration = Duration::from_mins(1);

/// How often health is looked at: events that come together make one table.
const LOOK: Duration = Duration::from_secs(1);

/// How long `--once` waits for every node to say how it fares.
const ONCE: Duration = Duration::from_secs(6);

/// Watch nodes and their chain: who lags, forks, stops or lies, and what the chain does
///
/// Every header is fetched, linked, and its proof of work and difficulty checked here. Ends by Ctrl-C; with --once it shows the
/// table and ends with exit code 3 where a node is not good.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// A node: http://user:password@host:port, or http://host:port with --cookie; more than one are held against each other
    #[arg(long = "node", value_name = "URL", hide_env_values = true, env = "HASHKIT_NODE", value_delimiter = ',')]
    nodes: Vec<String>,

    /// The file with the node's login, which it writes at every start; one for all nodes, or one a node in their order
    #[arg(long = "cookie", value_name = "FILE")]
    cookies: Vec<PathBuf>,

    /// The proof of work of the chain
    #[arg(long, value_name = "NAME", default_value = "sha256d", value_parser = words::algorithm())]
    algorithm: Algorithm,

    /// Show the table once, and end: with exit code 3 where a node is not good
    #[arg(long)]
    once: bool,

    /// What to show on standard output [default: log]
    #[arg(long, value_name = "VIEW", value_enum)]
    ui: Option<Ui>,

    /// Keep this file up to date with metrics in the text form of Prometheus, as its node exporter reads them
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,

    /// When to end by itself (90s, 5m, 2h)
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    stop_after: Option<Duration>,

    /// End with exit code 5 when no node has been ready for this long at the start [default: ask for ever]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    give_up_after: Option<Duration>,

    /// Print the nodes and files that would be used, and stop
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let nodes = NodeArgs::only(&args.nodes, &args.cookies).open(&mut problems);
    let ui = Ui::or_default(args.ui, global).unwrap_or_else(|error| {
        problems.push(error.to_string());
        Ui::None
    });
    if !problems.is_empty() {
        return Err(Failure::usage(problems.join("\n  also: ")));
    }
    if args.dry_run {
        return describe(args, &nodes, &mut io::stdout()).map_err(Failure::output);
    }
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(Exit::Failed, error))?;
    runtime.block_on(async {
        let pool = start(args, nodes).await?;
        let watched = watch(args, &pool, View::new(ui, global)).await;
        pool.shutdown().await;
        watched
    })
}

/// A pool without miners and without a port; no block can come of it.
async fn start(args: &Args, mut nodes: Vec<Node>) -> Result<Pool, Failure> {
    let first = nodes.first().cloned().expect("checked: there is a node");
    let mut settings = PoolSettings::new(first, Payout::to(Script::anyone()), args.algorithm, Difficulty::ONE);
    settings.nodes = std::mem::take(&mut nodes);
    settings.listen = None;
    settings.node_patience = args.give_up_after.unwrap_or(Duration::MAX);
    Pool::start(settings).await.map_err(|error| Failure::new(exit_of(&error), error))
}

/// Shows what happens until there is a reason to end.
async fn watch(args: &Args, pool: &Pool, mut view: View) -> Result<(), Failure> {
    let mut signalled = signals::listen().map_err(|error| Failure::new(Exit::Failed, error))?;
    let mut events = pool.events();
    let began = Instant::now();
    let deadline = args.stop_after.and_then(|time| began.checked_add(time));
    let mut next_table = began;
    loop {
        tokio::select! {
            Some(event) = events.next() => {
                if view.event(SystemTime::now(), &event).map_err(Failure::output)? {
                    next_table = Instant::now();
                }
                continue;
            }
            Ok(signal) = &mut signalled => return Err(Failure::already_said(signal.exit())),
            () = reached(deadline) => return Ok(()),
            () = sleep(LOOK) => {}
        }
        let health = pool.chain_health();
        if let Some(path) = &args.metrics {
            let failed = |error| Failure::new(Exit::Failed, format!("cannot write {}: {error}", path.display()));
            metrics::replace(path, &metrics::prometheus(&health)).map_err(failed)?;
        }
        if args.once {
            let is_complete = health.nodes.iter().all(|node| node.standing.is_some() && node.took.is_some());
            if is_complete || began.elapsed() > ONCE {
                view.health(SystemTime::now(), &health).map_err(Failure::output)?;
                let is_good = health.nodes.iter().all(|node| node.standing == Some(Standing::Good));
                return if is_good { Ok(()) } else { Err(Failure::already_said(Exit::Validation)) };
            }
        } else if Instant::now() >= next_table {
            next_table = Instant::now() + TABLE_EVERY;
            view.health(SystemTime::now(), &health).map_err(Failure::output)?;
        }
    }
}

/// The dry run: what would be used.
fn describe(args: &Args, nodes: &[Node], out: &mut impl Write) -> io::Result<()> {
    nodes.iter().try_for_each(|node| writeln!(out, "node    {}", node.name()))?;
    let files = args.cookies.iter().chain(&args.metrics);
    files.clone().try_for_each(|file| writeln!(out, "files   {}", file.display()))?;
    if files.count() == 0 {
        writeln!(out, "files   none")?;
    }
    writeln!(out, "ports   none")?;
    out.flush()
}

/// One of the ways to show it.
enum View {
    Log(Lines<Output>),
    Json(JsonLines<Output>),
    Silent,
}

impl View {
    fn new(ui: Ui, global: &Global) -> Self {
        match ui {
            Ui::Log => Self::Log(Lines::new(Box::new(global.data()))),
            Ui::Json => Self::Json(JsonLines::new(Box::new(io::stdout()))),
            Ui::None | Ui::Tui => Self::Silent,
        }
    }

    /// Something happened; whether it is worth another table.
    fn event(&mut self, at: SystemTime, event: &PoolEvent) -> io::Result<bool> {
        let is_a_tip = matches!(event, PoolEvent::Job { previous: hashkit_chain::Previous::Worthless, .. });
        match self {
            Self::Log(lines) => {
                let Some((kind, style, words)) = event_in_words(event) else { return Ok(is_a_tip) };
                lines.text(at, kind, style, &words)?;
                lines.flush()?;
            }
            Self::Json(lines) => {
                let Some((name, fields)) = node_as_json(event) else { return Ok(is_a_tip) };
                lines.line(at, name, fields)?;
            }
            Self::Silent => {}
        }
        Ok(true)
    }

    fn health(&mut self, at: SystemTime, health: &ChainHealth) -> io::Result<()> {
        match self {
            Self::Log(lines) => {
                for (style, line) in table::lines(health, at) {
                    lines.whole(style, &line)?;
                }
                lines.flush()
            }
            Self::Json(lines) => lines.line(at, "chain", table::json(health)),
            Self::Silent => Ok(()),
        }
    }
}
