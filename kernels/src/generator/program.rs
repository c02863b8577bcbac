//! A search with loops and memory: what a graph can not say, as a list of steps around generated formulas.
//!
//! Each thread searches every so many nonces of a launch with scratch memory of its own, so that the memory is a matter of the
//! threads and not of the nonces. The steps begin with the header's nonce as the algorithm reads it in `word`.

use super::formula::Formula;
use super::search::ByteOrder;

/// A search as steps.
pub(crate) struct Program {
    pub(crate) order: ByteOrder,
    pub(crate) formulas: Vec<Formula>,
    pub(crate) steps: Vec<Step>,
    /// A constant table that steps look up.
    pub(crate) table: &'static [u32],
    /// How many words a launch carries of the work: `p0`, `p1` and so on.
    pub(crate) parameters: usize,
    /// The variable that has zeros where a hit's has them.
    pub(crate) output: String,
    /// Rows of scratch memory of each thread.
    pub(crate) rows: u32,
    /// The words of a row: a multiple of four.
    pub(crate) row_words: u32,
}

/// A variable, a parameter or a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Name(String),
    Number(u32),
}

impl From<&str> for Value {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<String> for Value {
    fn from(name: String) -> Self {
        Self::Name(name)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number)
    }
}

/// What a thread does next. Variables are words and come to be when they are first named.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    /// The variable becomes a value.
    Set(String, Value),
    /// The variable becomes what two values give.
    Combine(String, Value, Operation, Value),
    /// The variable becomes a value with its bytes in the other order.
    Swap(String, Value),
    /// The variables become what the formula of this number computes, all at once.
    Compute { formula: usize, from: Vec<Value>, to: Vec<String> },
    /// The variables become entries of the table, from the one that the first names on.
    LookUp { at: String, to: Vec<String> },
    /// The variables become words of a row of the thread's scratch memory, as many fours as they are, from the four of this
    /// number on.
    Load { row: Value, offset: Value, to: Vec<String> },
    /// The other way.
    Store { row: Value, offset: Value, from: Vec<String> },
    /// The steps, so many times; the variable counts from 0.
    Repeat { counter: String, times: Value, steps: Vec<Step> },
}

/// What two words give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    And,
    Xor,
    Multiply,
    ShiftRight,
}

impl Program {
    /// Every variable that a step gives a value, each once.
    pub(crate) fn variables(&self) -> Vec<String> {
        let mut variables = Vec::new();
        collect(&self.steps, &mut variables);
        let mut seen = std::collections::HashSet::new();
        variables.retain(|variable| seen.insert(variable.clone()));
        variables
    }
}

fn collect(steps: &[Step], variables: &mut Vec<String>) {
    for step in steps {
        match step {
            Step::Set(to, _) | Step::Combine(to, ..) | Step::Swap(to, _) => variables.push(to.clone()),
            Step::Compute { to, .. } | Step::LookUp { to, .. } | Step::Load { to, .. } => {
                variables.extend(to.iter().cloned());
            }
            Step::Store { .. } => {}
            Step::Repeat { counter, steps, .. } => {
                variables.push(counter.clone());
                collect(steps, variables);
            }
        }
    }
}
