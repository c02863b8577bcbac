//! Which kernel a program of `bin/` shall measure, and the words it was started with.

use std::str::FromStr;

use hashkit_chain::Algorithm;
use hashkit_kernels::{KernelSpec, catalogue};

use crate::rig::BareLoop;

/// A kernel of this machine.
#[derive(Debug, Clone)]
pub struct Choice {
    algorithm: Algorithm,
    spec: KernelSpec,
    versions: u8,
}

impl Choice {
    /// The kernel of a name like `sha256d/avx512`, over so many versions of a header (at most 64); 0 means as many as it likes.
    ///
    /// # Errors
    /// A text that names the kernels there are.
    pub fn named(name: &str, versions: u8) -> Result<Self, String> {
        let all = || {
            Algorithm::ALL
                .iter()
                .flat_map(|&algorithm| catalogue(algorithm).into_iter().map(move |spec| (algorithm, spec)))
        };
        let found = all().find(|(_, spec)| spec.name() == name);
        let Some((algorithm, spec)) = found else {
            let names: Vec<_> = all().map(|(_, spec)| spec.name().to_owned()).collect();
            return Err(format!("this machine has no kernel {name:?}; it has {}", names.join(", ")));
        };
        if versions > 64 {
            return Err(format!("a kernel searches at most 64 versions together, not {versions}"));
        }
        Ok(Self { algorithm, spec, versions })
    }

    /// The kernel's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.spec.name()
    }

    /// The kernel in a loop, with memory of its own, its batches at their size.
    ///
    /// # Errors
    /// A text, when it cannot be opened or is wrong on this machine.
    pub fn open(&self) -> Result<BareLoop, String> {
        let mut kernel =
            BareLoop::open(&self.spec, self.algorithm, 0, self.versions).map_err(|error| error.to_string())?;
        // By then batches have their size, and the processor has the clock that it keeps under these instructions.
        let began = std::time::Instant::now();
        kernel.rate(crate::rig::SETTLE, || began.elapsed()).map_err(|error| error.to_string())?;
        Ok(kernel)
    }
}

/// The words a program was started with, its own name aside.
#[derive(Debug)]
pub struct Words(std::vec::IntoIter<String>);

impl Words {
    /// Those of this program.
    #[must_use]
    pub fn of_this_program() -> Self {
        Self(std::env::args().skip(1).collect::<Vec<_>>().into_iter())
    }

    /// The value behind a flag.
    ///
    /// # Errors
    /// A text, when it is missing or of another kind.
    pub fn value<T: FromStr>(&mut self, flag: &str) -> Result<T, String> {
        let word = self.0.next().ok_or_else(|| format!("{flag} needs a value"))?;
        word.parse().map_err(|_| format!("{flag} can not be {word:?}"))
    }

    /// All that follow.
    #[must_use]
    pub fn rest(self) -> Vec<String> {
        self.0.collect()
    }
}

impl Iterator for Words {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        self.0.next()
    }
}
