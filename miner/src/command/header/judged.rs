//! A header with all that follows from it: its id, its proof of work, its target.

use std::fmt;

use hashkit_chain::{Algorithm, CompactError, Difficulty, Hash, Header, Target};
use serde_json::{Value, json};

use crate::calendar::utc;

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
