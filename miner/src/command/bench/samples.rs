//! What was seen each second, a line of JSON each, while it is measured.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use hashkit_bench::document::SampleLine;
use hashkit_bench::measure::Progress;

use crate::failure::{Exit, Failure};

/// The file that they go to.
pub(super) struct Samples {
    path: PathBuf,
    file: File,
    /// Why it takes no more: the measurement goes on.
    trouble: Option<io::Error>,
}

impl Samples {
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
        Ok(Self { path: path.to_owned(), file, trouble: None })
    }

    /// Writes the sample that has come with this, if there is one.
    pub(super) fn take(&mut self, progress: &Progress) {
        let (Some(sample), None) = (progress.sample, &self.trouble) else { return };
        let line = SampleLine { case: &progress.id, repetition: progress.repetition - 1, sample };
        // Each line at once: somebody may read along.
        let text = serde_json::to_string(&line).map_err(io::Error::from);
        self.trouble = text.and_then(|text| self.file.write_all(format!("{text}\n").as_bytes())).err();
    }

    /// Whether all of them were written.
    pub(super) fn end(self) -> Result<(), Failure> {
        self.trouble.map_or(Ok(()), |error| Err(cannot_write(&self.path, &error)))
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("cannot write the samples to {}: {error}", path.display()))
}
