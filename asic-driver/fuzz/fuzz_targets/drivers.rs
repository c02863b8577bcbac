//! Whatever comes from a line, and whenever, no driver panics, and none does more for a byte than a byte is worth.

#![no_main]

use std::time::{Duration, Instant};

use hashkit_asic_driver::{
    BoardModel, ChainEvent, ChainSettings, ChipChain, ChipModel, Driver, IcarusBoard, Megahertz, ReplyLength,
    ResetWiring, Silicon, Transmit, crc5,
};
use hashkit_chain::{Algorithm, Coinbase, Hash, Job, Nbits, Ntime, SearchSpace, Target, Version};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, Vec<(u16, Vec<u8>)>)| {
    let (choice, said) = input;
    let settings = ChainSettings {
        frequency: Some(Megahertz(75.0)),
        chips: None,
        reset: if choice & 0x40 == 0 { ResetWiring::Absent } else { ResetWiring::Wired },
        silicon: if choice & 0x80 == 0 { Silicon::Real } else { Silicon::Emulated },
    };
    let mut now = Instant::now();
    let index = usize::from(choice & 0x3f) % (ChipModel::ALL.len() + BoardModel::ALL.len());
    let model = ChipModel::ALL.get(index);
    let mut driver: Box<dyn Driver> = match model {
        Some(model) => Box::new(ChipChain::new(model, settings, now)),
        None => Box::new(IcarusBoard::new(&BoardModel::ALL[index - ChipModel::ALL.len()], settings, now)),
    };
    let mut space = SearchSpace::new(job(), 1);
    driver.assign(space.take_header().expect("room"), now);
    let mut bytes = 0;
    let mut events = 0;
    for (milliseconds, said) in said {
        bytes += said.len();
        driver.receive(&said, now);
        let until = now + Duration::from_millis(u64::from(milliseconds));
        loop {
            while let Some(transmit) = driver.poll_transmit() {
                if let (Transmit::Bytes(frame), Some(model)) = (&transmit, model) {
                    let answer = answer(model, frame);
                    bytes += answer.len();
                    driver.receive(&answer, now);
                }
            }
            while let Some(event) = driver.poll_event() {
                events += usize::from(matches!(event, ChainEvent::Nonce(_)));
                if matches!(event, ChainEvent::WantsWork) {
                    driver.assign(space.take_header().expect("room"), now);
                }
            }
            match driver.poll_timeout().filter(|due| *due <= until) {
                Some(due) => now = due.max(now),
                None => break,
            }
            driver.handle_timeout(now);
        }
        now = until;
    }
    assert!(events * 4 <= bytes, "a nonce takes more than four bytes");
});

/// Two chips say what they are, so that what is said next comes to chips that mine.
fn answer(model: &ChipModel, frame: &[u8]) -> Vec<u8> {
    let is_read_of_ids = matches!(frame, [0x55, 0xaa, 0x52, 5, 0, 0, _] | [0x54, 5, 0, 0, _]);
    let (preamble, length) = match model.reply_length {
        ReplyLength::Seven => (&[][..], 6),
        ReplyLength::Nine => (&[0xaa, 0x55][..], 6),
        _ => (&[0xaa, 0x55][..], 8),
    };
    let mut body = model.chip_id.to_be_bytes().to_vec();
    body.resize(length, 0);
    let last = (0..32).find(|crc| crc5(&[&body[..], &[*crc]].concat()) == 0).expect("one of all");
    let reply = [preamble, &body, &[last]].concat();
    if is_read_of_ids { reply.repeat(2) } else { Vec::new() }
}

fn job() -> Job {
    Job {
        id: "job".into(),
        algorithm: Algorithm::Sha256d,
        version: Version(0x2000_0000),
        version_mask: 0x1fff_e000,
        prev_hash: Hash::ZERO,
        coinbase: Coinbase { prefix: vec![1], extranonce1: vec![2], extranonce2_len: 4, suffix: vec![3] },
        branch: vec![],
        nbits: Nbits(0x1702_3a04),
        ntime: Ntime(1_000),
        last_ntime: Ntime(9_000),
        share_target: Target::ZERO,
    }
}
