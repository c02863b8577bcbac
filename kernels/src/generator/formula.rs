//! A piece of an algorithm without loops, as a graph from its inputs on: what loops are written around.

use super::graph::{Graph, Known, Node, Word};

/// What is computed from so many words.
pub(crate) struct Formula {
    graph: Graph,
    inputs: Vec<Word>,
    outputs: Vec<Word>,
    code: Vec<Word>,
}

impl Formula {
    pub(crate) fn new(inputs: usize, compute: impl FnOnce(&mut Graph, &[Word]) -> Vec<Word>) -> Self {
        let mut graph = Graph::default();
        let inputs: Vec<Word> = (0..inputs).map(|_| graph.input(Known::InTheSearch)).collect();
        let outputs = compute(&mut graph, &inputs);
        let is_given = |word: Word| matches!(graph.node(word), Node::Literal(_) | Node::Input(..));
        let code = graph.needed(&outputs, is_given).into_iter().filter(|word| !is_given(*word)).collect();
        Self { graph, inputs, outputs, code }
    }

    pub(crate) fn inputs(&self) -> &[Word] {
        &self.inputs
    }

    pub(crate) fn outputs(&self) -> &[Word] {
        &self.outputs
    }

    /// What is computed, in order.
    pub(crate) fn code(&self) -> impl Iterator<Item = (Word, Node)> {
        self.code.iter().map(|word| (*word, self.graph.node(*word)))
    }

    pub(crate) fn node(&self, word: Word) -> Node {
        self.graph.node(word)
    }
}
