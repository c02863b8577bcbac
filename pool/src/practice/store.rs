//! Where the blocks are kept: in memory, or in one append-only file of a directory that belongs to one process.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hashkit_chain::{Algorithm, sha256d};

use super::profile::Profile;

/// Why the blocks of a practice chain cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process uses the directory.
    #[error("{path} is in use by another process: end it, or choose another directory for this practice chain")]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// The file is not one of this chain.
    #[error("{path} holds {found:?} where {expected:?} is wanted: choose another directory, or remove this one")]
    OtherChain {
        /// The file.
        path: PathBuf,
        /// How it begins.
        found: String,
        /// How it should begin.
        expected: String,
    },
    /// The operating system refused.
    #[error("cannot {act} {path}: check that the directory is writable and that the disk has room")]
    Io {
        /// What was tried.
        act: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

/// Where one block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Number of the block in memory, or the first byte of the block in the file.
    at: u64,
    len: u32,
}

/// The blocks, whole and unchecked.
#[derive(Debug)]
pub(super) enum Store {
    Memory(Vec<Arc<[u8]>>),
    Directory { file: File, path: PathBuf, end: u64, _lock: File },
}

/// A record is this long without its block: length and checksum.
const RECORD_HEAD: u64 = 8;
/// No block is longer; a longer record is damage.
const MAX_BLOCK_LEN: u32 = 4_000_000;

impl Store {
    pub(super) fn in_memory() -> Self {
        Self::Memory(Vec::new())
    }

    /// Opens or creates `directory`, and finds the blocks of an earlier run in their order. What a crash left half-written
    /// at the end is cut off.
    pub(super) fn open(
        directory: &Path,
        profile: Profile,
        algorithm: Algorithm,
    ) -> Result<(Self, Vec<Place>), StoreError> {
        fs::create_dir_all(directory).map_err(failed("create", directory))?;
        let lock = lock(directory)?;
        let path = directory.join("blocks.dat");
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).read(true).write(true);
        let mut file = options.open(&path).map_err(failed("open", &path))?;
        let len = file.metadata().map_err(failed("read", &path))?.len();
        let title = format!("hashkit practice chain 1 {} {}\n", profile.name(), algorithm.name());
        let mut end = title.len() as u64;
        let mut places = Vec::new();
        let mut reader = BufReader::with_capacity(1 << 16, &file);
        let found = read_up_to(&mut reader, end).map_err(failed("read", &path))?;
        if !title.as_bytes().starts_with(&found) {
            let found = String::from_utf8_lossy(&found).trim_end().to_owned();
            return Err(StoreError::OtherChain { path, found, expected: title.trim_end().to_owned() });
        }
        while let Some(len) = record_len(&mut reader).map_err(failed("read", &path))? {
            places.push(Place { at: end + RECORD_HEAD, len });
            end += RECORD_HEAD + u64::from(len);
        }
        if len < title.len() as u64 {
            file.seek(SeekFrom::Start(0)).map_err(failed("write", &path))?;
            file.write_all(title.as_bytes()).map_err(failed("write", &path))?;
        } else if end < len {
            tracing::warn!(path = %path.display(), bytes = len - end, "an unfinished block at the end of the file is cut off");
            file.set_len(end).map_err(failed("shorten", &path))?;
        }
        Ok((Self::Directory { file, path, end, _lock: lock }, places))
    }

    /// Keeps a block. In a directory it is with the operating system when this returns, so the end of this process loses
    /// nothing; a power failure may lose the last blocks, which are cut off whole.
    pub(super) fn append(&mut self, block: &[u8]) -> Result<Place, StoreError> {
        let len = u32::try_from(block.len()).unwrap_or(u32::MAX);
        match self {
            Self::Memory(blocks) => {
                blocks.push(block.into());
                Ok(Place { at: (blocks.len() - 1) as u64, len })
            }
            Self::Directory { file, path, end, .. } => {
                let record = [&len.to_le_bytes()[..], &checksum(block), block].concat();
                file.write_all_at(&record, *end).map_err(failed("write", path))?;
                let place = Place { at: *end + RECORD_HEAD, len };
                *end += record.len() as u64;
                Ok(place)
            }
        }
    }

    /// A block that was kept.
    pub(super) fn read(&self, place: Place) -> Result<Arc<[u8]>, StoreError> {
        match self {
            Self::Memory(blocks) => {
                let number = usize::try_from(place.at).expect("a number of this list");
                Ok(Arc::clone(&blocks[number]))
            }
            Self::Directory { file, path, .. } => {
                let mut block = vec![0; usize::try_from(place.len).expect("a block fits into memory")];
                file.read_exact_at(&mut block, place.at).map_err(failed("read", path))?;
                Ok(block.into())
            }
        }
    }

    /// Bytes that all blocks take.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Memory(blocks) => blocks.iter().map(|block| block.len() as u64).sum(),
            Self::Directory { end, .. } => *end,
        }
    }
}

/// Holds the directory until the process ends, however it ends.
fn lock(directory: &Path) -> Result<File, StoreError> {
    let path = directory.join("lock");
    let file =
        OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: directory.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed("lock", &path)(source)),
    }
}

/// The length of the next block, which is read over; `None` where the record is cut or damaged, or there is none.
fn record_len(reader: &mut impl Read) -> io::Result<Option<u32>> {
    let head = read_up_to(reader, RECORD_HEAD)?;
    let Some((len, sum)) = head.split_first_chunk::<4>() else { return Ok(None) };
    let len = u32::from_le_bytes(*len);
    if len > MAX_BLOCK_LEN {
        return Ok(None);
    }
    let block = read_up_to(reader, u64::from(len))?;
    Ok((block.len() as u64 == u64::from(len) && sum == checksum(&block)).then_some(len))
}

fn read_up_to(reader: &mut impl Read, len: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(len).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn checksum(block: &[u8]) -> [u8; 4] {
    let hash = sha256d(block);
    let [a, b, c, d, ..] = *hash.as_internal();
    [a, b, c, d]
}

fn failed<'a>(act: &'static str, path: &'a Path) -> impl Fn(io::Error) -> StoreError + use<'a> {
    move |source| StoreError::Io { act, path: path.to_owned(), source }
}
