//! Why a client gives its connection up.

use std::time::Duration;

use crate::line::TooLong;
use crate::message::{LineError, Refused, SubscribeError};

/// Why a connection is given up. The session goes on elsewhere; whoever reports it adds the pool's name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// A line beyond [`TooLong::limit`].
    #[error("{0}, so this is no Stratum pool: check host and port")]
    LineTooLong(#[from] TooLong),
    /// One line after the other that is no message.
    #[error("sends no Stratum: {lines} lines in a row were no messages, the last because {last}: check host and port")]
    Garbage {
        /// How many.
        lines: u32,
        /// What was wrong with the last.
        last: LineError,
    },
    /// It answers in TLS records.
    #[error("speaks TLS on this port: use the pool's plain port")]
    SpeaksTls,
    /// It answers in HTTP.
    #[error("is a web server on this port: look up the pool's Stratum port")]
    SpeaksHttp,
    /// `mining.subscribe` was refused, with the agent and without.
    #[error("refused the subscription: {0}: check that the port belongs to this algorithm")]
    SubscribeRefused(Refused),
    /// The subscription's answer cannot be used.
    #[error("answered the subscription, but {0}: report it to the pool")]
    Subscribe(#[from] SubscribeError),
    /// Nothing came in answer to `mining.subscribe`.
    #[error("accepted the connection but did not answer the subscription within {} s: check the port, or try later", .0.as_secs())]
    SubscribeUnanswered(Duration),
    /// Nothing came in answer to `mining.authorize`.
    #[error("did not answer the login within {} s: try later", .0.as_secs())]
    AuthorizeUnanswered(Duration),
    /// A line was begun and not finished.
    #[error("began a line and did not finish it within {} s", .0.as_secs())]
    LineUnfinished(Duration),
    /// Nothing came at all.
    #[error("has been silent for {} s", .0.as_secs())]
    Silent(Duration),
}
