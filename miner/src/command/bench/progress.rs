//! How far a run is: two lines on a terminal, otherwise a line every 10 s.

use std::time::{Duration, Instant};

use hashkit_bench::measure::{Phase, Progress};
use hashkit_bench::report::hashrate;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::cli::{self, Global};

/// Time between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Shows it.
pub(super) struct Shown<'g> {
    global: &'g Global,
    style: cli::ProgressStyle,
    /// The whole run, and the case that is measured.
    bars: [ProgressBar; 2],
    due: Instant,
}

impl<'g> Shown<'g> {
    pub(super) fn new(global: &'g Global) -> Self {
        let style = global.progress_style();
        let line = || {
            let bar = ProgressBar::no_length();
            bar.with_style(ProgressStyle::with_template("{msg}").expect("the template is well formed"))
        };
        let mut bars = [ProgressBar::hidden(), ProgressBar::hidden()];
        if style == cli::ProgressStyle::Bar {
            let both = MultiProgress::new();
            bars = [both.add(line()), both.add(line())];
        }
        Self { global, style, bars, due: Instant::now() + LINE_EVERY }
    }

    pub(super) fn tell(&mut self, progress: &Progress) {
        match self.style {
            cli::ProgressStyle::None => {}
            cli::ProgressStyle::Bar => {
                self.bars[0].set_message(whole(progress));
                self.bars[1].set_message(of_case(progress));
                self.bars.iter().for_each(ProgressBar::tick);
            }
            cli::ProgressStyle::Lines => {
                if Instant::now() >= self.due {
                    self.due = Instant::now() + LINE_EVERY;
                    self.global.say(&format!("{}; {}", whole(progress), of_case(progress)));
                }
            }
        }
    }
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        self.bars.iter().for_each(ProgressBar::finish_and_clear);
    }
}

fn whole(progress: &Progress) -> String {
    let Progress { case, cases, elapsed, left, .. } = progress;
    format!("case {case} of {cases}, {} gone, about {} left", short(*elapsed), short(*left))
}

fn of_case(progress: &Progress) -> String {
    let Progress { id, phase, repetition, repetitions, .. } = progress;
    let times = match phase {
        // One more was added, where the interval is too wide.
        _ if repetition > repetitions => format!(" {repetition}"),
        Phase::CoolDown => String::new(),
        _ => format!(" {repetition} of {repetitions}"),
    };
    let parts = [
        progress.rate.map(hashrate),
        progress.temperature.map(|degrees| format!("{degrees:.0} °C")),
        progress.power.map(|watts| format!("{watts:.0} W")),
    ];
    let now: Vec<String> = parts.into_iter().flatten().collect();
    let now = if now.is_empty() { String::new() } else { format!("  {}", now.join(", ")) };
    format!("{id}  {}{times}{now}", phase.words())
}

/// `1:05`, or `1:02:03`.
fn short(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_is_done_how_far_it_is_and_what_is_seen() {
        let progress = Progress {
            case: 2,
            cases: 8,
            id: "blake3/cpu/avx2/t2".to_owned(),
            repetition: 3,
            repetitions: 5,
            phase: Phase::Measure,
            elapsed: Duration::from_secs(65),
            left: Duration::from_secs(3723),
            rate: Some(31.2e6),
            temperature: Some(61.2),
            power: None,
            sample: None,
        };
        assert_eq!(whole(&progress), "case 2 of 8, 1:05 gone, about 1:02:03 left");
        assert_eq!(of_case(&progress), "blake3/cpu/avx2/t2  measure 3 of 5  31.2 MH/s, 61 °C");
        let added = Progress { repetition: 6, rate: None, temperature: None, phase: Phase::WarmUp, ..progress };
        assert_eq!(of_case(&added), "blake3/cpu/avx2/t2  warm-up 6");
    }
}
