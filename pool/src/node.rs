//! A node, asked over JSON-RPC: for templates, and to take blocks. One node; whoever has several holds several of these.

mod address;
mod answer;
mod rpc;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hashkit_chain::{Algorithm, BlockTemplate, Hash, Header, Network, Target};
use serde_json::json;
use serde_json::value::RawValue;

pub use address::{AddressProblem, Credentials};
pub use answer::SubmitAnswer;
pub use rpc::NodeError;
use rpc::Rpc;

/// How long an ordinary question may take. A template of a full block takes a node seconds.
const ANSWER: Duration = Duration::from_secs(30);

/// How long to wait for a new tip before asking again. The node itself looks at its transactions once a minute.
const LONG_POLL: Duration = Duration::from_mins(5);

/// Every rule name that some node wants to hear; those that a node does not know do no harm.
const RULES: [&str; 3] = ["segwit", "signet", "mweb"];

/// A node behind its JSON-RPC front door. Cheap to clone; all clones share the connections that are kept open.
#[derive(Debug, Clone)]
pub struct Node {
    rpc: Arc<Rpc>,
}

impl Node {
    /// A node at `http://host:port`, or `http://user:password@host:port`. Nothing is asked yet.
    ///
    /// # Errors
    /// [`AddressProblem`] when the address cannot be used.
    pub fn new(address: &str, credentials: Credentials) -> Result<Self, AddressProblem> {
        Ok(Self { rpc: Arc::new(Rpc::new(address::parse(address, credentials)?)) })
    }

    /// Its address without password, for messages.
    #[must_use]
    pub fn name(&self) -> &str {
        self.rpc.name()
    }

    /// The newest template. With the id of an earlier one the answer waits until there is something new, at most minutes.
    ///
    /// # Errors
    /// [`NodeError`]; a wait that ends without news is one that [may pass](NodeError::may_pass).
    pub async fn template(&self, long_poll_id: Option<&str>) -> Result<BlockTemplate, NodeError> {
        let mut request = json!({ "rules": RULES, "capabilities": ["coinbasevalue", "longpoll"] });
        let timeout = match long_poll_id {
            Some(id) => {
                request["longpollid"] = id.into();
                LONG_POLL
            }
            None => ANSWER,
        };
        let answer = self.rpc.call("getblocktemplate", &json!([request]), timeout).await?;
        BlockTemplate::from_json(answer.get())
            .map_err(|reason| NodeError::Template { node: self.name().to_owned(), reason })
    }

    /// Hands a block in, as [`Block::hex`](hashkit_chain::Block::hex) has it.
    ///
    /// # Errors
    /// [`NodeError`] where the node gave no verdict; then ask again, because the block may be lost otherwise.
    pub async fn submit(&self, hex: &str) -> Result<SubmitAnswer, NodeError> {
        // What nodes call bytes that they cannot read as a block (RPC_DESERIALIZATION_ERROR).
        const UNREADABLE: i64 = -22;
        match self.rpc.call("submitblock", &AsParams(hex), ANSWER).await {
            Ok(answer) => {
                self.read("submitblock", &answer).map(|word: Option<String>| SubmitAnswer::of(word.as_deref()))
            }
            Err(NodeError::Refused { code: UNREADABLE, message, .. }) => Ok(SubmitAnswer::Refused(message)),
            Err(error) => Err(error),
        }
    }

    /// Asks what the node would say to a block but for its proof of work: `None` for nothing, or the word of its refusal. A
    /// node that cannot tell says nothing.
    ///
    /// # Errors
    /// [`NodeError`] where the node gave no verdict.
    pub async fn propose(&self, block_hex: &str) -> Result<Option<String>, NodeError> {
        let request = json!([{ "mode": "proposal", "data": block_hex, "rules": RULES }]);
        match self.rpc.call("getblocktemplate", &request, ANSWER).await {
            // A node that does not know the mode sends a template.
            Ok(answer) => Ok(serde_json::from_str(answer.get()).unwrap_or(None)),
            Err(NodeError::Refused { code, message, .. }) => {
                tracing::debug!(code, message, "the node does not check proposals");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The hash of its tip, within `limit`: the cheapest sign of life.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn best_block(&self, limit: Duration) -> Result<Hash, NodeError> {
        let answer = self.rpc.call("getbestblockhash", &"[]", limit).await?;
        let text: String = self.read("getbestblockhash", &answer)?;
        text.parse()
            .map_err(|error: hashkit_chain::hex::HexError| self.nonsense("getbestblockhash", &error.to_string()))
    }

    /// The header of a block that it knows. Its hash and its proof of work are checked, so that no node can lie about it.
    ///
    /// # Errors
    /// [`NodeError`], also when it does not know the block.
    pub async fn header(&self, block: Hash, algorithm: Algorithm) -> Result<Header, NodeError> {
        const METHOD: &str = "getblockheader";
        let answer = self.rpc.call(METHOD, &json!([block.to_string(), false]), ANSWER).await?;
        let text: String = self.read(METHOD, &answer)?;
        let bytes =
            hashkit_chain::hex::decode_array(&text).map_err(|error| self.nonsense(METHOD, &error.to_string()))?;
        let header = Header::from_bytes(&bytes);
        let target = Target::from_compact(header.nbits).unwrap_or(Target::ZERO);
        let is_it = header.id() == block || algorithm.block_id(&header) == block;
        if !is_it || !target.is_met_by(&algorithm.hash(&header)) {
            return Err(self.nonsense(METHOD, "a header without its proof of work"));
        }
        Ok(header)
    }

    fn nonsense(&self, method: &'static str, reason: &str) -> NodeError {
        NodeError::Nonsense { node: self.name().to_owned(), method, reason: reason.to_owned() }
    }

    /// How many blocks confirm this one on the active chain, itself included; -1 on a side branch.
    ///
    /// # Errors
    /// [`NodeError`], also when the node does not know the block.
    pub async fn confirmations(&self, block: Hash) -> Result<i64, NodeError> {
        #[derive(serde::Deserialize)]
        struct Header {
            confirmations: i64,
        }
        let answer = self.rpc.call("getblockheader", &json!([block.to_string()]), ANSWER).await?;
        self.read("getblockheader", &answer).map(|header: Header| header.confirmations)
    }

    /// The network whose addresses it pays. Nodes name the chain but not the coin, which the algorithm tells.
    ///
    /// # Errors
    /// [`NodeError`].
    pub async fn network(&self, algorithm: Algorithm) -> Result<Network, NodeError> {
        #[derive(serde::Deserialize)]
        struct Chain {
            chain: String,
        }
        let answer = self.rpc.call("getblockchaininfo", &json!([]), ANSWER).await?;
        let Chain { chain } = self.read("getblockchaininfo", &answer)?;
        Ok(match (algorithm, chain.as_str()) {
            (Algorithm::Scrypt, "main") => Network::Litecoin,
            (Algorithm::Scrypt, "regtest") => Network::LitecoinRegtest,
            (Algorithm::Scrypt, _) => Network::LitecoinTest,
            (_, "main") => Network::Bitcoin,
            (_, "regtest") => Network::BitcoinRegtest,
            _ => Network::BitcoinTest,
        })
    }

    fn read<'a, T: serde::Deserialize<'a>>(&self, method: &'static str, answer: &'a RawValue) -> Result<T, NodeError> {
        serde_json::from_str(answer.get()).map_err(|error| NodeError::Nonsense {
            node: self.name().to_owned(),
            method,
            reason: error.to_string(),
        })
    }
}

/// A list of one text that needs no escapes: a block is not copied once more for it.
struct AsParams<'a>(&'a str);

impl fmt::Display for AsParams<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[\"{}\"]", self.0)
    }
}

#[cfg(test)]
mod tests;
