//! A node of a child chain: asked for blocks that lack only their proof of work, and handed those proofs. Source: Namecoin Core's
//! `rpc/auxpow.cpp` and Dogecoin Core's `rpc/mining.cpp`.

use std::time::Duration;

use hashkit_chain::{ChildBlock, Hash, Nbits, Target, hex};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ANSWER, Node, NodeError};

/// A child that is slow to answer holds up nobody but itself.
const CREATE: Duration = Duration::from_secs(10);

/// What a child's node says to a proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChildAnswer {
    /// Its chain has the block.
    Taken,
    /// It does not keep this block any more: its tip has changed since.
    TooOld,
    /// It refuses proof or block; its own word, where it has one.
    Refused(String),
}

impl ChildAnswer {
    /// What it means, as the end of a sentence that begins with the block.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::Taken => "the child's node has taken it",
            Self::TooOld => "the child's node no longer keeps it: its chain went on meanwhile",
            Self::Refused(_) => "the child's node refuses it: its log (debug.log) has the reason",
        }
    }
}

/// The result of `createauxblock`. Some nodes add the target, in one byte order or the other: it follows from the bits.
#[derive(Deserialize)]
struct Candidate {
    hash: String,
    chainid: u32,
    bits: String,
    height: u32,
}

impl Node {
    /// The newest block to mine, which pays `address`.
    ///
    /// # Errors
    /// [`NodeError`].
    pub(crate) async fn child_block(&self, address: &str) -> Result<ChildBlock, NodeError> {
        const METHOD: &str = "createauxblock";
        let candidate: Candidate = self.rpc.call(METHOD, &json!([address]), CREATE).await?.read()?;
        let hash: Hash =
            candidate.hash.parse().map_err(|error: hex::HexError| self.nonsense(METHOD, &error.to_string()))?;
        let bits = hex::decode_u32(&candidate.bits).map_err(|error| self.nonsense(METHOD, &error.to_string()))?;
        let target = Target::from_compact(Nbits(bits)).map_err(|error| self.nonsense(METHOD, &error.to_string()))?;
        Ok(ChildBlock { chain_id: candidate.chainid, hash, target, height: candidate.height })
    }

    /// Hands in the proof of a block that it gave.
    ///
    /// # Errors
    /// [`NodeError`] where it gave no verdict; then ask again.
    pub(crate) async fn submit_child(&self, block: Hash, proof: &[u8]) -> Result<ChildAnswer, NodeError> {
        const METHOD: &str = "submitauxblock";
        // RPC_INVALID_PARAMETER, "block hash unknown".
        const UNKNOWN: i64 = -8;
        let refused =
            |word: &str| ChildAnswer::Refused(word.chars().filter(|char| !char.is_control()).take(200).collect());
        let answer = self.rpc.call(METHOD, &json!([block.to_string(), hex::encode(proof)]), ANSWER).await?;
        match answer.read() {
            Ok(Value::Bool(true) | Value::Null) => Ok(ChildAnswer::Taken),
            Ok(Value::String(word)) => Ok(refused(&word)),
            Ok(_) => Ok(refused("without a word")),
            Err(NodeError::Refused { code: UNKNOWN, .. }) => Ok(ChildAnswer::TooOld),
            Err(NodeError::Refused { message, .. }) => Ok(refused(&message)),
            Err(error) => Err(error),
        }
    }
}
