//! The GPUs of this machine as devices: a card is one device, however many APIs see it.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use hashkit_chain::Algorithm;
use hashkit_kernels::{Gpu, GpuKernel, GpuSpec, KernelError, prove};

use super::choose::words;
use super::gpu::{GpuDevice, GpuSettings, has_display};
use super::tune::card::{Halving, Step, halve};
use super::tune::{Record, Records, Timing};
use super::{Device, DeviceError};
use crate::sensors::{self, Absent, Sensors};

/// A GPU through every API that sees it, or through those that are wanted.
#[derive(Debug, Clone)]
pub struct Card {
    /// At least one.
    views: Vec<Gpu>,
}

/// A card with the kernel that it is to run.
#[derive(Debug, Clone)]
pub struct CardCandidate {
    id: String,
    name: String,
    algorithm: Algorithm,
    kernel: GpuSpec,
    plain: Option<GpuSpec>,
    reason: String,
    timed_at: Option<u64>,
    settings: GpuSettings,
}

/// Why a card cannot mine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// There is no shader.
    #[error("there is no kernel for {0} on GPUs: choose another algorithm")]
    NoKernel(Algorithm),
    /// No kernel could be opened and gave the known answers.
    #[error("no kernel for {algorithm} works on this card ({last}): see docs/gpus.md for its driver")]
    NoneProved {
        /// What was to be hashed.
        algorithm: Algorithm,
        /// How the last of them failed.
        last: KernelError,
    },
    /// It was told to stop.
    #[error("interrupted before a kernel was chosen")]
    Interrupted,
}

/// These views of GPUs as cards, in the same order.
#[must_use]
pub fn cards(gpus: Vec<Gpu>) -> Vec<Card> {
    let mut cards: Vec<Card> = Vec::new();
    for gpu in gpus {
        match cards.iter_mut().find(|card| card.views[0].is_same_card(&gpu)) {
            Some(card) => card.views.push(gpu),
            None => cards.push(Card { views: vec![gpu] }),
        }
    }
    cards
}

impl Card {
    /// Through which APIs it is seen, in the order of their names; at least one.
    #[must_use]
    pub fn views(&self) -> &[Gpu] {
        &self.views
    }

    /// The card through the wanted APIs alone; `None` where it is not wanted.
    #[must_use]
    pub fn only(mut self, is_wanted: impl Fn(&Gpu) -> bool) -> Option<Self> {
        self.views.retain(is_wanted);
        (!self.views.is_empty()).then_some(self)
    }

    /// Whether it is a program that acts as a GPU.
    #[must_use]
    pub fn is_software(&self) -> bool {
        self.views.iter().all(|view| view.is_software)
    }

    /// Where it is on the bus, as `0000:03:00.0`, by what any API or the system tells.
    #[must_use]
    pub fn pci_address(&self) -> Option<&str> {
        self.views.iter().map(|view| &*view.pci_address).find(|address| !address.is_empty())
    }

    /// What it says of its temperature, power, fan and clock.
    ///
    /// # Errors
    /// [`Absent`] where it says nothing.
    pub fn sensors(&self) -> Result<Box<dyn Sensors>, Absent> {
        match self.pci_address() {
            Some(address) => sensors::of_card(address),
            None if self.is_software() => Err(Absent::new("a program has none")),
            None => Err(Absent::new("no API tells where on the bus the card is, so its sensors cannot be found")),
        }
    }

    /// The card as [`Record::cpu`] names it: what it is, and by which drivers.
    #[must_use]
    pub fn identity(&self) -> String {
        let drivers = self.views.iter().map(|view| format!("{} {}", view.api, view.driver).trim().to_owned());
        format!("{}, {}", self.views[0].name, drivers.collect::<Vec<_>>().join(", "))
    }

    /// The kernel that it would run by what is known, without asking the card; `None` where that takes timing.
    #[must_use]
    pub fn known(&self, algorithm: Algorithm, records: &Records) -> Option<CardCandidate> {
        let kernels = self.kernels(algorithm);
        match &kernels[..] {
            [] => None,
            [(view, only)] => {
                Some(CardCandidate::new(algorithm, view, only, None, "the only kernel here".to_owned(), None))
            }
            _ => records.find(&self.record(algorithm, &kernels)).and_then(|record| chosen(algorithm, &kernels, record)),
        }
    }

    /// The fastest of its kernels that give known answers: by what `records` know, or by timing them now, which `records` then
    /// know too. `go_on` is told each step, and says whether to go on.
    ///
    /// # Errors
    /// [`CardError`] when there is none.
    pub fn choose(
        &self,
        algorithm: Algorithm,
        records: &Mutex<Records>,
        go_on: &mut dyn FnMut(&Step) -> bool,
    ) -> Result<CardCandidate, CardError> {
        if let Some(known) = self.known(algorithm, &records.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(known);
        }
        let kernels = self.kernels(algorithm);
        if kernels.is_empty() {
            return Err(CardError::NoKernel(algorithm));
        }
        let specs = kernels.iter().map(|(_, spec)| spec.clone()).collect();
        let timings = match halve(algorithm, specs, go_on) {
            Halving::Timed(timings) => timings,
            Halving::NoneProved(last) => return Err(CardError::NoneProved { algorithm, last }),
            Halving::Interrupted => return Err(CardError::Interrupted),
        };
        let record = Record { timings, ..self.record(algorithm, &kernels) };
        let chosen = chosen(algorithm, &kernels, &record).ok_or(CardError::NoKernel(algorithm));
        records.lock().unwrap_or_else(PoisonError::into_inner).put(record);
        chosen
    }

    fn kernels(&self, algorithm: Algorithm) -> Vec<(&Gpu, GpuSpec)> {
        let of_view = |view| Gpu::kernels(view, algorithm).into_iter().map(move |spec| (view, spec));
        self.views.iter().flat_map(of_view).collect()
    }

    /// A record without timings: it holds as long as no driver and no shader changes.
    fn record(&self, algorithm: Algorithm, kernels: &[(&Gpu, GpuSpec)]) -> Record {
        let names = kernels.iter().map(|(_, spec)| format!("{} {:016x}", spec.name(), spec.fingerprint())).collect();
        Record::new(self.identity(), None, algorithm, names)
    }
}

/// The fastest by `record`, and the fastest with one version where that is another one.
fn chosen(algorithm: Algorithm, kernels: &[(&Gpu, GpuSpec)], record: &Record) -> Option<CardCandidate> {
    let fastest = |counts: &dyn Fn(&Timing) -> bool| {
        let counted = record.timings.iter().filter(|timing| counts(timing));
        let best = counted.max_by(|a, b| a.hashrate.total_cmp(&b.hashrate))?;
        kernels.iter().find(|(_, spec)| spec.name() == best.kernel)
    };
    let (view, kernel) = fastest(&|_| true)?;
    let plain = fastest(&|timing| timing.versions == 1);
    let plain =
        plain.map(|(_, spec)| spec.clone()).filter(|spec| kernel.versions() > 1 && spec.name() != kernel.name());
    let reason = words(&record.timings, ", the better half again and again for twice as long");
    Some(CardCandidate::new(algorithm, view, kernel, plain, reason, Some(record.at)))
}

impl CardCandidate {
    fn new(
        algorithm: Algorithm,
        view: &Gpu,
        kernel: &GpuSpec,
        plain: Option<GpuSpec>,
        reason: String,
        timed_at: Option<u64>,
    ) -> Self {
        let draws = has_display(Path::new("/sys"), &view.pci_address);
        Self {
            id: view.id.clone(),
            name: view.name.clone(),
            algorithm,
            kernel: kernel.clone(),
            plain,
            reason,
            timed_at,
            settings: if draws { GpuSettings::WITH_DISPLAY } else { GpuSettings::HEADLESS },
        }
    }

    /// What it is called on the command line and in meters, through the API of its kernel: `gpu:vulkan:0`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What its maker calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kernel that it would run: `sha256d/vulkan-uniform`.
    #[must_use]
    pub fn kernel(&self) -> &str {
        self.kernel.name()
    }

    /// The kernel that it would run for a job that lets no version bits roll: often the same.
    #[must_use]
    pub fn plain_kernel(&self) -> &str {
        self.plain.as_ref().unwrap_or(&self.kernel).name()
    }

    /// Why this kernel, in words.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// When its kernels were timed, in Unix seconds; `None` where there was no choice.
    #[must_use]
    pub fn timed_at(&self) -> Option<u64> {
        self.timed_at
    }

    /// How it is driven.
    #[must_use]
    pub fn settings(&self) -> GpuSettings {
        self.settings
    }

    /// Opens the card and has it give known answers. The driver may take a minute to compile.
    ///
    /// # Errors
    /// [`DeviceError::Kernel`] when it cannot be opened, or answers wrongly.
    pub fn open(&self) -> Result<Box<dyn Device>, DeviceError> {
        let open = |spec: &GpuSpec| {
            let mut kernel = spec.open()?;
            prove(&mut kernel, self.algorithm)?;
            Ok::<GpuKernel, KernelError>(kernel)
        };
        let device = GpuDevice::new(&*self.id, self.algorithm, open(&self.kernel)?, self.settings);
        Ok(Box::new(match &self.plain {
            Some(plain) => device.with_plain(open(plain)?),
            None => device,
        }))
    }
}
