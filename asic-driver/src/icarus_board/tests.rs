//! A board driven by hand, with the works and nonces of `tests/vectors/bm13xx.json`.

use hashkit_chain::{Algorithm, Coinbase, Job, Nbits, Ntime, SearchSpace, Target, hex};

use super::*;
use crate::chip_chain::ResetWiring;

const SETTINGS: ChainSettings =
    ChainSettings { frequency: None, chips: None, reset: ResetWiring::Absent, silicon: Silicon::Real };

/// The block that every board knows, as a work.
fn known_block(mask: u32) -> (Work, [u8; 4]) {
    let file: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/vectors/bm13xx.json")).expect("JSON");
    let row = &file["icarus"][0];
    let header: [u8; 80] = hex::decode_array(row["header"].as_str().expect("hex")).expect("a header");
    let header = Header::from_bytes(&header);
    let job = Job {
        id: "job".into(),
        algorithm: Algorithm::Sha256d,
        version: header.version,
        version_mask: mask,
        prev_hash: header.prev_hash,
        coinbase: Coinbase { prefix: vec![1], extranonce1: vec![2], extranonce2_len: 4, suffix: vec![3] },
        branch: vec![],
        nbits: header.nbits,
        ntime: header.ntime,
        last_ntime: Ntime(header.ntime.0 + 1),
        share_target: Target::from_compact(Nbits(0x1d00_ffff)).expect("difficulty 1"),
    };
    let work = SearchSpace::new(job, 1).take_header().expect("room").with_header(header);
    (work, hex::decode_array(row["nonces"][0]["nonce_wire"].as_str().expect("hex")).expect("a nonce"))
}

fn board(name: &str, now: Instant) -> IcarusBoard {
    IcarusBoard::new(BoardModel::named(name).expect("listed"), SETTINGS, now)
}

fn sent(board: &mut IcarusBoard) -> Vec<Vec<u8>> {
    let bytes = |transmit| if let Transmit::Bytes(bytes) = transmit { bytes } else { panic!("{transmit:?}") };
    std::iter::from_fn(|| board.poll_transmit()).map(bytes).collect()
}

fn events(board: &mut IcarusBoard) -> Vec<ChainEvent> {
    std::iter::from_fn(|| board.poll_event()).collect()
}

#[test]
fn a_board_that_knows_the_known_answer_mines() {
    let mut now = Instant::now();
    let (work, nonce) = known_block(0);
    let mut board = board("block-erupter", now);
    assert_eq!(sent(&mut board), [KNOWN_WORK.to_vec()]);
    board.assign(work.clone(), now);
    assert_eq!(sent(&mut board), Vec::<Vec<u8>>::new(), "not before it has answered");
    board.receive(&KNOWN_NONCE[..3], now);
    board.receive(&KNOWN_NONCE[3..], now);
    assert!(matches!(events(&mut board)[..], [ChainEvent::Ready { chips: 1, .. }]));
    assert_eq!(sent(&mut board), [KNOWN_WORK.to_vec()], "the known block is what it was given");
    board.receive(&nonce, now);
    let found = events(&mut board);
    let [ChainEvent::Nonce(found)] = &found[..] else { panic!("{found:?}") };
    assert!(found.is_share && found.hashes == 1 << 32);
    board.receive(&nonce, now);
    board.receive(&[1, 2, 3, 4], now);
    let total = board.counts().total();
    assert_eq!((total.nonces, total.duplicates, total.wrong), (1, 1, 1));
    now = board.poll_timeout().expect("its nonces run out");
    board.handle_timeout(now);
    assert!(matches!(events(&mut board)[..], [ChainEvent::WantsWork]), "without a mask each header is one work");
}

#[test]
fn an_answer_may_be_for_the_work_before() {
    let mut now = Instant::now();
    let (work, nonce) = known_block(0x0000_6000);
    let mut board = board("icarus", now);
    board.receive(&KNOWN_NONCE, now);
    board.assign(work, now);
    for _ in 0..3 {
        now = board.poll_timeout().expect("the next version");
        board.handle_timeout(now);
        assert!(!events(&mut board).iter().any(|event| matches!(event, ChainEvent::Failed(_))));
    }
    let works = sent(&mut board);
    assert_eq!(works.len(), 5, "the known work and four versions");
    board.receive(&nonce, now);
    assert_eq!(board.counts().total().wrong, 1, "three works back is too far");
    let mut board = self::board("icarus", now);
    let (work, _) = known_block(0x0000_6000);
    board.receive(&KNOWN_NONCE, now);
    board.assign(work, now);
    now = board.poll_timeout().expect("the next version");
    board.handle_timeout(now);
    board.receive(&nonce, now);
    assert_eq!((board.counts().total().nonces, board.counts().total().late), (1, 1));
}

#[test]
fn a_clocked_board_gets_its_clock_and_ids_tell_works_apart() {
    let mut now = Instant::now();
    let mut board = board("antminer-u1", now);
    assert_eq!(sent(&mut board), [hex::decode("82078106").expect("hex")], "200 MHz");
    now += CLOCK;
    board.handle_timeout(now);
    assert_eq!(sent(&mut board).len(), 1);
    board.receive(&[KNOWN_NONCE[0], KNOWN_NONCE[1], KNOWN_NONCE[2], KNOWN_NONCE[3], 0x80], now);
    let (work, nonce) = known_block(0x0000_6000);
    board.assign(work, now);
    for _ in 0..3 {
        now = board.poll_timeout().expect("the next version");
        board.handle_timeout(now);
    }
    let ids: Vec<u8> = sent(&mut board).iter().map(|work| work[51]).collect();
    assert_eq!(ids, [0, 1, 2, 3]);
    let answer = |id| [&nonce[..], &[id]].concat();
    board.receive(&answer(0x80), now);
    assert_eq!(board.counts().total().nonces, 1);
    board.receive(&answer(0x81), now);
    assert_eq!(board.counts().total().wrong, 1, "another version");
    board.receive(&answer(0x9e), now);
    board.receive(&answer(0x00), now);
    assert_eq!(board.counts().unknown_jobs, 2, "an id that was not sent, and a register");
}

#[test]
fn half_an_answer_does_not_shift_those_after_it() {
    let mut now = Instant::now();
    let (work, nonce) = known_block(0);
    let mut board = board("block-erupter", now);
    board.receive(&[0x11], now);
    now += PARTIAL;
    board.handle_timeout(now);
    board.receive(&KNOWN_NONCE, now);
    board.assign(work, now);
    board.receive(&nonce, now);
    assert_eq!((board.counts().total().nonces, board.counts().skipped_bytes), (1, 1));
}

#[test]
fn a_board_without_the_known_answer_is_given_up_with_words() {
    let mut now = Instant::now();
    let mut board = board("icarus", now);
    for _ in 0..TRIES {
        now = board.poll_timeout().expect("it waits");
        board.handle_timeout(now);
    }
    let all = events(&mut board);
    let [ChainEvent::Failed(error)] = &all[..] else { panic!("{all:?}") };
    assert!(error.to_string().contains("nothing came back"), "{error}");
}
