//! The rig: the devices of this machine, running on one engine.

use std::io;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hashkit_chain::Algorithm;
use hashkit_engine::device::asic::{AsicSpec, ChipsReport, TuningFile, spawn_asic};
use hashkit_engine::device::discover::{self, Candidate, Cpus, DiscoverError, Placement};
use hashkit_engine::device::tune::Records;
use hashkit_engine::device::{self, Card, CardNews, Ended, cards};
use hashkit_engine::sensors::TemperatureLimits;
use hashkit_engine::{Counts, DevicePorts, Hold, Meter, Rates};
use hashkit_kernels::{Gpu, catalogue, gpus, may_have_gpus};
use tokio::sync::mpsc::UnboundedSender;

use crate::pattern::DevicePattern;
use crate::state::boards_file;
use crate::tally::Metered;
use crate::timings::Timings;

/// More than one a core only steal each other's time; far more could not even end when told to.
const MOST_THREADS_A_CORE: usize = 16;

/// Which devices to use.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    /// What they are to compute.
    pub(crate) algorithm: Algorithm,
    /// CPU threads; one a core where it is `None`.
    pub(crate) cpu_threads: Option<usize>,
    /// Where the threads run.
    pub(crate) placement: Placement,
    /// Whether GPUs are used.
    pub(crate) gpus: GpuUse,
    /// Between which temperatures they work.
    pub(crate) heat: TemperatureLimits,
    /// Chips on serial ports; these and no others, whatever the patterns say.
    pub(crate) asics: Vec<AsicSpec>,
    /// Those that match ids keep only what matches one of them; those that match kernels let the devices choose among these
    /// alone.
    pub(crate) patterns: Vec<DevicePattern>,
}

impl Choice {
    /// The files that these devices would write, each with what for.
    pub(crate) fn files(&self, timings: &Timings) -> Vec<String> {
        let timings = timings.path().filter(|_| timings.records.has_changed());
        let timings = timings.map(|path| format!("{}  for the timings of kernels", path.display()));
        let boards = boards_file().filter(|_| self.asics.iter().any(AsicSpec::is_tuned));
        let boards = boards.map(|path| format!("{}  for the tuning of boards", path.display()));
        timings.into_iter().chain(boards).collect()
    }
}

/// Whether GPUs are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GpuUse {
    /// Every real one, or those that patterns choose.
    Wanted,
    /// None.
    Never,
}

/// The devices of a run, none of them open yet.
#[derive(Debug)]
pub(crate) struct Devices {
    /// The threads of the processor.
    pub(crate) cpus: Vec<Candidate>,
    /// The GPUs.
    pub(crate) gpus: Gpus,
    /// Chips on serial ports.
    pub(crate) asics: Vec<AsicSpec>,
    /// Between which temperatures they work.
    pub(crate) heat: TemperatureLimits,
}

/// The GPUs of a run.
#[derive(Debug)]
pub(crate) enum Gpus {
    /// These, and no others.
    These(Vec<Card>),
    /// All real ones, which are looked for while the processor mines: that loads drivers, and takes its time.
    LookForThem,
}

impl Devices {
    /// Each device that is known by now, with the kernel that it would run.
    pub(crate) fn with_kernels(&self, algorithm: Algorithm, records: &Records) -> Vec<(String, String)> {
        let cpus = self.cpus.iter().map(|device| (device.id().to_owned(), device.kernel().to_owned()));
        let cards = match &self.gpus {
            Gpus::These(cards) => &cards[..],
            Gpus::LookForThem => &[],
        };
        let of_card = |card: &Card| match card.known(algorithm, records) {
            Some(known) => (known.id().to_owned(), known.kernel().to_owned()),
            None => (card.views()[0].id.clone(), format!("the fastest for {algorithm}, to be timed")),
        };
        let asics = self.asics.iter().map(|asic| (asic.id(), format!("{} on a serial port", asic.model().name())));
        cpus.chain(cards.iter().map(of_card)).chain(asics).collect()
    }
}

impl Gpus {
    /// The cards, looked for now where they were not.
    pub(crate) fn now(self) -> Vec<Card> {
        match self {
            Self::These(cards) => cards,
            Self::LookForThem => cards(gpus()).into_iter().filter(|card| !card.is_software()).collect(),
        }
    }
}

/// Why there is nothing to mine with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChoiceError {
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    #[error(
        "no device is left with 0 CPU threads: there is no GPU but those that only act as one; leave --cpu-threads away, or name \
         one with --device (see hashkit devices)"
    )]
    NoThreads,
    #[error(
        "{asked} CPU threads are too many for {cores} cores: at most {most}; without --cpu-threads there is one a core"
    )]
    TooManyThreads { asked: usize, cores: usize, most: usize },
    #[error("the chips on {port} compute sha256d alone, not {algorithm}: leave --asic away, or --algorithm")]
    AsicAlgorithm { port: String, algorithm: Algorithm },
    #[error("{port} is named twice: one --asic for each port")]
    AsicTwice { port: String },
    #[error("no device matches {wanted}: there are {there}; see hashkit devices")]
    NoMatch { wanted: String, there: String },
}

/// Chips compute one algorithm, which has to be among these, and each port is named once.
pub(crate) fn check_asics(asics: &[AsicSpec], algorithms: &[Algorithm]) -> Result<(), ChoiceError> {
    let port = |asic: &AsicSpec| asic.path().display().to_string();
    for (number, asic) in asics.iter().enumerate() {
        if let Some(algorithm) = algorithms.first().filter(|_| !algorithms.contains(&Algorithm::Sha256d)) {
            return Err(ChoiceError::AsicAlgorithm { port: port(asic), algorithm: *algorithm });
        }
        if asics[..number].iter().any(|other| other.path() == asic.path()) {
            return Err(ChoiceError::AsicTwice { port: port(asic) });
        }
    }
    Ok(())
}

impl Choice {
    /// The devices that are there and wanted, by what `records` know of kernels; never none, unless GPUs are still to be looked
    /// for.
    pub(crate) fn devices(&self, records: &mut Records) -> Result<Devices, ChoiceError> {
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let most = cores.saturating_mul(MOST_THREADS_A_CORE);
        if let Some(asked) = self.cpu_threads.filter(|asked| *asked > most) {
            return Err(ChoiceError::TooManyThreads { asked, cores, most });
        }
        check_asics(&self.asics, &[self.algorithm])?;
        let cpus = self.cpus(cores, records)?;
        let mut there: Vec<String> = (0..self.cpu_threads.unwrap_or(cores)).map(|core| format!("cpu:{core}")).collect();
        let gpus = self.gpus(cpus.is_empty() && self.asics.is_empty(), &mut there);
        if cpus.is_empty() && self.asics.is_empty() && matches!(&gpus, Gpus::These(cards) if cards.is_empty()) {
            let wanted = list(self.patterns.iter().map(ToString::to_string));
            return Err(match self.patterns[..] {
                [] => ChoiceError::NoThreads,
                _ => ChoiceError::NoMatch { wanted, there: list(there.iter()) },
            });
        }
        Ok(Devices { cpus, gpus, asics: self.asics.clone(), heat: self.heat })
    }

    fn cpus(&self, cores: usize, records: &mut Records) -> Result<Vec<Candidate>, ChoiceError> {
        let ids: Vec<String> = (0..self.cpu_threads.unwrap_or(cores)).map(|number| format!("cpu:{number}")).collect();
        let (by_id, by_kernel): (Vec<_>, Vec<_>) =
            self.patterns.iter().partition(|pattern| ids.iter().any(|id| pattern.matches_id(id)));
        let names = catalogue(self.algorithm).into_iter().map(|spec| spec.name().to_owned());
        let kernels: Vec<String> =
            names.filter(|name| by_kernel.iter().any(|pattern| pattern.matches_kernel("cpu", name))).collect();
        if ids.is_empty() || by_id.is_empty() && kernels.is_empty() && !self.patterns.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = Cpus {
            algorithm: self.algorithm,
            threads: self.cpu_threads,
            placement: self.placement,
            kernels: (!kernels.is_empty()).then_some(kernels),
        };
        let mut devices = discover::cpu(&wanted, records)?;
        devices.retain(|device| by_id.is_empty() || by_id.iter().any(|pattern| pattern.matches_id(device.id())));
        Ok(devices)
    }

    /// The GPUs that are wanted; those that are looked for now are told to `there`.
    fn gpus(&self, are_needed: bool, there: &mut Vec<String>) -> Gpus {
        if self.gpus == GpuUse::Never {
            return Gpus::These(Vec::new());
        }
        if self.patterns.is_empty() && !are_needed {
            return if may_have_gpus() { Gpus::LookForThem } else { Gpus::These(Vec::new()) };
        }
        if !self.patterns.is_empty() && !self.patterns.iter().any(|pattern| pattern.may_match_kind("gpu")) {
            return Gpus::These(Vec::new());
        }
        let all = gpus();
        there.extend(all.iter().map(|gpu| gpu.id.clone()));
        let cards = cards(all).into_iter();
        Gpus::These(cards.filter_map(|card| card.only(|gpu| is_wanted(gpu, &self.patterns))).collect())
    }
}

/// Whether patterns choose this GPU: without any, each real one; one that only acts as a GPU where it is named in full.
pub(crate) fn is_wanted(gpu: &Gpu, patterns: &[DevicePattern]) -> bool {
    match patterns {
        _ if gpu.is_software => patterns.iter().any(|pattern| pattern.is_id(&gpu.id)),
        [] => true,
        _ => patterns.iter().any(|pattern| pattern.matches_id(&gpu.id)),
    }
}

fn list<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

/// Devices at work, each on its thread.
pub(crate) struct Rig {
    /// Of cards, once they begin.
    meters: Arc<Mutex<Vec<Arc<Meter>>>>,
    threads: Vec<JoinHandle<Ended>>,
    /// Chips on serial ports, each with a way to end it.
    chips: Vec<(Hold, JoinHandle<Ended>)>,
    /// Those of the cards.
    cards: Option<JoinHandle<Vec<JoinHandle<Ended>>>>,
}

impl Rig {
    /// Starts `devices`; they rest until the engine has a job, and end with it. What the cards tell goes to `news`.
    pub(crate) fn start(
        devices: Devices,
        algorithm: Algorithm,
        ports: DevicePorts,
        records: &Arc<Mutex<Records>>,
        news: UnboundedSender<CardNews>,
    ) -> io::Result<Self> {
        let mut rig = Self { meters: Arc::default(), threads: Vec::new(), chips: Vec::new(), cards: None };
        for candidate in devices.cpus {
            let port = ports.port(candidate.id());
            rig.add(Arc::clone(port.meter()));
            rig.threads.push(device::spawn(candidate, port)?);
        }
        let tunings = boards_file().map(|path| Arc::new(TuningFile::new(path)));
        for asic in devices.asics {
            let port = ports.port(&asic.id());
            rig.add(Arc::clone(port.meter()));
            rig.chips.push((port.hold(), spawn_asic(asic, tunings.clone(), port)?));
        }
        if matches!(&devices.gpus, Gpus::These(cards) if cards.is_empty()) {
            return Ok(rig);
        }
        let (meters, records, ports) = (Arc::clone(&rig.meters), Arc::clone(records), Arc::new(ports));
        // The engine sees when the last device has ended, once the last card has its port and this thread is done.
        let look = move || {
            let start = |card: Card| {
                let (meters, news) = (Arc::clone(&meters), news.clone());
                let tell = move |told: CardNews| {
                    if let CardNews::Begins(_, meter) = &told {
                        meters.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(meter));
                    }
                    // Nobody listens where the run has ended.
                    let _ = news.send(told);
                };
                device::spawn_card(card, algorithm, devices.heat, Arc::clone(&records), Arc::clone(&ports), tell)
            };
            devices.gpus.now().into_iter().filter_map(|card| start(card).ok()).collect()
        };
        rig.cards = Some(thread::Builder::new().name("gpus".to_owned()).spawn(look)?);
        Ok(rig)
    }

    fn add(&self, meter: Arc<Meter>) {
        self.meters().push(meter);
    }

    fn meters(&self) -> MutexGuard<'_, Vec<Arc<Meter>>> {
        self.meters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The hashrates of all devices together. Reading about once a second keeps the windows exact.
    pub(crate) fn rates(&self, now: Instant) -> Rates {
        self.meters().iter().map(|meter| meter.rates(now)).sum()
    }

    /// What chips say, each with its device.
    pub(crate) fn chips(&self) -> Vec<(String, Arc<ChipsReport>)> {
        let meters = self.meters();
        meters.iter().filter_map(|meter| Some((meter.name().to_owned(), meter.chips()?))).collect()
    }

    /// What the meters of all devices say.
    pub(crate) fn metered(&self) -> Metered {
        let counts: Counts = self.meters().iter().map(|meter| meter.counts()).sum();
        Metered {
            hashes: counts.hashes,
            found: counts.shared + counts.stale + counts.dropped,
            stale: counts.stale,
            longest_stale: counts.longest_stale,
            dropped: counts.dropped,
            faults: counts.faults.total(),
        }
    }

    /// Waits until every device has ended, which they do when the engine closes; but not longer than `limit`, for one that
    /// hangs. Whether all have.
    pub(crate) fn end_within(&mut self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        // Threads cannot be joined with a limit; they end within a batch of some milliseconds, so this looks a few times.
        while !self.has_ended() {
            if Instant::now() >= deadline {
                return false;
            }
            thread::sleep(Duration::from_millis(1));
        }
        true
    }

    fn has_ended(&mut self) -> bool {
        if let Some(cards) = self.cards.take_if(|cards| cards.is_finished()) {
            self.threads.extend(cards.join().unwrap_or_default());
        }
        self.cards.is_none() && self.threads.iter().all(JoinHandle::is_finished) && self.chips_have_ended()
    }

    fn chips_have_ended(&self) -> bool {
        self.chips.iter().all(|(_, thread)| thread.is_finished())
    }

    /// Whether it drives chips, which take longer to be brought down.
    pub(crate) fn has_chips(&self) -> bool {
        !self.chips.is_empty()
    }

    /// Of devices that have ended: whether a safety limit was the reason for one of them.
    pub(crate) fn ended_unsafe(&mut self) -> bool {
        let ended = self.chips.extract_if(.., |(_, thread)| thread.is_finished());
        ended.fold(false, |found, (_, thread)| found | matches!(thread.join(), Ok(Ended::Unsafe)))
    }
}

/// How long chips may take to be brought down: a second at most where their line and board answer.
pub(crate) const CHIPS_END: Duration = Duration::from_secs(4);

impl Drop for Rig {
    /// Whatever went wrong above it, chips are not left hashing.
    fn drop(&mut self) {
        self.chips.iter().for_each(|(hold, _)| hold.end());
        let deadline = Instant::now() + CHIPS_END;
        while !self.chips_have_ended() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_choose_devices_by_id_and_their_kernels_by_name() {
        for (case, patterns, ids) in [
            ("a kernel", &["cpu:portable"][..], Some(&["cpu:0", "cpu:1"][..])),
            ("a device with a kernel", &["cpu:1", "cpu:portable"], Some(&["cpu:1"])),
            ("all devices with a kernel", &["cpu", "cpu:portable"], Some(&["cpu:0", "cpu:1"])),
            ("what is not there beside what is", &["gpu", "cpu:portable"], Some(&["cpu:0", "cpu:1"])),
            ("what is not there", &["gpu"], None),
            ("a device that is not there", &["cpu:7"], None),
            ("a kernel of another algorithm", &["cpu:avx512-9"], None),
        ] {
            let patterns = patterns.iter().map(|text| text.parse().unwrap()).collect();
            let (algorithm, placement) = (Algorithm::Blake3, Placement::Free);
            let (gpus, heat) = (GpuUse::Never, TemperatureLimits::default());
            let choice = Choice { algorithm, cpu_threads: Some(2), placement, gpus, heat, asics: Vec::new(), patterns };
            let found = choice.devices(&mut Records::default()).map(|devices| devices.cpus);
            assert_eq!(found.is_err(), ids.is_none(), "{case}: {found:?}");
            let found = found.unwrap_or_default();
            assert_eq!(found.iter().map(Candidate::id).collect::<Vec<_>>(), ids.unwrap_or_default(), "{case}");
            assert!(found.iter().all(|device| device.kernel() == "blake3/portable"), "{case}: {found:?}");
        }
    }
}
