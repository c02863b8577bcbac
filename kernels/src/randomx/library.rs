//! The C interface of RandomX's reference library, behind types that keep its rules.
//!
//! The crate `randomx-rs` builds the library from source and links it. Its own Rust interface is not used here: it can neither
//! share a dataset between threads nor fill one in several. Source of what is promised below: `randomx.h` of version 1.2.
#![expect(unsafe_code, reason = "calls a C interface")]

use std::ffi::{c_int, c_uint, c_ulong, c_void};
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

// Links the library.
use randomx_rs as _;

/// Ways in which the library may work: bits of its `randomx_flags`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Flags(c_uint);

impl Flags {
    pub(super) const LARGE_PAGES: Self = Self(1);
    pub(super) const FULL_MEMORY: Self = Self(4);
    pub(super) const COMPILED: Self = Self(8);
    /// Compiled programs are never writable and executable at the same time.
    pub(super) const SECURE: Self = Self(16);

    /// What suits this processor: AES instructions, compiled programs, vectors for filling the cache.
    pub(super) fn of_this_processor() -> Self {
        // SAFETY: reads what the processor can do, and nothing else.
        Self(unsafe { randomx_get_flags() })
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// 256 MiB that a key unfolds to.
pub(super) struct Cache(NonNull<RawCache>);

// SAFETY: after `new` the library only reads a cache, from any number of threads; it belongs to no thread.
unsafe impl Send for Cache {}
// SAFETY: as above.
unsafe impl Sync for Cache {}

impl Cache {
    /// Allocates and fills it; none where the memory is not to be had. Takes some tenths of a second.
    pub(super) fn new(flags: Flags, key: &[u8]) -> Option<Self> {
        // SAFETY: any flags are legal; the answer is null or a cache that is ours.
        let cache = Self(NonNull::new(unsafe { randomx_alloc_cache(flags.0) })?);
        // SAFETY: the cache is live and not shared yet; the key is `len` bytes that are only read.
        unsafe { randomx_init_cache(cache.0.as_ptr(), key.as_ptr().cast(), key.len()) };
        Some(cache)
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // SAFETY: the cache is ours and this is the last use; machines that read it hold it by an `Arc`.
        unsafe { randomx_release_cache(self.0.as_ptr()) };
    }
}

/// 2080 MiB that a cache unfolds to, all of it filled.
pub(super) struct Dataset(Allocation);

/// A dataset's memory before it is filled.
pub(super) struct Allocation {
    raw: NonNull<RawDataset>,
    /// The huge page in which it ends, where it lies in reserved ones.
    last_page: Option<NonNull<c_void>>,
}

// SAFETY: whoever holds a filled dataset only reads it; it belongs to no thread.
unsafe impl Send for Dataset {}
// SAFETY: as above.
unsafe impl Sync for Dataset {}

/// A dataset that is being filled, by any number of threads at once.
pub(super) struct Filling<'a> {
    raw: NonNull<RawDataset>,
    cache: &'a Cache,
    next: AtomicU32,
}

// SAFETY: each item is written by the one thread that has taken it off `next`.
unsafe impl Sync for Filling<'_> {}

impl Dataset {
    /// The size of a huge page that Linux reserves on the processors that have them.
    const HUGE_PAGE: usize = 2 << 20;
    /// The length of an item in bytes.
    const ITEM: usize = 64;

    /// How many items it has.
    fn items() -> u32 {
        // SAFETY: gives a constant of the library.
        let count = unsafe { randomx_dataset_item_count() };
        u32::try_from(count).expect("the library has 34078719 items")
    }

    /// Its length in bytes.
    pub(super) fn len() -> usize {
        Self::items() as usize * Self::ITEM
    }
}

impl Allocation {
    /// Asks for the memory, in huge pages that were reserved before if `flags` say so; none where it is not to be had.
    pub(super) fn new(flags: Flags) -> Option<Self> {
        // SAFETY: any flags are legal; the answer is null or a dataset that is ours.
        let raw = NonNull::new(unsafe { randomx_alloc_dataset(flags.0) })?;
        let is_reserved = cfg!(target_os = "linux") && flags.0 & Flags::LARGE_PAGES.0 != 0;
        let last_page = (Dataset::len() - 1) / Dataset::HUGE_PAGE * Dataset::HUGE_PAGE;
        // SAFETY: the dataset is live, and its last page begins within it.
        let last_page = is_reserved.then(|| unsafe { randomx_get_dataset_memory(raw.as_ptr()).byte_add(last_page) });
        Some(Self { raw, last_page: last_page.and_then(NonNull::new) })
    }

    /// Asks the system to make huge pages wherever whole ones fit, before anything is written; whether it knows such pages.
    #[cfg(target_os = "linux")]
    pub(super) fn request_huge_pages(&mut self) -> bool {
        // SAFETY: the dataset is live.
        let start = unsafe { randomx_get_dataset_memory(self.raw.as_ptr()) };
        let skipped = start.cast::<u8>().align_offset(Dataset::HUGE_PAGE);
        let length = (Dataset::len() - skipped) / Dataset::HUGE_PAGE * Dataset::HUGE_PAGE;
        // SAFETY: the range lies within the dataset, which is far longer than two huge pages; advice changes no bytes.
        unsafe { libc::madvise(start.byte_add(skipped), length, libc::MADV_HUGEPAGE) == 0 }
    }

    /// Other systems than Linux are not asked.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn request_huge_pages(&mut self) -> bool {
        false
    }

    /// Fills it. `crew` is to call [`Filling::work`] on each of its threads; what they leave is filled here.
    pub(super) fn filled(self, cache: &Cache, crew: impl FnOnce(&Filling<'_>)) -> Dataset {
        let filling = Filling { raw: self.raw, cache, next: AtomicU32::new(0) };
        crew(&filling);
        filling.work();
        Dataset(self)
    }
}

impl Filling<'_> {
    /// Items that a thread takes at once: some milliseconds of work.
    const PORTION: u32 = 1 << 12;

    /// Fills portion after portion until none is left to take.
    pub(super) fn work(&self) {
        let all = Dataset::items();
        loop {
            let first = self.next.fetch_add(Self::PORTION, Ordering::Relaxed);
            if first >= all {
                return;
            }
            let (first, count) = (c_ulong::from(first), c_ulong::from(Self::PORTION.min(all - first)));
            // SAFETY: dataset and cache are live; the items exist, and were taken by this call alone.
            unsafe { randomx_init_dataset(self.raw.as_ptr(), self.cache.0.as_ptr(), first, count) };
        }
    }
}

impl Drop for Allocation {
    fn drop(&mut self) {
        // Version 1.2 gives back the dataset's length, which is 64 bytes short of whole huge pages: Linux makes small pages of
        // the length, so with the last huge page gone by itself the rest ends where one does. Otherwise it would refuse and keep all.
        #[cfg(target_os = "linux")]
        if let Some(page) = self.last_page {
            // SAFETY: the page is the last one of the dataset's own mapping, and nobody reads it any more.
            unsafe { libc::munmap(page.as_ptr(), Dataset::HUGE_PAGE) };
        }
        // SAFETY: the dataset is ours and this is the last use; machines that read it hold it by an `Arc`.
        unsafe { randomx_release_dataset(self.raw.as_ptr()) };
    }
}

/// What a machine reads.
#[derive(Clone)]
pub(super) enum Source {
    Cache(Arc<Cache>),
    Dataset(Arc<Dataset>),
}

/// One virtual machine: 2 MiB of its own, and what it reads.
pub(super) struct Machine {
    raw: NonNull<RawMachine>,
    /// Outlives the machine's last use of it.
    _source: Source,
}

// SAFETY: a machine belongs to no thread; its methods take it exclusively.
unsafe impl Send for Machine {}

impl Machine {
    /// Builds one; none where the memory is not to be had.
    pub(super) fn new(flags: Flags, source: Source) -> Option<Self> {
        let (flags, cache, dataset) = match &source {
            Source::Cache(cache) => (flags.without(Flags::FULL_MEMORY), cache.0.as_ptr(), std::ptr::null_mut()),
            Source::Dataset(dataset) => (flags.with(Flags::FULL_MEMORY), std::ptr::null_mut(), dataset.0.raw.as_ptr()),
        };
        // SAFETY: the flags ask for exactly what is not null, which is filled and stays as long as the machine.
        let raw = NonNull::new(unsafe { randomx_create_vm(flags.0, cache, dataset) })?;
        Some(Self { raw, _source: source })
    }

    /// The hash of each input, in order. A hash is finished while the next one is begun, which saves a pass over its memory.
    pub(super) fn hash_each<I: AsRef<[u8]>>(
        &mut self,
        inputs: impl IntoIterator<Item = I>,
        mut each: impl FnMut([u8; 32]),
    ) {
        let mut inputs = inputs.into_iter();
        let Some(first) = inputs.next() else { return };
        self.begin(first.as_ref());
        for next in inputs {
            each(self.next(next.as_ref()));
        }
        each(self.end());
    }

    fn begin(&mut self, input: &[u8]) {
        let _settings = FloatingPoint::kept();
        // SAFETY: the machine is live and exclusively ours; the input is `len` bytes that are only read.
        unsafe { randomx_calculate_hash_first(self.raw.as_ptr(), input.as_ptr().cast(), input.len()) };
    }

    fn next(&mut self, input: &[u8]) -> [u8; 32] {
        let _settings = FloatingPoint::kept();
        let mut hash = [0; 32];
        // SAFETY: as in `begin`, which came before; the library writes 32 bytes.
        unsafe {
            randomx_calculate_hash_next(
                self.raw.as_ptr(),
                input.as_ptr().cast(),
                input.len(),
                hash.as_mut_ptr().cast(),
            );
        };
        hash
    }

    fn end(&mut self) -> [u8; 32] {
        let _settings = FloatingPoint::kept();
        let mut hash = [0; 32];
        // SAFETY: as in `next`.
        unsafe { randomx_calculate_hash_last(self.raw.as_ptr(), hash.as_mut_ptr().cast()) };
        hash
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // SAFETY: the machine is ours and this is the last use.
        unsafe { randomx_destroy_vm(self.raw.as_ptr()) };
    }
}

/// The thread's settings for floating point, put back when dropped: programs of RandomX change the rounding, and the calls
/// above leave it so.
struct FloatingPoint(Environment);

/// Room for a `fenv_t`: 32 bytes with glibc on x86-64, 8 on aarch64, 28 with musl.
#[repr(C, align(16))]
struct Environment([u8; 128]);

impl FloatingPoint {
    fn kept() -> Self {
        let mut environment = Environment([0; 128]);
        // SAFETY: the room is larger than every system's `fenv_t`.
        unsafe { fegetenv(&raw mut environment) };
        Self(environment)
    }
}

impl Drop for FloatingPoint {
    fn drop(&mut self) {
        // SAFETY: `fegetenv` has filled it on this thread.
        unsafe { fesetenv(&raw const self.0) };
    }
}

#[repr(C)]
struct RawCache {
    opaque: [u8; 0],
}

#[repr(C)]
struct RawDataset {
    opaque: [u8; 0],
}

#[repr(C)]
struct RawMachine {
    opaque: [u8; 0],
}

// SAFETY: the signatures are those of `randomx.h` 1.2 and of `fenv.h`.
unsafe extern "C" {
    fn randomx_get_flags() -> c_uint;
    fn randomx_alloc_cache(flags: c_uint) -> *mut RawCache;
    fn randomx_init_cache(cache: *mut RawCache, key: *const c_void, len: usize);
    fn randomx_release_cache(cache: *mut RawCache);
    fn randomx_dataset_item_count() -> c_ulong;
    fn randomx_alloc_dataset(flags: c_uint) -> *mut RawDataset;
    fn randomx_init_dataset(dataset: *mut RawDataset, cache: *mut RawCache, first: c_ulong, count: c_ulong);
    fn randomx_get_dataset_memory(dataset: *mut RawDataset) -> *mut c_void;
    fn randomx_release_dataset(dataset: *mut RawDataset);
    fn randomx_create_vm(flags: c_uint, cache: *mut RawCache, dataset: *mut RawDataset) -> *mut RawMachine;
    fn randomx_destroy_vm(machine: *mut RawMachine);
    fn randomx_calculate_hash_first(machine: *mut RawMachine, input: *const c_void, len: usize);
    fn randomx_calculate_hash_next(machine: *mut RawMachine, next: *const c_void, len: usize, hash: *mut c_void);
    fn randomx_calculate_hash_last(machine: *mut RawMachine, hash: *mut c_void);
    fn fegetenv(environment: *mut Environment) -> c_int;
    fn fesetenv(environment: *const Environment) -> c_int;
}
