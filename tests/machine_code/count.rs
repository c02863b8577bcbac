//! What the instructions of a loop do.

use std::collections::HashMap;
use std::ops::{AddAssign, RangeInclusive};

use iced_x86::{Instruction, Mnemonic, OpKind, Register};

/// Those of 128, 256 and 512 bits.
const VECTORS: RangeInclusive<Register> = Register::XMM0..=Register::ZMM31;

/// How many instructions of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Those that compute with vectors.
    pub(crate) operations: usize,
    /// Those that only move a vector: between registers, or to and from memory.
    pub(crate) moves: usize,
    /// All others.
    pub(crate) others: usize,
}

impl Counts {
    /// Counts one turn of the outermost loop that runs when a trace ends, without the `before` first instructions: between two
    /// visits of the instruction that is executed least often of those that are executed at equal distances, thrice or more.
    pub(crate) fn of_one_turn(trace: &[Instruction], before: usize) -> Option<Self> {
        let mut visits: HashMap<u64, Vec<usize>> = HashMap::new();
        for (at, instruction) in trace.iter().enumerate().skip(before) {
            visits.entry(instruction.ip()).or_default().push(at);
        }
        let turns = visits.values().filter_map(|visits| match visits[..] {
            [.., first, second, third] if second - first == third - second => Some(second..third),
            _ => None,
        });
        let turn = turns.max_by_key(ExactSizeIterator::len)?;
        let mut counts = Self::default();
        for instruction in &trace[turn] {
            counts += instruction;
        }
        Some(counts)
    }
}

impl AddAssign<&Instruction> for Counts {
    fn add_assign(&mut self, instruction: &Instruction) {
        let operands = || (0..instruction.op_count()).filter(|i| instruction.op_kind(*i) == OpKind::Register);
        let vectors = operands().filter(|i| VECTORS.contains(&instruction.op_register(*i))).count();
        let has_memory = (0..instruction.op_count()).any(|i| instruction.op_kind(i) == OpKind::Memory);
        match instruction.mnemonic() {
            _ if vectors == 0 => self.others += 1,
            name if is_move(name) => self.moves += 1,
            // A broadcast from memory is done by the load, one from a register is not.
            Mnemonic::Vpbroadcastd | Mnemonic::Vpbroadcastq | Mnemonic::Vbroadcasti128 if has_memory => self.moves += 1,
            _ => self.operations += 1,
        }
    }
}

fn is_move(name: Mnemonic) -> bool {
    matches!(
        name,
        Mnemonic::Vmovdqa
            | Mnemonic::Vmovdqu
            | Mnemonic::Vmovdqa32
            | Mnemonic::Vmovdqa64
            | Mnemonic::Vmovdqu32
            | Mnemonic::Vmovdqu64
            | Mnemonic::Vmovaps
            | Mnemonic::Vmovups
            | Mnemonic::Vmovd
            | Mnemonic::Vmovq
            | Mnemonic::Movdqa
            | Mnemonic::Movdqu
            | Mnemonic::Movaps
            | Mnemonic::Movups
            | Mnemonic::Movd
            | Mnemonic::Movq
    )
}
