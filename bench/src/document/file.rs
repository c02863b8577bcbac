//! Documents as files: written whole or not at all, and read with suspicion.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::integrity::{checksum, seal};
use super::{Document, Integrity, SCHEMA};
use crate::load::LoadDocument;

/// Days of samples of many cases are smaller.
const LONGEST: u64 = 64 << 20;

/// Why a document is not in its file.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the result to {path}: nothing was changed there; free some space, or name another file")]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// Why a file holds no document that can be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It cannot be read.
    #[error("cannot read the result in {path}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is longer than any result.
    #[error("{path} is longer than 64 MiB: no result is; name a file that hashkit bench has written")]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// It ends too early, or is no JSON at all.
    #[error("{path} is no whole JSON document: it was cut off, or is another kind of file; measure again")]
    Json {
        /// The file.
        path: PathBuf,
        /// Where it ends to be JSON.
        #[source]
        source: serde_json::Error,
    },
    /// It is JSON of something else.
    #[error("{path} holds {found}, not {SCHEMA}: name a file that this version of hashkit bench has written")]
    Schema {
        /// The file.
        path: PathBuf,
        /// What it says it is.
        found: String,
    },
    /// It says it is a result, and lacks something.
    #[error("{path} is a result that lacks something: measure again")]
    Content {
        /// The file.
        path: PathBuf,
        /// What it lacks.
        #[source]
        source: serde_json::Error,
    },
    /// It was changed.
    #[error("{path} was changed after it was written: its checksum does not match; measure again")]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

/// The document in the file `path`.
///
/// # Errors
/// [`ReadError`] names what is wrong with it.
pub fn read(path: &Path) -> Result<Document, ReadError> {
    sealed(path, value(path)?)
}

/// What a file may hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Saved {
    /// A result of `hashkit bench`.
    Bench(Box<Document>),
    /// A result of `hashkit pool load`.
    Load(Box<LoadDocument>),
}

/// The document in the file `path`, of whatever kind.
///
/// # Errors
/// [`ReadError`] names what is wrong with it.
pub fn read_any(path: &Path) -> Result<Saved, ReadError> {
    let value = value(path)?;
    if value["schema"] == LoadDocument::SCHEMA {
        return sealed(path, value).map(|document| Saved::Load(Box::new(document)));
    }
    sealed(path, value).map(|document| Saved::Bench(Box::new(document)))
}

/// The JSON in the file.
fn value(path: &Path) -> Result<Value, ReadError> {
    let of = || path.to_owned();
    let mut bytes = Vec::new();
    let file = File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    file.map_err(|source| ReadError::File { path: of(), source })?;
    if bytes.len() as u64 > LONGEST {
        return Err(ReadError::TooLong { path: of() });
    }
    serde_json::from_slice(&bytes).map_err(|source| ReadError::Json { path: of(), source })
}

/// A document that stands in a file with its checksum.
pub(crate) trait Sealed: DeserializeOwned {
    /// The name and number of its schema.
    const SCHEMA: &'static str;

    /// The checksum that it has.
    fn integrity(&self) -> Option<&Integrity>;
}

impl Sealed for Document {
    const SCHEMA: &'static str = SCHEMA;

    fn integrity(&self) -> Option<&Integrity> {
        self.integrity.as_ref()
    }
}

/// The document that this value is, and that was not changed since it was written.
fn sealed<T: Sealed>(path: &Path, value: Value) -> Result<T, ReadError> {
    let of = || path.to_owned();
    if value["schema"] != T::SCHEMA {
        let found = value["schema"].as_str().map_or("something else".to_owned(), |schema| format!("{schema:?}"));
        return Err(ReadError::Schema { path: of(), found });
    }
    let sum = checksum(&value);
    let document: T = serde_json::from_value(value).map_err(|source| ReadError::Content { path: of(), source })?;
    match document.integrity() {
        Some(integrity) if integrity.sha256 == sum => Ok(document),
        _ => Err(ReadError::Changed { path: of() }),
    }
}

/// Writes the document, with its checksum, into the file `path`: whoever reads it sees what stood there before or all of this, even
/// after a loss of power.
///
/// # Errors
/// [`WriteError`]; what stood there before still does.
pub fn write(document: &Document, path: &Path) -> Result<(), WriteError> {
    write_sealed(path, seal(document))
}

/// As [`write()`], of any document with its checksum.
pub(crate) fn write_sealed(path: &Path, sealed: Result<impl Serialize, serde_json::Error>) -> Result<(), WriteError> {
    let text = sealed.and_then(|sealed| serde_json::to_string_pretty(&sealed)).map_err(io::Error::from);
    let written = text.and_then(|text| put(path, format!("{text}\n").as_bytes()));
    written.map_err(|source| WriteError { path: path.to_owned(), source })
}

/// Whether [`write()`] could begin: better to know before minutes of measuring than behind them.
///
/// # Errors
/// [`WriteError`].
pub fn check_writable(path: &Path) -> Result<(), WriteError> {
    let tried = if stands_alone(path) {
        OpenOptions::new().write(true).open(path).map(drop)
    } else {
        let beside = beside(path);
        File::create_new(&beside).and_then(|_| fs::remove_file(&beside))
    };
    tried.map_err(|source| WriteError { path: path.to_owned(), source })
}

/// Whether it is there and no usual file: a pipe, a terminal, a device. Those cannot be replaced, only written to.
fn stands_alone(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file())
}

fn beside(path: &Path) -> PathBuf {
    path.with_extension(format!("{}.new", process::id()))
}

/// Puts all of `bytes` in the place of what the file held. For results and for pages made of them.
pub(crate) fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if stands_alone(path) {
        return OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let beside = beside(path);
    let written = File::create(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let renamed = written.and_then(|()| fs::rename(&beside, path));
    if renamed.is_err() {
        // It may never have come to be.
        let _ = fs::remove_file(&beside);
    }
    renamed
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::document::tests::document;

    #[test]
    fn what_was_written_is_read_again() {
        let folder = TempDir::new().expect("there is room");
        let path = folder.path().join("result.json");
        let document = document();
        for _ in 0..2 {
            check_writable(&path).expect("there is room");
            write(&document, &path).expect("there is room");
            let read = read(&path).expect("it was just written");
            // Parsing may move the last digit of a number.
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-12 * a.abs();
            assert_eq!((&read.host, &read.conditions, read.cases.len()), (&document.host, &document.conditions, 2));
            for (one, other) in read.cases[0].repetitions.iter().zip(&document.cases[0].repetitions) {
                assert!(near(one.rate, other.rate) && one.hashes == other.hashes, "{one:?}");
            }
            assert_eq!(
                (&read.cases[1].failure, &read.cases[1].flags),
                (&document.cases[1].failure, &document.cases[1].flags)
            );
        }
        let left: Vec<_> = fs::read_dir(folder.path()).expect("it is there").collect();
        assert_eq!(left.len(), 1, "nothing but the file itself: {left:?}");
    }

    #[test]
    fn a_file_that_is_no_result_is_named_with_what_is_wrong() {
        let folder = TempDir::new().expect("there is room");
        let path = folder.path().join("result.json");
        write(&document(), &path).expect("there is room");
        let whole = fs::read_to_string(&path).expect("it was just written");
        for (case, text, expected) in [
            ("half-written", &whole[..whole.len() / 2], "is no whole JSON document"),
            ("empty", "", "is no whole JSON document"),
            ("another schema", &whole.replace("bench/1", "bench/9"), "holds \"hashkit-bench/9\""),
            ("something else", "[]", "holds something else"),
            ("a member is missing", &whole.replace("\"cases\"", "\"casks\""), "lacks something"),
            ("a number was changed", &whole.replace("\"threads\": 2", "\"threads\": 3"), "was changed"),
            ("without a checksum", &whole.replace("\"integrity\"", "\"honesty\""), "was changed"),
        ] {
            fs::write(&path, text).expect("there is room");
            let error = read(&path).expect_err(case).to_string();
            assert!(error.contains(expected) && error.contains("result.json"), "{case}: {error}");
        }
        assert!(matches!(read(&folder.path().join("none")), Err(ReadError::File { .. })));
        assert!(matches!(read(folder.path()), Err(ReadError::File { .. })), "a folder");
    }

    #[test]
    fn a_result_that_cannot_be_written_leaves_what_was_there() {
        let folder = TempDir::new().expect("there is room");
        let path = folder.path().join("result.json");
        write(&document(), &path).expect("there is room");
        let below = path.join("result.json");
        for tried in [check_writable(&below), write(&document(), &below)] {
            assert!(tried.is_err_and(|error| error.path == below), "a file is no folder");
        }
        assert!(read(&path).is_ok());
        #[cfg(target_os = "linux")]
        {
            let full = Path::new("/dev/full");
            assert!(check_writable(full).is_ok(), "it can be opened");
            let error = write(&document(), full).expect_err("a disk without room");
            assert_eq!(error.source.kind(), io::ErrorKind::StorageFull);
        }
    }
}
