//! Bitcoin Core's validation code, asked like the practice chain.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, LazyLock, Mutex, Once, PoisonError};

use bitcoinkernel::prelude::{BlockHashExt, BlockValidationStateExt};
use bitcoinkernel::{
    Block, BlockValidationResult, BlockValidationStateRef, ChainType, ChainstateManager, Context, ContextBuilder, Log,
    LogCategory, LogLevel, Logger, ValidationMode,
};
use hashkit_chain::Hash;
use hashkit_pool::practice::{Class, Profile, Verdict};
use tempfile::TempDir;

/// What either of the two says of a block, in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Answer {
    Valid,
    Known,
    /// Kept and not connected, because another block was first.
    NotConnected,
    Undecodable,
    Refused(Class, String),
}

impl Answer {
    pub(crate) fn of(verdict: &Verdict) -> Self {
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
            // What a script engine found is told in brackets; a chain without one has nothing to put there.
            let word = word.split_once(" (").map_or(word, |(word, _)| word);
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

type Reports = Arc<Mutex<HashMap<Hash, (ValidationMode, BlockValidationResult)>>>;

/// Bitcoin Core's validation code with a chain of its own.
pub(crate) struct Core {
    manager: ChainstateManager,
    reports: Reports,
    _context: Context,
    _directory: TempDir,
}

impl Core {
    pub(crate) fn start(profile: Profile) -> Self {
        listen();
        let reports = Reports::default();
        let told = Arc::clone(&reports);
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
        Self { manager, reports, _context: context, _directory: directory }
    }

    pub(crate) fn submit(&self, bytes: &[u8]) -> Answer {
        let Ok(block) = Block::new(bytes) else { return Answer::Undecodable };
        let hash = Hash::from_internal(block.hash().to_bytes());
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash);
        if self.manager.process_block(&block).is_duplicate() {
            return Answer::Known;
        }
        let report = self.reports.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).copied();
        let Some((mode, grave)) = report else { return Answer::NotConnected };
        if mode == ValidationMode::Valid {
            assert_eq!(self.tip(), hash, "Core calls a block valid and does not follow it");
            return Answer::Valid;
        }
        let word = CHECKED.lock().unwrap_or_else(PoisonError::into_inner).get(&hash).cloned();
        Answer::Refused(class(grave), word.expect("the log names every block that was checked"))
    }

    pub(crate) fn height(&self) -> u32 {
        self.manager.active_chain().height().unsigned_abs()
    }

    pub(crate) fn tip(&self) -> Hash {
        Hash::from_internal(self.manager.active_chain().tip().block_hash().to_bytes())
    }
}

fn class(grave: BlockValidationResult) -> Class {
    match grave {
        BlockValidationResult::InvalidHeader => Class::Header,
        BlockValidationResult::Consensus => Class::Consensus,
        BlockValidationResult::Mutated => Class::Mutated,
        BlockValidationResult::CachedInvalid => Class::Cached,
        BlockValidationResult::MissingPrev => Class::MissingParent,
        BlockValidationResult::InvalidPrev => Class::RefusedParent,
        BlockValidationResult::TimeFuture => Class::TimeFuture,
        other => panic!("the practice chain has no word for {other:?}"),
    }
}
