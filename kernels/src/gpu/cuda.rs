//! Shaders through NVIDIA's driver.
//!
//! Not tried on a card yet: written by the manual, with every answer of the driver checked.

mod library;

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use hashkit_chain::Algorithm;

use self::library::{CallError, Cuda, Device, Entry, Session};
use super::host::FOUND_WORDS;
use super::library::LoadError;
use super::{Card, Found, Gpu, Host, HostError, SLOTS_IN_FLIGHT, wait, with_scratch};
use crate::shader::{Add, Language, Rotate, Select, Shader, Variant};

/// The oldest compute capability that the texts are written for.
const OLDEST: (i32, i32) = (7, 5);

pub(super) fn gpus() -> Result<Vec<Gpu>, LoadError> {
    let cuda = Cuda::open()?;
    let driver = driver(&cuda);
    let devices = cuda.devices().map_err(|error| LoadError(error.to_string()))?;
    let new_enough = |device: &Device| device.compute_capability().is_some_and(|capability| capability >= OLDEST);
    Ok(devices.into_iter().filter(new_enough).map(|device| gpu(device, driver.clone())).collect())
}

/// CUDA's version, and that of the driver where the system tells it.
fn driver(cuda: &Cuda) -> String {
    let cuda = cuda.version().map(|(major, minor)| format!("CUDA {major}.{minor}"));
    let driver = fs::read_to_string("/sys/module/nvidia/version").ok().map(|version| version.trim().to_owned());
    [cuda, driver].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn gpu(device: Device, driver: String) -> Gpu {
    Gpu {
        driver,
        pci_address: device.pci_address().unwrap_or_default(),
        uuid: device.uuid(),
        memory: device.memory(),
        ..Gpu::new("cuda", device.name().unwrap_or_else(|| "a nameless device".to_owned()), Arc::new(device))
    }
}

impl Card for Device {
    /// What the counts of compiled instructions say (`docs/decisions.md`), then what else may be faster.
    fn variants(&self, algorithm: Algorithm) -> Vec<Variant> {
        let one = Variant {
            rotate: Rotate::Builtin,
            add: Add::OpaqueOne,
            select: Select::Builtin,
            nonces_per_thread: 32,
            group_size: 256,
            ..Variant::PLAIN
        };
        if algorithm == Algorithm::Scrypt {
            let plain = Variant { add: Add::Plain, ..one };
            return with_scratch(plain, u64::MAX, self.memory(), false);
        }
        let versions = |versions| Variant { versions, ..one };
        vec![one, versions(4), versions(2), Variant { group_size: 128, ..one }, Variant { add: Add::Plain, ..one }]
    }

    fn language(&self) -> Language {
        Language::Ptx
    }

    fn open(&self, shader: &Shader) -> Result<Box<dyn Host>, HostError> {
        let module = shader.text(Language::Ptx);
        let (launch_words, found_words) = (shader.launch_len(), FOUND_WORDS);
        let scratch_words = shader.scratch_len();
        let entry = Entry { module: &module, name: c"search", launch_words, found_words, scratch_words };
        let session = Session::open(self, &entry, SLOTS_IN_FLIGHT).map_err(|error| HostError(error.to_string()))?;
        Ok(Box::new(Opened { group_size: shader.variant().group_size, session }))
    }
}

/// A card with a shader on it.
struct Opened {
    group_size: u32,
    session: Session,
}

impl Host for Opened {
    fn submit(&mut self, slot: usize, words: &[u32], threads: u32) -> Result<(), HostError> {
        Ok(self.session.launch(slot, words, threads.div_ceil(self.group_size), self.group_size)?)
    }

    fn collect(&mut self, slot: usize, patience: Duration) -> Result<Option<Found>, HostError> {
        if !wait::until(patience, || Ok(self.session.has_ended(slot)?))? {
            return Ok(None);
        }
        let mut words = [0; FOUND_WORDS];
        self.session.read(slot, &mut words)?;
        Ok(Some(Found::read(&words)))
    }
}

impl From<CallError> for HostError {
    fn from(error: CallError) -> Self {
        Self(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_nvidias_driver_says_so() {
        match gpus() {
            Ok(gpus) => assert!(gpus.iter().all(|gpu| gpu.api == "cuda" && !gpu.pci_address.is_empty()), "{gpus:?}"),
            Err(LoadError(reason)) => {
                assert!(reason.contains("libcuda.so.1") || reason.contains("cuInit"), "{reason}");
            }
        }
    }
}
