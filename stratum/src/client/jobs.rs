//! The jobs whose shares a pool still takes.

use std::collections::VecDeque;

use hashkit_chain::{Job, Previous, Target};

/// The newest jobs, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct LiveJobs(VecDeque<Job>);

impl LiveJobs {
    /// No more are kept; pools keep about as many.
    const MAX: usize = 16;

    /// Takes the newest job. One that comes again under the same id replaces its namesake: a share names its job by the id
    /// alone, so shares of the former could not be told apart.
    pub(super) fn add(&mut self, job: Job, previous: Previous) {
        match previous {
            Previous::Worthless => self.0.clear(),
            Previous::StillCounts => self.0.retain(|old| old.id != job.id),
        }
        if self.0.len() == Self::MAX {
            self.0.pop_front();
        }
        self.0.push_back(job);
    }

    /// The newest job, held against another target from now on.
    pub(super) fn retarget(&mut self, target: Target) -> Option<&Job> {
        let newest = self.0.back_mut().filter(|job| job.share_target != target)?;
        newest.share_target = target;
        Some(newest)
    }

    pub(super) fn newest(&self) -> Option<&Job> {
        self.0.back()
    }

    /// Whether a share of `job` can still be accepted. What the owner or a later message may have changed does not count:
    /// the mask, the last time, the target.
    pub(super) fn contains(&self, job: &Job) -> bool {
        self.0.iter().any(|live| {
            live.id == job.id
                && live.prev_hash == job.prev_hash
                && live.coinbase == job.coinbase
                && live.branch == job.branch
                && (live.version, live.nbits, live.ntime) == (job.version, job.nbits, job.ntime)
        })
    }
}
