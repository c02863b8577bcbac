//! The same devices for several pools: each has a session of its own, and the sessions' jobs take turns by [`Quota`].

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hashkit_chain::{Algorithm, Job, Previous, Share};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use super::engines::{AllBooks, Engines};
use super::event::{Event, Fate, Found, ShareSeen};
use super::quota::Quota;
use super::reached;

/// How many shares may wait for a session; more than the engine's own queue holds.
const WAITING: usize = 2048;

/// Where a session puts its jobs, and gets its shares from.
pub(crate) enum Source {
    /// The engines, alone.
    Whole(Engines),
    /// A part of the devices' time.
    Part(Part),
}

/// One session's part.
pub(crate) struct Part {
    pool: usize,
    desk: Arc<Desk>,
    shares: mpsc::Receiver<Share>,
    is_open: bool,
}

/// What all parts share.
struct Desk {
    state: Mutex<State>,
    /// A job came or went: whose turn it is may have changed.
    changed: Notify,
}

struct State {
    source: Engines,
    books: AllBooks,
    quota: Quota,
    clock: Clock,
    /// For each pool its newest job, where it has one.
    jobs: Vec<Option<Job>>,
    /// Whose job the engine has.
    current: Option<usize>,
    /// How many sessions have not closed yet.
    open: usize,
}

impl Source {
    /// Gives out a job of the pool of this number among the session's own.
    pub(super) fn publish(&self, pool: usize, job: Job, previous: Previous) {
        match self {
            Self::Whole(source) => source.publish_for(pool, job, previous),
            Self::Part(part) => part.publish(job),
        }
    }

    /// The generation of the newest job of this algorithm: later ones come from later jobs.
    pub(super) fn generation(&self, algorithm: Algorithm) -> u64 {
        match self {
            Self::Whole(source) => source.generation(algorithm),
            Self::Part(part) => part.desk.lock().source.generation(algorithm),
        }
    }

    /// For which of the session's own pools a share was found.
    pub(super) fn pool_of(&self, share: &Share) -> usize {
        match self {
            Self::Whole(source) => source.account_of(share),
            Self::Part(_) => 0,
        }
    }

    /// There is no job any more.
    pub(super) fn withdraw(&self) {
        match self {
            Self::Whole(source) => source.withdraw(),
            Self::Part(part) => part.withdraw(),
        }
    }

    /// There will be none; what was found still comes.
    pub(super) fn close(&mut self) {
        match self {
            Self::Whole(source) => source.close(),
            Self::Part(part) => part.close(),
        }
    }

    /// Whether no share can come any more.
    pub(super) fn is_over(&self) -> bool {
        match self {
            Self::Whole(source) => source.are_over(),
            Self::Part(part) => part.shares.is_closed() && part.shares.is_empty(),
        }
    }

    /// Whether a device is left that hashes with this algorithm.
    pub(super) fn has_devices_for(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Whole(source) => source.have_devices_for(algorithm),
            Self::Part(part) => part.desk.lock().source.have_devices_for(algorithm),
        }
    }

    /// The next share. `None` says that devices have gone: which, and whether all, has to be asked. Cancel safe.
    pub(super) async fn next_share(&mut self) -> Option<Share> {
        match self {
            Self::Whole(source) => source.next_share().await,
            Self::Part(part) => part.shares.recv().await,
        }
    }
}

impl Part {
    fn publish(&self, job: Job) {
        let mut state = self.desk.lock();
        if !state.source.have_devices_for(job.algorithm) {
            return;
        }
        state.jobs[self.pool] = Some(job);
        state.quota.set_ready(self.pool, true);
        if state.current == Some(self.pool) {
            state.give_out(self.pool);
        }
        drop(state);
        self.desk.changed.notify_one();
    }

    fn withdraw(&self) {
        self.desk.lock().forget(self.pool);
        self.desk.changed.notify_one();
    }

    fn close(&mut self) {
        if !std::mem::replace(&mut self.is_open, false) {
            return;
        }
        let mut state = self.desk.lock();
        state.forget(self.pool);
        state.open = state.open.saturating_sub(1);
        if state.open == 0 {
            state.source.close();
        }
        drop(state);
        self.desk.changed.notify_one();
    }
}

/// A session that ends closes its part, however it ends.
impl Drop for Part {
    fn drop(&mut self) {
        self.close();
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A pool has no job any more. Where it was its turn the devices rest until the next one's begins, in a moment.
    fn forget(&mut self, pool: usize) {
        self.jobs[pool] = None;
        self.quota.set_ready(pool, false);
        if self.current == Some(pool) {
            self.current = None;
            self.source.withdraw();
        }
    }

    /// Pools whose jobs no device can hash any more have no turn.
    fn forget_the_hopeless(&mut self) {
        for pool in 0..self.jobs.len() {
            if self.jobs[pool].as_ref().is_some_and(|job| !self.source.have_devices_for(job.algorithm)) {
                self.forget(pool);
            }
        }
    }

    /// Shares of other pools' jobs still count, and those of its own earlier jobs its session judges itself.
    fn give_out(&mut self, pool: usize) {
        if let Some(job) = &self.jobs[pool] {
            self.source.publish_for(pool, job.clone(), Previous::StillCounts);
        }
    }

    /// Looks at the clock; tells when to look again.
    fn turn(&mut self, now: Instant) -> Option<Instant> {
        let had = self.clock.turned(self.current.filter(|_| self.source.are_several()), now);
        for (pool, time) in had.iter().enumerate() {
            // Hashes of several algorithms cannot be weighed against each other, the time for them can.
            let work = if self.source.are_several() { *time } else { self.books.hashes_for(pool) };
            self.quota.tell_work(pool, work);
        }
        let whose = self.quota.whose_turn(now.into_std());
        if let Some(pool) = whose.filter(|pool| self.current != Some(*pool)) {
            self.give_out(pool);
            self.current = Some(pool);
        }
        self.quota.turn_ends().map(Instant::from_std)
    }
}

/// How long each pool has had the devices, in microseconds.
struct Clock {
    had: Vec<u64>,
    looked_at: Option<Instant>,
}

impl Clock {
    fn new(pools: usize) -> Self {
        Self { had: vec![0; pools], looked_at: None }
    }

    /// The sums, with the time since the last look for the pool that had it.
    fn turned(&mut self, whose: Option<usize>, now: Instant) -> &[u64] {
        let since = self.looked_at.replace(now).unwrap_or(now);
        if let Some(pool) = whose {
            let time = now.saturating_duration_since(since).as_micros();
            self.had[pool] += u64::try_from(time).unwrap_or(u64::MAX);
        }
        &self.had
    }
}

/// Splits the engines by these weights: a part for each, and what deals out the turns, to be run beside the sessions. A share
/// that a session does not take is told to `events` as lost.
pub(crate) fn split(
    source: Engines,
    weights: &[u32],
    events: mpsc::Sender<Event>,
) -> (Vec<Source>, impl Future<Output = ()> + Send + use<>) {
    let state = State {
        books: source.books(),
        source,
        quota: Quota::new(weights),
        clock: Clock::new(weights.len()),
        jobs: weights.iter().map(|_| None).collect(),
        current: None,
        open: weights.len(),
    };
    let desk = Arc::new(Desk { state: Mutex::new(state), changed: Notify::new() });
    let (mut parts, mut senders) = (Vec::new(), Vec::new());
    for pool in 0..weights.len() {
        let (sender, shares) = mpsc::channel(WAITING);
        senders.push(sender);
        parts.push(Source::Part(Part { pool, desk: Arc::clone(&desk), shares, is_open: true }));
    }
    (parts, deal(desk, senders, events))
}

/// Deals out turns and brings each share to its session, until no device can report any more.
async fn deal(desk: Arc<Desk>, senders: Vec<mpsc::Sender<Share>>, events: mpsc::Sender<Event>) {
    loop {
        let next = desk.lock().turn(Instant::now());
        tokio::select! {
            share = next_share(&desk) => {
                let Some((share, pool)) = share else {
                    let mut state = desk.lock();
                    if state.source.are_over() {
                        return;
                    }
                    state.forget_the_hopeless();
                    continue;
                };
                if let Some(Ok(room)) = senders.get(pool).map(mpsc::Sender::try_reserve) {
                    room.send(share);
                    continue;
                }
                let found = Found::from(&share);
                // Whoever watched may be gone at the end of a run.
                let _ = events.send(Event::Share(ShareSeen { pool, fate: Fate::Lost, found, took: None })).await;
            }
            () = desk.changed.notified() => {}
            () = reached(next) => {}
        }
    }
}

/// The engines' next share, and whose it is; `None` when devices have gone.
async fn next_share(desk: &Desk) -> Option<(Share, usize)> {
    poll_fn(|context| {
        let mut state = desk.lock();
        // It leaves the queue only with the answer, so a future that is polled once and dropped loses none.
        let polled = pin!(state.source.next_share()).poll(context);
        polled.map(|share| {
            let share = share?;
            let pool = state.source.account_of(&share);
            Some((share, pool))
        })
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::task::spawn_blocking;
    use tokio::time::{sleep, timeout};

    use super::super::engines::tests::{both, job};
    use super::*;

    #[tokio::test]
    async fn a_pool_whose_devices_have_gone_has_no_turn() {
        let (engines, [one, other]) = both();
        let (sha256d, blake3) = (one.port("a"), other.port("b"));
        drop((one, other));
        let (events, _seen) = mpsc::channel(1);
        let (parts, dealing) = split(engines, &[1, 1_000_000], events);
        tokio::spawn(dealing);
        parts[1].publish(0, job(Algorithm::Blake3), Previous::Worthless);
        let turn = spawn_blocking(move || (blake3.next_work(1, 1, 1).is_some(), blake3));
        let (had, blake3) = turn.await.expect("no panic");
        assert!(had, "its turn");
        parts[0].publish(0, job(Algorithm::Sha256d), Previous::Worthless);
        assert!(parts[1].has_devices_for(Algorithm::Blake3));
        drop(blake3);
        let Source::Part(part) = &parts[1] else { unreachable!("it was split") };
        let turns = async {
            while parts[1].has_devices_for(Algorithm::Blake3) || part.desk.lock().current != Some(0) {
                sleep(Duration::from_millis(1)).await;
            }
            // A later job of it changes nothing.
            parts[1].publish(0, job(Algorithm::Blake3), Previous::Worthless);
            sleep(Duration::from_millis(20)).await;
        };
        timeout(Duration::from_secs(10), turns).await.expect("the other one's turn");
        assert_eq!(part.desk.lock().current, Some(0));
        assert!(sha256d.next_work(1, 1, 1).is_some() && !parts[1].is_over());
    }
}
