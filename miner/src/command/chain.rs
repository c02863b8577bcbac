//! `hashkit chain`: what nodes know of a chain.

mod table;
mod watch;

use crate::cli::Global;
use crate::failure::Failure;

const EXAMPLES: &str = "\
Examples:
  hashkit chain watch --node http://user:password@127.0.0.1:8332 --dry-run
";

/// Watch a chain and the nodes that follow it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Watch(watch::Args),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    match &args.verb {
        Verb::Watch(args) => watch::run(args, global),
    }
}
