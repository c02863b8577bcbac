//! The registers of BM1397 and later that this driver uses, and what is written there. How well each is known stands with it:
//! captured (in recordings of factory firmware), published (in two or more drivers), one source.

use crate::frame::command::{Chips, Command};

/// A register by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Register {
    /// Chip id (16 bits), cores (8), address (8). Captured.
    ChipId = 0x00,
    /// Hashrate of a BM1397: bit 31 says not ready, the rest counts 2^20 hashes a second (another source: 2^24). One source.
    HashRate = 0x04,
    /// The clock: [`crate::Pll`]. Captured.
    Pll0 = 0x08,
    /// Where a chip begins to count, on BM1368 and BM1370: [`crate::NonceSpace::offset`]. Captured.
    NonceOffset = 0x0c,
    /// For how many ticks of 25 MHz a core counts: [`crate::NonceSpace::hash_counting_number`]. Published; zero stops hashing
    /// (one source).
    HashCountingNumber = 0x10,
    /// Which nonces are reported: [`TicketMask`]. Captured.
    TicketMask = 0x14,
    /// What chips report and on which pins; on a BM1397 the baud rate too. Published.
    MiscControl = 0x18,
    /// Lets the clock through, on a BM1397. Published.
    OrderedClockEnable = 0x20,
    /// The baud rate; on a BM1397 which PLL it comes from. Published.
    FastUart = 0x28,
    /// Relays the line across a voltage domain. Captured.
    UartRelay = 0x2c,
    /// Writes a register of the cores: [`core_register`]. Captured.
    CoreMailbox = 0x3c,
    /// Counts hashes that came out wrong, in units of 2^32. One source.
    ErrorCounter = 0x4c,
    /// Which signal goes to the analog pin: 2 is the temperature diode, 3 the default. Published.
    AnalogMux = 0x54,
    /// How strongly pins are driven, four bits each. Captured.
    DriveStrength = 0x58,
    /// The third PLL of a BM1397; a fixed guard value on BM1368 and BM1370. Published.
    Pll3 = 0x68,
    /// Dividers of the PLLs of a BM1397. Published.
    PllDivider = 0x70,
    /// Order of the clocks of a BM1397. Published.
    ClockOrder0 = 0x80,
    /// See `ClockOrder0`.
    ClockOrder1 = 0x84,
    /// Hashes of the first of four voltage domains, in units of 2^32. Layout captured, unit from one source.
    DomainHashes0 = 0x88,
    /// See `DomainHashes0`.
    DomainHashes1 = 0x89,
    /// See `DomainHashes0`.
    DomainHashes2 = 0x8a,
    /// See `DomainHashes0`.
    DomainHashes3 = 0x8b,
    /// Hashes of the whole of a BM1370, in units of 2^32. One source.
    TotalHashes = 0x8c,
    /// Version rolling: 0x9000 and the mask's upper bits. Captured. Writing it also makes replies eleven bytes long (one source).
    VersionRolling = 0xa4,
    /// Soft reset. Published.
    SoftReset = 0xa8,
    /// Starts a reading of the die's temperature, on a BM1368. Captured.
    TemperatureControl = 0xb0,
    /// The reading: [`die_temperature`]. Captured.
    Temperature = 0xb4,
    /// Analog setting of a BM1370. Published.
    Analog = 0xb9,
}

impl Register {
    /// Its number.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The command that writes it.
    #[must_use]
    pub fn write(self, chips: Chips, value: u32) -> Command {
        Command::Write { chips, register: self.number(), value }
    }

    /// The command that asks for it.
    #[must_use]
    pub fn read(self, chips: Chips) -> Command {
        Command::Read { chips, register: self.number() }
    }
}

/// What to write into [`Register::CoreMailbox`] so that this register of all cores becomes `value`.
#[must_use]
pub const fn core_register(register: u8, value: u8) -> u32 {
    0x8000_8000 | (register as u32) << 8 | value as u32
}

/// What to write into [`Register::VersionRolling`] for the version bits in `mask`, of which those from 13 on can roll.
#[must_use]
pub fn version_rolling(mask: u32) -> u32 {
    0x9000_0000 | mask >> 13 & 0xffff
}

/// Degrees Celsius from [`Register::Temperature`]; `None` while a reading is not valid.
#[must_use]
pub fn die_temperature(value: u32) -> Option<f64> {
    let code = value & 0xffff;
    (value >> 31 == 1).then(|| f64::from(code) * 0.171_342 - 299.514_4)
}

/// The chip's own coarse target: the hash has 32 zero bits, fixed, and this many more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TicketMask {
    zero_bits: u8,
}

impl TicketMask {
    /// Reports every nonce of difficulty 1.
    pub const DIFFICULTY_1: Self = Self { zero_bits: 0 };

    /// The zero bits that every chip demands, whatever the mask.
    pub const FIXED_ZERO_BITS: u8 = 32;

    /// This many zero bits beyond the fixed ones, at most 32.
    #[must_use]
    pub fn with_zero_bits(zero_bits: u8) -> Self {
        Self { zero_bits: zero_bits.min(32) }
    }

    /// Zero bits beyond the fixed ones.
    #[must_use]
    pub fn zero_bits(self) -> u8 {
        self.zero_bits
    }

    /// Hashes that a reported nonce takes on average.
    #[must_use]
    pub fn hashes(self) -> f64 {
        2_f64.powi(i32::from(Self::FIXED_ZERO_BITS + self.zero_bits))
    }

    /// What is written: as many ones, with the bits of each byte reversed.
    #[must_use]
    pub fn register_value(self) -> u32 {
        let mask: u32 = if self.zero_bits < 32 { (1 << self.zero_bits) - 1 } else { u32::MAX };
        u32::from_be_bytes(mask.to_be_bytes().map(u8::reverse_bits))
    }

    /// The mask for a chain of `hashrate` hashes a second on a line of `baud` with replies of `reply` bytes, whose shares have
    /// `share_zero_bits` zero bits.
    ///
    /// About ten nonces a second: a minute of them measures the hashrate to 4 %. Fewer only where the shares are harder still
    /// to miss: the mask never hides a share, unless the line would be loaded by more than a quarter.
    #[must_use]
    pub fn choose(hashrate: f64, baud: u32, reply: usize, share_zero_bits: u8) -> Self {
        const NONCES_PER_SECOND: f64 = 10.0;
        const LOAD: f64 = 0.25;
        let most = LOAD * f64::from(baud) / (10.0 * reply as f64);
        let rate = |bits: u8| hashrate / Self::with_zero_bits(bits).hashes();
        let wanted = (0..32).take_while(|bits| rate(bits + 1) >= NONCES_PER_SECOND).count();
        let least = (0..32).find(|bits| rate(*bits) <= most).unwrap_or(32);
        let hiding_nothing = share_zero_bits.saturating_sub(Self::FIXED_ZERO_BITS);
        let wanted = u8::try_from(wanted).unwrap_or(32).min(hiding_nothing);
        Self::with_zero_bits(wanted.max(least))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::frame::reply::ReplyLength;
    use crate::model::ChipModel;
    use crate::pll::Megahertz;

    #[test]
    fn known_values_come_out() {
        assert_eq!(core_register(0x05, 0x40), 0x8000_8540);
        assert_eq!(core_register(0x00, 0x20), 0x8000_8020);
        assert_eq!(core_register(0x0d, 0xee), 0x8000_8dee);
        for (mask, value) in
            [(0x1fff_e000, 0x9000_ffff), (0, 0x9000_0000), (0x0000_2000, 0x9000_0001), (0xffff_ffff, 0x9000_ffff)]
        {
            assert_eq!(version_rolling(mask), value);
        }
        let degrees = die_temperature(0x8000_0783).expect("valid");
        assert!((degrees - 30.0).abs() < 0.05, "{degrees}");
        assert_eq!(die_temperature(0x0000_0783), None, "not valid yet");
    }

    #[test]
    fn a_ticket_mask_is_ones_reversed_byte_by_byte() {
        for (bits, value) in
            [(0, 0), (1, 0x80), (6, 0xfc), (8, 0xff), (9, 0x80ff), (16, 0xffff), (32, 0xffff_ffff), (200, 0xffff_ffff)]
        {
            assert_eq!(TicketMask::with_zero_bits(bits).register_value(), value, "{bits} zero bits");
        }
    }

    #[test]
    fn the_mask_settles_within_a_minute_hides_no_share_and_spares_the_line() {
        for (case, hashrate, baud, share_zero_bits, zero_bits) in [
            ("a lone BM1370", 1.07e12, 115_200, 64, 4),
            ("an S21", 67e12, 3_125_000, 64, 10),
            ("shares of difficulty 1", 1.07e12, 115_200, 32, 0),
            ("shares that no chip can miss", 1.07e12, 1_000_000, 3, 0),
            ("easy shares of a long chain on a slow line", 67e12, 115_200, 32, 6),
            ("hardly any hashes", 1e6, 115_200, 64, 0),
            ("no hashes at all", 0.0, 115_200, 64, 0),
        ] {
            assert_eq!(TicketMask::choose(hashrate, baud, 11, share_zero_bits).zero_bits(), zero_bits, "{case}");
        }
    }

    proptest! {
        #[test]
        fn every_chain_at_every_clock_and_rate_settles_within_a_minute_and_loads_the_line_by_a_quarter_at_most(
            model in prop::sample::select(ChipModel::ALL.to_vec()),
            chips in 1_u16..=200,
            frequency in 50.0..650.0,
            baud in prop::sample::select(vec![115_200_u32, 1_000_000, 1_500_000, 3_125_000]),
            share_zero_bits in 0_u8..=96,
        ) {
            let hashrate = model.expected(chips, Megahertz(frequency)).per_second();
            let reply = match model.reply_length { ReplyLength::Seven => 7, ReplyLength::Nine => 9, _ => 11 };
            let mask = TicketMask::choose(hashrate, baud, reply, share_zero_bits);
            let nonces = hashrate / mask.hashes();
            let load = nonces * reply as f64 * 10.0 / f64::from(baud);
            prop_assert!(load <= 0.25, "{load} of the line");
            // Whoever reports all that a chip can finds as fast as he can.
            let error = 1.0 / (nonces * 60.0).sqrt();
            prop_assert!(error < 0.05 || mask == TicketMask::DIFFICULTY_1, "{mask:?} leaves an error of {error}");
            // A share is hidden only where the line could not carry it.
            let would_load = load * mask.hashes() / TicketMask::with_zero_bits(mask.zero_bits().saturating_sub(1)).hashes();
            let hides = mask.zero_bits() > share_zero_bits.saturating_sub(TicketMask::FIXED_ZERO_BITS);
            prop_assert!(!hides || would_load > 0.25, "{mask:?} hides shares of {share_zero_bits} zero bits");
        }
    }
}
