//! The wire between chips and host: as slow as its rate, and as noisy as it is told to be.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::outbox::Outbox;

/// Start bit, eight bits, stop bit.
const BITS_A_BYTE: f64 = 10.0;
/// How much is taken from the chips ahead of its time.
const AHEAD: Duration = Duration::from_millis(10);

/// What happens to bytes on their way, each as a part of them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Noise {
    pub(crate) flipped: f64,
    pub(crate) dropped: f64,
    pub(crate) inserted: f64,
    /// Of answers rather than bytes.
    pub(crate) wrong_crc: f64,
}

#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) noise: Noise,
    pub(crate) damaged: u64,
    is_paced: bool,
    /// Frames on the wire, with the time at which their last byte arrives.
    frames: VecDeque<(Instant, Vec<u8>)>,
    /// When the wire is free again.
    free_at: Instant,
    rng: fastrand::Rng,
}

impl Line {
    pub(crate) fn new(seed: u64, is_paced: bool, now: Instant) -> Self {
        let rng = fastrand::Rng::with_seed(seed.wrapping_add(2));
        Self { noise: Noise::default(), damaged: 0, is_paced, frames: VecDeque::new(), free_at: now, rng }
    }

    pub(crate) fn clear(&mut self, now: Instant) {
        self.frames.clear();
        self.free_at = now;
    }

    /// What the noise leaves of bytes.
    pub(crate) fn damage(&mut self, bytes: Vec<u8>) -> Vec<u8> {
        let Noise { flipped, dropped, inserted, .. } = self.noise;
        if flipped + dropped + inserted <= 0.0 {
            return bytes;
        }
        let mut damaged = Vec::with_capacity(bytes.len());
        for byte in bytes {
            let (flips, drops, inserts) = (self.hits(flipped), self.hits(dropped), self.hits(inserted));
            self.damaged += u64::from(flips) + u64::from(drops) + u64::from(inserts);
            if !drops {
                damaged.push(if flips { byte ^ 1 << self.rng.u32(..8) } else { byte });
            }
            if inserts {
                damaged.push(self.rng.u8(..));
            }
        }
        damaged
    }

    fn hits(&mut self, part: f64) -> bool {
        part > 0.0 && self.rng.f64() < part
    }

    /// The bytes that have arrived by now.
    pub(crate) fn transmit(&mut self, outbox: &mut Outbox, baud: f64, now: Instant) -> Option<Vec<u8>> {
        let mut arrived = Vec::new();
        loop {
            while self.frames.front().is_some_and(|(at, _)| *at <= now) {
                arrived.extend(self.frames.pop_front().map(|(_, frame)| frame).unwrap_or_default());
            }
            if self.free_at > now + AHEAD {
                break;
            }
            let Some((ready_at, frame)) = outbox.pop(now) else { break };
            let frame = self.spoil(frame);
            let seconds = if self.is_paced { frame.len() as f64 * BITS_A_BYTE / baud } else { 0.0 };
            let time = Duration::from_secs_f64(seconds);
            self.free_at = self.free_at.max(ready_at) + time;
            self.frames.push_back((self.free_at, frame));
        }
        (!arrived.is_empty()).then_some(arrived)
    }

    fn spoil(&mut self, mut frame: Vec<u8>) -> Vec<u8> {
        if self.hits(self.noise.wrong_crc)
            && let Some(last) = frame.last_mut()
        {
            // Any other value of the five bits.
            *last ^= self.rng.u8(1..32);
            self.damaged += 1;
        }
        self.damage(frame)
    }

    /// When there is something to transmit: a frame that arrives, or one that is ready for a free wire.
    pub(crate) fn ready_at(&self, outbox: Option<Instant>) -> Option<Instant> {
        let room_at = self.free_at.checked_sub(AHEAD).unwrap_or(self.free_at);
        self.frames.front().map(|(at, _)| *at).into_iter().chain(outbox.map(|ready| ready.max(room_at))).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_arrives_when_its_last_bit_has() {
        let start = Instant::now();
        let (mut line, mut outbox) = (Line::new(1, true, start), Outbox::default());
        outbox.push(start, vec![1; 11]);
        outbox.push(start, vec![2; 11]);
        // Eleven bytes take 0.955 ms at 115,200 baud.
        assert_eq!(line.transmit(&mut outbox, 115_200.0, start), None);
        assert_eq!(line.transmit(&mut outbox, 115_200.0, start + Duration::from_millis(1)), Some(vec![1; 11]));
        let second = line.ready_at(outbox.ready_at()).unwrap();
        assert_eq!((second - start).as_micros(), 1909);
        assert_eq!(line.transmit(&mut outbox, 115_200.0, second), Some(vec![2; 11]));
        assert_eq!(line.ready_at(outbox.ready_at()), None);
    }

    #[test]
    fn noise_hits_the_part_that_it_is_told_to() {
        let mut line = Line::new(1, true, Instant::now());
        let bytes = vec![0; 100_000];
        assert_eq!(line.damage(bytes.clone()), bytes);
        line.noise.flipped = 0.01;
        let hit = line.damage(bytes.clone()).iter().filter(|byte| byte.is_power_of_two()).count();
        assert!((900..1100).contains(&hit), "{hit}");
        line.noise = Noise { dropped: 0.01, ..Noise::default() };
        assert!((98_900..99_100).contains(&line.damage(bytes.clone()).len()));
        line.noise = Noise { inserted: 0.01, ..Noise::default() };
        assert!((100_900..101_100).contains(&line.damage(bytes).len()));
    }
}
