//! A job as a chip has it: enough of a header to hash it.

use hashkit_chain::{Algorithm, Header};
use sha2::block_api::compress256;

use crate::model::JobFormat;

/// The state with which SHA-256 begins (FIPS 180-4, 5.3.3).
const START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A job without its nonce and version bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Job {
    /// The id byte as it was sent.
    pub(crate) id: u8,
    /// Where the host wants the nonces to begin; zero in every capture, and not heeded.
    pub(crate) starting_nonce: u32,
    head: Head,
    /// Header bytes 64 to 75: the end of the merkle root, ntime, nbits.
    tail: [u8; 12],
}

/// The first 64 bytes of the header, in one form or the other.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Head {
    /// Themselves, with the version that nobody has rolled.
    Bytes([u8; 64]),
    /// What SHA-256 makes of them, once a version.
    Midstates(Vec<[u32; 8]>),
}

impl Job {
    /// Reads the payload of a job frame, from its header byte on; `None` where it is no job of this format.
    pub(crate) fn from_frame(format: JobFormat, frame: &[u8]) -> Option<Self> {
        match format {
            JobFormat::Header => Self::whole_header(frame.try_into().ok()?),
            JobFormat::Midstates => Self::midstates(frame),
        }
    }

    fn whole_header(frame: &[u8; 84]) -> Option<Self> {
        // Other numbers of midstates mean nothing here that is known.
        if frame[3] != 1 {
            return None;
        }
        let mut head = [0; 64];
        head[..4].copy_from_slice(&frame[80..84]);
        let (prev_hash, merkle_root) = (in_header_order(&frame[48..80]), in_header_order(&frame[16..48]));
        head[4..36].copy_from_slice(&prev_hash);
        head[36..].copy_from_slice(&merkle_root[..28]);
        let mut tail = [0; 12];
        tail[..4].copy_from_slice(&merkle_root[28..]);
        tail[4..8].copy_from_slice(&frame[12..16]);
        tail[8..].copy_from_slice(&frame[8..12]);
        Some(Self { id: frame[2], starting_nonce: be_word(&frame[4..8]), head: Head::Bytes(head), tail })
    }

    fn midstates(frame: &[u8]) -> Option<Self> {
        let count = usize::from(*frame.get(3)?);
        if !(1..=4).contains(&count) || frame.len() != 20 + 32 * count {
            return None;
        }
        let states = frame[20..].chunks_exact(32).map(midstate_on_the_wire).collect();
        let mut tail = [0; 12];
        tail[..4].copy_from_slice(&frame[16..20]);
        tail[4..8].copy_from_slice(&frame[12..16]);
        tail[8..].copy_from_slice(&frame[8..12]);
        Some(Self { id: frame[2], starting_nonce: be_word(&frame[4..8]), head: Head::Midstates(states), tail })
    }

    /// A work of the Icarus class: a midstate, and at the end nbits, ntime and the last of the merkle root. Its id is byte 51,
    /// for units that give it back.
    pub(crate) fn from_work(work: &[u8; 64]) -> Self {
        let mut tail = [0; 12];
        tail[..4].copy_from_slice(&work[60..]);
        tail[4..8].copy_from_slice(&work[56..60]);
        tail[8..].copy_from_slice(&work[52..56]);
        let head = Head::Midstates(vec![midstate_on_the_wire(&work[..32])]);
        Self { id: work[51], starting_nonce: 0, head, tail }
    }

    /// Whether it is the same search, whatever id it has.
    pub(crate) fn is_same_work(&self, other: &Self) -> bool {
        (&self.head, &self.tail) == (&other.head, &other.tail)
    }

    /// How many midstates it came with; `None` where the chip makes its own.
    pub(crate) fn midstate_count(&self) -> Option<u32> {
        match &self.head {
            Head::Bytes(_) => None,
            Head::Midstates(states) => u32::try_from(states.len()).ok(),
        }
    }

    /// Whether it is what opens the cores of a BM1387: nothing but ones behind a midstate of zeros.
    pub(crate) fn is_null_work(&self) -> bool {
        let zeros = matches!(&self.head, Head::Midstates(states) if states.iter().all(|state| *state == [0; 8]));
        zeros && self.tail == [0xff; 12]
    }

    /// SHA-256 of the first 64 bytes under these version bits (bit 0 is bit 13 of the version), or the midstate of this number.
    pub(crate) fn midstate(&self, version: u16) -> Option<[u32; 8]> {
        match &self.head {
            Head::Bytes(_) => {
                let mut state = START;
                compress256(&mut state, &[self.head_bytes(version)?]);
                Some(state)
            }
            Head::Midstates(states) => states.get(usize::from(version)).copied(),
        }
    }

    fn head_bytes(&self, version_bits: u16) -> Option<[u8; 64]> {
        let Head::Bytes(mut head) = self.head else { return None };
        let base = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
        head[..4].copy_from_slice(&(base | u32::from(version_bits) << 13).to_le_bytes());
        Some(head)
    }

    /// The header of a nonce, where the job holds one whole.
    pub(crate) fn header(&self, version_bits: u16, nonce: [u8; 4]) -> Option<Header> {
        let mut bytes = [0; 80];
        bytes[..64].copy_from_slice(&self.head_bytes(version_bits)?);
        bytes[64..76].copy_from_slice(&self.tail);
        bytes[76..].copy_from_slice(&nonce);
        Some(Header::from_bytes(&bytes))
    }

    /// How many zero bits the hash of a nonce begins with, read as people read it; the judge's word where the header is whole.
    pub(crate) fn zero_bits(&self, version: u16, nonce: [u8; 4]) -> Option<u32> {
        if let Some(header) = self.header(version, nonce) {
            let hash = Algorithm::Sha256d.hash(&header);
            let high = hash.as_internal()[..]
                .rchunks_exact(4)
                .map(|word| u32::from_le_bytes(word.try_into().expect("chunks of four")));
            return Some(leading_zeros(high));
        }
        self.midstate(version).map(|midstate| self.tail_block(nonce).zero_bits(&midstate))
    }

    /// The second block of the header with this nonce.
    pub(crate) fn tail_block(&self, nonce: [u8; 4]) -> TailBlock {
        let mut block = [0; 64];
        block[..12].copy_from_slice(&self.tail);
        block[12..16].copy_from_slice(&nonce);
        block[16] = 0x80;
        // The length of a header in bits.
        block[62..].copy_from_slice(&640_u16.to_be_bytes());
        TailBlock(block)
    }
}

/// The second block that SHA-256 sees of a header.
pub(crate) struct TailBlock([u8; 64]);

impl TailBlock {
    /// How many zero bits the hash begins with, from the midstate before this block.
    pub(crate) fn zero_bits(&self, midstate: &[u32; 8]) -> u32 {
        let mut first = *midstate;
        compress256(&mut first, &[self.0]);
        let mut block = [0; 64];
        for (bytes, word) in block.chunks_exact_mut(4).zip(first) {
            bytes.copy_from_slice(&word.to_be_bytes());
        }
        block[32] = 0x80;
        block[62..].copy_from_slice(&256_u16.to_be_bytes());
        let mut second = START;
        compress256(&mut second, &[block]);
        // The last byte of the digest is the highest of the number.
        leading_zeros(second.iter().rev().map(|word| word.swap_bytes()))
    }
}

/// Of a 256-bit number by its words, the highest first.
fn leading_zeros(words: impl Iterator<Item = u32>) -> u32 {
    let mut zeros = 0;
    for word in words {
        zeros += word.leading_zeros();
        if word != 0 {
            break;
        }
    }
    zeros
}

/// The eight words of a hash, sent last word first.
fn in_header_order(wire: &[u8]) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (to, from) in bytes.chunks_exact_mut(4).zip(wire.rchunks_exact(4)) {
        to.copy_from_slice(from);
    }
    bytes
}

/// Word 7 comes first, each word big-endian.
fn midstate_on_the_wire(wire: &[u8]) -> [u32; 8] {
    let mut state = [0; 8];
    for (word, bytes) in state.iter_mut().zip(wire.rchunks_exact(4)) {
        *word = be_word(bytes);
    }
    state
}

fn be_word(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes.try_into().expect("four bytes were asked for"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_of_another_length_or_number_of_midstates_is_none() {
        let mut frame = [0_u8; 84];
        frame[3] = 1;
        assert!(Job::from_frame(JobFormat::Header, &frame).is_some());
        assert!(Job::from_frame(JobFormat::Header, &frame[..83]).is_none());
        frame[3] = 4;
        assert!(Job::from_frame(JobFormat::Header, &frame).is_none());
        for (count, length, is_job) in [
            (1, 52, true),
            (2, 84, true),
            (4, 148, true),
            (3, 116, true),
            (0, 20, false),
            (5, 180, false),
            (4, 52, false),
        ] {
            let mut frame = vec![0_u8; length];
            frame[3] = count;
            assert_eq!(Job::from_frame(JobFormat::Midstates, &frame).is_some(), is_job, "{count} in {length}");
        }
        assert!(Job::from_frame(JobFormat::Midstates, &[]).is_none());
    }
}
