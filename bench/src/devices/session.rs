//! A run on this machine: its cases, and all that has to be known of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::SystemClock;
use super::plan::{PlannedRig, finds_a_second};
use super::whole::{Pairs, RigSubject};
use crate::document::{Case, Conditions, Document, Flag, SCHEMA, Tool};
use crate::host::{GpuOfHost, Host};
use crate::machine::Watch;
use crate::measure::{Around, Clock, Interrupted, Phase, Planned, Progress, Times, Trouble, run, stress};
use crate::preflight::Finding;

/// What a run is made of, beside its cases.
pub struct Session<'a> {
    /// How long each phase takes.
    pub times: Times,
    /// How that is called: `quick`.
    pub profile: &'a str,
    /// The temperature of the room, where somebody told it.
    pub ambient_c: Option<f64>,
    /// The GPUs that are used.
    pub gpus: Vec<GpuOfHost>,
    /// Whether the machine's name goes into the result.
    pub includes_identity: bool,
    /// What measures.
    pub tool: Tool,
    /// What was found before.
    pub preflight: Vec<Finding>,
    /// Whether the run is to end.
    pub is_interrupted: Interrupted<'a>,
    /// Who hears how far it is.
    pub tell: &'a mut dyn FnMut(&Progress),
    /// The time as a document tells it, from Unix seconds.
    pub date: fn(u64) -> String,
}

impl Session<'_> {
    /// Measures what is planned.
    #[must_use]
    pub fn run(self, planned: Vec<Planned>) -> Document {
        let (times, wanted) = (self.times, planned.len());
        let mut document = self.around(|around| run(planned, &times, around));
        let cases = &document.cases;
        if cases.len() < wanted || cases.iter().any(|case| case.has(Flag::Interrupted)) {
            document.flags.push(Flag::Interrupted);
        }
        document
    }

    /// Measures rigs: the rate of each as a case, and then how it behaves.
    #[must_use]
    pub fn rigs(self, rigs: Vec<PlannedRig>, pairs: Pairs) -> Document {
        let (times, wanted) = (self.times, rigs.len());
        let (planned, subjects): (Vec<_>, Vec<_>) = rigs.into_iter().map(|rig| (rig.planned, rig.subject)).unzip();
        let mut document = self.around(|around| {
            let mut cases = run(planned, &times, around);
            for (at, case) in cases.iter_mut().enumerate() {
                let subject = subjects.iter().find(|subject| subject.algorithm.name() == case.algo);
                if let Some(subject) = subject.filter(|_| case.summary.is_some()) {
                    behave(subject, case, (at + 1, wanted), pairs, around);
                }
            }
            cases
        });
        let cases = &document.cases;
        if cases.len() < wanted || cases.iter().any(|case| case.has(Flag::Interrupted)) {
            document.flags.push(Flag::Interrupted);
        }
        document
    }

    /// Lets all that is planned hash together, for this long or until the run is told to end.
    #[must_use]
    pub fn stress(self, planned: Vec<Planned>, limit: Duration) -> Document {
        self.around(|around| stress(planned, limit, around))
    }

    fn around(self, measure: impl FnOnce(&mut Around<'_>) -> Vec<Case>) -> Document {
        let host = Host::this(self.gpus, self.includes_identity);
        let whole = Watch::start();
        let mut watch = None;
        // From one call to the next.
        let mut others =
            || std::mem::replace(&mut watch, Watch::start())?.company().map(|company| company.cores_of_others);
        let mut random = Shuffle::new();
        let clock = SystemClock::default();
        let mut around = Around {
            clock: &clock,
            is_interrupted: self.is_interrupted,
            tell: self.tell,
            others: &mut others,
            random: &mut |below| random.below(below),
        };
        let cases = measure(&mut around);
        let company = whole.and_then(|watch| watch.company());
        Document {
            schema: SCHEMA.to_owned(),
            created: (self.date)(clock.on_the_wall().unwrap_or_default().as_secs()),
            tool: self.tool,
            host,
            conditions: Conditions {
                profile: self.profile.to_owned(),
                ambient_c: self.ambient_c,
                load_before: company.map(|company| company.load_before),
                cores_of_others: company.map(|company| company.cores_of_others),
                preflight: self.preflight,
            },
            cases,
            flags: Vec::new(),
            integrity: None,
        }
    }
}

/// Watches how a rig behaves, for its case: one of so many.
fn behave(subject: &RigSubject, case: &mut Case, (number, of): (usize, usize), pairs: Pairs, around: &mut Around<'_>) {
    let rate = case.summary.as_ref().map(|summary| summary.rate_mean);
    let (began, id) = (around.clock.now(), case.id.clone());
    let mut tell = |pair: usize| {
        let left = 2 * pairs.window * u32::try_from(pairs.count - pair).unwrap_or(u32::MAX);
        (around.tell)(&Progress {
            case: number,
            cases: of,
            id: id.clone(),
            repetition: pair + 1,
            repetitions: pairs.count,
            phase: Phase::Measure,
            elapsed: around.clock.now().saturating_sub(began),
            left,
            rate,
            temperature: None,
            power: None,
            sample: None,
        });
    };
    let most = subject.members.len() as f64 * finds_a_second(subject.algorithm);
    match subject.behaviour(pairs, most, around.is_interrupted, &mut tell) {
        Ok(Some(rig)) => case.rig = Some(rig),
        Ok(None) => case.flag(Flag::Interrupted),
        Err(trouble) => {
            case.flag(if matches!(trouble, Trouble::Wrong(_)) { Flag::Invalid } else { Flag::Failed });
            case.failure = Some(trouble.to_string());
            case.summary = None;
        }
    }
}

/// An order that nobody chose: numbers from the time at which it begins.
struct Shuffle(u64);

impl Shuffle {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::from(now.subsec_nanos()) ^ now.as_secs())
    }

    /// A number below this one (`xorshift64*`).
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.max(1);
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        usize::try_from(number).unwrap_or(0) % limit.max(1)
    }
}
