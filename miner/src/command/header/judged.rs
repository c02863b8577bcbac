//! A header with all that follows from it: its id, its proof of work, its target.

use std::fmt;

use hashkit_chain::{Algorithm, CompactError, Difficulty, Hash, Header, Target};
use serde_json::{Value, json};

/// The columns of [`Judged::row`].
pub(super) const COLUMNS: &[&str] = &[
    "id",
    "version",
    "previous",
    "merkle_root",
    "ntime",
    "time",
    "nbits",
    "nonce",
    "algorithm",
    "hash",
    "target",
    "difficulty",
    "meets_target",
];

/// A header and what the judge says of it.
pub(super) struct Judged {
    pub(super) header: Header,
    /// The block's identity.
    pub(super) id: Hash,
    algorithm: Algorithm,
    /// The proof-of-work hash.
    hash: Hash,
    target: Result<Target, CompactError>,
}

/// Why a header is no proof of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoProof {
    /// The hash is too large.
    #[error("the {algorithm} hash {hash} is above the target")]
    AboveTarget { algorithm: Algorithm, hash: Hash },
    /// The header names no target.
    #[error("no hash can meet the target")]
    NoTarget(#[source] CompactError),
}

impl Judged {
    pub(super) fn new(header: Header, algorithm: Algorithm) -> Self {
        let hash = algorithm.hash(&header);
        let id = if algorithm == Algorithm::Scrypt { algorithm.block_id(&header) } else { hash };
        Self { header, id, algorithm, hash, target: Target::from_compact(header.nbits) }
    }

    /// Whether the hash meets the target.
    pub(super) fn proof(&self) -> Result<(), NoProof> {
        let target = self.target.map_err(NoProof::NoTarget)?;
        if target.is_met_by(&self.hash) {
            return Ok(());
        }
        Err(NoProof::AboveTarget { algorithm: self.algorithm, hash: self.hash })
    }

    /// The difficulty of the target; `None` where there is no target, or one that no hash meets.
    pub(super) fn difficulty(&self) -> Option<Difficulty> {
        let target = self.target.ok().filter(|target| *target != Target::ZERO)?;
        Some(Difficulty::of_target(target, self.algorithm))
    }

    /// Hashes that a block of this difficulty takes on average.
    pub(super) fn expected_hashes(&self) -> f64 {
        self.difficulty().map_or(0.0, |difficulty| difficulty.expected_hashes(self.algorithm))
    }

    /// The cells of [`COLUMNS`]. As in Bitcoin Core's `getblockheader`, version, time and nonce are numbers and nbits is
    /// hexadecimal; hashes are written as people read them.
    pub(super) fn row(&self) -> Vec<Value> {
        let header = &self.header;
        vec![
            json!(self.id.to_string()),
            json!(header.version.0),
            json!(header.prev_hash.to_string()),
            json!(header.merkle_root.to_string()),
            json!(header.ntime.0),
            json!(utc(header.ntime.0)),
            json!(header.nbits.to_string()),
            json!(header.nonce.0),
            json!(self.algorithm.name()),
            json!(self.hash.to_string()),
            json!(self.target.ok().map(|target| target.to_string())),
            json!(self.difficulty().map(Difficulty::value)),
            json!(self.proof().is_ok()),
        ]
    }
}

/// A line a field, at most 77 columns wide.
impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let header = &self.header;
        writeln!(f, "id           {}", self.id)?;
        writeln!(f, "version      {}", header.version)?;
        writeln!(f, "previous     {}", header.prev_hash)?;
        writeln!(f, "merkle root  {}", header.merkle_root)?;
        writeln!(f, "ntime        {}  {}", header.ntime, utc(header.ntime.0))?;
        writeln!(f, "nbits        {}", header.nbits)?;
        writeln!(f, "nonce        {}", header.nonce)?;
        writeln!(f, "algorithm    {}", self.algorithm)?;
        writeln!(f, "hash         {}", self.hash)?;
        match self.target {
            Ok(target) => writeln!(f, "target       {target}")?,
            Err(error) => writeln!(f, "target       none: {error}")?,
        }
        if let Some(difficulty) = self.difficulty() {
            writeln!(f, "difficulty   {difficulty}")?;
        }
        writeln!(f, "meets it     {}", if self.proof().is_ok() { "yes" } else { "no" })
    }
}

/// The time of a header as people read it: RFC 3339, in UTC.
fn utc(seconds: u32) -> String {
    let (days, rest) = (i64::from(seconds / 86_400), seconds % 86_400);
    // "Days to civil date" of Howard Hinnant's chrono-compatible date algorithms: years begin in March, so that the leap day
    // ends them; 719468 days lie between 0000-03-01 and 1970-01-01.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checked against `date -u -d @SECONDS`.
    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_231_006_505, "2009-01-03T18:15:05Z"),
            (1_704_067_199, "2023-12-31T23:59:59Z"),
            (u32::MAX, "2106-02-07T06:28:15Z"),
        ] {
            assert_eq!(utc(seconds), text);
        }
    }
}
