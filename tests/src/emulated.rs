//! An emulated chain of chips, as a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::program::hashkit;

/// A running `hashkit emulate`, on a link of its own that stays the same when it is unplugged. Dropping it ends it.
#[derive(Debug)]
pub struct Emulated {
    child: Child,
    lines: Receiver<Value>,
    path: String,
    control: Option<String>,
    /// Holds the link.
    _folder: tempfile::TempDir,
}

impl Emulated {
    /// Starts it, and waits until its port can be opened.
    ///
    /// # Errors
    /// When the program does not start, or opens nothing.
    pub fn start(model: &str, chips: u16, options: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("board").display().to_string();
        let mut command = hashkit()?;
        command.args(["emulate", model, "--json", "--link", &path]).args(options);
        let control = options.contains(&"--control").then(|| folder.path().join("control").display().to_string());
        if let Some(control) = &control {
            command.args(["--control-link", control]);
        }
        if chips > 1 {
            command.args(["--chips", &chips.to_string()]);
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let output = child.stdout.take().context("piped")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let Ok(value) = serde_json::from_str(&line) else { continue };
                if sender.send(value).is_err() {
                    return;
                }
            }
        });
        let emulated = Self { child, lines, path, control, _folder: folder };
        emulated.wait_for("open", Duration::from_secs(20))?;
        Ok(emulated)
    }

    /// The path to open.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The path of its control channel, where it has one.
    #[must_use]
    pub fn control(&self) -> Option<&str> {
        self.control.as_deref()
    }

    /// As `--asic` names it, with the control channel where it has one.
    #[must_use]
    pub fn spec(&self, chips: &str) -> String {
        let control = self.control.as_ref().map_or_else(String::new, |path| format!(",control={path}"));
        format!("{}:{chips}{control}", self.path)
    }

    /// Waits until it has told of this event.
    ///
    /// # Errors
    /// When it has not within `limit`.
    pub fn wait_for(&self, event: &str, limit: Duration) -> Result<Value> {
        let deadline = Instant::now() + limit;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(value) if value["event"] == event => return Ok(value),
                Ok(_) => {}
                Err(_) => bail!("the emulated chips do not say {event:?} within {limit:?}"),
            }
        }
    }
}

impl Drop for Emulated {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
