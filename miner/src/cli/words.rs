//! Words with several spellings: any of them is taken, an unknown one is answered with the nearest name and with all.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use hashkit_chain::{Algorithm, ChainName};

/// Reads a word of a closed list.
#[derive(Clone)]
pub(crate) struct Words<T> {
    names: Vec<&'static str>,
    from_spelling: fn(&str) -> Option<T>,
}

impl<T> Words<T> {
    /// The words `names`; `from_spelling` takes these and their other spellings.
    pub(crate) fn new(names: Vec<&'static str>, from_spelling: fn(&str) -> Option<T>) -> Self {
        Self { names, from_spelling }
    }
}

/// The names of the proof-of-work functions.
pub(crate) fn algorithm() -> Words<Algorithm> {
    Words::new(Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect(), |text| text.parse().ok())
}

/// The names of the chains whose rules of difficulty are known.
pub(crate) fn chain() -> Words<ChainName> {
    Words::new(ChainName::ALL.iter().map(|chain| chain.name()).collect(), |text| text.parse().ok())
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Words<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<T, clap::Error> {
        let known = value.to_str().and_then(self.from_spelling);
        known.ok_or_else(|| {
            // The parser of exact words refuses it, and knows how to say so.
            match PossibleValuesParser::new(&self.names).parse_ref(command, argument, value) {
                Err(refusal) => refusal,
                Ok(_) => clap::Error::new(clap::error::ErrorKind::InvalidValue).with_cmd(command),
            }
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names.iter().map(|name| PossibleValue::new(*name))))
    }
}
