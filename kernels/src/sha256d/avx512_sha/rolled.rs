//! Several versions: each step takes the same 16 nonces in as many of them as it has vectors, and versions left over go on
//! AVX-512 alone.

use super::super::generated::search::{last_word, rows};
use super::{Batch, Pipeline, ROWS, Turn};
use crate::simd::Lanes;
use crate::simd::x86::Avx512;

/// Adds the hits of all versions.
#[inline(always)]
pub(super) fn scan<const ON_UNIT: usize>(pipeline: &mut Pipeline<'_, ON_UNIT>) {
    let search = pipeline.search;
    let isa = pipeline.isa.avx512();
    let mut begun = [None; ON_UNIT];
    for base in search.bases(Avx512::COUNT) {
        let rows = rows(isa, &search.schedule, pipeline.nonces(base));
        pipeline.step.rows = rows;
        for batch in 0..ON_UNIT {
            set_unit_rounds(pipeline, batch, &rows);
        }
        let mut groups = search.versions.chunks_exact(1 + ON_UNIT);
        for (group, members) in groups.by_ref().enumerate() {
            pipeline.step.version = members[0].words;
            for (batch, version) in members[1..].iter().enumerate() {
                pipeline.start_unit(batch, version);
            }
            let version = (1 + ON_UNIT) * group;
            let then = std::array::from_fn(|batch| Some(Batch { version: version + 1 + batch, base }));
            advance(pipeline, Some(Batch { version, base }), begun);
            begun = then;
        }
        let alone = search.versions.len() - groups.remainder().len();
        for (version, midstate) in search.versions.iter().enumerate().skip(alone) {
            pipeline.check(Batch { version, base }, last_word(isa, &midstate.words, &rows));
        }
    }
    advance(pipeline, None, begun);
}

/// Gives nonces to one of the vectors of the SHA unit.
#[inline(always)]
fn set_unit_rounds<const ON_UNIT: usize>(pipeline: &mut Pipeline<'_, ON_UNIT>, batch: usize, rows: &[Avx512; ROWS]) {
    pipeline.set_first_pair(Turn::Even, batch, rows[0]);
    let step = &mut *pipeline.step;
    // Row 1 is that of round 18, with which pair 8 begins.
    for (pair, two) in step.unit_rounds[0][8..].iter_mut().zip(rows[1..].chunks_exact(2)) {
        pair[batch] = two[0].pairs(two[1], step.pair_orders);
    }
}

/// Does a step whose inputs lie ready, and looks at what it ends: this vector, and those begun in the step before.
#[inline(always)]
fn advance<const ON_UNIT: usize>(
    pipeline: &mut Pipeline<'_, ON_UNIT>,
    now: Option<Batch>,
    begun: [Option<Batch>; ON_UNIT],
) {
    pipeline.steps.rolled(pipeline.isa, &mut pipeline.step);
    if let Some(batch) = now {
        pipeline.check(batch, pipeline.step.last_word);
    }
    for (number, batch) in begun.into_iter().enumerate() {
        if let Some(batch) = batch {
            pipeline.check(batch, pipeline.step.unit_last_words[number]);
        }
    }
}
