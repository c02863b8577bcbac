//! A pool of ours on a practice chain of its own, in this process, for a peer that mines on it.

use std::time::Duration;

use anyhow::{Context, Result};
use hashkit_chain::{Algorithm, Difficulty, Payout, Script};
use hashkit_pool::practice::{PracticeNode, PracticeSettings};
use hashkit_pool::{Node, Pool, PoolEvent, PoolEvents, PoolSettings};
use tokio::runtime::Runtime;
use tokio::time::timeout;

/// A practice chain and a pool on it. Both close when it is dropped.
pub struct PracticePool {
    runtime: Runtime,
    /// The chain behind its front door.
    pub node: PracticeNode,
    /// The pool.
    pub pool: Pool,
    events: PoolEvents,
}

impl PracticePool {
    /// Starts both on free ports of the loopback address.
    ///
    /// # Errors
    /// When either does not start.
    pub fn start(share_difficulty: f64) -> Result<Self> {
        let runtime = Runtime::new()?;
        let (node, pool) = runtime.block_on(async {
            let node = PracticeNode::start(PracticeSettings::default()).await?;
            let client = Node::new(&node.url(), node.credentials()).context("the practice chain's own address")?;
            let payout = Payout::to(Script::anyone());
            let difficulty = Difficulty::new(share_difficulty)?;
            let pool = Pool::start(PoolSettings::new(client, payout, Algorithm::Sha256d, difficulty)).await?;
            anyhow::Ok((node, pool))
        })?;
        let events = pool.events();
        Ok(Self { runtime, node, pool, events })
    }

    /// The port to connect to.
    ///
    /// # Panics
    /// Never: it was started with one.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.pool.local_addr().expect("it listens").port()
    }

    /// Waits for an event of the pool that `wanted` makes something of, passing over others.
    ///
    /// # Errors
    /// When none comes within `limit`.
    pub fn wait_for<T>(&mut self, limit: Duration, mut wanted: impl FnMut(PoolEvent) -> Option<T>) -> Result<T> {
        let events = &mut self.events;
        let found = async {
            loop {
                let event = events.next().await.context("the pool has closed")?;
                if let Some(found) = wanted(event) {
                    return anyhow::Ok(found);
                }
            }
        };
        self.runtime.block_on(async { timeout(limit, found).await }).context("the pool saw no such event in time")?
    }
}
