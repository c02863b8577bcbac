//! SHA-256d of a header as a graph: what the generator writes kernels from.

#[cfg(test)]
use crate::generator::graph::Known;
use crate::generator::graph::{Graph, Word};
use crate::sha256::{INITIAL, K};

/// The search for one nonce in one version, cut in two where versions part.
#[cfg(test)]
pub(super) struct SearchGraph {
    pub(super) graph: Graph,
    /// Three words of the work: end of the merkle root, time, compact target.
    pub(super) tail: [Word; 3],
    /// The nonce as the header holds it.
    pub(super) nonce: Word,
    /// The rows: what a nonce has of the second block's message schedule, round constants added, the same in all versions.
    /// Row 0 is the nonce itself.
    pub(super) rows: Vec<Word>,
    /// The rows again, as inputs of the part below.
    pub(super) row_inputs: Vec<Word>,
    /// The state of a version after the header's first 64 bytes.
    pub(super) midstate: [Word; 8],
    /// The first hash.
    pub(super) first_hash: [Word; 8],
    /// The first hash again, as input of the second.
    #[cfg_attr(
        not(all(test, target_arch = "x86_64", target_os = "linux")),
        expect(dead_code, reason = "only the assembly takes it as such")
    )]
    pub(super) first_hash_inputs: [Word; 8],
    /// The last word of the second hash, less `last_word_offset`; from `first_hash`.
    pub(super) last_word: Word,
    /// The same from `first_hash_inputs`.
    pub(super) last_word_from_inputs: Word,
    /// What `last_word` lacks.
    pub(super) last_word_offset: u32,
}

#[cfg(test)]
impl SearchGraph {
    pub(super) fn new() -> Self {
        let mut graph = Graph::default();
        let tail = graph.inputs(Known::WithTheWork);
        let nonce = graph.input(Known::InTheSearch);
        let midstate = graph.inputs(Known::WithTheWork);

        let mut words = second_block(&mut graph, tail, nonce);
        while words.len() < 64 {
            words.push(next_message_word(&mut graph, &words));
        }
        let (mut rows, mut row_inputs) = (vec![], vec![]);
        let mut keyed: Vec<[Word; 2]> = vec![];
        for (t, word) in words.into_iter().enumerate() {
            let constant = graph.literal(K[t]);
            let sum = graph.add(constant, word);
            if graph.known(sum) < Known::InTheSearch {
                keyed.push([graph.literal(0), sum]);
                continue;
            }
            let row = graph.input(Known::InTheSearch);
            // The state before round 3 is the same in all lanes: there the constant is added to it for nothing.
            if t == 3 {
                rows.push(nonce);
                keyed.push([constant, row]);
            } else {
                rows.push(sum);
                keyed.push([graph.literal(0), row]);
            }
            row_inputs.push(row);
        }
        let ended = keyed.into_iter().fold(midstate, |state, keyed| round(&mut graph, state, keyed));
        let first_hash = std::array::from_fn(|i| graph.add(midstate[i], ended[i]));

        let first_hash_inputs = graph.inputs(Known::InTheSearch);
        let last_word = second_hash(&mut graph, first_hash);
        let last_word_from_inputs = second_hash(&mut graph, first_hash_inputs);
        let last_word_offset = INITIAL[7].wrapping_add(K[60]);
        Self {
            graph,
            tail,
            nonce,
            rows,
            row_inputs,
            midstate,
            first_hash,
            first_hash_inputs,
            last_word,
            last_word_from_inputs,
            last_word_offset,
        }
    }
}

/// The search for one nonce in one version, in one piece.
#[cfg(test)]
pub(super) struct LoneGraph {
    pub(super) graph: Graph,
    /// As in [`SearchGraph`].
    pub(super) tail: [Word; 3],
    /// As in [`SearchGraph`].
    pub(super) nonce: Word,
    /// As in [`SearchGraph`].
    pub(super) midstate: [Word; 8],
    /// The last word of the second hash, less [`SearchGraph::last_word_offset`].
    pub(super) last_word: Word,
}

#[cfg(test)]
impl LoneGraph {
    pub(super) fn new() -> Self {
        let mut graph = Graph::default();
        let tail = graph.inputs(Known::WithTheWork);
        let nonce = graph.input(Known::InTheSearch);
        let midstate = graph.inputs(Known::WithTheWork);
        let mut words = second_block(&mut graph, tail, nonce);
        let mut state = midstate;
        for t in 0..64 {
            if t >= 16 {
                words.push(next_message_word(&mut graph, &words));
            }
            let constant = graph.literal(K[t]);
            state = round(&mut graph, state, [constant, words[t]]);
        }
        let first_hash = std::array::from_fn(|i| graph.add(midstate[i], state[i]));
        let last_word = second_hash(&mut graph, first_hash);
        Self { graph, tail, nonce, midstate, last_word }
    }
}

/// What the search needs for `outputs` of a version and its work, computed once: every word that is known with the work and
/// stands beside one that is not.
#[cfg(test)]
pub(super) fn work_words(graph: &Graph, outputs: &[Word]) -> Vec<Word> {
    let is_early = |word: Word| graph.known(word) < Known::InTheSearch;
    let needed = graph.needed(outputs, is_early);
    needed.into_iter().filter(|word| graph.known(*word) == Known::WithTheWork).collect()
}

/// The end of the header with its padding.
#[cfg(test)]
fn second_block(graph: &mut Graph, tail: [Word; 3], nonce: Word) -> Vec<Word> {
    let padding = [0x8000_0000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 640].map(|word| graph.literal(word));
    tail.into_iter().chain([nonce]).chain(padding).collect()
}

/// The last word of the hash of a hash, which is `e` after round 60, without the constants at its end.
///
/// Words are made in the order in which they are best computed: a message word just before its round, so that few of them
/// wait in registers.
pub(super) fn second_hash(graph: &mut Graph, hash: [Word; 8]) -> Word {
    let padding = [0x8000_0000, 0, 0, 0, 0, 0, 0, 256].map(|word| graph.literal(word));
    let mut words: Vec<Word> = hash.into_iter().chain(padding).collect();
    let mut state = INITIAL.map(|word| graph.literal(word));
    for t in 0..60 {
        if t >= 16 {
            words.push(next_message_word(graph, &words));
        }
        let constant = graph.literal(K[t]);
        state = round(graph, state, [constant, words[t]]);
    }
    words.push(next_message_word(graph, &words));
    let [_, _, _, d, e, f, g, h] = state;
    let choice = graph.choose(e, f, g);
    let sigma = sigma(graph, e, [6, 11, 25]);
    graph.sum([d, h, words[60], choice, sigma])
}

/// What follows in the message schedule.
pub(crate) fn next_message_word(graph: &mut Graph, words: &[Word]) -> Word {
    let t = words.len();
    let sigma0 = small_sigma(graph, words[t - 15], [7, 18], 3);
    let sigma1 = small_sigma(graph, words[t - 2], [17, 19], 10);
    graph.sum([words[t - 16], words[t - 7], sigma0, sigma1])
}

/// One round; the sum of `keyed` is the message word with its constant.
pub(crate) fn round(graph: &mut Graph, [a, b, c, d, e, f, g, h]: [Word; 8], keyed: [Word; 2]) -> [Word; 8] {
    let choice = graph.choose(e, f, g);
    let sigma1 = sigma(graph, e, [6, 11, 25]);
    let t1 = graph.sum([h, keyed[0], keyed[1], choice, sigma1]);
    let new_e = graph.add(d, t1);
    let majority = graph.majority(a, b, c);
    let sigma0 = sigma(graph, a, [2, 13, 22]);
    let new_a = graph.sum([t1, majority, sigma0]);
    [new_a, a, b, c, new_e, e, f, g]
}

fn sigma(graph: &mut Graph, word: Word, counts: [u32; 3]) -> Word {
    let [a, b, c] = counts.map(|count| graph.rotate_right(word, count));
    graph.xor3(a, b, c)
}

fn small_sigma(graph: &mut Graph, word: Word, counts: [u32; 2], shift: u32) -> Word {
    let [a, b] = counts.map(|count| graph.rotate_right(word, count));
    let c = graph.shift_right(word, shift);
    graph.xor3(a, b, c)
}
