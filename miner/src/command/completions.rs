//! `hashkit completions`: tab completion for shells.

use std::io::{Write, stdout};

use clap_complete::Shell;

use crate::cli::{self, Global};
use crate::failure::Failure;

const EXAMPLES: &str = "\
Examples:
  hashkit completions bash
  hashkit completions zsh > _hashkit
";

/// Print a shell's completion script
///
/// Where to put it: bash: ~/.local/share/bash-completion/completions/hashkit, zsh: a folder of $fpath as _hashkit,
/// fish: ~/.config/fish/completions/hashkit.fish.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args, _global: &Global) -> Result<(), Failure> {
    // Into memory first: the generator panics where its output is closed.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli::command(), "hashkit", &mut script);
    stdout().write_all(&script).map_err(Failure::output)
}
