//! The miner's side of one connection.

mod error;
mod event;
mod jobs;
mod login;
mod received;
mod reconnect;
mod requests;
mod sent;

use std::time::Instant;

use hashkit_chain::{Hash, Job, Share, Target};

use crate::line::LineCutter;
use crate::message::{Id, Notify, Submit, Subscribed, ToPool};
use event::Events;
use jobs::LiveJobs;
use login::Resumable;
use requests::{Asked, Requests};
use sent::Sent;

pub use error::ProtocolError;
pub use event::{ClientEvent, LostBecause, StaleBecause, Warning};
pub use login::{Deadlines, Login};
pub use requests::SubmitId;

/// The most bytes of a line. A job that pays hundreds of outputs in its coinbase takes tens of thousands; a message for
/// people of a million is cut, but does not end the connection.
const LINE_LIMIT: usize = 2 * 1024 * 1024;
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

/// When a pool was last heard, and what it has been asked since and has not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    /// When the last message came; the beginning of the connection before any.
    pub heard: Instant,
    /// When the oldest share was handed in of those that are newer than every answered one.
    pub share: Option<Instant>,
    /// When [`Client::ping`] asked, until the answer.
    pub ping: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Authorization {
    Pending,
    Granted,
    Refused,
}

/// How the session of a connection began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begun {
    Anew,
    Resumed,
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
    /// Whether the pool has answered `mining.configure`, in whatever way.
    answers_configure: bool,
    /// When the ping was sent that is not answered yet.
    pinged_at: Option<Instant>,
    jobs: LiveJobs,
    sent: Sent,
    garbage_in_a_row: u32,
    counts: ClientCounts,
    begun: Begun,
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
            answers_configure: false,
            pinged_at: None,
            jobs: LiveJobs::default(),
            sent: Sent::default(),
            garbage_in_a_row: 0,
            counts: ClientCounts::default(),
            begun: Begun::Anew,
            warned_of_quotes: false,
            warned_of_difficulty: false,
        };
        client.log_in();
        client
    }

    fn log_in(&mut self) {
        let login = self.login.clone();
        if let Some(extensions) = login.extensions() {
            self.ask(Asked::Configure, &ToPool::Configure(extensions));
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
    /// no longer valid, or it was sent before.
    pub fn submit(&mut self, share: &Share, now: Instant) -> SubmitId {
        let id = SubmitId(self.requests.skip());
        if let Some(why) = self.is_in_vain(share) {
            self.events.push(ClientEvent::Stale { id, why });
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
            self.requests.hand_in(id, share.hash(), now, None);
        } else {
            self.requests.hand_in(id, share.hash(), now, Some(line));
        }
        id
    }

    /// Why the pool could not accept a share.
    fn is_in_vain(&mut self, share: &Share) -> Option<StaleBecause> {
        if !self.jobs.contains(share.job()) {
            return Some(StaleBecause::JobReplaced);
        }
        if (share.header().version.0 ^ share.job().version.0) & !self.version_mask != 0 {
            return Some(StaleBecause::MaskChanged);
        }
        if self.login.difficulty_at_once && self.misses_the_newest_target(&share.hash()) {
            return Some(StaleBecause::DifficultyRaised);
        }
        (!self.sent.note(&share.header().id())).then_some(StaleBecause::SentBefore)
    }

    fn misses_the_newest_target(&self, hash: &Hash) -> bool {
        self.share_target.is_some_and(|target| !target.is_met_by(hash))
    }

    /// Asks the pool whether it is there, and tells whether that could be asked. Stratum V1 has no such request that every pool
    /// answers, so the login's `mining.configure` is sent once more (BIP 310 lets it come again), and only where the pool has
    /// answered the first; what the answer says changes nothing. One ping at a time.
    pub fn ping(&mut self, now: Instant) -> bool {
        let extensions = self.login.extensions().filter(|_| self.can_ping());
        let can_ask = extensions.is_some();
        if let Some(extensions) = extensions {
            self.pinged_at = Some(now);
            self.ask(Asked::Ping, &ToPool::Configure(extensions));
        }
        can_ask
    }

    /// Whether [`Client::ping`] would ask now.
    #[must_use]
    pub fn can_ping(&self) -> bool {
        self.answers_configure && self.pinged_at.is_none()
    }

    /// What the pool owes.
    #[must_use]
    pub fn owed(&self) -> Owed {
        Owed { heard: self.heard, share: self.requests.unanswered_since(), ping: self.pinged_at }
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
        if received::starts_tls_record(self.lines.unfinished()) {
            return Err(ProtocolError::SpeaksTls);
        }
        Ok(())
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

    /// What the pool has given this connection, once it has answered the subscription.
    #[must_use]
    pub fn subscribed(&self) -> Option<&Subscribed> {
        self.subscribed.as_ref()
    }

    /// Whether the pool has resumed the session of the connection before: the same extranonce1, so that the jobs of then still
    /// count.
    #[must_use]
    pub fn has_resumed(&self) -> bool {
        self.begun == Begun::Resumed
    }

    /// Whether a share of `job` would be sent, be the job of this connection or of a session that it has resumed.
    #[must_use]
    pub fn knows(&self, job: &Job) -> bool {
        self.jobs.contains(job)
    }

    /// Whether the pool has accepted the login.
    #[must_use]
    pub fn is_authorized(&self) -> bool {
        self.authorization == Authorization::Granted
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
        login.resumable =
            self.subscribed.clone().filter(|subscribed| subscribed.session_id.is_some()).map(|subscribed| Resumable {
                extranonce1: subscribed.extranonce1,
                len: subscribed.extranonce2_len,
                jobs: self.jobs.clone(),
                sent: self.sent.clone(),
            });
        login.extranonce_subscribe &= !self.requests.awaits_extranonce_subscribe();
        login
    }

    /// What the pool sent that was passed over.
    #[must_use]
    pub fn counts(&self) -> ClientCounts {
        self.counts
    }
}

#[cfg(test)]
mod tests;
