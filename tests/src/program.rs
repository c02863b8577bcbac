//! The program `hashkit` as its users have it: a file to start.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Context, Result, ensure};

/// The root of the repository.
#[must_use]
pub fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A command that starts the program in the repository's root, with an environment that cannot change what it does.
///
/// # Errors
/// When the program cannot be built.
pub fn hashkit() -> Result<Command> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let program =
        BUILT.get_or_init(|| build().map_err(|error| format!("{error:#}"))).clone().map_err(anyhow::Error::msg)?;
    let mut command = Command::new(program);
    command.current_dir(repository()).env("NO_COLOR", "1");
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("HASHKIT_") {
            command.env_remove(name);
        }
    }
    Ok(command)
}

/// Builds the program beside the running test, in the same profile, so that the two can never be of different days.
fn build() -> Result<PathBuf> {
    let test = env::current_exe().context("the running test has no path")?;
    let profile = test.ancestors().nth(2).context("the running test lies in no target folder")?;
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(repository()).args(["build", "--quiet", "--locked", "--package", "hashkit", "--bin", "hashkit"]);
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    if let Some(target) = profile.parent() {
        cargo.arg("--target-dir").arg(target);
    }
    let status = cargo.status().context("cargo does not start")?;
    ensure!(status.success(), "cargo build --package hashkit ended with {status}");
    Ok(profile.join(format!("hashkit{}", env::consts::EXE_SUFFIX)))
}
