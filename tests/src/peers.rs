//! Pools and clients that are not ours, from a package registry, each a process of its own and never linked.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::program::repository;

/// A peer that runs, and what it said so far. It ends with its owner: its standard input closes.
#[derive(Debug)]
pub struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<Value>,
}

/// Installs the peers of `tests/peers/package-lock.json` once, under `target/`, and gives their folder.
///
/// # Errors
/// Why they cannot be had here, for [`left_out`](crate::left_out).
pub fn npm() -> Result<PathBuf, String> {
    for program in ["node", "npm"] {
        if Command::new(program).arg("--version").output().is_err() {
            return Err(format!("{program} is missing: install the Debian packages nodejs and npm"));
        }
    }
    install(&repository().join("target/peers")).map_err(|error| format!("{error:#}"))
}

fn install(folder: &Path) -> Result<PathBuf> {
    let source = repository().join("tests/peers");
    fs::create_dir_all(folder)?;
    // Scenarios run side by side, each in its own process: one installs, the others wait.
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    let wanted = fs::read(source.join("package-lock.json"))?;
    copy(&source, folder)?;
    let installed = folder.join("installed-lock.json");
    if fs::read(&installed).is_ok_and(|have| have == wanted) {
        return Ok(folder.to_owned());
    }
    // No scripts: some of these packages would compile C++ for what tests/peers/stand-in does with Node alone.
    let output = Command::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .context("npm does not start")?;
    ensure!(output.status.success(), "npm could not install the peers: {}", String::from_utf8_lossy(&output.stderr));
    fs::write(installed, wanted)?;
    Ok(folder.to_owned())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("no folder {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

impl Peer {
    /// Starts one of the scripts of `tests/peers` with its settings.
    ///
    /// # Errors
    /// When Node does not start.
    pub fn start(folder: &Path, script: &str, settings: &Value) -> Result<Self> {
        let mut child = Command::new("node")
            .arg(script)
            .arg(settings.to_string())
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("node {script} does not start"))?;
        let input = child.stdin.take();
        let output = child.stdout.take().context("standard output was asked for")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                eprintln!("peer: {line}");
                if let Ok(line) = serde_json::from_str(&line)
                    && sender.send(line).is_err()
                {
                    return;
                }
            }
        });
        Ok(Self { child, input, lines })
    }

    /// Waits for the next event of that name, passing over others.
    ///
    /// # Errors
    /// When it does not come within `limit`, or the peer ends before.
    pub fn wait_for(&self, event: &str, limit: Duration) -> Result<Value> {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line["event"] == event => return Ok(line),
                Ok(_) => {}
                Err(error) => bail!("no `{event}` from the peer within {limit:?}: {error}"),
            }
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.input.take());
        // It may have ended by itself; then there is nothing to end or to wait for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
