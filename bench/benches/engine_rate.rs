//! The rate of kernels alone and under the whole engine, and the ratio of the two from interleaved runs. The aim is 98 %.
//! `cargo bench -p hashkit-bench --bench engine_rate`, with `-- scrypt sha256d/avx2` behind it for these kernels.

use std::error::Error;
use std::time::Duration;

use hashkit_bench::machine::{Machine, Watch};
use hashkit_bench::record::{self, wants_numbers};
use hashkit_bench::rig;
use hashkit_bench::selection;
use hashkit_bench::statistics::Mean;
use hashkit_chain::{Algorithm, Hashrate};
use hashkit_kernels::{KernelError, KernelSpec};
use serde::Serialize;

#[derive(Serialize)]
struct Case {
    kernel: String,
    threads: usize,
    /// Hashes a second of processor time, of one thread with the kernel alone.
    bare_rate_per_thread: Option<Mean>,
    /// Hashes of the engine to hashes of the kernel alone, by the clock on the wall.
    ratio_by_clock: Option<Mean>,
    /// The same by processor time.
    ratio_by_processor: Option<Mean>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (pairs, time) = if wants_numbers() { (20, Duration::from_millis(250)) } else { (1, Duration::from_millis(20)) };
    let machine = Machine::this();
    let watch = Watch::start();
    let mut cases = Vec::new();
    for (algorithm, spec) in selection::from_arguments()? {
        cases.push(measure(&spec, algorithm, machine.threads, pairs, time)?);
    }
    let company = watch.and_then(|watch| watch.company());
    record::Result { bench: "engine_rate", machine, company, cases }.print()?;
    Ok(())
}

fn measure(
    spec: &KernelSpec,
    algorithm: Algorithm,
    threads: usize,
    pairs: usize,
    time: Duration,
) -> Result<Case, KernelError> {
    let (mut bare_rates, mut by_clock, mut by_processor) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..pairs {
        let (bare, engine) = rig::rates(spec, algorithm, threads, time)?;
        by_clock.push(engine.by_clock / bare.by_clock);
        if let (Some(engine), Some(bare)) = (engine.by_processor, bare.by_processor) {
            by_processor.push(engine / bare);
            bare_rates.push(bare);
        }
    }
    let case = Case {
        kernel: spec.name().to_owned(),
        threads,
        bare_rate_per_thread: Mean::of(&bare_rates),
        ratio_by_clock: Mean::of(&by_clock),
        ratio_by_processor: Mean::of(&by_processor),
    };
    if let (Some(rate), Some(clock), Some(processor)) =
        (case.bare_rate_per_thread, case.ratio_by_clock, case.ratio_by_processor)
    {
        let rate = Hashrate::over(rate.mean, Duration::from_secs(1)).expect("a second is not zero");
        let percent = |mean: Mean| format!("{:.1} ± {:.1} %", mean.mean * 100.0, mean.half_width_95 * 100.0);
        eprintln!(
            "{}: {rate} a thread; engine to kernel {} by the clock, {} by processor time",
            case.kernel,
            percent(clock),
            percent(processor)
        );
    }
    Ok(case)
}
