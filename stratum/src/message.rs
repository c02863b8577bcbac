//! One line, one message: the envelope both sides share. What a method carries is typed in [`ToMiner`], [`ToPool`] and the
//! answers to them.

mod answer;
mod id;
mod password;
mod refusal;
mod to_miner;
mod to_pool;

use serde::de::{self, Deserializer, IgnoredAny, MapAccess};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::wire;

pub use answer::{Answer, Granted, SubscribeError, Subscribed};
pub use id::Id;
pub use password::Password;
pub use refusal::{Cause, Refused};
pub use to_miner::{Notify, ToMiner};
pub use to_pool::{Extensions, Submit, ToPool};
pub(crate) use to_pool::{MINIMUM_DIFFICULTY, SUBSCRIBE_EXTRANONCE, VERSION_ROLLING};

/// Why a line is no message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Bytes that are no text.
    #[error("it is not UTF-8")]
    NotText,
    /// Lists in lists beyond the limit.
    #[error("it is nested deeper than {limit}")]
    TooDeep {
        /// The depth that is accepted.
        limit: usize,
    },
    /// Not one JSON object.
    #[error("it is not a JSON object: {reason}")]
    NotAnObject {
        /// Where the parser stopped, and why.
        reason: String,
    },
    /// An id that is a list or an object, or too long to echo.
    #[error("its id is neither a number nor a text of at most {} bytes", Id::MAX_LEN)]
    BadId,
}

/// A known method with parameters that it cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{method}: {problem}")]
pub struct BadParams {
    /// The method.
    pub method: &'static str,
    /// What is wrong with which parameter.
    pub problem: String,
}

/// A line, read as far as both sides read it alike.
#[derive(Debug)]
pub enum Line<'a> {
    /// A request, or a notification where the id is null.
    Call(Call<'a>),
    /// The answer to a request.
    Answer(Answer<'a>),
}

/// A method and its parameters, as they came.
#[derive(Debug)]
pub struct Call<'a> {
    /// The id to answer with; null in notifications, also where it was missing.
    pub id: Id,
    /// The method's name.
    pub method: String,
    /// The parameters: a list as a rule; `None` for null and for none.
    pub params: Option<&'a RawValue>,
}

impl<'a> Line<'a> {
    /// Reads one line without its end. Keys may stand in any order; unknown ones are passed over, and of repeated ones the
    /// last counts.
    ///
    /// # Errors
    /// [`LineError`] for whatever is not one JSON object nested at most `max_depth` deep.
    pub fn read(line: &'a [u8], max_depth: usize) -> Result<Self, LineError> {
        let text = std::str::from_utf8(line).map_err(|_| LineError::NotText)?;
        if wire::depth(text, max_depth) > max_depth {
            return Err(LineError::TooDeep { limit: max_depth });
        }
        let envelope: Envelope<'a> =
            serde_json::from_str(text).map_err(|error| LineError::NotAnObject { reason: error.to_string() })?;
        let id = envelope.id.map_or(Ok(Id::null()), |id| Id::read(id).ok_or(LineError::BadId))?;
        let present = |value: Option<&'a RawValue>| value.filter(|value| !wire::is_null(value));
        let (result, error) = (present(envelope.result), present(envelope.error));
        Ok(match envelope.method.and_then(wire::string) {
            Some(method) if result.is_none() && error.is_none() => {
                Self::Call(Call { id, method, params: present(envelope.params) })
            }
            _ => Self::Answer(Answer::new(id, result, error, present(envelope.reject_reason))),
        })
    }
}

impl<'a> Call<'a> {
    /// The parameters as a list, empty where there are none.
    ///
    /// # Errors
    /// [`BadParams`] when they are no list.
    pub(crate) fn list(&self, method: &'static str) -> Result<Vec<&'a RawValue>, BadParams> {
        let Some(params) = self.params else { return Ok(Vec::new()) };
        serde_json::from_str(params.get())
            .map_err(|_| BadParams { method, problem: "the parameters are not a list".to_owned() })
    }
}

#[derive(Default)]
struct Envelope<'a> {
    id: Option<&'a RawValue>,
    method: Option<&'a RawValue>,
    params: Option<&'a RawValue>,
    result: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
    reject_reason: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "kebab-case")]
enum Key {
    Id,
    Method,
    Params,
    Result,
    Error,
    RejectReason,
    #[serde(other)]
    Other,
}

/// By hand, because a derived one refuses repeated keys.
impl<'de: 'a, 'a> Deserialize<'de> for Envelope<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Envelope<'de>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<'de>, A::Error> {
                let mut envelope = Envelope::default();
                while let Some(key) = map.next_key()? {
                    let field = match key {
                        Key::Id => &mut envelope.id,
                        Key::Method => &mut envelope.method,
                        Key::Params => &mut envelope.params,
                        Key::Result => &mut envelope.result,
                        Key::Error => &mut envelope.error,
                        Key::RejectReason => &mut envelope.reject_reason,
                        Key::Other => {
                            map.next_value::<IgnoredAny>()?;
                            continue;
                        }
                    };
                    *field = Some(map.next_value()?);
                }
                Ok(envelope)
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// `{"id":..,"method":..,"params":..}` and the end of the line.
pub(crate) fn call_line(id: &Id, method: &str, params: &impl Serialize) -> String {
    #[derive(Serialize)]
    struct CallLine<'a, P> {
        id: &'a Id,
        method: &'a str,
        params: P,
    }
    line(&CallLine { id, method, params })
}

/// `{"id":..,"result":..,"error":..}` and the end of the line.
pub(crate) fn answer_line(id: &Id, result: &impl Serialize, error: &impl Serialize) -> String {
    #[derive(Serialize)]
    struct AnswerLine<'a, R, E> {
        id: &'a Id,
        result: R,
        error: E,
    }
    line(&AnswerLine { id, result, error })
}

/// The answer that refuses a request: code, text and nothing.
pub(crate) fn error_line(id: &Id, code: i64, reason: &str) -> String {
    answer_line(id, &(), &(code, reason, ()))
}

fn line(message: &impl Serialize) -> String {
    let mut line = serde_json::to_string(message).expect("texts, numbers and lists of them have a JSON form");
    line.push('\n');
    line
}

#[cfg(test)]
mod tests;
