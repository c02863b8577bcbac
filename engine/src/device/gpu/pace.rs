//! How long a batch is: long enough that the card never waits, short enough that a new job reaches it soon.

use std::time::Duration;

/// A small batch, for the slowest card: it grows from there.
const FIRST: u64 = 16;
/// While a batch takes less, its time is more overhead than work, and says little.
const SHORT: Duration = Duration::from_millis(2);
/// No batch is to take longer, whatever happens: drivers end what holds a card for a second or two.
const CAP: Duration = Duration::from_millis(250);
/// A time within this factor of the one wanted changes nothing, so that a batch does not follow each flicker of a clock.
const HYSTERESIS: f64 = 1.25;

/// Finds the number of hashes that take the time wanted.
#[derive(Debug, Clone)]
pub(in crate::device) struct Pace {
    wanted: Duration,
    hashes: u64,
    /// Of a batch that was long enough to tell.
    hashes_a_second: Option<f64>,
}

impl Pace {
    pub(in crate::device) fn new(wanted: Duration) -> Self {
        Self { wanted: wanted.min(CAP), hashes: FIRST, hashes_a_second: None }
    }

    /// The next batch.
    pub(in crate::device) fn hashes(&self) -> u64 {
        self.hashes
    }

    /// How long so many hashes should take; `None` while nothing is known.
    pub(in crate::device) fn expected(&self, hashes: u64) -> Option<Duration> {
        self.hashes_a_second.and_then(|rate| Duration::try_from_secs_f64(hashes as f64 / rate).ok())
    }

    /// Learns that a batch of `hashes` took `took`, from the end of the one before.
    pub(in crate::device) fn steer(&mut self, hashes: u64, took: Duration) {
        let seconds = took.as_secs_f64().max(1e-9);
        let rate = hashes as f64 / seconds;
        self.hashes_a_second = Some(rate);
        let ratio = self.wanted.as_secs_f64() / seconds;
        // A batch may be shorter than asked for, where a header ends: it says how fast, not how long.
        let fitting = rate * self.wanted.as_secs_f64();
        let (least, most) = if took < SHORT.min(self.wanted / 2) {
            (self.hashes, self.hashes.saturating_mul(4))
        } else if took > CAP {
            (1, self.hashes)
        } else if hashes >= self.hashes / 2 && (1.0 / HYSTERESIS..=HYSTERESIS).contains(&ratio) {
            return;
        } else {
            (self.hashes.div_ceil(2), self.hashes.saturating_mul(2))
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and clamped")]
        let fitting = fitting as u64;
        self.hashes = fitting.clamp(least, most).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: Duration = Duration::from_millis(25);

    /// Runs batches on a card of this rate, whose every launch costs some time beside.
    fn run(pace: &mut Pace, rate: f64, batches: usize) -> Vec<Duration> {
        let overhead = Duration::from_micros(150);
        let took = |hashes: u64| Duration::from_secs_f64(hashes as f64 / rate) + overhead;
        let mut times = Vec::new();
        for _ in 0..batches {
            let hashes = pace.hashes();
            times.push(took(hashes));
            pace.steer(hashes, took(hashes));
        }
        times
    }

    #[test]
    fn a_batch_grows_to_its_time_within_a_second_and_never_far_beyond() {
        // scrypt on a processor, SHA-256d on lavapipe, on a card, on ten.
        for rate in [2e3, 1.3e7, 1e10, 1e11] {
            let mut pace = Pace::new(TARGET);
            let times = run(&mut pace, rate, 40);
            let total: Duration = times[..20].iter().sum();
            assert!(total < Duration::from_secs(1), "{rate}: {times:?}");
            let last = times[39].as_secs_f64() / TARGET.as_secs_f64();
            assert!((0.7..1.4).contains(&last), "{rate}: {times:?}");
            assert!(times[1..].iter().all(|time| *time < TARGET * 2), "{rate}: {times:?}");
        }
    }

    #[test]
    fn it_follows_a_change_and_not_a_flicker() {
        let mut pace = Pace::new(TARGET);
        run(&mut pace, 1e9, 40);
        let settled = pace.hashes();
        for flicker in [0.9, 1.1, 0.85, 1.15] {
            run(&mut pace, 1e9 * flicker, 1);
            assert_eq!(pace.hashes(), settled, "a clock that flickers by {flicker}");
        }
        let times = run(&mut pace, 5e8, 6);
        assert!(times[5] < TARGET.mul_f64(1.3), "half the clock: {times:?}");
        let times = run(&mut pace, 2e9, 6);
        assert!(times[5] > TARGET.mul_f64(0.7), "four times as fast: {times:?}");
    }

    #[test]
    fn what_takes_longer_than_the_cap_is_cut_at_once() {
        let mut pace = Pace::new(TARGET);
        run(&mut pace, 1e9, 40);
        let times = run(&mut pace, 1e7, 3);
        assert!(times[0] > CAP && times[1] < TARGET * 2, "a hundredth of the clock: {times:?}");
        assert_eq!(Pace::new(Duration::from_secs(5)).wanted, CAP);
    }

    #[test]
    fn the_end_of_a_header_does_not_shorten_what_comes_behind() {
        let mut pace = Pace::new(TARGET);
        run(&mut pace, 1e9, 40);
        let settled = pace.hashes();
        pace.steer(1000, Duration::from_micros(150));
        assert!(pace.hashes() >= settled, "{} after {settled}", pace.hashes());
        assert!(Pace::new(TARGET).expected(1).is_none() && pace.expected(settled).is_some());
    }
}
