//! `hashkit pool`: the other end of the wire, and what it looks like from here.

mod inspect;
mod load;
mod ping;
mod serve;
mod view;

pub(super) use load::print_load;
pub(crate) use serve::exit_of;

use std::io::{self, Write};

use tokio::runtime::{Builder, Runtime};

use crate::cli::Global;
use crate::failure::{Exit, Failure};
use crate::output::stdout;
use crate::session::Host;

const EXAMPLES: &str = "\
Examples:
  hashkit pool serve --demo --listen 127.0.0.1:3333
  hashkit pool ping pool.example:3333 --user YOUR_ADDRESS.rig1
  hashkit pool inspect pool.example:3333 --user YOUR_ADDRESS.rig1
  hashkit pool load 127.0.0.1:3333 --connections 1000 --share-rate 100
";

/// Serve miners, look at a pool, or put a load on one
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Serve(Box<serve::Args>),
    Ping(Box<ping::Args>),
    Inspect(Box<inspect::Args>),
    Load(Box<load::Args>),
}

impl Args {
    /// Whether its view tells people how it goes, so that its log need only warn.
    pub(crate) fn has_a_view(&self) -> bool {
        matches!(self.verb, Verb::Serve(_))
    }
}

pub(crate) fn run(args: Args, global: &Global) -> Result<(), Failure> {
    match args.verb {
        Verb::Serve(args) => serve::run(&args, global),
        Verb::Ping(args) => ping::run(*args, global),
        Verb::Inspect(args) => inspect::run(*args, global),
        Verb::Load(args) => load::run(*args, global),
    }
}

/// The dry run of a tool: the pools that it would visit.
fn describe(hosts: &[Host]) -> io::Result<()> {
    let mut out = stdout();
    for host in hosts {
        writeln!(out, "pool    {}  as {}", host.pool, host.login.user)?;
    }
    out.flush()
}

/// For a few connections; the resolver has threads of its own.
fn small_runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread().enable_all().build().map_err(|error| Failure::new(Exit::Failed, error))
}
