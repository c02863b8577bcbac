//! Every kernel beside the next one down in its algorithm's list, in turns on one thread: none may be slower than that. With
//! the cycles that a hash takes, beside those that it can not take less of.
//! `cargo bench -p hashkit-bench --bench kernel_order`, or `... -- sha256d scrypt` for some algorithms alone.

use std::error::Error;
use std::time::Duration;

use hashkit_bench::bounds::{Bound, bound};
use hashkit_bench::machine::{Machine, Watch, cycles_a_second, time_of_this_thread};
use hashkit_bench::record::{self, wants_numbers};
use hashkit_bench::rig::BareLoop;
use hashkit_bench::statistics::Median;
use hashkit_chain::Algorithm;
use hashkit_kernels::{KernelError, catalogue};
use serde::Serialize;

#[derive(Serialize)]
struct Case {
    kernel: String,
    versions: usize,
    /// Hashes a second of processor time.
    rate: Option<Median>,
    /// Cycles a hash; absent where the clock can not be told.
    cycles: Option<Median>,
    /// What no kernel of this kind can be better than.
    bound: Option<Bound>,
    /// The next one down.
    below: Option<String>,
    /// Its rate to that of the next one down, of each turn.
    ratio: Option<Median>,
}

impl Case {
    /// Whether it is surely slower than the next one down.
    fn is_out_of_order(&self) -> bool {
        self.ratio.is_some_and(|ratio| ratio.high_95 < 1.0)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (turns, time) = if wants_numbers() { (25, Duration::from_millis(60)) } else { (1, Duration::from_millis(1)) };
    let wanted: Vec<Algorithm> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let machine = Machine::this();
    let watch = Watch::start();
    let mut cases = Vec::new();
    for algorithm in Algorithm::ALL.iter().filter(|algorithm| wanted.is_empty() || wanted.contains(algorithm)) {
        cases.extend(measure(*algorithm, 1, turns, time)?);
        if *algorithm == Algorithm::Sha256d {
            cases.extend(measure(*algorithm, 0, turns, time)?);
        }
    }
    let company = watch.and_then(|watch| watch.company());
    let wrong: Vec<String> =
        cases.iter().filter(|case| case.is_out_of_order()).map(|case| case.kernel.clone()).collect();
    record::Result { bench: "kernel_order", machine, company, cases }.print()?;
    if wrong.is_empty() { Ok(()) } else { Err(format!("slower than the next one down: {}", wrong.join(", ")).into()) }
}

/// All kernels of an algorithm over so many versions, 0 for as many as each likes.
fn measure(algorithm: Algorithm, versions: u8, turns: usize, time: Duration) -> Result<Vec<Case>, KernelError> {
    let clock = || time_of_this_thread().unwrap_or_default();
    let specs = catalogue(algorithm);
    let mut kernels = Vec::new();
    for spec in &specs {
        let mut kernel = BareLoop::open(spec, algorithm, 0, versions)?;
        // By then batches have their size.
        kernel.rate(2 * time, clock)?;
        kernels.push(kernel);
    }
    let (mut rates, mut cycles) = (vec![Vec::new(); kernels.len()], vec![Vec::new(); kernels.len()]);
    for _ in 0..turns {
        for (number, kernel) in kernels.iter_mut().enumerate() {
            let before = cycles_a_second();
            let rate = kernel.rate(time, clock)?;
            rates[number].push(rate);
            if let (Some(before), Some(after)) = (before, cycles_a_second()) {
                cycles[number].push(f64::midpoint(before, after) / rate);
            }
        }
    }
    let mut cases = Vec::new();
    for (number, spec) in specs.iter().enumerate() {
        let below = number.checked_sub(1);
        let ratios =
            below.map(|below| rates[number].iter().zip(&rates[below]).map(|(own, other)| own / other).collect());
        let ratios: Vec<f64> = ratios.unwrap_or_default();
        let versions = kernels[number].versions();
        cases.push(Case {
            kernel: spec.name().to_owned(),
            versions,
            rate: Median::of(&rates[number]),
            cycles: Median::of(&cycles[number]),
            bound: bound(spec.name(), versions),
            below: below.map(|below| specs[below].name().to_owned()),
            ratio: Median::of(&ratios),
        });
        tell(&cases[number]);
    }
    Ok(cases)
}

/// A line for people.
fn tell(case: &Case) {
    let Some(rate) = case.rate else { return };
    let cycles = case.cycles.map_or(String::new(), |cycles| format!("{:12.1} cycles a hash", cycles.median));
    let bound = case
        .bound
        .map_or(String::new(), |bound| format!(" (bound {:.1}, {:.1} operations)", bound.cycles, bound.operations));
    let ratio = case.ratio.map_or(String::new(), |ratio| {
        format!(", {:.3} [{:.3}, {:.3}] times the one below", ratio.median, ratio.low_95, ratio.high_95)
    });
    eprintln!("{:30} {:3} versions {:14.0} H/s{cycles}{bound}{ratio}", case.kernel, case.versions, rate.median);
}
