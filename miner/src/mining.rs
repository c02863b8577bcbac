//! One run of the miner: rig and session side by side, what they tell shown and counted, until there is a reason to end.

use std::collections::HashMap;
use std::future::pending;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hashkit_chain::Algorithm;
use hashkit_engine::device::CardNews;
use hashkit_engine::device::asic::{ChipsReport, Megahertz, TuningState};
use hashkit_engine::{Limits, open};
use hashkit_pool::{PoolEvent, PoolEvents};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::credit::{self, Credits, PoolAccount};
use crate::failure::{Exit, Failure};
use crate::inside::Inside;
use crate::metrics::MetricsFile;
use crate::rig::CHIPS_END;
use crate::rig::{Devices, Rig};
use crate::session::{self, Ended, Engines, Event, Session, Source, reached};
use crate::signals::{self, Signal};
use crate::stop::StopAfter;
use crate::tally::{Metered, Summary, Taken, Tally};
use crate::timings::SharedTimings;
use crate::view::{Setup, View};

/// How often the hashrate is shown.
const SHOW_RATES_EVERY: u32 = 10;
/// And what chips do: so long it takes until their measured hashrate says something.
const SHOW_CHIPS_EVERY: u32 = 60;
/// How many events may wait to be shown; the session then waits too.
const EVENTS: usize = 256;
/// A stop may take five seconds; what is not done by then is left.
const HARD_STOP: Duration = Duration::from_secs(4);
/// How long to wait for what the pool has told but nobody heard yet.
const LAST_ANSWERS: Duration = Duration::from_millis(50);
/// How long devices may take to end once the engine is closed; a batch takes 2 ms, on a card 25 ms, and two are on it.
const DEVICES_END: Duration = Duration::from_millis(300);

/// What to do in a run.
pub(crate) struct Plan {
    /// The sessions, at least one, each with its weight. Several share the devices by turns.
    pub(crate) sessions: Vec<(u32, session::Settings)>,
    /// The devices for each algorithm of the sessions' pools; those of one work while the others rest.
    pub(crate) devices: Vec<(Algorithm, Devices)>,
    /// What is known of kernels.
    pub(crate) timings: SharedTimings,
    pub(crate) stop_after: Option<StopAfter>,
    pub(crate) setup: Setup,
    /// The pool to mine on, where it is inside this process.
    pub(crate) inside: Option<Inside>,
    /// Where metrics of the user's own nodes are kept.
    pub(crate) metrics: Option<PathBuf>,
}

/// Why a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// The user's limit is reached.
    Limit(StopAfter),
    /// A signal.
    Signal(Signal),
    /// Nobody reads standard output any more.
    Unread,
    /// By the session's own decision.
    Session(Ended),
}

/// Mines as planned and shows it.
///
/// # Errors
/// A failure with the exit code of `docs/cli.md` unless the run ended as the plan says.
pub(crate) async fn mine(plan: Plan, view: View) -> Result<(), Failure> {
    let mut signalled = signals::listen().map_err(|error| Failure::new(Exit::Failed, error))?;
    let (news, mut card_news) = mpsc::unbounded_channel();
    let without_pool = plan.sessions.first().and_then(|(_, settings)| settings.patience.without_pool);
    let (mut engines, mut rigs) = (Vec::new(), Vec::new());
    for (algorithm, devices) in plan.devices {
        // A rig holds one port a device; with the maker of ports gone, the engine sees when the last device has ended.
        let (source, ports) = open(Limits::default());
        let rig = Rig::start(devices, algorithm, ports, &plan.timings.records, news.clone())
            .map_err(|error| Failure::new(Exit::NoDevice, error))?;
        engines.push((algorithm, source));
        rigs.push(RigOf { algorithm, rig, hashes: 0 });
    }
    drop(news);
    let source = Engines::new(engines);
    let (tell, mut events) = mpsc::channel(EVENTS);
    let (stop, stopped) = watch::channel(false);
    let mut run = Run::new(view, rigs, plan.stop_after, stop);
    if matches!(plan.inside, Some(Inside::Solo(_))) {
        run.tally.taken = Some(Taken::default());
    }
    run.show(|view, at| view.setup(at, &plan.setup));
    let pools = plan.sessions.iter().flat_map(|(_, settings)| &settings.pools);
    let pools: Vec<_> = pools.map(|pool| (pool.address.to_string(), pool.algorithm)).collect();
    let books = source.books();
    let mut sessions = start(plan.sessions, source, &tell, &stopped);
    // The events end with the sessions.
    drop(tell);
    let mut answers = plan.inside.as_ref().and_then(Inside::events);
    let mut renewals = signals::renewals().map_err(|error| Failure::new(Exit::Failed, error))?;
    let mut metrics = plan.metrics.map(MetricsFile::new);
    let mut seconds = interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => run.see(&event),
                // The session has ended, and all that it told has been seen.
                None => break,
            },
            Some(event) = next_of(&mut answers) => run.hear(&event),
            Some(news) = card_news.recv() => {
                if matches!(news, CardNews::Begins(..)) {
                    plan.timings.keep();
                }
                run.show(|view, at| view.card(at, &news));
            }
            _ = seconds.tick() => {
                run.second_passed();
                if let (Some(file), Some(Inside::Solo(pool))) = (&mut metrics, &plan.inside) {
                    file.renew(pool, &run.chips());
                }
            }
            Some(()) = renewals.recv(), if plan.inside.is_some() => plan.inside.iter().for_each(Inside::renew),
            Ok(signal) = &mut signalled, if run.why.is_none() => run.end(Why::Signal(signal)),
            () = reached(run.time_limit()), if run.why.is_none() => run.end_by_limit(),
            () = reached(run.hard_stop) => {
                sessions.abort_all();
                break;
            }
        }
    }
    if let (Some(file), Some(Inside::Solo(pool))) = (&mut metrics, &plan.inside) {
        file.renew(pool, &run.chips());
    }
    let mut why = run.why;
    while let Some(ended) = sessions.join_next().await {
        match ended {
            Ok(ended) => {
                why.get_or_insert(Why::Session(ended));
            }
            Err(error) if error.is_panic() => return Err(Failure::new(Exit::Failed, error)),
            // It took too long, and was left where it was.
            Err(_) => {}
        }
    }
    let why = why.unwrap_or(Why::Session(Ended::Stopped));
    if let Some(inside) = plan.inside {
        run.height = inside.stop().await;
    }
    while let Ok(Some(event)) = timeout(LAST_ANSWERS, next_of(&mut answers)).await {
        run.hear(&event);
    }
    let account = |(number, (pool, algorithm))| {
        let (hashes, credit) = (books.hashes_for(number), run.credits.of(number));
        let expected = credit::expected(hashes, algorithm);
        PoolAccount { pool, hashes, expected, credit }
    };
    run.accounts = pools.into_iter().enumerate().map(account).collect();
    run.finish(why, without_pool)
}

/// Starts the sessions, and what deals out their turns where there are several.
fn start(
    mut sessions: Vec<(u32, session::Settings)>,
    source: Engines,
    tell: &mpsc::Sender<Event>,
    stopped: &watch::Receiver<bool>,
) -> JoinSet<Ended> {
    let mut running = JoinSet::new();
    let sources = if sessions.len() == 1 {
        vec![Source::Whole(source)]
    } else {
        let weights: Vec<u32> = sessions.iter().map(|(weight, _)| *weight).collect();
        let (sources, turns) = session::split(source, &weights, tell.clone());
        tokio::spawn(turns);
        sources
    };
    for ((_, settings), source) in sessions.drain(..).zip(sources) {
        running.spawn(Session::new(settings, source, tell.clone(), stopped.clone()).run());
    }
    running
}

/// The next event of the pool inside this process; never without one.
async fn next_of(events: &mut Option<PoolEvents>) -> Option<PoolEvent> {
    match events {
        Some(events) => events.next().await,
        None => pending().await,
    }
}

/// The devices of one algorithm.
struct RigOf {
    algorithm: Algorithm,
    rig: Rig,
    /// When its rates were last looked at.
    hashes: u64,
}

impl RigOf {
    /// Whether it has hashed since the last look.
    fn has_worked(&mut self) -> bool {
        let hashes = self.rig.metered().hashes;
        std::mem::replace(&mut self.hashes, hashes) != hashes
    }
}

/// What was shown last of a device with chips.
#[derive(Default)]
struct ChipsShown {
    /// Their clock a second ago, shown or not: while it moves no line is worth it.
    seen: Option<Megahertz>,
    frequency: Option<Megahertz>,
    tuning: Option<TuningState>,
}

struct Run {
    view: View,
    rigs: Vec<RigOf>,
    tally: Tally,
    credits: Credits,
    /// What became of each pool, once the run ends.
    accounts: Vec<PoolAccount>,
    stop_after: Option<StopAfter>,
    stop: watch::Sender<bool>,
    began: Instant,
    seconds: u32,
    chips_shown: HashMap<String, ChipsShown>,
    why: Option<Why>,
    /// Where the demo's chain has ended.
    height: Option<u32>,
    hard_stop: Option<Instant>,
    last_trouble: Option<String>,
    unwritten: Option<std::io::Error>,
}

impl Run {
    fn new(view: View, rigs: Vec<RigOf>, stop_after: Option<StopAfter>, stop: watch::Sender<bool>) -> Self {
        Self {
            view,
            rigs,
            tally: Tally::default(),
            credits: Credits::default(),
            accounts: Vec::new(),
            stop_after,
            stop,
            began: Instant::now(),
            seconds: 0,
            chips_shown: HashMap::new(),
            why: None,
            height: None,
            hard_stop: None,
            last_trouble: None,
            unwritten: None,
        }
    }

    fn see(&mut self, event: &Event) {
        self.tally.count(event);
        self.credits.count(event);
        match event {
            Event::Left { why, .. } => {
                self.last_trouble = Some(why.clone());
                self.say_where_no_view_does(why);
            }
            Event::Warning { text, .. } => self.say_where_no_view_does(text),
            _ => {}
        }
        self.show(|view, at| view.event(at, event));
        let is_enough = match self.stop_after {
            Some(StopAfter::Shares(count)) => self.tally.accepted >= count,
            // Where the nodes' own word is heard, that counts.
            Some(StopAfter::Blocks(count)) => self.tally.taken.is_none() && self.tally.blocks >= count,
            Some(StopAfter::Time(_)) | None => false,
        };
        if is_enough {
            self.end_by_limit();
        }
    }

    /// Takes in what the user's nodes say.
    fn hear(&mut self, event: &PoolEvent) {
        self.tally.hear(event);
        self.show(|view, at| view.node(at, event));
        match (event, self.stop_after, self.tally.taken) {
            (PoolEvent::Unsaved { message, .. } | PoolEvent::Doubted { message }, ..) => {
                self.say_where_no_view_does(message);
            }
            (PoolEvent::Block { .. }, Some(StopAfter::Blocks(count)), Some(taken)) if taken.blocks >= count => {
                self.end_by_limit();
            }
            _ => {}
        }
    }

    fn second_passed(&mut self) {
        let now = std::time::Instant::now();
        let rates: Vec<_> = self.rigs.iter().map(|of| (of.algorithm, of.rig.rates(now))).collect();
        if self.seconds > 0 && self.seconds.is_multiple_of(SHOW_RATES_EVERY) {
            let worked: Vec<bool> = self.rigs.iter_mut().map(RigOf::has_worked).collect();
            // Of several those that rest have nothing to show.
            let is_alone = rates.len() == 1;
            for ((algorithm, rates), _) in rates.iter().zip(worked).filter(|(_, has_worked)| is_alone || *has_worked) {
                self.show(|view, at| view.rates(at, Some(*algorithm).filter(|_| !is_alone), rates));
            }
        }
        self.show_chips(self.seconds > 0 && self.seconds.is_multiple_of(SHOW_CHIPS_EVERY));
        self.seconds += 1;
    }

    /// Shows what chips do: all of them where it is time for that, otherwise those whose clock has come to rest elsewhere, and those
    /// whose tuning has come further.
    fn show_chips(&mut self, is_time: bool) {
        for (device, report) in self.chips() {
            let shown = self.chips_shown.entry(device.clone()).or_default();
            let has_settled = std::mem::replace(&mut shown.seen, report.frequency) == report.frequency;
            let is_elsewhere = has_settled && shown.frequency != report.frequency;
            if is_time || is_elsewhere || shown.tuning != report.tuning {
                (shown.frequency, shown.tuning) = (report.frequency, report.tuning.clone());
                self.show(|view, at| view.chips(at, &device, &report));
            }
        }
    }

    fn chips(&self) -> Vec<(String, Arc<ChipsReport>)> {
        self.rigs.iter().flat_map(|of| of.rig.chips()).collect()
    }

    fn time_limit(&self) -> Option<Instant> {
        match self.stop_after {
            Some(StopAfter::Time(time)) => self.began.checked_add(time),
            _ => None,
        }
    }

    fn end_by_limit(&mut self) {
        if let Some(limit) = self.stop_after {
            self.end(Why::Limit(limit));
        }
    }

    /// Begins the end, unless it has begun.
    fn end(&mut self, why: Why) {
        if self.why.is_none() {
            self.why = Some(why);
            self.hard_stop = Some(Instant::now() + HARD_STOP);
            self.stop.send_replace(true);
        }
    }

    fn show(&mut self, show: impl FnOnce(&mut View, SystemTime) -> std::io::Result<()>) {
        if let Err(error) = show(&mut self.view, SystemTime::now()) {
            self.view = View::Silent;
            self.unwritten = Some(error);
            self.end(Why::Unread);
        }
    }

    fn say_where_no_view_does(&self, text: &str) {
        if matches!(self.view, View::Silent) && self.unwritten.is_none() {
            tracing::warn!("{text}");
        }
    }

    fn finish(mut self, why: Why, without_pool: Option<Duration>) -> Result<(), Failure> {
        let limit = if self.rigs.iter().any(|of| of.rig.has_chips()) { CHIPS_END } else { DEVICES_END };
        let end = std::time::Instant::now() + limit;
        let left = || end.saturating_duration_since(std::time::Instant::now());
        let mut all_ended = true;
        for of in &mut self.rigs {
            all_ended &= of.rig.end_within(left());
        }
        let metered = self.rigs.iter().map(|of| of.rig.metered()).fold(Metered::default(), Metered::and);
        let summary = Summary::new(self.tally, metered, self.began.elapsed(), self.height);
        let words = match why {
            Why::Limit(StopAfter::Time(_)) => "time is up".to_owned(),
            Why::Limit(limit) => format!("{limit} accepted"),
            Why::Signal(signal) => signal.to_string(),
            Why::Unread | Why::Session(Ended::Stopped) => "stopped".to_owned(),
            Why::Session(Ended::WithoutPool) => "no pool is usable".to_owned(),
            Why::Session(Ended::WithoutDevices) => "no device is left".to_owned(),
        };
        self.show_chips(true);
        for account in std::mem::take(&mut self.accounts) {
            self.show(|view, at| view.account(at, &account));
        }
        self.show(|view, at| view.summary(at, &words, &summary));
        if !summary.agrees() {
            tracing::error!(?summary, all_ended, "the sums of this run do not agree: please report it");
        }
        if let Some(error) = self.unwritten {
            return Err(Failure::output(error));
        }
        match why {
            Why::Limit(_) | Why::Unread | Why::Session(Ended::Stopped) if summary.agrees() => Ok(()),
            Why::Limit(_) | Why::Unread | Why::Session(Ended::Stopped) => Err(Failure::already_said(Exit::Failed)),
            Why::Signal(signal) => Err(Failure::already_said(signal.exit())),
            Why::Session(Ended::WithoutPool) => Err(Failure::new(
                Exit::Unreachable,
                WithoutPool { limit: without_pool.unwrap_or_default(), trouble: self.last_trouble.unwrap_or_default() },
            )),
            Why::Session(Ended::WithoutDevices) if self.rigs.iter_mut().any(|of| of.rig.ended_unsafe()) => {
                Err(Failure::new(Exit::Unsafe, WithoutSafeDevices))
            }
            Why::Session(Ended::WithoutDevices) => Err(Failure::new(Exit::NoDevice, WithoutDevices)),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no pool was usable for {} s; the last trouble: {trouble}", .limit.as_secs_f64())]
struct WithoutPool {
    limit: Duration,
    trouble: String,
}

#[derive(Debug, thiserror::Error)]
#[error("every device has given up: run hashkit selftest to see which computes wrongly")]
struct WithoutDevices;

#[derive(Debug, thiserror::Error)]
#[error("a safety limit has stopped the last device: what it says above has to be put right before it mines again")]
struct WithoutSafeDevices;
