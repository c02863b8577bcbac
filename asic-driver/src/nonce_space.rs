//! How the chips of a chain share the nonces of a header: where each begins, and for how long it counts.

use std::time::Duration;

use crate::pll::Pll;

/// The nonces of one header over the cores of a chain.
///
/// The upper bits of a nonce are the core's own; each core counts through its chip's slice of the lower 25 bits, in every
/// version group anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonceSpace {
    cores: u32,
    chips: u32,
}

/// Ticks of the crystal in a second, which the hash counting number is given in.
const TICKS_PER_SECOND: f64 = 25e6;

impl NonceSpace {
    /// Of so many chips with so many cores each: at least one of both, and at most 2^16 chips.
    #[must_use]
    pub fn new(cores: u32, chips: u32) -> Self {
        Self { cores: cores.max(1), chips: chips.clamp(1, 1 << 16) }
    }

    /// The ticks after which a core at this clock would have counted into its neighbour's slice: two values a clock.
    #[must_use]
    pub fn longest_count(self, pll: Pll) -> u32 {
        let slice =
            (1_u64 << 32) / u64::from(self.cores.next_power_of_two()) / u64::from(self.chips.next_power_of_two());
        let dividers = u64::from(pll.reference) * u64::from(pll.post1) * u64::from(pll.post2);
        let ticks = slice * dividers / (2 * u64::from(pll.fb.max(1)));
        u32::try_from(ticks).unwrap_or(u32::MAX)
    }

    /// What to write into the register of this name: 80 % of the longest, as factory firmware does. All of it is reported to
    /// give duplicates, and chips were measured to overrun by a hundred ticks; what is left out costs nothing, because the next
    /// versions follow at once.
    #[must_use]
    pub fn hash_counting_number(self, pll: Pll) -> u32 {
        let longest = self.longest_count(pll);
        // In two parts, because four times the whole may not fit.
        longest / 5 * 4 + longest % 5 * 4 / 5
    }

    /// What to write as the nonce start offset of the chip with this index, of chips that have such a register.
    #[must_use]
    pub fn offset(self, chip: u32) -> u32 {
        0x8000_0000 | ((chip % self.chips) << 16).div_ceil(self.chips)
    }

    /// The index of the chip that [`NonceSpace::offset`] let begin just below this 25-bit count.
    #[must_use]
    pub fn chip_by_offset(self, count: u32) -> u32 {
        // Sixteen bits times at most 2^16 chips fit.
        (((count & 0x1ff_ffff) >> 9) * self.chips) >> 16
    }

    /// How long the chips search one header in `versions` versions, of which `together` are searched at once.
    #[must_use]
    pub fn epoch(hash_counting_number: u32, versions: u64, together: u32) -> Duration {
        let sweeps = versions.div_ceil(u64::from(together.max(1)));
        Duration::from_secs_f64(sweeps as f64 * f64::from(hash_counting_number) / TICKS_PER_SECOND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pll::{Megahertz, PllRule};

    #[test]
    fn factory_values_lie_within_a_thousandth_below_ours() {
        for (machine, cores, chips, value, captured) in [
            ("S21 at 472.9 MHz", 80, 108, 0x50e3_0250, 0x15a4_u32),
            ("S19 XP at 485 MHz", 112, 110, 0x50c2_0240, 0x151c),
        ] {
            let pll = PllRule::BM1366.setting(value).expect("a setting");
            let ours = NonceSpace::new(cores, chips).hash_counting_number(pll);
            assert!(captured <= ours && ours - captured <= captured / 1000, "{machine}: {ours:#x}");
        }
    }

    #[test]
    fn no_core_counts_into_its_neighbours_slice_and_every_chip_is_found_by_its_start() {
        for chips in 1..=128_u32 {
            let space = NonceSpace::new(80, chips);
            let pll = PllRule::BM1366.nearest(Megahertz(525.0));
            let counted = 2.0 * pll.frequency().0 * f64::from(space.hash_counting_number(pll)) / 25.0;
            for chip in 0..chips {
                let start = (space.offset(chip) & 0xffff) << 9;
                let next = if chip + 1 == chips { 1 << 25 } else { (space.offset(chip + 1) & 0xffff) << 9 };
                assert!(counted <= f64::from(next - start), "{chips} chips");
                assert_eq!((space.chip_by_offset(start), space.chip_by_offset(next - 1)), (chip, chip), "of {chips}");
            }
        }
    }

    #[test]
    fn the_epoch_of_an_s21_is_nine_tenths_of_a_second() {
        let epoch = NonceSpace::epoch(0x15a4, 1 << 16, 16);
        assert_eq!((epoch.as_millis(), NonceSpace::epoch(0x15a4, 1, 16).as_micros()), (907, 221));
    }
}
