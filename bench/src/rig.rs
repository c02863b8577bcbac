//! The whole engine with real kernels, on a job like a pool's.

mod bare;
mod rate;
mod turning;

use std::time::Duration;

use hashkit_chain::{Algorithm, Coinbase, Hash, Job, Nbits, Ntime, Target, Version, sha256d};
use hashkit_kernels::{Kernel, KernelError, KernelSpec, prove};

pub use bare::BareLoop;
pub use rate::{Rates, rates, rates_of_one_and_many};
pub use turning::times_to_new_jobs;

/// Before a kernel alone is counted: batches have found their size by then.
pub(crate) const SETTLE: Duration = Duration::from_millis(300);

/// A job as pools give it for a full block: some 200 bytes of coinbase, a branch of twelve, 16 version bits free. Hits are
/// too rare to matter. Jobs of different numbers have different parents.
#[must_use]
pub fn practice_job(algorithm: Algorithm, number: u32) -> Job {
    // One hash in 2^64.
    let mut rare = [0xff; 32];
    rare[..8].fill(0);
    let hashes = |count: u8| (0..count).map(|index| sha256d(&[index])).collect::<Vec<Hash>>();
    Job {
        id: number.to_string().as_str().into(),
        algorithm,
        version: Version(0x2000_0000),
        version_mask: 0x1fff_e000,
        prev_hash: sha256d(&number.to_le_bytes()),
        coinbase: Coinbase { prefix: vec![1; 60], extranonce1: vec![2; 4], extranonce2_len: 8, suffix: vec![3; 128] },
        branch: hashes(12),
        nbits: Nbits(0x1702_c070),
        ntime: Ntime(1_760_000_000),
        last_ntime: Ntime(1_760_000_000),
        share_target: Target::from_be_bytes(rare),
    }
}

/// A kernel that may be timed: opened, and proved, because a wrong kernel gets no number.
///
/// # Errors
/// When it cannot be opened, or is wrong on this machine.
pub fn proved(spec: &KernelSpec, algorithm: Algorithm) -> Result<Box<dyn Kernel>, KernelError> {
    let mut kernel = spec.open()?;
    prove(&mut *kernel, algorithm)?;
    Ok(kernel)
}
