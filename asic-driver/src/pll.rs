//! Clock settings: what to write so that a chip runs at a frequency.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A frequency in MHz.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Megahertz(pub f64);

impl fmt::Display for Megahertz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Two digits show every step of 6.25 MHz as it is.
        let text = format!("{:.2}", self.0);
        write!(f, "{} MHz", text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// The crystal that every known board has.
pub(crate) const CRYSTAL: Megahertz = Megahertz(25.0);

/// One setting of a chip's PLL: the crystal times `fb`, divided by the three others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pll {
    /// What multiplies, 0 to 4095.
    pub fb: u16,
    /// What divides the crystal, 1 to 63.
    pub reference: u8,
    /// The first divider behind the oscillator, 1 to 8.
    pub post1: u8,
    /// The second one.
    pub post2: u8,
}

/// How a family writes its settings, and which of them it takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PllRule {
    encoding: Encoding,
    /// The least and the greatest `fb`.
    fb: (u16, u16),
    /// The least and the greatest frequency of the oscillator, in MHz.
    oscillator: (f64, f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    /// Post dividers less one; the top digit tells whether the oscillator runs at 2400 MHz or more.
    LessOne,
    /// Post dividers as they are; the top digit is always this one.
    AsTheyAre(u32),
}

impl PllRule {
    /// BM1366 and BM1368: what factory firmware writes (156 captured values).
    pub const BM1366: Self = Self { encoding: Encoding::LessOne, fb: (160, 248), oscillator: (2000.0, 3100.0) };
    /// BM1362: one source.
    pub const BM1362: Self = Self { encoding: Encoding::LessOne, fb: (160, 250), oscillator: (2000.0, 3200.0) };
    /// BM1370: the boards' own firmware; less of the oscillator's range than it takes, as on its siblings.
    pub const BM1370: Self = Self { encoding: Encoding::LessOne, fb: (160, 239), oscillator: (2000.0, 3000.0) };
    /// BM1397: the range in which two public drivers agree, up to what one of them writes for 200 MHz.
    pub const BM1397: Self = Self { encoding: Encoding::AsTheyAre(4), fb: (160, 240), oscillator: (2000.0, 3000.0) };
    /// BM1387: around its one captured setting, 650 MHz from an oscillator at 1300 MHz.
    pub const BM1387: Self = Self { encoding: Encoding::AsTheyAre(0), fb: (64, 128), oscillator: (800.0, 1600.0) };

    /// The settings nearest to `wanted`, the safest first: the one whose oscillator runs slowest, then the one that divides
    /// least behind it. More than one only where they give the very same frequency.
    #[must_use]
    pub fn settings(&self, wanted: Megahertz) -> Vec<Pll> {
        // Whatever is asked for, the error has to be a number that can be compared.
        let wanted = Megahertz(if wanted.0.is_nan() { 0.0 } else { wanted.0.clamp(0.0, 10_000.0) });
        let error = |pll: &Pll| (pll.frequency().0 - wanted.0).abs();
        let mut all: Vec<(f64, Pll)> = self.all_near(wanted).map(|pll| (error(&pll), pll)).collect();
        let safety = |pll: &Pll| (pll.oscillator().0, pll.post1 * pll.post2);
        all.sort_by(|(error_a, a), (error_b, b)| {
            let (a, b) = (safety(a), safety(b));
            error_a.total_cmp(error_b).then(a.0.total_cmp(&b.0)).then(a.1.cmp(&b.1))
        });
        let Some((least, _)) = all.first().copied() else { return Vec::new() };
        all.into_iter().take_while(|(error, _)| *error <= least).map(|(_, pll)| pll).collect()
    }

    /// The safest setting nearest to `wanted`.
    ///
    /// # Panics
    /// Never: every rule has a setting.
    #[must_use]
    pub fn nearest(&self, wanted: Megahertz) -> Pll {
        *self.settings(wanted).first().expect("every rule has settings")
    }

    /// What is written for `pll`.
    #[must_use]
    pub fn register_value(&self, pll: Pll) -> u32 {
        let (top, less) = match self.encoding {
            Encoding::LessOne => (if pll.oscillator().0 < 2400.0 { 4 } else { 5 }, 1),
            Encoding::AsTheyAre(top) => (top, 0),
        };
        let post = |divider: u8| u32::from(divider.saturating_sub(less)) & 0xf;
        top << 28
            | (u32::from(pll.fb) & 0xfff) << 16
            | (u32::from(pll.reference) & 0x3f) << 8
            | post(pll.post1) << 4
            | post(pll.post2)
    }

    /// The setting that a register's value stands for, be it as written or as read back; `None` where it divides by zero.
    #[must_use]
    pub fn setting(&self, value: u32) -> Option<Pll> {
        let plus = u8::from(self.encoding == Encoding::LessOne);
        let [high, low, reference, dividers] = value.to_be_bytes();
        let pll = Pll {
            fb: u16::from_be_bytes([high & 0xf, low]),
            reference: reference & 0x3f,
            post1: (dividers >> 4) + plus,
            post2: (dividers & 0xf) + plus,
        };
        (pll.reference != 0 && pll.post1 != 0 && pll.post2 != 0).then_some(pll)
    }

    /// Whether a value that was read back says that the PLL has locked.
    #[must_use]
    pub fn is_locked(value: u32) -> bool {
        value >> 31 == 1
    }

    fn all_near(&self, wanted: Megahertz) -> impl Iterator<Item = Pll> {
        let (least, greatest) = self.fb;
        let dividers = (1..=7_u8).rev().flat_map(|post1| (1..=post1).rev().map(move |post2| (post1, post2)));
        // Captures always divide the crystal by two.
        let reference = 2;
        let settings = dividers.map(move |(post1, post2)| {
            let fb = wanted.0 / CRYSTAL.0 * f64::from(reference) * f64::from(post1) * f64::from(post2);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "clamped to what sixteen bits hold"
            )]
            let fb = fb.round().clamp(f64::from(least), f64::from(greatest)) as u16;
            Pll { fb, reference, post1, post2 }
        });
        let (slowest, fastest) = self.oscillator;
        settings.filter(move |pll| (slowest..=fastest).contains(&pll.oscillator().0))
    }
}

impl Pll {
    /// What the chip then runs at.
    #[must_use]
    pub fn frequency(self) -> Megahertz {
        let divider = f64::from(self.reference) * f64::from(self.post1) * f64::from(self.post2);
        Megahertz(CRYSTAL.0 * f64::from(self.fb) / divider)
    }

    /// What its oscillator then runs at.
    #[must_use]
    pub fn oscillator(self) -> Megahertz {
        Megahertz(CRYSTAL.0 * f64::from(self.fb) / f64::from(self.reference))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [(&str, PllRule); 5] = [
        ("BM1362", PllRule::BM1362),
        ("BM1366", PllRule::BM1366),
        ("BM1370", PllRule::BM1370),
        ("BM1397", PllRule::BM1397),
        ("BM1387", PllRule::BM1387),
    ];

    #[test]
    fn every_step_of_6_25_mhz_from_50_to_650_is_met_exactly_and_written_as_it_can_be_read() {
        for (name, rule) in RULES {
            for step in 8..=104 {
                let wanted = Megahertz(6.25 * f64::from(step));
                let settings = rule.settings(wanted);
                assert!(!settings.is_empty());
                for pll in &settings {
                    assert_eq!(pll.frequency(), wanted, "{name}: {pll:?}");
                    assert_eq!(rule.setting(rule.register_value(*pll)), Some(*pll), "{name}");
                }
                let oscillators: Vec<f64> = settings.iter().map(|pll| pll.oscillator().0).collect();
                assert!(oscillators.is_sorted(), "{name}: the slowest oscillator first: {settings:?}");
            }
        }
    }

    #[test]
    fn every_value_that_a_field_can_hold_is_read_back_as_it_was_written() {
        for (name, rule) in RULES {
            for fb in 1..=0xfff_u16 {
                let [reference, post1, post2] =
                    [fb % 0x3f + 1, fb % 8 + 1, fb % 5 + 1].map(|part| part.to_be_bytes()[1]);
                let pll = Pll { fb, reference, post1, post2 };
                assert_eq!(rule.setting(rule.register_value(pll)), Some(pll), "{name}");
            }
        }
    }

    #[test]
    fn known_settings_are_chosen() {
        for (case, rule, wanted, value) in [
            ("420 MHz", PllRule::BM1366, 420.0, 0x40a8_0240),
            ("485 MHz", PllRule::BM1366, 485.0, 0x50c2_0240),
            ("525 MHz on a BM1370", PllRule::BM1370, 525.0, 0x40a8_0230),
            ("the lowest of a ramp", PllRule::BM1366, 56.25, 0x40a2_0255),
            ("650 MHz on a BM1387", PllRule::BM1387, 650.0, 0x0068_0221),
        ] {
            assert_eq!(rule.register_value(rule.nearest(Megahertz(wanted))), value, "{case}");
        }
    }

    #[test]
    fn whatever_is_asked_for_the_setting_lies_within_the_rule() {
        for (name, rule) in RULES {
            for wanted in [f64::NEG_INFINITY, -1.0, 0.0, 1.0, 49.9, 487.3, 1e9, f64::INFINITY, f64::NAN] {
                let pll = rule.nearest(Megahertz(wanted));
                let inside = (rule.oscillator.0..=rule.oscillator.1).contains(&pll.oscillator().0);
                assert!(inside && (rule.fb.0..=rule.fb.1).contains(&pll.fb), "{name} at {wanted}: {pll:?}");
            }
        }
        assert_eq!(PllRule::BM1397.setting(0x40f0_0205), None, "a divider of zero");
        assert_eq!(PllRule::BM1366.setting(0xc0b9_0265).map(Pll::frequency), Some(Megahertz(55.059_523_809_523_81)));
        assert!(PllRule::is_locked(0xc0b9_0265) && !PllRule::is_locked(0x40b9_0265));
    }

    #[test]
    fn between_400_and_650_mhz_nothing_is_far_from_a_setting() {
        for tenth in 4000..=6500 {
            let wanted = f64::from(tenth) / 10.0;
            let error = (PllRule::BM1366.nearest(Megahertz(wanted)).frequency().0 - wanted).abs();
            assert!(error <= 1.6, "{wanted} MHz is missed by {error}");
        }
    }

    #[test]
    fn a_frequency_shows_no_more_digits_than_it_has() {
        for (value, text) in [(525.0, "525 MHz"), (56.25, "56.25 MHz"), (333.928_571, "333.93 MHz"), (400.0, "400 MHz")]
        {
            assert_eq!(Megahertz(value).to_string(), text);
        }
    }
}
