//! Headers out of bytes: one header or block a line in hexadecimal, or records of 80 bytes.

use std::fmt;
use std::io::{self, BufRead, Read};

use hashkit_chain::{Header, hex};

use crate::lines::{Line, Lines};

/// Hexadecimal digits of a header.
const DIGITS: usize = 2 * Header::LEN;

/// Digits of the smallest block: a header, a count, and a coinbase of 60 bytes without an output script.
const BLOCK_DIGITS: u64 = 2 * (80 + 1 + 60);

/// Where in a file a header stands, from 1 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Line(u64),
    Record(u64),
}

impl Place {
    pub(super) fn number(self) -> u64 {
        match self {
            Self::Line(number) | Self::Record(number) => number,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Record(number) => write!(f, "record {number}"),
        }
    }
}

/// A header of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) place: Place,
    pub(super) header: Header,
    /// Bytes that it takes in the file.
    pub(super) size: u64,
}

/// Why bytes are no header.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum HeaderError {
    #[error("expected 160 hexadecimal digits (a header) or at least {BLOCK_DIGITS} (a block), found {found}")]
    Digits { found: u64 },
    #[error(transparent)]
    Hex(#[from] hex::HexError),
    #[error("the file ends after {found} of the 80 bytes of a header")]
    CutOff { found: usize },
}

/// Why reading headers ended early.
#[derive(Debug, thiserror::Error)]
pub(super) enum RecordError {
    #[error("{place} is no header: {error}")]
    NoHeader { place: Place, error: HeaderError },
    #[error(transparent)]
    Read(#[from] io::Error),
}

/// Reads the header that `len` digits begin with; `head` holds at least the digits of a header.
pub(super) fn header_from_hex(head: &[u8], len: u64) -> Result<Header, HeaderError> {
    if len != DIGITS as u64 && len < BLOCK_DIGITS {
        return Err(HeaderError::Digits { found: len });
    }
    let digits = head.get(..DIGITS).and_then(|head| str::from_utf8(head).ok()).ok_or(hex::HexError::Malformed)?;
    Ok(Header::from_bytes(&hex::decode_array(digits)?))
}

/// The headers of `input`, up to the first error.
pub(super) fn records<'a>(
    mut input: impl BufRead + Send + 'a,
) -> io::Result<Box<dyn Iterator<Item = Result<Record, RecordError>> + Send + 'a>> {
    let mut beginning = Vec::with_capacity(Header::LEN);
    input.by_ref().take(Header::LEN as u64).read_to_end(&mut beginning)?;
    // A header without a single control character among its bytes does not occur: versions and targets have zero bytes.
    let is_text = beginning.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..));
    let input = io::Cursor::new(beginning).chain(input);
    Ok(if is_text {
        let lines = Lines::new(input, DIGITS).filter(|line| !line.as_ref().is_ok_and(is_blank));
        Box::new(until_error(lines.map(|line| from_line(&line?))))
    } else {
        let mut input = input;
        Box::new(until_error((1..).map_while(move |number| from_record(&mut input, number).transpose())))
    })
}

fn is_blank(line: &Line) -> bool {
    line.len == 0 || line.head.starts_with(b"#")
}

fn from_line(line: &Line) -> Result<Record, RecordError> {
    let place = Place::Line(line.number);
    let header = header_from_hex(&line.head, line.len).map_err(|error| RecordError::NoHeader { place, error })?;
    Ok(Record { place, header, size: line.len + 1 })
}

fn from_record(input: &mut impl Read, number: u64) -> Result<Option<Record>, RecordError> {
    let place = Place::Record(number);
    let mut bytes = Vec::with_capacity(Header::LEN);
    input.take(Header::LEN as u64).read_to_end(&mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    let bytes: [u8; Header::LEN] = bytes
        .try_into()
        .map_err(|bytes: Vec<u8>| RecordError::NoHeader { place, error: HeaderError::CutOff { found: bytes.len() } })?;
    Ok(Some(Record { place, header: Header::from_bytes(&bytes), size: Header::LEN as u64 }))
}

/// The items up to and including the first error.
fn until_error<T, E>(items: impl Iterator<Item = Result<T, E>>) -> impl Iterator<Item = Result<T, E>> {
    items.scan(false, |failed, item| {
        if *failed {
            return None;
        }
        *failed = item.is_err();
        Some(item)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn headers_survive_both_forms_of_a_file(headers: Vec<[u8; 16]>, text: bool) {
            // A header of random bytes, and the zero bytes that every real one has.
            let bytes: Vec<[u8; 80]> = headers.iter().map(|random| {
                let mut header = [0; 80];
                header[4..20].copy_from_slice(random);
                header
            }).collect();
            let file = if text {
                bytes.iter().map(|header| hex::encode(header) + "\n").collect::<String>().into_bytes()
            } else {
                bytes.concat()
            };
            let read: Vec<_> = records(&*file).unwrap().map(|record| record.unwrap().header.to_bytes()).collect();
            prop_assert_eq!(read, bytes);
        }

        #[test]
        fn no_file_makes_the_reader_panic(bytes: Vec<u8>) {
            prop_assert!(records(&*bytes).unwrap().count() <= bytes.len());
        }
    }

    fn places(bytes: &[u8]) -> Vec<Result<Place, String>> {
        let result = |record: Result<Record, RecordError>| record.map(|record| record.place).map_err(|e| e.to_string());
        records(bytes).unwrap().map(result).collect()
    }

    #[test]
    fn headers_are_read_from_digits_and_from_records() {
        let header = "ab".repeat(80);
        let block = "ab".repeat(141);
        for (case, bytes, expected) in [
            ("nothing", String::new().into_bytes(), vec![]),
            (
                "headers, blocks, comments and empty lines",
                format!("# two\n{header}\r\n\n{block}").into_bytes(),
                vec![Ok(Place::Line(2)), Ok(Place::Line(4))],
            ),
            ("records", vec![1; 160], vec![Ok(Place::Record(1)), Ok(Place::Record(2))]),
            (
                "a record cut off",
                vec![1; 100],
                vec![
                    Ok(Place::Record(1)),
                    Err("record 2 is no header: the file ends after 20 of the 80 bytes of a header".to_owned()),
                ],
            ),
            (
                "too short for a block; what follows is not read",
                format!("{header}ab\n{header}\n").into_bytes(),
                vec![Err(
                    "line 1 is no header: expected 160 hexadecimal digits (a header) or at least 282 (a block), \
                     found 162"
                        .to_owned(),
                )],
            ),
            (
                "no digits",
                "zz".repeat(80).into_bytes(),
                vec![Err(format!("line 1 is no header: {}", hex::HexError::Malformed))],
            ),
        ] {
            assert_eq!(places(&bytes), expected, "{case}");
        }
    }
}
