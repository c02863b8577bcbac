//! `hashkit solo`: your own node's template becomes your block.

use std::io::{self, Write};
use std::time::Duration;

use hashkit_chain::{Algorithm, Difficulty};
use hashkit_pool::{ChildChain, Pool, PoolSettings};

use super::mine::{DeviceArgs, difficulty};
use super::pool::exit_of;
use crate::cli::Global;
use crate::demo::practice_difficulty;
use crate::failure::{Exit, Failure};
use crate::inside::Inside;
use crate::merge::MergeArgs;
use crate::mining::{Plan, mine};
use crate::nodes::{NodeArgs, Nodes};
use crate::pages;
use crate::rig::{Choice, Devices, Gpus};
use crate::session::{Pace, Patience, PoolAddress, PoolEntry, Settings, Signs, Tips};
use crate::stop::{StopAfter, parse_time};
use crate::timings::Timings;
use crate::view::{Setup, Ui, View};

const EXAMPLES: &str = "\
Examples:
  hashkit solo --node u:p@node:8332 --address 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2
";

/// Mine on your own node: its template becomes your block, with no pool between
///
/// A node that is not ready is asked again until it is. Ctrl-C ends with a summary within 5 s, twice at once.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    nodes: NodeArgs,

    #[command(flatten)]
    merge: MergeArgs,

    /// When to end by itself: after a time (90s, 5m, 2h), or so many accepted shares (100shares) or blocks that the node took
    /// (5blocks)
    #[arg(long, value_name = "LIMIT")]
    stop_after: Option<StopAfter>,

    /// Print the devices, nodes, files and ports that would be used, and stop
    #[arg(long)]
    dry_run: bool,

    /// What to show on standard output [default: log]
    #[arg(long, value_name = "VIEW", value_enum)]
    ui: Option<Ui>,

    /// End with exit code 5 when no node has been ready for this long at the start [default: ask for ever]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    give_up_after: Option<Duration>,

    /// The difficulty of the shares that show that all is well; a block is one whatever its difficulty
    #[arg(long, value_name = "D", value_parser = difficulty, default_value = "1", hide_short_help = true)]
    share_difficulty: Difficulty,

    /// Do not roll bits of the version
    #[arg(long, hide_short_help = true)]
    no_version_rolling: bool,

    #[command(flatten)]
    devices: DeviceArgs,
}

pub(crate) fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let asked = Asked::new(args, global)?;
    let mut timings = Timings::load(global);
    let mut devices =
        asked.choice.devices(&mut timings.records).map_err(|error| Failure::new(Exit::NoDevice, error))?;
    if asked.dry_run {
        devices.gpus = Gpus::These(devices.gpus.now());
        return asked.describe(&devices, &timings, &mut crate::output::stdout()).map_err(Failure::output);
    }
    timings.keep(global);
    // The node's answers and the session beside the view on this thread; hashing has threads of its own.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Failed, error))?;
    runtime.block_on(asked.mine(devices, timings, global))
}

/// What was asked for, put together and checked as far as it can be without asking a node.
struct Asked {
    nodes: Nodes,
    merge: MergeArgs,
    children: Vec<ChildChain>,
    choice: Choice,
    share_difficulty: Difficulty,
    version_rolling: bool,
    give_up_after: Option<Duration>,
    stop_after: Option<StopAfter>,
    dry_run: bool,
    ui: Ui,
}

impl Asked {
    fn new(args: Args, global: &Global) -> Result<Self, Failure> {
        let mut config = global.load_config()?;
        let mut problems = Vec::new();
        let choice = args.devices.choice(&mut config.mine, &mut problems);
        let ui = Ui::or_default(args.ui, global).unwrap_or_else(|error| {
            problems.push(error.to_string());
            Ui::None
        });
        let children = args.merge.check().unwrap_or_else(|found| {
            problems.extend(found);
            Vec::new()
        });
        match args.nodes.check(choice.algorithm) {
            Ok(nodes) if problems.is_empty() => Ok(Self {
                nodes,
                merge: args.merge,
                children,
                choice,
                share_difficulty: args.share_difficulty,
                version_rolling: !args.no_version_rolling,
                give_up_after: args.give_up_after,
                stop_after: args.stop_after,
                dry_run: args.dry_run,
                ui,
            }),
            checked => {
                problems.extend(checked.err().unwrap_or_default());
                Err(Failure::usage(problems.join("\n  also: ")))
            }
        }
    }

    async fn mine(self, devices: Devices, timings: Timings, global: &Global) -> Result<(), Failure> {
        let algorithm = self.choice.algorithm;
        let pool = self.start_pool(algorithm).await?;
        let session = Settings {
            pools: vec![PoolEntry::ours(PoolAddress::inside(), "solo", algorithm)],
            first: 0,
            door: Some(pool.door()),
            suggest: None,
            minimum: None,
            version_rolling: self.version_rolling,
            patience: PATIENCE,
            tips: Tips::new([], None),
        };
        let nodes: Vec<&str> = self.nodes.all.iter().map(hashkit_pool::Node::name).collect();
        let setup = Setup {
            algorithm: algorithm.name().to_owned(),
            devices: devices.with_kernels(algorithm, &timings.records),
            memory: pages::words(&devices.cpus),
            pools: nodes.iter().map(|name| (*name).to_owned()).collect(),
            note: Some(format!("solo on {}", nodes.join(", "))),
        };
        let view = View::new(self.ui, global);
        let inside = Some(Inside::Solo(pool));
        let timings = timings.shared();
        let (sessions, devices) = (vec![(1, session)], vec![(algorithm, devices)]);
        let metrics = self.nodes.metrics;
        mine(Plan { sessions, devices, timings, stop_after: self.stop_after, setup, inside, metrics }, view).await
    }

    /// The pool of one member, without a port.
    async fn start_pool(&self, algorithm: Algorithm) -> Result<Pool, Failure> {
        let network = self.nodes.network(algorithm, self.give_up_after).await;
        let network = network.map_err(|error| Failure::new(Exit::Unreachable, error))?;
        let payout = self.nodes.payout(network).map_err(Failure::usage)?;
        let mut settings = PoolSettings::new(self.nodes.first(), payout, algorithm, self.share_difficulty);
        settings.nodes.clone_from(&self.nodes.all);
        settings.blocks = self.nodes.blocks_of(network);
        settings.children.clone_from(&self.children);
        settings.listen = None;
        // A regtest's blocks take two hashes: as hard as the practice chain's they are still many a second.
        settings.easiest = Some(practice_difficulty(algorithm).map_err(|error| Failure::new(Exit::Failed, error))?);
        settings.node_patience = self.give_up_after.unwrap_or(Duration::MAX);
        Pool::start(settings).await.map_err(|error| Failure::new(exit_of(&error), error))
    }

    /// The dry run: what would be used.
    fn describe(&self, devices: &Devices, timings: &Timings, out: &mut impl Write) -> io::Result<()> {
        for (id, kernel) in devices.with_kernels(self.choice.algorithm, &timings.records) {
            writeln!(out, "device  {id}  {kernel}")?;
        }
        self.nodes.describe(out)?;
        self.merge.describe(out)?;
        self.nodes.describe_files(out)?;
        self.choice.files(timings).iter().try_for_each(|file| writeln!(out, "files   {file}"))?;
        writeln!(out, "ports   none")?;
        out.flush()
    }
}

/// More than any run lasts.
const EVER: Duration = Duration::from_hours(24 * 365);

/// The pool lies in the same process and does not go away. When its nodes do, its last job stays; it says so itself.
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(10),
    login: Duration::from_mins(1),
    silence: EVER,
    signs: Signs {
        answer: Duration::from_mins(1),
        ping: EVER,
        job: EVER,
        tip: EVER,
        old_tip: EVER,
        refused: 1.0,
        suspect: EVER,
    },
    pace: Pace { prove: EVER },
    without_pool: None,
};
