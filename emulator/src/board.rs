//! What stands around the chips on an open board: fan, sensors, regulator and the reset line, behind the control channel of the
//! "bitaxe-raw" firmware.

use std::str::FromStr;
use std::time::{Duration, Instant};

/// The largest packet; whatever claims to be longer is none.
const LONGEST: usize = 512;
/// A packet whose bytes come further apart is broken off.
const BREAK: Duration = Duration::from_millis(200);
/// A fan of a small board at full duty.
const RPM_A_STEP: f64 = 100.0;
/// Volts at which the chips of one domain run at all.
const LOWEST_VOLTS: f64 = 0.5;
/// How fast the chips follow a new temperature.
const INERTIA: Duration = Duration::from_millis(1500);
const RESTING: f64 = 32.0;
const HASHING: f64 = 55.0;

/// The two layouts of replies that firmwares have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ControlReplies {
    /// Length of the data, id, data.
    V0,
    /// Length of all, id, status, data.
    #[default]
    V1,
}

impl FromStr for ControlReplies {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "v0" => Ok(Self::V0),
            "v1" => Ok(Self::V1),
            _ => Err("known are v0 (bitaxe-raw) and v1 (its successors)"),
        }
    }
}

/// A board with a control channel.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wire or a part that is there or not, by itself")]
pub(crate) struct Board {
    replies: ControlReplies,
    /// Boards of several chips have two sensors on their back.
    has_back_sensors: bool,
    pending: Vec<u8>,
    heard_at: Instant,
    reset_is_released: bool,
    fan: FanController,
    regulator: Regulator,
    /// The last register that each device was told to read, by its address.
    pointers: [u8; 128],
    celsius: f64,
    moved_to: Instant,
    is_hashing: bool,
    /// What the chips heat up to instead of the usual.
    pub(crate) overheat: Option<f64>,
    pub(crate) sensor_is_gone: bool,
    pub(crate) fan_is_stopped: bool,
}

#[derive(Debug)]
struct FanController {
    config: u8,
    fan_config: u8,
    duty: u8,
}

/// A TPS546D24A by its commands.
#[derive(Debug)]
struct Regulator {
    registers: [u16; 256],
    has_tripped: bool,
}

const OPERATION: u8 = 0x01;
const CLEAR_FAULTS: u8 = 0x03;
const VOUT_COMMAND: u8 = 0x21;

impl Board {
    pub(crate) fn new(replies: ControlReplies, chips: u8, now: Instant) -> Self {
        Self {
            replies,
            has_back_sensors: chips > 1,
            pending: Vec::new(),
            heard_at: now,
            reset_is_released: true,
            fan: FanController { config: 0, fan_config: 0x20, duty: 0 },
            regulator: Regulator { registers: [0; 256], has_tripped: false },
            pointers: [0; 128],
            celsius: RESTING,
            moved_to: now,
            is_hashing: false,
            overheat: None,
            sensor_is_gone: false,
            fan_is_stopped: false,
        }
    }

    /// Whether the chips have core power and are not held in reset.
    pub(crate) fn chips_are_awake(&self) -> bool {
        self.reset_is_released && self.regulator.volts() >= LOWEST_VOLTS
    }

    /// Of the chips.
    pub(crate) fn celsius(&self) -> f64 {
        self.celsius
    }

    /// An overcurrent: the output is off until the host has switched it off, cleared the fault and switched it on again.
    pub(crate) fn trip(&mut self) {
        self.regulator.has_tripped = true;
    }

    /// Forgets what it was told, as whoever loses power does; the chips keep their heat for a while.
    pub(crate) fn lose_power(&mut self, now: Instant) {
        let fresh = Self::new(self.replies, if self.has_back_sensors { 2 } else { 1 }, now);
        let (celsius, overheat) = (self.celsius, self.overheat);
        let (sensor_is_gone, fan_is_stopped) = (self.sensor_is_gone, self.fan_is_stopped);
        *self = Self { celsius, overheat, sensor_is_gone, fan_is_stopped, ..fresh };
    }

    /// Goes on with the temperature.
    pub(crate) fn advance(&mut self, is_hashing: bool, now: Instant) {
        let goal = if self.is_hashing { self.overheat.unwrap_or(HASHING) } else { RESTING };
        let time = now.saturating_duration_since(self.moved_to).as_secs_f64();
        self.celsius = goal + (self.celsius - goal) * (-time / INERTIA.as_secs_f64()).exp();
        (self.moved_to, self.is_hashing) = (now, is_hashing);
    }

    /// Takes bytes from the host, and gives the replies to the packets that they complete.
    pub(crate) fn receive(&mut self, bytes: &[u8], now: Instant) -> Vec<u8> {
        if now.duration_since(self.heard_at) > BREAK {
            self.pending.clear();
        }
        self.heard_at = now;
        self.pending.extend_from_slice(bytes);
        let mut replies = Vec::new();
        while let [low, high, ..] = self.pending[..] {
            let length = usize::from(u16::from_le_bytes([low, high]));
            if !(6..=LONGEST).contains(&length) {
                // There is nothing to find the next packet by.
                self.pending.clear();
                break;
            }
            if self.pending.len() < length {
                break;
            }
            let packet: Vec<u8> = self.pending.drain(..length).collect();
            let answer = self.answer(packet[4], packet[5], &packet[6..]);
            replies.extend(self.reply(packet[2], &answer));
        }
        replies
    }

    fn reply(&self, id: u8, answer: &Result<Vec<u8>, Refusal>) -> Vec<u8> {
        let (status, data) = match answer {
            Ok(data) => (0x00, &data[..]),
            Err(Refusal::UnknownCommand) => (0x11, &[][..]),
            Err(Refusal::NoAnswer) => (0xff, &b"i2c: no acknowledge"[..]),
        };
        let head = |length: usize| u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes();
        match self.replies {
            ControlReplies::V1 => [&head(4 + data.len())[..], &[id, status], data].concat(),
            ControlReplies::V0 if status == 0 => [&head(data.len())[..], &[id], data].concat(),
            ControlReplies::V0 => [&head(1)[..], &[id, 0xff]].concat(),
        }
    }

    fn answer(&mut self, page: u8, command: u8, data: &[u8]) -> Result<Vec<u8>, Refusal> {
        match (page, command, data) {
            (0x05, 0x10, _) => Ok(Vec::new()),
            (0x05, 0x20, [device, bytes @ ..]) => self.i2c_write(*device, bytes).map(|()| Vec::new()),
            (0x05, 0x30, [device, count]) => self.i2c_read(*device, *count),
            (0x05, 0x40, [device, bytes @ .., count]) => {
                self.i2c_write(*device, bytes)?;
                self.i2c_read(*device, *count)
            }
            (0x06, 0, [level]) => {
                self.reset_is_released = *level != 0;
                Ok(vec![*level])
            }
            (0x06, 0, []) => Ok(vec![u8::from(self.reset_is_released)]),
            (0x06, _, [level]) => Ok(vec![*level]),
            (0x06, _, []) => Ok(vec![0]),
            // 3.3 V, in millivolts.
            (0x07, 0x50, _) => Ok(3300_u16.to_le_bytes().to_vec()),
            (0x08, 0x10, colour) => Ok(colour.to_vec()),
            _ => Err(Refusal::UnknownCommand),
        }
    }

    fn i2c_write(&mut self, device: u8, bytes: &[u8]) -> Result<(), Refusal> {
        self.knows(device)?;
        let [register, value @ ..] = bytes else { return Ok(()) };
        self.pointers[usize::from(device)] = *register;
        match (device, value) {
            (0x4c, [value]) => match register {
                0x03 => self.fan.config = *value,
                0x4a => self.fan.fan_config = *value,
                0x4c => self.fan.duty = value & 0x3f,
                _ => {}
            },
            (0x24, _) => self.regulator.write(*register, value),
            _ => {}
        }
        Ok(())
    }

    fn i2c_read(&self, device: u8, count: u8) -> Result<Vec<u8>, Refusal> {
        self.knows(device)?;
        let register = self.pointers[usize::from(device)];
        let mut bytes = match device {
            // Its registers are bytes, one after another.
            0x4c => (0..count).map(|further| self.fan_register(register.wrapping_add(further))).collect(),
            0x24 => self.regulator.read(register, self.amperes(), self.celsius),
            0x40 => self.power_register(register).to_be_bytes().to_vec(),
            _ => back_sensor_register(register, self.celsius).to_be_bytes().to_vec(),
        };
        bytes.resize(usize::from(count), 0xff);
        Ok(bytes)
    }

    /// Which addresses answer: fan controller, regulator, power meter, sensors on the back.
    fn knows(&self, device: u8) -> Result<(), Refusal> {
        match device {
            0x4c | 0x24 | 0x40 => Ok(()),
            0x4a | 0x4b if self.has_back_sensors => Ok(()),
            _ => Err(Refusal::NoAnswer),
        }
    }

    /// An EMC2101.
    fn fan_register(&self, register: u8) -> u8 {
        // 11 bits of an eighth of a degree; 3F8 is an open diode, and so is a chip without power.
        let external = if self.sensor_is_gone || !self.chips_are_awake() { 0x3f8 } else { eighths(self.celsius) };
        let rpm = f64::from(self.fan.duty) * RPM_A_STEP;
        let tach = if self.fan_is_stopped || rpm < 1.0 { u16::MAX } else { whole(5_400_000.0 / rpm) };
        match register {
            0x00 => 30,
            0x01 => external.to_be_bytes()[0] << 5 | external.to_be_bytes()[1] >> 3,
            0x10 => external.to_be_bytes()[1] << 5,
            0x03 => self.fan.config,
            0x46 => tach.to_le_bytes()[0],
            0x47 => tach.to_le_bytes()[1],
            0x4a => self.fan.fan_config,
            0x4c => self.fan.duty,
            0xfd => 0x16,
            0xfe => 0x5d,
            _ => 0,
        }
    }

    /// An INA260 before the regulator, on 5 V: steps of 1.25 mA, 1.25 mV and 10 mW.
    fn power_register(&self, register: u8) -> u16 {
        let watts = self.amperes() * self.regulator.volts();
        match register {
            0x01 => whole(watts / 5.0 / 0.00125),
            0x02 => whole(5.0 / 0.00125),
            0x03 => whole(watts / 0.01),
            _ => 0,
        }
    }

    fn amperes(&self) -> f64 {
        match (self.chips_are_awake(), self.is_hashing) {
            (false, _) => 0.0,
            (true, false) => 1.0,
            (true, true) => 14.0,
        }
    }
}

/// Why a packet is not obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    UnknownCommand,
    NoAnswer,
}

impl Regulator {
    fn volts(&self) -> f64 {
        let is_on = self.registers[usize::from(OPERATION)] & 0x80 != 0 && !self.has_tripped;
        // ULINEAR16 in steps of 2^-9 V.
        if is_on { f64::from(self.registers[usize::from(VOUT_COMMAND)]) / 512.0 } else { 0.0 }
    }

    fn write(&mut self, command: u8, value: &[u8]) {
        let word = match *value {
            [] => 0,
            [low] => u16::from(low),
            [low, high, ..] => u16::from_le_bytes([low, high]),
        };
        let is_off = self.registers[usize::from(OPERATION)] & 0x80 == 0;
        if command == CLEAR_FAULTS && is_off {
            self.has_tripped = false;
        }
        if !value.is_empty() {
            self.registers[usize::from(command)] = word;
        }
    }

    fn read(&self, command: u8, amperes: f64, celsius: f64) -> Vec<u8> {
        let word = match command {
            // ON_OFF_CONFIG and OPERATION are bytes.
            OPERATION | 0x02 => return vec![self.registers[usize::from(command)].to_le_bytes()[0]],
            // Output voltages in steps of 2^-9 V.
            0x20 => return vec![0x97],
            // Its name, behind its length.
            0xad => return vec![6, 0x54, 0x49, 0x54, 0x6d, 0x24, 0x41],
            0x79 => self.status(),
            // Overcurrent.
            0x7b => return vec![if self.has_tripped { 0x80 } else { 0 }],
            0x7a | 0x7c..=0x80 => return vec![0],
            0x88 => slinear11(5.1),
            0x8b => whole(self.volts() * 512.0),
            0x8c => slinear11(amperes),
            0x8d => slinear11(celsius - 5.0),
            _ => self.registers[usize::from(command)],
        };
        word.to_le_bytes().to_vec()
    }

    /// Bits of the `PMBus` status word: 14 output current, 6 off, 4 overcurrent.
    fn status(&self) -> u16 {
        let off = if self.volts() > 0.0 { 0 } else { 1 << 6 };
        off | if self.has_tripped { 1 << 14 | 1 << 4 } else { 0 }
    }
}

/// A TMP1075: steps of a sixteenth of a degree in the upper twelve bits.
fn back_sensor_register(register: u8, celsius: f64) -> u16 {
    match register {
        0x00 => whole((celsius - 10.0).max(0.0) * 16.0) << 4,
        0x0f => 0x7500,
        _ => 0,
    }
}

/// Half-up, within a register.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within 16 bits")]
fn whole(number: f64) -> u16 {
    number.round().clamp(0.0, 65535.0) as u16
}

/// Degrees in eighths, 11 bits signed; no chip here is below zero.
fn eighths(celsius: f64) -> u16 {
    whole(celsius.clamp(0.0, 126.0) * 8.0)
}

/// `PMBus` SLINEAR11 of a number from 0 on: five bits of signed exponent, eleven of signed mantissa.
fn slinear11(number: f64) -> u16 {
    let exponent = (-16..=15).find(|exponent| number / 2_f64.powi(*exponent) <= 1023.0).unwrap_or(15);
    let mantissa = whole(number / 2_f64.powi(exponent)).min(1023);
    #[expect(clippy::cast_sign_loss, reason = "five bits of two's complement")]
    let exponent = (exponent & 0x1f) as u16;
    exponent << 11 | mantissa
}

#[cfg(test)]
mod tests {
    use super::*;

    fn board(replies: ControlReplies) -> (Board, Instant) {
        let now = Instant::now();
        (Board::new(replies, 1, now), now)
    }

    #[test]
    fn both_layouts_of_replies_carry_the_same() {
        let (read_name, id) = ([9, 0, 7, 0, 5, 0x40, 0x4c, 0xfe, 1], 0x5d);
        let (mut v0, now) = board(ControlReplies::V0);
        assert_eq!(v0.receive(&read_name, now), [1, 0, 7, id]);
        let (mut v1, now) = board(ControlReplies::V1);
        assert_eq!(v1.receive(&read_name, now), [5, 0, 7, 0, id]);
        // Nobody answers at this address; an unknown page.
        assert_eq!(v0.receive(&[9, 0, 8, 0, 5, 0x40, 0x11, 0, 1], now), [1, 0, 8, 0xff]);
        assert_eq!(v1.receive(&[9, 0, 8, 0, 5, 0x40, 0x11, 0, 1], now)[..4], [23, 0, 8, 0xff]);
        assert_eq!(v1.receive(&[6, 0, 9, 0, 0x33, 0], now), [4, 0, 9, 0x11]);
    }

    #[test]
    fn chips_wake_with_core_voltage_and_a_released_reset() {
        let (mut board, now) = board(ControlReplies::V1);
        let mut send = |packet: &[u8]| {
            board.receive(packet, now);
            board.chips_are_awake()
        };
        assert!(!send(&[7, 0, 1, 0, 6, 0, 0]), "held in reset");
        assert!(!send(&[10, 0, 2, 0, 5, 0x20, 0x24, VOUT_COMMAND, 0x66, 0x02]), "1.2 V, but off");
        assert!(!send(&[9, 0, 3, 0, 5, 0x20, 0x24, OPERATION, 0x80]), "on, and still in reset");
        assert!(send(&[7, 0, 4, 0, 6, 0, 1]), "released");
    }

    #[test]
    fn a_tripped_regulator_stays_off_until_it_is_switched_off_and_cleared() {
        let (mut board, now) = board(ControlReplies::V1);
        for packet in
            [&[10, 0, 2, 0, 5, 0x20, 0x24, VOUT_COMMAND, 0x66, 0x02][..], &[9, 0, 3, 0, 5, 0x20, 0x24, OPERATION, 0x80]]
        {
            board.receive(packet, now);
        }
        assert!(board.chips_are_awake());
        board.trip();
        assert!(!board.chips_are_awake());
        let status = board.receive(&[9, 0, 4, 0, 5, 0x40, 0x24, 0x79, 2], now);
        assert_eq!(status, [6, 0, 4, 0, 0x50, 0x40]);
        board.receive(&[8, 0, 5, 0, 5, 0x20, 0x24, CLEAR_FAULTS], now);
        assert!(!board.chips_are_awake(), "it is latched");
        for packet in [
            &[9, 0, 6, 0, 5, 0x20, 0x24, OPERATION, 0x00][..],
            &[8, 0, 7, 0, 5, 0x20, 0x24, CLEAR_FAULTS],
            &[9, 0, 8, 0, 5, 0x20, 0x24, OPERATION, 0x80],
        ] {
            board.receive(packet, now);
        }
        assert!(board.chips_are_awake());
    }

    #[test]
    fn the_numbers_are_in_the_forms_of_their_devices() {
        // Published: 11.59 V as -6 and 742.
        assert_eq!(slinear11(11.59) & 0x7ff, 742);
        assert_eq!(slinear11(11.59) >> 11, 0x1a);
        let (mut board, now) = board(ControlReplies::V1);
        assert_eq!((board.fan_register(0x01), board.fan_register(0x10)), (0x7f, 0x00), "an open diode without power");
        for packet in
            [&[10, 0, 2, 0, 5, 0x20, 0x24, VOUT_COMMAND, 0x66, 0x02][..], &[9, 0, 3, 0, 5, 0x20, 0x24, OPERATION, 0x80]]
        {
            board.receive(packet, now);
        }
        board.celsius = 50.125;
        assert_eq!((board.fan_register(0x01), board.fan_register(0x10)), (50, 0x20));
    }

    #[test]
    fn chips_heat_up_while_they_hash_and_cool_down_after() {
        let (mut board, start) = board(ControlReplies::V1);
        board.overheat = Some(95.0);
        board.advance(true, start);
        board.advance(true, start + Duration::from_secs(10));
        assert!(board.celsius() > 90.0, "{}", board.celsius());
        board.advance(false, start + Duration::from_secs(10));
        board.advance(false, start + Duration::from_secs(20));
        assert!(board.celsius() < 40.0, "{}", board.celsius());
    }

    #[test]
    fn what_is_no_packet_is_dropped() {
        let (mut board, now) = board(ControlReplies::V1);
        assert!(board.receive(&[1, 0, 0, 0, 0, 0, 0], now).is_empty());
        assert!(board.receive(&[0xff, 0xff, 0, 0, 0, 0], now).is_empty());
        assert!(board.receive(&[7, 0, 1], now).is_empty());
        let later = now + 2 * BREAK;
        assert_eq!(board.receive(&[6, 0, 2, 0, 6, 0], later), [5, 0, 2, 0, 1], "half a packet is forgotten");
    }
}
