//! What searches have found for each board, in a file.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use hashkit_asic_driver::{Tuned, Tunings};

use crate::device::kept;

/// The file that keeps what was found. Several boards may add to it at once.
#[derive(Debug)]
pub struct TuningFile {
    path: PathBuf,
    writing: Mutex<()>,
}

/// Why what was found is not known any more, or will not be.
#[derive(Debug, thiserror::Error)]
pub enum TuningFileError {
    /// It cannot be read.
    #[error(
        "cannot read the tunings of boards in {path} ({source}): mend it or take it away, or they are searched for again"
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something else stands there.
    #[error("{path} holds no tunings of boards ({source}): take it away, then tune again")]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// It cannot be written.
    #[error("cannot keep the tuning of a board in {path} ({source}): it is searched for at the next start")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Far more than all boards that were ever on one machine.
const LONGEST: u64 = 1 << 20;

impl TuningFile {
    /// The file there, which need not be yet.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path, writing: Mutex::new(()) }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What stands in it.
    ///
    /// # Errors
    /// [`TuningFileError`] when it cannot be read, or something else stands there.
    pub fn load(&self) -> Result<Tunings, TuningFileError> {
        let path = || self.path.clone();
        match kept::read(&self.path, LONGEST) {
            Ok(Some(text)) => {
                serde_json::from_str(&text).map_err(|source| TuningFileError::Content { path: path(), source })
            }
            Ok(None) => Ok(Tunings::default()),
            Err(source) => Err(TuningFileError::Read { path: path(), source }),
        }
    }

    /// Keeps what was found for a board, instead of what was before; but a search that was interrupted does not replace a whole
    /// one.
    ///
    /// # Errors
    /// [`TuningFileError`] when what others have found cannot be read, or nothing can be written.
    pub fn keep(&self, serial: &str, tuned: Tuned) -> Result<(), TuningFileError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tunings = self.load()?;
        if !tuned.is_complete && tunings.get(serial).is_some_and(|before| before.is_complete) {
            return Ok(());
        }
        tunings.keep(serial, tuned);
        kept::write(&self.path, &tunings).map_err(|source| TuningFileError::Write { path: self.path.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use hashkit_asic_driver::{ChipModel, Megahertz, Objective, OperatingPoint};
    use tempfile::TempDir;

    use super::*;

    fn tuned(megahertz: f64, is_complete: bool) -> Tuned {
        Tuned {
            model: "bm1370".to_owned(),
            objective: Objective::Hashrate,
            point: OperatingPoint { frequency: Megahertz(megahertz), millivolts: None },
            hashes_per_second: 1e12,
            error: 0.01,
            wrong: 0.0,
            watts: None,
            watts_error: 0.0,
            is_complete,
        }
    }

    #[test]
    fn what_is_kept_of_one_board_leaves_the_others_and_a_half_search_leaves_a_whole_one() {
        let folder = TempDir::new().expect("there is room");
        let file = TuningFile::new(folder.path().join("a/boards.json"));
        let model = ChipModel::named("bm1370").expect("listed");
        for (serial, found, expected) in [
            ("one", tuned(500.0, false), 500.0),
            ("two", tuned(450.0, true), 450.0),
            ("one", tuned(525.0, true), 525.0),
            ("one", tuned(400.0, false), 525.0),
            ("one", tuned(550.0, true), 550.0),
        ] {
            file.keep(serial, found).expect("there is room");
            let point = file.load().expect("it was just written").of(serial, model).expect("within the limits");
            assert_eq!(point.map(|point| point.frequency), Some(Megahertz(expected)), "{serial}");
        }
        assert!(file.load().expect("written").get("two").is_some());
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named_and_not_written_over() {
        let folder = TempDir::new().expect("there is room");
        let file = TuningFile::new(folder.path().join("boards.json"));
        assert_eq!(file.load().expect("no file is no trouble"), Tunings::default());
        fs::write(file.path(), "{\"one\": 1}").expect("there is room");
        let error = file.keep("one", tuned(500.0, true)).expect_err("others' tunings may stand there").to_string();
        assert!(error.contains("boards.json") && error.contains("tune again"), "{error}");
        assert_eq!(fs::read_to_string(file.path()).expect("it is there"), "{\"one\": 1}");
    }
}
