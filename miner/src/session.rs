//! The session with the pools: it connects, logs in, hands jobs to the engine and shares to the pool, and fails over.

mod address;
mod backoff;
mod comeback;
mod connect;
mod connection;
mod end;
mod engines;
mod event;
mod expect;
mod health;
mod leave;
mod limit;
mod ntime;
mod password;
mod probe;
mod proof;
mod proxy;
mod quota;
mod race;
mod route;
#[cfg(test)]
mod simulated;
mod split;
mod tips;
mod transport;
mod trust;
mod visit;
mod way;

use std::future::{pending, ready};
use std::pin::Pin;
use std::time::Duration;

use hashkit_chain::{Algorithm, Difficulty, Hash, Share};
use hashkit_pool::Door;
use hashkit_stratum::{Deadlines, Login};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

pub(crate) use address::PoolAddress;
pub(crate) use comeback::Pace;
pub(crate) use engines::Engines;
pub(crate) use event::{Block, Event, Fate, Flood, Found, HealthSeen, JobSeen, ShareSeen, stated_height};
pub(crate) use expect::Expected;
pub(crate) use health::Signs;
pub(crate) use password::Password;
pub(crate) use split::{Source, split};
pub(crate) use tips::{Teller, Tips};
pub(crate) use trust::Trust;
pub(crate) use visit::{Host, Visit};
pub(crate) use way::Way;

use address::Place;
use backoff::Backoff;
use connection::Connection;
use end::End;
use probe::{Manner, Preferred, await_preferred};
use route::Route;
use transport::Stream;

/// Where to mine, as whom, and with how much patience.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The pools in the order of failover; at least one.
    pub(crate) pools: Vec<PoolEntry>,
    /// The number of the first of them among all pools of the run.
    pub(crate) first: usize,
    /// The way to a pool inside this process, instead of a connection.
    pub(crate) door: Option<Door>,
    /// The difficulty to ask the pools for.
    pub(crate) suggest: Option<Difficulty>,
    /// The lowest difficulty that they may ask for.
    pub(crate) minimum: Option<Difficulty>,
    /// Whether to ask the pools for version bits to roll.
    pub(crate) version_rolling: bool,
    /// How long to wait for what.
    pub(crate) patience: Patience,
    /// What all pools of the run build on.
    pub(crate) tips: Tips,
}

/// A pool, and what is its own: nothing of it is ever told to another pool.
#[derive(Debug, Clone)]
pub(crate) struct PoolEntry {
    /// Where it is.
    pub(crate) address: PoolAddress,
    /// Whom to trust in TLS; `None` for plain TCP.
    pub(crate) trust: Option<Trust>,
    /// How it is reached.
    pub(crate) way: Way,
    /// The name to log in with.
    pub(crate) user: String,
    /// The password to log in with.
    pub(crate) password: Password,
    /// What its jobs are hashed with.
    pub(crate) algorithm: Algorithm,
    /// Whom its blocks have to pay, where that can be said.
    pub(crate) expected: Option<Expected>,
}

impl PoolEntry {
    /// A pool of our own, inside this process, that takes anybody.
    pub(crate) fn ours(address: PoolAddress, user: &str, algorithm: Algorithm) -> Self {
        let (way, password) = (Way::default(), Password::usual());
        Self { address, trust: None, way, user: user.to_owned(), password, algorithm, expected: None }
    }
}

/// How long a pool may take before it is left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// For each of its addresses: until it takes the connection.
    pub(crate) connect: Duration,
    /// From the connection to the end of the login.
    pub(crate) login: Duration,
    /// Between two lines.
    pub(crate) silence: Duration,
    /// What makes a pool suspect, and for how long.
    pub(crate) signs: Signs,
    /// How a better pool is returned to.
    pub(crate) pace: Pace,
    /// Without any usable pool, until the session ends; forever where it is `None`.
    pub(crate) without_pool: Option<Duration>,
}

impl Settings {
    fn login(&self, pool: &PoolEntry) -> Login {
        let address = &pool.address;
        let mut login = Login::new(&address.place.host, &pool.user, pool.password.reveal(), pool.algorithm);
        (login.suggest, login.minimum) = (self.suggest, self.minimum);
        login.extranonce_subscribe = address.extranonce_subscribe;
        if !self.version_rolling {
            login.version_mask = 0;
        }
        let Patience { login: until_login, silence, signs, .. } = self.patience;
        // By then the pool has been left, unless it has answered newer shares and forgotten this one.
        let answer = 2 * (signs.answer + signs.suspect);
        login.deadlines = Deadlines { login: until_login, answer, silence, ..login.deadlines };
        login
    }
}

/// How the session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It was told to.
    Stopped,
    /// No pool was usable for as long as the settings allow.
    WithoutPool,
    /// Every device has given up.
    WithoutDevices,
}

/// How long the devices are given at the end to report what they have found; a batch takes 2 ms.
const LAST_REPORTS: Duration = Duration::from_millis(500);

/// A session with the pools; it owns the source's end of the engine.
pub(crate) struct Session {
    settings: Settings,
    source: Source,
    events: mpsc::Sender<Event>,
    stop: watch::Receiver<bool>,
    /// For each pool what to log in with; it learns from each connection.
    logins: Vec<Login>,
    /// For each pool the parent that it was left for.
    old_tips: Vec<Option<Hash>>,
    route: Route,
    /// The parent of the last block that was accepted.
    block_parent: Option<Hash>,
    /// When to end for want of a pool; set while none is usable.
    give_up_at: Option<Instant>,
}

/// What comes after a pool.
struct Next {
    /// Where to connect to, if not to the pool whose turn it is.
    place: Option<Place>,
    wait: Duration,
}

impl Next {
    /// The pool whose turn it is.
    fn at_once() -> Self {
        Self { place: None, wait: Duration::ZERO }
    }
}

impl Session {
    /// A session that reports to `events` and ends once `stop` holds true, or its sender is gone.
    pub(crate) fn new(
        settings: Settings,
        source: Source,
        events: mpsc::Sender<Event>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let route = Route::new(settings.pools.len(), Backoff::new(fastrand::Rng::new()), settings.patience.pace);
        let old_tips = vec![None; settings.pools.len()];
        let logins = settings.pools.iter().map(|pool| settings.login(pool)).collect();
        Self { settings, source, events, stop, logins, old_tips, route, block_parent: None, give_up_at: None }
    }

    /// Mines until it is told to stop, or cannot go on. By then every share that the devices found has been told as an event.
    pub(crate) async fn run(mut self) -> Ended {
        self.no_pool_is_usable();
        let mut place = None;
        let ended = loop {
            let next = match self.visit(place).await {
                Ok(next) => next,
                Err(ended) => break ended,
            };
            if let Err(ended) = self.unless_over(sleep(next.wait)).await {
                break ended;
            }
            place = next.place;
        };
        self.source.close();
        // Without a pool nothing found now can be credited. The devices' ends go as soon as they have reported.
        let _ = timeout(LAST_REPORTS, self.lose_shares_until_none_can_come()).await;
        ended
    }

    /// Connects to `place`, or else to the pool whose turn it is; mines there as long as it goes; says what comes next.
    async fn visit(&mut self, place: Option<Place>) -> Result<Next, Ended> {
        let home = self.pool().address.place.clone();
        let place = place.unwrap_or_else(|| home.clone());
        if !self.settings.pools.iter().any(|pool| self.source.has_devices_for(pool.algorithm)) {
            return Err(Ended::WithoutDevices);
        }
        self.tell(Event::Connecting { pool: place.to_string() }).await;
        let patience = self.settings.patience.connect;
        let (end, usable_for) = if let Some(door) = &self.settings.door {
            let pipe = door.open("this process");
            self.mine_over(Box::new(pipe), place.to_string()).await
        } else {
            // A pool that sends its miners elsewhere does so within its own domain, and TLS stays TLS.
            let PoolEntry { trust, way, .. } = self.pool().clone();
            match self.unless_over(transport::open(&place, trust.as_ref(), &way, patience)).await? {
                Err(error) => (End::Left(error.into()), Duration::ZERO),
                Ok((stream, _)) => self.mine_over(stream, place.to_string()).await,
            }
        };
        let (why, next) = match end {
            End::Over(ended) => return Err(ended),
            End::Left(leave) => {
                let (at, now) = (self.route.at(), std::time::Instant::now());
                let wait = self.route.failed_after(usable_for, now);
                self.tell_of_pause(at, now).await;
                (leave.to_string(), Next { place: None, wait })
            }
            End::Preferred(index) => {
                self.route.prefer(index);
                let better = &self.settings.pools[index].address;
                (format!("{better} has proved itself, and stands before {place}"), Next::at_once())
            }
            End::Moved { host, port, wait } => {
                let to = Place { host: host.unwrap_or(home.host), port: port.unwrap_or(home.port) };
                let wait = wait.max(self.route.moved_after(usable_for));
                (format!("{place} sends its miners to {to}"), Next { place: Some(to), wait })
            }
        };
        let to = next.place.clone().unwrap_or_else(|| self.pool().address.place.clone());
        self.tell(Event::Left { pool: place.to_string(), why, next: to.to_string(), wait: next.wait }).await;
        Ok(next)
    }

    /// Mines over a fresh connection until it ends; also tells for how long it was usable.
    async fn mine_over(&mut self, stream: Box<dyn Stream>, pool: String) -> (End, Duration) {
        let at = self.route.at();
        let login = self.logins[at].clone();
        let preferred = self.preferred_to(at);
        let mut connection = Connection::new(self, pool, login);
        let end = connection.run(stream, preferred).await;
        let (usable_for, login, old_tip) = (connection.usable_for(), connection.next_login(), connection.old_tip());
        self.logins[at] = login;
        self.old_tips[at] = old_tip;
        self.settings.tips.is_gone(Teller::Pool(self.settings.first + at));
        // The shares of this connection died with it; those that devices still report are recognised by their generation.
        self.source.withdraw();
        // Unless the pool may resume the session: then the next connection knows whether they can be sent.
        if !self.logins[at].can_resume() {
            self.lose_waiting_shares().await;
        }
        if !usable_for.is_zero() {
            self.no_pool_is_usable();
        }
        (end, usable_for)
    }

    /// Waits for a pool that stands before the one at `index` to prove itself; for ever where none does.
    fn preferred_to(&self, index: usize) -> Pin<Box<dyn Future<Output = usize> + Send>> {
        let Patience { pace, signs, connect, .. } = self.settings.patience;
        let now = std::time::Instant::now();
        let pools: Vec<_> = (0..index)
            .filter(|index| self.source.has_devices_for(self.settings.pools[*index].algorithm))
            .map(|index| Preferred {
                index,
                teller: Teller::Pool(self.settings.first + index),
                tips: self.settings.tips.clone(),
                pool: self.settings.pools[index].clone(),
                login: self.logins[index].clone(),
                old_tip: self.old_tips[index],
                paused_until: self.route.paused_until(index, now).map(Instant::from_std),
            })
            .collect();
        if pools.is_empty() {
            return Box::pin(pending());
        }
        Box::pin(await_preferred(pools, Manner { pace, signs, connect }, self.events.clone()))
    }

    /// Tells that a pool was returned to and did not last, where that is so.
    async fn tell_of_pause(&mut self, index: usize, now: std::time::Instant) {
        if let Some(until) = self.route.paused_until(index, now) {
            let pool = self.settings.pools[index].address.to_string();
            self.tell(Event::Health { pool, health: HealthSeen::Paused { pause: until - now } }).await;
        }
    }

    /// The pool whose turn it is.
    fn pool(&self) -> &PoolEntry {
        &self.settings.pools[self.route.at()]
    }

    /// Tells what happened; waits while whoever watches is behind.
    async fn tell(&self, event: Event) {
        // Whoever watched may be gone at the end of a run; the session then just ends.
        let _ = self.events.send(event).await;
    }

    async fn lose(&self, share: &Share) {
        let (pool, found) = (self.settings.first + self.source.pool_of(share), Found::from(share));
        self.tell(Event::Share(ShareSeen { pool, fate: Fate::Lost, found, took: None })).await;
    }

    /// Counts the shares that wait in the engine as lost, without waiting for more.
    async fn lose_waiting_shares(&mut self) {
        while let Some(share) = self.waiting_share().await {
            self.lose(&share).await;
        }
    }

    async fn lose_shares_until_none_can_come(&mut self) {
        while !self.source.is_over() {
            if let Some(share) = self.source.next_share().await {
                self.lose(&share).await;
            }
        }
    }

    /// The next share, if one waits already.
    async fn waiting_share(&mut self) -> Option<Share> {
        tokio::select! {
            biased;
            share = self.source.next_share() => share,
            () = ready(()) => None,
        }
    }

    fn no_pool_is_usable(&mut self) {
        self.give_up_at = self.settings.patience.without_pool.map(|limit| Instant::now() + limit);
    }

    /// The outcome of `future`, unless the session has to end before.
    async fn unless_over<T>(&mut self, future: impl Future<Output = T>) -> Result<T, Ended> {
        tokio::select! {
            outcome = future => Ok(outcome),
            () = stopped(&mut self.stop) => Err(Ended::Stopped),
            () = reached(self.give_up_at) => Err(Ended::WithoutPool),
        }
    }
}

/// Waits until the session is to stop.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that nobody is left to stop it properly: then it ends too.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Waits until a moment that may never come.
pub(crate) async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => pending().await,
    }
}
