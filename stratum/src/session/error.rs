//! Why a session ends its connection.

use super::REFUSALS_LIMIT;
use super::answers::Answers;
use super::jobs::IssuedJobs;
use crate::line::TooLong;
use crate::message::LineError;

/// Why a connection is closed. None of them concerns anyone but this miner.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// A line beyond [`TooLong::limit`].
    #[error(transparent)]
    LineTooLong(#[from] TooLong),
    /// One line after the other that is no message.
    #[error("{lines} lines in a row were no messages, the last because {last}")]
    Garbage {
        /// How many.
        lines: u32,
        /// What was wrong with the last.
        last: LineError,
    },
    /// A TLS handshake on a plain port.
    #[error("speaks TLS on a plain port")]
    SpeaksTls,
    /// An HTTP request: a browser, or somebody who looks for open ports.
    #[error("speaks HTTP")]
    SpeaksHttp,
    /// It did not subscribe in time.
    #[error("did not subscribe in time")]
    NotSubscribed,
    /// It did not authorize in time.
    #[error("did not authorize in time")]
    NotAuthorized,
    /// A line was begun and not finished in time.
    #[error("began a line and did not finish it in time")]
    LineUnfinished,
    /// No accepted share for long.
    #[error("sent no acceptable share for too long")]
    Idle,
    /// More than it reads was written to it.
    #[error("does not read what is sent to it")]
    SlowReader,
    /// More requests than the owner answers.
    #[error("more than {} requests wait for an answer", Answers::MAX)]
    TooManyRequests,
    /// More shares under the jobs at hand than are remembered.
    #[error("more than {} shares under the present jobs: the difficulty is too low", IssuedJobs::MAX_SHARES)]
    TooManyShares,
    /// Nothing but refusals.
    #[error("sent {REFUSALS_LIMIT} shares in a row that had to be refused")]
    OnlyRefusals,
}
