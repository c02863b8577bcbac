//! What can mine on this machine.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::num::NonZeroUsize;
use std::{fs, thread};

use hashkit_chain::Algorithm;
use hashkit_kernels::{KernelError, KernelSpec, catalogue, prove};
use tracing::warn;

use super::choose::{Chosen, Place, choose};
use super::cores::{Core, CoreKind, cores};
use super::memory::Granted;
use super::pin::pin;
use super::tune::Records;
use super::{Device, DeviceError, ScanDevice};

/// Which devices of the processor are wanted.
#[derive(Debug, Clone)]
pub struct Cpus {
    /// What they are to compute.
    pub algorithm: Algorithm,
    /// How many; as many as this process may use at once where it is `None`, which respects an affinity mask and a quota of
    /// its control group.
    pub threads: Option<usize>,
    /// Where their threads run.
    pub placement: Placement,
    /// The names of the kernels to choose from; all where it is `None`.
    pub kernels: Option<Vec<String>>,
}

/// Where threads run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// Each on a core of its own, as long as there are some and this process may use all of them at once: under a quota, others
    /// with one would take the same first cores.
    Pinned,
    /// Wherever the system puts them.
    Free,
}

/// A device that can be opened.
#[derive(Debug, Clone)]
pub struct Candidate {
    id: String,
    name: String,
    algorithm: Algorithm,
    chosen: Chosen,
    core: Option<Core>,
}

/// Why no device can mine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoverError {
    /// There is no kernel.
    #[error("this machine has no kernel for {0}: choose another algorithm")]
    NoKernel(Algorithm),
    /// Every kernel gave wrong answers.
    #[error("no kernel for {algorithm} computes rightly on this machine ({last}): check its memory, cooling and clock")]
    NoneProved {
        /// What was to be hashed.
        algorithm: Algorithm,
        /// How the last of them failed.
        last: KernelError,
    },
}

/// The processor's cores as devices, each with the fastest kernel that has been proved here, by what `records` know of them or
/// by timing them now, which `records` then know too.
///
/// # Errors
/// [`DiscoverError`] when no kernel for the algorithm gives right answers.
pub fn cpu(wanted: &Cpus, records: &mut Records) -> Result<Vec<Candidate>, DiscoverError> {
    let algorithm = wanted.algorithm;
    let at_once = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let places = places(cores(), wanted.threads.unwrap_or(at_once), at_once, wanted.placement);
    let (name, cpu) = processor(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default());
    let catalogue = catalogue(algorithm);
    let is_wanted =
        |spec: &KernelSpec| wanted.kernels.as_ref().is_none_or(|names| names.iter().any(|name| name == spec.name()));
    let mut by_kind: BTreeMap<Option<CoreKind>, Chosen> = BTreeMap::new();
    let mut candidates = Vec::new();
    for (number, core) in places.into_iter().enumerate() {
        let kind = core.and_then(|core| core.kind);
        let chosen = match by_kind.entry(kind) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(unknown) => {
                let place = Place { algorithm, cpu: &cpu, kind, core: core.map(|core| core.number) };
                let choice = choose(&catalogue, is_wanted, &place, records).map_err(|last| match last {
                    Some(last) => DiscoverError::NoneProved { algorithm, last },
                    None => DiscoverError::NoKernel(algorithm),
                })?;
                unknown.insert(choice).clone()
            }
        };
        candidates.push(Candidate { id: format!("cpu:{number}"), name: name.clone(), algorithm, chosen, core });
    }
    Ok(candidates)
}

/// The processor as [`Record::cpu`](super::tune::Record::cpu) names it.
#[must_use]
pub fn this_cpu() -> String {
    processor(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default()).1
}

/// A core for each of `threads`, or none where it may run anywhere; this process may use `at_once` of `cores` at the same time.
fn places(cores: Vec<Core>, threads: usize, at_once: usize, placement: Placement) -> Vec<Option<Core>> {
    let has_all = at_once >= cores.len();
    let mut places: Vec<Option<Core>> = match placement {
        Placement::Pinned if has_all => cores.into_iter().map(Some).collect(),
        Placement::Pinned | Placement::Free => Vec::new(),
    };
    places.resize(threads, None);
    places
}

impl Candidate {
    /// What it is called on the command line and in meters, the same after a reboot: `cpu:0`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it is called by its maker.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The kernel it would run: `sha256d/avx512`.
    #[must_use]
    pub fn kernel(&self) -> &str {
        self.chosen.kernel.name()
    }

    /// The kernel it would run for a job that lets no version bits roll: often the same.
    #[must_use]
    pub fn plain_kernel(&self) -> &str {
        self.chosen.plain.as_ref().unwrap_or(&self.chosen.kernel).name()
    }

    /// Why this kernel, in words.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.chosen.reason
    }

    /// When its kernels were timed, in Unix seconds; `None` where there was no choice.
    #[must_use]
    pub fn timed_at(&self) -> Option<u64> {
        self.chosen.timed_at
    }

    /// The memory that its kernel takes, where that is more than a few pages.
    #[must_use]
    pub fn memory(&self) -> Option<Granted> {
        self.chosen.memory
    }

    /// The logical processor that its thread is pinned to; `None` where the system may move it.
    #[must_use]
    pub fn core(&self) -> Option<Core> {
        self.core
    }

    /// Opens the device and proves it, and pins this thread to its core.
    ///
    /// # Errors
    /// [`DeviceError::Kernel`] when a kernel cannot be opened, or fails its proof.
    pub fn open(&self) -> Result<Box<dyn Device>, DeviceError> {
        let open = |spec: &KernelSpec| {
            let mut kernel = spec.open()?;
            prove(&mut *kernel, self.algorithm)?;
            Ok::<_, KernelError>(kernel)
        };
        let mut device = ScanDevice::new(open(&self.chosen.kernel)?, &*self.id);
        if let Some(plain) = &self.chosen.plain {
            device = device.with_plain(open(plain)?);
        }
        // Last, so that threads which a kernel may start to fill its memory are not pinned with this one.
        if let Some(core) = self.core
            && let Err(error) = pin(core.number)
        {
            warn!(device = self.id, core = core.number, %error, "the thread cannot be pinned to its core: it runs anywhere");
        }
        Ok(Box::new(device))
    }
}

/// The processor's model as Linux tells it, or a plain word where it tells none (as on aarch64); and with it the numbers that
/// tell apart what bears one name, on virtual machines above all.
fn processor(cpuinfo: &str) -> (String, String) {
    let value = |wanted: &str| {
        let mut fields = cpuinfo.lines().filter_map(|line| line.split_once(':'));
        fields.find(|(key, _)| key.trim() == wanted).map(|(_, value)| value.trim())
    };
    let name = value("model name").unwrap_or("processor").to_owned();
    let numbers = ["cpu family", "model", "stepping", "CPU implementer", "CPU part", "CPU variant"];
    let numbers = numbers.iter().filter_map(|key| Some(format!(", {key} {}", value(key)?)));
    let cpu = std::iter::once(name.clone()).chain(numbers).collect();
    (name, cpu)
}

#[cfg(test)]
mod tests {
    use hashkit_chain::{Job, Previous, Target};

    use super::*;
    use crate::device::{Ended, spawn};
    use crate::engine::{Limits, open};
    use crate::testing::{job, wait_for};

    fn all(algorithm: Algorithm, threads: Option<usize>) -> Cpus {
        Cpus { algorithm, threads, placement: Placement::Pinned, kernels: None }
    }

    #[test]
    fn every_core_is_a_device_with_an_id_of_its_own() {
        for algorithm in Algorithm::ALL {
            // The portable kernel alone: nothing needs to be timed.
            let kernels = Some(vec![catalogue(*algorithm)[0].name().to_owned()]);
            let wanted = Cpus { kernels, ..all(*algorithm, Some(3)) };
            let mut records = Records::default();
            let found = cpu(&wanted, &mut records).expect("every algorithm has a portable kernel");
            assert_eq!(found.iter().map(Candidate::id).collect::<Vec<_>>(), ["cpu:0", "cpu:1", "cpu:2"]);
            for device in &found {
                assert_eq!(device.kernel(), format!("{algorithm}/portable"));
                assert_eq!((device.plain_kernel(), device.timed_at()), (device.kernel(), None));
                assert!(!device.name().is_empty() && !device.reason().is_empty());
            }
            assert!(!records.has_changed());
        }
        let mut records = Records::default();
        let cores = thread::available_parallelism().expect("Linux tells").get();
        assert_eq!(cpu(&all(Algorithm::Sha256d, None), &mut records).expect("as above").len(), cores);
        assert!(records.has_changed());
        assert!(cpu(&all(Algorithm::Sha256d, Some(0)), &mut records).expect("as above").is_empty());
        let none = Cpus { kernels: Some(vec!["sha256d/abacus".to_owned()]), ..all(Algorithm::Sha256d, None) };
        assert_eq!(cpu(&none, &mut records).err(), Some(DiscoverError::NoKernel(Algorithm::Sha256d)));
    }

    #[test]
    fn threads_take_the_best_cores_first_and_are_free_where_a_core_is_not_theirs() {
        let core = |number| Core { number, kind: None, is_sibling: false };
        let all = [4, 0, 6];
        for (case, threads, at_once, placement, expected) in [
            ("one a core", 3, 3, Placement::Pinned, &[Some(4), Some(0), Some(6)][..]),
            ("fewer than cores", 2, 3, Placement::Pinned, &[Some(4), Some(0)]),
            ("more than cores", 5, 3, Placement::Pinned, &[Some(4), Some(0), Some(6), None, None]),
            ("a quota of one and a half", 1, 1, Placement::Pinned, &[None]),
            ("not wanted", 3, 3, Placement::Free, &[None, None, None]),
            ("none", 0, 3, Placement::Pinned, &[]),
        ] {
            let places = places(all.map(core).to_vec(), threads, at_once, placement);
            let numbers: Vec<_> = places.iter().map(|core| core.map(|core| core.number)).collect();
            assert_eq!(numbers, expected, "{case}");
        }
        assert_eq!(places(Vec::new(), 2, 2, Placement::Pinned), [None, None], "a system that tells no cores");
    }

    #[test]
    fn discovered_devices_mine_until_the_engine_closes() {
        let (mut source, ports) = open(Limits::default());
        let start = |device: Candidate| {
            let port = ports.port(device.id());
            spawn(device, port).expect("the system has threads left")
        };
        let found =
            cpu(&all(Algorithm::Sha256d, Some(2)), &mut Records::default()).expect("there is a portable kernel");
        let devices: Vec<_> = found.into_iter().map(start).collect();
        assert_eq!(
            devices.iter().map(|device| device.thread().name()).collect::<Vec<_>>(),
            [Some("cpu-0"), Some("cpu-1")]
        );
        // One hash in 2^16.
        let mut easy = [0xff; 32];
        easy[30..].fill(0);
        source.publish(Job { share_target: Target::from_le_bytes(easy), ..job("a") }, Previous::Worthless);
        assert!(wait_for(source.next_share()).is_some());
        drop(source);
        for device in devices {
            assert_eq!(device.join().expect("panics are contained"), Ended::Closed);
        }
    }

    #[test]
    fn the_processors_model_is_read_where_linux_tells_it() {
        for (cpuinfo, name, cpu) in [
            (
                "processor\t: 0\ncpu family\t: 6\nmodel\t\t: 207\nmodel name\t: Some(R) CPU @ 2.00GHz\nstepping\t: 2\n\n\
                 model name\t: other\n",
                "Some(R) CPU @ 2.00GHz",
                "Some(R) CPU @ 2.00GHz, cpu family 6, model 207, stepping 2",
            ),
            (
                "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n",
                "processor",
                "processor, CPU implementer 0x41, CPU part 0xd0c",
            ),
            ("", "processor", "processor"),
        ] {
            assert_eq!(processor(cpuinfo), (name.to_owned(), cpu.to_owned()));
        }
    }
}
