//! What a miner says, and what the session makes of it.

use std::time::Instant;

use hashkit_chain::{Difficulty, Target};

use super::answers::Question;
use super::{NAME_LIMIT, Refusal, Session, SessionError, SessionEvent, VERSION_REQUEST};
use crate::message::{Answer, BadParams, Call, Id, Line, Password, ToPool, answer_line, error_line};
use crate::wire;

/// How deep lists may be nested; `mining.configure` needs three.
const DEPTH_LIMIT: usize = 8;
/// So many lines in a row that are no messages end the connection.
const GARBAGE_LIMIT: u32 = 10;
/// The most users of one connection.
const USERS_LIMIT: usize = 256;

impl Session {
    pub(super) fn line(&mut self, line: &[u8], now: Instant) -> Result<(), SessionError> {
        match Line::read(line, DEPTH_LIMIT) {
            Ok(message) => {
                self.garbage_in_a_row = 0;
                match message {
                    Line::Call(call) => self.call(&call, now),
                    Line::Answer(answer) => self.answer(&answer),
                }
                Ok(())
            }
            Err(_) if starts_tls_record(line) => Err(SessionError::SpeaksTls),
            Err(_) if is_http_request(line) => Err(SessionError::SpeaksHttp),
            Err(last) => {
                self.counts.garbage_lines += 1;
                self.garbage_in_a_row += 1;
                if self.garbage_in_a_row == GARBAGE_LIMIT {
                    return Err(SessionError::Garbage { lines: GARBAGE_LIMIT, last });
                }
                let line = error_line(&Id::null(), 20, &format!("Not understood: {last}"));
                self.send(&line);
                Ok(())
            }
        }
    }

    fn call(&mut self, call: &Call<'_>, now: Instant) {
        let id = call.id.clone();
        match ToPool::read(call) {
            Ok(ToPool::Configure(extensions)) => {
                let granted = self.configure(&extensions);
                self.settle(id, |id| answer_line(id, &granted, &()));
            }
            Ok(ToPool::Subscribe { agent, session_id }) => self.subscribe(id, &agent, session_id, now),
            Ok(ToPool::Authorize { user, password }) => self.authorize(id, user, password, now),
            Ok(ToPool::SuggestDifficulty(value)) => {
                self.suggest(value.and_then(|value| Difficulty::new(value).ok()));
                self.settle(id, |id| answer_line(id, &true, &()));
            }
            Ok(ToPool::SuggestTarget(target)) => {
                let target = target.filter(|&target| target != Target::ZERO);
                self.suggest(target.map(|target| Difficulty::of_target(target, self.settings.algorithm)));
                self.settle(id, |id| answer_line(id, &true, &()));
            }
            Ok(ToPool::ExtranonceSubscribe) => {
                self.takes_set_extranonce = true;
                self.settle(id, |id| answer_line(id, &true, &()));
            }
            Ok(ToPool::Submit(submit)) => self.submit(id, submit, now),
            Ok(ToPool::Ping) => self.settle(id, |id| answer_line(id, &"pong", &())),
            // What old firmware asks for before it rolls versions in a way that no pool supports any more.
            Ok(ToPool::Unknown(method)) if method == "mining.multi_version" => {
                self.settle(id, |id| answer_line(id, &false, &()));
            }
            Ok(ToPool::Unknown(_)) => self.settle(id, |id| error_line(id, 20, "Not supported.")),
            Err(bad) => self.refuse_call(id, call, &bad),
        }
    }

    fn refuse_call(&mut self, id: Id, call: &Call<'_>, bad: &BadParams) {
        self.counts.bad_calls += 1;
        let mut refusal = Refusal::Other(format!("Not understood: {bad}"));
        if call.method == "mining.submit" {
            self.count_refusal();
            if self.subscribed.is_none() {
                refusal = Refusal::NotSubscribed;
            }
        }
        self.settle(id, |id| error_line(id, refusal.code(), &refusal.to_string()));
    }

    /// Answers a request that needs nobody's decision.
    pub(super) fn settle(&mut self, id: Id, line: impl FnOnce(&Id) -> String) {
        let line = line(&id);
        let request = self.answers.open(id, Question::Plain, self.began);
        self.answers.settle(request, line);
        self.flush();
    }

    fn answer(&mut self, answer: &Answer<'_>) {
        if answer.id.as_number() != Some(VERSION_REQUEST) {
            return;
        }
        if let Some(text) = answer.result.and_then(wire::string) {
            self.events.retain(|event| !matches!(event, SessionEvent::Version(_)));
            self.events.push_back(SessionEvent::Version(wire::clean(&text, NAME_LIMIT)));
        }
    }

    fn subscribe(&mut self, id: Id, agent: &str, session_id: Option<String>, now: Instant) {
        let is_asked = self.answers.has(|question| matches!(question, Question::Subscribe));
        let request = self.answers.open(id, Question::Subscribe, now);
        if let Some(subscribed) = &self.subscribed {
            // Again: the same extranonce1, for the work under it goes on.
            let line = self.answers.id(request).map(|id| subscribed.to_line(id)).unwrap_or_default();
            self.answers.settle(request, line);
            self.flush();
        } else if !is_asked {
            let session_id = session_id.filter(|id| id.len() <= NAME_LIMIT && !id.is_empty());
            self.events.push_back(SessionEvent::Subscribe { agent: wire::clean(agent, NAME_LIMIT), session_id });
        }
    }

    fn authorize(&mut self, id: Id, user: String, password: Password, now: Instant) {
        let refusal = if user.len() > NAME_LIMIT || !user.chars().all(wire::is_printable) {
            Some(format!("The user name has to be at most {NAME_LIMIT} printable characters"))
        } else if self.users.len() >= USERS_LIMIT {
            Some("Too many users on one connection".to_owned())
        } else {
            None
        };
        if let Some(reason) = refusal {
            self.counts.bad_calls += 1;
            self.settle(id, |id| answer_line(id, &false, &(24, reason, ())));
            return;
        }
        let request = self.answers.open(id, Question::Authorize { user: user.clone() }, now);
        self.events.push_back(SessionEvent::Authorize { id: request, user, password });
    }

    /// Coalesced: only the last suggestion counts.
    fn suggest(&mut self, difficulty: Option<Difficulty>) {
        if let Some(difficulty) = difficulty {
            self.events.retain(|event| !matches!(event, SessionEvent::Suggest { .. }));
            self.events.push_back(SessionEvent::Suggest { difficulty });
        }
    }
}

pub(super) fn starts_tls_record(bytes: &[u8]) -> bool {
    matches!(bytes, [0x16, 0x03, ..])
}

fn is_http_request(line: &[u8]) -> bool {
    ["GET ", "POST ", "HEAD ", "PUT ", "OPTIONS ", "CONNECT "].iter().any(|method| line.starts_with(method.as_bytes()))
}
