//! One engine for each algorithm of a run, of which one at a time has a job: the devices of the others rest.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use hashkit_chain::{Algorithm, Job, Previous, Share};
use hashkit_engine::{Books, SourcePort};

/// The source's ends of all engines.
pub(crate) struct Engines(Vec<Engine>);

struct Engine {
    algorithm: Algorithm,
    port: SourcePort,
    /// Until the last of them has given up or ended.
    has_devices: bool,
}

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
        let engine = |(algorithm, port)| Engine { algorithm, port, has_devices: true };
        Self(engines.into_iter().map(engine).collect())
    }

    /// Gives out a job on this account, to the engine of its algorithm alone.
    pub(super) fn publish_for(&self, account: usize, job: Job, previous: Previous) {
        for engine in &self.0 {
            if engine.algorithm != job.algorithm {
                engine.port.withdraw();
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
        self.0.iter().for_each(|engine| engine.port.withdraw());
    }

    /// There will be none; what was found still comes.
    pub(super) fn close(&self) {
        self.0.iter().for_each(|engine| engine.port.close());
    }

    /// The next share of any. `None` says that the last device of an algorithm has gone, once for each; and at once when none
    /// of any is left. Cancel safe.
    pub(super) async fn next_share(&mut self) -> Option<Share> {
        poll_fn(|context| {
            for engine in self.0.iter_mut().filter(|engine| engine.has_devices) {
                // It leaves the queue only with the answer, so a future that is polled once and dropped loses none.
                if let Poll::Ready(share) = pin!(engine.port.next_share()).poll(context) {
                    engine.has_devices = share.is_some();
                    return Poll::Ready(share);
                }
            }
            if self.are_over() { Poll::Ready(None) } else { Poll::Pending }
        })
        .await
    }

    /// Whether no device is left, so that no share can come any more.
    pub(super) fn are_over(&self) -> bool {
        self.0.iter().all(|engine| !engine.has_devices)
    }

    /// Whether a device is left that hashes with this algorithm.
    pub(super) fn have_devices_for(&self, algorithm: Algorithm) -> bool {
        self.0.iter().any(|engine| engine.algorithm == algorithm && engine.has_devices)
    }

    /// What was done on which account, for somebody else to read.
    pub(crate) fn books(&self) -> AllBooks {
        AllBooks(self.0.iter().map(|engine| engine.port.books()).collect())
    }

    /// Whether there is more than one.
    pub(super) fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    fn of(&self, algorithm: Algorithm) -> Option<&SourcePort> {
        self.0.iter().find(|engine| engine.algorithm == algorithm).map(|engine| &engine.port)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use hashkit_chain::{Coinbase, Hash, Nbits, Ntime, Solution, Target, Version};
    use hashkit_engine::{DevicePorts, Limits, open};

    use super::*;

    pub(in super::super) fn job(algorithm: Algorithm) -> Job {
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

    pub(in super::super) fn both() -> (Engines, [DevicePorts; 2]) {
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
        drop(blake3);
        assert!(engines.next_share().await.is_none(), "told once");
        assert!(!engines.have_devices_for(Algorithm::Blake3) && engines.have_devices_for(Algorithm::Sha256d));
        assert!(poll_fn(|context| Poll::Ready(pin!(engines.next_share()).poll(context).is_pending())).await);
        engines.close();
        drop(sha256d);
        assert!(engines.next_share().await.is_none() && engines.are_over());
        assert!(engines.next_share().await.is_none(), "and for ever");
    }
}
