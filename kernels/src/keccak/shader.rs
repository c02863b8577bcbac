//! Keccak over headers as a graph from their 80 bytes on: what shaders are written from. A word of 64 bits is a pair of words,
//! the lower first.

use super::{LAST_OF_BLOCK, Padding, ROUNDS};
use crate::generator::graph::{Graph, Word};
use crate::generator::search::{ByteOrder, HeaderWords, Search};

type Pair = [Word; 2];

/// The search for hashes of Keccak-256.
pub(crate) fn keccak_256(versions: u8) -> Search {
    search(versions, |graph, header| hash(graph, header, Padding::Keccak))
}

/// The search for SHA3-256 hashes of SHA3-256 hashes.
pub(crate) fn sha3_256d(versions: u8) -> Search {
    search(versions, |graph, header| {
        let first = hash(graph, header, Padding::Sha3);
        hash(graph, &first, Padding::Sha3)
    })
}

fn search(versions: u8, hash: impl Fn(&mut Graph, &[Pair]) -> [Pair; 4]) -> Search {
    let mut words = HeaderWords::new(versions, ByteOrder::Little);
    let graph = &mut words.graph;
    let outputs = words.versions.iter().map(|version| {
        let header: Vec<Word> = [*version].into_iter().chain(words.shared).chain([words.nonce]).collect();
        let [.., [_, top]] = hash(graph, header.as_chunks().0);
        top
    });
    let outputs = outputs.collect();
    words.ending_with(outputs)
}

/// The hash of a message shorter than a block.
fn hash(graph: &mut Graph, message: &[Pair], padding: Padding) -> [Pair; 4] {
    let mut state = [literal(graph, 0); 25];
    state[..message.len()].copy_from_slice(message);
    state[message.len()] = literal(graph, padding as u64);
    state[LAST_OF_BLOCK] = literal(graph, 1 << 63);
    for constant in ROUNDS {
        state = round(graph, state, constant);
    }
    [state[0], state[1], state[2], state[3]]
}

/// FIPS 202 section 3.3.
#[expect(clippy::large_types_passed_by_value, reason = "a state is replaced as a whole")]
fn round(graph: &mut Graph, state: [Pair; 25], constant: u64) -> [Pair; 25] {
    let columns: [Pair; 5] = std::array::from_fn(|x| {
        each(|half| {
            let three = graph.xor3(state[x][half], state[x + 5][half], state[x + 10][half]);
            graph.xor3(three, state[x + 15][half], state[x + 20][half])
        })
    });
    let turned = columns.map(|column| rotate_left(graph, column, 1));
    let mut moved = state;
    for (at, word) in state.into_iter().enumerate() {
        let (x, y) = (at % 5, at / 5);
        let mixed = each(|half| graph.xor3(word[half], columns[(x + 4) % 5][half], turned[(x + 1) % 5][half]));
        // Rho and pi: the word goes to (y, 2 x + 3 y), turned by what table 2 says of its place.
        moved[y + 5 * ((2 * x + 3 * y) % 5)] = rotate_left(graph, mixed, OFFSETS[at]);
    }
    let mut next: [Pair; 25] = std::array::from_fn(|at| {
        let (x, row) = (at % 5, at - at % 5);
        let [word, first, second] = [0, 1, 2].map(|step| moved[row + (x + step) % 5]);
        each(|half| graph.flip_where(word[half], first[half], second[half]))
    });
    let constant = literal(graph, constant);
    next[0] = each(|half| graph.xor(next[0][half], constant[half]));
    next
}

/// How far rho turns each word, FIPS 202 table 2.
#[rustfmt::skip]
const OFFSETS: [u32; 25] = [
    0, 1, 62, 28, 27,
    36, 44, 6, 55, 20,
    3, 10, 43, 25, 39,
    41, 45, 15, 21, 8,
    18, 2, 61, 56, 14,
];

fn rotate_left(graph: &mut Graph, [low, high]: Pair, count: u32) -> Pair {
    let [low, high] = if count < 32 { [low, high] } else { [high, low] };
    match count % 32 {
        0 => [low, high],
        count => [graph.funnel_right(low, high, 32 - count), graph.funnel_right(high, low, 32 - count)],
    }
}

fn literal(graph: &mut Graph, value: u64) -> Pair {
    #[expect(clippy::cast_possible_truncation, reason = "the lower half, and the upper one moved there")]
    [value as u32, (value >> 32) as u32].map(|half| graph.literal(half))
}

fn each(mut half: impl FnMut(usize) -> Word) -> Pair {
    [half(0), half(1)]
}
