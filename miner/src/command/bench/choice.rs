//! Which devices and kernels are measured.

use std::num::NonZeroUsize;
use std::str::FromStr;
use std::thread;

use clap::builder::FalseyValueParser;
use hashkit_bench::devices::{ChipLine, Kernels, Wanted};
use hashkit_chain::Algorithm;
use hashkit_engine::device::asic::AsicSpec;
use hashkit_engine::device::{cards, cores};
use hashkit_kernels::{Gpu, catalogue, gpus, may_have_gpus};

use crate::cli::words;
use crate::failure::Failure;
use crate::pattern::DevicePattern;
use crate::rig::{check_asics, is_wanted};

/// Far more than any machine has: each is a thread.
const MOST_THREADS: usize = 4096;

/// Which devices, algorithms and kernels.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct ChoiceArgs {
    /// Measure only this algorithm (repeatable) [default: all]
    #[arg(long = "algorithm", value_name = "NAME", value_parser = words::algorithm())]
    algorithms: Vec<Algorithm>,

    /// Measure only devices that match (repeatable): cpu, cpu:avx2, gpu, gpu:vulkan:0; see `hashkit devices`
    #[arg(long = "device", value_name = "PATTERN")]
    devices: Vec<DevicePattern>,

    /// Measure this kernel, fastest or not (repeatable): avx2, sha256d/avx2, or all
    #[arg(long = "kernel", value_name = "NAME")]
    kernels: Vec<String>,

    /// How many CPU threads, each number as a case: 4, 1,2,4 or 1..4 [default: one a core, and all]
    #[arg(long, value_name = "N", conflicts_with = "cpu_threads")]
    threads: Option<ThreadCounts>,

    /// CPU threads; 0 leaves the processor out
    #[arg(long, value_name = "N")]
    cpu_threads: Option<usize>,

    /// Leave GPUs out
    #[arg(long, env = "HASHKIT_NO_GPU", value_parser = FalseyValueParser::new())]
    no_gpu: bool,

    /// Measure the chips on a serial port too, as /dev/ttyACM1:bm1370,freq=525 (repeatable); options as in `hashkit mine`
    #[arg(long = "asic", value_name = "PATH:MODEL[,OPTIONS]", conflicts_with = "exact")]
    asics: Vec<AsicSpec>,
}

/// Numbers of threads.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ThreadCounts(Vec<usize>);

impl FromStr for ThreadCounts {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("{text:?} is no number of threads: write 4, 1,2,4 or 1..4, at most {MOST_THREADS}");
        let number = |text: &str| {
            text.trim().parse().ok().filter(|count| (1..=MOST_THREADS).contains(count)).ok_or_else(refused)
        };
        let counts: Vec<usize> = match text.split_once("..") {
            Some((first, last)) => (number(first)?..=number(last)?).collect(),
            None => text.split(',').map(number).collect::<Result<_, _>>()?,
        };
        if counts.is_empty() { Err(refused()) } else { Ok(Self(counts)) }
    }
}

impl ChoiceArgs {
    /// How many lines of chips are measured.
    pub(super) fn lines_of_chips(&self) -> usize {
        self.asics.len()
    }

    /// What is to be measured. Drivers of GPUs are loaded only where some may be wanted.
    pub(super) fn wanted(&self, is_quick: bool) -> Result<Wanted, Failure> {
        let algorithms = if self.algorithms.is_empty() { Algorithm::ALL.to_vec() } else { self.algorithms.clone() };
        check_asics(&self.asics, &algorithms).map_err(Failure::usage)?;
        if let Some(asic) = self.asics.iter().find(|asic| asic.is_tuned()) {
            let port = asic.path().display();
            return Err(Failure::usage(format!("{port} is measured at one clock: leave tune away, or mine with it")));
        }
        let may_match = |kind| self.devices.is_empty() || self.devices.iter().any(|one| one.may_match_kind(kind));
        let may_have = !self.devices.is_empty() || may_have_gpus();
        let found = if !self.no_gpu && may_match("gpu") && may_have { gpus() } else { Vec::new() };
        let is_wanted = |gpu: &Gpu| is_wanted(gpu, &self.devices);
        Ok(Wanted {
            kernels: self.kernels(&algorithms),
            algorithms,
            threads: if may_match("cpu") { self.thread_counts(is_quick) } else { Vec::new() },
            cards: cards(found).into_iter().filter_map(|card| card.only(is_wanted)).collect(),
            chips: self.asics.iter().cloned().map(ChipLine::new).collect(),
        })
    }

    /// Those that are named, be it by `--device cpu:NAME`.
    fn kernels(&self, algorithms: &[Algorithm]) -> Kernels {
        if self.kernels.iter().any(|name| name == "all") {
            return Kernels::All;
        }
        let of_processor = algorithms.iter().flat_map(|algorithm| catalogue(*algorithm));
        let names = of_processor.map(|spec| spec.name().to_owned());
        // The whole processor is no name of a kernel.
        let is_named = |name: &String| {
            let named = |one: &DevicePattern| one.matches_kernel("cpu", name) && !one.matches_id("cpu:0");
            self.devices.iter().any(named)
        };
        let named: Vec<String> = names.filter(is_named).chain(self.kernels.iter().cloned()).collect();
        if named.is_empty() { Kernels::Fastest } else { Kernels::Named(named) }
    }

    fn thread_counts(&self, is_quick: bool) -> Vec<usize> {
        if let Some(ThreadCounts(counts)) = &self.threads {
            return counts.clone();
        }
        if let Some(count) = self.cpu_threads {
            return if count == 0 { Vec::new() } else { vec![count.min(MOST_THREADS)] };
        }
        let all = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let whole = cores().iter().filter(|core| !core.is_sibling).count();
        if is_quick || whole == 0 || whole >= all { vec![all] } else { vec![whole, all] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_a_number_a_list_or_a_range() {
        for (text, expected) in [
            ("4", Some(vec![4])),
            ("1,2, 4", Some(vec![1, 2, 4])),
            ("1..4", Some(vec![1, 2, 3, 4])),
            ("0", None),
            ("4..1", None),
            ("1..", None),
            ("5000", None),
            ("", None),
        ] {
            assert_eq!(text.parse().ok(), expected.map(ThreadCounts), "{text}");
        }
    }
}
