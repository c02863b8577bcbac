//! Why a pool is left. Each message names the pool, the cause and the next step.

use std::io;
use std::time::Duration;

use hashkit_chain::Algorithm;
use hashkit_stratum::ProtocolError;

use super::connect::ConnectError;
use super::expect::Unexpected;
use super::health::Suspicion;

/// The end of a connection that nobody asked for; `pool` is `host:port`.
#[derive(Debug, thiserror::Error)]
pub(super) enum Leave {
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(
        "{pool} closed the connection without an answer: check that the port is the pool's plain Stratum V1 port; a TLS \
         port may look like this"
    )]
    ClosedUnanswered { pool: String },
    #[error(
        "{pool} closed the connection before the login was done: check --user, and what the pool says of its ports"
    )]
    ClosedBeforeLogin { pool: String },
    #[error("{pool} closed the connection: it may be restarting")]
    Closed { pool: String },
    #[error("the connection to {pool} broke ({source}): check the network if it happens again")]
    Broken { pool: String, source: io::Error },
    #[error("{pool} refuses the login of {user} ({reason}): check --user and --pass")]
    LoginRefused { pool: String, user: String, reason: String },
    #[error("{pool} looks like a TLS port: write stratum+tls://{pool}")]
    SpeaksTls { pool: String },
    #[error("{pool} {source}")]
    Protocol { pool: String, source: ProtocolError },
    #[error("{pool} {why}, and was given {} s more: it is overloaded or down", .suspect.as_secs_f64())]
    Dead { pool: String, why: Suspicion, suspect: Duration },
    #[error("{pool} is not mined on: {why}; check --expect-address, and ask the pool")]
    Unexpected { pool: String, why: Unexpected },
    #[error("no device is left that hashes {algorithm} for {pool}: see above what became of them")]
    WithoutDevices { pool: String, algorithm: Algorithm },
    #[error("{pool} has taken no bytes for {} s: it is overloaded or down", .limit.as_secs_f64())]
    Stuck { pool: String, limit: Duration },
}

impl Leave {
    /// The client's own reason, with the pool's name.
    pub(super) fn protocol(pool: &str, source: ProtocolError) -> Self {
        let pool = pool.to_owned();
        match source {
            ProtocolError::SpeaksTls => Self::SpeaksTls { pool },
            source => Self::Protocol { pool, source },
        }
    }
}
