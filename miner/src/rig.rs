//! The rig: the devices of this machine, running on one engine.

use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hashkit_chain::Algorithm;
use hashkit_engine::device::discover::{self, Candidate, Cpus, DiscoverError, Placement};
use hashkit_engine::device::tune::Records;
use hashkit_engine::device::{self, Ended};
use hashkit_engine::{Counts, DevicePorts, Meter, Rates};
use hashkit_kernels::catalogue;

use crate::pattern::DevicePattern;
use crate::tally::Metered;

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
    /// Those that match ids keep only what matches one of them; those that match kernels let the devices choose among these
    /// alone.
    pub(crate) patterns: Vec<DevicePattern>,
}

/// Why there is nothing to mine with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChoiceError {
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    #[error(
        "no device is left with 0 CPU threads: this version mines on the processor alone, so leave --cpu-threads away"
    )]
    NoThreads,
    #[error(
        "{asked} CPU threads are too many for {cores} cores: at most {most}; without --cpu-threads there is one a core"
    )]
    TooManyThreads { asked: usize, cores: usize, most: usize },
    #[error("no device matches {wanted}: there are {there}; see hashkit devices")]
    NoMatch { wanted: String, there: String },
}

impl Choice {
    /// The devices that are there and wanted, by what `records` know of kernels; never none.
    pub(crate) fn devices(&self, records: &mut Records) -> Result<Vec<Candidate>, ChoiceError> {
        if self.cpu_threads == Some(0) {
            return Err(ChoiceError::NoThreads);
        }
        let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let most = cores.saturating_mul(MOST_THREADS_A_CORE);
        if let Some(asked) = self.cpu_threads.filter(|asked| *asked > most) {
            return Err(ChoiceError::TooManyThreads { asked, cores, most });
        }
        let ids: Vec<String> = (0..self.cpu_threads.unwrap_or(cores)).map(|number| format!("cpu:{number}")).collect();
        let (by_id, by_kernel): (Vec<_>, Vec<_>) =
            self.patterns.iter().partition(|pattern| ids.iter().any(|id| pattern.matches_id(id)));
        let names = catalogue(self.algorithm).into_iter().map(|spec| spec.name().to_owned());
        let kernels: Vec<String> =
            names.filter(|name| by_kernel.iter().any(|pattern| pattern.matches_kernel("cpu", name))).collect();
        if by_id.is_empty() && kernels.is_empty() && !self.patterns.is_empty() {
            let wanted = list(self.patterns.iter().map(ToString::to_string));
            return Err(ChoiceError::NoMatch { wanted, there: list(ids.iter()) });
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
}

fn list<T: ToString>(items: impl Iterator<Item = T>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

/// Devices at work, each on its thread.
pub(crate) struct Rig {
    meters: Vec<Arc<Meter>>,
    threads: Vec<JoinHandle<Ended>>,
}

impl Rig {
    /// Starts `devices`; they rest until the engine has a job, and end with it.
    pub(crate) fn start(devices: Vec<Candidate>, ports: &DevicePorts) -> io::Result<Self> {
        let mut rig = Self { meters: Vec::new(), threads: Vec::new() };
        for candidate in devices {
            let port = ports.port(candidate.id());
            rig.meters.push(Arc::clone(port.meter()));
            rig.threads.push(device::spawn(candidate, port)?);
        }
        Ok(rig)
    }

    /// The hashrates of all devices together. Reading about once a second keeps the windows exact.
    pub(crate) fn rates(&self, now: Instant) -> Rates {
        self.meters.iter().map(|meter| meter.rates(now)).sum()
    }

    /// What the meters of all devices say.
    pub(crate) fn metered(&self) -> Metered {
        let counts: Counts = self.meters.iter().map(|meter| meter.counts()).sum();
        Metered {
            hashes: counts.hashes,
            found: counts.shared + counts.stale + counts.dropped,
            stale: counts.stale,
            dropped: counts.dropped,
            faults: counts.faults.total(),
        }
    }

    /// Waits until every device has ended, which they do when the engine closes; but not longer than `limit`, for one that
    /// hangs. Whether all have.
    pub(crate) fn end_within(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        // Threads cannot be joined with a limit; they end within a batch of 2 ms, so this looks a few times.
        while !self.threads.iter().all(JoinHandle::is_finished) {
            if Instant::now() >= deadline {
                return false;
            }
            thread::sleep(Duration::from_millis(1));
        }
        true
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
            let choice = Choice { algorithm, cpu_threads: Some(2), placement, patterns };
            let found = choice.devices(&mut Records::default());
            assert_eq!(found.is_err(), ids.is_none(), "{case}: {found:?}");
            let found = found.unwrap_or_default();
            assert_eq!(found.iter().map(Candidate::id).collect::<Vec<_>>(), ids.unwrap_or_default(), "{case}");
            assert!(found.iter().all(|device| device.kernel() == "blake3/portable"), "{case}: {found:?}");
        }
    }
}
