//! A GPU as a device: batches that overlap, watched.

mod display;
mod luck;
mod pace;
mod watch;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, Difficulty, Target, Work};
use hashkit_kernels::{Batch, GpuKernel, Kernel, KernelError, SLOTS_IN_FLIGHT, prove};
use tracing::{debug, warn};

pub(super) use self::display::has_display;
use self::luck::Luck;
pub(super) use self::pace::Pace;
use self::watch::{Sight, Watch};
use super::{Device, DeviceError};
use crate::engine::DevicePort;

/// How a GPU is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GpuSettings {
    /// How long a batch is to take.
    pub batch: Duration,
    /// How long a batch may take before the card is given up.
    pub lost_after: Duration,
    /// How often the card has to give known answers.
    pub prove_every: Duration,
}

impl GpuSettings {
    /// For a card without a screen: 25 ms, of which the pause between two batches is below 1 %.
    pub const HEADLESS: Self = Self {
        batch: Duration::from_millis(25),
        lost_after: Duration::from_secs(30),
        prove_every: Duration::from_mins(5),
    };

    /// For a card that draws a screen: 6 ms leave it some of every frame.
    pub const WITH_DISPLAY: Self = Self { batch: Duration::from_millis(6), ..Self::HEADLESS };
}

/// A card that always has a batch at work and the next one waiting.
pub struct GpuDevice {
    name: String,
    algorithm: Algorithm,
    kernel: GpuKernel,
    /// For work in a single version, where another kernel is faster then.
    plain: Option<GpuKernel>,
    settings: GpuSettings,
    pace: Pace,
    watch: Watch,
    luck: Luck,
    /// What is on the card, the oldest first.
    running: VecDeque<Running>,
    /// When the last batch was done.
    done: Instant,
    proved: Instant,
}

/// A batch on the card.
#[derive(Debug, Clone, Copy)]
struct Running {
    is_plain: bool,
    since: Instant,
    hashes: u64,
}

impl GpuDevice {
    /// A device of this name over a kernel that has just been proved.
    #[must_use]
    pub fn new(name: impl Into<String>, algorithm: Algorithm, kernel: GpuKernel, settings: GpuSettings) -> Self {
        let now = Instant::now();
        Self {
            name: name.into(),
            algorithm,
            kernel,
            plain: None,
            settings,
            pace: Pace::new(settings.batch),
            watch: Watch::new(settings.lost_after),
            luck: Luck::default(),
            running: VecDeque::new(),
            done: now,
            proved: now,
        }
    }

    /// The same with another kernel, proved too, for work in a single version.
    #[must_use]
    pub fn with_plain(self, kernel: GpuKernel) -> Self {
        Self { plain: Some(kernel), ..self }
    }

    fn mine(&mut self, port: &DevicePort) -> Result<(), DeviceError> {
        while self.fill(port)? {
            let Some((running, batch)) = self.collect(port)? else { return Ok(()) };
            self.report(port, running, batch)?;
            if port.is_faulty() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Lets go of whatever is on the card: it may never end, and whoever drops it would wait.
    fn give_up(&mut self, reason: &str) {
        for kernel in self.plain.iter_mut().chain([&mut self.kernel]) {
            let _ = kernel.give_up(reason);
        }
    }

    /// Keeps the card full; whether anything is on it. It is not once the engine closes.
    fn fill(&mut self, port: &DevicePort) -> Result<bool, DeviceError> {
        let (versions, granularity) = (self.kernel.versions(), self.kernel.granularity());
        while self.running.len() < SLOTS_IN_FLIGHT {
            let is_due = self.proved.elapsed() >= self.settings.prove_every;
            let work = match (self.running.is_empty(), is_due) {
                (false, true) => break,
                (true, true) => {
                    self.prove()?;
                    continue;
                }
                (true, false) => port.next_work(self.pace.hashes(), versions, granularity),
                (false, false) => port.poll_work(self.pace.hashes(), versions, granularity),
            };
            let Some(work) = work else { break };
            self.submit(work)?;
        }
        Ok(!self.running.is_empty())
    }

    fn submit(&mut self, work: Work) -> Result<(), DeviceError> {
        let is_plain = self.plain.is_some() && work.versions().as_slice().len() == 1;
        let running = Running { is_plain, since: Instant::now(), hashes: work.hashes() };
        let target = work.job().share_target;
        self.kernel_of(running).submit(work, &target)?;
        self.running.push_back(running);
        Ok(())
    }

    fn kernel_of(&mut self, running: Running) -> &mut GpuKernel {
        self.plain.as_mut().filter(|_| running.is_plain).unwrap_or(&mut self.kernel)
    }

    /// Known answers, while nothing else is on the card: they find the nonces that a card misses.
    fn prove(&mut self) -> Result<(), DeviceError> {
        prove(&mut self.kernel, self.algorithm)?;
        if let Some(plain) = &mut self.plain {
            prove(plain, self.algorithm)?;
        }
        self.proved = Instant::now();
        debug!(device = self.name, "known answers were given");
        Ok(())
    }

    /// Waits for the oldest batch; `None` where the engine closes and the card does not answer.
    fn collect(&mut self, port: &DevicePort) -> Result<Option<(Running, Batch)>, DeviceError> {
        let Some(&running) = self.running.front() else { return Ok(None) };
        let began = running.since.max(self.done);
        let expected = self.pace.expected(running.hashes);
        let mut closing = None;
        loop {
            let patience = self.watch.patience(began.elapsed(), expected);
            if let Some(batch) = self.kernel_of(running).collect(patience)? {
                self.running.pop_front();
                if self.watch.answered() {
                    warn!(device = self.name, took_ms = began.elapsed().as_millis(), "the card answers again");
                }
                return Ok(Some((running, batch)));
            }
            match self.watch.look(began.elapsed(), expected) {
                Sight::Well => {}
                Sight::Suspect => {
                    let (waited_ms, expected_ms) = (began.elapsed().as_millis(), expected.map(|time| time.as_millis()));
                    warn!(device = self.name, waited_ms, ?expected_ms, "the card does not answer in time");
                }
                Sight::Lost => {
                    let reason = format!("no answer within {:.1} s", self.settings.lost_after.as_secs_f64());
                    return Err(self.kernel_of(running).give_up(&reason).into());
                }
            }
            if port.is_closing() && closing.get_or_insert_with(Instant::now).elapsed() > LAST_BATCH {
                warn!(device = self.name, "the last batch was not waited for: the card is slow to answer");
                self.give_up("the program ends");
                return Ok(None);
            }
        }
    }

    /// Hands up what a batch has found.
    fn report(&mut self, port: &DevicePort, running: Running, batch: Batch) -> Result<(), DeviceError> {
        let Batch { work, hits } = batch;
        let began = running.since.max(self.done);
        let took = began.elapsed();
        port.began(&work, began);
        port.searched(&work, running.hashes);
        let expected = expected_hits(running.hashes, work.job().share_target, self.algorithm);
        self.luck.add(expected, hits.len() as f64);
        port.report_all(work, hits);
        self.pace.steer(running.hashes, took);
        self.done = Instant::now();
        match self.luck.verdict() {
            Some(missing) => Err(DeviceError::Misses { found: missing.found, expected: missing.expected }),
            None => Ok(()),
        }
    }
}

/// The longest that the last batches may take once the engine closes: far more than they should.
const LAST_BATCH: Duration = Duration::from_secs(1);

fn expected_hits(hashes: u64, target: Target, algorithm: Algorithm) -> f64 {
    let a_hit = Difficulty::of_target(target, algorithm).expected_hashes(algorithm);
    // The easiest target takes one hash.
    hashes as f64 / a_hit.max(1.0)
}

impl Device for GpuDevice {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&mut self, port: &DevicePort) -> Result<(), DeviceError> {
        let result = self.mine(port);
        if let Err(DeviceError::Kernel(error @ KernelError::Lost { .. })) = &result {
            self.give_up(&error.to_string());
        }
        result
    }
}

#[cfg(test)]
mod tests;
