//! What a device has to say, each frame at its time.

use std::collections::BTreeMap;
use std::time::Instant;

/// A device has no flow control: what nobody reads is lost, here once a megabyte waits.
const ROOM: usize = 1 << 20;

/// Frames by the time at which they are ready, and in their order where that is the same.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    frames: BTreeMap<(Instant, u64), Vec<u8>>,
    count: u64,
    bytes: usize,
    /// Frames for which there was no room.
    pub(crate) lost: u64,
}

impl Outbox {
    pub(crate) fn push(&mut self, ready_at: Instant, frame: Vec<u8>) {
        if self.bytes + frame.len() > ROOM {
            self.lost += 1;
            return;
        }
        self.bytes += frame.len();
        self.count += 1;
        self.frames.insert((ready_at, self.count), frame);
    }

    /// The next frame that is ready, with its time.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<(Instant, Vec<u8>)> {
        if self.ready_at()? > now {
            return None;
        }
        let ((ready_at, _), frame) = self.frames.pop_first()?;
        self.bytes -= frame.len();
        Some((ready_at, frame))
    }

    /// When the next frame is ready.
    pub(crate) fn ready_at(&self) -> Option<Instant> {
        self.frames.first_key_value().map(|((at, _), _)| *at)
    }

    pub(crate) fn clear(&mut self) {
        self.frames.clear();
        self.bytes = 0;
    }
}
