//! For whom the devices have searched: each generation belongs to an account, and each hash to its generation.

use std::collections::VecDeque;

/// Which account a job is searched for, by a number that the source gives it: one a pool, say.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    /// The first generation of each run of generations for one account, in rising order.
    runs: VecDeque<(u64, usize)>,
    hashes: Vec<u64>,
}

impl Accounts {
    /// So many runs are remembered. A device that is still busy with an older one counts for the oldest that is known.
    const RUNS: usize = 256;

    /// From this generation on the devices search for `account`.
    pub(super) fn begin(&mut self, generation: u64, account: usize) {
        if self.runs.back().is_some_and(|(_, newest)| *newest == account) {
            return;
        }
        if self.runs.len() == Self::RUNS {
            self.runs.pop_front();
        }
        self.runs.push_back((generation, account));
    }

    /// Whose job a generation is.
    pub(super) fn of(&self, generation: u64) -> usize {
        let after = self.runs.partition_point(|(first, _)| *first <= generation);
        self.runs.get(after.saturating_sub(1)).map_or(0, |(_, account)| *account)
    }

    /// Counts hashes that were done for this generation.
    pub(super) fn add(&mut self, generation: u64, hashes: u64) {
        let account = self.of(generation);
        if self.hashes.len() <= account {
            self.hashes.resize(account + 1, 0);
        }
        self.hashes[account] += hashes;
    }

    /// The hashes of an account.
    pub(super) fn hashes(&self, account: usize) -> u64 {
        self.hashes.get(account).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hash_counts_for_the_account_of_its_generation() {
        let mut accounts = Accounts::default();
        for (generation, account) in [(1, 0), (2, 0), (3, 2), (7, 0)] {
            accounts.begin(generation, account);
        }
        for (generation, hashes) in [(1, 1), (2, 10), (3, 100), (6, 1000), (7, 10_000), (9, 100_000), (0, 1_000_000)] {
            accounts.add(generation, hashes);
        }
        assert_eq!([0, 1, 2, 3].map(|account| accounts.hashes(account)), [1_110_011, 0, 1100, 0]);
    }

    #[test]
    fn memory_is_bounded_and_the_newest_runs_are_exact() {
        let mut accounts = Accounts::default();
        for generation in 1..=10_000 {
            accounts.begin(generation, usize::from(generation % 2 == 0));
        }
        assert_eq!(accounts.runs.len(), Accounts::RUNS);
        assert_eq!((accounts.of(9_999), accounts.of(10_000)), (0, 1));
    }
}
