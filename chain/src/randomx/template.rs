//! What Monero's node proposes to mine.

use std::num::NonZeroU128;

use ruint::aliases::U256;
use serde::Deserialize;

use super::header::{HeaderError, MoneroHeader};
use super::judge::Share;
use super::key::{Key, KeyError};
use crate::hex::{self, HexError};
use crate::target::Target;

/// A block that lacks only its nonce: the `result` of `get_block_template`, a call of Monero's node.
///
/// The payout and the extranonce stand in the block as the node made it: a miner that changes them has to compute the tree
/// root of the header anew, which comes with Monero's own Stratum.
#[derive(Debug, Clone)]
pub struct MoneroTemplate {
    key: Key,
    header: MoneroHeader,
    block: Vec<u8>,
    difficulty: NonZeroU128,
    height: u64,
}

/// Why a template cannot be mined.
#[derive(Debug, thiserror::Error)]
pub enum MoneroTemplateError {
    /// No JSON, or a field is missing or of another type.
    #[error("the template does not parse: {0}")]
    Json(#[from] serde_json::Error),
    /// The seed hash is none.
    #[error("the template's seed_hash is damaged: {0}")]
    Key(#[from] KeyError),
    /// What is to be hashed is none.
    #[error("the template's blockhashing_blob is damaged: {0}")]
    Header(#[from] HeaderError),
    /// The block is not hexadecimal.
    #[error("the template's blocktemplate_blob is damaged: {0}")]
    Block(HexError),
    /// The block does not begin as its header does.
    #[error("the template contradicts itself: its block does not begin with its header")]
    HeaderDisagrees,
    /// A difficulty that is no number of 1 to 128 bits above zero.
    #[error("the template's difficulty {0:?} is no number from 1 to 2^128")]
    Difficulty(String),
}

/// The fields that are read; others are ignored.
#[derive(Deserialize)]
struct Fields {
    blockhashing_blob: String,
    blocktemplate_blob: String,
    seed_hash: String,
    height: u64,
    difficulty: u64,
    /// All bits, as `0x` and digits; nodes before 0.17 lack it.
    wide_difficulty: Option<String>,
}

impl MoneroTemplate {
    /// From the `result` of `get_block_template`.
    ///
    /// # Errors
    /// [`MoneroTemplateError`] says why it cannot be mined.
    pub fn from_json(text: &str) -> Result<Self, MoneroTemplateError> {
        let fields: Fields = serde_json::from_str(text)?;
        let header = MoneroHeader::from_hex(&fields.blockhashing_blob)?;
        let block = hex::decode(&fields.blocktemplate_blob).map_err(MoneroTemplateError::Block)?;
        // Behind the nonce the block goes on with its transactions, and the header with their root.
        let common = header.nonce_at() + size_of::<u32>();
        if block.get(..common) != header.as_bytes().get(..common) {
            return Err(MoneroTemplateError::HeaderDisagrees);
        }
        let key = Key::from_hex(&fields.seed_hash)?;
        Ok(Self { key, header, block, difficulty: fields.difficulty()?, height: fields.height })
    }

    /// What is hashed under: the seed hash.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// What is hashed; its nonce is the node's.
    #[must_use]
    pub fn header(&self) -> &MoneroHeader {
        &self.header
    }

    /// How many hashes a block takes on average.
    #[must_use]
    pub fn difficulty(&self) -> NonZeroU128 {
        self.difficulty
    }

    /// What a hash has to meet to be a block.
    #[must_use]
    pub fn target(&self) -> Target {
        target_of(self.difficulty)
    }

    /// The block's height.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.height
    }

    /// The finished block, for `submit_block`; none unless the share is one of this template and meets its target.
    #[must_use]
    pub fn block(&self, share: &Share) -> Option<Vec<u8>> {
        let nonce = share.header().nonce();
        let is_ours = *share.key() == self.key && *share.header() == self.header.clone().with_nonce(nonce);
        if !is_ours || !self.target().is_met_by(&share.hash()) {
            return None;
        }
        let common = self.header.nonce_at() + size_of::<u32>();
        let mut block = self.block.clone();
        block[..common].copy_from_slice(&share.header().as_bytes()[..common]);
        Some(block)
    }
}

impl Fields {
    fn difficulty(&self) -> Result<NonZeroU128, MoneroTemplateError> {
        let read = match &self.wide_difficulty {
            Some(text) => text.strip_prefix("0x").and_then(|digits| u128::from_str_radix(digits, 16).ok()),
            None => Some(u128::from(self.difficulty)),
        };
        read.and_then(NonZeroU128::new).ok_or_else(|| {
            MoneroTemplateError::Difficulty(self.wide_difficulty.clone().unwrap_or_else(|| self.difficulty.to_string()))
        })
    }
}

/// The largest hash that meets a difficulty of Monero's: hash times difficulty is less than 2^256
/// (`check_hash` of Monero's source).
#[must_use]
pub fn target_of(difficulty: NonZeroU128) -> Target {
    Target::from_uint(U256::MAX / U256::from(difficulty.get()))
}

#[cfg(test)]
mod tests {
    use ruint::Uint;

    use super::*;

    #[test]
    fn a_target_is_the_last_hash_whose_product_with_the_difficulty_fits_256_bits() {
        for difficulty in [1, 2, 3, 1000, 0x0001_0000, 350_000_000_003, u128::MAX] {
            let target = target_of(NonZeroU128::new(difficulty).unwrap()).to_le_bytes();
            let wide = |more: u64| Uint::<512, 8>::from_le_slice(&target) + Uint::from(more);
            let product = |more: u64| wide(more) * Uint::<512, 8>::from(difficulty);
            assert_eq!(product(0) >> 256, Uint::<512, 8>::ZERO, "{difficulty}: the target meets it");
            assert_ne!(product(1) >> 256, Uint::<512, 8>::ZERO, "{difficulty}: one more does not");
        }
    }

    /// A template with one field replaced; `None` takes the field away.
    fn with(field: &str, value: Option<serde_json::Value>) -> String {
        let text = include_str!("../../../tests/vectors/xmr-regtest-template.json");
        let mut template: serde_json::Value = serde_json::from_str(text).unwrap();
        let fields = template.as_object_mut().unwrap();
        match value {
            Some(value) => fields.insert(field.to_owned(), value),
            None => fields.remove(field),
        };
        template.to_string()
    }

    #[test]
    fn a_template_that_cannot_be_mined_is_refused_with_the_field() {
        let said = |field: &str, value| MoneroTemplate::from_json(&with(field, value)).unwrap_err().to_string();
        for (case, field, value, words) in [
            (
                "a header cut short",
                "blockhashing_blob",
                Some("1010".into()),
                "blockhashing_blob is damaged: 2 bytes are too few",
            ),
            ("a header of other bytes", "blockhashing_blob", Some("xyz".into()), "blockhashing_blob is damaged"),
            (
                "a seed hash cut short",
                "seed_hash",
                Some("".into()),
                "seed_hash is damaged: a RandomX key has 1 to 60 bytes, not 0",
            ),
            ("a seed hash that is none", "seed_hash", Some("no hash".into()), "seed_hash is damaged"),
            ("a block of other bytes", "blocktemplate_blob", Some("0".into()), "blocktemplate_blob is damaged"),
            ("a block of another header", "blocktemplate_blob", Some("00".into()), "contradicts itself"),
            ("no seed hash", "seed_hash", None, "missing field `seed_hash`"),
            ("a difficulty of zero", "wide_difficulty", Some("0x0".into()), "difficulty \"0x0\" is no number"),
            (
                "a difficulty of 129 bits",
                "wide_difficulty",
                Some(format!("0x1{}", "0".repeat(32)).into()),
                "is no number",
            ),
            ("a difficulty in words", "wide_difficulty", Some("easy".into()), "is no number"),
        ] {
            let said = said(field, value);
            assert!(said.contains(words), "{case}: {said}");
        }
        assert!(MoneroTemplate::from_json("{").is_err());
    }

    #[test]
    fn a_template_as_recorded_is_read() {
        let template = MoneroTemplate::from_json(&with("x", None)).unwrap();
        assert_eq!((template.height(), template.header().nonce_at()), (1, 39));
        assert_eq!(template.target(), target_of(template.difficulty()));
        let narrow = MoneroTemplate::from_json(&with("wide_difficulty", None)).unwrap();
        assert_eq!(narrow.difficulty(), template.difficulty(), "both fields say the same");
    }
}
