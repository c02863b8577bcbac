//! The practice chain: a real block chain inside the process, and the front door of a node before it.
//!
//! It is a custom signet whose challenge is the single byte `51` (`OP_TRUE`), with real proof of work and Bitcoin's own rules
//! in plain Rust, so that a first run needs nothing installed and still proves something: every chain that it accepts,
//! Bitcoin Core accepts. What it does not have is a script engine: transactions may spend only the script that is always
//! true, in two wrappings, and everything else is refused with a word of its own.
//!
//! [`PracticeChain`] holds the rules, without clock or network; [`PracticeNode`] serves it over JSON-RPC, so that the same
//! client code mines on it and on a real node.

mod block;
mod chain;
mod check;
mod coins;
mod index;
mod method;
mod node;
mod notices;
mod profile;
mod refusal;
mod rpc;
mod script;
mod store;
mod template;
mod transaction;
mod wire;

pub use chain::{PracticeChain, Tip};
pub use node::{PracticeError, PracticeNode, PracticeSettings};
pub use profile::Profile;
pub use refusal::{Class, Refusal, Verdict};
pub use store::StoreError;
pub use template::TemplateError;
pub use wire::DecodeError;

#[cfg(test)]
mod tests;
