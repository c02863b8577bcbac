//! Shaders through `wgpu`: Vulkan, Metal, Direct3D 12.

use std::pin::pin;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use hashkit_chain::Algorithm;
use wgpu::{
    Backend, Backends, BindGroup, Buffer, BufferAsyncError, BufferDescriptor, BufferUsages, ComputePipeline, Device,
    DeviceType, MapMode, PollError, PollType, Queue, SubmissionIndex,
};

use super::host::FOUND_WORDS;
use super::{Card, Found, Gpu, Host, HostError, SLOTS_IN_FLIGHT, with_scratch};
use crate::shader::{Add, Language, Rotate, Shader, Variant};

/// The most work-groups in one dimension that every adapter allows.
const MOST_GROUPS: u32 = 65_535;

const FOUND_BYTES: u64 = 4 * FOUND_WORDS as u64;

const NVIDIA: u32 = 0x10de;
const AMD: u32 = 0x1002;
const INTEL: u32 = 0x8086;

pub(super) fn gpus() -> Vec<Gpu> {
    adapters().into_iter().filter_map(Adapter::found).collect()
}

fn adapters() -> Vec<wgpu::Adapter> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends: Backends::VULKAN | Backends::METAL | Backends::DX12,
        flags: wgpu::InstanceFlags::empty(),
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    ready(instance.enumerate_adapters(Backends::all()))
}

/// A card as `wgpu` knows it.
#[derive(Debug)]
struct Adapter(wgpu::Adapter);

impl Adapter {
    fn found(adapter: wgpu::Adapter) -> Option<Gpu> {
        let info = adapter.get_info();
        let api = api(info.backend)?;
        Some(Gpu {
            driver: [info.driver, info.driver_info].join(" ").trim().to_owned(),
            memory: memory(&info.device_pci_bus_id),
            pci_address: info.device_pci_bus_id,
            is_software: info.device_type == DeviceType::Cpu,
            ..Gpu::new(api, info.name, Arc::new(Self(adapter)))
        })
    }
}

impl Card for Adapter {
    fn variants(&self, algorithm: Algorithm) -> Vec<Variant> {
        let info = self.0.get_info();
        if algorithm == Algorithm::Scrypt {
            let limits = self.0.limits();
            let longest = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
            let is_software = info.device_type == DeviceType::Cpu;
            let plain = variants(info.vendor)[0];
            return with_scratch(plain, longest, memory(&info.device_pci_bus_id), is_software);
        }
        variants(info.vendor)
    }

    fn language(&self) -> Language {
        Language::Wgsl
    }

    fn open(&self, shader: &Shader) -> Result<Box<dyn Host>, HostError> {
        Ok(Box::new(Opened::new(&self.0, shader)?))
    }
}

/// What Linux tells of AMD's cards; `wgpu` tells it of none.
fn memory(pci_address: &str) -> Option<u64> {
    let file = format!("/sys/bus/pci/devices/{pci_address}/mem_info_vram_total");
    (!pci_address.is_empty()).then(|| std::fs::read_to_string(file).ok()?.trim().parse().ok())?
}

fn api(backend: Backend) -> Option<&'static str> {
    match backend {
        Backend::Vulkan => Some("vulkan"),
        Backend::Metal => Some("metal"),
        Backend::Dx12 => Some("dx12"),
        _ => None,
    }
}

/// What the counts of compiled instructions say of a vendor's driver (`docs/decisions.md`), then what else may be faster.
fn variants(vendor: u32) -> Vec<Variant> {
    let plain = Variant::PLAIN;
    let wide = |variant: Variant| Variant { group_size: 256, ..variant };
    let four = |variant: Variant| Variant { versions: 4, ..variant };
    let one = Variant { add: Add::OpaqueOne, ..plain };
    let uniform = Variant { rotate: Rotate::Uniform, ..plain };
    match vendor {
        NVIDIA => vec![one, wide(one), four(one), wide(four(one)), plain, wide(plain)],
        AMD | INTEL => vec![uniform, wide(uniform), four(uniform), wide(four(uniform)), plain, wide(plain)],
        _ => vec![plain, wide(plain)],
    }
}

/// An adapter with a shader on it.
struct Opened {
    device: Device,
    queue: Queue,
    pipeline: ComputePipeline,
    group_size: u32,
    slots: Vec<Slot>,
    /// What the driver said without being asked.
    complaint: Arc<Mutex<Option<String>>>,
}

/// The buffers of one launch.
struct Slot {
    launch: Buffer,
    found: Buffer,
    copy: Buffer,
    bindings: BindGroup,
    running: Option<(SubmissionIndex, Receiver<Result<(), BufferAsyncError>>)>,
}

impl Opened {
    fn new(adapter: &wgpu::Adapter, shader: &Shader) -> Result<Self, HostError> {
        let scratch_bytes = 4 * shader.scratch_len() as u64;
        let defaults = wgpu::Limits::downlevel_defaults();
        let descriptor = wgpu::DeviceDescriptor {
            required_limits: wgpu::Limits {
                max_storage_buffer_binding_size: defaults.max_storage_buffer_binding_size.max(scratch_bytes),
                max_buffer_size: defaults.max_buffer_size.max(scratch_bytes),
                ..defaults
            },
            ..wgpu::DeviceDescriptor::default()
        };
        let (device, queue) =
            ready(adapter.request_device(&descriptor)).map_err(|error| HostError(error.to_string()))?;
        let complaint = Arc::new(Mutex::new(None));
        // Without a handler of ours an error ends the process.
        let of_errors = Arc::clone(&complaint);
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| complain(&of_errors, error.to_string())));
        let of_loss = Arc::clone(&complaint);
        device.set_device_lost_callback(move |reason, message| complain(&of_loss, format!("{reason:?} {message}")));
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: None,
            source: wgpu::ShaderSource::Wgsl(shader.text(Language::Wgsl).into()),
        });
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: None,
            layout: None,
            module: &module,
            entry_point: Some("search"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            cache: None,
        });
        let launch_bytes = (4 * shader.launch_len() as u64).next_multiple_of(16);
        let slots = (0..SLOTS_IN_FLIGHT).map(|_| Slot::new(&device, &pipeline, launch_bytes, scratch_bytes)).collect();
        let card = Self { device, queue, pipeline, group_size: shader.variant().group_size, slots, complaint };
        card.checked()?;
        Ok(card)
    }

    /// Fails with what the driver has complained of, if it has.
    fn checked(&self) -> Result<(), HostError> {
        let complaint = self.complaint.lock().unwrap_or_else(PoisonError::into_inner);
        complaint.clone().map_or(Ok(()), |complaint| Err(HostError(complaint)))
    }
}

/// Keeps the first complaint: later ones follow from it.
fn complain(complaint: &Mutex<Option<String>>, words: String) {
    complaint.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(words);
}

impl Slot {
    fn new(device: &Device, pipeline: &ComputePipeline, launch_bytes: u64, scratch_bytes: u64) -> Self {
        let buffer = |size, usage| {
            device.create_buffer(&BufferDescriptor { label: None, size, usage, mapped_at_creation: false })
        };
        let launch = buffer(launch_bytes, BufferUsages::UNIFORM | BufferUsages::COPY_DST);
        let found = buffer(FOUND_BYTES, BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST);
        let copy = buffer(FOUND_BYTES, BufferUsages::MAP_READ | BufferUsages::COPY_DST);
        let scratch = (scratch_bytes > 0).then(|| buffer(scratch_bytes, BufferUsages::STORAGE));
        let bound = [Some(&launch), Some(&found), scratch.as_ref()];
        let entries: Vec<wgpu::BindGroupEntry> = (0..)
            .zip(bound.into_iter().flatten())
            .map(|(binding, buffer)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() })
            .collect();
        let layout = pipeline.get_bind_group_layout(0);
        let bindings =
            device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout: &layout, entries: &entries });
        Self { launch, found, copy, bindings, running: None }
    }
}

impl Host for Opened {
    fn submit(&mut self, slot: usize, words: &[u32], threads: u32) -> Result<(), HostError> {
        let slot = &mut self.slots[slot];
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.queue.write_buffer(&slot.launch, 0, &bytes);
        let mut commands = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        // The number of claims alone counts; a clear has to be a multiple of four bytes.
        commands.clear_buffer(&slot.found, 0, Some(4));
        {
            let mut pass = commands.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
            pass.set_pipeline(&self.pipeline);
            pass.set_bind_group(0, &slot.bindings, &[]);
            let [columns, rows] = groups(threads, self.group_size);
            pass.dispatch_workgroups(columns, rows, 1);
        }
        commands.copy_buffer_to_buffer(&slot.found, 0, &slot.copy, 0, FOUND_BYTES);
        let index = self.queue.submit([commands.finish()]);
        let (done, mapped) = channel();
        slot.copy.map_async(MapMode::Read, .., move |result| {
            // Nobody listens where the card was dropped meanwhile.
            let _ = done.send(result);
        });
        slot.running = Some((index, mapped));
        self.checked()
    }

    fn collect(&mut self, slot: usize, patience: Duration) -> Result<Option<Found>, HostError> {
        let slot = &mut self.slots[slot];
        let Some((index, mapped)) = slot.running.take() else {
            return Err(HostError("nothing runs in this slot".to_owned()));
        };
        match self.device.poll(PollType::Wait { submission_index: Some(index.clone()), timeout: Some(patience) }) {
            Ok(_) => {}
            Err(PollError::Timeout) => {
                slot.running = Some((index, mapped));
                return self.checked().map(|()| None);
            }
            Err(error) => return Err(HostError(error.to_string())),
        }
        let result = mapped.try_recv().map_err(|_| HostError("its answer can not be read".to_owned()))?;
        result.map_err(|error| HostError(error.to_string()))?;
        let bytes = slot.copy.get_mapped_range(..).map_err(|error| HostError(error.to_string()))?;
        let mut words = [0; FOUND_WORDS];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        drop(bytes);
        slot.copy.unmap();
        self.checked()?;
        Ok(Some(Found::read(&words)))
    }
}

/// Work-groups in two dimensions, of which one alone would not hold them all; as few too many as there can be.
fn groups(threads: u32, group_size: u32) -> [u32; 2] {
    let groups = threads.div_ceil(group_size);
    let rows = groups.div_ceil(MOST_GROUPS).max(1);
    [groups.div_ceil(rows), rows]
}

/// What the future gives. Those of native APIs do not wait, so this is no runtime.
fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::yield_now(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_groups_fit_their_dimensions_and_hardly_any_is_too_many() {
        for (threads, expected) in
            [(1, [1, 1]), (64, [1, 1]), (65, [2, 1]), (64 * 65_535, [65_535, 1]), (64 * 65_536, [32_768, 2])]
        {
            assert_eq!(groups(threads, 64), expected, "{threads}");
        }
    }

    #[test]
    fn a_complaint_of_the_driver_is_an_error_and_no_panic() {
        let Some(adapter) = adapters().into_iter().next() else {
            let required = std::env::var_os("HASHKIT_REQUIRE");
            assert!(required.is_none_or(|required| required != "all"), "HASHKIT_REQUIRE=all wants a GPU, or lavapipe");
            return;
        };
        let shader = Shader::new(Algorithm::Sha256d, Variant::PLAIN).expect("possible");
        let mut card = Opened::new(&adapter, &shader).expect("it opens");
        // More than any buffer of this card holds.
        card.slots[0].launch = card.device.create_buffer(&BufferDescriptor {
            label: None,
            size: u64::MAX / 2,
            usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        assert!(card.submit(0, &[0; 4], 1).is_err());
    }
}
