//! Lines for people: the time of day, a word for the kind, and a text that wraps at 80 columns.

use std::io::{self, Write};
use std::time::{Duration, SystemTime};

use anstyle::{AnsiColor, Style};

use super::{milliseconds, printable};

/// The width that every terminal has.
pub(crate) const WIDTH: usize = 80;
/// The time of day and the kind of line, with a space behind each.
const MARGIN: usize = 8 + 1 + 8 + 1;

/// Without a colour.
pub(crate) const PLAIN: Style = Style::new();
/// What is good.
pub(crate) const GREEN: Style = AnsiColor::Green.on_default();
/// What a person must look at.
pub(crate) const RED: Style = AnsiColor::Red.on_default();
/// What costs.
pub(crate) const YELLOW: Style = AnsiColor::Yellow.on_default();
/// What comes often and says little.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// What this is all about.
pub(crate) const BLOCK: Style = AnsiColor::Green.on_default().bold();

/// Writes lines to `W`, with colours; whoever wants none gives a writer that strips them.
pub(crate) struct Lines<W> {
    out: W,
}

impl<W: Write> Lines<W> {
    /// Lines on `out`.
    pub(crate) fn new(out: W) -> Self {
        Self { out }
    }

    /// A line in one style, or several where the words do not fit. A peer's control characters are left out.
    pub(crate) fn text(&mut self, at: SystemTime, kind: &str, style: Style, text: &str) -> io::Result<()> {
        let mut margin = format!("{} {kind:<8} ", time_of_day(at));
        for line in wrapped(&printable(text), WIDTH - MARGIN) {
            writeln!(self.out, "{margin}{style}{line}{style:#}")?;
            margin = " ".repeat(MARGIN);
        }
        Ok(())
    }

    /// A line without its time, for what needs the whole width.
    pub(crate) fn whole(&mut self, style: Style, text: &str) -> io::Result<()> {
        writeln!(self.out, "{style}{text}{style:#}")
    }

    /// Lets go of what was written.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// What has been written, for tests.
    #[cfg(test)]
    pub(crate) fn into_inner(self) -> W {
        self.out
    }
}

/// `text` in lines of at most `width` characters, broken between words, and within words that are longer.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
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
pub(crate) fn cut(text: &str, length: usize) -> String {
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
pub(crate) fn duration(time: Duration) -> String {
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
mod tests {
    use super::*;

    #[test]
    fn words_wrap_and_columns_stay() {
        for (text, width, lines) in [
            ("", 5, &[""][..]),
            ("one two", 7, &["one two"]),
            ("one two", 6, &["one", "two"]),
            ("one  two", 8, &["one  two"]),
            ("abcdefgh", 3, &["abc", "def", "gh"]),
            ("ab cdefgh", 4, &["ab", "cdef", "gh"]),
            ("äöü äöü", 3, &["äöü", "äöü"]),
        ] {
            assert_eq!(wrapped(text, width), lines, "{text:?} in {width}");
        }
    }
}
