//! The program `hashkit` as its users have it: a file to start.

use std::{
    env,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail, ensure};

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
    let cache = program.parent().context("the program lies in no folder")?.join("cache");
    let mut command = Command::new(&program);
    command.current_dir(repository()).env("NO_COLOR", "1").env("XDG_CACHE_HOME", &cache).env("XDG_STATE_HOME", cache);
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("HASHKIT_") {
            command.env_remove(name);
        }
    }
    // Scenarios are the same on every machine; those with GPUs ask for them.
    command.env("HASHKIT_NO_GPU", "1");
    Ok(command)
}

/// The program that `HASHKIT_TEST_PROGRAM` names, as `scripts/test` has built it with everything else. Without that it is built
/// beside the running test, in the same profile, so that the two can never be of different days.
fn build() -> Result<PathBuf> {
    if let Some(program) = env::var_os("HASHKIT_TEST_PROGRAM") {
        return Ok(program.into());
    }
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

/// Runs a program without input to its end, and gives what it wrote.
///
/// # Errors
/// When it does not start, or has not ended by itself within `limit`.
pub fn output_within(limit: Duration, program: &mut Command) -> Result<Output> {
    let mut child = program.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (out, err) = (child.stdout.take().context("piped")?, child.stderr.take().context("piped")?);
    let reader = |mut pipe: Box<dyn Read + Send>| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            pipe.read_to_end(&mut bytes).map(|_| bytes)
        })
    };
    let (out, err) = (reader(Box::new(out)), reader(Box::new(err)));
    let deadline = Instant::now() + limit;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() > deadline {
            child.kill()?;
            bail!("it does not end within {limit:?}");
        }
        thread::sleep(Duration::from_millis(20));
    };
    let stdout = out.join().map_err(|_| anyhow!("the reader of its output panicked"))??;
    let stderr = err.join().map_err(|_| anyhow!("the reader of its words panicked"))??;
    Ok(Output { status, stdout, stderr })
}
