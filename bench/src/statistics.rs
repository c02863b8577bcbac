//! Few numbers for many.

use std::time::Duration;

use serde::Serialize;

/// How measured times are spread.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
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
    /// Student's t for 95 % and 19 degrees of freedom; for more it is smaller.
    const T: f64 = 2.093;

    /// Of 20 values or more, each from a repetition of its own; `None` of fewer.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = values.len() as f64;
        if count < 20.0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Some(Self { mean, half_width_95: Self::T * (variance / count).sqrt() })
    }
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
    fn the_mean_of_many_values_has_an_interval_and_that_of_few_has_none() {
        let values: Vec<f64> = (0..20).map(|index| if index % 2 == 0 { 9.0 } else { 11.0 }).collect();
        let mean = Mean::of(&values).expect("20 are enough");
        assert!((mean.mean - 10.0).abs() < 1e-12);
        // The sample deviation of 20 values of 10 ± 1 is sqrt(20 / 19).
        assert!((mean.half_width_95 - 2.093 / 19.0_f64.sqrt()).abs() < 1e-12, "{mean:?}");
        assert_eq!(Mean::of(&values[1..]), None);
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
