//! PBKDF2-HMAC-SHA256 with one iteration (RFC 8018), for the three lengths that scrypt of a header has.

use hashkit_chain::Header;

use super::mix::Block;
use crate::sha256::{self, INITIAL};

/// HMAC keyed with a header: the states of both hashes after their padded key.
pub(super) struct Key {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl Key {
    /// A header is longer than a block, so its hash is the key.
    pub(super) fn new(header: &[u8; Header::LEN]) -> Self {
        let key = sha256_of_header(header);
        let padded = |byte: u32| -> [u32; 8] {
            let block = std::array::from_fn(|i| byte ^ key.get(i).copied().unwrap_or(0));
            sha256::compress((), &INITIAL, &block)
        };
        Self { inner: padded(0x3636_3636), outer: padded(0x5c5c_5c5c) }
    }

    /// 128 bytes with `header` as salt, read as the little-endian words that Salsa20 takes.
    pub(super) fn expand(&self, header: &[u8; Header::LEN]) -> Block {
        let salted = sha256::compress((), &self.inner, &sha256::words(header));
        let [w0, w1, w2, w3]: [u32; 4] = sha256::words(&header[64..]);
        let mut block = [0; 32];
        for (number, part) in (1..).zip(block.chunks_exact_mut(8)) {
            // Key block, salt and number: 16 + 20 + 1 words.
            let end = sha256::pad([w0, w1, w2, w3, number], 37);
            part.copy_from_slice(&self.close(&sha256::compress((), &salted, &end)).map(u32::swap_bytes));
        }
        block
    }

    /// 32 bytes with `block` as salt.
    pub(super) fn condense(&self, block: &Block) -> [u8; 32] {
        let message = block.map(u32::swap_bytes);
        let (first, second) = message.split_at(16);
        let halves = [first, second].map(|half| std::array::from_fn(|i| half[i]));
        let salted = halves.iter().fold(self.inner, |state, half| sha256::compress((), &state, half));
        // Key block, salt and number: 16 + 32 + 1 words.
        let inner = sha256::compress((), &salted, &sha256::pad([1], 49));
        sha256::digest_bytes(&self.close(&inner))
    }

    /// The outer hash over the inner one: 16 + 8 words.
    fn close(&self, inner: &[u32; 8]) -> [u32; 8] {
        sha256::compress((), &self.outer, &sha256::pad(*inner, 24))
    }
}

fn sha256_of_header(header: &[u8; Header::LEN]) -> [u32; 8] {
    let state = sha256::compress((), &INITIAL, &sha256::words(header));
    let end: [u32; 4] = sha256::words(&header[64..]);
    sha256::compress((), &state, &sha256::pad(end, 20))
}
