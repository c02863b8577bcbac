//! The practice chain: blocks in, verdicts out. Pure but for the block file; the clock is a parameter.

use std::path::Path;
use std::sync::Arc;

use hashkit_chain::{Algorithm, Hash, Header, Nbits, Ntime};

use super::block::Block;
use super::check::{self, Proof};
use super::coins::{Coins, Undo};
use super::index::{EntryId, Index, Step};
use super::profile::{Profile, Rules};
use super::refusal::{Class, Refusal, Verdict};
use super::store::{Place, Store, StoreError};
use super::wire::DecodeError;

/// A block chain with real proof of work and Bitcoin's rules, for practice: what it accepts, Bitcoin Core accepts.
///
/// Blocks hold a coinbase and spends of the script that is always true; all other spends are refused.
#[derive(Debug)]
pub struct PracticeChain {
    pub(super) rules: Rules,
    pub(super) index: Index,
    pub(super) coins: Coins,
    store: Store,
}

/// The newest block of the best chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tip {
    /// Its height; 0 is the genesis block.
    pub height: u32,
    /// Its id.
    pub hash: Hash,
}

impl PracticeChain {
    /// A new chain, forgotten when it is dropped.
    ///
    /// # Panics
    /// Never: memory takes every block.
    #[must_use]
    pub fn in_memory(profile: Profile, algorithm: Algorithm) -> Self {
        let rules = Rules { profile, algorithm };
        let mut store = Store::in_memory();
        let place = store.append(&rules.genesis()).expect("memory takes every block");
        Self::with_genesis(rules, store, place)
    }

    /// The chain of `directory`, which is created where there is none. It belongs to this process until the chain is dropped.
    ///
    /// # Errors
    /// [`StoreError`] when the directory is in use, holds another chain, or cannot be read or written.
    pub fn open(directory: &Path, profile: Profile, algorithm: Algorithm) -> Result<Self, StoreError> {
        let rules = Rules { profile, algorithm };
        let (mut store, places) = Store::open(directory, profile, algorithm)?;
        let mut places = places.into_iter();
        let genesis = match places.next() {
            Some(place) => place,
            None => store.append(&rules.genesis())?,
        };
        let mut chain = Self::with_genesis(rules, store, genesis);
        for place in places {
            let block = chain.store.read(place)?;
            let verdict = chain.take_in(&block, Source::Stored(place))?;
            tracing::trace!(?verdict, "a stored block is taken in");
        }
        Ok(chain)
    }

    fn with_genesis(rules: Rules, store: Store, place: Place) -> Self {
        let genesis = rules.genesis();
        let header = genesis.first_chunk().map(Header::from_bytes).expect("a block begins with a header");
        Self { rules, index: Index::new(header, place), coins: Coins::default(), store }
    }

    /// Checks the bytes of a block at the time `now`, keeps it unless it is refused, and makes it the tip if its chain has
    /// the most work. Like `submitblock` it adds a coinbase witness that was left out, and ignores bytes behind the block.
    ///
    /// # Errors
    /// [`StoreError`] when the block cannot be kept; it is not part of the chain then.
    pub fn submit_block(&mut self, bytes: &[u8], now: Ntime) -> Result<Verdict, StoreError> {
        self.take_in(bytes, Source::Wire { now })
    }

    /// What `getblocktemplate` answers in mode `proposal`: `None` for a block that would be accepted with a solved nonce,
    /// otherwise the word why not.
    ///
    /// # Errors
    /// [`DecodeError`] when the bytes are not a block.
    pub fn proposal(&self, bytes: &[u8], now: Ntime) -> Result<Option<String>, DecodeError> {
        let block = Block::read(bytes)?;
        if let Some(id) = self.index.find(&block.header.id()) {
            let word = if self.index.entry(id).is_refused {
                "duplicate-invalid"
            } else if self.index.is_active(id) {
                "duplicate"
            } else {
                "duplicate-inconclusive"
            };
            return Ok(Some(word.to_owned()));
        }
        Ok(self.propose(&block, now).err().map(|refusal| refusal.to_string()))
    }

    fn propose(&self, block: &Block<'_>, now: Ntime) -> Result<(), Refusal> {
        let tip = self.index.tip_id();
        if block.header.prev_hash != self.tip().hash {
            return Err(Refusal::NotBestParent);
        }
        let (height, median) = (self.tip().height + 1, self.index.median_time(tip));
        check::block(block, &self.rules, Proof::Waived)?;
        check::header_after(&block.header, self.next_nbits(), median, now)?;
        check::block_after(block, height, median)?;
        self.coins.changes_of(block, height, self.rules.subsidy(height)).map(|_| ())
    }

    fn take_in(&mut self, bytes: &[u8], source: Source) -> Result<Verdict, StoreError> {
        let completed;
        let mut block = match Block::read(bytes) {
            Ok(block) => block,
            Err(error) => return Ok(Verdict::Undecodable(error)),
        };
        if self.index.find(&block.header.prev_hash).is_some()
            && let Some(bytes) = block.with_coinbase_witness()
        {
            completed = bytes;
            block = match Block::read(&completed) {
                Ok(block) => block,
                Err(error) => return Ok(Verdict::Undecodable(error)),
            };
        }
        let id = match self.accept(&block, source) {
            Ok(id) => id,
            Err(refusal) => return Ok(Verdict::Refused(refusal)),
        };
        if self.index.entry(id).place.is_some() {
            return Ok(Verdict::Duplicate);
        }
        let place = match source {
            Source::Wire { .. } => self.store.append(block.bytes())?,
            Source::Stored(place) => place,
        };
        self.index.arrived(id, place, block.transactions.len());
        let refused = self.follow_the_best()?;
        if let Some((_, refusal)) = refused.into_iter().find(|(refused, _)| *refused == id) {
            return Ok(Verdict::Refused(refusal));
        }
        let entry = self.index.entry(id);
        if self.index.is_active(id) {
            Ok(Verdict::Accepted { height: entry.height, hash: entry.hash })
        } else {
            Ok(Verdict::Inconclusive)
        }
    }

    /// All rules that need no coins. The header is remembered as soon as it has passed its own, so that what is refused
    /// later is known when it comes again.
    fn accept(&mut self, block: &Block<'_>, source: Source) -> Result<EntryId, Refusal> {
        let (now, proof) = match source {
            Source::Wire { now } => (now, Proof::Demanded),
            // It was accepted once, and its checksum is right: the clock and a slow hash need not be asked again.
            Source::Stored(_) => (Ntime(u32::MAX), Proof::Waived),
        };
        check::block(block, &self.rules, proof)?;
        let id = self.accept_header(&block.header, now)?;
        let entry = self.index.entry(id);
        let (Some(parent), None) = (entry.parent, entry.place) else { return Ok(id) };
        let checked = check::block_after(block, entry.height, self.index.median_time(parent));
        if let Err(refusal) = checked {
            if refusal.class() != Class::Mutated {
                self.index.refuse(id);
            }
            return Err(refusal);
        }
        Ok(id)
    }

    fn accept_header(&mut self, header: &Header, now: Ntime) -> Result<EntryId, Refusal> {
        if let Some(id) = self.index.find(&header.id()) {
            return if self.index.entry(id).is_refused { Err(Refusal::RefusedBefore) } else { Ok(id) };
        }
        let parent = self.index.find(&header.prev_hash).ok_or(Refusal::MissingParent)?;
        if self.index.entry(parent).is_refused {
            return Err(Refusal::RefusedParent);
        }
        let nbits = self.index.next_nbits(parent, &self.rules);
        check::header_after(header, nbits, self.index.median_time(parent), now)?;
        Ok(self.index.add(*header, parent))
    }

    /// Moves the tip to the chain with the most work, and tells which blocks turned out to break a rule on the way.
    fn follow_the_best(&mut self) -> Result<Vec<(EntryId, Refusal)>, StoreError> {
        let mut refused = Vec::new();
        while let Some(step) = self.index.step_towards(self.index.best()) {
            match step {
                Step::Undo(id) => {
                    let bytes = self.block_of(id)?;
                    let undo = self.index.retreat();
                    if let Ok(block) = Block::read(&bytes) {
                        self.coins.disconnect(&block, undo);
                    }
                }
                Step::Add(id) => {
                    let bytes = self.block_of(id)?;
                    match self.connect(&bytes, self.index.entry(id).height) {
                        Ok(undo) => self.index.advance(id, undo),
                        Err(refusal) => {
                            self.index.refuse(id);
                            refused.push((id, refusal));
                        }
                    }
                }
            }
        }
        self.index.settle();
        Ok(refused)
    }

    fn connect(&mut self, bytes: &[u8], height: u32) -> Result<Undo, Refusal> {
        let block = Block::read(bytes).map_err(|_| Refusal::MerkleRoot)?;
        let changes = self.coins.changes_of(&block, height, self.rules.subsidy(height))?;
        Ok(self.coins.connect(changes))
    }

    fn block_of(&self, id: EntryId) -> Result<Arc<[u8]>, StoreError> {
        let place = self.index.entry(id).place.expect("only blocks that arrived become part of the best chain");
        self.store.read(place)
    }

    /// The newest block of the best chain.
    #[must_use]
    pub fn tip(&self) -> Tip {
        let entry = self.index.tip();
        Tip { height: entry.height, hash: entry.hash }
    }

    /// The id of the block of the best chain at `height`.
    #[must_use]
    pub fn hash_at(&self, height: u32) -> Option<Hash> {
        self.index.at_height(height).map(|entry| entry.hash)
    }

    /// The bytes of a block, on the best chain or beside it; `None` where none with this id arrived.
    ///
    /// # Errors
    /// [`StoreError`] when the block file cannot be read.
    pub fn block(&self, hash: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(place) = self.index.find(hash).and_then(|id| self.index.entry(id).place) else { return Ok(None) };
        Ok(Some(self.store.read(place)?.to_vec()))
    }

    /// The target that the next block has to carry.
    #[must_use]
    pub fn next_nbits(&self) -> Nbits {
        self.index.next_nbits(self.index.tip_id(), &self.rules)
    }

    /// Which chain is practised.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.rules.profile
    }

    /// How its headers are hashed.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.rules.algorithm
    }

    /// Bytes that all blocks take.
    pub(super) fn size(&self) -> u64 {
        self.store.size()
    }
}

/// Where a block comes from.
#[derive(Debug, Clone, Copy)]
enum Source {
    /// Somebody submits it now.
    Wire { now: Ntime },
    /// It was accepted in an earlier run and is in the store already.
    Stored(Place),
}
