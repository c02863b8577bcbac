//! What a pool says of its own accord.

use hashkit_chain::{Hash, JobId, Nbits, Ntime, Target, Version, hex};
use serde::Serialize;
use serde_json::value::RawValue;

use super::answer::{read_extranonce1, read_extranonce2_len};
use super::{BadParams, Call, Id, call_line};
use crate::wire;

/// A pool's request or notification, typed.
#[derive(Debug, Clone, PartialEq)]
pub enum ToMiner {
    /// `mining.notify`: a job.
    Notify(Box<Notify>),
    /// `mining.set_difficulty`: the number as it came, which need not be a difficulty, and whether it stood in a string.
    SetDifficulty {
        /// The number: finite.
        value: f64,
        /// Whether it was written as a text.
        quoted: bool,
    },
    /// `mining.set_target`: the share target itself.
    SetTarget(Target),
    /// `mining.set_extranonce`: for jobs from the next on.
    SetExtranonce {
        /// The pool's bytes.
        extranonce1: Vec<u8>,
        /// The miner's number of bytes; unchanged where there is none.
        extranonce2_len: Option<usize>,
    },
    /// `mining.set_version_mask`: at once (BIP 310).
    SetVersionMask(u32),
    /// `mining.ping`: wants `pong`.
    Ping,
    /// `client.get_version`: wants the agent.
    GetVersion,
    /// `client.show_message`: a text for people, as it came.
    ShowMessage(String),
    /// `client.reconnect`: whatever is `None` stays as it is.
    Reconnect {
        /// The host.
        host: Option<String>,
        /// The port.
        port: Option<u16>,
        /// Seconds to wait before, at least 0.
        wait: u64,
    },
    /// A method that is not known.
    Unknown(String),
}

/// A job as `mining.notify` carries it: all but what belongs to the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// The pool's name for it.
    pub job_id: JobId,
    /// The parent block.
    pub prev_hash: Hash,
    /// The coinbase before extranonce1.
    pub coinbase_prefix: Vec<u8>,
    /// The coinbase after extranonce2.
    pub coinbase_suffix: Vec<u8>,
    /// The merkle branch.
    pub branch: Vec<Hash>,
    /// The header's version.
    pub version: Version,
    /// The network target.
    pub nbits: Nbits,
    /// The header's earliest time.
    pub ntime: Ntime,
    /// Whether it makes earlier jobs worthless; `None` where the pool does not say.
    pub clean_jobs: Option<bool>,
}

impl ToMiner {
    /// Types a pool's call.
    ///
    /// # Errors
    /// [`BadParams`] for a known method whose parameters do not fit it.
    pub fn read(call: &Call<'_>) -> Result<Self, BadParams> {
        Ok(match call.method.as_str() {
            "mining.notify" => Self::Notify(Box::new(Notify::read(call)?)),
            "mining.set_difficulty" => {
                let value = Params::read(call, "mining.set_difficulty")?;
                let quoted = value.get(0, "difficulty", |raw| Some(wire::string(raw).is_some()))?;
                Self::SetDifficulty { value: value.get(0, "difficulty", wire::number)?, quoted }
            }
            "mining.set_target" => {
                let target = |raw: &RawValue| wire::string(raw)?.parse().ok();
                Self::SetTarget(Params::read(call, "mining.set_target")?.get(0, "target", target)?)
            }
            "mining.set_extranonce" | "set_extranonce" => read_set_extranonce(call)?,
            "mining.set_version_mask" => {
                let mask = |raw: &RawValue| hex::decode_u32(&wire::string(raw)?).ok();
                Self::SetVersionMask(Params::read(call, "mining.set_version_mask")?.get(0, "mask", mask)?)
            }
            "mining.ping" => Self::Ping,
            "client.get_version" => Self::GetVersion,
            "client.show_message" => {
                Self::ShowMessage(Params::read(call, "client.show_message")?.get(0, "text", wire::string)?)
            }
            "client.reconnect" => read_reconnect(call)?,
            method => Self::Unknown(method.to_owned()),
        })
    }

    /// The line that carries it; `id` is null in notifications.
    #[must_use]
    pub fn to_line(&self, id: &Id) -> String {
        match self {
            Self::Notify(notify) => call_line(id, "mining.notify", &notify.params()),
            Self::SetDifficulty { value, quoted } => {
                let number = wire::number_to_wire(*value);
                if *quoted {
                    call_line(id, "mining.set_difficulty", &[number.get()])
                } else {
                    call_line(id, "mining.set_difficulty", &[number])
                }
            }
            Self::SetTarget(target) => call_line(id, "mining.set_target", &[target.to_string()]),
            Self::SetExtranonce { extranonce1, extranonce2_len: Some(len) } => {
                call_line(id, "mining.set_extranonce", &(hex::encode(extranonce1), len))
            }
            Self::SetExtranonce { extranonce1, extranonce2_len: None } => {
                call_line(id, "mining.set_extranonce", &[hex::encode(extranonce1)])
            }
            Self::SetVersionMask(mask) => call_line(id, "mining.set_version_mask", &[format!("{mask:08x}")]),
            Self::Ping => call_line(id, "mining.ping", &[(); 0]),
            Self::GetVersion => call_line(id, "client.get_version", &[(); 0]),
            Self::ShowMessage(text) => call_line(id, "client.show_message", &[text]),
            Self::Reconnect { host, port, wait } => call_line(id, "client.reconnect", &(host, port, wait)),
            Self::Unknown(method) => call_line(id, method, &[(); 0]),
        }
    }
}

fn read_set_extranonce(call: &Call<'_>) -> Result<ToMiner, BadParams> {
    const METHOD: &str = "mining.set_extranonce";
    let params = Params::read(call, METHOD)?;
    let problem = |error: super::SubscribeError| BadParams { method: METHOD, problem: error.to_string() };
    let extranonce1 = params.get(0, "extranonce1", |raw| Some(read_extranonce1(raw)))?.map_err(problem)?;
    let extranonce2_len = match params.list.get(1) {
        Some(size) if !wire::is_null(size) => Some(read_extranonce2_len(size).map_err(problem)?),
        _ => None,
    };
    Ok(ToMiner::SetExtranonce { extranonce1, extranonce2_len })
}

fn read_reconnect(call: &Call<'_>) -> Result<ToMiner, BadParams> {
    let params = Params::read(call, "client.reconnect")?;
    let given = |at: usize| params.list.get(at).filter(|value| !matches!(value.get(), "null" | "\"\"" | "false"));
    let host = given(0).map(|_| params.get(0, "host", wire::string)).transpose()?;
    let port = |raw: &RawValue| wire::integer(raw).and_then(|port| u16::try_from(port).ok());
    let port = given(1).map(|_| params.get(1, "port", port)).transpose()?.filter(|&port| port != 0);
    let wait = given(2).and_then(|raw| wire::number(raw)).unwrap_or(0.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast stops at 0 and at 2^64 - 1")]
    Ok(ToMiner::Reconnect { host, port, wait: wait as u64 })
}

impl Notify {
    /// The longest job id that is accepted, in bytes; 16 is the longest seen.
    pub const MAX_JOB_ID: usize = 256;
    /// The most merkle branches that are accepted; a block of 2^32 transactions has as many.
    pub const MAX_BRANCHES: usize = 32;
    /// The most bytes of coinbase that are accepted, both parts together.
    pub const MAX_COINBASE: usize = 128 * 1024;
    const METHOD: &str = "mining.notify";

    fn read(call: &Call<'_>) -> Result<Self, BadParams> {
        let params = Params::read(call, Self::METHOD)?;
        let bytes = |raw: &RawValue| hex::decode(&wire::string(raw)?).ok();
        let word = |raw: &RawValue| hex::decode_u32(&wire::string(raw)?).ok();
        let job_id = |raw: &RawValue| wire::job_id(raw).filter(|_| raw.get().len() <= Self::MAX_JOB_ID + 2);
        let prev_hash = |raw: &RawValue| wire::prev_hash_from_wire(&wire::string(raw)?).ok();
        let notify = Self {
            job_id: params.get(0, "job id", job_id)?,
            prev_hash: params.get(1, "previous hash", prev_hash)?,
            coinbase_prefix: params.get(2, "first part of the coinbase", bytes)?,
            coinbase_suffix: params.get(3, "second part of the coinbase", bytes)?,
            branch: params.get(4, "merkle branch", read_branch)?,
            version: Version(params.get(5, "version", word)?),
            nbits: Nbits(params.get(6, "nbits", word)?),
            ntime: Ntime(params.get(7, "ntime", word)?),
            // Some pools put a field before it, some put fields behind it.
            clean_jobs: params.list[8..].iter().rev().find_map(|raw| match raw.get() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            }),
        };
        if notify.coinbase_prefix.len() + notify.coinbase_suffix.len() > Self::MAX_COINBASE {
            let problem = format!("the coinbase is longer than {} bytes", Self::MAX_COINBASE);
            return Err(BadParams { method: Self::METHOD, problem });
        }
        Ok(notify)
    }

    fn params(&self) -> impl Serialize {
        let branch: Vec<String> = self.branch.iter().map(|hash| hex::encode(hash.as_internal())).collect();
        (
            wire::job_id_to_wire(&self.job_id),
            wire::prev_hash_to_wire(&self.prev_hash),
            hex::encode(&self.coinbase_prefix),
            hex::encode(&self.coinbase_suffix),
            branch,
            self.version.to_string(),
            self.nbits.to_string(),
            self.ntime.to_string(),
            self.clean_jobs,
        )
    }
}

fn read_branch(raw: &RawValue) -> Option<Vec<Hash>> {
    let list: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
    if list.len() > Notify::MAX_BRANCHES {
        return None;
    }
    list.iter().map(|raw| hex::decode_array(&wire::string(raw)?).ok().map(Hash::from_internal)).collect()
}

/// A list of parameters whose errors name the method and the field.
struct Params<'a> {
    method: &'static str,
    list: Vec<&'a RawValue>,
}

impl<'a> Params<'a> {
    fn read(call: &Call<'a>, method: &'static str) -> Result<Self, BadParams> {
        Ok(Self { method, list: call.list(method)? })
    }

    fn get<T>(&self, at: usize, name: &str, read: impl Fn(&RawValue) -> Option<T>) -> Result<T, BadParams> {
        let bad = |what: &str| BadParams { method: self.method, problem: format!("{name} (parameter {at}) is {what}") };
        let value = self.list.get(at).ok_or_else(|| bad("missing"))?;
        read(value).ok_or_else(|| bad(&format!("not usable: {}", wire::clean(value.get(), 80))))
    }
}
