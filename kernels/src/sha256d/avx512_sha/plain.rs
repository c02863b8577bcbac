//! One version: each step takes a vector of nonces after the other. A step's vectors on the SHA unit go through three steps:
//! their rows, their first hash, their second.

use super::{Batch, Pipeline, Turn};
use crate::simd::Lanes;
use crate::simd::x86::Avx512;

/// Adds the hits of one version.
#[inline(always)]
pub(super) fn scan<const ON_UNIT: usize>(pipeline: &mut Pipeline<'_, ON_UNIT>, version: usize) {
    let midstate = &pipeline.search.versions[version];
    pipeline.step.version = midstate.words;
    for batch in 0..ON_UNIT {
        pipeline.start_unit(batch, midstate);
    }
    // The vectors whose rows lie ready, and those whose first hashes do.
    let (mut ready, mut begun) = ([None; ON_UNIT], [None; ON_UNIT]);
    let mut turn = Turn::Even;
    let mut bases = pipeline.search.bases(Avx512::COUNT);
    loop {
        let (now, then) = (bases.next(), std::array::from_fn::<_, ON_UNIT, _>(|_| bases.next()));
        if now.is_none() && ready.iter().chain(&begun).all(Option::is_none) {
            break;
        }
        if let Some(base) = now {
            pipeline.step.nonces = pipeline.nonces(base);
        }
        for (batch, base) in then.iter().enumerate() {
            if let Some(base) = *base {
                let nonces = pipeline.nonces(base);
                pipeline.step.unit_nonces[batch] = nonces;
                pipeline.set_first_pair(turn.other(), batch, nonces);
            }
        }
        pipeline.steps.plain(pipeline.isa, &mut pipeline.step, turn);
        turn = turn.other();
        if let Some(base) = now {
            pipeline.check(Batch { version, base }, pipeline.step.last_word);
        }
        for (batch, base) in begun.into_iter().enumerate() {
            if let Some(base) = base {
                pipeline.check(Batch { version, base }, pipeline.step.unit_last_words[batch]);
            }
        }
        (ready, begun) = (then, ready);
    }
}
