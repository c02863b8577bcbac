//! What all searches under one key share.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use hashkit_chain::randomx::Key;
use memmap2::MmapMut;

use super::library::{Allocation, Cache, Dataset, Flags, Source};
use crate::kernel::{Memory, Pages};

/// How much memory is spent for speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// 256 MiB: for checking, some ten hashes a second and thread.
    Light,
    /// 2080 MiB: for mining, some ten times as fast.
    Fast,
}

/// Which pages the memory is asked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// Huge ones, and those that the system grants.
    Huge,
    /// Those of the system's usual size.
    Small,
}

/// What a key unfolds to, filled and ready to be read by any number of searches; cheap to clone.
#[derive(Clone)]
pub struct KeyMemory {
    pub(super) source: Source,
    pub(super) flags: Flags,
    key: Key,
    mode: Mode,
    pages: Pages,
}

/// Why there is no memory to search with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the system gave no {mebibytes} MiB for {what} of RandomX: {advice}")]
pub struct MemoryError {
    /// How much was asked for.
    pub mebibytes: u64,
    /// For what.
    pub what: &'static str,
    /// The next step.
    pub advice: &'static str,
}

impl Mode {
    /// What a memory of this mode takes for good, in bytes; every search takes 2 MiB more.
    #[must_use]
    pub fn bytes(self) -> u64 {
        match self {
            Self::Light => 256 << 20,
            Self::Fast => Dataset::len() as u64,
        }
    }

    /// What it takes at most, while it is being filled, in bytes.
    #[must_use]
    pub fn peak_bytes(self) -> u64 {
        match self {
            Self::Light => self.bytes(),
            Self::Fast => self.bytes() + Self::Light.bytes(),
        }
    }
}

/// `light` and `fast`.
impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Light => "light",
            Self::Fast => "fast",
        })
    }
}

impl KeyMemory {
    /// Allocates and fills the memory for `key`, in fast mode by `threads` threads, which share its some 70 core-seconds of work.
    /// They run where the calling thread may run, and whatever they first write to lies in their node's memory.
    ///
    /// # Errors
    /// [`MemoryError`] when the system does not give it.
    pub fn fill(key: &Key, mode: Mode, ask: Ask, threads: NonZeroUsize) -> Result<Self, MemoryError> {
        let flags = flags();
        let cache = in_pages(flags, ask, |flags| Cache::new(flags, key.as_bytes()));
        let (cache, cache_pages) = cache.ok_or(MemoryError {
            mebibytes: Mode::Light.bytes() >> 20,
            what: "the cache",
            advice: "close other programs, or raise the limit of this one",
        })?;
        let (source, pages) = match mode {
            Mode::Light => (Source::Cache(Arc::new(cache)), cache_pages),
            Mode::Fast => {
                let (dataset, pages) = dataset(&cache, flags, ask, threads)?;
                (Source::Dataset(Arc::new(dataset)), pages)
            }
        };
        Ok(Self { source, flags, key: key.clone(), mode, pages })
    }

    /// What is hashed under.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// How much is spent for speed.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// How much was taken of the system, and in what pages.
    #[must_use]
    pub fn memory(&self) -> Memory {
        let bytes = usize::try_from(self.mode.bytes()).unwrap_or(usize::MAX);
        Memory { bytes, pages: self.pages }
    }
}

impl fmt::Debug for KeyMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, mode, pages, .. } = self;
        f.debug_struct("KeyMemory").field("key", key).field("mode", mode).field("pages", pages).finish_non_exhaustive()
    }
}

/// How the library works fastest here.
fn flags() -> Flags {
    let best = Flags::of_this_processor();
    // A hardened system lets no process run what it has written; the library would jump into it all the same.
    let may_compile = MmapMut::map_anon(1).and_then(MmapMut::make_exec).is_ok();
    let best = if may_compile { best } else { best.without(Flags::COMPILED) };
    // These let no page be writable and executable at the same time.
    if cfg!(any(target_os = "openbsd", target_os = "netbsd")) { best.with(Flags::SECURE) } else { best }
}

/// In reserved huge pages if they are asked for and granted, else in small ones.
pub(super) fn in_pages<T>(flags: Flags, ask: Ask, allocate: impl Fn(Flags) -> Option<T>) -> Option<(T, Pages)> {
    let reserved = || Some((allocate(flags.with(Flags::LARGE_PAGES))?, Pages::Reserved));
    let small = || Some((allocate(flags)?, Pages::Ordinary));
    match ask {
        Ask::Huge => reserved().or_else(small),
        Ask::Small => small(),
    }
}

fn dataset(cache: &Cache, flags: Flags, ask: Ask, threads: NonZeroUsize) -> Result<(Dataset, Pages), MemoryError> {
    let allocated = in_pages(flags, ask, Allocation::new).ok_or(MemoryError {
        mebibytes: Mode::Fast.bytes() >> 20,
        what: "the dataset",
        advice: "close other programs, or choose light mode, which needs 256 MiB",
    })?;
    let (mut allocation, mut pages) = allocated;
    if ask == Ask::Huge && pages == Pages::Ordinary && allocation.request_huge_pages() {
        pages = Pages::Requested;
    }
    let dataset = allocation.filled(cache, |filling| {
        thread::scope(|scope| {
            for _ in 1..threads.get() {
                // Where no more threads are to be had, those that run fill all of it.
                let _ = thread::Builder::new().spawn_scoped(scope, || filling.work());
            }
            filling.work();
        });
    });
    Ok((dataset, pages))
}
