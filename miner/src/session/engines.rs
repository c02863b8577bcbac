//! One engine for each algorithm of a run, of which one at a time has a job: the devices of the others rest.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use hashkit_chain::{Algorithm, Job, Previous, Share};
use hashkit_engine::{Books, SourcePort};

/// The source's ends of all engines.
pub(crate) struct Engines(Vec<(Algorithm, SourcePort)>);

/// What was done on which account, on all engines.
#[derive(Clone)]
pub(crate) struct AllBooks(Vec<Books>);

impl AllBooks {
    /// The hashes that were done for jobs on this account.
    pub(crate) fn hashes_for(&self, account: usize) -> u64 {
        self.0.iter().map(|books| books.hashes_for(account)).sum()
    }
}

impl Engines {
    /// Engines with these algorithms, each once.
    pub(crate) fn new(engines: Vec<(Algorithm, SourcePort)>) -> Self {
        Self(engines)
    }

    /// Gives out a job on this account, to the engine of its algorithm alone.
    pub(super) fn publish_for(&self, account: usize, job: Job, previous: Previous) {
        for (algorithm, engine) in &self.0 {
            if *algorithm != job.algorithm {
                engine.withdraw();
            }
        }
        if let Some(engine) = self.of(job.algorithm) {
            engine.publish_for(account, job, previous);
        }
    }

    /// The generation of the newest job of this algorithm.
    pub(super) fn generation(&self, algorithm: Algorithm) -> u64 {
        self.of(algorithm).map_or(0, SourcePort::generation)
    }

    /// On which account a share's job was given out.
    pub(super) fn account_of(&self, share: &Share) -> usize {
        self.of(share.job().algorithm).map_or(0, |engine| engine.account_of(share))
    }

    /// There is no job any more.
    pub(super) fn withdraw(&self) {
        self.0.iter().for_each(|(_, engine)| engine.withdraw());
    }

    /// There will be none; what was found still comes.
    pub(super) fn close(&self) {
        self.0.iter().for_each(|(_, engine)| engine.close());
    }

    /// The next share of any; `None` once none can come. Cancel safe.
    pub(super) async fn next_share(&mut self) -> Option<Share> {
        poll_fn(|context| {
            let mut can_come = false;
            for (_, engine) in &mut self.0 {
                // It leaves the queue only with the answer, so a future that is polled once and dropped loses none.
                match pin!(engine.next_share()).poll(context) {
                    Poll::Ready(Some(share)) => return Poll::Ready(Some(share)),
                    Poll::Ready(None) => {}
                    Poll::Pending => can_come = true,
                }
            }
            if can_come { Poll::Pending } else { Poll::Ready(None) }
        })
        .await
    }

    /// What was done on which account, for somebody else to read.
    pub(crate) fn books(&self) -> AllBooks {
        AllBooks(self.0.iter().map(|(_, engine)| engine.books()).collect())
    }

    /// Whether there is more than one.
    pub(super) fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    fn of(&self, algorithm: Algorithm) -> Option<&SourcePort> {
        self.0.iter().find(|(of, _)| *of == algorithm).map(|(_, engine)| engine)
    }
}

#[cfg(test)]
mod tests {
    use hashkit_chain::{Coinbase, Hash, Nbits, Ntime, Solution, Target, Version};
    use hashkit_engine::{DevicePorts, Limits, open};

    use super::*;

    fn job(algorithm: Algorithm) -> Job {
        Job {
            id: "1".into(),
            algorithm,
            version: Version(4),
            version_mask: 0,
            prev_hash: Hash::ZERO,
            coinbase: Coinbase { prefix: vec![1], extranonce1: vec![2], extranonce2_len: 4, suffix: vec![3] },
            branch: vec![],
            nbits: Nbits(0x1d00_ffff),
            ntime: Ntime(1000),
            last_ntime: Ntime(1000),
            share_target: Target::MAX,
        }
    }

    fn both() -> (Engines, [DevicePorts; 2]) {
        let ((first, one), (second, other)) = (open(Limits::default()), open(Limits::default()));
        (Engines::new(vec![(Algorithm::Sha256d, first), (Algorithm::Blake3, second)]), [one, other])
    }

    #[tokio::test]
    async fn one_engine_works_at_a_time_and_the_shares_of_all_come() {
        let (mut engines, [one, other]) = both();
        let (sha256d, blake3) = (one.port("a"), other.port("b"));
        drop((one, other));
        engines.publish_for(0, job(Algorithm::Sha256d), Previous::Worthless);
        let work = sha256d.next_work(1, 1, 1).expect("it has a job");
        assert!(!sha256d.is_stale(&work));
        engines.publish_for(1, job(Algorithm::Blake3), Previous::Worthless);
        assert!(sha256d.is_stale(&work), "it rests now");
        let other = blake3.next_work(1, 1, 1).expect("it has a job");
        assert_eq!(other.job().algorithm, Algorithm::Blake3);
        let nonce = work.range().first().expect("no work is empty");
        sha256d.report(&Solution { nonce, version: work.header().version, work });
        let share = engines.next_share().await.expect("found before its engine rested");
        assert_eq!((share.job().algorithm, engines.account_of(&share)), (Algorithm::Sha256d, 0));
        assert_eq!((engines.generation(Algorithm::Sha256d), engines.generation(Algorithm::Scrypt)), (1, 0));
        engines.close();
        drop((sha256d, blake3));
        assert!(engines.next_share().await.is_none());
    }
}
