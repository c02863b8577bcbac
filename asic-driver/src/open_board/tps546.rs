//! The regulator TPS546D24 of the chips' core voltage, by `PMBus`. Nothing is ever stored in its memory: power takes it all away.

use crate::control::ControlRequest;

const ADDRESS: u8 = 0x24;
const OPERATION: u8 = 0x01;
const ON_OFF_CONFIG: u8 = 0x02;
const CLEAR_FAULTS: u8 = 0x03;
const VOUT_COMMAND: u8 = 0x21;
const VOUT_MAX: u8 = 0x24;
pub(super) const VOUT_MODE: u8 = 0x20;
pub(super) const STATUS: u8 = 0x79;
pub(super) const INPUT: u8 = 0x88;
pub(super) const OUTPUT: u8 = 0x8b;
pub(super) const CURRENT: u8 = 0x8c;
pub(super) const CELSIUS: u8 = 0x8d;
const NAME: u8 = 0xad;

/// What [`name`] begins with, behind its length: the maker's initials and TPS546D24 without its last letter.
pub(super) const TPS546D24: [u8; 5] = [6, 0x54, 0x49, 0x54, 0x6d];

pub(super) fn read(command: u8, count: u8) -> ControlRequest {
    ControlRequest::I2cRead { device: ADDRESS, register: command, count }
}

pub(super) fn name() -> ControlRequest {
    read(NAME, 7)
}

pub(super) fn commanded() -> ControlRequest {
    read(VOUT_COMMAND, 2)
}

fn byte(command: u8, value: u8) -> ControlRequest {
    ControlRequest::I2cWrite { device: ADDRESS, bytes: vec![command, value] }
}

fn word(command: u8, value: u16) -> ControlRequest {
    let [low, high] = value.to_le_bytes();
    ControlRequest::I2cWrite { device: ADDRESS, bytes: vec![command, low, high] }
}

pub(super) fn off() -> ControlRequest {
    byte(OPERATION, 0x00)
}

pub(super) fn on() -> ControlRequest {
    byte(OPERATION, 0x80)
}

/// Another output voltage while it is on.
pub(super) fn set_output(mode: VoltageMode, volts: f64) -> ControlRequest {
    word(VOUT_COMMAND, mode.encode(volts))
}

pub(super) fn clear_faults() -> ControlRequest {
    ControlRequest::I2cWrite { device: ADDRESS, bytes: vec![CLEAR_FAULTS] }
}

/// What it is told before it is switched on: its limits, then the voltage. The values are those of the boards' own firmware for a
/// single chip on 5 V, but for the highest voltage, which is the chip's.
pub(super) fn set_up(mode: VoltageMode, volts: f64, most_volts: f64) -> Vec<ControlRequest> {
    let limit = |part: f64| mode.encode(if mode.is_relative { part } else { part * volts });
    vec![
        off(),
        byte(ON_OFF_CONFIG, 0x1f),
        // Switching frequency in kilohertz; input on, off and too high in volts.
        word(0x33, slinear11(650.0)),
        word(0x35, slinear11(4.8)),
        word(0x36, slinear11(4.5)),
        word(0x55, slinear11(6.5)),
        // Scale of the feedback; least and greatest output.
        word(0x29, slinear11(0.25)),
        word(0x2b, mode.encode(1.0)),
        word(VOUT_MAX, mode.encode(most_volts)),
        // Output too high and too low: fault, warning; warning, fault.
        word(0x40, limit(1.25)),
        word(0x42, limit(1.16)),
        word(0x43, limit(0.90)),
        word(0x44, limit(0.75)),
        // Current: warning, fault, and that a fault switches off for good.
        word(0x4a, slinear11(25.0)),
        word(0x46, slinear11(30.0)),
        byte(0x47, 0xc0),
        // Its own temperature: warning, fault.
        word(0x51, slinear11(105.0)),
        word(0x4f, slinear11(145.0)),
        word(VOUT_COMMAND, mode.encode(volts)),
        clear_faults(),
    ]
}

/// How output voltages are written: in steps of a power of two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct VoltageMode {
    exponent: i32,
    /// Whether limits are parts of the voltage rather than volts.
    pub(super) is_relative: bool,
}

impl VoltageMode {
    /// By what [`VOUT_MODE`] says; `None` of a format that is not linear.
    pub(super) fn parse(mode: u8) -> Option<Self> {
        let exponent = i32::from(mode & 0x1f) - if mode & 0x10 == 0 { 0 } else { 32 };
        (mode & 0x60 == 0).then_some(Self { exponent, is_relative: mode & 0x80 != 0 })
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within 16 bits")]
    pub(super) fn encode(self, volts: f64) -> u16 {
        (volts / 2_f64.powi(self.exponent)).round().clamp(0.0, 65535.0) as u16
    }

    pub(super) fn decode(self, raw: u16) -> f64 {
        f64::from(raw) * 2_f64.powi(self.exponent)
    }
}

/// What of the status word says that the output is off or not as it should be, in words; `None` where all is well.
pub(super) fn fault(status: u16) -> Option<&'static str> {
    let known = [
        (5, "output voltage too high"),
        (4, "too much current"),
        (3, "input voltage too low"),
        (2, "its temperature"),
        (14, "its current"),
        (15, "its output voltage"),
        (13, "its input"),
        (6, "its output is off"),
    ];
    known.iter().find(|(bit, _)| status & 1 << bit != 0).map(|(_, words)| *words)
}

/// SLINEAR11: five bits of signed exponent, eleven of signed mantissa, as fine as it can be. For numbers from zero on.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the exponent is chosen so that it fits")]
fn slinear11(number: f64) -> u16 {
    let mantissa = |exponent: i32| (number / 2_f64.powi(exponent)).round();
    let exponent = (-16..=15).find(|exponent| mantissa(*exponent) <= 1023.0).unwrap_or(15);
    (exponent as u16 & 0x1f) << 11 | (mantissa(exponent).clamp(0.0, 1023.0) as u16)
}

/// The number that is written so.
pub(super) fn from_slinear11(raw: u16) -> f64 {
    let exponent = raw.cast_signed() >> 11;
    let mantissa = (raw << 5).cast_signed() >> 5;
    f64::from(mantissa) * 2_f64.powi(i32::from(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_and_read_as_captured() {
        assert_eq!(slinear11(11.59), 0xd2e6);
        for number in [0.0, 0.25, 4.5, 25.0, 105.0, 650.0, 30000.0] {
            let read = from_slinear11(slinear11(number));
            assert!((read - number).abs() <= number / 1000.0, "{number} came back as {read}");
        }
        let read = [0xd2e6, 0x07ff].map(|raw| from_slinear11(raw).to_string());
        assert_eq!(read, ["11.59375", "-1"], "and a temperature below zero");
        let mode = VoltageMode::parse(0x97).expect("linear");
        assert_eq!((mode.encode(1.2), mode.is_relative), (0x0266, true));
        assert_eq!(mode.decode(0x0266).to_string(), "1.19921875");
        assert_eq!(VoltageMode::parse(0x20), None, "VID codes");
    }

    #[test]
    fn what_a_status_says_is_told() {
        assert_eq!(fault(0), None);
        assert_eq!(fault(1 << 14 | 1 << 6 | 1 << 4), Some("too much current"));
        assert_eq!(fault(1 << 6), Some("its output is off"));
        assert_eq!(fault(1 << 1), None, "a command that it does not know is no fault of its output");
    }

    #[test]
    fn it_is_off_while_it_is_set_up_and_never_told_to_store() {
        let mode = VoltageMode::parse(0x97).expect("linear");
        let requests = set_up(mode, 1.15, 1.207);
        assert_eq!(requests[0], off());
        for request in &requests {
            let ControlRequest::I2cWrite { device, bytes } = request else { panic!("{request:?}") };
            assert!(*device == ADDRESS && !(0x11..=0x18).contains(&bytes[0]), "{bytes:02x?}");
        }
        assert!(requests.contains(&word(VOUT_MAX, 618)), "the chip's limit: 1.207 V");
    }
}
