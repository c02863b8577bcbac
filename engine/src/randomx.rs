//! RandomX on this machine: room for its memory, one copy of it in each of the machine's memory nodes, and threads that stay
//! where theirs lies.
//!
//! Fast mode reads its 2080 MiB in random order, and waits for each read: longer where another socket has the memory. So every
//! memory node gets a copy, written first by threads that run there.

mod nodes;
mod room;

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread;

use hashkit_chain::randomx::Key;
use hashkit_kernels::randomx::{Ask, KeyMemory, MemoryError, Mode, Search};

use self::nodes::Node;
pub use self::room::NoRoom;

/// The memory of one key, ready for searches on any number of threads.
#[derive(Debug)]
pub struct Prepared {
    /// One for each node that is used; one in all where the system tells of no nodes, or one copy is enough.
    homes: Vec<Home>,
    ask: Ask,
}

#[derive(Debug)]
struct Home {
    /// None where threads may run anywhere.
    node: Option<Node>,
    memory: KeyMemory,
}

/// Why nothing can be searched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// It would not fit.
    #[error(transparent)]
    NoRoom(#[from] NoRoom),
    /// The system refused it.
    #[error(transparent)]
    Memory(#[from] MemoryError),
}

/// Looks whether the memory is there, and fills it with what `key` unfolds to, for searches on `threads` threads. In fast mode
/// that takes some 70 core-seconds for each copy, on all cores that this process may use.
///
/// # Errors
/// [`PrepareError`] when there is too little memory; it says how much, and what light mode needs.
pub fn prepare(key: &Key, mode: Mode, ask: Ask, threads: NonZeroUsize) -> Result<Prepared, PrepareError> {
    let nodes = match mode {
        Mode::Light => Vec::new(),
        Mode::Fast => nodes::of(Path::new("/sys"), threads),
    };
    let copies = nodes.len().max(1);
    room::check(Path::new("/"), mode, ask, copies, threads.get())?;
    if copies == 1 {
        let memory = KeyMemory::fill(key, mode, ask, cores())?;
        return Ok(Prepared { homes: vec![Home { node: None, memory }], ask });
    }
    let filled: Vec<Result<Home, MemoryError>> = thread::scope(|scope| {
        let fill = |node: Node| {
            scope.spawn(move || {
                // Threads that are started from here run on the same cores.
                node.bind();
                let cores = NonZeroUsize::new(node.cores().len()).unwrap_or(NonZeroUsize::MIN);
                KeyMemory::fill(key, mode, ask, cores).map(|memory| Home { node: Some(node), memory })
            })
        };
        let filling: Vec<_> = nodes.into_iter().map(fill).collect();
        filling.into_iter().map(|filling| filling.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    Ok(Prepared { homes: filled.into_iter().collect::<Result<_, _>>()?, ask })
}

impl Prepared {
    /// Opens the search of the thread with that number, counted from zero, on the thread itself: from then on it runs only on the
    /// cores of the node whose copy it reads, where there are several.
    ///
    /// # Errors
    /// [`MemoryError`] when the search's own 2 MiB are not to be had.
    pub fn open(&self, thread: usize) -> Result<Search, MemoryError> {
        let home = &self.homes[thread % self.homes.len()];
        if let Some(node) = &home.node {
            node.bind();
        }
        Search::open(&home.memory, self.ask)
    }

    /// The copies of the memory, one for each node that is used.
    pub fn memories(&self) -> impl Iterator<Item = &KeyMemory> {
        self.homes.iter().map(|home| &home.memory)
    }
}

/// How many threads this process may run at once.
fn cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_prepared_in_light_mode_is_one_memory_for_all_threads_and_gives_a_known_hash() {
        let key = Key::new(*b"test key 000").unwrap();
        let prepared = prepare(&key, Mode::Light, Ask::Huge, NonZeroUsize::new(2).unwrap()).unwrap();
        assert_eq!(prepared.memories().count(), 1);
        for thread in 0..2 {
            let hashes = prepared.open(thread).unwrap().hash_each(["This is a test"]);
            assert_eq!(hashes[0].as_internal()[..4], [0x63, 0x91, 0x83, 0xaa], "thread {thread}");
        }
    }
}
