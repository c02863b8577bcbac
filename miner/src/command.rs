//! The verbs, one file each.

mod completions;
mod devices;
mod hash;
mod header;
mod man;
mod selftest;

use crate::cli::Global;
use crate::failure::Failure;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    Devices(devices::Args),
    Selftest(selftest::Args),
    Hash(hash::Args),
    Header(header::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Does it.
pub(crate) fn run(verb: Verb, global: &Global) -> Result<(), Failure> {
    match verb {
        Verb::Devices(args) => devices::run(&args, global),
        Verb::Selftest(args) => selftest::run(&args, global),
        Verb::Hash(args) => hash::run(&args, global),
        Verb::Header(args) => header::run(&args, global),
        Verb::Completions(args) => completions::run(&args, global),
        Verb::Man(args) => man::run(&args, global),
    }
}
