//! What the tests of this package share: a job, kernels built on the judge, and a way to await without a runtime.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use hashkit_chain::{Algorithm, Coinbase, Hash, Header, Job, Nbits, Ntime, Target, Version, Work};
use hashkit_kernels::{Hit, Kernel, KernelError};

/// A job whose every hash is a share.
pub(crate) fn job(name: &str) -> Job {
    Job {
        id: name.into(),
        algorithm: Algorithm::Sha256d,
        version: Version(0x2000_0000),
        version_mask: 0,
        prev_hash: Hash::ZERO,
        coinbase: Coinbase { prefix: name.into(), extranonce1: vec![1], extranonce2_len: 4, suffix: vec![] },
        branch: vec![],
        nbits: Nbits(0x207f_ffff),
        ntime: Ntime(1_000),
        last_ntime: Ntime(1_000),
        share_target: Target::MAX,
    }
}

/// A job without shares.
pub(crate) fn barren_job(name: &str) -> Job {
    Job { share_target: Target::ZERO, ..job(name) }
}

/// Finds exactly what the judge finds.
pub(crate) struct JudgeKernel;

impl Kernel for JudgeKernel {
    fn name(&self) -> &'static str {
        "sha256d/judge"
    }

    fn versions(&self) -> u8 {
        4
    }

    fn scan(&mut self, work: &Work, target: &Target) -> Result<Vec<Hit>, KernelError> {
        let mut hits = Vec::new();
        for nonce in work.range().iter() {
            for version in work.versions().as_slice() {
                let version = Version(*version);
                let header = Header { nonce, version, ..*work.header() };
                if target.is_met_by(&work.job().algorithm.hash(&header)) {
                    hits.push(Hit { nonce, version });
                }
            }
        }
        Ok(hits)
    }
}

/// Claims that the first nonce of every work is a hit, which is never true of a barren job.
pub(crate) struct LyingKernel;

impl Kernel for LyingKernel {
    fn name(&self) -> &'static str {
        "sha256d/lie"
    }

    fn versions(&self) -> u8 {
        1
    }

    fn scan(&mut self, work: &Work, _: &Target) -> Result<Vec<Hit>, KernelError> {
        Ok(work.range().first().map(|nonce| Hit { nonce, version: work.header().version }).into_iter().collect())
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for `future` on this thread.
pub(crate) fn wait_for<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
