//! Which cases a run has: each algorithm on each device, with its fastest kernel or with those that are named.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, Nonce, SearchSpace};
use hashkit_engine::device::discover::{self, Candidate, Cpus, DiscoverError, Placement};
use hashkit_engine::device::tune::{Records, Step};
use hashkit_engine::device::{Card, CardCandidate, CardError, DeviceError, GpuDevice, GpuSettings};
use hashkit_engine::sensors;
use hashkit_kernels::{Gpu, GpuSpec, KernelError, catalogue, prove};

use super::chips::{self, ChipLine, ChipSubject};
use super::load::DeviceSubject;
use super::threads::Opener;
use super::watched::{Watched, watched};
use super::whole::{Member, RigSubject};
use crate::document::CaseSettings;
use crate::measure::{Load, Planned, Subject, Trouble};
use crate::rig::practice_job;

/// So many solutions a second say enough: more would only cost time.
const MOST_FINDS_A_SECOND: f64 = 250.0;
/// The judge may take this part of a thread's time.
const JUDGING: f64 = 0.002;

/// What is to be measured.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The algorithms.
    pub algorithms: Vec<Algorithm>,
    /// How many threads of the processor, each number as a case of its own; none where it is empty.
    pub threads: Vec<usize>,
    /// The cards.
    pub cards: Vec<Card>,
    /// Chips on serial ports.
    pub chips: Vec<ChipLine>,
    /// With which kernels.
    pub kernels: Kernels,
}

/// Which kernels are measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kernels {
    /// The fastest of each device.
    Fastest,
    /// All.
    All,
    /// Those of these names, `sha256d/avx512` or only `avx512`.
    Named(Vec<String>),
}

/// Why there is nothing to measure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No kernel has the name.
    #[error("no kernel of the wanted devices is called {name}: there are {there}")]
    UnknownKernel {
        /// What was asked for.
        name: String,
        /// What there is.
        there: String,
    },
    /// Nothing is wanted that is there.
    #[error(
        "there is nothing to measure: no wanted device has a kernel for the wanted algorithms (see hashkit devices)"
    )]
    Nothing,
}

impl Kernels {
    /// Whether it is named.
    pub(super) fn wants(&self, kernel: &str) -> bool {
        match self {
            Self::Fastest => false,
            Self::All => true,
            Self::Named(names) => names.iter().any(|name| is_called(kernel, name)),
        }
    }
}

fn is_called(kernel: &str, name: &str) -> bool {
    kernel == name || last(kernel) == name
}

/// The kernel's name without that of its algorithm.
fn last(kernel: &str) -> &str {
    kernel.rsplit('/').next().unwrap_or(kernel)
}

/// The cases. Kernels that have never been timed are timed now, which `records` know then; `tell` hears of each step, for a driver
/// may compile for a minute.
///
/// # Errors
/// [`PlanError`] when there is none, or a kernel is named that is not there.
pub fn plan(wanted: &Wanted, records: &Mutex<Records>, tell: &mut dyn FnMut(&str)) -> Result<Vec<Planned>, PlanError> {
    wanted.check_names()?;
    let mut planned = Vec::new();
    for &algorithm in &wanted.algorithms {
        let mut add = Adding { algorithm, finds_a_second: finds_a_second(algorithm), planned: &mut planned };
        for &threads in &wanted.threads {
            for kernels in cpu_kernels(algorithm, &wanted.kernels) {
                add.cpu(threads, kernels, records);
            }
        }
        for card in &wanted.cards {
            match &wanted.kernels {
                Kernels::Fastest => add.fastest_of_card(card, records, tell),
                named => add.named_of_card(card, named),
            }
        }
        if algorithm == chips::ALGORITHM {
            wanted.chips.iter().for_each(|line| add.chips(line));
        }
    }
    if planned.is_empty() { Err(PlanError::Nothing) } else { Ok(planned) }
}

impl Wanted {
    fn check_names(&self) -> Result<(), PlanError> {
        let Kernels::Named(names) = &self.kernels else { return Ok(()) };
        let mut there: Vec<String> = Vec::new();
        for &algorithm in &self.algorithms {
            if !self.threads.is_empty() {
                there.extend(catalogue(algorithm).iter().map(|spec| spec.name().to_owned()));
            }
            let views = self.cards.iter().flat_map(Card::views);
            there.extend(views.flat_map(|view| view.kernels(algorithm)).map(|spec| spec.name().to_owned()));
        }
        match names.iter().find(|name| !there.iter().any(|kernel| is_called(kernel, name))) {
            Some(name) => Err(PlanError::UnknownKernel { name: name.clone(), there: there.join(", ") }),
            None => Ok(()),
        }
    }
}

/// Of which kernels the processor chooses one, once for each case.
fn cpu_kernels(algorithm: Algorithm, kernels: &Kernels) -> Vec<Option<Vec<String>>> {
    if *kernels == Kernels::Fastest {
        return vec![None];
    }
    let names = catalogue(algorithm).into_iter().map(|spec| spec.name().to_owned());
    names.filter(|name| kernels.wants(name)).map(|name| Some(vec![name])).collect()
}

/// A rig to be measured: its rate as a case, and then how it behaves.
pub struct PlannedRig {
    /// The case.
    pub planned: Planned,
    /// All its devices.
    pub subject: RigSubject,
}

/// For each algorithm all wanted devices together: the processor with the most threads that are wanted, each card, and chips. Of the kernels
/// that are named each device has the first that it knows, of all of them its fastest.
///
/// # Errors
/// As [`plan`].
pub fn rigs(
    wanted: &Wanted,
    records: &Mutex<Records>,
    tell: &mut dyn FnMut(&str),
) -> Result<Vec<PlannedRig>, PlanError> {
    wanted.check_names()?;
    let rigs: Vec<PlannedRig> =
        wanted.algorithms.iter().filter_map(|algorithm| rig(*algorithm, wanted, records, tell)).collect();
    if rigs.is_empty() { Err(PlanError::Nothing) } else { Ok(rigs) }
}

fn rig(
    algorithm: Algorithm,
    wanted: &Wanted,
    records: &Mutex<Records>,
    tell: &mut dyn FnMut(&str),
) -> Option<PlannedRig> {
    let began = Instant::now();
    let mut rig = Gathered::default();
    if let Some(threads) = wanted.threads.iter().max() {
        rig.add_processor(algorithm, *threads, &wanted.kernels, records);
    }
    let threads = rig.members.len();
    for card in &wanted.cards {
        rig.add_card(algorithm, card, &wanted.kernels, records, tell);
    }
    if algorithm == chips::ALGORITHM {
        wanted.chips.iter().for_each(|line| rig.add_chips(line));
    }
    if rig.members.is_empty() && rig.trouble.is_none() {
        return None;
    }
    let (mut devices, mut kernels): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    for member in &rig.members {
        let device = if member.device == "cpu" { format!("cpu:t{threads}") } else { member.device.clone() };
        if devices.last() != Some(&device) {
            devices.push(device);
            kernels.push(last(&member.kernel));
        }
    }
    let (devices, kernels) = (devices.join("+"), kernels.join("+"));
    let subject = RigSubject { algorithm, members: rig.members };
    let planned = Planned {
        id: format!("{algorithm}/rig/{devices}/{kernels}"),
        algorithm,
        backend: "rig".to_owned(),
        device: "rig".to_owned(),
        kernel: kernels,
        is_software: rig.is_software,
        settings: CaseSettings { threads: threads.max(1), pinned: rig.is_pinned, clock_mhz: None },
        tuning: began.elapsed(),
        finds_a_second: finds_a_second(algorithm) * subject.members.len() as f64,
        subject: match rig.trouble {
            Some(trouble) => Box::new(Refused(trouble)),
            None => Box::new(subject.clone()),
        },
        gauge: None,
        power: Vec::new(),
    };
    Some(PlannedRig { planned, subject })
}

/// The devices of a rig.
#[derive(Default)]
struct Gathered {
    members: Vec<Member>,
    /// Whether each thread of the processor has a core of its own.
    is_pinned: bool,
    is_software: bool,
    /// Why one of them computes wrongly: the rig is then not measured.
    trouble: Option<Trouble>,
}

impl Gathered {
    fn add_processor(&mut self, algorithm: Algorithm, threads: usize, kernels: &Kernels, records: &Mutex<Records>) {
        let Some(kernels) = cpu_kernels(algorithm, kernels).into_iter().next() else { return };
        let cpus = Cpus { algorithm, threads: Some(threads), placement: Placement::Pinned, kernels };
        match discover::cpu(&cpus, &mut records.lock().unwrap_or_else(PoisonError::into_inner)) {
            Ok(candidates) => {
                self.is_pinned = candidates.iter().all(|candidate| candidate.core().is_some());
                self.members.extend(candidates.into_iter().map(|candidate| {
                    let kernel = candidate.kernel().to_owned();
                    Member { device: "cpu".to_owned(), kernel, opener: opener(candidate), chips: None }
                }));
            }
            Err(DiscoverError::NoKernel(_)) => {}
            Err(error @ DiscoverError::NoneProved { .. }) => self.trouble = Some(Trouble::Wrong(error.to_string())),
        }
    }

    /// With the first kernel that is named, or its fastest.
    fn add_card(
        &mut self,
        algorithm: Algorithm,
        card: &Card,
        kernels: &Kernels,
        records: &Mutex<Records>,
        tell: &mut dyn FnMut(&str),
    ) {
        let all = card.views().iter().flat_map(|view| {
            let of = |spec: GpuSpec| (view.id.clone(), spec);
            view.kernels(algorithm).into_iter().map(of).collect::<Vec<_>>()
        });
        let member = if let Some((device, spec)) = all.into_iter().find(|(_, spec)| kernels.wants(spec.name())) {
            let kernel = spec.name().to_owned();
            Member { opener: of_spec(device.clone(), algorithm, spec), device, kernel, chips: None }
        } else {
            match choose(card, algorithm, records, tell) {
                Ok(chosen) => {
                    let (device, kernel) = (chosen.id().to_owned(), chosen.kernel().to_owned());
                    Member { device, kernel, opener: of_card(chosen), chips: None }
                }
                Err(CardError::NoKernel(_) | CardError::Interrupted) => return,
                Err(error @ CardError::NoneProved { .. }) => {
                    self.trouble = Some(trouble(&error));
                    return;
                }
            }
        };
        self.is_software |= card.is_software();
        self.members.push(member);
    }

    fn add_chips(&mut self, line: &ChipLine) {
        self.is_software |= line.is_emulated();
        let (device, kernel) = (line.name().to_owned(), line.model().to_owned());
        self.members.push(Member { device, kernel, opener: line.opener(), chips: Some(line.clone()) });
    }
}

/// The card's fastest kernel, timed now where it never was.
fn choose(
    card: &Card,
    algorithm: Algorithm,
    records: &Mutex<Records>,
    tell: &mut dyn FnMut(&str),
) -> Result<CardCandidate, CardError> {
    let id = &card.views()[0].id;
    let mut step = |step: &Step| {
        tell(&format!("{id}  round {}: {} of {}  {}", step.round, step.number, step.of, step.kernel));
        true
    };
    card.choose(algorithm, records, &mut step)
}

fn trouble(error: &CardError) -> Trouble {
    match error {
        CardError::NoneProved { last: KernelError::Wrong { .. }, .. } => Trouble::Wrong(error.to_string()),
        _ => Trouble::Failed(error.to_string()),
    }
}

/// Takes down the cases of an algorithm.
struct Adding<'p> {
    algorithm: Algorithm,
    finds_a_second: f64,
    planned: &'p mut Vec<Planned>,
}

impl Adding<'_> {
    fn cpu(&mut self, threads: usize, kernels: Option<Vec<String>>, records: &Mutex<Records>) {
        let began = Instant::now();
        let wanted = Cpus { algorithm: self.algorithm, threads: Some(threads), placement: Placement::Pinned, kernels };
        let found = discover::cpu(&wanted, &mut records.lock().unwrap_or_else(PoisonError::into_inner));
        let tuning = began.elapsed();
        let (kernel, subject, pinned): (String, Box<dyn Subject>, bool) = match found {
            Ok(candidates) => {
                let kernel = candidates.first().map_or_else(String::new, |first| first.kernel().to_owned());
                let pinned = candidates.iter().all(|candidate| candidate.core().is_some());
                let devices = candidates.into_iter().map(|candidate| (candidate.id().to_owned(), opener(candidate)));
                (kernel, Box::new(DeviceSubject::new(self.algorithm, devices.collect())), pinned)
            }
            Err(DiscoverError::NoKernel(_)) => return,
            Err(error @ DiscoverError::NoneProved { .. }) => {
                ("none".to_owned(), Box::new(Refused(Trouble::Wrong(error.to_string()))), false)
            }
        };
        let (gauge, power) = sensors::of_cpu().map(|sensors| watched(Box::new(sensors))).unwrap_or_default();
        self.planned.push(Planned {
            id: format!("{}/cpu/{}/t{threads}", self.algorithm, last(&kernel)),
            algorithm: self.algorithm,
            backend: "cpu".to_owned(),
            device: "cpu".to_owned(),
            kernel,
            is_software: false,
            settings: CaseSettings { threads, pinned, clock_mhz: None },
            tuning,
            finds_a_second: self.finds_a_second * threads as f64,
            subject,
            gauge,
            power,
        });
    }

    fn fastest_of_card(&mut self, card: &Card, records: &Mutex<Records>, tell: &mut dyn FnMut(&str)) {
        let began = Instant::now();
        let chosen = choose(card, self.algorithm, records, tell);
        let tuning = began.elapsed();
        match chosen {
            Ok(candidate) => {
                let Some(view) = card.views().iter().find(|view| view.id == candidate.id()) else { return };
                let (id, kernel) = (candidate.id().to_owned(), candidate.kernel().to_owned());
                let devices = vec![(id, of_card(candidate))];
                self.card(card, view, &kernel, tuning, Box::new(DeviceSubject::new(self.algorithm, devices)));
            }
            Err(CardError::NoKernel(_) | CardError::Interrupted) => {}
            Err(error @ CardError::NoneProved { .. }) => {
                self.card(card, &card.views()[0], "none", tuning, Box::new(Refused(trouble(&error))));
            }
        }
    }

    fn named_of_card(&mut self, card: &Card, kernels: &Kernels) {
        for view in card.views() {
            for spec in view.kernels(self.algorithm).into_iter().filter(|spec| kernels.wants(spec.name())) {
                let devices = vec![(view.id.clone(), of_spec(view.id.clone(), self.algorithm, spec.clone()))];
                let subject = Box::new(DeviceSubject::new(self.algorithm, devices));
                self.card(card, view, spec.name(), Duration::ZERO, subject);
            }
        }
    }

    fn card(&mut self, card: &Card, view: &Gpu, kernel: &str, tuning: Duration, subject: Box<dyn Subject>) {
        let (gauge, power): Watched = card.sensors().map(watched).unwrap_or_default();
        self.planned.push(Planned {
            id: format!("{}/{}/{}", self.algorithm, view.id, last(kernel)),
            algorithm: self.algorithm,
            backend: view.api.to_owned(),
            device: view.id.clone(),
            kernel: kernel.to_owned(),
            is_software: view.is_software,
            settings: CaseSettings { threads: 1, pinned: false, clock_mhz: None },
            tuning,
            finds_a_second: self.finds_a_second,
            subject,
            gauge,
            power,
        });
    }
}

impl Adding<'_> {
    fn chips(&mut self, line: &ChipLine) {
        let (gauge, power) = line.watched();
        self.planned.push(Planned {
            id: format!("{}/{}/{}", self.algorithm, line.name(), line.model()),
            algorithm: self.algorithm,
            backend: "asic".to_owned(),
            device: line.name().to_owned(),
            kernel: line.model().to_owned(),
            is_software: line.is_emulated(),
            settings: CaseSettings { threads: 1, pinned: false, clock_mhz: line.clock_mhz() },
            tuning: Duration::ZERO,
            finds_a_second: chips::FINDS_A_SECOND.min(self.finds_a_second),
            subject: Box::new(ChipSubject::new(line.clone())),
            gauge,
            power,
        });
    }
}

fn opener(candidate: Candidate) -> Opener {
    Arc::new(move || candidate.open())
}

fn of_card(candidate: CardCandidate) -> Opener {
    Arc::new(move || candidate.open())
}

/// A kernel of a card that was named, and need not be the fastest.
fn of_spec(id: String, algorithm: Algorithm, spec: GpuSpec) -> Opener {
    Arc::new(move || {
        let mut kernel = spec.open().map_err(DeviceError::from)?;
        prove(&mut kernel, algorithm)?;
        Ok(Box::new(GpuDevice::new(id.clone(), algorithm, kernel, GpuSettings::HEADLESS)))
    })
}

/// What cannot even be opened.
struct Refused(Trouble);

impl Subject for Refused {
    fn open(&mut self) -> Result<Box<dyn Load>, Trouble> {
        Err(self.0.clone())
    }
}

/// How often a thread may find a solution in a second, by how long the judge takes to hash it again.
///
/// # Panics
/// Never: a new job has work.
#[must_use]
pub fn finds_a_second(algorithm: Algorithm) -> f64 {
    let work = SearchSpace::new(practice_job(algorithm, 0), 0).take(1, 1).expect("a new job has work");
    let mut header = *work.header();
    let began = Instant::now();
    let mut hashes = 0;
    while hashes < 8 || began.elapsed() < Duration::from_millis(1) {
        header.nonce = Nonce(hashes);
        std::hint::black_box(algorithm.hash(&header));
        hashes += 1;
    }
    let seconds = began.elapsed().as_secs_f64() / f64::from(hashes);
    (JUDGING / seconds).min(MOST_FINDS_A_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(kernels: Kernels) -> Wanted {
        Wanted {
            algorithms: vec![Algorithm::Blake2s, Algorithm::Blake3],
            threads: vec![1, 2],
            cards: Vec::new(),
            chips: Vec::new(),
            kernels,
        }
    }

    fn ids(wanted: &Wanted) -> Result<Vec<String>, PlanError> {
        let planned = plan(wanted, &Mutex::default(), &mut |_| {})?;
        Ok(planned.into_iter().map(|case| case.id).collect())
    }

    #[test]
    fn each_algorithm_is_planned_on_each_device_with_the_kernels_that_are_wanted() {
        let portable = Kernels::Named(vec!["portable".to_owned()]);
        let expected =
            ["blake2s/cpu/portable/t1", "blake2s/cpu/portable/t2", "blake3/cpu/portable/t1", "blake3/cpu/portable/t2"];
        assert_eq!(ids(&wanted(portable)).expect("there is one"), expected);
        let one = Kernels::Named(vec!["blake3/portable".to_owned()]);
        assert_eq!(ids(&wanted(one)).expect("there is one"), expected[2..]);
        let all = ids(&wanted(Kernels::All)).expect("there are some");
        assert_eq!(all.len(), 2 * (catalogue(Algorithm::Blake2s).len() + catalogue(Algorithm::Blake3).len()));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let unknown = ids(&wanted(Kernels::Named(vec!["abacus".to_owned()]))).expect_err("there is none");
        assert!(unknown.to_string().contains("abacus") && unknown.to_string().contains("blake3/portable"), "{unknown}");
        let none = Wanted { threads: Vec::new(), ..wanted(Kernels::Fastest) };
        assert_eq!(ids(&none), Err(PlanError::Nothing));
    }

    #[test]
    fn a_dear_judge_is_asked_less_often() {
        let (cheap, dear) = (finds_a_second(Algorithm::Blake3), finds_a_second(Algorithm::Scrypt));
        assert!(dear < cheap && cheap <= MOST_FINDS_A_SECOND && dear > 0.0, "{cheap} {dear}");
    }
}
