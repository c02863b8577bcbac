//! Numbers with a unit, as people read them.

use std::fmt;
use std::time::Duration;

/// Hashes a second.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Hashrate(f64);

impl Hashrate {
    /// `hashes` done in `elapsed`; `None` when no time has passed.
    #[must_use]
    pub fn over(hashes: f64, elapsed: Duration) -> Option<Self> {
        (!elapsed.is_zero()).then(|| Self(hashes / elapsed.as_secs_f64()))
    }

    /// The number, in hashes a second.
    #[must_use]
    pub fn per_second(self) -> f64 {
        self.0
    }
}

/// Three significant digits and the unit: `31.2 MH/s`.
impl fmt::Display for Hashrate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = ["H/s", "kH/s", "MH/s", "GH/s", "TH/s", "PH/s", "EH/s"];
        let mut value = self.0;
        let mut unit = 0;
        // 999.5 would round to a four-digit "1000".
        while value >= 999.5 && unit + 1 < units.len() {
            value /= 1000.0;
            unit += 1;
        }
        let digits = if value >= 99.95 {
            0
        } else if value >= 9.995 {
            1
        } else {
            2
        };
        f.pad(&format!("{value:.digits$} {}", units[unit]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hashrate_shows_three_digits_and_its_unit() {
        for (rate, text) in [
            (0.0, "0.00 H/s"),
            (9.996, "10.0 H/s"),
            (999.4, "999 H/s"),
            (999.6, "1.00 kH/s"),
            (31_240_000.0, "31.2 MH/s"),
            (9.2e9, "9.20 GH/s"),
            (1.5e21, "1500 EH/s"),
        ] {
            assert_eq!(Hashrate(rate).to_string(), text);
        }
        assert_eq!(Hashrate::over(10.0, Duration::ZERO), None);
    }
}
