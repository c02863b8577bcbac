//! The clock that a chip makes from its 25 MHz crystal.

use crate::model::{ChipModel, PllLayout};

/// What all chips are clocked from.
pub(crate) const CRYSTAL_MHZ: f64 = 25.0;

/// A clock, as a fraction of the crystal's so that nothing is lost by rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    times: u32,
    over: u32,
}

impl Clock {
    /// What a PLL register makes; `None` where the chip never locks on it.
    pub(crate) fn of_register(model: &ChipModel, value: u32) -> Option<Self> {
        let fb = value >> 16 & 0xfff;
        let reference = value >> 8 & 0x3f;
        let [post1, post2] = match model.pll {
            PllLayout::Banded => [(value >> 4 & 0xf) + 1, (value & 0xf) + 1],
            PllLayout::Plain(_) => [value >> 4 & 0xf, value & 0xf],
        };
        let posts_are_right = match model.pll {
            PllLayout::Banded => post1 >= post2,
            // 200 MHz of a BM1397 is published as 3 and 5.
            PllLayout::Plain(_) => post1 > 0 && post2 > 0,
        };
        if !model.fb.contains(&fb) || !(1..=2).contains(&reference) || !posts_are_right {
            return None;
        }
        let nibble = match model.pll {
            // 2400 MHz is 96 crystals.
            PllLayout::Banded => 4 + u32::from(fb >= 96 * reference),
            PllLayout::Plain(nibble) => u32::from(nibble),
        };
        (value >> 28 == nibble).then_some(Self { times: fb, over: reference * post1 * post2 })
    }

    pub(crate) fn mhz(self) -> f64 {
        CRYSTAL_MHZ * f64::from(self.times) / f64::from(self.over)
    }

    /// How many counter values a sweep of so many crystal ticks takes: two a clock.
    pub(crate) fn window(self, ticks: u32) -> u64 {
        2 * u64::from(ticks) * u64::from(self.times) / u64::from(self.over)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Model, Silicon};

    #[test]
    fn a_chip_locks_on_what_its_pll_can_do() {
        for (case, model, value, mhz) in [
            ("a low clock", Model::Bm1366, 0x40a2_0255, Some(56.25)),
            ("the lower band", Model::Bm1370, 0x40a8_0240, Some(420.0)),
            ("the upper band", Model::Bm1368, 0x50c2_0240, Some(485.0)),
            ("the flag of the other band", Model::Bm1368, 0x40c2_0240, None),
            ("a multiplier out of range", Model::Bm1370, 0x5009_0240, None),
            ("no reference divider", Model::Bm1370, 0x50c2_0040, None),
            ("the smaller post divider first", Model::Bm1370, 0x40a8_0204, None),
            ("dividers as they are", Model::Bm1397, 0x40f0_0235, Some(200.0)),
            ("a divider of zero", Model::Bm1397, 0x40f0_0230, None),
            ("the first generation", Model::Bm1387, 0x0068_0221, Some(650.0)),
        ] {
            let Silicon::Chain(chip) = model.silicon() else { panic!("{case}") };
            assert_eq!(Clock::of_register(chip, value).map(Clock::mhz), mhz, "{case}");
        }
    }

    #[test]
    fn a_window_is_two_values_a_clock() {
        let Silicon::Chain(chip) = Model::Bm1368.silicon() else { panic!("a chain") };
        // S21: 0x15A4 ticks are just under 0.8 of a 108th of the counter, rounded up to a 128th.
        let clock = Clock::of_register(chip, 0x50c2_0240).unwrap();
        assert_eq!(clock.window(0x15a4), 2 * 5540 * 194 / 10);
        assert_eq!(clock.window(0), 0);
    }
}
