//! What each pool was sent, and what it credits: the miner's own account of it.

use hashkit_chain::{Algorithm, Difficulty};

use crate::session::{Event, Fate};

/// The account of one pool.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Credit {
    /// Shares that the pool counts.
    pub(crate) accepted: u64,
    /// Shares that it refused, or whose job it no longer knew.
    pub(crate) refused: u64,
    /// Shares without an answer.
    pub(crate) lost: u64,
    /// The difficulty that was asked for, summed over the accepted shares: what the pool owes for.
    pub(crate) credited: f64,
    /// The same over all shares that were found for it.
    pub(crate) found: f64,
}

/// The accounts of all pools of a run, by their numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Credits(Vec<Credit>);

impl Credits {
    /// Takes one event in.
    pub(crate) fn count(&mut self, event: &Event) {
        let Event::Share(share) = event else { return };
        if self.0.len() <= share.pool {
            self.0.resize(share.pool + 1, Credit::default());
        }
        let credit = &mut self.0[share.pool];
        credit.found += share.found.asked.value();
        match share.fate {
            Fate::Accepted => {
                credit.accepted += 1;
                credit.credited += share.found.asked.value();
            }
            Fate::Refused { .. } | Fate::Stale { .. } => credit.refused += 1,
            Fate::Lost => credit.lost += 1,
        }
    }

    /// That of the pool with this number.
    pub(crate) fn of(&self, pool: usize) -> Credit {
        self.0.get(pool).copied().unwrap_or_default()
    }
}

/// The difficulty that so many hashes come to on average: shares of it are found by luck, some more, some less.
pub(crate) fn expected(hashes: u64, algorithm: Algorithm) -> f64 {
    hashes as f64 / Difficulty::ONE.expected_hashes(algorithm)
}

/// The end of a run for one pool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PoolAccount {
    /// The pool, `host:port`.
    pub(crate) pool: String,
    /// Hashes done for its jobs.
    pub(crate) hashes: u64,
    /// The difficulty that they come to on average.
    pub(crate) expected: f64,
    /// What became of the shares.
    pub(crate) credit: Credit,
}

#[cfg(test)]
mod tests {
    use hashkit_chain::Hash;

    use super::*;
    use crate::session::{Block, Found, ShareSeen};

    #[test]
    fn each_pool_has_an_account_of_its_own() {
        let mut credits = Credits::default();
        let mut share = |pool: usize, fate: Fate, asked: f64| {
            let asked = Difficulty::new(asked).unwrap();
            let (hash, parent) = (Hash::ZERO, Hash::ZERO);
            let found = Found { difficulty: Difficulty::ONE, asked, block: Block::No, hash, parent, height: None };
            credits.count(&Event::Share(ShareSeen { pool, fate, found, took: None }));
        };
        share(0, Fate::Accepted, 8.0);
        share(2, Fate::Accepted, 16.0);
        share(0, Fate::Accepted, 4.0);
        share(0, Fate::Lost, 2.0);
        share(2, Fate::Refused { reason: String::new() }, 1.0);
        share(2, Fate::Stale { reason: String::new() }, 1.0);
        assert_eq!(credits.of(0), Credit { accepted: 2, refused: 0, lost: 1, credited: 12.0, found: 14.0 });
        assert_eq!(credits.of(2), Credit { accepted: 1, refused: 2, lost: 0, credited: 16.0, found: 18.0 });
        assert_eq!((credits.of(1), credits.of(9)), (Credit::default(), Credit::default()));
    }

    #[test]
    fn a_share_of_difficulty_one_takes_two_to_the_32_hashes() {
        assert!((expected(1 << 32, Algorithm::Sha256d) - 1.0).abs() < 1e-4);
        assert!((expected(1 << 16, Algorithm::Scrypt) - 1.0).abs() < 1e-4);
    }
}
