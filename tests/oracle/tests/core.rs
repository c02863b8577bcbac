//! The practice chain through Bitcoin Core's own validation code: what one accepts the other accepts, and what one refuses
//! the other refuses with the same word.
//!
//! The return value of `process_block` proves nothing (it says "new" for a block that is then refused), so the tests watch
//! the tip and the verdict that the library reports when it has checked a block.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, LazyLock, Mutex, Once, PoisonError};

use bitcoinkernel::prelude::{BlockHashExt, BlockValidationStateExt};
use bitcoinkernel::{
    Block, BlockValidationResult, BlockValidationStateRef, ChainType, ChainstateManager, Context, ContextBuilder, Log,
    LogCategory, LogLevel, Logger, ValidationMode,
};
use hashkit_chain::{Algorithm, Hash, Header, hex};
use hashkit_oracle::{World, damage, now, recorded};
use hashkit_pool::practice::{Class, PracticeChain, Profile, Verdict};
use tempfile::TempDir;

/// Blocks of the chain with real work: three times the maturity of a coinbase.
const LENGTH: u32 = 300;

#[test]
fn core_follows_a_chain_that_its_own_regtest_made() {
    let core = Core::start(Profile::Fast);
    let file = include_str!("../../vectors/btc-regtest-chain.hex");
    for (height, line) in (1..).zip(file.lines()) {
        let block = hex::decode(line).unwrap();
        assert_eq!(core.submit(&block), Judgement::Valid, "height {height}");
        assert_eq!(core.height(), height);
    }
    assert_eq!(core.height(), 161);
}

#[test]
fn the_practice_chain_follows_the_chain_that_cores_regtest_made() {
    let mut chain = PracticeChain::in_memory(Profile::Fast, Algorithm::Sha256d);
    let file = include_str!("../../vectors/btc-regtest-chain.hex");
    for (height, line) in (1..).zip(file.lines()) {
        let block = hex::decode(line).unwrap();
        let verdict = chain.submit_block(&block, now()).unwrap();
        assert!(matches!(verdict, Verdict::Accepted { height: found, .. } if found == height), "{height}: {verdict:?}");
    }
    assert_eq!(chain.tip().height, 161);
}

#[test]
fn on_regtest_core_and_the_practice_chain_judge_every_recorded_block_alike() {
    compare(&World::mine(Profile::Fast, 110));
}

#[test]
fn core_follows_300_blocks_of_real_work_and_judges_every_damaged_block_alike() {
    let world = World::mine(Profile::Practice, LENGTH);
    let core = Core::start(Profile::Practice);
    for (height, block) in (1..).zip(&world.blocks) {
        assert_eq!(core.submit(block), Judgement::Valid, "height {height}");
        assert_eq!((core.height(), core.tip()), (height, id(block)));
    }
    compare(&world);
}

/// Gives every damaged block to both and compares what they say, and which tip they have afterwards.
fn compare(world: &World) {
    let mut differences = Vec::new();
    for (case, _, _) in recorded() {
        let damaged = damage(world, &case).unwrap_or_else(|| panic!("no test builds the recorded case {case:?}"));
        let mut chain = PracticeChain::in_memory(world.profile, Algorithm::Sha256d);
        world.replay(&mut chain);
        let core = Core::start(world.profile);
        for block in world.blocks.iter().chain(&damaged.before) {
            core.submit(block);
        }
        for block in &damaged.before {
            chain.submit_block(block, now()).expect("memory takes every block");
        }
        let ours = chain.submit_block(&damaged.bytes(), now()).expect("memory takes every block");
        // Where submitblock completes a block before it is judged, Core gets what was completed.
        let completed = damaged.id().and_then(|id| chain.block(&id).expect("memory gives every block"));
        let cores = core.submit(completed.as_ref().unwrap_or(&damaged.bytes()));
        println!("{case}: {ours:?}, {cores:?}");
        if Judgement::of(&ours) != cores {
            differences.push(format!("{case}: {ours:?}, but Core says {cores:?}"));
        }
        if chain.tip().hash != core.tip() {
            differences.push(format!("{case}: the tips differ"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// What either of the two says of a block, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Judgement {
    Valid,
    Known,
    /// Kept and not judged, because another block was first.
    NotConnected,
    Undecodable,
    Refused(Class, String),
}

impl Judgement {
    fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Accepted { .. } => Self::Valid,
            Verdict::Duplicate => Self::Known,
            Verdict::Inconclusive => Self::NotConnected,
            Verdict::Undecodable(_) => Self::Undecodable,
            Verdict::Refused(refusal) => Self::Refused(refusal.class(), refusal.to_string()),
        }
    }
}

/// What Core said of each block when it had checked it. The words come by the log alone, which is one for the process.
static CHECKED: LazyLock<Mutex<HashMap<Hash, String>>> = LazyLock::new(Mutex::default);

struct CheckedBlocks;

impl Log for CheckedBlocks {
    /// `[validation] BlockChecked: block hash=<hash> state=<word>, <explanation>`; the word of a right block is `Valid`.
    fn log(&self, message: &str) {
        let Some((_, checked)) = message.split_once("BlockChecked: block hash=") else { return };
        let Some((hash, state)) = checked.split_once(" state=") else { return };
        if let Ok(hash) = hash.parse() {
            let word = state.trim().split_once(", ").map_or(state.trim(), |(word, _)| word);
            CHECKED.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, word.to_owned());
        }
    }
}

/// Core's logging is one for the process and stays on, whichever test comes first.
fn listen() {
    static LISTEN: Once = Once::new();
    LISTEN.call_once(|| {
        let logger = Logger::new(CheckedBlocks).expect("the only logger of this process");
        logger.set_level_category(LogCategory::Validation, LogLevel::Debug);
        logger.enable_category(LogCategory::Validation);
        mem::forget(logger);
    });
}

type Results = Arc<Mutex<HashMap<Hash, (ValidationMode, BlockValidationResult)>>>;

/// Bitcoin Core's validation code with a chain of its own.
struct Core {
    manager: ChainstateManager,
    results: Results,
    _context: Context,
    _directory: TempDir,
}

impl Core {
    fn start(profile: Profile) -> Self {
        listen();
        let results = Results::default();
        let told = Arc::clone(&results);
        let builder = match profile {
            Profile::Practice => ContextBuilder::new().signet(&[0x51]),
            Profile::Fast => ContextBuilder::new().chain_type(ChainType::Regtest),
        };
        let context = builder
            .with_block_checked_validation(move |block: Block, state: BlockValidationStateRef<'_>| {
                let hash = Hash::from_internal(block.hash().to_bytes());
                told.lock().unwrap_or_else(PoisonError::into_inner).insert(hash, (state.mode(), state.result()));
            })
            .build()
            .expect("a context");
        let directory = tempfile::tempdir().expect("a directory");
        let path = |name: &str| directory.path().join(name).to_str().expect("a path in UTF-8").to_owned();
        let manager = ChainstateManager::builder(&context, &path("data"), &path("blocks"))
            .expect("two fresh directories")
            .block_tree_db_in_memory(true)
            .chainstate_db_in_memory(true)
            .build()
            .expect("an empty chain");
        manager.import_blocks().expect("the genesis block connects");
        Self { manager, results, _context: context, _directory: directory }
    }

    fn submit(&self, bytes: &[u8]) -> Judgement {
        let Ok(block) = Block::new(bytes) else { return Judgement::Undecodable };
        let hash = Hash::from_internal(block.hash().to_bytes());
        self.results.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash);
        if self.manager.process_block(&block).is_duplicate() {
            return Judgement::Known;
        }
        let result = self.results.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).copied();
        let Some((mode, result)) = result else { return Judgement::NotConnected };
        if mode == ValidationMode::Valid {
            assert_eq!(self.tip(), hash, "Core calls a block valid and does not follow it");
            return Judgement::Valid;
        }
        let word = CHECKED.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        Judgement::Refused(class(result), word.expect("the log names every block that was checked"))
    }

    fn height(&self) -> u32 {
        self.manager.active_chain().height().unsigned_abs()
    }

    fn tip(&self) -> Hash {
        Hash::from_internal(self.manager.active_chain().tip().block_hash().to_bytes())
    }
}

fn class(result: BlockValidationResult) -> Class {
    match result {
        BlockValidationResult::InvalidHeader => Class::Header,
        BlockValidationResult::Consensus => Class::Consensus,
        BlockValidationResult::Mutated => Class::Mutated,
        BlockValidationResult::CachedInvalid => Class::Cached,
        BlockValidationResult::MissingPrev => Class::MissingParent,
        BlockValidationResult::InvalidPrev => Class::InvalidParent,
        BlockValidationResult::TimeFuture => Class::TimeFuture,
        other => panic!("the practice chain has no word for {other:?}"),
    }
}

fn id(block: &[u8]) -> Hash {
    block.first_chunk().map(|header| Header::from_bytes(header).id()).expect("a block begins with a header")
}
