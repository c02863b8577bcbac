//! scrypt with N = 1024, r = 1, p = 1 over headers, as steps around generated formulas: sixteen rounds of SHA-256 and a block mix
//! of Salsa20/8. RFC 7914.

use hashkit_chain::Header;

use super::COST;
use crate::generator::formula::Formula;
use crate::generator::graph::{Graph, Word};
use crate::generator::program::{Operation, Program, Step, Value};
use crate::generator::search::ByteOrder;
use crate::sha256::{INITIAL, K};
use crate::sha256d::graph::{next_message_word, round};

/// The words of a block with r = 1.
const BLOCK: usize = 32;

const SHA: usize = 0;
const MIX: usize = 1;
const XOR_AND_MIX: usize = 2;

/// The search that keeps every `gap`-th row of the memory and computes those between again; a power of two.
pub(crate) fn program(gap: u32) -> Program {
    let cost = u32::try_from(COST).expect("N is small");
    Program {
        order: ByteOrder::Big,
        formulas: vec![
            Formula::new(8 + 16 + 16, sixteen_rounds),
            Formula::new(BLOCK, block_mix),
            Formula::new(2 * BLOCK, |graph, words| {
                let (block, row) = words.split_at(BLOCK);
                let mixed: Vec<Word> = block.iter().zip(row).map(|(a, b)| graph.xor(*a, *b)).collect();
                block_mix(graph, &mixed)
            }),
        ],
        steps: steps(cost, gap),
        table: &K,
        parameters: 8 + 19,
        output: "a7".to_owned(),
        rows: cost / gap,
        row_words: 32,
    }
}

/// What a launch carries of the work: the state after the header's first 64 bytes, and the header's words but for the nonce,
/// as SHA-256 reads them.
pub(crate) fn parameters(header: &Header) -> Vec<u32> {
    let bytes = header.to_bytes();
    let words: Vec<u32> = bytes.as_chunks().0.iter().map(|bytes| u32::from_be_bytes(*bytes)).collect();
    let block: [u32; 16] = std::array::from_fn(|i| words[i]);
    let portable = crate::sha256::compress::<u32>((), &INITIAL, &block);
    portable.into_iter().chain(words[..19].iter().copied()).collect()
}

fn steps(cost: u32, gap: u32) -> Vec<Step> {
    let header = |i: usize| if i < 19 { Value::from(format!("p{}", 8 + i)) } else { Value::from("word") };
    let midstate = named("p", 8);
    let initial = INITIAL.map(Value::from).to_vec();
    let head: Vec<Value> = (0..16).map(header).collect();
    let tail: Vec<Value> = (16..20).map(header).collect();
    let (a, inner, outer) = (names("a", 8), names("i", 8), names("o", 8));
    let values = |names: &[String]| names.iter().cloned().map(Value::from).collect::<Vec<_>>();

    // The key is longer than a block, so its hash is the key; then the states behind it with either pad over it.
    let mut steps = compress(&midstate, &padded(tail.clone(), 20), &a);
    for (pad, state) in [(0x3636_3636, &inner), (0x5c5c_5c5c, &outer)] {
        let combined = |i: usize| Step::Combine(format!("b{i}"), a[i].clone().into(), Operation::Xor, pad.into());
        steps.extend((0..8).map(combined));
        let block: Vec<Value> = (0..16).map(|i| if i < 8 { format!("b{i}").into() } else { pad.into() }).collect();
        steps.extend(compress(&initial, &block, state));
    }
    // 128 bytes with the header as salt, 32 at a time, put into the first row.
    let salted = names("t", 8);
    steps.extend(compress(&values(&inner), &head, &salted));
    let mut part = vec![Step::Combine("number".into(), "c".into(), Operation::Add, 1.into())];
    let numbered = tail.into_iter().chain(["number".into()]).collect();
    part.extend(compress(&values(&salted), &padded(numbered, 37), &a));
    part.extend(compress(&values(&outer), &padded(values(&a), 24), &a));
    part.extend((0..8).map(|i| Step::Swap(format!("b{i}"), a[i].clone().into())));
    part.push(Step::Combine("offset".into(), "c".into(), Operation::Multiply, 2.into()));
    part.push(Step::Store { row: 0.into(), offset: "offset".into(), from: names("b", 8) });
    steps.push(Step::Repeat { counter: "c".into(), times: 4.into(), steps: part });
    steps.push(Step::Load { row: 0.into(), offset: 0.into(), to: names("x", BLOCK) });
    steps.extend(rows(cost, gap));
    // 32 bytes with what the rows have made of them as salt.
    steps.push(Step::Store { row: 0.into(), offset: 0.into(), from: names("x", BLOCK) });
    let mut half = vec![
        Step::Combine("offset".into(), "c".into(), Operation::Multiply, 4.into()),
        Step::Load { row: 0.into(), offset: "offset".into(), to: names("b", 16) },
    ];
    half.extend((0..16).map(|i| Step::Swap(format!("b{i}"), format!("b{i}").into())));
    half.extend(compress(&values(&inner), &named("b", 16), &inner));
    steps.push(Step::Repeat { counter: "c".into(), times: 2.into(), steps: half });
    steps.extend(compress(&values(&inner), &padded(vec![1.into()], 49), &a));
    steps.extend(compress(&values(&outer), &padded(values(&a), 24), &a));
    steps
}

/// scryptROMix, on `x0` to `x31`.
fn rows(cost: u32, gap: u32) -> Vec<Step> {
    let (x, v) = (names("x", BLOCK), names("v_", BLOCK));
    let mix = |block: &[String]| Step::Compute {
        formula: MIX,
        from: block.iter().cloned().map(Value::from).collect(),
        to: block.to_vec(),
    };
    let again = |times: Value, block: &[String]| Step::Repeat { counter: "g".into(), times, steps: vec![mix(block)] };
    let fill = vec![Step::Store { row: "r".into(), offset: 0.into(), from: x.clone() }, again(gap.into(), &x)];
    let mut read = vec![
        // Integerify: the first word of the second half, modulo N.
        Step::Combine("j".into(), "x16".into(), Operation::And, (cost - 1).into()),
        Step::Combine("row".into(), "j".into(), Operation::ShiftRight, gap.trailing_zeros().into()),
        Step::Load { row: "row".into(), offset: 0.into(), to: v.clone() },
    ];
    if gap > 1 {
        read.push(Step::Combine("rest".into(), "j".into(), Operation::And, (gap - 1).into()));
        read.push(again("rest".into(), &v));
    }
    let from = x.iter().chain(&v).cloned().map(Value::from).collect();
    read.push(Step::Compute { formula: XOR_AND_MIX, from, to: x });
    vec![
        Step::Repeat { counter: "r".into(), times: (cost / gap).into(), steps: fill },
        Step::Repeat { counter: "r".into(), times: cost.into(), steps: read },
    ]
}

/// `to` becomes the state after one more block.
fn compress(state: &[Value], block: &[Value], to: &[String]) -> Vec<Step> {
    let (s, w, k) = (names("s", 8), names("w", 16), names("k", 16));
    let set = |names: &[String], values: &[Value]| {
        names.iter().zip(values).map(|(name, value)| Step::Set(name.clone(), value.clone())).collect::<Vec<_>>()
    };
    let from = s.iter().chain(&w).chain(&k).cloned().map(Value::from).collect();
    let rounds = vec![
        Step::Combine("at".into(), "q".into(), Operation::Multiply, 16.into()),
        Step::LookUp { at: "at".into(), to: k },
        Step::Compute { formula: SHA, from, to: s.iter().chain(&w).cloned().collect() },
    ];
    let mut steps = set(&s, state);
    steps.extend(set(&w, block));
    steps.push(Step::Repeat { counter: "q".into(), times: 4.into(), steps: rounds });
    let ended = to.iter().zip(state).zip(s);
    steps.extend(ended.map(|((to, start), s)| Step::Combine(to.clone(), s.into(), Operation::Add, start.clone())));
    steps
}

/// The last block of a message of so many words, of which these are the end.
fn padded(tail: Vec<Value>, words: u32) -> Vec<Value> {
    let mut block = tail;
    block.push(0x8000_0000.into());
    block.resize(15, 0.into());
    block.push((32 * words).into());
    block
}

fn names(letter: &str, count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{letter}{i}")).collect()
}

fn named(letter: &str, count: usize) -> Vec<Value> {
    names(letter, count).into_iter().map(Value::from).collect()
}

/// From the state, the next sixteen message words and their rounds' constants: the state after them, and the sixteen words
/// that follow.
fn sixteen_rounds(graph: &mut Graph, inputs: &[Word]) -> Vec<Word> {
    let mut state: [Word; 8] = std::array::from_fn(|i| inputs[i]);
    let mut words = inputs[8..24].to_vec();
    for t in 0..16 {
        state = round(graph, state, [inputs[24 + t], words[t]]);
        words.push(next_message_word(graph, &words));
    }
    state.into_iter().chain(words[16..].iter().copied()).collect()
}

/// scryptBlockMix with r = 1: the two halves keep their order.
fn block_mix(graph: &mut Graph, block: &[Word]) -> Vec<Word> {
    let (first, second) = block.split_at(16);
    let first = xor_salsa(graph, first, second);
    let second = xor_salsa(graph, second, &first);
    first.into_iter().chain(second).collect()
}

/// `salsa20/8(half ^ other)`.
fn xor_salsa(graph: &mut Graph, half: &[Word], other: &[Word]) -> Vec<Word> {
    /// A quarter round's words: down the columns, then along the rows.
    const QUARTERS: [[usize; 4]; 8] = [
        [0, 4, 8, 12],
        [5, 9, 13, 1],
        [10, 14, 2, 6],
        [15, 3, 7, 11],
        [0, 1, 2, 3],
        [5, 6, 7, 4],
        [10, 11, 8, 9],
        [15, 12, 13, 14],
    ];
    let start: Vec<Word> = half.iter().zip(other).map(|(a, b)| graph.xor(*a, *b)).collect();
    let mut x = start.clone();
    for [a, b, c, d] in std::iter::repeat_n(QUARTERS, 4).flatten() {
        for (to, [one, other], count) in [(b, [a, d], 7), (c, [b, a], 9), (d, [c, b], 13), (a, [d, c], 18)] {
            let sum = graph.add(x[one], x[other]);
            let turned = graph.rotate_right(sum, 32 - count);
            x[to] = graph.xor(x[to], turned);
        }
    }
    start.iter().zip(x).map(|(a, b)| graph.add(*a, b)).collect()
}
