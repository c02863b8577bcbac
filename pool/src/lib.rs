//! The pool's side of mining: a node's templates in, jobs out over Stratum, shares checked by the judge, blocks back.

mod assembly;
mod files;
mod health;
mod node;
pub mod practice;
mod serve;
mod store;
mod watch;
mod work;

pub use files::{FewFiles, allow_connections};
pub use health::{ChainEvent, ChainHealth, NodeHealth, TipHealth};
pub use node::{AddressProblem, BlockHex, ChildAnswer, Credentials, Node, NodeError, SubmitAnswer};
pub use serve::{ChildChain, Door, Pool, PoolEvent, PoolEvents, PoolSettings, PoolStats, ShareVerdict, StartError};
pub use watch::Standing;
