//! Whether a pool is alive, by what it does: a state machine without I/O, on a clock that its owner holds.
//!
//! A pool is alive once it has taken the login and sent a job. It is suspect while it owes what it should have given, and it
//! is left when it stays so. `docs/failover.md` says the same to users.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use hashkit_chain::Hash;
use hashkit_stratum::Owed;

/// What makes a pool suspect, and for how long it may stay so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Signs {
    /// From a share or a ping to its answer, and from the login to the first job.
    pub(crate) answer: Duration,
    /// Of silence, before the pool is pinged.
    pub(crate) ping: Duration,
    /// Without a job, whatever the usual gap is.
    pub(crate) job: Duration,
    /// Of jobs on one and the same parent.
    pub(crate) tip: Duration,
    /// Of jobs on a parent from which somebody else has gone on.
    pub(crate) old_tip: Duration,
    /// The fraction of the last shares that may be refused, 0 to 1.
    pub(crate) refused: f64,
    /// From the first sign on, until the pool is left.
    pub(crate) suspect: Duration,
}

impl Default for Signs {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(10),
            // With the answer's ten seconds and the suspect's ten, a pool that falls silent is left after 28 s.
            ping: Duration::from_secs(8),
            job: Duration::from_mins(3),
            // Of blocks that come every ten minutes, one in 160 000 takes two hours; coins with faster blocks have fewer.
            tip: Duration::from_hours(2),
            // A block reaches all nodes within seconds.
            old_tip: Duration::from_secs(20),
            refused: 0.5,
            suspect: Duration::from_secs(10),
        }
    }
}

/// Why a pool is suspect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suspicion {
    /// It has not answered a share for this long.
    Share(Duration),
    /// It has not answered a ping for this long.
    Ping(Duration),
    /// It has sent no job for this long.
    Job(Duration),
    /// All jobs for this long have been on one parent.
    Tip(Duration),
    /// The user's node has gone on for this long from the parent of all jobs.
    OldTip(Duration),
    /// So many of the last shares were refused.
    Refusals { refused: usize, of: usize },
}

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is alive: it has taken the login and given a job, or has given again what it owed.
    Alive { was_suspect: bool },
    /// It will be left after `left_in`, unless it gives what it owes.
    Suspect { why: Suspicion, left_in: Duration },
    /// It is to be left, for this reason.
    Dead { why: Suspicion },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// The login or the first job is missing.
    Joining,
    Alive,
    Suspect {
        since: Instant,
        has_been_alive: bool,
    },
}

/// The health of one connection's pool.
#[derive(Debug)]
pub(crate) struct Health {
    signs: Signs,
    standing: Standing,
    logged_in_at: Option<Instant>,
    last_job: Option<Instant>,
    /// The longest of these times two is how long a job may be awaited.
    gaps: VecDeque<Duration>,
    /// The parent of the newest job, and since when there has been no other.
    parent: Option<(Hash, Instant)>,
    is_left_behind: bool,
    /// Of the last shares, whether they were refused.
    verdicts: VecDeque<bool>,
}

impl Health {
    /// So many gaps between jobs are remembered.
    const GAPS: usize = 16;
    /// However often jobs come, so long they may fail to: pools have no duty to send one more often than once a minute.
    const LEAST_JOB: Duration = Duration::from_mins(1);
    /// So many verdicts on shares are remembered, and half as many are needed to judge by.
    const VERDICTS: usize = 32;

    /// A connection that has just been made.
    pub(crate) fn new(signs: Signs) -> Self {
        Self {
            signs,
            standing: Standing::Joining,
            logged_in_at: None,
            last_job: None,
            gaps: VecDeque::new(),
            parent: None,
            is_left_behind: false,
            verdicts: VecDeque::new(),
        }
    }

    /// The pool has taken the login.
    pub(crate) fn logged_in(&mut self, now: Instant) {
        self.logged_in_at = Some(now);
    }

    /// The pool has sent a job on this parent.
    pub(crate) fn job(&mut self, parent: Hash, now: Instant) {
        if let Some(last) = self.last_job.replace(now) {
            keep(&mut self.gaps, now.saturating_duration_since(last), Self::GAPS);
        }
        if self.parent.is_none_or(|(old, _)| old != parent) {
            self.parent = Some((parent, now));
        }
    }

    /// The pool has answered a share.
    pub(crate) fn answered(&mut self, is_refused: bool) {
        keep(&mut self.verdicts, is_refused, Self::VERDICTS);
    }

    /// Whether the user's node has gone on from the newest job's parent, for as long as the signs allow.
    pub(crate) fn left_behind(&mut self, is_left_behind: bool) {
        self.is_left_behind = is_left_behind;
    }

    /// The parent of the newest job.
    pub(crate) fn tip(&self) -> Option<Hash> {
        self.parent.map(|(parent, _)| parent)
    }

    /// Whether it can be mined on and owes nothing.
    pub(crate) fn is_alive(&self) -> bool {
        self.standing == Standing::Alive
    }

    /// Looks at the clock and at what the pool owes. Call it after every message and at [`Health::deadline`].
    pub(crate) fn review(&mut self, owed: Owed, now: Instant) -> Option<Change> {
        let sign = self.sign(owed, now);
        match (self.standing, sign) {
            (Standing::Joining | Standing::Alive, Some(why)) => {
                let has_been_alive = self.standing == Standing::Alive;
                self.standing = Standing::Suspect { since: now, has_been_alive };
                Some(Change::Suspect { why, left_in: self.signs.suspect })
            }
            (Standing::Suspect { since, .. }, Some(why)) => {
                (now.saturating_duration_since(since) >= self.signs.suspect).then_some(Change::Dead { why })
            }
            (Standing::Suspect { has_been_alive: true, .. }, None) => {
                self.standing = Standing::Alive;
                Some(Change::Alive { was_suspect: true })
            }
            (Standing::Joining | Standing::Suspect { .. }, None) if self.has_work() => {
                self.standing = Standing::Alive;
                Some(Change::Alive { was_suspect: false })
            }
            (Standing::Joining | Standing::Alive | Standing::Suspect { .. }, None) => None,
        }
    }

    /// When to ping a pool that can be pinged, unless it is heard before.
    pub(crate) fn ping_at(&self, owed: Owed) -> Option<Instant> {
        self.logged_in_at.map(|_| owed.heard + self.signs.ping)
    }

    /// When [`Health::review`] has to be called unless something is heard before.
    pub(crate) fn deadline(&self, owed: Owed) -> Option<Instant> {
        match self.standing {
            Standing::Suspect { since, .. } => Some(since + self.signs.suspect),
            Standing::Joining | Standing::Alive => {
                let owed = [owed.share, owed.ping].map(|since| since.map(|since| since + self.signs.answer));
                let tip = self.parent.map(|(_, since)| since + self.signs.tip);
                let job = self.job_by().map(|(since, limit)| since + limit);
                [owed[0], owed[1], tip, job].into_iter().flatten().min()
            }
        }
    }

    fn has_work(&self) -> bool {
        self.logged_in_at.is_some() && self.last_job.is_some()
    }

    fn sign(&self, owed: Owed, now: Instant) -> Option<Suspicion> {
        let Signs { answer, tip, refused: allowed, .. } = self.signs;
        let is_over = |since: Instant, limit: Duration| now.saturating_duration_since(since) >= limit;
        if owed.share.is_some_and(|since| is_over(since, answer)) {
            return Some(Suspicion::Share(answer));
        }
        if owed.ping.is_some_and(|since| is_over(since, answer)) {
            return Some(Suspicion::Ping(answer));
        }
        if let Some((since, limit)) = self.job_by()
            && is_over(since, limit)
        {
            return Some(Suspicion::Job(limit));
        }
        if self.parent.is_some_and(|(_, since)| is_over(since, tip)) {
            return Some(Suspicion::Tip(tip));
        }
        if self.is_left_behind {
            return Some(Suspicion::OldTip(self.signs.old_tip));
        }
        let (refused, of) = (self.verdicts.iter().filter(|is_refused| **is_refused).count(), self.verdicts.len());
        let is_too_much = 2 * of >= Self::VERDICTS && refused as f64 > allowed * of as f64;
        is_too_much.then_some(Suspicion::Refusals { refused, of })
    }

    /// Since when a job is awaited, and how long it may take.
    fn job_by(&self) -> Option<(Instant, Duration)> {
        let Some(last) = self.last_job else { return self.logged_in_at.map(|at| (at, self.signs.answer)) };
        let usual = self.gaps.iter().max().map(|longest| (2 * *longest).max(Self::LEAST_JOB));
        self.logged_in_at.map(|_| (last, usual.map_or(self.signs.job, |usual| usual.min(self.signs.job))))
    }
}

/// Adds to the newest values, of which there are `most`.
fn keep<T>(values: &mut VecDeque<T>, value: T, most: usize) {
    if values.len() == most {
        values.pop_front();
    }
    values.push_back(value);
}

impl fmt::Display for Suspicion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(limit) => write!(f, "has not answered a share for {} s", limit.as_secs_f64()),
            Self::Ping(limit) => write!(f, "has not answered a ping for {} s", limit.as_secs_f64()),
            Self::Job(limit) => write!(f, "has sent no job for {} s", limit.as_secs_f64()),
            Self::Tip(limit) => write!(f, "has sent jobs on the same previous block for {} s", limit.as_secs_f64()),
            Self::OldTip(limit) => {
                write!(f, "has kept its jobs on a block from which the node has gone on {} s ago", limit.as_secs_f64())
            }
            Self::Refusals { refused, of } => write!(f, "has refused {refused} of the last {of} shares"),
        }
    }
}

#[cfg(test)]
mod tests;
