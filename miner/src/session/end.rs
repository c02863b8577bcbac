//! How a connection ends, and how it is wound down when that is our own will.

use std::time::Duration;

use tokio::time::Instant;

use super::Ended;
use super::leave::Leave;

/// How a connection ended.
pub(super) enum End {
    /// For this reason.
    Left(Leave),
    /// The pool asked to connect elsewhere after a pause: to another host, another port, or the same again.
    Moved { host: Option<String>, port: Option<u16>, wait: Duration },
    /// The pool of this index stands before this one, and gives work again.
    Preferred(usize),
    /// The session ends.
    Over(Ended),
}

impl From<Leave> for End {
    fn from(leave: Leave) -> Self {
        Self::Left(leave)
    }
}

/// The connection is about to end by our own will.
pub(super) struct WindingDown {
    pub(super) why: Why,
    pub(super) until: Instant,
    /// When the devices will have reported all that they found; sooner where the engine says so.
    pub(super) reported_at: Instant,
}

/// Why a connection is wound down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Over(Ended),
    Preferred(usize),
}

impl From<Why> for End {
    fn from(why: Why) -> Self {
        match why {
            Why::Over(ended) => Self::Over(ended),
            Why::Preferred(index) => Self::Preferred(index),
        }
    }
}
