//! Where a step's words lie, as the assembly addresses them.

use std::collections::HashMap;
use std::mem::{offset_of, size_of};

use super::super::avx512_sha::{Step, UnitRounds};
use crate::generator::emit_x86::Memory;
use crate::generator::graph::{Graph, Node, Word};

/// The literals are addressed from here on, so that one byte of distance reaches all of them.
const BIAS: usize = 512;

/// Memory operands of a [`Step`].
pub(super) struct StepMemory<'a> {
    graph: &'a Graph,
    vectors: HashMap<Word, String>,
    scalars: HashMap<Word, String>,
    literals: &'a mut Vec<u32>,
}

impl<'a> StepMemory<'a> {
    pub(super) fn new(graph: &'a Graph, literals: &'a mut Vec<u32>) -> Self {
        Self { graph, vectors: HashMap::new(), scalars: HashMap::new(), literals }
    }

    /// These words lie one after the other, as vectors.
    pub(super) fn vectors(&mut self, base: &str, offset: usize, words: &[Word]) {
        self.vectors.extend(words.iter().enumerate().map(|(i, word)| (*word, at(base, offset + 64 * i))));
    }

    /// These words lie one after the other, each the same for all lanes.
    pub(super) fn scalars(&mut self, base: &str, offset: usize, words: &[Word]) {
        self.scalars.extend(words.iter().enumerate().map(|(i, word)| (*word, at(base, offset + 4 * i))));
    }
}

impl Memory for StepMemory<'_> {
    fn vector(&self, word: Word) -> Option<String> {
        self.vectors.get(&word).cloned()
    }

    fn scalar(&mut self, word: Word) -> String {
        if let Some(place) = self.scalars.get(&word) {
            return place.clone();
        }
        let Node::Literal(value) = self.graph.node(word) else { panic!("no place for {:?}", self.graph.node(word)) };
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

/// Sets the registers that the rest of a step addresses memory by. It is called with the step in rdi and the turn in rsi.
pub(super) fn entry<const ON_UNIT: usize>() -> Vec<String> {
    let rounds = size_of::<UnitRounds<ON_UNIT>>();
    vec![
        "push r12".to_owned(),
        // r9: the rounds that are written in this turn; rsi: those that are read.
        "mov r9, rsi".to_owned(),
        "xor r9, 1".to_owned(),
        format!("imul r9, r9, {rounds}"),
        format!("imul rsi, rsi, {rounds}"),
        format!("lea r9, [rdi + r9 + {}]", offset_of!(Step<ON_UNIT>, unit_rounds)),
        format!("lea rsi, [rdi + rsi + {}]", offset_of!(Step<ON_UNIT>, unit_rounds)),
        lea("r10", "rdi", offset_of!(Step<ON_UNIT>, literals) + BIAS),
        lea("r11", "rdi", offset_of!(Step<ON_UNIT>, spills)),
        lea("rcx", "rdi", offset_of!(Step<ON_UNIT>, unit_starts)),
        lea("rdx", "rdi", offset_of!(Step<ON_UNIT>, unit_ends)),
    ]
}

pub(super) fn at(base: &str, offset: usize) -> String {
    format!("[{base} + {offset}]")
}

pub(super) fn lea(register: &str, base: &str, offset: usize) -> String {
    format!("lea {register}, {}", at(base, offset))
}

pub(super) fn constants(literals: &[u32]) -> String {
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
