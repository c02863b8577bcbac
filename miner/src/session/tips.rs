//! Who builds on which block, among the pools of a run and the user's node: a pool that keeps its miners on an old one is found out
//! by those that have gone on. No I/O, on a clock that its owner holds.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hashkit_chain::Hash;
use tokio::sync::watch;

/// Who tells of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Teller {
    /// The pool of this number among all of the run.
    Pool(usize),
    /// The user's own node, whose word counts more.
    Node,
}

/// The blocks that each of them has built on, shared by all connections of a run.
#[derive(Debug, Clone)]
pub(crate) struct Tips(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    seen: Mutex<Seen>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Seen {
    names: BTreeMap<Teller, String>,
    /// Of each, the blocks in their order, the newest last, each with when it was told first.
    told: BTreeMap<Teller, VecDeque<(Hash, Instant)>>,
    /// Blocks that the node knows others on, though it has not been seen to build on them, and since when that is known.
    buried: VecDeque<(Hash, Instant)>,
}

/// What a pool builds on although somebody has gone on from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OldTip {
    /// The block.
    pub(crate) block: Hash,
    /// Who has gone on.
    pub(crate) by: String,
    /// Whether that is the user's own node.
    pub(crate) is_by_node: bool,
    /// Since when.
    pub(crate) since: Instant,
}

impl OldTip {
    /// For people, at `now`.
    pub(crate) fn words(&self, now: Instant) -> String {
        let ago = now.saturating_duration_since(self.since).as_secs();
        format!("it keeps its miners on block {}, from which {} has gone on {ago} s ago", self.block, self.by)
    }
}

/// As many blocks of each are remembered.
const KEPT: usize = 8;

impl Tips {
    /// Nobody has told anything; the pools have these names, and the node this one.
    pub(crate) fn new(pools: impl IntoIterator<Item = String>, node: Option<String>) -> Self {
        let pools = pools.into_iter().enumerate().map(|(number, name)| (Teller::Pool(number), name));
        let names = pools.chain(node.map(|name| (Teller::Node, name))).collect();
        let seen = Mutex::new(Seen { names, ..Seen::default() });
        Self(Arc::new(Shared { seen, changed: watch::Sender::new(()) }))
    }

    /// Somebody builds on this block.
    pub(crate) fn saw(&self, teller: Teller, block: Hash, now: Instant) {
        let mut seen = self.lock();
        let told = seen.told.entry(teller).or_default();
        if told.back().is_some_and(|(newest, _)| *newest == block) {
            return;
        }
        keep(told, (block, now));
        drop(seen);
        self.0.changed.send_replace(());
    }

    /// The node knows a block on this one.
    pub(crate) fn is_buried(&self, block: Hash, now: Instant) {
        let mut seen = self.lock();
        if !seen.buried.iter().any(|(buried, _)| *buried == block) {
            keep(&mut seen.buried, (block, now));
            drop(seen);
            self.0.changed.send_replace(());
        }
    }

    /// A pool is not connected any more: what it said last is no claim about now.
    pub(crate) fn is_gone(&self, teller: Teller) {
        self.lock().told.remove(&teller);
    }

    /// The blocks that pools build on and `teller` does not.
    pub(crate) fn elsewhere(&self, teller: Teller) -> Vec<Hash> {
        let seen = self.lock();
        let own = seen.newest(teller);
        let pools = seen.told.keys().filter(|other| **other != teller);
        pools.filter_map(|other| seen.newest(*other)).filter(|block| Some(*block) != own).collect()
    }

    /// What is old about the block that `teller` builds on, for at least `patience`; what the node says comes first.
    pub(crate) fn old_tip(&self, teller: Teller, patience: Duration, now: Instant) -> Option<OldTip> {
        let seen = self.lock();
        let block = seen.newest(teller)?;
        let found = seen.left(block).filter(|(by, since)| *by != teller && now >= *since + patience);
        // The node, being the last in the order, wins.
        let (by, since) = found.max_by_key(|(by, _)| *by)?;
        let name = seen.names.get(&by).cloned().unwrap_or_default();
        Some(OldTip { block, by: name, is_by_node: by == Teller::Node, since })
    }

    /// When [`Tips::old_tip`] may tell something new, unless somebody tells of a block before.
    pub(crate) fn deadline(&self, teller: Teller, patience: Duration, now: Instant) -> Option<Instant> {
        let seen = self.lock();
        let block = seen.newest(teller)?;
        let moments = seen.left(block).filter(|(by, _)| *by != teller).map(|(_, since)| since + patience);
        moments.filter(|moment| *moment > now).min()
    }

    /// Waits for a change: whoever asks again sees what came meanwhile.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.0.changed.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn newest(&self, teller: Teller) -> Option<Hash> {
        self.told.get(&teller)?.back().map(|(block, _)| *block)
    }

    /// Who has been on this block and is on another that came after it, and since when; nobody while the node is on it, which may have
    /// come back.
    fn left(&self, block: Hash) -> impl Iterator<Item = (Teller, Instant)> {
        let is_the_nodes = self.newest(Teller::Node) == Some(block);
        let gone_on = self.told.iter().filter_map(move |(teller, told)| {
            let at = told.iter().rposition(|(was, _)| *was == block)?;
            told.get(at + 1).map(|(_, since)| (*teller, *since))
        });
        let buried = self.buried.iter().filter(move |(buried, _)| *buried == block);
        gone_on.chain(buried.map(|(_, since)| (Teller::Node, *since))).filter(move |_| !is_the_nodes)
    }
}

fn keep<T>(kept: &mut VecDeque<T>, newest: T) {
    if kept.len() == KEPT {
        kept.pop_front();
    }
    kept.push_back(newest);
}

impl fmt::Display for Teller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(number) => write!(f, "pool {number}"),
            Self::Node => f.write_str("the node"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    fn block(number: u8) -> Hash {
        Hash::from_internal([number; 32])
    }

    /// Who tells of which block in which second, and who is then on an old one after so many seconds, by whom.
    #[test]
    fn a_pool_is_on_an_old_block_when_others_have_gone_on_from_it() {
        let (first, second, node) = (Teller::Pool(0), Teller::Pool(1), Teller::Node);
        for (case, told, at, expected) in [
            ("all agree", &[(first, 1, 0), (second, 1, 0), (node, 1, 0)][..], 1000, None),
            ("another has gone on", &[(first, 1, 0), (second, 1, 0), (second, 2, 10)], 30, Some("b:1")),
            ("not for long enough", &[(first, 1, 0), (second, 1, 0), (second, 2, 10)], 29, None),
            ("it has followed", &[(first, 1, 0), (second, 1, 0), (second, 2, 10), (first, 2, 15)], 1000, None),
            ("it went on first", &[(first, 1, 0), (second, 1, 0), (first, 2, 10)], 1000, None),
            ("they never met: who is ahead cannot be told", &[(first, 1, 0), (second, 2, 0)], 1000, None),
            (
                "the node's word comes first",
                &[(first, 1, 0), (second, 1, 0), (node, 1, 0), (second, 2, 1), (node, 2, 2)],
                30,
                Some("node"),
            ),
            ("both came back", &[(first, 1, 0), (second, 1, 0), (second, 2, 1), (second, 1, 2)], 1000, None),
        ] {
            let (tips, start) = (Tips::new(["a:1", "b:1"].map(str::to_owned), Some("node".to_owned())), Instant::now());
            for (teller, number, second) in told {
                tips.saw(*teller, block(*number), start + Duration::from_secs(*second));
            }
            let old = tips.old_tip(first, PATIENCE, start + Duration::from_secs(at));
            assert_eq!(old.as_ref().map(|old| old.by.as_str()), expected, "{case}: {old:?}");
            assert_eq!(old.is_some_and(|old| old.is_by_node), expected == Some("node"), "{case}");
        }
    }

    #[test]
    fn a_block_that_the_node_has_buried_is_old_and_one_that_is_gone_is_no_ones() {
        let (tips, start) = (Tips::new(["a:1".to_owned()], Some("node".to_owned())), Instant::now());
        let pool = Teller::Pool(0);
        tips.saw(pool, block(1), start);
        tips.saw(Teller::Node, block(5), start);
        assert_eq!(tips.elsewhere(Teller::Node), [block(1)]);
        assert_eq!(tips.deadline(pool, PATIENCE, start), None);
        tips.is_buried(block(1), start);
        assert_eq!(tips.deadline(pool, PATIENCE, start), Some(start + PATIENCE));
        let old = tips.old_tip(pool, PATIENCE, start + PATIENCE).expect("it is old");
        assert!(
            old.is_by_node && old.words(start + PATIENCE).contains("from which node has gone on 20 s ago"),
            "{old:?}"
        );
        tips.saw(Teller::Node, block(1), start);
        assert_eq!(tips.old_tip(pool, PATIENCE, start + PATIENCE), None, "the node has come back to it");
        tips.saw(Teller::Node, block(5), start);
        tips.is_gone(pool);
        assert_eq!(tips.old_tip(pool, PATIENCE, start + PATIENCE), None);
        assert!(tips.elsewhere(Teller::Node).is_empty());
    }

    #[test]
    fn memory_is_bounded_whatever_a_pool_says() {
        let (tips, start) = (Tips::new(["a:1".to_owned()], None), Instant::now());
        for number in 0..1000_u32 {
            tips.saw(Teller::Pool(0), hashkit_chain::sha256d(&number.to_le_bytes()), start);
            tips.is_buried(hashkit_chain::sha256d(&number.to_le_bytes()), start);
        }
        let seen = tips.lock();
        assert_eq!((seen.told[&Teller::Pool(0)].len(), seen.buried.len()), (KEPT, KEPT));
    }
}
