//! `hashkit man`: manual pages, one a verb.

use std::fs;
use std::io::{self, Write, stdout};
use std::path::PathBuf;

use crate::cli::{self, Global};
use crate::failure::{Exit, Failure};

const EXAMPLES: &str = "\
Examples:
  hashkit man --dry-run man1
  hashkit man man1
";

/// Write the manual pages into a folder
///
/// One page a verb, of section 1. Prints the files it wrote.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The folder; made where there is none
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Print the files that would be written, and stop
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: check that the folder may be written")]
struct WriteError {
    path: String,
    #[source]
    source: io::Error,
}

pub(crate) fn run(args: &Args, _global: &Global) -> Result<(), Failure> {
    let mut command = cli::command();
    // Gives every verb the switches that all of them have, and its full name.
    command.build();
    if !args.dry_run {
        fs::create_dir_all(&args.folder).map_err(|source| cannot_write(&args.folder, source))?;
    }
    write_pages(&command, args)
}

fn write_pages(command: &clap::Command, args: &Args) -> Result<(), Failure> {
    let page = clap_mangen::Man::new(command.clone());
    let path = args.folder.join(page.get_filename());
    if !args.dry_run {
        let mut text = Vec::new();
        page.render(&mut text).and_then(|()| fs::write(&path, text)).map_err(|source| cannot_write(&path, source))?;
    }
    writeln!(stdout(), "{}", path.display()).map_err(Failure::output)?;
    command.get_subcommands().filter(|verb| verb.get_name() != "help").try_for_each(|verb| write_pages(verb, args))
}

fn cannot_write(path: &std::path::Path, source: io::Error) -> Failure {
    Failure::new(Exit::Failed, WriteError { path: path.display().to_string(), source })
}
