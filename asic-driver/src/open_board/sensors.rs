//! The power meter INA260 and the sensors TMP1075 on the back of boards with several chips; and the fan that follows what they say.

use crate::control::ControlRequest;
use crate::safety::BoardReading;

const METER: u8 = 0x40;
/// What the id register of a TMP1075 says.
pub(super) const TMP1075: [u8; 2] = [0x75, 0x00];

pub(super) fn meter_power() -> ControlRequest {
    ControlRequest::I2cRead { device: METER, register: 0x03, count: 2 }
}

pub(super) fn back_id(device: u8) -> ControlRequest {
    ControlRequest::I2cRead { device, register: 0x0f, count: 2 }
}

pub(super) fn back(device: u8) -> ControlRequest {
    ControlRequest::I2cRead { device, register: 0x00, count: 2 }
}

/// The meter counts in 10 mW.
pub(super) fn watts(high: u8, low: u8) -> f64 {
    f64::from(u16::from_be_bytes([high, low])) / 100.0
}

/// Sixteenths of a degree in the upper twelve bits, signed.
pub(super) fn celsius(high: u8, low: u8) -> f64 {
    f64::from(i16::from_be_bytes([high, low]) >> 4) / 16.0
}

/// The fan's part of its full speed: slow up to 45 °C of the chip and 65 °C of the regulator, full 20 degrees above, and full where
/// a temperature is absent.
pub(super) fn fan_for(reading: &BoardReading) -> f64 {
    const SLOW: f64 = 0.4;
    let part = |celsius: Option<f64>, from: f64| celsius.map_or(1.0, |celsius| (celsius - from) / 20.0);
    let warmest = part(reading.chip, 45.0).max(part(reading.regulator, 65.0));
    if warmest.is_nan() { 1.0 } else { SLOW + (1.0 - SLOW) * warmest.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meters_read_as_their_datasheets_say() {
        let read = [watts(0x06, 0x40), celsius(0x19, 0x10), celsius(0xff, 0xf0)].map(|value| value.to_string());
        assert_eq!(read, ["16", "25.0625", "-0.0625"]);
    }

    #[test]
    fn the_fan_follows_the_warmest_and_runs_full_where_nothing_is_known() {
        for (chip, regulator, expected) in [
            (Some(30.0), Some(40.0), 0.4),
            (Some(55.0), Some(40.0), 0.7),
            (Some(55.0), Some(90.0), 1.0),
            (None, Some(40.0), 1.0),
            (Some(30.0), None, 1.0),
        ] {
            let reading = BoardReading { chip, regulator, ..BoardReading::default() };
            assert!((fan_for(&reading) - expected).abs() < 1e-9, "{chip:?} {regulator:?}");
        }
    }
}
