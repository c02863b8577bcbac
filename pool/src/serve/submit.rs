//! A block on its way to the nodes: to disk and to all of them at once, to none of them wholly before it is on disk, and again
//! until one takes it or the chain has passed it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hashkit_chain::{Hash, Share};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::Shared;
use super::event::{PoolEvent, count};
use crate::node::{Gate, Node, NodeError, Opener, SubmitAnswer};
use crate::store::{Found, Store};

/// How long a block is offered to a node that does not answer. Another block will have won by then.
const PATIENCE: Duration = Duration::from_mins(10);

/// How long the disk waits for the network to take a block: both at once take longer to bring its first byte to a node.
const HEAD_START: Duration = Duration::from_millis(2);

/// How long the last bytes of a block wait for the disk.
const DISK: Duration = Duration::from_millis(50);

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How many blocks on one parent are handed in, but for those that every node has refused: the chain keeps one of them. Where blocks
/// are easy, fast devices find hundreds before the tip changes, and the node would judge them all before it sees the next parent.
const MOST_SIBLINGS: usize = 4;

/// The blocks handed in lately, so that a repeated submit does not bother the node.
#[derive(Default)]
pub(crate) struct HandedIn(Mutex<VecDeque<Known>>);

struct Known {
    id: Hash,
    /// None once the block was refused: then it stands in no other's way.
    parent: Option<Hash>,
}

/// What is to be done with a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    HandIn,
    /// It is on its way, or was.
    Again,
    /// Enough others on its parent are.
    Surplus,
}

impl HandedIn {
    const KEPT: usize = 64;

    fn note(&self, id: Hash, parent: Hash) -> Turn {
        let mut known = self.known();
        if known.iter().any(|other| other.id == id) {
            return Turn::Again;
        }
        if known.iter().filter(|other| other.parent == Some(parent)).count() >= MOST_SIBLINGS {
            return Turn::Surplus;
        }
        known.push_back(Known { id, parent: Some(parent) });
        if known.len() > Self::KEPT {
            known.pop_front();
        }
        Turn::HandIn
    }

    /// Makes room for another on its parent: that one may be good.
    fn note_refused(&self, id: Hash) {
        self.known().iter_mut().filter(|known| known.id == id).for_each(|known| known.parent = None);
    }

    fn known(&self) -> MutexGuard<'_, VecDeque<Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Finishes the block of `share` and brings it to every node, on a task of its own.
    pub(crate) fn hand_in(self: &Arc<Self>, share: &Share, user: &str) {
        let turn = self.handed_in.note(share.header().id(), share.job().prev_hash);
        if turn == Turn::Again {
            return;
        }
        let Some(block) = self.block_of(share) else {
            tracing::error!(hash = %share.header().id(), "a block was found whose template is gone");
            count(&self.counters.blocks_lost);
            return;
        };
        if turn == Turn::Surplus {
            count(&self.counters.blocks_lost);
            return self.tell(PoolEvent::Surplus { height: block.height(), hash: block.id(), user: user.to_owned() });
        }
        let found = Found { height: block.height(), hash: block.id(), hex: (&block).into() };
        let (shared, user) = (Arc::clone(self), user.to_owned());
        // Not ended with the connections: shutting down waits for it.
        self.spawn_to_the_end(async move {
            let found = Arc::new(found);
            let (gate, opener) = Gate::shut();
            tokio::join!(shared.keep(Arc::clone(&found), opener), shared.bring(found, user, Some(gate)));
        });
    }

    /// Brings the blocks of earlier runs that nobody has answered for.
    pub(crate) fn hand_in_what_is_open(self: &Arc<Self>) {
        for found in self.store.iter().flat_map(Store::open) {
            // Its parent stands in its header, which nobody needs here: each is its own.
            if self.handed_in.note(found.hash, found.hash) == Turn::HandIn {
                tracing::warn!(height = found.height, hash = %found.hash, "offering a block of an earlier run");
                let shared = Arc::clone(self);
                self.spawn(async move { shared.bring(Arc::new(found), "an earlier run".to_owned(), None).await });
            }
        }
    }

    /// Puts the block on disk, and lets the nodes have its end then. A disk that hangs does not hold it up for long, a full one not
    /// at all.
    async fn keep(&self, found: Arc<Found>, opener: Opener) {
        let Some(store) = self.store.clone() else { return };
        let _ = timeout(HEAD_START, opener.reached()).await;
        let (written, is_written) = oneshot::channel();
        let block = Arc::clone(&found);
        tokio::task::spawn_blocking(move || {
            let kept = store.keep(&block);
            let (kept, answer) = kept.map_or_else(|error| (None, Err(error.to_string())), |kept| (Some(kept), Ok(())));
            // Nobody waits any more where the disk was slow.
            let _ = written.send(answer);
            if let Some(kept) = kept {
                kept.sync();
            }
        });
        let outcome = timeout(DISK, is_written).await;
        drop(opener);
        let message = match outcome {
            Ok(Ok(Ok(()))) => return,
            Ok(Ok(Err(message))) => message,
            _ => format!(
                "the disk has not taken block {} within {} ms; it is sent all the same",
                found.height,
                DISK.as_millis()
            ),
        };
        tracing::error!("{message}");
        self.tell(PoolEvent::Unsaved { height: found.height, message });
    }

    /// Offers the block to all nodes at once, its end once `gate` is open, and tells what becomes of it.
    async fn bring(self: &Arc<Self>, block: Arc<Found>, user: String, gate: Option<Gate>) {
        let start = Instant::now();
        let (taken, is_taken) = watch::channel(false);
        let mut offers = JoinSet::new();
        for node in self.nodes.clone() {
            let (shared, block) = (Arc::clone(self), Arc::clone(&block));
            let (is_taken, gate) = (is_taken.clone(), gate.clone());
            offers.spawn(async move {
                let answer = shared.offer(&node, &block, gate, is_taken).await;
                (node, answer.map_err(|error| error.to_string()))
            });
        }
        let mut user = Some(user);
        let mut best: Option<Result<SubmitAnswer, String>> = None;
        while let Some(ended) = offers.join_next().await {
            let Ok((node, answer)) = ended else { continue };
            self.note_answer(&node, &block, &answer);
            if best.as_ref().is_none_or(|best| rank(&answer) > rank(best)) {
                best = Some(answer);
            }
            if let Some(answer @ Ok(SubmitAnswer::Accepted)) = &best
                && let Some(user) = user.take()
            {
                taken.send_replace(true);
                self.settle(&block, user, answer.clone(), start.elapsed());
            }
        }
        if let (Some(answer), Some(user)) = (best, user) {
            self.settle(&block, user, answer, start.elapsed());
        }
    }

    fn note_answer(&self, node: &Node, block: &Found, answer: &Result<SubmitAnswer, String>) {
        let (node, height, hash) = (node.name().to_owned(), block.height, block.hash);
        match answer {
            Ok(answer @ SubmitAnswer::Refused(word)) => {
                tracing::warn!(node, height, %hash, word, "block refused: {}", answer.meaning());
            }
            Ok(answer) => tracing::info!(node, height, %hash, "block handed in: {}", answer.meaning()),
            Err(error) => tracing::warn!(node, height, %hash, %error, "no answer for the block"),
        }
        self.tell(PoolEvent::Answer { node, height, hash, answer: answer.clone() });
    }

    /// Counts and tells what became of it, and notes it on disk.
    fn settle(&self, block: &Found, user: String, answer: Result<SubmitAnswer, String>, took: Duration) {
        if matches!(answer, Ok(SubmitAnswer::Refused(_))) {
            self.handed_in.note_refused(block.hash);
        }
        let is_taken = matches!(answer, Ok(SubmitAnswer::Accepted | SubmitAnswer::Known));
        count(if is_taken { &self.counters.blocks } else { &self.counters.blocks_lost });
        // Without any verdict it stays open, and is offered again at the next start.
        if let (Some(store), Ok(_)) = (&self.store, &answer) {
            store.settle(block, is_taken);
        }
        let (height, hash) = (block.height, block.hash);
        self.tell(PoolEvent::Block { height, hash, user, answer, took });
    }

    /// One node's verdict. A block is not given up because a call failed: the failure may be the answer's, not the question's.
    async fn offer(
        &self,
        node: &Node,
        block: &Found,
        gate: Option<Gate>,
        mut is_taken: watch::Receiver<bool>,
    ) -> Result<SubmitAnswer, NodeError> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            match node.submit_behind(&block.hex, gate.clone()).await {
                Ok(answer @ (SubmitAnswer::Known | SubmitAnswer::SideBranch)) => {
                    // The word says where the block was when it came; where it is now counts.
                    let on_the_chain =
                        node.confirmations(block.hash).await.is_ok_and(|confirmations| confirmations > 0);
                    return Ok(if on_the_chain { SubmitAnswer::Accepted } else { answer });
                }
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    let is_over = *is_taken.borrow() || start.elapsed() > PATIENCE || self.has_passed(block.height);
                    if is_over {
                        return Err(error);
                    }
                    tracing::warn!(%error, height = block.height, "offering the block again");
                }
            }
            // Once another node has it, one last attempt.
            let _ = timeout(pause, is_taken.wait_for(|is_taken| *is_taken)).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Whether the chain has gone on without a block of this height: another one there has a child.
    fn has_passed(&self, height: u32) -> bool {
        self.round().height() >= height.saturating_add(2)
    }
}

/// How good an answer is; none is the worst but for no answer at all.
fn rank(answer: &Result<SubmitAnswer, String>) -> u8 {
    answer.as_ref().map_or(0, |answer| 1 + answer.rank())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> Hash {
        Hash::from_internal([byte; 32])
    }

    #[test]
    fn a_block_is_handed_in_once() {
        let handed_in = HandedIn::default();
        assert_eq!(handed_in.note(id(1), id(101)), Turn::HandIn);
        assert_eq!(handed_in.note(id(1), id(101)), Turn::Again);
        for byte in 2..=65 {
            assert_eq!(handed_in.note(id(byte), id(100 + byte)), Turn::HandIn, "{byte}");
        }
        assert_eq!(handed_in.note(id(1), id(101)), Turn::HandIn, "only the latest are remembered");
    }

    #[test]
    fn of_blocks_on_one_parent_only_the_first_few_are_handed_in() {
        let handed_in = HandedIn::default();
        let turns: Vec<Turn> = (1..=20).map(|byte| handed_in.note(id(byte), id(99))).collect();
        assert!(turns[..MOST_SIBLINGS].iter().all(|turn| *turn == Turn::HandIn), "{turns:?}");
        assert!(turns[MOST_SIBLINGS..].iter().all(|turn| *turn == Turn::Surplus), "{turns:?}");
        assert_eq!(handed_in.note(id(21), id(98)), Turn::HandIn, "on the next parent again");
    }

    #[test]
    fn a_refused_block_stands_in_no_other_ones_way() {
        let handed_in = HandedIn::default();
        for byte in 1..=20 {
            assert_eq!(handed_in.note(id(byte), id(99)), Turn::HandIn, "{byte}");
            handed_in.note_refused(id(byte));
            assert_eq!(handed_in.note(id(byte), id(99)), Turn::Again, "{byte}");
        }
    }
}
