//! The pool's side of mining: a node's templates in, jobs out over Stratum, shares checked by the judge, blocks back.

mod node;
pub mod practice;

pub use node::{AddressProblem, Credentials, Node, NodeError, SubmitAnswer};
