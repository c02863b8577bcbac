//! What a session tells its owner, and how the owner refuses.

use std::fmt;

use hashkit_chain::{Difficulty, Solution};

use super::RequestId;
use crate::message::{Cause, Password};

/// What a miner wants.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "submits are what a session is about, and each is moved twice")]
pub enum SessionEvent {
    /// To begin. Answer with [`super::Session::welcome`].
    Subscribe {
        /// Program and version, cleaned; may be empty.
        agent: String,
        /// The session that it would resume. Of no known form: an id that nobody knows means a new session.
        session_id: Option<String>,
    },
    /// To mine as this user. Answer with [`super::Session::accept`] or [`super::Session::refuse`].
    Authorize {
        /// For the answer.
        id: RequestId,
        /// Printable, at most 256 bytes; quotes and the like are in it as they came.
        user: String,
        /// As it came; may be empty. Options such as `d=512` stand here.
        password: Password,
    },
    /// Another difficulty. Answer, if at all, with [`super::Session::set_difficulty`] and a job.
    Suggest {
        /// What it asks for.
        difficulty: Difficulty,
    },
    /// Never to be given less than this difficulty.
    MinimumDifficulty {
        /// What it asks for.
        difficulty: Difficulty,
    },
    /// A share that is right in form and new. Judge it, then answer with [`super::Session::accept`] or
    /// [`super::Session::refuse`].
    Submit {
        /// For the answer.
        id: RequestId,
        /// An authorized user.
        user: String,
        /// The claim, under the job as it was sent: its target is that of the difficulty it was sent with.
        solution: Solution,
        /// Whether its job still counts.
        standing: Standing,
    },
    /// A share that the session itself has refused, before anybody hashed it. For the books: it is answered.
    Refused {
        /// As the miner wrote it, cleaned; not necessarily an authorized one.
        user: String,
        /// Why.
        refusal: Refusal,
    },
    /// The miner's name and version, cleaned, after [`super::Session::ask_version`].
    Version(String),
}

/// Whether the job of a share still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Live,
    /// A clean job with the same parent has replaced it: a block is still a block, anything less is stale.
    Replaced,
}

/// Why something is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// For the reason given (20).
    Other(String),
    /// The job has been replaced (21).
    Stale,
    /// The job was never sent to this connection (21).
    UnknownJob,
    /// Sent before (22).
    Duplicate,
    /// Above the share target (23).
    LowDifficulty,
    /// The user is not authorized on this connection (24).
    Unauthorized,
    /// The connection has not subscribed (25).
    NotSubscribed,
}

impl Refusal {
    /// The number on the wire.
    #[must_use]
    pub fn code(&self) -> i64 {
        match self {
            Self::Other(_) => Cause::Other,
            Self::Stale | Self::UnknownJob => Cause::JobNotFound,
            Self::Duplicate => Cause::Duplicate,
            Self::LowDifficulty => Cause::LowDifficulty,
            Self::Unauthorized => Cause::Unauthorized,
            Self::NotSubscribed => Cause::NotSubscribed,
        }
        .code()
    }
}

/// The words on the wire, as most pools write them.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Other(reason) => reason,
            Self::Stale => "Stale",
            Self::UnknownJob => "Job not found",
            Self::Duplicate => "Duplicate share",
            Self::LowDifficulty => "Low difficulty share",
            Self::Unauthorized => "Unauthorized worker",
            Self::NotSubscribed => "Not subscribed",
        })
    }
}
