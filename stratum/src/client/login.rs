//! Who logs in, where, and how long each thing may take.

use std::time::Duration;

use hashkit_chain::{Algorithm, Difficulty};

use super::jobs::LiveJobs;
use super::sent::Sent;
use crate::message::{Extensions, Password};

/// All that a connection needs to know beforehand.
#[derive(Debug, Clone, PartialEq)]
pub struct Login {
    /// The host from the configuration, without a port: where the pool may send us is judged by it.
    pub host: String,
    /// The login name, usually `account.rig` or an address.
    pub user: String,
    /// Anything, for most pools.
    pub password: Password,
    /// Program and version, `name/version`.
    pub agent: String,
    /// The session to resume, from [`super::Client::next_login`].
    pub session_id: Option<String>,
    /// What may be resumed of that session.
    pub(super) resumable: Option<Resumable>,
    /// What the pool's jobs are hashed with.
    pub algorithm: Algorithm,
    /// The difficulty to ask for.
    pub suggest: Option<Difficulty>,
    /// The lowest difficulty that the pool may ask for (BIP 310); few pools know the word.
    pub minimum: Option<Difficulty>,
    /// Whether the pool holds shares of the running job against a new difficulty at once; otherwise with the next job. A pool that
    /// turns out to do so is remembered by [`super::Client::next_login`].
    pub difficulty_at_once: bool,
    /// The version bits to ask for; 0 asks for none. No others are ever rolled, whatever the pool frees.
    pub version_mask: u32,
    /// Whether to ask for `mining.set_extranonce`. Some pools close the connection over it.
    pub extranonce_subscribe: bool,
    /// How long each thing may take.
    pub deadlines: Deadlines,
}

impl Login {
    /// Whether a pool that resumes the session may still take shares of the jobs that it has given.
    #[must_use]
    pub fn can_resume(&self) -> bool {
        self.resumable.is_some()
    }

    /// What `mining.configure` asks for; `None` where there is nothing to ask for.
    pub(super) fn extensions(&self) -> Option<Extensions> {
        let rolling = (self.version_mask != 0).then(|| Extensions::version_rolling(self.version_mask));
        match self.minimum {
            Some(minimum) => Some(rolling.unwrap_or_default().with_minimum_difficulty(minimum.value())),
            None => rolling,
        }
    }

    /// A login that asks for what most pools grant: version rolling where the algorithm's coins leave the bits free.
    #[must_use]
    pub fn new(host: &str, user: &str, password: &str, algorithm: Algorithm) -> Self {
        Self {
            host: host.to_owned(),
            user: user.to_owned(),
            password: password.into(),
            agent: concat!("hashkit/", env!("CARGO_PKG_VERSION")).to_owned(),
            session_id: None,
            resumable: None,
            algorithm,
            suggest: None,
            minimum: None,
            difficulty_at_once: false,
            version_mask: algorithm.free_version_bits(),
            extranonce_subscribe: false,
            deadlines: Deadlines::default(),
        }
    }
}

/// A session as its last connection left it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Resumable {
    pub(super) extranonce1: Vec<u8>,
    /// Of the extranonce2.
    pub(super) len: usize,
    pub(super) jobs: LiveJobs,
    pub(super) sent: Sent,
}

/// How long a pool may take before its connection is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// For subscription and authorization together, from the connection on.
    pub login: Duration,
    /// For the answer to a share, which then counts as lost.
    pub answer: Duration,
    /// For the rest of a line that has begun.
    pub line: Duration,
    /// Between two messages of any kind.
    pub silence: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { login: seconds(30), answer: seconds(60), line: seconds(60), silence: seconds(180) }
    }
}
