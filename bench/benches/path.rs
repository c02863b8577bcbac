//! The steps between a pool's line and a kernel, back up to the judge, and those of the pool itself, each alone.
//! `cargo bench -p hashkit-bench --bench path`

use std::hint::black_box;
use std::time::Instant;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use hashkit_bench::rig::practice_job;
use hashkit_chain::{
    Algorithm, BlockTemplate, Difficulty, Extranonce2, Job, Payout, Previous, Script, SearchSpace, Share, Solution,
};
use hashkit_engine::{Limits, open};
use hashkit_stratum::{Id, Line, LineCutter, Notify, Session, SessionEvent, SessionSettings, Submit, ToMiner, ToPool};
use template::{template_on, terms};

#[path = "solo/template.rs"]
mod template;

/// As the client reads lines: at most 1 MiB long, nested 16 deep.
const LONGEST_LINE: usize = 1 << 20;
const DEEPEST_LINE: usize = 16;

fn down(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("down");
    let job = practice_job(Algorithm::Sha256d, 0);

    let bytes = notify_line(&job).into_bytes();
    let now = Instant::now();
    let mut cutter = LineCutter::new(LONGEST_LINE);
    group.bench_function("bytes to notify", |bencher| {
        bencher.iter(|| {
            let line = cutter.next_line(&mut black_box(&bytes[..]), now).expect("it is short").expect("it is whole");
            match Line::read(&line, DEEPEST_LINE).expect("it is an object") {
                Line::Call(call) => ToMiner::read(&call).expect("it is a notify"),
                Line::Answer(_) => unreachable!("it has a method"),
            }
        });
    });

    let extranonce2 = Extranonce2::from_bytes(&[7; 8]).expect("eight bytes fit");
    group.bench_function("job to header", |bencher| bencher.iter(|| black_box(&job).header(&extranonce2)));

    let (source, ports) = open(Limits::default());
    let port = ports.port("cpu:0");
    source.publish(job, Previous::Worthless);
    group.bench_function("next work", |bencher| bencher.iter(|| port.next_work(1 << 17, 16, 64)));
    group.finish();
}

/// The line that a pool sends for `job`, with its end.
fn notify_line(job: &Job) -> String {
    let notify = Notify {
        job_id: job.id.clone(),
        prev_hash: job.prev_hash,
        coinbase_prefix: job.coinbase.prefix.clone(),
        coinbase_suffix: job.coinbase.suffix.clone(),
        branch: job.branch.clone(),
        version: job.version,
        nbits: job.nbits,
        ntime: job.ntime,
        clean_jobs: Some(true),
    };
    let line = ToMiner::Notify(Box::new(notify)).to_line(&Id::null());
    if line.ends_with('\n') { line } else { line + "\n" }
}

fn judge(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("judge");
    for algorithm in Algorithm::ALL {
        let job = practice_job(*algorithm, 0);
        let work = SearchSpace::new(job, 1).take(1, 1).expect("a new job has work");
        let solution = Solution { nonce: work.header().nonce, version: work.header().version, work };
        group.bench_function(BenchmarkId::from_parameter(algorithm), |bencher| {
            bencher.iter(|| Share::check(black_box(&solution)));
        });
    }
    group.finish();
}

/// Every hash is a share of it.
const EASY: f64 = 1e-10;

/// What a miner says first, and what it is answered.
fn logged_in(job: &Job) -> Session {
    let now = Instant::now();
    let easy = Difficulty::new(EASY).expect("it is above zero");
    let mut session = Session::new(SessionSettings::new(job.algorithm, easy, 0), now);
    session.send_job(job, Previous::Worthless);
    let login = b"{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[]}\n{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"a\",\"x\"]}\n";
    session.receive(login, now).expect("a login is legal");
    while let Some(event) = session.poll_event() {
        match event {
            SessionEvent::Subscribe { .. } => session.welcome(&[2; 4], 8, "bench"),
            SessionEvent::Authorize { id, .. } => session.accept(id),
            _ => {}
        }
    }
    session.poll_transmit();
    session
}

fn submit_line(job: &Job) -> String {
    let submit = Submit {
        user: "a".to_owned(),
        job_id: job.id.clone(),
        extranonce2: "0707070707070707".to_owned(),
        ntime: job.ntime.to_string(),
        nonce: "00000000".to_owned(),
        version_bits: None,
    };
    let line = ToPool::Submit(submit).to_line(&Id::number(4));
    if line.ends_with('\n') { line } else { line + "\n" }
}

fn pool(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pool");
    let job = practice_job(Algorithm::Sha256d, 0);
    let line = submit_line(&job);
    let now = Instant::now();

    let mut cutter = LineCutter::new(LONGEST_LINE);
    group.bench_function("bytes to submit", |bencher| {
        bencher.iter(|| {
            let line =
                cutter.next_line(&mut black_box(line.as_bytes()), now).expect("it is short").expect("it is whole");
            match Line::read(&line, DEEPEST_LINE).expect("it is an object") {
                Line::Call(call) => ToPool::read(&call).expect("it is a submit"),
                Line::Answer(_) => unreachable!("it has a method"),
            }
        });
    });

    // From the bytes of a share to those of its answer: a new connection each time, because the same share counts only once.
    group.bench_function("share validation", |bencher| {
        let validate = |session: &mut Session| {
            session.receive(black_box(line.as_bytes()), now).expect("it is a submit");
            let Some(SessionEvent::Submit { id, solution, .. }) = session.poll_event() else {
                unreachable!("it is right in form")
            };
            Share::check(&solution).expect("every hash is a share");
            session.accept(id);
            session.poll_transmit()
        };
        bencher.iter_batched_ref(|| logged_in(&job), validate, BatchSize::SmallInput);
    });

    let text = template_on(0);
    let payout = Payout::to(Script::anyone());
    let terms = terms(&payout);
    group.sample_size(20);
    group.bench_function("template to job", |bencher| {
        bencher.iter(|| {
            let template = BlockTemplate::from_json(black_box(&text)).expect("it is Bitcoin's");
            template.job("1".into(), &terms).expect("it pays somebody")
        });
    });
    group.finish();
}

criterion_group!(benches, down, judge, pool);
criterion_main!(benches);
