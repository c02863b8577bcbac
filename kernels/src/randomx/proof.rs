//! The start-up proof of RandomX: known hashes.

use std::num::NonZeroUsize;

use hashkit_chain::randomx::Key;
use hashkit_chain::{Hash, hex};

use super::memory::{Ask, KeyMemory, MemoryError, Mode};
use super::search::Search;

/// Known hashes: key, input and hash a line.
const KNOWN: &str = include_str!("../../../tests/vectors/randomx.txt");

/// Why the searches of this machine are not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Nothing could be hashed.
    #[error(transparent)]
    KeyMemory(#[from] MemoryError),
    /// A wrong hash.
    #[error(
        "RandomX in {mode} mode gives {found} for the known input {input}, whose hash is {expected}: \
         the processor, its clock or the memory is at fault, or the program"
    )]
    Wrong {
        /// The mode.
        mode: Mode,
        /// What was hashed, in hexadecimal.
        input: String,
        /// The known hash.
        expected: Hash,
        /// The one that came.
        found: Hash,
    },
}

/// A known hash.
pub(super) struct Known {
    pub(super) key: Key,
    pub(super) input: Vec<u8>,
    pub(super) hash: Hash,
}

/// Unfolds each key of the known hashes in `mode` and computes them: some tenths of a second a key in light mode, and as much
/// as the filling of a dataset takes in fast mode. `keys` limits how many.
///
/// # Errors
/// [`ProofError`] names the first hash that is wrong, or what memory is lacking.
pub fn prove(mode: Mode, keys: usize, threads: NonZeroUsize) -> Result<(), ProofError> {
    let known: Vec<Known> = known().collect();
    for known in known.chunk_by(|one, next| one.key == next.key).take(keys) {
        let memory = KeyMemory::fill(&known[0].key, mode, Ask::Huge, threads)?;
        let hashes = Search::open(&memory, Ask::Huge)?.hash_each(known.iter().map(|known| &known.input));
        for (known, found) in known.iter().zip(hashes) {
            if found != known.hash {
                let input = hex::encode(&known.input);
                return Err(ProofError::Wrong { mode, input, expected: known.hash, found });
            }
        }
    }
    Ok(())
}

/// The known hashes, those of one key together.
pub(super) fn known() -> impl Iterator<Item = Known> {
    KNOWN.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split(' ');
        let key = Key::from_hex(fields.next()?).ok()?;
        let input = hex::decode(fields.next()?).ok()?;
        Some(Known { key, input, hash: Hash::from_internal(hex::decode_array(fields.next()?).ok()?) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn randomx_in_light_mode_gives_the_known_hashes() {
        assert!(known().count() >= 8, "the file is known to hold more than the reference's own");
        assert_eq!(prove(Mode::Light, usize::MAX, NonZeroUsize::MIN), Ok(()));
    }
}
