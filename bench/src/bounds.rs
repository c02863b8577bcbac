//! What a kernel can not be faster than on a core with two vector ports for 512 bits, three for less, and a SHA unit that begins
//! an instruction every third cycle (Intel's Golden Cove and its kin).

use serde::Serialize;

/// A limit by the slots of the ports, as if nothing ever waited.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bound {
    /// Slots that one hash takes: vector operations, each for as many hashes as it has lanes, and SHA instructions.
    pub operations: f64,
    /// Cycles that one hash takes.
    pub cycles: f64,
}

/// Of a vector kernel: its operations for a vector of hashes.
const fn vectors(operations: f64, lanes: f64, ports: f64) -> Bound {
    Bound { operations: operations / lanes, cycles: operations / lanes / ports }
}

/// Kernel, bound with one version, and with as many as it likes.
///
/// The vector operations of SHA-256d are counted by the generator: 2846 for a vector, 2415 with 16 versions, of which 460 are
/// rows, 967 the first hash and 1419 the second. Without three-operand logic and rotations they are 5753 and 4930. The hybrids
/// take, besides, 33 slots for each first hash on the SHA unit and 24 to turn 16 of them into vectors; where one version is
/// searched, 46 to lay out 16 rows.
const BOUNDS: [(&str, Bound, Bound); 10] = [
    ("sha256d/sse2", vectors(5753.0, 4.0, 3.0), vectors(4930.0, 4.0, 3.0)),
    ("sha256d/avx2", vectors(5753.0, 8.0, 3.0), vectors(4930.0, 8.0, 3.0)),
    ("sha256d/sha-ni", Bound { operations: 60.0, cycles: 180.0 }, Bound { operations: 60.0, cycles: 180.0 }),
    ("sha256d/avx512", vectors(2846.0, 16.0, 2.0), vectors(2415.0, 16.0, 2.0)),
    ("sha256d/avx512-sha-half", vectors(5323.0, 32.0, 2.0), vectors(4384.0, 32.0, 2.0)),
    ("sha256d/avx512-sha-two-thirds", vectors(7800.0, 48.0, 2.0), vectors(6360.0, 48.0, 2.0)),
    // The rest by the count of their operations with all constants folded, in vectors of 512 bits.
    ("keccak-256/avx512", vectors(2050.0, 8.0, 2.0), vectors(2050.0, 8.0, 2.0)),
    ("sha3-256d/avx512", vectors(4139.0, 8.0, 2.0), vectors(4139.0, 8.0, 2.0)),
    ("blake2s/avx512", vectors(925.0, 16.0, 2.0), vectors(925.0, 16.0, 2.0)),
    ("blake3/avx512", vectors(624.0, 16.0, 2.0), vectors(624.0, 16.0, 2.0)),
];

/// The bound of a kernel with one or several versions; `None` where nobody has counted.
#[must_use]
pub fn bound(kernel: &str, versions: usize) -> Option<Bound> {
    let (_, one, several) = BOUNDS.iter().find(|(name, ..)| *name == kernel)?;
    Some(if versions == 1 { *one } else { *several })
}
