//! The SHA unit's half of a step.

use std::mem::offset_of;

use super::super::avx512_sha::Step;
use super::memory::at;

/// Pairs of rounds on the SHA unit: all but rounds 0 and 1, which the nonce does not reach.
pub(super) const PAIRS: usize = 31;
/// The first of them that the nonce reaches through the message schedule.
const FIRST_OF_ROWS: usize = 8;

/// Writes first hashes on the SHA unit beside other code. A chain reads its start at rcx and its rounds at rsi, and leaves its
/// end at rdx.
pub(super) struct Unit {
    /// Bytes from a pair of rounds to the next.
    stride: usize,
}

impl Unit {
    pub(super) fn new<const ON_UNIT: usize>() -> Self {
        Self { stride: 128 * ON_UNIT }
    }

    /// `vectors` with so many chains beside it, and what moves on to the next chains.
    pub(super) fn beside(&self, groups: &[usize], vectors: Vec<String>) -> Vec<String> {
        let (chains, done) = self.chains(groups);
        let mut lines = mixed(vectors, chains);
        lines.extend(
            [("rsi", 8), ("rcx", 64), ("rdx", 32)].map(|(register, bytes)| format!("add {register}, {}", bytes * done)),
        );
        lines
    }

    /// Group after group, and how many chains they are.
    fn chains(&self, groups: &[usize]) -> (Vec<String>, usize) {
        let mut lines = Vec::new();
        let mut done = 0;
        for chains in groups {
            for i in 0..*chains {
                let start = 64 * (done + i);
                lines.push(format!("movdqa xmm{}, xmmword ptr {}", 1 + 2 * i, at("rcx", start)));
                lines.push(format!("movdqa xmm{}, xmmword ptr {}", 2 + 2 * i, at("rcx", start + 16)));
            }
            for pair in 0..PAIRS {
                for i in 0..*chains {
                    lines.push(format!("movq xmm0, qword ptr {}", at("rsi", self.stride * pair + 8 * (done + i))));
                    // The two halves of the state change places with each instruction.
                    let (kept, written) = if pair % 2 == 0 { (1 + 2 * i, 2 + 2 * i) } else { (2 + 2 * i, 1 + 2 * i) };
                    lines.push(format!("sha256rnds2 xmm{written}, xmm{kept}, xmm0"));
                }
            }
            for i in 0..*chains {
                for (half, register) in [2 + 2 * i, 1 + 2 * i].into_iter().enumerate() {
                    let midstate = at("rcx", 64 * (done + i) + 32 + 16 * half);
                    lines.push(format!("paddd xmm{register}, xmmword ptr {midstate}"));
                    let end = at("rdx", 32 * (done + i) + 16 * half);
                    lines.push(format!("movdqa xmmword ptr {end}, xmm{register}"));
                }
            }
            done += chains;
        }
        (lines, done)
    }
}

/// Turns what the SHA unit left (`f e b a h g d c` of each hash, two hashes in 64 bytes) into vectors of one word each.
pub(super) fn take_over<const ON_UNIT: usize>() -> Vec<String> {
    let mut lines = Vec::new();
    for batch in 0..ON_UNIT {
        let from = offset_of!(Step<ON_UNIT>, unit_ends) + 512 * batch;
        let to = offset_of!(Step<ON_UNIT>, unit_first_hashes) + 512 * batch;
        lines.extend((0..8).map(|i| format!("vmovdqa32 zmm{}, zmmword ptr {}", 16 + i, at("rdi", from + 64 * i))));
        for pair in 0..4 {
            let (a, b) = (16 + 2 * pair, 17 + 2 * pair);
            lines.push(format!("vpunpckldq zmm{}, zmm{a}, zmm{b}", 24 + pair));
            lines.push(format!("vpunpckhdq zmm{}, zmm{a}, zmm{b}", 28 + pair));
        }
        for (i, (a, b)) in [(24, 25), (26, 27), (28, 29), (30, 31)].into_iter().enumerate() {
            lines.push(format!("vpunpcklqdq zmm{}, zmm{a}, zmm{b}", 16 + 2 * i));
            lines.push(format!("vpunpckhqdq zmm{}, zmm{a}, zmm{b}", 17 + 2 * i));
        }
        for (a, b, even, odd) in [(16, 18, 5, 7), (17, 19, 4, 6), (20, 22, 1, 3), (21, 23, 0, 2)] {
            for (word, select) in [(even, 0x88), (odd, 0xdd)] {
                lines.push(format!("vshufi32x4 zmm24, zmm{a}, zmm{b}, {select:#x}"));
                lines.push(format!("vmovdqa32 zmmword ptr {}, zmm24", at("rdi", to + 64 * word)));
            }
        }
    }
    lines
}

/// Puts the rows at r8 to r9, as the chains read them: two of one hash beside each other, hashes in the step's order.
pub(super) fn pairs<const ON_UNIT: usize>() -> Vec<String> {
    let mut lines = Vec::new();
    for pair in FIRST_OF_ROWS..PAIRS {
        let first = 64 * (1 + 2 * (pair - FIRST_OF_ROWS));
        // Other registers in each turn, so that they do not wait for each other.
        let [rows, low, high] = [0, 1, 2].map(|i| 16 + 3 * (pair % 5) + i);
        lines.push(format!("vmovdqa32 zmm{rows}, zmmword ptr {}", at("r8", first)));
        for (half, order) in [low, high].into_iter().enumerate() {
            let orders = offset_of!(Step<ON_UNIT>, pair_orders) + 64 * half;
            lines.push(format!("vmovdqa32 zmm{order}, zmmword ptr {}", at("rdi", orders)));
            lines.push(format!("vpermi2d zmm{order}, zmm{rows}, zmmword ptr {}", at("r8", first + 64)));
            let to = at("r9", 128 * ON_UNIT * pair + 64 * half);
            lines.push(format!("vmovdqa32 zmmword ptr {to}, zmm{order}"));
        }
    }
    lines
}

/// Both in their own order, spread evenly.
fn mixed(vectors: Vec<String>, unit: Vec<String>) -> Vec<String> {
    let (vector_count, unit_count) = (vectors.len(), unit.len());
    let mut unit = unit.into_iter().enumerate().peekable();
    let mut lines = Vec::with_capacity(vector_count + unit_count);
    for (i, line) in vectors.into_iter().enumerate() {
        lines.push(line);
        while let Some((_, line)) = unit.next_if(|(k, _)| (k + 1) * vector_count <= (i + 1) * unit_count) {
            lines.push(line);
        }
    }
    lines.extend(unit.map(|(_, line)| line));
    lines
}
