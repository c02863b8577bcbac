//! `hashkit pool serve`: a Stratum server on a node, or on the practice chain.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use hashkit_chain::{Algorithm, Difficulty};
use hashkit_pool::practice::{PracticeNode, PracticeSettings};
use hashkit_pool::{Pool, PoolEvents, PoolSettings, StartError, allow_connections};
use tokio::time::{Instant, interval, timeout};

use super::view::PoolView;
use crate::cli::{Global, words};
use crate::command::mine::difficulty;
use crate::demo;
use crate::failure::{Exit, Failure};
use crate::merge::MergeArgs;
use crate::metrics::MetricsFile;
use crate::nodes::{NodeArgs, Nodes};
use crate::session::reached;
use crate::signals;
use crate::stop::StopAfter;
use crate::view::Ui;

const EXAMPLES: &str = "\
Examples:
  hashkit pool serve --demo --listen 127.0.0.1:3333
  hashkit pool serve --demo --listen 127.0.0.1:0 --stop-after 1s
";

/// How long nodes that are not ready are asked again at the start.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serve miners over Stratum V1, on a node or on a practice chain
///
/// Blocks pay the address alone: this is a pool for one owner. Whoever reaches the port may mine for that owner. Ctrl-C ends
/// within 5 s, twice at once.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// Serve a practice chain inside this process; its coins are worth nothing
    ///
    /// A node of the environment is left alone.
    #[arg(long, conflicts_with_all = ["addresses", "cookies"], required_unless_present = "nodes")]
    demo: bool,

    /// Where to listen for miners; port 0 takes any free one
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: SocketAddr,

    /// The proof of work of the node's chain
    #[arg(long, value_name = "NAME", default_value = "sha256d", value_parser = words::algorithm())]
    algorithm: Algorithm,

    /// The difficulty of shares; at most the network's is asked for [default: 1024, and 0.0005 in a demo]
    #[arg(long, value_name = "D", value_parser = difficulty)]
    difficulty: Option<Difficulty>,

    /// How many connections are served at a time; further ones are turned away
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_connections: u32,

    /// When to end by itself: after a time (90s, 5m, 2h), or so many accepted shares (100shares) or blocks (5blocks)
    #[arg(long, value_name = "LIMIT")]
    stop_after: Option<StopAfter>,

    /// What to show on standard output [default: log]
    #[arg(long, value_name = "VIEW", value_enum)]
    ui: Option<Ui>,

    /// Print the node and the ports that would be used, and stop
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    nodes: NodeArgs,

    #[command(flatten)]
    merge: MergeArgs,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    let ui = Ui::or_default(args.ui, global).map_err(Failure::usage)?;
    let nodes = if args.demo {
        None
    } else {
        Some(args.nodes.check(args.algorithm).map_err(|problems| Failure::usage(problems.join("\n  also: ")))?)
    };
    args.merge.check().map_err(|problems| Failure::usage(problems.join("\n  also: ")))?;
    if args.dry_run {
        return describe(args, nodes.as_ref(), &mut io::stdout()).map_err(Failure::output);
    }
    let connections = args.max_connections as usize;
    allow_connections(connections).map_err(Failure::usage)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(Exit::Failed, error))?;
    runtime.block_on(async {
        let (mut settings, practice) = match &nodes {
            Some(nodes) => (on_nodes(args, nodes).await?, None),
            None => practise(args).await?,
        };
        settings.connections = connections;
        let pool = Pool::start(settings).await.map_err(|error| Failure::new(exit_of(&error), error))?;
        let served = serve(args, pool, PoolView::new(ui, global)).await;
        if let Some(practice) = practice {
            practice.shutdown().await;
        }
        served
    })
}

/// How the program ends for a pool that does not start.
pub(crate) fn exit_of(error: &StartError) -> Exit {
    match error {
        StartError::Node(_) => Exit::Unreachable,
        StartError::Payout(_) | StartError::Child(_) => Exit::Usage,
        StartError::Template(_) | StartError::Proposal { .. } | StartError::Listen { .. } => Exit::Failed,
    }
}

/// A pool on a practice chain of its own.
async fn practise(args: &Args) -> Result<(PoolSettings, Option<PracticeNode>), Failure> {
    let failed = |error: demo::DemoError| Failure::new(Exit::Failed, error);
    let practice = PracticeSettings { algorithm: args.algorithm, ..PracticeSettings::default() };
    let practice = PracticeNode::start(practice).await.map_err(|error| failed(error.into()))?;
    let mut settings = demo::pool_settings(&practice, args.algorithm).map_err(failed)?;
    if let Some(difficulty) = args.difficulty {
        settings = PoolSettings::new(settings.nodes.swap_remove(0), settings.payout, args.algorithm, difficulty);
    }
    settings.listen = Some(args.listen);
    Ok((settings, Some(practice)))
}

/// A pool on nodes of the user's, which pays the addresses.
async fn on_nodes(args: &Args, nodes: &Nodes) -> Result<PoolSettings, Failure> {
    const USUAL: f64 = 1024.0;
    let network = nodes.network(args.algorithm, Some(PATIENCE)).await;
    let network = network.map_err(|error| Failure::new(Exit::Unreachable, error))?;
    let payout = nodes.payout(network).map_err(Failure::usage)?;
    let usual = Difficulty::new(USUAL).map_err(Failure::usage)?;
    let mut settings = PoolSettings::new(nodes.first(), payout, args.algorithm, args.difficulty.unwrap_or(usual));
    settings.nodes.clone_from(&nodes.all);
    settings.blocks = nodes.blocks_of(network);
    settings.children = args.merge.check().map_err(|problems| Failure::usage(problems.join("\n  also: ")))?;
    settings.listen = Some(args.listen);
    Ok(settings)
}

/// Shows what happens until there is a reason to end.
async fn serve(args: &Args, pool: Pool, mut view: PoolView) -> Result<(), Failure> {
    let mut signalled = signals::listen().map_err(|error| Failure::new(Exit::Failed, error))?;
    let mut renewals = signals::renewals().map_err(|error| Failure::new(Exit::Failed, error))?;
    let mut events = pool.events();
    let mut metrics = args.nodes.metrics.clone().map(MetricsFile::new);
    let mut seconds = interval(Duration::from_secs(1));
    let deadline = match args.stop_after {
        Some(StopAfter::Time(time)) => Instant::now().checked_add(time),
        _ => None,
    };
    view.listening(SystemTime::now(), pool.local_addr().unwrap_or(args.listen)).map_err(Failure::output)?;
    let signal = loop {
        tokio::select! {
            Some(event) = events.next() => view.event(SystemTime::now(), &event).map_err(Failure::output)?,
            Ok(signal) = &mut signalled => break Some(signal),
            Some(()) = renewals.recv() => pool.renew(),
            () = reached(deadline) => break None,
            _ = seconds.tick() => metrics.iter_mut().for_each(|file| file.renew(&pool, &[])),
        }
        let stats = pool.stats();
        let is_enough = match args.stop_after {
            Some(StopAfter::Shares(count)) => stats.accepted >= count,
            Some(StopAfter::Blocks(count)) => stats.blocks >= count,
            _ => false,
        };
        if is_enough {
            break None;
        }
    };
    let stats = pool.stats();
    pool.shutdown().await;
    tell_rest(&mut events, &mut view).await.map_err(Failure::output)?;
    view.summary(SystemTime::now(), &stats).map_err(Failure::output)?;
    signal.map_or(Ok(()), |signal| Err(Failure::already_said(signal.exit())))
}

/// Shows what happened while the pool closed.
async fn tell_rest(events: &mut PoolEvents, view: &mut PoolView) -> io::Result<()> {
    const REST: Duration = Duration::from_millis(100);
    while let Ok(Some(event)) = timeout(REST, events.next()).await {
        view.event(SystemTime::now(), &event)?;
    }
    Ok(())
}

/// The dry run: what would be used.
fn describe(args: &Args, nodes: Option<&Nodes>, out: &mut impl Write) -> io::Result<()> {
    if let Some(nodes) = nodes {
        nodes.describe(out)?;
        nodes.describe_files(out)?;
    } else {
        writeln!(out, "node    a practice chain inside this process, on a free port of 127.0.0.1")?;
        match &args.nodes.metrics {
            Some(path) => writeln!(out, "files   {}  for metrics", path.display())?,
            None => writeln!(out, "files   none")?,
        }
    }
    args.merge.describe(out)?;
    writeln!(out, "ports   {}", args.listen)?;
    out.flush()
}
