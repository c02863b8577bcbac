//! What solo mining adds to a node: a template of 4,000 transactions made into a job (aim: under 15 ms), a found block of 2 MB on
//! its way to the node (first byte under 2 ms), and a new tip at the node to the miner's new job (99th percentile under 20 ms).
//! `cargo bench -p hashkit-bench --bench solo`
//!
//! The node is simulated: it speaks over a real socket, but believes every block.

mod miner;
mod node;
mod template;

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use hashkit_bench::machine::{Machine, Watch};
use hashkit_bench::record::{self, wants_numbers};
use hashkit_bench::statistics::Percentiles;
use hashkit_chain::{Algorithm, BlockTemplate, Difficulty, Payout, Script};
use hashkit_pool::{Node, Pool, PoolSettings};
use serde::Serialize;
use tokio::time::sleep;

use crate::miner::Miner;
use crate::node::SimulatedNode;
use crate::template::{TRANSACTION_LEN, TRANSACTIONS, template_on, terms};

/// Before each time that is taken: blocks come minutes apart, when nothing of the last one is still being done.
const REST: Duration = Duration::from_millis(40);

#[derive(Serialize)]
struct Case {
    what: &'static str,
    transactions: usize,
    block_bytes: usize,
    times: Option<Percentiles>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = if wants_numbers() { 500 } else { 3 };
    let watch = Watch::start();
    let text = template_on(0);
    let block_bytes = TRANSACTIONS * TRANSACTION_LEN;
    let case = |what, times: Vec<Duration>| {
        let times = Percentiles::of(times);
        if let Some(Percentiles { count, p50_ms, p99_ms, max_ms, .. }) = times {
            eprintln!("{what}: {count} times, p50 {p50_ms} p99 {p99_ms} max {max_ms} ms");
        }
        Case { what, transactions: TRANSACTIONS, block_bytes, times }
    };
    let mut cases = vec![case("template_to_job", templates_to_jobs(&text, rounds)?)];
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let Passages { first_byte, last_byte, new_job } = runtime.block_on(passages(rounds))?;
    cases.push(case("found_to_first_byte", first_byte));
    cases.push(case("found_to_last_byte", last_byte));
    cases.push(case("new_tip_to_new_job", new_job));
    let company = watch.and_then(|watch| watch.company());
    record::Result { bench: "solo", machine: Machine::this(), company, cases }.print()?;
    Ok(())
}

fn templates_to_jobs(text: &str, rounds: u32) -> Result<Vec<Duration>, Box<dyn Error>> {
    let payout = Payout::to(Script::anyone());
    let terms = terms(&payout);
    let mut times = Vec::new();
    for _ in 0..rounds {
        let began = Instant::now();
        let template = BlockTemplate::from_json(black_box(text))?;
        black_box(template.job("1".into(), &terms)?);
        times.push(began.elapsed());
    }
    Ok(times)
}

/// From a share's line at the miner's end to the block at the node's, and from the node's answer to the miner's job.
#[derive(Default)]
struct Passages {
    first_byte: Vec<Duration>,
    last_byte: Vec<Duration>,
    new_job: Vec<Duration>,
}

async fn passages(rounds: u32) -> Result<Passages, Box<dyn Error>> {
    let mut node = SimulatedNode::start()?;
    let blocks = tempfile::tempdir()?;
    let client = Node::new(&node.url, hashkit_pool::Credentials::FromAddress)?;
    let payout = Payout::to(Script::anyone());
    let mut settings = PoolSettings::new(client, payout, Algorithm::Sha256d, Difficulty::new(1e-9)?);
    settings.blocks = Some(blocks.path().to_owned());
    settings.listen = None;
    let pool = Pool::start(settings).await?;
    let mut miner = Miner::enter(&pool).await?;
    let mut passages = Passages::default();
    for _ in 0..rounds {
        sleep(REST).await;
        let share = miner.block_on(node.tip()).await?;
        let found = Instant::now();
        miner.submit(&share).await?;
        let arrival = node.block().await.ok_or("the node has closed")?;
        passages.first_byte.push(arrival.first_byte.duration_since(found));
        passages.last_byte.push(arrival.last_byte.duration_since(found));
        sleep(REST).await;
        let told = node.turn().await.ok_or("the node has closed")?;
        passages.new_job.push(miner.wait_for(node.tip()).await?.duration_since(told));
    }
    pool.shutdown().await;
    Ok(passages)
}
