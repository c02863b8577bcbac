//! The shares that have been handed in: none goes out twice.

use std::collections::{HashSet, VecDeque};

use hashkit_chain::Hash;

/// The newest shares by their hashes, which no two different shares have in common.
#[derive(Debug, Default)]
pub(super) struct Sent {
    hashes: HashSet<Hash>,
    order: VecDeque<Hash>,
}

impl Sent {
    /// So many are remembered: minutes of them at any rate that pools ask for, in a megabyte and a half.
    const MAX: usize = 16 * 1024;

    /// Takes note of a share; whether it is new.
    pub(super) fn is_new(&mut self, hash: Hash) -> bool {
        if !self.hashes.insert(hash) {
            return false;
        }
        if self.order.len() == Self::MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.hashes.remove(&oldest);
        }
        self.order.push_back(hash);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_known_until_thousands_have_come_after_it() {
        let hash = |number: usize| hashkit_chain::sha256d(&number.to_le_bytes());
        let mut sent = Sent::default();
        assert!((0..Sent::MAX).all(|number| sent.is_new(hash(number))));
        assert!(!sent.is_new(hash(0)) && !sent.is_new(hash(Sent::MAX - 1)));
        assert!(sent.is_new(hash(Sent::MAX)) && sent.is_new(hash(0)), "the oldest is forgotten");
        assert_eq!((sent.hashes.len(), sent.order.len()), (Sent::MAX, Sent::MAX));
    }
}
