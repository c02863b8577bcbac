//! Whether a pool on a side connection has proved itself: a state machine without I/O, on a clock that its owner holds.

use std::time::Instant;

use hashkit_chain::Hash;
use hashkit_stratum::Owed;

use super::comeback::Pace;
use super::health::{Change, Health, Signs, Suspicion};

/// Where a proof stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The proof has not begun, or goes on.
    Waiting,
    /// The pool has given work, and from now on the time counts.
    Begun,
    /// It has been well for long enough.
    Proved,
    /// It has not been, for this reason.
    Failed(Suspicion),
}

/// The proof of one side connection's pool. It begins with the login and a job, and a sign of suspicion ends it.
#[derive(Debug)]
pub(crate) struct Proof {
    pace: Pace,
    health: Health,
    /// Jobs on this parent prove nothing: the pool was left because it would not let go of it.
    old_tip: Option<Hash>,
    since: Option<Instant>,
}

impl Proof {
    /// A side connection that has just been made.
    pub(crate) fn new(pace: Pace, signs: Signs, old_tip: Option<Hash>) -> Self {
        // Of a shortened proof, so that a short one has pings too.
        let signs = Signs { ping: signs.ping.min(pace.prove / 6), ..signs };
        Self { pace, health: Health::new(signs), old_tip, since: None }
    }

    /// The pool has taken the login.
    pub(crate) fn logged_in(&mut self, now: Instant) {
        self.health.logged_in(now);
    }

    /// The pool has sent a job on this parent.
    pub(crate) fn job(&mut self, parent: Hash, now: Instant) {
        self.health.job(parent, now);
    }

    /// Whether the user's node has gone on from the pool's block.
    pub(crate) fn left_behind(&mut self, is_left_behind: bool) {
        self.health.left_behind(is_left_behind);
    }

    /// Looks at the clock and at what the pool owes. Call it after every message and at [`Proof::deadline`].
    pub(crate) fn review(&mut self, owed: Owed, now: Instant) -> Step {
        if let Some(Change::Suspect { why, .. } | Change::Dead { why }) = self.health.review(owed, now) {
            return Step::Failed(why);
        }
        let has_work = self.health.is_alive() && (self.old_tip.is_none() || self.health.tip() != self.old_tip);
        let Some(since) = self.since else {
            self.since = has_work.then_some(now);
            return if has_work { Step::Begun } else { Step::Waiting };
        };
        // The burst of the login alone proves nothing: something must have come later.
        let is_heard = owed.heard >= since + self.pace.prove / 4;
        if has_work && is_heard && now >= since + self.pace.prove { Step::Proved } else { Step::Waiting }
    }

    /// When to ping a pool that can be pinged, unless it is heard before.
    pub(crate) fn ping_at(&self, owed: Owed) -> Option<Instant> {
        self.health.ping_at(owed)
    }

    /// When [`Proof::review`] has to be called unless something is heard before.
    pub(crate) fn deadline(&self, owed: Owed, now: Instant) -> Option<Instant> {
        let proved_at = self.since.map(|since| since + self.pace.prove).filter(|moment| *moment > now);
        [proved_at, self.health.deadline(owed)].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const TIP: Hash = Hash::from_internal([1; 32]);

    /// A pool that takes the login and sends a job on `TIP` at once, and then is heard every `heard_every` seconds; what
    /// its proof comes to, and in which second, or `None` when it is open after five minutes.
    fn proof_of(heard_every: u32, old_tip: Option<Hash>, owes_ping_at: Option<u32>) -> Option<(u32, Step)> {
        let start = Instant::now();
        let mut proof = Proof::new(Pace::default(), Signs::default(), old_tip);
        let mut owed = Owed { heard: start, share: None, ping: None };
        proof.logged_in(start);
        proof.job(TIP, start);
        for second in 0..300 {
            let now = start + second * SECOND;
            if second % heard_every == 0 {
                owed.heard = now;
            }
            owed.ping = owes_ping_at.map(|at| start + at * SECOND).filter(|since| *since <= now);
            match proof.review(owed, now) {
                Step::Waiting => {}
                Step::Begun => assert_eq!(second, 0),
                end => return Some((second, end)),
            }
        }
        None
    }

    #[test]
    fn a_pool_has_proved_itself_after_a_minute_in_which_it_was_heard_and_owed_nothing() {
        let failed = |why| Some(Step::Failed(why));
        for (case, heard_every, old_tip, owes_ping_at, second, step) in [
            ("heard every 8 s", 8, None, None, 60, Some(Step::Proved)),
            ("heard once a minute", 60, None, None, 60, Some(Step::Proved)),
            ("heard after 65 s", 65, None, None, 65, Some(Step::Proved)),
            ("silent after the login", 1000, None, None, 180, failed(Suspicion::Job(180 * SECOND))),
            ("silent to a ping", 1000, None, Some(8), 18, failed(Suspicion::Ping(10 * SECOND))),
            ("stays on the old tip", 8, Some(TIP), None, 180, failed(Suspicion::Job(180 * SECOND))),
            ("has left the old tip", 8, Some(Hash::ZERO), None, 60, Some(Step::Proved)),
        ] {
            assert_eq!(proof_of(heard_every, old_tip, owes_ping_at), step.map(|step| (second, step)), "{case}");
        }
    }
}
