//! The odd encodings of Stratum V1: word-swapped hashes, numbers in strings, texts that are not to be trusted.

use hashkit_chain::hex::{self, HexError};
use hashkit_chain::{Difficulty, Hash, JobId};
use serde_json::value::RawValue;

/// The parent's hash as `mining.notify` carries it: each 4-byte word reversed, words in order.
///
/// # Errors
/// [`HexError`] unless `text` is 64 hexadecimal digits.
pub fn prev_hash_from_wire(text: &str) -> Result<Hash, HexError> {
    hex::decode_array(text).map(|bytes| Hash::from_internal(swap_words(bytes)))
}

/// What [`prev_hash_from_wire`] reads.
#[must_use]
pub fn prev_hash_to_wire(hash: &Hash) -> String {
    hex::encode(&swap_words(*hash.as_internal()))
}

fn swap_words(mut bytes: [u8; 32]) -> [u8; 32] {
    bytes.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    bytes
}

/// A number that may stand in a string. The text is parsed as it stands, so that a difficulty keeps its last bit.
pub(crate) fn number(raw: &RawValue) -> Option<f64> {
    let text = string(raw);
    text.as_deref().unwrap_or(raw.get()).trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A whole number that may stand in a string or be written as `4.0`.
pub(crate) fn integer(raw: &RawValue) -> Option<i64> {
    let text = string(raw);
    let text = text.as_deref().unwrap_or(raw.get()).trim();
    text.parse().ok().or_else(|| {
        let number: f64 = text.parse().ok()?;
        // 2^53: up to here every whole double is one number.
        #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
        (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64)
    })
}

/// A JSON string's text; `None` for any other value.
pub(crate) fn string(raw: &RawValue) -> Option<String> {
    raw.get().starts_with('"').then(|| serde_json::from_str(raw.get()).ok()).flatten()
}

pub(crate) fn is_null(raw: &RawValue) -> bool {
    raw.get() == "null"
}

/// JSON text that is known to be valid.
pub(crate) fn raw(text: String) -> Box<RawValue> {
    RawValue::from_string(text).expect("callers pass numbers as Rust prints them, or values that were read from JSON")
}

/// A difficulty as short as it can be said without losing a bit: whole numbers without a point, extremes with an exponent.
pub(crate) fn difficulty_to_wire(difficulty: Difficulty) -> Box<RawValue> {
    number_to_wire(difficulty.value())
}

/// Any finite number.
pub(crate) fn number_to_wire(value: f64) -> Box<RawValue> {
    raw(if (1e-7..1e16).contains(&value) { format!("{value}") } else { format!("{value:e}") })
}

/// A job id with the JSON type that it has.
pub(crate) fn job_id(raw: &RawValue) -> Option<JobId> {
    match raw.get().as_bytes().first()? {
        b'"' => string(raw).map(|text| JobId::Text(text.into())),
        b'-' | b'0'..=b'9' => Some(JobId::Number(raw.get().into())),
        _ => None,
    }
}

pub(crate) fn job_id_to_wire(id: &JobId) -> Box<RawValue> {
    match id {
        // A number that no pool can have written is sent as text.
        JobId::Number(text) => RawValue::from_string(text.to_string()).unwrap_or_else(|_| quoted(text)),
        JobId::Text(text) => quoted(text),
    }
}

/// A text as JSON.
pub(crate) fn quoted(text: &str) -> Box<RawValue> {
    serde_json::value::to_raw_value(text).expect("every text is a JSON string")
}

/// A peer's text made fit for terminals and logs: control and direction characters dropped, cut to `limit` bytes.
pub(crate) fn clean(text: &str, limit: usize) -> String {
    let mut clean = String::new();
    for character in text.chars().filter(|&character| is_printable(character)) {
        if clean.len() + character.len_utf8() > limit {
            break;
        }
        clean.push(character);
    }
    clean
}

/// Whether a character leaves a terminal and the order of a line as they are.
pub(crate) fn is_printable(character: char) -> bool {
    let redirects = matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !character.is_control() && !redirects && character != '\u{feff}'
}

/// How deep the lists and objects of a JSON text are nested, at most `limit + 1`: counting stops there. Brackets in strings
/// do not count. It reads malformed text too, so it can stand before the parser.
pub(crate) fn depth(text: &str, limit: usize) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
        if deepest > limit {
            break;
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn numbers_are_read_from_every_form_that_pools_send() {
        for (text, as_number, as_integer) in [
            ("1024", Some(1024.0), Some(1024)),
            ("1024.0", Some(1024.0), Some(1024)),
            ("\"1024\"", Some(1024.0), Some(1024)),
            ("2.0956766455526576e-6", Some(2.095_676_645_552_657_6e-6), None),
            ("0.00050000000000000001", Some(0.0005), None),
            ("-5", Some(-5.0), Some(-5)),
            ("1e300", Some(1e300), None),
            ("1e999", None, None),
            ("4000000000", Some(4e9), Some(4_000_000_000)),
            ("\"inf\"", None, None),
            ("\"NaN\"", None, None),
            ("\"x\"", None, None),
            ("true", None, None),
            ("null", None, None),
            ("[1]", None, None),
        ] {
            assert_eq!(number(&value(text)), as_number, "{text}");
            assert_eq!(integer(&value(text)), as_integer, "{text}");
        }
    }

    #[test]
    fn a_difficulty_survives_the_way_over_the_wire() {
        for (number_sent, text) in [
            (512.0, "512"),
            (0.0005, "0.0005"),
            (2.095_676_645_552_657_6e-6, "0.0000020956766455526576"),
            (1e12, "1000000000000"),
            (1e300, "1e300"),
            (5e-324, "5e-324"),
        ] {
            let sent = difficulty_to_wire(Difficulty::new(number_sent).unwrap());
            assert_eq!(sent.get(), text);
            assert_eq!(number(&sent), Some(number_sent));
        }
    }

    #[test]
    fn job_ids_keep_their_type() {
        for text in ["\"bf\"", "191", "\"0HNCHKAL0L30J/7\"", "18446744073709551616", "\"a\\\"b\""] {
            assert_eq!(job_id_to_wire(&job_id(&value(text)).unwrap()).get(), text);
        }
        for text in ["null", "true", "[]", "{}"] {
            assert_eq!(job_id(&value(text)), None, "{text}");
        }
        assert_eq!(job_id_to_wire(&JobId::Number("no number".into())).get(), "\"no number\"");
    }

    #[test]
    fn a_peers_text_cannot_move_the_cursor() {
        for (case, text, cleaned) in [
            ("terminal escape", "hello\u{1b}[31m", "hello[31m"),
            ("line ends", "a\r\nb\tc", "abc"),
            ("C1 control", "a\u{9b}31mb", "a31mb"),
            ("right-to-left override", "a\u{202e}b", "ab"),
            ("cut between characters", "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}", "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}"),
        ] {
            assert_eq!(clean(text, 11), cleaned, "{case}");
        }
    }

    #[test]
    fn depth_counts_brackets_outside_strings() {
        for (text, expected) in
            [("42", 0), ("{}", 1), ("{\"a\":[[1],[2]]}", 3), ("[\"[[[\"]", 1), ("[\"\\\"[[\"]", 1), ("]]]", 0)]
        {
            assert_eq!(depth(text, 16), expected, "{text}");
        }
        assert_eq!(depth(&"[".repeat(1000), 16), 17);
    }
}
