//! Jobs to the chips: a whole header, or the midstates of one header in several versions.

use hashkit_chain::{Header, Version};
use sha2::block_api::compress256;

use super::TO_CHIP;
use super::command::Framing;
use crate::crc::crc16;

const JOB: u8 = 0x21;

/// A job for chips that build all versions themselves: BM1362 and later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholeHeaderJob {
    /// Comes back with each nonce, its upper five bits alone.
    pub id: u8,
    /// The byte that the chips do not check: 0x36 from factory firmware, 0x56 (the true length) from the boards' own.
    pub length: u8,
    /// The header, with the rolled version bits cleared: the chips lay theirs over it. Its nonce is where they begin.
    pub header: Header,
}

impl WholeHeaderJob {
    /// The length byte that counts what follows, as the boards' own firmware sends it.
    pub const TRUE_LENGTH: u8 = 0x56;

    /// The frame, 88 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let header = &self.header;
        let mut frame = Vec::with_capacity(88);
        frame.extend(TO_CHIP);
        frame.extend([JOB, self.length, self.id, 1]);
        frame.extend(header.nonce.0.to_le_bytes());
        frame.extend(header.nbits.0.to_le_bytes());
        frame.extend(header.ntime.0.to_le_bytes());
        frame.extend(words_reversed(header.merkle_root.as_internal()));
        frame.extend(words_reversed(header.prev_hash.as_internal()));
        frame.extend(header.version.0.to_le_bytes());
        let crc = crc16(&frame[TO_CHIP.len()..]);
        frame.extend(crc.to_be_bytes());
        frame
    }
}

/// The eight words in reverse order, the bytes within each as they were.
fn words_reversed(bytes: &[u8; 32]) -> impl Iterator<Item = u8> {
    bytes.rchunks_exact(4).flatten().copied()
}

/// A job for chips that are told a midstate for each version: BM1387 and BM1397.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MidstateJob {
    /// Comes back with each nonce; a multiple of the number of midstates, whose index lies in its low bits.
    pub id: u8,
    /// Where the chips begin, as it stands in a header: zero in every known firmware.
    pub starting_nonce: [u8; 4],
    /// Network target, time and the last word of the merkle root, each as it stands in a header.
    pub nbits: [u8; 4],
    /// See `nbits`.
    pub ntime: [u8; 4],
    /// See `nbits`.
    pub merkle_tail: [u8; 4],
    /// One for each version: 1, 2 or 4.
    pub midstates: Vec<Midstate>,
}

impl MidstateJob {
    /// The job for one header in these versions: 1, 2 or 4 of them.
    #[must_use]
    pub fn new(id: u8, header: &Header, versions: &[Version]) -> Self {
        let [nbits, ntime, merkle_tail] = tail(header);
        let midstates = versions.iter().map(|version| Midstate::of(&Header { version: *version, ..*header })).collect();
        Self { id, starting_nonce: [0; 4], nbits, ntime, merkle_tail, midstates }
    }

    /// The frame: 24 bytes and 32 a midstate, and the preamble where the chips have one.
    ///
    /// # Panics
    /// With more than four midstates, which no chip takes.
    #[must_use]
    pub fn encode(&self, framing: Framing) -> Vec<u8> {
        let count = u8::try_from(self.midstates.len()).ok().filter(|count| *count <= 4).expect("at most 4 midstates");
        let mut body = vec![JOB, 22 + 32 * count, self.id, count];
        body.extend(self.starting_nonce);
        body.extend(self.nbits);
        body.extend(self.ntime);
        body.extend(self.merkle_tail);
        body.extend(self.midstates.iter().flat_map(|midstate| midstate.0));
        let crc = crc16(&body);
        body.extend(crc.to_be_bytes());
        if framing == Framing::Preamble { [&TO_CHIP[..], &body].concat() } else { body }
    }
}

/// The SHA-256 state after a header's first 64 bytes, in the chips' order: the last word first, each with its most significant
/// byte first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Midstate([u8; 32]);

impl Midstate {
    /// From bytes in the chips' order.
    #[must_use]
    pub fn from_wire(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Of this header, in its own version.
    #[must_use]
    pub fn of(header: &Header) -> Self {
        let bytes = header.to_bytes();
        let mut block = [0; 64];
        block.copy_from_slice(&bytes[..64]);
        let mut state = INITIAL_STATE;
        compress256(&mut state, &[block]);
        let mut wire = [0; 32];
        for (place, word) in wire.chunks_exact_mut(4).zip(state.iter().rev()) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        Self(wire)
    }

    /// The bytes in the chips' order.
    #[must_use]
    pub fn as_wire(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Network target, time and the last word of the merkle root: the order in which chips take the header's tail.
pub(crate) fn tail(header: &Header) -> [[u8; 4]; 3] {
    let root = header.merkle_root.as_internal();
    let merkle_tail = [root[28], root[29], root[30], root[31]];
    [header.nbits.0.to_le_bytes(), header.ntime.0.to_le_bytes(), merkle_tail]
}

/// SHA-256's, FIPS 180-4 section 5.3.3.
const INITIAL_STATE: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
