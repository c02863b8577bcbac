//! Any other program that hashes and prints its rate.

mod meter;
mod running;

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

pub use meter::Meter;
use running::Running;

/// A command that prints its rate, and how to read it.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The program and its arguments; no shell reads them.
    pub command: Vec<String>,
    /// Which of what it prints is a rate.
    pub meter: Meter,
    /// How many rates to pass over: the first one of most programs counts their start as well.
    pub skip: usize,
    /// How long it may take until it has printed the rate that counts.
    pub limit: Duration,
}

/// Why a peer gives no rate.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// Nothing was given to run.
    #[error("no command was given: name the peer's program and its arguments behind `--`")]
    NoCommand,
    /// It does not start.
    #[error("may not start {program}: check its path and that it may be executed")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        source: io::Error,
    },
    /// It ended before it had printed the rate that counts.
    #[error(
        "{program} ended ({status}) after {seen} rates, but rate {wanted} counts: try it by hand, or pass over fewer\n{printed}"
    )]
    Ended {
        /// The program.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// How many rates it had printed.
        seen: usize,
        /// Which one was waited for, counted from 1.
        wanted: usize,
        /// The end of what it printed.
        printed: String,
    },
    /// It took too long.
    #[error(
        "{program} printed {seen} rates in {limit:?}, but rate {wanted} counts: give it more time, \
         or a pattern that finds its rates\n{printed}"
    )]
    Late {
        /// The program.
        program: String,
        /// How long it was waited for.
        limit: Duration,
        /// How many rates it had printed.
        seen: usize,
        /// Which one was waited for, counted from 1.
        wanted: usize,
        /// The end of what it printed.
        printed: String,
    },
    /// What the pattern found is no rate.
    #[error(
        "{found:?} in {line:?} is no rate: let the pattern's first group find a number, and its second a unit like kH/s"
    )]
    NoRate {
        /// What the groups found.
        found: String,
        /// The line.
        line: String,
    },
}

impl Peer {
    /// Starts it, waits for the rate that counts, in hashes a second, and ends it with all that it has started.
    ///
    /// # Errors
    /// When it does not start, prints no such rate, ends before or takes too long.
    pub fn rate(&self) -> Result<f64, PeerError> {
        let mut running = Running::start(&self.command, self.limit)?;
        let (program, wanted) = (running.program().to_owned(), self.skip + 1);
        let mut seen = 0;
        while let Some(line) = running.next_line() {
            let Some(rate) = self.meter.read(&line)? else { continue };
            seen += 1;
            if seen == wanted {
                return Ok(rate);
            }
        }
        let printed = running.printed();
        Err(match running.ended() {
            Some(status) => PeerError::Ended { program, status, seen, wanted, printed },
            None => PeerError::Late { program, limit: self.limit, seen, wanted, printed },
        })
    }
}
