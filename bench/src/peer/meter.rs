//! The rate in a line of text.

use regex::Regex;

use super::PeerError;

/// A pattern that finds a rate.
#[derive(Debug, Clone)]
pub struct Meter(Regex);

impl Meter {
    /// What most programs print: a number and a unit like `H/s`, `kH/s`, `Mh/s` or `khash/s`.
    pub const USUAL: &str = r"([0-9]+(?:\.[0-9]+)?)\s*([kKMGTP]?(?:[Hh]|hash|hashes)/s)\b";

    /// A regular expression whose first group is a number and whose second, if it has one, a unit; hashes a second without.
    ///
    /// # Errors
    /// When it is no regular expression, or has no group.
    pub fn new(pattern: &str) -> Result<Self, String> {
        match Regex::new(pattern) {
            Err(error) => Err(error.to_string()),
            Ok(regex) if regex.captures_len() < 2 => {
                Err(format!("{pattern:?} needs a group around the number, in parentheses"))
            }
            Ok(regex) => Ok(Self(regex)),
        }
    }

    /// The first rate of a line, in hashes a second; `None` where the pattern finds nothing.
    ///
    /// # Errors
    /// [`PeerError::NoRate`] where it finds something that is not a number above zero with a known unit.
    pub fn read(&self, line: &str) -> Result<Option<f64>, PeerError> {
        let Some(found) = self.0.captures(line) else { return Ok(None) };
        let group = |index| found.get(index).map_or("", |group| group.as_str());
        let rate = group(1).parse::<f64>().ok().zip(factor(group(2))).map(|(number, factor)| number * factor);
        match rate {
            Some(rate) if rate.is_finite() && rate > 0.0 => Ok(Some(rate)),
            _ => Err(PeerError::NoRate { found: format!("{} {}", group(1), group(2)), line: line.to_owned() }),
        }
    }
}

/// Hashes a second in one of a unit.
fn factor(unit: &str) -> Option<f64> {
    let unit = unit.strip_suffix("/s").unwrap_or(unit);
    let prefix = ["hashes", "hash", "H", "h"].iter().find_map(|hashes| unit.strip_suffix(hashes)).unwrap_or(unit);
    match prefix {
        "" => Some(1.0),
        "k" | "K" => Some(1e3),
        "M" => Some(1e6),
        "G" => Some(1e9),
        "T" => Some(1e12),
        "P" => Some(1e15),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_in_every_unit_that_programs_print() {
        let usual = Meter::new(Meter::USUAL).expect("a pattern");
        for (line, rate) in [
            ("[2026-11-21 14:29:55] Total: 30.66 MH/s, Temp: 0C", Some(30.66e6)),
            ("thread 0: 2097152 hashes, 11130 khash/s", Some(11.13e6)),
            ("Thread 0, CPU 0: 9847.15 kh/s\u{1b}[0m", Some(9847.15e3)),
            ("speed 366.5 H/s", Some(366.5)),
            ("12345678 hashes/s", Some(12_345_678.0)),
            ("1.5GH/s", Some(1.5e9)),
            ("100 shares/s", None),
            ("no number at all", None),
            ("", None),
        ] {
            assert_eq!(usual.read(line).expect("a rate or none"), rate, "{line}");
        }
        let own = Meter::new(r"^sum ([0-9.e+]+)$").expect("a pattern");
        assert_eq!(own.read("sum 1.5e6").expect("a rate"), Some(1.5e6));
        assert_eq!(own.read("10 MH/s").expect("none"), None);
    }

    #[test]
    fn what_is_no_rate_is_told_and_not_taken_for_one() {
        let loose = Meter::new(r"is (\S+)( \S+)?").expect("a pattern");
        for line in
            ["rate is unknown", "rate is 0 H/s", "rate is -3 H/s", "rate is inf", "rate is NaN H/s", "rate is 3 apples"]
        {
            assert!(matches!(loose.read(line), Err(PeerError::NoRate { .. })), "{line}: {:?}", loose.read(line));
        }
        for pattern in ["[0-9]+ H/s", "([0-9]+"] {
            assert!(Meter::new(pattern).is_err(), "{pattern}");
        }
    }
}
