//! Finds shares for all connections of a load.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hashkit_chain::{Job, Previous, SearchSpace, Share, Solution};
use hashkit_kernels::{Kernel, catalogue};

use super::{LoadError, Plan};

/// How long a piece of a search takes at most: some milliseconds on any kernel but scrypt's.
const PIECE: u64 = 1 << 16;
/// The shares that are kept for one connection at most: more would only become stale.
const KEPT: usize = 4;

/// The newest job of each connection, and the shares that were found for it.
pub(super) struct Board {
    slots: Vec<Mutex<Slot>>,
    is_closed: AtomicBool,
}

#[derive(Default)]
struct Slot {
    space: Option<SearchSpace>,
    generation: u64,
    found: VecDeque<Share>,
}

impl Board {
    pub(super) fn new(connections: usize) -> Self {
        Self { slots: (0..connections).map(|_| Mutex::default()).collect(), is_closed: AtomicBool::new(false) }
    }

    fn slot(&self, number: usize) -> MutexGuard<'_, Slot> {
        self.slots[number].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many connections there are.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// A new job of this connection.
    pub(super) fn put(&self, number: usize, job: Job, previous: Previous) {
        let mut slot = self.slot(number);
        slot.generation += 1;
        let generation = slot.generation;
        if previous == Previous::Worthless {
            slot.found.clear();
        }
        slot.space = Some(match slot.space.take() {
            Some(space) => space.followed_by(job, generation),
            None => SearchSpace::new(job, generation),
        });
    }

    /// The connection is gone.
    pub(super) fn forget(&self, number: usize) {
        *self.slot(number) = Slot::default();
    }

    /// A share that was found for this connection and not handed in yet.
    pub(super) fn take(&self, number: usize) -> Option<Share> {
        self.slot(number).found.pop_front()
    }

    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    /// Searches a piece for this connection, if it wants shares; whether it did.
    fn search(&self, number: usize, kernel: &mut dyn Kernel) -> bool {
        let work = {
            let mut slot = self.slot(number);
            if slot.found.len() >= KEPT {
                return false;
            }
            let Some(work) = slot.space.as_mut().and_then(|space| space.take(PIECE, 1)) else { return false };
            work
        };
        let Ok(hits) = kernel.scan(&work, &work.job().share_target) else { return false };
        let shares = hits.into_iter().filter_map(|hit| {
            // The judge's word: a load of wrong shares would measure the wrong thing.
            Share::check(&Solution { work: work.clone(), nonce: hit.nonce, version: hit.version }).ok()
        });
        let shares: Vec<Share> = shares.take(KEPT).collect();
        let mut slot = self.slot(number);
        if slot.generation == work.generation() {
            slot.found.extend(shares);
        }
        true
    }
}

/// The threads that search.
pub(super) struct Finders {
    threads: Vec<JoinHandle<()>>,
    ends: Arc<AtomicBool>,
}

impl Finders {
    /// Waits until they have ended.
    pub(super) fn end(self) {
        self.ends.store(true, Ordering::Relaxed);
        for thread in self.threads {
            // A kernel does not panic; if one did, its thread is gone all the same.
            let _ = thread.join();
        }
    }
}

/// Starts the search with the kernel that should be the fastest here.
pub(super) fn start(plan: &Plan, board: &Arc<Board>) -> Result<Finders, LoadError> {
    let ends = Arc::new(AtomicBool::new(false));
    let threads: io::Result<Vec<_>> = (0..plan.threads.max(1))
        .map(|at| {
            let spec = catalogue(plan.algorithm).pop();
            let kernel = spec.and_then(|spec| spec.open().ok());
            let (board, ends) = (Arc::clone(board), Arc::clone(&ends));
            let search = move |mut kernel: Box<dyn Kernel>| {
                let mut number = at * board.len() / 2;
                while !ends.load(Ordering::Relaxed) && !board.is_closed.load(Ordering::Relaxed) {
                    let has_searched = (0..board.len()).any(|_| {
                        number = (number + 1) % board.len();
                        board.search(number, &mut *kernel)
                    });
                    if !has_searched {
                        thread::sleep(Duration::from_millis(1));
                    }
                }
            };
            let Some(kernel) = kernel else { return Err(io::Error::other("no kernel")) };
            thread::Builder::new().name(format!("load-finder-{at}")).spawn(move || search(kernel))
        })
        .collect();
    Ok(Finders { threads: threads.map_err(|_| LoadError::NoKernel(plan.algorithm))?, ends })
}
