//! The search on AVX-512 and the SHA unit together.
//!
//! A round on the SHA unit takes one slot of the two ports that AVX-512 uses and leaves five, so both run at once: of each
//! three vectors of 16 hashes, the unit does the first hash of two while AVX-512 does that of the third and all three
//! second hashes. What the unit ends in one step, AVX-512 takes up in the next.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use hashkit_chain::Nonce;

use super::generated::avx512_sha::step;
use super::generated::avx512_sha_words::LITERALS;
use super::generated::search::{VERSION_WORDS, last_word, rows};
use super::search::{Midstate, Search};
use super::vector::WordTest;
use crate::kernel::Hit;
use crate::sha256;
use crate::simd::Lanes;
use crate::simd::x86::{Avx512, HasAvx512Sha};

/// Vectors of hashes in a step: one on AVX-512 alone, two begun on the SHA unit.
const BATCHES: usize = 3;
/// Of these, those begun on the SHA unit.
const ON_UNIT: usize = BATCHES - 1;
const LANES: u32 = Avx512::COUNT;
/// Vectors that the assembly may put aside.
pub(super) const SPILLS: usize = 16;

/// What one call of the assembly reads and writes.
#[repr(C, align(64))]
pub(super) struct Step {
    /// The version of the first vector.
    pub(super) version: [u32; VERSION_WORDS],
    /// The nonces of the first vector.
    pub(super) rows: [Avx512; 47],
    /// First hashes: those of this step's first vector, then those that the SHA unit ended in the step before.
    pub(super) first_hashes: [[Avx512; 8]; BATCHES],
    /// Last words of these.
    pub(super) last_words: [Avx512; BATCHES],
    /// Room for registers.
    pub(super) spills: [Avx512; SPILLS],
    /// First hashes as the SHA unit leaves them, two in each.
    pub(super) unit_ends: [Avx512; 16],
    /// For each hash of the SHA unit the state after round 1, then the midstate, both in its order.
    pub(super) unit_starts: [Avx512; 32],
    /// `W + K` of two rounds for each hash of the SHA unit, from rounds 2 and 3 on.
    pub(super) unit_rounds: [[Avx512; 4]; 31],
    /// Constants; last, because how many they are must not move the rest.
    pub(super) literals: [u32; LITERALS.len()],
}

/// One vector of nonces in one version.
#[derive(Clone, Copy)]
struct Batch {
    version: usize,
    base: u32,
}

/// All hits, in order.
#[inline(always)]
pub(super) fn scan(isa: HasAvx512Sha, search: &Search) -> Vec<Hit> {
    let mut pipeline = Pipeline::new(isa, search);
    if search.versions.len() < BATCHES {
        for version in 0..search.versions.len() {
            pipeline.scan_nonces(version);
        }
    } else {
        pipeline.scan_versions();
    }
    let mut hits = pipeline.hits;
    hits.sort_unstable();
    hits
}

struct Pipeline<'a> {
    isa: HasAvx512Sha,
    search: &'a Search,
    step: Box<Step>,
    test: WordTest<Avx512>,
    /// `W + K` where the nonce does not reach.
    keyed: [u32; 64],
    /// What the SHA unit has begun.
    begun: [Option<Batch>; ON_UNIT],
    hits: Vec<Hit>,
}

impl<'a> Pipeline<'a> {
    #[inline(always)]
    fn new(isa: HasAvx512Sha, search: &'a Search) -> Self {
        let zero = Avx512::splat(isa.avx512(), 0);
        let mut step = Box::new(Step {
            version: [0; VERSION_WORDS],
            rows: [zero; 47],
            first_hashes: [[zero; 8]; BATCHES],
            last_words: [zero; BATCHES],
            spills: [zero; SPILLS],
            unit_ends: [zero; 16],
            unit_starts: [zero; 32],
            unit_rounds: [[zero; 4]; 31],
            literals: LITERALS,
        });
        let keyed = search.keyed();
        for (index, pair) in step.unit_rounds.iter_mut().enumerate().take(8) {
            let [first, second] = [0, 1].map(|odd| Avx512::splat(isa.avx512(), keyed[2 + 2 * index + odd]));
            let [low, high] = first.unit_pairs(second);
            *pair = [low, high, low, high];
        }
        let test = WordTest::new(isa.avx512(), search.zero_bits);
        Self { isa, search, step, test, keyed, begun: [None; ON_UNIT], hits: Vec::new() }
    }

    /// One version: each step takes 48 nonces.
    #[inline(always)]
    fn scan_nonces(&mut self, version: usize) {
        let midstate = &self.search.versions[version];
        self.step.version = midstate.words;
        for batch in 0..ON_UNIT {
            self.start_unit(batch, midstate);
        }
        let batch_at = |base: u64| u32::try_from(base).ok().map(|base| Batch { version, base });
        let (mut base, end) = self.bounds();
        while base < end {
            let batches = [0, 1, 2].map(|number| batch_at(base + number * u64::from(LANES)));
            for (number, batch) in batches.iter().flatten().enumerate() {
                let rows = self.rows(batch.base);
                match number {
                    0 => self.step.rows = rows,
                    number => self.set_unit_rounds(number - 1, &rows),
                }
            }
            self.advance(batches);
            base += BATCHES as u64 * u64::from(LANES);
        }
        self.advance([None; BATCHES]);
    }

    /// Several versions: each step takes 16 nonces in three of them, and those left over go on AVX-512 alone.
    #[inline(always)]
    fn scan_versions(&mut self) {
        let versions = &self.search.versions;
        let (first, end) = self.bounds();
        for base in (first..end).step_by(LANES as usize) {
            let Ok(base) = u32::try_from(base) else { break };
            let rows = self.rows(base);
            self.step.rows = rows;
            for batch in 0..ON_UNIT {
                self.set_unit_rounds(batch, &rows);
            }
            let mut groups = versions.chunks_exact(BATCHES);
            for (group, members) in groups.by_ref().enumerate() {
                self.step.version = members[0].words;
                for batch in 0..ON_UNIT {
                    self.start_unit(batch, &members[1 + batch]);
                }
                self.advance([0, 1, 2].map(|member| Some(Batch { version: BATCHES * group + member, base })));
            }
            let alone = versions.len() - groups.remainder().len();
            for (version, midstate) in versions.iter().enumerate().skip(alone) {
                let words = last_word(self.isa.avx512(), &midstate.words, &rows);
                self.check(Batch { version, base }, words);
            }
        }
        self.advance([None; BATCHES]);
    }

    /// First and end of the nonces, the first down to a multiple of the lanes.
    fn bounds(&self) -> (u64, u64) {
        let Some(Nonce(first)) = self.search.range.first() else { return (0, 0) };
        (u64::from(first - first % LANES), u64::from(first) + self.search.range.len())
    }

    #[inline(always)]
    fn rows(&self, base: u32) -> [Avx512; 47] {
        let isa = self.isa.avx512();
        let lanes = Avx512::counting(isa, 1 << 24);
        rows(isa, &self.search.schedule, Avx512::splat(isa, base.swap_bytes()).add(lanes))
    }

    /// Gives a version to one of the vectors of the SHA unit.
    #[inline(always)]
    fn start_unit(&mut self, batch: usize, version: &Midstate) {
        let start = Avx512::load(self.isa.avx512(), &version.unit_start);
        self.step.unit_starts[16 * batch..][..16].fill(start);
    }

    /// Gives nonces to one of the vectors of the SHA unit.
    #[inline(always)]
    fn set_unit_rounds(&mut self, batch: usize, rows: &[Avx512; 47]) {
        let isa = self.isa.avx512();
        let [second, third] = [self.keyed[2], sha256::K[3]].map(|word| Avx512::splat(isa, word));
        let first = second.unit_pairs(rows[0].add(third));
        self.step.unit_rounds[0][2 * batch..][..2].copy_from_slice(&first);
        // Row 1 is that of round 18, with which pair 8 begins.
        for (pair, two) in self.step.unit_rounds[8..].iter_mut().zip(rows[1..].chunks_exact(2)) {
            pair[2 * batch..][..2].copy_from_slice(&two[0].unit_pairs(two[1]));
        }
    }

    /// Does a step whose inputs lie ready, and looks at what it ends.
    #[inline(always)]
    fn advance(&mut self, batches: [Option<Batch>; BATCHES]) {
        step(self.isa, &mut self.step);
        let [now, begun @ ..] = batches;
        let ended = [now, self.begun[0], self.begun[1]];
        for (batch, words) in ended.into_iter().zip(self.step.last_words) {
            if let Some(batch) = batch {
                self.check(batch, words);
            }
        }
        self.begun = begun;
    }

    #[inline(always)]
    fn check(&mut self, batch: Batch, last_words: Avx512) {
        let candidates = self.test.lanes(last_words);
        if candidates != 0 {
            self.search.confirm(batch.version, batch.base, candidates, &mut self.hits);
        }
    }
}
