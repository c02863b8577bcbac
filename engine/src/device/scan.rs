//! Any kernel as a device.

use std::time::{Duration, Instant};

use hashkit_kernels::Kernel;

use super::{Device, DeviceError};
use crate::engine::DevicePort;

/// A device that scans one batch after the other with a kernel.
pub struct ScanDevice {
    name: String,
    kernel: Box<dyn Kernel>,
    plain: Option<Box<dyn Kernel>>,
    pace: Pace,
}

impl ScanDevice {
    /// A device of this name over a kernel that has been proved.
    #[must_use]
    pub fn new(kernel: Box<dyn Kernel>, name: impl Into<String>) -> Self {
        Self { name: name.into(), kernel, plain: None, pace: Pace::new(Pace::CPU) }
    }

    /// The same with another kernel, proved too, for work in a single version: that of jobs that let no version bits roll.
    #[must_use]
    pub fn with_plain(self, kernel: Box<dyn Kernel>) -> Self {
        Self { plain: Some(kernel), ..self }
    }
}

impl Device for ScanDevice {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&mut self, port: &DevicePort) -> Result<(), DeviceError> {
        let (versions, granularity) = (self.kernel.versions(), self.kernel.granularity());
        while let Some(work) = port.next_work(self.pace.hashes, versions, granularity) {
            let began = Instant::now();
            port.began(&work, began);
            let kernel = match &mut self.plain {
                Some(plain) if work.versions().as_slice().len() == 1 => plain,
                _ => &mut self.kernel,
            };
            let hits = kernel.scan(&work, &work.job().share_target)?;
            let hashes = work.hashes();
            port.searched(&work, hashes);
            port.report_all(work, hits);
            // The judge's time counts too: an easy target makes hits by the thousand, and shorter batches.
            self.pace.steer(hashes, began.elapsed());
        }
        Ok(())
    }
}

/// Finds the number of hashes that take the time wanted.
#[derive(Debug)]
struct Pace {
    wanted: Duration,
    hashes: u64,
}

impl Pace {
    /// 2 ms: keeps a new job under 10 ms even when every core is busy.
    const CPU: Duration = Duration::from_millis(2);

    /// Slow enough for the slowest kernel: 16 hashes of scrypt take about 10 ms on one old core.
    const FIRST: u64 = 16;

    fn new(wanted: Duration) -> Self {
        Self { wanted, hashes: Self::FIRST }
    }

    /// The next batch, after one of `hashes` took `elapsed`: at most double or half the last one, so that neither a slow
    /// start nor a moment without the processor makes it jump.
    fn steer(&mut self, hashes: u64, elapsed: Duration) {
        let fitting = hashes as f64 * self.wanted.as_secs_f64() / elapsed.as_secs_f64();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and clamped below")]
        let fitting = fitting as u64;
        self.hashes = fitting.clamp(self.hashes.div_ceil(2), self.hashes.saturating_mul(2));
    }
}

#[cfg(test)]
mod tests;
