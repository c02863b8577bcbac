//! The C interface of NVIDIA's driver, behind types that keep its rules.
//!
//! Source of what is promised below: "CUDA Driver API", reference manual of version 12, and NVIDIA's `cuda.h`. The names with
//! `_v2` are those that `cuda.h` has meant by the plain ones since version 4.
#![expect(unsafe_code, reason = "calls a C interface")]

use std::ffi::{CStr, CString, c_char, c_void};
use std::fmt;
use std::ptr;
use std::sync::Arc;

use crate::gpu::library::{LoadError, functions};

/// Any of CUDA's objects; all are pointers without a type of ours.
type Id = *mut c_void;

functions! {
    /// As `cuda.h` declares them.
    struct Functions {
        init: "cuInit"(u32) -> i32,
        error_name: "cuGetErrorName"(i32, *mut *const c_char) -> i32,
        error_text: "cuGetErrorString"(i32, *mut *const c_char) -> i32,
        version: "cuDriverGetVersion"(*mut i32) -> i32,
        device_count: "cuDeviceGetCount"(*mut i32) -> i32,
        device: "cuDeviceGet"(*mut i32, i32) -> i32,
        device_name: "cuDeviceGetName"(*mut c_char, i32, i32) -> i32,
        device_uuid: "cuDeviceGetUuid"(*mut [u8; 16], i32) -> i32,
        device_pci_address: "cuDeviceGetPCIBusId"(*mut c_char, i32, i32) -> i32,
        device_memory: "cuDeviceTotalMem_v2"(*mut usize, i32) -> i32,
        device_attribute: "cuDeviceGetAttribute"(*mut i32, i32, i32) -> i32,
        create_context: "cuCtxCreate_v2"(*mut Id, u32, i32) -> i32,
        destroy_context: "cuCtxDestroy_v2"(Id) -> i32,
        push_context: "cuCtxPushCurrent_v2"(Id) -> i32,
        pop_context: "cuCtxPopCurrent_v2"(*mut Id) -> i32,
        load_module: "cuModuleLoadDataEx"(*mut Id, *const c_void, u32, *const i32, *const Id) -> i32,
        module_function: "cuModuleGetFunction"(*mut Id, Id, *const c_char) -> i32,
        allocate: "cuMemAlloc_v2"(*mut u64, usize) -> i32,
        allocate_on_host: "cuMemHostAlloc"(*mut *mut c_void, usize, u32) -> i32,
        create_stream: "cuStreamCreate"(*mut Id, u32) -> i32,
        fill: "cuMemsetD32Async"(u64, u32, usize, Id) -> i32,
        launch: "cuLaunchKernel"(Id, u32, u32, u32, u32, u32, u32, u32, Id, *const Id, *const Id) -> i32,
        copy_to_host: "cuMemcpyDtoHAsync_v2"(*mut c_void, u64, usize, Id) -> i32,
        stream_state: "cuStreamQuery"(Id) -> i32,
    }
}

#[cfg(target_os = "windows")]
const NAMES: [&str; 1] = ["nvcuda.dll"];
#[cfg(not(target_os = "windows"))]
const NAMES: [&str; 2] = ["libcuda.so.1", "libcuda.so"];

const SUCCESS: i32 = 0;
const NOT_READY: i32 = 600;

/// A stream that does not wait for what the program does elsewhere.
const NON_BLOCKING: u32 = 1;
/// A thread that waits for the card sleeps.
const SLEEP_WHILE_WAITING: u32 = 4;

const COMPUTE_CAPABILITY: [i32; 2] = [75, 76];

/// The option of `cuModuleLoadDataEx` for the compiler's words, and that for how many fit.
const ERROR_LOG: [i32; 2] = [5, 6];
const ERROR_LOG_LEN: usize = 8192;

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{call} gives {code} ({words})")]
pub(super) struct CallError {
    call: &'static str,
    code: i32,
    /// The driver's own.
    words: String,
}

/// NVIDIA's driver, initialized.
#[derive(Clone)]
pub(super) struct Cuda(Arc<Functions>);

impl Cuda {
    pub(super) fn open() -> Result<Self, LoadError> {
        let functions = Functions::load(&NAMES).map_err(|error| {
            LoadError(format!("{error}: a card of NVIDIA's needs its maker's driver to be used through CUDA"))
        })?;
        let cuda = Self(Arc::new(functions));
        // SAFETY: 0 is the only value that there is for it.
        cuda.checked("cuInit", unsafe { (cuda.0.init)(0) }).map_err(|error| LoadError(error.to_string()))?;
        Ok(cuda)
    }

    /// The newest version of CUDA that the driver has.
    pub(super) fn version(&self) -> Option<(i32, i32)> {
        let mut version = 0;
        // SAFETY: room for one number.
        let status = unsafe { (self.0.version)(&raw mut version) };
        (status == SUCCESS).then_some((version / 1000, version % 1000 / 10))
    }

    pub(super) fn devices(&self) -> Result<Vec<Device>, CallError> {
        let mut count = 0;
        // SAFETY: room for one number.
        self.checked("cuDeviceGetCount", unsafe { (self.0.device_count)(&raw mut count) })?;
        let devices = (0..count).map(|place| {
            let mut id = 0;
            // SAFETY: room for one number, and a place below the count.
            self.checked("cuDeviceGet", unsafe { (self.0.device)(&raw mut id, place) })?;
            Ok(Device { cuda: self.clone(), id })
        });
        devices.collect()
    }

    fn checked(&self, call: &'static str, code: i32) -> Result<(), CallError> {
        if code == SUCCESS {
            return Ok(());
        }
        let words = |ask: unsafe extern "system" fn(i32, *mut *const c_char) -> i32| {
            let mut words = ptr::null();
            // SAFETY: room for one pointer.
            let status = unsafe { ask(code, &raw mut words) };
            if status != SUCCESS || words.is_null() {
                return "unknown".to_owned();
            }
            // SAFETY: the driver's own text, which ends with zero and stays.
            unsafe { CStr::from_ptr(words) }.to_string_lossy().into_owned()
        };
        Err(CallError { call, code, words: format!("{}: {}", words(self.0.error_name), words(self.0.error_text)) })
    }
}

/// A card.
#[derive(Clone)]
pub(in crate::gpu) struct Device {
    cuda: Cuda,
    id: i32,
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Device {
    pub(super) fn name(&self) -> Option<String> {
        self.text(self.cuda.0.device_name)
    }

    /// As `0000:01:00.0`.
    pub(super) fn pci_address(&self) -> Option<String> {
        self.text(self.cuda.0.device_pci_address).map(|address| address.to_ascii_lowercase())
    }

    pub(super) fn uuid(&self) -> Option<[u8; 16]> {
        let mut uuid = [0; 16];
        // SAFETY: room for the 16 bytes that it is.
        (unsafe { (self.cuda.0.device_uuid)(&raw mut uuid, self.id) } == SUCCESS).then_some(uuid)
    }

    /// In bytes.
    pub(super) fn memory(&self) -> Option<u64> {
        let mut len = 0;
        // SAFETY: room for one number.
        (unsafe { (self.cuda.0.device_memory)(&raw mut len, self.id) } == SUCCESS).then_some(len as u64)
    }

    /// What its instructions are called, as (9, 0).
    pub(super) fn compute_capability(&self) -> Option<(i32, i32)> {
        let [major, minor] = COMPUTE_CAPABILITY.map(|attribute| {
            let mut value = 0;
            // SAFETY: room for one number.
            let status = unsafe { (self.cuda.0.device_attribute)(&raw mut value, attribute, self.id) };
            (status == SUCCESS).then_some(value)
        });
        Some((major?, minor?))
    }

    fn text(&self, ask: unsafe extern "system" fn(*mut c_char, i32, i32) -> i32) -> Option<String> {
        let mut bytes = [0u8; 256];
        // SAFETY: room for 255 bytes and a zero; the last one is never written.
        let status = unsafe { ask(bytes.as_mut_ptr().cast(), 255, self.id) };
        let text = CStr::from_bytes_until_nul(&bytes).ok()?.to_string_lossy().into_owned();
        (status == SUCCESS && !text.is_empty()).then_some(text)
    }
}

/// A module on a card, with what its launches need. Everything in it belongs to one context, and goes with it.
pub(super) struct Session {
    cuda: Cuda,
    context: Id,
    entry: Id,
    launch_words: usize,
    slots: Vec<Slot>,
}

// SAFETY: a context belongs to no thread. Each call here makes it the thread's own first, and `Session` lends itself to one
// thread at a time.
unsafe impl Send for Session {}

/// What one launch needs: a stream, the buffer of its claims on the card, and memory of the host's that the card writes to.
struct Slot {
    stream: Id,
    found: u64,
    /// 0 for an entry without scratch memory.
    scratch: u64,
    copy: *mut u32,
    found_words: usize,
    is_running: bool,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    #[error(transparent)]
    Call(#[from] CallError),
    /// What the assembler says.
    #[error("the driver refuses the module: {0}")]
    Refused(String),
}

/// The entry of a module.
pub(super) struct Entry<'a> {
    pub(super) module: &'a str,
    /// Its parameters are `launch_words` words by value, the address of `found_words` words, and that of `scratch_words` words
    /// where there are any.
    pub(super) name: &'a CStr,
    pub(super) launch_words: usize,
    pub(super) found_words: usize,
    pub(super) scratch_words: usize,
}

impl Session {
    /// What the module does within its buffer is the module's affair: whoever wrote it vouches that it stays there, and that
    /// its parameters are as `entry` says.
    pub(super) fn open(device: &Device, entry: &Entry<'_>, slots: usize) -> Result<Self, OpenError> {
        let cuda = device.cuda.clone();
        let mut context = ptr::null_mut();
        // SAFETY: room for one handle, and a device of this driver.
        let status = unsafe { (cuda.0.create_context)(&raw mut context, SLEEP_WHILE_WAITING, device.id) };
        cuda.checked("cuCtxCreate", status)?;
        let (launch_words, null) = (entry.launch_words, ptr::null_mut());
        let mut session = Self { cuda, context, entry: null, launch_words, slots: Vec::new() };
        // From here on the session's end destroys the context. Its creation has made it current on this thread.
        let current = Current { functions: Arc::clone(&session.cuda.0) };
        session.load(entry)?;
        for _ in 0..slots {
            let slot = session.slot(entry)?;
            session.slots.push(slot);
        }
        drop(current);
        Ok(session)
    }

    /// The context is current.
    fn load(&mut self, entry: &Entry<'_>) -> Result<(), OpenError> {
        let Ok(text) = CString::new(entry.module) else {
            return Err(OpenError::Refused("it holds a zero".to_owned()));
        };
        let mut log = vec![0u8; ERROR_LOG_LEN];
        let values = [log.as_mut_ptr().cast(), ptr::without_provenance_mut(ERROR_LOG_LEN)];
        let mut module = ptr::null_mut();
        // SAFETY: text that ends with zero, two options with a value each: a buffer and its length, which a value of pointer
        // size is by the manual.
        let status = unsafe {
            let load = self.cuda.0.load_module;
            load(&raw mut module, text.as_ptr().cast(), 2, ERROR_LOG.as_ptr(), values.as_ptr())
        };
        if let Err(error) = self.cuda.checked("cuModuleLoadDataEx", status) {
            let words = log.split(|byte| *byte == 0).next().unwrap_or_default();
            let words = String::from_utf8_lossy(words).trim().to_owned();
            return Err(if words.is_empty() { error.into() } else { OpenError::Refused(format!("{words} ({error})")) });
        }
        // SAFETY: room for one handle, a live module, and a name that ends with zero.
        let status = unsafe { (self.cuda.0.module_function)(&raw mut self.entry, module, entry.name.as_ptr()) };
        Ok(self.cuda.checked("cuModuleGetFunction", status)?)
    }

    /// The context is current.
    fn slot(&self, entry: &Entry<'_>) -> Result<Slot, CallError> {
        let functions = &*self.cuda.0;
        let (mut stream, mut found, mut copy, mut scratch) = (ptr::null_mut(), 0, ptr::null_mut(), 0);
        let found_words = entry.found_words;
        // SAFETY: room for one handle.
        self.cuda.checked("cuStreamCreate", unsafe { (functions.create_stream)(&raw mut stream, NON_BLOCKING) })?;
        let len = size_of::<u32>() * found_words;
        // SAFETY: room for one address.
        self.cuda.checked("cuMemAlloc", unsafe { (functions.allocate)(&raw mut found, len) })?;
        // SAFETY: room for one pointer.
        self.cuda.checked("cuMemHostAlloc", unsafe { (functions.allocate_on_host)(&raw mut copy, len, 0) })?;
        if entry.scratch_words > 0 {
            let len = size_of::<u32>() * entry.scratch_words;
            // SAFETY: room for one address.
            self.cuda.checked("cuMemAlloc", unsafe { (functions.allocate)(&raw mut scratch, len) })?;
        }
        Ok(Slot { stream, found, scratch, copy: copy.cast(), found_words, is_running: false })
    }

    /// Makes the context this thread's until the answer is dropped.
    fn current(&self) -> Result<Current, CallError> {
        // SAFETY: a live context.
        self.cuda.checked("cuCtxPushCurrent", unsafe { (self.cuda.0.push_context)(self.context) })?;
        Ok(Current { functions: Arc::clone(&self.cuda.0) })
    }

    /// Starts so many groups of so many threads, and has what they found copied to the host behind them.
    pub(super) fn launch(&mut self, slot: usize, words: &[u32], groups: u32, group_size: u32) -> Result<(), CallError> {
        assert_eq!(words.len(), self.launch_words, "the entry takes so many");
        let current = self.current()?;
        let (cuda, entry) = (self.cuda.clone(), self.entry);
        let functions = &*cuda.0;
        let Slot { stream, found, scratch, copy, found_words, is_running } = &mut self.slots[slot];
        assert!(!*is_running, "the slot is free");
        *is_running = true;
        // SAFETY: the slot's own buffer, whose first word counts the claims.
        cuda.checked("cuMemsetD32Async", unsafe { (functions.fill)(*found, 0, 1, *stream) })?;
        let parameters: [Id; 3] =
            [words.as_ptr().cast_mut().cast(), (&raw mut *found).cast(), (&raw mut *scratch).cast()];
        // SAFETY: the entry's parameters, of the lengths that it has; the call copies as many as there are.
        let status = unsafe {
            let (launch, parameters) = (functions.launch, parameters.as_ptr());
            launch(entry, groups, 1, 1, group_size, 1, 1, 0, *stream, parameters, ptr::null())
        };
        cuda.checked("cuLaunchKernel", status)?;
        let len = size_of::<u32>() * *found_words;
        // SAFETY: two buffers of this length. That of the host is read only when the stream has ended, and lives as long as
        // the context.
        let status = unsafe { (functions.copy_to_host)(copy.cast(), *found, len, *stream) };
        cuda.checked("cuMemcpyDtoHAsync", status)?;
        drop(current);
        Ok(())
    }

    /// Whether what was launched in the slot has ended; nothing launched has.
    pub(super) fn has_ended(&self, slot: usize) -> Result<bool, CallError> {
        let _current = self.current()?;
        // SAFETY: a live stream.
        match unsafe { (self.cuda.0.stream_state)(self.slots[slot].stream) } {
            NOT_READY => Ok(false),
            code => self.cuda.checked("cuStreamQuery", code).map(|()| true),
        }
    }

    /// What the launch in the slot has left, which then is free again. The launch has ended.
    pub(super) fn read(&mut self, slot: usize, words: &mut [u32]) -> Result<(), CallError> {
        assert!(self.has_ended(slot)?, "it has ended");
        let Slot { copy, found_words, is_running, .. } = &mut self.slots[slot];
        assert!(words.len() <= *found_words, "there are so many");
        // SAFETY: the host's buffer holds as many words, and the card no longer writes to it.
        unsafe { ptr::copy_nonoverlapping(*copy, words.as_mut_ptr(), words.len()) };
        *is_running = false;
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Destroying a context waits for its streams: one that hangs is left to the system, which ends it with the program.
        let hangs = (0..self.slots.len()).any(|slot| self.slots[slot].is_running && self.has_ended(slot) == Ok(false));
        if !hangs {
            // SAFETY: a live context that is current on no thread; nothing of it is used again. A lost card may refuse, and
            // nothing is left to do then.
            let _ = unsafe { (self.cuda.0.destroy_context)(self.context) };
        }
    }
}

/// A context that is this thread's.
struct Current {
    functions: Arc<Functions>,
}

impl Drop for Current {
    fn drop(&mut self) {
        let mut context = ptr::null_mut();
        // SAFETY: room for one handle; what is popped was pushed by this thread.
        let _ = unsafe { (self.functions.pop_context)(&raw mut context) };
    }
}
