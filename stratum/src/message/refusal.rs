//! Refusals: the codes both sides share, and the many shapes in which pools send them.

use std::fmt;

use serde_json::value::RawValue;

use crate::wire;

/// Why a request or a share was refused, by the codes that Stratum pools have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Malformed, not supported, or a reason of the pool's own (20).
    Other,
    /// The job is unknown or has been replaced (21).
    JobNotFound,
    /// The share was sent before (22).
    Duplicate,
    /// The hash is above the share target (23).
    LowDifficulty,
    /// The user is not authorized on this connection (24).
    Unauthorized,
    /// The connection has not subscribed (25).
    NotSubscribed,
}

impl Cause {
    /// The number on the wire.
    #[must_use]
    pub fn code(self) -> i64 {
        match self {
            Self::Other => 20,
            Self::JobNotFound => 21,
            Self::Duplicate => 22,
            Self::LowDifficulty => 23,
            Self::Unauthorized => 24,
            Self::NotSubscribed => 25,
        }
    }

    /// By the code, or by the words where the code is private or missing: running pools answer 2 "Stale" and 4 "Duplicate".
    fn classify(code: Option<i64>, reason: &str) -> Self {
        let all = [Self::JobNotFound, Self::Duplicate, Self::LowDifficulty, Self::Unauthorized, Self::NotSubscribed];
        if let Some(known) = all.into_iter().find(|cause| Some(cause.code()) == code) {
            return known;
        }
        let reason = reason.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
        if says(&["duplicate"]) {
            Self::Duplicate
        } else if says(&["stale", "job not found", "jobid", "job id", "unknown job"]) {
            Self::JobNotFound
        } else if says(&["above target", "low difficulty", "difficulty too low", "high-hash"]) {
            Self::LowDifficulty
        } else if says(&["unauthorized", "unauthorised"]) {
            Self::Unauthorized
        } else if says(&["not subscribed"]) {
            Self::NotSubscribed
        } else {
            Self::Other
        }
    }
}

/// A refusal as the pool stated it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What it comes down to.
    pub cause: Cause,
    /// The pool's number; private ones are kept. `None` where it sent none.
    pub code: Option<i64>,
    /// The pool's words, cleaned and cut to 200 bytes; empty where it sent none.
    pub reason: String,
}

impl Refused {
    /// No more of a reason than this is kept, in bytes.
    const MAX_REASON: usize = 200;

    fn new(code: Option<i64>, reason: &str) -> Self {
        let reason = wire::clean(reason, Self::MAX_REASON);
        Self { cause: Cause::classify(code, &reason), code, reason }
    }

    /// A refusal of which only a text is known, or nothing.
    pub(crate) fn unexplained(reason: Option<&RawValue>) -> Self {
        Self::new(None, &reason.and_then(wire::string).unwrap_or_default())
    }

    /// From an answer's `error`: a list of code, text and anything; an object with `code` and `message`; a text; a number.
    /// `None` for what is no error: null, false and the empty list.
    pub(crate) fn read(error: &RawValue) -> Option<Self> {
        let text = |value: Option<&&RawValue>| value.map(|value| plain(value)).unwrap_or_default();
        match error.get().as_bytes().first()? {
            b'[' => {
                let parts: Vec<&RawValue> = serde_json::from_str(error.get()).ok()?;
                let first = parts.first()?;
                Some(match wire::integer(first) {
                    Some(code) => Self::new(Some(code), &text(parts.get(1))),
                    None => Self::new(None, &plain(first)),
                })
            }
            b'{' => {
                #[derive(serde::Deserialize)]
                struct Object<'a> {
                    #[serde(borrow)]
                    code: Option<&'a RawValue>,
                    #[serde(borrow)]
                    message: Option<&'a RawValue>,
                }
                let Ok(object) = serde_json::from_str::<Object<'_>>(error.get()) else {
                    return Some(Self::new(None, error.get()));
                };
                Some(Self::new(object.code.and_then(wire::integer), &text(object.message.as_ref())))
            }
            b'n' | b'f' => None,
            b'"' => Some(Self::new(None, &plain(error))),
            _ => Some(Self::new(wire::integer(error), "")),
        }
    }
}

/// A text as it reads, any other value as it is written, null as nothing.
fn plain(value: &RawValue) -> String {
    wire::string(value).unwrap_or_else(|| if wire::is_null(value) { String::new() } else { value.get().to_owned() })
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.reason.as_str()) {
            (Some(code), "") => write!(f, "code {code}"),
            (Some(code), reason) => write!(f, "{reason} (code {code})"),
            (None, "") => f.write_str("no reason given"),
            (None, reason) => f.write_str(reason),
        }
    }
}
