//! Reads a TOML text key by key, so that everything wrong with it can be listed at once.

use std::fmt;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// Everything that is wrong with a configuration, in the order of its lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Problems(Vec<Problem>);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Problem {
    line: usize,
    /// `section.key`, and what may stand there.
    text: String,
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(f, "a problem")?,
            count => write!(f, "{count} problems")?,
        }
        self.0.iter().try_for_each(|problem| write!(f, "\n  line {}: {}", problem.line, problem.text))
    }
}

/// The sections of a text that are still to be checked.
pub(super) struct Sections<'t> {
    text: &'t str,
    table: DeTable<'t>,
    known: Vec<&'static str>,
    problems: Vec<Problem>,
}

/// Checks the sections that `check` names, refuses all others, and reads the whole.
pub(super) fn read<T: DeserializeOwned>(text: &str, check: impl FnOnce(&mut Sections<'_>)) -> Result<T, Problems> {
    let table = DeTable::parse(text).map_err(|error| whole(text, &error))?.into_inner();
    let mut sections = Sections { text, table, known: Vec::new(), problems: Vec::new() };
    check(&mut sections);
    sections.refuse_unknown();
    if !sections.problems.is_empty() {
        sections.problems.sort();
        return Err(Problems(sections.problems));
    }
    toml::from_str(text).map_err(|error| whole(text, &error))
}

impl Sections<'_> {
    /// Checks each key of the section `name` on its own: that `T` has it and takes its value.
    pub(super) fn check<T: DeserializeOwned>(&mut self, name: &'static str) {
        self.known.push(name);
        let Some((section, value)) = self.table.remove_entry(name) else { return };
        let DeValue::Table(keys) = value.into_inner() else {
            let line = line_of(self.text, section.span().start);
            self.problems.push(Problem { line, text: format!("{name}: expected a section, written [{name}]") });
            return;
        };
        for (key, value) in keys {
            let (line, span) = (line_of(self.text, key.span().start), key.span());
            let text = format!("{name}.{}: ", key.get_ref());
            let mut alone = DeTable::new();
            alone.insert(key, value);
            if let Err(error) = T::deserialize(Deserializer::from(Spanned::new(span, alone))) {
                self.problems.push(Problem { line, text: text + error.message() });
            }
        }
    }

    fn refuse_unknown(&mut self) {
        for name in self.table.keys() {
            let line = line_of(self.text, name.span().start);
            let text = format!("{}: no such section, expected {}", name.get_ref(), self.known.join(", "));
            self.problems.push(Problem { line, text });
        }
    }
}

/// The one problem of a text that cannot be read at all.
fn whole(text: &str, error: &toml::de::Error) -> Problems {
    let line = line_of(text, error.span().map_or(0, |span| span.start));
    Problems(vec![Problem { line, text: error.message().to_owned() }])
}

/// The number of the line, from 1 on, in which the byte at `offset` lies.
fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
