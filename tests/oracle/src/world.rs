//! A practice chain that is long enough for templates to hold transactions, and its last two templates.

use std::time::{SystemTime, UNIX_EPOCH};

use hashkit_chain::{Algorithm, Hash, Ntime, sha256d};
use hashkit_pool::practice::{PracticeChain, Profile, Verdict};

use crate::draft::Draft;

/// Transactions of each template: an even number, so that block and merkle tree have an odd one of them.
const SPENDS: usize = 4;

/// A practice chain, kept as the blocks from which it can be made again.
#[derive(Debug)]
pub struct World {
    /// Which chain it is.
    pub profile: Profile,
    /// Its blocks, height 1 first.
    pub blocks: Vec<Vec<u8>>,
    /// What the newest block was made of.
    pub tip: Draft,
    /// What the next block would be made of.
    pub next: Draft,
    /// A coinbase that is one block too young to be spent: id, value in satoshi.
    pub young_coinbase: (Hash, i64),
}

impl World {
    /// Mines `length` blocks, at least 105.
    ///
    /// # Panics
    /// When the chain refuses what its own template proposes.
    #[must_use]
    pub fn mine(profile: Profile, length: u32) -> Self {
        let mut chain = PracticeChain::in_memory(profile, Algorithm::Sha256d);
        let mut blocks = Vec::new();
        let mut tip = None;
        let mut young_coinbase = None;
        for height in 1..=length {
            let draft = Self::draft(&chain, 1);
            let block = draft.solve();
            let verdict = chain.submit_block(&block, now()).expect("memory takes every block");
            assert!(matches!(verdict, Verdict::Accepted { .. }), "height {height}: {verdict:?}");
            // One block short of the hundred that a coinbase has to wait.
            if height + 98 == length {
                young_coinbase = Some((sha256d(&draft.coinbase()), draft.outputs[0].0));
            }
            blocks.push(block);
            tip = Some(draft);
        }
        let next = Self::draft(&chain, 1);
        assert_eq!(next.transactions.len(), SPENDS, "a chain of {length} blocks is too short for transactions");
        Self {
            profile,
            blocks,
            tip: tip.expect("at least one block"),
            next,
            young_coinbase: young_coinbase.expect("at least 99 blocks"),
        }
    }

    /// What the next block of `chain` would be made of.
    ///
    /// # Panics
    /// When the chain is two hours ahead of the clock.
    #[must_use]
    pub fn draft(chain: &PracticeChain, extranonce: u8) -> Draft {
        Draft::from_template(&chain.template(now(), SPENDS).expect("not two hours ahead"), extranonce)
    }

    /// The chain once more.
    ///
    /// # Panics
    /// When it refuses a block that it accepted before.
    pub fn replay(&self, chain: &mut PracticeChain) {
        for block in &self.blocks {
            let verdict = chain.submit_block(block, now()).expect("memory takes every block");
            assert!(matches!(verdict, Verdict::Accepted { .. }), "{verdict:?}");
        }
    }
}

/// The wall clock, which the front door and Bitcoin Core look at too.
///
/// # Panics
/// When the clock stands before 1970 or after 2106.
#[must_use]
pub fn now() -> Ntime {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    Ntime(u32::try_from(elapsed.as_secs()).expect("a clock before 2106"))
}
