//! Few numbers for many.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::distribution::student_quantile;

/// How measured times are spread.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Percentiles {
    /// How many there were.
    pub count: usize,
    /// Half of them took at most this many milliseconds.
    pub p50_ms: f64,
    /// 99 of 100 took at most this many milliseconds.
    pub p99_ms: f64,
    /// 999 of 1000 took at most this many milliseconds.
    pub p999_ms: f64,
    /// The longest took this many milliseconds.
    pub max_ms: f64,
}

impl Percentiles {
    /// Of `times` by the nearest rank; `None` of no times.
    #[must_use]
    pub fn of(mut times: Vec<Duration>) -> Option<Self> {
        times.sort_unstable();
        let milliseconds = |time: &Duration| (time.as_secs_f64() * 1e6).round() / 1e3;
        let rank =
            |per_mille: usize| (times.len() * per_mille).div_ceil(1000).checked_sub(1).and_then(|at| times.get(at));
        Some(Self {
            count: times.len(),
            p50_ms: milliseconds(rank(500)?),
            p99_ms: milliseconds(rank(990)?),
            p999_ms: milliseconds(rank(999)?),
            max_ms: milliseconds(times.last()?),
        })
    }
}

/// A mean of repeated measurements and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Mean {
    /// The mean.
    pub mean: f64,
    /// Half the width of the interval that holds the true mean with 95 % confidence.
    pub half_width_95: f64,
}

impl Mean {
    /// Of two values or more, each from a repetition of its own, by Student's t; `None` of fewer.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let Sample { count, mean, variance } = Sample::of(values)?;
        let t = student_quantile(0.05, count - 1.0);
        Some(Self { mean, half_width_95: t * (variance / count).sqrt() })
    }

    /// The half width of the interval as a part of the mean.
    #[must_use]
    pub fn relative_half_width(self) -> f64 {
        if self.half_width_95 == 0.0 { 0.0 } else { (self.half_width_95 / self.mean).abs() }
    }
}

/// What a test of means needs to know of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sample {
    /// How many they are, at least two.
    pub(crate) count: f64,
    /// Their mean.
    pub(crate) mean: f64,
    /// Their variance, as far as they tell.
    pub(crate) variance: f64,
}

impl Sample {
    /// `None` of fewer than two.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let count = values.len() as f64;
        if values.len() < 2 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Some(Self { count, mean, variance })
    }
}

/// A straight line through points, by least squares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Its height over the middle of the points.
    pub mean: f64,
    /// How much it rises for each unit to the right.
    pub slope: f64,
    /// The standard error of the slope.
    pub slope_error: f64,
}

impl Line {
    /// Through at least three points that do not all stand above each other; `None` otherwise.
    #[must_use]
    pub fn through(points: &[(f64, f64)]) -> Option<Self> {
        let count = points.len() as f64;
        if points.len() < 3 {
            return None;
        }
        let middle = points.iter().map(|(x, _)| x).sum::<f64>() / count;
        let mean = points.iter().map(|(_, y)| y).sum::<f64>() / count;
        let spread: f64 = points.iter().map(|(x, _)| (x - middle).powi(2)).sum();
        let together: f64 = points.iter().map(|(x, y)| (x - middle) * (y - mean)).sum();
        let slope = together / spread;
        let left: f64 = points.iter().map(|(x, y)| (y - mean - slope * (x - middle)).powi(2)).sum();
        let slope_error = (left / (count - 2.0) / spread).sqrt();
        slope.is_finite().then_some(Self { mean, slope, slope_error })
    }
}

/// The places of values that lie too far from the rest: those whose modified z-score (Iglewicz and Hoaglin, 1993) is above
/// `limit`. None where more than half are equal.
#[must_use]
pub fn outliers(values: &[f64], limit: f64) -> Vec<usize> {
    let middle = |mut values: Vec<f64>| {
        values.sort_unstable_by(f64::total_cmp);
        let count = values.len();
        (count > 0).then(|| f64::midpoint(values[(count - 1) / 2], values[count / 2]))
    };
    let Some(median) = middle(values.to_vec()) else { return Vec::new() };
    let distances: Vec<f64> = values.iter().map(|value| (value - median).abs()).collect();
    let Some(usual) = middle(distances.clone()).filter(|usual| *usual > 0.0) else { return Vec::new() };
    distances.iter().enumerate().filter(|(_, far)| 0.6745 * **far / usual > limit).map(|(at, _)| at).collect()
}

/// The value that a part of `values` is at or below, by the nearest rank; `None` of no values.
#[must_use]
pub fn quantile(values: &[f64], part: f64) -> Option<f64> {
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank, from zero to the count")]
    let rank = (part.clamp(0.0, 1.0) * values.len() as f64).ceil() as usize;
    values.get(rank.max(1) - 1).copied()
}

/// A median of repeated measurements and how sure it is, whatever their distribution.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Median {
    /// The median.
    pub median: f64,
    /// With `high_95`, the interval that holds the true median with a confidence of at least 95 %.
    pub low_95: f64,
    /// Its upper end.
    pub high_95: f64,
}

impl Median {
    /// How many values it takes: of fewer, not even the lowest and the highest enclose the median so surely.
    pub const FEWEST: usize = 6;

    /// Of at least [`Median::FEWEST`] values, each from a repetition of its own; `None` of fewer, or where one is no number.
    ///
    /// The interval is the one of the sign test: it reaches from the k-th lowest to the k-th highest value, where k is the
    /// largest for which as many fair coins show fewer than k heads with a probability of at most 2.5 %.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = values.len();
        if count < Self::FEWEST || values.iter().any(|value| value.is_nan()) {
            return None;
        }
        let mut values = values.to_vec();
        values.sort_unstable_by(f64::total_cmp);
        let (mut outside, mut exactly, mut beyond) = (0.0, 0.5_f64.powi(i32::try_from(count).ok()?), 0);
        while outside + exactly <= 0.025 {
            outside += exactly;
            exactly *= (count - beyond) as f64 / (beyond + 1) as f64;
            beyond += 1;
        }
        let middle = f64::midpoint(values[(count - 1) / 2], values[count / 2]);
        Some(Self { median: middle, low_95: values[beyond - 1], high_95: values[count - beyond] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_the_value_at_its_rank() {
        let times = (1..=1000).rev().map(Duration::from_millis).collect();
        let expected = Percentiles { count: 1000, p50_ms: 500.0, p99_ms: 990.0, p999_ms: 999.0, max_ms: 1000.0 };
        assert_eq!(Percentiles::of(times), Some(expected));
        let one = Percentiles { count: 1, p50_ms: 2.0, p99_ms: 2.0, p999_ms: 2.0, max_ms: 2.0 };
        assert_eq!(Percentiles::of(vec![Duration::from_millis(2)]), Some(one));
        assert_eq!(Percentiles::of(vec![]), None);
    }

    #[test]
    fn a_mean_has_an_interval_by_students_t() {
        let values: Vec<f64> = (0..20).map(|index| if index % 2 == 0 { 9.0 } else { 11.0 }).collect();
        let mean = Mean::of(&values).expect("20 are enough");
        assert!((mean.mean - 10.0).abs() < 1e-12);
        // The sample deviation of 20 values of 10 ± 1 is sqrt(20 / 19).
        assert!((mean.half_width_95 - 2.093_024 / 19.0_f64.sqrt()).abs() < 1e-6, "{mean:?}");
        let few = Mean::of(&[9.0, 10.0, 11.0]).expect("three are enough");
        assert!((few.half_width_95 - 4.302_653 / 3.0_f64.sqrt()).abs() < 1e-6, "{few:?}");
        assert!((few.relative_half_width() - few.half_width_95 / 10.0).abs() < 1e-12);
        assert_eq!(Mean::of(&[1.0]), None);
    }

    #[test]
    fn a_line_knows_its_slope_and_how_sure_that_is() {
        let straight: Vec<(f64, f64)> = (0..10).map(f64::from).map(|x| (x, 3.0 * x + 1.0)).collect();
        let line = Line::through(&straight).expect("there are ten points");
        assert!((line.slope - 3.0).abs() < 1e-12 && line.slope_error < 1e-12 && (line.mean - 14.5).abs() < 1e-12);
        // By hand: the line rises by 1.5 and misses the points by 0.5, 1 and 0.5.
        let bent = Line::through(&[(0.0, 1.0), (1.0, 1.0), (2.0, 4.0)]).expect("there are three points");
        assert!((bent.slope - 1.5).abs() < 1e-12 && (bent.slope_error - 0.75_f64.sqrt()).abs() < 1e-12, "{bent:?}");
        assert_eq!(Line::through(&straight[..2]), None);
        assert_eq!(Line::through(&[(1.0, 1.0), (1.0, 2.0), (1.0, 3.0)]), None, "no slope is that steep");
    }

    #[test]
    fn what_lies_far_from_the_rest_is_an_outlier() {
        let values = [10.0, 10.1, 9.9, 10.05, 20.0, 9.95];
        assert_eq!(outliers(&values, 14.8), [4]);
        assert_eq!(outliers(&values[..4], 3.5), [] as [usize; 0]);
        assert_eq!(outliers(&[], 3.5), [] as [usize; 0]);
        assert_eq!(outliers(&[1.0, 1.0, 1.0, 2.0], 3.5), [] as [usize; 0], "nothing to compare the distance with");
    }

    #[test]
    fn a_quantile_is_the_value_at_its_rank() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        for (part, expected) in [(0.0, 1.0), (0.05, 5.0), (0.5, 50.0), (0.95, 95.0), (1.0, 100.0)] {
            assert_eq!(quantile(&values, part), Some(expected), "{part}");
        }
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn the_interval_of_a_median_reaches_to_the_ranks_of_the_sign_test() {
        // Ranks of the tables of the sign test at 95 %: the lower one of so many values.
        for (count, rank) in
            [(6_u32, 1.0), (8, 1.0), (9, 2.0), (12, 3.0), (20, 6.0), (25, 8.0), (41, 14.0), (100, 40.0)]
        {
            let values: Vec<f64> = (1..=count).rev().map(f64::from).collect();
            let count = f64::from(count);
            let expected = Median { median: f64::midpoint(1.0, count), low_95: rank, high_95: count + 1.0 - rank };
            assert_eq!(Median::of(&values), Some(expected), "{count} values");
        }
        assert_eq!(Median::of(&[1.0; 5]), None);
        assert_eq!(Median::of(&[f64::NAN; 20]), None);
    }
}
