//! The median of the last eleven times, which a header's time has to exceed (BIP 113).

use crate::header::{Header, Ntime};

/// How many times the median is of.
const SPAN: usize = 11;

/// The times of a header and of those below it, as far down as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LastTimes {
    /// In a ring: the newest stands before `next`.
    times: [Ntime; SPAN],
    count: usize,
    next: usize,
    /// Whether the lowest of them is of the chain's first block.
    reaches_the_first: bool,
}

impl LastTimes {
    /// The time of the lowest header that is known.
    pub(crate) fn lowest(height: u32, header: &Header) -> Self {
        let none = Self { times: [Ntime(0); SPAN], count: 0, next: 0, reaches_the_first: height == 0 };
        none.with(header.ntime)
    }

    /// These, with the time of the next header.
    pub(crate) fn with(mut self, ntime: Ntime) -> Self {
        self.times[self.next] = ntime;
        self.next = (self.next + 1) % SPAN;
        self.count = (self.count + 1).min(SPAN);
        self
    }

    /// Their median; `None` while too few are known.
    pub(crate) fn median(&self) -> Option<Ntime> {
        let mut times = self.times;
        let times = &mut times[..self.count];
        times.sort_unstable();
        (self.count == SPAN || self.reaches_the_first).then(|| times[self.count / 2])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::Hash;
    use crate::header::{Nbits, Version};
    use crate::nonce::Nonce;

    fn first(ntime: u32) -> Header {
        let (version, nbits, nonce) = (Version(4), Nbits(0), Nonce(0));
        Header { version, prev_hash: Hash::ZERO, merkle_root: Hash::ZERO, ntime: Ntime(ntime), nbits, nonce }
    }

    #[test]
    fn the_median_is_of_the_last_eleven_or_of_all_from_the_first_block_on() {
        for (case, height, times, median) in [
            ("the first block", 0, &[5][..], Some(5)),
            ("two blocks", 0, &[5, 9], Some(9)),
            ("times out of order", 0, &[5, 9, 7], Some(7)),
            ("eleven", 0, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], Some(6)),
            ("the twelfth pushes the first out", 0, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 12], Some(6)),
            ("ten above an unknown one", 100, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], None),
            ("eleven anywhere", 100, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], Some(6)),
        ] {
            let lowest = LastTimes::lowest(height, &first(times[0]));
            let last = times[1..].iter().fold(lowest, |last, time| last.with(Ntime(*time)));
            assert_eq!(last.median(), median.map(Ntime), "{case}");
        }
    }
}
