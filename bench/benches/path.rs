//! The steps between a pool's line and a kernel, and back up to the judge, each alone.
//! `cargo bench -p hashkit-bench --bench path`

use std::hint::black_box;
use std::time::Instant;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use hashkit_bench::rig::practice_job;
use hashkit_chain::{Algorithm, Extranonce2, Job, Previous, SearchSpace, Share, Solution};
use hashkit_engine::{Limits, open};
use hashkit_stratum::{Id, Line, LineCutter, Notify, ToMiner};

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

criterion_group!(benches, down, judge);
criterion_main!(benches);
