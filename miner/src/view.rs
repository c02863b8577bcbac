//! What a run shows on standard output: a log for people, JSON lines for programs, or nothing.

mod answer;
mod chips;
mod json;
mod lines;
mod log;

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use hashkit_chain::Algorithm;
use hashkit_engine::Rates;
use hashkit_engine::device::CardNews;
use hashkit_engine::device::asic::ChipsReport;
use hashkit_pool::PoolEvent;

use crate::cli::Global;
use crate::credit::PoolAccount;
use crate::session::Event;
use crate::tally::Summary;

pub(crate) use answer::{answer_in_words, color_of_standing, event_in_words, name_of_answer, node_as_json};
pub(crate) use json::{JsonLines, JsonView};
pub(crate) use lines::{BLOCK, FAINT, GREEN, Lines, PLAIN, RED, WIDTH, YELLOW, cut, duration, wrapped};
pub(crate) use log::LogView;

#[cfg(test)]
pub(crate) use chips::tests::report as chips_report;

/// Standard output, colours removed where they are not wanted.
pub(crate) type Output = Box<dyn Write>;

/// The ways to show a run, as the command line names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Ui {
    /// Lines for people
    Log,
    /// One JSON object a line
    Json,
    /// Nothing
    None,
    /// The full-screen view of a later version
    #[value(hide = true)]
    Tui,
}

/// Someone asked for the full-screen view.
#[derive(Debug, thiserror::Error)]
#[error("the full-screen view is not in this version: use --ui log")]
pub(crate) struct NoTui;

impl Ui {
    /// What was asked for, or the log; nothing where only words on what went wrong are wanted.
    ///
    /// # Errors
    /// [`NoTui`].
    pub(crate) fn or_default(asked: Option<Self>, global: &Global) -> Result<Self, NoTui> {
        match asked {
            Some(Self::Tui) => Err(NoTui),
            Some(ui) => Ok(ui),
            None if global.quiet => Ok(Self::None),
            None => Ok(Self::Log),
        }
    }
}

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
    /// The algorithm's name; several are joined by a comma.
    pub(crate) algorithm: String,
    /// Each device's id with the name of its kernel.
    pub(crate) devices: Vec<(String, String)>,
    /// The memory that they hash in and its pages, where that matters.
    pub(crate) memory: Option<String>,
    /// The pools in the order of failover.
    pub(crate) pools: Vec<String>,
    /// What is worth knowing beside: that this is a demo, say.
    pub(crate) note: Option<String>,
}

impl View {
    /// The view that was asked for, on standard output.
    pub(crate) fn new(ui: Ui, global: &Global) -> Self {
        match ui {
            Ui::Log => Self::Log(LogView::new(Box::new(global.data()))),
            Ui::Json => Self::Json(JsonView::new(Box::new(io::stdout()))),
            Ui::None | Ui::Tui => Self::Silent,
        }
    }

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

    /// A card said something.
    pub(crate) fn card(&mut self, at: SystemTime, news: &CardNews) -> io::Result<()> {
        match self {
            Self::Log(view) => view.card(at, news),
            Self::Json(view) => view.card(at, news),
            Self::Silent => Ok(()),
        }
    }

    /// A node of the user's said something.
    pub(crate) fn node(&mut self, at: SystemTime, event: &PoolEvent) -> io::Result<()> {
        match self {
            Self::Log(view) => view.node(at, event),
            Self::Json(view) => view.node(at, event),
            Self::Silent => Ok(()),
        }
    }

    /// Ten seconds have passed; the algorithm is named where there are several.
    pub(crate) fn rates(&mut self, at: SystemTime, of: Option<Algorithm>, rates: &Rates) -> io::Result<()> {
        match self {
            Self::Log(view) => view.rates(at, of, rates),
            Self::Json(view) => view.rates(at, of, rates),
            Self::Silent => Ok(()),
        }
    }

    /// What the chips of a device do.
    pub(crate) fn chips(&mut self, at: SystemTime, device: &str, report: &ChipsReport) -> io::Result<()> {
        match self {
            Self::Log(view) => view.chips(at, device, report),
            Self::Json(view) => view.chips(at, device, report),
            Self::Silent => Ok(()),
        }
    }

    /// What one pool was sent, and what it credits.
    pub(crate) fn account(&mut self, at: SystemTime, account: &PoolAccount) -> io::Result<()> {
        match self {
            Self::Log(view) => view.account(at, account),
            Self::Json(view) => view.account(at, account),
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
