//! The judge of RandomX.

use std::fmt;

use randomx_rs::{RandomXCache, RandomXError, RandomXFlag, RandomXVM};

use super::header::MoneroHeader;
use super::key::Key;
use crate::hash::Hash;
use crate::share::Reject;
use crate::target::Target;

/// The plain RandomX hash under one key: the reference library's interpreter in light mode, without compiled programs,
/// AES instructions or huge pages, which are what kernels use.
///
/// It holds 256 MiB and takes about a second to make; a hash takes some tenths of a second. It stays on the thread that made it.
pub struct Judge {
    machine: RandomXVM,
    key: Key,
}

/// Why there is no verdict.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JudgeError {
    /// The memory could not be had.
    #[error("no judge of RandomX could be made ({0}): it needs 260 MiB of memory")]
    Memory(String),
    /// The library gave no hash.
    #[error("RandomX gave no hash of {len} bytes: {problem}")]
    NoHash {
        /// How many bytes were to be hashed.
        len: usize,
        /// The library's words.
        problem: String,
    },
    /// The hash does not meet the target.
    #[error(transparent)]
    Rejected(#[from] Reject),
}

/// A header whose hash the judge has found to meet a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    key: Key,
    header: MoneroHeader,
    hash: Hash,
}

impl Judge {
    /// The judge for `key`.
    ///
    /// # Errors
    /// [`JudgeError::Memory`] when its memory cannot be had.
    pub fn new(key: Key) -> Result<Self, JudgeError> {
        let plain = RandomXFlag::FLAG_DEFAULT;
        let no_memory = |error: RandomXError| JudgeError::Memory(error.to_string());
        let cache = RandomXCache::new(plain, key.as_bytes()).map_err(no_memory)?;
        let machine = RandomXVM::new(plain, Some(cache), None).map_err(no_memory)?;
        Ok(Self { machine, key })
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The hash of `input`, its bytes as RandomX leaves them; a target reads them as a little-endian number.
    ///
    /// # Errors
    /// [`JudgeError::NoHash`] of no bytes at all, which the library refuses.
    pub fn hash(&self, input: &[u8]) -> Result<Hash, JudgeError> {
        let no_hash = |problem: String| JudgeError::NoHash { len: input.len(), problem };
        let bytes = self.machine.calculate_hash(input).map_err(|error| no_hash(error.to_string()))?;
        let bytes = bytes.try_into().map_err(|bytes: Vec<u8>| no_hash(format!("{} bytes came", bytes.len())))?;
        Ok(Hash::from_internal(bytes))
    }

    /// Hashes `header` as it is, and makes a share of it if that meets `target`.
    ///
    /// # Errors
    /// [`JudgeError::Rejected`] if it does not.
    pub fn check(&self, header: &MoneroHeader, target: &Target) -> Result<Share, JudgeError> {
        let hash = self.hash(header.as_bytes())?;
        if target.is_met_by(&hash) {
            Ok(Share { key: self.key.clone(), header: header.clone(), hash })
        } else {
            Err(Reject::AboveTarget { hash }.into())
        }
    }
}

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judge").field("key", &self.key).finish_non_exhaustive()
    }
}

impl Share {
    /// What it was hashed under.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The header, nonce included.
    #[must_use]
    pub fn header(&self) -> &MoneroHeader {
        &self.header
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;
    use crate::nonce::Nonce;
    use crate::randomx::MoneroTemplate;

    /// Nonces of the recorded template that monerod 0.18.0.0 has judged: it took the block of the first and refused that of the second.
    const RIGHT: u32 = 66;
    const WRONG: u32 = 67;

    /// Known hashes: key, input and hash a line.
    const KNOWN: &str = include_str!("../../../tests/vectors/randomx.txt");

    #[test]
    fn the_judge_of_randomx_gives_the_known_hashes() {
        let mut judges: Vec<Judge> = Vec::new();
        let lines: Vec<&str> = KNOWN.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(lines.len() >= 8, "the file is known to hold more than the reference's own");
        for line in lines {
            let [key, input, hash] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("three fields: {line}") };
            let key = Key::from_hex(key).unwrap();
            if judges.last().is_none_or(|judge| *judge.key() != key) {
                judges = vec![Judge::new(key).unwrap()];
            }
            let found = judges[0].hash(&hex::decode(input).unwrap()).unwrap();
            assert_eq!(hex::encode(found.as_internal()), hash, "{line}");
        }
        let refused = judges[0].hash(b"").unwrap_err();
        assert!(matches!(refused, JudgeError::NoHash { len: 0, .. }), "{refused}");
    }

    #[test]
    fn only_what_meets_the_target_becomes_a_share_and_only_a_share_of_the_template_a_block() {
        let text = include_str!("../../../tests/vectors/xmr-regtest-template.json");
        let template = MoneroTemplate::from_json(text).unwrap();
        let judge = Judge::new(template.key().clone()).unwrap();
        let header = |nonce| template.header().clone().with_nonce(Nonce(nonce));
        let (right, wrong) = (header(RIGHT), header(WRONG));
        let share = judge.check(&right, &template.target()).unwrap();
        let block = hex::encode(&template.block(&share).unwrap());
        assert!(text.contains(&block[..78]) && text.contains(&block[86..]), "the nonce alone is new");
        assert_eq!(block[78..86], hex::encode(&RIGHT.to_le_bytes()));
        let refused = judge.check(&wrong, &template.target()).unwrap_err();
        assert!(matches!(refused, JudgeError::Rejected(Reject::AboveTarget { .. })), "{refused}");

        let easy = judge.check(&wrong, &Target::MAX).unwrap();
        assert_eq!(template.block(&easy), None, "a share, and no block");
        let other = text.replacen("418015bb9ae982a1", "418015bb9ae982a2", 3);
        let other = MoneroTemplate::from_json(&other).unwrap();
        assert_eq!(other.block(&share), None, "a share of another template");
    }
}
