//! Whatever comes back over a control channel, and whenever, no reader panics or keeps more than an answer, and a board that cannot be
//! made sense of gets no power.

#![no_main]

use std::time::{Duration, Instant};

use hashkit_asic_driver::{BoardEvent, ChipModel, ControlReader, ControlRequest, OpenBoard};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Vec<(u8, Vec<u8>)>, Vec<(u16, bool, Vec<u8>)>)| {
    let (answers, said) = input;
    let mut reader = ControlReader::default();
    for (choice, bytes) in answers {
        let request = match choice & 3 {
            0 => ControlRequest::ReadPin(0),
            1 => ControlRequest::ReadSupply,
            count => ControlRequest::I2cRead { device: 0x4c, register: 0, count },
        };
        if let Some(answer) = reader.receive(&bytes, &request, choice) {
            assert_eq!(answer.id, choice);
            if let (Ok(data), ControlRequest::I2cRead { count, .. }) = (&answer.data, &request) {
                assert_eq!(data.len(), usize::from(*count));
            }
        }
        if choice & 0x80 != 0 {
            reader.clear();
        }
    }

    let mut now = Instant::now();
    let model = ChipModel::named("bm1370").expect("listed");
    let mut board = OpenBoard::new(model, None, now);
    let mut asked = Vec::new();
    for (milliseconds, is_answer, bytes) in said {
        // Half of what comes is made to look like an answer to what was asked last.
        let id = asked.get(2).copied().unwrap_or(1);
        let length = u16::try_from(bytes.len() + 4).unwrap_or(u16::MAX).to_le_bytes();
        let bytes = if is_answer { [&length[..], &[id, 0], &bytes].concat() } else { bytes };
        board.receive(&bytes, now);
        let until = now + Duration::from_millis(u64::from(milliseconds));
        for _ in 0..10_000 {
            while let Some(packet) = board.poll_transmit() {
                asked = packet;
            }
            while let Some(event) = board.poll_event() {
                assert!(
                    !matches!(event, BoardEvent::Powered) || board.layout().is_some(),
                    "power for what nobody understands"
                );
            }
            match board.poll_timeout().filter(|due| *due <= until) {
                Some(due) => now = due.max(now),
                None => break,
            }
            board.handle_timeout(now);
        }
        now = until;
    }
});
