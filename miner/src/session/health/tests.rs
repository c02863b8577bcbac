//! A pool's health, on a clock that the tests own: each sign by itself, and days of pools that do anything.

use fastrand::Rng;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// A connection's pool, and when it was last heard and asked.
struct Table {
    health: Health,
    start: Instant,
    now: Instant,
    owed: Owed,
}

impl Table {
    fn new() -> Self {
        let now = Instant::now();
        Self {
            health: Health::new(Signs::default()),
            start: now,
            now,
            owed: Owed { heard: now, share: None, ping: None },
        }
    }

    /// Logged in, with a job on parent 0.
    fn alive() -> Self {
        let mut table = Self::new();
        table.health.logged_in(table.now);
        table.job(0);
        assert_eq!(table.review(), Some(Change::Alive { was_suspect: false }));
        table
    }

    fn job(&mut self, parent: u8) {
        self.owed.heard = self.now;
        self.health.job(Hash::from_internal([parent; 32]), self.now);
    }

    fn review(&mut self) -> Option<Change> {
        self.health.review(self.owed, self.now)
    }

    /// Lets the time pass up to `second` since the start, as an owner does who looks only at the deadlines; tells what
    /// changed, and in which second.
    fn until(&mut self, second: u64) -> Vec<(u64, Change)> {
        let end = self.start + Duration::from_secs(second);
        let mut changes = Vec::new();
        for step in 0.. {
            assert!(step < 100, "a busy loop: {:?} at {:?}", self.health, self.now - self.start);
            match self.health.deadline(self.owed).filter(|deadline| *deadline <= end) {
                Some(deadline) => self.now = self.now.max(deadline),
                None => break,
            }
            let change = self.review();
            changes.extend(change.map(|change| ((self.now - self.start).as_secs(), change)));
            if matches!(change, Some(Change::Dead { .. })) {
                return changes;
            }
        }
        self.now = end;
        changes
    }
}

/// Suspect at one second, left ten later.
fn suspect_then_dead(at: u64, why: Suspicion) -> Vec<(u64, Change)> {
    vec![(at, Change::Suspect { why, left_in: 10 * SECOND }), (at + 10, Change::Dead { why })]
}

#[test]
fn a_pool_is_alive_with_the_login_and_a_job_and_not_before() {
    let mut table = Table::new();
    assert_eq!(table.review(), None);
    table.job(0);
    assert_eq!(table.review(), None, "a job alone");
    table.health.logged_in(table.now);
    assert_eq!(table.review(), Some(Change::Alive { was_suspect: false }));
    assert_eq!(table.review(), None, "told once");

    let mut table = Table::new();
    table.health.logged_in(table.now);
    assert_eq!(table.until(60), suspect_then_dead(10, Suspicion::Job(10 * SECOND)), "a login alone");
}

#[test]
fn each_sign_makes_a_pool_suspect_in_its_time_and_dead_ten_seconds_later() {
    for (case, share, ping, at, why) in [
        ("a share", Some(5), None, 15, Suspicion::Share(10 * SECOND)),
        ("a ping", None, Some(8), 18, Suspicion::Ping(10 * SECOND)),
        ("no second job", None, None, 180, Suspicion::Job(180 * SECOND)),
    ] {
        let mut table = Table::alive();
        let owed = [share, ping].map(|second: Option<u32>| second.map(|second| table.start + second * SECOND));
        (table.owed.share, table.owed.ping) = (owed[0], owed[1]);
        assert_eq!(table.until(300), suspect_then_dead(at, why), "{case}");
    }
}

#[test]
fn a_pool_that_refuses_more_than_half_is_suspect_once_there_is_enough_to_judge_by() {
    for (case, verdicts, sign) in [
        ("half", "x.x.x.x.x.x.x.x.x.x.", None),
        ("too few to judge by", "xxxxxxxxxxxxxxx", None),
        ("all of sixteen", "xxxxxxxxxxxxxxxx", Some((16, 16))),
        ("more than half", "xx.xx.xx.xx.xx.xx.", Some((12, 18))),
        ("long ago", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx................", None),
    ] {
        let mut table = Table::alive();
        verdicts.chars().for_each(|verdict| table.health.answered(verdict == 'x'));
        let expected = sign
            .map(|(refused, of)| Change::Suspect { why: Suspicion::Refusals { refused, of }, left_in: 10 * SECOND });
        assert_eq!(table.review(), expected, "{case}");
    }
}

#[test]
fn a_job_may_be_late_by_twice_the_longest_usual_gap_between_one_minute_and_three() {
    for (gap, limit) in [(1, 60), (20, 60), (45, 90), (80, 160), (100, 180)] {
        let mut table = Table::alive();
        for job in 1..=5 {
            assert_eq!(table.until(job * gap), [], "jobs every {gap} s");
            table.job(0);
            table.review();
        }
        let late = suspect_then_dead(5 * gap + limit, Suspicion::Job(Duration::from_secs(limit)));
        assert_eq!(table.until(5 * gap + 300), late, "jobs every {gap} s");
    }
}

#[test]
fn jobs_on_one_parent_for_two_hours_are_of_an_old_tip() {
    for (case, new_block_at, dead) in [("no block", None, true), ("a block after an hour", Some(3600), false)] {
        let mut table = Table::alive();
        let mut changes = Vec::new();
        for second in (30..=7260).step_by(30) {
            changes.extend(table.until(second));
            if changes.iter().any(|(_, change)| matches!(change, Change::Dead { .. })) {
                break;
            }
            table.job(u8::from(new_block_at.is_some_and(|at| second >= at)));
            changes.extend(table.review().map(|change| (second, change)));
        }
        let expected = if dead { suspect_then_dead(7200, Suspicion::Tip(7200 * SECOND)) } else { vec![] };
        assert_eq!(changes, expected, "{case}");
    }
}

#[test]
fn a_suspect_that_gives_what_it_owes_is_alive_again() {
    let mut table = Table::alive();
    table.owed.share = Some(table.now);
    assert_eq!(table.until(19).len(), 1);
    table.owed.share = None;
    assert_eq!(table.review(), Some(Change::Alive { was_suspect: true }));
    assert_eq!(table.until(100), []);
}

#[test]
fn a_machine_that_slept_gives_the_pool_its_ten_seconds() {
    let mut table = Table::alive();
    table.owed.share = Some(table.now);
    table.now += Duration::from_hours(8);
    let change = table.review();
    assert!(matches!(change, Some(Change::Suspect { left_in, .. }) if left_in == 10 * SECOND), "{change:?}");
    assert_eq!(table.review(), None);
}

/// A day of a pool that does anything at random.
fn random_day(seed: u64) {
    let mut random = Rng::with_seed(seed);
    let mut table = Table::alive();
    let end = table.now + Duration::from_hours(24);
    // How long things take with this pool: it may be quick, slow, or dead for hours.
    let (job_every, answers_within, refuses) = (random.u64(1..300), random.u64(1..15_000), random.f64());
    let (mut next_job, mut next_share) = (table.now, table.now + SECOND);
    let (mut steps, mut messages, mut connections) = (0u32, 0u32, 1u32);
    let mut suspect_since = None;
    while table.now < end {
        steps += 1;
        let answer = table.owed.share.map(|since| since + Duration::from_millis(random.u64(1..=answers_within)));
        let deadline = table.health.deadline(table.owed);
        let next = [Some(next_job), Some(next_share), answer, deadline].into_iter().flatten().min().unwrap_or(end);
        table.now = table.now.max(next);
        if next == next_job {
            messages += 1;
            table.job(random.u8(0..3));
            next_job = table.now + Duration::from_secs(random.u64(1..=2 * job_every));
        } else if next == next_share {
            messages += 1;
            table.owed.share.get_or_insert(table.now);
            next_share = table.now + Duration::from_secs(random.u64(1..120));
        } else if Some(next) == answer {
            messages += 1;
            (table.owed.share, table.owed.heard) = (None, table.now);
            table.health.answered(random.f64() < refuses);
        }
        match table.review() {
            Some(Change::Suspect { .. }) => {
                assert_eq!(suspect_since.replace(table.now), None, "seed {seed}: suspect twice");
            }
            Some(Change::Alive { was_suspect }) => {
                assert_eq!(
                    suspect_since.take().is_some(),
                    was_suspect,
                    "seed {seed}: alive again without having been suspect"
                );
            }
            Some(Change::Dead { .. }) => {
                let since = suspect_since.take().unwrap_or_else(|| panic!("seed {seed}: left unsuspected"));
                assert_eq!(table.now - since, 10 * SECOND, "seed {seed}: left sooner or later than said");
                // A new connection, at once.
                connections += 1;
                (table.health, table.owed) =
                    (Health::new(Signs::default()), Owed { heard: table.now, share: None, ping: None });
                table.health.logged_in(table.now);
                table.job(9);
                assert!(table.review().is_some(), "seed {seed}: a new connection is alive");
            }
            None => {}
        }
        let Health { gaps, verdicts, .. } = &table.health;
        assert!(gaps.len() <= Health::GAPS && verdicts.len() <= Health::VERDICTS, "seed {seed}: it grows");
    }
    // Each message is one step; each connection has a deadline or two of its own, and so has each suspicion.
    assert!(steps <= messages * 3 + connections * 4, "seed {seed}: {steps} steps for {messages} messages");
}

#[test]
fn thousands_of_days_of_any_pool_keep_the_rules() {
    for seed in 0..2000 {
        random_day(seed);
    }
}
