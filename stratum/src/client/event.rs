//! What a client tells its owner, and the bounded queue that it waits in.

use std::collections::VecDeque;
use std::time::Duration;

use hashkit_chain::{Difficulty, Job, Previous};

use super::SubmitId;
use crate::message::{BadParams, Cause, LineError};

/// What happened on a connection.
#[derive(Debug, Clone, PartialEq)]
pub enum ClientEvent {
    /// The login is complete: shares go out from now on.
    Ready,
    /// A job to search. It may come before [`ClientEvent::Ready`]; its shares wait then.
    Job {
        /// The job.
        job: Job,
        /// What becomes of shares of earlier jobs.
        previous: Previous,
    },
    /// The pool accepted a share.
    Accepted {
        /// The share.
        id: SubmitId,
        /// From handing it in to the answer.
        took: Duration,
    },
    /// The pool refused a share.
    Refused {
        /// The share.
        id: SubmitId,
        /// What it comes down to.
        cause: Cause,
        /// The pool's number, where it sent one.
        code: Option<i64>,
        /// The pool's words, cleaned; may be empty.
        reason: String,
        /// From handing it in to the answer.
        took: Duration,
    },
    /// A share was not sent, because the pool could not have accepted it.
    Stale {
        /// The share.
        id: SubmitId,
        /// Why.
        why: StaleBecause,
    },
    /// A share that nobody will hear of again.
    Lost {
        /// The share.
        id: SubmitId,
        /// Why.
        why: LostBecause,
    },
    /// The pool does not take this user. It is for the owner to leave.
    LoginRefused {
        /// The pool's words.
        reason: String,
    },
    /// The difficulty of the jobs to come.
    DifficultyChanged(Difficulty),
    /// The pool wants the connection elsewhere, at a host that it may name. It is for the owner to go.
    MoveTo {
        /// The host; the same where there is none.
        host: Option<String>,
        /// The port; the same where there is none.
        port: Option<u16>,
        /// How long to wait before, at most five minutes.
        wait: Duration,
    },
    /// A text for people, cleaned.
    Message(String),
    /// Something was wrong and passed over.
    Warning(Warning),
}

/// Why a share was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StaleBecause {
    /// Its job has been replaced, or is of an earlier connection.
    #[error("its job has been replaced")]
    JobReplaced,
    /// The pool has taken back version bits that it uses.
    #[error("the pool no longer allows its version bits")]
    MaskChanged,
    /// The pool has raised the difficulty for shares of the running job, too, and it misses that.
    #[error("the pool has raised the difficulty")]
    DifficultyRaised,
    /// The very same share was sent before.
    #[error("it was sent before")]
    SentBefore,
}

/// Why a share has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LostBecause {
    /// None came in time.
    #[error("the pool did not answer in time")]
    Unanswered,
    /// Too many shares were waiting; this was the oldest.
    #[error("too many shares were waiting for an answer")]
    TooManyPending,
    /// The pool refused the login.
    #[error("the pool refused the login")]
    LoginRefused,
    /// The connection ended.
    #[error("the connection ended before an answer came")]
    Closed,
}

/// What was wrong and passed over.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Warning {
    /// A line that is no message.
    #[error("the pool sent a line that is no message ({why}): {text}")]
    Garbage {
        /// Why not.
        why: LineError,
        /// The line, cleaned and cut.
        text: String,
    },
    /// A known method with parameters that do not fit it; what was, stays.
    #[error("ignored a malformed message of the pool: {0}")]
    BadCall(BadParams),
    /// A job came and no difficulty before it. Said once.
    #[error("the pool sent a job without a difficulty: difficulty 1 is used")]
    NoDifficulty,
    /// The difficulty is a text instead of a number. Said once.
    #[error("the pool sends its difficulty as a text: it is read as a number")]
    QuotedDifficulty,
    /// A difficulty so high that no hash meets it.
    #[error("the pool asks for difficulty {0}, which no hash can meet: no shares will be found")]
    UnreachableDifficulty(Difficulty),
    /// The pool has refused a share that met the difficulty of its job. Said once.
    #[error("the pool holds shares against a new difficulty at once: from now on running jobs get it, too")]
    DifficultyAtOnce,
    /// The pool wants the connection at a host that is not its own.
    #[error("the pool asks to reconnect to {host}, which does not belong to {configured}: ignored")]
    ForeignHost {
        /// Where to, cleaned.
        host: String,
        /// The host of the configuration.
        configured: String,
    },
}

/// Jobs replace each other; verdicts on shares are kept, as many as there are shares; the rest is kept up to a limit.
#[derive(Debug, Default)]
pub(super) struct Events {
    job: Option<(Job, Previous)>,
    queue: VecDeque<ClientEvent>,
    notices: usize,
}

impl Events {
    /// The most events that a pool can cause without a share of ours.
    const MAX_NOTICES: usize = 64;

    /// A job takes the place of one that nobody has seen yet, and makes worthless what that one would have.
    pub(super) fn job(&mut self, job: Job, previous: Previous) {
        let unseen = self.job.take().map(|(_, previous)| previous);
        let previous = if unseen == Some(Previous::Worthless) { Previous::Worthless } else { previous };
        self.job = Some((job, previous));
    }

    /// An event of which there are at most as many as shares and logins.
    pub(super) fn push(&mut self, event: ClientEvent) {
        self.queue.push_back(event);
    }

    /// An event that the pool can cause at will; dropped while too many wait.
    pub(super) fn notice(&mut self, event: ClientEvent) {
        if self.notices < Self::MAX_NOTICES {
            self.notices += 1;
            self.queue.push_back(event);
        }
    }

    pub(super) fn next(&mut self) -> Option<ClientEvent> {
        if let Some((job, previous)) = self.job.take() {
            return Some(ClientEvent::Job { job, previous });
        }
        let event = self.queue.pop_front();
        if self.queue.is_empty() {
            self.notices = 0;
        }
        event
    }
}
