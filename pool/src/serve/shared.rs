//! What all tasks of a pool share: the newest round, the books, and the way to start more tasks.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use hashkit_chain::{Algorithm, Block, BlockTemplate, Difficulty, Hash, JobId, MergedTree, Previous, Share};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinSet;

use super::event::{Counters, PoolEvent};
use super::extranonce::Extranonces;
use super::merge::{ChildChain, Merged};
use super::shares::Shares;
use super::submit::HandedIn;
use super::{PoolSettings, StartError};
use crate::assembly::{Assembly, AssemblyError, Layout, Round};
use crate::health::Health;
use crate::node::{Node, NodeError};
use crate::store::Store;
use crate::watch::{Decision, Standing, Watch};

/// Events that a slow reader may be behind.
const EVENTS: usize = 4096;

/// What all tasks of a pool share.
pub(crate) struct Shared {
    pub(super) nodes: Vec<Node>,
    pub(super) algorithm: Algorithm,
    pub(super) watch: Mutex<Watch>,
    pub(super) children: Vec<ChildChain>,
    pub(super) merged: Mutex<Merged>,
    /// Why a child is not mined; empty where it is.
    pub(super) child_problems: Mutex<Vec<String>>,
    pub(super) health: Mutex<Health>,
    /// What a lone node contradicts; empty while it does not.
    pub(super) contradiction: Mutex<String>,
    pub(super) store: Option<Store>,
    pub(super) difficulty: Difficulty,
    pub(super) easiest: Option<Difficulty>,
    pub(super) suggested: RangeInclusive<Difficulty>,
    pub(super) connections: usize,
    pub(super) version_mask: u32,
    assembly: Mutex<Assembly>,
    pub(super) shares: Shares,
    pub(super) extranonces: Mutex<Extranonces>,
    pub(super) handed_in: HandedIn,
    /// The slot that every connection watches: whoever is slow misses rounds, never queues them.
    pub(super) round: watch::Sender<Arc<Round>>,
    next_job: AtomicU64,
    pub(super) counters: Counters,
    pub(super) events: broadcast::Sender<PoolEvent>,
    /// Changes when somebody wants new templates now.
    pub(super) renew: watch::Sender<()>,
    /// The layout of the coinbase that a node has been asked about.
    proposed: Mutex<Option<Layout>>,
    pub(super) closing: watch::Sender<bool>,
    pub(super) tasks: Mutex<JoinSet<()>>,
}

impl Shared {
    pub(super) fn new(
        settings: &PoolSettings,
        first: usize,
        template: BlockTemplate,
        merged: Merged,
    ) -> Result<Self, StartError> {
        let mut assembly = Assembly::new(settings.algorithm, settings.version_mask, settings.payout.clone());
        assembly.commit_to(merged.tree().map(AsRef::as_ref));
        let watch = Watch::new(settings.nodes.len(), first, &template, Instant::now());
        let names = settings.nodes.iter().map(|node| node.name().to_owned()).collect();
        let health = Health::new(names, template.prev_hash(), Instant::now());
        let round = assembly.adopt(template).map_err(|error| match error {
            AssemblyError::Payout(error) => StartError::Payout(error),
            AssemblyError::Bits(error) => StartError::Template(error.to_string()),
        })?;
        // Numbers go on where those of an earlier start have ended, as long as it gave out fewer than 4096 a second.
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self {
            nodes: settings.nodes.clone(),
            algorithm: settings.algorithm,
            watch: Mutex::new(watch),
            children: settings.children.clone(),
            merged: Mutex::new(merged),
            child_problems: Mutex::new(vec![String::new(); settings.children.len()]),
            health: Mutex::new(health),
            contradiction: Mutex::default(),
            store: settings.blocks.clone().map(Store::new),
            difficulty: settings.difficulty,
            easiest: settings.easiest,
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
            renew: watch::Sender::new(()),
            proposed: Mutex::new(None),
            closing: watch::Sender::new(false),
            tasks: Mutex::new(JoinSet::new()),
        })
    }

    /// Has the node check our coinbase, once a layout: it costs the node as much as a block.
    pub(super) async fn propose(&self, node: &Node) -> Result<(), StartError> {
        let round = self.round();
        if lock(&self.proposed).replace(round.layout()) == Some(round.layout()) {
            return Ok(());
        }
        let proposal = lock(&self.assembly).proposal(&round);
        let Some(proposal) = proposal else { return Ok(()) };
        match node.propose(&proposal).await? {
            // The tip may have changed since the template; that says nothing about the coinbase.
            Some(word) if !word.starts_with("inconclusive") => {
                Err(StartError::Proposal { node: node.name().to_owned(), word })
            }
            _ => Ok(()),
        }
    }

    /// The same while it is mined, on a task of its own: a coinbase gets another layout when segwit activates, say.
    pub(super) fn propose_new_layout(self: &Arc<Self>, node: &Node) {
        if *lock(&self.proposed) == Some(self.round().layout()) {
            return;
        }
        let (shared, node) = (Arc::clone(self), node.clone());
        self.spawn(async move {
            match shared.propose(&node).await {
                Ok(()) => tracing::debug!(node = node.name(), "a coinbase of another layout is good"),
                Err(StartError::Node(error)) => tracing::debug!(%error, "a coinbase of another layout is not checked"),
                Err(error) => {
                    tracing::error!("{error}");
                    shared.tell(PoolEvent::Doubted { message: error.to_string() });
                }
            }
        });
    }

    /// Has every node asked for a new template now, which is mined whatever has changed in it.
    pub(super) fn renew(&self) {
        lock(&self.watch).renew();
        self.renew.send_replace(());
    }

    /// The newest round.
    pub(super) fn round(&self) -> Arc<Round> {
        Arc::clone(&self.round.borrow())
    }

    /// A node has given a template, whose parent is connected as far as it can be.
    pub(super) fn node_gave(&self, number: usize, template: BlockTemplate) {
        self.note_tip(number, template.prev_hash());
        {
            let mut watch = lock(&self.watch);
            let decision = watch.heard(number, template, Instant::now());
            self.carry_out(decision);
        }
        self.note_best();
    }

    /// A node names this tip.
    pub(super) fn node_is_alive(&self, number: usize, tip: Hash) {
        self.note_tip(number, tip);
        {
            let mut watch = lock(&self.watch);
            let decision = watch.alive(number, tip, Instant::now());
            self.carry_out(decision);
        }
        self.note_best();
    }

    /// A node gives no usable answer.
    pub(super) fn node_failed(&self, number: usize, error: &NodeError) {
        let mut watch = lock(&self.watch);
        let decision = watch.failed(number, error.to_string(), Instant::now());
        self.carry_out(decision);
    }

    /// Whether the headers lead to this block.
    pub(super) fn knows(&self, block: Hash) -> bool {
        lock(&self.watch).headers().work_of(block).is_some()
    }

    /// The caller holds the watch meanwhile, so that decisions are carried out in the order in which they were made.
    fn carry_out(&self, decision: Decision) {
        for (number, standing) in decision.told {
            let node = self.nodes[number].name().to_owned();
            match &standing {
                Standing::Good => tracing::info!(node, "node is good"),
                standing => tracing::warn!(node, "node {standing}"),
            }
            self.tell(PoolEvent::Node { node, standing });
        }
        if let Some(template) = decision.mine {
            self.adopt(template);
        }
    }

    /// Opens the round of a template, unless it asks for nothing new.
    fn adopt(&self, template: BlockTemplate) {
        let round = lock(&self.assembly).adopt(template);
        self.open(round);
    }

    /// Has the jobs commit to other blocks of child chains. The caller holds the watch meanwhile.
    pub(super) fn recommit(&self, tree: Option<&MergedTree>) {
        let round = {
            let mut assembly = lock(&self.assembly);
            assembly.commit_to(tree);
            assembly.again()
        };
        if let Some(round) = round {
            self.open(round);
        }
    }

    /// Puts a round into the slot.
    fn open(&self, round: Result<Round, AssemblyError>) {
        let current = self.round();
        let round = match round {
            Ok(round) if current.differs_from(&round) => round,
            Ok(_) => return,
            Err(error) => {
                tracing::error!(%error, "the node's template makes no job; the last job stays");
                return;
            }
        };
        let previous =
            if round.prev_hash() == current.prev_hash() { Previous::StillCounts } else { Previous::Worthless };
        let (height, prev_hash) = (round.height(), round.prev_hash());
        self.shares.turn_to(prev_hash);
        self.round.send_replace(Arc::new(round));
        self.tell(PoolEvent::Job { height, prev_hash, previous });
    }

    pub(super) fn block_of(&self, share: &Share) -> Option<Block> {
        lock(&self.assembly).block(share)
    }

    /// A name that no job of this pool has had.
    pub(super) fn next_job_id(&self) -> JobId {
        JobId::from(format!("{:x}", self.next_job.fetch_add(1, Ordering::Relaxed)).as_str())
    }

    pub(super) fn tell(&self, event: PoolEvent) {
        // Nobody may be listening.
        let _ = self.events.send(event);
    }

    /// Runs `task` until it ends or the pool closes.
    pub(super) fn spawn(self: &Arc<Self>, task: impl Future<Output = ()> + Send + 'static) {
        let mut closing = self.closing.subscribe();
        self.spawn_to_the_end(async move {
            tokio::select! {
                () = task => {}
                _ = closing.wait_for(|closing| *closing) => {}
            }
        });
    }

    /// Runs `task`; closing waits for it.
    pub(super) fn spawn_to_the_end(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = lock(&self.tasks);
        while let Some(ended) = tasks.try_join_next() {
            if let Err(error) = ended {
                tracing::error!(%error, "a task of the pool failed");
            }
        }
        tasks.spawn(task);
    }
}

/// No code panics while it holds one of these locks; if it ever did, the others go on.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
