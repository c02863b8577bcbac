//! Difficulty: the number that people and Stratum use for a target.

use std::fmt;

use ruint::Uint;
use ruint::aliases::U256;

use crate::hash::Hash;
use crate::pow::Algorithm;
use crate::target::Target;

/// Difficulty-1 target divided by target: finite and above zero. For people and for Stratum, never for comparing hashes.
///
/// The difficulty-1 target depends on the algorithm, so both directions take one.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Difficulty(f64);

/// Why a number is no difficulty.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{0} is no difficulty: it must be a finite number above zero")]
pub struct DifficultyError(pub f64);

/// A dividend that does not fit is over 2^384, and the divisor has 53 bits: the quotient would be capped anyway.
type Dividend = Uint<384, 6>;

impl Difficulty {
    /// Difficulty 1.
    pub const ONE: Self = Self(1.0);

    /// A difficulty from the number that a pool sends.
    ///
    /// # Errors
    /// [`DifficultyError`] unless `value` is finite and above zero.
    pub fn new(value: f64) -> Result<Self, DifficultyError> {
        if value.is_finite() && value > 0.0 { Ok(Self(value)) } else { Err(DifficultyError(value)) }
    }

    /// The number.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }

    /// `floor(difficulty-1 target / difficulty)`, exact in the double's own value, at most 2^256 - 1 and possibly zero.
    #[must_use]
    pub fn to_target(self, algorithm: Algorithm) -> Target {
        let bits = self.0.to_bits();
        let (fraction, exponent) = (bits & ((1 << 52) - 1), (bits >> 52) & 0x7ff);
        // value = mantissa * 2^scale; subnormal numbers have no hidden bit.
        let (mantissa, scale) =
            if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent.cast_signed() - 1075) };
        let one = Dividend::from(algorithm.difficulty_one().as_uint());
        let dividend = match usize::try_from(scale) {
            Ok(shift) if shift >= 256 => Dividend::ZERO,
            Ok(shift) => one >> shift,
            Err(_) => match one.checked_shl(usize::try_from(-scale).unwrap_or(usize::MAX)) {
                Some(dividend) => dividend,
                None => return Target::MAX,
            },
        };
        let quotient = dividend / Dividend::from(mantissa);
        Target::from_uint(U256::saturating_from(quotient))
    }

    /// The difficulty of a target, rounded to a double; of the zero target the largest finite number.
    #[must_use]
    pub fn of_target(target: Target, algorithm: Algorithm) -> Self {
        let quotient = f64::from(algorithm.difficulty_one().as_uint()) / f64::from(target.as_uint());
        Self(quotient.clamp(f64::MIN_POSITIVE, f64::MAX))
    }

    /// The highest difficulty that `hash` would have met, rounded to a double.
    #[must_use]
    pub fn of_hash(hash: &Hash, algorithm: Algorithm) -> Self {
        Self::of_target(Target::from_le_bytes(*hash.as_internal()), algorithm)
    }

    /// Hashes that a hit of this difficulty takes on average: `2^256 / (target + 1)`, rounded to a double.
    #[must_use]
    pub fn expected_hashes(self, algorithm: Algorithm) -> f64 {
        // 2^256, which is one more than the largest target.
        let all = f64::from(U256::MAX);
        self.0 * (all / f64::from(algorithm.difficulty_one().as_uint()))
    }
}

/// At most four significant digits, with a unit from a thousand on: `0.0005`, `29.6k`, `1T`.
impl fmt::Display for Difficulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = self.0;
        let mut unit = "";
        for next in ["k", "M", "G", "T", "P", "E"] {
            if value < 999.95 {
                break;
            }
            value /= 1000.0;
            unit = next;
        }
        if !(1e-6..1e6).contains(&value) {
            return f.pad(&format!("{value:.3e}{unit}"));
        }
        #[expect(clippy::cast_possible_truncation, reason = "the value lies between 1e-6 and 1e6")]
        let whole_digits = value.log10().floor() as i32 + 1;
        let decimals = usize::try_from(4 - whole_digits).unwrap_or(0);
        let text = format!("{value:.decimals$}");
        let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
        f.pad(&format!("{text}{unit}"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_finite_numbers_above_zero_are_difficulties() {
        for value in [0.0, -0.0, -5.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Difficulty::new(value).is_err(), "{value}");
        }
        assert!(Difficulty::new(f64::MIN_POSITIVE / 4.0).is_ok(), "a subnormal number is above zero");
    }

    #[test]
    fn extreme_difficulties_reach_the_ends_and_no_further() {
        for (value, target) in
            [(1e300, Target::ZERO), (f64::MAX, Target::ZERO), (1e-300, Target::MAX), (5e-324, Target::MAX)]
        {
            assert_eq!(Difficulty::new(value).unwrap().to_target(Algorithm::Sha256d), target, "{value:e}");
        }
        assert_eq!(Difficulty::of_target(Target::ZERO, Algorithm::Sha256d), Difficulty(f64::MAX));
    }

    #[test]
    fn a_difficulty_is_short_for_people() {
        for (value, text) in [
            (1.0, "1"),
            (0.0005, "0.0005"),
            (29588.0, "29.59k"),
            (1e12, "1T"),
            (7.885_780_93, "7.886"),
            (999.96, "1k"),
            (1e-9, "1.000e-9"),
            (512.0, "512"),
            (2e30, "2.000e12E"),
        ] {
            assert_eq!(Difficulty::new(value).unwrap().to_string(), text);
        }
    }

    #[test]
    fn difficulty_one_takes_the_published_number_of_hashes() {
        let hashes = Difficulty::ONE.expected_hashes(Algorithm::Sha256d);
        assert!((hashes / 4_295_032_833.0 - 1.0).abs() < 1e-9, "{hashes}");
    }

    proptest! {
        #[test]
        fn a_higher_difficulty_never_has_an_easier_target(a in 1e-12f64..1e30, b in 1e-12f64..1e30) {
            let (low, high) = if a < b { (a, b) } else { (b, a) };
            for algorithm in Algorithm::ALL {
                let target = |value| Difficulty::new(value).unwrap().to_target(*algorithm);
                prop_assert!(target(low) >= target(high));
            }
        }

        #[test]
        fn a_difficulty_survives_the_way_to_a_target_and_back(value in 1e-3f64..1e20) {
            let target = Difficulty::new(value).unwrap().to_target(Algorithm::Sha256d);
            let back = Difficulty::of_target(target, Algorithm::Sha256d).value();
            prop_assert!((back / value - 1.0).abs() < 1e-12, "{} came back as {}", value, back);
        }
    }
}
