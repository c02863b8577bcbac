//! Which kernel is the fastest on a card: all are tried for a moment, and the better half of them for longer, until one is
//! left.

use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, SearchSpace};
use hashkit_kernels::{GpuKernel, GpuSpec, Kernel, KernelError, SLOTS_IN_FLIGHT, prove};

use super::{Timing, job};
use crate::device::gpu::Pace;

/// How long each kernel is timed in the first round.
const FIRST: Duration = Duration::from_millis(50);
/// And in each further one.
const LATER: Duration = Duration::from_millis(100);
/// Batches are a little shorter than those of a device, for there are to be some.
const BATCH: Duration = Duration::from_millis(10);
/// The longest to wait for one of them: the first of a driver that compiles late.
const LIMIT: Duration = Duration::from_secs(30);

/// What is going to be done next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The kernel that is proved and timed.
    pub kernel: String,
    /// The round, from 1 on.
    pub round: u32,
    /// Its place in the round, from 1 on.
    pub number: usize,
    /// How many the round has.
    pub of: usize,
}

/// How it went.
pub(in crate::device) enum Halving {
    /// At least one.
    Timed(Vec<Timing>),
    /// How the last one failed.
    NoneProved(KernelError),
    /// It was told to stop.
    Interrupted,
}

/// Proves and times kernels of one card, one after the other: only one is open at any time, so that each may take the card's
/// whole memory. Of each round the faster half goes on.
pub(in crate::device) fn halve(
    algorithm: Algorithm,
    mut specs: Vec<GpuSpec>,
    go_on: &mut dyn FnMut(&Step) -> bool,
) -> Halving {
    let mut last = None;
    let mut timings: Vec<Timing> = Vec::new();
    for round in 1.. {
        let of = specs.len();
        for (number, spec) in specs.iter().enumerate() {
            if !go_on(&Step { kernel: spec.name().to_owned(), round, number: number + 1, of }) {
                return Halving::Interrupted;
            }
            timings.retain(|timing| timing.kernel != spec.name());
            match timed(algorithm, spec, if round == 1 { FIRST } else { LATER }) {
                Ok(timing) => timings.push(timing),
                Err(error) => last = Some(error),
            }
        }
        let names: Vec<String> = specs.iter().map(|spec| spec.name().to_owned()).collect();
        let faster = faster_half(&names, &timings);
        specs.retain(|spec| faster.iter().any(|name| name == spec.name()));
        if specs.len() <= 1 {
            break;
        }
    }
    match last {
        Some(last) if timings.is_empty() => Halving::NoneProved(last),
        _ => Halving::Timed(timings),
    }
}

/// The names of the faster half of `round` by `timings`; what has none there is out.
fn faster_half(round: &[String], timings: &[Timing]) -> Vec<String> {
    let mut timed: Vec<&Timing> = timings.iter().filter(|timing| round.contains(&timing.kernel)).collect();
    timed.sort_by(|a, b| b.hashrate.total_cmp(&a.hashrate));
    timed.iter().take(timed.len() / 2).map(|timing| timing.kernel.clone()).collect()
}

/// Proves the kernel, and times it on batches that overlap.
fn timed(algorithm: Algorithm, spec: &GpuSpec, time: Duration) -> Result<Timing, KernelError> {
    let mut kernel = spec.open()?;
    prove(&mut kernel, algorithm)?;
    let hashrate = hashrate(algorithm, &mut kernel, time)?;
    Ok(Timing { kernel: spec.name().to_owned(), versions: spec.versions(), hashrate })
}

fn hashrate(algorithm: Algorithm, kernel: &mut GpuKernel, time: Duration) -> Result<f64, KernelError> {
    let lost = |reason: &str| KernelError::Lost { kernel: String::new(), reason: reason.to_owned() };
    let mut space = SearchSpace::new(job(algorithm), 0);
    let (versions, together) = (kernel.versions(), u64::from(kernel.granularity()));
    let mut pace = Pace::new(BATCH);
    let (mut since, mut hashes) = (None, 0);
    let mut done = Instant::now();
    loop {
        while kernel.waiting() < SLOTS_IN_FLIGHT {
            let nonces = (pace.hashes() / u64::from(versions)).next_multiple_of(together);
            let work = space.take(nonces, versions).ok_or_else(|| lost("the job is too short"))?;
            let target = work.job().share_target;
            kernel.submit(work, &target)?;
        }
        let Some(batch) = kernel.collect(LIMIT)? else { return Err(kernel.give_up("no answer in time")) };
        let took = done.elapsed();
        done = Instant::now();
        pace.steer(batch.work.hashes(), took);
        // What comes before its batches are long enough says little.
        match since {
            None if took >= BATCH / 2 => since = Some(done),
            None => {}
            Some(since) => {
                hashes += batch.work.hashes();
                if done - since >= time {
                    return Ok(hashes as f64 / (done - since).as_secs_f64());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_each_round_the_faster_half_goes_on() {
        let timing = |kernel: &str, hashrate| Timing { kernel: kernel.to_owned(), versions: 1, hashrate };
        let timings = [timing("a", 1.0), timing("b", 4.0), timing("c", 3.0), timing("d", 2.0), timing("old", 9.0)];
        for (case, round, expected) in [
            ("four", &["a", "b", "c", "d"][..], &["b", "c"][..]),
            ("one of them failed", &["a", "b", "e", "d"], &["b"]),
            ("two", &["a", "c"], &["c"]),
            ("one", &["a"], &[]),
            ("none", &["e"], &[]),
        ] {
            let round: Vec<String> = round.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(faster_half(&round, &timings), expected, "{case}");
        }
    }
}
