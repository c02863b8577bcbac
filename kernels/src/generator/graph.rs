//! Words and how they are computed, each expression once.

use std::collections::{BTreeSet, HashMap};

/// A 32-bit word of a [`Graph`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Word(usize);

/// When the value of a word is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Known {
    /// While the graph is built.
    Now,
    /// When there is a work: computed once, the same in all lanes.
    WithTheWork,
    /// In the search: each lane has its own.
    InTheSearch,
}

/// How a word is computed. Additions wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    Literal(u32),
    /// Given from outside; the number tells inputs apart.
    Input(Known, usize),
    Add(Word, Word),
    RotateRight(Word, u32),
    ShiftRight(Word, u32),
    /// The lower half of a pair of words, the upper one first, shifted right by 1 to 31.
    FunnelRight(Word, Word, u32),
    Xor(Word, Word),
    Xor3(Word, Word, Word),
    /// Where a bit of the first is set that of the second, elsewhere that of the third.
    Choose(Word, Word, Word),
    Majority(Word, Word, Word),
    /// The first, with those bits flipped that are clear in the second and set in the third.
    FlipWhere(Word, Word, Word),
}

impl Node {
    /// The words it is computed from.
    pub(crate) fn operands(self) -> Vec<Word> {
        match self {
            Self::Literal(_) | Self::Input(..) => vec![],
            Self::RotateRight(a, _) | Self::ShiftRight(a, _) => vec![a],
            Self::Add(a, b) | Self::Xor(a, b) | Self::FunnelRight(a, b, _) => vec![a, b],
            Self::Xor3(a, b, c) | Self::Choose(a, b, c) | Self::Majority(a, b, c) | Self::FlipWhere(a, b, c) => {
                vec![a, b, c]
            }
        }
    }
}

/// Words in the order in which they were made; none is there twice.
#[derive(Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    known: Vec<Known>,
    words: HashMap<Node, Word>,
    inputs: usize,
}

impl Graph {
    pub(crate) fn input(&mut self, known: Known) -> Word {
        self.inputs += 1;
        self.word(Node::Input(known, self.inputs))
    }

    pub(crate) fn inputs<const N: usize>(&mut self, known: Known) -> [Word; N] {
        std::array::from_fn(|_| self.input(known))
    }

    pub(crate) fn literal(&mut self, value: u32) -> Word {
        self.word(Node::Literal(value))
    }

    pub(crate) fn node(&self, word: Word) -> Node {
        self.nodes[word.0]
    }

    pub(crate) fn known(&self, word: Word) -> Known {
        self.known[word.0]
    }

    /// The sum, with what is known early added first: a lane's own word meets the sum of all others in one addition.
    pub(crate) fn sum<const N: usize>(&mut self, mut terms: [Word; N]) -> Word {
        terms.sort_by_key(|term| self.known(*term));
        let zero = self.literal(0);
        terms.into_iter().fold(zero, |sum, term| self.add(sum, term))
    }

    pub(crate) fn add(&mut self, a: Word, b: Word) -> Word {
        let (early, late) = if self.known(a) <= self.known(b) { (a, b) } else { (b, a) };
        match (self.node(early), self.node(late)) {
            (Node::Literal(0), _) => late,
            (Node::Literal(a), Node::Literal(b)) => self.literal(a.wrapping_add(b)),
            (_, Node::Add(inner, rest))
                if self.known(early) < self.known(late) && self.known(inner) < self.known(late) =>
            {
                let early = self.add(early, inner);
                self.word(Node::Add(early, rest))
            }
            _ => self.word(Node::Add(early, late)),
        }
    }

    pub(crate) fn rotate_right(&mut self, a: Word, count: u32) -> Word {
        match self.node(a) {
            Node::Literal(value) => self.literal(value.rotate_right(count)),
            _ => self.word(Node::RotateRight(a, count)),
        }
    }

    pub(crate) fn shift_right(&mut self, a: Word, count: u32) -> Word {
        match self.node(a) {
            Node::Literal(value) => self.literal(value >> count),
            _ => self.word(Node::ShiftRight(a, count)),
        }
    }

    pub(crate) fn funnel_right(&mut self, high: Word, low: Word, count: u32) -> Word {
        match (self.node(high), self.node(low)) {
            (Node::Literal(high), Node::Literal(low)) => self.literal(funnel_right(high, low, count)),
            _ => self.word(Node::FunnelRight(high, low, count)),
        }
    }

    pub(crate) fn xor(&mut self, a: Word, b: Word) -> Word {
        let (early, late) = if self.known(a) <= self.known(b) { (a, b) } else { (b, a) };
        match (self.node(early), self.node(late)) {
            (Node::Literal(0), _) => late,
            (Node::Literal(a), Node::Literal(b)) => self.literal(a ^ b),
            (_, Node::Xor(inner, rest))
                if self.known(early) < self.known(late) && self.known(inner) < self.known(late) =>
            {
                let early = self.xor(early, inner);
                self.word(Node::Xor(early, rest))
            }
            _ => self.word(Node::Xor(early, late)),
        }
    }

    pub(crate) fn xor3(&mut self, a: Word, b: Word, c: Word) -> Word {
        // What is known early is one word, whatever it is made of.
        let mut words = [a, b, c];
        words.sort_by_key(|word| self.known(*word));
        let [early, middle, late] = words;
        match self.node(early) {
            Node::Literal(0) => self.xor(middle, late),
            _ if self.known(middle) < self.known(late) => {
                let early = self.xor(early, middle);
                self.xor(early, late)
            }
            _ => self.bitwise(Node::Xor3(a, b, c), xor3),
        }
    }

    pub(crate) fn choose(&mut self, a: Word, set: Word, clear: Word) -> Word {
        self.bitwise(Node::Choose(a, set, clear), choose)
    }

    pub(crate) fn majority(&mut self, a: Word, b: Word, c: Word) -> Word {
        self.bitwise(Node::Majority(a, b, c), majority)
    }

    pub(crate) fn flip_where(&mut self, a: Word, clear: Word, set: Word) -> Word {
        self.bitwise(Node::FlipWhere(a, clear, set), flip_where)
    }

    /// Every word that `outputs` need, in the order in which they were made, without what lies behind words in `given`.
    pub(crate) fn needed(&self, outputs: &[Word], given: impl Fn(Word) -> bool) -> Vec<Word> {
        let mut needed = BTreeSet::new();
        let mut open = outputs.to_vec();
        while let Some(word) = open.pop() {
            if needed.insert(word) && !given(word) {
                open.extend(self.node(word).operands());
            }
        }
        needed.into_iter().collect()
    }

    /// How many operations each lane does for `outputs`: one for each word that is neither given from outside nor known
    /// earlier. A vector unit with three-operand logic and rotations needs as many instructions.
    #[cfg(test)]
    pub(crate) fn operations(&self, outputs: &[Word]) -> usize {
        let early = |word: Word| self.known(word) < Known::InTheSearch || matches!(self.node(word), Node::Input(..));
        self.needed(outputs, early).into_iter().filter(|word| !early(*word)).count()
    }

    /// The value of each word in `order`, by word; `order` has operands before what is computed from them, as
    /// [`Self::needed`] has, and `given` the values of its inputs.
    pub(crate) fn evaluate(&self, order: &[Word], given: impl Fn(Word) -> u32) -> HashMap<Word, u32> {
        let mut values: HashMap<Word, u32> = HashMap::with_capacity(order.len());
        for &word in order {
            let value = |word: Word| values[&word];
            let value = match self.node(word) {
                Node::Literal(value) => value,
                Node::Input(..) => given(word),
                Node::Add(a, b) => value(a).wrapping_add(value(b)),
                Node::RotateRight(a, count) => value(a).rotate_right(count),
                Node::ShiftRight(a, count) => value(a) >> count,
                Node::FunnelRight(a, b, count) => funnel_right(value(a), value(b), count),
                Node::Xor(a, b) => value(a) ^ value(b),
                Node::Xor3(a, b, c) => xor3(value(a), value(b), value(c)),
                Node::Choose(a, b, c) => choose(value(a), value(b), value(c)),
                Node::Majority(a, b, c) => majority(value(a), value(b), value(c)),
                Node::FlipWhere(a, b, c) => flip_where(value(a), value(b), value(c)),
            };
            values.insert(word, value);
        }
        values
    }

    fn bitwise(&mut self, node: Node, value: fn(u32, u32, u32) -> u32) -> Word {
        let operands = node.operands();
        let values: Vec<u32> = operands.iter().filter_map(|word| self.literal_value(*word)).collect();
        match values[..] {
            [a, b, c] => self.literal(value(a, b, c)),
            _ => self.word(node),
        }
    }

    fn literal_value(&self, word: Word) -> Option<u32> {
        match self.node(word) {
            Node::Literal(value) => Some(value),
            _ => None,
        }
    }

    fn word(&mut self, node: Node) -> Word {
        if let Some(word) = self.words.get(&node) {
            return *word;
        }
        let known = match node {
            Node::Literal(_) => Known::Now,
            Node::Input(known, _) => known,
            _ => node.operands().into_iter().map(|word| self.known(word)).max().expect("every other node has operands"),
        };
        let word = Word(self.nodes.len());
        self.nodes.push(node);
        self.known.push(known);
        self.words.insert(node, word);
        word
    }
}

fn xor3(a: u32, b: u32, c: u32) -> u32 {
    a ^ b ^ c
}

fn choose(a: u32, set: u32, clear: u32) -> u32 {
    (a & set) | (!a & clear)
}

fn majority(a: u32, b: u32, c: u32) -> u32 {
    (a & b) | (a & c) | (b & c)
}

fn flip_where(a: u32, clear: u32, set: u32) -> u32 {
    a ^ (!clear & set)
}

fn funnel_right(high: u32, low: u32, count: u32) -> u32 {
    low >> count | high << (u32::BITS - count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_computed_at_once_and_nothing_twice() {
        let mut graph = Graph::default();
        let [two, three] = [2, 3].map(|value| graph.literal(value));
        let sum = graph.add(two, three);
        assert_eq!(graph.node(sum), Node::Literal(5));
        let rotated = graph.rotate_right(three, 1);
        assert_eq!(graph.node(rotated), Node::Literal(0x8000_0001));
        let job = graph.input(Known::WithTheWork);
        let [one, other] = [graph.majority(job, two, three), graph.majority(job, two, three)];
        assert_eq!(one, other);
        assert_eq!(graph.known(one), Known::WithTheWork);
    }

    #[test]
    fn a_lane_meets_all_that_is_known_before_in_one_addition() {
        let mut graph = Graph::default();
        let nonce = graph.input(Known::InTheSearch);
        let job = graph.input(Known::WithTheWork);
        let seven = graph.literal(7);
        let inner = graph.sum([nonce, seven]);
        let outer = graph.sum([job, inner, seven]);
        assert_eq!(graph.operations(&[outer]), 1);
        assert_eq!(graph.operations(&[outer, inner]), 2);
    }
}
