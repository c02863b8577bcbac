//! Devices at work, each on a thread of its own.

use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hashkit_engine::device::{Device, DeviceError};
use hashkit_engine::{DevicePort, DevicePorts};
use hashkit_kernels::KernelError;

use crate::machine::{ThreadId, this_thread};
use crate::measure::Trouble;

/// Opens a device and proves it, on the thread that it is going to run on.
pub type Opener = Arc<dyn Fn() -> Result<Box<dyn Device>, DeviceError> + Send + Sync>;

/// As long as a driver may compile, and more.
const LONGEST_OPENING: Duration = Duration::from_mins(5);

/// The threads. Dropping this waits for them: drop the engine's source before, which ends them.
pub(crate) struct Threads {
    handles: Vec<JoinHandle<()>>,
    ids: Vec<Option<ThreadId>>,
    opened: Receiver<Opened>,
    /// Why a device ended.
    ended: Receiver<Trouble>,
    trouble: Option<Trouble>,
}

/// What a thread tells once its device is open, or could not be opened.
struct Opened {
    at: usize,
    thread: Option<ThreadId>,
    trouble: Option<Trouble>,
}

impl Threads {
    /// Begins to open these devices, by their ids. The engine has a meter for each, in this order.
    pub(crate) fn start(ports: &DevicePorts, devices: &[(String, Opener)]) -> Result<Self, Trouble> {
        let (tell_end, ended) = mpsc::channel();
        let (tell_open, opened) = mpsc::channel();
        let mut handles = Vec::new();
        for (at, (id, opener)) in devices.iter().enumerate() {
            let (port, opener) = (ports.port(id), Arc::clone(opener));
            let (tell_end, tell_open) = (tell_end.clone(), tell_open.clone());
            let run = move || {
                let tell = move |trouble| {
                    // Whoever opened this waits for it, or has given it up.
                    let _ = tell_open.send(Opened { at, thread: this_thread(), trouble });
                    drop(tell_open);
                };
                match opener() {
                    Ok(device) => {
                        tell(None);
                        if let Some(trouble) = run(device, &port) {
                            let _ = tell_end.send(trouble);
                        }
                    }
                    Err(error) => tell(Some(trouble(&error))),
                }
            };
            let thread = thread::Builder::new().name(id.replace(':', "-")).spawn(run);
            handles.push(thread.map_err(|error| Trouble::Failed(format!("the system gives no thread: {error}")))?);
        }
        Ok(Self { ids: vec![None; handles.len()], handles, opened, ended, trouble: None })
    }

    /// Waits until all are open.
    pub(crate) fn wait(&mut self) -> Result<(), Trouble> {
        for _ in 0..self.handles.len() {
            match self.opened.recv_timeout(LONGEST_OPENING) {
                Ok(Opened { at, thread, trouble: None }) => self.ids[at] = thread,
                Ok(Opened { trouble: Some(trouble), .. }) => return Err(trouble),
                Err(_) => return Err(Trouble::Failed("a device was not ready within five minutes".to_owned())),
            }
        }
        Ok(())
    }

    /// By which the system knows each thread; `None` where it does not tell.
    pub(crate) fn ids(&self) -> &[Option<ThreadId>] {
        &self.ids
    }

    /// Why a device has ended, as soon as one has.
    pub(crate) fn trouble(&mut self) -> Option<Trouble> {
        if self.trouble.is_none() {
            self.trouble = self.ended.try_recv().ok();
        }
        self.trouble.clone()
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        for thread in self.handles.drain(..) {
            // What a device had to say it has said; a panic was printed.
            let _ = thread.join();
        }
    }
}

/// Runs the device until the engine closes; why it ended before.
fn run(mut device: Box<dyn Device>, port: &DevicePort) -> Option<Trouble> {
    match device.run(port) {
        Ok(()) if port.is_faulty() => Some(Trouble::Wrong("too many of its solutions were wrong".to_owned())),
        Ok(()) => None,
        Err(error) => Some(trouble(&error)),
    }
}

fn trouble(error: &DeviceError) -> Trouble {
    match error {
        DeviceError::Kernel(KernelError::Wrong { .. }) | DeviceError::Misses { .. } => {
            Trouble::Wrong(error.to_string())
        }
        _ => Trouble::Failed(error.to_string()),
    }
}
