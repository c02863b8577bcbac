//! What is checked of a share before anybody hashes it, in the order that gives miners the most useful answer; and what is
//! granted of `mining.configure`.

use std::sync::Arc;
use std::time::Instant;

use hashkit_chain::{Difficulty, Extranonce2, JobId, Nonce, Ntime, Solution, Work, hex};
use serde_json::{Map, Value};

use super::answers::{Answers, Question};
use super::jobs::{Claim, ShareKey};
use super::{NAME_LIMIT, Refusal, Session, SessionEvent, Standing};
use crate::message::{Extensions, Id, Submit, error_line};
use crate::message::{MINIMUM_DIFFICULTY, SUBSCRIBE_EXTRANONCE, VERSION_ROLLING};
use crate::wire;

impl Session {
    pub(super) fn submit(&mut self, id: Id, submit: Submit, now: Instant) {
        match self.claim(&submit) {
            Ok((claim, solution, standing)) => {
                let request = self.answers.open(id, Question::Submit(claim), now);
                self.events.push_back(SessionEvent::Submit { id: request, user: submit.user, solution, standing });
            }
            Err(refusal) => {
                self.counts.refused_submits += 1;
                // A share that was under way when its job was replaced is nobody's fault.
                if refusal != Refusal::Stale {
                    self.count_refusal();
                }
                self.settle(id, |id| error_line(id, refusal.code(), &refusal.to_string()));
                // An owner that takes no events misses some; none of them wants an answer.
                if self.events.len() < Answers::MAX {
                    let user = wire::clean(&submit.user, NAME_LIMIT);
                    self.events.push_back(SessionEvent::Refused { user, refusal });
                }
            }
        }
    }

    fn claim(&mut self, submit: &Submit) -> Result<(Claim, Solution, Standing), Refusal> {
        let other = |text: &str| Refusal::Other(text.to_owned());
        let subscribed = self.subscribed.as_ref().ok_or(Refusal::NotSubscribed)?;
        if !self.users.contains(&submit.user) {
            return Err(Refusal::Unauthorized);
        }

        let word = |name: &str, text: &str| {
            hex::decode_u32(text).map_err(|_| Refusal::Other(format!("{name} has to be 8 hexadecimal digits")))
        };
        let ntime = Ntime(word("ntime", &submit.ntime)?);
        let nonce = Nonce(word("nonce", &submit.nonce)?);
        let bits = submit.version_bits.as_deref().map(|bits| word("version bits", bits)).transpose()?;
        let extranonce2 = hex::decode(&submit.extranonce2)
            .ok()
            .and_then(|bytes| Extranonce2::from_bytes(&bytes).ok())
            .ok_or_else(|| other("extranonce2 is not hexadecimal bytes"))?;
        if matches!(submit.job_id, JobId::Number(_)) && !self.jobs.has_numbers() {
            return Err(other("the job id is not a text"));
        }

        // An unknown job has no length of its own to be measured by.
        let found = self.jobs.find(&submit.job_id);
        let expected = found.as_ref().map_or(subscribed.extranonce2_len, |(job, ..)| job.coinbase.extranonce2_len);
        if extranonce2.as_bytes().len() != expected {
            return Err(Refusal::Other(format!("extranonce2 has to be {} hexadecimal digits", 2 * expected)));
        }
        let (job, standing, serial) = found?;

        let version = match bits {
            None => job.version,
            Some(0) if job.version_mask == 0 => job.version,
            Some(_) if self.version_mask.is_none() => {
                return Err(other("version rolling was not agreed on: send mining.configure first"));
            }
            Some(bits) => job.version_with_bits(bits).ok_or_else(|| {
                Refusal::Other(format!("version bits {bits:08x} lie outside the mask {:08x}", job.version_mask))
            })?,
        };
        if ntime < job.ntime || ntime > job.last_ntime {
            return Err(Refusal::Other(format!("ntime {ntime} is not from {} to {}", job.ntime, job.last_ntime)));
        }
        let claim = Claim { serial, key: ShareKey { extranonce2, ntime, nonce, version } };
        let job = Arc::clone(job);
        if !self.jobs.remember(&claim) {
            return Err(Refusal::Duplicate);
        }
        Ok((claim, Solution { work: Work::claimed(job, extranonce2, version, ntime), nonce, version }, standing))
    }

    /// The result of `mining.configure`: every extension that was asked for, with what became of it (BIP 310).
    pub(super) fn configure(&mut self, extensions: &Extensions) -> Map<String, Value> {
        let mut granted = Map::new();
        for name in &extensions.names {
            let value = match name.as_str() {
                VERSION_ROLLING => match extensions.mask {
                    Some(Ok(mask)) => self.grant_mask(mask, &mut granted),
                    _ => "version-rolling.mask has to be 8 hexadecimal digits".into(),
                },
                MINIMUM_DIFFICULTY => match extensions.minimum_difficulty {
                    Some(value) => self.note_minimum(value).into(),
                    None => "minimum-difficulty.value has to be a number".into(),
                },
                SUBSCRIBE_EXTRANONCE => {
                    self.takes_set_extranonce = true;
                    true.into()
                }
                "info" => true.into(),
                _ => false.into(),
            };
            granted.insert(name.clone(), value);
        }
        granted
    }

    fn grant_mask(&mut self, asked: u32, granted: &mut Map<String, Value>) -> Value {
        let mask = self.settings.version_mask & asked & self.free_bits();
        if mask == 0 {
            return false.into();
        }
        let agreed = self.settings.version_mask & asked;
        self.version_mask = Some(agreed);
        self.told_mask = mask;
        self.jobs.set_version_mask(agreed);
        granted.insert("version-rolling.mask".to_owned(), format!("{mask:08x}").into());
        true.into()
    }

    /// 0 asks for nothing any more.
    fn note_minimum(&mut self, value: f64) -> bool {
        if let Ok(difficulty) = Difficulty::new(value) {
            self.events.retain(|event| !matches!(event, SessionEvent::MinimumDifficulty { .. }));
            self.events.push_back(SessionEvent::MinimumDifficulty { difficulty });
            return true;
        }
        value == 0.0
    }
}
