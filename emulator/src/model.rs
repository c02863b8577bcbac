//! What can be emulated, and what tells one chip from another, as data. Sources: `docs/asics.md`.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// What is emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Model {
    /// Antminer S21 Pro, Bitaxe Gamma.
    Bm1370,
    /// Antminer S21, Bitaxe Supra.
    Bm1368,
    /// Antminer S19 XP and S19k Pro, Bitaxe Ultra.
    Bm1366,
    /// Antminer S19j Pro. Experimental: no job with its nonce is public.
    Bm1362,
    /// Antminer S17, Bitaxe Max.
    Bm1397,
    /// Antminer S9, `GekkoScience` `NewPac`.
    Bm1387,
    /// Icarus: two FPGAs.
    Icarus,
    /// Lancelot: two FPGAs.
    Lancelot,
    /// Block Erupter USB.
    BlockErupter,
    /// Antminer U1 and U2.
    AntminerU1,
    /// Antminer U3.
    AntminerU3,
}

/// A word that names nothing to emulate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no model is called {0:?}: known are {known}", known = Model::ALL.map(Model::name).join(", "))]
pub struct UnknownModel(String);

impl Model {
    /// Everything that can be emulated.
    pub const ALL: [Self; 11] = [
        Self::Bm1370,
        Self::Bm1368,
        Self::Bm1366,
        Self::Bm1362,
        Self::Bm1397,
        Self::Bm1387,
        Self::Icarus,
        Self::Lancelot,
        Self::BlockErupter,
        Self::AntminerU1,
        Self::AntminerU3,
    ];

    /// The word for it on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bm1370 => "bm1370",
            Self::Bm1368 => "bm1368",
            Self::Bm1366 => "bm1366",
            Self::Bm1362 => "bm1362",
            Self::Bm1397 => "bm1397",
            Self::Bm1387 => "bm1387",
            Self::Icarus => "icarus",
            Self::Lancelot => "lancelot",
            Self::BlockErupter => "block-erupter",
            Self::AntminerU1 => "antminer-u1",
            Self::AntminerU3 => "antminer-u3",
        }
    }

    /// Whether its frames were never checked against a hash.
    #[must_use]
    pub fn is_experimental(self) -> bool {
        self == Self::Bm1362
    }

    /// Whether a board of ours carries it, with sensors and a control channel.
    #[must_use]
    pub fn has_control(self) -> bool {
        matches!(self, Self::Bm1370 | Self::Bm1368 | Self::Bm1366 | Self::Bm1362)
    }

    /// Chips on the line where nobody says how many: those of a stick or a small board.
    #[must_use]
    pub fn usual_chips(self) -> u8 {
        match self {
            Self::Icarus | Self::Lancelot => 2,
            Self::AntminerU3 => 4,
            _ => 1,
        }
    }

    /// How many chips its line can have.
    #[must_use]
    pub fn possible_chips(self) -> RangeInclusive<u8> {
        match self.silicon() {
            Silicon::Chain(_) => 1..=128,
            // Parts of the nonce space, which are halves of halves; `Settings` checks that.
            Silicon::Unit(_) => 1..=8,
        }
    }

    pub(crate) fn silicon(self) -> Silicon {
        match self {
            Self::Bm1370 => Silicon::Chain(&BM1370),
            Self::Bm1368 => Silicon::Chain(&BM1368),
            Self::Bm1366 => Silicon::Chain(&BM1366),
            Self::Bm1362 => Silicon::Chain(&BM1362),
            Self::Bm1397 => Silicon::Chain(&BM1397),
            Self::Bm1387 => Silicon::Chain(&BM1387),
            Self::Icarus => Silicon::Unit(&ICARUS),
            Self::Lancelot => Silicon::Unit(&LANCELOT),
            Self::BlockErupter => Silicon::Unit(&BLOCK_ERUPTER),
            Self::AntminerU1 => Silicon::Unit(&ANTMINER_U1),
            Self::AntminerU3 => Silicon::Unit(&ANTMINER_U3),
        }
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Model {
    type Err = UnknownModel;

    fn from_str(text: &str) -> Result<Self, UnknownModel> {
        let word = text.to_ascii_lowercase().replace('_', "-");
        let named = Self::ALL.into_iter().find(|model| model.name() == word);
        named.ok_or_else(|| UnknownModel(text.to_owned()))
    }
}

/// The two kinds of wire: chips with addresses and registers, or one unit that takes 64-byte works.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Silicon {
    Chain(&'static ChipModel),
    Unit(&'static UnitModel),
}

/// How frames begin and what commands are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// `55 AA` down, `AA 55` up: BM1391 and later.
    Preamble,
    /// None: BM1387.
    Bare,
}

/// What of a header a job carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JobFormat {
    /// The whole header; the chip rolls version bits.
    Header,
    /// One to four midstates and the rest of the header.
    Midstates,
}

/// How post dividers stand in the PLL register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PllLayout {
    /// The top nibble tells the VCO's band (4 below 2400 MHz, 5 from there); post dividers are stored less one.
    Banded,
    /// The top nibble is this; post dividers stand as they are.
    Plain(u8),
}

/// Where the baud divider stands: rate = 25 MHz / 8 / (divider + 1).
#[derive(Debug, Clone, Copy)]
pub(crate) struct BaudField {
    pub(crate) register: u8,
    pub(crate) mask: u32,
}

/// A chip with an address.
#[derive(Debug)]
pub(crate) struct ChipModel {
    /// Register 00 without the address.
    pub(crate) id: u32,
    pub(crate) framing: Framing,
    pub(crate) job: JobFormat,
    pub(crate) cores: u8,
    /// Small cores of a core are 2 to this: so many versions are hashed together.
    pub(crate) small_core_bits: u8,
    /// Hashes a clock.
    pub(crate) hash_units: u32,
    pub(crate) pll: PllLayout,
    pub(crate) pll_register: u8,
    pub(crate) fb: RangeInclusive<u32>,
    pub(crate) baud: BaudField,
    /// The hash counting number: how many 25 MHz ticks a sweep lasts.
    pub(crate) hcn_register: u8,
    pub(crate) ticket_register: u8,
    /// Whether register 0C, once written, holds the nonce start.
    pub(crate) has_nonce_offset: bool,
    /// Whether B0 and B4 read a die temperature.
    pub(crate) has_temperature: bool,
    /// Registers that count hashes in units of 2^32: of the four voltage domains, and of all. With them goes 4C, the wrong ones.
    pub(crate) counters: &'static [u8],
    /// The register that holds hashes a second, and the power of two that it counts in.
    pub(crate) rate: Option<(u8, i32)>,
    /// What registers hold after a reset, where that is not zero.
    pub(crate) reset: &'static [(u8, u32)],
}

impl ChipModel {
    /// How many times a nonce counter is searched at once, each time in another version.
    pub(crate) fn small_cores(&self) -> u32 {
        1 << self.small_core_bits
    }
}

/// The divider lies in bits 15:8; 0x1a after reset, 115,740 baud.
const FAST_UART: BaudField = BaudField { register: 0x28, mask: 0xff00 };
/// Seen in a reply of a chip fresh from reset: `AA 55 00 00 C1 00 00 18 02`.
const WHOLE_HEADER_RESET: &[(u8, u32)] = &[(0x18, 0x0000_c100), (0x28, 0x0130_1a00)];

const BM1370: ChipModel = ChipModel {
    id: 0x1370_0000,
    framing: Framing::Preamble,
    job: JobFormat::Header,
    cores: 128,
    small_core_bits: 4,
    hash_units: 2040,
    pll: PllLayout::Banded,
    pll_register: 0x08,
    fb: 160..=239,
    baud: FAST_UART,
    hcn_register: 0x10,
    ticket_register: 0x14,
    has_nonce_offset: true,
    has_temperature: false,
    counters: &[0x88, 0x89, 0x8a, 0x8b, 0x8c],
    rate: None,
    reset: WHOLE_HEADER_RESET,
};

const BM1368: ChipModel = ChipModel {
    id: 0x1368_0000,
    cores: 80,
    hash_units: 1276,
    // Both what open firmware (144 to 235) and what factory firmware (160 to 248) writes.
    fb: 144..=248,
    has_temperature: true,
    counters: &[0x88, 0x89, 0x8a, 0x8b],
    ..BM1370
};

const BM1366: ChipModel = ChipModel {
    id: 0x1366_0000,
    cores: 112,
    small_core_bits: 3,
    hash_units: 894,
    has_nonce_offset: false,
    has_temperature: false,
    ..BM1368
};

const BM1362: ChipModel =
    ChipModel { id: 0x1362_0300, cores: 65, hash_units: 514, fb: 16..=250, counters: &[], ..BM1366 };

const BM1397: ChipModel = ChipModel {
    id: 0x1397_1800,
    job: JobFormat::Midstates,
    // Seven bits of a nonce name the core, whatever the data sheet counts.
    cores: 128,
    small_core_bits: 2,
    hash_units: 672,
    pll: PllLayout::Plain(4),
    fb: 16..=240,
    baud: BaudField { register: 0x18, mask: 0x1f00 },
    counters: &[],
    rate: Some((0x04, 20)),
    reset: &[(0x18, 0x0000_7a31)],
    ..BM1366
};

const BM1387: ChipModel = ChipModel {
    id: 0x1387_9000,
    framing: Framing::Bare,
    cores: 114,
    hash_units: 114,
    pll: PllLayout::Plain(0),
    pll_register: 0x0c,
    fb: 1..=255,
    baud: BaudField { register: 0x1c, mask: 0x1f00 },
    hcn_register: 0x14,
    ticket_register: 0x18,
    rate: Some((0x08, 24)),
    reset: &[(0x1c, 0x4020_1a80)],
    ..BM1397
};

/// A unit that takes 64-byte works.
#[derive(Debug)]
pub(crate) struct UnitModel {
    /// Nanoseconds a hash of the whole unit takes.
    pub(crate) nanoseconds_a_hash: f64,
    pub(crate) answer: AnswerForm,
}

/// What a unit answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerForm {
    /// Four bytes, the nonce.
    Nonce,
    /// The nonce and the work's id with bit 7 set; commands of four bytes are understood.
    NonceAndId,
}

const ICARUS: UnitModel = UnitModel { nanoseconds_a_hash: 2.6316, answer: AnswerForm::Nonce };
const LANCELOT: UnitModel = UnitModel { nanoseconds_a_hash: 2.5, answer: AnswerForm::Nonce };
const BLOCK_ERUPTER: UnitModel = UnitModel { nanoseconds_a_hash: 2.9761, answer: AnswerForm::Nonce };
/// At 200 MHz: 125 ns divided by the clock in MHz.
const ANTMINER_U1: UnitModel = UnitModel { nanoseconds_a_hash: 0.625, answer: AnswerForm::NonceAndId };
/// At 225 MHz: 3.2 ns divided by the clock in MHz.
const ANTMINER_U3: UnitModel = UnitModel { nanoseconds_a_hash: 3.2 / 225.0, answer: AnswerForm::NonceAndId };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_answers_to_its_name() {
        for model in Model::ALL {
            assert_eq!(model.name().parse(), Ok(model));
            assert_eq!(model.name().to_uppercase().replace('-', "_").parse(), Ok(model));
            assert!(model.possible_chips().contains(&model.usual_chips()));
        }
        assert!("bm9999".parse::<Model>().unwrap_err().to_string().contains("bm1366, "));
    }
}
