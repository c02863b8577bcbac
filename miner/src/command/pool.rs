//! `hashkit pool`: the other end of the wire.

mod serve;
mod view;

pub(crate) use serve::exit_of;

use crate::cli::Global;
use crate::failure::Failure;

const EXAMPLES: &str = "\
Examples:
  hashkit pool serve --demo --listen 127.0.0.1:3333
";

/// Serve miners
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Serve(Box<serve::Args>),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    match &args.verb {
        Verb::Serve(args) => serve::run(args, global),
    }
}
