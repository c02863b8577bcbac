//! What a miner asks of a pool.

use std::collections::BTreeMap;

use hashkit_chain::{JobId, Target, hex};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{BadParams, Call, Id, Password, call_line};
use crate::wire;

/// A miner's request, typed.
#[derive(Debug, Clone, PartialEq)]
pub enum ToPool {
    /// `mining.configure` (BIP 310).
    Configure(Extensions),
    /// `mining.subscribe`.
    Subscribe {
        /// Program and version; empty where there is none.
        agent: String,
        /// The session to resume.
        session_id: Option<String>,
    },
    /// `mining.authorize`.
    Authorize {
        /// The login name.
        user: String,
        /// Empty where there is none.
        password: Password,
    },
    /// `mining.suggest_difficulty`: the number as it came, which need not be a difficulty; `None` where it is no number.
    SuggestDifficulty(Option<f64>),
    /// `mining.suggest_target`; `None` where it is no target.
    SuggestTarget(Option<Target>),
    /// `mining.extranonce.subscribe`: the miner understands `mining.set_extranonce`.
    ExtranonceSubscribe,
    /// `mining.submit`.
    Submit(Submit),
    /// `mining.ping`, which some miners send to see whether the pool lives.
    Ping,
    /// A method that is not known or not supported.
    Unknown(String),
}

/// A share as `mining.submit` carries it: texts that are yet to be checked against a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submit {
    /// The login name.
    pub user: String,
    /// The job's name.
    pub job_id: JobId,
    /// Hexadecimal, of the connection's length.
    pub extranonce2: String,
    /// Eight hexadecimal digits.
    pub ntime: String,
    /// Eight hexadecimal digits.
    pub nonce: String,
    /// The bits under the mask alone, eight hexadecimal digits, where version rolling was agreed on.
    pub version_bits: Option<String>,
}

/// The extensions that a `mining.configure` asks for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extensions {
    /// All of them by name, as they were asked for.
    pub names: Vec<String>,
    /// `version-rolling.mask`: `Ok` with all bits where it is missing, `Err` where it is not eight hexadecimal digits.
    pub mask: Option<Result<u32, ()>>,
    /// `minimum-difficulty.value`, where it is a number.
    pub minimum_difficulty: Option<f64>,
}

impl Extensions {
    /// Version rolling under `mask`, asking for at least two bits.
    #[must_use]
    pub fn version_rolling(mask: u32) -> Self {
        Self { names: vec![VERSION_ROLLING.to_owned()], mask: Some(Ok(mask)), minimum_difficulty: None }
    }

    /// These, and that no share may be asked for that is easier than this difficulty.
    #[must_use]
    pub fn with_minimum_difficulty(mut self, value: f64) -> Self {
        self.names.push(MINIMUM_DIFFICULTY.to_owned());
        self.minimum_difficulty = Some(value);
        self
    }
}

/// The name of BIP 310's extension for rolling version bits.
pub(crate) const VERSION_ROLLING: &str = "version-rolling";
/// The name of BIP 310's extension for the lowest difficulty a miner wants.
pub(crate) const MINIMUM_DIFFICULTY: &str = "minimum-difficulty";
/// The name of the extension that stands for `mining.extranonce.subscribe`.
pub(crate) const SUBSCRIBE_EXTRANONCE: &str = "subscribe-extranonce";

impl ToPool {
    /// Types a miner's call.
    ///
    /// # Errors
    /// [`BadParams`] for a known method whose parameters do not fit it.
    pub fn read(call: &Call<'_>) -> Result<Self, BadParams> {
        Ok(match call.method.as_str() {
            "mining.configure" => Self::Configure(read_configure(call)?),
            "mining.subscribe" => {
                let params = call.list("mining.subscribe")?;
                let text = |at: usize| params.get(at).and_then(|raw| wire::string(raw));
                Self::Subscribe { agent: text(0).unwrap_or_default(), session_id: text(1) }
            }
            "mining.authorize" => read_authorize(call)?,
            "mining.suggest_difficulty" => {
                let params = call.list("mining.suggest_difficulty")?;
                Self::SuggestDifficulty(params.first().and_then(|raw| wire::number(raw)))
            }
            "mining.suggest_target" => {
                let params = call.list("mining.suggest_target")?;
                Self::SuggestTarget(params.first().and_then(|raw| wire::string(raw)?.parse().ok()))
            }
            "mining.extranonce.subscribe" => Self::ExtranonceSubscribe,
            "mining.submit" => Self::Submit(Submit::read(call)?),
            "mining.ping" => Self::Ping,
            // An old spelling with the number in the name.
            method => match method.strip_prefix("mining.suggest_difficulty(").and_then(|rest| rest.strip_suffix(')')) {
                Some(number) => Self::SuggestDifficulty(number.trim().parse().ok()),
                None => Self::Unknown(method.to_owned()),
            },
        })
    }

    /// The line that carries it.
    #[must_use]
    pub fn to_line(&self, id: &Id) -> String {
        match self {
            Self::Configure(extensions) => call_line(id, "mining.configure", &extensions.params()),
            Self::Subscribe { agent, session_id: Some(session) } => {
                call_line(id, "mining.subscribe", &[agent, session])
            }
            Self::Subscribe { agent, session_id: None } if agent.is_empty() => {
                call_line(id, "mining.subscribe", &[(); 0])
            }
            Self::Subscribe { agent, session_id: None } => call_line(id, "mining.subscribe", &[agent]),
            Self::Authorize { user, password } => call_line(id, "mining.authorize", &(user, password)),
            Self::SuggestDifficulty(value) => {
                call_line(id, "mining.suggest_difficulty", &[value.map(wire::number_to_wire)])
            }
            Self::SuggestTarget(target) => {
                call_line(id, "mining.suggest_target", &[target.map(|target| target.to_string())])
            }
            Self::ExtranonceSubscribe => call_line(id, "mining.extranonce.subscribe", &[(); 0]),
            Self::Submit(submit) => call_line(id, "mining.submit", &submit.params()),
            Self::Ping => call_line(id, "mining.ping", &[(); 0]),
            Self::Unknown(method) => call_line(id, method, &[(); 0]),
        }
    }
}

fn read_authorize(call: &Call<'_>) -> Result<ToPool, BadParams> {
    const METHOD: &str = "mining.authorize";
    let params = call.list(METHOD)?;
    let user = params
        .first()
        .and_then(|raw| wire::string(raw))
        .ok_or(BadParams { method: METHOD, problem: "the user is not a text".to_owned() })?;
    let password = params.get(1).and_then(|raw| wire::string(raw)).unwrap_or_default();
    Ok(ToPool::Authorize { user, password: password.into() })
}

fn read_configure(call: &Call<'_>) -> Result<Extensions, BadParams> {
    const METHOD: &str = "mining.configure";
    let bad = |problem: &str| BadParams { method: METHOD, problem: problem.to_owned() };
    let params = call.list(METHOD)?;
    let names: Vec<String> = params
        .first()
        .and_then(|raw| serde_json::from_str(raw.get()).ok())
        .ok_or_else(|| bad("the extensions are not a list of names"))?;
    let options: BTreeMap<String, &RawValue> =
        params.get(1).and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    let option = |name: &str| options.get(name).copied().filter(|raw| !wire::is_null(raw));
    let mask = names.iter().any(|name| name == VERSION_ROLLING).then(|| match option("version-rolling.mask") {
        None => Ok(u32::MAX),
        Some(mask) => wire::string(mask).and_then(|text| hex::decode_u32(&text).ok()).ok_or(()),
    });
    let minimum_difficulty = option("minimum-difficulty.value").and_then(wire::number);
    Ok(Extensions { names, mask, minimum_difficulty })
}

impl Extensions {
    fn params(&self) -> impl Serialize {
        let mut options = BTreeMap::new();
        if let Some(Ok(mask)) = self.mask {
            options.insert("version-rolling.mask", wire::quoted(&format!("{mask:08x}")));
            options.insert("version-rolling.min-bit-count", wire::raw("2".to_owned()));
        }
        if let Some(value) = self.minimum_difficulty {
            options.insert("minimum-difficulty.value", wire::number_to_wire(value));
        }
        (self.names.clone(), options)
    }
}

impl Submit {
    fn read(call: &Call<'_>) -> Result<Self, BadParams> {
        const METHOD: &str = "mining.submit";
        let bad = |problem: String| BadParams { method: METHOD, problem };
        let params = call.list(METHOD)?;
        if params.len() < 5 {
            return Err(bad(format!("{} parameters instead of 5 or 6", params.len())));
        }
        let text = |at: usize, name: &str| {
            wire::string(params[at]).ok_or_else(|| bad(format!("{name} (parameter {at}) is not a text")))
        };
        let version_bits = match params.get(5) {
            Some(raw) if !wire::is_null(raw) => Some(text(5, "version bits")?),
            _ => None,
        };
        Ok(Self {
            user: text(0, "user")?,
            job_id: wire::job_id(params[1])
                .ok_or_else(|| bad("job id (parameter 1) is neither text nor number".to_owned()))?,
            extranonce2: text(2, "extranonce2")?,
            ntime: text(3, "ntime")?,
            nonce: text(4, "nonce")?,
            version_bits,
        })
    }

    fn params(&self) -> impl Serialize {
        let mut params = vec![wire::quoted(&self.user), wire::job_id_to_wire(&self.job_id)];
        params.extend([&self.extranonce2, &self.ntime, &self.nonce].map(|text| wire::quoted(text)));
        params.extend(self.version_bits.as_deref().map(wire::quoted));
        params
    }
}
