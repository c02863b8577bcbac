//! Fixed work: exactly so many hashes, and a checksum over all hits among them that is the same on every device and with any number
//! of threads.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use hashkit_chain::{Algorithm, Header, NonceRange, SearchSpace, Target, Version, Work};
use hashkit_kernels::{Kernel, KernelError};
use sha2::{Digest, Sha256};

use crate::rig::practice_job;

/// Versions that are searched together: as many on every device, whatever its kernel likes.
const VERSIONS: u8 = 16;
/// About one of so many hashes is a hit.
const RARE_BITS: u32 = 12;
/// The same of scrypt, of which a device does thousands of times fewer.
const RARE_BITS_OF_SCRYPT: u32 = 4;
/// Nonces that a thread takes at once.
const PIECE: u64 = 1 << 12;
const PIECE_OF_SCRYPT: u64 = 4;

/// The most hashes: all nonces of a header in all its versions.
pub const MOST: u64 = (VERSIONS as u64) << 32;

/// Opens the kernel of one thread.
pub type OpenKernel<'a> = &'a (dyn Fn() -> Result<Box<dyn Kernel>, KernelError> + Sync);

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exact {
    /// How many hashes were done: those asked for, up to a whole number of nonces.
    pub hashes: u64,
    /// How many of them are hits.
    pub hits: u64,
    /// SHA-256 over nonce, version and judged hash of each hit, in order.
    pub checksum: String,
}

/// Does at least `hashes` hashes, at most [`MOST`], on so many threads.
///
/// # Errors
/// Those of the kernel; [`KernelError::Wrong`] where the judge refuses a hit.
///
/// # Panics
/// When a kernel does.
pub fn exact(algorithm: Algorithm, hashes: u64, threads: usize, open: OpenKernel<'_>) -> Result<Exact, KernelError> {
    let is_dear = algorithm == Algorithm::Scrypt;
    let (bits, piece) = if is_dear { (RARE_BITS_OF_SCRYPT, PIECE_OF_SCRYPT) } else { (RARE_BITS, PIECE) };
    let target = target(bits);
    let work = SearchSpace::new(practice_job(algorithm, 0), 0).take(u64::MAX, VERSIONS).expect("a new job has work");
    let nonces = hashes.clamp(1, MOST).div_ceil(u64::from(VERSIONS));
    let (next, found) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let search = || {
        let mut kernel = open()?;
        loop {
            let first = next.fetch_add(piece, Ordering::Relaxed);
            let Some(start) = u32::try_from(first).ok().filter(|_| first < nonces) else { return Ok(()) };
            let part = work.clone().with_range(NonceRange::new(start, piece.min(nonces - first)));
            let hits = judged(algorithm, &part, &target, &mut *kernel)?;
            found.lock().unwrap_or_else(PoisonError::into_inner).extend(hits);
        }
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(search)).collect();
        running.into_iter().try_for_each(|thread| thread.join().expect("a kernel does not panic"))
    })?;
    let mut hits = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    hits.sort_unstable();
    let mut sum = Sha256::new();
    for (nonce, version, hash) in &hits {
        sum.update(nonce.to_le_bytes());
        sum.update(version.to_le_bytes());
        sum.update(hash);
    }
    let checksum = hashkit_chain::hex::encode(&sum.finalize());
    Ok(Exact { hashes: nonces * u64::from(VERSIONS), hits: hits.len() as u64, checksum })
}

/// The hits of a piece as the judge hashes them.
fn judged(
    algorithm: Algorithm,
    work: &Work,
    target: &Target,
    kernel: &mut dyn Kernel,
) -> Result<Vec<(u32, u32, [u8; 32])>, KernelError> {
    let hits = kernel.scan(work, target)?;
    let found = hits.len();
    let checked: Vec<_> = hits
        .into_iter()
        .filter_map(|hit| {
            let hash = algorithm.hash(&Header { nonce: hit.nonce, version: hit.version, ..*work.header() });
            let Version(version) = hit.version;
            target.is_met_by(&hash).then(|| (hit.nonce.0, version, *hash.as_internal()))
        })
        .collect();
    if checked.len() < found {
        let (kernel, case) = (kernel.name().to_owned(), "fixed work");
        return Err(KernelError::Wrong { kernel, case, expected: checked.len(), found });
    }
    Ok(checked)
}

/// The target that one of 2^`bits` hashes meets.
fn target(bits: u32) -> Target {
    let mut bytes = [0xff; 32];
    bytes[..8].copy_from_slice(&(u64::MAX >> bits).to_be_bytes());
    Target::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use hashkit_kernels::catalogue;

    use super::*;

    #[test]
    fn the_checksum_is_the_same_with_every_kernel_and_any_number_of_threads() {
        for (algorithm, hashes) in
            [(Algorithm::Sha256d, 300_000), (Algorithm::Blake3, 300_000), (Algorithm::Scrypt, 200)]
        {
            let specs = catalogue(algorithm);
            let first = exact(algorithm, hashes, 1, &|| specs[0].open()).expect("the portable kernel is right");
            assert!(first.hashes >= hashes && first.hashes < hashes + 16 && first.hits > 0, "{first:?}");
            for spec in &specs {
                for threads in [1, 3] {
                    let found = exact(algorithm, hashes, threads, &|| spec.open()).expect("it is right");
                    assert_eq!(found, first, "{} on {threads} threads", spec.name());
                }
            }
            let more = exact(algorithm, 2 * hashes, 2, &|| specs[0].open()).expect("the portable kernel is right");
            assert_ne!(more.checksum, first.checksum, "other work");
        }
    }
}
