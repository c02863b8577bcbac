//! The search for a board's best operating point, while it mines.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hashkit_asic_driver::{
    Autotune, ChipCounts, ChipModel, Megahertz, OperatingPoint, SavedError, TuneAction, TuneOutcome, TuneReading, Tuned,
};
use tracing::{info, warn};

use super::report::TuningState;
use super::tunings::{TuningFile, TuningFileError};
use super::wish::TuneWish;

/// A search on one board. Its clock runs only while the chips hash: a pool that is away costs no point its measurement.
pub(super) struct Tuning {
    device: String,
    wish: TuneWish,
    model: &'static ChipModel,
    bench: Bench,
    /// Where the chips run before it, and after it where nothing is better.
    start: OperatingPoint,
    phase: Phase,
    ended: TuningState,
    /// Hashes that nonces stood for so far.
    hashes: f64,
    clock: Instant,
    last: Instant,
    next_read: Instant,
}

/// What outlives a board that is unplugged and comes back.
#[derive(Clone)]
pub(super) struct Bench {
    /// What is kept of boards, where there is a place for it.
    pub(super) file: Option<Arc<TuningFile>>,
    /// A fault has ended the search of this run.
    is_over: Arc<AtomicBool>,
}

enum Phase {
    /// The chips do not run where it begins yet.
    Waiting,
    Searching(Box<Autotune>),
    Over,
}

/// What is to be known of the chips at a moment.
pub(super) struct Seen {
    pub(super) counts: ChipCounts,
    /// What the board takes, where it tells that.
    pub(super) watts: Option<f64>,
    /// The core voltage, where it can be set.
    pub(super) millivolts: Option<u16>,
    /// What they run at, as far as that is known.
    pub(super) frequency: Option<Megahertz>,
    pub(super) is_hashing: bool,
}

/// The times of a search are hundredths of seconds and more.
const TICK: Duration = Duration::from_millis(50);
const READ_EVERY: Duration = Duration::from_millis(500);
/// In MHz, half a step of a ramp: two clocks closer than this are the same setting.
const SAME: f64 = 3.125;

impl Bench {
    pub(super) fn new(file: Option<Arc<TuningFile>>) -> Self {
        Self { file, is_over: Arc::default() }
    }

    /// Whether no search is to begin any more.
    pub(super) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// What an earlier search for the same has found for this board; what cannot be used is told.
    pub(super) fn known(
        &self,
        device: &str,
        serial: &str,
        wish: &TuneWish,
        model: &'static ChipModel,
    ) -> Option<Tuned> {
        let found = self.load(serial, model).unwrap_or_else(|error| {
            warn!(device, %error, "an earlier search is not used");
            None
        });
        found.filter(|tuned| tuned.objective == wish.objective && wish.allows(&tuned.point))
    }

    fn load(&self, serial: &str, model: &'static ChipModel) -> Result<Option<Tuned>, LoadError> {
        let Some(file) = &self.file else { return Ok(None) };
        let tunings = file.load()?;
        Ok(tunings.of(serial, model)?.and_then(|_| tunings.get(serial).cloned()))
    }
}

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
enum LoadError {
    File(#[from] TuningFileError),
    Saved(#[from] SavedError),
}

impl Tuning {
    /// A search on the board of `device` that begins once its chips run at `start`.
    pub(super) fn new(
        device: &str,
        wish: TuneWish,
        model: &'static ChipModel,
        start: OperatingPoint,
        bench: Bench,
        now: Instant,
    ) -> Self {
        let (device, phase, ended) = (device.to_owned(), Phase::Waiting, TuningState::Waiting);
        Self { device, wish, model, bench, start, phase, ended, hashes: 0.0, clock: now, last: now, next_read: now }
    }

    /// A right nonce has come that stands for so many hashes.
    pub(super) fn add(&mut self, hashes: u64) {
        self.hashes += hashes as f64;
    }

    /// How it stands.
    pub(super) fn state(&self) -> TuningState {
        match &self.phase {
            Phase::Waiting => TuningState::Waiting,
            Phase::Searching(search) if search.outcome().is_none() => {
                let ((tried, left), at) = (search.progress(), search.at());
                TuningState::Searching { at, tried, left }
            }
            Phase::Searching(_) | Phase::Over => self.ended.clone(),
        }
    }

    /// Whether [`Tuning::step`] has anything to do.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        !matches!(self.phase, Phase::Over) && now.saturating_duration_since(self.last) >= TICK
    }

    /// Goes on; what is to be done with the chips. `serial` is under what it is kept.
    pub(super) fn step(&mut self, serial: &str, seen: &Seen, now: Instant) -> Vec<TuneAction> {
        let passed = now.saturating_duration_since(std::mem::replace(&mut self.last, now));
        // The way back is gone however the chips fare.
        let is_over = matches!(&self.phase, Phase::Searching(search) if search.outcome().is_some());
        if seen.is_hashing || is_over {
            self.clock += passed;
        }
        if matches!(self.phase, Phase::Waiting) && seen.is_hashing && self.is_at_start(seen) {
            self.begin(seen);
        }
        let Phase::Searching(search) = &mut self.phase else { return Vec::new() };
        if seen.is_hashing && now >= self.next_read {
            self.next_read = now + READ_EVERY;
            let ChipCounts { nonces, wrong, .. } = seen.counts;
            let before = search.progress();
            search.read(&TuneReading { nonces, wrong, hashes: self.hashes, watts: seen.watts }, self.clock);
            if search.progress() != before && search.outcome().is_none() {
                let ((tried, left), at) = (search.progress(), search.at());
                info!(device = self.device, tried, left, at = %at, "tuning: the next point");
            }
        }
        if !is_over && search.outcome().is_some() {
            self.tell(serial);
        }
        let Phase::Searching(search) = &mut self.phase else { return Vec::new() };
        let actions: Vec<_> = std::iter::from_fn(|| search.poll_action(self.clock)).collect();
        if search.outcome().is_some() && search.poll_timeout().is_none() {
            self.phase = Phase::Over;
        }
        actions
    }

    fn is_at_start(&self, seen: &Seen) -> bool {
        seen.frequency.is_some_and(|frequency| (frequency.0 - self.start.frequency.0).abs() < SAME)
    }

    fn begin(&mut self, seen: &Seen) {
        let start = OperatingPoint { frequency: self.start.frequency, millivolts: seen.millivolts };
        let settings = self.wish.settings(self.model, seen.millivolts.is_some());
        self.phase = match Autotune::new(self.model, settings, start, self.clock) {
            Ok(search) => {
                let (device, (_, left)) = (&self.device, search.progress());
                info!(device, start = %start, points = left, "tuning: a search begins, and mines along");
                Phase::Searching(Box::new(search))
            }
            Err(error) => {
                self.give_up(&error.to_string());
                Phase::Over
            }
        };
    }

    /// Something is wrong with chips or board: no search goes on in this run, and the chips go back to where they ran.
    pub(super) fn fault(&mut self, why: &str) {
        match &mut self.phase {
            Phase::Waiting => {
                self.give_up(why);
                self.phase = Phase::Over;
            }
            Phase::Searching(search) if search.outcome().is_none() => {
                search.fault(why, self.clock);
                self.give_up(why);
            }
            Phase::Searching(_) | Phase::Over => {}
        }
    }

    /// As [`Tuning::fault`], of what only counts once the search has begun: a start has troubles of its own.
    pub(super) fn fault_in_search(&mut self, why: &str) {
        if matches!(self.phase, Phase::Searching(_)) {
            self.fault(why);
        }
    }

    /// The chips have lost power: there is no way back to go.
    pub(super) fn lost_power(&mut self) {
        self.fault("the chips have lost power");
        self.phase = Phase::Over;
    }

    /// The run ends: the best point so far is kept.
    pub(super) fn interrupt(&mut self, serial: &str) {
        if let Phase::Searching(search) = &mut self.phase
            && search.outcome().is_none()
        {
            search.interrupt(self.clock);
            if matches!(search.outcome(), Some(TuneOutcome::Tuned(_))) {
                self.tell(serial);
            }
        }
        self.phase = Phase::Over;
    }

    /// Says how it has ended, and keeps what was found.
    fn tell(&mut self, serial: &str) {
        let Phase::Searching(search) = &self.phase else { return };
        match search.outcome().cloned() {
            Some(TuneOutcome::Tuned(tuned)) => self.keep(serial, tuned),
            Some(TuneOutcome::Reverted { reason }) => self.give_up(&reason),
            None => {}
        }
    }

    fn keep(&mut self, serial: &str, tuned: Tuned) {
        let device = &self.device;
        let words = if tuned.is_complete { "tuned" } else { "tuning was interrupted; the best so far is kept" };
        info!(device, at = %tuned.point, wrong = tuned.wrong, watts = tuned.watts, "{words}");
        self.ended = TuningState::Tuned(tuned.point);
        match self.bench.file.as_ref().map(|file| file.keep(serial, tuned)) {
            None => warn!(device, "there is no folder to keep the tuning in: set XDG_STATE_HOME to one, or HOME"),
            Some(Err(error)) => warn!(device, %error, "the tuning is not kept"),
            Some(Ok(())) => {}
        }
    }

    fn give_up(&mut self, why: &str) {
        self.bench.is_over.store(true, Ordering::Relaxed);
        self.ended = TuningState::GivenUp { why: why.to_owned() };
        let frequency = self.start.frequency;
        warn!(device = self.device, why, %frequency, "not tuned: the chips go on where they ran before");
    }
}
