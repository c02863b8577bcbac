//! The miner's side of one connection.

mod event;
mod jobs;
mod login;
mod reconnect;
mod requests;

use std::time::{Duration, Instant};

use hashkit_chain::{Coinbase, Difficulty, Job, Ntime, Previous, Share, Target};

use crate::line::{LineCutter, TooLong};
use crate::message::{
    Answer, BadParams, Call, Extensions, Granted, Id, Line, LineError, Notify, Refused, Submit, SubscribeError,
    Subscribed, ToMiner, ToPool, answer_line, error_line,
};
use crate::wire;
use event::Events;
use jobs::LiveJobs;
use requests::{Asked, Requests};

pub use event::{ClientEvent, LostBecause, StaleBecause, Warning};
pub use login::{Deadlines, Login};
pub use requests::SubmitId;

/// The most bytes of a line. A job that pays hundreds of outputs in its coinbase takes tens of thousands; a message for
/// people of a million is cut, but does not end the connection.
const LINE_LIMIT: usize = 2 * 1024 * 1024;
/// How deep lists may be nested; a subscription answer needs four.
const DEPTH_LIMIT: usize = 16;
/// So many lines in a row that are no messages end the connection.
const GARBAGE_LIMIT: u32 = 10;
/// While so many bytes wait to be sent, the pool's own requests are not answered.
const OUTGOING_LIMIT: usize = 256 * 1024;
/// No more of a pool's message to its miners is shown, in bytes.
const MESSAGE_LIMIT: usize = 512;
/// How far a header's time may run ahead of its job's, in seconds. ckpool refuses more.
const NTIME_ROLL: u32 = 7000;

/// Why a connection is given up. The session goes on elsewhere; whoever reports it adds the pool's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// A line beyond [`TooLong::limit`].
    #[error("{0}, so this is no Stratum pool: check host and port")]
    LineTooLong(#[from] TooLong),
    /// One line after the other that is no message.
    #[error("sends no Stratum: {lines} lines in a row were no messages, the last because {last}: check host and port")]
    Garbage {
        /// How many.
        lines: u32,
        /// What was wrong with the last.
        last: LineError,
    },
    /// It answers in TLS records.
    #[error("speaks TLS on this port: write the address as stratum+tls://, or use the pool's plain port")]
    SpeaksTls,
    /// It answers in HTTP.
    #[error("is a web server on this port: look up the pool's Stratum port")]
    SpeaksHttp,
    /// `mining.subscribe` was refused, with the agent and without.
    #[error("refused the subscription: {0}: check that the port belongs to this algorithm")]
    SubscribeRefused(Refused),
    /// The subscription's answer cannot be used.
    #[error("answered the subscription, but {0}: report it to the pool")]
    Subscribe(#[from] SubscribeError),
    /// Nothing came in answer to `mining.subscribe`.
    #[error("accepted the connection but did not answer the subscription within {} s: check the port, or try later", .0.as_secs())]
    SubscribeUnanswered(Duration),
    /// Nothing came in answer to `mining.authorize`.
    #[error("did not answer the login within {} s: try later", .0.as_secs())]
    AuthorizeUnanswered(Duration),
    /// A line was begun and not finished.
    #[error("began a line and did not finish it within {} s", .0.as_secs())]
    LineUnfinished(Duration),
    /// Nothing came at all.
    #[error("has been silent for {} s", .0.as_secs())]
    Silent(Duration),
}

/// What a peer did that was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClientCounts {
    /// Lines that were no messages.
    pub garbage_lines: u64,
    /// Known methods with parameters that do not fit them; malformed jobs are here.
    pub bad_calls: u64,
    /// Answers to requests that were never made, or answered before, or given up.
    pub unmatched_answers: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Authorization {
    Pending,
    Granted,
    Refused,
}

/// The miner's side of one connection: log in, take jobs, hand in shares, and match every answer.
///
/// Each share that [`Client::submit`] takes ends in exactly one event: `Accepted`, `Refused`, `Stale` or `Lost`.
#[derive(Debug)]
pub struct Client {
    login: Login,
    began: Instant,
    /// When the last message came.
    heard: Instant,
    lines: LineCutter,
    outgoing: Vec<u8>,
    events: Events,
    requests: Requests,
    /// What the subscription gave, as of the newest job.
    subscribed: Option<Subscribed>,
    /// From `mining.set_extranonce`, waiting for the next job.
    next_extranonce: Option<(Vec<u8>, Option<usize>)>,
    /// The newest job that came before the subscription was answered, and its target.
    early: Option<(Box<Notify>, Target)>,
    authorization: Authorization,
    /// For jobs to come; difficulty 1 until the pool says otherwise.
    share_target: Option<Target>,
    version_mask: u32,
    jobs: LiveJobs,
    garbage_in_a_row: u32,
    counts: ClientCounts,
    warned_of_quotes: bool,
    warned_of_difficulty: bool,
}

impl Client {
    /// A connection that has just been made. The login's lines are ready to be transmitted, all at once: no pool has to be
    /// waited for, and some never answer the optional ones.
    #[must_use]
    pub fn new(login: Login, now: Instant) -> Self {
        let mut client = Self {
            login,
            began: now,
            heard: now,
            lines: LineCutter::new(LINE_LIMIT),
            outgoing: Vec::new(),
            events: Events::default(),
            requests: Requests::default(),
            subscribed: None,
            next_extranonce: None,
            early: None,
            authorization: Authorization::Pending,
            share_target: None,
            version_mask: 0,
            jobs: LiveJobs::default(),
            garbage_in_a_row: 0,
            counts: ClientCounts::default(),
            warned_of_quotes: false,
            warned_of_difficulty: false,
        };
        client.log_in();
        client
    }

    fn log_in(&mut self) {
        let login = self.login.clone();
        if login.version_mask != 0 {
            self.ask(Asked::Configure, &ToPool::Configure(Extensions::version_rolling(login.version_mask)));
        }
        self.ask(Asked::Subscribe, &ToPool::Subscribe { agent: login.agent, session_id: login.session_id });
        if login.extranonce_subscribe {
            self.ask(Asked::ExtranonceSubscribe, &ToPool::ExtranonceSubscribe);
        }
        if let Some(difficulty) = login.suggest {
            self.ask(Asked::SuggestDifficulty, &ToPool::SuggestDifficulty(Some(difficulty.value())));
        }
        self.ask(Asked::Authorize, &ToPool::Authorize { user: login.user, password: login.password });
    }

    fn ask(&mut self, asked: Asked, request: &ToPool) {
        let id = self.requests.open(asked);
        self.outgoing.extend(request.to_line(&Id::number(id)).bytes());
    }

    /// Hands in a share. It waits until the login is accepted; it is dropped as stale when its job or its version bits are
    /// no longer valid.
    pub fn submit(&mut self, share: &Share, now: Instant) -> SubmitId {
        let id = SubmitId(self.requests.skip());
        if !self.jobs.contains(share.job()) {
            self.events.push(ClientEvent::Stale { id, why: StaleBecause::JobReplaced });
            return id;
        }
        if (share.header().version.0 ^ share.job().version.0) & !self.version_mask != 0 {
            self.events.push(ClientEvent::Stale { id, why: StaleBecause::MaskChanged });
            return id;
        }
        if self.authorization == Authorization::Refused {
            self.events.push(ClientEvent::Lost { id, why: LostBecause::LoginRefused });
            return id;
        }
        if let Some(oldest) = self.requests.make_room() {
            self.events.push(ClientEvent::Lost { id: oldest, why: LostBecause::TooManyPending });
        }
        let bits = share.header().version.0 & self.version_mask;
        let line = ToPool::Submit(Submit {
            user: self.login.user.clone(),
            job_id: share.job().id.clone(),
            extranonce2: share.extranonce2().to_string(),
            ntime: share.header().ntime.to_string(),
            nonce: share.header().nonce.to_string(),
            version_bits: (self.version_mask != 0).then(|| format!("{bits:08x}")),
        })
        .to_line(&Id::number(id.0));
        if self.authorization == Authorization::Granted {
            self.outgoing.extend(line.bytes());
            self.requests.hand_in(id, now, None);
        } else {
            self.requests.hand_in(id, now, Some(line));
        }
        id
    }

    /// Takes what the pool sent.
    ///
    /// # Errors
    /// [`ProtocolError`]: the connection is worthless. Call [`Client::close`] and drain the events.
    pub fn receive(&mut self, bytes: &[u8], now: Instant) -> Result<(), ProtocolError> {
        let mut input = bytes;
        while let Some(line) = self.lines.next_line(&mut input, now)? {
            self.line(&line, now)?;
        }
        if starts_tls_record(self.lines.unfinished()) {
            return Err(ProtocolError::SpeaksTls);
        }
        Ok(())
    }

    fn line(&mut self, line: &[u8], now: Instant) -> Result<(), ProtocolError> {
        match Line::read(line, DEPTH_LIMIT) {
            Ok(message) => {
                self.heard = now;
                self.garbage_in_a_row = 0;
                match message {
                    Line::Call(call) => self.call(&call),
                    Line::Answer(answer) => return self.answer(&answer, now),
                }
            }
            Err(_) if starts_tls_record(line) => return Err(ProtocolError::SpeaksTls),
            Err(_) if line.starts_with(b"HTTP/") && self.heard == self.began => return Err(ProtocolError::SpeaksHttp),
            Err(last) => {
                self.counts.garbage_lines += 1;
                self.garbage_in_a_row += 1;
                if self.garbage_in_a_row == GARBAGE_LIMIT {
                    return Err(ProtocolError::Garbage { lines: GARBAGE_LIMIT, last });
                }
                let text = wire::clean(&String::from_utf8_lossy(line), MESSAGE_LIMIT);
                self.events.notice(ClientEvent::Warning(Warning::Garbage { why: last, text }));
            }
        }
        Ok(())
    }

    fn call(&mut self, call: &Call<'_>) {
        match ToMiner::read(call) {
            Ok(ToMiner::Notify(notify)) => self.notify(notify),
            Ok(ToMiner::SetDifficulty { value, quoted }) => self.set_difficulty(value, quoted),
            Ok(ToMiner::SetTarget(target)) => {
                self.set_target(target, Difficulty::of_target(target, self.login.algorithm));
            }
            Ok(ToMiner::SetExtranonce { extranonce1, extranonce2_len }) => {
                self.next_extranonce = Some((extranonce1, extranonce2_len));
            }
            Ok(ToMiner::SetVersionMask(mask)) => self.set_version_mask(mask),
            Ok(ToMiner::Ping) => self.reply(call, |id| answer_line(id, &"pong", &())),
            Ok(ToMiner::GetVersion) => {
                let agent = self.login.agent.clone();
                self.reply(call, |id| answer_line(id, &agent, &()));
            }
            Ok(ToMiner::ShowMessage(text)) => {
                self.events.notice(ClientEvent::Message(wire::clean(&text, MESSAGE_LIMIT)));
            }
            Ok(ToMiner::Reconnect { host, port, wait }) => {
                let moved = reconnect::judge(&self.login.host, host, port, Duration::from_secs(wait));
                self.events.notice(moved.unwrap_or_else(ClientEvent::Warning));
            }
            // Some pools send notifications with id 0.
            Ok(ToMiner::Unknown(_)) if call.id.as_number() == Some(0) => {}
            Ok(ToMiner::Unknown(_)) => self.reply(call, |id| error_line(id, 20, "Not supported.")),
            Err(bad) => {
                self.counts.bad_calls += 1;
                self.events.notice(ClientEvent::Warning(Warning::BadCall(bad)));
            }
        }
    }

    fn reply(&mut self, call: &Call<'_>, line: impl Fn(&Id) -> String) {
        if !call.id.is_null() && self.outgoing.len() < OUTGOING_LIMIT {
            self.outgoing.extend(line(&call.id).bytes());
        }
    }

    fn set_difficulty(&mut self, value: f64, quoted: bool) {
        if quoted && !std::mem::replace(&mut self.warned_of_quotes, true) {
            self.events.notice(ClientEvent::Warning(Warning::QuotedDifficulty));
        }
        match Difficulty::new(value) {
            Ok(difficulty) => self.set_target(difficulty.to_target(self.login.algorithm), difficulty),
            Err(error) => {
                self.counts.bad_calls += 1;
                let bad = BadParams { method: "mining.set_difficulty", problem: error.to_string() };
                self.events.notice(ClientEvent::Warning(Warning::BadCall(bad)));
            }
        }
    }

    /// For jobs to come: the running one keeps its target.
    fn set_target(&mut self, target: Target, difficulty: Difficulty) {
        if self.share_target.replace(target) == Some(target) {
            return;
        }
        self.events.notice(ClientEvent::DifficultyChanged(difficulty));
        if target == Target::ZERO {
            self.events.notice(ClientEvent::Warning(Warning::UnreachableDifficulty(difficulty)));
        }
    }

    /// At once, as BIP 310 demands: the running job comes again with the new mask. It is the pool's as it stands, for the pool
    /// puts versions together by it.
    fn set_version_mask(&mut self, mask: u32) {
        if self.login.version_mask == 0 {
            return;
        }
        self.version_mask = mask;
        if let Some(job) = self.jobs.newest() {
            let job = Job { version_mask: self.version_mask, ..job.clone() };
            self.events.job(job, Previous::StillCounts);
        }
    }

    fn notify(&mut self, notify: Box<Notify>) {
        if self.share_target.is_none() && !std::mem::replace(&mut self.warned_of_difficulty, true) {
            self.events.notice(ClientEvent::Warning(Warning::NoDifficulty));
        }
        let target = self.share_target.unwrap_or_else(|| Difficulty::ONE.to_target(self.login.algorithm));
        if self.subscribed.is_some() {
            self.job(*notify, target);
        } else {
            self.early = Some((notify, target));
        }
    }

    fn job(&mut self, notify: Notify, share_target: Target) {
        let Some(subscribed) = &mut self.subscribed else { return };
        if let Some((extranonce1, len)) = self.next_extranonce.take() {
            subscribed.extranonce1 = extranonce1;
            subscribed.extranonce2_len = len.unwrap_or(subscribed.extranonce2_len);
        }
        let same_parent = self.jobs.newest().is_some_and(|newest| newest.prev_hash == notify.prev_hash);
        let previous =
            if notify.clean_jobs == Some(true) || !same_parent { Previous::Worthless } else { Previous::StillCounts };
        let job = Job {
            id: notify.job_id,
            algorithm: self.login.algorithm,
            version: notify.version,
            version_mask: self.version_mask,
            prev_hash: notify.prev_hash,
            coinbase: Coinbase {
                prefix: notify.coinbase_prefix,
                extranonce1: subscribed.extranonce1.clone(),
                extranonce2_len: subscribed.extranonce2_len,
                suffix: notify.coinbase_suffix,
            },
            branch: notify.branch,
            nbits: notify.nbits,
            ntime: notify.ntime,
            last_ntime: Ntime(notify.ntime.0.saturating_add(NTIME_ROLL)),
            share_target,
        };
        self.jobs.add(job.clone(), previous);
        self.events.job(job, previous);
    }

    fn answer(&mut self, answer: &Answer<'_>, now: Instant) -> Result<(), ProtocolError> {
        let Some((id, asked)) = answer.id.as_number().and_then(|id| Some((id, self.requests.answered(id)?))) else {
            self.counts.unmatched_answers += 1;
            return Ok(());
        };
        match asked {
            // Also when it comes late: then the next job has the mask.
            Asked::Configure => self.version_mask = Granted::read(answer).version_mask & self.login.version_mask,
            Asked::Subscribe | Asked::SubscribeBare => return self.subscription(asked == Asked::SubscribeBare, answer),
            Asked::ExtranonceSubscribe | Asked::SuggestDifficulty => {}
            Asked::Authorize => self.authorization(answer.verdict()),
            Asked::Share { handed_in, .. } => {
                let (id, took) = (SubmitId(id), now.saturating_duration_since(handed_in));
                self.events.push(match answer.verdict() {
                    Ok(()) => ClientEvent::Accepted { id, took },
                    Err(refused) => ClientEvent::Refused {
                        id,
                        cause: refused.cause,
                        code: refused.code,
                        reason: refused.reason,
                        took,
                    },
                });
            }
        }
        Ok(())
    }

    fn subscription(&mut self, was_bare: bool, answer: &Answer<'_>) -> Result<(), ProtocolError> {
        if let Some(refused) = &answer.refused {
            if was_bare {
                return Err(ProtocolError::SubscribeRefused(refused.clone()));
            }
            // Some pools know neither agents nor sessions.
            self.ask(Asked::SubscribeBare, &ToPool::Subscribe { agent: String::new(), session_id: None });
            return Ok(());
        }
        let subscribed = answer.result.map_or(Err(SubscribeError::Shape), Subscribed::read)?;
        self.subscribed = Some(subscribed);
        self.next_extranonce = None;
        if self.authorization == Authorization::Granted {
            self.events.push(ClientEvent::Ready);
        }
        if let Some((notify, target)) = self.early.take() {
            self.job(*notify, target);
        }
        Ok(())
    }

    fn authorization(&mut self, verdict: Result<(), Refused>) {
        match verdict {
            Ok(()) => {
                self.authorization = Authorization::Granted;
                for line in self.requests.release() {
                    self.outgoing.extend(line.bytes());
                }
                if self.subscribed.is_some() {
                    self.events.push(ClientEvent::Ready);
                }
            }
            Err(refused) => {
                self.authorization = Authorization::Refused;
                self.lose_all(LostBecause::LoginRefused);
                self.events.push(ClientEvent::LoginRefused { reason: refused.to_string() });
            }
        }
    }

    /// Ends the machine: every share without an answer is lost. Call it when the connection is gone, then drain the events.
    pub fn close(&mut self) {
        self.lose_all(LostBecause::Closed);
    }

    fn lose_all(&mut self, why: LostBecause) {
        while let Some(id) = self.requests.lose_oldest() {
            self.events.push(ClientEvent::Lost { id, why });
        }
    }

    /// The bytes to send, all there are.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        (!self.outgoing.is_empty()).then(|| std::mem::take(&mut self.outgoing))
    }

    /// What happened, one at a time. A job stands before the rest, and only the newest is kept.
    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        self.events.next()
    }

    /// When [`Client::handle_timeout`] has to be called unless something is received before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let deadlines = self.login.deadlines;
        let login = (!self.is_logged_in()).then(|| self.began + deadlines.login);
        let line = self.lines.deadline(deadlines.line);
        let answer = self.requests.oldest_share().map(|(_, handed_in)| handed_in + deadlines.answer);
        let silence = Some(self.heard + deadlines.silence);
        [login, line, answer, silence].into_iter().flatten().min()
    }

    /// Sees to whatever is due at `now`.
    ///
    /// # Errors
    /// [`ProtocolError`]: the connection is worthless. Call [`Client::close`] and drain the events.
    pub fn handle_timeout(&mut self, now: Instant) -> Result<(), ProtocolError> {
        let deadlines = self.login.deadlines;
        while let Some((id, handed_in)) = self.requests.oldest_share()
            && now >= handed_in + deadlines.answer
        {
            self.requests.lose_oldest();
            self.events.push(ClientEvent::Lost { id, why: LostBecause::Unanswered });
        }
        if !self.is_logged_in() && now >= self.began + deadlines.login {
            return Err(match self.subscribed {
                None => ProtocolError::SubscribeUnanswered(deadlines.login),
                Some(_) => ProtocolError::AuthorizeUnanswered(deadlines.login),
            });
        }
        if self.lines.deadline(deadlines.line).is_some_and(|deadline| now >= deadline) {
            return Err(ProtocolError::LineUnfinished(deadlines.line));
        }
        if now >= self.heard + deadlines.silence {
            return Err(ProtocolError::Silent(deadlines.silence));
        }
        Ok(())
    }

    fn is_logged_in(&self) -> bool {
        self.subscribed.is_some() && self.authorization != Authorization::Pending
    }

    /// The login for the next connection to this pool: with the session to resume, and without the extranonce subscription
    /// when the pool has not answered it, because some close the connection over it.
    #[must_use]
    pub fn next_login(&self) -> Login {
        let mut login = self.login.clone();
        if let Some(subscribed) = &self.subscribed {
            login.session_id.clone_from(&subscribed.session_id);
        }
        login.extranonce_subscribe &= !self.requests.awaits_extranonce_subscribe();
        login
    }

    /// What the pool sent that was passed over.
    #[must_use]
    pub fn counts(&self) -> ClientCounts {
        self.counts
    }
}

/// The first bytes of a TLS alert or handshake: what a TLS server says to a line of JSON.
fn starts_tls_record(bytes: &[u8]) -> bool {
    matches!(bytes, [0x15 | 0x16, 0x03, ..])
}

#[cfg(test)]
mod tests;
