//! Lines of any length in bounded memory: the beginning of each is kept, the rest only counted.

use std::io::{self, BufRead};

/// A line without its line end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// From 1 on.
    pub(crate) number: u64,
    /// Its first bytes, up to the limit of the reader.
    pub(crate) head: Vec<u8>,
    /// Its whole length in bytes.
    pub(crate) len: u64,
}

impl Line {
    /// The line where it was short enough to be kept whole.
    pub(crate) fn whole(&self) -> Option<&[u8]> {
        (self.head.len() as u64 == self.len).then_some(&self.head)
    }
}

/// Cuts lines that end in `\n` or `\r\n`; the last one may lack its end.
pub(crate) struct Lines<R> {
    input: R,
    keep: usize,
    number: u64,
    failed: bool,
}

impl<R: BufRead> Lines<R> {
    /// Keeps the first `keep` bytes of each line.
    pub(crate) fn new(input: R, keep: usize) -> Self {
        Self { input, keep, number: 0, failed: false }
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        let mut line = Line { number: self.number + 1, head: Vec::new(), len: 0 };
        let (mut ended, mut last) = (false, None);
        while !ended {
            let bytes = match self.input.fill_buf() {
                Ok([]) => break,
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let piece = &bytes[..end.unwrap_or(bytes.len())];
            let room = self.keep.saturating_sub(line.head.len()).min(piece.len());
            line.head.extend_from_slice(&piece[..room]);
            line.len += piece.len() as u64;
            last = piece.last().copied().or(last);
            ended = end.is_some();
            let used = piece.len() + usize::from(ended);
            self.input.consume(used);
        }
        if !ended && line.len == 0 {
            return Ok(None);
        }
        if ended && last == Some(b'\r') {
            if line.whole().is_some() {
                line.head.pop();
            }
            line.len -= 1;
        }
        self.number = line.number;
        Ok(Some(line))
    }
}

/// Ends after the first error.
impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<io::Result<Line>> {
        if self.failed {
            return None;
        }
        let line = self.read();
        self.failed = line.is_err();
        line.transpose()
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn lines_are_the_same_however_the_bytes_arrive() {
        let text = b"one\r\n\nthree is long\r\n\r\nlast";
        let expected: [(&[u8], u64); 5] = [(b"one", 3), (b"", 0), (b"three", 13), (b"", 0), (b"last", 4)];
        for capacity in 1..30 {
            let lines: Vec<Line> =
                Lines::new(BufReader::with_capacity(capacity, &text[..]), 5).map(Result::unwrap).collect();
            assert_eq!(lines.len(), 5);
            for (line, (number, (head, len))) in lines.iter().zip((1..).zip(expected)) {
                assert_eq!((line.number, &*line.head, line.len), (number, head, len), "{capacity} bytes at a time");
            }
            assert_eq!(lines[2].whole(), None);
        }
        assert_eq!(Lines::new(&b""[..], 9).count(), 0);
    }
}
