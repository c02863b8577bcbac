//! What `hashkit hash` computes.

use super::digest::Digest;
use crate::cli::words::Words;

/// A function over bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    /// A digest of the bytes alone.
    Digest(Digest),
    /// RandomX, which hashes them under a key.
    #[cfg(feature = "randomx")]
    RandomX,
}

impl Function {
    /// The names, as an argument.
    pub(super) fn words() -> Words<Self> {
        let names = Digest::ALL.map(Digest::name).into_iter();
        #[cfg(feature = "randomx")]
        let names = names.chain(["randomx"]);
        Words::new(names.collect(), Self::from_spelling)
    }

    /// The function that `text` names; upper case, underscores and the usual other spellings count.
    fn from_spelling(text: &str) -> Option<Self> {
        #[cfg(feature = "randomx")]
        if matches!(text.to_ascii_lowercase().replace('_', "-").as_str(), "randomx" | "random-x" | "rx/0") {
            return Some(Self::RandomX);
        }
        Digest::from_spelling(text).map(Self::Digest)
    }
}
