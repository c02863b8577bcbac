//! Lines out of bytes, however the network cut them.

use std::time::{Duration, Instant};

/// A line longer than its receiver accepts. The peer is cut off: what follows cannot be told from the rest of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a line is longer than {limit} bytes")]
pub struct TooLong {
    /// The most bytes that a line may have, its end not counted.
    pub limit: usize,
}

/// Cuts a stream into lines and never keeps more than one unfinished line of at most `limit` bytes.
#[derive(Debug)]
pub struct LineCutter {
    limit: usize,
    unfinished: Vec<u8>,
    /// When the unfinished line began.
    began: Option<Instant>,
}

impl LineCutter {
    /// A cutter for lines of at most `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, unfinished: Vec::new(), began: None }
    }

    /// Takes bytes off the front of `input` up to the end of the next line that is not blank, and returns that line without
    /// its end. `None` when `input` is used up first; an unfinished line is remembered. A byte-order mark, NULs, blanks and
    /// `\r` around a line are dropped.
    ///
    /// # Errors
    /// [`TooLong`], after which the stream is worthless.
    pub fn next_line(&mut self, input: &mut &[u8], now: Instant) -> Result<Option<Vec<u8>>, TooLong> {
        while !input.is_empty() {
            let end = input.iter().position(|&byte| byte == b'\n');
            let piece = &input[..end.unwrap_or(input.len())];
            if self.unfinished.len() + piece.len() > self.limit {
                return Err(TooLong { limit: self.limit });
            }
            self.unfinished.extend_from_slice(piece);
            let Some(end) = end else {
                *input = &[];
                self.began.get_or_insert(now);
                break;
            };
            *input = &input[end + 1..];
            self.began = None;
            let mut line = std::mem::take(&mut self.unfinished);
            trim(&mut line);
            if !line.is_empty() {
                return Ok(Some(line));
            }
        }
        Ok(None)
    }

    /// What has arrived of a line whose end has not.
    #[must_use]
    pub fn unfinished(&self) -> &[u8] {
        &self.unfinished
    }

    /// When a peer that may take `allowed` for a line has to have finished the present one; `None` between lines.
    #[must_use]
    pub fn deadline(&self, allowed: Duration) -> Option<Instant> {
        self.began.map(|began| began + allowed)
    }
}

fn trim(line: &mut Vec<u8>) {
    let padding = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
    let end = line.iter().rposition(|byte| !padding(byte)).map_or(0, |last| last + 1);
    line.truncate(end);
    let mark = if line.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    let start = line[mark..].iter().position(|byte| !padding(byte)).map_or(end, |first| mark + first);
    line.drain(..start);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(chunks: &[&[u8]], limit: usize) -> Result<Vec<String>, TooLong> {
        let (mut cutter, now) = (LineCutter::new(limit), Instant::now());
        let mut lines = Vec::new();
        for mut chunk in chunks.iter().copied() {
            while let Some(line) = cutter.next_line(&mut chunk, now)? {
                lines.push(String::from_utf8_lossy(&line).into_owned());
            }
        }
        Ok(lines)
    }

    #[test]
    fn lines_come_out_whole_however_they_were_cut() {
        for (case, chunks, expected) in [
            ("nothing", &[""][..], Ok(vec![])),
            ("one line", &["{}\n"], Ok(vec!["{}"])),
            ("a line cut in half", &["mining.no", "tify\n"], Ok(vec!["mining.notify"])),
            ("two lines at once", &["{}\n[]\n"], Ok(vec!["{}", "[]"])),
            ("a line without its end", &["{}\n[]"], Ok(vec!["{}"])),
            ("carriage return", &["{}\r\n"], Ok(vec!["{}"])),
            ("carriage return cut off", &["{}\r", "\n"], Ok(vec!["{}"])),
            ("blank lines", &["\r\n\n  \n{}\n\0\n"], Ok(vec!["{}"])),
            ("NUL at the end", &["{}\0\n"], Ok(vec!["{}"])),
            ("NUL after the end", &["{}\n\0{}\n"], Ok(vec!["{}", "{}"])),
            ("byte-order mark", &["\u{feff}{}\n"], Ok(vec!["{}"])),
            ("byte-order mark alone", &["\u{feff}\n"], Ok(vec![])),
            ("exactly the limit", &["sixteen bytes ok\n"], Ok(vec!["sixteen bytes ok"])),
            ("one byte over the limit", &["seventeen bytes..\n"], Err(TooLong { limit: 16 })),
            ("a peer that never ends its line", &["twenty bytes", ", no end"], Err(TooLong { limit: 16 })),
        ] {
            let chunks: Vec<_> = chunks.iter().map(|chunk| chunk.as_bytes()).collect();
            let expected = expected.map(|lines| lines.into_iter().map(str::to_owned).collect());
            assert_eq!(cut(&chunks, 16), expected, "{case}");
        }
    }

    #[test]
    fn a_line_has_to_be_finished_in_time_from_its_first_byte_on() {
        let (mut cutter, start) = (LineCutter::new(16), Instant::now());
        let second = Duration::from_secs(1);
        assert_eq!(cutter.deadline(second), None, "before anything");
        cutter.next_line(&mut &b"{"[..], start).unwrap();
        cutter.next_line(&mut &b"}"[..], start + second).unwrap();
        assert_eq!(cutter.deadline(second), Some(start + second), "a trickle does not move it");
        cutter.next_line(&mut &b"\n"[..], start + second).unwrap();
        assert_eq!(cutter.deadline(second), None, "between lines");
        cutter.next_line(&mut &b"\n["[..], start + 2 * second).unwrap();
        assert_eq!(cutter.deadline(second), Some(start + 3 * second), "the next line has its own");
    }

    proptest! {
        #[test]
        fn any_chunking_gives_the_lines_of_one_chunk(
            bytes in proptest::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), Just(0), Just(0xef), any::<u8>()], 0..200),
            cuts in proptest::collection::vec(0usize..200, 0..20),
        ) {
            let mut cuts: Vec<_> = cuts.into_iter().map(|at| at.min(bytes.len())).collect();
            cuts.extend([0, bytes.len()]);
            cuts.sort_unstable();
            let chunks: Vec<_> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
            prop_assert_eq!(cut(&chunks, 40), cut(&[&bytes], 40));
        }
    }
}
