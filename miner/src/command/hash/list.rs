//! Lists of digests as `sha256sum` writes and reads them.
//!
//! A line is the digest in hexadecimal, a space, a space or `*`, and the file's name. A name with a backslash, a line feed or
//! a carriage return has them as `\\`, `\n`, `\r`, and the line then begins with a backslash. The tagged form
//! `SHA256 (name) = digest` is read too.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};

use hashkit_chain::hex;

use super::digest::Digest;

/// The digest that a list expects of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) file: OsString,
    pub(super) digest: Vec<u8>,
}

/// A line for `file`, without its end.
pub(super) fn line(digest: &[u8], file: &OsStr) -> Vec<u8> {
    let name = escaped(file.as_encoded_bytes());
    let mark: &[u8] = if matches!(name, Cow::Owned(_)) { b"\\" } else { b"" };
    [mark, hex::encode(digest).as_bytes(), b"  ", &name].concat()
}

/// The name as a report on a list shows it: as it is, unless it would break the line.
pub(super) fn shown(file: &OsStr) -> Vec<u8> {
    let name = file.as_encoded_bytes();
    if name.contains(&b'\n') { [b"\\", &*escaped(name)].concat() } else { name.to_vec() }
}

/// Reads a line; `None` when it is no line of a list of `digest`.
pub(super) fn parse(line: &[u8], digest: Digest) -> Option<Entry> {
    let (is_escaped, line) = line.strip_prefix(b"\\").map_or((false, line), |rest| (true, rest));
    let (digits, name) = plain_form(line, digest).or_else(|| tagged_form(line, digest))?;
    let bytes = hex::decode(str::from_utf8(digits).ok()?).ok()?;
    if bytes.len() != digest.len() || name.is_empty() {
        return None;
    }
    let name = if is_escaped { unescaped(name)? } else { name.to_vec() };
    Some(Entry { file: os_string(name)?, digest: bytes })
}

fn plain_form(line: &[u8], digest: Digest) -> Option<(&[u8], &[u8])> {
    let (digits, rest) = line.split_at_checked(2 * digest.len())?;
    let name = rest.strip_prefix(b"  ").or_else(|| rest.strip_prefix(b" *"))?;
    Some((digits, name))
}

fn tagged_form(line: &[u8], digest: Digest) -> Option<(&[u8], &[u8])> {
    let (rest, digits) = line.split_at_checked(line.len().checked_sub(2 * digest.len())?)?;
    let rest = rest.strip_suffix(b") = ")?;
    let open = rest.windows(2).position(|pair| pair == b" (")?;
    let tag = str::from_utf8(&rest[..open]).ok()?;
    digest.answers_to(tag).then_some((digits, &rest[open + 2..]))
}

fn escaped(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.iter().any(|byte| matches!(byte, b'\\' | b'\n' | b'\r')) {
        return Cow::Borrowed(name);
    }
    let mut escaped = Vec::with_capacity(name.len() + 8);
    for byte in name {
        match byte {
            b'\\' => escaped.extend_from_slice(b"\\\\"),
            b'\n' => escaped.extend_from_slice(b"\\n"),
            b'\r' => escaped.extend_from_slice(b"\\r"),
            other => escaped.push(*other),
        }
    }
    Cow::Owned(escaped)
}

fn unescaped(name: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(name.len());
    let mut bytes = name.iter();
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'\\' => match bytes.next()? {
                b'\\' => b'\\',
                b'n' => b'\n',
                b'r' => b'\r',
                _ => return None,
            },
            other => *other,
        });
    }
    Some(plain)
}

/// File names are any bytes on Unix and text elsewhere.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "names can fail elsewhere")]
fn os_string(name: Vec<u8>) -> Option<OsString> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(name))
}

#[cfg(not(unix))]
fn os_string(name: Vec<u8>) -> Option<OsString> {
    String::from_utf8(name).ok().map(OsString::from)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_name_survives_a_list(name: Vec<u8>, digest: [u8; 32]) {
            prop_assume!(!name.is_empty());
            let Some(file) = os_string(name) else { return Ok(()) };
            let written = line(&digest, &file);
            prop_assert!(!written.iter().any(|byte| matches!(byte, b'\n' | b'\r')));
            prop_assert_eq!(parse(&written, Digest::Sha256), Some(Entry { file, digest: digest.to_vec() }));
        }

        #[test]
        fn no_line_makes_the_reader_panic(start in "\\\\?(SHA256 \\()?[0-9a-f]{0,70}", rest: Vec<u8>) {
            let _ = parse(&[start.as_bytes(), &rest].concat(), Digest::Sha256);
        }
    }

    #[test]
    fn a_written_line_reads_back() {
        for name in ["plain", "two  spaces", " lead", "*star", "a\\b", "a\nb", "a\rb", "\\", "a (b) = c"] {
            let written = line(&[0xab; 32], OsStr::new(name));
            assert!(!written.contains(&b'\n'));
            let entry = Entry { file: name.into(), digest: vec![0xab; 32] };
            assert_eq!(parse(&written, Digest::Sha256), Some(entry), "{name:?}");
        }
    }

    #[test]
    fn every_form_of_a_line_is_told_from_what_is_none() {
        let digits = "0F".repeat(32);
        for (case, text, file) in [
            ("text", format!("{digits}  name"), Some("name")),
            ("binary", format!("{digits} *name"), Some("name")),
            ("tagged", format!("SHA256 (na (me) = {digits}"), Some("na (me")),
            ("tagged and escaped", format!("\\SHA256 (a\\nb) = {digits}"), Some("a\nb")),
            ("a backslash that is not escaped", format!("{digits}  a\\b"), Some("a\\b")),
            ("an unknown escape", format!("\\{digits}  a\\tb"), None),
            ("an escape cut off", format!("\\{digits}  a\\"), None),
            ("another tag", format!("MD5 (name) = {digits}"), None),
            ("a digest too short", format!("{}  name", &digits[2..]), None),
            ("no digits", format!("{}  name", "zz".repeat(32)), None),
            ("one space", format!("{digits} name"), None),
            ("no name", format!("{digits}  "), None),
            ("words", "nothing here".to_owned(), None),
            ("empty", String::new(), None),
        ] {
            let entry = parse(text.as_bytes(), Digest::Sha256);
            assert_eq!(entry.map(|entry| entry.file), file.map(OsString::from), "{case}");
        }
    }
}
