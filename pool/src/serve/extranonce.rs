//! Who works in which part of the search space: each connection has an extranonce1 that no other has.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use crate::assembly::EXTRANONCE1_LEN;

/// The bytes of one connection.
pub(crate) type Extranonce1 = [u8; EXTRANONCE1_LEN];

/// How long a connection that broke may come back to its extranonce1. Its last jobs are long dead by then, so that the bytes
/// can go to somebody else.
const RESUME: Duration = Duration::from_mins(10);

/// More than any pool of this kind serves; beyond it the longest-left bytes are given out again early.
const MOST_HELD: usize = 1 << 20;

/// Gives out extranonce1s by counting, never one that is in use or was left a moment ago.
pub(crate) struct Extranonces {
    next: u32,
    /// With the time at which it was left; `None` while in use.
    held: HashMap<u32, Option<Instant>>,
    /// In the order in which they were left. One that was resumed meanwhile is told by its other time.
    left: VecDeque<(u32, Instant)>,
}

impl Extranonces {
    /// Counting from `first` on. Two pools that share a payout must begin far apart, otherwise they do the same work.
    pub(crate) fn new(first: u32) -> Self {
        Self { next: first, held: HashMap::new(), left: VecDeque::new() }
    }

    /// Bytes that nobody else has.
    pub(crate) fn take(&mut self, now: Instant) -> Extranonce1 {
        self.forget(now);
        while self.held.contains_key(&self.next) {
            self.next = self.next.wrapping_add(1);
        }
        let taken = self.next;
        self.next = taken.wrapping_add(1);
        self.held.insert(taken, None);
        taken.to_be_bytes()
    }

    /// Takes back bytes that were left within the window; false when they are in use, unknown or long gone.
    pub(crate) fn resume(&mut self, bytes: Extranonce1, now: Instant) -> bool {
        self.forget(now);
        match self.held.get_mut(&u32::from_be_bytes(bytes)) {
            Some(left @ Some(_)) => {
                *left = None;
                true
            }
            _ => false,
        }
    }

    /// The connection is gone.
    pub(crate) fn leave(&mut self, bytes: Extranonce1, now: Instant) {
        let number = u32::from_be_bytes(bytes);
        self.held.insert(number, Some(now));
        self.left.push_back((number, now));
    }

    fn forget(&mut self, now: Instant) {
        while let Some(&(number, at)) = self.left.front() {
            if now.saturating_duration_since(at) < RESUME && self.left.len() <= MOST_HELD {
                break;
            }
            self.left.pop_front();
            if self.held.get(&number) == Some(&Some(at)) {
                self.held.remove(&number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_connections_have_the_same_bytes_even_around_the_end() {
        let now = Instant::now();
        let mut extranonces = Extranonces::new(u32::MAX - 1);
        let taken: Vec<_> = (0..4).map(|_| extranonces.take(now)).collect();
        assert_eq!(taken, [[255, 255, 255, 254], [255; 4], [0; 4], [0, 0, 0, 1]]);
        extranonces.next = u32::MAX;
        assert_eq!(extranonces.take(now), [0, 0, 0, 2], "those in use are passed over");
    }

    #[test]
    fn bytes_that_were_left_wait_for_their_connection_and_then_for_anyone() {
        let now = Instant::now();
        let mut extranonces = Extranonces::new(7);
        let mine = extranonces.take(now);
        assert!(!extranonces.resume(mine, now), "they are in use");
        extranonces.leave(mine, now);
        extranonces.next = 7;
        assert_eq!(extranonces.take(now), [0, 0, 0, 8], "they wait");
        let soon = now + RESUME / 2;
        assert!(extranonces.resume(mine, soon), "the connection came back");
        assert!(!extranonces.resume([9; 4], soon), "nobody had those");

        extranonces.leave(mine, soon);
        assert!(!extranonces.resume(mine, soon + RESUME), "too late");
        extranonces.next = 7;
        assert_eq!(extranonces.take(soon + RESUME), mine);
        assert!(extranonces.left.is_empty());
    }
}
