//! Time from publishing a job until each CPU thread begins it, with every core busy. The aim is a 99th percentile under
//! 10 ms. `cargo bench -p hashkit-bench --bench job_latency`

use std::error::Error;

use hashkit_bench::machine::{Machine, Watch};
use hashkit_bench::record::{self, wants_numbers};
use hashkit_bench::rig::times_to_new_jobs;
use hashkit_bench::selection;
use hashkit_bench::statistics::Percentiles;
use hashkit_chain::Algorithm;
use hashkit_kernels::{KernelError, KernelSpec};
use serde::Serialize;

#[derive(Serialize)]
struct Case {
    kernel: String,
    threads: usize,
    publishes: u32,
    to_new_job: Option<Percentiles>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let publishes = if wants_numbers() { 2000 } else { 5 };
    let machine = Machine::this();
    let watch = Watch::start();
    let mut cases = Vec::new();
    for (algorithm, spec) in selection::from_arguments()? {
        cases.push(measure(&spec, algorithm, machine.threads, publishes)?);
    }
    let company = watch.and_then(|watch| watch.company());
    record::Result { bench: "job_latency", machine, company, cases }.print()?;
    Ok(())
}

fn measure(spec: &KernelSpec, algorithm: Algorithm, threads: usize, publishes: u32) -> Result<Case, KernelError> {
    let to_new_job = Percentiles::of(times_to_new_jobs(spec, algorithm, threads, publishes)?);
    if let Some(Percentiles { p50_ms, p99_ms, p999_ms, max_ms, .. }) = to_new_job {
        eprintln!(
            "{} on {threads} threads, {publishes} jobs: p50 {p50_ms} p99 {p99_ms} p99.9 {p999_ms} max {max_ms} ms",
            spec.name()
        );
    }
    Ok(Case { kernel: spec.name().to_owned(), threads, publishes, to_new_job })
}
