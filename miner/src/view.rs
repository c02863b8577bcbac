//! What a run shows on standard output: a log for people, JSON lines for programs, or nothing.

mod json;
mod log;

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use hashkit_engine::Rates;

use crate::session::Event;
use crate::tally::Summary;

pub(crate) use json::JsonView;
pub(crate) use log::LogView;

/// Standard output, colours removed where they are not wanted.
pub(crate) type Output = Box<dyn Write>;

/// One of the ways to show a run.
pub(crate) enum View {
    /// Lines for people.
    Log(LogView<Output>),
    /// One JSON object a line.
    Json(JsonView<Output>),
    /// Nothing.
    Silent,
}

/// What a run works with, told once at its start.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    /// The algorithm's name.
    pub(crate) algorithm: &'static str,
    /// Each device's id with the name of its kernel.
    pub(crate) devices: Vec<(String, String)>,
    /// The pools in the order of failover.
    pub(crate) pools: Vec<String>,
    /// What is worth knowing beside: that this is a demo, say.
    pub(crate) note: Option<String>,
}

impl View {
    /// The run begins.
    pub(crate) fn setup(&mut self, at: SystemTime, setup: &Setup) -> io::Result<()> {
        match self {
            Self::Log(view) => view.setup(at, setup),
            Self::Json(view) => view.setup(at, setup),
            Self::Silent => Ok(()),
        }
    }

    /// Something happened in the session.
    pub(crate) fn event(&mut self, at: SystemTime, event: &Event) -> io::Result<()> {
        match self {
            Self::Log(view) => view.event(at, event),
            Self::Json(view) => view.event(at, event),
            Self::Silent => Ok(()),
        }
    }

    /// Ten seconds have passed.
    pub(crate) fn rates(&mut self, at: SystemTime, rates: &Rates) -> io::Result<()> {
        match self {
            Self::Log(view) => view.rates(at, rates),
            Self::Json(view) => view.rates(at, rates),
            Self::Silent => Ok(()),
        }
    }

    /// The run has ended, for this reason.
    pub(crate) fn summary(&mut self, at: SystemTime, why: &str, summary: &Summary) -> io::Result<()> {
        match self {
            Self::Log(view) => view.summary(at, why, summary),
            Self::Json(view) => view.summary(at, why, summary),
            Self::Silent => Ok(()),
        }
    }
}

/// A peer's text without control characters, which could move a terminal's cursor or forge lines.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

/// Milliseconds with their decimals, as programs take them.
fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
