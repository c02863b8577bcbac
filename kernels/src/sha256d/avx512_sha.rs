//! The search on AVX-512 and the SHA unit together.
//!
//! A round on the SHA unit takes one slot of the two ports that AVX-512 uses and leaves five, so both run at once: of each
//! two or three vectors of 16 hashes, the unit does the first hash of all but one, while AVX-512 does that of the last, and
//! all second hashes. What the unit ends in one step, AVX-512 takes up in the next.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

mod plain;
mod rolled;

use super::generated::assembly::Steps;
use super::generated::assembly_words::LITERALS;
use super::generated::search::{SCHEDULE_WORDS, VERSION_WORDS};
use super::search::{Midstate, Search};
use super::vector::WordTest;
use crate::kernel::Hit;
use crate::sha256;
use crate::simd::Lanes;
use crate::simd::x86::{Avx512, HasAvx512Sha};

/// Vectors that all versions share of 16 nonces.
pub(super) const ROWS: usize = 47;

/// Vectors that the assembly may put aside.
pub(super) const SPILLS: usize = 32;

/// `W + K` of two rounds for each hash of the SHA unit, from rounds 2 and 3 on.
pub(super) type UnitRounds<const ON_UNIT: usize> = [[[Avx512; 2]; ON_UNIT]; 31];

/// What one call of the assembly reads and writes. Of its vectors of hashes, one is on AVX-512 alone, and `ON_UNIT` are begun
/// on the SHA unit.
#[repr(C, align(64))]
pub(super) struct Step<const ON_UNIT: usize> {
    /// The version of the vector on AVX-512 alone.
    pub(super) version: [u32; VERSION_WORDS],
    /// What the rows need of the work.
    pub(super) schedule: [u32; SCHEDULE_WORDS],
    /// The rows of the vector on AVX-512 alone.
    pub(super) rows: [Avx512; ROWS],
    /// The rows that the SHA unit reads in the next step, where versions do not share them.
    pub(super) unit_rows: [[Avx512; ROWS]; ON_UNIT],
    /// The nonces of the vector on AVX-512 alone, as the header holds them.
    pub(super) nonces: Avx512,
    /// The nonces that the SHA unit does in the next step.
    pub(super) unit_nonces: [Avx512; ON_UNIT],
    /// The first hashes of this step's vector on AVX-512 alone.
    pub(super) first_hash: [Avx512; 8],
    /// Those that the SHA unit ended in the step before.
    pub(super) unit_first_hashes: [[Avx512; 8]; ON_UNIT],
    /// Last words of the first.
    pub(super) last_word: Avx512,
    /// Last words of the others.
    pub(super) unit_last_words: [Avx512; ON_UNIT],
    /// Room for registers.
    pub(super) spills: [Avx512; SPILLS],
    /// First hashes as the SHA unit leaves them, two in each vector.
    pub(super) unit_ends: [[Avx512; 8]; ON_UNIT],
    /// For each hash of the SHA unit the state after round 1, then the midstate, both in its order.
    pub(super) unit_starts: [[Avx512; 16]; ON_UNIT],
    /// What the SHA unit reads, by turns: it reads one while the other is written.
    pub(super) unit_rounds: [UnitRounds<ON_UNIT>; 2],
    /// In which order the hashes of a vector lie there, as [`Avx512::pair_orders`] has it.
    pub(super) pair_orders: [Avx512; 2],
    /// Constants; last, because how many they are must not move the rest.
    pub(super) literals: [u32; LITERALS.len()],
}

/// Which of two [`UnitRounds`] the SHA unit reads.
#[derive(Clone, Copy)]
#[repr(u64)]
pub(super) enum Turn {
    Even,
    Odd,
}

impl Turn {
    fn other(self) -> Self {
        match self {
            Self::Even => Self::Odd,
            Self::Odd => Self::Even,
        }
    }
}

/// One vector of nonces in one version.
#[derive(Clone, Copy)]
struct Batch {
    version: usize,
    base: u32,
}

/// All hits, in order.
#[inline(always)]
pub(super) fn scan<const ON_UNIT: usize>(isa: HasAvx512Sha, steps: Steps<ON_UNIT>, search: &Search) -> Vec<Hit> {
    let mut pipeline = Pipeline::new(isa, steps, search);
    if search.versions.len() > ON_UNIT {
        rolled::scan(&mut pipeline);
    } else {
        for version in 0..search.versions.len() {
            plain::scan(&mut pipeline, version);
        }
    }
    let mut hits = pipeline.hits;
    hits.sort_unstable();
    hits
}

/// A search on its way through the steps.
struct Pipeline<'a, const ON_UNIT: usize> {
    isa: HasAvx512Sha,
    steps: Steps<ON_UNIT>,
    search: &'a Search,
    step: Box<Step<ON_UNIT>>,
    test: WordTest<Avx512>,
    /// `W + K` where the nonce does not reach.
    keyed: [u32; 64],
    hits: Vec<Hit>,
}

impl<'a, const ON_UNIT: usize> Pipeline<'a, ON_UNIT> {
    #[inline(always)]
    fn new(isa: HasAvx512Sha, steps: Steps<ON_UNIT>, search: &'a Search) -> Self {
        let zero = Avx512::splat(isa.avx512(), 0);
        let mut step = Box::new(Step {
            version: [0; VERSION_WORDS],
            schedule: search.schedule,
            rows: [zero; ROWS],
            unit_rows: [[zero; ROWS]; ON_UNIT],
            nonces: zero,
            unit_nonces: [zero; ON_UNIT],
            first_hash: [zero; 8],
            unit_first_hashes: [[zero; 8]; ON_UNIT],
            last_word: zero,
            unit_last_words: [zero; ON_UNIT],
            spills: [zero; SPILLS],
            unit_ends: [[zero; 8]; ON_UNIT],
            unit_starts: [[zero; 16]; ON_UNIT],
            unit_rounds: [[[[zero; 2]; ON_UNIT]; 31]; 2],
            pair_orders: Avx512::pair_orders(isa.avx512()),
            literals: LITERALS,
        });
        let keyed = search.keyed();
        for rounds in &mut step.unit_rounds {
            for (index, pair) in rounds.iter_mut().enumerate().take(8) {
                let [first, second] = [0, 1].map(|odd| Avx512::splat(isa.avx512(), keyed[2 + 2 * index + odd]));
                pair.fill(first.pairs(second, step.pair_orders));
            }
        }
        let test = WordTest::new(isa.avx512(), search.zero_bits);
        Self { isa, steps, search, step, test, keyed, hits: Vec::new() }
    }

    /// The nonces of a vector, as the header holds them.
    #[inline(always)]
    fn nonces(&self, base: u32) -> Avx512 {
        let isa = self.isa.avx512();
        Avx512::splat(isa, base.swap_bytes()).add(Avx512::counting(isa, 1 << 24))
    }

    /// Gives a version to one of the vectors of the SHA unit.
    #[inline(always)]
    fn start_unit(&mut self, batch: usize, version: &Midstate) {
        self.step.unit_starts[batch].fill(Avx512::load(self.isa.avx512(), &version.unit_start));
    }

    /// Rounds 2 and 3 of one of the vectors of the SHA unit, which read the nonces themselves.
    #[inline(always)]
    fn set_first_pair(&mut self, turn: Turn, batch: usize, nonces: Avx512) {
        let isa = self.isa.avx512();
        let [second, third] = [self.keyed[2], sha256::K[3]].map(|word| Avx512::splat(isa, word));
        self.step.unit_rounds[turn as usize][0][batch] = second.pairs(nonces.add(third), self.step.pair_orders);
    }

    #[inline(always)]
    fn check(&mut self, batch: Batch, last_words: Avx512) {
        let candidates = self.test.lanes(last_words);
        if candidates != 0 {
            self.search.confirm(batch.version, batch.base, candidates, &mut self.hits);
        }
    }
}
