//! The search of an algorithm as one graph, split by when its words are known.

use std::collections::HashMap;

use super::graph::{Graph, Known, Node, Word};

/// The words of a header, each known with the work but for the nonce, and the graph that begins with them.
pub(crate) struct HeaderWords {
    pub(crate) graph: Graph,
    /// The first word of each version that is searched.
    pub(crate) versions: Vec<Word>,
    /// Words 1 to 18: what all versions share.
    pub(crate) shared: [Word; 18],
    /// Word 19.
    pub(crate) nonce: Word,
    order: ByteOrder,
}

/// How an algorithm reads the header's bytes as words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    Big,
    Little,
}

impl ByteOrder {
    /// The word of a header field, which the header holds little-endian; or the field of a word.
    pub(crate) fn swapped(self, field: u32) -> u32 {
        match self {
            Self::Big => field.swap_bytes(),
            Self::Little => field,
        }
    }
}

impl HeaderWords {
    pub(crate) fn new(versions: u8, order: ByteOrder) -> Self {
        let mut graph = Graph::default();
        let shared = graph.inputs(Known::WithTheWork);
        let nonce = graph.input(Known::InTheSearch);
        let versions = (0..versions).map(|_| graph.input(Known::WithTheWork)).collect();
        Self { graph, versions, shared, nonce, order }
    }

    /// The search that ends with `outputs`: for each version the word of its hash that leads it as a number, as the
    /// algorithm's own byte order has it.
    pub(crate) fn ending_with(self, outputs: Vec<Word>) -> Search {
        let Self { graph, versions, shared, nonce, order } = self;
        let is_early = |word: Word| graph.known(word) < Known::InTheSearch;
        let needed = graph.needed(&outputs, is_early);
        let parameters: Vec<Word> =
            needed.iter().copied().filter(|word| graph.known(*word) == Known::WithTheWork).collect();
        let code = needed.into_iter().filter(|word| !is_early(*word) && *word != nonce).collect();
        let prologue = graph.needed(&parameters, |_| false);
        Search { graph, versions, shared, nonce, order, outputs, parameters, code, prologue }
    }
}

/// A search for nonces, in one or more versions of one header: what is computed once for each work, and what for each nonce.
pub(crate) struct Search {
    graph: Graph,
    versions: Vec<Word>,
    shared: [Word; 18],
    nonce: Word,
    order: ByteOrder,
    outputs: Vec<Word>,
    parameters: Vec<Word>,
    code: Vec<Word>,
    prologue: Vec<Word>,
}

impl Search {
    /// How the algorithm reads words.
    pub(crate) fn order(&self) -> ByteOrder {
        self.order
    }

    /// What a nonce's computation needs of the work, each the same for all nonces.
    pub(crate) fn parameters(&self) -> &[Word] {
        &self.parameters
    }

    /// The word that holds the nonce.
    pub(crate) fn nonce(&self) -> Word {
        self.nonce
    }

    /// What is computed for each nonce, in order.
    pub(crate) fn code(&self) -> impl Iterator<Item = (Word, Node)> {
        self.code.iter().map(|word| (*word, self.graph.node(*word)))
    }

    /// For each version the word that has zeros where a hit's has them.
    pub(crate) fn outputs(&self) -> &[Word] {
        &self.outputs
    }

    pub(crate) fn node(&self, word: Word) -> Node {
        self.graph.node(word)
    }

    /// The values of [`Self::parameters`] for a header of 20 fields as the header holds them, little-endian, in these
    /// versions; the last is repeated where there are fewer than the search has, and the nonce is not looked at.
    ///
    /// # Panics
    /// Without a version.
    pub(crate) fn parameter_values(&self, fields: &[u32; 20], versions: &[u32]) -> Vec<u32> {
        let given = self.given(fields, versions);
        let values = self.graph.evaluate(&self.prologue, |word| self.order.swapped(given[&word]));
        self.parameters.iter().map(|word| values[word]).collect()
    }

    /// The values of [`Self::outputs`] for one nonce: the definition that every emitted text is held against.
    ///
    /// # Panics
    /// Without a version.
    #[cfg(test)]
    pub(crate) fn output_values(&self, fields: &[u32; 20], versions: &[u32]) -> Vec<u32> {
        let given = self.given(fields, versions);
        let order = self.graph.needed(&self.outputs, |_| false);
        let values = self.graph.evaluate(&order, |word| self.order.swapped(given[&word]));
        self.outputs.iter().map(|word| values[word]).collect()
    }

    fn given(&self, fields: &[u32; 20], versions: &[u32]) -> HashMap<Word, u32> {
        let last = *versions.last().expect("a work has at least one version");
        let versions = versions.iter().copied().chain(std::iter::repeat(last));
        let shared = self.shared.iter().zip(&fields[1..]).map(|(word, field)| (*word, *field));
        self.versions.iter().copied().zip(versions).chain(shared).chain([(self.nonce, fields[19])]).collect()
    }
}
