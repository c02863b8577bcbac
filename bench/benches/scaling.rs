//! How much two threads of the whole engine do to what one does, from interleaved runs. The aim is 1.9.
//! `cargo bench -p hashkit-bench --bench scaling`, with `-- scrypt sha256d/avx2` behind it for these kernels.

use std::error::Error;
use std::time::Duration;

use hashkit_bench::machine::{Machine, Watch};
use hashkit_bench::record::{self, wants_numbers};
use hashkit_bench::statistics::Mean;
use hashkit_bench::{rig, selection};
use hashkit_chain::Algorithm;
use hashkit_kernels::{KernelError, KernelSpec};
use serde::Serialize;

/// The processor of every machine that has more has these two.
const THREADS: usize = 2;

#[derive(Serialize)]
struct Case {
    kernel: String,
    threads: usize,
    /// Hashes of all threads together to hashes of one, by the clock on the wall.
    ratio_by_clock: Option<Mean>,
    /// Hashes a second of processor time of a thread beside the others, to those of a thread alone.
    ratio_by_processor: Option<Mean>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (pairs, time) = if wants_numbers() { (20, Duration::from_millis(250)) } else { (1, Duration::from_millis(20)) };
    let machine = Machine::this();
    if machine.threads < THREADS {
        return Err("this process may run one thread at a time: nothing can be compared".into());
    }
    let watch = Watch::start();
    let mut cases = Vec::new();
    for (algorithm, spec) in selection::from_arguments()? {
        cases.push(measure(&spec, algorithm, pairs, time)?);
    }
    let company = watch.and_then(|watch| watch.company());
    record::Result { bench: "scaling", machine, company, cases }.print()?;
    Ok(())
}

fn measure(spec: &KernelSpec, algorithm: Algorithm, pairs: usize, time: Duration) -> Result<Case, KernelError> {
    let (mut by_clock, mut by_processor) = (Vec::new(), Vec::new());
    for _ in 0..pairs {
        let (one, many) = rig::rates_of_one_and_many(spec, algorithm, THREADS, time)?;
        by_clock.push(many.by_clock / one.by_clock);
        if let (Some(one), Some(many)) = (one.by_processor, many.by_processor) {
            by_processor.push(many / one);
        }
    }
    let case = Case {
        kernel: spec.name().to_owned(),
        threads: THREADS,
        ratio_by_clock: Mean::of(&by_clock),
        ratio_by_processor: Mean::of(&by_processor),
    };
    if let (Some(clock), Some(processor)) = (case.ratio_by_clock, case.ratio_by_processor) {
        eprintln!(
            "{}: {THREADS} threads to one {:.3} ± {:.3} by the clock; a thread to a thread alone {:.3} ± {:.3} by processor time",
            case.kernel, clock.mean, clock.half_width_95, processor.mean, processor.half_width_95
        );
    }
    Ok(case)
}
