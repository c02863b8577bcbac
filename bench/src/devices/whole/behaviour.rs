//! How a rig behaves: pairs of windows, one in which the pool sends nothing and one in which it sends a clean job ten times a second.

use std::thread;
use std::time::{Duration, Instant};

use super::{Member, Rig, RigSubject, Sent};
use crate::document;
use crate::machine::{thread_time, time_of};
use crate::measure::{Interrupted, Load, Trouble};
use crate::statistics::{Mean, Percentiles};

/// So many shares a second are timed on their way.
const SHARES_A_SECOND: f64 = 50.0;
/// Batches have found their size by then, and the rate is known, which the target for shares follows.
const RUN_IN: Duration = Duration::from_secs(1);
/// A clean job every tenth of a second, on average: a hundred times as often as pools do, so that what one costs is seen.
const CLEAN_JOBS_A_SECOND: f64 = 10.0;
/// The longest that a device may take to a new job before it is given up.
const LONGEST_TURN: Duration = Duration::from_secs(30);

/// How long a rig is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pairs {
    /// How many pairs of windows.
    pub count: usize,
    /// How long a window is.
    pub window: Duration,
}

impl RigSubject {
    /// Watches the rig, with at most so many shares a second; `tell` hears of each window before it begins. Fewer pairs than
    /// planned where the run is told to end, and `None` without any.
    ///
    /// # Errors
    /// [`Trouble`] where a device or the connection ends.
    pub fn behaviour(
        &self,
        pairs: Pairs,
        most_shares_a_second: f64,
        is_interrupted: Interrupted<'_>,
        tell: &mut dyn FnMut(usize),
    ) -> Result<Option<document::Rig>, Trouble> {
        let mut rig = Rig::open(self)?;
        let before = rig.hashes();
        thread::sleep(RUN_IN);
        let rate = (rig.hashes() - before) as f64 / RUN_IN.as_secs_f64();
        rig.search_for(rate.max(1.0) / SHARES_A_SECOND.min(most_shares_a_second));
        let mut watched = Watched::begin(rig);
        for number in 0..pairs.count {
            if is_interrupted() {
                break;
            }
            tell(number);
            watched.pair(pairs.window, number % 2 == 1)?;
        }
        Ok(watched.end(self))
    }
}

/// What has been seen of a rig.
struct Watched {
    rig: Rig,
    began: Instant,
    /// The processor time of the process and of each device, when it began.
    own_time: Option<Duration>,
    times: Vec<Option<Duration>>,
    /// Of each device, in the order of the meters.
    turns: Vec<Vec<Duration>>,
    parts: Vec<f64>,
    /// How long the pool sent clean jobs.
    clean: Duration,
    /// How many it sent: also for gaps that share no rhythm with anything.
    number: u32,
}

impl Watched {
    fn begin(rig: Rig) -> Self {
        // Shares of the first jobs are not of these windows.
        rig.books.take();
        let times = of_threads(&rig);
        let turns = vec![Vec::new(); rig.meters.len()];
        Self {
            began: Instant::now(),
            own_time: thread_time(),
            times,
            turns,
            parts: Vec::new(),
            clean: Duration::ZERO,
            number: 0,
            rig,
        }
    }

    /// One window of each kind.
    fn pair(&mut self, window: Duration, clean_first: bool) -> Result<(), Trouble> {
        let rates = if clean_first {
            let with = self.with_clean_jobs(window)?;
            (self.without(window)?, with)
        } else {
            (self.without(window)?, self.with_clean_jobs(window)?)
        };
        let (without, with) = rates;
        if without > 0.0 {
            self.parts.push(with / without);
        }
        Ok(())
    }

    fn without(&mut self, window: Duration) -> Result<f64, Trouble> {
        self.rate_over(|watched| {
            thread::sleep(window);
            watched.rig.trouble().map_or(Ok(()), Err)
        })
    }

    fn with_clean_jobs(&mut self, window: Duration) -> Result<f64, Trouble> {
        let began = Instant::now();
        let rate = self.rate_over(|watched| {
            let end = began + window;
            loop {
                // From 60 to 140 ms; the steps of a golden ratio hit each part of that alike.
                let part = (f64::from(watched.number) * 0.618_034).fract();
                let gap = Duration::from_secs_f64((0.6 + 0.8 * part) / CLEAN_JOBS_A_SECOND);
                let left = end.saturating_duration_since(Instant::now());
                thread::sleep(gap.min(left));
                if gap >= left {
                    return Ok(());
                }
                let sent = watched.rig.send()?;
                watched.number += 1;
                watched.wait_for_turns(&sent)?;
            }
        });
        self.clean += began.elapsed();
        rate
    }

    /// Hashes a second while something is done.
    fn rate_over(&mut self, act: impl FnOnce(&mut Self) -> Result<(), Trouble>) -> Result<f64, Trouble> {
        let (began, before) = (Instant::now(), self.rig.hashes());
        act(self)?;
        Ok((self.rig.hashes() - before) as f64 / began.elapsed().as_secs_f64())
    }

    /// Until every device that tells its turns has begun this job.
    fn wait_for_turns(&mut self, sent: &Sent) -> Result<(), Trouble> {
        let deadline = Instant::now() + LONGEST_TURN;
        for at in 0..self.rig.meters.len() {
            loop {
                let turn = self.rig.meters[at].turn();
                if let Some(turn) = turn.filter(|turn| turn.generation >= sent.generation) {
                    self.turns[at].push(turn.at.saturating_duration_since(sent.at));
                    break;
                }
                // Before it has begun any job, nobody knows whether it tells.
                if turn.is_none() && self.turns[at].is_empty() && Instant::now() > sent.at + Duration::from_secs(1) {
                    break;
                }
                if let Some(trouble) = self.rig.trouble() {
                    return Err(trouble);
                }
                if Instant::now() > deadline {
                    let device = self.rig.meters[at].name().to_owned();
                    return Err(Trouble::Failed(format!("{device} did not turn to a new job within 30 s")));
                }
                // Far shorter than a batch, so that the next job is hardly late.
                thread::sleep(Duration::from_millis(1));
            }
        }
        Ok(())
    }

    fn end(self, subject: &RigSubject) -> Option<document::Rig> {
        let seconds = self.began.elapsed().as_secs_f64();
        let cores = |then: Option<Duration>, now: Option<Duration>| {
            Some(now?.checked_sub(then?)?.as_secs_f64() / seconds).map(|cores| (cores * 1000.0).round() / 1000.0)
        };
        let own = cores(self.own_time, thread_time());
        let of_devices: Vec<Option<f64>> =
            self.times.iter().zip(of_threads(&self.rig)).map(|(then, now)| cores(*then, now)).collect();
        let part = self.parts.iter().sum::<f64>() / self.parts.len() as f64;
        if !part.is_finite() {
            return None;
        }
        let mut devices: Vec<Seen<'_>> = Vec::new();
        for ((member, turns), cores) in subject.members.iter().zip(&self.turns).zip(&of_devices) {
            let is_it =
                |seen: &&mut Seen<'_>| (&seen.member.device, &seen.member.kernel) == (&member.device, &member.kernel);
            if let Some(seen) = devices.iter_mut().find(is_it) {
                seen.threads += 1;
                seen.turns.extend(turns);
                seen.cores = seen.cores.zip(*cores).map(|(sum, cores)| sum + cores);
            } else {
                devices.push(Seen { member, threads: 1, turns: turns.clone(), cores: *cores });
            }
        }
        let on_processor: Option<f64> = subject
            .members
            .iter()
            .zip(&of_devices)
            .filter(|(member, _)| member.device == "cpu")
            .map(|(_, one)| *one)
            .sum();
        let (times, arrived) = self.rig.books.take();
        Some(document::Rig {
            devices: devices.into_iter().map(Seen::told).collect(),
            to_new_job: Percentiles::of(self.turns.iter().flatten().copied().collect()),
            share_to_wire: Percentiles::of(times),
            clean_jobs_a_second: f64::from(self.number) / self.clean.as_secs_f64(),
            rate_part: part,
            rate_part_ci95: Mean::of(&self.parts)
                .map(|mean| [mean.mean - mean.half_width_95, mean.mean + mean.half_width_95]),
            host_cores: own.zip(on_processor).map(|(own, hashing)| (own - hashing).max(0.0)),
            accepted: arrived.accepted,
            stale: arrived.stale,
            refused: arrived.refused,
        })
    }
}

/// What has been seen of one device, or of all threads of the processor.
struct Seen<'m> {
    member: &'m Member,
    threads: usize,
    turns: Vec<Duration>,
    cores: Option<f64>,
}

impl Seen<'_> {
    fn told(self) -> document::RigDevice {
        document::RigDevice {
            device: self.member.device.clone(),
            kernel: self.member.kernel.clone(),
            threads: self.threads,
            to_new_job: Percentiles::of(self.turns),
            cores: self.cores,
        }
    }
}

/// The processor time of each device's thread.
fn of_threads(rig: &Rig) -> Vec<Option<Duration>> {
    rig.threads.ids().iter().map(|thread| time_of((*thread)?)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hashkit_chain::Algorithm;
    use hashkit_engine::device::ScanDevice;
    use hashkit_kernels::catalogue;

    use super::*;
    use crate::devices::Opener;
    use crate::measure::{Subject, validity};
    use crate::rig::proved;

    fn rig(threads: usize) -> RigSubject {
        let opener: Opener = Arc::new(|| {
            let spec = catalogue(Algorithm::Blake3).remove(0);
            Ok(Box::new(ScanDevice::new(proved(&spec, Algorithm::Blake3)?, "test")))
        });
        let member = Member { device: "cpu".to_owned(), kernel: "blake3/portable".to_owned(), opener, chips: None };
        RigSubject { algorithm: Algorithm::Blake3, members: vec![member; threads] }
    }

    #[test]
    fn a_rig_is_timed_from_the_pool_to_the_devices_and_back() {
        let pairs = Pairs { count: 2, window: Duration::from_millis(500) };
        let mut told = Vec::new();
        let found = rig(2).behaviour(pairs, 1000.0, &|| false, &mut |number| told.push(number));
        let found = found.expect("the portable kernel is right").expect("there were windows");
        assert_eq!((told, found.devices.len(), found.devices[0].threads), (vec![0, 1], 1, 2));
        let turns = found.to_new_job.expect("jobs were sent");
        assert!(turns.count >= 8 && turns.count.is_multiple_of(2) && turns.p50_ms > 0.0, "{turns:?}");
        assert_eq!(found.devices[0].to_new_job, Some(turns), "there is no other device");
        let shares = found.share_to_wire.expect("shares were found");
        assert!(shares.count >= 20 && shares.p50_ms > 0.0 && shares.p50_ms < 1000.0, "{shares:?}");
        assert_eq!((shares.count as u64, found.refused), (found.accepted + found.stale, 0), "{found:?}");
        assert!(found.rate_part > 0.1 && found.rate_part < 10.0 && found.rate_part_ci95.is_some(), "{found:?}");
        if let (Some(host), Some(cores)) = (found.host_cores, found.devices[0].cores) {
            assert!(cores > 0.01 && host < cores + 1.0, "{found:?}");
        }
    }

    #[test]
    fn a_rig_is_a_load_whose_finds_are_judged() {
        let mut subject = rig(1);
        let mut load = subject.open().expect("the portable kernel is right");
        thread::sleep(Duration::from_millis(200));
        let hashes = load.counts().hashes;
        load.search_for(hashes as f64 * 5.0 / 1000.0);
        let first = load.counts();
        thread::sleep(Duration::from_millis(500));
        let last = load.counts();
        assert!(load.trouble().is_none() && last.finds - first.finds > 100, "{last:?}");
        let repetition = document::Repetition {
            hashes: last.hashes - first.hashes,
            seconds: 0.5,
            rate: 1.0,
            energy: Vec::new(),
            temp_max_c: None,
            throttled_ratio: None,
            finds: last.finds - first.finds,
            finds_expected: last.finds_expected - first.finds_expected,
            faults: last.faults,
            duplicates: last.duplicates,
            samples: Vec::new(),
        };
        assert_eq!(validity(&[repetition]), None);
    }

    #[test]
    fn a_rig_that_is_told_to_end_at_once_says_nothing() {
        let pairs = Pairs { count: 9, window: Duration::from_mins(1) };
        let found = rig(1).behaviour(pairs, 1000.0, &|| true, &mut |_| {});
        assert_eq!(found.expect("nothing was wrong"), None);
    }
}
