//! The proof-of-work functions, a closed list, and the plain reference of each.

mod scrypt;
mod sha256d;

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;
use crate::header::Header;
use crate::target::Target;

/// A proof-of-work function over an 80-byte header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// SHA-256 twice: Bitcoin and its relatives.
    Sha256d,
    /// scrypt with N = 1024, r = 1, p = 1 and the header as password and salt: Litecoin, Dogecoin.
    Scrypt,
}

/// A word that names no algorithm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no algorithm is called {0:?}: known are sha256d and scrypt")]
pub struct UnknownAlgorithm(pub String);

impl Algorithm {
    /// Every algorithm.
    pub const ALL: &[Self] = &[Self::Sha256d, Self::Scrypt];

    /// The judge: the plain reference hash of `header`, in internal order.
    #[must_use]
    pub fn hash(self, header: &Header) -> Hash {
        match self {
            Self::Sha256d => sha256d::hash(header),
            Self::Scrypt => scrypt::hash(header),
        }
    }

    /// The name used everywhere: command line, results, logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256d => "sha256d",
            Self::Scrypt => "scrypt",
        }
    }

    /// The target of difficulty 1: `0xffff * 2^208` for SHA-256d ("pdiff"), 2^16 times that for scrypt, by the convention
    /// of Stratum pools.
    #[must_use]
    pub fn difficulty_one(self) -> Target {
        let mut bytes = [0; 32];
        let at = match self {
            Self::Sha256d => 4,
            Self::Scrypt => 2,
        };
        bytes[at..at + 2].fill(0xff);
        Target::from_be_bytes(bytes)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Upper case, underscores and the usual other spellings are accepted.
impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(text: &str) -> Result<Self, UnknownAlgorithm> {
        match text.to_ascii_lowercase().replace('_', "-").as_str() {
            "sha256d" | "sha-256d" | "sha256-d" | "double-sha256" => Ok(Self::Sha256d),
            "scrypt" | "scrypt-1024" | "scrypt:1024" | "scrypt-1024-1-1" => Ok(Self::Scrypt),
            _ => Err(UnknownAlgorithm(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_algorithm_answers_to_its_usual_spellings() {
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.name().parse(), Ok(*algorithm));
            assert_eq!(algorithm.name().to_uppercase().parse(), Ok(*algorithm));
        }
        assert_eq!("SCRYPT_1024_1_1".parse(), Ok(Algorithm::Scrypt));
        assert_eq!("md5".parse::<Algorithm>(), Err(UnknownAlgorithm("md5".into())));
    }
}
