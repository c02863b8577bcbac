//! Where the timings of kernels are kept between runs.

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use hashkit_engine::device::tune::Records;
use tracing::{info, warn};

use crate::cli::Global;

/// What is known of kernels, and the file that knows it between runs. Trouble with the file is told and costs a moment at the
/// start; it stops nothing.
pub(crate) struct Timings {
    path: Option<PathBuf>,
    pub(crate) records: Records,
}

impl Timings {
    /// Nothing, and where the file is.
    pub(crate) fn unread() -> Self {
        Self { path: path(), records: Records::default() }
    }

    /// What the file knows.
    pub(crate) fn load(global: &Global) -> Self {
        let Self { path, .. } = Self::unread();
        let records = path.as_deref().map_or_else(|| Ok(Records::default()), Records::load).unwrap_or_else(|error| {
            global.say_warning(&with_causes(&error));
            Records::default()
        });
        Self { path, records }
    }

    /// Keeps what was timed since, if anything was.
    pub(crate) fn keep(&self, global: &Global) {
        let Some(path) = self.path.as_deref().filter(|_| self.records.has_changed()) else { return };
        match self.records.save(path) {
            Ok(()) => info!(path = %path.display(), "kernels were timed"),
            Err(error) => global.say_warning(&with_causes(&error)),
        }
    }

    /// The same for devices that time kernels while others mine.
    pub(crate) fn shared(self) -> SharedTimings {
        SharedTimings { path: self.path, records: Arc::new(Mutex::new(self.records)) }
    }

    /// The file; `None` where neither `XDG_CACHE_HOME` nor `HOME` says where it belongs.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }
}

/// What is known of kernels, which several threads add to.
pub(crate) struct SharedTimings {
    path: Option<PathBuf>,
    pub(crate) records: Arc<Mutex<Records>>,
}

impl SharedTimings {
    /// Keeps what was timed since, if anything was.
    pub(crate) fn keep(&self) {
        let records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(path) = self.path.as_deref().filter(|_| records.has_changed()) else { return };
        if let Err(error) = records.save(path) {
            warn!(error = with_causes(&error), "the timings of kernels are not kept");
        }
    }
}

/// `hashkit/tune.json` in the user's folder for what can be made again, by the XDG base directory specification.
fn path() -> Option<PathBuf> {
    let told = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = told.or_else(|| env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(".cache")))?;
    Some(folder.join("hashkit").join("tune.json"))
}

fn with_causes(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}
