//! An open board around its chips: fan, sensors, regulator and reset line behind a control channel. Powers the chips step by
//! step, reads their sensors, and has [`Safety`] decide what they may do.

mod answers;
mod emc2101;
mod event;
mod sensors;
mod tps546;

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::control::{AnswerLayout, ControlReader, ControlRequest, Level};
use crate::driver::ResetLine;
use crate::model::ChipModel;
use crate::pll::Megahertz;
use crate::safety::{BoardReading, Danger, Safety, Stance};
use answers::{Current, Field, Parts, Purpose, Task};

pub use event::{BoardError, BoardEvent};

/// The board of one chip chain. The caller sends what [`OpenBoard::poll_transmit`] gives over the control channel, passes on what
/// comes back, calls [`OpenBoard::handle_timeout`] when [`OpenBoard::poll_timeout`] is due, and takes events until there are none.
#[derive(Debug)]
pub struct OpenBoard {
    model: &'static ChipModel,
    safety: Safety,
    /// The core voltage that is set, or will be when the chips get power.
    millivolts: u16,
    phase: Phase,
    is_down: bool,
    /// No step of the phase before.
    due: Instant,
    /// What is still to be asked; one at a time.
    queue: VecDeque<Task>,
    current: Option<Current>,
    next_id: u8,
    reader: ControlReader,
    parts: Parts,
    /// What is being read, and what was read last.
    sample: Option<BoardReading>,
    latest: Option<BoardReading>,
    /// The first byte of the chip's temperature, while the second is read.
    diode_high: Option<u8>,
    /// The fan's part of its full speed.
    duty: f64,
    /// What power waits for, so that it is said once; and because of what it was cut.
    waits_for: Option<Danger>,
    cut_for: Option<Danger>,
    /// Chips that have no power get none before.
    off_until: Instant,
    /// Until when the chips have to be down before power is cut whatever they do.
    patience: Option<Instant>,
    transmits: VecDeque<Vec<u8>>,
    events: VecDeque<BoardEvent>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// What firmware and parts are there.
    Checking,
    /// The chips have no power; the board is looked at until they may.
    Off,
    /// The regulator is set up and switched on.
    Powering,
    /// Its output is looked at.
    Rising,
    /// The chips have power.
    On,
    /// Power is being cut.
    Cutting,
    /// Nothing more happens.
    Over,
}

/// The reset line of the chips.
const RESET: u8 = 0;
/// A board answers within some milliseconds.
const ANSWER: Duration = Duration::from_millis(250);
/// Requests without an answer, or refused, before that is believed.
const TRIES: u32 = 4;
/// How often the sensors are read.
const SAMPLE: Duration = Duration::from_millis(400);
/// A fan runs by then, and a regulator's output stands.
const FAN_START: Duration = Duration::from_secs(2);
const REGULATOR_START: Duration = Duration::from_millis(500);
/// Chips are brought down by then, or lose power as they are.
const CHIPS_DOWN: Duration = Duration::from_secs(3);
/// A fan is told of changes from this part of its speed on.
const FAN_STEP: f64 = 0.03;
/// What boards of this kind are fed with, in volts.
const SUPPLY: std::ops::RangeInclusive<f64> = 4.5..=6.0;
/// The least that a regulator is set to: what [`tps546::set_up`] tells it, too.
const LEAST_MILLIVOLTS: u16 = 1000;

impl OpenBoard {
    /// A board that begins to be looked at, for chips that are to run at `frequency`.
    #[must_use]
    pub fn new(model: &'static ChipModel, frequency: Option<Megahertz>, now: Instant) -> Self {
        let mut board = Self {
            model,
            safety: Safety::new(model, frequency.unwrap_or(model.typical), now),
            millivolts: makers_millivolts(model),
            phase: Phase::Checking,
            is_down: false,
            due: now,
            queue: VecDeque::new(),
            current: None,
            next_id: 1,
            reader: ControlReader::default(),
            parts: Parts::default(),
            sample: None,
            latest: None,
            diode_high: None,
            duty: 1.0,
            waits_for: None,
            cut_for: None,
            off_until: now,
            patience: None,
            transmits: VecDeque::new(),
            events: VecDeque::new(),
        };
        let back = [0x4a, 0x4b].map(|address| (sensors::back_id(address), Purpose::BackSensor(address)));
        board.ask_all([
            (ControlRequest::ReadPin(RESET), Purpose::Do("tell the level of its reset line")),
            (reset(Level::Low), Purpose::Do("hold the chips in reset")),
            (ControlRequest::I2cFrequency(100_000), Purpose::Do("set the rate of its bus")),
            (emc2101::maker(), Purpose::FanMaker),
            (tps546::name(), Purpose::RegulatorName),
            (tps546::read(tps546::VOUT_MODE, 1), Purpose::VoltageMode),
            (sensors::meter_power(), Purpose::Meter),
            (ControlRequest::ReadSupply, Purpose::Supply),
        ]);
        board.ask_all(back);
        if board.volts() <= 0.0 {
            board.fail(BoardError::NoVoltage { model: model.name });
        }
        board.go_on(now);
        board
    }

    /// What the sensors said last.
    #[must_use]
    pub fn latest(&self) -> Option<&BoardReading> {
        self.latest.as_ref()
    }

    /// How the firmware lays out its answers, once that is known.
    #[must_use]
    pub fn layout(&self) -> Option<AnswerLayout> {
        self.reader.layout()
    }

    /// What the chips may do now.
    #[must_use]
    pub fn stance(&self) -> Stance {
        if self.phase == Phase::On { self.safety.stance() } else { Stance::Down }
    }

    /// The core voltage that is set, in volts: what the makers set, or a search has asked for; never more than the model's limit.
    #[must_use]
    pub fn volts(&self) -> f64 {
        f64::from(self.millivolts) / 1000.0
    }

    /// The same in millivolts, where it can be set to something else while the chips run: the regulator's own limits have to follow
    /// it. `None` before that is known, too.
    #[must_use]
    pub fn settable_millivolts(&self) -> Option<u16> {
        self.parts.mode.filter(|mode| mode.is_relative).map(|_| self.millivolts)
    }

    /// Runs the chips at another frequency from now on, as far as safety lets them.
    pub fn want(&mut self, frequency: Megahertz, now: Instant) {
        let change = self.safety.want(frequency, now);
        self.events.extend(change.map(BoardEvent::Change));
    }

    /// Sets another core voltage, within the model's limits; at once where the chips have power. When it is cut, the makers' own
    /// is the next again.
    pub fn set_millivolts(&mut self, millivolts: u16, now: Instant) {
        let (Some(_), Some(mode)) = (self.settable_millivolts(), self.parts.mode) else { return };
        self.millivolts = millivolts.clamp(LEAST_MILLIVOLTS, self.model.limits.most_millivolts.max(LEAST_MILLIVOLTS));
        if self.phase != Phase::On {
            return;
        }
        // What was read before says nothing about the new voltage.
        self.queue.retain(|task| !matches!(task.purpose, Purpose::Read(_) | Purpose::Commanded));
        (self.sample, self.diode_high) = (None, None);
        if let Some(current) = self.current.as_mut().filter(|current| current.task.purpose == Purpose::Commanded) {
            // Nor does the answer that tells of the one before.
            current.task.purpose = Purpose::Do("tell its core voltage");
        }
        self.ask_all([
            (tps546::set_output(mode, self.volts()), Purpose::Do("set the core voltage")),
            (tps546::commanded(), Purpose::Commanded),
        ]);
        self.due = now + REGULATOR_START;
        self.go_on(now);
    }

    /// Holds the chips in reset, or lets them go; their temperature counts again once they are ready.
    pub fn set_reset(&mut self, line: ResetLine, now: Instant) {
        if self.phase != Phase::On {
            return;
        }
        let level = match line {
            ResetLine::Held => Level::Low,
            ResetLine::Released => Level::High,
        };
        self.safety.starting(now);
        self.ask_soon(reset(level), Purpose::Do("set the reset line"));
        self.go_on(now);
    }

    /// The chips run at their lowest clock.
    pub fn chips_ready(&mut self) {
        self.safety.ready();
    }

    /// Fewer chips answer than there should be.
    pub fn chips_missing(&mut self, found: u16, expected: u16) {
        if let Some(change) = self.safety.chips_missing(found, expected) {
            self.events.push_back(BoardEvent::Change(change));
        }
    }

    /// The chips do not work although they were reset: they lose power for a while.
    pub fn chips_dead(&mut self, now: Instant) {
        if self.phase == Phase::On {
            self.cut(Danger::ChipsDead, now);
        }
    }

    /// Cuts the chips' power: reset is held, the regulator goes down. [`BoardEvent::IsDown`] tells when it is done.
    pub fn power_down(&mut self, now: Instant) {
        if matches!(self.phase, Phase::Cutting | Phase::Over) {
            return;
        }
        (self.phase, self.due) = (Phase::Cutting, now);
        self.millivolts = makers_millivolts(self.model);
        (self.patience, self.sample) = (None, None);
        self.queue.clear();
        self.ask_all([(reset(Level::Low), Purpose::Do("hold the chips in reset"))]);
        // Nothing is written to a part that nobody knows.
        if self.parts.mode.is_some() {
            self.ask_all([(tps546::off(), Purpose::Do("switch the regulator off"))]);
        }
        self.go_on(now);
    }

    /// Whether the board has said that the chips have no power, and was not told to give them any since.
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.is_down
    }

    /// Takes bytes from the control channel.
    pub fn receive(&mut self, bytes: &[u8], now: Instant) {
        let Some(current) = &self.current else { return self.reader.clear() };
        let Some(answer) = self.reader.receive(bytes, &current.task.request, current.id) else { return };
        let Some(current) = self.current.take() else { return };
        match answer.data {
            Ok(data) => self.learned(current.task.purpose, data),
            Err(why) => self.refused(current, why),
        }
        self.go_on(now);
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        if let Some(current) = &mut self.current
            && now.saturating_duration_since(current.sent) >= ANSWER
        {
            if current.tries >= TRIES {
                return self.fail(BoardError::NoAnswer);
            }
            current.tries += 1;
            (current.id, current.sent) = (self.next_id, now);
            self.next_id = self.next_id.wrapping_add(1);
            self.reader.clear();
            self.transmits.push_back(current.task.request.encode(current.id));
        }
        if self.patience.is_some_and(|until| now >= until) {
            self.power_down(now);
        }
        self.go_on(now);
    }

    /// What to send over the control channel next.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        self.transmits.pop_front()
    }

    /// What has happened.
    pub fn poll_event(&mut self) -> Option<BoardEvent> {
        self.events.pop_front()
    }

    /// When [`OpenBoard::handle_timeout`] is due.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let answer = self.current.as_ref().map(|current| current.sent + ANSWER);
        let due = self.current.is_none().then_some(self.due);
        let times = [answer, due, self.patience].into_iter().flatten();
        if self.phase == Phase::Over { None } else { times.min() }
    }

    fn ask_all(&mut self, tasks: impl IntoIterator<Item = (ControlRequest, Purpose)>) {
        self.queue.extend(tasks.into_iter().map(|(request, purpose)| Task { request, purpose }));
    }

    /// Before the sensors, and behind what else has to be done.
    fn ask_soon(&mut self, request: ControlRequest, purpose: Purpose) {
        let is_to_do = |task: &&Task| matches!(task.purpose, Purpose::Do(_));
        let place = self.queue.iter().take_while(is_to_do).count();
        self.queue.insert(place, Task { request, purpose });
    }

    /// Sends what is next where nothing is under way, and takes the next step of the phase where nothing is left.
    fn go_on(&mut self, now: Instant) {
        while self.current.is_none() && self.phase != Phase::Over {
            if let Some(task) = self.queue.pop_front() {
                let id = self.next_id;
                self.next_id = self.next_id.wrapping_add(1);
                self.transmits.push_back(task.request.encode(id));
                self.current = Some(Current { task, id, sent: now, tries: 1 });
            } else if now >= self.due {
                self.step(now);
            } else {
                return;
            }
        }
    }

    /// All that was asked is answered, and it is time for the next step.
    fn step(&mut self, now: Instant) {
        match self.phase {
            Phase::Checking => {
                self.ask_all([(tps546::off(), Purpose::Do("switch the regulator off"))]);
                let set_up = emc2101::set_up().map(|request| (request, Purpose::Do("set up its fan controller")));
                self.ask_all(set_up);
                self.run_fan(1.0);
                (self.phase, self.off_until) = (Phase::Off, now + FAN_START);
            }
            Phase::Powering => (self.phase, self.due) = (Phase::Rising, now + REGULATOR_START),
            Phase::Off | Phase::Rising | Phase::On => match self.sample.take() {
                Some(reading) => {
                    self.due = now + SAMPLE;
                    self.latest = Some(reading);
                    self.look(&reading, now);
                }
                None => self.begin_sample(),
            },
            Phase::Cutting => {
                self.is_down = true;
                self.events.push_back(BoardEvent::IsDown);
                if let Some(danger) = self.cut_for.filter(|_| self.safety.has_given_up()) {
                    return self.fail(BoardError::GivenUp(danger));
                }
                // What may still be warm is cooled.
                self.run_fan(1.0);
                (self.phase, self.off_until) = (Phase::Off, now + self.safety.cool_down());
            }
            Phase::Over => {}
        }
    }

    fn begin_sample(&mut self) {
        self.sample = Some(BoardReading::default());
        let fields = [
            (emc2101::read(emc2101::DIODE_HIGH, 1), Field::DiodeHigh),
            (emc2101::read(emc2101::DIODE_LOW, 1), Field::DiodeLow),
            (emc2101::read(emc2101::TACH, 2), Field::Fan),
            (tps546::read(tps546::STATUS, 2), Field::Status),
            (tps546::read(tps546::INPUT, 2), Field::Input),
            (tps546::read(tps546::OUTPUT, 2), Field::Output),
            (tps546::read(tps546::CURRENT, 2), Field::Current),
            (tps546::read(tps546::CELSIUS, 2), Field::Regulator),
        ];
        self.ask_all(fields.map(|(request, field)| (request, Purpose::Read(field))));
        if self.parts.has_meter {
            self.ask_all([(sensors::meter_power(), Purpose::Read(Field::Power))]);
        }
        let back = self.parts.back_sensors.clone();
        self.ask_all(back.into_iter().map(|address| (sensors::back(address), Purpose::Read(Field::Back))));
    }

    /// Decides by a whole sample.
    fn look(&mut self, reading: &BoardReading, now: Instant) {
        match self.phase {
            Phase::Off => self.look_without_power(reading, now),
            Phase::Rising => match self.safety.has_risen(reading, self.volts()) {
                Ok(()) => {
                    self.phase = Phase::On;
                    self.safety.powered(now);
                    self.events.push_back(BoardEvent::Powered);
                }
                Err(danger) => self.cut(danger, now),
            },
            Phase::On => {
                self.run_fan(sensors::fan_for(reading));
                if let Some(change) = self.safety.judge(reading, self.volts(), now) {
                    self.events.push_back(BoardEvent::Change(change));
                    if change.stance == Stance::Down {
                        self.cut_for = change.why;
                        self.patience = Some(now + CHIPS_DOWN);
                    }
                }
            }
            Phase::Checking | Phase::Powering | Phase::Cutting | Phase::Over => {}
        }
    }

    fn look_without_power(&mut self, reading: &BoardReading, now: Instant) {
        if let Some(volts) = reading.input.filter(|volts| !SUPPLY.contains(volts)) {
            return self.fail(BoardError::Supply { volts });
        }
        if now < self.off_until {
            return;
        }
        let (volts, most) = (self.volts(), f64::from(self.model.limits.most_millivolts) / 1000.0);
        match (self.safety.may_power(reading), self.parts.mode) {
            (Ok(()), Some(mode)) => {
                self.waits_for = None;
                let set_up = tps546::set_up(mode, volts, most).into_iter();
                self.ask_all(set_up.map(|request| (request, Purpose::Do("set up its regulator"))));
                self.ask_all([
                    // Only a voltage that has arrived is switched on.
                    (tps546::commanded(), Purpose::Commanded),
                    (tps546::on(), Purpose::Do("switch the regulator on")),
                ]);
                (self.phase, self.is_down) = (Phase::Powering, false);
            }
            (Ok(()), None) => {}
            (Err(danger), _) => {
                let is_told = |told: &Danger| std::mem::discriminant(told) == std::mem::discriminant(&danger);
                if !self.waits_for.as_ref().is_some_and(is_told) {
                    self.waits_for = Some(danger);
                    self.events.push_back(BoardEvent::Waits(danger));
                }
            }
        }
    }

    /// Power goes at once: no chip hashes.
    fn cut(&mut self, danger: Danger, now: Instant) {
        let change = self.safety.cut(danger);
        self.cut_for = change.why;
        self.events.push_back(BoardEvent::Change(change));
        self.power_down(now);
    }

    fn run_fan(&mut self, part: f64) {
        if part < 1.0 && (part - self.duty).abs() < FAN_STEP {
            return;
        }
        self.duty = part;
        self.ask_all([(emc2101::duty(part), Purpose::Do("run its fan"))]);
    }

    /// Gives up; where chips may have power, it is cut without waiting for answers.
    fn fail(&mut self, error: BoardError) {
        if !matches!(self.phase, Phase::Checking | Phase::Over) {
            for request in [reset(Level::Low), tps546::off()] {
                self.next_id = self.next_id.wrapping_add(1);
                self.transmits.push_back(request.encode(self.next_id));
            }
        }
        self.phase = Phase::Over;
        self.current = None;
        self.queue.clear();
        self.events.push_back(BoardEvent::Failed(error));
    }
}

/// What the makers set, never more than the model's limit.
fn makers_millivolts(model: &ChipModel) -> u16 {
    model.limits.typical_millivolts.min(model.limits.most_millivolts)
}

fn reset(level: Level) -> ControlRequest {
    ControlRequest::SetPin { pin: RESET, level }
}

#[cfg(test)]
mod tests;
