//! Found blocks on disk: written before they are sent, and marked with what became of them, so that no crash loses one.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hashkit_chain::{Hash, hex};

use crate::node::BlockHex;

/// How the name of a block's file ends.
const FOUND: &str = "found";
const TAKEN: &str = "taken";
const LOST: &str = "lost";

/// The largest file that is read back as a block; the largest blocks there are have 32 MB.
const LARGEST: u64 = 80 << 20;

/// A block that was found and whose fate is still open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) height: u32,
    pub(crate) hash: Hash,
    /// The whole block, as nodes take it.
    pub(crate) hex: BlockHex,
}

/// Why a block is not on disk.
#[derive(Debug, thiserror::Error)]
#[error(
    "the block cannot be kept as {path}: {source}; it is sent all the same, but make room or choose another folder"
)]
pub(crate) struct KeepError {
    path: PathBuf,
    source: io::Error,
}

/// The folder of found blocks: `HEIGHT-HASH.found`, later `.taken` or `.lost`, each holding the block in hexadecimal.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    /// Blocks in `folder`, which is made when the first one comes.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Hands the block to the system, which keeps it when this process ends; [`Kept::sync`] has it keep it when the power does.
    ///
    /// # Errors
    /// [`KeepError`], for a full disk or a folder that cannot be written.
    pub(crate) fn keep(&self, block: &Found) -> Result<Kept, KeepError> {
        let path = self.path(block, FOUND);
        fs::create_dir_all(&self.folder)
            .and_then(|()| OpenOptions::new().write(true).create(true).truncate(true).open(&path))
            .and_then(|file| write(file, &block.hex))
            .map(Kept)
            .map_err(|source| KeepError { path, source })
    }

    /// Notes what became of it. A note that fails costs one more offer at the next start.
    pub(crate) fn settle(&self, block: &Found, is_taken: bool) {
        let fate = if is_taken { TAKEN } else { LOST };
        if let Err(error) = fs::rename(self.path(block, FOUND), self.path(block, fate)) {
            tracing::debug!(%error, height = block.height, "a block's fate is not noted");
        }
    }

    /// The blocks of earlier runs that nobody has answered for. What is no whole block is passed over.
    pub(crate) fn open(&self) -> Vec<Found> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Vec::new() };
        let mut found: Vec<Found> = entries.flatten().filter_map(|entry| read(&entry.path())).collect();
        found.sort_by_key(|block| block.height);
        found
    }

    fn path(&self, block: &Found, fate: &str) -> PathBuf {
        self.folder.join(format!("{}-{}.{fate}", block.height, block.hash))
    }
}

/// A file that the system has; not yet what the disk has.
#[derive(Debug)]
pub(crate) struct Kept(File);

impl Kept {
    /// Waits for the disk.
    pub(crate) fn sync(self) {
        if let Err(error) = self.0.sync_all() {
            tracing::warn!(%error, "a found block is not safe from a power cut");
        }
    }
}

fn write(mut file: File, hex: &BlockHex) -> io::Result<File> {
    hex.pieces().iter().try_for_each(|piece| file.write_all(piece))?;
    // The mark of a whole file.
    file.write_all(b"\n")?;
    Ok(file)
}

fn read(path: &Path) -> Option<Found> {
    if path.extension()? != FOUND || fs::metadata(path).ok()?.len() > LARGEST {
        return None;
    }
    let (height, hash) = path.file_stem()?.to_str()?.split_once('-')?;
    let (height, hash) = (height.parse().ok()?, hash.parse().ok()?);
    let text = fs::read_to_string(path).ok()?;
    let hex = text.strip_suffix('\n').filter(|text| hex::decode(text).is_ok())?.to_owned();
    Some(Found { height, hash, hex: hex.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(height: u32, byte: u8) -> Found {
        Found { height, hash: Hash::from_internal([byte; 32]), hex: "00ff".repeat(100).into() }
    }

    #[test]
    fn a_block_is_found_again_until_its_fate_is_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::new(folder.path().join("blocks"));
        assert_eq!(store.open(), []);
        let (first, second, third) = (block(7, 1), block(8, 2), block(9, 3));
        for block in [&third, &first, &second] {
            store.keep(block).expect("there is room").sync();
        }
        assert_eq!(store.open(), [first.clone(), second.clone(), third.clone()]);
        store.settle(&first, true);
        store.settle(&third, false);
        assert_eq!(Store::new(folder.path().join("blocks")).open(), [second]);
    }

    #[test]
    fn what_is_no_whole_block_is_passed_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let hash = Hash::from_internal([1; 32]);
        for (name, text) in [
            (format!("1-{hash}.found"), "00f"),
            (format!("2-{hash}.found"), "00ff"),
            (format!("x-{hash}.found"), "00ff\n"),
            ("3-00.found".to_owned(), "00ff\n"),
            ("found".to_owned(), "00ff\n"),
            (format!("4-{hash}.taken"), "00ff\n"),
        ] {
            fs::write(folder.path().join(name), text).expect("there is room");
        }
        assert_eq!(Store::new(folder.path().to_owned()).open(), []);
    }

    #[test]
    fn a_full_disk_and_a_folder_that_is_none_are_told_with_the_next_step() {
        let full = OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
        assert_eq!(write(full, &"00ff".to_owned().into()).expect_err("it is full").kind(), io::ErrorKind::StorageFull);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("blocks");
        fs::write(&file, "").expect("there is room");
        let error = Store::new(file).keep(&block(1, 1)).expect_err("no folder").to_string();
        assert!(error.contains("make room or choose another folder"), "{error}");
    }
}
