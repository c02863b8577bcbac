//! The search for nonces of a Monero header.

use std::fmt;

use hashkit_chain::randomx::MoneroHeader;
use hashkit_chain::{Hash, Nonce, NonceRange, Target};

use super::library::Machine;
use super::memory::{Ask, KeyMemory, MemoryError, in_pages};
use crate::kernel::{Memory, Pages};

/// A search on one thread, with 2 MiB of its own beside the memory that it shares.
///
/// Like every kernel it knows no time and no stop flag. A hash takes some milliseconds, so short ranges are of ten nonces.
pub struct Search {
    machine: Machine,
    memory: KeyMemory,
    pages: Pages,
}

impl Search {
    /// What a search takes beside the memory that it shares.
    pub const BYTES: usize = 2 << 20;

    /// Opens a search. Its own memory lies where the calling thread runs.
    ///
    /// # Errors
    /// [`MemoryError`] when the system does not give the 2 MiB.
    pub fn open(memory: &KeyMemory, ask: Ask) -> Result<Self, MemoryError> {
        let machine = in_pages(memory.flags, ask, |flags| Machine::new(flags, memory.source.clone()));
        let (machine, pages) = machine.ok_or(MemoryError {
            mebibytes: 2,
            what: "a search",
            advice: "search on fewer threads, or raise the limit of this program",
        })?;
        Ok(Self { machine, memory: memory.clone(), pages })
    }

    /// Every nonce of `range` under which the hash of `header` meets `target`, ascending: exactly what the judge would find.
    pub fn scan(&mut self, header: &MoneroHeader, range: NonceRange, target: &Target) -> Vec<Nonce> {
        let mut hits = Vec::new();
        let mut nonces = range.iter();
        let headers = range.iter().map(|nonce| Input(header.clone().with_nonce(nonce)));
        self.machine.hash_each(headers, |hash| {
            // The hashes come in the order of the nonces, one each.
            if let Some(nonce) = nonces.next()
                && target.is_met_by(&Hash::from_internal(hash))
            {
                hits.push(nonce);
            }
        });
        hits
    }

    /// The hashes of `inputs`, in their order; an input may be of any length.
    pub fn hash_each<I: AsRef<[u8]>>(&mut self, inputs: impl IntoIterator<Item = I>) -> Vec<Hash> {
        let mut hashes = Vec::new();
        self.machine.hash_each(inputs, |hash| hashes.push(Hash::from_internal(hash)));
        hashes
    }

    /// What it shares with other searches.
    #[must_use]
    pub fn key_memory(&self) -> &KeyMemory {
        &self.memory
    }

    /// Its own memory, and in what pages it was taken.
    #[must_use]
    pub fn own_memory(&self) -> Memory {
        Memory { bytes: Self::BYTES, pages: self.pages }
    }
}

impl fmt::Debug for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Search").field("memory", &self.memory).field("pages", &self.pages).finish_non_exhaustive()
    }
}

/// A header as the bytes that are hashed.
struct Input(MoneroHeader);

impl AsRef<[u8]> for Input {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use hashkit_chain::randomx::{Judge, Key};

    use super::super::memory::Mode;
    use super::super::proof::known;
    use super::*;

    #[test]
    fn a_search_of_randomx_finds_what_the_judge_finds() {
        let key = Key::from_hex(&"5a".repeat(32)).unwrap();
        let judge = Judge::new(key.clone()).unwrap();
        let memory = KeyMemory::fill(&key, Mode::Light, Ask::Small, NonZeroUsize::MIN).unwrap();
        let mut search = Search::open(&memory, Ask::Huge).unwrap();
        let header = known().find_map(|known| MoneroHeader::from_bytes(known.input).ok()).unwrap();
        for (case, range, fill) in [
            ("no nonce", NonceRange::new(9, 0), 0xff),
            ("one nonce", NonceRange::new(9, 1), 0xff),
            ("some of several", NonceRange::new(250, 9), 0x7f),
            ("the last nonces of all", NonceRange::new(u32::MAX - 2, 3), 0xff),
        ] {
            let target = Target::from_be_bytes([fill; 32]);
            let is_hit = |nonce: &Nonce| judge.check(&header.clone().with_nonce(*nonce), &target).is_ok();
            let judged: Vec<Nonce> = range.iter().filter(is_hit).collect();
            assert_eq!(search.scan(&header, range, &target), judged, "{case}");
        }
    }

    #[test]
    fn searches_of_randomx_on_several_threads_share_one_memory() {
        let known: Vec<_> = known().collect();
        let memory = KeyMemory::fill(&known[0].key, Mode::Light, Ask::Huge, NonZeroUsize::MIN).unwrap();
        std::thread::scope(|scope| {
            for known in known.iter().take(3) {
                let memory = &memory;
                scope.spawn(move || {
                    let mut search = Search::open(memory, Ask::Huge).unwrap();
                    assert_eq!(search.key_memory().key(), &known.key);
                    assert_eq!(search.hash_each([&known.input, &known.input]), [known.hash; 2]);
                });
            }
        });
    }

    #[test]
    fn hashing_leaves_the_rounding_of_floating_point_as_it_was() {
        let known: Vec<_> = known().collect();
        let memory = KeyMemory::fill(&known[0].key, Mode::Light, Ask::Small, NonZeroUsize::MIN).unwrap();
        let mut search = Search::open(&memory, Ask::Small).unwrap();
        let third = || std::hint::black_box(1.0_f64) / std::hint::black_box(3.0);
        let (up, down) = (third(), -third());
        // One hash in four ends with the usual rounding by chance.
        for number in 0_u8..8 {
            search.hash_each([[number]]);
            assert_eq!((third().to_bits(), (-third()).to_bits()), (up.to_bits(), down.to_bits()), "{number}");
            assert!(std::hint::black_box(f64::MIN_POSITIVE) / 2.0 > 0.0, "{number}: subnormal numbers are not zero");
        }
    }
}
