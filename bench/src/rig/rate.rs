//! How much of a kernel's bare rate the engine leaves.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, Previous};
use hashkit_engine::device::{Core, Device, ScanDevice, cores, pin};
use hashkit_engine::{Limits, open};
use hashkit_kernels::{KernelError, KernelSpec};

use super::{BareLoop, practice_job, proved};
use crate::machine::thread_time;

/// Before counting begins: batches have found their size by then, which takes some ten of at most 2 ms.
const RUN_IN: Duration = Duration::from_millis(100);

/// Hashes that all threads together did in some time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Hashes a second of the clock on the wall.
    pub by_clock: f64,
    /// Hashes a second of processor time, which others on the machine change little; `None` where the system does not tell.
    pub by_processor: Option<f64>,
}

/// The rates of `threads` threads, first with the kernel alone in a loop, then with the whole engine: each for `time`, one
/// after the other, so that both meet the same machine. Threads are pinned as the miner pins them.
///
/// # Errors
/// When the kernel cannot be opened, or is wrong on this machine.
pub fn rates(
    spec: &KernelSpec,
    algorithm: Algorithm,
    threads: usize,
    time: Duration,
) -> Result<(Rates, Rates), KernelError> {
    Ok((bare(spec, algorithm, threads, time)?, engine(spec, algorithm, threads, time)?))
}

/// The rates of the whole engine, first with one thread, then with `threads`: each for `time`, one after the other.
///
/// # Errors
/// As [`rates`].
pub fn rates_of_one_and_many(
    spec: &KernelSpec,
    algorithm: Algorithm,
    threads: usize,
    time: Duration,
) -> Result<(Rates, Rates), KernelError> {
    Ok((engine(spec, algorithm, 1, time)?, engine(spec, algorithm, threads, time)?))
}

/// Pins this thread to the core that the miner gives to the thread of this number.
fn place(cores: &[Core], number: usize) {
    // Where the system refuses it, the thread runs anywhere, as the miner's would.
    let _ = cores.get(number).map(|core| pin(core.number));
}

fn bare(spec: &KernelSpec, algorithm: Algorithm, threads: usize, time: Duration) -> Result<Rates, KernelError> {
    let (hashes, ends) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut running = Vec::new();
    let cores = Arc::new(cores());
    for number in 0..threads {
        let job = u32::try_from(number).expect("no machine has so many threads");
        let mut bare = BareLoop::open(spec, algorithm, job, 0)?;
        let cores = Arc::clone(&cores);
        let (hashes, ends) = (Arc::clone(&hashes), Arc::clone(&ends));
        running.push(thread::spawn(move || -> Result<(), KernelError> {
            place(&cores, number);
            while !ends.load(Ordering::Relaxed) {
                hashes.fetch_add(bare.batch()?, Ordering::Relaxed);
            }
            Ok(())
        }));
    }
    let rates = count(time, || hashes.load(Ordering::Relaxed));
    ends.store(true, Ordering::Relaxed);
    for thread in running {
        thread.join().expect("a kernel does not panic")?;
    }
    Ok(rates)
}

fn engine(spec: &KernelSpec, algorithm: Algorithm, threads: usize, time: Duration) -> Result<Rates, KernelError> {
    let (source, ports) = open(Limits::default());
    let mut running = Vec::new();
    let cores = Arc::new(cores());
    for number in 0..threads {
        let kernel = proved(spec, algorithm)?;
        let port = ports.port(&format!("cpu:{number}"));
        let cores = Arc::clone(&cores);
        running.push(thread::spawn(move || {
            place(&cores, number);
            ScanDevice::new(kernel, "measured").run(&port)
        }));
    }
    source.publish(practice_job(algorithm, 0), Previous::Worthless);
    let meters = source.meters();
    let rates = count(time, || meters.iter().map(|meter| meter.counts().hashes).sum());
    drop(source);
    for thread in running {
        thread.join().expect("a device does not panic").expect("a proved kernel searches its own algorithm");
    }
    Ok(rates)
}

/// Watches a running counter for `time`, once it has settled.
fn count(time: Duration, hashes: impl Fn() -> u64) -> Rates {
    thread::sleep(RUN_IN);
    let (began, before, processor_before) = (Instant::now(), hashes(), thread_time());
    thread::sleep(time);
    let done = (hashes() - before) as f64;
    let elapsed = began.elapsed();
    let processor = thread_time().zip(processor_before).and_then(|(now, then)| now.checked_sub(then));
    Rates { by_clock: done / elapsed.as_secs_f64(), by_processor: processor.map(|time| done / time.as_secs_f64()) }
}

#[cfg(test)]
mod tests {
    use hashkit_kernels::catalogue;

    use super::*;

    #[test]
    fn both_ways_have_a_rate() {
        let specs = catalogue(Algorithm::Sha256d);
        let (bare, engine) =
            rates(&specs[0], Algorithm::Sha256d, 2, Duration::from_millis(50)).expect("the portable kernel is right");
        assert!(bare.by_clock > 0.0 && engine.by_clock > 0.0, "{bare:?} {engine:?}");
        let (one, many) = rates_of_one_and_many(&specs[0], Algorithm::Sha256d, 2, Duration::from_millis(50))
            .expect("the portable kernel is right");
        assert!(one.by_clock > 0.0 && many.by_clock > 0.0, "{one:?} {many:?}");
    }
}
