//! The signals that end a run, and the one that wants a new template.

use std::{fmt, io, process};

use tokio::signal::unix::{self, Signal as Signals, SignalKind};
use tokio::sync::oneshot;

use crate::failure::Exit;

/// A signal that asks for the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// The system's polite request.
    Terminate,
}

impl Signal {
    /// The exit code after a clean stop.
    pub(crate) fn exit(self) -> Exit {
        match self {
            Self::Interrupt => Exit::Interrupted,
            Self::Terminate => Exit::Terminated,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "interrupted",
            Self::Terminate => "terminated",
        })
    }
}

/// Those that ask for a new template: SIGUSR1.
///
/// # Errors
/// When the system lets nobody listen.
pub(crate) fn renewals() -> io::Result<Signals> {
    unix::signal(SignalKind::user_defined1())
}

/// The first signal arrives at the receiver; a second one ends the program at once, even where the view waits for a reader.
///
/// # Errors
/// When the system lets nobody listen.
pub(crate) fn listen() -> io::Result<oneshot::Receiver<Signal>> {
    let mut interrupts = unix::signal(SignalKind::interrupt())?;
    let mut terminations = unix::signal(SignalKind::terminate())?;
    let (tell, first) = oneshot::channel();
    tokio::spawn(async move {
        let mut tell = Some(tell);
        loop {
            let signal = tokio::select! {
                _ = interrupts.recv() => Signal::Interrupt,
                _ = terminations.recv() => Signal::Terminate,
            };
            match tell.take() {
                // The run may have ended in this moment: then there is nobody to tell.
                Some(tell) => drop(tell.send(signal)),
                None => process::exit(i32::from(signal.exit() as u8)),
            }
        }
    });
    Ok(first)
}
