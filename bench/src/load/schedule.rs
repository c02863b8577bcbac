//! When each share is due, and what is wrong with it.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hashkit_chain::{JobId, Nonce, Share, Solution, Work};
use hashkit_stratum::{Id, Submit, ToPool};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::UnboundedSender;

use super::connection::{Command, FIRST_ID};
use super::finder::Board;
use super::tally::Tally;
use super::{Plan, locked};

/// What is wrong with a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing.
    Good,
    /// Its job was replaced, or was never given.
    Stale,
    /// It was handed in before.
    Duplicate,
    /// Its hash does not meet the target.
    Invalid,
}

/// What part of the shares is wrong, and how: each from 0 to 1, together at most 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Mix {
    /// Of replaced jobs.
    pub stale: f64,
    /// Handed in before.
    pub duplicate: f64,
    /// That miss the target.
    pub invalid: f64,
}

/// Deals out kinds so that after any number of shares each has had its part, to within two.
struct Dealer {
    mix: Mix,
    owed: [f64; 3],
}

/// Parts such as a tenth do not add up to a whole exactly.
const ROUNDING: f64 = 1e-6;

impl Dealer {
    fn next(&mut self) -> Kind {
        let Mix { stale, duplicate, invalid } = self.mix;
        for (owed, part) in self.owed.iter_mut().zip([stale, duplicate, invalid]) {
            *owed += part;
        }
        let most =
            (0..3).max_by(|a, b| self.owed[*a].total_cmp(&self.owed[*b])).filter(|at| self.owed[*at] > 1.0 - ROUNDING);
        let Some(at) = most else { return Kind::Good };
        self.owed[at] -= 1.0;
        [Kind::Stale, Kind::Duplicate, Kind::Invalid][at]
    }
}

/// Hands in the plan's shares, to one connection after the other; fewer when told that it ends.
pub(super) fn hand_in(
    plan: &Plan,
    connections: &[UnboundedSender<Command>],
    board: &Board,
    tally: &Mutex<Tally>,
    ends: &AtomicBool,
) {
    let &Plan { share_rate: rate, mix, time, .. } = plan;
    let mut dealer = Dealer { mix, owed: [0.0; 3] };
    // The last shares of each connection, for duplicates.
    let mut old: VecDeque<(usize, Share)> = VecDeque::new();
    let (mut id, mut at) = (FIRST_ID, 0);
    // The finders begin with nothing.
    thread::sleep(Duration::from_millis(200));
    let began = Instant::now();
    for number in 0.. {
        let after = Duration::from_secs_f64(f64::from(number) / rate);
        if after >= time || ends.load(Ordering::Relaxed) {
            break;
        }
        let due = began + after;
        thread::sleep(due.saturating_duration_since(Instant::now()));
        let kind = dealer.next();
        locked(tally).due();
        let next = (0..connections.len()).find_map(|_| {
            at = (at + 1) % connections.len();
            Some((at, share(kind, at, board, &mut old)?))
        });
        let Some((connection, (from, share))) = next else {
            locked(tally).missed();
            continue;
        };
        let connection = from.unwrap_or(connection);
        id += 1;
        let line = line(&share, &plan.user, kind, id);
        if connections[connection].send(Command::Submit { line, id, due, kind }).is_err() {
            // The connection has ended.
            locked(tally).missed();
            continue;
        }
        if kind == Kind::Good {
            old.push_back((connection, share));
            if old.len() > 64 {
                old.pop_front();
            }
        }
    }
    locked(tally).submitted_for(began.elapsed());
}

/// A share of that kind for this connection, or the one that it has to go to.
fn share(
    kind: Kind,
    connection: usize,
    board: &Board,
    old: &mut VecDeque<(usize, Share)>,
) -> Option<(Option<usize>, Share)> {
    match kind {
        Kind::Duplicate => {
            let (connection, share) = old.pop_back()?;
            Some((Some(connection), share))
        }
        Kind::Good | Kind::Stale | Kind::Invalid => Some((None, board.take(connection)?)),
    }
}

/// The line that hands it in.
fn line(share: &Share, user: &str, kind: Kind, id: u64) -> String {
    let nonce = if kind == Kind::Invalid { miss(share) } else { share.header().nonce };
    // To a pool a job that it never gave is as unknown as one that was replaced.
    let job_id = if kind == Kind::Stale { JobId::from("gone") } else { share.job().id.clone() };
    let submit = Submit {
        user: user.to_owned(),
        job_id,
        extranonce2: share.extranonce2().to_string(),
        ntime: share.header().ntime.to_string(),
        nonce: nonce.to_string(),
        version_bits: None,
    };
    ToPool::Submit(submit).to_line(&Id::number(id))
}

/// The next nonce whose hash does not meet the target.
fn miss(share: &Share) -> Nonce {
    let header = share.header();
    let work = Work::claimed(share.job().clone(), *share.extranonce2(), header.version, header.ntime);
    let is_miss =
        |nonce: &Nonce| Share::check(&Solution { work: work.clone(), nonce: *nonce, version: header.version }).is_err();
    let after = (1..=64).map(|step| Nonce(header.nonce.0.wrapping_add(step))).find(is_miss);
    // Where every hash is a share there is no miss.
    after.unwrap_or(header.nonce)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_part_after_any_number_of_shares() {
        let mix = Mix { stale: 0.1, duplicate: 0.05, invalid: 0.25 };
        let mut dealer = Dealer { mix, owed: [0.0; 3] };
        let mut counts = [0_u32; 4];
        for dealt in 1..=1000_u32 {
            counts[match dealer.next() {
                Kind::Stale => 0,
                Kind::Duplicate => 1,
                Kind::Invalid => 2,
                Kind::Good => 3,
            }] += 1;
            for (count, part) in counts.iter().zip([mix.stale, mix.duplicate, mix.invalid]) {
                let owed = f64::from(dealt) * part - f64::from(*count);
                assert!((-1.0..=2.0).contains(&owed), "{dealt} {counts:?}");
            }
        }
        // Where two kinds are due with the same share, the second goes with the next one.
        for (count, expected) in counts.iter().zip([100_u32, 50, 250, 600]) {
            assert!(count.abs_diff(expected) <= 2, "{counts:?}");
        }
    }
}
