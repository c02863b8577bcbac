//! A pool inside this process that this process mines on: a demo's, or the one of a solo miner.

use std::time::Duration;

use hashkit_pool::{Pool, PoolEvents};
use tokio::time::timeout;

use crate::demo::Demo;

/// How long the demo's pool may take to bring the last blocks home; the chain lies beside it.
const DEMO_END: Duration = Duration::from_millis(300);
/// How long a solo miner's nodes may take to answer for the last blocks; until then they are on disk.
const SOLO_END: Duration = Duration::from_secs(2);

/// A pool inside this process.
pub(crate) enum Inside {
    /// On the practice chain.
    Demo(Demo),
    /// On the user's own nodes.
    Solo(Pool),
}

impl Inside {
    /// What the nodes say, where they are the user's own; a demo's only repeats what the shares tell.
    pub(crate) fn events(&self) -> Option<PoolEvents> {
        match self {
            Self::Demo(_) => None,
            Self::Solo(pool) => Some(pool.events()),
        }
    }

    /// Asks the user's nodes for a new template now; a demo's chain has nothing new.
    pub(crate) fn renew(&self) {
        if let Self::Solo(pool) = self {
            pool.renew();
        }
    }

    /// Ends it once the last blocks are home, or after some time; gives the height that a demo's chain has reached.
    pub(crate) async fn stop(self) -> Option<u32> {
        match self {
            Self::Demo(demo) => timeout(DEMO_END, demo.stop()).await.ok(),
            Self::Solo(pool) => {
                if timeout(SOLO_END, pool.shutdown()).await.is_err() {
                    tracing::warn!(
                        "ended before every block was answered for: those left are offered at the next start"
                    );
                }
                None
            }
        }
    }
}
