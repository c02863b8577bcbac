//! Frames: what a chip hears on its line, and what it says.

use std::time::{Duration, Instant};

use crate::crc::{crc5, crc16};
use crate::model::{ChipModel, Framing, JobFormat};

/// A frame whose bytes come further apart than this is broken off: several byte times at the slowest rate, and what a busy
/// host may need between two writes.
const BREAK: Duration = Duration::from_millis(100);
/// Length of a whole-header job from its header byte on; the length byte in it is not checked, as on the chips.
const WHOLE_HEADER: usize = 86;
const PREAMBLE: [u8; 2] = [0x55, 0xaa];

/// Whom a command is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    All,
    One(u8),
}

/// What a chip is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    SetAddress(u8),
    ChainInactive,
    Write {
        to: To,
        register: u8,
        value: u32,
    },
    Read {
        to: To,
        register: u8,
    },
    /// The bytes from the header byte on, without the checksum.
    Job(Vec<u8>),
}

/// Cuts the bytes from the host into commands. It never loses step for good: what is no frame is dropped byte by byte.
#[derive(Debug)]
pub(crate) struct FrameReader {
    framing: Framing,
    job: JobFormat,
    pending: Vec<u8>,
    last: Option<Instant>,
    /// Frames whose checksum was wrong.
    pub(crate) wrong_crc: u64,
    /// Bytes that belonged to no frame.
    pub(crate) skipped: u64,
}

/// What the bytes at hand are.
enum Cut {
    Frame(Command, usize),
    Incomplete,
    Noise { wrong_crc: bool },
}

impl FrameReader {
    pub(crate) fn new(model: &ChipModel) -> Self {
        Self { framing: model.framing, job: model.job, pending: Vec::new(), last: None, wrong_crc: 0, skipped: 0 }
    }

    /// Forgets the beginning of a frame.
    pub(crate) fn forget(&mut self) {
        self.pending.clear();
        self.last = None;
    }

    /// Takes bytes as they come, and gives the commands that they complete.
    pub(crate) fn receive(&mut self, bytes: &[u8], now: Instant) -> Vec<Command> {
        let was_broken_off = self.last.is_some_and(|last| now.duration_since(last) > BREAK);
        self.last = Some(now);
        let mut commands = Vec::new();
        if was_broken_off && !self.pending.is_empty() {
            // Whole frames may stand behind the byte that only looked like the beginning of a longer one.
            while !self.pending.is_empty() {
                self.drop_byte();
                self.cut(&mut commands);
            }
        }
        self.pending.extend_from_slice(bytes);
        self.cut(&mut commands);
        commands
    }

    fn cut(&mut self, commands: &mut Vec<Command>) {
        loop {
            match self.next() {
                Cut::Frame(command, length) => {
                    self.pending.drain(..length);
                    commands.push(command);
                }
                Cut::Noise { wrong_crc } => {
                    self.wrong_crc += u64::from(wrong_crc);
                    self.drop_byte();
                }
                Cut::Incomplete => return,
            }
        }
    }

    fn drop_byte(&mut self) {
        self.pending.remove(0);
        self.skipped += 1;
    }

    fn next(&self) -> Cut {
        let preamble: &[u8] = if self.framing == Framing::Preamble { &PREAMBLE } else { &[] };
        let given = self.pending.len().min(preamble.len());
        if self.pending[..given] != preamble[..given] {
            return Cut::Noise { wrong_crc: false };
        }
        let body = &self.pending[given..];
        let Some(length) = (match *body {
            [0x21, ..] if self.job == JobFormat::Header => Some(WHOLE_HEADER),
            [] | [0x21] => return Cut::Incomplete,
            [0x21, length, ..] => [0x36, 0x56, 0x76, 0x96].contains(&length).then_some(usize::from(length)),
            [header, ..] => command_length(self.framing, header),
        }) else {
            return Cut::Noise { wrong_crc: false };
        };
        if body[0] != 0x21 && body.get(1).is_some_and(|said| usize::from(*said) != length) {
            return Cut::Noise { wrong_crc: false };
        }
        if body.len() < length {
            return Cut::Incomplete;
        }
        match parse(self.framing, &body[..length]) {
            Some(command) => Cut::Frame(command, given + length),
            None => Cut::Noise { wrong_crc: true },
        }
    }
}

/// How long a command with this header byte is, itself and its checksum included.
fn command_length(framing: Framing, header: u8) -> Option<usize> {
    match (framing, header) {
        (Framing::Preamble, 0x40 | 0x42 | 0x52 | 0x53) | (Framing::Bare, 0x41 | 0x44 | 0x54 | 0x55) => Some(5),
        (Framing::Preamble, 0x41 | 0x51) | (Framing::Bare, 0x48 | 0x58) => Some(9),
        _ => None,
    }
}

/// A whole frame without its preamble; `None` where the checksum is wrong.
fn parse(framing: Framing, frame: &[u8]) -> Option<Command> {
    if frame[0] == 0x21 {
        let (job, crc) = frame.split_at(frame.len() - 2);
        return (crc16(job).to_be_bytes() == crc).then(|| Command::Job(job.to_vec()));
    }
    let (command, crc) = frame.split_at(frame.len() - 1);
    if crc5(command) != crc[0] {
        return None;
    }
    // Bit 4 of the header byte says that all are meant.
    let to = if frame[0] & 0x10 == 0 { To::One(frame[2]) } else { To::All };
    let register = frame[3];
    Some(match (framing, frame[0] & 0x0f) {
        (Framing::Preamble, 0) | (Framing::Bare, 1) => Command::SetAddress(frame[2]),
        (Framing::Preamble, 1) | (Framing::Bare, 8) => {
            Command::Write { to, register, value: u32::from_be_bytes([frame[4], frame[5], frame[6], frame[7]]) }
        }
        (Framing::Preamble, 2) | (Framing::Bare, 4) => Command::Read { to, register },
        _ => Command::ChainInactive,
    })
}

/// How long a chip's answers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerLength {
    /// Without a preamble.
    Seven,
    Nine,
    Eleven,
}

/// The answer to a read.
pub(crate) fn register_answer(length: AnswerLength, value: u32, address: u8, register: u8) -> Vec<u8> {
    let mut body = value.to_be_bytes().to_vec();
    match length {
        // The first generation leaves address and register out.
        AnswerLength::Seven => body.extend([0, 0]),
        AnswerLength::Nine => body.extend([address, register]),
        AnswerLength::Eleven => body.extend([address, register, 0, 0]),
    }
    sealed(length, &body, Kind::Register)
}

/// What a chip has found, in the fields of its frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NonceFields {
    /// As they stand in the header.
    pub(crate) nonce: [u8; 4],
    pub(crate) rest: NonceRest,
}

/// What stands behind the nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NonceRest {
    /// Excess, job id and small core in one 16-bit field, and the rolled version bits.
    Header { field: u16, version_bits: u16 },
    /// A running index, and the work's id with the number of its midstate.
    Midstate { index: u8, id: u8 },
}

/// The frame of a nonce.
pub(crate) fn nonce_answer(length: AnswerLength, fields: &NonceFields) -> Vec<u8> {
    let mut body = fields.nonce.to_vec();
    match fields.rest {
        NonceRest::Header { field, version_bits } => {
            body.extend(field.to_be_bytes());
            // Before version rolling is on there is no room for the bits.
            if length == AnswerLength::Eleven {
                body.extend(version_bits.to_be_bytes());
            }
        }
        NonceRest::Midstate { index, id } => body.extend([index, id]),
    }
    sealed(length, &body, Kind::Nonce)
}

/// What the top bits of the last byte say of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Register = 0x00,
    Nonce = 0x80,
}

/// The body between preamble and a last byte of three type bits and a checksum, which covers these bits too.
fn sealed(length: AnswerLength, body: &[u8], kind: Kind) -> Vec<u8> {
    let mut last = body.to_vec();
    last.push(kind as u8);
    let bits = last.len() * 8 - 5;
    let crc = crate::crc::crc5_of_bits(&last, bits);
    let mut frame = if length == AnswerLength::Seven { Vec::new() } else { vec![0xaa, 0x55] };
    frame.extend(body);
    frame.push(kind as u8 | crc);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Model, Silicon};

    fn reader(model: Model) -> FrameReader {
        match model.silicon() {
            Silicon::Chain(chip) => FrameReader::new(chip),
            Silicon::Unit(_) => panic!("{model} has no frames"),
        }
    }

    const READ_ID: [u8; 7] = [0x55, 0xaa, 0x52, 0x05, 0x00, 0x00, 0x0a];

    #[test]
    fn a_reader_finds_the_frame_behind_whatever_stands_before_it() {
        let read = Command::Read { to: To::All, register: 0 };
        let false_job = [&[0x55, 0xaa, 0x21, 0x56][..], &READ_ID].concat();
        for (case, before) in [
            ("nothing", &[][..]),
            ("noise", &[0x00, 0xff, 0x12]),
            ("half a preamble", &[0x55]),
            ("a whole one", &[0x55, 0xaa]),
            ("a frame whose checksum is wrong", &[0x55, 0xaa, 0x52, 0x05, 0x00, 0x00, 0x0b]),
            ("a length that its command has not", &[0x55, 0xaa, 0x52, 0x09]),
        ] {
            let mut reader = reader(Model::Bm1366);
            let heard = reader.receive(&[before, &READ_ID].concat(), Instant::now());
            assert_eq!(heard, std::slice::from_ref(&read), "{case}");
            assert_eq!(reader.skipped, before.len() as u64, "{case}");
        }
        // What begins like a job hides it only until the line falls silent.
        let (mut reader, now) = (reader(Model::Bm1366), Instant::now());
        assert_eq!(reader.receive(&false_job, now), []);
        assert_eq!(reader.receive(&READ_ID, now + 2 * BREAK), [read.clone(), read]);
    }

    #[test]
    fn a_frame_may_come_byte_by_byte() {
        let mut reader = reader(Model::Bm1397);
        let now = Instant::now();
        let heard: Vec<Command> = READ_ID.iter().flat_map(|byte| reader.receive(&[*byte], now)).collect();
        assert_eq!(heard, [Command::Read { to: To::All, register: 0 }]);
    }

    #[test]
    fn a_frame_without_a_preamble_is_known_by_its_first_two_bytes() {
        let mut reader = reader(Model::Bm1387);
        // Captured: write all, set address, chain inactive.
        let bytes = [
            &[0x00][..],
            &[0x58, 0x09, 0x00, 0x1c, 0x40, 0x20, 0x9a, 0x80, 0x00],
            &[0x41, 0x05, 0x04, 0x00, 0x0a],
            &[0x55, 0x05, 0x00, 0x00, 0x10],
        ];
        assert_eq!(
            reader.receive(&bytes.concat(), Instant::now()),
            [
                Command::Write { to: To::All, register: 0x1c, value: 0x4020_9a80 },
                Command::SetAddress(4),
                Command::ChainInactive
            ]
        );
        assert_eq!(reader.skipped, 1);
    }
}
