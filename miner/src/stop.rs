//! When a run is to end by itself: `--stop-after`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// What ends a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopAfter {
    /// This much time since the start.
    Time(Duration),
    /// This many accepted shares.
    Shares(u64),
    /// This many accepted blocks.
    Blocks(u64),
}

/// A text that names no limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no limit: write a time (90s, 5m, 2h), a number of shares (100shares) or of blocks (5blocks)")]
pub(crate) struct StopAfterError(String);

/// A text that names no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no time: write a number above zero with its unit: 500ms, 90s, 5m, 2h")]
pub(crate) struct TimeError(String);

impl FromStr for StopAfter {
    type Err = StopAfterError;

    fn from_str(text: &str) -> Result<Self, StopAfterError> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let count = text[..digits].parse().ok().filter(|count| *count > 0);
        match (text[digits..].trim(), count) {
            ("share" | "shares", Some(count)) => Ok(Self::Shares(count)),
            ("block" | "blocks", Some(count)) => Ok(Self::Blocks(count)),
            _ => parse_time(text).map(Self::Time).map_err(|TimeError(text)| StopAfterError(text)),
        }
    }
}

impl fmt::Display for StopAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time(time) => write!(f, "{} s", time.as_secs_f64()),
            Self::Shares(1) => f.write_str("1 share"),
            Self::Shares(count) => write!(f, "{count} shares"),
            Self::Blocks(1) => f.write_str("1 block"),
            Self::Blocks(count) => write!(f, "{count} blocks"),
        }
    }
}

/// Reads `500ms`, `90s`, `1.5m`, `2h`.
pub(crate) fn parse_time(text: &str) -> Result<Duration, TimeError> {
    let refused = || TimeError(text.to_owned());
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(refused)?;
    let number: f64 = text[..digits].parse().map_err(|_| refused())?;
    let unit = match text[digits..].trim() {
        "ms" => 0.001,
        "s" | "sec" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(refused()),
    };
    Duration::try_from_secs_f64(number * unit).ok().filter(|time| !time.is_zero()).ok_or_else(refused)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_time_or_a_number_of_shares_or_blocks() {
        for (text, expected) in [
            ("500ms", Some(StopAfter::Time(Duration::from_millis(500)))),
            ("90s", Some(StopAfter::Time(Duration::from_secs(90)))),
            ("1.5m", Some(StopAfter::Time(Duration::from_secs(90)))),
            ("2h", Some(StopAfter::Time(Duration::from_hours(2)))),
            ("100shares", Some(StopAfter::Shares(100))),
            ("1share", Some(StopAfter::Shares(1))),
            ("5blocks", Some(StopAfter::Blocks(5))),
            ("5 blocks", Some(StopAfter::Blocks(5))),
            ("0blocks", None),
            ("5", None),
            ("0s", None),
            ("-5s", None),
            ("1e400h", None),
            ("99999999999999999999999h", None),
            ("99999999999999999999999shares", None),
            ("fiveblocks", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<StopAfter>().ok(), expected, "{text:?}");
        }
    }
}
