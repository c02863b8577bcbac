//! Follows each node: its templates as they come, and a sign of life every second. Which of them is mined `watch.rs` decides.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hashkit_chain::{BlockTemplate, Hash, Header};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::{Shared, lock};
use crate::node::{Node, NodeError};
use crate::watch::{Headers, REFRESH};

/// How often a node is asked for its tip: the floor under long polls, and how a node that hangs is found out.
const BEAT: Duration = Duration::from_secs(1);

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
    loop {
        let tip = node.best_block(limit).await?;
        tell.send_replace(tip);
        shared.node_is_alive(number, tip);
        sleep(BEAT).await;
    }
}

/// Hands on one template after the other.
async fn attend(
    shared: &Shared,
    number: usize,
    node: &Node,
    mut tips: watch::Receiver<Hash>,
    first: Option<BlockTemplate>,
) -> Result<Infallible, NodeError> {
    let mut waiting: Option<LongPoll> = None;
    let mut template = match first {
        Some(template) => template,
        None => node.template(None).await?,
    };
    loop {
        let (tip, id) = (template.prev_hash(), template.long_poll_id().map(str::to_owned));
        if shared.nodes.len() > 1 {
            connect(shared, node, &template).await?;
        }
        shared.node_gave(number, template);
        let asked = Instant::now();
        template = newer(node, id.as_deref(), tip, &mut waiting, &mut tips).await?;
        if template.prev_hash() != tip {
            // The answer of a wait for the old tip's next template could be older than this one.
            waiting = None;
        } else if asked.elapsed() < POLL {
            sleep(POLL).await;
        }
    }
}

/// The answer of the long poll, or a fresh template when the node names another tip, or that takes longer than a refresh.
async fn newer(
    node: &Node,
    id: Option<&str>,
    tip: Hash,
    waiting: &mut Option<LongPoll>,
    tips: &mut watch::Receiver<Hash>,
) -> Result<BlockTemplate, NodeError> {
    if let (Some(id), None) = (id, &waiting) {
        let (node, id) = (node.clone(), id.to_owned());
        *waiting = Some(Box::pin(async move { node.template(Some(&id)).await }));
    }
    let long_poll = async {
        match waiting {
            Some(long_poll) => long_poll.await,
            None => std::future::pending().await,
        }
    };
    let given = tokio::select! {
        answer = long_poll => Some(answer),
        () = another_tip(tips, tip) => None,
        () = sleep(REFRESH) => None,
    };
    if given.is_some() {
        *waiting = None;
    }
    match given {
        // A wait without news for minutes is over, too.
        None | Some(Err(NodeError::TimedOut { .. })) => node.template(None).await,
        Some(answer) => answer,
    }
}

/// Waits until the node names another tip than this one.
async fn another_tip(tips: &mut watch::Receiver<Hash>, tip: Hash) {
    // Zero stands for a node that has named none yet. Without anybody to tell there is nothing to wait for.
    if tips.wait_for(|named| *named != tip && *named != Hash::ZERO).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Has the headers begin some way below the tip of the first template, so that branches that part there can be compared.
pub(super) async fn ground(shared: &Shared, node: &Node, first: &BlockTemplate) -> Result<(), NodeError> {
    let (root, path) = walk(shared, node, first, GROUND, |_| false).await?;
    let mut headers = Headers::new(root);
    headers.add(path);
    *lock(&shared.watch).headers() = headers;
    Ok(())
}

/// Brings the headers that lead from a known block to the template's parent, as far back as there is one.
async fn connect(shared: &Shared, node: &Node, template: &BlockTemplate) -> Result<(), NodeError> {
    let (_, path) = walk(shared, node, template, DEEPEST, |block| shared.knows(block)).await?;
    lock(&shared.watch).headers().add(path);
    Ok(())
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
