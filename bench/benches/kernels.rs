//! Every kernel alone, on one thread. `cargo bench -p hashkit-bench --bench kernels`

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hashkit_bench::rig::{practice_job, proved};
use hashkit_chain::{Algorithm, NonceRange, SearchSpace};
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

criterion_group!(benches, kernels);
criterion_main!(benches);
