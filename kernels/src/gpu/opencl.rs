//! Shaders through OpenCL.

mod error;
mod library;

use std::ffi::CStr;
use std::sync::Arc;
use std::time::Duration;

use hashkit_chain::Algorithm;

use self::error::CallError;
use self::library::{BuildError, Device, OpenCl, Program, Slot};
use super::host::FOUND_WORDS;
use super::library::LoadError;
use super::{Card, Found, Gpu, Host, HostError, SLOTS_IN_FLIGHT, wait, with_scratch};
use crate::shader::{Add, Language, Rotate, Shader, Variant};

/// Facts about devices, as `cl.h` and `cl_ext.h` number them.
mod fact {
    pub(super) const TYPE: u32 = 0x1000;
    pub(super) const VENDOR_ID: u32 = 0x1001;
    pub(super) const PREFERRED_LANES: u32 = 0x1008;
    pub(super) const LONGEST_BUFFER: u32 = 0x1010;
    pub(super) const GLOBAL_MEMORY: u32 = 0x101f;
    pub(super) const IS_AVAILABLE: u32 = 0x1027;
    pub(super) const COMPILER_IS_AVAILABLE: u32 = 0x1028;
    pub(super) const NAME: u32 = 0x102b;
    pub(super) const DRIVER: u32 = 0x102d;
    pub(super) const VERSION: u32 = 0x102f;
    pub(super) const EXTENSIONS: u32 = 0x1030;
    /// `cl_khr_device_uuid`.
    pub(super) const UUID: u32 = 0x106a;
    /// `cl_khr_pci_bus_info`.
    pub(super) const PCI: u32 = 0x410f;
    /// `cl_nv_device_attribute_query`: bus; slot, which is device and function; domain.
    pub(super) const PCI_NVIDIA: [u32; 3] = [0x4008, 0x4009, 0x400a];
    /// `cl_amd_device_attribute_query`.
    pub(super) const PCI_AMD: u32 = 0x4037;
    /// `cl_amd_device_attribute_query`: what the card is sold as, where the name is that of its chip.
    pub(super) const BOARD_NAME: u32 = 0x4038;
}

const TYPE_CPU: u64 = 1 << 1;

const NVIDIA: u64 = 0x10de;

/// The arguments of a shader.
const LAUNCH: usize = 0;
const FOUND: usize = 1;

/// Drivers on processors take up to half a minute where other programs run.
const LONGEST_BUILD: Duration = Duration::from_mins(5);

const OPTIONS: &CStr = c"-cl-std=CL1.2";

pub(super) fn gpus() -> Result<Vec<Gpu>, LoadError> {
    let devices = OpenCl::open()?.devices();
    Ok(devices.into_iter().filter(can_compute).map(gpu).collect())
}

fn can_compute(device: &Device) -> bool {
    [fact::IS_AVAILABLE, fact::COMPILER_IS_AVAILABLE].iter().all(|fact| number(device, *fact) == Some(1))
}

fn gpu(device: Device) -> Gpu {
    let words = |name| text(&device, name).filter(|text| !text.is_empty());
    let name = words(fact::BOARD_NAME).or_else(|| words(fact::NAME)).unwrap_or_else(|| "a nameless device".to_owned());
    Gpu {
        driver: [fact::VERSION, fact::DRIVER].into_iter().filter_map(words).collect::<Vec<_>>().join(", "),
        pci_address: pci_address(&device).unwrap_or_default(),
        // Zeros are no identity.
        uuid: device.fact(fact::UUID).and_then(|bytes| bytes.try_into().ok()).filter(|uuid| *uuid != [0; 16]),
        memory: number(&device, fact::GLOBAL_MEMORY),
        is_software: is_processor(&device),
        ..Gpu::new("opencl", name, Arc::new(device))
    }
}

/// Where a driver tells it, in whichever of three ways.
fn pci_address(device: &Device) -> Option<String> {
    let extensions = text(device, fact::EXTENSIONS)?;
    let has = |name| extensions.split(' ').any(|extension| extension == name);
    let [domain, bus, slot, function] = if has("cl_khr_pci_bus_info") {
        let bytes = device.fact(fact::PCI)?;
        let words: Vec<u32> = bytes.as_chunks().0.iter().map(|bytes| u32::from_ne_bytes(*bytes)).collect();
        words.try_into().ok()?
    } else if has("cl_nv_device_attribute_query") {
        let [bus, slot, domain] = fact::PCI_NVIDIA.map(|fact| number(device, fact));
        let narrow = |number| u32::try_from(number).ok();
        let slot = narrow(slot?)?;
        [domain.and_then(narrow).unwrap_or(0), narrow(bus?)?, slot >> 3, slot & 7]
    } else if has("cl_amd_device_attribute_query") {
        let bytes = device.fact(fact::PCI_AMD)?;
        let [.., bus, slot, function] = bytes[..] else { return None };
        [0, bus, slot, function].map(u32::from)
    } else {
        return None;
    };
    Some(format!("{domain:04x}:{bus:02x}:{slot:02x}.{function:x}"))
}

fn text(device: &Device, fact: u32) -> Option<String> {
    let bytes = device.fact(fact)?;
    let text = String::from_utf8_lossy(&bytes);
    Some(text.trim_end_matches('\0').split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A fact that is a number of 32 or 64 bits.
fn number(device: &Device, fact: u32) -> Option<u64> {
    let bytes = device.fact(fact)?;
    match bytes.len() {
        4 => Some(u32::from_ne_bytes(bytes.try_into().ok()?).into()),
        8 => Some(u64::from_ne_bytes(bytes.try_into().ok()?)),
        _ => None,
    }
}

fn is_processor(device: &Device) -> bool {
    number(device, fact::TYPE).is_some_and(|types| types & TYPE_CPU != 0)
}

impl Card for Device {
    /// What the counts of compiled instructions say (`docs/decisions.md`), then what else may be faster; on a processor the
    /// widest vectors.
    fn variants(&self, algorithm: Algorithm) -> Vec<Variant> {
        let plain = Variant { rotate: Rotate::Builtin, nonces_per_thread: 32, ..Variant::PLAIN };
        if algorithm == Algorithm::Scrypt {
            let longest = number(self, fact::LONGEST_BUFFER).unwrap_or(0);
            return with_scratch(plain, longest, number(self, fact::GLOBAL_MEMORY), is_processor(self));
        }
        let four = |variant: Variant| Variant { versions: 4, ..variant };
        if is_processor(self) {
            let lanes = number(self, fact::PREFERRED_LANES).and_then(|lanes| u32::try_from(lanes).ok()).unwrap_or(1);
            return vec![Variant { lanes: lanes.clamp(1, 16).next_power_of_two(), ..plain }];
        }
        let wide = Variant { group_size: 256, ..plain };
        match number(self, fact::VENDOR_ID) {
            Some(NVIDIA) => {
                let one = Variant { add: Add::OpaqueOne, ..wide };
                vec![one, four(one), wide, four(wide)]
            }
            _ => vec![wide, four(wide), plain, four(plain)],
        }
    }

    fn language(&self) -> Language {
        Language::OpenClC
    }

    fn open(&self, shader: &Shader) -> Result<Box<dyn Host>, HostError> {
        Ok(Box::new(Opened::new(self, shader)?))
    }
}

/// A device with a shader on it.
struct Opened {
    group_size: u32,
    slots: Vec<Slot>,
}

impl Opened {
    fn new(device: &Device, shader: &Shader) -> Result<Self, HostError> {
        let text = shader.text(Language::OpenClC);
        let program = Program::build(device, &text, OPTIONS).map_err(|error| match error {
            BuildError::Call(error) => error.into(),
            BuildError::Refused(log) => HostError(format!("its compiler refuses the shader: {}", shortened(&log))),
        })?;
        let mut buffers = vec![4 * shader.launch_len(), 4 * FOUND_WORDS];
        if shader.scratch_len() > 0 {
            buffers.push(4 * shader.scratch_len());
        }
        let slots = (0..SLOTS_IN_FLIGHT).map(|_| Slot::new(&program, c"search", &buffers)).collect::<Result<_, _>>()?;
        let mut opened = Self { group_size: shader.variant().group_size, slots };
        // Some drivers compile at the first launch. One without nonces has it done now, where it may take its time.
        let nothing = vec![0; shader.launch_len()];
        opened.submit(0, &nothing, 1)?;
        match opened.collect(0, LONGEST_BUILD)? {
            Some(_) => Ok(opened),
            None => Err(HostError(format!("its compiler gives no answer within {} s", LONGEST_BUILD.as_secs()))),
        }
    }
}

/// Compilers' logs can be long, and the beginning says it.
fn shortened(log: &str) -> String {
    const MOST: usize = 2000;
    log.chars().take(MOST).collect()
}

impl Host for Opened {
    fn submit(&mut self, slot: usize, words: &[u32], threads: u32) -> Result<(), HostError> {
        let slot = &mut self.slots[slot];
        slot.write(LAUNCH, words)?;
        slot.write(FOUND, &[0])?;
        let threads = threads.next_multiple_of(self.group_size);
        Ok(slot.launch(threads as usize, self.group_size as usize)?)
    }

    fn collect(&mut self, slot: usize, patience: Duration) -> Result<Option<Found>, HostError> {
        let slot = &mut self.slots[slot];
        if !wait::until(patience, || Ok(slot.has_ended()?))? {
            return Ok(None);
        }
        let mut words = [0; FOUND_WORDS];
        slot.read(FOUND, &mut words)?;
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

    fn device() -> Option<Device> {
        let device = OpenCl::open().ok().and_then(|opencl| opencl.devices().into_iter().next());
        let required = std::env::var_os("HASHKIT_REQUIRE");
        assert!(
            device.is_some() || required.is_none_or(|required| required != "all"),
            "HASHKIT_REQUIRE=all wants PoCL"
        );
        device
    }

    #[test]
    fn what_the_compiler_refuses_is_told_in_its_own_words() {
        let Some(device) = device() else { return };
        let Err(BuildError::Refused(log)) = Program::build(&device, "__kernel void search() { nonsense; }", OPTIONS)
        else {
            panic!("it is no program");
        };
        assert!(log.contains("nonsense"), "{log}");
    }

    #[test]
    fn what_the_device_refuses_is_named() {
        let Some(device) = device() else { return };
        let Ok(program) = Program::build(&device, "__kernel void search(__global uint* a) {}", OPTIONS) else {
            panic!("it is a program");
        };
        let refused = Slot::new(&program, c"nothing", &[4]).err().expect("there is no such entry");
        assert_eq!(refused.to_string(), "clCreateKernel gives -46 (INVALID_KERNEL_NAME)");
        let mut slot = Slot::new(&program, c"search", &[4]).unwrap_or_else(|error| panic!("{error}"));
        assert!(slot.launch(7, 3).is_err(), "groups do not divide it");
    }

    #[test]
    fn a_fact_that_no_driver_has_is_absent() {
        let Some(device) = device() else { return };
        assert_eq!(device.fact(0xffff_0000), None);
        assert!(text(&device, fact::NAME).is_some_and(|name| !name.is_empty()));
    }
}
