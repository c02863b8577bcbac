//! When a pool that was left may be returned to: after it has proved itself, and later each time that it did not last.

use std::time::{Duration, Instant};

/// How patiently to return to a pool that stands before the one that is mined on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// How long it has to be well on a side connection before it is returned to.
    pub(crate) prove: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { prove: Duration::from_mins(1) }
    }
}

impl Pace {
    /// Between two tries of a side connection: 5 s of a proof of 60 s, so that it is returned to within 70 s of being well.
    pub(crate) fn retry(self) -> Duration {
        (self.prove / 12).max(Duration::from_millis(10))
    }

    /// A pool that is left again sooner than this after the return has not lasted.
    fn lasted(self) -> Duration {
        self.prove * 10
    }

    /// After so many returns in a row that did not last.
    fn pause(self, flaps: u32) -> Duration {
        // One proof's time, then twice as long each time, up to 32 minutes by default.
        self.prove * (1 << flaps.saturating_sub(1).min(5))
    }
}

/// What is remembered of one pool.
#[derive(Debug, Clone)]
pub(crate) struct Comeback {
    pace: Pace,
    was_returned_to: bool,
    /// Returns in a row that did not last.
    flaps: u32,
    paused_until: Option<Instant>,
}

impl Comeback {
    /// A pool that has never been left.
    pub(crate) fn new(pace: Pace) -> Self {
        Self { pace, was_returned_to: false, flaps: 0, paused_until: None }
    }

    /// It has proved itself, and is mined on again.
    pub(crate) fn returned_to(&mut self) {
        self.was_returned_to = true;
    }

    /// It was left after having been usable for `time`.
    pub(crate) fn left_after(&mut self, time: Duration, now: Instant) {
        if time >= self.pace.lasted() {
            self.flaps = 0;
            self.paused_until = None;
        } else if self.was_returned_to {
            self.flaps = self.flaps.saturating_add(1);
            self.paused_until = Some(now + self.pace.pause(self.flaps));
        }
        self.was_returned_to = false;
    }

    /// Until when it is not even looked at.
    pub(crate) fn paused_until(&self) -> Option<Instant> {
        self.paused_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_with_each_return_that_did_not_last_and_begin_anew_after_one_that_did() {
        let mut comeback = Comeback::new(Pace::default());
        let now = Instant::now();
        let mut return_for = |minutes: u64| {
            comeback.returned_to();
            comeback.left_after(Duration::from_mins(minutes), now);
            comeback.paused_until().map(|until| (until - now).as_secs() / 60)
        };
        let pauses: Vec<_> = (0..8).map(|_| return_for(0)).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 32, 32].map(Some));
        assert_eq!(return_for(10), None, "ten minutes are steady");
        assert_eq!(return_for(9), Some(1));
    }
}
