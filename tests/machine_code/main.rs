//! The machine code of every vector kernel does what was planned and little more: a compiler that spoils one is seen.
//!
//! Each kernel scans under a tracer, an instruction at a time, so what is counted is what is executed: calls, spills and inner
//! loops too. Where a kernel was changed on purpose, the failure prints the rows to put in their place.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

mod count;
mod trace;

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context, Result};
use count::Counts;
use hashkit_chain::Algorithm;
use hashkit_kernels::catalogue;
use hashkit_tests::left_out;

/// One turn of a kernel's loop, as it was counted.
struct Turn {
    kernel: &'static str,
    versions: u8,
    counts: Counts,
}

const fn turn(kernel: &'static str, versions: u8, operations: usize, moves: usize, others: usize) -> Turn {
    Turn { kernel, versions, counts: Counts { operations, moves, others } }
}

/// A turn is one vector of nonces in one version; of the SHA unit three nonces, beside AVX-512 also three vectors; of scrypt one
/// step of filling the memory, in all streams. `docs/decisions.md` names the operations that were planned. Building with
/// increments or without changes some by a hundredth: those rows stand in the middle.
const TURNS: &[Turn] = &[
    turn("blake2s/avx2", 1, 1362, 155, 7),
    turn("blake2s/avx512", 1, 922, 1, 7),
    turn("blake3/avx2", 1, 917, 101, 7),
    turn("blake3/avx512", 1, 622, 1, 7),
    turn("blake3d/avx2", 1, 2030, 328, 23),
    turn("blake3d/avx512", 1, 1410, 109, 31),
    turn("keccak-256/avx2", 1, 4175, 1815, 78),
    turn("keccak-256/avx512", 1, 2049, 470, 207),
    turn("scrypt/avx2-1", 1, 392, 33, 78),
    turn("scrypt/avx2-2", 1, 784, 100, 134),
    turn("scrypt/avx2-3", 1, 1176, 156, 296),
    turn("scrypt/avx2-4", 1, 1568, 442, 392),
    turn("scrypt/avx512-1", 1, 272, 24, 66),
    turn("scrypt/avx512-2", 1, 544, 49, 128),
    turn("scrypt/avx512-3", 1, 816, 144, 242),
    turn("scrypt/avx512-4", 1, 1088, 215, 312),
    turn("sha256d/avx2", 1, 5756, 336, 13),
    turn("sha256d/avx2", 16, 4914, 172, 8),
    turn("sha256d/avx512", 1, 2848, 279, 13),
    turn("sha256d/avx512", 16, 2386, 235, 8),
    turn("sha256d/avx512-sha-half", 1, 5378, 1408, 289),
    turn("sha256d/avx512-sha-half", 32, 4357, 1073, 77),
    turn("sha256d/avx512-sha-two-thirds", 1, 7909, 2399, 436),
    turn("sha256d/avx512-sha-two-thirds", 48, 6328, 1842, 119),
    turn("sha256d/sha-ni", 1, 653, 435, 77),
    turn("sha256d/sse2", 1, 5793, 3055, 13),
    turn("sha256d/sse2", 16, 4944, 2435, 8),
    turn("sha3-256d/avx2", 1, 8434, 3463, 146),
    turn("sha3-256d/avx512", 1, 4124, 835, 275),
    turn("sha512-256d/avx2", 1, 7149, 488, 9),
    turn("sha512-256d/avx512", 1, 3641, 349, 10),
];

impl Turn {
    /// More instructions than stand before the first turn.
    fn before(&self) -> usize {
        match self.kernel.split_once('/') {
            Some(("scrypt", _)) => 100_000,
            Some(("sha256d", _)) => 40_000 + 5_000 * usize::from(self.versions),
            _ => 10_000,
        }
    }

    /// Enough for four turns behind them.
    fn steps(&self) -> usize {
        self.before() + 4 * (self.counts.operations + self.counts.moves + self.counts.others)
    }

    /// A hundredth more or less of operations; a twentieth more of all others, as a compiler's whims go.
    fn allows(&self, found: Counts) -> bool {
        let Counts { operations, moves, others } = self.counts;
        let idle = moves + others;
        found.operations.abs_diff(operations) <= operations / 100 && found.moves + found.others <= idle + idle / 20 + 8
    }
}

#[test]
fn a_turn_of_each_sha_256d_kernel_takes_the_instructions_that_were_counted() -> Result<()> {
    assert_as_counted(|algorithm| algorithm == Algorithm::Sha256d)
}

#[test]
fn a_turn_of_each_scrypt_kernel_takes_the_instructions_that_were_counted() -> Result<()> {
    assert_as_counted(|algorithm| algorithm == Algorithm::Scrypt)
}

#[test]
fn a_turn_of_each_other_vector_kernel_takes_the_instructions_that_were_counted() -> Result<()> {
    assert_as_counted(|algorithm| !matches!(algorithm, Algorithm::Sha256d | Algorithm::Scrypt))
}

/// Those that this machine can run, of some algorithms.
fn assert_as_counted(concerned: impl Fn(Algorithm) -> bool) -> Result<()> {
    let specs =
        Algorithm::ALL.iter().filter(|algorithm| concerned(**algorithm)).flat_map(|algorithm| catalogue(*algorithm));
    let names: BTreeSet<String> = specs.map(|spec| spec.name().to_owned()).collect();
    let mut wrong = Vec::new();
    for name in &names {
        let Some(row) = row_of(name, &names) else { continue };
        let turns: Vec<&Turn> = TURNS.iter().filter(|turn| turn.kernel == row).collect();
        if turns.is_empty() {
            wrong.push(format!("{row} has no row"));
        }
        for turn in turns {
            let mut scan = Command::new(env!("CARGO_BIN_EXE_scan"));
            scan.arg(name).arg(turn.versions.to_string());
            let trace = trace::trace(&mut scan, turn.steps()).with_context(|| format!("{name} is traced"))?;
            let Some(trace) = trace else {
                left_out("machine_code", "this machine lets no program trace another");
                return Ok(());
            };
            let Some(found) = Counts::of_one_turn(&trace, turn.before()) else {
                wrong.push(format!("{row}: no loop within {} instructions", trace.len()));
                continue;
            };
            let Counts { operations, moves, others } = found;
            let counted = format!("turn({row:?}, {}, {operations}, {moves}, {others}),", turn.versions);
            println!("{counted}");
            if !turn.allows(found) {
                wrong.push(counted);
            }
        }
    }
    assert!(!names.is_empty() && wrong.is_empty(), "not as counted:\n{}", wrong.join("\n"));
    Ok(())
}

/// The row of a vector kernel. Of scrypt's only that is counted whose number of streams suits the cache: it goes without the
/// number in its name, and is the one that no other has.
fn row_of(name: &str, names: &BTreeSet<String>) -> Option<String> {
    let (algorithm, way) = name.split_once('/')?;
    match (algorithm, way) {
        (_, "portable") => None,
        ("scrypt", way) if way.contains('-') => None,
        ("scrypt", _) => (1..=4).map(|streams| format!("{name}-{streams}")).find(|row| !names.contains(row)),
        _ => Some(name.to_owned()),
    }
}
