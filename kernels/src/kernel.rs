//! What every kernel is, whatever it runs on.

use hashkit_chain::{Algorithm, Nonce, Target, Version, Work};

/// A nonce whose hash meets the target, in one of the work's versions.
///
/// Hits are ordered by nonce and, under one nonce, by version as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// The nonce.
    pub nonce: Nonce,
    /// The version of the header under which it was found.
    pub version: Version,
}

/// A search for hits on one kind of silicon, for one algorithm: a pure function without clock, thread or stop flag.
pub trait Kernel: Send {
    /// The algorithm and the way it is computed, `sha256d/avx512` for one.
    fn name(&self) -> &str;

    /// How many versions of a header it likes to search together, 1 to 64: 1, or more where a hash gets cheaper by it.
    /// It takes any number.
    fn versions(&self) -> u8;

    /// How many nonces go together, 1 or more: a range that is a whole multiple of it, and begins at one, leaves no lane empty.
    /// It takes any range.
    fn granularity(&self) -> u32 {
        1
    }

    /// The memory that it works in, where it needs so much that the kind of pages may matter.
    fn memory(&self) -> Option<Memory> {
        None
    }

    /// Every version and nonce of `work` whose hash meets `target`, each once, ascending in the order of [`Hit`]: exactly
    /// what the judge would find. Whoever calls it keeps the range short, because nothing interrupts it.
    ///
    /// # Errors
    /// [`KernelError::OtherAlgorithm`] for a work whose header is hashed in another way.
    fn scan(&mut self, work: &Work, target: &Target) -> Result<Vec<Hit>, KernelError>;
}

/// The memory that one opened kernel works in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// How many bytes it has taken of the system.
    pub bytes: usize,
    /// What they lie in, as far as the kernel knows.
    pub pages: Pages,
}

/// What memory lies in. Larger pages need fewer translations of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// Huge pages out of those that the system's administrator has set aside.
    Reserved,
    /// The system was asked to make huge pages of them; it may have done so, and says it nowhere but in `/proc/self/smaps`.
    Requested,
    /// Pages of the usual size.
    Ordinary,
}

/// Why a kernel gives no hits, or is not to be trusted with a search.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KernelError {
    /// The work belongs to another algorithm.
    #[error("kernel {kernel} can not search a {algorithm} job: open one from the catalogue of {algorithm}")]
    OtherAlgorithm {
        /// The kernel that was asked.
        kernel: String,
        /// How the work's headers are hashed.
        algorithm: Algorithm,
    },
    /// The kernel answered a known search wrongly.
    #[error(
        "kernel {kernel} fails its proof on {case}: {found} hits instead of {expected}, or others: \
         the processor or its clock is at fault, or the program; use another kernel"
    )]
    Wrong {
        /// The kernel under proof.
        kernel: String,
        /// The search that it got wrong, in words.
        case: &'static str,
        /// How many hits there are.
        expected: usize,
        /// How many it found.
        found: usize,
    },
    /// The silicon gives no answer.
    #[error("kernel {kernel} gives no answer ({reason}): check the card's driver, power and temperature")]
    Lost {
        /// The kernel that was asked.
        kernel: String,
        /// What its driver says.
        reason: String,
    },
}

/// The check that opens every scan.
pub(crate) fn expect_algorithm(kernel: &str, algorithm: Algorithm, work: &Work) -> Result<(), KernelError> {
    let found = work.job().algorithm;
    if found == algorithm {
        Ok(())
    } else {
        Err(KernelError::OtherAlgorithm { kernel: kernel.to_owned(), algorithm: found })
    }
}
