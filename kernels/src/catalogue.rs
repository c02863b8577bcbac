//! What this machine can run.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use hashkit_chain::Algorithm;

use crate::blake2s::Blake2s;
use crate::blake3::{Blake3, Blake3d};
use crate::keccak_256::Keccak256;
use crate::kernel::{Kernel, KernelError};
use crate::sha3_256d::Sha3_256d;
use crate::sha512_256d::Sha512_256d;
use crate::simd::isa;
use crate::{scrypt, sha256d};

/// A kernel that this machine can run, not opened yet.
#[derive(Clone)]
pub struct KernelSpec {
    name: Cow<'static, str>,
    open: Arc<dyn Fn() -> Result<Box<dyn Kernel>, KernelError> + Send + Sync>,
}

impl fmt::Debug for KernelSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KernelSpec").field("name", &self.name).finish_non_exhaustive()
    }
}

impl KernelSpec {
    /// A kernel on the processor whose instructions were found.
    pub(crate) fn cpu(name: &'static str, open: impl Fn() -> Box<dyn Kernel> + Send + Sync + 'static) -> Self {
        Self { name: name.into(), open: Arc::new(move || Ok(open())) }
    }

    /// The name that its kernel will have.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens it, with memory of its own: each thread opens one.
    ///
    /// # Errors
    /// None for those of [`catalogue`]: their instructions were found when it was made.
    pub fn open(&self) -> Result<Box<dyn Kernel>, KernelError> {
        (self.open)()
    }
}

/// Every kernel for `algorithm` that this machine can run, the portable one first and what should be the fastest last;
/// empty for an algorithm that has no kernel. Processor features are detected here and nowhere else.
#[must_use]
pub fn catalogue(algorithm: Algorithm) -> Vec<KernelSpec> {
    match algorithm {
        Algorithm::Sha256d => sha256d::catalogue(),
        Algorithm::Scrypt => scrypt::catalogue(),
        Algorithm::Keccak256 => isa::catalogue::<Keccak256>(),
        Algorithm::Sha3_256d => isa::catalogue::<Sha3_256d>(),
        Algorithm::Blake2s => isa::catalogue::<Blake2s>(),
        Algorithm::Blake3 => isa::catalogue::<Blake3>(),
        Algorithm::Blake3d => isa::catalogue::<Blake3d>(),
        Algorithm::Sha512_256d => isa::catalogue::<Sha512_256d>(),
        _ => Vec::new(),
    }
}
