//! How soon the devices turn to a new job.

use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, Previous, Target, Work};
use hashkit_engine::device::{Device, ScanDevice};
use hashkit_engine::{Limits, open};
use hashkit_kernels::{Hit, Kernel, KernelError, KernelSpec};

use super::{practice_job, proved};

/// Jobs published before counting begins: batches have found their size by then.
const WARM_UP: u32 = 50;

/// The time from the call of `publish` until a device begins its first batch of that job, for each of `publishes` clean jobs
/// and each of `threads` devices.
///
/// The jobs follow each other after 5 to 12 ms that share no rhythm with the batches. Between them this thread sleeps.
///
/// # Errors
/// When the kernel cannot be opened, or is wrong on this machine.
pub fn times_to_new_jobs(
    spec: &KernelSpec,
    algorithm: Algorithm,
    threads: usize,
    publishes: u32,
) -> Result<Vec<Duration>, KernelError> {
    let (source, ports) = open(Limits::default());
    let (starts, began) = mpsc::channel();
    for number in 0..threads {
        let kernel = Observed { kernel: proved(spec, algorithm)?, generation: 0, starts: starts.clone() };
        let port = ports.port(&format!("cpu:{number}"));
        thread::spawn(move || ScanDevice::new(Box::new(kernel), "observed").run(&port));
    }
    let mut times = Vec::new();
    for number in 0..WARM_UP + publishes {
        let job = practice_job(algorithm, number);
        let published = Instant::now();
        let generation = source.publish(job, Previous::Worthless);
        // Every device has begun the job before: only beginnings of this one can come.
        for start in began.iter().take(threads) {
            debug_assert_eq!(start.generation, generation, "a device begins every job");
            if number >= WARM_UP {
                times.push(start.at.duration_since(published));
            }
        }
        thread::sleep(Duration::from_micros(5_000 + u64::from(number) * 1_617 % 7_000));
    }
    Ok(times)
}

/// A device's first batch of a job.
struct Start {
    generation: u64,
    at: Instant,
}

/// A kernel that tells when it begins the first batch of each job.
struct Observed {
    kernel: Box<dyn Kernel>,
    generation: u64,
    starts: Sender<Start>,
}

impl Kernel for Observed {
    fn name(&self) -> &str {
        self.kernel.name()
    }

    fn versions(&self) -> u8 {
        self.kernel.versions()
    }

    fn granularity(&self) -> u32 {
        self.kernel.granularity()
    }

    fn scan(&mut self, work: &Work, target: &Target) -> Result<Vec<Hit>, KernelError> {
        if work.generation() != self.generation {
            self.generation = work.generation();
            // Nobody listens any more once enough has been measured.
            let _ = self.starts.send(Start { generation: self.generation, at: Instant::now() });
        }
        self.kernel.scan(work, target)
    }
}

#[cfg(test)]
mod tests {
    use hashkit_kernels::catalogue;

    use super::*;

    #[test]
    fn every_publish_is_timed_on_every_thread() {
        let specs = catalogue(Algorithm::Sha256d);
        let times = times_to_new_jobs(&specs[0], Algorithm::Sha256d, 3, 4).expect("the portable kernel is right");
        assert_eq!(times.len(), 12);
        assert!(times.iter().all(|time| *time > Duration::ZERO));
    }
}
