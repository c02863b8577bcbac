//! Hashrates over the recent past.

use std::collections::VecDeque;
use std::iter::Sum;
use std::time::{Duration, Instant};

use hashkit_chain::Hashrate;

/// Hashrates over three windows; `None` until a window is full.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Over the last 10 s.
    pub ten_seconds: Option<Hashrate>,
    /// Over the last 60 s.
    pub minute: Option<Hashrate>,
    /// Over the last 15 min.
    pub quarter_hour: Option<Hashrate>,
}

/// The rates of several devices together: `None` where the window of one of them is not full, and everywhere for no device.
impl Sum for Rates {
    fn sum<I: Iterator<Item = Self>>(rates: I) -> Self {
        let both = |a: Option<Hashrate>, b: Option<Hashrate>| {
            Hashrate::over(a?.per_second() + b?.per_second(), Duration::from_secs(1))
        };
        rates
            .reduce(|total, next| Self {
                ten_seconds: both(total.ten_seconds, next.ten_seconds),
                minute: both(total.minute, next.minute),
                quarter_hour: both(total.quarter_hour, next.quarter_hour),
            })
            .unwrap_or(Self { ten_seconds: None, minute: None, quarter_hour: None })
    }
}

/// The three windows of one meter.
#[derive(Debug)]
pub(super) struct Windows {
    ten_seconds: Window,
    minute: Window,
    quarter_hour: Window,
}

impl Windows {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            ten_seconds: Window::new(Duration::from_secs(10), now),
            minute: Window::new(Duration::from_mins(1), now),
            quarter_hour: Window::new(Duration::from_mins(15), now),
        }
    }

    pub(super) fn read(&mut self, hashes: u64, now: Instant) -> Rates {
        Rates {
            ten_seconds: self.ten_seconds.read(hashes, now),
            minute: self.minute.read(hashes, now),
            quarter_hour: self.quarter_hour.read(hashes, now),
        }
    }
}

/// The counter's value at moments of the last `length`, and shortly before.
#[derive(Debug)]
struct Window {
    length: Duration,
    /// In the order of time, [`Window::STEPS`] and three at most; never empty.
    samples: VecDeque<(Instant, u64)>,
}

impl Window {
    /// Samples lie at least a twentieth of the window apart. So far can a rate reach back beyond the window's length, and so
    /// far may the times of two readers differ.
    const STEPS: u32 = 20;

    fn new(length: Duration, now: Instant) -> Self {
        Self { length, samples: VecDeque::from([(now, 0)]) }
    }

    fn read(&mut self, hashes: u64, now: Instant) -> Option<Hashrate> {
        let age = |sample: &(Instant, u64)| now.saturating_duration_since(sample.0);
        let step = self.length / Self::STEPS;
        while self.samples.get(1).is_some_and(|second| age(second) >= self.length + step) {
            self.samples.pop_front();
        }
        if self.samples.back().is_some_and(|newest| age(newest) >= step) {
            self.samples.push_back((now, hashes));
        }
        let begin = self.samples.iter().rev().find(|sample| age(sample) >= self.length)?;
        Hashrate::over(hashes.saturating_sub(begin.1) as f64, age(begin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, seconds: f64) -> Instant {
        start + Duration::from_secs_f64(seconds)
    }

    fn number(rate: Option<Hashrate>) -> Option<f64> {
        rate.map(Hashrate::per_second)
    }

    #[test]
    fn a_window_has_no_rate_until_it_is_full() {
        let start = Instant::now();
        let mut windows = Windows::new(start);
        for (second, full) in [(0, 0), (1, 0), (9, 0), (10, 1), (59, 1), (60, 2), (899, 2), (900, 3), (5000, 3)] {
            let rates = windows.read(second * 100, after(start, second as f64));
            let given = [rates.ten_seconds, rates.minute, rates.quarter_hour];
            let expected: Vec<_> = (0..3).map(|window| (window < full).then_some(100.0)).collect();
            assert_eq!(given.map(number).to_vec(), expected, "after {second} s");
        }
    }

    #[test]
    fn a_window_forgets_what_came_before_it() {
        let start = Instant::now();
        let mut windows = Windows::new(start);
        let mut hashes = 0;
        for second in 1..=100 {
            hashes += if second <= 60 { 1000 } else { 10 };
            let rates = windows.read(hashes, after(start, f64::from(second)));
            if second >= 70 {
                assert_eq!(number(rates.ten_seconds), Some(10.0), "after {second} s");
            }
        }
    }

    #[test]
    fn reading_often_does_not_grow_a_window_and_reading_rarely_does_not_break_it() {
        let start = Instant::now();
        let mut window = Window::new(Duration::from_secs(10), start);
        for step in 0..100_000_u64 {
            let _ = window.read(step, after(start, step as f64 / 1000.0));
            assert!(window.samples.len() <= Window::STEPS as usize + 3, "{}", window.samples.len());
        }
        let rate = number(window.read(100_000 + 3_600, after(start, 3_700.0)));
        assert!(rate.is_some_and(|rate| rate > 1.0 && rate < 1.2), "one read in an hour: {rate:?}");
    }

    #[test]
    fn two_readers_whose_times_differ_do_not_disturb_each_other() {
        let start = Instant::now();
        let mut windows = Windows::new(start);
        for second in 1..30_u64 {
            let ahead = windows.read(second * 10, after(start, second as f64));
            let behind = windows.read(second * 10, after(start, second as f64 - 0.25));
            assert_eq!((ahead.ten_seconds.is_some(), behind.ten_seconds.is_some()), (second >= 10, second > 10));
        }
    }

    #[test]
    fn rates_add_up_where_all_of_them_are_known() {
        let known = Hashrate::over(5.0, Duration::from_secs(1));
        let one = Rates { ten_seconds: known, minute: known, quarter_hour: None };
        let two = Rates { ten_seconds: known, minute: None, quarter_hour: None };
        let total: Rates = [one, two].into_iter().sum();
        assert_eq!(number(total.ten_seconds), Some(10.0));
        assert_eq!((total.minute, total.quarter_hour), (None, None));
        assert_eq!(std::iter::empty::<Rates>().sum::<Rates>().ten_seconds, None);
    }
}
