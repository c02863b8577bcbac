//! x86-64 assembly on AVX-512, with the registers assigned here.
//!
//! A compiler can not be told to leave a part of the registers alone, and that is what mixing AVX-512 with the SHA unit
//! takes: each SHA instruction costs hundreds of cycles while the upper halves of zmm0 to zmm15 are in use.

use std::collections::HashMap;

use super::graph::{Graph, Known, Node, Word};

/// Where words that are not computed in the code lie.
pub(crate) trait Memory {
    /// A word of each lane, as an operand of 64 bytes.
    fn vector(&self, word: Word) -> Option<String>;
    /// One word for all lanes, as an operand of 4 bytes.
    fn scalar(&mut self, word: Word) -> String;
    /// Room for a vector, by number.
    fn spill(&self, slot: usize) -> String;
}

/// Instructions, and how many vectors they put aside.
pub(crate) struct Code {
    pub(crate) lines: Vec<String>,
    pub(crate) spills: usize,
}

/// Instructions that compute `stores` and put each where it is told, in registers zmm16 to zmm31 alone.
pub(crate) fn emit(graph: &Graph, stores: &[(Word, String)], memory: &mut impl Memory) -> Code {
    let outputs: Vec<Word> = stores.iter().map(|(word, _)| *word).collect();
    let is_given = |word: Word| graph.known(word) < Known::InTheSearch || memory.vector(word).is_some();
    let (given, code): (Vec<Word>, Vec<Word>) =
        graph.needed(&outputs, is_given).into_iter().partition(|word| is_given(*word));
    let mut places = HashMap::new();
    for word in given {
        let place = match memory.vector(word) {
            Some(place) => Place { text: format!("zmmword ptr {place}"), load: "vmovdqa32" },
            None => Place { text: format!("dword ptr {}{{1to16}}", memory.scalar(word)), load: "vpbroadcastd" },
        };
        places.insert(word, place);
    }
    let mut uses: HashMap<Word, Vec<usize>> = HashMap::new();
    for (at, word) in code.iter().enumerate() {
        for operand in graph.node(*word).operands() {
            uses.entry(operand).or_default().push(at);
        }
    }
    let mut registers = Registers {
        places,
        uses,
        free: (16..32).rev().collect(),
        held: HashMap::new(),
        spilled: HashMap::new(),
        free_slots: Vec::new(),
        slots: 0,
        at: 0,
        text: Vec::new(),
    };
    // A stored word is stored as soon as it is there.
    let stores: HashMap<Word, &String> = stores.iter().map(|(word, place)| (*word, place)).collect();
    for (at, word) in code.iter().enumerate() {
        registers.at = at;
        registers.instruction(graph.node(*word), *word, memory);
        if let Some(place) = stores.get(word) {
            let register = registers.held[word];
            registers.text.push(format!("vmovdqa32 zmmword ptr {place}, zmm{register}"));
        }
        registers.retire(&[*word]);
    }
    Code { lines: registers.text, spills: registers.slots }
}

/// A word in memory: as an operand, and how it is loaded.
struct Place {
    text: String,
    load: &'static str,
}

/// Which word is where. When registers run out, the word whose next use is farthest away gives way (Belady).
struct Registers {
    places: HashMap<Word, Place>,
    /// The instructions that use a word, ascending.
    uses: HashMap<Word, Vec<usize>>,
    free: Vec<u32>,
    held: HashMap<Word, u32>,
    spilled: HashMap<Word, usize>,
    free_slots: Vec<usize>,
    slots: usize,
    /// The instruction being written.
    at: usize,
    text: Vec<String>,
}

impl Registers {
    fn instruction(&mut self, node: Node, result: Word, memory: &impl Memory) {
        match node {
            Node::Add(a, b) => self.commutative("vpaddd", result, [a, b], memory),
            Node::Xor(a, b) => self.commutative("vpxord", result, [a, b], memory),
            Node::RotateRight(a, count) => {
                let from = self.operand(a, memory);
                self.write(result, &[a], memory, |to| format!("vprord zmm{to}, {from}, {count}"));
            }
            Node::ShiftRight(a, count) => {
                let from = self.operand(a, memory);
                self.write(result, &[a], memory, |to| format!("vpsrld zmm{to}, {from}, {count}"));
            }
            Node::Xor3(a, b, c) => self.ternary(result, [a, b, c], 0x96, memory),
            Node::Choose(a, b, c) => self.ternary(result, [a, b, c], 0xca, memory),
            Node::Majority(a, b, c) => self.ternary(result, [a, b, c], 0xe8, memory),
            Node::FunnelRight(..) | Node::FlipWhere(..) => {
                unreachable!("CPUs have words of 64 bits for what is made of these")
            }
            Node::Literal(_) | Node::Input(..) => unreachable!("these are given"),
        }
    }

    /// An instruction of two operands in any order, of which the last may lie in memory.
    fn commutative(&mut self, instruction: &str, result: Word, [a, b]: [Word; 2], memory: &impl Memory) {
        let (a, b) = if self.held.contains_key(&a) { (a, b) } else { (b, a) };
        let left = self.in_register(a, &[b], memory);
        let right = self.operand(b, memory);
        self.write(result, &[a, b], memory, |to| format!("{instruction} zmm{to}, zmm{left}, {right}"));
    }

    /// A three-operand logic instruction: it overwrites its first operand, and only the last may lie in memory.
    fn ternary(&mut self, result: Word, operands: [Word; 3], table: u8, memory: &impl Memory) {
        // First one that ends here, then what lies in registers, then the rest.
        let mut order = [0, 1, 2];
        order.sort_by_key(|i| {
            let word = operands[*i];
            match (self.held.contains_key(&word), self.next_use(word, self.at + 1)) {
                (true, None) => 0,
                (true, _) => 1,
                _ => 2,
            }
        });
        let [first, second, third] = order.map(|i| operands[i]);
        let ends = self.next_use(first, self.at + 1).is_none();
        let from = self.in_register(first, &operands, memory);
        let middle = self.in_register(second, &operands, memory);
        let last = self.operand(third, memory);
        let table = permuted(table, order);
        let to = if ends {
            self.held.remove(&first);
            from
        } else {
            let to = self.free_register(&operands, memory);
            self.text.push(format!("vmovdqa32 zmm{to}, zmm{from}"));
            to
        };
        self.text.push(format!("vpternlogd zmm{to}, zmm{middle}, {last}, {table:#x}"));
        self.retire(&operands);
        self.held.insert(result, to);
    }

    /// Writes a three-address instruction, whose target may be the register of an operand that ends here.
    fn write(&mut self, result: Word, operands: &[Word], memory: &impl Memory, text: impl Fn(u32) -> String) {
        self.retire(operands);
        let to = self.free_register(operands, memory);
        self.text.push(text(to));
        self.held.insert(result, to);
    }

    /// The word as an operand that may lie in memory.
    fn operand(&self, word: Word, memory: &impl Memory) -> String {
        match (self.held.get(&word), self.spilled.get(&word)) {
            (Some(register), _) => format!("zmm{register}"),
            (None, Some(slot)) => format!("zmmword ptr {}", memory.spill(*slot)),
            (None, None) => self.places[&word].text.clone(),
        }
    }

    fn in_register(&mut self, word: Word, keep: &[Word], memory: &impl Memory) -> u32 {
        if let Some(register) = self.held.get(&word) {
            return *register;
        }
        let register = self.free_register(keep, memory);
        let load = if let Some(slot) = self.spilled.get(&word) {
            format!("vmovdqa32 zmm{register}, zmmword ptr {}", memory.spill(*slot))
        } else {
            let place = &self.places[&word];
            format!("{} zmm{register}, {}", place.load, place.text.replace("{1to16}", ""))
        };
        self.text.push(load);
        self.held.insert(word, register);
        register
    }

    fn free_register(&mut self, keep: &[Word], memory: &impl Memory) -> u32 {
        if let Some(register) = self.free.pop() {
            return register;
        }
        let candidates = self.held.iter().filter(|(word, _)| !keep.contains(word));
        let farthest = |word: &Word| self.next_use(*word, self.at).unwrap_or(usize::MAX);
        let (word, register) = candidates
            .map(|(word, register)| (*word, *register))
            .max_by_key(|(word, register)| (farthest(word), *register))
            .expect("sixteen registers hold more than three operands");
        self.held.remove(&word);
        let is_elsewhere = self.spilled.contains_key(&word) || self.places.contains_key(&word);
        if !is_elsewhere && self.next_use(word, self.at).is_some() {
            let slot = self.free_slots.pop().unwrap_or_else(|| {
                self.slots += 1;
                self.slots - 1
            });
            self.spilled.insert(word, slot);
            self.text.push(format!("vmovdqa32 zmmword ptr {}, zmm{register}", memory.spill(slot)));
        }
        register
    }

    /// Gives back the registers and slots of words that are not used after this instruction.
    fn retire(&mut self, words: &[Word]) {
        for word in words {
            if self.next_use(*word, self.at + 1).is_none() {
                self.free.extend(self.held.remove(word));
                self.free_slots.extend(self.spilled.remove(word));
            }
        }
    }

    fn next_use(&self, word: Word, from: usize) -> Option<usize> {
        let uses = self.uses.get(&word)?;
        uses.get(uses.partition_point(|at| *at < from)).copied()
    }
}

/// The truth table for the operands in another order: `order[i]` is the place that the operand now at `i` had.
fn permuted(table: u8, order: [usize; 3]) -> u8 {
    (0..8u8)
        .filter(|index| {
            let mut original = 0;
            for (place, was) in order.iter().enumerate() {
                original |= (index >> (2 - place) & 1) << (2 - was);
            }
            table >> original & 1 == 1
        })
        .fold(0, |permuted, index| permuted | 1 << index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_truth_table_follows_its_operands() {
        let choose = 0xca;
        assert_eq!(permuted(choose, [0, 1, 2]), choose);
        // The first selects between the others: with those exchanged, the other way round.
        assert_eq!(permuted(choose, [0, 2, 1]), 0xac);
        for order in [[0, 1, 2], [1, 2, 0], [2, 1, 0]] {
            assert_eq!((permuted(0x96, order), permuted(0xe8, order)), (0x96, 0xe8), "no order matters to these");
        }
    }
}
