//! Who of several pools gets the devices next: shares of time by weight, on a clock and counts that its owner holds.

use std::time::{Duration, Instant};

/// How long a turn lasts. Ten minutes have 600 of them, so that the sums lie within a fifth of a percent of the weights.
pub(super) const TURN: Duration = Duration::from_secs(1);

/// Deals out turns. A pool without a job gets none, and has no claim to them later: what it missed went to the others.
#[derive(Debug)]
pub(super) struct Quota {
    pools: Vec<Claim>,
    turn: Option<(usize, Instant)>,
}

#[derive(Debug)]
struct Claim {
    weight: f64,
    is_ready: bool,
    /// Work so far, as last told.
    work: u64,
    /// Work divided by weight, without what it missed: whoever has least is next.
    had: f64,
}

impl Quota {
    /// Pools with these weights, none of which is ready.
    pub(super) fn new(weights: &[u32]) -> Self {
        let claim = |weight: &u32| Claim { weight: f64::from(*weight), is_ready: false, work: 0, had: 0.0 };
        Self { pools: weights.iter().map(claim).collect(), turn: None }
    }

    /// A pool has a job, or has none any more.
    pub(super) fn set_ready(&mut self, pool: usize, is_ready: bool) {
        let least = self.pools.iter().filter(|claim| claim.is_ready).map(|claim| claim.had).reduce(f64::min);
        let claim = &mut self.pools[pool];
        if is_ready && !claim.is_ready {
            claim.had = claim.had.max(least.unwrap_or(claim.had));
        }
        claim.is_ready = is_ready;
        if !is_ready && self.turn.is_some_and(|(whose, _)| whose == pool) {
            self.turn = None;
        }
    }

    /// So much work has been done for a pool since the start: hashes, or time where hashes cannot be compared.
    pub(super) fn tell_work(&mut self, pool: usize, work: u64) {
        let claim = &mut self.pools[pool];
        claim.had += work.saturating_sub(claim.work) as f64 / claim.weight;
        claim.work = work;
    }

    /// Whose turn it is at `now`. Call it whenever a pool's readiness changes and at [`Quota::turn_ends`], the work told before.
    pub(super) fn whose_turn(&mut self, now: Instant) -> Option<usize> {
        if let Some((whose, ends)) = self.turn
            && now < ends
        {
            return Some(whose);
        }
        let ready = self.pools.iter().enumerate().filter(|(_, claim)| claim.is_ready);
        let next = ready.min_by(|(_, one), (_, other)| one.had.total_cmp(&other.had)).map(|(pool, _)| pool);
        self.turn = next.map(|pool| (pool, now + TURN));
        next
    }

    /// When the turn ends.
    pub(super) fn turn_ends(&self) -> Option<Instant> {
        self.turn.map(|(_, ends)| ends)
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    /// A rig whose speed changes with every turn, and what it has done for each pool.
    struct Table {
        quota: Quota,
        now: Instant,
        hashes: Vec<u64>,
        random: Rng,
    }

    impl Table {
        fn new(weights: &[u32], seed: u64) -> Self {
            let (quota, hashes) = (Quota::new(weights), vec![0; weights.len()]);
            Self { quota, now: Instant::now(), hashes, random: Rng::with_seed(seed) }
        }

        fn ready(&mut self, pool: usize, is_ready: bool) {
            self.quota.set_ready(pool, is_ready);
        }

        fn run(&mut self, time: Duration) {
            let end = self.now + time;
            while self.now < end {
                for (pool, hashes) in self.hashes.iter().enumerate() {
                    self.quota.tell_work(pool, *hashes);
                }
                let whose = self.quota.whose_turn(self.now);
                let ends = self.quota.turn_ends().unwrap_or(end);
                assert_eq!(whose.is_some(), self.quota.turn_ends().is_some());
                if let Some(pool) = whose {
                    // A GPU may throttle, and a batch end late.
                    self.hashes[pool] += self.random.u64(500_000..1_500_000);
                    // What was in flight when the turn ended counts for the pool of the turn before.
                    let other = self.random.usize(..self.hashes.len());
                    self.hashes[other] += if self.hashes[other] > 0 { self.random.u64(..5_000) } else { 0 };
                }
                self.now = ends;
            }
        }

        /// What each pool has had of all, in percent.
        fn percent(&self, since: &[u64]) -> Vec<f64> {
            let had: Vec<f64> = self.hashes.iter().zip(since).map(|(now, then)| (now - then) as f64).collect();
            let all: f64 = had.iter().sum();
            had.iter().map(|had| 100.0 * had / all).collect()
        }
    }

    const TEN_MINUTES: Duration = Duration::from_mins(10);

    #[test]
    fn ten_minutes_are_shared_by_weight_within_one_percent() {
        for (case, weights) in [
            ("two alike", &[1, 1][..]),
            ("seven to three", &[7, 3]),
            ("ninety-nine to one", &[99, 1]),
            ("three", &[50, 30, 20]),
            ("one alone", &[5]),
        ] {
            for seed in 0..50 {
                let mut table = Table::new(weights, seed);
                (0..weights.len()).for_each(|pool| table.ready(pool, true));
                table.run(TEN_MINUTES);
                let all: u32 = weights.iter().sum();
                for (pool, percent) in table.percent(&vec![0; weights.len()]).into_iter().enumerate() {
                    let wanted = 100.0 * f64::from(weights[pool]) / f64::from(all);
                    assert!(
                        (percent - wanted).abs() < 1.0,
                        "{case}, seed {seed}: pool {pool} had {percent} %, not {wanted} %"
                    );
                }
            }
        }
    }

    #[test]
    fn what_a_pool_misses_goes_to_the_others_and_is_not_made_up_for() {
        let mut table = Table::new(&[1, 1], 1);
        table.ready(0, true);
        table.run(TEN_MINUTES);
        assert_eq!(table.percent(&[0, 0]), [100.0, 0.0], "the second is not there");
        let before = table.hashes.clone();
        table.ready(1, true);
        table.run(TEN_MINUTES);
        let percent = table.percent(&before);
        assert!((percent[0] - 50.0).abs() < 1.0, "{percent:?}");
        table.ready(0, false);
        table.ready(1, false);
        let before = table.hashes.clone();
        table.run(TEN_MINUTES);
        assert_eq!(table.hashes, before, "nobody hashes for nobody");
    }

    #[test]
    fn a_pool_that_comes_and_goes_every_few_seconds_takes_nothing_from_the_others() {
        let mut table = Table::new(&[1, 1], 3);
        table.ready(0, true);
        for second in 0..600 {
            table.ready(1, second % 4 < 2);
            table.run(TURN);
        }
        let percent = table.percent(&[0, 0]);
        assert!(percent[0] > 50.0, "{percent:?}");
    }

    #[test]
    fn a_turn_ends_at_its_time_and_at_once_when_its_pool_has_no_job() {
        let mut quota = Quota::new(&[1, 1]);
        let now = Instant::now();
        assert_eq!(quota.whose_turn(now), None);
        quota.set_ready(1, true);
        assert_eq!((quota.whose_turn(now), quota.turn_ends()), (Some(1), Some(now + TURN)));
        quota.set_ready(0, true);
        quota.tell_work(1, 1000);
        assert_eq!(quota.whose_turn(now + TURN / 2), Some(1), "its turn lasts");
        assert_eq!(quota.whose_turn(now + TURN), Some(0));
        quota.set_ready(0, false);
        assert_eq!(quota.whose_turn(now + TURN), Some(1));
    }
}
