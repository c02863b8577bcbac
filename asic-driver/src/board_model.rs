//! Boards that take one 64-byte work and answer with a nonce, as data.

use std::time::Duration;

use hashkit_chain::Hashrate;

use crate::pll::{CRYSTAL, Megahertz};

/// An Icarus-like board.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardModel {
    /// What it is called on the command line: `icarus`.
    pub name: &'static str,
    /// How fast it hashes.
    pub speed: Speed,
    /// Into how many parts it cuts the nonces, each searched by a chip of its own.
    pub division: u16,
    /// Bytes of an answer: the nonce's four, and one for an id where the board has ids.
    pub answer: usize,
}

/// How fast a board hashes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// Nanoseconds a hash, of a board whose clock cannot be set.
    Fixed(f64),
    /// Hashes a clock, of a board with a BM1380 whose clock is written before it works; and its clock where none is asked for.
    Clocked {
        /// Hashes a clock.
        hashes: f64,
        /// The makers' own clock.
        typical: Megahertz,
        /// The highest that this driver sets.
        fastest: Megahertz,
    },
}

impl BoardModel {
    /// Every board that has a driver.
    pub const ALL: &[Self] = &[
        Self { name: "icarus", speed: Speed::Fixed(2.6316), division: 2, answer: 4 },
        Self { name: "lancelot", speed: Speed::Fixed(2.5), division: 2, answer: 4 },
        Self { name: "cairnsmore1", speed: Speed::Fixed(2.7), division: 2, answer: 4 },
        Self { name: "block-erupter", speed: Speed::Fixed(2.9761), division: 1, answer: 4 },
        Self { name: "antminer-u1", speed: BM1380, division: 1, answer: 5 },
        Self { name: "antminer-u2", speed: BM1380, division: 1, answer: 5 },
    ];

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|model| model.name.eq_ignore_ascii_case(name))
    }

    /// Whether each work has an id that comes back.
    #[must_use]
    pub fn has_ids(&self) -> bool {
        self.answer > 4
    }

    /// The least and the greatest clock that this driver sets; `None` of a board whose clock is fixed.
    #[must_use]
    pub fn clocks(&self) -> Option<(Megahertz, Megahertz)> {
        match self.speed {
            Speed::Fixed(_) => None,
            Speed::Clocked { fastest, .. } => Some((SLOWEST_CLOCK, fastest)),
        }
    }

    /// What it computes, at this clock where it has one.
    ///
    /// # Panics
    /// Never: a second is not zero.
    #[must_use]
    pub fn expected(&self, clock: Option<Megahertz>) -> Hashrate {
        let hashes = match self.speed {
            Speed::Fixed(nanoseconds) => 1e9 / nanoseconds,
            Speed::Clocked { hashes, .. } => clock.map_or(0.0, |clock| clock.0 * 1e6 * hashes),
        };
        Hashrate::over(hashes, Duration::from_secs(1)).expect("a second is not zero")
    }
}

const SLOWEST_CLOCK: Megahertz = Megahertz(100.0);

/// 1.6 GH/s at 200 MHz.
const BM1380: Speed = Speed::Clocked { hashes: 8.0, typical: Megahertz(200.0), fastest: Megahertz(250.0) };

/// What to write into a BM1380's clock register for the frequency nearest to `wanted`, and that frequency.
#[must_use]
pub fn bm1380_clock(wanted: Megahertz) -> (u16, Megahertz) {
    let wanted = if wanted.0.is_finite() { wanted.0 } else { 0.0 };
    let mut best = (f64::INFINITY, 0, Megahertz(0.0));
    // By two first, as the known settings do.
    for divider in [1_u16, 0, 2, 3] {
        for n in 0..32_u16 {
            for m in 0..128_u16 {
                let frequency = CRYSTAL.0 * f64::from(m + 1) / (f64::from(n + 1) * f64::from(1 << divider));
                let oscillator = frequency * f64::from(1 << divider);
                let error = (frequency - wanted).abs();
                // Nearer alone is better: the first found has the least dividers.
                if oscillator <= 1000.0 && error < best.0 {
                    let upper = u16::from(oscillator >= 500.0);
                    best = (error, upper << 14 | m << 7 | n << 2 | divider, Megahertz(frequency));
                }
            }
        }
    }
    (best.1, best.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boards_are_as_fast_as_their_makers_say() {
        for (name, clock, rate) in [
            ("icarus", None, "380 MH/s"),
            ("Block-Erupter", None, "336 MH/s"),
            ("antminer-u1", Some(Megahertz(200.0)), "1.60 GH/s"),
        ] {
            assert_eq!(BoardModel::named(name).expect("listed").expected(clock).to_string(), rate);
        }
        assert_eq!(BoardModel::named("toaster"), None);
    }

    #[test]
    fn a_clock_is_met_as_nearly_as_can_be() {
        for (wanted, frequency) in [(200.0, 200.0), (193.75, 193.75), (225.0, 225.0), (0.0, 0.0976), (f64::NAN, 0.0976)]
        {
            let (value, met) = bm1380_clock(Megahertz(wanted));
            assert!((met.0 - frequency).abs() < 0.01, "{wanted}: {value:#06x} is {met}");
            let f = CRYSTAL.0 * f64::from((value >> 7 & 0x7f) + 1)
                / (f64::from((value >> 2 & 0x1f) + 1) * f64::from(1 << (value & 3)));
            assert!((f - met.0).abs() < 1e-9, "{value:#06x} says {f}");
        }
    }
}
