//! The result of a load as one JSON document, sealed as the results of `hashkit bench` are. It names neither the pool nor anybody.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Load;
use crate::document::{Integrity, Sealed, Tool, WriteError, integrity, write_sealed};
use crate::machine::{Company, Machine};

/// Loads that were put on one pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadDocument {
    /// [`LoadDocument::SCHEMA`].
    pub schema: String,
    /// When the last one ended, in UTC: `2026-11-21T00:50:07Z`.
    pub created: String,
    /// Which hashkit put them on.
    pub tool: Tool,
    /// From which machine.
    pub machine: Machine,
    /// Who else used it meanwhile; absent where the system does not tell. A pool on the same machine is somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<Company>,
    /// Within how many milliseconds 99 of 100 shares were to be answered, where the highest rate was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_ms: Option<f64>,
    /// The loads, in the order in which they were put on it.
    pub cases: Vec<Load>,
    /// Over all of the above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrity: Option<Integrity>,
}

impl Sealed for LoadDocument {
    const SCHEMA: &'static str = "hashkit-pool-load/1";

    fn integrity(&self) -> Option<&Integrity> {
        self.integrity.as_ref()
    }
}

impl LoadDocument {
    /// The name and number of the schema.
    pub const SCHEMA: &'static str = <Self as Sealed>::SCHEMA;

    /// Loads from this machine that ended then.
    #[must_use]
    pub fn new(created: String, tool: Tool, company: Option<Company>, bound_ms: Option<f64>, cases: Vec<Load>) -> Self {
        let (schema, machine) = (Self::SCHEMA.to_owned(), Machine::this());
        Self { schema, created, tool, machine, company, bound_ms, cases, integrity: None }
    }

    /// With its checksum.
    ///
    /// # Errors
    /// Where a number is none: JSON has no infinity.
    pub fn sealed(&self) -> Result<Self, serde_json::Error> {
        Ok(Self { integrity: Some(integrity(self)?), ..self.clone() })
    }

    /// Writes it, with its checksum, into the file `path`, whole or not at all.
    ///
    /// # Errors
    /// [`WriteError`]; what stood there before still does.
    pub fn write(&self, path: &Path) -> Result<(), WriteError> {
        write_sealed(path, self.sealed())
    }

    /// The highest rate of shares of which 99 of 100 were answered within the bound.
    #[must_use]
    pub fn highest_rate(&self) -> Option<&Load> {
        let bound = self.bound_ms?;
        let kept = self.cases.iter().filter(|load| load.keeps_ms(bound));
        kept.max_by(|a, b| a.share_rate.total_cmp(&b.share_rate))
    }
}
