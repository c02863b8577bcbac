//! Answers, and what the answers to `mining.subscribe` and `mining.configure` say.

use hashkit_chain::{Extranonce2, hex};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Id, Refused, answer_line};
use crate::wire;

/// An answer to a request of ours.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The request's id, as the peer echoed it.
    pub id: Id,
    /// The result; `None` for null and for none.
    pub result: Option<&'a RawValue>,
    /// The refusal, where there is an `error` or a `reject-reason`.
    pub refused: Option<Refused>,
}

impl<'a> Answer<'a> {
    pub(super) fn new(
        id: Id,
        result: Option<&'a RawValue>,
        error: Option<&'a RawValue>,
        reject_reason: Option<&'a RawValue>,
    ) -> Self {
        let refused =
            error.and_then(Refused::read).or_else(|| reject_reason.map(|text| Refused::unexplained(Some(text))));
        Self { id, result, refused }
    }

    /// Whether the request was granted: a result of true, or a status of OK, and no error.
    ///
    /// # Errors
    /// [`Refused`] otherwise, without a reason where none was given.
    pub fn verdict(&self) -> Result<(), Refused> {
        #[derive(Deserialize)]
        struct Status {
            status: String,
        }
        if let Some(refused) = &self.refused {
            return Err(refused.clone());
        }
        let granted = self.result.is_some_and(|result| {
            result.get() == "true"
                || serde_json::from_str::<Status>(result.get()).is_ok_and(|object| object.status == "OK")
        });
        if granted { Ok(()) } else { Err(Refused::unexplained(None)) }
    }
}

/// What a pool gives a connection in answer to `mining.subscribe`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscribed {
    /// The pool's bytes of the coinbase; may be empty.
    pub extranonce1: Vec<u8>,
    /// How many bytes the miner rolls, 0 to [`Extranonce2::MAX_LEN`].
    pub extranonce2_len: usize,
    /// By which the session can be resumed, where the pool named one.
    pub session_id: Option<String>,
}

/// Why an answer to `mining.subscribe` cannot be used. The connection is worthless then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubscribeError {
    /// Not the list that it should be.
    #[error("its answer is not a list of subscriptions, extranonce1 and extranonce2 size")]
    Shape,
    /// Extranonce1 is no bytes, or too many.
    #[error("extranonce1 {found:?} is not 0 to {} bytes in hexadecimal", Subscribed::MAX_EXTRANONCE1)]
    Extranonce1 {
        /// What was sent, cut.
        found: String,
    },
    /// A size that no coinbase has.
    #[error("extranonce2 size {found} is not a number from 0 to {}", Extranonce2::MAX_LEN)]
    Extranonce2Size {
        /// What was sent, cut.
        found: String,
    },
}

impl Subscribed {
    /// The longest extranonce1 that is accepted, in bytes; 16 is the longest seen.
    pub const MAX_EXTRANONCE1: usize = 64;
    /// The longest session id that is kept, in bytes.
    const MAX_SESSION_ID: usize = 256;

    /// Reads the result of `mining.subscribe`. The list of subscriptions may be nested, flat or null.
    ///
    /// # Errors
    /// [`SubscribeError`] says which part is unusable.
    pub fn read(result: &RawValue) -> Result<Self, SubscribeError> {
        let parts: Vec<&RawValue> = serde_json::from_str(result.get()).map_err(|_| SubscribeError::Shape)?;
        let [subscriptions, extranonce1, size, ..] = parts[..] else { return Err(SubscribeError::Shape) };
        Ok(Self {
            extranonce1: read_extranonce1(extranonce1)?,
            extranonce2_len: read_extranonce2_len(size)?,
            session_id: session_id(subscriptions).filter(|id| id.len() <= Self::MAX_SESSION_ID),
        })
    }

    /// The answer's line.
    #[must_use]
    pub fn to_line(&self, id: &Id) -> String {
        let session = self.session_id.as_deref().unwrap_or_default();
        let subscriptions = [["mining.set_difficulty", session], ["mining.notify", session]];
        let extranonce1 = hex::encode(&self.extranonce1);
        answer_line(id, &(subscriptions, extranonce1, self.extranonce2_len), &())
    }
}

pub(super) fn read_extranonce1(value: &RawValue) -> Result<Vec<u8>, SubscribeError> {
    wire::string(value)
        .and_then(|text| hex::decode(&text).ok())
        .filter(|bytes| bytes.len() <= Subscribed::MAX_EXTRANONCE1)
        .ok_or_else(|| SubscribeError::Extranonce1 { found: wire::clean(value.get(), 32) })
}

pub(super) fn read_extranonce2_len(value: &RawValue) -> Result<usize, SubscribeError> {
    wire::integer(value)
        .and_then(|size| usize::try_from(size).ok())
        .filter(|&size| size <= Extranonce2::MAX_LEN)
        .ok_or_else(|| SubscribeError::Extranonce2Size { found: wire::clean(value.get(), 32) })
}

fn session_id(subscriptions: &RawValue) -> Option<String> {
    let list: Vec<&RawValue> = serde_json::from_str(subscriptions.get()).ok()?;
    let pair = |pair: &[&RawValue]| match pair {
        [name, id, ..] if wire::string(name).as_deref() == Some("mining.notify") => wire::string(id),
        _ => None,
    };
    let nested = |entry: &&RawValue| pair(&serde_json::from_str::<Vec<&RawValue>>(entry.get()).ok()?);
    pair(&list).or_else(|| list.iter().find_map(nested))
}

/// What a pool grants in answer to `mining.configure` (BIP 310).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    /// The version bits that the pool frees; 0 where it frees none.
    pub version_mask: u32,
}

impl Granted {
    /// Reads the result of `mining.configure`. Whatever does not clearly grant a mask grants none.
    #[must_use]
    pub fn read(answer: &Answer<'_>) -> Self {
        #[derive(Deserialize)]
        struct Extensions<'a> {
            #[serde(rename = "version-rolling", borrow)]
            version_rolling: Option<&'a RawValue>,
            #[serde(rename = "version-rolling.mask", borrow)]
            mask: Option<&'a RawValue>,
        }
        let extensions = answer
            .result
            .filter(|_| answer.refused.is_none())
            .and_then(|result| serde_json::from_str::<Extensions<'_>>(result.get()).ok());
        let mask = extensions
            .filter(|extensions| extensions.version_rolling.is_some_and(|granted| granted.get() == "true"))
            .and_then(|extensions| wire::string(extensions.mask?))
            .and_then(|mask| hex::decode_u32(&mask).ok());
        Self { version_mask: mask.unwrap_or(0) }
    }
}
