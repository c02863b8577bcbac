//! The shell of the emulator: pseudo-terminals and the clock.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::emulator::{Emulator, Event};
use crate::port::{Port, PortError};

/// How long a real search goes on before it looks at the line: about 2 ms of hashing.
const SEARCHED: u64 = 10_000;
/// How long it sleeps at most, and so how soon it sees that it is to end.
const LONGEST_SLEEP: Duration = Duration::from_millis(50);
/// How long it sleeps at least: what is due in between is sent together.
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// Where links to the pseudo-terminals are to be; they stay where they are when a cable is pulled and put back.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// To the chips' line.
    pub chips: Option<PathBuf>,
    /// To the control channel.
    pub control: Option<PathBuf>,
}

/// Asks a running [`serve`] to end, from another thread or a signal.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Release);
    }

    fn is_asked(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What people are told while it runs.
#[derive(Debug)]
pub enum News<'a> {
    /// The ports are open, at the start and after a cable was put back.
    Open {
        /// What to open for the chips.
        chips: &'a Path,
        /// What to open for the control channel.
        control: Option<&'a Path>,
    },
    /// Something of the script.
    Event(&'a Event),
}

/// Serves an emulator on pseudo-terminals until it is stopped.
///
/// # Errors
/// When the system gives no port, or takes one away.
pub fn serve(
    emulator: &mut Emulator,
    links: &Links,
    stop: &Stop,
    mut tell: impl FnMut(News<'_>),
) -> Result<(), PortError> {
    let mut ports = Some(Ports::open(emulator, links, &mut tell)?);
    while !stop.is_asked() {
        let now = Instant::now();
        emulator.handle_timeout(now);
        while let Some(event) = emulator.poll_event() {
            tell(News::Event(&event));
            match event {
                Event::Unplugged => ports = None,
                Event::Plugged => ports = Some(Ports::open(emulator, links, &mut tell)?),
                Event::Fault(_) => {}
            }
        }
        let Some(ports) = &mut ports else {
            thread::sleep(SHORTEST_SLEEP);
            continue;
        };
        ports.pump(emulator, now)?;
        if emulator.is_searching(now) {
            emulator.search(SEARCHED, now);
            continue;
        }
        let due = emulator.poll_timeout(now).map_or(LONGEST_SLEEP, |due| due.saturating_duration_since(now));
        ports.wait(due.clamp(SHORTEST_SLEEP, LONGEST_SLEEP))?;
    }
    Ok(())
}

struct Ports {
    chips: Port,
    control: Option<Port>,
    /// The rate of the host when it was last looked at.
    host_baud: u32,
    /// What the system has not taken yet.
    unsent: Vec<u8>,
    unsent_control: Vec<u8>,
}

impl Ports {
    fn open(emulator: &Emulator, links: &Links, tell: &mut impl FnMut(News<'_>)) -> Result<Self, PortError> {
        let chips = Port::open(links.chips.as_deref())?;
        let control = emulator.has_control().then(|| Port::open(links.control.as_deref())).transpose()?;
        tell(News::Open { chips: chips.path(), control: control.as_ref().map(Port::path) });
        let host_baud = chips.baud()?;
        Ok(Self { chips, control, host_baud, unsent: Vec::new(), unsent_control: Vec::new() })
    }

    /// Carries what has come and what is to go.
    fn pump(&mut self, emulator: &mut Emulator, now: Instant) -> Result<(), PortError> {
        let mut buffer = [0; 4096];
        let baud = self.chips.baud()?;
        // What was written before the rate changed may only be read now.
        let bauds = [self.host_baud, baud];
        self.host_baud = baud;
        loop {
            match self.chips.read(&mut buffer)? {
                0 => break,
                count => emulator.receive(&buffer[..count], &bauds, now),
            }
        }
        if self.unsent.is_empty() {
            self.unsent = emulator.poll_transmit(Some(baud), now).unwrap_or_default();
        }
        flush(&self.chips, &mut self.unsent)?;
        if let Some(control) = &self.control {
            loop {
                match control.read(&mut buffer)? {
                    0 => break,
                    count => emulator.receive_control(&buffer[..count], now),
                }
            }
            if self.unsent_control.is_empty() {
                self.unsent_control = emulator.poll_control().unwrap_or_default();
            }
            flush(control, &mut self.unsent_control)?;
        }
        Ok(())
    }

    /// Sleeps until the host writes, or takes what it had no room for, or time is up.
    fn wait(&self, time: Duration) -> Result<(), PortError> {
        let flags = |unsent: &[u8]| if unsent.is_empty() { PollFlags::IN } else { PollFlags::IN | PollFlags::OUT };
        let mut fds = vec![PollFd::from_borrowed_fd(self.chips.fd(), flags(&self.unsent))];
        if let Some(control) = &self.control {
            fds.push(PollFd::from_borrowed_fd(control.fd(), flags(&self.unsent_control)));
        }
        let timeout = Timespec::try_from(time).expect("a moment fits");
        match poll(&mut fds, Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(errno) => Err(PortError::Broken(errno.into())),
        }
    }
}

fn flush(port: &Port, unsent: &mut Vec<u8>) -> Result<(), PortError> {
    if !unsent.is_empty() {
        let written = port.write(unsent)?;
        unsent.drain(..written);
    }
    Ok(())
}
