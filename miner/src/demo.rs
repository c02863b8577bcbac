//! The demo: a practice node and a pool inside this process, with every part and protocol of real mining between them.

use hashkit_chain::{Algorithm, Difficulty, DifficultyError, Payout, Script};
use hashkit_pool::practice::{PracticeError, PracticeNode, PracticeSettings};
use hashkit_pool::{AddressProblem, Node, Pool, PoolSettings, StartError};

use crate::session::PoolAddress;

/// A practice node, and the pool that it feeds.
pub(crate) struct Demo {
    node: PracticeNode,
    pool: Pool,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    #[error(transparent)]
    Practice(#[from] PracticeError),
    #[error("the practice node's address is not understood: please report it")]
    Address(#[from] AddressProblem),
    #[error(transparent)]
    Difficulty(#[from] DifficultyError),
    #[error(transparent)]
    Pool(#[from] StartError),
}

impl Demo {
    /// Starts both on free ports of the loopback address.
    pub(crate) async fn start(algorithm: Algorithm) -> Result<Self, DemoError> {
        let node = PracticeNode::start(PracticeSettings { algorithm, ..PracticeSettings::default() }).await?;
        let settings = pool_settings(&node, algorithm)?;
        let pool = Pool::start(settings).await?;
        Ok(Self { node, pool })
    }

    /// Where the pool listens.
    pub(crate) fn pool(&self) -> PoolAddress {
        PoolAddress::plain(self.pool.local_addr().expect("a demo's pool listens"))
    }

    /// Ends both, the pool first, so that its last blocks arrive; gives the height that the chain has reached.
    pub(crate) async fn stop(self) -> u32 {
        self.pool.shutdown().await;
        let height = self.node.chain().tip().height;
        self.node.shutdown().await;
        height
    }
}

/// A pool on the practice chain, whose blocks pay anyone: its coins are worth nothing.
pub(crate) fn pool_settings(node: &PracticeNode, algorithm: Algorithm) -> Result<PoolSettings, DemoError> {
    let client = Node::new(&node.url(), node.credentials())?;
    let mut payout = Payout::to(Script::anyone());
    payout.tag = b"hashkit demo".to_vec();
    Ok(PoolSettings::new(client, payout, algorithm, practice_difficulty(algorithm)?))
}

/// About half of the practice chain's first difficulty: two shares a block.
pub(crate) fn practice_difficulty(algorithm: Algorithm) -> Result<Difficulty, DifficultyError> {
    match algorithm {
        Algorithm::Scrypt => Difficulty::new(0.008),
        // The same number of hashes, whatever the algorithm's difficulty 1.
        _ => Ok(Difficulty::of_target(Difficulty::new(0.0005)?.to_target(Algorithm::Sha256d), algorithm)),
    }
}
