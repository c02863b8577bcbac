//! The distributions that results are judged by: Student's t and Poisson's. Both come from one pair of special functions each,
//! computed as in Press et al., "Numerical Recipes", 3rd edition, 6.1, 6.2 and 6.4.

/// Terms after which a series or fraction has converged, or never will.
const MOST_TERMS: u32 = 10_000;
/// Smallest change that still counts.
const EPSILON: f64 = 1e-15;

/// The probability that a Student's t of so many degrees of freedom lies further from zero than `t`, on either side.
#[must_use]
pub fn student_two_sided(t: f64, degrees: f64) -> f64 {
    if !t.is_finite() {
        return 0.0;
    }
    incomplete_beta(degrees / 2.0, 0.5, degrees / (degrees + t * t))
}

/// The t that a share of `1 - outside` of all lies within, on both sides of zero: 2.776 for 0.05 and four degrees of freedom.
#[must_use]
pub fn student_quantile(outside: f64, degrees: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0);
    while student_two_sided(high, degrees) > outside && high < 1e12 {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if student_two_sided(middle, degrees) > outside {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The probabilities that a Poisson count of this mean is at most, and at least, `count`.
#[must_use]
pub fn poisson_tails(count: u64, mean: f64) -> (f64, f64) {
    let count = count as f64;
    if mean <= 0.0 {
        return (1.0, if count > 0.0 { 0.0 } else { 1.0 });
    }
    let at_most = 1.0 - lower_gamma(count + 1.0, mean);
    let at_least = if count > 0.0 { lower_gamma(count, mean) } else { 1.0 };
    (at_most.clamp(0.0, 1.0), at_least.clamp(0.0, 1.0))
}

/// The logarithm of the gamma function, by Lanczos' approximation.
fn ln_gamma(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 6] = [
        76.180_091_729_471_46,
        -86.505_320_329_416_77,
        24.014_098_240_830_91,
        -1.231_739_572_450_155,
        0.120_865_097_386_617_9e-2,
        -0.539_523_938_495_3e-5,
    ];
    let spread = x + 5.5;
    let sum =
        COEFFICIENTS.iter().zip(1..).fold(1.000_000_000_190_015, |sum, (term, n)| sum + term / (x + f64::from(n)));
    (x + 0.5) * spread.ln() - spread + (2.506_628_274_631_000_5 * sum / x).ln()
}

/// The regularized incomplete beta function.
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, 1.0 - x) / b
    }
}

/// Its continued fraction, by Lentz's method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let away_from_zero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for term in 1..=MOST_TERMS {
        let m = f64::from(term);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for step in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + step * d);
            c = away_from_zero(1.0 + step / c);
            change = c * d;
            fraction *= change;
        }
        if (change - 1.0).abs() < EPSILON {
            break;
        }
    }
    fraction
}

/// The regularized lower incomplete gamma function.
fn lower_gamma(a: f64, x: f64) -> f64 {
    // A series needs some sqrt(a) terms; from here on Wilson and Hilferty's normal approximation is right to 1e-7.
    if a > 1e6 {
        let ninth = 1.0 / (9.0 * a);
        return normal_below(((x / a).cbrt() - 1.0 + ninth) / ninth.sqrt());
    }
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for n in 1..=MOST_TERMS {
            term *= x / (a + f64::from(n));
            sum += term;
            if term < sum * EPSILON {
                break;
            }
        }
        return sum * front;
    }
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1e300, 1.0 / b);
    let mut fraction = d;
    for n in 1..=MOST_TERMS {
        let n = f64::from(n);
        let step = -n * (n - a);
        b += 2.0;
        d = 1.0 / (step * d + b);
        c = b + step / c;
        fraction *= c * d;
        if (c * d - 1.0).abs() < EPSILON {
            break;
        }
    }
    1.0 - front * fraction
}

/// The share of a normal distribution below `z`: Student's with very many degrees of freedom.
fn normal_below(z: f64) -> f64 {
    let outside = student_two_sided(z, 1e7) / 2.0;
    if z < 0.0 { outside } else { 1.0 - outside }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_close(what: &str, found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance * expected.abs(), "{what}: {found}, not {expected}");
    }

    #[test]
    fn quantiles_of_student_are_those_of_the_tables() {
        for (degrees, outside, expected) in [
            (1.0, 0.05, 12.706_205),
            (2.0, 0.05, 4.302_653),
            (4.0, 0.05, 2.776_445),
            (4.0, 0.01, 4.604_095),
            (8.0, 0.01, 3.355_387),
            (19.0, 0.05, 2.093_024),
            (1e6, 0.05, 1.959_966),
        ] {
            assert_close("t", student_quantile(outside, degrees), expected, 1e-5);
        }
        assert_close("p", student_two_sided(2.776_445, 4.0), 0.05, 1e-5);
        assert_close("p of zero", student_two_sided(0.0, 4.0), 1.0, 1e-12);
    }

    #[test]
    fn tails_of_poisson_are_their_sums() {
        for (count, mean) in [(0_u64, 3.0), (3, 3.0), (10, 3.0), (80, 100.0), (100, 100.0), (140, 100.0)] {
            let probability = |k: u64| {
                let logs = (1..=k).map(|n| (n as f64).ln()).sum::<f64>();
                (k as f64 * f64::ln(mean) - mean - logs).exp()
            };
            let (at_most, at_least) = poisson_tails(count, mean);
            assert_close("at most", at_most, (0..=count).map(probability).sum(), 1e-7);
            assert_close("at least", at_least, (count..count + 400).map(probability).sum(), 1e-7);
        }
        assert!(poisson_tails(0, 0.0) >= (1.0, 1.0));
        assert!(poisson_tails(1, 0.0).1 <= 0.0);
    }

    #[test]
    fn tails_of_large_counts_are_those_of_a_normal_distribution() {
        // Five deviations of 2000 on either side: 2.87e-7, a little skewed.
        let (at_most, _) = poisson_tails(4_000_000 - 10_000, 4e6);
        let (_, at_least) = poisson_tails(4_000_000 + 10_000, 4e6);
        assert_close("few", at_most, 2.87e-7, 0.1);
        assert_close("many", at_least, 2.87e-7, 0.1);
        let (at_most, at_least) = poisson_tails(4_000_000, 4e6);
        assert!((0.499..0.502).contains(&at_most) && (0.499..0.502).contains(&at_least), "{at_most} {at_least}");
    }
}
