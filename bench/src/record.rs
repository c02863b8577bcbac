//! Results as lines for `record/`.

use std::io::{self, Write};

use serde::Serialize;

use crate::machine::{Company, Machine};

/// One measurement with what has to be known about it. `scripts/bench-record` adds date, commit and a note.
#[derive(Debug, Clone, Serialize)]
pub struct Result<T> {
    /// The program that measured.
    pub bench: &'static str,
    /// What it measured on.
    pub machine: Machine,
    /// Who else used the machine meanwhile; absent where the system does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<Company>,
    /// The cases.
    pub cases: Vec<T>,
}

impl<T: Serialize> Result<T> {
    /// Writes it as a line of JSON to standard output.
    ///
    /// # Errors
    /// When nobody takes the line.
    pub fn print(&self) -> io::Result<()> {
        writeln!(io::stdout(), "{}", serde_json::to_string(self)?)
    }
}

/// Whether `cargo bench` runs this, which wants numbers; `cargo test` only wants to see it run.
#[must_use]
pub fn wants_numbers() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}
