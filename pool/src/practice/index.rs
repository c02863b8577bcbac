//! Every header that was ever accepted, and how they hang together.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use hashkit_chain::{Hash, Header, Nbits, Ntime};
use ruint::aliases::U256;

use super::coins::Undo;
use super::profile::Rules;
use super::store::Place;
use crate::work::work;

/// An entry of the index, by its number: in the order of arrival, the genesis block first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct EntryId(usize);

/// A header and what is known of its block.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) header: Header,
    pub(super) hash: Hash,
    pub(super) height: u32,
    /// Hashes that the chain up to here takes on average.
    pub(super) work: U256,
    pub(super) parent: Option<EntryId>,
    /// Where its block is, once one with this header has arrived.
    pub(super) place: Option<Place>,
    /// Transactions of its block; 0 before it arrived.
    pub(super) transactions: usize,
    /// It or a block before it breaks a rule.
    pub(super) is_refused: bool,
    /// What the block took away, while it is on the best chain.
    pub(super) undo: Undo,
    /// Its block and all before it have arrived.
    is_linked: bool,
}

/// All entries, and which of them are the best chain.
#[derive(Debug, Clone)]
pub(super) struct Index {
    entries: Vec<Entry>,
    by_hash: HashMap<Hash, EntryId>,
    children: HashMap<EntryId, Vec<EntryId>>,
    /// The best chain by height.
    active: Vec<EntryId>,
    /// What could be the tip of the best chain: whole, not refused, at least as much work as the tip. The last is the best:
    /// the most work, and among equals the first whose block arrived.
    candidates: BTreeSet<(U256, Reverse<u64>, EntryId)>,
    /// Order in which blocks became whole chains.
    arrivals: u64,
}

impl Index {
    /// Nothing but the genesis block.
    pub(super) fn new(genesis: Header, place: Place) -> Self {
        let id = EntryId(0);
        let entry = Entry {
            header: genesis,
            hash: genesis.id(),
            height: 0,
            work: work(genesis.nbits),
            parent: None,
            place: Some(place),
            transactions: 1,
            is_refused: false,
            undo: Undo::new(),
            is_linked: true,
        };
        Self {
            by_hash: HashMap::from([(entry.hash, id)]),
            children: HashMap::new(),
            active: vec![id],
            candidates: BTreeSet::from([(entry.work, Reverse(0), id)]),
            arrivals: 0,
            entries: vec![entry],
        }
    }

    pub(super) fn find(&self, hash: &Hash) -> Option<EntryId> {
        self.by_hash.get(hash).copied()
    }

    pub(super) fn entry(&self, id: EntryId) -> &Entry {
        &self.entries[id.0]
    }

    pub(super) fn tip(&self) -> &Entry {
        self.entry(self.tip_id())
    }

    pub(super) fn tip_id(&self) -> EntryId {
        *self.active.last().expect("the genesis block is never undone")
    }

    /// The block of the best chain at `height`.
    pub(super) fn at_height(&self, height: u32) -> Option<&Entry> {
        self.active.get(usize::try_from(height).ok()?).map(|id| self.entry(*id))
    }

    /// Whether it is on the best chain.
    pub(super) fn is_active(&self, id: EntryId) -> bool {
        usize::try_from(self.entry(id).height).ok().and_then(|height| self.active.get(height)) == Some(&id)
    }

    /// The median of the times of this block and the ten before it.
    pub(super) fn median_time(&self, id: EntryId) -> Ntime {
        let mut times: Vec<Ntime> = self.back_from(id).take(11).map(|entry| entry.header.ntime).collect();
        times.sort_unstable();
        times[times.len() / 2]
    }

    /// The target that a child of `parent` has to carry.
    pub(super) fn next_nbits(&self, parent: EntryId, rules: &Rules) -> Nbits {
        let last = self.entry(parent);
        let height = last.height + 1;
        if !rules.is_retarget(height) {
            return last.header.nbits;
        }
        let start = Rules::period_start(height);
        let first = match self.at_height(last.height) {
            Some(entry) if entry.hash == last.hash => self.at_height(start),
            _ => self.back_from(parent).find(|entry| entry.height == start),
        };
        let first = first.expect("every chain goes back to the genesis block");
        rules.retarget(last.header.nbits, first.header.ntime, last.header.ntime)
    }

    fn back_from(&self, id: EntryId) -> impl Iterator<Item = &Entry> {
        std::iter::successors(Some(self.entry(id)), |entry| entry.parent.map(|parent| self.entry(parent)))
    }

    /// Takes in a header whose parent is known and which has passed its checks.
    pub(super) fn add(&mut self, header: Header, parent: EntryId) -> EntryId {
        let id = EntryId(self.entries.len());
        let hash = header.id();
        let before = self.entry(parent);
        let entry = Entry {
            header,
            hash,
            height: before.height + 1,
            work: before.work.saturating_add(work(header.nbits)),
            parent: Some(parent),
            place: None,
            transactions: 0,
            is_refused: false,
            undo: Undo::new(),
            is_linked: false,
        };
        self.entries.push(entry);
        self.by_hash.insert(hash, id);
        self.children.entry(parent).or_default().push(id);
        id
    }

    /// The block of this header is at `place` now. Descendants that waited for it become whole with it.
    pub(super) fn arrived(&mut self, id: EntryId, place: Place, transactions: usize) {
        let entry = &mut self.entries[id.0];
        entry.place = Some(place);
        entry.transactions = transactions;
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            let entry = self.entry(id);
            let parent_linked = entry.parent.is_none_or(|parent| self.entry(parent).is_linked);
            if entry.place.is_none() || !parent_linked || entry.is_refused {
                continue;
            }
            self.entries[id.0].is_linked = true;
            self.arrivals += 1;
            let (work, tip_work) = (self.entry(id).work, self.tip().work);
            if work >= tip_work {
                self.candidates.insert((work, Reverse(self.arrivals), id));
            }
            waiting.extend(self.children.get(&id).into_iter().flatten());
        }
    }

    /// It breaks a rule, and so does all that stands on it.
    pub(super) fn refuse(&mut self, id: EntryId) {
        let mut refused = vec![id];
        while let Some(id) = refused.pop() {
            self.entries[id.0].is_refused = true;
            refused.extend(self.children.get(&id).into_iter().flatten());
        }
        let entries = &self.entries;
        self.candidates.retain(|(_, _, id)| !entries[id.0].is_refused);
    }

    /// The tip that the best chain should have.
    pub(super) fn best(&self) -> EntryId {
        self.candidates.last().map_or_else(|| self.tip_id(), |(_, _, id)| *id)
    }

    /// The steps from the best chain to `target`: first the block to undo, else the next block to add, else nothing.
    pub(super) fn step_towards(&self, target: EntryId) -> Option<Step> {
        if self.is_active(target) {
            return (self.tip_id() != target).then_some(Step::Undo(self.tip_id()));
        }
        let mut next = target;
        while let Some(parent) = self.entry(next).parent {
            if self.is_active(parent) {
                return Some(if parent == self.tip_id() { Step::Add(next) } else { Step::Undo(self.tip_id()) });
            }
            next = parent;
        }
        None
    }

    /// The block is the tip now.
    pub(super) fn advance(&mut self, id: EntryId, undo: Undo) {
        self.entries[id.0].undo = undo;
        self.active.push(id);
    }

    /// The tip is its parent now; the genesis block stays.
    pub(super) fn retreat(&mut self) -> Undo {
        if self.active.len() < 2 {
            return Undo::new();
        }
        let tip = self.tip_id();
        self.active.pop();
        std::mem::take(&mut self.entries[tip.0].undo)
    }

    /// Forgets candidates that have less work than the tip: they come back when something is added to them.
    pub(super) fn settle(&mut self) {
        let tip_work = self.tip().work;
        while self.candidates.first().is_some_and(|(work, _, _)| *work < tip_work) {
            self.candidates.pop_first();
        }
    }
}

/// One step of the best chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The tip is undone.
    Undo(EntryId),
    /// This block becomes the tip.
    Add(EntryId),
}

#[cfg(test)]
mod tests {
    use hashkit_chain::{Algorithm, Nonce, hex};

    use super::*;
    use crate::practice::Profile;
    use crate::practice::store::Store;

    /// A chain of headers alone, with the times of the chain that Core accepted; what does not matter here is not filled in.
    struct Headers {
        index: Index,
        rules: Rules,
        place: Place,
    }

    impl Headers {
        fn new() -> Self {
            let rules = Rules { profile: Profile::Practice, algorithm: Algorithm::Sha256d };
            let genesis = rules.genesis();
            let place = Store::in_memory().append(&genesis).unwrap();
            let header = Header::from_bytes(genesis.first_chunk().unwrap());
            Self { index: Index::new(header, place), rules, place }
        }

        fn next_nbits(&self) -> Nbits {
            self.index.next_nbits(self.index.tip_id(), &self.rules)
        }

        fn push(&mut self, ntime: Ntime) {
            let tip = self.index.tip();
            let header = Header {
                prev_hash: tip.hash,
                ntime,
                nbits: self.next_nbits(),
                nonce: Nonce(tip.height + 1),
                ..tip.header
            };
            let id = self.index.add(header, self.index.tip_id());
            self.index.arrived(id, self.place, 1);
            self.index.advance(id, Undo::new());
            self.index.settle();
        }
    }

    #[test]
    fn the_target_changes_at_the_heights_and_by_the_times_that_core_accepted() {
        let vectors = include_str!("../../../tests/vectors/signet-retarget.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        let mut chain = Headers::new();
        for row in vectors["rows"].as_array().unwrap() {
            let number = |key: &str| u32::try_from(row[key].as_u64().unwrap()).unwrap();
            let bits = |key: &str| Nbits(hex::decode_u32(row[key].as_str().unwrap()).unwrap());
            let (height, first, last) = (number("height"), number("first_block_time"), number("last_block_time"));
            while chain.index.tip().height + 1 < height {
                assert_eq!(chain.next_nbits(), bits("previous_bits"), "height {}", chain.index.tip().height + 1);
                // The period's first block has the first time; the others have the last.
                let is_first = (chain.index.tip().height + 1).is_multiple_of(2016);
                chain.push(Ntime(if is_first { first } else { last }));
            }
            assert_eq!(chain.next_nbits(), bits("bits"), "height {height}");
        }
    }

    #[test]
    fn a_side_branch_has_a_retarget_of_its_own() {
        let mut chain = Headers::new();
        let genesis = chain.index.tip().header.ntime;
        for height in 1..4031 {
            chain.push(Ntime(genesis.0 + height));
        }
        let parent = chain.index.tip_id();
        let header = Header { prev_hash: chain.index.tip().hash, ..chain.index.tip().header };
        let slow = chain.index.add(Header { ntime: Ntime(u32::MAX), ..header }, parent);
        chain.push(Ntime(genesis.0 + 4031));
        // Not 1d377ae0: the first quarter, 1e00ddeb, has lost bits in the compact form.
        assert_eq!(chain.next_nbits(), Nbits(0x1d37_7ac0), "two periods in a hurry: a sixteenth of the target");
        assert_eq!(
            chain.index.next_nbits(slow, &chain.rules),
            Nbits(0x1e03_77ac),
            "a long period: four times the target"
        );
    }
}
