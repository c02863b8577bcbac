//! The program `hashkit`: the command line, and one file a verb under `command/`.

mod built;
mod calendar;
mod cli;
mod coinbase;
mod command;
mod config;
mod credit;
mod demo;
mod failure;
mod inside;
mod lines;
mod logging;
mod merge;
mod metrics;
mod mining;
mod node_tip;
mod nodes;
mod ordered;
mod output;
mod pages;
mod pattern;
mod pool_args;
mod progress;
mod rig;
mod session;
mod signals;
mod small_file;
mod state;
mod stop;
mod tally;
mod timings;
mod view;

use std::process::ExitCode;

use crate::failure::{Exit, Failure};

fn main() -> ExitCode {
    let cli = match cli::parse(std::env::args_os()) {
        Ok(cli) => cli,
        Err(answer) => {
            // Help, the version, or what is wrong with the arguments; where that cannot be printed nothing else can be.
            let _ = answer.print();
            return if answer.exit_code() == 0 { Exit::Done } else { Exit::Usage }.into();
        }
    };
    logging::start(&cli.global, cli.verb.has_a_view());
    match command::run(cli.verb, &cli.global) {
        Ok(()) => Exit::Done.into(),
        Err(failure) => end(&failure, &cli.global),
    }
}

/// Says what failed, unless the verb has done so, and gives its exit code.
fn end(failure: &Failure, global: &cli::Global) -> ExitCode {
    if let Some(message) = failure.message() {
        global.say_error(&message);
    }
    failure.exit().into()
}
