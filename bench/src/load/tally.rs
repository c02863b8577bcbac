//! What a load has measured.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hashkit_chain::{Hash, Job, JobId};
use hashkit_stratum::{Cause, Refused};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use super::Plan;
use super::schedule::{Kind, Mix};
use super::server::Server;

/// The steps of a connection, each counted from when the connection was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Connect,
    Login,
    Job,
}

/// How times are spread, in milliseconds. Of a histogram that keeps three digits of each (`HdrHistogram`).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Times {
    /// How many there were.
    pub count: u64,
    /// The shortest.
    pub min_ms: f64,
    /// Half of them took at most this long.
    pub p50_ms: f64,
    /// 9 of 10.
    pub p90_ms: f64,
    /// 99 of 100.
    pub p99_ms: f64,
    /// 999 of 1000.
    pub p999_ms: f64,
    /// The longest.
    pub max_ms: f64,
}

/// What became of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// How many were to be made.
    pub wanted: usize,
    /// How many came to a job.
    pub up: usize,
    /// How many ended before they were told to, at whatever time.
    pub failed: usize,
}

/// What became of shares. All that were due were sent or missed; each that was sent has one of the other fates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// How many were due.
    pub due: u64,
    /// How many of them were not sent, because none was found in time: the generator is too slow for this rate and difficulty.
    pub missed: u64,
    /// How many were sent.
    pub sent: u64,
    /// Good ones that were accepted.
    pub accepted: u64,
    /// Good ones that were refused as stale: their job had been replaced on the way.
    pub became_stale: u64,
    /// Wrong ones that were refused.
    pub refused_rightly: u64,
    /// Good ones that were refused for another reason.
    pub refused_wrongly: u64,
    /// Wrong ones that were accepted.
    pub accepted_wrongly: u64,
    /// Those without an answer.
    pub unanswered: u64,
}

/// The result of a load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// The connections of the first wave.
    pub connections: Counts,
    /// Why the last one that failed did.
    pub last_trouble: Option<String>,
    /// Until the connection stood, from when it was due.
    pub connect: Option<Times>,
    /// Until the login was accepted, from when the connection was due.
    pub login: Option<Times>,
    /// Until the first job, from when the connection was due.
    pub first_job: Option<Times>,
    /// Until a connection had a job that another one had first.
    pub fan_out: Option<Times>,
    /// How many shares were due a second.
    pub share_rate: f64,
    /// What part of them was meant to be wrong.
    pub mix: Mix,
    /// How long shares were handed in, in seconds.
    pub seconds: f64,
    /// What became of them.
    pub shares: Shares,
    /// Until the answer to a share, from when it was due.
    pub answer: Option<Times>,
    /// How late the generator itself was with a share: part of the times until the answer.
    pub own_delay: Option<Times>,
    /// Until the first job after all connections had been dropped and came back at once.
    pub reconnect: Option<Times>,
    /// What it cost the pool's process, where that was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<Server>,
    /// Whether it was ended before it was done.
    pub is_interrupted: bool,
}

impl Load {
    /// Whether 99 of 100 shares were answered within `bound`, and the generator itself kept up: at most one share in a hundred was
    /// not found in time, and none is without an answer.
    #[must_use]
    pub fn keeps(&self, bound: Duration) -> bool {
        self.keeps_ms(bound.as_secs_f64() * 1000.0)
    }

    pub(crate) fn keeps_ms(&self, bound_ms: f64) -> bool {
        let Shares { due, missed, unanswered, .. } = self.shares;
        let is_quick = |times: Times| times.p99_ms <= bound_ms;
        self.answer.is_some_and(is_quick) && missed * 100 <= due && unanswered == 0
    }
}

/// Counts while the load is on.
pub(super) struct Tally {
    steps: [Times3; 3],
    fan_out: Times3,
    answer: Times3,
    own_delay: Times3,
    before: Option<[Times3; 3]>,
    /// The newest jobs and when each was heard of first.
    jobs: VecDeque<(JobId, Hash, Instant)>,
    up: usize,
    failed: usize,
    ended: usize,
    trouble: Option<String>,
    shares: Shares,
    seconds: f64,
}

/// Microseconds, three digits of each.
struct Times3(Histogram<u64>);

impl Times3 {
    fn new() -> Self {
        // Three digits are a legal number of digits.
        Self(Histogram::new(3).expect("three digits are possible"))
    }

    fn add(&mut self, time: Duration) {
        // It grows with its longest time, so that has a limit.
        let microseconds = time.min(Duration::from_hours(1)).as_micros();
        self.0 += u64::try_from(microseconds).unwrap_or(u64::MAX);
    }

    fn times(&self) -> Option<Times> {
        let ms = |microseconds: u64| microseconds as f64 / 1000.0;
        let at = |quantile| ms(self.0.value_at_quantile(quantile));
        (!self.0.is_empty()).then(|| Times {
            count: self.0.len(),
            min_ms: ms(self.0.min()),
            p50_ms: at(0.5),
            p90_ms: at(0.9),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
            max_ms: ms(self.0.max()),
        })
    }
}

impl Tally {
    /// More jobs than are under way at once.
    const JOBS: usize = 64;

    pub(super) fn new() -> Self {
        Self {
            steps: [Times3::new(), Times3::new(), Times3::new()],
            fan_out: Times3::new(),
            answer: Times3::new(),
            own_delay: Times3::new(),
            before: None,
            jobs: VecDeque::new(),
            up: 0,
            failed: 0,
            ended: 0,
            trouble: None,
            shares: Shares::default(),
            seconds: 0.0,
        }
    }

    pub(super) fn step(&mut self, step: Step, took: Duration) {
        self.steps[step as usize].add(took);
    }

    /// A connection has its login and a job.
    pub(super) fn came_up(&mut self) {
        self.up += 1;
    }

    pub(super) fn ended(&mut self, trouble: Option<String>) {
        self.ended += 1;
        if trouble.is_some() {
            self.failed += 1;
            self.trouble = trouble;
        }
    }

    /// Whether one of `begun` connections has neither a job nor an end.
    pub(super) fn still_on_the_way(&self, begun: usize) -> bool {
        self.up + self.failed < begun
    }

    /// The first wave is over.
    pub(super) fn arrive(&self, wanted: usize) -> Counts {
        Counts { wanted, up: self.up, failed: self.failed }
    }

    /// A second wave begins.
    pub(super) fn come_back(&mut self) {
        self.before = Some(std::mem::replace(&mut self.steps, [Times3::new(), Times3::new(), Times3::new()]));
        (self.up, self.failed) = (0, 0);
    }

    pub(super) fn last_trouble(&self) -> String {
        self.trouble.clone().unwrap_or_else(|| "none was begun".to_owned())
    }

    /// A connection that had a job before has this one now.
    pub(super) fn heard(&mut self, job: &Job, now: Instant) {
        let is_it = |(id, parent, _): &&(JobId, Hash, Instant)| *id == job.id && *parent == job.prev_hash;
        if let Some((_, _, first)) = self.jobs.iter().rev().find(is_it) {
            let late = now.saturating_duration_since(*first);
            return self.fan_out.add(late);
        }
        if self.jobs.len() >= Self::JOBS {
            self.jobs.pop_front();
        }
        self.jobs.push_back((job.id.clone(), job.prev_hash, now));
    }

    pub(super) fn due(&mut self) {
        self.shares.due += 1;
    }

    pub(super) fn missed(&mut self) {
        self.shares.missed += 1;
    }

    pub(super) fn sent(&mut self, due: Instant) {
        self.shares.sent += 1;
        self.own_delay.add(due.elapsed());
    }

    pub(super) fn sent_until_now(&self) -> u64 {
        self.shares.sent
    }

    pub(super) fn submitted_for(&mut self, time: Duration) {
        self.seconds = time.as_secs_f64();
    }

    pub(super) fn answered(&mut self, kind: Kind, verdict: Result<(), Refused>, took: Duration) {
        let shares = &mut self.shares;
        *match (kind, verdict) {
            (Kind::Good, Ok(())) => &mut shares.accepted,
            (Kind::Good, Err(refused)) if refused.cause == Cause::JobNotFound => &mut shares.became_stale,
            (Kind::Good, Err(_)) => &mut shares.refused_wrongly,
            (_, Ok(())) => &mut shares.accepted_wrongly,
            (_, Err(_)) => &mut shares.refused_rightly,
        } += 1;
        self.answer.add(took);
    }

    /// Whether a share is on its way, or is to be sent, and has no answer.
    pub(super) fn awaits_answers(&self) -> bool {
        self.answer.0.len() < self.shares.due - self.shares.missed
    }

    pub(super) fn load(&self, plan: &Plan, connections: Counts, is_interrupted: bool) -> Load {
        let [connect, login, first_job] = self.before.as_ref().unwrap_or(&self.steps).each_ref().map(Times3::times);
        Load {
            connections,
            last_trouble: self.trouble.clone(),
            connect,
            login,
            first_job,
            fan_out: self.fan_out.times(),
            share_rate: plan.share_rate,
            mix: plan.mix,
            seconds: self.seconds,
            shares: Shares { unanswered: self.shares.sent.saturating_sub(self.answer.0.len()), ..self.shares },
            answer: self.answer.times(),
            own_delay: self.own_delay.times(),
            reconnect: self.before.as_ref().and_then(|_| self.steps[Step::Job as usize].times()),
            server: None,
            is_interrupted,
        }
    }
}
