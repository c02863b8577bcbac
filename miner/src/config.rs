//! The configuration file: TOML, one struct a section. `docs/hashkit.example.toml` shows every key.

mod problems;

use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use hashkit_chain::Algorithm;
use serde::Deserialize;

use crate::command::Strategy;
use crate::small_file;

/// All settings of a file. A switch and its environment variable count before it.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// What `hashkit mine` mines on, and with what.
    pub(crate) mine: Mine,
}

/// `[mine]`: what `hashkit mine` mines on, and with what. A key that is absent leaves the default.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Mine {
    /// Pools in the order of failover, as for `--pool`.
    pub(crate) pools: Option<Vec<String>>,
    /// The name to log in with, or a list of them, one a pool.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) user: Option<Vec<String>>,
    /// The password; `file:PATH` and `env:NAME` keep it out of this file. Or a list, one a pool.
    #[serde(deserialize_with = "one_or_many")]
    pub(crate) pass: Option<Vec<String>>,
    /// How several pools share the devices, as for `--strategy`.
    #[serde(deserialize_with = "strategy")]
    pub(crate) strategy: Option<Strategy>,
    /// What to search: sha256d or scrypt.
    #[serde(deserialize_with = "algorithm")]
    pub(crate) algorithm: Option<Algorithm>,
    /// Whether to ask the pool for version bits to roll.
    pub(crate) version_rolling: Option<bool>,
    /// Keep only the devices that match one of these patterns, as for `--device`.
    pub(crate) devices: Option<Vec<String>>,
    /// CPU threads; 0 for none.
    pub(crate) cpu_threads: Option<usize>,
    /// Whether each CPU thread stays on a core of its own; as `--no-pin` where it is false.
    pub(crate) pin: Option<bool>,
    /// The proxy before all pools, as for `--proxy`.
    pub(crate) proxy: Option<String>,
    /// Where connections come from, as for `--connect-from`.
    pub(crate) connect_from: Option<String>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("cannot read the configuration {path}", path = path.display())]
    Read {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("the configuration {path} has {problems}", path = path.display())]
    Wrong { path: PathBuf, problems: problems::Problems },
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ConfigError`]: the file cannot be read, or everything in it that is wrong.
    pub(crate) fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = small_file::read(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::from_toml(&text).map_err(|problems| ConfigError::Wrong { path: path.to_owned(), problems })
    }

    /// Reads the text of a file; lists everything that is wrong with it.
    fn from_toml(text: &str) -> Result<Self, problems::Problems> {
        problems::read(text, |sections| {
            sections.check::<Mine>("mine");
        })
    }
}

fn strategy<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Strategy>, D::Error> {
    let name = String::deserialize(value)?;
    Strategy::from_str(&name, false).map(Some).map_err(|_| {
        serde::de::Error::custom(format!("no strategy is called {name:?}: known are failover, quota and balance"))
    })
}

/// A text, or a list of texts.
fn one_or_many<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Vec<String>>, D::Error> {
    struct OneOrMany;
    impl<'de> serde::de::Visitor<'de> for OneOrMany {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a text, or a list of texts, one a pool")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, list: A) -> Result<Vec<String>, A::Error> {
            Deserialize::deserialize(serde::de::value::SeqAccessDeserializer::new(list))
        }
    }
    value.deserialize_any(OneOrMany).map(Some)
}

fn algorithm<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Algorithm>, D::Error> {
    let name = String::deserialize(value)?;
    name.parse().map(Some).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_file_shows_every_key_and_is_accepted() {
        let example = include_str!("../../docs/hashkit.example.toml");
        Config::from_toml(example).unwrap();
        // Its keys are commented out, so that the file as it stands changes nothing.
        let uncommented: String =
            example.lines().map(|line| line.strip_prefix("#! ").unwrap_or(line).to_owned() + "\n").collect();
        let config = Config::from_toml(&uncommented).unwrap();
        let Mine {
            pools,
            user,
            pass,
            strategy,
            algorithm,
            version_rolling,
            devices,
            cpu_threads,
            pin,
            proxy,
            connect_from,
        } = config.mine;
        assert_eq!(pools.unwrap().len(), 2);
        assert!(user.is_some() && pass.is_some() && devices.is_some() && cpu_threads.is_some() && pin.is_some());
        assert_eq!(strategy, Some(Strategy::Quota));
        assert!(proxy.is_some() && connect_from.is_some());
        assert_eq!((algorithm, version_rolling), (Some(Algorithm::Sha256d), Some(false)));
    }

    #[test]
    fn all_problems_of_a_file_are_listed_at_once_with_key_line_and_allowed_values() {
        let text =
            "[mine]\npools = \"one\"\nuser = \"a\"\ncpu_thraeds = 2\nalgorithm = \"md5\"\n\n[mines]\nuser = \"b\"\n";
        let said = Config::from_toml(text).unwrap_err().to_string();
        for expected in [
            "4 problems",
            "line 2: mine.pools: ",
            "line 4: mine.cpu_thraeds: unknown field",
            "`cpu_threads`",
            "line 5: mine.algorithm: no algorithm is called \"md5\": known are sha256d",
            "line 7: mines: no such section, expected mine",
        ] {
            assert!(said.contains(expected), "{expected:?} is missing from {said}");
        }
    }

    #[test]
    fn a_file_that_is_no_toml_is_refused_with_its_line() {
        let said = Config::from_toml("[mine]\nuser = \n").unwrap_err().to_string();
        assert!(said.contains("line 2: "), "{said}");
        assert!(Config::from_toml("mine = 3\n").unwrap_err().to_string().contains("line 1: mine: "));
    }

    #[test]
    fn a_name_stands_for_all_pools_and_a_list_has_one_for_each() {
        let user = |text: &str| Config::from_toml(text).map(|config| config.mine.user.unwrap());
        assert_eq!(user("[mine]\nuser = \"a\"\n").unwrap(), ["a"]);
        assert_eq!(user("[mine]\nuser = [\"a\", \"b\"]\n").unwrap(), ["a", "b"]);
        assert!(user("[mine]\nuser = 3\n").unwrap_err().to_string().contains("a text, or a list of texts"));
        let said = user("[mine]\nstrategy = \"luck\"\n").unwrap_err().to_string();
        assert!(said.contains("known are failover, quota and balance"), "{said}");
    }
}
