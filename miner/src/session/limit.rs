//! How many lines a peer may cause.

use std::time::{Duration, Instant};

/// Lets some through at once and from then on one every so often, and counts what it holds back.
#[derive(Debug)]
pub(crate) struct Limit {
    /// The most that are ahead of their time.
    ahead: Duration,
    every: Duration,
    /// Each that is let through moves it on by `every`.
    earned_until: Instant,
    held_back: u64,
}

impl Limit {
    /// `burst` at once, and from then on one every `every`.
    pub(crate) fn new(burst: u32, every: Duration, now: Instant) -> Self {
        Self { ahead: every * burst, every, earned_until: now, held_back: 0 }
    }

    /// Whether one more is let through at `now`.
    pub(crate) fn admits(&mut self, now: Instant) -> bool {
        let earned_until = self.earned_until.max(now) + self.every;
        let is_let_through = earned_until <= now + self.ahead;
        if is_let_through {
            self.earned_until = earned_until;
        } else {
            self.held_back += 1;
        }
        is_let_through
    }

    /// How many were held back since this was last asked.
    pub(crate) fn take_held_back(&mut self) -> u64 {
        std::mem::take(&mut self.held_back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_and_then_one_every_so_often_and_the_rest_is_counted() {
        let start = Instant::now();
        let mut limit = Limit::new(3, Duration::from_secs(10), start);
        let mut passed = |second: u64, offered: u32| {
            let now = start + Duration::from_secs(second);
            ((0..offered).filter(|_| limit.admits(now)).count(), limit.take_held_back())
        };
        for (second, offered, expected) in
            [(0, 2, (2, 0)), (0, 5, (1, 4)), (9, 1, (0, 1)), (10, 3, (1, 2)), (30, 3, (2, 1)), (3000, 100, (3, 97))]
        {
            assert_eq!(passed(second, offered), expected, "{offered} in second {second}");
        }
    }
}
