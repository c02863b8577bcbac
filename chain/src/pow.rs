//! The proof-of-work functions, a closed list, and the plain reference of each.

mod blake2s;
mod blake3;
mod blake3d;
mod keccak_256;
mod scrypt;
mod sha256d;
mod sha3_256d;
mod sha512_256d;

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
    /// Keccak-256, older than SHA-3 and padded differently: `MaxCoin`.
    Keccak256,
    /// SHA3-256 twice: BSHA3.
    Sha3_256d,
    /// BLAKE2s with 32 bytes out: Nevacoin.
    Blake2s,
    /// BLAKE3.
    Blake3,
    /// BLAKE3 twice.
    Blake3d,
    /// SHA-512/256 twice: Radiant.
    Sha512_256d,
}

/// A word that names no algorithm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no algorithm is called {0:?}: known are {known}", known = known())]
pub struct UnknownAlgorithm(pub String);

fn known() -> String {
    Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect::<Vec<_>>().join(", ")
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: &[Self] = &[
        Self::Sha256d,
        Self::Scrypt,
        Self::Keccak256,
        Self::Sha3_256d,
        Self::Blake2s,
        Self::Blake3,
        Self::Blake3d,
        Self::Sha512_256d,
    ];

    /// The judge: the plain reference hash of `header`, in internal order.
    #[must_use]
    pub fn hash(self, header: &Header) -> Hash {
        match self {
            Self::Sha256d => sha256d::hash(header),
            Self::Scrypt => scrypt::hash(header),
            Self::Keccak256 => keccak_256::hash(header),
            Self::Sha3_256d => sha3_256d::hash(header),
            Self::Blake2s => blake2s::hash(header),
            Self::Blake3 => blake3::hash(header),
            Self::Blake3d => blake3d::hash(header),
            Self::Sha512_256d => sha512_256d::hash(header),
        }
    }

    /// What names the block of `header`, and is the previous hash of the next: SHA-256d in the coins of SHA-256d and scrypt,
    /// the proof of work itself in those that are named at the other algorithms.
    #[must_use]
    pub fn block_id(self, header: &Header) -> Hash {
        match self {
            Self::Sha256d | Self::Scrypt => header.id(),
            _ => self.hash(header),
        }
    }

    /// The name used everywhere: command line, results, logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256d => "sha256d",
            Self::Scrypt => "scrypt",
            Self::Keccak256 => "keccak-256",
            Self::Sha3_256d => "sha3-256d",
            Self::Blake2s => "blake2s",
            Self::Blake3 => "blake3",
            Self::Blake3d => "blake3d",
            Self::Sha512_256d => "sha512-256d",
        }
    }

    /// The target of difficulty 1, by the convention of Stratum pools: `0xffff * 2^208` for most ("pdiff" of SHA-256d),
    /// 2^16 times that for scrypt, 2^8 times for Keccak-256 (`multiplier` in node-stratum-pool's algoProperties.js; cpuminer-opt's
    /// `opt_target_factor`, which is half of it where a pool is set up as `keccak` instead of `keccakc`).
    #[must_use]
    pub fn difficulty_one(self) -> Target {
        let mut bytes = [0; 32];
        let at = match self {
            Self::Scrypt => 2,
            Self::Keccak256 => 3,
            Self::Sha256d | Self::Sha3_256d | Self::Blake2s | Self::Blake3 | Self::Blake3d | Self::Sha512_256d => 4,
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
            "keccak-256" | "keccak256" | "keccak" | "keccakc" => Ok(Self::Keccak256),
            "sha3-256d" | "sha3-256-d" | "sha3d" | "sha-3d" | "bsha3" => Ok(Self::Sha3_256d),
            "blake2s" | "blake2-s" | "blake-2s" | "blake2s-256" => Ok(Self::Blake2s),
            "blake3" | "blake-3" | "blake3-256" => Ok(Self::Blake3),
            "blake3d" | "blake-3d" | "blake3-d" | "double-blake3" => Ok(Self::Blake3d),
            "sha512-256d" | "sha512256d" | "sha-512-256d" | "sha512/256d" | "sha512-256-d" => Ok(Self::Sha512_256d),
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
