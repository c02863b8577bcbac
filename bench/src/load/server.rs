//! What a load costs the pool's own process, where that runs on this machine.

use serde::{Deserialize, Serialize};

use super::{LoadError, Plan};
use crate::machine::{ProcessUse, process};

/// What the pool's process took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Server {
    /// Bytes of memory that it held before the first connection.
    pub bytes_before: u64,
    /// Bytes more for each connection that came to a job: of few connections mostly chance.
    pub bytes_a_connection: f64,
    /// Its processor time while the connections came up, in seconds.
    pub login_s: f64,
    /// Its processor time for a thousand shares that were sent, in seconds; absent where none was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub s_a_thousand_shares: Option<f64>,
}

/// Looks at the process from stage to stage.
pub(super) struct Watched {
    number: u32,
    before: ProcessUse,
    up: Option<ProcessUse>,
}

impl Watched {
    /// The one that the plan names; `None` where it names none.
    pub(super) fn begin(plan: &Plan) -> Result<Option<Self>, LoadError> {
        let watch = |number: u32| {
            let before = process(number).ok_or(LoadError::NoServer(number))?;
            Ok(Self { number, before, up: None })
        };
        plan.server.map(watch).transpose()
    }

    /// All connections have come up, or failed.
    pub(super) fn arrived(&mut self) {
        self.up = process(self.number);
    }

    /// After the last share, with how many connections came up and how many shares were sent. `None` where the process has ended.
    pub(super) fn end(&self, connections: usize, shares: u64) -> Option<Server> {
        let (before, up, now) = (self.before, self.up?, process(self.number)?);
        Some(Server {
            bytes_before: before.resident,
            bytes_a_connection: (up.resident as f64 - before.resident as f64) / connections.max(1) as f64,
            login_s: up.time.saturating_sub(before.time).as_secs_f64(),
            s_a_thousand_shares: (shares > 0)
                .then(|| now.time.saturating_sub(up.time).as_secs_f64() * 1000.0 / shares as f64),
        })
    }
}
