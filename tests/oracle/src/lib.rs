//! The practice chain judged by Bitcoin Core: what a test needs to mine on it and to damage blocks in every known way.
//!
//! `tests/words.rs` holds its answers against those recorded from a running Bitcoin Core. `tests/core.rs` replays its chains
//! through Bitcoin Core's own validation code; it is built with the feature `bitcoinkernel` alone, which takes minutes.

mod damage;
mod draft;
mod search;
mod world;

pub use damage::{Damaged, damage};
pub use draft::{Draft, Transaction, anyone};
pub use search::search;
pub use world::{World, now};

/// The recorded answers of Bitcoin Core, `tests/vectors/submitblock-results.json`: the case, what `submitblock` said and what
/// the proposal check said.
///
/// # Panics
/// When the file is damaged.
#[must_use]
pub fn recorded() -> Vec<(String, serde_json::Value, serde_json::Value)> {
    let file = include_str!("../../vectors/submitblock-results.json");
    let file: serde_json::Value = serde_json::from_str(file).expect("a JSON file of this project");
    let rows = file["rows"].as_array().expect("a list of rows");
    let row = |row: &serde_json::Value| {
        let case = row["case"].as_str().expect("every row has a case").to_owned();
        (case, row["submitblock"].clone(), row["proposal"].clone())
    };
    rows.iter().map(row).collect()
}
