//! scrypt of a group of headers, RFC 7914 section 6 with the header as password and as salt: written once for vectors of
//! every width.

#![expect(
    clippy::inline_always,
    reason = "only code inlined into a function with the feature may use its instructions"
)]

use hashkit_chain::{Hash, Header};

use super::mix::{self, Block};
use super::pbkdf2::Key;
use crate::sha256;
use crate::simd::Lanes;

/// The most headers in a group: a multiple of the lanes of every vector, and of the blocks that up to four streams of it
/// hold, so that a full group leaves no lane empty.
pub(super) const FULL: usize = 48;

/// [`mix::mix`] for some vector and number of streams.
pub(super) type Mix = fn(&mut [Block], &mut [Block]);

/// How the blocks of a group are mixed.
pub(super) struct Mixer {
    /// With one stream to four.
    pub(super) mix: [Mix; 4],
    /// The lanes of a stream.
    pub(super) lanes: usize,
    /// How many streams to interleave where there are blocks enough, 1 to 4.
    pub(super) streams: usize,
    /// The cost parameter N, a power of two.
    pub(super) cost: usize,
}

impl Mixer {
    /// How many blocks of memory it needs.
    pub(super) fn blocks_of_memory(&self) -> usize {
        self.cost * self.streams * self.lanes
    }

    /// How many hashes all streams hold together.
    pub(super) fn hashes_at_once(&self) -> u32 {
        u32::try_from(self.streams * self.lanes).expect("four streams of four lanes are the most")
    }

    /// Mixes all of `blocks`, whose number is a multiple of the lanes.
    fn mix(&self, memory: &mut [Block], blocks: &mut [Block]) {
        for blocks in blocks.chunks_mut(self.streams * self.lanes) {
            (self.mix[blocks.len() / self.lanes - 1])(&mut memory[..self.cost * blocks.len()], blocks);
        }
    }
}

/// No vector of words has more lanes.
const MOST_LANES: usize = 16;

/// The hashes of up to [`FULL`] headers, in their order.
#[inline(always)]
pub(super) fn hash<L: Lanes>(isa: L::Isa, mixer: &Mixer, memory: &mut [Block], headers: &[Header]) -> Vec<Hash> {
    let width = L::COUNT as usize;
    let header_words = words_in_lanes(headers);
    let mut keys = Vec::with_capacity(FULL / width);
    let mut blocks = [[[0; 64]; 2]; FULL];
    for (vector, blocks) in blocks.chunks_exact_mut(width).enumerate().take(headers.len().div_ceil(width)) {
        // Loops, not closures, which lose the instruction set where they are not inlined.
        let mut header = [L::splat(isa, 0); 20];
        for (word, lanes) in header.iter_mut().zip(&header_words) {
            *word = L::load(isa, &lanes[vector * width..]);
        }
        let key = Key::new(isa, &header);
        let words = key.expand(isa, &header);
        set_blocks(blocks, &words);
        keys.push(key);
    }
    mixer.mix(memory, &mut blocks[..headers.len().next_multiple_of(mixer.lanes)]);
    let mut hashes = Vec::with_capacity(FULL);
    for (key, blocks) in keys.iter().zip(blocks.chunks_exact(width)) {
        let digest = key.condense(isa, &block_words(isa, blocks));
        push_hashes(&mut hashes, &digest);
    }
    hashes.truncate(headers.len());
    hashes
}

/// Word `i` of every header, as SHA-256 reads it.
fn words_in_lanes(headers: &[Header]) -> [[u32; FULL]; 20] {
    let mut lanes = [[0; FULL]; 20];
    for (at, header) in headers.iter().enumerate() {
        let words: [u32; 20] = sha256::words(&header.to_bytes());
        for (lanes, word) in lanes.iter_mut().zip(words) {
            lanes[at] = word;
        }
    }
    lanes
}

/// The words of each lane, as a block.
#[inline(always)]
fn set_blocks<L: Lanes>(blocks: &mut [Block], words: &[L; 32]) {
    let mut lanes = [[0; MOST_LANES]; 32];
    for (lanes, word) in lanes.iter_mut().zip(words) {
        word.store(lanes);
    }
    for (lane, block) in blocks.iter_mut().enumerate() {
        *block = mix::to_block(&lanes.map(|lanes| lanes[lane]));
    }
}

/// The words of each block, in a lane each.
#[inline(always)]
fn block_words<L: Lanes>(isa: L::Isa, blocks: &[Block]) -> [L; 32] {
    let mut lanes = [[0; MOST_LANES]; 32];
    for (lane, block) in blocks.iter().enumerate() {
        for (lanes, word) in lanes.iter_mut().zip(mix::to_words(block)) {
            lanes[lane] = word;
        }
    }
    let mut words = [L::splat(isa, 0); 32];
    for (word, lanes) in words.iter_mut().zip(&lanes) {
        *word = L::load(isa, lanes);
    }
    words
}

/// The digest of each lane, as a hash.
#[inline(always)]
fn push_hashes<L: Lanes>(hashes: &mut Vec<Hash>, digest: &[L; 8]) {
    let mut lanes = [[0; MOST_LANES]; 8];
    for (lanes, word) in lanes.iter_mut().zip(digest) {
        word.store(lanes);
    }
    for lane in 0..L::COUNT as usize {
        hashes.push(Hash::from_internal(sha256::digest_bytes(&lanes.map(|lanes| lanes[lane]))));
    }
}
