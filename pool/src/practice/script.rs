//! The little of scripts that the practice chain knows: heights, signature operations, and the script that is always true
//! in two wrappings. There is no script engine; what these patterns do not cover is refused.

use super::transaction::Input;

/// The one-byte script `OP_TRUE`, which anybody can spend.
pub(super) const OP_TRUE: u8 = 0x51;

/// Pays to the witness script `OP_TRUE`: version 0, then its SHA-256 (BIP 141).
pub(super) const P2WSH_OP_TRUE: [u8; 34] = [
    0x00, 0x20, 0x4a, 0xe8, 0x15, 0x72, 0xf0, 0x6e, 0x1b, 0x88, 0xfd, 0x5c, 0xed, 0x7a, 0x1a, 0x00, 0x09, 0x45, 0x43,
    0x2e, 0x83, 0xe1, 0x55, 0x1e, 0x6f, 0x72, 0x1e, 0xe9, 0xc0, 0x0b, 0x8c, 0xc3, 0x32, 0x60,
];

/// Pays to the script `OP_TRUE` by its hash (BIP 16): HASH160, a push of RIPEMD-160 of its SHA-256, EQUAL.
pub(super) const P2SH_OP_TRUE: [u8; 23] = [
    0xa9, 0x14, 0xda, 0x17, 0x45, 0xe9, 0xb5, 0x49, 0xbd, 0x0b, 0xfa, 0x1a, 0x56, 0x99, 0x71, 0xc7, 0x7e, 0xba, 0x30,
    0xcd, 0x5a, 0x4b, 0x87,
];

/// What an attempt to spend an output comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spend {
    /// The script is satisfied.
    Allowed,
    /// The script is one of the two known ones and is not satisfied.
    Unsatisfied,
    /// Only a script engine could tell.
    Unknown,
}

/// Whether `input` satisfies `script`.
pub(super) fn spend(script: &[u8], input: &Input<'_>) -> Spend {
    let satisfied = if script == P2WSH_OP_TRUE {
        input.script.is_empty() && input.witness_items == 1 && input.witness_first == [OP_TRUE]
    } else if script == P2SH_OP_TRUE {
        input.script == [1, OP_TRUE] && input.witness_items == 0
    } else {
        return Spend::Unknown;
    };
    if satisfied { Spend::Allowed } else { Spend::Unsatisfied }
}

/// Whether anybody can spend it by one of the two known patterns.
pub(super) fn is_op_true(script: &[u8]) -> bool {
    script == P2WSH_OP_TRUE || script == P2SH_OP_TRUE
}

/// Whether nobody can ever spend it, so that it need not be kept.
pub(super) fn is_unspendable(script: &[u8]) -> bool {
    script.first() == Some(&0x6a) || script.len() > 10_000
}

/// The push of a height that a coinbase begins with (BIP 34), exactly as a script engine would write the number.
pub(super) fn height_push(height: u32) -> Vec<u8> {
    match height {
        0 => vec![0],
        1..=16 => vec![0x50 + height.to_le_bytes()[0]],
        _ => {
            let mut digits = height.to_le_bytes().to_vec();
            while digits.last() == Some(&0) {
                digits.pop();
            }
            if digits.last().is_some_and(|top| top & 0x80 != 0) {
                // A set top bit would make the number negative.
                digits.push(0);
            }
            digits.insert(0, digits.len().to_le_bytes()[0]);
            digits
        }
    }
}

/// Signature operations as blocks before segwit counted them: every multisig as 20, up to the first broken push.
pub(super) fn signature_operations(script: &[u8]) -> usize {
    let mut count = 0;
    let mut rest = script;
    while let Some((&opcode, after)) = rest.split_first() {
        let (len, after) = match opcode {
            0x01..=0x4b => (usize::from(opcode), after),
            0x4c => match after {
                [len, after @ ..] => (usize::from(*len), after),
                [] => return count,
            },
            0x4d => match after {
                [a, b, after @ ..] => (usize::from(u16::from_le_bytes([*a, *b])), after),
                _ => return count,
            },
            0x4e => match after {
                [a, b, c, d, after @ ..] => {
                    (usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX), after)
                }
                _ => return count,
            },
            _ => (0, after),
        };
        let Some(after) = after.get(len..) else { return count };
        count += match opcode {
            0xac | 0xad => 1,
            0xae | 0xaf => 20,
            _ => 0,
        };
        rest = after;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_height_is_pushed_as_the_script_engine_writes_it() {
        for (height, push) in [
            (0, &[0][..]),
            (1, &[0x51]),
            (16, &[0x60]),
            (17, &[1, 17]),
            (127, &[1, 127]),
            (128, &[2, 0x80, 0]),
            (255, &[2, 0xff, 0]),
            (256, &[2, 0, 1]),
            (32767, &[2, 0xff, 0x7f]),
            (32768, &[3, 0, 0x80, 0]),
            (8_388_607, &[3, 0xff, 0xff, 0x7f]),
            (8_388_608, &[4, 0, 0, 0x80, 0]),
        ] {
            assert_eq!(height_push(height), push, "{height}");
        }
    }

    #[test]
    fn signature_operations_count_up_to_the_first_broken_push() {
        for (case, script, expected) in [
            ("nothing", &[][..], 0),
            ("one signature", &[0xac], 1),
            ("a signature and a multisig", &[0xad, 0xae], 21),
            ("inside a push", &[2, 0xac, 0xac], 0),
            ("after a push", &[1, 0xac, 0xac], 1),
            ("after a push with a length byte", &[0x4c, 1, 0xac, 0xaf], 20),
            ("after a push with two length bytes", &[0x4d, 1, 0, 0xac, 0xac], 1),
            ("after a push with four length bytes", &[0x4e, 1, 0, 0, 0, 0xac, 0xac], 1),
            ("before a push that runs over the end", &[0xac, 5, 0xac, 0xac], 1),
            ("before a length that is cut", &[0xac, 0x4e, 0xff, 0xff], 1),
            ("before a length beyond all", &[0xac, 0x4e, 0xff, 0xff, 0xff, 0xff], 1),
        ] {
            assert_eq!(signature_operations(script), expected, "{case}");
        }
    }
}
