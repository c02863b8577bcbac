//! What a board is asked, and what becomes of its answers and refusals.

use std::time::Instant;

use super::event::BoardError;
use super::tps546::VoltageMode;
use super::{OpenBoard, TRIES, emc2101, sensors, tps546};
use crate::control::{ControlRequest, Refused};

#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) request: ControlRequest,
    pub(super) purpose: Purpose,
}

#[derive(Debug)]
pub(super) struct Current {
    pub(super) task: Task,
    pub(super) id: u8,
    pub(super) sent: Instant,
    pub(super) tries: u32,
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Something that has to be done, in words for a refusal.
    Do(&'static str),
    FanMaker,
    RegulatorName,
    VoltageMode,
    Commanded,
    /// Whether a part is there that need not be.
    BackSensor(u8),
    Meter,
    Supply,
    Read(Field),
}

/// One value of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    DiodeHigh,
    DiodeLow,
    Fan,
    Status,
    Input,
    Output,
    Current,
    Regulator,
    Power,
    Back,
}

/// What was found on the board.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) mode: Option<VoltageMode>,
    pub(super) back_sensors: Vec<u8>,
    pub(super) has_meter: bool,
}

impl OpenBoard {
    /// An answer.
    pub(super) fn learned(&mut self, purpose: Purpose, data: Vec<u8>) {
        let word = match data[..] {
            [low, high] => u16::from_le_bytes([low, high]),
            _ => 0,
        };
        match purpose {
            Purpose::FanMaker if data != [emc2101::SMSC] => self.other("fan controller", "an EMC2101", data),
            Purpose::RegulatorName if !data.starts_with(&tps546::TPS546D24) => {
                self.other("regulator", "a TPS546D24", data);
            }
            Purpose::VoltageMode => match data.first().and_then(|mode| VoltageMode::parse(*mode)) {
                Some(mode) => self.parts.mode = Some(mode),
                None => self.other("format of voltages", "linear", data),
            },
            Purpose::Commanded if self.parts.mode.is_none_or(|mode| mode.encode(self.volts()) != word) => {
                self.other("core voltage", "the one that was set", data);
            }
            Purpose::BackSensor(address) if data == sensors::TMP1075 => self.parts.back_sensors.push(address),
            Purpose::Meter => self.parts.has_meter = true,
            Purpose::Read(field) => self.read(field, &data, word),
            _ => {}
        }
    }

    fn other(&mut self, part: &'static str, expected: &'static str, found: Vec<u8>) {
        self.fail(BoardError::OtherPart { part, expected, found });
    }

    fn read(&mut self, field: Field, data: &[u8], word: u16) {
        let mode = self.parts.mode;
        let Some(sample) = &mut self.sample else { return };
        let linear = Some(tps546::from_slinear11(word));
        match (field, data) {
            (Field::DiodeHigh, [high]) => self.diode_high = Some(*high),
            (Field::DiodeLow, [low]) => {
                sample.chip = self.diode_high.take().and_then(|high| emc2101::diode(high, *low));
            }
            (Field::Fan, [low, high]) => sample.fan = Some(emc2101::turns(*low, *high)),
            (Field::Status, [_, _]) => sample.regulator_fault = tps546::fault(word),
            (Field::Input, [_, _]) => sample.input = linear,
            (Field::Output, [_, _]) => sample.output = mode.map(|mode| mode.decode(word)),
            (Field::Current, [_, _]) => sample.current = linear,
            (Field::Regulator, [_, _]) => sample.regulator = linear,
            (Field::Power, [high, low]) => sample.power = Some(sensors::watts(*high, *low)),
            (Field::Back, [high, low]) => {
                let celsius = sensors::celsius(*high, *low);
                sample.back = Some(sample.back.map_or(celsius, |other| other.max(celsius)));
            }
            _ => {}
        }
    }

    /// A refusal. A sensor's value is then absent; what has to be done is tried again.
    pub(super) fn refused(&mut self, current: Current, why: Refused) {
        match current.task.purpose {
            Purpose::Read(Field::Status) => {
                if let Some(sample) = &mut self.sample {
                    sample.regulator_fault = Some("its status cannot be read");
                }
            }
            Purpose::Read(Field::Back) => {
                if let Some(sample) = &mut self.sample {
                    // No temperature at all: it is not passed over because another sensor answers.
                    sample.back = Some(f64::NAN);
                }
            }
            Purpose::Read(_) | Purpose::BackSensor(_) | Purpose::Meter | Purpose::Supply => {}
            _ if current.tries < TRIES => {
                // A new id: a late answer to the first one is none to this one.
                let id = self.next_id;
                self.next_id = self.next_id.wrapping_add(1);
                self.transmits.push_back(current.task.request.encode(id));
                self.current = Some(Current { id, tries: current.tries + 1, ..current });
            }
            purpose => {
                let what = match purpose {
                    Purpose::Do(what) => what,
                    Purpose::FanMaker => "read its fan controller",
                    _ => "read its regulator",
                };
                self.fail(BoardError::Refuses { what, why });
            }
        }
    }
}
