//! What a pool is told at its start.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use hashkit_chain::{Algorithm, Difficulty, Payout, Target};

use super::merge::ChildChain;
use crate::node::Node;

/// Everything that a pool is told at its start.
#[derive(Debug, Clone)]
pub struct PoolSettings {
    /// Where templates come from and blocks go to, in the order of preference; at least one.
    pub nodes: Vec<Node>,
    /// The folder in which found blocks are kept, so that no crash loses one; `None` keeps none.
    pub blocks: Option<PathBuf>,
    /// Child chains that are mined along, with merged mining; none by default.
    pub children: Vec<ChildChain>,
    /// Whom blocks pay.
    pub payout: Payout,
    /// The node's proof of work; it does not say.
    pub algorithm: Algorithm,
    /// The address to listen on; with port 0 the system chooses one, see [`crate::Pool::local_addr`]. `None` opens no port:
    /// then miners come through [`crate::Pool::door`] alone.
    pub listen: Option<SocketAddr>,
    /// The difficulty of a connection that suggests none. Never above the network's: a block is always a share.
    pub difficulty: Difficulty,
    /// No share is easier than this, even where a block is. `None` for real chains: there a share must never be harder than a
    /// block. On a regtest, whose blocks take two hashes, it keeps fast devices from burying the node under blocks.
    pub easiest: Option<Difficulty>,
    /// What a suggestion is clamped to. By default it can only raise the difficulty, or anybody could flood the pool.
    pub suggested: RangeInclusive<Difficulty>,
    /// The version bits that miners may roll, as far as algorithm and chain leave them free; 0 for none.
    pub version_mask: u32,
    /// How many connections are served at a time.
    pub connections: usize,
    /// How long to wait at the start for a node that is not ready.
    pub node_patience: Duration,
}

impl PoolSettings {
    /// The usual settings on a free port of the loopback address.
    #[must_use]
    pub fn new(node: Node, payout: Payout, algorithm: Algorithm, difficulty: Difficulty) -> Self {
        Self {
            nodes: vec![node],
            blocks: None,
            children: Vec::new(),
            payout,
            algorithm,
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 0))),
            difficulty,
            easiest: None,
            suggested: difficulty..=Difficulty::of_target(Target::ZERO, algorithm),
            version_mask: algorithm.free_version_bits(),
            connections: 1000,
            node_patience: Duration::from_secs(10),
        }
    }
}
