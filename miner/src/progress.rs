//! Progress of long jobs over bytes: a bar on a terminal, otherwise a line every 10 s. Short jobs show nothing.

use std::io::{IsTerminal, stdout};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use crate::cli::{self, Global};

/// Time between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Counts bytes from any thread and shows them.
pub(crate) struct Progress<'g> {
    global: &'g Global,
    bar: ProgressBar,
    style: cli::ProgressStyle,
    data_to_terminal: bool,
    total: Option<u64>,
    /// Nothing is shown for jobs up to this size; a job of unknown size shows once it has done so much.
    quiet_up_to: u64,
    done: AtomicU64,
    started: Instant,
    /// Seconds after the start at which the next line is due.
    next_line: AtomicU64,
}

impl<'g> Progress<'g> {
    /// For a job of `total` bytes, where that is known.
    pub(crate) fn new(global: &'g Global, total: Option<u64>, quiet_up_to: u64) -> Self {
        let progress = Self {
            global,
            bar: ProgressBar::hidden(),
            style: global.progress_style(),
            data_to_terminal: stdout().is_terminal(),
            total,
            quiet_up_to,
            done: AtomicU64::new(0),
            started: Instant::now(),
            next_line: AtomicU64::new(LINE_EVERY.as_secs()),
        };
        if total.is_some_and(|total| total > quiet_up_to) {
            progress.show_bar();
        }
        progress
    }

    /// So many bytes more are done.
    pub(crate) fn add(&self, bytes: u64) {
        let before = self.done.fetch_add(bytes, Ordering::Relaxed);
        let done = before + bytes;
        match self.style {
            cli::ProgressStyle::None => {}
            cli::ProgressStyle::Bar => {
                if self.total.is_none() && before <= self.quiet_up_to && done > self.quiet_up_to {
                    self.show_bar();
                    self.bar.inc(before);
                }
                self.bar.inc(bytes);
            }
            cli::ProgressStyle::Lines => self.line_when_due(done),
        }
    }

    /// Runs `say`, which writes words, while no bar is in its way.
    pub(crate) fn suspend<T>(&self, say: impl FnOnce() -> T) -> T {
        self.bar.suspend(say)
    }

    /// Runs `print`, which writes data: a bar is in its way only where both go to a terminal.
    pub(crate) fn suspend_for_data<T>(&self, print: impl FnOnce() -> T) -> T {
        if self.data_to_terminal { self.bar.suspend(print) } else { print() }
    }

    fn show_bar(&self) {
        if self.style != cli::ProgressStyle::Bar {
            return;
        }
        let template = match self.total {
            Some(total) => {
                self.bar.set_length(total);
                "{bar:24} {percent:>3}%  {binary_bytes} of {binary_total_bytes}  {binary_bytes_per_sec}  {eta} left"
            }
            None => "{spinner} {binary_bytes}  {binary_bytes_per_sec}",
        };
        self.bar.set_style(ProgressStyle::with_template(template).expect("the template is well formed"));
        self.bar.set_draw_target(indicatif::ProgressDrawTarget::stderr_with_hz(10));
    }

    fn line_when_due(&self, done: u64) {
        if self.total.unwrap_or(done) <= self.quiet_up_to {
            return;
        }
        let now = self.started.elapsed();
        let due = self.next_line.load(Ordering::Relaxed);
        let next = now.as_secs() + LINE_EVERY.as_secs();
        // Of the threads that see it due, one wins and says it.
        if now.as_secs() >= due
            && self.next_line.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.global.say(&line(done, self.total, now));
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

fn line(done: u64, total: Option<u64>, elapsed: Duration) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate far below 2^64, never negative"
    )]
    let rate = HumanBytes((done as f64 / elapsed.as_secs_f64()) as u64);
    match total {
        Some(total) => {
            let percent = done.saturating_mul(100) / total.max(1);
            format!("{percent}% done: {} of {}, {rate}/s", HumanBytes(done), HumanBytes(total))
        }
        None => format!("{} done, {rate}/s", HumanBytes(done)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_how_far_and_how_fast() {
        let ten = Duration::from_secs(10);
        assert_eq!(line(5 << 30, Some(20 << 30), ten), "25% done: 5.00 GiB of 20.00 GiB, 512.00 MiB/s");
        assert_eq!(line(5 << 30, None, ten), "5.00 GiB done, 512.00 MiB/s");
        assert_eq!(line(0, Some(0), ten), "0% done: 0 B of 0 B, 0 B/s");
    }
}
