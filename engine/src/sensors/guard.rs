//! When a device rests because it is too hot: a state machine without a clock.

/// Between which temperatures a device works, in degrees Celsius.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TemperatureLimits {
    /// From here on it rests.
    pub stop: f64,
    /// Once it has cooled down to this, it goes on; below `stop`, so that it does not turn around all the time.
    pub resume: f64,
}

impl Default for TemperatureLimits {
    /// Cards slow down by themselves somewhat above 80 °C and switch off above 100 °C. One that reaches 90 °C is not cooled.
    fn default() -> Self {
        90.0.into()
    }
}

impl From<f64> for TemperatureLimits {
    /// With this upper limit, and the lower one 15 degrees below.
    fn from(stop: f64) -> Self {
        Self { stop, resume: stop - 15.0 }
    }
}

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The device rests from now on.
    Rest,
    /// It has cooled down, and goes on.
    Resume,
}

/// Watches one device's temperature.
#[derive(Debug)]
pub struct Guard {
    limits: TemperatureLimits,
    is_resting: bool,
}

impl Guard {
    /// For a device that works.
    #[must_use]
    pub fn new(limits: TemperatureLimits) -> Self {
        Self { limits, is_resting: false }
    }

    /// What changes by this temperature. An absent one changes nothing: what rested because it was hot rests on until it is
    /// known to be cool, and a device whose sensor never spoke works as if there were no guard.
    pub fn feel(&mut self, temperature: Option<f64>) -> Option<Turn> {
        let temperature = temperature?;
        let turn = match self.is_resting {
            false if temperature >= self.limits.stop => Turn::Rest,
            true if temperature <= self.limits.resume => Turn::Resume,
            _ => return None,
        };
        self.is_resting = turn == Turn::Rest;
        Some(turn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_rests_from_the_upper_limit_down_to_the_lower_one() {
        let mut guard = Guard::new(TemperatureLimits { stop: 90.0, resume: 75.0 });
        for (temperature, expected) in [
            (None, None),
            (Some(89.9), None),
            (Some(90.0), Some(Turn::Rest)),
            (Some(95.0), None),
            (Some(75.1), None),
            (None, None),
            (Some(75.0), Some(Turn::Resume)),
            (Some(80.0), None),
            (Some(f64::NAN), None),
            (Some(120.0), Some(Turn::Rest)),
        ] {
            assert_eq!(guard.feel(temperature), expected, "{temperature:?}");
        }
    }
}
