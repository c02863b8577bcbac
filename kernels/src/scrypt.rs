//! The kernels of scrypt with N = 1024, r = 1, p = 1.

mod mix;
mod pbkdf2;

use hashkit_chain::{Algorithm, Hash, Header, Target, Version, Work};

use crate::catalogue::KernelSpec;
use crate::kernel::{Hit, Kernel, KernelError, expect_algorithm};
use mix::Scratch;

/// What this machine can run.
pub(crate) fn catalogue() -> Vec<KernelSpec> {
    vec![KernelSpec::cpu(Portable::NAME, || Box::new(Portable { scratch: Scratch::new() }))]
}

/// One header after the other.
struct Portable {
    scratch: Scratch,
}

impl Portable {
    const NAME: &str = "scrypt/portable";

    /// RFC 7914 section 6, with the header as password and as salt.
    fn hash(&mut self, header: &Header) -> Hash {
        let header = header.to_bytes();
        let key = pbkdf2::Key::new(&header);
        let mut block = key.expand(&header);
        self.scratch.mix(&mut block);
        Hash::from_internal(key.condense(&block))
    }
}

impl Kernel for Portable {
    fn name(&self) -> &str {
        Self::NAME
    }

    fn versions(&self) -> u8 {
        1
    }

    fn scan(&mut self, work: &Work, target: &Target) -> Result<Vec<Hit>, KernelError> {
        expect_algorithm(Self::NAME, Algorithm::Scrypt, work)?;
        let mut hits = Vec::new();
        for nonce in work.range().iter() {
            for &version in work.versions().as_slice() {
                let version = Version(version);
                if target.is_met_by(&self.hash(&Header { version, nonce, ..*work.header() })) {
                    hits.push(Hit { nonce, version });
                }
            }
        }
        hits.sort_unstable();
        Ok(hits)
    }
}
