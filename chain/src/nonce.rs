//! The nonce and runs of it.

use std::fmt;

/// The header's last 32 bits, which a device sweeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nonce(pub u32);

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// A half-open run of nonces: empty, or up to all 2^32 of them; it never wraps around.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonceRange {
    start: u64,
    end: u64,
}

impl NonceRange {
    /// All 2^32 nonces.
    pub const FULL: Self = Self { start: 0, end: 1 << 32 };

    /// `len` nonces from `start` on, fewer where the nonces end first.
    #[must_use]
    pub const fn new(start: u32, len: u64) -> Self {
        let end = (start as u64).saturating_add(len);
        Self { start: start as u64, end: if end > 1 << 32 { 1 << 32 } else { end } }
    }

    /// How many nonces it holds, 0 to 2^32.
    #[must_use]
    pub const fn len(self) -> u64 {
        self.end - self.start
    }

    /// Whether it holds none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The first nonce; of an empty range the place where it would begin, `None` when that lies behind the last nonce.
    #[must_use]
    pub fn first(self) -> Option<Nonce> {
        u32::try_from(self.start).ok().map(Nonce)
    }

    /// Whether `nonce` lies in it.
    #[must_use]
    pub const fn contains(self, nonce: Nonce) -> bool {
        self.start <= nonce.0 as u64 && (nonce.0 as u64) < self.end
    }

    /// Cuts up to `count` nonces off the front and returns them.
    #[must_use]
    pub fn split_front(&mut self, count: u64) -> Self {
        let cut = self.start + count.min(self.len());
        let front = Self { start: self.start, end: cut };
        self.start = cut;
        front
    }

    /// The nonces in ascending order.
    pub fn iter(self) -> impl Iterator<Item = Nonce> {
        #[expect(clippy::cast_possible_truncation, reason = "both ends are at most 2^32, so each member is below it")]
        (self.start..self.end).map(|nonce| Nonce(nonce as u32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_ends_where_the_nonces_end() {
        for (case, range, len) in [
            ("empty", NonceRange::new(7, 0), 0),
            ("one", NonceRange::new(7, 1), 1),
            ("the last nonce of all", NonceRange::new(u32::MAX, 1), 1),
            ("cut at the end", NonceRange::new(u32::MAX, 9), 1),
            ("a length that overflows", NonceRange::new(u32::MAX, u64::MAX), 1),
            ("all", NonceRange::FULL, 1 << 32),
        ] {
            assert_eq!(range.len(), len, "{case}");
            assert_eq!(range.is_empty(), len == 0, "{case}");
        }
    }

    #[test]
    fn split_pieces_are_in_order_and_cover_the_range() {
        let mut rest = NonceRange::new(u32::MAX - 9, 10);
        let front = rest.split_front(7);
        assert_eq!((front.len(), rest.len()), (7, 3));
        assert_eq!(rest.split_front(u64::MAX).iter().last(), Some(Nonce(u32::MAX)));
        assert!(rest.is_empty());
        assert_eq!(rest.first(), None);
        assert!(front.contains(Nonce(u32::MAX - 9)) && !front.contains(Nonce(u32::MAX - 2)));
    }
}
