//! Writes the assembly of `avx512_sha.rs`: AVX-512 in zmm16 to zmm31 and the SHA unit in xmm0 to xmm15, their instructions
//! mixed so that both end at the same time.

use std::collections::HashMap;
use std::mem::offset_of;

use super::avx512_sha::{SPILLS, Step};
use super::graph::SearchGraph;
use crate::generator::emit_x86::{self, Memory};
use crate::generator::graph::{Node, Word};

/// The function's name, for the linker; `generated/avx512_sha.rs` calls it.
const SYMBOL: &str = "hashkit_sha256d_avx512_sha_step";
/// Chains of the SHA unit that run at once, in the part with the first hash and in that with a second hash, which is done
/// three times: 5 + 3 * (5 + 4) = 32. More than one hides that an instruction takes four cycles and begins every third.
const CHAINS_BESIDE_FIRST: [usize; 1] = [5];
const CHAINS_BESIDE_SECOND: [usize; 2] = [5, 4];
/// Pairs of rounds on the SHA unit: all but rounds 0 and 1, which the nonce does not reach.
const PAIRS: usize = 31;

/// The assembly, and the constants that its step needs.
pub(super) fn files() -> (String, String) {
    let search = SearchGraph::new();
    let version_words = search.work_words(&[search.last_word]);
    let mut memory = StepMemory {
        vectors: HashMap::new(),
        scalars: version_words
            .iter()
            .enumerate()
            .map(|(i, word)| (*word, at("rdi", offset_of!(Step, version) + 4 * i)))
            .collect(),
        literals: Vec::new(),
        literal_values: literal_values(&search),
    };
    for (i, row) in search.row_inputs.iter().enumerate() {
        memory.vectors.insert(*row, at("rdi", offset_of!(Step, rows) + 64 * i));
    }
    let stores: Vec<(Word, String)> = search
        .first_hash
        .iter()
        .enumerate()
        .map(|(i, word)| (*word, at("rdi", offset_of!(Step, first_hashes) + 64 * i)))
        .collect();
    let mut first = take_over_from_unit();
    let first_hash = emit_x86::emit(&search.graph, &stores, &mut memory);
    first.extend(first_hash.lines);

    memory.vectors = search.first_hash_inputs.iter().enumerate().map(|(i, word)| (*word, at("r8", 64 * i))).collect();
    let stores = [(search.last_word_from_inputs, "[r9]".to_owned())];
    let second = emit_x86::emit(&search.graph, &stores, &mut memory);

    assert!(first_hash.spills.max(second.spills) <= SPILLS, "give the step more room");
    let mut lines = vec![
        format!(".globl {SYMBOL}"),
        ".p2align 6".to_owned(),
        format!("{SYMBOL}:"),
        // The SHA unit runs at full speed only while the upper halves of zmm0 to zmm15 are clean.
        "vzeroupper".to_owned(),
        lea("r10", "rdi", offset_of!(Step, literals) + BIAS),
        lea("r11", "rdi", offset_of!(Step, spills)),
        lea("rsi", "rdi", offset_of!(Step, unit_rounds)),
        lea("rcx", "rdi", offset_of!(Step, unit_starts)),
        lea("rdx", "rdi", offset_of!(Step, unit_ends)),
        lea("r8", "rdi", offset_of!(Step, first_hashes)),
        lea("r9", "rdi", offset_of!(Step, last_words)),
    ];
    let (beside, steps) = unit(&CHAINS_BESIDE_FIRST);
    lines.extend(mixed(first, beside));
    lines.extend(advance_unit(steps));
    lines.extend(["mov eax, 3", ".p2align 5", "2:"].map(str::to_owned));
    let (beside, steps) = unit(&CHAINS_BESIDE_SECOND);
    lines.extend(mixed(second.lines, beside));
    lines.extend(advance_unit(steps));
    lines.extend(["add r8, 512", "add r9, 64", "dec eax", "jnz 2b", "vzeroupper", "ret"].map(str::to_owned));
    let assembly =
        "# Written by the generator from `sha256d/graph.rs` and `sha256d/assembly.rs`: change those, not this.\n"
            .to_owned()
            + &lines.join("\n")
            + "\n";
    (assembly, constants(&memory.literals))
}

/// Memory operands of a [`Step`].
struct StepMemory {
    vectors: HashMap<Word, String>,
    scalars: HashMap<Word, String>,
    literals: Vec<u32>,
    literal_values: HashMap<Word, u32>,
}

/// The literals are addressed from here on, so that one byte of distance reaches all of them.
const BIAS: usize = 512;

impl Memory for StepMemory {
    fn vector(&self, word: Word) -> Option<String> {
        self.vectors.get(&word).cloned()
    }

    fn scalar(&mut self, word: Word) -> String {
        if let Some(place) = self.scalars.get(&word) {
            return place.clone();
        }
        let value = self.literal_values[&word];
        let index = self.literals.iter().position(|literal| *literal == value).unwrap_or_else(|| {
            self.literals.push(value);
            self.literals.len() - 1
        });
        match (4 * index).checked_sub(BIAS) {
            Some(offset) => at("r10", offset),
            None => format!("[r10 - {}]", BIAS - 4 * index),
        }
    }

    fn spill(&self, slot: usize) -> String {
        at("r11", 64 * slot)
    }
}

fn literal_values(search: &SearchGraph) -> HashMap<Word, u32> {
    let outputs = [search.last_word, search.last_word_from_inputs];
    let words = search.graph.needed(&outputs, |_| false).into_iter();
    words
        .filter_map(|word| match search.graph.node(word) {
            Node::Literal(value) => Some((word, value)),
            _ => None,
        })
        .collect()
}

fn at(base: &str, offset: usize) -> String {
    format!("[{base} + {offset}]")
}

fn lea(register: &str, base: &str, offset: usize) -> String {
    format!("lea {register}, {}", at(base, offset))
}

/// Turns what the SHA unit left (`f e b a h g d c` of each hash, two hashes in 64 bytes) into vectors of one word each.
fn take_over_from_unit() -> Vec<String> {
    let mut lines = Vec::new();
    for batch in 0..2 {
        let from = offset_of!(Step, unit_ends) + 512 * batch;
        let to = offset_of!(Step, first_hashes) + 512 * (1 + batch);
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

/// First hashes on the SHA unit, group after group, each of so many chains; and how many they are. A chain reads its start
/// at rcx and its rounds at rsi, and leaves its end at rdx.
fn unit(groups: &[usize]) -> (Vec<String>, usize) {
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
                lines.push(format!("movq xmm0, qword ptr {}", at("rsi", 256 * pair + 8 * (done + i))));
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

fn advance_unit(chains: usize) -> [String; 3] {
    [format!("add rsi, {}", 8 * chains), format!("add rcx, {}", 64 * chains), format!("add rdx, {}", 32 * chains)]
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

fn constants(literals: &[u32]) -> String {
    let literals: Vec<String> = literals.iter().map(|literal| format!("    {literal:#010x},\n")).collect();
    format!(
        "//! Written by the generator from `sha256d/assembly.rs`: change that, not this.\n\n\
         #![expect(clippy::unreadable_literal, reason = \"nobody reads a sum of constants\")]\n\n\
         /// Constants that the assembly reads from the step.\n\
         pub(in crate::sha256d) const LITERALS: [u32; {count}] = [\n{literals}];\n",
        count = literals.len(),
        literals = literals.concat(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What decides the speed: the slots on the two vector ports, and that no register belongs to both halves.
    #[test]
    fn a_step_takes_as_many_instructions_as_its_graphs_have_operations_and_keeps_the_registers_apart() {
        let (assembly, _) = files();
        let count = |names: &[&str]| {
            let of_name = |line: &&str| names.contains(&line.split(' ').next().unwrap_or_default());
            assembly.lines().filter(of_name).count()
        };
        let search = SearchGraph::new();
        let operations =
            [&search.first_hash[..], &[search.last_word_from_inputs]].map(|outputs| search.graph.operations(outputs));
        assert_eq!(count(&["vpaddd", "vprord", "vpsrld", "vpternlogd"]), operations.iter().sum::<usize>());
        assert_eq!(count(&["vprold", "vpxord", "vpslld", "vpandd", "vpord"]), 0, "no other operations");
        assert_eq!(count(&["sha256rnds2"]), PAIRS * (5 + 5 + 4));
        for register in 0..16 {
            assert!(!assembly.contains(&format!("zmm{register},")), "zmm{register}");
            assert!(!assembly.contains(&format!("xmm{},", 16 + register)), "xmm{}", 16 + register);
        }
    }
}
