//! `hashkit hash --check`: does each file of a list still have its digest?

use std::io::{self, Write};

use hashkit_chain::hex;
use serde_json::json;

use super::digest::Digest;
use super::list::{self, Entry};
use super::{Input, open_input};
use crate::cli::Global;
use crate::failure::{Exit, Failure};
use crate::lines::{Line, Lines};
use crate::ordered::ordered;
use crate::output::{Format, Rows, stdout};
use crate::progress::Progress;

const COLUMNS: &[&str] = &["file", "algorithm", "status", "expected", "digest"];

/// Longer lines are no lines of a list: 4 KiB is the longest name on Linux, and each byte of it may be escaped.
const LINE_LIMIT: usize = 16 << 10;

/// What a line of the list came to.
enum Checked {
    Compared { entry: Entry, digest: Vec<u8> },
    Unreadable { entry: Entry, error: io::Error },
    NoEntry,
}

#[derive(Default)]
struct Tally {
    same: u64,
    different: u64,
    unreadable: u64,
    no_entries: u64,
}

pub(super) fn run(list: &Input, digest: Digest, format: Format, global: &Global) -> Result<(), Failure> {
    let cannot_read = |error| Failure::new(Exit::Failed, super::ReadError { input: list.to_string(), source: error });
    let file = open_input(list).map_err(cannot_read)?;
    let progress = Progress::new(global, None, super::QUIET_UP_TO);
    let mut report = Report::new(format, global.quiet, digest).map_err(Failure::output)?;
    let mut tally = Tally::default();
    let mut is_read = true;
    let work = |buffer: &mut Vec<u8>, line: io::Result<Line>| Ok(check(&line?, digest, buffer, &progress));
    let lines = Lines::new(io::BufReader::new(file), LINE_LIMIT).filter(|line| !line.as_ref().is_ok_and(is_blank));
    ordered(lines, super::new_buffer, work, |checked: io::Result<Checked>| {
        let checked = checked.map_err(cannot_read)?;
        tally.count(&checked);
        if let Checked::Unreadable { entry, error } = &checked {
            let message = format!("cannot read {}: {error}", entry.file.display());
            progress.suspend(|| global.say_error(&message));
        }
        if !is_read {
            return Ok(());
        }
        match progress.suspend_for_data(|| report.line(&checked)) {
            // Whoever stops reading the lines still gets the verdict on all of them.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => is_read = false,
            printed => printed.map_err(Failure::output)?,
        }
        Ok(())
    })?;
    if is_read {
        report.end().map_err(Failure::output)?;
    }
    drop(progress);
    tally.verdict(list, global)
}

fn is_blank(line: &Line) -> bool {
    line.len == 0 || line.head.starts_with(b"#")
}

fn check(line: &Line, digest: Digest, buffer: &mut [u8], progress: &Progress<'_>) -> Checked {
    let Some(entry) = line.whole().and_then(|line| list::parse(line, digest)) else { return Checked::NoEntry };
    let found = open_input(&Input::named(&entry.file))
        .and_then(|mut file| digest.of(&mut file, buffer, &|bytes| progress.add(bytes)));
    match found {
        Ok((digest, _)) => Checked::Compared { entry, digest },
        Err(error) => Checked::Unreadable { entry, error },
    }
}

/// What is printed of each line: for people as `sha256sum --check` prints it.
enum Report<W: Write> {
    Text { out: W, quiet: bool },
    Rows { rows: Rows<W>, digest: Digest },
}

impl Report<io::BufWriter<io::Stdout>> {
    fn new(format: Format, quiet: bool, digest: Digest) -> io::Result<Self> {
        Ok(match format {
            Format::Text => Self::Text { out: stdout(), quiet },
            format => Self::Rows { rows: Rows::new(stdout(), format, COLUMNS)?, digest },
        })
    }
}

impl<W: Write> Report<W> {
    fn line(&mut self, checked: &Checked) -> io::Result<()> {
        let (entry, found, text, status) = match checked {
            Checked::NoEntry => return Ok(()),
            Checked::Compared { entry, digest } if *digest == entry.digest => (entry, Some(digest), "OK", "ok"),
            Checked::Compared { entry, digest } => (entry, Some(digest), "FAILED", "failed"),
            Checked::Unreadable { entry, error } if error.kind() == io::ErrorKind::NotFound => {
                (entry, None, "FAILED open or read", "missing")
            }
            Checked::Unreadable { entry, .. } => (entry, None, "FAILED open or read", "unreadable"),
        };
        match self {
            Self::Text { quiet: true, .. } if text == "OK" => Ok(()),
            Self::Text { out, .. } => {
                out.write_all(&list::shown(&entry.file))?;
                writeln!(out, ": {text}")?;
                out.flush()
            }
            Self::Rows { rows, digest } => {
                rows.row(&[
                    json!(entry.file.to_string_lossy()),
                    json!(digest.name()),
                    json!(status),
                    json!(hex::encode(&entry.digest)),
                    json!(found.map(|found| hex::encode(found))),
                ])?;
                rows.flush()
            }
        }
    }

    fn end(self) -> io::Result<()> {
        match self {
            Self::Text { .. } => Ok(()),
            Self::Rows { rows, .. } => rows.end().map(drop),
        }
    }
}

impl Tally {
    fn count(&mut self, checked: &Checked) {
        *match checked {
            Checked::Compared { entry, digest } if *digest == entry.digest => &mut self.same,
            Checked::Compared { .. } => &mut self.different,
            Checked::Unreadable { .. } => &mut self.unreadable,
            Checked::NoEntry => &mut self.no_entries,
        } += 1;
    }

    fn verdict(&self, list: &Input, global: &Global) -> Result<(), Failure> {
        let entries = self.same + self.different + self.unreadable;
        if entries == 0 {
            let message =
                format!("{list} has no line of the form that sha256sum writes: digest, two spaces, file name");
            return Err(Failure::new(Exit::Failed, message));
        }
        for (count, what) in [
            (self.no_entries, "lines are no digest with a file name and were skipped"),
            (self.unreadable, "listed files could not be read"),
            (self.different, "files differ from their digest"),
        ] {
            if count > 0 {
                global.say_warning(&format!("{list}: {count} of {} {what}", entries + self.no_entries));
            }
        }
        if self.different + self.unreadable > 0 { Err(Failure::already_said(Exit::Failed)) } else { Ok(()) }
    }
}
