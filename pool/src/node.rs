//! A node, asked over JSON-RPC: for templates, and to take blocks. One node; whoever has several holds several of these.

mod address;
mod answer;
mod body;
mod child;
mod hashblock;
mod rpc;
mod survey;

use std::sync::Arc;
use std::time::Duration;

use hashkit_chain::{Algorithm, BlockTemplate, Hash, Header, Network, Target};
use serde_json::json;

pub use address::{AddressProblem, Credentials};
pub use answer::SubmitAnswer;
pub use body::BlockHex;
pub(crate) use body::{Gate, Opener};
pub use child::ChildAnswer;
pub(crate) use hashblock::{NoticeError, Subscriber};
pub use rpc::NodeError;
use rpc::Rpc;
pub(crate) use survey::Survey;

/// How long an ordinary question may take. A template of a full block takes a node seconds.
const ANSWER: Duration = Duration::from_secs(30);

/// How long to wait for a new tip before asking again. The node itself looks at its transactions once a minute.
const LONG_POLL: Duration = Duration::from_mins(5);

/// Every rule name that some node wants to hear; those that a node does not know do no harm.
const RULES: [&str; 3] = ["segwit", "signet", "mweb"];

/// How long a node may take to judge a block before it is handed in again: a full one takes less than a second, and the same one
/// again is no more than a [`SubmitAnswer::Known`].
const VERDICT: Duration = Duration::from_secs(5);

/// A node behind its JSON-RPC front door. Cheap to clone; all clones share the connections that are kept open.
#[derive(Debug, Clone)]
pub struct Node {
    rpc: Arc<Rpc>,
    /// Another way to it, for blocks alone, which so never wait behind a question or for a connection.
    express: Arc<Rpc>,
    /// Host and port of its notices of new tips.
    notices: Option<Arc<str>>,
}

impl Node {
    /// A node at `http://host:port`, or `http://user:password@host:port`. Behind it, `#zmq=tcp://host:port` names the place of its
    /// notices of new blocks (`-zmqpubhashblock`). Nothing is asked yet.
    ///
    /// # Errors
    /// [`AddressProblem`] when the address cannot be used.
    pub fn new(address: &str, credentials: Credentials) -> Result<Self, AddressProblem> {
        let address = address::parse(address, credentials)?;
        let notices = address.zmq.clone().map(Arc::from);
        Ok(Self { rpc: Arc::new(Rpc::new(address.clone())), express: Arc::new(Rpc::new(address)), notices })
    }

    /// Its address without password, for messages.
    #[must_use]
    pub fn name(&self) -> &str {
        self.rpc.name()
    }

    /// Where its notices of new tips are heard.
    pub(crate) fn notices(&self) -> Option<&str> {
        self.notices.as_deref()
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
        BlockTemplate::from_json(answer.result()?.get())
            .map_err(|reason| NodeError::Template { node: self.name().to_owned(), reason })
    }

    /// Hands a block in.
    ///
    /// # Errors
    /// [`NodeError`] where the node gave no verdict; then ask again, because the block may be lost otherwise.
    pub async fn submit(&self, block: &BlockHex) -> Result<SubmitAnswer, NodeError> {
        self.submit_behind(block, None).await
    }

    /// The same; the last bytes wait for `gate`, so that the node has no block before.
    pub(crate) async fn submit_behind(&self, block: &BlockHex, gate: Option<Gate>) -> Result<SubmitAnswer, NodeError> {
        // What nodes call bytes that they cannot read as a block (RPC_DESERIALIZATION_ERROR).
        const UNREADABLE: i64 = -22;
        let answer = self.express.call_with_text("submitblock", block.pieces(), gate, VERDICT).await?;
        match answer.read() {
            Ok(word) => Ok(SubmitAnswer::of(Option::<String>::as_deref(&word))),
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
        let answer = self.rpc.call("getblocktemplate", &request, ANSWER).await?;
        match answer.result() {
            // A node that does not know the mode sends a template.
            Ok(result) => Ok(serde_json::from_str(result.get()).unwrap_or(None)),
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
        let text: String = self.rpc.call("getbestblockhash", &"[]", limit).await?.read()?;
        text.parse()
            .map_err(|error: hashkit_chain::hex::HexError| self.nonsense("getbestblockhash", &error.to_string()))
    }

    /// Keeps the way for blocks open: nodes close what is idle for 30 s. Called every ten seconds or so.
    ///
    /// # Errors
    /// [`NodeError`].
    pub(crate) async fn keep_warm(&self, limit: Duration) -> Result<(), NodeError> {
        self.express.call("getbestblockhash", &"[]", limit).await?.result().map(drop)
    }

    /// The header of a block that it knows. Its hash and its proof of work are checked, so that no node can lie about it.
    ///
    /// # Errors
    /// [`NodeError`], also when it does not know the block.
    pub async fn header(&self, block: Hash, algorithm: Algorithm) -> Result<Header, NodeError> {
        const METHOD: &str = "getblockheader";
        let text: String = self.rpc.call(METHOD, &json!([block.to_string(), false]), ANSWER).await?.read()?;
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
        answer.read().map(|header: Header| header.confirmations)
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
        let Chain { chain } = self.rpc.call("getblockchaininfo", &"[]", ANSWER).await?.read()?;
        Ok(match (algorithm, chain.as_str()) {
            (Algorithm::Scrypt, "main") => Network::Litecoin,
            (Algorithm::Scrypt, "regtest") => Network::LitecoinRegtest,
            (Algorithm::Scrypt, _) => Network::LitecoinTest,
            (_, "main") => Network::Bitcoin,
            (_, "regtest") => Network::BitcoinRegtest,
            _ => Network::BitcoinTest,
        })
    }
}

#[cfg(test)]
mod tests;
