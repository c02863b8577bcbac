//! What can mine on this machine.

use std::fmt::Display;
use std::num::NonZeroUsize;
use std::{fs, thread};

use hashkit_chain::Algorithm;
use hashkit_kernels::{KernelError, KernelSpec, catalogue, prove};

use super::{Device, DeviceError, ScanDevice};

/// A device that can be opened.
#[derive(Debug, Clone)]
pub struct Candidate {
    id: String,
    name: String,
    algorithm: Algorithm,
    kernel: KernelSpec,
    reason: String,
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

/// The processor's cores as devices, each with the fastest kernel that has been proved here: `threads` of them, or as many as
/// this process may use at once (which respects an affinity mask and a quota of its control group).
///
/// # Errors
/// [`DiscoverError`] when no kernel for `algorithm` gives right answers.
pub fn cpu(algorithm: Algorithm, threads: Option<usize>) -> Result<Vec<Candidate>, DiscoverError> {
    let threads = threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZeroUsize::get));
    let choice = choose(catalogue(algorithm), KernelSpec::name, |spec| prove(&mut *spec.open()?, algorithm));
    let (kernel, reason) = choice.map_err(|last| match last {
        Some(last) => DiscoverError::NoneProved { algorithm, last },
        None => DiscoverError::NoKernel(algorithm),
    })?;
    let name = model_name(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default());
    let candidate = |number| Candidate {
        id: format!("cpu:{number}"),
        name: name.clone(),
        algorithm,
        kernel: kernel.clone(),
        reason: reason.clone(),
    };
    Ok((0..threads).map(candidate).collect())
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
        self.kernel.name()
    }

    /// Why this kernel, in words.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Opens the device and proves it.
    ///
    /// # Errors
    /// [`DeviceError::Kernel`] when the kernel cannot be opened, or fails its proof.
    pub fn open(&self) -> Result<Box<dyn Device>, DeviceError> {
        let mut kernel = self.kernel.open()?;
        prove(&mut *kernel, self.algorithm)?;
        Ok(Box::new(ScanDevice::new(kernel, &*self.id)))
    }
}

/// The last of `kernels`, which is the fastest, that passes `proof`, and why; where none does, how the last one tried failed.
fn choose<K, E: Display>(
    kernels: Vec<K>,
    name: impl Fn(&K) -> &str,
    proof: impl Fn(&K) -> Result<(), E>,
) -> Result<(K, String), Option<E>> {
    let mut reasons = vec!["the fastest kernel here that passes its proof".to_owned()];
    let mut last = None;
    for kernel in kernels.into_iter().rev() {
        let Err(error) = proof(&kernel) else { return Ok((kernel, reasons.join("; "))) };
        reasons.push(format!("{} fails: {error}", name(&kernel)));
        last = Some(error);
    }
    Err(last)
}

/// The processor's model as Linux tells it, or a plain word where it tells none (as on aarch64).
fn model_name(cpuinfo: &str) -> String {
    let model = cpuinfo.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == "model name");
    model.map_or("processor", |(_, value)| value.trim()).to_owned()
}

#[cfg(test)]
mod tests {
    use hashkit_chain::{Job, Previous, Target};

    use super::*;
    use crate::device::{Ended, spawn};
    use crate::engine::{Limits, open};
    use crate::testing::{job, wait_for};

    #[test]
    fn every_core_is_a_device_with_an_id_of_its_own() {
        for algorithm in Algorithm::ALL {
            let found = cpu(*algorithm, Some(3)).expect("every algorithm has a portable kernel");
            assert_eq!(found.iter().map(Candidate::id).collect::<Vec<_>>(), ["cpu:0", "cpu:1", "cpu:2"]);
            assert!(
                found.iter().all(|device| device.kernel().starts_with(algorithm.name()) && !device.name().is_empty())
            );
        }
        let cores = thread::available_parallelism().expect("Linux tells").get();
        assert_eq!(cpu(Algorithm::Sha256d, None).expect("as above").len(), cores);
        assert!(cpu(Algorithm::Sha256d, Some(0)).expect("as above").is_empty());
    }

    #[test]
    fn discovered_devices_mine_until_the_engine_closes() {
        let (mut source, ports) = open(Limits::default());
        let start = |device: Candidate| {
            let port = ports.port(device.id());
            spawn(device, port).expect("the system has threads left")
        };
        let found = cpu(Algorithm::Sha256d, Some(2)).expect("there is a portable kernel");
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
    fn the_fastest_kernel_that_is_proved_is_chosen() {
        for (case, wrong, chosen, reason) in [
            ("all are right", &[][..], Ok("fast"), "the fastest kernel here that passes its proof"),
            (
                "the fastest is wrong",
                &["fast"][..],
                Ok("middle"),
                "the fastest kernel here that passes its proof; fast fails: wrong answer",
            ),
            ("none is right", &["fast", "middle", "plain"][..], Err(Some("wrong answer")), ""),
        ] {
            let proof = |kernel: &&str| if wrong.contains(kernel) { Err("wrong answer") } else { Ok(()) };
            let choice = choose(vec!["plain", "middle", "fast"], |kernel| kernel, proof);
            assert_eq!(choice, chosen.map(|kernel| (kernel, reason.to_owned())), "{case}");
        }
        let proof = |_: &&str| Ok::<(), &str>(());
        assert_eq!(choose(vec![], |kernel| kernel, proof), Err(None), "there is no kernel");
    }

    #[test]
    fn the_processors_model_is_read_where_linux_tells_it() {
        for (cpuinfo, name) in [
            (
                "processor\t: 0\nmodel\t\t: 207\nmodel name\t: Some(R) CPU @ 2.00GHz\n\nmodel name\t: other\n",
                "Some(R) CPU @ 2.00GHz",
            ),
            ("processor\t: 0\nBogoMIPS\t: 50.00\n", "processor"),
            ("", "processor"),
        ] {
            assert_eq!(model_name(cpuinfo), name);
        }
    }
}
