//! A board of registers on a desk, whose firmware answers as the published packets do, on a clock that the test owns.

use std::collections::HashMap;

use super::*;

/// Registers of each device on the bus, and the reset line; nothing of it moves by itself.
struct Desk {
    board: OpenBoard,
    now: Instant,
    registers: HashMap<(u8, u8), Vec<u8>>,
    is_released: bool,
    /// A command of the regulator that changes nothing.
    stuck: Option<u8>,
    /// Whether the firmware says anything.
    answers: bool,
    layout: AnswerLayout,
    written: Vec<(u8, Vec<u8>)>,
    events: Vec<BoardEvent>,
}

impl Desk {
    fn new(layout: AnswerLayout) -> Self {
        let now = Instant::now();
        let registers = HashMap::from([
            ((0x4c, 0xfe), vec![0x5d]),
            ((0x4c, 0x01), vec![55]),
            ((0x4c, 0x10), vec![0]),
            // 4,000 turns a minute.
            ((0x4c, 0x46), vec![0x46, 0x05]),
            ((0x24, 0xad), vec![6, 0x54, 0x49, 0x54, 0x6d, 0x24, 0x41]),
            ((0x24, 0x20), vec![0x97]),
            ((0x24, 0x79), vec![0, 0]),
            // 5.125 V, 14 A, 50 °C.
            ((0x24, 0x88), vec![0x90, 0xca]),
            ((0x24, 0x8c), vec![0x80, 0xd3]),
            ((0x24, 0x8d), vec![0x20, 0xe3]),
            ((0x24, 0x8b), vec![0, 0]),
            ((0x24, 0x21), vec![0, 0]),
            ((0x40, 0x03), vec![0x06, 0x40]),
        ]);
        let model = ChipModel::named("bm1370").expect("listed");
        Self {
            board: OpenBoard::new(model, Some(Megahertz(525.0)), now),
            now,
            registers,
            is_released: true,
            stuck: None,
            answers: true,
            layout,
            written: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Its chips run.
    fn running() -> Self {
        let mut desk = Self::new(AnswerLayout::Status);
        desk.run(Duration::from_secs(4));
        assert_eq!(desk.events, [BoardEvent::Powered]);
        desk.board.set_reset(ResetLine::Held, desk.now);
        desk.board.set_reset(ResetLine::Released, desk.now);
        desk.run(Duration::from_secs(2));
        desk.board.chips_ready();
        desk.run(Duration::from_secs(3));
        assert_eq!(desk.board.stance(), Stance::Run(Megahertz(525.0)), "{:?}", desk.events);
        desk.events.clear();
        desk
    }

    fn run(&mut self, time: Duration) {
        let end = self.now + time;
        loop {
            while let Some(packet) = self.board.poll_transmit() {
                if let Some(answer) = self.answer(&packet) {
                    self.now += Duration::from_millis(1);
                    self.board.receive(&answer, self.now);
                }
            }
            self.events.extend(std::iter::from_fn(|| self.board.poll_event()));
            match self.board.poll_timeout().filter(|at| *at <= end) {
                Some(at) => self.now = at.max(self.now),
                None => break,
            }
            self.board.handle_timeout(self.now);
        }
        self.now = end.max(self.now);
    }

    fn answer(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        assert_eq!(usize::from(packet[0]), packet.len());
        let data = match (packet[4], packet[5], &packet[6..]) {
            (5, 0x10, _) => Some(Vec::new()),
            (5, 0x20, [device, bytes @ ..]) => {
                self.write(*device, bytes);
                Some(Vec::new())
            }
            (5, 0x40, [device, register, count]) => {
                self.registers.get(&(*device, *register)).cloned().filter(|bytes| bytes.len() == usize::from(*count))
            }
            (6, 0, [level]) => {
                self.is_released = *level == 1;
                Some(vec![*level])
            }
            (6, 0, []) => Some(vec![u8::from(self.is_released)]),
            (7, 0x50, []) => Some(vec![0, 0]),
            _ => panic!("{packet:02x?}"),
        };
        let id = packet[2];
        let length = |length: usize| u8::try_from(length).expect("short");
        self.answers.then(|| match (self.layout, data) {
            (AnswerLayout::Status, Some(data)) => [&[length(4 + data.len()), 0, id, 0][..], &data].concat(),
            (AnswerLayout::Status, None) => vec![4, 0, id, 0xff],
            (AnswerLayout::DataLength, data) => {
                let data = data.unwrap_or_else(|| vec![0xff]);
                [&[length(data.len()), 0, id][..], &data].concat()
            }
            (AnswerLayout::WholeLength, data) => {
                let data = data.unwrap_or_default();
                [&[length(3 + data.len()), 0, id][..], &data].concat()
            }
        })
    }

    fn write(&mut self, device: u8, bytes: &[u8]) {
        self.written.push((device, bytes.to_vec()));
        if self.stuck == Some(bytes[0]) {
            return;
        }
        if let ([register, value @ ..], true) = (bytes, self.registers.contains_key(&(device, bytes[0]))) {
            self.registers.insert((device, *register), value.to_vec());
        }
        // The output follows the command while it is on.
        match bytes {
            [0x21, ..] if self.volts() > 0.0 => self.set(0x24, 0x8b, &self.registers[&(0x24, 0x21)].clone()),
            [0x01, 0x80] => self.set(0x24, 0x8b, &self.registers[&(0x24, 0x21)].clone()),
            [0x01, 0x00] => self.set(0x24, 0x8b, &[0, 0]),
            _ => {}
        }
    }

    fn set(&mut self, device: u8, register: u8, bytes: &[u8]) {
        self.registers.insert((device, register), bytes.to_vec());
    }

    fn volts(&self) -> f64 {
        let output = &self.registers[&(0x24, 0x8b)];
        f64::from(u16::from_le_bytes([output[0], output[1]])) / 512.0
    }

    fn failure(&self) -> Option<String> {
        self.events.iter().find_map(|event| match event {
            BoardEvent::Failed(error) => Some(error.to_string()),
            _ => None,
        })
    }
}

#[test]
fn chips_get_their_voltage_in_reset_with_the_fan_running_in_every_layout_of_answers() {
    for layout in [AnswerLayout::DataLength, AnswerLayout::Status, AnswerLayout::WholeLength] {
        let mut desk = Desk::new(layout);
        desk.run(Duration::from_millis(1500));
        assert_eq!((desk.is_released, desk.volts()), (false, 0.0), "{layout:?}: the fan comes first");
        assert!(desk.written.contains(&(0x4c, vec![0x4c, 63])), "{layout:?}: at full speed");
        desk.run(Duration::from_secs(3));
        assert_eq!(desk.events, [BoardEvent::Powered], "{layout:?}");
        assert_eq!(desk.board.layout(), Some(layout));
        assert!(!desk.is_released && (desk.volts() - 1.15).abs() < 0.002, "{layout:?}: {} V", desk.volts());
        assert_eq!(desk.board.stance(), Stance::Rest, "{layout:?}: not before they are looked at");
        let operations: Vec<_> =
            desk.written.iter().filter(|(device, bytes)| (*device, bytes[0]) == (0x24, 1)).collect();
        assert_eq!(operations.last(), Some(&&(0x24, vec![1, 0x80])));
        assert_eq!(operations.iter().filter(|(_, bytes)| bytes[1] == 0x80).count(), 1, "on once, last");
    }
}

#[test]
fn what_the_sensors_say_is_read_in_their_units() {
    let desk = Desk::running();
    let reading = desk.board.latest().expect("it has been read");
    assert_eq!((reading.chip, reading.regulator, reading.current), (Some(55.0), Some(50.0), Some(14.0)));
    assert_eq!((reading.input, reading.power, reading.back), (Some(5.125), Some(16.0), None));
    assert_eq!(reading.fan.map(f64::round), Some(4000.0));
}

#[test]
fn a_danger_is_told_and_power_goes_when_the_chips_are_down_or_after_three_seconds_at_the_latest() {
    let fault = |desk: &mut Desk| {
        desk.set(0x24, 0x79, &[0x50, 0x40]);
        desk.run(Duration::from_secs(1));
        let down = |event: &BoardEvent| matches!(event, BoardEvent::Change(change) if change.stance == Stance::Down);
        assert!(desk.events.iter().any(down), "{:?}", desk.events);
    };
    let mut desk = Desk::running();
    fault(&mut desk);
    assert!(desk.is_released, "the chips are brought down first");
    desk.board.power_down(desk.now);
    desk.run(Duration::from_millis(100));
    assert!(!desk.is_released && desk.volts() == 0.0 && desk.events.contains(&BoardEvent::IsDown));
    assert!(desk.board.is_down());

    let mut desk = Desk::running();
    fault(&mut desk);
    desk.run(Duration::from_secs(3));
    assert!(!desk.is_released && desk.volts() == 0.0, "nobody said that they are down");

    // The fault is gone, and it has cooled.
    desk.set(0x24, 0x79, &[0x40, 0]);
    desk.events.clear();
    desk.run(Duration::from_secs(25));
    assert_eq!((desk.volts(), &desk.events[..]), (0.0, &[][..]), "not before half a minute");
    desk.set(0x24, 0x79, &[0, 0]);
    desk.run(Duration::from_secs(10));
    assert_eq!(desk.events, [BoardEvent::Powered]);
}

#[test]
fn a_board_that_trips_again_and_again_stays_off() {
    let mut desk = Desk::new(AnswerLayout::Status);
    desk.set(0x24, 0x79, &[0x10, 0]);
    desk.run(Duration::from_mins(3));
    assert!(desk.failure().is_some_and(|words| words.contains("power was cut again and again")), "{:?}", desk.events);
    assert!(!desk.is_released && desk.volts() == 0.0);
    assert!(desk.board.is_down());
    let cuts = desk.events.iter().filter(|event| **event == BoardEvent::IsDown).count();
    assert_eq!(cuts, 3);
    desk.run(Duration::from_mins(10));
    assert!(desk.volts() < 0.001);
}

#[test]
fn power_waits_for_a_fan_that_turns_and_says_so_once() {
    let mut desk = Desk::new(AnswerLayout::Status);
    desk.set(0x4c, 0x46, &[0xff, 0xff]);
    desk.run(Duration::from_secs(30));
    assert_eq!((&desk.events[..], desk.volts()), (&[BoardEvent::Waits(Danger::FanStopped)][..], 0.0));
    desk.set(0x4c, 0x46, &[0x46, 0x05]);
    desk.run(Duration::from_secs(3));
    assert_eq!(desk.events.last(), Some(&BoardEvent::Powered));
}

#[test]
fn a_board_with_other_parts_or_another_supply_is_never_powered() {
    for (case, device, register, bytes, words) in [
        ("another fan controller", 0x4c, 0xfe, &[0x12][..], "fan controller is not an EMC2101"),
        ("none", 0x4c, 0xfe, &[][..], "refuses to read its fan controller"),
        ("another regulator", 0x24, 0xad, &[6, 1, 2, 3, 4, 5, 6], "regulator is not a TPS546D24"),
        ("voltages in another format", 0x24, 0x20, &[0x40], "format of voltages"),
        ("12 V", 0x24, 0x88, &[0x00, 0xd3], "fed with 12.0 V"),
    ] {
        let mut desk = Desk::new(AnswerLayout::Status);
        desk.set(device, register, bytes);
        desk.run(Duration::from_secs(10));
        assert!(desk.failure().is_some_and(|failure| failure.contains(words)), "{case}: {:?}", desk.events);
        assert!(!desk.written.iter().any(|(_, bytes)| bytes[..] == [1, 0x80]), "{case}");
    }
    let mut deaf = Desk::new(AnswerLayout::Status);
    deaf.stuck = Some(0x21);
    deaf.run(Duration::from_secs(10));
    assert!(deaf.failure().is_some() && deaf.volts() == 0.0, "a voltage that did not arrive: {:?}", deaf.events);
}

#[test]
fn a_channel_that_falls_silent_is_given_up_within_two_seconds() {
    let mut desk = Desk::running();
    desk.answers = false;
    desk.run(Duration::from_secs(2));
    assert!(desk.failure().is_some_and(|words| words.contains("does not answer")), "{:?}", desk.events);
    assert!(!desk.is_released && desk.volts() == 0.0, "what is told last is told without an answer");
}

#[test]
fn an_answer_that_gets_lost_is_asked_for_again() {
    let mut desk = Desk::running();
    desk.answers = false;
    desk.run(Duration::from_millis(600));
    desk.answers = true;
    desk.run(Duration::from_secs(5));
    assert_eq!((desk.events.as_slice(), desk.board.stance()), (&[][..], Stance::Run(Megahertz(525.0))));
}

#[test]
fn a_model_without_a_known_voltage_gets_none() {
    let model = ChipModel::named("bm1387").expect("listed");
    let mut board = OpenBoard::new(model, None, Instant::now());
    assert!(matches!(board.poll_event(), Some(BoardEvent::Failed(BoardError::NoVoltage { .. }))));
    assert_eq!(board.poll_transmit(), None);
}

#[test]
fn another_core_voltage_is_set_within_limits_read_back_and_forgotten_when_power_is_cut() {
    let mut desk = Desk::running();
    for (asked, volts) in [(1100, 1.1), (1200, 1.2), (9999, 1.207), (0, 1.0), (1150, 1.15), (1010, 1.01)] {
        desk.board.set_millivolts(asked, desk.now);
        desk.run(Duration::from_secs(3));
        assert!((desk.volts() - volts).abs() < 0.002, "{asked} mV: {} V", desk.volts());
        assert_eq!(desk.events, [], "{asked} mV is no danger");
    }
    // Two at once: the second is meant.
    desk.board.set_millivolts(1200, desk.now);
    desk.board.set_millivolts(1020, desk.now);
    desk.run(Duration::from_secs(3));
    assert!((desk.volts() - 1.02).abs() < 0.002 && desk.events.is_empty(), "{} V, {:?}", desk.volts(), desk.events);

    desk.board.chips_dead(desk.now);
    desk.run(Duration::from_secs(45));
    assert!((desk.volts() - 1.15).abs() < 0.002, "the makers' own after a cut: {} V", desk.volts());

    let mut desk = Desk::running();
    desk.stuck = Some(0x21);
    desk.board.set_millivolts(1100, desk.now);
    desk.run(Duration::from_secs(3));
    assert!(desk.failure().is_some_and(|words| words.contains("core voltage")), "{:?}", desk.events);

    // One whose limits are volts would take the old ones for the new voltage.
    let mut desk = Desk::new(AnswerLayout::Status);
    desk.set(0x24, 0x20, &[0x17]);
    desk.run(Duration::from_secs(4));
    assert_eq!(desk.board.settable_millivolts(), None);
    desk.board.set_millivolts(1100, desk.now);
    assert!((desk.board.volts() - 1.15).abs() < 1e-9);
}
