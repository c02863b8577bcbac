//! The fan controller EMC2101, whose diode inputs sit in the chip. By its datasheet and the boards' own firmware.

use crate::control::ControlRequest;

const ADDRESS: u8 = 0x4c;
pub(super) const DIODE_HIGH: u8 = 0x01;
pub(super) const DIODE_LOW: u8 = 0x10;
pub(super) const TACH: u8 = 0x46;
const CONFIG: u8 = 0x03;
const FAN_CONFIG: u8 = 0x4a;
const FAN_DUTY: u8 = 0x4c;
const MAKER: u8 = 0xfe;
/// What [`MAKER`] says.
pub(super) const SMSC: u8 = 0x5d;

pub(super) fn read(register: u8, count: u8) -> ControlRequest {
    ControlRequest::I2cRead { device: ADDRESS, register, count }
}

fn write(register: u8, value: u8) -> ControlRequest {
    ControlRequest::I2cWrite { device: ADDRESS, bytes: vec![register, value] }
}

pub(super) fn maker() -> ControlRequest {
    read(MAKER, 1)
}

/// The tachometer's pin counts turns, and the fan runs at the duty that is written.
pub(super) fn set_up() -> [ControlRequest; 2] {
    [write(CONFIG, 0x04), write(FAN_CONFIG, 0x23)]
}

/// The fan at this part of its full speed.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held within six bits")]
pub(super) fn duty(part: f64) -> ControlRequest {
    write(FAN_DUTY, (part * 63.0).round().clamp(0.0, 63.0) as u8)
}

/// Degrees of the chip's diode: eleven bits in eighths. `None` where it is open or short.
pub(super) fn diode(high: u8, low: u8) -> Option<f64> {
    let raw = u16::from_be_bytes([high, low]) >> 5;
    // An open diode, and a short one.
    if matches!(raw, 0x3f8 | 0x3ff) {
        return None;
    }
    // Sign and eighths: the upper eleven bits of sixteen.
    Some(f64::from(i16::from_be_bytes([high, low]) >> 5) / 8.0)
}

/// Turns a minute; zero of a fan that stands still, which counts to the end.
pub(super) fn turns(low: u8, high: u8) -> f64 {
    match u16::from_le_bytes([low, high]) {
        0 | u16::MAX => 0.0,
        count => 5_400_000.0 / f64::from(count),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diodes_and_fans_read_as_the_datasheet_says() {
        for (case, high, low, expected) in [
            ("55 degrees", 55, 0, Some(55.0)),
            ("and an eighth", 55, 0x20, Some(55.125)),
            ("below zero", 0xff, 0, Some(-1.0)),
            ("open", 0x7f, 0, None),
            ("short", 0x7f, 0xe0, None),
        ] {
            assert_eq!(diode(high, low), expected, "{case}");
        }
        let read = [turns(0xff, 0xff), turns(0, 0), turns(0x70, 0x17)].map(|turns| turns.to_string());
        assert_eq!(read, ["0", "0", "900"]);
        assert_eq!(duty(2.0), write(FAN_DUTY, 63));
    }
}
