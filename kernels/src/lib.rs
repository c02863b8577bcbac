//! Fast searches for hits, each proved equal to the judge before it is used.
//!
//! The one idea is the [`Kernel`]: a pure function from a work and a target to its hits, exactly those that the judge in
//! `hashkit_chain` would find. [`catalogue()`] lists what this machine can run, and [`prove()`] holds a kernel against known
//! answers and the judge.

mod blake;
mod blake2s;
mod blake3;
mod catalogue;
mod generator;
mod gpu;
mod keccak;
mod keccak_256;
mod kernel;
mod prove;
#[cfg(feature = "randomx")]
pub mod randomx;
mod scrypt;
mod sha256;
mod sha256d;
mod sha3_256d;
mod sha512;
mod sha512_256d;
pub mod shader;
mod simd;
mod sweep;

pub use catalogue::{KernelSpec, catalogue};
pub use gpu::{
    AbsentApi, Batch, Found, Gpu, GpuKernel, GpuSpec, Host, HostError, SLOTS_IN_FLIGHT, absent_apis, gpus,
    may_have_gpus,
};
pub use kernel::{Hit, Kernel, KernelError, Memory, Pages};
pub use prove::{judged, prove};
