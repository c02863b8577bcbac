//! The program as its users meet it: each test runs the real binary and looks at its output, its words and its exit code.

mod bench;
mod devices;
mod emulate;
mod frame;
mod hash;
mod header;
mod help;
mod mine;
#[cfg(feature = "randomx")]
mod randomx;
mod run;
mod tune;
