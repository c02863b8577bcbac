//! What a chain has done, chip by chip, and how fast it is by its nonces.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hashkit_chain::Hashrate;

/// What one chip has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChipCounts {
    /// Right nonces, each counted once.
    pub nonces: u64,
    /// Nonces whose hash is not what the chip claims, or in a version that it was not given.
    pub wrong: u64,
    /// Right nonces that had come before.
    pub duplicates: u64,
    /// Right nonces of a job before the newest one.
    pub late: u64,
    /// Hashes that the chip itself calls wrong, in units of 2^32; zero of chips that do not count them.
    pub own_errors: u64,
}

/// What a chain has done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChainCounts {
    /// By the index of the chip.
    pub chips: Vec<ChipCounts>,
    /// Nonces under an id that no job has: the chip cannot be told, nor what it searched.
    pub unknown_jobs: u64,
    /// Frames with a wrong checksum: a damaged address says nothing about who sent it.
    pub bad_frames: u64,
    /// Bytes that were no frame.
    pub skipped_bytes: u64,
    /// How often the reader lost step and found it again.
    pub resyncs: u64,
    /// Answers of opened cores to the all-ones work.
    pub core_answers: u64,
    /// Jobs sent.
    pub jobs: u64,
    /// How often the chips were started.
    pub starts: u32,
    /// Indices of chips that have fallen silent.
    pub silent: Vec<u16>,
}

impl ChainCounts {
    /// All chips together.
    #[must_use]
    pub fn total(&self) -> ChipCounts {
        self.chips.iter().fold(ChipCounts::default(), |sum, chip| ChipCounts {
            nonces: sum.nonces + chip.nonces,
            wrong: sum.wrong + chip.wrong,
            duplicates: sum.duplicates + chip.duplicates,
            late: sum.late + chip.late,
            own_errors: sum.own_errors + chip.own_errors,
        })
    }
}

/// A hashrate from nonces.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// The rate.
    pub hashrate: Hashrate,
    /// Its relative standard error: nonces come as Poisson's law has it, so that is one over the root of their number.
    pub error: f64,
}

/// Right nonces of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Gauge {
    since: Option<Instant>,
    /// A second each: when it began, how many nonces, how many hashes they stand for.
    seconds: VecDeque<(Instant, u32, f64)>,
}

impl Gauge {
    const LENGTH: Duration = Duration::from_mins(1);

    /// Starts anew: the chips run from now on.
    pub(crate) fn restart(&mut self, now: Instant) {
        *self = Self { since: Some(now), seconds: VecDeque::new() };
    }

    pub(crate) fn add(&mut self, hashes: f64, now: Instant) {
        match self.seconds.back_mut() {
            Some((began, nonces, sum)) if now.saturating_duration_since(*began) < Duration::from_secs(1) => {
                *nonces += 1;
                *sum += hashes;
            }
            _ => self.seconds.push_back((now, 1, hashes)),
        }
        while self.seconds.front().is_some_and(|(began, ..)| now.saturating_duration_since(*began) > Self::LENGTH) {
            self.seconds.pop_front();
        }
    }

    pub(crate) fn read(&self, now: Instant) -> Option<Measured> {
        let elapsed = now.saturating_duration_since(self.since?).min(Self::LENGTH);
        let within = self.seconds.iter().filter(|(began, ..)| now.saturating_duration_since(*began) <= Self::LENGTH);
        let (nonces, hashes) = within.fold((0, 0.0), |(nonces, sum), (_, more, hashes)| (nonces + more, sum + hashes));
        let hashrate = Hashrate::over(hashes, elapsed)?;
        (nonces > 0).then(|| Measured { hashrate, error: 1.0 / f64::from(nonces).sqrt() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_comes_with_its_error_and_forgets_after_a_minute() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut gauge = Gauge::default();
        assert_eq!(gauge.read(at(5)), None, "it has not begun");
        gauge.restart(start);
        assert_eq!(gauge.read(at(5)), None, "no nonce yet");
        for nonce in 0..1000 {
            gauge.add(60.0, start + Duration::from_millis(nonce * 10));
        }
        let read = |seconds| {
            gauge.read(at(seconds)).map(|read| (read.hashrate.per_second().round(), (read.error * 1000.0).round()))
        };
        assert_eq!(read(10), Some((6000.0, 32.0)));
        assert_eq!(read(20), Some((3000.0, 32.0)));
        assert_eq!(read(200), None, "all of it is older than a minute");
    }
}
