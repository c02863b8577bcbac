//! What differs between chips, as data. To add one: an entry here, its registers with their source, frames in `tests/vectors/`.

use std::fmt;
use std::str::FromStr;

use hashkit_chain::Hashrate;

use crate::frame::command::Framing;
use crate::frame::reply::ReplyLength;
use crate::nonce::NonceLayout;
use crate::pll::{Megahertz, PllRule};
use crate::register::Register;

/// A chip, and how it is driven.
#[derive(Debug, Clone, PartialEq)]
pub struct ChipModel {
    /// What it is called on the command line: `bm1366`.
    pub name: &'static str,
    /// Which of the start sequences it takes.
    pub family: Family,
    /// How well it is known.
    pub maturity: Maturity,
    /// What its register 0 begins with.
    pub chip_id: u16,
    /// Cores of a chip, as nonces number them.
    pub cores: u32,
    /// Versions that a core hashes at once.
    pub small_cores: u32,
    /// Hashes a clock.
    pub hash_units: u32,
    /// The frequency that makers run it at.
    pub typical: Megahertz,
    /// The bounds that no flag removes.
    pub limits: Limits,
    /// How its commands are framed.
    pub framing: Framing,
    /// How long its replies are once it runs.
    pub reply_length: ReplyLength,
    /// How it reports nonces.
    pub layout: NonceLayout,
    /// Ids that a job may have.
    pub job_ids: JobIds,
    /// What its PLL takes.
    pub pll: PllRule,
    /// A faster line, where one is known: what is written, and the rate the host takes.
    pub fast_line: FastLine,
    /// What it counts itself.
    pub counter: HashCounter,
}

/// What a chip counts of its own hashes, and where that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashCounter {
    /// No register for it is known.
    Unknown,
    /// These registers together count hashes, in units of 2^32; and this one those that came out wrong.
    Hashes {
        /// One for each voltage domain, or one for all.
        all: &'static [Register],
        /// See [`Register::ErrorCounter`].
        wrong: Register,
    },
    /// The register of this number holds hashes a second in units of 2 to this, unless its highest bit is set.
    Rate {
        /// The register.
        register: u8,
        /// The power of two.
        unit: u8,
    },
}

/// Layout captured on a BM1368, unit and the rest of the family from one source.
const DOMAINS: HashCounter = HashCounter::Hashes {
    all: &[Register::DomainHashes0, Register::DomainHashes1, Register::DomainHashes2, Register::DomainHashes3],
    wrong: Register::ErrorCounter,
};

/// The start sequence that a chip takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// See `docs/asics.md` for each.
    Bm1387,
    /// S17 and T17, Compac F, R909, Bitaxe Max.
    Bm1397,
    /// S19j Pro, `EmberOne`.
    Bm1362,
    /// S19 XP, S19k Pro, Bitaxe Ultra and Hex.
    Bm1366,
    /// S21, Bitaxe Supra.
    Bm1368,
    /// S21 Pro, Bitaxe Gamma.
    Bm1370,
}

/// How well a chip is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maturity {
    /// Jobs and nonces of real chips were hashed again; none was seen on hardware by this project.
    Captured,
    /// Two or more public drivers agree; few or no jobs with their nonces.
    Published,
    /// Frames alone were checked; no job with its nonce is public.
    Experimental,
}

/// Bounds for the good of the board. Settings may be stricter, never laxer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The lowest frequency, where a ramp begins.
    pub slowest: Megahertz,
    /// The highest frequency.
    pub fastest: Megahertz,
    /// The highest core voltage of one chip, in millivolts: 5 % above the makers' own.
    pub most_millivolts: u16,
    /// The core voltage that makers set, in millivolts.
    pub typical_millivolts: u16,
    /// Chips are slowed down above this temperature, in degrees Celsius.
    pub hot: f64,
    /// Chips are powered down above this one.
    pub too_hot: f64,
}

/// The ids that jobs of a chip may have: the first `slots` multiples of `step`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobIds {
    /// The lowest id but zero.
    pub step: u8,
    /// How many there are.
    pub slots: u8,
}

/// What makes the line fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FastLine {
    /// Written to the family's register for it.
    pub value: u32,
    /// What the host then sets.
    pub baud: u32,
}

/// The rate that every chip starts with: 25 MHz / 8 / 27 = 115,740, which the host calls 115,200.
pub const FIRST_BAUD: u32 = 115_200;

/// A chain is no longer than its addresses: every second one of 256.
pub const MOST_CHIPS: u16 = 128;

/// No such chip.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no driver for {name}: there are {}", all_names())]
pub struct UnknownModel {
    /// What was asked for.
    pub name: String,
}

fn all_names() -> String {
    ChipModel::ALL.iter().map(|model| model.name).collect::<Vec<_>>().join(", ")
}

const COMMON_LIMITS: Limits = Limits {
    slowest: Megahertz(50.0),
    fastest: Megahertz(650.0),
    most_millivolts: 1260,
    typical_millivolts: 1200,
    // The boards' own firmware throttles above 75 °C; another one shuts down at 80 °C.
    hot: 75.0,
    too_hot: 80.0,
};

impl ChipModel {
    /// Every chip that has a driver.
    pub const ALL: &[Self] = &[
        Self {
            name: "bm1370",
            family: Family::Bm1370,
            maturity: Maturity::Captured,
            chip_id: 0x1370,
            cores: 128,
            small_cores: 16,
            hash_units: 2040,
            typical: Megahertz(525.0),
            limits: Limits { most_millivolts: 1207, typical_millivolts: 1150, ..COMMON_LIMITS },
            framing: Framing::Preamble,
            reply_length: ReplyLength::Eleven,
            layout: NonceLayout::SixteenSmallCores,
            // Ids below 0x80: nobody has seen the top bit come back from this chip.
            job_ids: JobIds { step: 8, slots: 16 },
            pll: PllRule::BM1370,
            fast_line: FastLine { value: 0x1130_0200, baud: 1_000_000 },
            counter: HashCounter::Hashes { all: &[Register::TotalHashes], wrong: Register::ErrorCounter },
        },
        Self {
            name: "bm1368",
            family: Family::Bm1368,
            maturity: Maturity::Captured,
            chip_id: 0x1368,
            cores: 80,
            small_cores: 16,
            hash_units: 1276,
            typical: Megahertz(490.0),
            limits: Limits { most_millivolts: 1224, typical_millivolts: 1166, ..COMMON_LIMITS },
            framing: Framing::Preamble,
            reply_length: ReplyLength::Eleven,
            layout: NonceLayout::SixteenSmallCores,
            job_ids: JobIds { step: 8, slots: 32 },
            pll: PllRule::BM1366,
            fast_line: FastLine { value: 0x1130_0200, baud: 1_000_000 },
            counter: DOMAINS,
        },
        Self {
            name: "bm1366",
            family: Family::Bm1366,
            maturity: Maturity::Captured,
            chip_id: 0x1366,
            cores: 112,
            small_cores: 8,
            hash_units: 894,
            typical: Megahertz(485.0),
            limits: COMMON_LIMITS,
            framing: Framing::Preamble,
            reply_length: ReplyLength::Eleven,
            layout: NonceLayout::EightSmallCores,
            job_ids: JobIds { step: 8, slots: 32 },
            pll: PllRule::BM1366,
            fast_line: FastLine { value: 0x1130_0200, baud: 1_000_000 },
            counter: DOMAINS,
        },
        Self {
            name: "bm1362",
            family: Family::Bm1362,
            maturity: Maturity::Experimental,
            chip_id: 0x1362,
            cores: 65,
            small_cores: 8,
            hash_units: 514,
            typical: Megahertz(525.0),
            limits: COMMON_LIMITS,
            framing: Framing::Preamble,
            reply_length: ReplyLength::Eleven,
            layout: NonceLayout::EightSmallCores,
            job_ids: JobIds { step: 8, slots: 32 },
            pll: PllRule::BM1362,
            fast_line: FastLine { value: 0x1130_0200, baud: 1_000_000 },
            counter: HashCounter::Unknown,
        },
        Self {
            name: "bm1397",
            family: Family::Bm1397,
            maturity: Maturity::Published,
            chip_id: 0x1397,
            cores: 168,
            small_cores: 4,
            hash_units: 672,
            typical: Megahertz(425.0),
            limits: Limits { most_millivolts: 1470, typical_millivolts: 1400, ..COMMON_LIMITS },
            framing: Framing::Preamble,
            reply_length: ReplyLength::Nine,
            layout: NonceLayout::Midstates,
            job_ids: JobIds { step: 4, slots: 32 },
            pll: PllRule::BM1397,
            fast_line: FastLine { value: 0x0000_6131, baud: 1_500_000 },
            // Another source says 2^24.
            counter: HashCounter::Rate { register: Register::HashRate as u8, unit: 20 },
        },
        Self {
            name: "bm1387",
            family: Family::Bm1387,
            maturity: Maturity::Published,
            chip_id: 0x1387,
            cores: 114,
            small_cores: 1,
            hash_units: 114,
            typical: Megahertz(500.0),
            // No core voltage is published for it: a board with a regulator for it is not driven.
            limits: Limits { slowest: Megahertz(100.0), most_millivolts: 0, typical_millivolts: 0, ..COMMON_LIMITS },
            framing: Framing::Bare,
            reply_length: ReplyLength::Seven,
            layout: NonceLayout::EarlyMidstates,
            job_ids: JobIds { step: 4, slots: 32 },
            pll: PllRule::BM1387,
            fast_line: FastLine { value: 0x4020_8180, baud: 1_500_000 },
            counter: HashCounter::Rate { register: 0x08, unit: 24 },
        },
    ];

    /// The one of this name: `bm1366`, `BM1366`.
    ///
    /// # Errors
    /// [`UnknownModel`] lists those that there are.
    pub fn named(name: &str) -> Result<&'static Self, UnknownModel> {
        let found = Self::ALL.iter().find(|model| model.name.eq_ignore_ascii_case(name));
        found.ok_or_else(|| UnknownModel { name: name.to_owned() })
    }

    /// What `chips` of them compute at this frequency, by their number of units: the expected hashrate.
    ///
    /// # Panics
    /// Never: a second is not zero.
    #[must_use]
    pub fn expected(&self, chips: u16, frequency: Megahertz) -> Hashrate {
        let hashes = frequency.0 * 1e6 * f64::from(self.hash_units) * f64::from(chips);
        Hashrate::over(hashes, std::time::Duration::from_secs(1)).expect("a second is not zero")
    }

    /// Whether jobs carry a whole header, of which the chips build all versions.
    #[must_use]
    pub fn takes_whole_headers(&self) -> bool {
        matches!(self.layout, NonceLayout::EightSmallCores | NonceLayout::SixteenSmallCores)
    }

    /// Whether it is told for how long its cores count. No known firmware tells a BM1397 so, nor a BM1387 anything but zero.
    #[must_use]
    pub fn takes_counting_number(&self) -> bool {
        self.takes_whole_headers()
    }

    /// Versions that one job searches, where the mask frees `versions` of them.
    #[must_use]
    pub fn versions_a_job(&self, versions: u64) -> u64 {
        // Four midstates, or one where there is one version only: fewer make the same frame hold less.
        if self.takes_whole_headers() { versions } else { [1, 4][usize::from(versions >= 4)] }
    }
}

impl fmt::Display for ChipModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl FromStr for &'static ChipModel {
    type Err = UnknownModel;

    fn from_str(name: &str) -> Result<Self, UnknownModel> {
        ChipModel::named(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_hashrates_are_those_of_the_makers() {
        for (name, megahertz, rate) in [
            ("bm1370", 525.0, "1.07 TH/s"),
            ("bm1366", 485.0, "434 GH/s"),
            ("bm1368", 490.0, "625 GH/s"),
            ("bm1397", 425.0, "286 GH/s"),
            ("bm1387", 650.0, "74.1 GH/s"),
        ] {
            let model = ChipModel::named(name).expect("listed");
            assert_eq!(model.expected(1, Megahertz(megahertz)).to_string(), rate, "{name}");
        }
    }

    #[test]
    fn every_model_can_be_run_as_its_makers_do_and_no_limit_contradicts_another() {
        for model in ChipModel::ALL {
            let Limits { slowest, fastest, most_millivolts, typical_millivolts, hot, too_hot } = model.limits;
            assert!(slowest < model.typical && model.typical < fastest, "{model}");
            assert!(typical_millivolts <= most_millivolts && hot < too_hot, "{model}");
            let JobIds { step, slots } = model.job_ids;
            assert!(u16::from(step) * (u16::from(slots) - 1) <= 0xf8, "{model}: ids are a byte");
            assert_eq!(ChipModel::named(&model.name.to_uppercase()), Ok(model));
        }
        let error = ChipModel::named("bm9999").expect_err("not built yet");
        assert!(error.to_string().contains("bm1370, bm1368"), "{error}");
    }
}
