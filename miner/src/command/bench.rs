//! `hashkit bench`: what the hardware really does, and whether that has changed.

mod choice;
mod compare;
mod fixed;
mod progress;
mod report;
mod run;
mod samples;

use crate::cli::Global;
use crate::failure::Failure;

const EXAMPLES: &str = "\
Examples:
  hashkit bench --quick --algorithm blake3 --measure 100ms --save old.json
  hashkit bench --publish --save result.json --dry-run
  hashkit bench compare old.json old.json
  hashkit bench report old.json --html report.html
";

/// Measure this hardware, with intervals and checked hashes
///
/// Each kernel is proved, warmed up until it is steady, and counted several times; what it finds is hashed again by the plain
/// reference, and a kernel that skips or repeats nonces gets no number but exit code 3. By default every algorithm is measured
/// on every device with its fastest kernel, half a minute each. An interrupt ends behind the repetition that runs, and what was
/// measured is kept, marked; a second one ends at once.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Args {
    #[command(flatten)]
    run: run::RunArgs,

    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Run(Box<run::RunArgs>),
    Compare(compare::CompareArgs),
    Report(report::ReportArgs),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    match &args.verb {
        None => run::run(&args.run, global),
        Some(Verb::Run(args)) => run::run(args, global),
        Some(Verb::Compare(args)) => compare::run(args),
        Some(Verb::Report(args)) => report::run(args, global),
    }
}
