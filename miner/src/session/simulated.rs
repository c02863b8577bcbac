//! Days of failover on a simulated clock: the machines that decide (`Route`, `Health`, `Proof`) with pools that are well, fall
//! silent and die by a schedule. What is sent over the wire is left to the scenarios with real sockets.

use std::ops::Range;
use std::time::{Duration, Instant};

use fastrand::Rng;
use hashkit_chain::Hash;
use hashkit_stratum::Owed;

use super::backoff::Backoff;
use super::comeback::Pace;
use super::health::{Change, Health, Signs};
use super::proof::{Proof, Step};
use super::route::Route;

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_hours(24);
const LOGIN: Duration = Duration::from_secs(10);

/// What a pool does for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Condition {
    /// Gives jobs and answers.
    Well,
    /// Holds its connections and takes new ones, but says nothing.
    Silent,
    /// Closes its connections and refuses new ones.
    Down,
}

/// What a pool does when: each condition with its beginning, the first at the start.
struct Schedule(Vec<(Instant, Condition)>);

impl Schedule {
    fn random(start: Instant, random: &mut Rng) -> Self {
        // Some pools change every few seconds, some every few hours.
        let usual = 10u64.pow(random.u32(1..5));
        let mut changes = Vec::new();
        let mut at = start;
        while at < start + DAY {
            let condition = [Condition::Well, Condition::Well, Condition::Silent, Condition::Down][random.usize(0..4)];
            changes.push((at, condition));
            at += Duration::from_millis(random.u64(1..=usual * 2000));
        }
        Self(changes)
    }

    /// Well for `well` seconds and down for `down`, again and again.
    fn regular(start: Instant, well: u64, down: u64) -> Self {
        let (well, down) = (Duration::from_secs(well), Duration::from_secs(down));
        let mut changes = Vec::new();
        let mut at = start;
        while at < start + DAY {
            changes.extend([(at, Condition::Well), (at + well, Condition::Down)]);
            at += well + down;
        }
        Self(changes)
    }

    fn always(start: Instant, condition: Condition) -> Self {
        Self(vec![(start, condition)])
    }

    /// The condition at `now`, and since when.
    fn at(&self, now: Instant) -> (Condition, Instant) {
        let (since, condition) = self.0[self.0.partition_point(|(since, _)| *since <= now) - 1];
        (condition, since)
    }

    fn next_change(&self, now: Instant) -> Option<Instant> {
        self.0.get(self.0.partition_point(|(since, _)| *since <= now)).map(|(since, _)| *since)
    }
}

/// A connection as the network and the pool see it.
struct Link {
    pool: usize,
    made_at: Instant,
    is_logged_in: bool,
    owed: Owed,
    next_job: Instant,
    /// Over a side connection no share goes.
    next_share: Option<Instant>,
}

/// What came over a link.
enum Came {
    Login,
    Job(Hash),
    Closed,
}

impl Link {
    const JOB_EVERY: Duration = Duration::from_secs(30);
    const SHARE_EVERY: Duration = Duration::from_secs(20);

    fn new(pool: usize, is_side: bool, now: Instant) -> Self {
        let owed = Owed { heard: now, share: None, ping: None };
        Self { pool, made_at: now, is_logged_in: false, owed, next_job: now, next_share: (!is_side).then_some(now) }
    }

    fn next(&self, condition: Condition) -> Option<Instant> {
        if !self.is_logged_in {
            let answered_after = if condition == Condition::Well { Duration::ZERO } else { LOGIN };
            return Some(self.made_at + answered_after);
        }
        let job = (condition == Condition::Well).then_some(self.next_job);
        [job, self.next_share].into_iter().flatten().min()
    }

    /// What has come by `now`.
    fn advance(&mut self, condition: Condition, tip: Hash, now: Instant) -> Vec<Came> {
        let mut came = Vec::new();
        let is_given_up = condition != Condition::Well && !self.is_logged_in && now >= self.made_at + LOGIN;
        if condition == Condition::Down || is_given_up {
            return vec![Came::Closed];
        }
        if self.is_logged_in && self.next_share.is_some_and(|moment| moment <= now) {
            self.owed.share.get_or_insert(now);
            self.next_share = Some(now + Self::SHARE_EVERY);
        }
        if condition == Condition::Well {
            // What it owes comes as soon as it is well.
            if !self.is_logged_in {
                self.is_logged_in = true;
                came.push(Came::Login);
            }
            if self.owed.share.is_some() || self.owed.ping.is_some() {
                self.owed = Owed { heard: now, share: None, ping: None };
            }
            if now >= self.next_job {
                self.owed.heard = now;
                self.next_job = now + Self::JOB_EVERY;
                came.push(Came::Job(tip));
            }
        }
        came
    }

    fn ping_if_due(&mut self, due: Option<Instant>, now: Instant) {
        if due.is_some_and(|moment| moment <= now) {
            self.owed.ping = Some(now);
        }
    }

    /// `due`, while a ping can be sent.
    fn ping_at(&self, due: Option<Instant>) -> Option<Instant> {
        due.filter(|_| self.owed.ping.is_none())
    }
}

/// The pool that is mined on, as `Connection` holds it.
struct Main {
    link: Link,
    health: Health,
    usable_since: Option<Instant>,
}

/// A better pool, as `probe` looks at it.
struct Side {
    pool: usize,
    try_at: Instant,
    link: Option<(Link, Proof)>,
}

/// A miner and its pools, and what is to be checked of them.
struct World {
    start: Instant,
    now: Instant,
    pools: Vec<Schedule>,
    route: Route,
    main: Option<Main>,
    connect_at: Instant,
    sides: Vec<Side>,
    /// Returns to a better pool: when, and to which.
    returns: Vec<(Instant, usize)>,
    steps: u64,
    connections: u64,
    mined: Duration,
}

impl World {
    fn new(start: Instant, pools: Vec<Schedule>, seed: u64) -> Self {
        let route = Route::new(pools.len(), Backoff::new(Rng::with_seed(seed)), Pace::default());
        Self {
            start,
            now: start,
            pools,
            route,
            main: None,
            connect_at: start,
            sides: Vec::new(),
            returns: Vec::new(),
            steps: 0,
            connections: 0,
            mined: Duration::ZERO,
        }
    }

    fn run(mut self) -> Self {
        while self.now < self.start + DAY {
            self.step();
        }
        self
    }

    fn step(&mut self) {
        self.steps += 1;
        let before = self.now;
        self.now = self.next_moment().max(self.now);
        if self.main.as_ref().is_some_and(|main| main.usable_since.is_some()) {
            self.mined += self.now - before;
        }
        // A new tip every ten minutes.
        let block = u8::try_from((self.now - self.start).as_secs() / 600 % 251).unwrap();
        let tip = Hash::from_internal([block; 32]);
        match self.main.take() {
            Some(main) => self.main_step(main, tip),
            None if self.now >= self.connect_at => self.connect(),
            None => {}
        }
        for at in 0..self.sides.len() {
            if self.side_step(at, tip) {
                return self.return_to(self.sides[at].pool);
            }
        }
    }

    fn next_moment(&self) -> Instant {
        let mut moments = vec![self.start + DAY];
        match &self.main {
            Some(Main { link, health, .. }) => {
                moments.extend(link.next(self.pools[link.pool].at(self.now).0));
                moments.extend(health.deadline(link.owed));
                moments.extend(link.ping_at(health.ping_at(link.owed)));
            }
            None => moments.push(self.connect_at),
        }
        for side in &self.sides {
            match &side.link {
                Some((link, proof)) => {
                    moments.extend(link.next(self.pools[link.pool].at(self.now).0));
                    moments.extend(proof.deadline(link.owed, self.now));
                    moments.extend(link.ping_at(proof.ping_at(link.owed)));
                }
                None => moments.push(side.try_at),
            }
        }
        moments.extend(self.pools.iter().filter_map(|pool| pool.next_change(self.now)));
        moments.into_iter().min().expect("the end of the day is one")
    }

    fn connect(&mut self) {
        self.connections += 1;
        let pool = self.route.at();
        if self.pools[pool].at(self.now).0 == Condition::Down {
            return self.fail(Duration::ZERO);
        }
        self.main = Some(Main {
            link: Link::new(pool, false, self.now),
            health: Health::new(Signs::default()),
            usable_since: None,
        });
        let retry = Pace::default().retry();
        let try_at = |pool| self.route.paused_until(pool, self.now).unwrap_or(self.now) + retry;
        self.sides = (0..pool).map(|pool| Side { pool, try_at: try_at(pool), link: None }).collect();
    }

    fn fail(&mut self, usable_for: Duration) {
        self.sides.clear();
        self.connect_at = self.now + self.route.failed_after(usable_for, self.now);
    }

    fn main_step(&mut self, mut main: Main, tip: Hash) {
        let (condition, since) = self.pools[main.link.pool].at(self.now);
        let usable_for = main.usable_since.map_or(Duration::ZERO, |since| self.now - since);
        for came in main.link.advance(condition, tip, self.now) {
            match came {
                Came::Login => main.health.logged_in(self.now),
                Came::Job(parent) => main.health.job(parent, self.now),
                Came::Closed => return self.fail(usable_for),
            }
        }
        main.link.ping_if_due(main.link.ping_at(main.health.ping_at(main.link.owed)), self.now);
        match main.health.review(main.link.owed, self.now) {
            Some(Change::Alive { .. }) => {
                main.usable_since.get_or_insert(self.now);
            }
            Some(Change::Dead { .. }) => {
                assert!(condition == Condition::Silent, "left a pool that is {condition:?}");
                return self.fail(usable_for);
            }
            _ => {}
        }
        if condition == Condition::Silent {
            let silent_for = self.now - since.max(main.link.made_at);
            assert!(silent_for < 30 * SECOND, "on a silent pool for {silent_for:?}");
        }
        self.main = Some(main);
    }

    /// Whether the pool of this side connection has proved itself.
    fn side_step(&mut self, at: usize, tip: Hash) -> bool {
        let side = &mut self.sides[at];
        let condition = self.pools[side.pool].at(self.now).0;
        let retry_at = self.now + Pace::default().retry();
        let Some((link, proof)) = &mut side.link else {
            if self.now >= side.try_at {
                self.connections += 1;
                side.try_at = retry_at;
                side.link = (condition != Condition::Down).then(|| {
                    (Link::new(side.pool, true, self.now), Proof::new(Pace::default(), Signs::default(), None))
                });
            }
            return false;
        };
        let mut failed = false;
        for came in link.advance(condition, tip, self.now) {
            match came {
                Came::Login => proof.logged_in(self.now),
                Came::Job(parent) => proof.job(parent, self.now),
                Came::Closed => failed = true,
            }
        }
        link.ping_if_due(link.ping_at(proof.ping_at(link.owed)), self.now);
        let step = proof.review(link.owed, self.now);
        if failed || matches!(step, Step::Failed(_)) {
            (side.link, side.try_at) = (None, retry_at);
        }
        !failed && step == Step::Proved
    }

    fn return_to(&mut self, pool: usize) {
        let mut moment = self.now.checked_sub(60 * SECOND).expect("a proof takes longer");
        while let Some(next) = self.pools[pool].next_change(moment).filter(|next| *next <= self.now) {
            let condition = self.pools[pool].at(moment).0;
            // A short silence passes unseen.
            let is_well =
                condition == Condition::Well || (condition == Condition::Silent && next - moment < 20 * SECOND);
            assert!(is_well, "returned to {pool}, which was {condition:?} within the last minute");
            moment = next;
        }
        if let Some((last, _)) = self.returns.last() {
            assert!(self.now - *last >= 60 * SECOND, "returned twice within {:?}", self.now - *last);
        }
        self.returns.push((self.now, pool));
        self.route.prefer(pool);
        self.main = None;
        self.sides.clear();
        self.connect_at = self.now;
    }
}

#[test]
fn hundreds_of_days_with_pools_that_fail_at_random_keep_the_rules() {
    days_keep_the_rules(0..300);
}

#[test]
#[ignore = "takes minutes: scripts/long-tests"]
fn thousands_of_days_with_pools_that_fail_at_random_keep_the_rules() {
    days_keep_the_rules(300..4000);
}

fn days_keep_the_rules(seeds: Range<u64>) {
    let start = Instant::now();
    for seed in seeds {
        let mut random = Rng::with_seed(seed);
        let pools = (0..random.usize(1..4)).map(|_| Schedule::random(start, &mut random)).collect();
        let world = World::new(start, pools, seed).run();
        // What may wake it: jobs, shares, pings, their limits and the pools' changes. Nothing comes more often than every few
        // seconds, but for the changes; a busy loop would be millions.
        let changes: usize = world.pools.iter().map(|pool| pool.0.len()).sum();
        let most = DAY.as_secs() * world.pools.len() as u64 + 4 * changes as u64;
        assert!(world.steps < most, "seed {seed}: {} steps", world.steps);
        assert!(world.connections < DAY.as_secs() / 4 * world.pools.len() as u64, "seed {seed}: {}", world.connections);
    }
}

#[test]
fn the_primary_is_returned_to_60_to_70_seconds_after_it_is_well_again() {
    let start = Instant::now();
    for outage in [7, 100, 3333, 40_000] {
        let primary = Schedule(vec![
            (start, Condition::Well),
            (start + 1000 * SECOND, Condition::Down),
            (start + (1000 + outage) * SECOND, Condition::Well),
        ]);
        let world = World::new(start, vec![primary, Schedule::always(start, Condition::Well)], 1).run();
        let [(at, 0)] = world.returns[..] else { panic!("{:?}", world.returns) };
        let after = at - (start + (1000 + outage) * SECOND);
        assert!((60 * SECOND..=70 * SECOND).contains(&after), "after an outage of {outage} s it took {after:?}");
    }
}

#[test]
fn a_pool_that_dies_every_20_seconds_is_left_once_and_for_good() {
    let start = Instant::now();
    let pools = vec![Schedule::regular(start, 20, 1), Schedule::always(start, Condition::Well)];
    let world = World::new(start, pools, 1).run();
    assert_eq!(world.returns, []);
    assert!(world.mined + SECOND > DAY, "{:?} of a day", world.mined);
}

#[test]
fn a_pool_that_holds_just_long_enough_to_be_returned_to_is_returned_to_less_and_less() {
    let start = Instant::now();
    let pools = vec![Schedule::regular(start, 80, 5), Schedule::always(start, Condition::Well)];
    let world = World::new(start, pools, 1).run();
    let gaps: Vec<_> = world.returns.windows(2).map(|pair| (pair[1].0 - pair[0].0).as_secs() / 60).collect();
    assert!(gaps.iter().take(6).is_sorted() && gaps[5] >= 16, "minutes between returns: {gaps:?}");
    assert!((20..60).contains(&gaps.len()), "{} returns in a day", gaps.len());
}

#[test]
fn a_lone_pool_that_falls_silent_is_tried_again_and_again() {
    let start = Instant::now();
    let pool = Schedule(vec![
        (start, Condition::Well),
        (start + 100 * SECOND, Condition::Silent),
        (start + 4000 * SECOND, Condition::Well),
    ]);
    let world = World::new(start, vec![pool], 1).run();
    // It is silent for 65 minutes, of which half a minute passes before it is left; a pause takes a minute at most.
    let rested = DAY.saturating_sub(world.mined);
    assert!((Duration::from_mins(64)..=Duration::from_mins(66)).contains(&rested), "{rested:?}");
}
