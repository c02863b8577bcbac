//! Each piece alone: every kernel, the judge, and the way from a job to a work. `cargo bench -p hashkit-bench --bench kernels`

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hashkit_bench::rig::{practice_job, proved};
use hashkit_chain::{Algorithm, Extranonce2, NonceRange, Previous, SearchSpace, Share, Solution};
use hashkit_engine::{Limits, open};
use hashkit_kernels::catalogue;

/// Hashes a batch: what takes some milliseconds.
fn batch(algorithm: Algorithm) -> u64 {
    match algorithm {
        Algorithm::Scrypt => 16,
        _ => 1 << 16,
    }
}

fn kernels(criterion: &mut Criterion) {
    for algorithm in Algorithm::ALL {
        let mut group = criterion.benchmark_group(format!("{algorithm} kernels"));
        for spec in catalogue(*algorithm) {
            let mut kernel = match proved(&spec, *algorithm) {
                Ok(kernel) => kernel,
                Err(error) => {
                    eprintln!("no number: {error}");
                    continue;
                }
            };
            let job = practice_job(*algorithm, 0);
            let target = job.share_target;
            let work = SearchSpace::new(job, 1).take(u64::MAX, kernel.versions()).expect("a new job has work");
            let nonces = (batch(*algorithm) / work.versions().as_slice().len() as u64).max(1);
            let work = work.with_range(NonceRange::new(0, nonces));
            group.throughput(Throughput::Elements(work.hashes()));
            group.bench_function(spec.name(), |bencher| bencher.iter(|| kernel.scan(black_box(&work), &target)));
        }
        group.finish();
    }
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

fn work(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("work");
    let job = practice_job(Algorithm::Sha256d, 0);
    let extranonce2 = Extranonce2::from_bytes(&[7; 8]).expect("eight bytes fit");
    group.bench_function("job to header", |bencher| bencher.iter(|| black_box(&job).header(&extranonce2)));
    let (source, ports) = open(Limits::default());
    let port = ports.port("cpu:0");
    source.publish(job, Previous::Worthless);
    group.bench_function("next work", |bencher| bencher.iter(|| port.next_work(1 << 17, 16)));
    group.finish();
}

criterion_group!(benches, kernels, judge, work);
criterion_main!(benches);
