//! Energy over a window, from counters or from samples of power.

use std::time::Duration;

use crate::document::{Boundary, Energy};

/// What tells how much a device draws.
pub trait PowerSource {
    /// Which it is: `rapl`.
    fn name(&self) -> &str;

    /// What it covers.
    fn boundary(&self) -> Boundary;

    /// What it says now; `None` where it gives no answer.
    fn drawn(&mut self) -> Option<Drawn>;
}

/// What a power source says at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drawn {
    /// Joules since some moment, which only grow.
    Joules(f64),
    /// Watts at this moment.
    Watts(f64),
}

/// Adds up what a source says over a window.
#[derive(Debug, Clone, Default)]
pub(super) struct Account {
    joules: f64,
    /// For how long the source was heard.
    covered: Duration,
    last: Option<(Duration, Drawn)>,
    updates: u64,
    watts: Option<f64>,
}

impl Account {
    pub(super) fn add(&mut self, now: Duration, drawn: Option<Drawn>) {
        let Some(drawn) = drawn else { return };
        let before = self.last.replace((now, drawn));
        if let Drawn::Watts(watts) = drawn {
            self.watts = Some(watts);
        }
        let Some((then, before)) = before else { return };
        let passed = now.saturating_sub(then);
        let joules = match (before, drawn) {
            (Drawn::Joules(before), Drawn::Joules(now)) if now >= before => {
                self.watts = (!passed.is_zero()).then(|| (now - before) / passed.as_secs_f64());
                now - before
            }
            (Drawn::Watts(before), Drawn::Watts(now)) => f64::midpoint(before, now) * passed.as_secs_f64(),
            // A counter that was set back, or a source that changed its mind: this much of the window is not known.
            _ => return,
        };
        self.joules += joules;
        self.covered += passed;
        self.updates += u64::from(before != drawn);
    }

    /// Watts in the last moment.
    pub(super) fn watts(&self) -> Option<f64> {
        self.watts
    }

    /// Watts, on average.
    pub(super) fn mean_watts(&self) -> Option<f64> {
        (!self.covered.is_zero()).then(|| self.joules / self.covered.as_secs_f64())
    }

    /// The energy of a window of this length; `None` where the source was silent for more than a tenth of it.
    pub(super) fn energy(&self, source: &dyn PowerSource, window: Duration, idle_watts: Option<f64>) -> Option<Energy> {
        let seconds = window.as_secs_f64();
        let watts = self.mean_watts().filter(|_| self.covered.as_secs_f64() >= 0.9 * seconds)?;
        Some(Energy {
            source: source.name().to_owned(),
            boundary: source.boundary(),
            gross_j: watts * seconds,
            net_j: idle_watts.map(|idle| (watts - idle) * seconds),
            updates: self.updates,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plug;

    impl PowerSource for Plug {
        fn name(&self) -> &'static str {
            "plug"
        }

        fn boundary(&self) -> Boundary {
            Boundary::Wall
        }

        fn drawn(&mut self) -> Option<Drawn> {
            None
        }
    }

    fn energy(values: &[(u64, Option<Drawn>)], seconds: u64, idle: Option<f64>) -> Option<Energy> {
        let mut account = Account::default();
        for (at, drawn) in values {
            account.add(Duration::from_secs(*at), *drawn);
        }
        account.energy(&Plug, Duration::from_secs(seconds), idle)
    }

    #[test]
    fn energy_is_the_difference_of_a_counter_or_the_area_under_powers() {
        use Drawn::{Joules, Watts};
        let of = |gross_j: f64, net_j: Option<f64>, updates| {
            Some(Energy { source: "plug".to_owned(), boundary: Boundary::Wall, gross_j, net_j, updates })
        };
        for (case, values, idle, expected) in [
            (
                "a counter",
                vec![(0, Some(Joules(100.0))), (5, Some(Joules(300.0))), (10, Some(Joules(500.0)))],
                None,
                of(400.0, None, 2),
            ),
            (
                "net of what it draws idle",
                vec![(0, Some(Joules(0.0))), (10, Some(Joules(400.0)))],
                Some(15.0),
                of(400.0, Some(250.0), 1),
            ),
            (
                "powers",
                vec![(0, Some(Watts(10.0))), (4, Some(Watts(30.0))), (10, Some(Watts(30.0)))],
                None,
                of(260.0, None, 1),
            ),
            (
                "a moment without an answer",
                vec![(0, Some(Joules(0.0))), (5, None), (10, Some(Joules(90.0)))],
                None,
                of(90.0, None, 1),
            ),
            ("silent for most of it", vec![(0, Some(Joules(0.0))), (5, Some(Joules(50.0)))], None, None),
            (
                "a counter that was set back",
                vec![(0, Some(Joules(9.0))), (5, Some(Joules(1.0))), (10, Some(Joules(2.0)))],
                None,
                None,
            ),
            ("silent", vec![(0, None), (10, None)], None, None),
        ] {
            assert_eq!(energy(&values, 10, idle), expected, "{case}");
        }
    }
}
