//! The way into a pool for miners of the same process: the protocol of all others, over a pipe in memory.

use std::fmt;
use std::sync::Arc;

use tokio::io::{DuplexStream, duplex};

use super::{Shared, connection};

/// What either end may have written before the other has read it: some hundred lines.
const PIPE: usize = 32 * 1024;

/// Opens connections to a pool without a port. Cheap to clone; after the pool has closed, a new connection ends at once.
#[derive(Clone)]
pub struct Door {
    shared: Arc<Shared>,
}

impl Door {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The miner's end of a new connection. `peer` names it in events.
    #[must_use]
    pub fn open(&self, peer: &str) -> DuplexStream {
        let (ours, theirs) = duplex(PIPE);
        self.shared.spawn(connection::serve(Arc::clone(&self.shared), ours, peer.to_owned()));
        theirs
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door")
    }
}
