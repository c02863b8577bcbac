//! The C interface of OpenCL 1.2, behind types that keep its rules.
//!
//! Source of what is promised below: "The OpenCL Specification", version 1.2, chapters 4 and 5, and Khronos' `cl.h`.
#![expect(unsafe_code, reason = "calls a C interface")]

use std::ffi::{CStr, c_char, c_void};
use std::fmt;
use std::ptr;
use std::sync::Arc;

use super::error::CallError;
use crate::gpu::library::{LoadError, functions};

/// Any of OpenCL's objects; all are pointers without a type of ours.
type Id = *mut c_void;

type Release = unsafe extern "system" fn(Id) -> i32;

functions! {
    /// As `cl.h` declares them; what calls us back is never asked for.
    struct Functions {
        platforms: "clGetPlatformIDs"(u32, *mut Id, *mut u32) -> i32,
        devices: "clGetDeviceIDs"(Id, u64, u32, *mut Id, *mut u32) -> i32,
        device_info: "clGetDeviceInfo"(Id, u32, usize, *mut c_void, *mut usize) -> i32,
        create_context: "clCreateContext"(*const isize, u32, *const Id, Id, Id, *mut i32) -> Id,
        release_context: "clReleaseContext"(Id) -> i32,
        create_queue: "clCreateCommandQueue"(Id, Id, u64, *mut i32) -> Id,
        release_queue: "clReleaseCommandQueue"(Id) -> i32,
        create_buffer: "clCreateBuffer"(Id, u64, usize, Id, *mut i32) -> Id,
        release_buffer: "clReleaseMemObject"(Id) -> i32,
        create_program: "clCreateProgramWithSource"(Id, u32, *const *const c_char, *const usize, *mut i32) -> Id,
        build_program: "clBuildProgram"(Id, u32, *const Id, *const c_char, Id, Id) -> i32,
        build_info: "clGetProgramBuildInfo"(Id, Id, u32, usize, *mut c_void, *mut usize) -> i32,
        release_program: "clReleaseProgram"(Id) -> i32,
        create_kernel: "clCreateKernel"(Id, *const c_char, *mut i32) -> Id,
        release_kernel: "clReleaseKernel"(Id) -> i32,
        set_argument: "clSetKernelArg"(Id, u32, usize, *const c_void) -> i32,
        write: "clEnqueueWriteBuffer"(Id, Id, u32, usize, usize, *const c_void, u32, *const Id, *mut Id) -> i32,
        read: "clEnqueueReadBuffer"(Id, Id, u32, usize, usize, *mut c_void, u32, *const Id, *mut Id) -> i32,
        launch: "clEnqueueNDRangeKernel"
            (Id, Id, u32, *const usize, *const usize, *const usize, u32, *const Id, *mut Id) -> i32,
        flush: "clFlush"(Id) -> i32,
        event_info: "clGetEventInfo"(Id, u32, usize, *mut c_void, *mut usize) -> i32,
        release_event: "clReleaseEvent"(Id) -> i32,
    }
}

#[cfg(target_os = "windows")]
const NAMES: [&str; 1] = ["OpenCL.dll"];
#[cfg(target_os = "macos")]
const NAMES: [&str; 1] = ["/System/Library/Frameworks/OpenCL.framework/OpenCL"];
#[cfg(not(any(target_os = "windows", target_os = "macos")))]
const NAMES: [&str; 2] = ["libOpenCL.so.1", "libOpenCL.so"];

/// More platforms, devices of one, or bytes of one fact than any driver tells.
const MOST: usize = 1 << 16;

const SUCCESS: i32 = 0;
const TRUE: u32 = 1;
const EVERY_TYPE: u64 = 0xffff_ffff;
const READ_WRITE: u64 = 1;
const BUILD_LOG: u32 = 0x1183;
const EXECUTION_STATUS: u32 = 0x11d3;
const COMPLETE: i32 = 0;

/// The machine's OpenCL.
#[derive(Clone)]
pub(super) struct OpenCl(Arc<Functions>);

impl OpenCl {
    pub(super) fn open() -> Result<Self, LoadError> {
        Ok(Self(Arc::new(Functions::load(&NAMES)?)))
    }

    /// Every device of every platform; a platform that fails has none.
    pub(super) fn devices(&self) -> Vec<Device> {
        let functions = &*self.0;
        // SAFETY: `ids` asks for as many as there is room for, and for their number.
        let platforms = ids(|room, ids, count| unsafe { (functions.platforms)(room, ids, count) });
        let devices = platforms.into_iter().flat_map(|platform| {
            // SAFETY: as above; the platform is one that the library named.
            ids(|room, ids, count| unsafe { (functions.devices)(platform, EVERY_TYPE, room, ids, count) })
        });
        devices.map(|id| Device { opencl: self.clone(), id }).collect()
    }
}

/// What a function of OpenCL lists: first how many there are, then they.
fn ids(list: impl Fn(u32, *mut Id, *mut u32) -> i32) -> Vec<Id> {
    let mut count = 0;
    if list(0, ptr::null_mut(), &raw mut count) != SUCCESS || count as usize > MOST {
        return Vec::new();
    }
    let mut ids = vec![ptr::null_mut(); count as usize];
    if count > 0 && list(count, ids.as_mut_ptr(), ptr::null_mut()) != SUCCESS {
        return Vec::new();
    }
    ids
}

/// A fact of variable length: first how long it is, then it.
fn bytes(ask: impl Fn(usize, *mut c_void, *mut usize) -> i32) -> Option<Vec<u8>> {
    let mut len = 0;
    if ask(0, ptr::null_mut(), &raw mut len) != SUCCESS || len > MOST {
        return None;
    }
    let mut bytes = vec![0; len];
    (ask(len, bytes.as_mut_ptr().cast(), ptr::null_mut()) == SUCCESS).then_some(bytes)
}

/// A root device: it is never released, and is the same for every thread.
#[derive(Clone)]
pub(in crate::gpu) struct Device {
    opencl: OpenCl,
    id: Id,
}

// SAFETY: section A.2 of the specification: all functions but `clSetKernelArg` may be called from any thread.
unsafe impl Send for Device {}
// SAFETY: as above.
unsafe impl Sync for Device {}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").finish_non_exhaustive()
    }
}

impl Device {
    /// The bytes of a fact about it; `None` where the driver does not know it.
    pub(super) fn fact(&self, name: u32) -> Option<Vec<u8>> {
        let functions = &*self.opencl.0;
        // SAFETY: the device is live, and `bytes` asks for as many as there is room for.
        bytes(|room, to, len| unsafe { (functions.device_info)(self.id, name, room, to, len) })
    }
}

/// An object of ours, released at its end.
struct Object {
    opencl: OpenCl,
    id: Id,
    release: Release,
}

// SAFETY: section A.2 of the specification, as for `Device`. A kernel, which is the exception, has its arguments set by
// `Slot::new` alone, before anybody else knows it.
unsafe impl Send for Object {}

impl Object {
    fn new(opencl: &OpenCl, call: &'static str, release: Release, id: Id, status: i32) -> Result<Self, CallError> {
        if id.is_null() || status != SUCCESS {
            return Err(CallError { call, code: status });
        }
        Ok(Self { opencl: opencl.clone(), id, release })
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: the object is live, and this was its only reference. OpenCL keeps what a command still uses.
        // A lost device may refuse; nothing is left to do then.
        let _ = unsafe { (self.release)(self.id) };
    }
}

/// A program built for one device.
pub(super) struct Program {
    device: Device,
    context: Object,
    built: Object,
}

/// Why there is no program.
pub(super) enum BuildError {
    Call(CallError),
    /// What the compiler says.
    Refused(String),
}

impl Program {
    pub(super) fn build(device: &Device, text: &str, options: &CStr) -> Result<Self, BuildError> {
        let opencl = &device.opencl;
        let functions = &*opencl.0;
        let mut status = SUCCESS;
        // SAFETY: one live device, no properties, nobody to call back.
        let id = unsafe {
            (functions.create_context)(
                ptr::null(),
                1,
                &raw const device.id,
                ptr::null_mut(),
                ptr::null_mut(),
                &raw mut status,
            )
        };
        let context = Object::new(opencl, "clCreateContext", functions.release_context, id, status);
        let context = context.map_err(BuildError::Call)?;
        let (start, len) = (text.as_ptr().cast(), text.len());
        // SAFETY: one text of `len` bytes, which the call copies.
        let id =
            unsafe { (functions.create_program)(context.id, 1, &raw const start, &raw const len, &raw mut status) };
        let program = Object::new(opencl, "clCreateProgramWithSource", functions.release_program, id, status);
        let program = program.map_err(BuildError::Call)?;
        // SAFETY: a live program of this device's context; without anybody to call back the call returns when it is done.
        let status = unsafe {
            (functions.build_program)(
                program.id,
                1,
                &raw const device.id,
                options.as_ptr(),
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        if status != SUCCESS {
            // SAFETY: a live program and its device, and `bytes` asks for as many as there is room for.
            let log = bytes(|room, to, len| unsafe {
                (functions.build_info)(program.id, device.id, BUILD_LOG, room, to, len)
            });
            let log = log.map(|log| String::from_utf8_lossy(&log).trim_matches(['\0', '\n', ' ']).to_owned());
            return Err(match log {
                Some(log) if !log.is_empty() => BuildError::Refused(log),
                _ => BuildError::Call(CallError { call: "clBuildProgram", code: status }),
            });
        }
        Ok(Self { device: device.clone(), context, built: program })
    }
}

/// What one launch of a program needs: its queue, its kernel and the buffers that are the kernel's arguments.
pub(super) struct Slot {
    queue: Object,
    kernel: Object,
    buffers: Vec<Buffer>,
    running: Option<Object>,
}

struct Buffer {
    object: Object,
    len: usize,
}

impl Slot {
    /// Buffers of so many bytes become the arguments of `entry`, in order.
    ///
    /// What the program does within its buffers is the program's affair: whoever wrote it vouches that it stays there.
    pub(super) fn new(program: &Program, entry: &CStr, buffers: &[usize]) -> Result<Self, CallError> {
        let Program { device, context, built } = program;
        let opencl = &device.opencl;
        let functions = &*opencl.0;
        let mut status = SUCCESS;
        // SAFETY: a live context and its device; no properties, so the queue keeps the order of its commands.
        let id = unsafe { (functions.create_queue)(context.id, device.id, 0, &raw mut status) };
        let queue = Object::new(opencl, "clCreateCommandQueue", functions.release_queue, id, status)?;
        // SAFETY: a built program and a name that ends with zero.
        let id = unsafe { (functions.create_kernel)(built.id, entry.as_ptr(), &raw mut status) };
        let kernel = Object::new(opencl, "clCreateKernel", functions.release_kernel, id, status)?;
        let buffers = buffers.iter().map(|len| {
            // SAFETY: a live context, and memory of the device's own.
            let id =
                unsafe { (functions.create_buffer)(context.id, READ_WRITE, *len, ptr::null_mut(), &raw mut status) };
            let object = Object::new(opencl, "clCreateBuffer", functions.release_buffer, id, status)?;
            Ok(Buffer { object, len: *len })
        });
        let buffers = buffers.collect::<Result<Vec<Buffer>, CallError>>()?;
        for (place, buffer) in (0..).zip(&buffers) {
            let argument = (&raw const buffer.object.id).cast();
            // SAFETY: a live kernel that nobody else knows yet, and a buffer's own handle, which the call copies.
            let status = unsafe { (functions.set_argument)(kernel.id, place, size_of::<Id>(), argument) };
            checked("clSetKernelArg", status)?;
        }
        Ok(Self { queue, kernel, buffers, running: None })
    }

    /// Writes the beginning of a buffer. Nothing runs in this slot, so it does not wait.
    pub(super) fn write(&mut self, buffer: usize, words: &[u32]) -> Result<(), CallError> {
        let Buffer { object, len } = &self.buffers[buffer];
        assert!(size_of_val(words) <= *len, "the buffer was made for this");
        let (queue, from) = (self.queue.id, words.as_ptr().cast());
        // SAFETY: the call has read the words when it returns, and they fit into the buffer.
        let status = unsafe {
            let write = self.queue.opencl.0.write;
            write(queue, object.id, TRUE, 0, size_of_val(words), from, 0, ptr::null(), ptr::null_mut())
        };
        checked("clEnqueueWriteBuffer", status)
    }

    /// Starts so many threads, in groups of so many.
    pub(super) fn launch(&mut self, threads: usize, group: usize) -> Result<(), CallError> {
        let functions = &*self.queue.opencl.0;
        let mut event = ptr::null_mut();
        // SAFETY: live objects of one context, every argument was set, and one dimension.
        let status = unsafe {
            let (queue, kernel) = (self.queue.id, self.kernel.id);
            (functions.launch)(
                queue,
                kernel,
                1,
                ptr::null(),
                &raw const threads,
                &raw const group,
                0,
                ptr::null(),
                &raw mut event,
            )
        };
        let event = Object::new(&self.queue.opencl, "clEnqueueNDRangeKernel", functions.release_event, event, status)?;
        self.running = Some(event);
        // SAFETY: a live queue.
        checked("clFlush", unsafe { (functions.flush)(self.queue.id) })
    }

    /// Whether what was launched has ended; nothing launched has.
    pub(super) fn has_ended(&self) -> Result<bool, CallError> {
        let Some(event) = &self.running else { return Ok(true) };
        let mut state = COMPLETE;
        let to = (&raw mut state).cast();
        // SAFETY: a live event, and room for the number that this fact is.
        let status = unsafe {
            let event_info = self.queue.opencl.0.event_info;
            event_info(event.id, EXECUTION_STATUS, size_of::<i32>(), to, ptr::null_mut())
        };
        checked("clGetEventInfo", status)?;
        match state {
            COMPLETE => Ok(true),
            1.. => Ok(false),
            // A command that ended with an error.
            code => Err(CallError { call: "clEnqueueNDRangeKernel", code }),
        }
    }

    /// Reads the beginning of a buffer. What was launched has ended, so it does not wait.
    pub(super) fn read(&mut self, buffer: usize, words: &mut [u32]) -> Result<(), CallError> {
        self.running = None;
        let Buffer { object, len } = &self.buffers[buffer];
        assert!(size_of_val(words) <= *len, "the buffer was made for this");
        let (queue, size, to) = (self.queue.id, size_of_val(words), words.as_mut_ptr().cast());
        // SAFETY: the call has written the words when it returns, and the buffer has as many.
        let status = unsafe {
            let read = self.queue.opencl.0.read;
            read(queue, object.id, TRUE, 0, size, to, 0, ptr::null(), ptr::null_mut())
        };
        checked("clEnqueueReadBuffer", status)
    }
}

fn checked(call: &'static str, code: i32) -> Result<(), CallError> {
    if code == SUCCESS { Ok(()) } else { Err(CallError { call, code }) }
}
