//! A program while it runs, read line by line with a limit of time.

use std::collections::VecDeque;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::PeerError;

/// How many lines an error shows.
const SHOWN: usize = 8;

/// How many lines may wait to be read; a program that prints more has to wait itself.
const WAITING: usize = 256;

/// What of a line is kept.
const LINE_LIMIT: usize = 4096;

/// A started program, ended at the latest when this is dropped, with all that it has started in turn.
pub(super) struct Running {
    program: String,
    child: Child,
    lines: Receiver<String>,
    last: VecDeque<String>,
    until: Instant,
    status: Option<ExitStatus>,
}

impl Running {
    /// Starts it with an empty input; it may run for `limit`.
    pub(super) fn start(command: &[String], limit: Duration) -> Result<Self, PeerError> {
        let (program, arguments) = command.split_first().ok_or(PeerError::NoCommand)?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // A group of its own: a peer may be a script that starts the real one.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().map_err(|source| PeerError::Start { program: program.clone(), source })?;
        let (sender, lines) = sync_channel(WAITING);
        for output in [
            child.stdout.take().map(|output| Box::new(output) as Box<dyn Read + Send>),
            child.stderr.take().map(|output| Box::new(output) as Box<dyn Read + Send>),
        ]
        .into_iter()
        .flatten()
        {
            let sender = sender.clone();
            // Not joined: it ends with the last program that can write here.
            thread::spawn(move || cut(output, &sender));
        }
        let until = Instant::now() + limit;
        Ok(Self { program: program.clone(), child, lines, last: VecDeque::new(), until, status: None })
    }

    pub(super) fn program(&self) -> &str {
        &self.program
    }

    /// The next line it prints, on either output; `None` once it has ended or its time is over.
    pub(super) fn next_line(&mut self) -> Option<String> {
        match self.lines.recv_timeout(self.until.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                if self.last.len() == SHOWN {
                    self.last.pop_front();
                }
                self.last.push_back(line.clone());
                Some(line)
            }
            Err(RecvTimeoutError::Timeout) => None,
            // Both outputs are closed.
            Err(RecvTimeoutError::Disconnected) => {
                self.wait();
                None
            }
        }
    }

    /// The end of what it printed, for people.
    pub(super) fn printed(&self) -> String {
        if self.last.is_empty() {
            return "it printed nothing".to_owned();
        }
        let mut text = "it printed last:".to_owned();
        for line in &self.last {
            text.extend(["\n  ", line]);
        }
        text
    }

    /// How it ended by itself; `None` while it runs.
    pub(super) fn ended(&self) -> Option<ExitStatus> {
        self.status
    }

    /// Waits for its end, as long as its time is not over: a program may close its outputs and go on.
    fn wait(&mut self) {
        while Instant::now() < self.until {
            self.status = self.child.try_wait().ok().flatten();
            if self.status.is_some() {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Each may have ended already, and that is all right. The group is ended first: until the program is waited for, its
        // number can not be that of others.
        #[cfg(unix)]
        if self.status.is_none() {
            let _ = rustix::process::kill_process_group(
                rustix::process::Pid::from_child(&self.child),
                rustix::process::Signal::KILL,
            );
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends each line of `output`, without its end; a carriage return ends one too, as progress displays do.
fn cut(mut output: impl Read, lines: &SyncSender<String>) {
    let mut line = Vec::new();
    let mut bytes = [0; 4096];
    while let Ok(len @ 1..) = output.read(&mut bytes) {
        for &byte in &bytes[..len] {
            if byte != b'\n' && byte != b'\r' {
                if line.len() < LINE_LIMIT {
                    line.push(byte);
                }
            } else if !line.is_empty() && lines.send(text(&mut line)).is_err() {
                return;
            }
        }
    }
    if !line.is_empty() {
        // Nobody may wait any more.
        let _ = lines.send(text(&mut line));
    }
}

fn text(line: &mut Vec<u8>) -> String {
    String::from_utf8_lossy(&std::mem::take(line)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_either_end_and_with_the_output() {
        let (sender, lines) = sync_channel(WAITING);
        cut(&b"one\ntwo\r\n\n10%\r20%\rlast \xff"[..], &sender);
        drop(sender);
        assert_eq!(lines.iter().collect::<Vec<_>>(), ["one", "two", "10%", "20%", "last \u{fffd}"]);
    }

    #[test]
    fn a_line_without_end_is_kept_in_part() {
        let (sender, lines) = sync_channel(WAITING);
        cut(&[b'x'; 3 * LINE_LIMIT][..], &sender);
        assert_eq!(lines.recv().map(|line| line.len()), Ok(LINE_LIMIT));
    }
}
