//! All devices at once, until somebody stops them: what is wrong with cooling, power or memory shows after hours.

use std::time::Duration;

use super::{Around, Counts, Load, Open, Phase, Planned, Progress, Trouble, validity};
use crate::document::{Case, Repetition};

/// How often counters are looked at.
const LOOK: Duration = Duration::from_secs(1);
/// How often finds are judged, and a new job is given: the hits of one are all remembered.
const JUDGE: Duration = Duration::from_mins(1);
/// The rate is known by then, which the target for finds follows.
const RUN_IN: Duration = Duration::from_secs(1);

/// One device at work.
struct Running {
    open: Open,
    load: Box<dyn Load>,
    /// What it had done when finds began to count.
    first: Counts,
    last: Counts,
    temperature: Option<f64>,
}

/// Lets all that is planned hash together for this long, or until the run is told to end, or a device is wrong. Each case has
/// one repetition, of the whole time.
pub fn stress(planned: Vec<Planned>, limit: Duration, around: &mut Around<'_>) -> Vec<Case> {
    let (mut running, mut over) = (Vec::new(), Vec::new());
    for planned in planned {
        let mut open = Open::new(planned);
        match open.planned.subject.open() {
            Ok(load) => {
                let (first, last) = (Counts::default(), Counts::default());
                running.push(Running { open, load, first, last, temperature: None });
            }
            Err(trouble) => {
                open.trouble = Some(trouble);
                over.push(open);
            }
        }
    }
    let began = around.clock.now() + RUN_IN;
    around.clock.wait_until(began);
    for one in &mut running {
        one.begin();
    }
    let (end, mut judged) = (began + limit, began);
    while around.clock.now() < end && !(around.is_interrupted)() && !running.is_empty() {
        around.clock.wait_until((around.clock.now() + LOOK).min(end));
        let now = around.clock.now();
        let is_due = now.saturating_sub(judged) >= JUDGE;
        if is_due {
            judged = now;
        }
        let cases = running.len();
        for (at, one) in running.iter_mut().enumerate() {
            one.look(now.saturating_sub(began), is_due);
            (around.tell)(&one.progress(at, cases, now.saturating_sub(began), end.saturating_sub(now)));
        }
        // One that is wrong ends; the others go on.
        let window = now.saturating_sub(began);
        over.extend(running.extract_if(.., |one| one.open.trouble.is_some()).map(|one| one.finish(window)));
    }
    let window = around.clock.now().saturating_sub(began);
    over.extend(running.into_iter().map(|mut one| {
        one.look(window, true);
        one.finish(window)
    }));
    over.into_iter().map(Open::into_case).collect()
}

impl Running {
    fn begin(&mut self) {
        let hashes = self.load.counts().hashes as f64;
        self.search_for(hashes / RUN_IN.as_secs_f64());
        self.first = self.load.counts();
        self.last = self.first;
    }

    /// Hits at the rate that the judge can bear, under a new job.
    fn search_for(&mut self, rate: f64) {
        self.load.search_for(rate.max(1.0) / self.open.planned.finds_a_second);
    }

    fn look(&mut self, window: Duration, is_due: bool) {
        self.last = self.load.counts();
        let glance = self.open.planned.gauge.as_mut().map(|gauge| gauge.read()).unwrap_or_default();
        self.temperature = glance.temperature;
        self.open.trouble = self.load.trouble();
        let so_far = self.repetition(window);
        let is_wrong = so_far.faults + so_far.duplicates > 0;
        if self.open.trouble.is_none() && (is_due || is_wrong) {
            let rate = so_far.rate;
            self.open.trouble = validity(&[so_far]).map(Trouble::Wrong);
            self.search_for(rate);
        }
    }

    fn repetition(&self, window: Duration) -> Repetition {
        let hashes = self.last.hashes - self.first.hashes;
        let seconds = window.as_secs_f64();
        Repetition {
            hashes,
            seconds,
            rate: if seconds > 0.0 { hashes as f64 / seconds } else { 0.0 },
            energy: Vec::new(),
            temp_max_c: self.temperature,
            throttled_ratio: None,
            finds: self.last.finds - self.first.finds,
            finds_expected: self.last.finds_expected - self.first.finds_expected,
            faults: self.last.faults - self.first.faults,
            duplicates: self.last.duplicates - self.first.duplicates,
            samples: Vec::new(),
        }
    }

    fn progress(&self, at: usize, cases: usize, elapsed: Duration, left: Duration) -> Progress {
        Progress {
            case: at + 1,
            cases,
            id: self.open.case.id.clone(),
            repetition: 1,
            repetitions: 1,
            phase: Phase::Measure,
            elapsed,
            left,
            rate: Some(self.repetition(elapsed).rate),
            temperature: self.temperature,
            power: None,
            sample: None,
        }
    }

    fn finish(mut self, window: Duration) -> Open {
        let repetition = self.repetition(window);
        self.open.case.phases.measure_s = repetition.seconds;
        self.open.case.repetitions.push(repetition);
        self.open
    }
}
