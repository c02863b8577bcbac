//! Straight-line Rust over `Lanes`.

use std::collections::HashMap;
use std::fmt::Write;

use super::graph::{Graph, Node, Word};

/// A function from some words of a graph to others.
pub(crate) struct Function<'a> {
    /// One line for its documentation.
    pub(crate) doc: &'a str,
    pub(crate) name: &'a str,
    /// Its parameters after `isa`, names and types.
    pub(crate) parameters: &'a [(&'a str, String)],
    /// The words that it is given, as expressions over its parameters, whose names follow a `$`.
    pub(crate) given: HashMap<Word, String>,
    pub(crate) outputs: &'a [Word],
}

impl Function<'_> {
    /// Its text. The body is a macro, because clippy follows the operands of each method call in a function back to the
    /// inputs, along exponentially many paths, but not those in a macro. A single output is returned as it is, several as an array.
    pub(crate) fn emit(&self, graph: &Graph) -> String {
        let words = graph.needed(self.outputs, |word| self.given.contains_key(&word));
        let mut uses: HashMap<Word, usize> = HashMap::new();
        for word in words.iter().filter(|word| !self.given.contains_key(word)) {
            for operand in graph.node(*word).operands() {
                *uses.entry(operand).or_default() += 1;
            }
        }
        for output in self.outputs {
            *uses.entry(*output).or_default() += 1;
        }
        let mut text = format!("\nmacro_rules! {} {{\n    ($isa:ident", self.name);
        for (name, _) in self.parameters {
            write!(text, ", ${name}:ident").expect("writing to a string does not fail");
        }
        text += ") => {{\n";
        let mut names = HashMap::new();
        for word in words {
            let node = graph.node(word);
            let expression = match self.given.get(&word) {
                Some(expression) => expression.clone(),
                None => expression(node, &names),
            };
            // A rotation stands where it is used, if that is one place.
            let is_rotation = matches!(node, Node::RotateRight(..) | Node::ShiftRight(..));
            let is_plain = self.given.contains_key(&word) && !expression.contains('(');
            if is_plain || (is_rotation && uses[&word] == 1) {
                names.insert(word, expression);
                continue;
            }
            let name = format!("v{}", names.len());
            writeln!(text, "    let {name} = {expression};").expect("writing to a string does not fail");
            names.insert(word, name);
        }
        let outputs: Vec<&str> = self.outputs.iter().map(|word| names[word].as_str()).collect();
        let (result, value) = match &outputs[..] {
            [output] => ("L".to_owned(), (*output).to_owned()),
            outputs => (format!("[L; {}]", outputs.len()), format!("[{}]", outputs.join(", "))),
        };
        let parameters: Vec<String> = self.parameters.iter().map(|(name, kind)| format!(", {name}: {kind}")).collect();
        let arguments: Vec<String> = self.parameters.iter().map(|(name, _)| format!(", {name}")).collect();
        text + &format!(
            "    {value}\n    }}}};\n}}\n\n/// {}\n#[inline(always)]\npub(in crate::sha256d) fn {name}<L: Lanes>(isa: L::Isa{}) -> {result} {{\n    \
             {name}!(isa{})\n}}\n",
            self.doc,
            parameters.concat(),
            arguments.concat(),
            name = self.name,
        )
    }
}

fn expression(node: Node, names: &HashMap<Word, String>) -> String {
    let name = |word: Word| &names[&word];
    match node {
        Node::Literal(value) => format!("L::splat($isa, {value:#010x})"),
        Node::Input(..) => unreachable!("a function is given every input that it needs"),
        Node::Add(a, b) => format!("{}.add({})", name(a), name(b)),
        Node::RotateRight(a, count) => format!("{}.rotate_right::<{count}>()", name(a)),
        Node::ShiftRight(a, count) => format!("{}.shift_right::<{count}>()", name(a)),
        Node::Xor(a, b) => format!("{}.xor({})", name(a), name(b)),
        Node::Xor3(a, b, c) => format!("{}.xor3({}, {})", name(a), name(b), name(c)),
        Node::Choose(a, b, c) => format!("{}.choose({}, {})", name(a), name(b), name(c)),
        Node::Majority(a, b, c) => format!("{}.majority({}, {})", name(a), name(b), name(c)),
        Node::FunnelRight(..) | Node::FlipWhere(..) => {
            unreachable!("CPUs have words of 64 bits for what is made of these")
        }
    }
}
