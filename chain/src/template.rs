//! Block templates: a node's proposal of a block that lacks only coinbase and nonce. Source: BIPs 22, 23 and 145.

mod json;

use std::sync::Arc;

use crate::coinbase::Coinbase;
use crate::hash::{Hash, sha256d};
use crate::header::{Nbits, Ntime, Version};
use crate::hex::HexError;
use crate::job::{Job, JobId};
use crate::merkle::merkle_tree_root;
use crate::payout::{CoinbaseTerms, Payout, PayoutError, Script, push_of};
use crate::pow::Algorithm;
use crate::target::{CompactError, Target};

/// How far the time of a header may run ahead of its template, in seconds. Nodes allow 7200 beyond their own clock; ckpool
/// has used 7000 for years.
const NTIME_AHEAD: u32 = 7_000;

/// A block that lacks only coinbase and nonce, as a node proposes it.
#[derive(Debug, Clone)]
pub struct BlockTemplate {
    version: Version,
    /// Bits of the version that the chain leaves free to roll.
    free_bits: u32,
    prev_hash: Hash,
    height: u32,
    nbits: Nbits,
    ntime: Ntime,
    last_ntime: Ntime,
    coinbase_value: u64,
    coinbase_aux: Vec<u8>,
    /// The script of the commitment output, on chains where segwit is active.
    commitment: Option<Script>,
    branch: Vec<Hash>,
    /// Hexadecimal of everything behind the coinbase: the transactions, and what some chains add to them. No `Arc<str>`, which
    /// would cost one more copy of megabytes.
    rest: Arc<String>,
    transactions: usize,
    long_poll_id: Option<String>,
}

/// Why a template cannot be mined.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// No JSON, or a field that every template has is missing or of another type.
    #[error("the template does not parse: {0}")]
    Json(#[from] serde_json::Error),
    /// The node says not to mine without knowing this rule.
    #[error("the template demands the rule {0:?}, which this version does not know: update hashkit")]
    UnknownRule(String),
    /// A signet whose blocks need a signature that we cannot make.
    #[error(
        "this signet signs its blocks (challenge {0}): only its operators can mine; use a signet with challenge 51"
    )]
    Signed(String),
    /// `bits` names no target that can be met.
    #[error("the template's bits name no target: {0}")]
    Bits(#[from] CompactError),
    /// `bits` and `target` are two forms of one number.
    #[error("the template contradicts itself: bits {bits} are not the target {target}")]
    TargetDisagrees {
        /// The compact form.
        bits: Nbits,
        /// The long form.
        target: String,
    },
    /// A hexadecimal field is none.
    #[error("the template's {field} is damaged: {reason}")]
    Hex {
        /// Its name.
        field: &'static str,
        /// What is wrong.
        reason: HexError,
    },
    /// A number lies outside what a header can carry.
    #[error("the template's {field} of {value} does not fit a header")]
    Range {
        /// Its name.
        field: &'static str,
        /// The number.
        value: i64,
    },
    /// No legal time is left: the network's minimum lies behind the maximum.
    #[error("the template allows no time: at least {first} and at most {last}")]
    NoTime {
        /// The earliest.
        first: Ntime,
        /// The latest.
        last: Ntime,
    },
}

/// What a pool adds to a template to make a job of it.
#[derive(Debug, Clone, Copy)]
pub struct JobTerms<'a> {
    /// How headers are hashed; templates do not say it.
    pub algorithm: Algorithm,
    /// The version bits that may be rolled. Those are taken out that the template requires, and all of them where the
    /// algorithm's coins, or this chain, give such bits a meaning.
    pub version_mask: u32,
    /// Whom the block pays.
    pub payout: &'a Payout,
    /// What the coinbase tells child chains, [`crate::MergedTree::commitment`]; empty for nothing.
    pub commitment: &'a [u8],
    /// The bytes of one connection, which no other has.
    pub extranonce1: &'a [u8],
    /// How many bytes the miner rolls.
    pub extranonce2_len: usize,
    /// What a hash has to meet to be a share.
    pub share_target: Target,
}

impl BlockTemplate {
    /// The `result` of `getblocktemplate`. Lenient where nodes differ: unknown fields are ignored and most others optional.
    /// Strict where a block would be lost: unknown rules, a target that contradicts the bits, damaged hexadecimal.
    ///
    /// # Errors
    /// [`TemplateError`] says why it cannot be mined.
    pub fn from_json(text: &str) -> Result<Self, TemplateError> {
        json::read(text)
    }

    /// A job of this template, with version, time and branch as the node proposed them.
    ///
    /// # Errors
    /// [`PayoutError`] when height, aux data, tag and extranonces do not fit into a coinbase.
    pub fn job(&self, id: JobId, terms: &JobTerms) -> Result<Job, PayoutError> {
        Ok(Job {
            id,
            algorithm: terms.algorithm,
            version: self.version,
            version_mask: terms.version_mask & terms.algorithm.free_version_bits() & self.free_bits,
            prev_hash: self.prev_hash,
            coinbase: self.coinbase(terms)?,
            branch: self.branch.clone(),
            nbits: self.nbits,
            ntime: self.ntime,
            last_ntime: self.last_ntime,
            share_target: terms.share_target,
        })
    }

    fn coinbase(&self, terms: &JobTerms) -> Result<Coinbase, PayoutError> {
        let aux = [&self.coinbase_aux[..], &push_of(terms.commitment)].concat();
        terms.payout.coinbase(&CoinbaseTerms {
            height: self.height,
            value: self.coinbase_value,
            aux: &aux,
            commitment: self.commitment.as_ref(),
            extranonce1: terms.extranonce1,
            extranonce2_len: terms.extranonce2_len,
        })
    }

    /// The parent of the block to be.
    #[must_use]
    pub fn prev_hash(&self) -> Hash {
        self.prev_hash
    }

    /// The height of the block to be.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The network target in compact form.
    #[must_use]
    pub fn nbits(&self) -> Nbits {
        self.nbits
    }

    /// The time to start from: the node's clock, or later where the chain's own time demands it.
    #[must_use]
    pub fn ntime(&self) -> Ntime {
        self.ntime
    }

    /// The last time that its header may carry.
    #[must_use]
    pub fn last_ntime(&self) -> Ntime {
        self.last_ntime
    }

    /// What all outputs of the coinbase get together, in base units.
    #[must_use]
    pub fn coinbase_value(&self) -> u64 {
        self.coinbase_value
    }

    /// Transactions besides the coinbase.
    #[must_use]
    pub fn transactions(&self) -> usize {
        self.transactions
    }

    /// What to send back in order to wait for the next template; `None` where the node offers no long poll.
    #[must_use]
    pub fn long_poll_id(&self) -> Option<&str> {
        self.long_poll_id.as_deref()
    }

    /// What stands behind the coinbase in the block, in hexadecimal.
    pub(crate) fn rest(&self) -> &Arc<String> {
        &self.rest
    }

    /// Whether the coinbase needs a witness on the wire: the chain has segwit.
    #[must_use]
    pub fn has_witness(&self) -> bool {
        self.commitment.is_some()
    }

    /// Whether `job` was made of this template, or of one with the same parent and transactions.
    #[must_use]
    pub fn made(&self, job: &Job) -> bool {
        job.prev_hash == self.prev_hash && job.branch == self.branch && job.nbits == self.nbits
    }
}

/// The script that commits to the witnesses of all transactions, given their witness hashes in internal order (BIP 141).
fn witness_commitment(witness_hashes: &[Hash]) -> Script {
    const MARK: [u8; 6] = [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed];
    // The coinbase stands in its own tree as zero.
    let leaves: Vec<_> = [Hash::ZERO].iter().chain(witness_hashes).copied().collect();
    let (root, _) = merkle_tree_root(&leaves);
    let commitment = sha256d(&[*root.as_internal(), crate::block::RESERVED_VALUE].concat());
    Script::from_bytes([&MARK, &commitment.as_internal()[..]].concat())
}

#[cfg(test)]
mod tests;
