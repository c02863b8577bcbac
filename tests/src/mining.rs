//! `hashkit mine` as a process of its own: what it says, what it costs, and how it ends.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::program::hashkit;

/// A running `hashkit mine --ui json`. Dropping it kills it.
#[derive(Debug)]
pub struct Mining {
    child: Child,
    lines: Receiver<Value>,
    seen: Vec<Value>,
    errors: Arc<Mutex<String>>,
    reader: Option<JoinHandle<()>>,
    began: Instant,
    cost: Cost,
}

/// What a process has used so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Cost {
    /// Processor time of all threads but the devices', which are to be busy.
    pub beside_devices: Duration,
    /// Processor time of the devices' threads.
    pub devices: Duration,
    /// The most memory it ever held, in bytes.
    pub peak_memory: u64,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ending {
    /// The exit code.
    pub code: i32,
    /// Every line of standard output.
    pub events: Vec<Value>,
    /// Standard error.
    pub errors: String,
    /// From its start to its end.
    pub took: Duration,
    /// As last seen before the end.
    pub cost: Cost,
}

impl Mining {
    /// Starts it with these arguments behind `hashkit mine --ui json`.
    ///
    /// # Errors
    /// When the program cannot be built or started.
    pub fn start(arguments: &[&str]) -> Result<Self> {
        Self::start_verb("mine", arguments)
    }

    /// As [`Mining::start`], with another verb, or one below another: `chain watch`.
    ///
    /// # Errors
    /// As there.
    pub fn start_verb(verb: &str, arguments: &[&str]) -> Result<Self> {
        Self::start_in(verb, arguments, |_| {})
    }

    /// As [`Mining::start_verb`], in an environment that `change` sets.
    ///
    /// # Errors
    /// As there.
    pub fn start_in(verb: &str, arguments: &[&str], change: impl FnOnce(&mut Command)) -> Result<Self> {
        let mut command = hashkit()?;
        command.args(verb.split(' ')).args(["--ui", "json"]).args(arguments);
        change(&mut command);
        if arguments.iter().any(|argument| argument.starts_with("gpu")) {
            command.env_remove("HASHKIT_NO_GPU");
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("hashkit does not start")?;
        let output = child.stdout.take().context("standard output was asked for")?;
        let words = child.stderr.take().context("standard error was asked for")?;
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let value = serde_json::from_str(&line).unwrap_or(Value::String(line));
                if sender.send(value).is_err() {
                    return;
                }
            }
        });
        let errors = Arc::new(Mutex::new(String::new()));
        let said = Arc::clone(&errors);
        let reader = thread::spawn(move || {
            let mut words = BufReader::new(words);
            let mut line = Vec::new();
            while words.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                said.lock().unwrap_or_else(PoisonError::into_inner).push_str(&String::from_utf8_lossy(&line));
                line.clear();
            }
        });
        let (seen, reader, began) = (Vec::new(), Some(reader), Instant::now());
        Ok(Self { child, lines, seen, errors, reader, began, cost: Cost::default() })
    }

    /// What it has said on standard error so far.
    #[must_use]
    pub fn errors(&self) -> String {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it has said these words on standard error.
    ///
    /// # Errors
    /// When it has not within `limit`.
    pub fn wait_for_words(&self, words: &str, limit: Duration) -> Result<()> {
        let deadline = Instant::now() + limit;
        while !self.errors().contains(words) {
            ensure!(Instant::now() < deadline, "no {words:?} within {limit:?}; so far: {}", self.errors());
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// When it was started.
    #[must_use]
    pub fn began(&self) -> Instant {
        self.began
    }

    /// Waits for the next event of that name that `is_it` knows; all that came before is kept for [`Mining::finish`].
    ///
    /// # Errors
    /// When it does not come within `limit`, or the program ends before.
    pub fn wait_for(&mut self, event: &str, limit: Duration, is_it: impl Fn(&Value) -> bool) -> Result<Value> {
        let deadline = Instant::now() + limit;
        loop {
            match self.next_line(deadline)? {
                Some(line) if line["event"] == event && is_it(&line) => return Ok(line),
                Some(_) => {}
                None => bail!("no such `{event}` within {limit:?}; so far: {}", shown(&self.seen)),
            }
        }
    }

    /// Sends it a signal, `INT` or `TERM`.
    ///
    /// # Errors
    /// When it cannot be sent.
    pub fn signal(&self, name: &str) -> Result<()> {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status()?;
        ensure!(sent.success(), "the program is not there to be sent {name}");
        Ok(())
    }

    /// What it has used so far.
    pub fn cost(&mut self) -> Cost {
        if let Some(cost) = cost_of(self.child.id()) {
            self.cost = cost;
        }
        self.cost
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// When it does not end within `limit`, or by a signal that it does not handle.
    pub fn finish(mut self, limit: Duration) -> Result<Ending> {
        let deadline = Instant::now() + limit;
        while self.next_line(deadline)?.is_some() {}
        while self.child.try_wait()?.is_none() {
            ensure!(Instant::now() < deadline, "it does not end within {limit:?}; so far: {}", shown(&self.seen));
            thread::sleep(Duration::from_millis(5));
        }
        let took = self.began.elapsed();
        let status = self.child.wait()?;
        if let Some(reader) = self.reader.take() {
            ensure!(reader.join().is_ok(), "standard error could not be read");
        }
        let errors = self.errors();
        let code = status.code().with_context(|| format!("it ended by {status}: {errors}"))?;
        ensure!(!errors.contains("panicked"), "it panicked: {errors}");
        Ok(Ending { code, events: std::mem::take(&mut self.seen), errors, took, cost: self.cost })
    }

    /// The next line; `None` at the end of the output and at the deadline.
    fn next_line(&mut self, deadline: Instant) -> Result<Option<Value>> {
        loop {
            self.cost();
            // Looks at the cost now and then: afterwards there is nothing to look at.
            let step = deadline.saturating_duration_since(Instant::now()).min(Duration::from_millis(50));
            match self.lines.recv_timeout(step) {
                Ok(Value::String(line)) => bail!("a line that is no JSON: {line:?}"),
                Ok(line) => {
                    self.seen.push(line.clone());
                    return Ok(Some(line));
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) if Instant::now() >= deadline => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

impl Drop for Mining {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Ending {
    /// The events of that name.
    pub fn of<'e>(&'e self, event: &'e str) -> impl Iterator<Item = &'e Value> {
        self.events.iter().filter(move |line| line["event"] == event)
    }

    /// How many shares ended in which way, counted from the lines of the shares themselves.
    #[must_use]
    pub fn fates(&self) -> HashMap<String, u64> {
        let mut fates = HashMap::new();
        for share in self.of("share") {
            *fates.entry(share["fate"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
        fates
    }

    /// The summary, after checking that every share found has ended in exactly one way, and that the sums are those of the
    /// lines.
    ///
    /// # Errors
    /// When there is none, or a sum is wrong.
    pub fn summary(&self) -> Result<&Value> {
        let summary = self.events.last().filter(|line| line["event"] == "summary");
        let summary = summary.with_context(|| format!("no summary at the end: {}", shown(&self.events)))?;
        let number = |key: &str| summary[key].as_u64().with_context(|| format!("no {key} in {summary}"));
        let ended = number("accepted")? + number("refused")? + number("stale")? + number("lost")?;
        ensure!(number("found")? == ended, "the sums do not agree: {summary}");
        ensure!(summary["agrees"] == true, "{summary}");
        let fates = self.fates();
        for fate in ["accepted", "refused"] {
            let lines = fates.get(fate).copied().unwrap_or_default();
            ensure!(number(fate)? == lines, "{lines} lines of {fate} shares, but {summary}");
        }
        let blocks =
            self.of("block").filter(|block| block["fate"] == "accepted" && block["sibling"] == false).count() as u64;
        ensure!(number("blocks")? == blocks, "{blocks} lines of accepted blocks, but {summary}");
        Ok(summary)
    }

    /// One number of the summary; see [`Ending::summary`].
    ///
    /// # Errors
    /// As [`Ending::summary`].
    pub fn sum(&self, key: &str) -> Result<u64> {
        self.summary()?[key].as_u64().with_context(|| format!("no {key}"))
    }

    /// Why pools were left, one line each.
    #[must_use]
    pub fn reasons(&self) -> String {
        self.of("left").filter_map(|left| left["why"].as_str()).collect::<Vec<_>>().join("\n")
    }
}

fn shown(events: &[Value]) -> String {
    events.iter().rev().take(12).rev().map(Value::to_string).collect::<Vec<_>>().join("\n  ")
}

/// Reads it from Linux' /proc; nothing once the process has ended.
fn cost_of(process: u32) -> Option<Cost> {
    // All kernels that Debian ships count processor time for user programs in hundredths of a second.
    const TICK: Duration = Duration::from_millis(10);
    let mut cost = Cost::default();
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    cost.peak_memory = peak.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024;
    for thread in fs::read_dir(format!("/proc/{process}/task")).ok()?.flatten() {
        let Ok(stat) = fs::read_to_string(thread.path().join("stat")) else { continue };
        // The name stands in brackets and may hold anything.
        let (name, rest) = stat.split_once('(')?.1.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = fields.get(11)?.parse::<u32>().ok()? + fields.get(12)?.parse::<u32>().ok()?;
        let used = if name.starts_with("cpu-") { &mut cost.devices } else { &mut cost.beside_devices };
        *used += TICK * ticks;
    }
    Some(cost)
}
