//! Work on all cores, results in the order of the items, memory bounded.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use rayon::iter::{ParallelBridge, ParallelIterator};

/// How far the cores may run ahead of the oldest result that is still missing.
const WINDOW: u64 = 256;

/// Applies `work` to every item on all cores and gives the results to `sink` on this thread, in the order of the items.
/// `new_scratch` makes what a core reuses from item to item. At most 256 results wait for an earlier one.
///
/// # Errors
/// The first error of `sink`; the items that no core has taken by then are left out.
pub(crate) fn ordered<I, S, R, E>(
    items: I,
    new_scratch: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, I::Item) -> R + Sync,
    mut sink: impl FnMut(R) -> Result<(), E>,
) -> Result<(), E>
where
    I: Iterator + Send,
    I::Item: Send,
    R: Send,
{
    let queue = Queue::default();
    thread::scope(|scope| {
        scope.spawn(|| {
            // Its drop wakes the sink even where `work` panics; the scope then passes the panic on.
            let _end = EndOnDrop(&queue);
            let items = (0..).zip(items).take_while(|_| !queue.is_stopped());
            items.par_bridge().for_each_init(&new_scratch, |scratch, (index, item)| {
                if queue.wait_for_room(index) {
                    queue.put(index, work(scratch, item));
                }
            });
        });
        while let Some(result) = queue.take() {
            if let Err(error) = sink(result) {
                queue.stop();
                return Err(error);
            }
        }
        Ok(())
    })
}

/// Results that wait for their turn.
struct Queue<R> {
    state: Mutex<State<R>>,
    changed: Condvar,
}

struct State<R> {
    waiting: BTreeMap<u64, R>,
    next: u64,
    /// No more results come.
    ended: bool,
    /// No more results are wanted.
    stopped: bool,
}

impl<R> Default for Queue<R> {
    fn default() -> Self {
        let state = State { waiting: BTreeMap::new(), next: 0, ended: false, stopped: false };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }
}

impl<R> Queue<R> {
    /// Sleeps until the result of `index` may wait here; false when it is no longer wanted. The core that works on the
    /// oldest missing result never sleeps here, so the others always go on.
    fn wait_for_room(&self, index: u64) -> bool {
        let mut state = self.lock();
        while !state.stopped && index >= state.next + WINDOW {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.stopped
    }

    fn put(&self, index: u64, result: R) {
        self.lock().waiting.insert(index, result);
        self.changed.notify_all();
    }

    /// The next result in order; sleeps until it is there. `None` after the last.
    fn take(&self) -> Option<R> {
        let mut state = self.lock();
        loop {
            let next = state.next;
            if let Some(result) = state.waiting.remove(&next) {
                state.next += 1;
                self.changed.notify_all();
                return Some(result);
            }
            if state.ended {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_all();
    }

    fn is_stopped(&self) -> bool {
        self.lock().stopped
    }

    fn lock(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct EndOnDrop<'a, R>(&'a Queue<R>);

impl<R> Drop for EndOnDrop<'_, R> {
    fn drop(&mut self) {
        self.0.lock().ended = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let mut seen = Vec::new();
        // Early items take longer, so that later ones overtake them.
        let slow =
            |(): &mut (), item: u64| (0..(2000 - item) * 20).fold(item, |sum, step| sum ^ (step & 1) ^ (step & 1));
        ordered(
            0..2000,
            || (),
            slow,
            |result| {
                seen.push(result);
                Ok::<(), ()>(())
            },
        )
        .unwrap();
        assert_eq!(seen, (0..2000).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_of_the_sink_ends_an_endless_run() {
        let mut left = 3;
        let result = ordered(
            0..,
            || (),
            |(), item: u64| item,
            |item| {
                left -= 1;
                if left == 0 { Err(item) } else { Ok(()) }
            },
        );
        assert_eq!(result, Err(2));
    }

    #[test]
    fn nobody_runs_further_ahead_than_the_window() {
        let (taken, done) = (AtomicU64::new(0), AtomicU64::new(0));
        let items = (0..5000u64).inspect(|item| {
            taken.store(*item, Ordering::SeqCst);
        });
        ordered(
            items,
            || (),
            |(), item| item,
            |_| {
                let ahead = taken.load(Ordering::SeqCst).saturating_sub(done.fetch_add(1, Ordering::SeqCst));
                // Each core may hold one item more while it waits for room.
                let cores = rayon::current_num_threads() as u64;
                if ahead > WINDOW + cores + 1 { Err(ahead) } else { Ok(()) }
            },
        )
        .unwrap();
    }

    #[test]
    #[should_panic(expected = "a scoped thread panicked")]
    fn a_panic_is_passed_on_instead_of_hanging() {
        let _ = ordered(0..9, || (), |(), item: u64| assert!(item < 5), |()| Ok::<(), ()>(()));
    }
}
