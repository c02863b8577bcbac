//! One repetition of a case, phase by phase.

use std::time::Duration;

use super::power::{Account, Drawn};
use super::steady::WarmUp;
use super::{Around, Counts, Glance, Load, Open, Phase, Planned, Progress, Times, Trouble, validity};
use crate::document::{Repetition, Sample};

/// About how often something is looked at.
const BUCKET: Duration = Duration::from_secs(1);
/// A device is cool within so many degrees of where it began.
const COOL: f64 = 3.0;
/// A case is busy where others had more of its cores than this.
const MOST_OF_OTHERS: f64 = 0.05;
/// By how much two clocks may differ over a repetition.
const MOST_APART: Duration = Duration::from_secs(2);

/// A repetition that is being measured.
pub(super) struct Measuring<'r, 'a> {
    pub(super) times: &'r Times,
    pub(super) around: &'r mut Around<'a>,
    /// When the run began, and when this repetition did.
    pub(super) began: Duration,
    pub(super) since: Duration,
    pub(super) case: usize,
    pub(super) cases: usize,
    /// How long the run would take on when this repetition began.
    pub(super) left: Duration,
}

impl Measuring<'_, '_> {
    /// Measures the case once more. Whether the run was told to end; then this was not measured, or is the last one.
    pub(super) fn repeat(&mut self, open: &mut Open) -> bool {
        let is_first = open.case.repetitions.is_empty();
        let Some(idle) = self.idle(open) else { return true };
        self.show(open, Phase::Open, None);
        let opening = self.around.clock.now();
        let load = open.planned.subject.open();
        if is_first {
            open.case.phases.compile_s += self.since(opening);
        }
        let mut load = match load {
            Ok(load) => load,
            Err(trouble) => {
                open.trouble = Some(trouble);
                return (self.around.is_interrupted)();
            }
        };
        if !self.warm_up(open, &mut *load, is_first || self.times.takes_turns) {
            return true;
        }
        self.measure(open, &mut *load, &idle);
        drop(load);
        let is_interrupted = (self.around.is_interrupted)();
        if !is_interrupted && (self.times.takes_turns || !open.wants_more(self.times)) {
            self.cool_down(open);
        }
        is_interrupted
    }

    /// What each source draws without load, where it can tell. `None` where the run was told to end.
    fn idle(&mut self, open: &mut Open) -> Option<Vec<Option<f64>>> {
        if open.case.repetitions.is_empty() {
            open.cool = glance(&mut open.planned).temperature;
        }
        let mut accounts = vec![Account::default(); open.planned.power.len()];
        if !accounts.is_empty() {
            let began = self.around.clock.now();
            add(&mut accounts, &mut open.planned, began);
            let end = began + self.times.idle;
            while self.around.clock.now() < end {
                if (self.around.is_interrupted)() {
                    return None;
                }
                self.show(open, Phase::Idle, None);
                let now = self.wait(end);
                add(&mut accounts, &mut open.planned, now);
            }
        }
        if (self.around.is_interrupted)() { None } else { Some(accounts.iter().map(Account::mean_watts).collect()) }
    }

    /// Lets the load run until it is steady; whether the run goes on.
    fn warm_up(&mut self, open: &mut Open, load: &mut dyn Load, in_full: bool) -> bool {
        let (least, most) =
            if in_full { self.times.warm_up_of(&open.planned.backend) } else { (self.times.run_in, self.times.run_in) };
        let began = self.around.clock.now();
        let (mut seen, mut before) = (WarmUp::default(), (began, load.counts()));
        let mut knows_rate = false;
        loop {
            if (self.around.is_interrupted)() {
                return false;
            }
            // At first only as long as it takes to know the rate, which the target for finds follows.
            let until = if knows_rate { began + most } else { (self.around.clock.now() + least / 4).min(began + most) };
            let now = self.wait(until);
            let counts = load.counts();
            let rate = rate(before, (now, counts));
            before = (now, counts);
            if !knows_rate && rate > 0.0 {
                load.search_for(rate / open.planned.finds_a_second);
                knows_rate = true;
            }
            let temperature = glance(&mut open.planned).temperature;
            let passed = now.saturating_sub(began);
            seen.add(passed.as_secs_f64(), rate, temperature);
            self.show(open, Phase::WarmUp, Some(rate));
            let is_steady = seen.is_steady();
            if passed >= most || passed >= least && is_steady {
                open.case.phases.warmup_s += passed.as_secs_f64();
                // What has just run needs no proof that it is warm.
                open.case.phases.steady &= !in_full || is_steady;
                return true;
            }
        }
    }

    fn measure(&mut self, open: &mut Open, load: &mut dyn Load, idle: &[Option<f64>]) {
        let wall = self.around.clock.on_the_wall();
        // From here on counts what others do.
        (self.around.others)();
        let mut accounts = vec![Account::default(); open.planned.power.len()];
        let began = self.around.clock.now();
        let (first, chips) = (load.counts(), load.chips());
        add(&mut accounts, &mut open.planned, began);
        let (end, mut before) = (began + self.times.measure, (began, first));
        let (mut samples, mut glances) = (Vec::new(), Vec::new());
        while before.0 < end {
            let now = self.wait(end);
            let counts = load.counts();
            add(&mut accounts, &mut open.planned, now);
            let glance = glance(&mut open.planned);
            let rate = rate(before, (now, counts));
            let sample = Sample {
                at_s: rounded(now.saturating_sub(began).as_secs_f64()),
                rate,
                temp_c: glance.temperature,
                power_w: accounts.iter().find_map(Account::watts),
                clock_mhz: glance.clock,
            };
            samples.push(sample);
            glances.push(glance);
            before = (now, counts);
            self.tell(open, Phase::Measure, Some(rate), Some(sample));
            if let Some(trouble) = load.trouble() {
                open.trouble = Some(trouble);
                return;
            }
        }
        let window = before.0.saturating_sub(began);
        let hashes = before.1.hashes - first.hashes;
        if hashes == 0 {
            let why = format!("nothing was found within {window:.1?}: measure longer, or see why it does not hash");
            open.trouble = Some(Trouble::Failed(why));
            return;
        }
        if let Some((before, after)) = chips.zip(load.chips()) {
            let seen = after.since(&before, window.as_secs_f64(), hashes);
            open.case.chips.get_or_insert_default().add(&seen);
        }
        if slept(wall, self.around.clock.on_the_wall(), window) {
            let why = "the machine slept, or its clock was set, while it was measured: measure again";
            open.trouble = Some(Trouble::Failed(why.to_owned()));
            return;
        }
        let others = (self.around.others)();
        open.busy |= others.is_some_and(|cores| cores > MOST_OF_OTHERS * open.planned.settings.threads as f64);
        open.case.phases.measure_s += window.as_secs_f64();
        let sources = accounts.iter().zip(&open.planned.power).zip(idle);
        let energy = sources.filter_map(|((account, source), idle)| account.energy(&**source, window, *idle)).collect();
        open.case.repetitions.push(repetition(first, before.1, window, energy, samples, &glances));
        open.trouble = validity(&open.case.repetitions).map(Trouble::Wrong);
    }

    fn cool_down(&mut self, open: &mut Open) {
        let Some(cool) = open.cool else { return };
        let began = self.around.clock.now();
        let end = began + self.times.cool_down;
        while self.around.clock.now() < end && !(self.around.is_interrupted)() {
            if glance(&mut open.planned).temperature.is_none_or(|degrees| degrees <= cool + COOL) {
                break;
            }
            self.show(open, Phase::CoolDown, None);
            self.wait(end);
        }
        open.case.phases.cooldown_s += self.since(began);
    }

    /// Waits for a bucket, but not beyond `end`. The time then.
    fn wait(&self, end: Duration) -> Duration {
        let clock = self.around.clock;
        let bucket = BUCKET.min(self.times.measure / 5);
        let now = clock.now();
        // A rest that is shorter than half a bucket belongs to it.
        let then = if end.saturating_sub(now) < bucket * 3 / 2 { end } else { now + bucket };
        clock.wait_until(then.max(now));
        clock.now()
    }

    fn since(&self, then: Duration) -> f64 {
        self.around.clock.now().saturating_sub(then).as_secs_f64()
    }

    fn show(&mut self, open: &Open, phase: Phase, rate: Option<f64>) {
        self.tell(open, phase, rate, None);
    }

    fn tell(&mut self, open: &Open, phase: Phase, rate: Option<f64>, sample: Option<Sample>) {
        let now = self.around.clock.now();
        let progress = Progress {
            case: self.case,
            cases: self.cases,
            id: open.case.id.clone(),
            repetition: open.case.repetitions.len() + 1,
            repetitions: self.times.repetitions,
            phase,
            elapsed: now.saturating_sub(self.began),
            left: self.left.saturating_sub(now.saturating_sub(self.since)),
            rate,
            temperature: sample.and_then(|sample| sample.temp_c),
            power: sample.and_then(|sample| sample.power_w),
            sample,
        };
        (self.around.tell)(&progress);
    }
}

fn glance(planned: &mut Planned) -> Glance {
    planned.gauge.as_mut().map(|gauge| gauge.read()).unwrap_or_default()
}

fn add(accounts: &mut [Account], planned: &mut Planned, now: Duration) {
    for (account, source) in accounts.iter_mut().zip(&mut planned.power) {
        let drawn: Option<Drawn> = source.drawn();
        account.add(now, drawn);
    }
}

/// Hashes a second from one moment to another.
fn rate(before: (Duration, Counts), after: (Duration, Counts)) -> f64 {
    let seconds = after.0.saturating_sub(before.0).as_secs_f64();
    if seconds > 0.0 { (after.1.hashes - before.1.hashes) as f64 / seconds } else { 0.0 }
}

/// Whether much more or less time passed on the wall than by the clock.
fn slept(before: Option<Duration>, after: Option<Duration>, window: Duration) -> bool {
    let Some((before, after)) = before.zip(after) else { return false };
    after.checked_sub(before).is_none_or(|passed| passed.abs_diff(window) > MOST_APART)
}

fn repetition(
    first: Counts,
    last: Counts,
    window: Duration,
    energy: Vec<crate::document::Energy>,
    samples: Vec<Sample>,
    glances: &[Glance],
) -> Repetition {
    let throttled: Vec<bool> = glances.iter().filter_map(|glance| glance.is_throttled).collect();
    let hashes = last.hashes - first.hashes;
    Repetition {
        hashes,
        seconds: window.as_secs_f64(),
        rate: hashes as f64 / window.as_secs_f64(),
        energy,
        temp_max_c: glances.iter().filter_map(|glance| glance.temperature).reduce(f64::max),
        throttled_ratio: (!throttled.is_empty())
            .then(|| throttled.iter().filter(|is| **is).count() as f64 / throttled.len() as f64),
        finds: last.finds - first.finds,
        finds_expected: last.finds_expected - first.finds_expected,
        faults: last.faults - first.faults,
        duplicates: last.duplicates - first.duplicates,
        samples,
    }
}

fn rounded(seconds: f64) -> f64 {
    (seconds * 1e3).round() / 1e3
}
