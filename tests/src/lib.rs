//! What the whole-path scenarios share: the program under test, pools and clients that are not ours, and a plain
//! word on what may be skipped. The scenarios themselves are the files that `tests/Cargo.toml` lists.

pub mod daemon;
pub mod emulated;
pub mod faults;
pub mod forwarder;
pub mod mining;
pub mod monerod;
pub mod peers;
pub mod practice_pool;
pub mod program;
pub mod ptx;
mod require;
pub mod scripted_node;
pub mod scripted_pool;
pub mod scripted_rpc;
pub mod served;
pub mod shaders;
pub mod tls_front;
pub mod tools;

pub use require::left_out;
