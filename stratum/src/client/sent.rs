//! Which shares have been sent, so that none is sent twice: pools refuse the second, and some count it against their miner.

use std::collections::HashSet;

use hashkit_chain::Hash;

/// The first half of a header's id is enough to tell headers apart.
type Key = [u8; 16];

/// The headers of shares that were sent.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sent {
    newest: HashSet<Key>,
    /// What filled `newest` before.
    earlier: HashSet<Key>,
}

impl Sent {
    /// At ten shares a second an hour of them; two such sets are some 2 MB.
    const MOST: usize = 1 << 15;

    /// Notes a share by its header's id; whether it was not there.
    pub(super) fn note(&mut self, header: &Hash) -> bool {
        let key = *header.as_internal().first_chunk().expect("a hash has 32 bytes");
        if self.earlier.contains(&key) || !self.newest.insert(key) {
            return false;
        }
        if self.newest.len() == Self::MOST {
            self.earlier = std::mem::take(&mut self.newest);
        }
        true
    }

    /// Forgets all: the chain has gone on, and with it every header is a new one.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_known_and_takes_bounded_memory() {
        let id = |number: usize| hashkit_chain::sha256d(&number.to_le_bytes());
        let mut sent = Sent::default();
        assert!((0..=2 * Sent::MOST).all(|number| sent.note(&id(number))));
        assert_eq!((sent.newest.len(), sent.earlier.len()), (1, Sent::MOST));
        assert!(!sent.note(&id(2 * Sent::MOST)) && !sent.note(&id(Sent::MOST)), "the newest are known");
        sent.clear();
        assert!(sent.note(&id(2 * Sent::MOST)));
    }
}
