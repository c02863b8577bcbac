//! Fixed work on the devices of this machine.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use hashkit_chain::Algorithm;
use hashkit_engine::device::Card;
use hashkit_engine::device::discover::{self, Candidate, Cpus, Placement};
use hashkit_engine::device::tune::Records;
use hashkit_kernels::{GpuSpec, Kernel, KernelError, KernelSpec, catalogue, prove};
use serde::Serialize;

use super::plan::{Kernels, Wanted};
use crate::exact::{OpenKernel, exact};

/// What one kernel on one device found in fixed work.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fixed {
    /// The algorithm.
    pub algorithm: String,
    /// `cpu`, or the id of a GPU.
    pub device: String,
    /// The kernel.
    pub kernel: String,
    /// On so many threads.
    pub threads: usize,
    /// How many hashes were done.
    pub hashes: u64,
    /// How many of them are hits.
    pub hits: u64,
    /// The same on every device and with any number of threads; absent where it failed.
    pub checksum: Option<String>,
    /// How long it took, after the self-test.
    pub seconds: f64,
    /// Why it failed.
    pub problem: Option<String>,
}

/// Has every wanted device do the first `hashes` hashes of the practice job, and tells each outcome as it comes. Whether all that
/// have one are equal for each algorithm, and none failed.
pub fn fixed(wanted: &Wanted, hashes: u64, records: &Mutex<Records>, tell: &mut dyn FnMut(Fixed)) -> bool {
    let mut are_equal = true;
    for &algorithm in &wanted.algorithms {
        let mut first: Option<String> = None;
        let mut each = |one: Fixed| {
            are_equal &= match (&one.checksum, &first) {
                (Some(sum), Some(first)) => sum == first,
                (Some(sum), None) => {
                    first = Some(sum.clone());
                    true
                }
                (None, _) => false,
            };
            tell(one);
        };
        for &threads in &wanted.threads {
            for spec in cpu_specs(algorithm, &wanted.kernels, records) {
                each(done(algorithm, "cpu", spec.name(), threads, hashes, &|| spec.open()));
            }
        }
        for card in &wanted.cards {
            for (id, spec) in card_specs(card, algorithm, &wanted.kernels, records) {
                each(done(algorithm, &id, spec.name(), 1, hashes, &|| Ok(Box::new(spec.open()?))));
            }
        }
    }
    are_equal
}

fn done(algorithm: Algorithm, device: &str, kernel: &str, threads: usize, hashes: u64, open: OpenKernel<'_>) -> Fixed {
    let proved = || -> Result<Box<dyn Kernel>, KernelError> {
        let mut kernel = open()?;
        prove(&mut *kernel, algorithm)?;
        Ok(kernel)
    };
    // The driver compiles once, and what is wrong is not timed.
    let began = proved().map(|_| Instant::now());
    let found = began.and_then(|began| Ok((exact(algorithm, hashes, threads, open)?, began.elapsed())));
    let (exact, seconds, problem) = match found {
        Ok((exact, took)) => (Some(exact), took.as_secs_f64(), None),
        Err(error) => (None, 0.0, Some(error.to_string())),
    };
    Fixed {
        algorithm: algorithm.name().to_owned(),
        device: device.to_owned(),
        kernel: kernel.to_owned(),
        threads,
        hashes: exact.as_ref().map_or(0, |exact| exact.hashes),
        hits: exact.as_ref().map_or(0, |exact| exact.hits),
        checksum: exact.map(|exact| exact.checksum),
        seconds,
        problem,
    }
}

fn cpu_specs(algorithm: Algorithm, kernels: &Kernels, records: &Mutex<Records>) -> Vec<KernelSpec> {
    let mut specs = catalogue(algorithm);
    if *kernels == Kernels::Fastest {
        let wanted = Cpus { algorithm, threads: Some(1), placement: Placement::Free, kernels: None };
        let found = discover::cpu(&wanted, &mut records.lock().unwrap_or_else(PoisonError::into_inner));
        let fastest = found.ok().and_then(|found| found.first().map(Candidate::kernel).map(str::to_owned));
        specs.retain(|spec| fastest.as_ref().is_some_and(|name| spec.name() == name));
    } else {
        specs.retain(|spec| kernels.wants(spec.name()));
    }
    specs
}

fn card_specs(
    card: &Card,
    algorithm: Algorithm,
    kernels: &Kernels,
    records: &Mutex<Records>,
) -> Vec<(String, GpuSpec)> {
    let all = card.views().iter().flat_map(|view| {
        let id = view.id.clone();
        view.kernels(algorithm).into_iter().map(move |spec| (id.clone(), spec))
    });
    if *kernels == Kernels::Fastest {
        let chosen = card.choose(algorithm, records, &mut |_| true).ok();
        let is_it = |spec: &GpuSpec| chosen.as_ref().is_some_and(|chosen| chosen.kernel() == spec.name());
        return all.filter(|(_, spec)| is_it(spec)).take(1).collect();
    }
    all.filter(|(_, spec)| kernels.wants(spec.name())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kernels_of_the_processor_agree_on_fixed_work() {
        let wanted = Wanted {
            algorithms: vec![Algorithm::Blake2s, Algorithm::Keccak256],
            threads: vec![1, 2],
            cards: Vec::new(),
            chips: Vec::new(),
            kernels: Kernels::All,
        };
        let mut told = Vec::new();
        assert!(fixed(&wanted, 100_000, &Mutex::default(), &mut |one| told.push(one)), "{told:?}");
        assert_eq!(told.len(), 2 * (catalogue(Algorithm::Blake2s).len() + catalogue(Algorithm::Keccak256).len()));
        let none: KernelError = KernelError::Lost { kernel: "x".to_owned(), reason: "it is not there".to_owned() };
        let failed = done(Algorithm::Blake2s, "cpu", "x", 1, 10, &|| Err(none.clone()));
        assert!(failed.checksum.is_none() && failed.problem.is_some_and(|why| why.contains("not there")));
    }
}
