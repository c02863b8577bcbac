//! The phases of a measurement: open and prove, warm up until steady, measure, repeat, cool down.
//!
//! [`run`] measures any [`Subject`] by any [`Clock`]: the devices of this machine, or simulated ones whose time is simulated too.

mod judged;
mod power;
mod steady;
mod stress;
mod summary;
mod window;

use std::time::Duration;

use hashkit_chain::Algorithm;

pub use self::judged::validity;
pub use self::power::{Drawn, PowerSource};
pub use self::stress::stress;
pub use self::summary::summarize;
use self::window::Measuring;
use crate::document::{Case, CaseSettings, Chips, Flag, Phases, Sample};

/// What time it is, by a clock that never goes back.
pub trait Clock {
    /// The time since some moment in the past.
    fn now(&self) -> Duration;

    /// Waits until then.
    fn wait_until(&self, then: Duration);

    /// The time by the clock on the wall, where there is one: a machine that slept meanwhile shows another difference.
    fn on_the_wall(&self) -> Option<Duration>;
}

/// What can be measured.
pub trait Subject {
    /// Opens it, has it give known answers, and lets it hash.
    ///
    /// # Errors
    /// Why there is nothing to be measured.
    fn open(&mut self) -> Result<Box<dyn Load>, Trouble>;

    /// There will be no further repetition: what was kept for it can go.
    fn close(&mut self) {}
}

/// Why a subject gives no number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It cannot be opened, or stopped to answer.
    #[error("{0}")]
    Failed(String),
    /// It answers wrongly.
    #[error("{0}")]
    Wrong(String),
}

/// What hashes, until it is dropped.
pub trait Load {
    /// Has about one of so many hashes be a hit, from now on.
    fn search_for(&mut self, hashes_a_find: f64);

    /// What it has done until now.
    fn counts(&mut self) -> Counts;

    /// Whether it has stopped, and why.
    fn trouble(&mut self) -> Option<Trouble>;

    /// What its chips have done since they were opened, where it has some.
    fn chips(&mut self) -> Option<Chips> {
        None
    }
}

/// What a load has done since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Counts {
    /// Hashes that were finished.
    pub hashes: u64,
    /// Solutions that the judge hashed again and found right.
    pub finds: u64,
    /// How many of them were to be expected.
    pub finds_expected: f64,
    /// Solutions that the judge refused.
    pub faults: u64,
    /// Solutions that were reported more than once.
    pub duplicates: u64,
}

/// How a device fares at one moment; `None` where nothing tells.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Glance {
    /// Degrees Celsius.
    pub temperature: Option<f64>,
    /// Megahertz.
    pub clock: Option<u32>,
    /// Whether it runs slower than it could.
    pub is_throttled: Option<bool>,
}

/// What watches a device while it is measured.
pub trait Gauge {
    /// How it fares now.
    fn read(&mut self) -> Glance;
}

/// How long each phase takes, and how often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Times {
    /// The least and the most time to warm up before the first repetition of a processor; cards and chips get more.
    pub warm_up: (Duration, Duration),
    /// The time to warm up before each further one of the same case, which has just run.
    pub run_in: Duration,
    /// The measured window.
    pub measure: Duration,
    /// How often it is repeated.
    pub repetitions: usize,
    /// Half the width of the 95 % interval, as a part of the mean, up to which repetitions are added, until there are twice as
    /// many; none are added where it is `None`.
    pub half_width: Option<f64>,
    /// How long no load is watched before each repetition, where a power source is there.
    pub idle: Duration,
    /// The most time to cool down after a case.
    pub cool_down: Duration,
    /// Whether the cases take turns, in random order.
    pub takes_turns: bool,
    /// Whether repetitions far from the others are left out of what is claimed; they stay in the result.
    pub drops_outliers: bool,
}

impl Times {
    /// For a first look at so many cases: less than a minute for all of them.
    #[must_use]
    pub fn quick(cases: usize) -> Self {
        // Opening, proving and choosing take some tenths of a second a case.
        let each = Duration::from_secs(45).div_f64(cases.max(1) as f64).saturating_sub(Duration::from_millis(500));
        let measure = (each / 5).clamp(Duration::from_millis(200), Duration::from_secs(2));
        let warm_up = (each / 5).clamp(Duration::from_millis(200), Duration::from_secs(2));
        Self {
            warm_up: (warm_up, warm_up),
            run_in: measure / 4,
            measure,
            repetitions: 3,
            half_width: None,
            idle: Duration::from_millis(200),
            cool_down: Duration::ZERO,
            takes_turns: false,
            drops_outliers: false,
        }
    }

    /// The least and the most time for a device of this kind: a card takes longer to get warm than a processor, and a board with
    /// chips longest. A first look gives none of them time.
    fn warm_up_of(&self, kind: &str) -> (Duration, Duration) {
        let (least, most) = self.warm_up;
        let needed = match kind {
            "cpu" => most,
            "asic" | "rig" => Duration::from_mins(10),
            _ => Duration::from_mins(5),
        };
        (least, if least == most { most } else { most.max(needed) })
    }

    /// What answers most questions: half a minute of measuring a case.
    pub const DEFAULT: Self = Self {
        warm_up: (Duration::from_secs(5), Duration::from_mins(2)),
        run_in: Duration::from_secs(2),
        measure: Duration::from_secs(6),
        repetitions: 5,
        half_width: Some(0.01),
        idle: Duration::from_secs(3),
        cool_down: Duration::from_mins(1),
        takes_turns: false,
        drops_outliers: false,
    };

    /// What stands when others measure again: five times five minutes a case, in turns.
    pub const PUBLISH: Self = Self {
        warm_up: (Duration::from_secs(30), Duration::from_mins(5)),
        run_in: Duration::from_secs(30),
        measure: Duration::from_mins(5),
        repetitions: 5,
        half_width: Some(0.005),
        idle: Duration::from_secs(10),
        cool_down: Duration::from_mins(1),
        takes_turns: true,
        drops_outliers: false,
    };
}

/// A case to be measured.
pub struct Planned {
    /// What it is compared by.
    pub id: String,
    /// The algorithm.
    pub algorithm: Algorithm,
    /// `cpu`, the API of a GPU, `asic` or `rig`.
    pub backend: String,
    /// `cpu`, the id of a GPU, the port of chips, or `rig`.
    pub device: String,
    /// The kernel, or the model of chips.
    pub kernel: String,
    /// Whether a program acts as the GPU or the chips.
    pub is_software: bool,
    /// How it runs.
    pub settings: CaseSettings,
    /// How long it took to find the kernel.
    pub tuning: Duration,
    /// How often a solution may be found in a second, so that the judge costs no more than a five hundredth of the time.
    pub finds_a_second: f64,
    /// What hashes.
    pub subject: Box<dyn Subject>,
    /// What watches its device.
    pub gauge: Option<Box<dyn Gauge>>,
    /// What tells its power, the best source first.
    pub power: Vec<Box<dyn PowerSource>>,
}

/// What is done at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing runs: the power without load is taken.
    Idle,
    /// The kernel is opened, compiled and proved.
    Open,
    /// The load runs until it is steady.
    WarmUp,
    /// What is claimed is counted.
    Measure,
    /// The device cools down.
    CoolDown,
}

impl Phase {
    /// For people.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Open => "self-test",
            Self::WarmUp => "warm-up",
            Self::Measure => "measure",
            Self::CoolDown => "cool-down",
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The number of the case, from 1 on.
    pub case: usize,
    /// How many there are.
    pub cases: usize,
    /// Its id.
    pub id: String,
    /// The number of the repetition, from 1 on.
    pub repetition: usize,
    /// How many are planned.
    pub repetitions: usize,
    /// What is done.
    pub phase: Phase,
    /// The time since the run began.
    pub elapsed: Duration,
    /// How long it will take on, as far as that can be told.
    pub left: Duration,
    /// Hashes a second in the last moment.
    pub rate: Option<f64>,
    /// The temperature.
    pub temperature: Option<f64>,
    /// The power, in watts.
    pub power: Option<f64>,
    /// What was seen in about a second of a measured window that has just ended.
    pub sample: Option<Sample>,
}

/// Whether a run has been told to end.
pub type Interrupted<'a> = &'a dyn Fn() -> bool;

/// What surrounds a run.
pub struct Around<'a> {
    /// The time.
    pub clock: &'a dyn Clock,
    /// Whether it is to end after this repetition.
    pub is_interrupted: Interrupted<'a>,
    /// Who hears how far it is.
    pub tell: &'a mut dyn FnMut(&Progress),
    /// How many cores, on average, worked for others, from one call to the next; `None` where nothing tells.
    pub others: &'a mut dyn FnMut() -> Option<f64>,
    /// A number below the one given, for the order of the cases.
    pub random: &'a mut dyn FnMut(usize) -> usize,
}

/// Measures all that is planned. Of an interrupted run it gives what was measured, marked.
pub fn run(planned: Vec<Planned>, times: &Times, around: &mut Around<'_>) -> Vec<Case> {
    let began = around.clock.now();
    let cases = planned.len();
    let mut open: Vec<Open> = planned.into_iter().map(Open::new).collect();
    let mut interrupted = false;
    let rounds: Vec<Vec<usize>> =
        if times.takes_turns { vec![(0..cases).collect()] } else { (0..cases).map(|at| vec![at]).collect() };
    for group in rounds {
        loop {
            let mut due: Vec<usize> = group.iter().copied().filter(|at| open[*at].wants_more(times)).collect();
            if due.is_empty() || interrupted {
                break;
            }
            if times.takes_turns {
                for end in (1..due.len()).rev() {
                    due.swap(end, (around.random)(end + 1));
                }
            }
            for at in due {
                let left = left(&open, times);
                let since = around.clock.now();
                let mut measuring = Measuring { times, around, began, since, case: at + 1, cases, left };
                interrupted = measuring.repeat(&mut open[at]);
                if !open[at].wants_more(times) {
                    open[at].planned.subject.close();
                }
                if interrupted {
                    break;
                }
            }
        }
        if interrupted {
            break;
        }
    }
    open.into_iter().map(|open| open.finish(times)).filter(|case| !interrupted || has_something(case)).collect()
}

fn has_something(case: &Case) -> bool {
    !case.repetitions.is_empty() || case.failure.is_some()
}

/// How long all that is planned will take on.
fn left(open: &[Open], times: &Times) -> Duration {
    let of_case = |open: &Open| {
        let done = open.case.repetitions.len();
        if open.is_over() || done >= times.repetitions {
            return Duration::ZERO;
        }
        let first = if done == 0 { times.warm_up.0.saturating_sub(times.run_in) } else { Duration::ZERO };
        first + (times.run_in + times.measure) * u32::try_from(times.repetitions - done).unwrap_or(u32::MAX)
    };
    open.iter().map(of_case).sum()
}

/// A case that is being measured.
struct Open {
    planned: Planned,
    case: Case,
    /// Why it is over before its time.
    trouble: Option<Trouble>,
    /// Whether others used the machine during a window.
    busy: bool,
    /// The temperature before it first ran.
    cool: Option<f64>,
}

impl Open {
    fn new(planned: Planned) -> Self {
        let case = Case {
            id: planned.id.clone(),
            algo: planned.algorithm.name().to_owned(),
            backend: planned.backend.clone(),
            device: planned.device.clone(),
            variant: planned.kernel.clone(),
            settings: planned.settings.clone(),
            phases: Phases { tune_s: planned.tuning.as_secs_f64(), steady: true, ..Phases::default() },
            repetitions: Vec::new(),
            summary: None,
            rig: None,
            chips: None,
            flags: Vec::new(),
            failure: None,
        };
        Self { planned, case, trouble: None, busy: false, cool: None }
    }

    fn is_over(&self) -> bool {
        self.trouble.is_some()
    }

    /// Whether another repetition is due: one that was planned, or one more because the interval is still too wide.
    fn wants_more(&self, times: &Times) -> bool {
        if self.is_over() {
            return false;
        }
        let done = self.case.repetitions.len();
        if done < times.repetitions {
            return true;
        }
        let Some(wanted) = times.half_width else { return false };
        done < 2 * times.repetitions && summary::half_width(&self.case).is_some_and(|width| width > wanted)
    }

    fn finish(mut self, times: &Times) -> Case {
        summarize(&mut self.case, times);
        if self.case.repetitions.len() < times.repetitions && self.trouble.is_none() {
            self.case.flag(Flag::Interrupted);
        }
        self.into_case()
    }

    /// The case, with what went wrong.
    fn into_case(mut self) -> Case {
        match &self.trouble {
            Some(Trouble::Failed(_)) => self.case.flag(Flag::Failed),
            Some(Trouble::Wrong(_)) => self.case.flag(Flag::Invalid),
            None => {}
        }
        if let Some(trouble) = &self.trouble {
            self.case.failure = Some(trouble.to_string());
            self.case.summary = None;
        }
        if self.planned.is_software {
            self.case.flag(Flag::Simulated);
        }
        if self.busy {
            self.case.flag(Flag::Busy);
        }
        self.case
    }
}

#[cfg(test)]
pub(crate) mod simulated;
#[cfg(test)]
pub(crate) mod tests;
