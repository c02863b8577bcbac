//! A pool: follows its nodes, serves jobs to any number of miners, judges their shares and brings their blocks home. The
//! protocol is `hashkit_stratum::Session`; this is its shell of sockets, clocks and tasks.

mod connection;
mod door;
mod event;
mod extranonce;
mod follow;
mod listen;
mod merge;
mod notices;
mod observe;
mod settings;
mod shared;
mod shares;
mod submit;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hashkit_chain::{BlockTemplate, PayoutError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::health::ChainHealth;
use crate::node::{Node, NodeError};
pub use door::Door;
pub use event::{PoolEvent, PoolEvents, PoolStats};
pub use merge::ChildChain;
use merge::Merged;
pub use settings::PoolSettings;
use shared::{Shared, lock};
pub use shares::ShareVerdict;

/// How long closing waits for blocks on their way and answers to miners.
const CLOSING: Duration = Duration::from_secs(4);

/// Why a pool does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The node gives no first template.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The payout makes no coinbase.
    #[error(transparent)]
    Payout(#[from] PayoutError),
    /// The template names no target.
    #[error("the node's template cannot be mined: {0}")]
    Template(String),
    /// The node would refuse every block of this pool.
    #[error("the node at {node} would refuse our blocks: {word}; check the payout and the tag")]
    Proposal {
        /// The node.
        node: String,
        /// Its word.
        word: String,
    },
    /// A child chain cannot be mined as it was asked for.
    #[error("merged mining cannot start: {0}")]
    Child(String),
    /// Nobody can connect.
    #[error("cannot listen on {address}: {reason}; choose another address or port with --listen")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        reason: std::io::Error,
    },
}

/// A running pool. Dropped, it closes without waiting for anything.
pub struct Pool {
    shared: Arc<Shared>,
    local_addr: Option<SocketAddr>,
    /// What has happened before anybody asked.
    early: Mutex<Option<PoolEvents>>,
}

impl Pool {
    /// Waits for the first template of any node, then opens the port.
    ///
    /// # Errors
    /// [`StartError`] when no node gives a template within the patience, and when the port cannot be opened.
    pub async fn start(settings: PoolSettings) -> Result<Self, StartError> {
        let (first, template) = first_template(&settings.nodes, settings.node_patience).await?;
        let merged = Merged::new(merge::first_blocks(&settings.children).await?);
        let shared = Arc::new(Shared::new(&settings, first, template.clone(), merged)?);
        let early = Mutex::new(Some(PoolEvents(shared.events.subscribe())));
        shared.propose(&settings.nodes[first]).await?;
        let mut local_addr = None;
        if let Some(address) = settings.listen {
            let failed = |reason| StartError::Listen { address, reason };
            let listener = listen::open(address).map_err(failed)?;
            local_addr = Some(listener.local_addr().map_err(failed)?);
            shared.spawn(listen::accept(Arc::clone(&shared), listener));
        }
        if settings.nodes.len() > 1 {
            follow::ground(&shared, first, &template).await;
        } else {
            // Nobody compares anything with it: it need not delay the first job.
            let (shared_later, template) = (Arc::clone(&shared), template.clone());
            shared.spawn(async move { follow::ground(&shared_later, first, &template).await });
        }
        let mut template = Some(template);
        for number in 0..settings.nodes.len() {
            let given = if number == first { template.take() } else { None };
            shared.spawn(follow::follow(Arc::clone(&shared), number, given));
            shared.spawn(observe::observe(Arc::clone(&shared), number));
        }
        for (number, child) in settings.children.into_iter().enumerate() {
            shared.spawn(merge::follow(Arc::clone(&shared), number, child));
        }
        shared.hand_in_what_is_open();
        Ok(Self { shared, local_addr, early })
    }

    /// Where it listens; `None` where it opened no port.
    #[must_use]
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.local_addr
    }

    /// Serves a miner on any stream. `peer` names it in events.
    pub fn serve(&self, stream: impl AsyncRead + AsyncWrite + Send + 'static, peer: &str) {
        self.shared.spawn(connection::serve(Arc::clone(&self.shared), stream, peer.to_owned()));
    }

    /// The way in for miners of this process.
    #[must_use]
    pub fn door(&self) -> Door {
        Door::new(Arc::clone(&self.shared))
    }

    /// What happens from now on; who asks first hears what has happened since the start, too.
    #[must_use]
    pub fn events(&self) -> PoolEvents {
        lock(&self.early).take().unwrap_or_else(|| PoolEvents(self.shared.events.subscribe()))
    }

    /// The sums so far.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        self.shared.counters.read()
    }

    /// Asks every node for a new template now, and mines it however little is new.
    pub fn renew(&self) {
        self.shared.renew();
    }

    /// How the chain and the nodes fare.
    #[must_use]
    pub fn chain_health(&self) -> ChainHealth {
        self.shared.chain_health()
    }

    /// Closes port and connections, and waits a few seconds for blocks on their way.
    pub async fn shutdown(self) {
        self.shared.closing.send_replace(true);
        let tasks = std::mem::take(&mut *lock(&self.shared.tasks));
        if timeout(CLOSING, tasks.join_all()).await.is_err() {
            tracing::warn!("closed before every block on its way was answered for");
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.closing.send_replace(true);
    }
}

/// Asks all nodes until one is ready; what does not pass by itself at any of them is told at once.
async fn first_template(nodes: &[Node], patience: Duration) -> Result<(usize, BlockTemplate), NodeError> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(100);
    let mut said = String::new();
    loop {
        let error = match ask_all(nodes).await {
            Ok(given) => return Ok(given),
            Err(error) if !error.may_pass() || start.elapsed() + pause > patience => return Err(error),
            Err(error) => error.to_string(),
        };
        if error != said {
            tracing::warn!("waiting: {error}");
            said = error;
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
    }
}

/// The first answer counts; of several failures one that may pass, because asking again may help then.
async fn ask_all(nodes: &[Node]) -> Result<(usize, BlockTemplate), NodeError> {
    let mut asked = JoinSet::new();
    for (number, node) in nodes.iter().cloned().enumerate() {
        asked.spawn(async move { node.template(None).await.map(|template| (number, template)) });
    }
    let mut failure: Option<NodeError> = None;
    while let Some(answer) = asked.join_next().await {
        match answer.expect("asking a node does not panic") {
            Ok(given) => return Ok(given),
            Err(error) if failure.is_none() || error.may_pass() => failure = Some(error),
            Err(_) => {}
        }
    }
    Err(failure.expect("a pool has at least one node"))
}
