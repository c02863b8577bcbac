//! The emulator as a state machine: bytes and the time in, bytes out.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::board::{Board, ControlReplies};
use crate::chain::{Chain, Misbehaviour};
use crate::fault::{Fault, ScriptedFault};
use crate::line::{Line, Noise};
use crate::model::{Model, Silicon};
use crate::source::NonceSource;
use crate::unit::Unit;

/// How often the temperature of a board moves.
const THERMAL_STEP: Duration = Duration::from_millis(100);
/// How far a host's rate may be from the chips': 1,000,000 for 1.0417 million baud works on real boards.
const RATE_TOLERANCE: f64 = 0.05;
/// The only rate of the Icarus class.
const UNIT_BAUD: f64 = 115_200.0;

/// What to emulate, and how.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The chip or unit.
    pub model: Model,
    /// Chips on the line; for units of the Icarus class the parts of the nonce space: 1, 2, 4 or 8.
    pub chips: u8,
    /// Where nonces come from.
    pub source: NonceSource,
    /// How many zero bits stand for the 32 that a real chip's report has beside its ticket mask's.
    pub zero_bits: u32,
    /// The replies of the control channel; without one the chips are powered from the start.
    pub control: Option<ControlReplies>,
    /// What goes wrong, in order of time.
    pub script: Vec<ScriptedFault>,
    /// What random choices begin with: the same seed, the same run.
    pub seed: u64,
    /// Whether answers take as long as the line's rate has it, rather than no time.
    pub is_paced: bool,
}

/// Settings that no board has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No line of this model has so many chips.
    #[error("{model} has {expected} chips on its line, not {chips}")]
    Chips {
        /// The model.
        model: Model,
        /// What is possible.
        expected: &'static str,
        /// What was asked for.
        chips: u8,
    },
    /// The model's boards have no control channel.
    #[error("{model} has no control channel: leave it out, or take bm1370, bm1368, bm1366 or bm1362")]
    Control {
        /// The model.
        model: Model,
    },
    /// More zero bits than a chip's own.
    #[error("a chip reports from 0 to 32 zero bits beside its ticket mask, not {0}")]
    ZeroBits(u32),
}

impl Settings {
    /// `chips` of a model that search for real, with no faults and no control channel.
    #[must_use]
    pub fn new(model: Model, chips: u8) -> Self {
        let source = NonceSource::Search;
        let zero_bits = source.usual_zero_bits();
        Self { model, chips, source, zero_bits, control: None, script: Vec::new(), seed: 1, is_paced: true }
    }

    /// # Errors
    /// When no board is like that.
    pub fn check(&self) -> Result<(), SettingsError> {
        let Self { model, chips, .. } = *self;
        let expected = match model.silicon() {
            Silicon::Chain(_) => "1 to 128",
            Silicon::Unit(_) => "1, 2, 4 or 8",
        };
        let is_unit = matches!(model.silicon(), Silicon::Unit(_));
        if !model.possible_chips().contains(&chips) || is_unit && !chips.is_power_of_two() {
            return Err(SettingsError::Chips { model, expected, chips });
        }
        if self.control.is_some() && !model.has_control() {
            return Err(SettingsError::Control { model });
        }
        if self.zero_bits > 32 {
            return Err(SettingsError::ZeroBits(self.zero_bits));
        }
        Ok(())
    }
}

/// What has happened on the line so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Counts {
    /// Commands that were understood, jobs among them.
    pub commands: u64,
    /// Jobs or works.
    pub jobs: u64,
    /// Nonces that were found.
    pub nonces: u64,
    /// Hashes of a real search.
    pub hashes: u64,
    /// Frames from the host whose checksum was wrong.
    pub wrong_crc: u64,
    /// Bytes from the host that belonged to no frame.
    pub skipped_bytes: u64,
    /// Bytes from the host at a rate at which the chips do not listen.
    pub wrong_rate_bytes: u64,
    /// Answers that were lost because nobody read for too long.
    pub lost_answers: u64,
    /// Bytes that faults changed, dropped or added.
    pub damaged_bytes: u64,
}

/// Something that whoever serves the emulator has to do or to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A fault of the script has begun.
    Fault(Fault),
    /// The cable is pulled: both ends close.
    Unplugged,
    /// The cable is back: open both ends anew.
    Plugged,
}

/// An emulated board or stick.
#[derive(Debug)]
pub struct Emulator {
    device: Device,
    board: Option<Board>,
    line: Line,
    control_replies: Vec<u8>,
    start: Instant,
    script: VecDeque<ScriptedFault>,
    events: VecDeque<Event>,
    /// Until when the cable is out, and until when no chip says anything.
    unplugged_until: Option<Instant>,
    silent_until: Option<Instant>,
    thermal_at: Instant,
    wrong_rate_bytes: u64,
    rng: fastrand::Rng,
}

#[derive(Debug)]
enum Device {
    Chain(Box<Chain>),
    Unit(Box<Unit>),
}

impl Emulator {
    /// A board at the moment at which it gets power.
    ///
    /// # Errors
    /// As [`Settings::check`].
    pub fn new(settings: Settings, now: Instant) -> Result<Self, SettingsError> {
        settings.check()?;
        let Settings { model, chips, source, zero_bits, control, script, seed, is_paced } = settings;
        let device = match model.silicon() {
            Silicon::Chain(chip) => {
                let mut chain = Chain::new(chip, chips, source, zero_bits, seed, now);
                chain.set_awake(control.is_none());
                Device::Chain(Box::new(chain))
            }
            Silicon::Unit(unit) => Device::Unit(Box::new(Unit::new(unit, chips, source, zero_bits, seed, now))),
        };
        Ok(Self {
            device,
            board: control.map(|replies| Board::new(replies, chips, now)),
            line: Line::new(seed, is_paced, now),
            control_replies: Vec::new(),
            start: now,
            script: script.into(),
            events: VecDeque::new(),
            unplugged_until: None,
            silent_until: None,
            thermal_at: now,
            wrong_rate_bytes: 0,
            rng: fastrand::Rng::with_seed(seed.wrapping_add(1)),
        })
    }

    /// Takes bytes from the host. `host_bauds` are the rates at which they may have been sent, where that is known: a
    /// pseudo-terminal tells the rate of now and not that of then.
    pub fn receive(&mut self, bytes: &[u8], host_bauds: &[u32], now: Instant) {
        self.handle_timeout(now);
        if self.unplugged_until.is_some() {
            return;
        }
        if !host_bauds.is_empty() && !host_bauds.iter().any(|host| rates_agree(*host, self.baud())) {
            self.wrong_rate_bytes += bytes.len() as u64;
            return;
        }
        let bytes = self.line.damage(bytes.to_vec());
        match &mut self.device {
            Device::Chain(chain) => chain.receive(&bytes, now),
            Device::Unit(unit) => unit.receive(&bytes, now),
        }
        self.advance(now);
    }

    /// Takes bytes from the host on the control channel.
    pub fn receive_control(&mut self, bytes: &[u8], now: Instant) {
        self.handle_timeout(now);
        if let Some(board) = &mut self.board
            && self.unplugged_until.is_none()
        {
            let replies = board.receive(bytes, now);
            self.control_replies.extend(replies);
            self.follow_board(now);
        }
    }

    /// What the host hears by now, at the chips' rate; `host_baud` is the one at which it listens, where that is known.
    pub fn poll_transmit(&mut self, host_baud: Option<u32>, now: Instant) -> Option<Vec<u8>> {
        let baud = self.baud();
        let is_silent = self.unplugged_until.is_some() || self.silent_until.is_some();
        let outbox = match &mut self.device {
            Device::Chain(chain) => &mut chain.outbox,
            Device::Unit(unit) => &mut unit.outbox,
        };
        let bytes = self.line.transmit(outbox, baud, now)?;
        if is_silent {
            return None;
        }
        if host_baud.is_some_and(|host| !rates_agree(host, baud)) {
            // Sampled at the wrong times, the bits are noise.
            return Some(bytes.iter().map(|_| self.rng.u8(..)).collect());
        }
        Some(bytes)
    }

    /// What the control channel answers.
    pub fn poll_control(&mut self) -> Option<Vec<u8>> {
        (!self.control_replies.is_empty()).then(|| std::mem::take(&mut self.control_replies))
    }

    /// What has happened that concerns whoever serves it.
    pub fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// When [`Emulator::handle_timeout`] or [`Emulator::poll_transmit`] is to be called, whatever the host does.
    #[must_use]
    pub fn poll_timeout(&self, now: Instant) -> Option<Instant> {
        let (device, outbox) = match &self.device {
            Device::Chain(chain) => (chain.poll_timeout(now), chain.outbox.ready_at()),
            Device::Unit(unit) => (unit.poll_timeout(), unit.outbox.ready_at()),
        };
        let script = self.script.front().map(|fault| self.start + fault.at);
        let thermal = self.board.is_some().then_some(self.thermal_at);
        let times = [device, self.line.ready_at(outbox), script, self.unplugged_until, self.silent_until, thermal];
        times.into_iter().flatten().min()
    }

    /// Does what is due: faults, temperatures, nonces of a model.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.heal(now);
        while self.script.front().is_some_and(|fault| self.start + fault.at <= now) {
            if let Some(ScriptedFault { fault, .. }) = self.script.pop_front() {
                self.begin(&fault, now);
                self.events.push_back(Event::Fault(fault));
            }
        }
        self.advance(now);
        if self.board.is_some() && now >= self.thermal_at {
            self.thermal_at = now + THERMAL_STEP;
            self.follow_board(now);
        }
    }

    /// Searches for up to about so many hashes, where nonces come from a real search.
    pub fn search(&mut self, hashes: u64, now: Instant) {
        match &mut self.device {
            Device::Chain(chain) => chain.search(hashes, now),
            Device::Unit(unit) => unit.search(hashes, now),
        }
    }

    /// Whether [`Emulator::search`] has something to do.
    #[must_use]
    pub fn is_searching(&self, now: Instant) -> bool {
        match &self.device {
            Device::Chain(chain) => chain.is_searching(),
            Device::Unit(unit) => unit.is_searching(now),
        }
    }

    /// Whether it has a control channel.
    #[must_use]
    pub fn has_control(&self) -> bool {
        self.board.is_some()
    }

    /// How many chips hash a job now.
    #[must_use]
    pub fn hashing_chips(&self) -> usize {
        match &self.device {
            Device::Chain(chain) => chain.hashing(),
            Device::Unit(unit) => usize::from(unit.has_work()),
        }
    }

    /// The rate of the chips' end of the line, in bits a second.
    #[must_use]
    pub fn baud(&self) -> f64 {
        match &self.device {
            Device::Chain(chain) => chain.baud(),
            Device::Unit(_) => UNIT_BAUD,
        }
    }

    /// What has happened so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let counts = match &self.device {
            Device::Chain(chain) => Counts {
                commands: chain.counts.commands,
                jobs: chain.counts.jobs,
                nonces: chain.counts.nonces,
                hashes: chain.counts.hashes,
                wrong_crc: chain.wrong_crc(),
                skipped_bytes: chain.skipped(),
                lost_answers: chain.outbox.lost,
                ..Counts::default()
            },
            Device::Unit(unit) => Counts {
                commands: unit.counts.commands + unit.counts.works,
                jobs: unit.counts.works,
                nonces: unit.counts.nonces,
                hashes: unit.counts.hashes,
                wrong_crc: unit.counts.wrong_crc,
                skipped_bytes: unit.counts.skipped,
                lost_answers: unit.outbox.lost,
                ..Counts::default()
            },
        };
        Counts { wrong_rate_bytes: self.wrong_rate_bytes, damaged_bytes: self.line.damaged, ..counts }
    }

    fn advance(&mut self, now: Instant) {
        match &mut self.device {
            Device::Chain(chain) => chain.advance(now),
            Device::Unit(unit) => unit.advance(now),
        }
    }

    /// Chips follow power and reset, the temperature follows the chips.
    fn follow_board(&mut self, now: Instant) {
        let (Some(board), Device::Chain(chain)) = (&mut self.board, &mut self.device) else { return };
        board.advance(chain.hashing() > 0, now);
        chain.celsius = board.celsius();
        chain.set_awake(board.chips_are_awake());
    }

    fn heal(&mut self, now: Instant) {
        if self.silent_until.is_some_and(|until| until <= now) {
            self.silent_until = None;
        }
        if self.unplugged_until.is_some_and(|until| until <= now) {
            self.unplugged_until = None;
            self.events.push_back(Event::Plugged);
        }
    }

    fn misbehaviour(&mut self) -> &mut Misbehaviour {
        match &mut self.device {
            Device::Chain(chain) => &mut chain.misbehaviour,
            Device::Unit(unit) => &mut unit.misbehaviour,
        }
    }

    fn begin(&mut self, fault: &Fault, now: Instant) {
        let noise = &mut self.line.noise;
        match *fault {
            Fault::FlipBits(part) => noise.flipped = part,
            Fault::DropBytes(part) => noise.dropped = part,
            Fault::InsertBytes(part) => noise.inserted = part,
            Fault::WrongCrc(part) => noise.wrong_crc = part,
            Fault::Duplicates(part) => self.misbehaviour().duplicates = part,
            Fault::Stale(part) => self.misbehaviour().stale = part,
            Fault::WrongNonces(part) => self.misbehaviour().wrong = part,
            Fault::ErrorsAbove(mhz) => self.misbehaviour().errors_above = Some(mhz),
            Fault::DeadChip(chip) => self.misbehaviour().dead_from = Some(usize::from(chip)),
            Fault::LateChip(chip, late) => self.misbehaviour().late = Some((usize::from(chip), late)),
            Fault::Silence(length) => self.silent_until = Some(now + length),
            Fault::Garbage(bytes) => {
                let garbage = (0..bytes).map(|_| self.rng.u8(..)).collect();
                match &mut self.device {
                    Device::Chain(chain) => chain.outbox.push(now, garbage),
                    Device::Unit(unit) => unit.outbox.push(now, garbage),
                }
            }
            Fault::Unplug(length) => self.unplug(length, now),
            Fault::Clear => {
                *noise = Noise::default();
                *self.misbehaviour() = Misbehaviour::default();
            }
            Fault::Overheat(_) | Fault::SensorGone | Fault::Regulator | Fault::FanStopped => {}
        }
        self.board_fault(fault);
    }

    /// The part of a fault that concerns what stands around the chips; a stick without a control channel has nothing there.
    fn board_fault(&mut self, fault: &Fault) {
        let Some(board) = &mut self.board else { return };
        match *fault {
            Fault::Overheat(celsius) => board.overheat = Some(celsius),
            Fault::SensorGone => board.sensor_is_gone = true,
            Fault::FanStopped => board.fan_is_stopped = true,
            Fault::Regulator => board.trip(),
            Fault::Clear => (board.overheat, board.sensor_is_gone, board.fan_is_stopped) = (None, false, false),
            _ => {}
        }
    }

    /// The cable brings the power too: what comes back has forgotten everything.
    fn unplug(&mut self, length: Duration, now: Instant) {
        self.unplugged_until = Some(now + length);
        self.events.push_back(Event::Unplugged);
        self.line.clear(now);
        self.control_replies.clear();
        if let Some(board) = &mut self.board {
            board.lose_power(now);
        }
        match &mut self.device {
            Device::Chain(chain) => {
                chain.set_awake(false);
                chain.set_awake(self.board.is_none());
            }
            Device::Unit(unit) => unit.reset(),
        }
    }
}

fn rates_agree(host: u32, chip: f64) -> bool {
    (f64::from(host) / chip - 1.0).abs() <= RATE_TOLERANCE
}
