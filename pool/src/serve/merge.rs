//! Merged mining: follows the nodes of child chains, keeps the coinbase committed to their blocks, and brings them the proofs that
//! shares make. The parent's mining never waits for a child.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use hashkit_chain::{ChildBlock, Hash, MergeError, MergedTree, Share};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::event::{PoolEvent, count};
use super::{Shared, StartError, lock};
use crate::node::{ChildAnswer, Node, NodeError};

/// How often a child is asked for its tip.
const BEAT: Duration = Duration::from_secs(1);
/// How long it may take to name it.
const BEAT_LIMIT: Duration = Duration::from_secs(15);
/// How often its block is renewed while its tip stays: for the fees of new transactions.
const REFRESH: Duration = Duration::from_secs(30);

/// The pauses between attempts.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long a proof is offered to a node that does not answer.
const PATIENCE: Duration = Duration::from_mins(10);

/// Trees of which shares may still come: with a renewed block every half minute, minutes of jobs in flight.
const KEPT: usize = 32;

/// Blocks whose proof was handed in lately.
const KEPT_BLOCKS: usize = 256;

/// A child chain that is mined along.
#[derive(Debug, Clone)]
pub struct ChildChain {
    /// Its node, which knows `createauxblock` and `submitauxblock`.
    pub node: Node,
    /// Whom its blocks pay; the node checks it.
    pub address: String,
}

/// The children's newest blocks, and what was made of them.
pub(crate) struct Merged {
    newest: Vec<Option<ChildBlock>>,
    /// Each child's number, once it is known: its node may be away when a share comes.
    chain_ids: Vec<Option<u32>>,
    /// The last is what new jobs commit to.
    trees: VecDeque<Arc<MergedTree>>,
    handed_in: VecDeque<Hash>,
    /// Wakes the task that follows a child once it has taken a block.
    wakers: Vec<Arc<Notify>>,
}

impl Merged {
    pub(super) fn new(newest: Vec<Option<ChildBlock>>) -> Self {
        let wakers = newest.iter().map(|_| Arc::default()).collect();
        let chain_ids = newest.iter().map(|block| block.map(|block| block.chain_id)).collect();
        let mut merged = Self { newest, chain_ids, trees: VecDeque::new(), handed_in: VecDeque::new(), wakers };
        // What cannot be mined together was refused before.
        let _ = merged.plant();
        merged
    }

    /// Puts the newest blocks into a tree; `None` where it is the same as before.
    fn plant(&mut self) -> Result<Option<Arc<MergedTree>>, MergeError> {
        let blocks: Vec<ChildBlock> = self.newest.iter().flatten().copied().collect();
        let tree = MergedTree::new(&blocks)?;
        if self.trees.back().is_some_and(|last| **last == tree) {
            return Ok(None);
        }
        let tree = Arc::new(tree);
        self.trees.push_back(Arc::clone(&tree));
        if self.trees.len() > KEPT {
            self.trees.pop_front();
        }
        Ok(Some(tree))
    }

    /// What the next jobs commit to; `None` where there is no child. While none of them has a block the tree is empty, so that the
    /// coinbase's layout stays what was checked at the start.
    pub(super) fn tree(&self) -> Option<&Arc<MergedTree>> {
        self.trees.back().filter(|_| !self.newest.is_empty())
    }

    /// The blocks that `share` proves and whose proof nobody has handed in, with the number of their chain.
    fn proofs(&mut self, share: &Share) -> Vec<(usize, ChildBlock, Vec<u8>)> {
        let Some(tree) = self.trees.iter().rev().find(|tree| tree.is_in(share)) else { return Vec::new() };
        let proofs = tree.proofs(share);
        let number = |block: &ChildBlock| self.chain_ids.iter().position(|id| *id == Some(block.chain_id));
        let mut found = Vec::new();
        for (block, proof) in proofs {
            if let Some(child) = number(&block)
                && !self.handed_in.contains(&block.hash)
            {
                self.handed_in.push_back(block.hash);
                found.push((child, block, proof));
            }
        }
        while self.handed_in.len() > KEPT_BLOCKS {
            self.handed_in.pop_front();
        }
        found
    }
}

/// Asks every child for a first block. What nobody but the user can put right is told at once; the others are asked again later.
pub(super) async fn first_blocks(children: &[ChildChain]) -> Result<Vec<Option<ChildBlock>>, StartError> {
    let mut asked = JoinSet::new();
    for (number, child) in children.iter().cloned().enumerate() {
        asked.spawn(async move { (number, child.node.child_block(&child.address).await) });
    }
    let mut blocks = vec![None; children.len()];
    while let Some(answer) = asked.join_next().await {
        match answer.expect("asking a node does not panic") {
            (number, Ok(block)) => blocks[number] = Some(block),
            (_, Err(error)) if error.may_pass() => tracing::warn!("mining without a child chain for now: {error}"),
            (_, Err(error)) => return Err(StartError::Child(error.to_string())),
        }
    }
    let known: Vec<ChildBlock> = blocks.iter().flatten().copied().collect();
    MergedTree::new(&known).map_err(|error| StartError::Child(error.to_string()))?;
    Ok(blocks)
}

/// Follows child number `number` until dropped.
pub(super) async fn follow(shared: Arc<Shared>, number: usize, child: ChildChain) {
    let waker = Arc::clone(&lock(&shared.merged).wakers[number]);
    let mut tip = None;
    let mut renewed = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match renew(&shared, number, &child, &mut tip, &mut renewed).await {
            Ok(()) => {
                shared.child_is_well(number, &child.node);
                pause = FIRST_PAUSE;
                // A block of ours makes a new tip.
                let _ = timeout(BEAT, waker.notified()).await;
            }
            Err(problem) => {
                shared.child_fails(number, &child.node, problem);
                tip = None;
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Asks for another block where the tip is another, or the block is old.
async fn renew(
    shared: &Arc<Shared>,
    number: usize,
    child: &ChildChain,
    tip: &mut Option<Hash>,
    renewed: &mut Instant,
) -> Result<(), String> {
    let words = |error: NodeError| error.to_string();
    let now_tip = child.node.best_block(BEAT_LIMIT).await.map_err(words)?;
    if *tip == Some(now_tip) && renewed.elapsed() < REFRESH {
        return Ok(());
    }
    let block = child.node.child_block(&child.address).await.map_err(words)?;
    shared.child_gave(number, Some(block)).map_err(|error| error.to_string())?;
    (*tip, *renewed) = (Some(now_tip), Instant::now());
    Ok(())
}

impl Shared {
    /// Has new jobs commit to a child's new block, or to none of it.
    fn child_gave(&self, number: usize, block: Option<ChildBlock>) -> Result<(), MergeError> {
        // Held to the end, so that rounds come in the order of what they are made of: the watch first, as in `carry_out`.
        let _watch = lock(&self.watch);
        let mut merged = lock(&self.merged);
        let before = std::mem::replace(&mut merged.newest[number], block);
        match merged.plant() {
            Ok(Some(_)) => {
                if let Some(block) = block {
                    merged.chain_ids[number] = Some(block.chain_id);
                }
                let tree = merged.tree().cloned();
                drop(merged);
                self.recommit(tree.as_deref());
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error) => {
                merged.newest[number] = before;
                Err(error)
            }
        }
    }

    fn child_fails(&self, number: usize, node: &Node, problem: String) {
        // Its last block is as good as none.
        let _ = self.child_gave(number, None);
        let mut problems = lock(&self.child_problems);
        if problems[number] != problem {
            tracing::warn!(node = node.name(), "child chain is not mined: {problem}");
            problems[number].clone_from(&problem);
            self.tell(PoolEvent::ChildNode { node: node.name().to_owned(), problem: Some(problem) });
        }
    }

    fn child_is_well(&self, number: usize, node: &Node) {
        let mut problems = lock(&self.child_problems);
        if !problems[number].is_empty() {
            problems[number].clear();
            tracing::info!(node = node.name(), "child chain is mined again");
            self.tell(PoolEvent::ChildNode { node: node.name().to_owned(), problem: None });
        }
    }

    /// Brings the proofs that a share makes to the nodes of their chains, on tasks of their own. It need not be in time for the
    /// parent's chain, nor be a block of it.
    pub(super) fn hand_in_children(self: &Arc<Self>, share: &Share, user: &str) {
        if self.children.is_empty() {
            return;
        }
        let proofs = lock(&self.merged).proofs(share);
        for (number, block, proof) in proofs {
            let (shared, user) = (Arc::clone(self), user.to_owned());
            self.spawn_to_the_end(async move { shared.bring_child(number, block, &proof, user).await });
        }
    }

    async fn bring_child(self: Arc<Self>, number: usize, block: ChildBlock, proof: &[u8], user: String) {
        let start = Instant::now();
        let node = self.children[number].node.clone();
        let answer = self.offer_child(&node, number, &block, proof).await;
        let (height, hash) = (block.height, block.hash);
        match &answer {
            Ok(ChildAnswer::Taken) => {
                count(&self.counters.child_blocks);
                tracing::info!(node = node.name(), height, %hash, "block of a child chain: {}", ChildAnswer::Taken.meaning());
            }
            Ok(answer) => {
                count(&self.counters.child_blocks_lost);
                tracing::warn!(node = node.name(), height, %hash, ?answer, "block of a child chain: {}", answer.meaning());
            }
            Err(error) => {
                count(&self.counters.child_blocks_lost);
                tracing::warn!(node = node.name(), height, %hash, %error, "block of a child chain is lost");
            }
        }
        lock(&self.merged).wakers[number].notify_one();
        let answer = answer.map_err(|error| error.to_string());
        let (node, chain_id, took) = (node.name().to_owned(), block.chain_id, start.elapsed());
        self.tell(PoolEvent::ChildBlock { node, chain_id, height, hash, user, answer, took });
    }

    /// The node's verdict, asked for again while it gives none and its chain has not gone on.
    async fn offer_child(
        &self,
        node: &Node,
        number: usize,
        block: &ChildBlock,
        proof: &[u8],
    ) -> Result<ChildAnswer, NodeError> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let error = match node.submit_child(block.hash, proof).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let newest = lock(&self.merged).newest[number];
            let has_passed = newest.is_some_and(|newest| newest.height > block.height);
            if has_passed || start.elapsed() > PATIENCE {
                return Err(error);
            }
            tracing::warn!(%error, height = block.height, "offering the proof for a child chain again");
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}
