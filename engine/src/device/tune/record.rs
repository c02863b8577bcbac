//! What was timed, kept in a file, so that it need not be timed again.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use hashkit_chain::Algorithm;
use serde::{Deserialize, Serialize};

use super::Timing;
use crate::device::cores::CoreKind;
use crate::device::kept;

/// Far more than all algorithms on many processors.
const LONGEST: u64 = 1 << 20;

/// What was timed, of any number of processors, versions of hashkit and algorithms.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Records {
    records: Vec<Record>,
    #[serde(skip)]
    has_changed: bool,
}

/// The timings of an algorithm's kernels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// On which processor: its model, and the numbers of its family, model and stepping.
    pub cpu: String,
    /// On which kind of its cores, where it has two.
    pub core: Option<CoreKind>,
    /// By which version of hashkit.
    pub hashkit: String,
    /// The algorithm's name.
    pub algorithm: String,
    /// The names of all kernels that could have run, those that failed their proof included.
    pub catalogue: Vec<String>,
    /// When, in Unix seconds.
    pub at: u64,
    /// What was timed.
    pub timings: Vec<Timing>,
}

/// Why what was timed is not known any more, or will not be.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It cannot be read.
    #[error("cannot read the timings of kernels in {path}: they are taken again")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Something else stands there.
    #[error("{path} holds no timings of kernels: they are taken again, and written there")]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// It cannot be written.
    #[error("cannot keep the timings of kernels in {path}: they are taken at every start")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Records {
    /// What stands in the file `path`; nothing where there is none.
    ///
    /// # Errors
    /// [`RecordError`] when it cannot be read, or something else stands there: go on with none.
    pub fn load(path: &Path) -> Result<Self, RecordError> {
        let text = match kept::read(path, LONGEST) {
            Ok(Some(text)) => text,
            Ok(None) => return Ok(Self::default()),
            Err(source) => return Err(RecordError::Read { path: path.to_owned(), source }),
        };
        serde_json::from_str(&text).map_err(|source| RecordError::Content { path: path.to_owned(), source })
    }

    /// Writes the file anew, and the folder that it lies in; whoever reads meanwhile sees the old or the new one, whole.
    ///
    /// # Errors
    /// [`RecordError::Write`].
    pub fn save(&self, path: &Path) -> Result<(), RecordError> {
        kept::write(path, self).map_err(|source| RecordError::Write { path: path.to_owned(), source })
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Record] {
        &self.records
    }

    /// Whether anything was timed since they were read.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        self.has_changed
    }

    /// Forgets what was timed of `algorithm` on this processor.
    pub fn forget(&mut self, algorithm: Algorithm, cpu: &str) {
        self.records.retain(|record| record.algorithm != algorithm.name() || record.cpu != cpu);
        self.has_changed = true;
    }

    /// What holds for this processor, core, version of hashkit, algorithm and catalogue, if it was timed.
    pub(crate) fn find(&self, like: &Record) -> Option<&Record> {
        self.records.iter().find(|record| record.is_of_the_same(like) && record.is_of_now(like))
    }

    /// Puts `record` in the place of an earlier one of the same processor, core and algorithm.
    pub(crate) fn put(&mut self, record: Record) {
        self.records.retain(|other| !other.is_of_the_same(&record));
        self.records.push(record);
        self.has_changed = true;
    }
}

impl Record {
    /// A record without timings, of now.
    pub(crate) fn new(cpu: String, core: Option<CoreKind>, algorithm: Algorithm, catalogue: Vec<String>) -> Self {
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (hashkit, algorithm) = (env!("CARGO_PKG_VERSION").to_owned(), algorithm.name().to_owned());
        Self { cpu, core, hashkit, algorithm, catalogue, at, timings: Vec::new() }
    }

    fn is_of_the_same(&self, other: &Self) -> bool {
        (&self.cpu, self.core, &self.algorithm) == (&other.cpu, other.core, &other.algorithm)
    }

    fn is_of_now(&self, other: &Self) -> bool {
        (&self.hashkit, &self.catalogue) == (&other.hashkit, &other.catalogue)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn record(cpu: &str, catalogue: &[&str]) -> Record {
        let names = catalogue.iter().map(|name| (*name).to_owned()).collect();
        let timings = vec![Timing { kernel: catalogue[0].to_owned(), versions: 16, hashrate: 1.5e6 }];
        Record { timings, ..Record::new(cpu.to_owned(), Some(CoreKind::Efficiency), Algorithm::Sha256d, names) }
    }

    #[test]
    fn what_was_saved_is_loaded_again_and_replaces_what_stood_there() {
        let folder = TempDir::new().expect("there is room");
        let path = folder.path().join("a/b/tune.json");
        assert_eq!(Records::load(&path).expect("no file is no trouble"), Records::default());
        let mut records = Records::default();
        for cpu in ["one", "two", "one"] {
            records.put(record(cpu, &["a"]));
            records.save(&path).expect("there is room");
        }
        let loaded = Records::load(&path).expect("it was just written");
        assert_eq!((loaded.all(), loaded.all().len(), loaded.has_changed()), (records.all(), 2, false));
        let left: Vec<_> = fs::read_dir(folder.path().join("a/b")).expect("it is there").collect();
        assert_eq!(left.len(), 1, "nothing but the file itself: {left:?}");
    }

    #[test]
    fn a_record_holds_for_its_own_processor_core_version_algorithm_and_catalogue_alone() {
        let mut records = Records::default();
        let kept = record("one", &["a", "b"]);
        records.put(kept.clone());
        for (case, like, holds) in [
            ("the same, later", Record { at: kept.at + 1, timings: vec![], ..kept.clone() }, true),
            ("another processor", Record { cpu: "two".to_owned(), ..kept.clone() }, false),
            ("another kind of core", Record { core: None, ..kept.clone() }, false),
            ("another version", Record { hashkit: "0.0.0".to_owned(), ..kept.clone() }, false),
            ("another algorithm", Record { algorithm: "scrypt".to_owned(), ..kept.clone() }, false),
            ("a further kernel", Record { catalogue: vec!["a".to_owned()], ..kept.clone() }, false),
        ] {
            assert_eq!(records.find(&like).is_some(), holds, "{case}");
        }
        records.forget(Algorithm::Scrypt, "one");
        assert!(records.find(&kept).is_some());
        records.forget(Algorithm::Sha256d, "one");
        assert!(records.find(&kept).is_none());
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named() {
        let folder = TempDir::new().expect("there is room");
        let path = folder.path().join("tune.json");
        for text in ["", "{", "[]", "{\"records\": [{\"cpu\": 1}]}", "{\"records\": [], \"more\": 1}"] {
            fs::write(&path, text).expect("there is room");
            let error = Records::load(&path).expect_err(text).to_string();
            assert!(error.contains("tune.json"), "{error}");
        }
        assert!(matches!(Records::load(folder.path()), Err(RecordError::Read { .. })), "a folder");
        let below = path.join("tune.json");
        assert!(matches!(Records::default().save(&below), Err(RecordError::Write { .. })), "a file is no folder");
    }
}
