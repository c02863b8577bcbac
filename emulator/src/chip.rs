//! One chip: its address, its registers, and whether it hashes.

use std::time::{Duration, Instant};

use crate::frame::AnswerLength;
use crate::model::{ChipModel, Framing, JobFormat};
use crate::pll::{CRYSTAL_MHZ, Clock};
use crate::sweep::{Region, Versions};

/// How long the PLL needs to lock.
const LOCK: Duration = Duration::from_millis(3);
/// Bit 31 of the PLL register reads 1 once it is locked.
const LOCKED: u32 = 1 << 31;
/// A counter of hashes counts in these.
const COUNTED: f64 = 4_294_967_296.0;
/// The counters of the four domains, the one of all, and the one of wrong hashes, where a chip has them.
const COUNTERS: [u8; 6] = [0x88, 0x89, 0x8a, 0x8b, 0x8c, ERRORS];
const ERRORS: u8 = 0x4c;
/// Register 3C hands a value on to the cores: all of them, write, core register 02 (core enable), value AA.
const ENABLE_ALL_CORES: u32 = 0x8000_82aa;

#[derive(Debug)]
pub(crate) struct Chip {
    model: &'static ChipModel,
    /// `None` until it is given one; it answers as 00 until then.
    address: Option<u8>,
    registers: Box<[u32; 256]>,
    /// When the PLL was last written.
    pll_written: Option<Instant>,
    /// How many cores hash.
    open_cores: u8,
    /// Hashes since each counter was cleared, by the clock rather than by what is really hashed here.
    hashes: [f64; COUNTERS.len()],
}

impl Chip {
    /// As it leaves reset.
    pub(crate) fn new(model: &'static ChipModel) -> Self {
        let mut registers = Box::new([0; 256]);
        for (register, value) in model.reset {
            registers[usize::from(*register)] = *value;
        }
        // A BM1397 has no switch for its cores that is known.
        let is_always_open = model.job == JobFormat::Midstates && model.framing == Framing::Preamble;
        let open_cores = if is_always_open { model.cores } else { 0 };
        Self { model, address: None, registers, pll_written: None, open_cores, hashes: [0.0; COUNTERS.len()] }
    }

    pub(crate) fn address(&self) -> Option<u8> {
        self.address
    }

    pub(crate) fn set_address(&mut self, address: Option<u8>) {
        self.address = address;
    }

    fn stored(&self, register: u8) -> u32 {
        self.registers[usize::from(register)]
    }

    pub(crate) fn write(&mut self, register: u8, value: u32, now: Instant) {
        if register == 0x00 {
            return;
        }
        self.registers[usize::from(register)] = value;
        if register == self.model.pll_register {
            self.pll_written = Some(now);
        }
        if register == 0x3c && value == ENABLE_ALL_CORES {
            self.open_cores = self.model.cores;
        }
        if let Some(counter) = COUNTERS.iter().position(|counter| *counter == register)
            && value == 0
        {
            self.hashes[counter] = 0.0;
        }
    }

    /// What a read gives, in a chip of this temperature.
    pub(crate) fn read(&self, register: u8, celsius: f64, now: Instant) -> u32 {
        if register == 0x00 {
            return self.model.id | u32::from(self.address.unwrap_or(0));
        }
        if register == self.model.pll_register {
            return if self.clock(now).is_some() { self.stored(register) | LOCKED } else { self.stored(register) };
        }
        if let Some(counter) = COUNTERS.iter().position(|counter| *counter == register)
            && self.has_counter(register)
        {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "it wraps, as a counter does"
            )]
            return (self.hashes[counter] / COUNTED) as u64 as u32;
        }
        if let Some((_, unit)) = self.model.rate.filter(|(own, _)| *own == register) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 2^18")]
            return (self.hashrate(now) / 2_f64.powi(unit)) as u32;
        }
        match register {
            0xb4 if self.model.has_temperature && self.stored(0xb0) & 0x0002_0000 != 0 => temperature_code(celsius),
            // What it means in volts is unknown; that it was measured is not.
            0xbd if self.stored(0xb8) != 0 => 0x8763_6016,
            _ => self.stored(register),
        }
    }

    /// The clock, once the PLL has locked.
    pub(crate) fn clock(&self, now: Instant) -> Option<Clock> {
        let has_locked = self.pll_written.is_some_and(|written| now.duration_since(written) >= LOCK);
        has_locked.then(|| Clock::of_register(self.model, self.stored(self.model.pll_register))).flatten()
    }

    /// When the PLL will have locked, while it has not.
    pub(crate) fn locks_at(&self, now: Instant) -> Option<Instant> {
        self.pll_written.map(|written| written + LOCK).filter(|at| *at > now)
    }

    /// Bits a second on its line.
    pub(crate) fn baud(&self) -> f64 {
        let field = self.model.baud;
        let divider = (self.stored(field.register) & field.mask) >> field.mask.trailing_zeros();
        CRYSTAL_MHZ * 1e6 / 8.0 / f64::from(divider + 1)
    }

    pub(crate) fn answer_length(&self) -> AnswerLength {
        match self.model.job {
            _ if self.model.framing == Framing::Bare => AnswerLength::Seven,
            JobFormat::Header if self.rolls_versions() => AnswerLength::Eleven,
            _ => AnswerLength::Nine,
        }
    }

    /// Register A4 holds 9000 and the mask once version rolling is on.
    fn rolls_versions(&self) -> bool {
        self.stored(0xa4) & 0x9000_0000 == 0x9000_0000
    }

    /// The versions that it hashes of a job that came with `midstates` of its own.
    pub(crate) fn versions(&self, midstates: Option<u32>) -> Versions {
        match midstates {
            Some(count) => Versions::Given(count),
            #[expect(clippy::cast_possible_truncation, reason = "the mask is the lower half")]
            None if self.rolls_versions() => Versions::Mask(self.stored(0xa4) as u16),
            None => Versions::Mask(0),
        }
    }

    /// Zero bits that the ticket mask asks for beyond those that every report has: the ones below its lowest zero, bits of each
    /// byte reversed.
    pub(crate) fn ticket_bits(&self) -> u32 {
        let stored = self.stored(self.model.ticket_register).to_be_bytes().map(u8::reverse_bits);
        u32::from_be_bytes(stored).trailing_ones()
    }

    /// Hashes a second by clock and hash units, while it hashes.
    pub(crate) fn hashrate(&self, now: Instant) -> f64 {
        if !self.may_hash() {
            return 0.0;
        }
        let units = f64::from(self.model.hash_units) * f64::from(self.open_cores) / f64::from(self.model.cores);
        self.clock(now).map_or(0.0, |clock| clock.mhz() * 1e6 * units)
    }

    fn has_counter(&self, register: u8) -> bool {
        let counters = self.model.counters;
        counters.contains(&register) || register == ERRORS && !counters.is_empty()
    }

    /// Adds what a time of hashing adds to its counters: a quarter to each domain's, and those that came out `wrong` to theirs.
    pub(crate) fn count_hashes(&mut self, hashes: f64, wrong: f64) {
        for (counter, part) in self.hashes.iter_mut().zip([0.25, 0.25, 0.25, 0.25, 1.0, wrong]) {
            *counter += hashes * part;
        }
    }

    /// Whether all is set that hashing needs but a clock and a job.
    fn may_hash(&self) -> bool {
        let reports = self.stored(0x18) >> 28 != 0;
        self.open_cores > 0 && (self.model.job == JobFormat::Midstates || reports && self.hcn() > 0)
    }

    fn hcn(&self) -> u32 {
        self.stored(self.model.hcn_register)
    }

    /// A work of ones opens one more core of a BM1387 while bit 15 (gate block) of its misc control is set. Whether it did.
    pub(crate) fn open_core(&mut self) -> bool {
        let opens = self.model.framing == Framing::Bare && self.stored(0x1c) & 1 << 15 != 0;
        if opens {
            self.open_cores = (self.open_cores + 1).min(self.model.cores);
        }
        opens
    }

    /// How long a sweep through its window lasts.
    pub(crate) fn sweep_time(&self) -> Option<Duration> {
        let ticks = self.hcn();
        (ticks > 0).then(|| Duration::from_secs_f64(f64::from(ticks) / (CRYSTAL_MHZ * 1e6)))
    }

    /// The nonces that it searches; `None` while it does not hash. `interval` is how far apart the chips' addresses are.
    pub(crate) fn region(&self, interval: u16, now: Instant) -> Option<Region> {
        const COUNTER: u64 = 1 << 25;
        let clock = self.clock(now).filter(|_| self.may_hash())?;
        let address = self.address?;
        if self.model.framing == Framing::Bare {
            let first = u32::from(address);
            let bases = (first..(first + u32::from(interval)).min(256)).map(|byte| byte << 24).collect();
            return Some(Region { bases, start: 0, window: 1 << 24, modulus: 1 << 24 });
        }
        let offset = self.stored(0x0c);
        let start = if self.model.has_nonce_offset && offset >> 31 == 1 {
            u64::from(offset & 0xffff) << 9
        } else {
            u64::from(address) << 17
        };
        let window = match (self.model.job, self.hcn()) {
            // Without a counting number it searches all up to the next chip.
            (JobFormat::Midstates, 0) => u64::from(interval) << 17,
            (_, ticks) => clock.window(ticks),
        };
        let bases = (0..u32::from(self.model.cores)).map(|core| core << 25).collect();
        Some(Region { bases, start, window: window.min(COUNTER), modulus: COUNTER })
    }
}

/// Register B4: bit 31 says that it is valid; °C = code * 0.171342 - 299.5144.
fn temperature_code(celsius: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within 16 bits")]
    let code = ((celsius + 299.5144) / 0.171_342).round().clamp(0.0, 65535.0) as u32;
    1 << 31 | code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirty_degrees_read_as_a_real_chip_said_them() {
        assert_eq!(temperature_code(29.98), 0x8000_0783);
    }
}
