//! When a card that does not answer is suspected, and when it is lost.

use std::time::Duration;

/// A batch is suspected when it takes so many times what it should.
const SUSPECT: u32 = 5;
/// But never sooner: a busy machine delays what takes milliseconds.
const SUSPECT_SOONEST: Duration = Duration::from_secs(1);
/// The longest sleep between two looks, so that a program that ends is not kept.
const LOOK: Duration = Duration::from_millis(250);

/// Watches one batch after the other.
#[derive(Debug, Clone)]
pub(super) struct Watch {
    lost_after: Duration,
    is_suspect: bool,
}

/// What is seen of a batch that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// It is in its time, or known to be late.
    Well,
    /// It is late: said once.
    Suspect,
    /// It will not end.
    Lost,
}

impl Watch {
    pub(super) fn new(lost_after: Duration) -> Self {
        Self { lost_after, is_suspect: false }
    }

    /// How long to sleep before the next look at a batch that has been waited for so long.
    pub(super) fn patience(&self, waited: Duration, expected: Option<Duration>) -> Duration {
        let next = if self.is_suspect { self.lost_after } else { self.suspect_after(expected) };
        next.saturating_sub(waited).clamp(Duration::from_millis(1), LOOK)
    }

    /// Looks at a batch that has been waited for so long, and should take so long.
    pub(super) fn look(&mut self, waited: Duration, expected: Option<Duration>) -> Sight {
        if waited >= self.lost_after {
            Sight::Lost
        } else if !self.is_suspect && waited >= self.suspect_after(expected) {
            self.is_suspect = true;
            Sight::Suspect
        } else {
            Sight::Well
        }
    }

    /// The batch has ended; whether it was suspected.
    pub(super) fn answered(&mut self) -> bool {
        std::mem::take(&mut self.is_suspect)
    }

    fn suspect_after(&self, expected: Option<Duration>) -> Duration {
        let expected = expected.map_or(self.lost_after, |time| time.saturating_mul(SUSPECT));
        expected.max(SUSPECT_SOONEST).min(self.lost_after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOST: Duration = Duration::from_secs(30);

    #[test]
    fn a_card_is_suspected_once_and_lost_after_its_time() {
        let expected = Some(Duration::from_millis(300));
        let mut watch = Watch::new(LOST);
        for (waited_ms, sight) in [
            (25, Sight::Well),
            (1400, Sight::Well),
            (1500, Sight::Suspect),
            (1600, Sight::Well),
            (29_999, Sight::Well),
            (30_000, Sight::Lost),
        ] {
            assert_eq!(watch.look(Duration::from_millis(waited_ms), expected), sight, "after {waited_ms} ms");
        }
        assert!(watch.answered() && !watch.answered());
        assert_eq!(watch.look(Duration::from_secs(2), expected), Sight::Suspect, "the next batch is a new one");
    }

    #[test]
    fn a_busy_machine_is_no_reason_and_nor_is_a_card_that_is_not_known() {
        for (case, expected_ms, suspect_ms) in [
            ("a short batch", Some(2), 1000),
            ("a long one", Some(1000), 5000),
            ("the first", None, 30_000),
            ("longer than any may take", Some(60_000), 30_000),
        ] {
            let watch = Watch::new(LOST);
            let after = watch.suspect_after(expected_ms.map(Duration::from_millis));
            assert_eq!(after, Duration::from_millis(suspect_ms), "{case}");
        }
    }

    #[test]
    fn the_next_look_comes_in_time_for_every_end() {
        let watch = Watch::new(LOST);
        for (waited_ms, expected_ms) in [(0, 250), (900, 100), (5000, 1)] {
            let sleep = watch.patience(Duration::from_millis(waited_ms), Some(Duration::from_millis(20)));
            assert_eq!(sleep, Duration::from_millis(expected_ms), "after {waited_ms} ms");
        }
    }
}
