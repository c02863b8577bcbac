//! How long to wait before trying the pools again.

use std::time::Duration;

/// Waits of 1, 2, 4 and so on up to 60 seconds, each shortened by up to half so that the miners of a pool that restarts do
/// not all come back in the same moment.
#[derive(Debug)]
pub(crate) struct Backoff {
    failures: u32,
    random: fastrand::Rng,
}

impl Backoff {
    /// The longest wait.
    pub(crate) const LONGEST: Duration = Duration::from_mins(1);
    /// A connection that held this long was not part of the trouble: the waits begin anew after it.
    pub(crate) const STABLE: Duration = Duration::from_mins(1);

    /// No failure yet.
    pub(crate) fn new(random: fastrand::Rng) -> Self {
        Self { failures: 0, random }
    }

    /// The next wait: longer than the one before, until [`Backoff::LONGEST`].
    pub(crate) fn next_wait(&mut self) -> Duration {
        let full = Duration::from_secs(1 << self.failures.min(6)).min(Self::LONGEST);
        self.failures = self.failures.saturating_add(1);
        full.mul_f64(0.5 + self.random.f64() / 2.0)
    }

    /// Takes note of how long a pool was usable.
    pub(crate) fn was_usable_for(&mut self, time: Duration) {
        if time >= Self::STABLE {
            self.failures = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute_and_begin_anew_after_a_stable_one() {
        let mut backoff = Backoff::new(fastrand::Rng::with_seed(7));
        for full in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            let wait = backoff.next_wait();
            let full = Duration::from_secs(full);
            assert!(full / 2 <= wait && wait <= full, "{wait:?} for {full:?}");
        }
        backoff.was_usable_for(Duration::from_secs(59));
        assert!(backoff.next_wait() > Duration::from_secs(29), "a flapping pool is not trusted");
        backoff.was_usable_for(Duration::from_mins(1));
        assert!(backoff.next_wait() <= Duration::from_secs(1));
    }

    #[test]
    fn two_miners_do_not_wait_alike() {
        let mut waits = [1, 2].map(|seed| Backoff::new(fastrand::Rng::with_seed(seed)).next_wait());
        waits.sort();
        assert_ne!(waits[0], waits[1]);
    }
}
