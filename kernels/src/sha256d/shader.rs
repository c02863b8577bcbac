//! SHA-256d of a header as a graph from its 80 bytes on: what shaders are written from.

use super::graph::{next_message_word, round, second_hash};
use crate::generator::graph::{Graph, Word};
use crate::generator::search::{ByteOrder, HeaderWords, Search};
use crate::sha256::{INITIAL, K};

/// The search of `versions` versions at once, 1 or more; they share the second block's message schedule.
///
/// Its parameters are the state after three rounds of the second block and what its first rounds take of the header: all
/// that hand-written kernels call midstate tricks follows from what is known when.
pub(crate) fn search(versions: u8) -> Search {
    let mut words = HeaderWords::new(versions, ByteOrder::Big);
    let graph = &mut words.graph;
    let tail = words.shared[15..].iter().copied().chain([words.nonce]);
    let padding = [0x8000_0000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 640].map(|word| graph.literal(word));
    let second_block = keyed(graph, tail.chain(padding).collect());
    let outputs = words.versions.iter().map(|version| {
        let first_block = keyed(graph, std::iter::once(*version).chain(words.shared[..15].iter().copied()).collect());
        let initial = INITIAL.map(|word| graph.literal(word));
        let midstate = compress(graph, initial, &first_block);
        let first_hash = compress(graph, midstate, &second_block);
        let last = second_hash(graph, first_hash);
        let offset = graph.literal(INITIAL[7].wrapping_add(K[60]));
        graph.add(offset, last)
    });
    let outputs = outputs.collect();
    words.ending_with(outputs)
}

/// The message schedule of a block, each word with its round's constant.
fn keyed(graph: &mut Graph, mut words: Vec<Word>) -> Vec<Word> {
    while words.len() < 64 {
        words.push(next_message_word(graph, &words));
    }
    let keyed = words.into_iter().zip(K).map(|(word, constant)| {
        let constant = graph.literal(constant);
        graph.add(constant, word)
    });
    keyed.collect()
}

fn compress(graph: &mut Graph, state: [Word; 8], keyed: &[Word]) -> [Word; 8] {
    let zero = graph.literal(0);
    let ended = keyed.iter().fold(state, |state, word| round(graph, state, [zero, *word]));
    std::array::from_fn(|i| graph.add(state[i], ended[i]))
}
