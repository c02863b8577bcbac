//! The frame of the command line: the verbs, and what every command understands. `docs/cli.md` is the contract.

pub(crate) mod words;

use std::ffi::OsString;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::path::PathBuf;

use anstream::{AutoStream, ColorChoice};
use clap::{ArgAction, CommandFactory, FromArgMatches, Parser};

use crate::command::Verb;
use crate::config::Config;
use crate::failure::Failure;

const EXAMPLES: &str = "\
Examples:
  hashkit devices
  hashkit selftest
  hashkit hash sha256 README.md
";

/// Open, fee-free proof-of-work hashing: mine, hash, decode and check.
#[derive(Debug, Parser)]
#[command(
    name = "hashkit",
    version,
    arg_required_else_help = true,
    disable_help_flag = true,
    max_term_width = 100,
    after_help = EXAMPLES
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,

    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What every command understands.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Every command")]
pub(crate) struct Global {
    /// Read settings from this TOML file
    ///
    /// A switch counts before its HASHKIT_ environment variable, that before the file, the file before the default.
    #[arg(long, global = true, value_name = "FILE", env = "HASHKIT_CONFIG")]
    pub(crate) config: Option<PathBuf>,

    /// Say only what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say more; twice for everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// When to use colours; the environment variable NO_COLOR turns them off too
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_short_help = true)]
    color: Color,

    /// Show no progress bar and no progress lines
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) no_progress: bool,

    /// Print a short help
    #[arg(short = 'h', long, global = true, action = ArgAction::HelpShort)]
    help: Option<bool>,

    /// Print the whole help
    #[arg(long, global = true, action = ArgAction::HelpLong)]
    help_all: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Global {
    /// Standard error for words. Colours written to it are dropped where they are not wanted.
    pub(crate) fn words(&self) -> AutoStream<std::io::Stderr> {
        AutoStream::new(stderr(), self.color.choice())
    }

    /// Standard output for data with colours, which are dropped where they are not wanted.
    pub(crate) fn data(&self) -> AutoStream<std::io::Stdout> {
        AutoStream::new(stdout(), self.color.choice())
    }

    /// Whether words on standard error carry colours.
    pub(crate) fn colors_words(&self) -> bool {
        self.words().current_choice() != ColorChoice::Never
    }

    /// Says what went wrong; `-q` does not silence it.
    pub(crate) fn say_error(&self, message: &str) {
        let (red, plain) = (anstyle::AnsiColor::Red.on_default().bold(), anstyle::Reset);
        // Where standard error is closed there is nobody to tell.
        let _ = writeln!(self.words(), "{red}error:{plain} {message}");
    }

    /// Says something that costs but does not stop the command; `-q` does not silence it.
    pub(crate) fn say_warning(&self, message: &str) {
        let (yellow, plain) = (anstyle::AnsiColor::Yellow.on_default().bold(), anstyle::Reset);
        let _ = writeln!(self.words(), "{yellow}warning:{plain} {message}");
    }

    /// Says something useful to know, unless `-q` is given.
    pub(crate) fn say(&self, message: &str) {
        if !self.quiet {
            let _ = writeln!(self.words(), "{message}");
        }
    }

    /// Whether to show progress at all, and how.
    pub(crate) fn progress_style(&self) -> ProgressStyle {
        if self.no_progress || self.quiet {
            ProgressStyle::None
        } else if stderr().is_terminal() {
            ProgressStyle::Bar
        } else {
            ProgressStyle::Lines
        }
    }

    /// The settings of the file that `--config` names, or the defaults.
    ///
    /// # Errors
    /// A failure for wrong configuration that lists all problems of the file.
    pub(crate) fn load_config(&self) -> Result<Config, Failure> {
        self.config.as_deref().map_or_else(|| Ok(Config::default()), |path| Config::load(path).map_err(Failure::usage))
    }
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProgressStyle {
    /// Not at all.
    None,
    /// A bar, on a terminal.
    Bar,
    /// A line every 10 s, where words go to a file or another program.
    Lines,
}

impl Color {
    fn choice(self) -> ColorChoice {
        match self {
            Self::Auto => ColorChoice::Auto,
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
    }
}

/// The whole command line, as the parser, the man pages and the completions need it.
pub(crate) fn command() -> clap::Command {
    without_values_of_the_environment(Cli::command())
}

/// Help, man pages and completions name the variables but not what is in them: some are secrets, all are the user's own.
fn without_values_of_the_environment(command: clap::Command) -> clap::Command {
    let verbs: Vec<String> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    let command = command.mut_args(|argument| argument.hide_env_values(true));
    verbs.into_iter().fold(command, |command, verb| command.mut_subcommand(verb, without_values_of_the_environment))
}

/// Reads the arguments, the program's name first.
///
/// # Errors
/// What to print instead of running: help, the version, or what is wrong with the arguments.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, clap::Error> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let matches = command().color(color_of_help(&arguments)).try_get_matches_from(arguments)?;
    Cli::from_arg_matches(&matches)
}

/// `--color` for the help and the errors of the parser itself, which are written before the arguments are understood.
fn color_of_help(arguments: &[OsString]) -> clap::ColorChoice {
    let mut choice = clap::ColorChoice::Auto;
    for (at, argument) in arguments.iter().enumerate() {
        let value = match argument.to_str() {
            Some("--") => break,
            Some("--color") => arguments.get(at + 1).and_then(|value| value.to_str()),
            Some(argument) => argument.strip_prefix("--color="),
            None => None,
        };
        match value {
            Some("always") => choice = clap::ColorChoice::Always,
            Some("never") => choice = clap::ColorChoice::Never,
            _ => {}
        }
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn color_is_known_before_the_arguments_are_understood() {
        for (case, arguments, expected) in [
            ("not given", &["hashkit", "hsah"][..], clap::ColorChoice::Auto),
            ("two words", &["hashkit", "--color", "never", "hsah"], clap::ColorChoice::Never),
            ("one word", &["hashkit", "hsah", "--color=always"], clap::ColorChoice::Always),
            ("behind the end of the switches", &["hashkit", "--", "--color=always"], clap::ColorChoice::Auto),
            ("without its value", &["hashkit", "--color"], clap::ColorChoice::Auto),
        ] {
            let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
            assert_eq!(color_of_help(&arguments), expected, "{case}");
        }
    }
}
