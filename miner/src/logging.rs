//! Words while running: `tracing` events as lines on standard error.

use std::io::stderr;

use tracing_subscriber::EnvFilter;

use crate::cli::Global;

/// Starts the log. `-q` leaves warnings and errors, as does a verb that has a view to tell the rest; each `-v` adds a level;
/// other people's crates only warn.
pub(crate) fn start(global: &Global, has_a_view: bool) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "warn",
        (false, 0) if has_a_view => "warn",
        (false, 0) => "info",
        (false, 1) => "debug",
        (false, _) => "trace",
    };
    // A target matches by its beginning, so this takes in hashkit_engine and all other packages of the project.
    let filter = EnvFilter::new(format!("warn,hashkit={level}"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(stderr)
        .with_ansi(global.colors_words())
        .with_target(global.verbose > 0)
        .init();
}
