//! The control channel of open boards, a second serial port beside the chips' line: packets of the "bitaxe-raw" firmware and its
//! successors. The layout stands in `docs/asics.md`.

/// Something that the board is asked to do. It does one after another, and answers each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ControlRequest {
    /// Runs the I2C bus at this many hertz.
    I2cFrequency(u32),
    /// Writes bytes to a device on the bus.
    I2cWrite {
        /// Its address, seven bits.
        device: u8,
        /// What it is sent: a register's number and its value.
        bytes: Vec<u8>,
    },
    /// Writes a register's number to a device, and reads from there.
    I2cRead {
        /// Its address, seven bits.
        device: u8,
        /// The register.
        register: u8,
        /// How many bytes.
        count: u8,
    },
    /// Sets a pin.
    SetPin {
        /// Its number.
        pin: u8,
        /// To what.
        level: Level,
    },
    /// Reads a pin.
    ReadPin(u8),
    /// Reads the supply that the firmware sees, in a unit of its own.
    ReadSupply,
}

/// The level of a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Ground.
    Low,
    /// The supply.
    High,
}

const I2C: u8 = 0x05;
const GPIO: u8 = 0x06;
const ADC: u8 = 0x07;

impl ControlRequest {
    /// As a packet: length of all, an id that the answer repeats, bus 0, page, command, data.
    ///
    /// # Panics
    /// When it writes more than 65,528 bytes to a device, of which none takes more than a few.
    #[must_use]
    pub fn encode(&self, id: u8) -> Vec<u8> {
        let (page, command, data) = match self {
            Self::I2cFrequency(hertz) => (I2C, 0x10, hertz.to_le_bytes().to_vec()),
            Self::I2cWrite { device, bytes } => (I2C, 0x20, [&[*device], &bytes[..]].concat()),
            Self::I2cRead { device, register, count } => (I2C, 0x40, vec![*device, *register, *count]),
            Self::SetPin { pin, level } => (GPIO, *pin, vec![u8::from(*level == Level::High)]),
            Self::ReadPin(pin) => (GPIO, *pin, Vec::new()),
            Self::ReadSupply => (ADC, 0x50, Vec::new()),
        };
        let length = u16::try_from(6 + data.len()).expect("a register and its value are a few bytes").to_le_bytes();
        [&length[..], &[id, 0, page, command], &data].concat()
    }

    /// How many bytes a right answer has, where that is certain.
    fn answer_length(&self) -> Option<usize> {
        match self {
            Self::I2cRead { count, .. } => Some(usize::from(*count)),
            Self::ReadPin(_) => Some(1),
            _ => None,
        }
    }
}

/// How a firmware lays out its answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerLayout {
    /// Length of the data, id, data. Errors look like a byte of data.
    DataLength,
    /// Length of all, id, status, data.
    Status,
    /// Length of all, id, data.
    WholeLength,
}

/// What the board answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlAnswer {
    /// The id of what it answers.
    pub id: u8,
    /// What was read, or why not.
    pub data: Result<Vec<u8>, Refused>,
}

/// The board does not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// With this status.
    #[error("status {status:02x} {words}")]
    Status {
        /// The byte.
        status: u8,
        /// What follows it as text, if anything.
        words: String,
    },
    /// With an answer of another length than what was asked for.
    #[error("{found} bytes instead of {expected}")]
    Length {
        /// How many there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

/// Reads answers, one request at a time; finds out which layout the board has.
#[derive(Debug, Default)]
pub struct ControlReader {
    layout: Option<AnswerLayout>,
    pending: Vec<u8>,
}

impl ControlReader {
    /// No answer is longer: I2C reads have a byte of length.
    const LONGEST: usize = 512;

    /// The layout, once an answer has shown it.
    #[must_use]
    pub fn layout(&self) -> Option<AnswerLayout> {
        self.layout
    }

    /// Forgets what is left of answers that nobody waits for any more.
    pub fn clear(&mut self) {
        self.pending.clear();
    }

    /// Takes bytes, and gives the answer to `request` once it is complete. Until the layout is known, only an answer to
    /// [`ControlRequest::ReadPin`] is understood.
    pub fn receive(&mut self, bytes: &[u8], request: &ControlRequest, id: u8) -> Option<ControlAnswer> {
        self.pending.extend_from_slice(bytes);
        self.pending.truncate(Self::LONGEST);
        let [low, high, ..] = self.pending[..] else { return None };
        let length = usize::from(u16::from_le_bytes([low, high]));
        let layout = self.layout.or_else(|| layout_of(length, request))?;
        let (whole, head) = match layout {
            AnswerLayout::DataLength => (length + 3, 3),
            AnswerLayout::Status => (length, 4),
            AnswerLayout::WholeLength => (length, 3),
        };
        if whole < head || whole > Self::LONGEST {
            // There is nothing to find the next answer by; the request is sent again.
            self.pending.clear();
            return None;
        }
        if self.pending.len() < whole {
            return None;
        }
        let answer: Vec<u8> = self.pending.drain(..whole).collect();
        if answer[2] != id {
            return self.receive(&[], request, id);
        }
        let data = match (layout, answer.get(3)) {
            (AnswerLayout::Status, Some(status)) if *status != 0 => {
                let words = String::from_utf8_lossy(&answer[head..]).into_owned();
                Err(Refused::Status { status: *status, words })
            }
            _ => Ok(answer[head..].to_vec()),
        };
        let data = data.and_then(|data| match request.answer_length() {
            Some(expected) if expected != data.len() => Err(Refused::Length { expected, found: data.len() }),
            _ => Ok(data),
        });
        if data.is_ok() {
            self.layout = Some(layout);
        }
        Some(ControlAnswer { id, data })
    }
}

/// What a firmware is, by the length of its answer to the reading of a pin, which is a byte.
fn layout_of(length: usize, request: &ControlRequest) -> Option<AnswerLayout> {
    match (request, length) {
        (ControlRequest::ReadPin(_), 1) => Some(AnswerLayout::DataLength),
        (ControlRequest::ReadPin(_), 4) => Some(AnswerLayout::WholeLength),
        (ControlRequest::ReadPin(_), 5..) => Some(AnswerLayout::Status),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn requests_are_those_of_the_published_examples() {
        let reset = |level| ControlRequest::SetPin { pin: 0, level };
        for (case, request, id, bytes) in [
            ("reset low", reset(Level::Low), 1, &[0x07, 0, 0x01, 0, 0x06, 0, 0][..]),
            ("reset high", reset(Level::High), 2, &[0x07, 0, 0x02, 0, 0x06, 0, 1]),
            (
                "a byte to a device",
                ControlRequest::I2cWrite { device: 0x4f, bytes: vec![0xde] },
                1,
                &[8, 0, 1, 0, 5, 0x20, 0x4f, 0xde],
            ),
            (
                "a register of a device",
                ControlRequest::I2cRead { device: 0x4c, register: 0xfe, count: 1 },
                7,
                &[9, 0, 7, 0, 5, 0x40, 0x4c, 0xfe, 1],
            ),
            (
                "a bus of 100 kHz",
                ControlRequest::I2cFrequency(100_000),
                3,
                &[10, 0, 3, 0, 5, 0x10, 0xa0, 0x86, 0x01, 0],
            ),
        ] {
            assert_eq!(request.encode(id), bytes, "{case}");
        }
    }

    #[test]
    fn the_layout_is_found_out_by_reading_a_pin() {
        let pin = ControlRequest::ReadPin(0);
        for (layout, bytes) in [
            (AnswerLayout::DataLength, &[1, 0, 9, 1][..]),
            (AnswerLayout::Status, &[5, 0, 9, 0, 1]),
            (AnswerLayout::WholeLength, &[4, 0, 9, 1]),
        ] {
            let mut reader = ControlReader::default();
            let (last, first) = bytes.split_last().unwrap();
            assert_eq!(reader.receive(first, &pin, 9), None, "{layout:?}: not complete");
            assert_eq!(reader.receive(&[*last], &pin, 9), Some(ControlAnswer { id: 9, data: Ok(vec![1]) }));
            assert_eq!(reader.layout(), Some(layout));
        }
        let mut unknown = ControlReader::default();
        let read = ControlRequest::I2cRead { device: 0x4c, register: 0, count: 2 };
        assert_eq!(unknown.receive(&[2, 0, 9, 1, 2], &read, 9), None, "nobody knows how it answers");
    }

    #[test]
    fn a_refusal_is_no_reading() {
        let read = ControlRequest::I2cRead { device: 0x11, register: 0, count: 2 };
        let answered = |layout, bytes: &[u8]| {
            let mut reader = ControlReader { layout: Some(layout), pending: Vec::new() };
            reader.receive(bytes, &read, 8).map(|answer| answer.data)
        };
        let told = Refused::Status { status: 0xff, words: "nack".to_owned() };
        assert_eq!(answered(AnswerLayout::Status, b"\x08\0\x08\xffnack"), Some(Err(told)));
        let short = Refused::Length { expected: 2, found: 1 };
        assert_eq!(answered(AnswerLayout::DataLength, &[1, 0, 8, 0xff]), Some(Err(short)));
        assert_eq!(answered(AnswerLayout::DataLength, &[2, 0, 8, 0xff, 0]), Some(Ok(vec![0xff, 0])));
    }

    #[test]
    fn an_answer_that_came_too_late_is_passed_over_and_nonsense_is_forgotten() {
        let read = ControlRequest::I2cRead { device: 0x4c, register: 0, count: 1 };
        let mut reader = ControlReader { layout: Some(AnswerLayout::Status), pending: Vec::new() };
        let bytes = [&[5, 0, 1, 0, 0xaa][..], &[5, 0, 2, 0, 0xbb]].concat();
        assert_eq!(reader.receive(&bytes, &read, 2).map(|answer| answer.data), Some(Ok(vec![0xbb])));
        assert_eq!(reader.receive(&[0, 0, 1, 2, 3], &read, 3), None);
        assert_eq!(reader.receive(&[0xff; 600], &read, 3), None);
        assert_eq!(reader.receive(&[5, 0, 3, 0, 1], &read, 3).map(|answer| answer.data), Some(Ok(vec![1])));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_keep_much(
            layout in prop::sample::select(vec![
                None,
                Some(AnswerLayout::DataLength),
                Some(AnswerLayout::Status),
                Some(AnswerLayout::WholeLength),
            ]),
            chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..700), 0..8),
            id: u8,
        ) {
            let mut reader = ControlReader { layout, pending: Vec::new() };
            for (number, chunk) in chunks.iter().enumerate() {
                let request = [ControlRequest::ReadPin(0), ControlRequest::I2cRead { device: 1, register: 2, count: 2 }];
                if let Some(answer) = reader.receive(chunk, &request[number % 2], id) {
                    prop_assert_eq!(answer.id, id);
                }
                prop_assert!(reader.pending.len() <= ControlReader::LONGEST);
            }
        }
    }
}
