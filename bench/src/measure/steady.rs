//! When a load is warm.

use crate::statistics::Line;

/// The rate's slope below which it is steady, as a part of it in a second: 0.2 % a minute.
const RATE_SLOPE: f64 = 0.002 / 60.0;
/// The same of the temperature: 1 °C a minute.
const TEMPERATURE_SLOPE: f64 = 1.0 / 60.0;
/// What is looked at.
const WINDOW_S: f64 = 30.0;

/// What was seen while it warmed up.
#[derive(Debug, Default)]
pub(super) struct WarmUp {
    rates: Vec<(f64, f64)>,
    temperatures: Vec<(f64, f64)>,
}

impl WarmUp {
    /// About one second of it, which ended so many seconds after the start.
    pub(super) fn add(&mut self, at: f64, rate: f64, temperature: Option<f64>) {
        self.rates.push((at, rate));
        self.temperatures.extend(temperature.map(|degrees| (at, degrees)));
        let from = at - WINDOW_S;
        self.rates.retain(|(at, _)| *at > from);
        self.temperatures.retain(|(at, _)| *at > from);
    }

    /// Whether rate and temperature have stopped to move over the last half minute, or over what there is of it.
    pub(super) fn is_steady(&self) -> bool {
        let rate = Line::through(&self.rates);
        let relative =
            rate.map(|line| Line { slope: line.slope / line.mean, slope_error: line.slope_error / line.mean, ..line });
        relative.is_some_and(|line| is_level(line, RATE_SLOPE))
            && Line::through(&self.temperatures).is_none_or(|line| is_level(line, TEMPERATURE_SLOPE))
    }
}

/// Whether the slope is small. One that cannot be told from none is small too: otherwise the noise of a few seconds would pass for
/// a slope, and no window that is shorter than minutes would ever be steady.
fn is_level(line: Line, limit: f64) -> bool {
    line.slope.abs() <= limit.max(2.0 * line.slope_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: u32, rate: impl Fn(f64) -> f64, temperature: impl Fn(f64) -> Option<f64>) -> bool {
        let mut warm_up = WarmUp::default();
        for second in 1..=seconds {
            let at = f64::from(second);
            warm_up.add(at, rate(at), temperature(at));
        }
        warm_up.is_steady()
    }

    #[test]
    fn a_load_is_steady_once_rate_and_temperature_have_stopped_to_move() {
        let noisy = |at: f64| if at % 2.0 < 1.0 { 1.005e6 } else { 0.995e6 };
        let warms = |at: f64| Some(70.0 - 30.0 * (-at / 20.0).exp());
        for (case, expected, steady) in [
            ("a level rate", true, after(10, |_| 1e6, |_| None)),
            ("a noisy one", true, after(10, noisy, |_| None)),
            ("a rate that falls by 3 % a minute", false, after(10, |at| 1e6 * (1.0 - 0.0005 * at), |_| None)),
            ("one that falls by 0.1 % a minute", true, after(40, |at| 1e6 * (1.0 - 0.000_016 * at), |_| None)),
            ("a device that still warms", false, after(20, |_| 1e6, warms)),
            ("the same, warm", true, after(150, |_| 1e6, warms)),
            ("a rate that fell, and is level since", true, after(60, |at| if at < 20.0 { 2e6 } else { 1e6 }, |_| None)),
            ("too little to tell", false, after(2, |_| 1e6, |_| None)),
        ] {
            assert_eq!(steady, expected, "{case}");
        }
    }
}
