//! Follows each node: its templates as they come, and a sign of life every second. Which of them is mined `watch.rs` decides.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hashkit_chain::{BlockTemplate, ChainName, Hash, Header, Position};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::{Shared, lock, notices};
use crate::node::{Node, NodeError};
use crate::watch::{Headers, REFRESH};

/// How often a node is asked for its tip: the floor under long polls, and how a node that hangs is found out.
const BEAT: Duration = Duration::from_secs(1);

/// How often the way for blocks is used, so that it stays open.
const WARM: Duration = Duration::from_secs(10);

/// How long a node may take to name its tip while there are others; one that checks a block may take as long.
const BEAT_LIMIT: Duration = Duration::from_millis(1500);
/// And where it is the only one, so that losing patience helps nobody.
const ONLY_BEAT_LIMIT: Duration = Duration::from_secs(15);

/// A node whose long poll does not wait must not be asked in a circle.
const POLL: Duration = Duration::from_secs(1);

/// The pauses between attempts grow from this to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How far back two tips are followed to the block that they share.
const DEEPEST: u32 = 2016;

/// How far below the first tip the headers begin: a day of Bitcoin. Forks below it are told from each other no more.
const GROUND: u32 = 144;

/// A wait for the next template that outlives the refreshes meanwhile: each one occupies a thread of the node.
type LongPoll = Pin<Box<dyn Future<Output = Result<BlockTemplate, NodeError>> + Send>>;

/// Follows node `number` until dropped. `first` is a template that it has given already.
pub(crate) async fn follow(shared: Arc<Shared>, number: usize, mut first: Option<BlockTemplate>) {
    let node = shared.nodes[number].clone();
    let mut pause = FIRST_PAUSE;
    loop {
        let (tell, tips) = watch::channel(Hash::ZERO);
        let began = Instant::now();
        let ended = tokio::select! {
            ended = attend(&shared, number, &node, tips, first.take()) => ended,
            ended = beat(&shared, number, &node, &tell) => ended,
            never = notices::listen(&node, &tell) => Ok(never),
        };
        let Err(error) = ended;
        shared.node_failed(number, &error);
        if began.elapsed() > LONGEST_PAUSE {
            pause = FIRST_PAUSE;
        }
        sleep(pause.mul_f64(0.75 + fastrand::f64() / 2.0)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Asks for the tip every second, tells it, and ends when there is no answer.
async fn beat(
    shared: &Shared,
    number: usize,
    node: &Node,
    tell: &watch::Sender<Hash>,
) -> Result<Infallible, NodeError> {
    let limit = if shared.nodes.len() == 1 { ONLY_BEAT_LIMIT } else { BEAT_LIMIT };
    let mut warmed: Option<Instant> = None;
    loop {
        if warmed.is_none_or(|warmed| warmed.elapsed() >= WARM) {
            node.keep_warm(limit).await?;
            warmed = Some(Instant::now());
        }
        let tip = node.best_block(limit).await?;
        tell.send_replace(tip);
        shared.node_is_alive(number, tip);
        sleep(BEAT).await;
    }
}

/// Hands on one template after the other.
async fn attend(
    shared: &Arc<Shared>,
    number: usize,
    node: &Node,
    tips: watch::Receiver<Hash>,
    first: Option<BlockTemplate>,
) -> Result<Infallible, NodeError> {
    let mut news = News { tips, renew: shared.renew.subscribe(), waiting: None, doubted: Hash::ZERO };
    let mut template = match first {
        Some(template) => template,
        None => node.template(None).await?,
    };
    loop {
        let (tip, id) = (template.prev_hash(), template.long_poll_id().map(str::to_owned));
        if shared.nodes.len() > 1 {
            connect(shared, node, &template, DEEPEST).await?;
            shared.node_gave(number, template);
        } else {
            // There is nothing to choose, so the job does not wait for the headers.
            shared.node_gave(number, template.clone());
            match connect(shared, node, &template, GROUND).await {
                Ok(()) if shared.knows(tip) => shared.note_best(),
                // Its chain is another one now, or was reset.
                Ok(()) => ground(shared, number, &template).await,
                Err(error @ NodeError::Lie { .. }) => shared.tell_contradiction(node.name(), &error),
                // It is heard of soon enough where it matters.
                Err(error) => tracing::debug!(%error, "the tip's header is not known"),
            }
        }
        shared.propose_new_layout(node);
        template = news.newer(node, id.as_deref(), tip).await?;
    }
}

/// What can tell that there is a newer template.
struct News {
    /// The tip that the node names, in its answers and its notices.
    tips: watch::Receiver<Hash>,
    renew: watch::Receiver<()>,
    waiting: Option<LongPoll>,
    /// A tip that the node has named, but not given a template on: it is the older one of the two, or the node is at fault. Zero
    /// for none, and for a node that has named none yet.
    doubted: Hash,
}

impl News {
    /// The answer of the long poll, or a fresh template when the node names another tip, or that takes longer than a refresh.
    async fn newer(&mut self, node: &Node, id: Option<&str>, tip: Hash) -> Result<BlockTemplate, NodeError> {
        if let (Some(id), None) = (id, &self.waiting) {
            let (node, id) = (node.clone(), id.to_owned());
            self.waiting = Some(Box::pin(async move { node.template(Some(&id)).await }));
        }
        let began = Instant::now();
        let long_poll = async {
            match &mut self.waiting {
                Some(long_poll) => long_poll.await,
                None => std::future::pending().await,
            }
        };
        let given = tokio::select! {
            answer = long_poll => Some(answer),
            () = another_tip(&mut self.tips, [tip, self.doubted]) => None,
            Ok(()) = self.renew.changed() => None,
            () = sleep(if self.doubted == Hash::ZERO { REFRESH } else { POLL }) => None,
        };
        let template = match given {
            None => node.template(None).await?,
            Some(answer) => {
                self.waiting = None;
                match answer {
                    // A wait without news for minutes is over, too.
                    Err(NodeError::TimedOut { .. }) => node.template(None).await?,
                    answer => answer?,
                }
            }
        };
        let named = *self.tips.borrow();
        self.doubted = if named == template.prev_hash() { Hash::ZERO } else { named };
        if template.prev_hash() != tip {
            // The answer of a wait for the old tip's next template could be older than this one.
            self.waiting = None;
        } else if self.waiting.is_none() && began.elapsed() < POLL {
            tokio::select! {
                () = sleep(POLL) => {}
                () = another_tip(&mut self.tips, [tip, self.doubted]) => {}
            }
        }
        Ok(template)
    }
}

/// Waits until the node names another tip than these.
async fn another_tip(tips: &mut watch::Receiver<Hash>, known: [Hash; 2]) {
    // Without anybody to tell there is nothing to wait for.
    if tips.wait_for(|named| !known.contains(named) && *named != Hash::ZERO).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Has the headers begin some way below the tip of the first template, so that branches that part there can be compared, and
/// every header can be held against the chain's rule of difficulty. A node whose headers break it is left at once.
pub(super) async fn ground(shared: &Shared, number: usize, first: &BlockTemplate) {
    let node = &shared.nodes[number];
    let begun = async {
        let (root, path) = walk(shared, node, first, GROUND, |_| false).await?;
        let height = first.height().saturating_sub(1).saturating_sub(u32::try_from(path.len()).unwrap_or(u32::MAX));
        let position = match position_of(shared, node, root, height, first).await {
            Err(error) if !matches!(error, NodeError::Lie { .. }) => {
                tracing::debug!(%error, "the chain's rule of difficulty is not known");
                None
            }
            position => position?,
        };
        let mut headers = Headers::new(root, position);
        let added = headers.add(path);
        *lock(&shared.watch).headers() = headers;
        added.map_err(|error| lie(node, &error))
    };
    match begun.await {
        Ok(()) => {}
        Err(error @ NodeError::Lie { .. }) => disbelieve(shared, number, &error),
        Err(error) => tracing::debug!(%error, "branches below the first tip cannot be compared"),
    }
}

/// Where the lowest header stands, on a chain whose rule of difficulty is known.
async fn position_of(
    shared: &Shared,
    node: &Node,
    block: Hash,
    height: u32,
    template: &BlockTemplate,
) -> Result<Option<Position>, NodeError> {
    let Some(chain) = ChainName::of_genesis(node.block_at(0).await?) else { return Ok(None) };
    // The first block is no proof: chains that have split off Bitcoin's, without segwit and with rules of their own, share it.
    if chain.algorithm() != shared.algorithm || chain == ChainName::Bitcoin && !template.has_witness() {
        return Ok(None);
    }
    let lowest = node.header(block, shared.algorithm).await?;
    let position = Position::lowest(chain, height, &lowest).map_err(|error| lie(node, &error))?;
    // Whoever forges this one has to spend the work of a block.
    let begins = node.block_at(position.measured_from()).await?;
    Ok(Some(position.with_period(&node.header(begins, shared.algorithm).await?)))
}

fn lie(node: &Node, reason: &impl ToString) -> NodeError {
    NodeError::Lie { node: node.name().to_owned(), reason: reason.to_string() }
}

/// Leaves a node that cannot be believed, where there is another.
fn disbelieve(shared: &Shared, number: usize, error: &NodeError) {
    if shared.nodes.len() > 1 {
        shared.node_failed(number, error);
    } else {
        shared.tell_contradiction(shared.nodes[number].name(), error);
    }
}

/// Brings the headers that lead from a known block to the template's parent, where there is one at most so far down, and holds the
/// template against them.
async fn connect(shared: &Shared, node: &Node, template: &BlockTemplate, most: u32) -> Result<(), NodeError> {
    let (_, path) = walk(shared, node, template, most, |block| shared.knows(block)).await?;
    let added = lock(&shared.watch).headers().add(path);
    added.map_err(|error| lie(node, &error))?;
    shared.believe(node.name(), template)
}

/// From the template's parent down, `most` headers at most, to the first block that `is_end` knows or the chain's first, whose
/// own header nobody needs. The block where it ended, and the headers above it from there up.
async fn walk(
    shared: &Shared,
    node: &Node,
    template: &BlockTemplate,
    most: u32,
    is_end: impl Fn(Hash) -> bool,
) -> Result<(Hash, Vec<(Hash, Header)>), NodeError> {
    let mut path = Vec::new();
    let mut at = template.prev_hash();
    for _ in 0..most.min(template.height().saturating_sub(1)) {
        if is_end(at) {
            break;
        }
        let header = node.header(at, shared.algorithm).await?;
        path.push((at, header));
        at = header.prev_hash;
    }
    path.reverse();
    Ok((at, path))
}
