//! Who was on which tip when.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hashkit_chain::Hash;
use tokio::time::Instant;

use super::{Finding, Inspected};

/// Who follows the chain: the pools by their number, or the user's node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Pool(usize),
    Node,
}

/// The tips as they were seen, by all who watch.
#[derive(Debug, Clone, Default)]
pub(super) struct Tips(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    /// Who is expected to say something.
    expected: BTreeSet<Place>,
    /// In the order of being seen first by anybody, with who saw it when.
    tips: Vec<(Hash, BTreeMap<Place, Instant>)>,
    node_trouble: Option<String>,
}

impl Tips {
    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody will say where they are.
    pub(super) fn expect(&self, place: Place) {
        self.lock().expected.insert(place);
    }

    /// They will not.
    pub(super) fn give_up(&self, place: Place) {
        self.lock().expected.remove(&place);
    }

    /// The node cannot be asked.
    pub(super) fn node_trouble(&self, words: String) {
        self.lock().node_trouble = Some(words);
    }

    /// Somebody is on this tip; only the first time counts.
    pub(super) fn saw(&self, place: Place, tip: Hash, at: Instant) {
        let mut seen = self.lock();
        match seen.tips.iter_mut().find(|(hash, _)| *hash == tip) {
            Some((_, places)) => {
                places.entry(place).or_insert(at);
            }
            None => seen.tips.push((tip, BTreeMap::from([(place, at)]))),
        }
    }

    /// Whether all who are expected are on one tip.
    pub(super) fn agree(&self) -> bool {
        let seen = self.lock();
        seen.tips.last().is_some_and(|(_, places)| seen.expected.iter().all(|place| places.contains_key(place)))
    }

    /// Of each new block that the pool of this number and somebody else saw, how much later than the first of all it was.
    pub(super) fn delays(&self, number: usize) -> Vec<Duration> {
        let seen = self.lock();
        // Where somebody was when the watch began says nothing of how long it had been there.
        let began: BTreeSet<Hash> = seen.expected.iter().filter_map(|place| seen.first_of(*place)).collect();
        let news = seen.tips.iter().filter(|(hash, places)| !began.contains(hash) && places.len() > 1);
        news.filter_map(|(_, places)| {
            let first = places.values().min()?;
            places.get(&Place::Pool(number)).map(|at| at.saturating_duration_since(*first))
        })
        .collect()
    }

    /// What the comparison comes to.
    pub(super) fn findings(&self, pool: &Inspected, others: &[Inspected]) -> Vec<Finding> {
        let mut findings = Vec::new();
        let seen = self.lock();
        if let Some(trouble) = &seen.node_trouble {
            findings.push(Finding { is_wrong: false, words: format!("not compared with the node: {trouble}") });
        }
        let compared = seen.expected.len().saturating_sub(1);
        if compared > 0 {
            let tip = pool.job.prev_hash;
            let on_it = seen.expected.iter().filter(|place| seen.last_of(**place) == Some(tip)).count() - 1;
            let newest = seen.tips.last().map(|(hash, _)| *hash);
            // Those who have gone on from where the pool still is.
            let ahead = seen.expected.iter().filter(|place| {
                let was_there = seen.tips.iter().any(|(hash, places)| *hash == tip && places.contains_key(place));
                was_there && seen.last_of(**place) != Some(tip)
            });
            let height = |of: &Inspected| crate::session::stated_height(&of.job.coinbase.prefix);
            let higher = others.iter().filter(|other| height(other) > height(pool) && height(pool).is_some()).count();
            if on_it == compared {
                let words = format!("it is on the same previous block as all {compared} that it is compared with");
                findings.push(Finding { is_wrong: false, words });
            } else if ahead.count() > 0 || higher > 0 || (on_it == 0 && newest != Some(tip)) {
                let words = format!(
                    "it keeps its miners on an old block: {tip} is the previous one of its job, and {} of {compared} have another",
                    compared - on_it
                );
                findings.push(Finding { is_wrong: true, words });
            } else {
                let words = format!(
                    "{on_it} of {compared} that it is compared with are on the same previous block: look again in a minute"
                );
                findings.push(Finding { is_wrong: false, words });
            }
        }
        for other in others.iter().filter(|other| other.job.prev_hash == pool.job.prev_hash) {
            if other.job.nbits != pool.job.nbits {
                let words = format!(
                    "its nbits {} are not those of {} on the same block, {}",
                    pool.job.nbits, other.pool, other.job.nbits
                );
                findings.push(Finding { is_wrong: true, words });
            }
        }
        findings
    }
}

impl Seen {
    fn first_of(&self, place: Place) -> Option<Hash> {
        let seen = self.tips.iter().filter_map(|(hash, places)| places.get(&place).map(|at| (*at, *hash)));
        seen.min_by_key(|(at, _)| *at).map(|(_, hash)| hash)
    }

    fn last_of(&self, place: Place) -> Option<Hash> {
        let seen = self.tips.iter().filter_map(|(hash, places)| places.get(&place).map(|at| (*at, *hash)));
        seen.max_by_key(|(at, _)| *at).map(|(_, hash)| hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blocks_that_came_while_watching_tell_who_is_late() {
        let (tips, start) = (Tips::default(), Instant::now());
        let saw = |place, tip: u8, ms: u64| {
            tips.saw(place, Hash::from_internal([tip; 32]), start + Duration::from_millis(ms));
        };
        for place in [Place::Pool(0), Place::Pool(1), Place::Node] {
            tips.expect(place);
        }
        saw(Place::Pool(0), 1, 0);
        assert!(!tips.agree(), "the others have said nothing");
        saw(Place::Pool(1), 1, 500);
        saw(Place::Node, 1, 700);
        assert!(tips.agree());
        saw(Place::Node, 2, 1000);
        saw(Place::Pool(1), 2, 1020);
        assert!(!tips.agree());
        saw(Place::Pool(0), 2, 1300);
        saw(Place::Pool(0), 2, 1400);
        saw(Place::Pool(1), 3, 2000);
        assert_eq!(tips.delays(0), [Duration::from_millis(300)]);
        assert_eq!(tips.delays(1), [Duration::from_millis(20)], "nobody else has seen the third block");
        tips.give_up(Place::Node);
        assert!(!tips.agree());
    }
}
