//! The log view: a line for each thing that happens, at most 80 columns wide.

use std::io::{self, Write};
use std::time::SystemTime;

use hashkit_chain::{Algorithm, Difficulty, Hashrate};
use hashkit_engine::Rates;
use hashkit_engine::device::CardNews;
use hashkit_engine::device::asic::ChipsReport;
use hashkit_pool::PoolEvent;

use super::lines::{BLOCK, FAINT, GREEN, Lines, PLAIN, RED, YELLOW, cut, duration};
use super::{Setup, answer_in_words, chips, event_in_words};
use crate::coinbase::coins;
use crate::credit::PoolAccount;
use crate::session::{Block, Event, Fate, Flood, HealthSeen, JobSeen, ShareSeen};
use crate::tally::{Summary, Taken};

/// Writes the log to `W`, with colours; whoever wants none gives a writer that strips them.
pub(crate) struct LogView<W> {
    lines: Lines<W>,
}

impl<W: Write> LogView<W> {
    /// A log on `out`.
    pub(crate) fn new(out: W) -> Self {
        Self { lines: Lines::new(out) }
    }

    /// Says what is mined with.
    pub(crate) fn setup(&mut self, at: SystemTime, setup: &Setup) -> io::Result<()> {
        if let Some(note) = &setup.note {
            self.lines.text(at, "hashkit", PLAIN, note)?;
        }
        let mut kernels: Vec<(&str, usize)> = Vec::new();
        for (_, kernel) in &setup.devices {
            match kernels.iter_mut().find(|(name, _)| name == kernel) {
                Some((_, count)) => *count += 1,
                None => kernels.push((kernel, 1)),
            }
        }
        let kernels: Vec<_> = kernels.iter().map(|(name, count)| format!("{count} x {name}")).collect();
        self.lines.text(at, "devices", PLAIN, &kernels.join(", "))?;
        if let Some(memory) = &setup.memory {
            self.lines.text(at, "memory", PLAIN, memory)?;
        }
        self.lines.flush()
    }

    /// Says what happened.
    pub(crate) fn event(&mut self, at: SystemTime, event: &Event) -> io::Result<()> {
        match event {
            Event::Connecting { pool } => self.lines.text(at, "pool", FAINT, &format!("connecting to {pool}")),
            Event::LoggedIn { pool, user } => {
                self.lines.text(at, "pool", PLAIN, &format!("logged in to {pool} as {}", cut(user, 24)))
            }
            Event::Job(job) => self.job(at, job),
            Event::Share(share) => self.share(at, share),
            Event::Message { pool, text } => self.lines.text(at, "message", PLAIN, &format!("{pool} says: {text}")),
            Event::Warning { pool, text } => self.lines.text(at, "warning", YELLOW, &format!("{pool}: {text}")),
            Event::LeftOut { pool, what, count } => {
                let what = match what {
                    Flood::Notices => "messages and warnings",
                    Flood::Jobs => "jobs",
                };
                self.lines.text(at, "warning", YELLOW, &format!("{pool}: {count} {what} more were not shown"))
            }
            Event::Health { pool, health } => self.health(at, pool, health),
            Event::Left { why, next, wait, .. } => {
                let when = if wait.is_zero() { String::new() } else { format!(" in {}", duration(*wait)) };
                self.lines.text(at, "pool", RED, &format!("{why}; next: {next}{when}"))
            }
        }?;
        self.lines.flush()
    }

    /// Says what a card said; of its timings only that they begin.
    pub(crate) fn card(&mut self, at: SystemTime, news: &CardNews) -> io::Result<()> {
        match news {
            CardNews::Timing { device, step } if (step.round, step.number) == (1, 1) => {
                self.lines.text(at, "device", FAINT, &format!("{device} times its kernels, once for this driver"))
            }
            CardNews::Timing { .. } => return Ok(()),
            CardNews::Begins(card, _) => self.lines.text(
                at,
                "device",
                PLAIN,
                &format!("{} begins with {}: {}", card.id(), card.kernel(), card.name()),
            ),
            CardNews::Fails { device, error } => self.lines.text(at, "warning", RED, &format!("{device}: {error}")),
        }?;
        self.lines.flush()
    }

    /// Says what a node of the user's said.
    pub(crate) fn node(&mut self, at: SystemTime, event: &PoolEvent) -> io::Result<()> {
        match event {
            PoolEvent::Block { height, answer, took, .. } => {
                let (style, words) = answer_in_words(answer);
                self.lines.text(at, "node", style, &format!("block {height} {words}  {}", duration(*took)))
            }
            PoolEvent::Answer { node, height, answer: Err(error), .. } => {
                self.lines.text(at, "node", YELLOW, &format!("block {height} unanswered by {node}: {error}"))
            }
            event => match event_in_words(event) {
                Some((kind, style, words)) => self.lines.text(at, kind, style, &words),
                None => return Ok(()),
            },
        }?;
        self.lines.flush()
    }

    /// Says how fast it goes; `n/a` stands for a window that is not full.
    pub(crate) fn rates(&mut self, at: SystemTime, of: Option<Algorithm>, rates: &Rates) -> io::Result<()> {
        let show = |rate: Option<Hashrate>| rate.map_or_else(|| "n/a".to_owned(), |rate| rate.to_string());
        let of = of.map_or_else(String::new, |algorithm| format!("{algorithm}  "));
        let line = format!(
            "{of}10 s {}  60 s {}  15 min {}",
            show(rates.ten_seconds),
            show(rates.minute),
            show(rates.quarter_hour)
        );
        self.lines.text(at, "hashrate", PLAIN, &line)?;
        self.lines.flush()
    }

    /// Says what the chips of a device do.
    pub(crate) fn chips(&mut self, at: SystemTime, device: &str, report: &ChipsReport) -> io::Result<()> {
        let style = if report.counts.silent.is_empty() { PLAIN } else { YELLOW };
        self.lines.text(at, "chips", style, &format!("{device}  {}", chips::in_words(report)))?;
        self.lines.flush()
    }

    /// Says what one pool was sent, and what it credits, unless there was nothing.
    pub(crate) fn account(&mut self, at: SystemTime, account: &PoolAccount) -> io::Result<()> {
        let PoolAccount { pool, hashes, expected, credit } = account;
        if *hashes == 0 && credit.found <= 0.0 {
            return Ok(());
        }
        let [credited, found, expected] = [credit.credited, credit.found, *expected]
            .map(|sum| Difficulty::new(sum).map_or_else(|_| "0".to_owned(), |sum| sum.to_string()));
        let words =
            format!("{pool} credits difficulty {credited} of {found} found; its hashes come to {expected} on average");
        self.lines.text(at, "credit", PLAIN, &words)?;
        self.lines.flush()
    }

    /// Says how it went.
    pub(crate) fn summary(&mut self, at: SystemTime, why: &str, sums: &Summary) -> io::Result<()> {
        let average =
            Hashrate::over(sums.hashes as f64, sums.elapsed).map_or_else(String::new, |rate| format!(", {rate}"));
        self.lines.text(at, "ended", PLAIN, &format!("{why} after {}{average} on average", duration(sums.elapsed)))?;
        let Summary { found, accepted, refused, stale, lost, blocks, faults, height, taken, .. } = sums;
        let shares = format!("{found} found = {accepted} accepted + {refused} refused + {stale} stale + {lost} lost");
        self.lines.text(at, "shares", PLAIN, &shares)?;
        if !sums.agrees() {
            self.lines.text(at, "warning", RED, "these sums do not agree: please report it, with this log")?;
        }
        let height =
            height.map_or_else(String::new, |height| format!("; the practice chain has reached height {height}"));
        let (blocks, lost) = match taken {
            Some(Taken { blocks, lost }) => (blocks, format!(" by the chain, {lost} lost")),
            None => (blocks, String::new()),
        };
        let style = if *blocks > 0 { BLOCK } else { PLAIN };
        self.lines.text(at, "blocks", style, &format!("{blocks} accepted{lost}{height}"))?;
        if *faults > 0 {
            self.lines.text(
                at,
                "faults",
                RED,
                &format!("{faults}: a device computes wrongly; run hashkit selftest"),
            )?;
        }
        self.lines.flush()
    }

    fn health(&mut self, at: SystemTime, pool: &str, health: &HealthSeen) -> io::Result<()> {
        let (style, text) = match health {
            // Its login and its first job have been shown.
            HealthSeen::Alive { was_suspect: false } => return Ok(()),
            HealthSeen::Alive { was_suspect: true } => (PLAIN, format!("{pool} is well again")),
            HealthSeen::Suspect { why, left_in } => {
                (YELLOW, format!("{pool} {why}: left in {} unless it recovers", duration(*left_in)))
            }
            HealthSeen::Proving { back_in } => {
                (PLAIN, format!("{pool} gives work again: back there in {} if it stays well", duration(*back_in)))
            }
            HealthSeen::Unproven { why } => (YELLOW, format!("{pool} has not stayed well: {why}")),
            HealthSeen::Paused { pause } => {
                (YELLOW, format!("{pool} did not last: not looked at for {}", duration(*pause)))
            }
        };
        self.lines.text(at, "health", style, &text)
    }

    fn job(&mut self, at: SystemTime, job: &JobSeen) -> io::Result<()> {
        let height = job.height.map_or_else(String::new, |height| format!("  height {height}"));
        let clean = if job.is_clean { "  clean" } else { "" };
        let line = format!("{}{height}  difficulty {}{clean}", cut(&job.id, 16), job.difficulty);
        self.lines.text(at, "job", FAINT, &line)?;
        let (true, Some(difficulty)) = (job.is_on_new_block, job.network_difficulty) else { return Ok(()) };
        let reward = job.reward.map_or_else(String::new, |reward| format!("  reward {}", coins(reward)));
        self.lines.text(at, "chain", FAINT, &format!("block difficulty {difficulty}{reward}"))
    }

    fn share(&mut self, at: SystemTime, share: &ShareSeen) -> io::Result<()> {
        let (style, fate, reason) = match &share.fate {
            Fate::Accepted => (GREEN, "accepted", None),
            Fate::Refused { reason } => (RED, "refused", Some(reason)),
            Fate::Stale { reason } => (YELLOW, "stale", Some(reason)),
            Fate::Lost => (YELLOW, "lost", None),
        };
        let found = &share.found;
        let took = share.took.map_or_else(String::new, |took| format!("  {}", duration(took)));
        let reason = reason.map_or_else(String::new, |reason| format!("  {}", cut(reason, 100)));
        let line = format!("{fate:<8}  {} of {}{took}{reason}", found.difficulty, found.asked);
        self.lines.text(at, "share", style, &line)?;
        match (&share.fate, found.block) {
            (_, Block::No) => Ok(()),
            (Fate::Accepted, block) => {
                // The hash fills the line, so the time stays with the share above.
                let height = found.height.map_or_else(|| "?".to_owned(), |height| height.to_string());
                self.lines.whole(BLOCK, &format!("block {height:>8} {}", found.hash))?;
                if block == Block::Sibling {
                    let note = "the second block on one parent: the chain keeps one of the two";
                    self.lines.text(at, "note", YELLOW, note)?;
                }
                Ok(())
            }
            (_, _) => self.lines.text(at, "warning", RED, &format!("that share was a block, and it is {fate}")),
        }
    }
}

#[cfg(test)]
mod tests;
