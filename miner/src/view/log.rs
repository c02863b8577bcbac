//! The log view: a line for each thing that happens, at most 80 columns wide.

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use anstyle::{AnsiColor, Style};
use hashkit_chain::Hashrate;
use hashkit_engine::Rates;

use super::{Setup, milliseconds, printable};
use crate::session::{Event, Fate, JobSeen, ShareSeen};
use crate::tally::Summary;

/// The width that every terminal has.
const WIDTH: usize = 80;
/// The time of day and the kind of line, with a space behind each.
const MARGIN: usize = 8 + 1 + 8 + 1;

const PLAIN: Style = Style::new();
const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const FAINT: Style = Style::new().dimmed();
const BLOCK: Style = AnsiColor::Green.on_default().bold();

/// Writes the log to `W`, with colours; whoever wants none gives a writer that strips them.
pub(crate) struct LogView<W> {
    out: W,
}

impl<W: Write> LogView<W> {
    /// A log on `out`.
    pub(crate) fn new(out: W) -> Self {
        Self { out }
    }

    /// Says what is mined with.
    pub(crate) fn setup(&mut self, at: SystemTime, setup: &Setup) -> io::Result<()> {
        if let Some(note) = &setup.note {
            self.text(at, "hashkit", PLAIN, note)?;
        }
        let mut kernels: Vec<(&str, usize)> = Vec::new();
        for (_, kernel) in &setup.devices {
            match kernels.iter_mut().find(|(name, _)| name == kernel) {
                Some((_, count)) => *count += 1,
                None => kernels.push((kernel, 1)),
            }
        }
        let kernels: Vec<_> = kernels.iter().map(|(name, count)| format!("{count} x {name}")).collect();
        self.text(at, "devices", PLAIN, &kernels.join(", "))?;
        self.out.flush()
    }

    /// Says what happened.
    pub(crate) fn event(&mut self, at: SystemTime, event: &Event) -> io::Result<()> {
        match event {
            Event::Connecting { pool } => self.text(at, "pool", FAINT, &format!("connecting to {pool}")),
            Event::LoggedIn { pool, user } => {
                self.text(at, "pool", PLAIN, &format!("logged in to {pool} as {}", cut(user, 24)))
            }
            Event::Job(job) => self.job(at, job),
            Event::Share(share) => self.share(at, share),
            Event::Message { pool, text } => self.text(at, "message", PLAIN, &format!("{pool} says: {text}")),
            Event::Warning { pool, text } => self.text(at, "warning", YELLOW, &format!("{pool}: {text}")),
            Event::Left { why, next, wait, .. } => {
                let when = if wait.is_zero() { String::new() } else { format!(" in {}", duration(*wait)) };
                self.text(at, "pool", RED, &format!("{why}; next: {next}{when}"))
            }
        }?;
        self.out.flush()
    }

    /// Says how fast it goes; `n/a` stands for a window that is not full.
    pub(crate) fn rates(&mut self, at: SystemTime, rates: &Rates) -> io::Result<()> {
        let show = |rate: Option<Hashrate>| rate.map_or_else(|| "n/a".to_owned(), |rate| rate.to_string());
        let line = format!(
            "10 s {}  60 s {}  15 min {}",
            show(rates.ten_seconds),
            show(rates.minute),
            show(rates.quarter_hour)
        );
        self.text(at, "hashrate", PLAIN, &line)?;
        self.out.flush()
    }

    /// Says how it went.
    pub(crate) fn summary(&mut self, at: SystemTime, why: &str, sums: &Summary) -> io::Result<()> {
        let average =
            Hashrate::over(sums.hashes as f64, sums.elapsed).map_or_else(String::new, |rate| format!(", {rate}"));
        self.text(at, "ended", PLAIN, &format!("{why} after {}{average} on average", duration(sums.elapsed)))?;
        let Summary { found, accepted, refused, stale, lost, blocks, faults, height, .. } = sums;
        let shares = format!("{found} found = {accepted} accepted + {refused} refused + {stale} stale + {lost} lost");
        self.text(at, "shares", PLAIN, &shares)?;
        if !sums.agrees() {
            self.text(at, "warning", RED, "these sums do not agree: please report it, with this log")?;
        }
        let height =
            height.map_or_else(String::new, |height| format!("; the practice chain has reached height {height}"));
        let style = if *blocks > 0 { BLOCK } else { PLAIN };
        self.text(at, "blocks", style, &format!("{blocks} accepted{height}"))?;
        if *faults > 0 {
            self.text(at, "faults", RED, &format!("{faults}: a device computes wrongly; run hashkit selftest"))?;
        }
        self.out.flush()
    }

    fn job(&mut self, at: SystemTime, job: &JobSeen) -> io::Result<()> {
        let height = job.height.map_or_else(String::new, |height| format!("  height {height}"));
        let clean = if job.is_clean { "  clean" } else { "" };
        let line = format!("{}{height}  difficulty {}{clean}", cut(&job.id, 16), job.difficulty);
        self.text(at, "job", FAINT, &line)
    }

    fn share(&mut self, at: SystemTime, share: &ShareSeen) -> io::Result<()> {
        let (style, fate, reason) = match &share.fate {
            Fate::Accepted => (GREEN, "accepted", None),
            Fate::Refused { reason } => (RED, "refused", Some(reason)),
            Fate::Stale { reason } => (YELLOW, "stale", Some(reason)),
            Fate::Lost => (YELLOW, "lost", None),
        };
        let found = &share.found;
        let took = share.took.map_or_else(String::new, |took| format!("  {}", duration(took)));
        let reason = reason.map_or_else(String::new, |reason| format!("  {}", cut(reason, 100)));
        let line = format!("{fate:<8}  {} of {}{took}{reason}", found.difficulty, found.asked);
        self.text(at, "share", style, &line)?;
        match (&share.fate, found.is_block) {
            (_, false) => Ok(()),
            (Fate::Accepted, true) => {
                // The hash fills the line, so the time stays with the share above.
                let height = found.height.map_or_else(|| "?".to_owned(), |height| height.to_string());
                writeln!(self.out, "{BLOCK}block {height:>8} {}{BLOCK:#}", found.hash)
            }
            (_, true) => self.text(at, "warning", RED, &format!("that share was a block, and it is {fate}")),
        }
    }

    /// A line in one style, or several where the words do not fit.
    fn text(&mut self, at: SystemTime, kind: &str, style: Style, text: &str) -> io::Result<()> {
        let mut margin = format!("{} {kind:<8} ", time_of_day(at));
        for line in wrapped(&printable(text), WIDTH - MARGIN) {
            writeln!(self.out, "{margin}{style}{line}{style:#}")?;
            margin = " ".repeat(MARGIN);
        }
        Ok(())
    }
}

/// `text` in lines of at most `width` characters, broken between words, and within words that are longer.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    // Each piece keeps the spaces behind it, so that columns made of spaces survive.
    for piece in text.split_inclusive(' ') {
        let word = piece.trim_end().chars().count();
        if used > 0 && used + word > width {
            lines.push(String::new());
            used = 0;
        }
        for character in piece.chars() {
            if used == width {
                if character == ' ' {
                    continue;
                }
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push(character);
            }
            used += 1;
        }
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}

/// The first `length` characters, the cut marked.
fn cut(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    text.chars().take(length - 1).chain(['…']).collect()
}

/// Hours, minutes and seconds of the day, UTC.
fn time_of_day(at: SystemTime) -> String {
    let seconds = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() % 86400;
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A time as people read it: `0.4 ms`, `23 ms`, `1.5 s`, `2 min 5 s`, `3 h 0 min`.
fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    if time < Duration::from_millis(10) {
        format!("{:.1} ms", milliseconds(time))
    } else if seconds == 0 {
        format!("{:.0} ms", milliseconds(time))
    } else if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else if seconds < 3600 {
        format!("{} min {} s", seconds / 60, seconds % 60)
    } else {
        format!("{} h {} min", seconds / 3600, seconds / 60 % 60)
    }
}

#[cfg(test)]
mod tests;
