//! Answers in the order of their requests, also where the owner decides late: ids may repeat, so order is all that some
//! miners have.

use std::collections::VecDeque;
use std::time::Instant;

use super::jobs::Claim;
use crate::message::Id;

/// A request that waits for the owner's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(u64);

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Question {
    Subscribe,
    Authorize {
        user: String,
    },
    Submit(Claim),
    /// Anything that needs no decision.
    Plain,
}

#[derive(Debug)]
struct Open {
    id: Id,
    question: Question,
    asked_at: Instant,
    line: Option<String>,
}

/// The requests that have not been answered, oldest first.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// The number of the oldest.
    first: u64,
    open: VecDeque<Open>,
}

impl Answers {
    /// The most requests that may wait.
    pub(super) const MAX: usize = 1024;

    pub(super) fn open(&mut self, id: Id, question: Question, asked_at: Instant) -> RequestId {
        self.open.push_back(Open { id, question, asked_at, line: None });
        RequestId(self.first + self.open.len() as u64 - 1)
    }

    fn at(&self, request: RequestId) -> Option<usize> {
        let at = usize::try_from(request.0.checked_sub(self.first)?).ok()?;
        self.open.get(at).is_some_and(|open| open.line.is_none()).then_some(at)
    }

    pub(super) fn id(&self, request: RequestId) -> Option<&Id> {
        self.at(request).map(|at| &self.open[at].id)
    }

    /// What was asked, and when; `None` for what has been answered.
    pub(super) fn question(&self, request: RequestId) -> Option<(&Question, Instant)> {
        self.at(request).map(|at| (&self.open[at].question, self.open[at].asked_at))
    }

    pub(super) fn has(&self, wanted: impl Fn(&Question) -> bool) -> bool {
        self.open.iter().any(|open| open.line.is_none() && wanted(&open.question))
    }

    pub(super) fn settle(&mut self, request: RequestId, line: String) {
        self.settle_with(request, |_, _| line);
    }

    pub(super) fn settle_with(&mut self, request: RequestId, line: impl FnOnce(&Id, &Question) -> String) {
        if let Some(at) = self.at(request) {
            let open = &mut self.open[at];
            open.line = Some(line(&open.id, &open.question));
        }
    }

    pub(super) fn settle_all(&mut self, question: &Question, line: impl Fn(&Id) -> String) {
        for open in self.open.iter_mut().filter(|open| open.line.is_none() && open.question == *question) {
            open.line = Some(line(&open.id));
        }
    }

    /// The oldest request, once it has its answer.
    pub(super) fn next_settled(&mut self) -> Option<(Question, String)> {
        self.open.front()?.line.as_ref()?;
        let open = self.open.pop_front()?;
        self.first += 1;
        open.line.map(|line| (open.question, line))
    }

    pub(super) fn len(&self) -> usize {
        self.open.len()
    }
}
