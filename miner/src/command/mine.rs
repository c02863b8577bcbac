//! `hashkit mine`: mines on a pool, or for practice inside the process.

mod pools;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::value_parser;
use hashkit_chain::{Algorithm, Difficulty};
use hashkit_engine::device::asic::AsicSpec;
use hashkit_engine::device::discover::Placement;
use hashkit_engine::sensors::TemperatureLimits;
use hashkit_pool::{Credentials, Node};

use crate::cli::{Global, words};
use crate::config::{self, Config};
use crate::demo::Demo;
use crate::failure::{Exit, Failure};
use crate::inside::Inside;
use crate::mining::{Plan, mine};
use crate::node_tip;
use crate::pages;
use crate::pattern::DevicePattern;
use crate::pool_args::{ExpectArgs, WayArgs};
use crate::rig::{Choice, Devices, GpuUse, Gpus};
use crate::session::{Pace, Patience, PoolEntry, Settings, Signs, Tips};
use crate::stop::{StopAfter, parse_time};
use crate::timings::Timings;
use crate::view::{Setup, Ui, View};
pub(crate) use pools::Strategy;
use pools::{PoolArgs, WhenIdle};

const EXAMPLES: &str = "\
Examples:
  hashkit mine --demo --stop-after 5blocks
  hashkit mine --pool stratum+tcp://pool.example:3333 --user account.rig1
  hashkit mine --pool pool.example:3333 --pool b.example:3333 --user a.rig1
  hashkit mine --demo --ui json --stop-after 10s
  hashkit mine --demo --no-gpu --cpu-threads 1 --stop-after 1share
  hashkit mine --demo --asic /dev/ttyACM1:bm1370,freq=525 --dry-run
";

/// Mine on a pool, or for practice inside the process
///
/// Several pools are tried in their order, and again from the first on, with growing pauses, for as long as it takes. While no
/// pool is usable the devices rest. Ctrl-C ends with a summary within 5 s, twice at once.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Mine a practice chain inside this process: real blocks without a network, an account or privileges
    ///
    /// Pools and logins of the environment and the configuration are left alone.
    #[arg(long)]
    demo: bool,

    #[command(flatten)]
    pools: PoolArgs,

    /// When to end by itself: after a time (90s, 5m, 2h), or so many accepted shares (100shares) or blocks (5blocks)
    #[arg(long, value_name = "LIMIT")]
    stop_after: Option<StopAfter>,

    /// Print the devices, pools, files and ports that would be used, and stop
    #[arg(long)]
    dry_run: bool,

    /// What to show on standard output [default: log]
    #[arg(long, value_name = "VIEW", value_enum)]
    ui: Option<Ui>,

    #[command(flatten)]
    devices: DeviceArgs,

    #[command(flatten)]
    dealing: Dealing,
}

/// Which devices to mine with.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Devices")]
pub(crate) struct DeviceArgs {
    /// What to search [default: sha256d]
    #[arg(long, value_name = "NAME", env = "HASHKIT_ALGORITHM", value_parser = words::algorithm())]
    algorithm: Option<Algorithm>,

    /// Chips on a serial port, as /dev/ttyACM1:bm1370,freq=525 (repeatable); options are freq=MHz, chips=N, control=PATH, and
    /// tune=rate or tune=efficiency, see docs/asics.md
    #[arg(long = "asic", value_name = "PATH:MODEL[,OPTIONS]")]
    asics: Vec<AsicSpec>,

    /// Use only the devices that match an id of `hashkit devices` or its beginning (cpu, cpu:0, gpu:vulkan), and only the kernels
    /// that match a name (cpu:avx512)
    #[arg(long = "device", value_name = "PATTERN")]
    patterns: Vec<DevicePattern>,

    /// CPU threads; 0 for none [default: one a core]
    #[arg(long, value_name = "N", env = "HASHKIT_CPU_THREADS")]
    cpu_threads: Option<usize>,

    /// Let the system move CPU threads between cores instead of pinning each to one
    #[arg(long, env = "HASHKIT_NO_PIN", value_parser = FalseyValueParser::new(), hide_short_help = true)]
    no_pin: bool,

    /// Use no GPU [default: every real one; one that only acts as a GPU where --device names it]
    #[arg(long, env = "HASHKIT_NO_GPU", value_parser = FalseyValueParser::new())]
    no_gpu: bool,

    /// Let a GPU rest from this temperature on, in degrees Celsius, until it has cooled down by 15
    #[arg(long, value_name = "DEGREES", env = "HASHKIT_MAX_TEMPERATURE", default_value_t = 90, value_parser = value_parser!(u8).range(40..=110))]
    max_temperature: u8,
}

impl DeviceArgs {
    /// The choice, with what the configuration says where these say nothing; what is wrong with that is told to `problems`.
    pub(crate) fn choice(self, config: &mut config::Mine, problems: &mut Vec<String>) -> Choice {
        let algorithm = self.algorithm.or(config.algorithm).unwrap_or(Algorithm::Sha256d);
        let mut patterns = self.patterns;
        let configured = config.devices.take().filter(|_| patterns.is_empty()).unwrap_or_default();
        for text in configured {
            match text.parse() {
                Ok(pattern) => patterns.push(pattern),
                Err(error) => problems.push(format!("mine.devices: {error}")),
            }
        }
        let placement = if self.no_pin || config.pin == Some(false) { Placement::Free } else { Placement::Pinned };
        let gpus = if self.no_gpu { GpuUse::Never } else { GpuUse::Wanted };
        Choice {
            algorithm,
            cpu_threads: self.cpu_threads.or(config.cpu_threads),
            placement,
            gpus,
            heat: TemperatureLimits::from(f64::from(self.max_temperature)),
            asics: self.asics,
            patterns,
        }
    }
}

/// How to deal with the pool.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Dealing with the pool")]
struct Dealing {
    /// Ask the pool for shares of this difficulty
    #[arg(long, value_name = "D", value_parser = difficulty, hide_short_help = true)]
    suggest_difficulty: Option<Difficulty>,

    /// Ask the pool for no shares that are easier than this (BIP 310); few pools know the word
    #[arg(long, value_name = "D", value_parser = difficulty, hide_short_help = true)]
    minimum_difficulty: Option<Difficulty>,

    /// Do not ask the pool for version bits to roll
    #[arg(long, hide_short_help = true)]
    no_version_rolling: bool,

    /// End with exit code 5 when no pool has been usable for this long [default: try for ever]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    give_up_after: Option<Duration>,

    /// Your own node, to hold the pools' blocks against: http://user:password@host:port, or http://host:port with --cookie
    ///
    /// A pool that keeps its miners on a block from which the node has gone on is named and left.
    #[arg(long, value_name = "URL", hide_env_values = true, hide_short_help = true)]
    node: Option<String>,

    /// The file with the node's login, which it writes at every start
    #[arg(long, value_name = "FILE", requires = "node", hide_short_help = true)]
    cookie: Option<PathBuf>,

    #[command(flatten)]
    patience: PatienceArgs,

    #[command(flatten)]
    way: WayArgs,

    #[command(flatten)]
    expected: ExpectArgs,
}

/// How patient to be with a pool; `docs/failover.md` tells the whole story.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Patience with the pool")]
struct PatienceArgs {
    /// How long a better pool has to be well on a side connection before it is returned to
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "60s", hide_short_help = true)]
    return_after: Duration,

    /// How long an address may take to accept the connection
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "10s", hide_short_help = true)]
    connect_timeout: Duration,

    /// How long a pool may take from the connection to the end of the login
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "10s", hide_short_help = true)]
    login_timeout: Duration,

    /// How long a pool may take to answer a share or a ping before it is suspect
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "10s", hide_short_help = true)]
    answer_timeout: Duration,

    /// After how much silence the pool is pinged
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "8s", hide_short_help = true)]
    ping_after: Duration,

    /// How long a pool may send no job before it is suspect; sooner after twice its longest usual gap
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "3m", hide_short_help = true)]
    job_timeout: Duration,

    /// How long all jobs may be on the same previous block before the pool is suspect
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "2h", hide_short_help = true)]
    tip_timeout: Duration,

    /// How long jobs may be on a block from which your node or another pool has gone on: then the pool is named, and suspect by the
    /// node's word
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "20s", hide_short_help = true)]
    old_tip_timeout: Duration,

    /// How many of the last 32 shares may be refused before the pool is suspect, in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100), default_value_t = 50, hide_short_help = true)]
    refused_limit: u8,

    /// How long a suspect pool is given before it is left
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "10s", hide_short_help = true)]
    suspect_timeout: Duration,

    /// How long a pool may stay silent, whatever else; pools send a job every minute
    #[arg(long, value_name = "TIME", value_parser = parse_time, default_value = "3m", hide_short_help = true)]
    silence_timeout: Duration,
}

impl PatienceArgs {
    fn patience(&self, without_pool: Option<Duration>) -> Patience {
        Patience {
            connect: self.connect_timeout,
            login: self.login_timeout,
            silence: self.silence_timeout,
            signs: Signs {
                answer: self.answer_timeout,
                ping: self.ping_after,
                job: self.job_timeout,
                tip: self.tip_timeout,
                old_tip: self.old_tip_timeout,
                refused: f64::from(self.refused_limit) / 100.0,
                suspect: self.suspect_timeout,
            },
            pace: Pace { prove: self.return_after },
            without_pool,
        }
    }
}

/// Everything that is wrong with what was asked for, told at once.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n  also: "))]
struct Problems(Vec<String>);

pub(crate) fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let config = global.load_config()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // The session, and in a demo its pool, beside the view on this thread; hashing has threads of its own.
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Exit::Failed, error))?;
    let asked = Asked::new(args, config, global).map_err(Failure::usage)?;
    let mut timings = Timings::load(global);
    let mut devices = Vec::new();
    for algorithm in asked.algorithms() {
        let choice = Choice { algorithm, ..asked.choice.clone() };
        let found = choice.devices(&mut timings.records).map_err(|error| Failure::new(Exit::NoDevice, error))?;
        devices.push((algorithm, found));
    }
    if asked.dry_run {
        for (_, devices) in &mut devices {
            let gpus = std::mem::replace(&mut devices.gpus, Gpus::LookForThem);
            devices.gpus = Gpus::These(gpus.now());
        }
        return asked.describe(&devices, &timings, &mut crate::output::stdout()).map_err(Failure::output);
    }
    timings.keep(global);
    runtime.block_on(asked.mine(devices, timings, global))
}

/// What was asked for, put together from switches, environment and configuration, and checked.
struct Asked {
    demo: bool,
    demo_when_idle: bool,
    strategy: Strategy,
    /// With their weights.
    pools: Vec<(u32, PoolEntry)>,
    /// Of every session, but for its pools.
    settings: Settings,
    /// The user's own, to hold the pools against.
    node: Option<Node>,
    choice: Choice,
    stop_after: Option<StopAfter>,
    dry_run: bool,
    ui: Ui,
}

impl Asked {
    fn new(args: Args, mut config: Config, global: &Global) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let choice = args.devices.choice(&mut config.mine, &mut problems);
        let when_idle = args.pools.when_idle;
        let (strategy, pools) = if args.demo {
            (Strategy::Failover, Vec::new())
        } else {
            let way = args.dealing.way.way(&mut config.mine, &mut problems);
            let expected = args.dealing.expected.expected(choice.algorithm, &mut problems);
            args.pools.entries(&mut config.mine, choice.algorithm, &way, expected.as_ref(), &mut problems)
        };
        let credentials = args.dealing.cookie.map_or(Credentials::FromAddress, Credentials::Cookie);
        let node = args.dealing.node.map(|url| Node::new(&url, credentials)).transpose();
        let node = node.unwrap_or_else(|error| {
            problems.push(error.to_string());
            None
        });
        let ui = Ui::or_default(args.ui, global).unwrap_or_else(|error| {
            problems.push(error.to_string());
            Ui::None
        });
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let patience = args.dealing.patience.patience(args.dealing.give_up_after);
        let names = pools.iter().map(|(_, pool)| pool.address.to_string());
        let tips = Tips::new(names, node.as_ref().map(|node| node.name().to_owned()));
        Ok(Self {
            node,
            demo: args.demo,
            demo_when_idle: when_idle == WhenIdle::Demo && !args.demo,
            strategy,
            pools,
            settings: Settings {
                pools: Vec::new(),
                first: 0,
                door: None,
                suggest: args.dealing.suggest_difficulty,
                minimum: args.dealing.minimum_difficulty,
                version_rolling: !args.dealing.no_version_rolling && config.mine.version_rolling.unwrap_or(true),
                patience,
                tips,
            },
            choice,
            stop_after: args.stop_after,
            dry_run: args.dry_run,
            ui,
        })
    }

    /// What the pools' jobs are hashed with, each once.
    fn algorithms(&self) -> Vec<Algorithm> {
        let mut algorithms = Vec::new();
        let of_demo = (self.demo || self.demo_when_idle).then_some(self.choice.algorithm);
        for algorithm in self.pools.iter().map(|(_, pool)| pool.algorithm).chain(of_demo) {
            if !algorithms.contains(&algorithm) {
                algorithms.push(algorithm);
            }
        }
        algorithms
    }

    async fn mine(
        mut self,
        devices: Vec<(Algorithm, Devices)>,
        timings: Timings,
        global: &Global,
    ) -> Result<(), Failure> {
        let mut demo = None;
        if self.demo || self.demo_when_idle {
            let started =
                Demo::start(self.choice.algorithm).await.map_err(|error| Failure::new(Exit::Failed, error))?;
            // The last in the order, and always alive.
            self.pools.push((1, PoolEntry::ours(started.pool(), "practice", self.choice.algorithm)));
            demo = Some(Inside::Demo(started));
        }
        let names: Vec<String> = self.pools.iter().map(|(_, pool)| pool.address.to_string()).collect();
        let note = match (self.demo, self.strategy) {
            (true, _) => Some("a demo on the practice chain inside this process".to_owned()),
            (false, Strategy::Failover) => None,
            (false, Strategy::Quota | Strategy::Balance) => Some(format!("{} pools take turns", names.len())),
        };
        let setup = Setup {
            algorithm: devices.iter().map(|(algorithm, _)| algorithm.name()).collect::<Vec<_>>().join(", "),
            devices: with_kernels(&devices, &timings),
            pools: names,
            memory: devices.iter().find_map(|(_, devices)| pages::words(&devices.cpus)),
            note,
        };
        if let Some(node) = self.node {
            tokio::spawn(node_tip::follow(node, self.settings.tips.clone()));
        }
        let view = View::new(self.ui, global);
        let timings = timings.shared();
        let sessions = sessions(self.strategy, self.pools, &self.settings);
        let (stop_after, inside) = (self.stop_after, demo);
        mine(Plan { sessions, devices, timings, stop_after, setup, inside, metrics: None }, view).await
    }

    /// The dry run: what would be used.
    fn describe(&self, devices: &[(Algorithm, Devices)], timings: &Timings, out: &mut impl Write) -> io::Result<()> {
        for (id, kernel) in with_kernels(devices, timings) {
            writeln!(out, "device  {id}  {kernel}")?;
        }
        if self.demo {
            writeln!(out, "pool    a practice pool inside this process, on a free port of 127.0.0.1")?;
        }
        for (weight, pool) in &self.pools {
            let PoolEntry { address, way, user, algorithm, .. } = pool;
            let tls = if address.tls.is_some() { "  over TLS" } else { "" };
            let part = if self.strategy == Strategy::Quota { format!("  weight {weight}") } else { String::new() };
            let proxy = way.proxy.as_ref().map_or_else(String::new, |proxy| format!("  through {proxy}"));
            let from = way.origin.as_ref().map_or_else(String::new, |origin| format!("  from {origin}"));
            let algorithm = if *algorithm == self.choice.algorithm { String::new() } else { format!("  {algorithm}") };
            writeln!(out, "pool    {address}  as {user}{algorithm}{tls}{part}{proxy}{from}")?;
        }
        self.node.iter().try_for_each(|node| writeln!(out, "node    {}  to hold the pools against", node.name()))?;
        let files = self.choice.files(timings);
        if files.is_empty() {
            writeln!(out, "files   none")?;
        }
        files.iter().try_for_each(|file| writeln!(out, "files   {file}"))?;
        writeln!(out, "ports   {}", if self.demo { "free ones of 127.0.0.1, while it runs" } else { "none" })?;
        out.flush()
    }
}

/// Each device with the kernel that it would run, for each algorithm.
fn with_kernels(devices: &[(Algorithm, Devices)], timings: &Timings) -> Vec<(String, String)> {
    devices.iter().flat_map(|(algorithm, devices)| devices.with_kernels(*algorithm, &timings.records)).collect()
}

/// One session for all pools, each in its turn where the one before fails; or a session for each.
fn sessions(strategy: Strategy, pools: Vec<(u32, PoolEntry)>, settings: &Settings) -> Vec<(u32, Settings)> {
    if strategy == Strategy::Failover {
        let pools = pools.into_iter().map(|(_, pool)| pool).collect();
        return vec![(1, Settings { pools, ..settings.clone() })];
    }
    let alone = |(first, (weight, pool))| (weight, Settings { pools: vec![pool], first, ..settings.clone() });
    pools.into_iter().enumerate().map(alone).collect()
}

pub(crate) fn difficulty(text: &str) -> Result<Difficulty, String> {
    let value = text.parse().map_err(|_| format!("{text:?} is no number: write one above zero, as 512 or 0.001"))?;
    Difficulty::new(value).map_err(|error| error.to_string())
}
