//! What a node says of itself, apart from blocks: its peers, its clock, its waiting transactions. Nothing is mined by it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hashkit_chain::{Hash, hex};
use serde_json::json;
use tokio::time::Instant;

use super::{Node, NodeError};

/// How long one question may take; nobody waits for the answer.
const LIMIT: Duration = Duration::from_secs(5);

/// What a node says of itself. What some nodes do not tell is absent.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Survey {
    pub(crate) peers: Option<u64>,
    /// Transactions that wait for a block, and their fees together in whole coins.
    pub(crate) waiting: Option<u64>,
    pub(crate) fees: Option<f64>,
    /// How far its clock is ahead of ours, in seconds; negative where it is behind.
    pub(crate) skew: Option<f64>,
    /// How long it took to answer.
    pub(crate) took: Duration,
}

impl Node {
    /// Asks it.
    pub(crate) async fn survey(&self) -> Survey {
        #[derive(serde::Deserialize)]
        struct Mempool {
            size: u64,
            /// Absent in older nodes.
            total_fee: Option<f64>,
        }
        #[derive(serde::Deserialize)]
        struct Totals {
            timemillis: u64,
        }
        let asked = (Instant::now(), SystemTime::now());
        let totals: Option<Totals> = self.ask("getnettotals").await;
        let took = asked.0.elapsed();
        // Its clock was read somewhere between the question and the answer.
        let ours = (asked.1 + took / 2).duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let skew = totals.map(|totals| totals.timemillis as f64 / 1000.0 - ours);
        let mempool: Option<Mempool> = self.ask("getmempoolinfo").await;
        Survey {
            peers: self.ask("getconnectioncount").await,
            waiting: mempool.as_ref().map(|mempool| mempool.size),
            fees: mempool.and_then(|mempool| mempool.total_fee).filter(|fees| fees.is_finite()),
            skew,
            took,
        }
    }

    /// The id of the block at `height` on its active chain.
    ///
    /// # Errors
    /// [`NodeError`].
    pub(crate) async fn block_at(&self, height: u32) -> Result<Hash, NodeError> {
        const METHOD: &str = "getblockhash";
        let text: String = self.rpc.call(METHOD, &json!([height]), LIMIT).await?.read()?;
        text.parse().map_err(|error: hex::HexError| self.nonsense(METHOD, &error.to_string()))
    }

    /// The answer to a question without parameters; `None` where it gives none.
    async fn ask<T: serde::de::DeserializeOwned>(&self, method: &'static str) -> Option<T> {
        self.rpc.call(method, &"[]", LIMIT).await.ok()?.read().ok()
    }
}
