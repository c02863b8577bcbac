//! How far the times of a job's headers may be rolled by this machine's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use hashkit_chain::{Job, Ntime};

/// Nodes refuse a header whose time is further ahead of their clock, in seconds (`MAX_FUTURE_BLOCK_TIME` of Bitcoin Core).
const AHEAD_OF_THE_CLOCK: u64 = 7200;

/// The latest time for the headers of `job`: what the job allows, and no more than two hours ahead of the clock. The job's own
/// time stands whatever the clock says, for the clock may be wrong.
pub(super) fn last_ntime(job: &Job, clock: SystemTime) -> Ntime {
    let since_1970 = clock.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let latest = u32::try_from(since_1970.saturating_add(AHEAD_OF_THE_CLOCK)).unwrap_or(u32::MAX);
    job.last_ntime.min(Ntime(latest)).max(job.ntime)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hashkit_chain::{Algorithm, Coinbase, Hash, Nbits, Target, Version};

    use super::*;

    #[test]
    fn times_are_rolled_no_further_than_the_job_and_the_clock_allow() {
        for (case, clock, expected) in [
            ("the clock is right", 1_000_000, 1_007_000),
            ("the clock is a little behind", 999_000, 1_006_200),
            ("the clock is far behind", 900_000, 1_000_000),
            ("the clock was never set", 0, 1_000_000),
            ("the clock is ahead", 2_000_000, 1_007_000),
            ("the clock is past what a header holds", u64::from(u32::MAX), 1_007_000),
        ] {
            let job = Job {
                id: "job".into(),
                algorithm: Algorithm::Sha256d,
                version: Version(0x2000_0000),
                version_mask: 0,
                prev_hash: Hash::ZERO,
                coinbase: Coinbase { prefix: vec![], extranonce1: vec![], extranonce2_len: 0, suffix: vec![] },
                branch: vec![],
                nbits: Nbits(0x1d00_ffff),
                ntime: Ntime(1_000_000),
                last_ntime: Ntime(1_007_000),
                share_target: Target::MAX,
            };
            let clock = UNIX_EPOCH + Duration::from_secs(clock);
            assert_eq!(last_ntime(&job, clock), Ntime(expected), "{case}");
        }
    }
}
