//! What is measured of a point, and how well it is known.

/// What driver and board say at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TuneReading {
    /// Right nonces, from any beginning on.
    pub nonces: u64,
    /// Wrong ones.
    pub wrong: u64,
    /// Hashes that the right ones stand for, from the same beginning on: the sum of [`crate::ChainNonce::hashes`].
    pub hashes: f64,
    /// What the board takes at this moment, where it measures that.
    pub watts: Option<f64>,
}

/// Readings of power: their mean, and how far they lie apart.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Power {
    count: f64,
    mean: f64,
    squares: f64,
}

/// A point is better only when it is by more than this many standard errors of the difference: of a hundred points that are as
/// good as the best one, about none is taken for better.
pub(super) const STANDARD_ERRORS: f64 = 3.0;
/// So many wrong nonces, and twice the part that is allowed, and a point is given up at once.
const HOPELESS: u64 = 8;

impl TuneReading {
    /// Whether far more than `part` of the nonces since are wrong.
    pub(super) fn is_hopeless(&self, now: &Self, part: f64) -> bool {
        let wrong = now.wrong.saturating_sub(self.wrong);
        let all = wrong + now.nonces.saturating_sub(self.nonces);
        wrong >= HOPELESS && wrong as f64 > part * all as f64
    }
}

impl Power {
    /// Welford's way, which loses nothing to rounding.
    pub(super) fn add(&mut self, watts: f64) {
        self.count += 1.0;
        let before = watts - self.mean;
        self.mean += before / self.count;
        self.squares += before * (watts - self.mean);
    }

    pub(super) fn mean(self) -> Option<f64> {
        (self.count > 0.0).then_some(self.mean)
    }

    /// The relative standard error of the mean.
    pub(super) fn error(self) -> f64 {
        if self.count < 2.0 { 0.0 } else { (self.squares / (self.count - 1.0) / self.count).sqrt() / self.mean }
    }
}

/// The upper end of Wilson's interval for a part of which `some` of `all` were seen.
pub(super) fn upper_limit(some: f64, all: f64) -> f64 {
    if all == 0.0 {
        return 1.0;
    }
    let (part, squared) = (some / all, STANDARD_ERRORS.powi(2));
    let middle = part + squared / (2.0 * all);
    let half = STANDARD_ERRORS * (part * (1.0 - part) / all + squared / (4.0 * all * all)).sqrt();
    (middle + half) / (1.0 + squared / all)
}
