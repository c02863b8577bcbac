//! Operations as expressions of languages with the syntax of C.

use std::collections::HashMap;
use std::fmt::Write;

use super::formula::Formula;
use super::graph::{Node, Word};
use super::program::Program;
use super::search::{ByteOrder, Search};
use super::variant::{Add, Rotate, Select, Variant};

/// How many hits a launch can hold; what it finds beyond is counted.
pub const SLOTS: u32 = 1022;

/// Words that a launch carries before the rotation amounts and the parameters of its search.
pub(crate) const CONTROL: [&str; 5] = ["base", "first", "count", "mask", "one"];

/// Names of a language, and its own words for what others write out.
pub(crate) trait Language {
    /// Begins the declaration of a word: `let` or `const uint`.
    fn declare(&self) -> &str;
    /// A rotation to the right by a literal amount.
    fn rotate_right(&self, word: &str, count: u32) -> String;
    /// Where a bit of `by` is set that of `set`, elsewhere that of `clear`; `None` without a word for it.
    fn choose(&self, by: &str, set: &str, clear: &str) -> Option<String>;
}

/// What a launch carries, in order: [`CONTROL`], the rotation amounts where the variant wants them, the parameters.
pub(crate) fn carried(search: &Search, variant: &Variant) -> Vec<String> {
    let control = CONTROL.map(str::to_owned).into_iter();
    let amounts = amounts(search, variant).into_iter().map(|count| format!("r{count}"));
    control.chain(amounts).chain((0..search.parameters().len()).map(|i| format!("p{i}"))).collect()
}

/// The rotation amounts that a launch carries, ascending.
pub(crate) fn amounts(search: &Search, variant: &Variant) -> Vec<u32> {
    amounts_of(search.code().map(|(_, node)| node), variant)
}

/// What a launch carries for steps, in the same order.
pub(crate) fn carried_for_steps(program: &Program, variant: &Variant) -> Vec<String> {
    let control = CONTROL.map(str::to_owned).into_iter();
    let amounts = amounts_of_steps(program, variant).into_iter().map(|count| format!("r{count}"));
    control.chain(amounts).chain((0..program.parameters).map(|i| format!("p{i}"))).collect()
}

/// The rotation amounts that a launch carries for steps, ascending.
pub(crate) fn amounts_of_steps(program: &Program, variant: &Variant) -> Vec<u32> {
    amounts_of(program.formulas.iter().flat_map(Formula::code).map(|(_, node)| node), variant)
}

/// The rotation amounts of these operations, ascending, where the variant wants them carried.
fn amounts_of(nodes: impl Iterator<Item = Node>, variant: &Variant) -> Vec<u32> {
    let mut amounts: Vec<u32> = match variant.rotate {
        Rotate::Uniform => nodes.filter_map(rotation).collect(),
        Rotate::Literal | Rotate::Builtin => Vec::new(),
    };
    amounts.sort_unstable();
    amounts.dedup();
    amounts
}

fn rotation(node: Node) -> Option<u32> {
    match node {
        Node::RotateRight(_, count) | Node::FunnelRight(_, _, count) => Some(count),
        _ => None,
    }
}

/// What the word with the nonce grows by from one nonce to the next, while the lowest byte of the nonce does not overflow.
pub(crate) fn step(search: &Search) -> u32 {
    match search.order() {
        ByteOrder::Big => 1 << 24,
        ByteOrder::Little => 1,
    }
}

/// The statements that compute the outputs from `word`, which holds the nonce, and the names of the outputs.
pub(crate) fn body(search: &Search, variant: &Variant, language: &impl Language) -> (String, Vec<String>) {
    let mut names: HashMap<Word, String> = HashMap::from([(search.nonce(), "word".to_owned())]);
    names.extend(search.parameters().iter().enumerate().map(|(i, word)| (*word, format!("p{i}"))));
    let text = statements(search.code(), |word| search.node(word), &mut names, variant, language);
    let outputs = search.outputs().iter().map(|word| names[word].clone()).collect();
    (text, outputs)
}

/// The statements that compute each word of `code`, whose names join those that are known.
pub(crate) fn statements(
    code: impl Iterator<Item = (Word, Node)>,
    node_of: impl Fn(Word) -> Node,
    names: &mut HashMap<Word, String>,
    variant: &Variant,
    language: &impl Language,
) -> String {
    let mut text = String::new();
    for (word, node) in code {
        let name = |word: Word| match node_of(word) {
            Node::Literal(value) => format!("{value:#x}u"),
            _ => names[&word].clone(),
        };
        let expression = expression(node, name, variant, language);
        let name = format!("v{}", names.len());
        writeln!(text, "        {} {name} = {expression};", language.declare()).expect("a string takes everything");
        names.insert(word, name);
    }
    text
}

fn expression(node: Node, name: impl Fn(Word) -> String, variant: &Variant, language: &impl Language) -> String {
    match node {
        Node::Literal(_) | Node::Input(..) => unreachable!("a search computes neither"),
        Node::Add(a, b) => match variant.add {
            Add::Plain => format!("{} + {}", name(a), name(b)),
            Add::OpaqueOne => format!("{} * one + {}", name(a), name(b)),
        },
        Node::RotateRight(a, count) => match variant.rotate {
            Rotate::Builtin => language.rotate_right(&name(a), count),
            rotate => funnel(&name(a), &name(a), count, rotate),
        },
        // No language has a word of its own for it.
        Node::FunnelRight(high, low, count) => funnel(&name(high), &name(low), count, variant.rotate),
        Node::ShiftRight(a, count) => format!("{} >> {count}u", name(a)),
        Node::Xor(a, b) => format!("{} ^ {}", name(a), name(b)),
        Node::Xor3(a, b, c) => format!("{} ^ {} ^ {}", name(a), name(b), name(c)),
        Node::FlipWhere(a, b, c) => format!("{} ^ (~{} & {})", name(a), name(b), name(c)),
        Node::Choose(e, f, g) => {
            let (e, f, g) = (name(e), name(f), name(g));
            let builtin = (variant.select == Select::Builtin).then(|| language.choose(&e, &f, &g)).flatten();
            builtin.unwrap_or_else(|| match variant.select {
                Select::Or => format!("({e} & {f}) | (~{e} & {g})"),
                Select::Xor | Select::Builtin => format!("(({f} ^ {g}) & {e}) ^ {g}"),
            })
        }
        Node::Majority(a, b, c) => {
            let (a, b, c) = (name(a), name(b), name(c));
            // Where a and b differ, c decides.
            let differ = format!("({a} ^ {b})");
            let builtin = (variant.select == Select::Builtin).then(|| language.choose(&differ, &c, &a)).flatten();
            builtin.unwrap_or_else(|| match variant.select {
                Select::Or => format!("({a} & {b}) | ({c} & ({a} | {b}))"),
                Select::Xor | Select::Builtin => format!("(({a} ^ {b}) & ({b} ^ {c})) ^ {b}"),
            })
        }
    }
}

/// A pair of words shifted to the right, its lower half, as two shifts; a rotation where both are one word.
pub(crate) fn funnel(high: &str, low: &str, count: u32, rotate: Rotate) -> String {
    match rotate {
        Rotate::Uniform => format!("({low} >> r{count}) | ({high} << (32u - r{count}))"),
        Rotate::Literal | Rotate::Builtin => format!("({low} >> {count}u) | ({high} << {}u)", 32 - count),
    }
}
