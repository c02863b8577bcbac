//! Writes the assembly of `avx512_sha.rs`: AVX-512 in zmm16 to zmm31 and the SHA unit in xmm0 to xmm15, their instructions
//! mixed so that both end at the same time.

mod memory;
mod unit;

use std::mem::offset_of;

use super::avx512_sha::{ROWS, SPILLS, Step};
use super::graph::{SearchGraph, work_words};
use crate::generator::emit_x86;
use crate::generator::graph::{Graph, Word};
use memory::{StepMemory, at, lea};
use unit::Unit;

/// One function of assembly: of each `1 + ON_UNIT` vectors of hashes it begins so many on the SHA unit.
struct Plan {
    /// The function's name, for the linker; `generated/assembly.rs` calls it.
    symbol: &'static str,
    versions: Versions,
    /// Chains of the SHA unit that run at once, group after group, in each part with a vector's rows, in that with a first
    /// hash and in each with a second hash: 16 times `ON_UNIT` in all, shared out by the lengths of the parts. More than
    /// one hides that an instruction takes four cycles and begins every third.
    beside_rows: &'static [usize],
    beside_first: &'static [usize],
    beside_second: &'static [usize],
}

/// How many versions share the rows.
#[derive(Clone, Copy, PartialEq)]
enum Versions {
    One,
    Several,
}

const HALF: [Plan; 2] = [
    Plan {
        symbol: "hashkit_sha256d_rolled_half",
        versions: Versions::Several,
        beside_rows: &[],
        beside_first: &[4],
        beside_second: &[6],
    },
    Plan {
        symbol: "hashkit_sha256d_plain_half",
        versions: Versions::One,
        beside_rows: &[1],
        beside_first: &[4],
        beside_second: &[5],
    },
];
const TWO_THIRDS: [Plan; 2] = [
    Plan {
        symbol: "hashkit_sha256d_rolled_two_thirds",
        versions: Versions::Several,
        beside_rows: &[],
        beside_first: &[5],
        beside_second: &[5, 4],
    },
    Plan {
        symbol: "hashkit_sha256d_plain_two_thirds",
        versions: Versions::One,
        beside_rows: &[2],
        beside_first: &[5],
        beside_second: &[7],
    },
];

/// The assemblies, and the constants that their steps need.
pub(super) fn files() -> ([String; 4], String) {
    let mut literals = Vec::new();
    let [rolled_half, plain_half] = HALF.map(|plan| plan.write::<1>(&mut literals));
    let [rolled_two_thirds, plain_two_thirds] = TWO_THIRDS.map(|plan| plan.write::<2>(&mut literals));
    ([rolled_half, rolled_two_thirds, plain_half, plain_two_thirds], memory::constants(&literals))
}

impl Plan {
    fn write<const ON_UNIT: usize>(&self, literals: &mut Vec<u32>) -> String {
        let chains = |groups: &[usize]| groups.iter().sum::<usize>();
        let parts = [(self.beside_rows, 1 + ON_UNIT), (self.beside_first, 1), (self.beside_second, 1 + ON_UNIT)];
        assert_eq!(parts.map(|(groups, times)| times * chains(groups)).iter().sum::<usize>(), 16 * ON_UNIT);

        let unit = Unit::new::<ON_UNIT>();
        let symbol = self.symbol;
        let mut lines = vec![format!(".globl {symbol}"), ".p2align 6".to_owned(), format!("{symbol}:")];
        // The SHA unit runs at full speed only while the upper halves of zmm0 to zmm15 are clean.
        lines.push("vzeroupper".to_owned());
        lines.extend(memory::entry::<ON_UNIT>());
        let mut first = first::<ON_UNIT>(literals);
        match self.versions {
            Versions::Several => first.splice(..0, unit::take_over::<ON_UNIT>()).for_each(drop),
            Versions::One => {
                // What the unit left is taken before it leaves more.
                lines.extend(unit::take_over::<ON_UNIT>());
                lines.push(lea("r8", "rdi", offset_of!(Step<ON_UNIT>, nonces)));
                lines.push(lea("r12", "rdi", offset_of!(Step<ON_UNIT>, rows)));
                let rows = unit.beside(self.beside_rows, rows(literals));
                lines.extend(repeated("2", 1 + ON_UNIT, rows, &["add r8, 64", &format!("add r12, {}", 64 * ROWS)]));
                lines.push(lea("r8", "rdi", offset_of!(Step<ON_UNIT>, unit_rows)));
                let pairs = unit::pairs::<ON_UNIT>();
                lines.extend(repeated("3", ON_UNIT, pairs, &[&format!("add r8, {}", 64 * ROWS), "add r9, 128"]));
            }
        }
        lines.extend(unit.beside(self.beside_first, first));
        lines.push(lea("r8", "rdi", offset_of!(Step<ON_UNIT>, first_hash)));
        lines.push(lea("r9", "rdi", offset_of!(Step<ON_UNIT>, last_word)));
        let second = unit.beside(self.beside_second, second(literals));
        lines.extend(repeated("4", 1 + ON_UNIT, second, &["add r8, 512", "add r9, 64"]));
        lines.extend(["vzeroupper", "pop r12", "ret"].map(str::to_owned));
        "# Written by the generator from `sha256d/graph.rs` and `sha256d/assembly.rs`: change those, not this.\n"
            .to_owned()
            + &lines.join("\n")
            + "\n"
    }
}

/// The rows of the vector of nonces at r8, put at r12.
fn rows(literals: &mut Vec<u32>) -> Vec<String> {
    let search = SearchGraph::new();
    let mut memory = StepMemory::new(&search.graph, literals);
    // The schedule's place does not depend on how many vectors there are.
    memory.scalars("rdi", offset_of!(Step<1>, schedule), &work_words(&search.graph, &search.rows));
    memory.vectors("r8", 0, &[search.nonce]);
    // Row 0 is the nonces themselves.
    let places = search.rows.iter().enumerate().skip(1);
    let stores: Vec<_> = places.map(|(row, word)| (*word, at("r12", 64 * row))).collect();
    let mut lines =
        vec!["vmovdqa32 zmm16, zmmword ptr [r8]".to_owned(), "vmovdqa32 zmmword ptr [r12], zmm16".to_owned()];
    lines.extend(emit(&search.graph, &stores, &mut memory));
    lines
}

/// The first hash of the vector that is on AVX-512 alone, from its rows.
fn first<const ON_UNIT: usize>(literals: &mut Vec<u32>) -> Vec<String> {
    let search = SearchGraph::new();
    let mut memory = StepMemory::new(&search.graph, literals);
    let words = work_words(&search.graph, &[search.last_word]);
    memory.scalars("rdi", offset_of!(Step<ON_UNIT>, version), &words);
    memory.vectors("rdi", offset_of!(Step<ON_UNIT>, rows), &search.row_inputs);
    let places = (0..8).map(|i| at("rdi", offset_of!(Step<ON_UNIT>, first_hash) + 64 * i));
    emit(&search.graph, &search.first_hash.into_iter().zip(places).collect::<Vec<_>>(), &mut memory)
}

/// The second hashes of the vector of first hashes at r8, of which the last words go to r9.
fn second(literals: &mut Vec<u32>) -> Vec<String> {
    let search = SearchGraph::new();
    let mut memory = StepMemory::new(&search.graph, literals);
    memory.vectors("r8", 0, &search.first_hash_inputs);
    emit(&search.graph, &[(search.last_word_from_inputs, "[r9]".to_owned())], &mut memory)
}

fn emit(graph: &Graph, stores: &[(Word, String)], memory: &mut StepMemory) -> Vec<String> {
    let code = emit_x86::emit(graph, stores, memory);
    assert!(code.spills <= SPILLS, "give the step more room than for {} vectors", code.spills);
    code.lines
}

/// A loop over `body`, each turn of which ends with `advance`.
fn repeated(label: &str, times: usize, body: Vec<String>, advance: &[&str]) -> Vec<String> {
    let mut lines = vec![format!("mov eax, {times}"), ".p2align 5".to_owned(), format!("{label}:")];
    lines.extend(body);
    lines.extend(advance.iter().map(|line| (*line).to_owned()));
    lines.extend(["dec eax".to_owned(), format!("jnz {label}b")]);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What decides the speed: the slots on the two vector ports, and that no register belongs to both halves.
    #[test]
    fn a_step_takes_as_many_instructions_as_its_graphs_have_operations_and_keeps_the_registers_apart() {
        let search = SearchGraph::new();
        let [rows, first, second] = [&search.rows[..], &search.first_hash, &[search.last_word_from_inputs]]
            .map(|outputs| search.graph.operations(outputs));
        let ([rolled_half, rolled_two_thirds, plain_half, plain_two_thirds], _) = files();
        for (name, assembly, operations, chains) in [
            ("rolled, half", rolled_half, first + second, 4 + 6),
            ("rolled, two thirds", rolled_two_thirds, first + second, 5 + 9),
            ("plain, half", plain_half, rows + first + second, 1 + 4 + 5),
            ("plain, two thirds", plain_two_thirds, rows + first + second, 2 + 5 + 7),
        ] {
            let count = |names: &[&str]| {
                let of_name = |line: &&str| names.contains(&line.split(' ').next().unwrap_or_default());
                assembly.lines().filter(of_name).count()
            };
            assert_eq!(count(&["vpaddd", "vprord", "vpsrld", "vpternlogd"]), operations, "{name}");
            assert_eq!(count(&["vprold", "vpxord", "vpslld", "vpandd", "vpord"]), 0, "{name}: no other operations");
            assert_eq!(count(&["sha256rnds2"]), unit::PAIRS * chains, "{name}");
            for register in 0..16 {
                assert!(!assembly.contains(&format!("zmm{register},")), "{name}: zmm{register}");
                assert!(!assembly.contains(&format!("xmm{},", 16 + register)), "{name}: xmm{}", 16 + register);
            }
        }
    }
}
