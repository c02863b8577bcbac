//! BLAKE3 of a header, once and twice, as a graph from its 80 bytes on: what shaders are written from.

use super::{CHUNK_END, CHUNK_START, ORDERS, ROOT};
use crate::blake::{HEADER_LEN, INITIAL};
use crate::generator::graph::{Graph, Word};
use crate::generator::search::{ByteOrder, HeaderWords, Search};

/// The search for hashes.
pub(crate) fn once(versions: u8) -> Search {
    search(versions, |_, hash| hash)
}

/// The search for hashes of hashes.
pub(crate) fn twice(versions: u8) -> Search {
    search(versions, |graph, hash| {
        let initial = INITIAL.map(|word| graph.literal(word));
        compress(graph, initial, &hash, 32, CHUNK_START | CHUNK_END | ROOT)
    })
}

fn search(versions: u8, then: impl Fn(&mut Graph, [Word; 8]) -> [Word; 8]) -> Search {
    let mut words = HeaderWords::new(versions, ByteOrder::Little);
    let graph = &mut words.graph;
    let [first @ .., merkle, ntime, nbits] = words.shared;
    let second_block = [merkle, ntime, nbits, words.nonce];
    let outputs = words.versions.iter().map(|version| {
        let first_block: Vec<Word> = std::iter::once(*version).chain(first).collect();
        let initial = INITIAL.map(|word| graph.literal(word));
        let chained = compress(graph, initial, &first_block, 64, CHUNK_START);
        let hash = compress(graph, chained, &second_block, HEADER_LEN - 64, CHUNK_END | ROOT);
        then(graph, hash)[7]
    });
    let outputs = outputs.collect();
    words.ending_with(outputs)
}

/// The chaining value after a block of the first chunk that holds `len` bytes, with zeros behind its words.
fn compress(graph: &mut Graph, chained: [Word; 8], words: &[Word], len: u32, flags: u32) -> [Word; 8] {
    let zero = graph.literal(0);
    let constants = [INITIAL[0], INITIAL[1], INITIAL[2], INITIAL[3], 0, 0, len, flags].map(|word| graph.literal(word));
    let mut v: [Word; 16] = std::array::from_fn(|i| if i < 8 { chained[i] } else { constants[i - 8] });
    let block: [Word; 16] = std::array::from_fn(|i| words.get(i).copied().unwrap_or(zero));
    for order in &ORDERS {
        round(graph, &mut v, order.map(|at| block[at]));
    }
    std::array::from_fn(|i| graph.xor(v[i], v[i + 8]))
}

fn round(graph: &mut Graph, v: &mut [Word; 16], message: [Word; 16]) {
    const COLUMNS_AND_DIAGONALS: [[usize; 4]; 8] = [
        [0, 4, 8, 12],
        [1, 5, 9, 13],
        [2, 6, 10, 14],
        [3, 7, 11, 15],
        [0, 5, 10, 15],
        [1, 6, 11, 12],
        [2, 7, 8, 13],
        [3, 4, 9, 14],
    ];
    for (places, words) in COLUMNS_AND_DIAGONALS.into_iter().zip(message.as_chunks().0) {
        mix(graph, v, places, *words);
    }
}

/// The function G.
fn mix(graph: &mut Graph, v: &mut [Word; 16], [a, b, c, d]: [usize; 4], words: [Word; 2]) {
    for (word, [of_d, of_b]) in words.into_iter().zip([[16, 12], [8, 7]]) {
        v[a] = graph.sum([v[a], v[b], word]);
        let mixed = graph.xor(v[d], v[a]);
        v[d] = graph.rotate_right(mixed, of_d);
        v[c] = graph.add(v[c], v[d]);
        let mixed = graph.xor(v[b], v[c]);
        v[b] = graph.rotate_right(mixed, of_b);
    }
}
