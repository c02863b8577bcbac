//! Requests without an answer yet.

use std::collections::BTreeMap;
use std::time::Instant;

use hashkit_chain::Hash;

/// A share on its way to the pool. Ids rise in the order of handing in, on one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubmitId(pub(super) u64);

/// What was asked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Configure,
    Subscribe,
    /// Once more, without parameters.
    SubscribeBare,
    ExtranonceSubscribe,
    SuggestDifficulty,
    Authorize,
    /// Nothing: whether the pool is there.
    Ping,
    Share {
        handed_in: Instant,
        /// What was found.
        hash: Hash,
        /// The line, while it waits for the login.
        unsent: Option<String>,
    },
}

/// The open requests by the id that the pool will echo.
#[derive(Debug, Default)]
pub(super) struct Requests {
    last_id: u64,
    /// The login's; they stay until they are answered, for an answer may come late.
    login: BTreeMap<u64, Asked>,
    shares: BTreeMap<u64, Asked>,
    /// The newest share that has been answered.
    last_answered: u64,
}

impl Requests {
    /// The most shares that may be without an answer.
    const MAX_SHARES: usize = 1000;

    /// An id that nobody has.
    pub(super) fn skip(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn open(&mut self, asked: Asked) -> u64 {
        let id = self.skip();
        self.login.insert(id, asked);
        id
    }

    pub(super) fn hand_in(&mut self, id: SubmitId, hash: Hash, handed_in: Instant, unsent: Option<String>) {
        self.shares.insert(id.0, Asked::Share { handed_in, hash, unsent });
    }

    /// Gives up the oldest share where there is no room for another.
    pub(super) fn make_room(&mut self) -> Option<SubmitId> {
        if self.shares.len() < Self::MAX_SHARES { None } else { self.lose_oldest() }
    }

    /// Closes a request. A share that has not been sent cannot be answered.
    pub(super) fn answered(&mut self, id: u64) -> Option<Asked> {
        if let Some(Asked::Share { unsent: Some(_), .. }) = self.shares.get(&id) {
            return None;
        }
        match self.shares.remove(&id) {
            Some(share) => {
                self.last_answered = self.last_answered.max(id);
                Some(share)
            }
            None => self.login.remove(&id),
        }
    }

    /// When the oldest of the shares was handed in that are newer than any answered one. A pool that answers the newer has
    /// forgotten the older, and is there.
    pub(super) fn unanswered_since(&self) -> Option<Instant> {
        let (_, asked) = self.shares.range(self.last_answered + 1..).next()?;
        match asked {
            Asked::Share { handed_in, .. } => Some(*handed_in),
            _ => None,
        }
    }

    /// The lines of the shares that have waited for the login, in their order.
    pub(super) fn release(&mut self) -> impl Iterator<Item = String> {
        self.shares.values_mut().filter_map(|asked| match asked {
            Asked::Share { unsent, .. } => unsent.take(),
            _ => None,
        })
    }

    pub(super) fn oldest_share(&self) -> Option<(SubmitId, Instant)> {
        match self.shares.first_key_value()? {
            (id, Asked::Share { handed_in, .. }) => Some((SubmitId(*id), *handed_in)),
            _ => None,
        }
    }

    pub(super) fn lose_oldest(&mut self) -> Option<SubmitId> {
        self.shares.pop_first().map(|(id, _)| SubmitId(id))
    }

    pub(super) fn awaits_extranonce_subscribe(&self) -> bool {
        self.login.values().any(|asked| *asked == Asked::ExtranonceSubscribe)
    }
}
