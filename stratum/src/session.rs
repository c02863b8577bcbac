//! The pool's side of one connection.

mod answers;
mod error;
mod event;
mod jobs;
mod received;
mod settings;
mod submit;

use std::collections::VecDeque;
use std::time::Instant;

use hashkit_chain::{Coinbase, Difficulty, Job, Previous, Version};

use crate::line::LineCutter;
use crate::message::{Id, Notify, Subscribed, ToMiner, answer_line, call_line, error_line};
use crate::wire;
use answers::{Answers, Question};
use jobs::IssuedJobs;

pub use answers::RequestId;
pub use error::SessionError;
pub use event::{Refusal, SessionEvent, Standing};
pub use settings::{SessionDeadlines, SessionSettings};

/// The most bytes of a request line. Real ones have a few hundred; a session id or a name of 10 KiB is still answered.
const LINE_LIMIT: usize = 12 * 1024;
/// So many refused shares without an accepted one between them end the connection.
const REFUSALS_LIMIT: u32 = 1000;
/// So many bytes that the miner has not read end the connection.
const OUTGOING_LIMIT: usize = 256 * 1024;
/// The id of the one request that a pool makes: for the miner's name and version.
const VERSION_REQUEST: u64 = 1;
/// The longest user name that is taken, and all that is kept of agents and session ids, in bytes.
const NAME_LIMIT: usize = 256;
/// What a miner did that was passed over or refused by the session itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionCounts {
    /// Lines that were no messages.
    pub garbage_lines: u64,
    /// Known methods with parameters that do not fit them.
    pub bad_calls: u64,
    /// Shares that were refused before anybody hashed them.
    pub refused_submits: u64,
}

/// The pool's side of one connection: answers the login, sends jobs, and checks shares up to the hash.
///
/// The owner decides what is not the protocol's: it answers [`SessionEvent::Subscribe`] with [`Session::welcome`], and
/// [`SessionEvent::Authorize`] and [`SessionEvent::Submit`] with [`Session::accept`] or [`Session::refuse`]. Answers leave
/// in the order of their requests. Nothing else is sent before the subscription is answered, and no job before a user is
/// authorized: the newest waits.
#[derive(Debug)]
pub struct Session {
    settings: SessionSettings,
    began: Instant,
    /// When the last share that was accepted came.
    useful: Instant,
    lines: LineCutter,
    outgoing: Vec<u8>,
    events: VecDeque<SessionEvent>,
    answers: Answers,
    subscribed: Option<Subscribed>,
    /// Whether the answer to the subscription has left.
    is_open: bool,
    users: Vec<String>,
    takes_set_extranonce: bool,
    difficulty: Difficulty,
    difficulty_is_sent: bool,
    /// The bits that this miner may roll where the job leaves them free; `None` until it has asked.
    version_mask: Option<u32>,
    /// What of them it was told last.
    told_mask: u32,
    jobs: IssuedJobs,
    /// The newest job, while there is nobody to send it to.
    waiting_job: Option<(Box<Job>, Previous)>,
    garbage_in_a_row: u32,
    refusals_in_a_row: u32,
    /// What a verb found out and cannot return.
    failed: Option<SessionError>,
    counts: SessionCounts,
}

impl Session {
    /// A connection that has just been accepted.
    #[must_use]
    pub fn new(settings: SessionSettings, now: Instant) -> Self {
        let difficulty = settings.difficulty;
        Self {
            settings,
            began: now,
            useful: now,
            lines: LineCutter::new(LINE_LIMIT),
            outgoing: Vec::new(),
            events: VecDeque::new(),
            answers: Answers::default(),
            subscribed: None,
            is_open: false,
            users: Vec::new(),
            takes_set_extranonce: false,
            difficulty,
            difficulty_is_sent: false,
            version_mask: None,
            told_mask: 0,
            jobs: IssuedJobs::default(),
            waiting_job: None,
            garbage_in_a_row: 0,
            refusals_in_a_row: 0,
            failed: None,
            counts: SessionCounts::default(),
        }
    }

    /// Takes what the miner sent.
    ///
    /// # Errors
    /// [`SessionError`]: send what is left of [`Session::poll_transmit`] if it can be sent at once, and close.
    pub fn receive(&mut self, bytes: &[u8], now: Instant) -> Result<(), SessionError> {
        let mut input = bytes;
        while let Some(line) = self.lines.next_line(&mut input, now)? {
            self.line(&line, now)?;
            self.check_limits()?;
        }
        if received::starts_tls_record(self.lines.unfinished()) {
            return Err(SessionError::SpeaksTls);
        }
        Ok(())
    }

    /// Answers [`SessionEvent::Subscribe`]: the bytes that belong to this connection alone, how many bytes the miner rolls,
    /// and the id by which the miner may resume.
    pub fn welcome(&mut self, extranonce1: &[u8], extranonce2_len: usize, session_id: &str) {
        let subscribed =
            Subscribed { extranonce1: extranonce1.to_vec(), extranonce2_len, session_id: Some(session_id.to_owned()) };
        self.answers.settle_all(&Question::Subscribe, |id| subscribed.to_line(id));
        self.subscribed = Some(subscribed);
        self.flush();
    }

    /// Grants what was asked: the user may mine, or the share counts.
    pub fn accept(&mut self, id: RequestId) {
        let Some((question, asked_at)) = self.answers.question(id) else { return };
        match question {
            Question::Authorize { user } if !self.users.contains(user) => self.users.push(user.clone()),
            Question::Submit(_) => {
                self.refusals_in_a_row = 0;
                self.useful = self.useful.max(asked_at);
            }
            _ => {}
        }
        self.answers.settle_with(id, |id, _| answer_line(id, &true, &()));
        self.flush();
    }

    /// Refuses what was asked.
    #[expect(clippy::needless_pass_by_value, reason = "a refusal is made for one request")]
    pub fn refuse(&mut self, id: RequestId, refusal: Refusal) {
        let Some((question, _)) = self.answers.question(id) else { return };
        if let Question::Submit(claim) = question {
            // Only shares that counted are remembered: garbage must not fill the memory.
            if refusal != Refusal::Duplicate {
                self.jobs.forget(claim);
            }
            if refusal != Refusal::Stale {
                self.count_refusal();
            }
        }
        self.answers.settle_with(id, |id, question| match question {
            Question::Authorize { .. } => answer_line(id, &false, &(refusal.code(), refusal.to_string(), ())),
            _ => error_line(id, refusal.code(), &refusal.to_string()),
        });
        self.flush();
    }

    fn count_refusal(&mut self) {
        self.refusals_in_a_row += 1;
    }

    /// The difficulty of jobs to come; those under way keep theirs. Send a job after it, or it never takes effect.
    pub fn set_difficulty(&mut self, difficulty: Difficulty) {
        self.difficulty = difficulty;
        self.difficulty_is_sent = false;
        self.send_difficulty();
    }

    fn send_difficulty(&mut self) {
        if self.is_open && !self.difficulty_is_sent {
            self.difficulty_is_sent = true;
            let line = call_line(&Id::null(), "mining.set_difficulty", &[wire::difficulty_to_wire(self.difficulty)]);
            self.send(&line);
        }
    }

    /// Sends a job, or keeps it until the login is complete; then only the newest is sent. What belongs to the connection
    /// is filled in: its extranonces, the target of its difficulty, and the version bits that it may roll, which are clear
    /// in what it is sent. The coinbase has to be built for extranonces of this connection's lengths.
    pub fn send_job(&mut self, job: &Job, previous: Previous) {
        if self.is_open && !self.users.is_empty() {
            self.issue(job, previous);
            return;
        }
        let was_clean = self.waiting_job.take().is_some_and(|(_, previous)| previous == Previous::Worthless);
        let previous = if was_clean { Previous::Worthless } else { previous };
        self.waiting_job = Some((Box::new(job.clone()), previous));
    }

    fn issue(&mut self, job: &Job, previous: Previous) {
        let Some(subscribed) = &self.subscribed else { return };
        let free_bits = job.version_mask;
        let version_mask = self.version_mask.unwrap_or(0) & free_bits;
        let job = Job {
            version: Version(job.version.0 & !version_mask),
            version_mask,
            coinbase: Coinbase {
                extranonce1: subscribed.extranonce1.clone(),
                extranonce2_len: subscribed.extranonce2_len,
                ..job.coinbase.clone()
            },
            share_target: self.difficulty.to_target(job.algorithm),
            ..job.clone()
        };
        self.send_difficulty();
        if self.version_mask.is_some() {
            self.tell_mask(version_mask);
        }
        let notify = Notify {
            job_id: job.id.clone(),
            prev_hash: job.prev_hash,
            coinbase_prefix: job.coinbase.prefix.clone(),
            coinbase_suffix: job.coinbase.suffix.clone(),
            branch: job.branch.clone(),
            version: job.version,
            nbits: job.nbits,
            ntime: job.ntime,
            clean_jobs: Some(previous == Previous::Worthless),
        };
        self.send(&ToMiner::Notify(Box::new(notify)).to_line(&Id::null()));
        self.jobs.add(job, free_bits, previous);
    }

    /// The version bits that the newest job leaves free; all, as long as there is none.
    fn free_bits(&self) -> u32 {
        let waiting = self.waiting_job.as_ref().map(|(job, _)| job.version_mask);
        waiting.or(self.jobs.newest_free_bits()).unwrap_or(u32::MAX)
    }

    fn tell_mask(&mut self, mask: u32) {
        if std::mem::replace(&mut self.told_mask, mask) != mask {
            self.send(&ToMiner::SetVersionMask(mask).to_line(&Id::null()));
        }
    }

    /// Gives the connection other extranonces, from the next job on. False, and nothing done, for a miner that has not said
    /// that it understands this.
    #[must_use]
    pub fn set_extranonce(&mut self, extranonce1: &[u8], extranonce2_len: usize) -> bool {
        let Some(subscribed) = self.subscribed.as_mut().filter(|_| self.takes_set_extranonce && self.is_open) else {
            return false;
        };
        subscribed.extranonce1 = extranonce1.to_vec();
        subscribed.extranonce2_len = extranonce2_len;
        let message =
            ToMiner::SetExtranonce { extranonce1: extranonce1.to_vec(), extranonce2_len: Some(extranonce2_len) };
        self.send(&message.to_line(&Id::null()));
        true
    }

    /// Frees other version bits, at once and also for jobs under way, as far as each job leaves them free. False, and nothing
    /// done, for a miner that has not asked to roll versions.
    #[must_use]
    pub fn set_version_mask(&mut self, mask: u32) -> bool {
        if self.version_mask.is_none() || !self.is_open {
            return false;
        }
        self.version_mask = Some(mask);
        self.jobs.set_version_mask(mask);
        self.tell_mask(mask & self.free_bits());
        true
    }

    /// Asks for the miner's name and version; [`SessionEvent::Version`] follows where it answers.
    pub fn ask_version(&mut self) {
        self.send_when_open(&ToMiner::GetVersion, &Id::number(VERSION_REQUEST));
    }

    /// Shows a text to whoever looks at the miner.
    pub fn show_message(&mut self, text: &str) {
        self.send_when_open(&ToMiner::ShowMessage(text.to_owned()), &Id::null());
    }

    /// Asks the miner to come back, here or at another host of the same domain, in so many seconds.
    pub fn reconnect(&mut self, host: Option<&str>, port: Option<u16>, wait: u64) {
        let message = match (host, port) {
            (None, None) if wait == 0 => call_line(&Id::null(), "client.reconnect", &[(); 0]),
            _ => {
                let host = Some(host.unwrap_or_default().to_owned());
                ToMiner::Reconnect { host, port, wait }.to_line(&Id::null())
            }
        };
        if self.is_open {
            self.send(&message);
        }
    }

    fn send_when_open(&mut self, message: &ToMiner, id: &Id) {
        if self.is_open {
            self.send(&message.to_line(id));
        }
    }

    fn send(&mut self, line: &str) {
        if self.outgoing.len() + line.len() > OUTGOING_LIMIT {
            self.failed.get_or_insert(SessionError::SlowReader);
        } else {
            self.outgoing.extend(line.bytes());
        }
    }

    /// Sends the answers whose turn it is, and what has waited for them.
    fn flush(&mut self) {
        while let Some((question, line)) = self.answers.next_settled() {
            self.send(&line);
            self.is_open |= question == Question::Subscribe;
        }
        if self.is_open {
            self.send_difficulty();
            if !self.users.is_empty()
                && let Some((job, previous)) = self.waiting_job.take()
            {
                self.issue(&job, previous);
            }
        }
    }

    fn check_limits(&mut self) -> Result<(), SessionError> {
        if let Some(error) = self.failed.clone() {
            return Err(error);
        }
        if self.answers.len() > Answers::MAX {
            return Err(SessionError::TooManyRequests);
        }
        if self.jobs.shares() > IssuedJobs::MAX_SHARES {
            return Err(SessionError::TooManyShares);
        }
        if self.refusals_in_a_row >= REFUSALS_LIMIT {
            return Err(SessionError::OnlyRefusals);
        }
        Ok(())
    }

    /// The bytes to send, all there are.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        (!self.outgoing.is_empty()).then(|| std::mem::take(&mut self.outgoing))
    }

    /// What the miner wants, in its order.
    pub fn poll_event(&mut self) -> Option<SessionEvent> {
        self.events.pop_front()
    }

    /// When [`Session::handle_timeout`] has to be called unless something is received before. It lies in the past when the
    /// connection has to be closed.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let deadlines = self.settings.deadlines;
        let failed = self.failed.as_ref().map(|_| self.began);
        let line = self.lines.deadline(deadlines.line);
        let login = self.missing_login().map(|(deadline, _)| deadline);
        [failed, line, login, Some(self.useful + deadlines.idle)].into_iter().flatten().min()
    }

    /// Sees to whatever is due at `now`.
    ///
    /// # Errors
    /// [`SessionError`]: close the connection.
    pub fn handle_timeout(&mut self, now: Instant) -> Result<(), SessionError> {
        self.check_limits()?;
        if let Some((deadline, error)) = self.missing_login()
            && now >= deadline
        {
            return Err(error);
        }
        let deadlines = self.settings.deadlines;
        if self.lines.deadline(deadlines.line).is_some_and(|deadline| now >= deadline) {
            return Err(SessionError::LineUnfinished);
        }
        if now >= self.useful + deadlines.idle {
            return Err(SessionError::Idle);
        }
        Ok(())
    }

    /// What the miner, not the owner, has still to do for its login, and until when.
    fn missing_login(&self) -> Option<(Instant, SessionError)> {
        let deadlines = self.settings.deadlines;
        let asked = |wanted: fn(&Question) -> bool| self.answers.has(wanted);
        if self.subscribed.is_none() && !asked(|question| matches!(question, Question::Subscribe)) {
            return Some((self.began + deadlines.subscribe, SessionError::NotSubscribed));
        }
        if self.users.is_empty() && !asked(|question| matches!(question, Question::Authorize { .. })) {
            return Some((self.began + deadlines.authorize, SessionError::NotAuthorized));
        }
        None
    }

    /// What the miner sent that was passed over or refused without anybody's decision.
    #[must_use]
    pub fn counts(&self) -> SessionCounts {
        self.counts
    }
}

#[cfg(test)]
mod tests;
