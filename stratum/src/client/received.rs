//! What a pool says, and what the client makes of it.

use std::time::{Duration, Instant};

use hashkit_chain::{Coinbase, Difficulty, Hash, Job, Ntime, Previous, Target};

use super::login::Resumable;
use super::requests::Asked;
use super::{Authorization, Begun, Client, ClientEvent, LostBecause, ProtocolError, SubmitId, Warning, reconnect};
use crate::message::{
    Answer, BadParams, Call, Cause, Granted, Id, Line, Notify, Refused, SubscribeError, Subscribed, ToMiner, ToPool,
    answer_line, error_line,
};
use crate::wire;

/// How deep lists may be nested; a subscription answer needs four.
const DEPTH_LIMIT: usize = 16;
/// So many lines in a row that are no messages end the connection.
const GARBAGE_LIMIT: u32 = 10;
/// While so many bytes wait to be sent, the pool's own requests are not answered.
pub(super) const OUTGOING_LIMIT: usize = 256 * 1024;
/// No more of a pool's message to its miners is shown, in bytes.
pub(super) const MESSAGE_LIMIT: usize = 512;
/// How far a header's time may run ahead of its job's, in seconds. ckpool refuses more.
const NTIME_ROLL: u32 = 7000;

impl Client {
    pub(super) fn line(&mut self, line: &[u8], now: Instant) -> Result<(), ProtocolError> {
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
            Err(_) if line.starts_with(b"HTTP/") && self.subscribed.is_none() => return Err(ProtocolError::SpeaksHttp),
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

    /// For jobs to come: the running one keeps its target, unless the pool is known to change it at once.
    fn set_target(&mut self, target: Target, difficulty: Difficulty) {
        if self.share_target.replace(target) == Some(target) {
            return;
        }
        if self.login.difficulty_at_once {
            self.retarget_the_running_job();
        }
        self.events.notice(ClientEvent::DifficultyChanged(difficulty));
        if target == Target::ZERO {
            self.events.notice(ClientEvent::Warning(Warning::UnreachableDifficulty(difficulty)));
        }
    }

    /// The running job comes again with the newest target.
    fn retarget_the_running_job(&mut self) {
        let mask = self.rolled_bits();
        if let Some(job) = self.share_target.and_then(|target| self.jobs.retarget(target)) {
            self.events.job(Job { version_mask: mask, ..job.clone() }, Previous::StillCounts);
        }
    }

    /// A share that met its job's difficulty, and misses only a newer one, is refused: this pool does not wait for the next job.
    fn learn_from_refusal(&mut self, cause: Cause, hash: &Hash) {
        if cause == Cause::LowDifficulty && !self.login.difficulty_at_once && self.misses_the_newest_target(hash) {
            self.login.difficulty_at_once = true;
            self.events.notice(ClientEvent::Warning(Warning::DifficultyAtOnce));
            self.retarget_the_running_job();
        }
    }

    /// At once, as BIP 310 demands: the running job comes again with the new mask.
    fn set_version_mask(&mut self, mask: u32) {
        if self.login.version_mask == 0 {
            return;
        }
        self.version_mask = mask;
        if let Some(job) = self.jobs.newest() {
            let job = Job { version_mask: self.rolled_bits(), ..job.clone() };
            self.events.job(job, Previous::StillCounts);
        }
    }

    /// What the pool has freed of the bits that were asked for: a pool that frees more may not know its coin.
    fn rolled_bits(&self) -> u32 {
        self.version_mask & self.login.version_mask
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
        let version_mask = self.rolled_bits();
        let Some(subscribed) = &mut self.subscribed else { return };
        if let Some((extranonce1, len)) = self.next_extranonce.take() {
            subscribed.extranonce1 = extranonce1;
            subscribed.extranonce2_len = len.unwrap_or(subscribed.extranonce2_len);
        }
        let same_parent = self.jobs.newest().is_some_and(|newest| newest.prev_hash == notify.prev_hash);
        if !same_parent {
            self.sent.clear();
        }
        let previous =
            if notify.clean_jobs == Some(true) || !same_parent { Previous::Worthless } else { Previous::StillCounts };
        let job = Job {
            id: notify.job_id,
            algorithm: self.login.algorithm,
            version: notify.version,
            version_mask,
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
            Asked::Configure => {
                self.version_mask = Granted::read(answer).version_mask;
                self.answers_configure = true;
            }
            Asked::Ping => self.pinged_at = None,
            Asked::Subscribe | Asked::SubscribeBare => return self.subscription(asked == Asked::SubscribeBare, answer),
            Asked::ExtranonceSubscribe | Asked::SuggestDifficulty => {}
            Asked::Authorize => self.authorization(answer.verdict()),
            Asked::Share { handed_in, hash, .. } => {
                let (id, took) = (SubmitId(id), now.saturating_duration_since(handed_in));
                match answer.verdict() {
                    Ok(()) => self.events.push(ClientEvent::Accepted { id, took }),
                    Err(Refused { cause, code, reason }) => {
                        self.events.push(ClientEvent::Refused { id, cause, code, reason, took });
                        self.learn_from_refusal(cause, &hash);
                    }
                }
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
        if let Some(Resumable { extranonce1, len, jobs, sent }) = self.login.resumable.take()
            && (&extranonce1, len) == (&subscribed.extranonce1, subscribed.extranonce2_len)
        {
            (self.jobs, self.sent, self.begun) = (jobs, sent, Begun::Resumed);
        }
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
}

/// The first bytes of a TLS alert or handshake: what a TLS server says to a line of JSON.
pub(super) fn starts_tls_record(bytes: &[u8]) -> bool {
    matches!(bytes, [0x15 | 0x16, 0x03, ..])
}
