//! `hashkit pool inspect`: a pool's job in full, and whether it is what it should be.

mod print;
mod tips;

use std::time::{Duration, SystemTime};

use hashkit_chain::{Difficulty, Job, Target};
use hashkit_pool::{Credentials, Node};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::cli::Global;
use crate::coinbase::{CoinbaseError, CoinbaseTransaction};
use crate::failure::{Exit, Failure};
use crate::output::OutputArgs;
use crate::pool_args::{ExpectArgs, VisitArgs};
use crate::session::{Expected, Host, Visit};
use crate::stop::parse_time;
use tips::{Place, Tips};

const EXAMPLES: &str = "\
Examples:
  hashkit pool inspect pool.example:3333 --user YOUR_ADDRESS.rig1
  hashkit pool inspect pool.example:3333 --against b.example:3333 --watch 1h
";

/// Read a pool's job in full, and compare it with other pools and a node
///
/// Shows whom its blocks pay, at which height, how hard they are, and what the connection was given. With --against and --node it
/// also says whether the pool is on the same previous block as they are, and with --watch how late it is with each new one.
/// Ends with exit code 3 when something is wrong with the job, and 5 when the pool gives none.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The pool: stratum+tcp://host:port, stratum+tls://host:port, or host:port alone
    url: String,

    /// Another pool of the same coin to compare with
    #[arg(long, value_name = "URL")]
    against: Vec<String>,

    /// A node to compare with: http://user:password@host:port, or http://host:port with --cookie
    #[arg(long, value_name = "URL", env = "HASHKIT_NODE", hide_env_values = true)]
    node: Option<String>,

    /// The file with the node's login, which it writes at every start
    #[arg(long, value_name = "FILE", requires = "node")]
    cookie: Option<std::path::PathBuf>,

    /// How long to wait for new blocks, to see how late each pool is
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    watch: Option<Duration>,

    /// Print the pools that would be visited, and stop
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    visit: VisitArgs,

    #[command(flatten)]
    expected: ExpectArgs,
}

pub(super) fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let mut config = global.load_config()?;
    let (algorithm, limit) = (args.visit.algorithm, args.visit.login_timeout);
    let mut problems = Vec::new();
    let expected = args.expected.expected(algorithm, &mut problems);
    let credentials = args.cookie.map_or(Credentials::FromAddress, Credentials::Cookie);
    let node = args.node.as_deref().map(|url| Node::new(url, credentials)).transpose();
    problems.extend(node.as_ref().err().map(ToString::to_string));
    let urls = std::iter::once(&args.url).chain(&args.against);
    let hosts = args.visit.hosts(urls, &mut config.mine);
    problems.extend(hosts.as_ref().err().cloned());
    let (Ok(hosts), Ok(node), true) = (hosts, node, problems.is_empty()) else {
        return Err(Failure::usage(problems.join("\n  also: ")));
    };
    if args.dry_run {
        return super::describe(&hosts).map_err(Failure::output);
    }
    let runtime = super::small_runtime()?;
    let (seen, tips) = runtime.block_on(watch(&hosts, node.as_ref(), args.watch, limit));
    for (number, host) in seen.iter().enumerate().skip(1) {
        if let Err(error) = host {
            global.say_warning(&format!("not compared with {}: {error}", hosts[number].pool));
        }
    }
    let mut seen = seen.into_iter();
    let first = seen.next().unwrap_or_else(|| Err("there is no pool".to_owned()));
    let first = first.map_err(|error| Failure::new(Exit::Unreachable, error))?;
    let others: Vec<Inspected> = seen.flatten().collect();
    let report = Report { findings: findings(&first, &others, &tips, expected.as_ref()), pool: first, others, tips };
    report.print(args.output.format).map_err(Failure::output)?;
    match report.findings.iter().find(|finding| finding.is_wrong) {
        None => Ok(()),
        Some(finding) => Err(Failure::new(Exit::Validation, format!("{}: {}", report.pool.pool, finding.words))),
    }
}

/// A pool that gave a job.
struct Inspected {
    pool: String,
    job: Job,
    coinbase: Result<CoinbaseTransaction, CoinbaseError>,
    refused: Option<String>,
    session: Option<String>,
    took: Duration,
    /// This machine's clock when the job came.
    came_at: SystemTime,
    notices: Vec<String>,
}

/// What there is to tell.
struct Report {
    pool: Inspected,
    others: Vec<Inspected>,
    findings: Vec<Finding>,
    tips: Tips,
}

/// One thing that was checked.
struct Finding {
    is_wrong: bool,
    words: String,
}

/// What each pool gave, in the order of the hosts, and who was on which tip when.
async fn watch(
    hosts: &[Host],
    node: Option<&Node>,
    time: Option<Duration>,
    limit: Duration,
) -> (Vec<Result<Inspected, String>>, Tips) {
    let tips = Tips::default();
    let mut visits = JoinSet::new();
    for (number, host) in hosts.iter().enumerate() {
        let (host, tips) = (host.clone(), tips.clone());
        visits.spawn(async move { (number, visit(&host, number, &tips, time, limit).await) });
    }
    let mut seen: Vec<Option<Result<Inspected, String>>> = hosts.iter().map(|_| None).collect();
    let all = async {
        while let Some(ended) = visits.join_next().await {
            if let Ok((number, outcome)) = ended {
                seen[number] = Some(outcome);
            }
        }
    };
    tokio::select! {
        () = all => {}
        () = async { match node { Some(node) => follow(node, &tips).await, None => std::future::pending().await } } => {}
    }
    let seen = seen.into_iter().map(|outcome| outcome.unwrap_or_else(|| Err("it was not asked".to_owned()))).collect();
    (seen, tips)
}

/// How long pools may take to agree on the previous block: a new one reaches all within seconds.
const SETTLING: Duration = Duration::from_secs(10);

/// Visits one pool: to its first job, and then for as long as is watched, or until all agree.
async fn visit(
    host: &Host,
    number: usize,
    tips: &Tips,
    time: Option<Duration>,
    limit: Duration,
) -> Result<Inspected, String> {
    tips.expect(Place::Pool(number));
    let outcome = stay(host, number, tips, time, limit).await;
    if outcome.is_err() {
        tips.give_up(Place::Pool(number));
    }
    outcome
}

async fn stay(
    host: &Host,
    number: usize,
    tips: &Tips,
    time: Option<Duration>,
    limit: Duration,
) -> Result<Inspected, String> {
    let mut visit = Visit::begin(host).await?;
    let is_enough = |visit: &Visit| visit.newest.is_some() && visit.judged_after.is_some();
    if !visit.talk(Instant::now() + limit, is_enough).await? && visit.newest.is_none() {
        return Err(format!("{}: it gave no job within {} s of the login", host.pool, limit.as_secs_f64()));
    }
    let mut came_at = SystemTime::now();
    let ends = Instant::now() + time.unwrap_or(SETTLING);
    while let Some((job, _, at)) = &visit.newest {
        tips.saw(Place::Pool(number), job.prev_hash, *at);
        if Instant::now() >= ends || (time.is_none() && tips.agree()) {
            break;
        }
        let last = *at;
        let moment = ends.min(Instant::now() + Duration::from_millis(100));
        let is_newer = |visit: &Visit| visit.newest.as_ref().is_some_and(|(_, _, at)| *at > last);
        if visit.talk(moment, is_newer).await? {
            came_at = SystemTime::now();
        }
    }
    let took = visit.job_after.unwrap_or_default();
    let session = visit.subscribed().and_then(|subscribed| subscribed.session_id.clone());
    let (job, _, _) = visit.newest.ok_or("it gave no job")?;
    let coinbase = CoinbaseTransaction::of(&job);
    let (refused, notices) = (visit.refused, visit.notices);
    Ok(Inspected { pool: host.pool.to_string(), job, coinbase, refused, session, took, came_at, notices })
}

/// Follows the node's tip for as long as anybody watches.
async fn follow(node: &Node, tips: &Tips) {
    tips.expect(Place::Node);
    loop {
        match node.best_block(Duration::from_secs(5)).await {
            Ok(tip) => tips.saw(Place::Node, tip, Instant::now()),
            Err(error) => {
                tips.node_trouble(error.to_string());
                tips.give_up(Place::Node);
                return std::future::pending().await;
            }
        }
        sleep(Duration::from_millis(100)).await;
    }
}

/// What is right and what is wrong with the pool.
fn findings(pool: &Inspected, others: &[Inspected], tips: &Tips, expected: Option<&Expected>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut tell = |is_wrong: bool, words: String| findings.push(Finding { is_wrong, words });
    match &pool.coinbase {
        Ok(_) => tell(false, "its coinbase can be read".to_owned()),
        Err(error) => tell(true, format!("its coinbase is none that a chain would take: {error}")),
    }
    if let Some(expected) = expected {
        match expected.check(&pool.job) {
            Ok(()) => tell(false, "its blocks pay the expected address".to_owned()),
            Err(error) => tell(true, error.to_string()),
        }
    }
    if let Some(refused) = &pool.refused {
        tell(false, format!("{refused}; the job was given all the same"));
    }
    if Target::from_compact(pool.job.nbits).is_err() {
        tell(true, format!("its nbits {} are no target", pool.job.nbits));
    }
    let ahead = f64::from(pool.job.ntime.0) - seconds(pool.came_at);
    // Nodes refuse two hours ahead; a job is made within a minute or so of being sent.
    if ahead > 7200.0 {
        tell(true, format!("its time is {ahead:.0} s ahead of this clock: no node would take its blocks yet"));
    } else if ahead < -600.0 {
        tell(false, format!("its time is {:.0} s behind this clock", -ahead));
    }
    findings.extend(tips.findings(pool, others));
    findings
}

fn seconds(time: SystemTime) -> f64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

/// The difficulty of a share and of a block.
fn difficulties(job: &Job) -> (Difficulty, Option<Difficulty>) {
    let network = Target::from_compact(job.nbits).ok().map(|target| Difficulty::of_target(target, job.algorithm));
    (Difficulty::of_target(job.share_target, job.algorithm), network)
}
