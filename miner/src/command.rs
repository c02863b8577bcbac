//! The verbs, one file each.

mod bench;
mod chain;
mod completions;
mod devices;
mod emulate;
mod hash;
mod header;
mod man;
mod mine;
mod pool;
mod selftest;
mod solo;
mod tune;

pub(crate) use mine::Strategy;

use crate::cli::Global;
use crate::failure::Failure;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    Mine(Box<mine::Args>),
    Solo(Box<solo::Args>),
    Pool(pool::Args),
    Chain(chain::Args),
    Devices(devices::Args),
    Selftest(selftest::Args),
    Tune(tune::Args),
    Bench(Box<bench::Args>),
    Hash(hash::Args),
    Header(header::Args),
    Emulate(Box<emulate::Args>),
    Completions(completions::Args),
    Man(man::Args),
}

impl Verb {
    /// Whether its view tells people how it goes, so that its log need only warn.
    pub(crate) fn has_a_view(&self) -> bool {
        match self {
            Self::Mine(_) | Self::Solo(_) | Self::Chain(_) => true,
            Self::Pool(args) => args.has_a_view(),
            _ => false,
        }
    }
}

/// Does it.
pub(crate) fn run(verb: Verb, global: &Global) -> Result<(), Failure> {
    match verb {
        Verb::Mine(args) => mine::run(*args, global),
        Verb::Solo(args) => solo::run(*args, global),
        Verb::Pool(args) => pool::run(args, global),
        Verb::Chain(args) => chain::run(&args, global),
        Verb::Devices(args) => devices::run(&args, global),
        Verb::Selftest(args) => selftest::run(&args, global),
        Verb::Tune(args) => tune::run(&args, global),
        Verb::Bench(args) => bench::run(&args, global),
        Verb::Hash(args) => hash::run(&args, global),
        Verb::Header(args) => header::run(&args, global),
        Verb::Emulate(args) => emulate::run(&args, global),
        Verb::Completions(args) => completions::run(&args, global),
        Verb::Man(args) => man::run(&args, global),
    }
}
