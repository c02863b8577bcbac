//! Chips and boards on a serial port, as devices.

mod control;
mod line;
mod look;
mod report;
mod spec;
mod tuning;
mod tunings;
mod watch;
mod wish;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hashkit_asic_driver::{
    BoardEvent, ChainError, ChainEvent, ChainNonce, Change, Driver, Objective, OpenBoard, ResetWiring, Stance,
    Transmit, Trouble, TuneAction,
};
use hashkit_chain::Work;
use tracing::{debug, info, warn};

use super::supervise::{Ended, Pauses, supervise};
use super::{Device, DeviceError};
use crate::engine::{DevicePort, Next};
use control::ControlPort;
use tuning::{Bench, Seen, Tuning};
use watch::Watched;

pub use hashkit_asic_driver::{BoardReading, ChainCounts, ChainRates, ChipCounts, Measured, Megahertz, OperatingPoint};
pub use line::{Line, LineError, SerialPortFound, serial_ports};
pub use look::{AsicSeen, look, open_running, prove_chips};
pub use report::{ChipsReport, TuningState};
pub use spec::{AsicModel, AsicSpec, AsicSpecError};
pub use tunings::{TuningFile, TuningFileError};
pub use watch::{AsicWatch, ChainGlance};

/// A chip chain or board at work on its port.
pub struct AsicDevice {
    name: String,
    spec: AsicSpec,
    line: Line,
    /// Of a board that is controlled: everything around the chips.
    control: Option<ControlPort>,
    driver: Box<dyn Driver>,
    /// Whether the chips have power, as far as that is known: a board that is not controlled powers them by itself.
    are_powered: bool,
    searching: Searching,
    tuning: Option<Tuning>,
    /// The core voltage that an earlier search has found, until the chips get power.
    tuned_millivolts: Option<u16>,
    /// Where an earlier search has ended, or why there is none.
    tuned: Option<TuningState>,
    is_down: bool,
    next_report: Instant,
    watched: Option<Watched>,
}

/// What the chips have been given.
enum Searching {
    /// This header.
    Work(Box<Work>),
    /// Nothing.
    Rest,
}

/// The longest that the port is listened to before the engine is asked for newer work; with one frame's time behind it a clean
/// job reaches the chips within 10 ms.
const LISTEN: Duration = Duration::from_millis(4);
/// Chips are down within a second; a board that is gone is not waited for.
const PARKING: Duration = Duration::from_secs(3);
/// How often a chain tells what it has done.
const REPORT: Duration = Duration::from_secs(1);

impl AsicDevice {
    /// Opens the port and begins to start the chips.
    ///
    /// # Errors
    /// [`LineError`] when the port cannot be opened.
    pub fn open(spec: &AsicSpec, name: &str) -> Result<Self, LineError> {
        let now = Instant::now();
        let (line, control) = spec.open(now)?;
        let are_powered = control.is_none();
        let reset = if are_powered { ResetWiring::Absent } else { ResetWiring::Wired };
        let driver = spec.driver(line.silicon(), reset, now);
        let (name, spec) = (name.to_owned(), spec.clone());
        let (searching, next_report) = (Searching::Rest, now + REPORT);
        let (tuning, tuned_millivolts, tuned, is_down) = (None, None, None, false);
        Ok(Self {
            name,
            spec,
            line,
            control,
            driver,
            are_powered,
            searching,
            tuning,
            tuned_millivolts,
            tuned,
            is_down,
            next_report,
            watched: None,
        })
    }

    /// Runs the chips where an earlier search has ended, and searches where it is asked for and none has ended yet.
    fn begin_tuning(&mut self, bench: &Bench) {
        let Some((wish, model, frequency)) = self.spec.tune() else { return };
        let (device, now) = (self.name.clone(), Instant::now());
        let known = bench.known(&device, self.serial(), &wish, model);
        let millivolts = None;
        let start = known.as_ref().map_or(OperatingPoint { frequency, millivolts }, |known| known.point);
        self.tuned_millivolts = start.millivolts;
        self.run_at(start.frequency, now);
        match known {
            Some(known) if known.is_complete => {
                info!(device, at = %start, "the chips were tuned before");
                self.tuned = Some(TuningState::Tuned(start));
            }
            _ if bench.is_over() => {
                let why = "a search of this run was given up".to_owned();
                self.tuned = Some(TuningState::GivenUp { why });
            }
            _ if wish.objective == Objective::Efficiency && self.control.is_none() => {
                let why = "a board without a control channel does not tell its power; tune=rate goes without";
                warn!(device, "not tuned: {why}");
                self.tuned = Some(TuningState::GivenUp { why: why.to_owned() });
            }
            _ => {
                if self.control.is_none() {
                    warn!(device, "tuning a board that is not watched: wrong nonces are all that is known of its heat");
                }
                self.tuning = Some(Tuning::new(&device, wish, model, start, bench.clone(), now));
            }
        }
    }

    /// Under what its tuning is kept: the board's serial number, or the port's name where there is none.
    fn serial(&self) -> &str {
        self.line.serial_number().unwrap_or(&self.name)
    }

    /// Brings the chips to another frequency, as far as safety lets them.
    fn run_at(&mut self, frequency: Megahertz, now: Instant) {
        match &mut self.control {
            Some(control) => control.board.want(frequency, now),
            None => self.driver.set_frequency(frequency, now),
        }
    }

    /// Goes on with the search.
    fn tune(&mut self) {
        let now = Instant::now();
        let Some(mut tuning) = self.tuning.take_if(|tuning| tuning.is_due(now)) else { return };
        let board = self.control.as_ref().map(|control| &control.board);
        let seen = Seen {
            counts: self.driver.counts().total(),
            watts: board.and_then(|board| board.latest()?.power),
            millivolts: board.and_then(OpenBoard::settable_millivolts),
            frequency: self.driver.frequency(),
            is_hashing: matches!(self.searching, Searching::Work(_)) && self.may_hash(),
        };
        for action in tuning.step(self.serial(), &seen, now) {
            match (action, &mut self.control) {
                (TuneAction::Frequency(frequency), _) => self.run_at(frequency, now),
                (TuneAction::Voltage(millivolts), Some(control)) => control.board.set_millivolts(millivolts, now),
                (TuneAction::Voltage(_), None) => {}
            }
        }
        self.tuning = Some(tuning);
    }

    /// Shows `watch` what the chips do, from now on.
    pub fn show(&mut self, watch: AsicWatch) {
        self.watched = Some(Watched::by(watch, Instant::now()));
    }

    /// What the board's sensors said last, where it has some.
    #[must_use]
    pub fn board(&self) -> Option<&BoardReading> {
        self.control.as_ref()?.board.latest()
    }

    /// Whether the chips may hash: always, unless their board has sensors and these say otherwise, or nothing yet.
    #[must_use]
    pub fn may_hash(&self) -> bool {
        self.stance().is_none_or(|stance| matches!(stance, Stance::Run(_)))
    }

    /// What the board lets the chips do; `None` of one that is not controlled.
    #[must_use]
    pub fn stance(&self) -> Option<Stance> {
        Some(self.control.as_ref()?.board.stance())
    }

    /// What was counted so far.
    #[must_use]
    pub fn counts(&self) -> &ChainCounts {
        self.driver.counts()
    }

    /// The hashrates, each under its own name.
    #[must_use]
    pub fn rates(&self) -> ChainRates {
        self.driver.rates(Instant::now())
    }

    /// Gives the chips this work, if they may hash; for those who test a chain without an engine.
    pub fn assign(&mut self, work: Work) {
        if self.may_hash() {
            self.driver.assign(work, Instant::now());
        }
    }

    /// Sends what is due, listens for a moment, and gives what has happened; for those who test a chain without an engine.
    ///
    /// # Errors
    /// [`DeviceError`] when a port is gone, or the board cannot be used.
    pub fn step(&mut self) -> Result<Vec<ChainEvent>, DeviceError> {
        if let Some(control) = &mut self.control {
            for event in control.pump()? {
                self.board_happened(event)?;
            }
        }
        let mut events = self.step_chips()?;
        // What a board can help with is no failure yet.
        events.retain(|event| !self.helps(event));
        self.tell_watch(&events);
        Ok(events)
    }

    fn tell_watch(&mut self, events: &[ChainEvent]) {
        let Some(mut watched) = self.watched.take() else { return };
        for event in events {
            if let ChainEvent::Nonce(nonce) = event {
                watched.found(nonce.hashes);
            }
        }
        watched.tell(Instant::now(), |hashes_a_nonce| ChainGlance {
            expected: self.rates().expected,
            counts: self.counts().clone(),
            hashes_a_nonce,
            board: self.board().copied(),
            allowed: self.stance().map(|stance| match stance {
                Stance::Run(frequency) => frequency,
                Stance::Rest | Stance::Down => Megahertz(0.0),
            }),
        });
        self.watched = Some(watched);
    }

    fn step_chips(&mut self) -> Result<Vec<ChainEvent>, LineError> {
        if !self.are_powered {
            // Whatever the line says now, it is not the chips.
            self.line.listen(LISTEN)?;
            return Ok(Vec::new());
        }
        self.send()?;
        let now = Instant::now();
        let wait = self.driver.poll_timeout().map_or(LISTEN, |at| at.saturating_duration_since(now)).min(LISTEN);
        let heard = self.line.listen(wait)?;
        let now = Instant::now();
        if !heard.is_empty() {
            self.driver.receive(&heard, now);
        }
        self.driver.handle_timeout(now);
        self.send()?;
        Ok(std::iter::from_fn(|| self.driver.poll_event()).collect())
    }

    fn send(&mut self) -> Result<(), LineError> {
        while let Some(transmit) = self.driver.poll_transmit() {
            match transmit {
                Transmit::Bytes(bytes) => self.line.send(&bytes)?,
                Transmit::Baud(baud) => self.line.set_baud(baud)?,
                Transmit::Reset(line) => {
                    // Nobody can hold the reset of chips behind a plain port: the driver knows.
                    let Some(control) = &mut self.control else { continue };
                    let now = Instant::now();
                    control.board.set_reset(line, now);
                    // They begin anew: at their lowest clock, and without work until they have been looked at.
                    self.driver.rest(now);
                    self.driver.set_frequency(self.spec.lowest_clock(), now);
                    self.searching = Searching::Rest;
                }
            }
        }
        Ok(())
    }

    /// Something on the board: the chips follow.
    fn board_happened(&mut self, event: BoardEvent) -> Result<(), DeviceError> {
        let (device, now) = (&*self.name, Instant::now());
        match event {
            _ if self.is_down => {}
            BoardEvent::Powered => {
                info!(device, volts = self.control.as_ref().map(|control| control.board.volts()), "chips are powered");
                self.driver = self.spec.driver(self.line.silicon(), ResetWiring::Wired, now);
                self.are_powered = true;
                if let (Some(millivolts), Some(control)) = (self.tuned_millivolts.take(), &mut self.control) {
                    control.board.set_millivolts(millivolts, now);
                }
            }
            BoardEvent::Change(Change { stance, why }) => self.obey(stance, why.map(|danger| danger.to_string()), now),
            BoardEvent::IsDown => {
                warn!(device, "the chips have no power");
                if let Some(tuning) = &mut self.tuning {
                    tuning.lost_power();
                }
                self.are_powered = false;
                self.searching = Searching::Rest;
            }
            BoardEvent::Waits(danger) => warn!(device, %danger, "the chips get no power yet"),
            BoardEvent::Failed(error) => return Err(DeviceError::Board(error)),
        }
        Ok(())
    }

    fn obey(&mut self, stance: Stance, danger: Option<String>, now: Instant) {
        let device = &*self.name;
        if let (Some(danger), Some(tuning)) = (&danger, &mut self.tuning) {
            tuning.fault(danger);
        }
        match (stance, danger) {
            (Stance::Run(frequency), None) => info!(device, %frequency, "the chips may run"),
            (Stance::Run(frequency), Some(danger)) => warn!(device, danger, %frequency, "the chips run more slowly"),
            (Stance::Rest, danger) => warn!(device, danger, "the chips rest"),
            (Stance::Down, danger) => warn!(device, danger, "the chips are brought down, and their power is cut"),
        }
        match stance {
            Stance::Run(frequency) => self.driver.set_frequency(frequency, now),
            Stance::Rest => self.driver.rest(now),
            Stance::Down => self.driver.park(now),
        }
        if !matches!(stance, Stance::Run(_)) {
            self.searching = Searching::Rest;
        }
    }

    /// Tells the search, and the board, what concerns them of the chips; whether the board deals with it.
    fn helps(&mut self, event: &ChainEvent) -> bool {
        match (event, &mut self.tuning) {
            (ChainEvent::Nonce(nonce), Some(tuning)) => tuning.add(nonce.hashes),
            (ChainEvent::Failed(error), Some(tuning)) => tuning.fault(&error.to_string()),
            (ChainEvent::Ready { .. }, Some(tuning)) => tuning.fault_in_search("the chips had to be started again"),
            (ChainEvent::Trouble(trouble @ Trouble::ChipCount { .. }), Some(tuning)) => {
                tuning.fault(&trouble.to_string());
            }
            (ChainEvent::Trouble(Trouble::ChipBack { .. }), _) => {}
            (ChainEvent::Trouble(trouble), Some(tuning)) => tuning.fault_in_search(&trouble.to_string()),
            _ => {}
        }
        let Some(control) = &mut self.control else { return false };
        let (board, now) = (&mut control.board, Instant::now());
        match event {
            ChainEvent::Ready { .. } => board.chips_ready(),
            ChainEvent::Trouble(Trouble::ChipCount { found, expected }) => board.chips_missing(*found, *expected),
            ChainEvent::Parked if !self.is_down => board.power_down(now),
            ChainEvent::Failed(error @ (ChainError::NoAnswer | ChainError::Dead { .. })) => {
                warn!(device = self.name, %error, "the chips lose power for a while");
                board.chips_dead(now);
                return true;
            }
            _ => {}
        }
        false
    }

    /// Turns to the newest work where there is newer, and lets the chips rest where there is none; whether the engine closes.
    fn turn(&mut self, port: &DevicePort, wants_work: bool) -> bool {
        if port.is_closing() || port.is_faulty() {
            return true;
        }
        if !self.may_hash() {
            return false;
        }
        let needs = match &self.searching {
            Searching::Work(work) => wants_work || port.is_stale(work) || port.hold().is_set(),
            Searching::Rest => true,
        };
        if !needs {
            return false;
        }
        let now = Instant::now();
        match port.poll_header() {
            Next::Work(work) => {
                self.driver.assign((*work).clone(), now);
                port.began(&work, now);
                self.searching = Searching::Work(work);
            }
            Next::Rest if matches!(self.searching, Searching::Work(_)) => {
                self.driver.rest(now);
                self.searching = Searching::Rest;
            }
            Next::Rest => {}
            Next::Closed => return true,
        }
        false
    }

    fn happened(&mut self, event: ChainEvent, port: &DevicePort) -> Result<(), DeviceError> {
        let device = &*self.name;
        match event {
            ChainEvent::Ready { chips, frequency, expected } => {
                info!(device, chips, %frequency, expected = %expected, "chips run");
            }
            ChainEvent::Nonce(nonce) => credit(&nonce, port),
            ChainEvent::Trouble(trouble) => warn!(device, %trouble, "trouble with chips"),
            ChainEvent::Failed(error) => return Err(DeviceError::Chips(error)),
            ChainEvent::WantsWork | ChainEvent::Parked => {}
        }
        Ok(())
    }

    /// Tells whoever watches what the chips do.
    fn report(&mut self, port: &DevicePort) {
        let now = Instant::now();
        if now < self.next_report {
            return;
        }
        self.next_report = now + REPORT;
        port.meter().tell_chips(ChipsReport {
            frequency: self.driver.frequency(),
            rates: self.driver.rates(now),
            counts: self.driver.counts().clone(),
            chip_counters: self.driver.chip_counters(now),
            board: self.board().copied(),
            tuning: self.tuning.as_ref().map(Tuning::state).or_else(|| self.tuned.clone()),
        });
    }

    /// Brings the chips down: rest, clock, power. A port that is gone ends its part at once.
    pub fn park(&mut self) {
        if std::mem::replace(&mut self.is_down, true) {
            return;
        }
        let device = &*self.name.clone();
        if let Some(mut tuning) = self.tuning.take() {
            tuning.interrupt(self.serial());
        }
        if let Err(error) = self.park_chips() {
            debug!(device, %error, "the chips could not be brought down");
        }
        match self.control.as_mut().map(ControlPort::shut_down) {
            None => {}
            Some(Ok(true)) => info!(device, "the chips have no power"),
            Some(Ok(false)) => warn!(device, "the board does not say that the chips have no power: check it"),
            Some(Err(error)) => warn!(device, %error, "the chips' power could not be cut: check the board"),
        }
    }

    fn park_chips(&mut self) -> Result<(), LineError> {
        if !self.are_powered {
            return Ok(());
        }
        self.driver.park(Instant::now());
        let limit = Instant::now() + PARKING;
        loop {
            let is_parked = self.step_chips()?.iter().any(|event| matches!(event, ChainEvent::Parked));
            // A driver that has given up waits for nothing.
            if is_parked || self.driver.poll_timeout().is_none() || Instant::now() >= limit {
                break;
            }
        }
        // What was sent last has to leave before the port is closed.
        self.line.drain()
    }
}

/// A right nonce: its hashes are counted, and a share goes to the engine, whose judge hashes it once more.
fn credit(nonce: &ChainNonce, port: &DevicePort) {
    port.searched(&nonce.solution.work, nonce.hashes);
    if nonce.is_share {
        let verdict = port.report(&nonce.solution);
        debug!(device = port.meter().name(), chip = nonce.chip, core = nonce.core, ?verdict, "chip found a share");
    }
}

impl Device for AsicDevice {
    fn name(&self) -> &str {
        &self.name
    }

    fn run(&mut self, port: &DevicePort) -> Result<(), DeviceError> {
        let mut wants_work = false;
        loop {
            if self.turn(port, wants_work) {
                self.park();
                return Ok(());
            }
            wants_work = false;
            for event in self.step()? {
                wants_work |= matches!(event, ChainEvent::WantsWork);
                self.happened(event, port)?;
            }
            self.tune();
            self.report(port);
        }
    }
}

impl Drop for AsicDevice {
    /// However it ends, by a failure or a panic too, the chips are not left hashing.
    fn drop(&mut self) {
        // A second panic would end the process before other devices are down.
        let _ = catch_unwind(AssertUnwindSafe(|| self.park()));
    }
}

/// Runs the device on a thread of its own until the engine closes. A port that is unplugged is opened again when it is back,
/// under its USB serial number wherever it has one. What a search finds is kept in `tunings`, where there is such a file.
///
/// # Errors
/// When the system gives no thread.
pub fn spawn_asic(spec: AsicSpec, tunings: Option<Arc<TuningFile>>, port: DevicePort) -> io::Result<JoinHandle<Ended>> {
    // A port comes back within seconds, or is looked for every few.
    let pauses = Pauses::new(Duration::from_millis(500), Duration::from_secs(5));
    let name = port.meter().name().to_owned();
    thread::Builder::new().name(name.replace([':', '/'], "-")).spawn(move || {
        let mut spec = spec;
        let bench = Bench::new(tunings);
        let open = || {
            let mut device = AsicDevice::open(&spec, &name)?;
            // From now on it is known by its serial number, whatever the system calls it next.
            spec.remember(&device.line, device.control.as_ref().map(ControlPort::line));
            device.begin_tuning(&bench);
            Ok(Box::new(device) as Box<dyn Device>)
        };
        supervise(open, &port, pauses)
    })
}
