//! Prints the rate of every kernel on every GPU, through every API and for 1, 2, 4 and 8 versions of a header, and what that is
//! to CUDA's. `bench/gpu.sh` builds and starts this.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use hashkit_bench::choice::Words;
use hashkit_bench::machine::{Machine, Watch, thread_time};
use hashkit_bench::record;
use hashkit_bench::rig::practice_job;
use hashkit_bench::statistics::Median;
use hashkit_chain::{Algorithm, Hashrate, SearchSpace, Work};
use hashkit_kernels::shader::Variant;
use hashkit_kernels::{Gpu, GpuKernel, GpuSpec, Kernel, KernelError, SLOTS_IN_FLIGHT, absent_apis, gpus, prove};
use serde::Serialize;

const USAGE: &str = "\
usage: gpus [FLAGS] [ALGORITHM]...   (default: sha256d)
  --software         also programs on the processor that act as GPUs
  --only PREFIX      only GPUs whose id begins so: gpu:cuda
  --repeat N         how many times each kernel is timed (default 7, at least 6)
  --launches N       of how many launches a timing consists (default 20)
  --first N          try only so many forms of each kernel (default 2)
  --versions N       go up to so many versions (default 8)";

/// Launches as long as a device's.
const BATCH: Duration = Duration::from_millis(25);
/// What a launch itself costs is told by longer ones.
const LONG_BATCH: Duration = Duration::from_millis(200);
/// The longest to wait for a launch.
const LIMIT: Duration = Duration::from_mins(1);

#[derive(Debug)]
struct Settings {
    algorithms: Vec<Algorithm>,
    software: bool,
    only: String,
    repeat: usize,
    launches: usize,
    first: usize,
    versions: u8,
}

#[derive(Debug, Clone, Serialize)]
struct Case {
    gpu: String,
    name: String,
    driver: String,
    /// A program on the processor: its rate says nothing about a card.
    is_software: bool,
    kernel: String,
    versions: u8,
    /// Hashes a second by the clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<Median>,
    /// What is lost against launches eight times as long.
    #[serde(skip_serializing_if = "Option::is_none")]
    launch_overhead: Option<f64>,
    /// How much of a core the host took.
    #[serde(skip_serializing_if = "Option::is_none")]
    host_cores: Option<f64>,
    /// Its rate to that of the fastest kernel through CUDA on the same card, with as many versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    ratio_to_cuda: Option<f64>,
    /// Why there is no rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
}

fn main() -> ExitCode {
    let settings = match Settings::from(Words::of_this_program()) {
        Ok(settings) => settings,
        Err(problem) => {
            eprintln!("gpus: {problem}");
            return ExitCode::from(2);
        }
    };
    for absent in absent_apis() {
        eprintln!("not through {}: {}", absent.api, absent.reason);
    }
    let cards: Vec<Gpu> = gpus().into_iter().filter(|card| settings.wants(card)).collect();
    if cards.is_empty() {
        eprintln!("gpus: there is no GPU here; --software measures programs that act as one");
        return ExitCode::from(4);
    }
    let watch = Watch::start();
    let mut cases = Vec::new();
    for card in &cards {
        for algorithm in &settings.algorithms {
            for spec in settings.specs(card, *algorithm) {
                let case = measure(card, *algorithm, &spec, &settings);
                print(&case);
                cases.push((card, *algorithm, case));
            }
        }
    }
    let result = record::Result {
        bench: "gpus",
        machine: Machine::this(),
        company: watch.and_then(|watch| watch.company()),
        cases: with_ratios(cases),
    };
    match result.print() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gpus: {error}");
            ExitCode::FAILURE
        }
    }
}

impl Settings {
    fn from(mut words: Words) -> Result<Self, String> {
        let mut settings = Self {
            algorithms: Vec::new(),
            software: false,
            only: "gpu".to_owned(),
            repeat: 7,
            launches: 20,
            first: 2,
            versions: 8,
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--software" => settings.software = true,
                "--only" => settings.only = words.value("--only")?,
                "--repeat" => settings.repeat = words.value("--repeat")?,
                "--launches" => settings.launches = words.value("--launches")?,
                "--first" => settings.first = words.value("--first")?,
                "--versions" => settings.versions = words.value("--versions")?,
                _ => match Algorithm::ALL.iter().find(|algorithm| algorithm.name() == word) {
                    Some(algorithm) => settings.algorithms.push(*algorithm),
                    None => return Err(format!("{word:?} is no word of this program\n{USAGE}")),
                },
            }
        }
        if settings.repeat < Median::FEWEST || settings.launches == 0 {
            return Err(format!("too few to say anything\n{USAGE}"));
        }
        if settings.algorithms.is_empty() {
            settings.algorithms.push(Algorithm::Sha256d);
        }
        Ok(settings)
    }

    fn wants(&self, card: &Gpu) -> bool {
        card.id.starts_with(&self.only) && (self.software || !card.is_software)
    }

    /// The forms that should be the fastest, each in 1, 2, 4 and 8 versions.
    fn specs(&self, card: &Gpu, algorithm: Algorithm) -> Vec<GpuSpec> {
        let mut forms = Vec::new();
        for spec in card.kernels(algorithm) {
            let form = Variant { versions: 1, ..*spec.variant() };
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
        forms.truncate(self.first);
        let versions = [1, 2, 4, 8].into_iter().filter(|versions| *versions <= self.versions);
        let all = versions.flat_map(|versions| forms.iter().map(move |form| (versions, *form)));
        all.filter_map(|(versions, form)| card.kernel_as(algorithm, Variant { versions, ..form })).collect()
    }
}

fn measure(card: &Gpu, algorithm: Algorithm, spec: &GpuSpec, settings: &Settings) -> Case {
    let mut case = Case {
        gpu: card.id.clone(),
        name: card.name.clone(),
        driver: card.driver.clone(),
        is_software: card.is_software,
        kernel: spec.name().to_owned(),
        versions: spec.versions(),
        rate: None,
        launch_overhead: None,
        host_cores: None,
        ratio_to_cuda: None,
        failure: None,
    };
    let measured = Searching::open(algorithm, spec).and_then(|mut searching| {
        searching.settle(BATCH)?;
        let (before, began) = (thread_time(), Instant::now());
        let mut rates = Vec::new();
        for _ in 0..settings.repeat {
            rates.push(searching.rate(settings.launches)?);
        }
        let cores = |before: Duration| {
            Some(thread_time()?.saturating_sub(before).as_secs_f64() / began.elapsed().as_secs_f64())
        };
        case.host_cores = before.and_then(cores);
        case.rate = Median::of(&rates);
        searching.settle(LONG_BATCH)?;
        let long = searching.rate(settings.launches.div_ceil(8))?;
        case.launch_overhead = case.rate.map(|rate| 1.0 - rate.median / long);
        Ok(())
    });
    case.failure = measured.err().map(|error| error.to_string());
    case
}

/// A kernel with batches on the card.
struct Searching {
    kernel: GpuKernel,
    space: SearchSpace,
    nonces: u64,
}

impl Searching {
    fn open(algorithm: Algorithm, spec: &GpuSpec) -> Result<Self, KernelError> {
        let mut kernel = spec.open()?;
        prove(&mut kernel, algorithm)?;
        let nonces = u64::from(kernel.granularity());
        Ok(Self { kernel, space: SearchSpace::new(practice_job(algorithm, 1), 0), nonces })
    }

    /// Finds how many nonces keep the card busy for `time`.
    fn settle(&mut self, time: Duration) -> Result<(), KernelError> {
        loop {
            let began = Instant::now();
            self.launch(4)?;
            let took = began.elapsed() / 4;
            if took >= time / 2 || self.nonces >= 1 << 31 {
                let wanted = u128::from(self.nonces) * time.as_micros() / took.as_micros().max(1);
                let wanted = u64::try_from(wanted).unwrap_or(u64::MAX).clamp(self.nonces / 10, 2 * self.nonces);
                self.nonces = wanted.next_multiple_of(u64::from(self.kernel.granularity())).min(1 << 32);
                return Ok(());
            }
            self.nonces *= 2;
        }
    }

    /// Hashes a second of so many launches, which follow each other without a gap.
    fn rate(&mut self, launches: usize) -> Result<f64, KernelError> {
        let began = Instant::now();
        let hashes = self.launch(launches)?;
        Ok(hashes as f64 / began.elapsed().as_secs_f64())
    }

    /// Work for a whole launch: what is left of a header is passed over.
    fn take(&mut self) -> Option<Work> {
        loop {
            let work = self.space.take(self.nonces, self.kernel.versions())?;
            if work.range().len() >= self.nonces {
                return Some(work);
            }
        }
    }

    /// How many hashes so many launches were.
    fn launch(&mut self, launches: usize) -> Result<u64, KernelError> {
        let (mut submitted, mut hashes) = (0, 0);
        while submitted < launches || self.kernel.waiting() > 0 {
            while submitted < launches && self.kernel.waiting() < SLOTS_IN_FLIGHT {
                let Some(work) = self.take() else {
                    return Err(self.kernel.give_up("the job has no more headers"));
                };
                let target = work.job().share_target;
                self.kernel.submit(work, &target)?;
                submitted += 1;
            }
            match self.kernel.collect(LIMIT)? {
                Some(batch) => hashes += batch.work.hashes(),
                None => return Err(self.kernel.give_up("no answer in time")),
            }
        }
        Ok(hashes)
    }
}

/// Each case beside the fastest one through CUDA on the same card.
fn with_ratios(cases: Vec<(&Gpu, Algorithm, Case)>) -> Vec<Case> {
    let rate = |case: &Case| case.rate.map_or(0.0, |rate| rate.median);
    let of_cuda = |card: &Gpu, algorithm: Algorithm, versions: u8| {
        let rates = cases.iter().filter(|(other, of, case)| {
            other.api == "cuda" && other.is_same_card(card) && *of == algorithm && case.versions == versions
        });
        rates.map(|(_, _, case)| rate(case)).max_by(f64::total_cmp).filter(|rate| *rate > 0.0)
    };
    let ratios: Vec<Option<f64>> = cases
        .iter()
        .map(|(card, algorithm, case)| Some(case.rate?.median / of_cuda(card, *algorithm, case.versions)?))
        .collect();
    cases.into_iter().zip(ratios).map(|((_, _, case), ratio_to_cuda)| Case { ratio_to_cuda, ..case }).collect()
}

fn print(case: &Case) {
    let shown = |rate: f64| match Hashrate::over(rate, Duration::from_secs(1)) {
        Some(rate) => rate.to_string(),
        None => "no time".to_owned(),
    };
    let software = if case.is_software { " (a program, no card)" } else { "" };
    match (&case.rate, &case.failure) {
        (Some(rate), None) => eprintln!(
            "{} {} {} versions: {} ({} to {}), {:.1} % overhead, {:.1} % of a core{software}",
            case.gpu,
            case.kernel,
            case.versions,
            shown(rate.median),
            shown(rate.low_95),
            shown(rate.high_95),
            100.0 * case.launch_overhead.unwrap_or(f64::NAN),
            100.0 * case.host_cores.unwrap_or(f64::NAN),
        ),
        (_, failure) => {
            eprintln!("{} {}: {}{software}", case.gpu, case.kernel, failure.as_deref().unwrap_or("no rate"));
        }
    }
}
