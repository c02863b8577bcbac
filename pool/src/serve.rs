//! A pool: follows one node, serves jobs to any number of miners, judges their shares and brings their blocks home. The
//! protocol is `hashkit_stratum::Session`; this is its shell of sockets, clocks and tasks.

mod connection;
mod event;
mod extranonce;
mod follow;
mod listen;
mod shares;
mod submit;

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hashkit_chain::{Algorithm, Block, BlockTemplate, Difficulty, JobId, Payout, PayoutError, Previous, Share, Target};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::assembly::{Assembly, AssemblyError, Round};
use crate::node::{Node, NodeError};
use event::Counters;
pub use event::{PoolEvent, PoolEvents, PoolStats};
use extranonce::Extranonces;
pub use shares::ShareVerdict;
use shares::Shares;
use submit::HandedIn;

/// The version bits that BIP 320 frees.
const BIP_320_MASK: u32 = 0x1fff_e000;

/// Events that a slow reader may be behind.
const EVENTS: usize = 4096;

/// How long closing waits for blocks on their way and answers to miners.
const CLOSING: Duration = Duration::from_secs(4);

/// Everything that a pool is told at its start.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// Where templates come from and blocks go to.
    pub node: Node,
    /// Whom blocks pay.
    pub payout: Payout,
    /// The node's proof of work; it does not say.
    pub algorithm: Algorithm,
    /// The address to listen on; with port 0 the system chooses one, see [`Pool::local_addr`].
    pub listen: SocketAddr,
    /// The difficulty of a connection that suggests none. Never above the network's: a block is always a share.
    pub difficulty: Difficulty,
    /// What a suggestion is clamped to. By default it can only raise the difficulty, or anybody could flood the pool.
    pub suggested: RangeInclusive<Difficulty>,
    /// The version bits that miners may roll; 0 for none.
    pub version_mask: u32,
    /// How many connections are served at a time.
    pub connections: usize,
    /// How long to wait at the start for a node that is not ready.
    pub node_patience: Duration,
}

impl PoolSettings {
    /// The usual settings on a free port of the loopback address.
    #[must_use]
    pub fn new(node: Node, payout: Payout, algorithm: Algorithm, difficulty: Difficulty) -> Self {
        Self {
            node,
            payout,
            algorithm,
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            difficulty,
            suggested: difficulty..=Difficulty::of_target(Target::ZERO, algorithm),
            version_mask: BIP_320_MASK,
            connections: 1000,
            node_patience: Duration::from_secs(10),
        }
    }
}

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
    local_addr: SocketAddr,
}

impl Pool {
    /// Waits for the node's first template, then opens the port.
    ///
    /// # Errors
    /// [`StartError`] when the node gives no template within the patience, and when the port cannot be opened.
    pub async fn start(settings: PoolSettings) -> Result<Self, StartError> {
        let template = first_template(&settings.node, settings.node_patience).await?;
        let long_poll_id = template.long_poll_id().map(str::to_owned);
        let shared = Arc::new(Shared::new(&settings, template)?);
        shared.propose().await?;
        let listener =
            listen::open(settings.listen).map_err(|reason| StartError::Listen { address: settings.listen, reason })?;
        let local_addr =
            listener.local_addr().map_err(|reason| StartError::Listen { address: settings.listen, reason })?;
        shared.spawn(listen::accept(Arc::clone(&shared), listener));
        shared.spawn(follow::follow(Arc::clone(&shared), long_poll_id));
        Ok(Self { shared, local_addr })
    }

    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// Serves a miner on any stream, an in-memory pipe for example. `peer` names it in events.
    pub fn serve(&self, stream: impl AsyncRead + AsyncWrite + Send + 'static, peer: &str) {
        self.shared.spawn(connection::serve(Arc::clone(&self.shared), stream, peer.to_owned()));
    }

    /// What happens from now on.
    #[must_use]
    pub fn events(&self) -> PoolEvents {
        PoolEvents(self.shared.events.subscribe())
    }

    /// The sums so far.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        self.shared.counters.read()
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

/// Asks until the node is ready; what does not pass by itself is told at once.
async fn first_template(node: &Node, patience: Duration) -> Result<BlockTemplate, NodeError> {
    let start = Instant::now();
    let mut pause = Duration::from_millis(100);
    loop {
        match node.template(None).await {
            Ok(template) => return Ok(template),
            Err(error) if !error.may_pass() || start.elapsed() + pause > patience => return Err(error),
            Err(error) => tracing::info!(%error, "waiting for the node"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(2));
    }
}

/// What all tasks of a pool share.
pub(crate) struct Shared {
    node: Node,
    difficulty: Difficulty,
    suggested: RangeInclusive<Difficulty>,
    connections: usize,
    version_mask: u32,
    assembly: Mutex<Assembly>,
    shares: Shares,
    extranonces: Mutex<Extranonces>,
    handed_in: HandedIn,
    /// The slot that every connection watches: whoever is slow misses rounds, never queues them.
    round: watch::Sender<Arc<Round>>,
    next_job: AtomicU64,
    counters: Counters,
    events: broadcast::Sender<PoolEvent>,
    closing: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

impl Shared {
    fn new(settings: &PoolSettings, template: BlockTemplate) -> Result<Self, StartError> {
        let mut assembly = Assembly::new(settings.algorithm, settings.version_mask, settings.payout.clone());
        let round = assembly.adopt(template).map_err(|error| match error {
            AssemblyError::Payout(error) => StartError::Payout(error),
            AssemblyError::Bits(error) => StartError::Template(error.to_string()),
        })?;
        // Numbers go on where those of an earlier start have ended, as long as it gave out fewer than 4096 a second.
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self {
            node: settings.node.clone(),
            difficulty: settings.difficulty,
            suggested: settings.suggested.clone(),
            connections: settings.connections,
            version_mask: settings.version_mask,
            assembly: Mutex::new(assembly),
            shares: Shares::new(round.prev_hash()),
            extranonces: Mutex::new(Extranonces::new(fastrand::u32(..))),
            handed_in: HandedIn::default(),
            round: watch::Sender::new(Arc::new(round)),
            next_job: AtomicU64::new(since_1970.as_secs() << 12),
            counters: Counters::default(),
            events: broadcast::Sender::new(EVENTS),
            closing: watch::Sender::new(false),
            tasks: Mutex::new(JoinSet::new()),
        })
    }

    /// Has the node check our coinbase, once: nothing but the template changes later.
    async fn propose(&self) -> Result<(), StartError> {
        let proposal = lock(&self.assembly).proposal(&self.round());
        let Some(proposal) = proposal else { return Ok(()) };
        match self.node.propose(&proposal).await? {
            // The tip may have changed since the template; that says nothing about the coinbase.
            Some(word) if !word.starts_with("inconclusive") => {
                Err(StartError::Proposal { node: self.node.name().to_owned(), word })
            }
            _ => Ok(()),
        }
    }

    /// The newest round.
    fn round(&self) -> Arc<Round> {
        Arc::clone(&self.round.borrow())
    }

    /// Puts a template into the slot; false when it asks for nothing new.
    fn adopt(&self, template: BlockTemplate) -> bool {
        let current = self.round();
        let round = match lock(&self.assembly).adopt(template) {
            Ok(round) if current.differs_from(&round) => round,
            Ok(_) => return false,
            Err(error) => {
                tracing::error!(%error, "the node's template makes no job; the last job stays");
                return false;
            }
        };
        let previous =
            if round.prev_hash() == current.prev_hash() { Previous::StillCounts } else { Previous::Worthless };
        let (height, prev_hash) = (round.height(), round.prev_hash());
        self.shares.turn_to(prev_hash);
        self.round.send_replace(Arc::new(round));
        self.tell(PoolEvent::Job { height, prev_hash, previous });
        true
    }

    fn block_of(&self, share: &Share) -> Option<Block> {
        lock(&self.assembly).block(share)
    }

    /// A name that no job of this pool has had.
    fn next_job_id(&self) -> JobId {
        JobId::from(format!("{:x}", self.next_job.fetch_add(1, Ordering::Relaxed)).as_str())
    }

    fn tell(&self, event: PoolEvent) {
        // Nobody may be listening.
        let _ = self.events.send(event);
    }

    /// Runs `task` until it ends or the pool closes.
    fn spawn(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) {
        let mut closing = self.closing.subscribe();
        self.spawn_to_the_end(async move {
            tokio::select! {
                () = task => {}
                _ = closing.wait_for(|closing| *closing) => {}
            }
        });
    }

    /// Runs `task`; closing waits for it.
    fn spawn_to_the_end(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while let Some(ended) = tasks.try_join_next() {
            if let Err(error) = ended {
                tracing::error!(%error, "a task of the pool failed");
            }
        }
        tasks.spawn(task);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
