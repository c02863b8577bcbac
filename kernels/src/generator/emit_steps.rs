//! Steps in languages with the syntax of C.

use std::collections::HashMap;
use std::fmt::Write;

use super::expression::{self, Language};
use super::program::{Operation, Program, Step, Value};
use super::variant::Variant;

/// How a language spells what steps need beyond expressions.
pub(crate) trait StepLanguage: Language {
    /// Begins the declaration of four words.
    fn declare_four(&self) -> &str;
    /// Declares a variable without a value.
    fn variable(&self, name: &str) -> String;
    /// Four words as a value.
    fn four(&self, words: &[String]) -> String;
}

/// The declarations of all variables, then the steps.
pub(crate) fn body(program: &Program, variant: &Variant, language: &impl StepLanguage) -> String {
    let mut text = String::new();
    for name in program.variables() {
        writeln!(text, "        {}", language.variable(&name)).expect("a string takes everything");
    }
    Printer { program, variant, language }.steps(&program.steps, &mut text);
    text
}

struct Printer<'a, L> {
    program: &'a Program,
    variant: &'a Variant,
    language: &'a L,
}

impl<L: StepLanguage> Printer<'_, L> {
    fn steps(&self, steps: &[Step], text: &mut String) {
        for step in steps {
            let line = match step {
                Step::Set(to, value) => format!("{to} = {};", spelled(value)),
                Step::Combine(to, a, operation, b) => {
                    format!("{to} = {} {} {};", spelled(a), sign(*operation), spelled(b))
                }
                Step::Swap(to, value) => format!("{to} = swap({});", spelled(value)),
                Step::Compute { formula, from, to } => self.computed(*formula, from, to),
                Step::LookUp { at, to } => {
                    let entries = to.iter().enumerate().map(|(i, to)| format!("{to} = table[{at} + {i}u];"));
                    entries.collect::<Vec<_>>().join(" ")
                }
                Step::Load { row, offset, to } => {
                    let fours = to.chunks_exact(4).enumerate().map(|(i, to)| {
                        let parts = to.iter().zip(["x", "y", "z", "w"]);
                        let parts = parts.map(|(to, part)| format!("{to} = four{i}.{part};"));
                        let place = self.place(row, offset, i);
                        format!(
                            "{} four{i} = {place}; {}",
                            self.language.declare_four(),
                            parts.collect::<Vec<_>>().join(" ")
                        )
                    });
                    format!("{{ {} }}", fours.collect::<Vec<_>>().join("\n"))
                }
                Step::Store { row, offset, from } => {
                    let fours = from.chunks_exact(4).enumerate();
                    let fours = fours
                        .map(|(i, from)| format!("{} = {};", self.place(row, offset, i), self.language.four(from)));
                    fours.collect::<Vec<_>>().join("\n")
                }
                Step::Repeat { counter, times, steps } => {
                    writeln!(
                        text,
                        "for ({counter} = 0u; {counter} < {}; {counter} = {counter} + 1u) {{",
                        spelled(times)
                    )
                    .expect("a string takes everything");
                    self.steps(steps, text);
                    "}".to_owned()
                }
            };
            writeln!(text, "{line}").expect("a string takes everything");
        }
    }

    /// A block of its own, so that its names do not meet others.
    fn computed(&self, formula: usize, from: &[Value], to: &[String]) -> String {
        let formula = &self.program.formulas[formula];
        let mut names: HashMap<_, _> = formula.inputs().iter().copied().zip(from.iter().map(spelled)).collect();
        let mut text = "{\n".to_owned();
        text +=
            &expression::statements(formula.code(), |word| formula.node(word), &mut names, self.variant, self.language);
        // All at once: what an output is may be what another one becomes.
        for (i, output) in formula.outputs().iter().enumerate() {
            writeln!(text, "        {} y{i} = {};", self.language.declare(), names[output])
                .expect("a string takes everything");
        }
        let set = to.iter().enumerate().map(|(i, to)| format!("{to} = y{i};")).collect::<Vec<_>>();
        text + &set.join(" ") + "\n}"
    }

    fn place(&self, row: &Value, offset: &Value, i: usize) -> String {
        let (at_once, fours) = (self.variant.at_once, self.program.row_words / 4);
        format!("scratch[({} * {at_once}u + thread) * {fours}u + {} + {i}u]", spelled(row), spelled(offset))
    }
}

fn spelled(value: &Value) -> String {
    match value {
        Value::Name(name) => name.clone(),
        Value::Number(number) => format!("{number:#x}u"),
    }
}

fn sign(operation: Operation) -> &'static str {
    match operation {
        Operation::Add => "+",
        Operation::And => "&",
        Operation::Xor => "^",
        Operation::Multiply => "*",
        Operation::ShiftRight => ">>",
    }
}
