//! What a measured rate would earn and cost, and the odds of a block, from numbers that somebody wrote down with their date. Nothing
//! is fetched, and the formula is printed with what went into it.

use std::fmt::Write;

use serde::Deserialize;

use crate::document::{Boundary, Document};
use crate::report::hashrate;

/// Hashes of a block at difficulty 1.
const HASHES_A_DIFFICULTY: f64 = 4_294_967_296.0;
const SECONDS_A_DAY: f64 = 86_400.0;
const DAYS_A_YEAR: f64 = 365.25;

/// What people have to write down.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// When these numbers were true.
    pub date: String,
    /// Where they are from.
    pub source: String,
    /// In what money they are.
    pub currency: String,
    /// What a kilowatt-hour costs.
    pub electricity_per_kwh: f64,
    /// The coins.
    #[serde(rename = "coin")]
    pub coins: Vec<Coin>,
}

/// A coin.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coin {
    /// Its name.
    pub name: String,
    /// How its headers are hashed: `sha256d`.
    pub algorithm: String,
    /// What one costs.
    pub price: f64,
    /// The difficulty of its network, as its node tells it.
    pub difficulty: f64,
    /// Subsidy and fees of a block, in coins.
    pub reward: f64,
    /// The part that the pool keeps: 0.01.
    #[serde(default)]
    pub pool_fee: f64,
    /// The part of shares that are stale.
    #[serde(default)]
    pub stale: f64,
}

/// A number that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} is {value}: it has to be {wanted}")]
pub struct PriceError {
    /// Which.
    name: String,
    /// What it is.
    value: String,
    /// What it could be.
    wanted: &'static str,
}

/// What a rate brings with one coin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Earned {
    /// Money a day, without the electricity.
    pub revenue: f64,
    /// The price of a kilowatt-hour at which it pays for itself; `None` without a power.
    pub break_even: Option<f64>,
    /// What the electricity of a day costs; `None` without a power.
    pub cost: Option<f64>,
    /// How likely a block of one's own is within a day.
    pub chance_a_day: f64,
    /// After how many years one is to be expected.
    pub years_to_a_block: f64,
}

impl Prices {
    /// Whether all numbers can be what they say.
    ///
    /// # Errors
    /// [`PriceError`], the first that cannot.
    pub fn check(&self) -> Result<(), PriceError> {
        let refuse = |name: String, value: f64, wanted| Err(PriceError { name, value: value.to_string(), wanted });
        let is_price = |value: f64| value.is_finite() && value >= 0.0;
        if !is_price(self.electricity_per_kwh) {
            return refuse("electricity_per_kwh".to_owned(), self.electricity_per_kwh, "zero or more");
        }
        for coin in &self.coins {
            for (field, value) in [("price", coin.price), ("reward", coin.reward)] {
                if !is_price(value) {
                    return refuse(format!("{field} of {}", coin.name), value, "zero or more");
                }
            }
            if !(coin.difficulty.is_finite() && coin.difficulty > 0.0) {
                return refuse(format!("difficulty of {}", coin.name), coin.difficulty, "above zero");
            }
            for (field, value) in [("pool_fee", coin.pool_fee), ("stale", coin.stale)] {
                if !(0.0..1.0).contains(&value) {
                    return refuse(
                        format!("{field} of {}", coin.name),
                        value,
                        "a part, from 0 to below 1: 0.01 for 1 %",
                    );
                }
            }
        }
        Ok(())
    }

    /// What hashes a second, at so many watts, bring with this coin.
    #[must_use]
    pub fn earned(&self, coin: &Coin, rate: f64, watts: Option<f64>) -> Earned {
        let blocks_a_day = rate * SECONDS_A_DAY / (coin.difficulty * HASHES_A_DIFFICULTY);
        let revenue = blocks_a_day * coin.reward * coin.price * (1.0 - coin.pool_fee) * (1.0 - coin.stale);
        let kilowatt_hours = watts.map(|watts| watts / 1000.0 * 24.0);
        Earned {
            revenue,
            break_even: kilowatt_hours.map(|hours| revenue / hours),
            cost: kilowatt_hours.map(|hours| hours * self.electricity_per_kwh),
            chance_a_day: -(-blocks_a_day).exp_m1(),
            years_to_a_block: 1.0 / (blocks_a_day * DAYS_A_YEAR),
        }
    }

    /// All of it in words, for the cases whose algorithm a coin has.
    #[must_use]
    pub fn text(&self, document: &Document) -> String {
        let mut out = format!(
            "prices of {} ({}), electricity {} {}/kWh\n\
             revenue a day = rate x 86400 / (difficulty x 2^32) x reward x price x (1 - pool_fee) x (1 - stale)\n\
             chance of a block a day, alone = 1 - exp(-rate x 86400 / (difficulty x 2^32))\n",
            self.date, self.source, self.electricity_per_kwh, self.currency
        );
        for case in &document.cases {
            let Some(summary) = &case.summary else { continue };
            let best = summary.efficiency.first();
            for coin in self.coins.iter().filter(|coin| coin.algorithm == case.algo) {
                let earned = self.earned(coin, summary.rate_mean, best.map(|best| best.gross_w));
                let _ = writeln!(out, "{}  {}: {}", case.id, coin.name, self.words(coin, summary.rate_mean, &earned));
                if let (Some(best), Some(cost), Some(even)) = (best, earned.cost, earned.break_even) {
                    let how = if best.boundary == Boundary::Estimated { "estimated" } else { best.boundary.name() };
                    let _ = writeln!(
                        out,
                        "    electricity {cost:.4} a day ({:.1} W, {how}): {:+.6} a day; breaks even at {even:.3e} a kWh",
                        best.gross_w,
                        earned.revenue - cost,
                    );
                }
            }
        }
        out
    }

    fn words(&self, coin: &Coin, rate: f64, earned: &Earned) -> String {
        format!(
            "{:.3e} {} a day = {} at difficulty {:.4e}, {} coins a block at {}, fee {} %, stale {} %; alone {:.2e} a day, a block in {:.3e} years",
            earned.revenue,
            self.currency,
            hashrate(rate),
            coin.difficulty,
            coin.reward,
            coin.price,
            100.0 * coin.pool_fee,
            100.0 * coin.stale,
            earned.chance_a_day,
            earned.years_to_a_block,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::document;

    fn prices() -> Prices {
        Prices {
            date: "2026-11-21".to_owned(),
            source: "a test".to_owned(),
            currency: "EUR".to_owned(),
            electricity_per_kwh: 0.25,
            coins: vec![Coin {
                name: "Coin".to_owned(),
                algorithm: "blake3".to_owned(),
                price: 10.0,
                difficulty: 1000.0,
                reward: 5.0,
                pool_fee: 0.01,
                stale: 0.02,
            }],
        }
    }

    #[test]
    fn what_a_rate_earns_follows_the_formula() {
        let prices = prices();
        // 86400 hashes a day of 1000 x 2^32 are 2.0117e-8 blocks a hash a second.
        let earned = prices.earned(&prices.coins[0], 1e6, Some(100.0));
        let blocks = 1e6 * 86_400.0 / (1000.0 * 4_294_967_296.0);
        assert!((earned.revenue / (blocks * 50.0 * 0.99 * 0.98) - 1.0).abs() < 1e-12, "{earned:?}");
        assert!((earned.cost.expect("a power was told") - 0.6).abs() < 1e-12, "2.4 kWh a day");
        assert!((earned.break_even.expect("a power was told") - earned.revenue / 2.4).abs() < 1e-12);
        assert!(
            (earned.chance_a_day - (1.0 - (-blocks).exp())).abs() < 1e-9
                && (earned.years_to_a_block * blocks * 365.25 - 1.0).abs() < 1e-9
        );
        assert_eq!(prices.earned(&prices.coins[0], 1e6, None).cost, None);
    }

    #[test]
    fn the_words_name_the_date_the_formula_and_what_went_into_it() {
        let text = prices().text(&document());
        for word in ["2026-11-21", "a test", "2^32", "blake3/cpu/test/t2", "difficulty 1.0000e3", "65.0 W, wall"] {
            assert!(text.contains(word), "{word} is missing in {text}");
        }
        assert!(!text.contains("blake3/cpu/wrong"), "what is wrong earns nothing: {text}");
    }

    #[test]
    fn numbers_that_cannot_be_are_refused() {
        assert_eq!(prices().check(), Ok(()));
        for (case, change) in [
            ("difficulty", (|prices| prices.coins[0].difficulty = 0.0) as fn(&mut Prices)),
            ("pool_fee", |prices| prices.coins[0].pool_fee = 1.0),
            ("stale", |prices| prices.coins[0].stale = -0.1),
            ("price", |prices| prices.coins[0].price = f64::NAN),
            ("electricity_per_kwh", |prices| prices.electricity_per_kwh = -1.0),
        ] {
            let mut prices = prices();
            change(&mut prices);
            let error = prices.check().expect_err(case).to_string();
            assert!(error.contains(case), "{error}");
        }
    }
}
