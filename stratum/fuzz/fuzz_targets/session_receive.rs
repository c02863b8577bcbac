//! No miner makes a session panic, nor hold more than it may; and what it hands on is right in form.
#![no_main]

use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, Coinbase, Difficulty, Hash, Job, Nbits, Ntime, Previous, Share, Target, Version};
use hashkit_stratum::{Refusal, Session, SessionEvent, SessionSettings};
use libfuzzer_sys::fuzz_target;

// The first byte says how long the chunks are, and which of two decisions the owner takes.
fuzz_target!(|input: &[u8]| {
    let Some((&first, bytes)) = input.split_first() else { return };
    let easy = Difficulty::new(1e-10).expect("above zero");
    let mut now = Instant::now();
    let mut session = Session::new(SessionSettings::new(Algorithm::Sha256d, easy, 0x1fff_e000), now);
    session.send_job(&job("bf"), Previous::Worthless);
    for (count, chunk) in bytes.chunks(usize::from(first >> 1).max(1) * 8).enumerate() {
        now += Duration::from_millis(100);
        let result = session.receive(chunk, now).and_then(|()| session.handle_timeout(now));
        while let Some(event) = session.poll_event() {
            decide(&mut session, event, first & 1 == 1);
        }
        if count % 8 == 7 {
            session.send_job(&job(&count.to_string()), Previous::StillCounts);
        }
        let sent = session.poll_transmit().unwrap_or_default();
        assert!(sent.len() <= 256 * 1024 && (sent.is_empty() || sent.ends_with(b"\n")));
        if result.is_err() {
            break;
        }
    }
});

fn decide(session: &mut Session, event: SessionEvent, kindly: bool) {
    match event {
        SessionEvent::Subscribe { agent, session_id } => {
            assert!(agent.len() <= 256 && session_id.is_none_or(|id| id.len() <= 256));
            session.welcome(&[8, 0, 0, 2], 4, "ae68");
        }
        SessionEvent::Authorize { id, user, .. } => {
            assert!(user.len() <= 256 && !user.contains(char::is_control));
            session.accept(id);
        }
        SessionEvent::Submit { id, solution, .. } => {
            Share::check(&solution).expect("every hash meets this target, and the form has been checked");
            if kindly { session.accept(id) } else { session.refuse(id, Refusal::LowDifficulty) }
        }
        SessionEvent::Suggest { difficulty } => {
            // Kept easy, so that every share passes.
            assert!(difficulty.value() > 0.0);
        }
        _ => {}
    }
}

fn job(id: &str) -> Job {
    Job {
        id: id.into(),
        algorithm: Algorithm::Sha256d,
        version: Version(0x2000_0000),
        version_mask: 0,
        prev_hash: Hash::ZERO,
        coinbase: Coinbase { prefix: vec![1], extranonce1: vec![], extranonce2_len: 4, suffix: vec![2] },
        branch: vec![],
        nbits: Nbits(0x1d00_ffff),
        ntime: Ntime(0x504e_86b9),
        last_ntime: Ntime(0x504e_86b9 + 7000),
        share_target: Target::MAX,
    }
}
