//! Files in which something is kept from one run to the next.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::process;

use serde::Serialize;

/// The text of the file `path`, of which more than `longest` bytes are not read; `None` where there is none.
pub(super) fn read(path: &Path, longest: u64) -> io::Result<Option<String>> {
    let mut text = String::new();
    match File::open(path).and_then(|file| file.take(longest).read_to_string(&mut text)) {
        Ok(_) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the file anew as JSON, and the folder that it lies in; whoever reads meanwhile sees the old or the new one, whole.
pub(super) fn write(path: &Path, value: &impl Serialize) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let beside = path.with_extension(format!("{}.new", process::id()));
    let written = File::create(&beside).and_then(|mut file| {
        serde_json::to_writer_pretty(&mut file, value)?;
        file.write_all(b"\n")
    });
    let renamed = written.and_then(|()| fs::rename(&beside, path));
    if renamed.is_err() {
        // It may never have come to be.
        let _ = fs::remove_file(&beside);
    }
    renamed
}
