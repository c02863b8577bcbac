//! Commands to the chips.

use super::TO_CHIP;
use crate::crc::{crc5, crc5_of_bits};

/// A command to one chip or all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Gives the first chip that has none this address.
    SetAddress(u8),
    /// Writes a register.
    Write {
        /// Whose.
        chips: Chips,
        /// Its number.
        register: u8,
        /// What to write; most significant byte first on the wire.
        value: u32,
    },
    /// Asks for a register.
    Read {
        /// Whose.
        chips: Chips,
        /// Its number.
        register: u8,
    },
    /// Makes all chips forget their addresses and pass on nothing until they have new ones.
    ChainInactive,
}

/// Whom a command is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chips {
    /// Every chip of the chain.
    All,
    /// The one with this address.
    One(u8),
}

/// How a generation of chips frames its commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// BM1391 and later: a preamble, and the command in the low bits of the header byte.
    Preamble,
    /// BM1387: no preamble, and other numbers for the commands.
    Bare,
    /// BM1380 to BM1384: four bytes with the checksum in the last five bits.
    FourBytes,
}

impl Command {
    /// The command as it goes on the wire. Of four-byte commands a write carries only its upper two value bytes' room: the
    /// low sixteen bits of `value`.
    #[must_use]
    pub fn encode(self, framing: Framing) -> Vec<u8> {
        match framing {
            Framing::Preamble => [&TO_CHIP[..], &self.with_crc([0x40, 0x41, 0x42, 0x43])].concat(),
            Framing::Bare => self.with_crc([0x41, 0x48, 0x44, 0x45]),
            Framing::FourBytes => self.four_bytes().to_vec(),
        }
    }

    /// Header, length, body and checksum, with these header bytes for: set address, write, read, inactive.
    fn with_crc(self, [set_address, write, read, inactive]: [u8; 4]) -> Vec<u8> {
        let mut bytes = match self {
            Self::SetAddress(address) => vec![set_address, 5, address, 0],
            Self::Write { chips, register, value } => {
                let (all, address) = chips.bit_and_address();
                let mut bytes = vec![write | all, 9, address, register];
                bytes.extend(value.to_be_bytes());
                bytes
            }
            Self::Read { chips, register } => {
                let (all, address) = chips.bit_and_address();
                vec![read | all, 5, address, register]
            }
            Self::ChainInactive => vec![inactive | Chips::ALL_BIT, 5, 0, 0],
        };
        bytes.push(crc5(&bytes));
        bytes
    }

    fn four_bytes(self) -> [u8; 4] {
        let all = |chips: Chips| if chips == Chips::All { 0x80 } else { 0 };
        let bytes = match self {
            Self::SetAddress(address) => [0x01, address, 0],
            Self::Write { chips, value, .. } => {
                let [_, _, high, low] = value.to_be_bytes();
                [0x02 | all(chips), high, low]
            }
            Self::Read { chips, register } => [0x04 | all(chips), chips.bit_and_address().1, register],
            Self::ChainInactive => [0x85, 0, 0],
        };
        with_crc_of_27_bits(bytes)
    }
}

impl Chips {
    const ALL_BIT: u8 = 0x10;

    fn bit_and_address(self) -> (u8, u8) {
        match self {
            Self::All => (Self::ALL_BIT, 0),
            Self::One(address) => (0, address),
        }
    }
}

/// A four-byte command: these three bytes, and the checksum over them and three zero bits.
pub(crate) fn with_crc_of_27_bits([a, b, c]: [u8; 3]) -> [u8; 4] {
    [a, b, c, crc5_of_bits(&[a, b, c, 0], 27)]
}

#[cfg(test)]
mod tests {
    use hashkit_chain::hex;

    use super::*;

    #[test]
    fn each_generation_has_its_own_bytes_for_a_command() {
        let write = |chips, register, value| Command::Write { chips, register, value };
        for (case, command, framing, expected) in [
            ("set address", Command::SetAddress(4), Framing::Preamble, "55aa4005040003"),
            ("write one", write(Chips::One(0), 0xa8, 0x0007_01f0), Framing::Preamble, "55aa410900a8000701f015"),
            ("write all", write(Chips::All, 0xa4, 0x9000_ffff), Framing::Preamble, "55aa510900a49000ffff1c"),
            ("read one", Command::Read { chips: Chips::One(4), register: 0x2c }, Framing::Preamble, "55aa4205042c19"),
            ("read all", Command::Read { chips: Chips::All, register: 0 }, Framing::Preamble, "55aa520500000a"),
            ("inactive", Command::ChainInactive, Framing::Preamble, "55aa5305000003"),
            ("set address, BM1387", Command::SetAddress(4), Framing::Bare, "410504000a"),
            ("write all, BM1387", write(Chips::All, 0x1c, 0x4020_9a80), Framing::Bare, "5809001c40209a8000"),
            ("read all, BM1387", Command::Read { chips: Chips::All, register: 0 }, Framing::Bare, "5405000019"),
            ("inactive, BM1387", Command::ChainInactive, Framing::Bare, "5505000010"),
            ("read all, BM1384", Command::Read { chips: Chips::All, register: 0 }, Framing::FourBytes, "84000011"),
            ("inactive, BM1384", Command::ChainInactive, Framing::FourBytes, "8500000f"),
            ("200 MHz on a BM1380", write(Chips::All, 4, 0x0781), Framing::FourBytes, "82078106"),
            ("225 MHz on a BM1382", write(Chips::All, 4, 0x0882), Framing::FourBytes, "8208821c"),
            ("read it back", Command::Read { chips: Chips::All, register: 4 }, Framing::FourBytes, "84000400"),
        ] {
            assert_eq!(hex::encode(&command.encode(framing)), expected, "{case}");
        }
    }
}
