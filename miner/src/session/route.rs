//! Which pool to try next, and how long to wait before: failover as plain arithmetic.

use std::time::{Duration, Instant};

use super::backoff::Backoff;
use super::comeback::{Comeback, Pace};

/// Goes through the pools in the user's order: to the next one at once when one fails, and after a whole round in vain it
/// waits before it begins again with the first.
#[derive(Debug)]
pub(crate) struct Route {
    /// For each pool when it may be returned to.
    comebacks: Vec<Comeback>,
    at: usize,
    failed_in_a_row: usize,
    backoff: Backoff,
}

impl Route {
    /// Begins with the first of `pools` pools; there is at least one.
    pub(crate) fn new(pools: usize, backoff: Backoff, pace: Pace) -> Self {
        Self { comebacks: vec![Comeback::new(pace); pools], at: 0, failed_in_a_row: 0, backoff }
    }

    /// Index of the pool to try or to stay with.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Moves on from a pool that was usable for `time` (zero when it never was), and tells how long to wait before the next.
    pub(crate) fn failed_after(&mut self, time: Duration, now: Instant) -> Duration {
        self.backoff.was_usable_for(time);
        self.comebacks[self.at].left_after(time, now);
        if time >= Backoff::STABLE {
            self.failed_in_a_row = 0;
        }
        self.failed_in_a_row += 1;
        if self.failed_in_a_row < self.comebacks.len() {
            self.at = (self.at + 1) % self.comebacks.len();
            return Duration::ZERO;
        }
        self.at = 0;
        self.failed_in_a_row = 0;
        self.backoff.next_wait()
    }

    /// How long to wait before following a pool that was usable for `time` to where it sends its miners. Never nothing, so
    /// that two places which send each other their miners keep nobody busy.
    pub(crate) fn moved_after(&mut self, time: Duration) -> Duration {
        self.backoff.was_usable_for(time);
        self.backoff.next_wait()
    }

    /// Returns to a pool that has proved itself.
    pub(crate) fn prefer(&mut self, index: usize) {
        self.at = index;
        self.failed_in_a_row = 0;
        self.comebacks[index].returned_to();
    }

    /// Before when the pool of this index need not be looked at, because it was returned to and did not last.
    pub(crate) fn paused_until(&self, index: usize, now: Instant) -> Option<Instant> {
        self.comebacks[index].paused_until().filter(|until| *until > now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_secs(5);
    const LONG: Duration = Duration::from_hours(1);

    /// A route, and the moment at which everything happens.
    struct Table(Route, Instant);

    impl Table {
        fn failed_after(&mut self, time: Duration) -> Duration {
            self.0.failed_after(time, self.1)
        }
    }

    fn route(pools: usize) -> Table {
        Table(Route::new(pools, Backoff::new(fastrand::Rng::with_seed(1)), Pace::default()), Instant::now())
    }

    #[test]
    fn every_pool_has_its_turn_before_anybody_waits() {
        let mut route = route(3);
        for (at, waits) in [(1, false), (2, false), (0, true), (1, false), (2, false), (0, true)] {
            let wait = route.failed_after(Duration::ZERO);
            assert_eq!((route.0.at(), !wait.is_zero()), (at, waits));
        }
    }

    #[test]
    fn a_lone_pool_is_tried_again_after_a_growing_wait() {
        let mut route = route(1);
        let waits: Vec<_> = (0..4).map(|_| route.failed_after(SHORT)).collect();
        assert!(waits.is_sorted() && waits[0] >= Duration::from_millis(500), "{waits:?}");
        assert!(route.failed_after(LONG) <= Duration::from_secs(1), "a stable pool is tried again soon");
    }

    #[test]
    fn a_pool_that_fails_after_a_stable_time_gives_the_others_a_whole_round() {
        let mut route = route(2);
        route.failed_after(Duration::ZERO);
        assert_eq!(route.0.at(), 1);
        assert_eq!(route.failed_after(LONG), Duration::ZERO);
        assert_eq!(route.0.at(), 0, "the first pool is tried at once, although it failed before the backup held");
        assert!(!route.failed_after(Duration::ZERO).is_zero());
    }

    #[test]
    fn pools_that_take_the_login_and_leave_do_not_make_a_busy_loop() {
        let mut route = route(2);
        let waits: Vec<_> = (0..20).map(|_| route.failed_after(SHORT)).filter(|wait| !wait.is_zero()).collect();
        assert_eq!(waits.len(), 10);
        assert_eq!(waits[9].max(Duration::from_secs(30)), waits[9]);
    }

    #[test]
    fn only_a_pool_that_was_returned_to_and_did_not_last_is_paused() {
        let mut route = route(2);
        route.failed_after(SHORT);
        assert_eq!(route.0.paused_until(0, route.1), None, "its first failure");
        route.0.prefer(0);
        route.failed_after(SHORT);
        assert_eq!(route.0.paused_until(0, route.1), Some(route.1 + Duration::from_mins(1)));
        assert_eq!(route.0.paused_until(0, route.1 + Duration::from_mins(1)), None, "the pause is over");
    }
}
