//! Chains driven by hand: a clock that the test owns, and chips that say what the test wants.

use hashkit_chain::{Algorithm, Coinbase, Hash, Header, Job, Nbits, Ntime, SearchSpace, Target, Version, hex};
use serde_json::Value;

use super::*;
use crate::crc::{crc5, crc5_of_bits};
use crate::driver::{ChainError, ChainNonce, ResetLine};

const MASK: u32 = 0x1fff_e000;

/// A chain, and chips that answer to a read of their ids as many times as they are.
struct Line {
    chain: ChipChain,
    now: Instant,
    /// How many chips answer, and what they call themselves.
    chips: u16,
    chip_id: u16,
    /// Rates at which they hear.
    hears: Vec<u32>,
    baud: u32,
    sent: Vec<Vec<u8>>,
    bauds: Vec<u32>,
    resets: Vec<ResetLine>,
    events: Vec<ChainEvent>,
}

impl Line {
    fn new(name: &str, chips: u16, settings: ChainSettings) -> Self {
        let model = ChipModel::named(name).expect("listed");
        let now = Instant::now();
        Self {
            chain: ChipChain::new(model, settings, now),
            now,
            chips,
            chip_id: model.chip_id,
            hears: vec![FIRST_BAUD, model.fast_line.baud],
            baud: FIRST_BAUD,
            sent: Vec::new(),
            bauds: Vec::new(),
            resets: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Lets the clock run as [`Driver::poll_timeout`] alone says, until it is ready; how long that takes.
    fn start_by_timeouts(&mut self) -> Duration {
        let began = self.now;
        self.drain();
        while !self.is_ready() {
            self.now = self.chain.poll_timeout().expect("something is due until it is ready").max(self.now);
            assert!(self.now < began + Duration::from_mins(2), "{:?}", self.events);
            self.chain.handle_timeout(self.now);
            self.drain();
        }
        self.now - began
    }

    /// Started, with a first work of this job.
    fn mining(name: &str, chips: u16, settings: ChainSettings, work: Work) -> Self {
        let mut line = Self::new(name, chips, settings);
        line.chain.assign(work, line.now);
        while !line.is_ready() {
            line.run(Duration::from_millis(10));
            assert!(line.failure().is_none(), "{:?}", line.events);
        }
        line.events.retain(|event| matches!(event, ChainEvent::WantsWork));
        line
    }

    fn is_ready(&self) -> bool {
        self.events.iter().any(|event| matches!(event, ChainEvent::Ready { .. }))
    }

    fn run(&mut self, time: Duration) {
        self.run_with(time, |_| {});
    }

    /// Lets the clock run on, from one thing that is due to the next.
    fn run_with(&mut self, time: Duration, mut at_each: impl FnMut(&mut Self)) {
        let end = self.now + time;
        loop {
            self.drain();
            at_each(self);
            match self.chain.poll_timeout().filter(|at| *at <= end) {
                Some(at) => self.now = at.max(self.now),
                None => break,
            }
            self.chain.handle_timeout(self.now);
        }
        self.now = end;
        self.chain.handle_timeout(self.now);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(transmit) = self.chain.poll_transmit() {
            match transmit {
                Transmit::Bytes(bytes) => self.hear(bytes),
                Transmit::Baud(baud) => {
                    self.baud = baud;
                    self.bauds.push(baud);
                }
                Transmit::Reset(line) => self.resets.push(line),
            }
        }
        while let Some(event) = self.chain.poll_event() {
            self.events.push(event);
        }
    }

    fn hear(&mut self, bytes: Vec<u8>) {
        let read = Register::ChipId.read(Chips::All).encode(self.chain.model.framing);
        let is_heard = self.hears.contains(&self.baud);
        let is_read = bytes == read;
        self.sent.push(bytes);
        if is_read && is_heard {
            for _ in 0..self.chips {
                let reply = self.id_reply();
                self.chain.receive(&reply, self.now);
            }
        }
    }

    fn id_reply(&self) -> Vec<u8> {
        let [high, low] = self.chip_id.to_be_bytes();
        let body: &[u8] = match self.chain.model.reply_length {
            ReplyLength::Seven => &[high, low, 0x90, 0, 0, 0],
            ReplyLength::Nine => &[high, low, 0, 0, 0, 0],
            _ => &[high, low, 0, 0, 0, 0, 0, 0],
        };
        self.reply(body, 0)
    }

    /// A reply with its checksum and kind.
    fn reply(&self, body: &[u8], kind: u8) -> Vec<u8> {
        let mut reply = [body, &[kind]].concat();
        let crc = crc5_of_bits(&reply, body.len() * 8 + 3);
        *reply.last_mut().expect("not empty") |= crc;
        assert_eq!(crc5(&reply), 0);
        if self.chain.model.reply_length == ReplyLength::Seven { reply } else { [&[0xaa, 0x55][..], &reply].concat() }
    }

    fn nonce(&self, nonce: [u8; 4], field: [u8; 2], version: &[u8]) -> Vec<u8> {
        self.reply(&[&nonce[..], &field, version].concat(), 0x80)
    }

    fn say(&mut self, bytes: &[u8]) {
        self.chain.receive(bytes, self.now);
        self.drain();
    }

    fn nonces(&self) -> Vec<&ChainNonce> {
        fn nonce(event: &ChainEvent) -> Option<&ChainNonce> {
            if let ChainEvent::Nonce(nonce) = event { Some(nonce) } else { None }
        }
        self.events.iter().filter_map(nonce).collect()
    }

    fn troubles(&self) -> Vec<&Trouble> {
        fn trouble(event: &ChainEvent) -> Option<&Trouble> {
            if let ChainEvent::Trouble(trouble) = event { Some(trouble) } else { None }
        }
        self.events.iter().filter_map(trouble).collect()
    }

    fn failure(&self) -> Option<&ChainError> {
        self.events.iter().find_map(|event| if let ChainEvent::Failed(error) = event { Some(error) } else { None })
    }

    /// The jobs among what was sent.
    fn jobs(&self) -> Vec<&Vec<u8>> {
        let at = if self.chain.model.reply_length == ReplyLength::Seven { 0 } else { 2 };
        self.sent.iter().filter(|frame| frame.get(at) == Some(&0x21)).collect()
    }
}

fn settings() -> ChainSettings {
    ChainSettings { frequency: Some(Megahertz(75.0)), chips: None, reset: ResetWiring::Absent, silicon: Silicon::Real }
}

fn job(mask: u32) -> Job {
    Job {
        id: "job".into(),
        algorithm: Algorithm::Sha256d,
        version: Version(0x2000_0000),
        version_mask: mask,
        prev_hash: Hash::ZERO,
        coinbase: Coinbase { prefix: vec![1], extranonce1: vec![2], extranonce2_len: 4, suffix: vec![3] },
        branch: vec![],
        nbits: Nbits(0x1702_3a04),
        ntime: Ntime(1_000),
        last_ntime: Ntime(9_000),
        share_target: Target::ZERO,
    }
}

fn vectors() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/bm13xx.json")).expect("JSON")
}

/// A captured job as a work, with its first nonce: four bytes, the field, and the version bits.
fn captured(id: &str) -> (Work, Vec<[Vec<u8>; 3]>) {
    let file = vectors();
    let rows = file["full_header_jobs"].as_array().expect("rows");
    let row = rows.iter().find(|row| row["id"] == id).expect("a row of this id");
    let nonces = row["nonces"].as_array().expect("nonces");
    let header: [u8; 80] = hex::decode_array(nonces[0]["header"].as_str().expect("hex")).expect("a header");
    let version = hex::decode_array::<4>(row["fields"]["version_le"].as_str().expect("hex")).expect("a version");
    let header = Header { version: Version(u32::from_le_bytes(version)), ..Header::from_bytes(&header) };
    let share_target = Target::from_compact(Nbits(0x1c7f_ffff)).expect("a target");
    let job = Job { version: header.version, share_target, nbits: header.nbits, ..job(MASK) };
    let work = SearchSpace::new(job, 1).take_header().expect("room").with_header(header);
    let parts = nonces.iter().map(|nonce| {
        let frame = hex::decode(nonce["rx"].as_str().expect("hex")).expect("hex");
        [frame[2..6].to_vec(), frame[6..8].to_vec(), frame[8..10].to_vec()]
    });
    (work, parts.collect())
}

/// The same reply for a job of another id.
fn with_id(line: &Line, [nonce, field, version]: &[Vec<u8>; 3], id: u8) -> Vec<u8> {
    let field = u16::from_be_bytes([field[0], field[1]]);
    let (mask, shift) = if line.chain.model.small_cores == 16 { (0x01f0, 1) } else { (0x00f8, 0) };
    let field = (field & !mask | u16::from(id) << shift).to_be_bytes();
    line.nonce([nonce[0], nonce[1], nonce[2], nonce[3]], field, version)
}

#[test]
fn captured_nonces_are_believed_and_credited_to_their_chips() {
    for (id, name, chips) in
        [("bm1370-gamma", "bm1370", 1), ("s21-stock-00", "bm1368", 108), ("s19xp-stock-00", "bm1366", 110)]
    {
        let (work, nonces) = captured(id);
        let mut line = Line::mining(name, chips, settings(), work.clone());
        for nonce in &nonces {
            let frame = with_id(&line, nonce, 0);
            line.say(&frame);
        }
        let total = line.chain.counts().total();
        assert_eq!((total.nonces, total.wrong, total.duplicates), (nonces.len() as u64, 0, 0), "{id}");
        for (claim, nonce) in line.nonces().iter().zip(&nonces) {
            let header = Header { version: claim.solution.version, nonce: claim.solution.nonce, ..*work.header() };
            assert!(header.id().to_string().starts_with("0000000000"), "{id}: {header:?}");
            assert!(
                claim.hashes >= 1 << 32 && claim.chip < chips && claim.solution.nonce.0.to_le_bytes() == nonce[0][..]
            );
        }
        assert_eq!(line.chain.counts().bad_frames, 0);
        assert!(line.chain.rates(line.now + Duration::from_secs(1)).measured.is_some());
    }
}

#[test]
fn every_way_a_reply_can_be_wrong_has_a_counter_of_its_own() {
    let (work, nonces) = captured("s21-stock-00");
    let mut line = Line::mining("bm1368", 108, settings(), work.clone());
    let good = with_id(&line, &nonces[0], 0);
    let [nonce, field, version] = &nonces[1];
    let wrong = with_id(&line, &[vec![nonce[0], nonce[1], nonce[2] ^ 1, nonce[3]], field.clone(), version.clone()], 0);
    let elsewhere = with_id(&line, &nonces[1], 8);
    let mut flipped = good.clone();
    flipped[4] ^= 0x20;
    let count = |line: &Line| {
        let (counts, total) = (line.chain.counts(), line.chain.counts().total());
        [
            total.nonces,
            total.wrong,
            total.duplicates,
            total.late,
            counts.unknown_jobs,
            counts.bad_frames,
            counts.resyncs,
        ]
    };
    let mut expected = [0; 7];
    for (case, bytes, at) in [
        ("right", &good[..], 0),
        ("a wrong nonce", &wrong, 1),
        ("the same again", &good, 2),
        ("a job that was never sent", &elsewhere, 4),
        ("a flipped bit", &flipped, 5),
        ("right, and in step again", &with_id(&line, &nonces[2], 0), 0),
    ] {
        line.say(bytes);
        expected[at] += 1;
        expected[6] += u64::from(case.ends_with("again") && at == 0);
        assert_eq!(count(&line), expected, "{case}");
    }
    let fresh = SearchSpace::new(job(MASK), 2).take_header().expect("room");
    line.chain.assign(fresh, line.now);
    line.say(&with_id(&line, &nonces[3], 0));
    expected[0] += 1;
    expected[3] += 1;
    assert_eq!(count(&line), expected, "right, for the job before");
}

#[test]
fn version_bits_outside_the_pools_mask_are_not_believed() {
    let (work, nonces) = captured("s21-stock-00");
    let narrow = Job { version_mask: 0x0000_2000, ..(**work.job()).clone() };
    let work = SearchSpace::new(narrow, 1).take_header().expect("room").with_header(*work.header());
    let mut line = Line::mining("bm1368", 108, settings(), work);
    line.say(&with_id(&line, &nonces[0], 0));
    assert_eq!((line.chain.counts().total().wrong, line.nonces().len()), (1, 0));
    let narrowed = Register::VersionRolling.write(Chips::All, 0x9000_0001).encode(line.chain.model.framing);
    assert!(line.sent.contains(&narrowed), "the chips are told the mask");
}

#[test]
fn jobs_are_renewed_before_the_chips_are_through_and_none_is_sent_twice() {
    for (name, chips, mask) in [
        ("bm1370", 1, MASK),
        ("bm1370", 1, 0),
        ("bm1368", 108, MASK),
        ("bm1366", 110, 0x0000_e000),
        ("bm1362", 4, MASK),
        ("bm1397", 1, MASK),
        ("bm1397", 6, 0),
        ("bm1387", 2, MASK),
    ] {
        let mut space = SearchSpace::new(job(mask), 1);
        let mut line = Line::mining(name, chips, settings(), space.take_header().expect("room"));
        let began = line.now;
        let before = line.jobs().len();
        line.run_with(Duration::from_secs(5), |line| {
            let wants = line.events.iter().filter(|event| matches!(event, ChainEvent::WantsWork)).count();
            line.events.clear();
            for _ in 0..wants {
                line.chain.assign(space.take_header().expect("room"), line.now);
            }
        });
        let jobs: Vec<&[u8]> = line.jobs().iter().skip(before).map(|job| &job[5..]).collect();
        let distinct: std::collections::HashSet<&&[u8]> = jobs.iter().collect();
        assert_eq!(distinct.len(), jobs.len(), "{name}, mask {mask:08x}: a job was sent twice");
        let lasts = line.chain.lasts(line.chain.model.versions_a_job(1 << (mask & ROLLABLE).count_ones()));
        let frame = Duration::from_secs_f64(jobs[0].len() as f64 * 10.0 / f64::from(line.baud));
        let needed = (line.now - began).as_secs_f64() / lasts.min(LONGEST_JOB).max(frame * 3).as_secs_f64();
        assert!(jobs.len() as f64 >= 0.9 * needed.floor(), "{name}, mask {mask:08x}: {} jobs of {needed}", jobs.len());
    }
}

#[test]
fn a_chain_at_rest_counts_to_zero_and_goes_on_with_the_next_work() {
    let mut space = SearchSpace::new(job(MASK), 1);
    let mut line = Line::mining("bm1366", 4, settings(), space.take_header().expect("room"));
    let write = |value| Register::HashCountingNumber.write(Chips::All, value).encode(line.chain.model.framing);
    let zero = write(0);
    line.sent.clear();
    line.chain.rest(line.now);
    line.run(Duration::from_mins(5));
    assert_eq!(line.sent, std::slice::from_ref(&zero));
    assert!(line.troubles().is_empty(), "silence at rest is no fault: {:?}", line.troubles());
    line.chain.assign(space.take_header().expect("room"), line.now);
    line.run(Duration::from_millis(1));
    assert_eq!((line.sent.len(), line.sent[1][5], line.sent[1] != zero), (3, 0x10, true), "number, then job");
}

#[test]
fn parked_chips_are_slow_and_count_to_zero() {
    let mut line = Line::mining("bm1366", 4, settings(), SearchSpace::new(job(MASK), 1).take_header().expect("room"));
    line.sent.clear();
    line.chain.park(line.now);
    line.run(Duration::from_secs(2));
    assert!(matches!(line.events.last(), Some(ChainEvent::Parked)), "{:?}", line.events);
    let model = line.chain.model;
    let slowest = Register::Pll0.write(Chips::All, model.pll.register_value(model.pll.nearest(model.limits.slowest)));
    assert_eq!(line.sent.last(), Some(&slowest.encode(model.framing)));
    let counts = line.sent.iter().filter(|frame| frame[5] == 0x10).count();
    assert_eq!(counts, 1, "zero alone");
    line.chain.assign(SearchSpace::new(job(MASK), 2).take_header().expect("room"), line.now);
    line.run(Duration::from_secs(10));
    assert_eq!(line.jobs().len(), 0, "and stay so");
}

#[test]
fn what_does_not_start_is_told_in_words_that_say_what_to_do() {
    let reset = ChainSettings { reset: ResetWiring::Wired, ..settings() };
    let mut silent = Line::new("bm1366", 0, reset);
    silent.run(Duration::from_secs(30));
    assert_eq!(silent.failure(), Some(&ChainError::NoAnswer));
    assert_eq!(silent.resets[..2], [ResetLine::Held, ResetLine::Released]);

    let mut other = Line::new("bm1366", 1, settings());
    other.chip_id = 0x1370;
    other.run(Duration::from_secs(30));
    let error = other.failure().expect("it fails");
    assert_eq!(error.to_string(), "the chips call themselves BM1370, not bm1366: name the right model behind the port");

    let mut fewer = Line::new("bm1368", 3, ChainSettings { chips: Some(4), ..settings() });
    fewer.run(Duration::from_secs(30));
    assert!(fewer.is_ready() && fewer.troubles().contains(&&Trouble::ChipCount { found: 3, expected: 4 }));

    let mut left_fast = Line::new("bm1370", 1, settings());
    left_fast.hears = vec![1_000_000];
    left_fast.run(Duration::from_secs(30));
    assert!(left_fast.is_ready(), "chips of the run before: {:?}", left_fast.events);

    let mut slow = Line::new("bm1370", 1, settings());
    slow.hears = vec![FIRST_BAUD];
    slow.run(Duration::from_secs(30));
    assert!(slow.is_ready() && slow.troubles().contains(&&Trouble::BaudNotTaken { baud: 1_000_000 }));
    assert_eq!(slow.bauds, [1_000_000, FIRST_BAUD]);
}

#[test]
fn a_chain_that_falls_silent_or_is_mostly_wrong_is_started_again_and_then_given_up() {
    let mut space = SearchSpace::new(job(MASK), 1);
    let mut line = Line::mining("bm1370", 1, settings(), space.take_header().expect("room"));
    line.run_with(Duration::from_mins(5), |line| {
        if line.events.iter().any(|event| matches!(event, ChainEvent::WantsWork)) {
            line.events.retain(|event| !matches!(event, ChainEvent::WantsWork));
            line.chain.assign(space.take_header().expect("room"), line.now);
        }
    });
    let silences = line.troubles().iter().filter(|trouble| matches!(trouble, Trouble::ChainSilent { .. })).count();
    assert_eq!((silences, line.failure()), (4, Some(&ChainError::Dead { starts: 4 })));

    let (work, nonces) = captured("s21-stock-00");
    let mut line = Line::mining("bm1368", 108, settings(), work);
    for count in 0..64_u8 {
        let [nonce, field, version] = &nonces[1];
        let wrong = with_id(&line, &[vec![nonce[0], nonce[1], nonce[2], count], field.clone(), version.clone()], 0);
        line.say(&wrong);
    }
    assert!(matches!(line.troubles()[..], [Trouble::MostlyWrong { wrong: 63, of: 64 }]), "{:?}", line.troubles());
    line.events.clear();
    line.run(Duration::from_secs(12));
    assert!(line.is_ready(), "started again: {:?}", line.events);
}

#[test]
fn garbage_at_power_up_neither_starts_nor_stops_anything() {
    let mut line = Line::new("bm1366", 2, settings());
    let garbage: Vec<u8> = (0..=255).cycle().take(3_000).collect();
    line.say(&garbage);
    line.run(Duration::from_secs(12));
    assert!(line.is_ready(), "{:?}", line.events);
    assert_eq!(line.chain.chips(), 2);
}

#[test]
fn the_clock_is_changed_in_steps_while_it_mines_and_never_beyond_the_limits() {
    let mut line = Line::mining("bm1370", 1, settings(), SearchSpace::new(job(MASK), 1).take_header().expect("room"));
    line.sent.clear();
    line.chain.set_frequency(Megahertz(2_000.0), line.now);
    line.run(Duration::from_secs(12));
    let model = line.chain.model;
    let clocks = line.sent.iter().filter(|frame| frame.len() == 11 && frame[5] == 0x08);
    let clocks: Vec<f64> = clocks
        .filter_map(|frame| model.pll.setting(u32::from_be_bytes([frame[6], frame[7], frame[8], frame[9]])))
        .map(|pll| pll.frequency().0)
        .collect();
    assert_eq!((clocks.first(), clocks.last()), (Some(&75.0), Some(&650.0)), "{clocks:?}");
    assert_eq!(line.chain.phase, Phase::Mining);
}

#[test]
fn cores_that_were_just_opened_are_counted_and_not_believed() {
    let mut line = Line::mining("bm1387", 2, settings(), SearchSpace::new(job(MASK), 1).take_header().expect("room"));
    for frame in ["7203ea83000684", "e16bf809017093"] {
        line.say(&hex::decode(frame).expect("hex"));
    }
    let (counts, total) = (line.chain.counts(), line.chain.counts().total());
    assert_eq!((counts.core_answers, counts.unknown_jobs, total), (2, 0, crate::counts::ChipCounts::default()));
}

pub(crate) fn fresh() -> Work {
    SearchSpace::new(job(MASK), 1).take_header().expect("room")
}

/// The clocks among what was sent, in MHz.
fn clocks(line: &Line) -> Vec<f64> {
    let model = line.chain.model;
    let clocks = line.sent.iter().filter(|frame| frame.len() == 11 && frame[5] == 0x08);
    clocks
        .filter_map(|frame| model.pll.setting(u32::from_be_bytes([frame[6], frame[7], frame[8], frame[9]])))
        .map(|pll| pll.frequency().0)
        .collect()
}

#[test]
fn frames_that_reads_cut_in_two_are_whole_however_long_the_stream_goes_on() {
    let (work, nonces) = captured("s21-stock-00");
    let mut line = Line::mining("bm1368", 108, settings(), work);
    let stream: Vec<u8> = nonces.iter().flat_map(|nonce| with_id(&line, nonce, 0)).collect();
    // Never more than five bytes at once, 10 ms apart: something is always pending.
    for piece in stream.chunks(5) {
        line.say(piece);
        line.run(Duration::from_millis(10));
    }
    let counts = line.chain.counts();
    assert_eq!((counts.total().nonces, counts.skipped_bytes), (nonces.len() as u64, 0));
}

#[test]
fn a_clock_that_is_turned_down_while_the_chips_start_or_ramp_is_never_exceeded_nor_jumped_to() {
    let mut line = Line::new("bm1370", 1, ChainSettings { frequency: Some(Megahertz(525.0)), ..settings() });
    line.run(Duration::from_secs(2));
    let before = *clocks(&line).last().expect("the ramp has begun");
    assert!((75.0..200.0).contains(&before), "{before}");
    line.chain.set_frequency(Megahertz(150.0), line.now);
    line.run(Duration::from_secs(12));
    assert!(line.is_ready());
    let all = clocks(&line);
    let from = all.iter().position(|clock| (clock - before).abs() < 1e-9).expect("it was there");
    assert!(all[from..].iter().all(|clock| *clock <= before.max(150.0)), "{all:?}");
    assert_eq!(all.last(), Some(&150.0));

    // Up and, before it is there, down again.
    line.chain.assign(fresh(), line.now);
    line.chain.set_frequency(Megahertz(600.0), line.now);
    line.run(Duration::from_secs(1));
    line.chain.set_frequency(Megahertz(500.0), line.now);
    line.run(Duration::from_secs(10));
    let all = clocks(&line);
    assert!(all.windows(2).all(|pair| pair[1] - pair[0] <= 12.5 + 1e-9), "it jumps: {all:?}");
    assert_eq!((all.last(), line.chain.clock), (Some(&500.0), Megahertz(500.0)));
}

#[test]
fn chips_are_brought_down_from_wherever_a_start_has_left_them() {
    for milliseconds in (0..15_000).step_by(250) {
        let reset = ChainSettings { frequency: Some(Megahertz(525.0)), reset: ResetWiring::Wired, ..settings() };
        let mut line = Line::new("bm1366", 4, reset);
        line.chain.assign(fresh(), line.now);
        line.run(Duration::from_millis(milliseconds));
        line.sent.clear();
        line.chain.park(line.now);
        line.run(Duration::from_secs(3));
        assert!(matches!(line.events.last(), Some(ChainEvent::Parked)), "after {milliseconds} ms: {:?}", line.events);
        let zero = Register::HashCountingNumber.write(Chips::All, 0).encode(line.chain.model.framing);
        assert_eq!(line.sent.first(), Some(&zero), "after {milliseconds} ms");
        let numbers = line.sent.iter().filter(|frame| frame[5] == 0x10).count();
        let clocks = clocks(&line);
        assert!(clocks.is_sorted_by(|a, b| a >= b) && numbers == 1, "after {milliseconds} ms: {clocks:?}");
        assert_eq!(clocks.last(), Some(&50.0), "after {milliseconds} ms");
        assert_eq!(line.resets.last(), Some(&ResetLine::Held), "after {milliseconds} ms");
    }
}

#[test]
fn a_chip_that_has_not_heard_the_newest_jobs_is_believed_and_given_another_at_once() {
    let (work, nonces) = captured("s21-stock-00");
    let mut line = Line::mining("bm1368", 108, settings(), work);
    // Every id has been used again since.
    for _ in 0..40 {
        line.chain.assign(fresh(), line.now);
    }
    line.say(&with_id(&line, &nonces[0], 0));
    let total = line.chain.counts().total();
    assert_eq!((total.nonces, total.late, total.wrong), (1, 1, 0), "it was right for the job before of this id");
    // As late as that it may have been on its way.
    let jobs = line.chain.counts().jobs;
    line.events.clear();
    line.run(Duration::from_millis(1));
    assert_eq!((line.chain.counts().jobs, line.events.len()), (jobs, 0));
    // But not now.
    line.run(Duration::from_millis(400));
    line.say(&with_id(&line, &nonces[1], 0));
    line.run(Duration::from_millis(1));
    assert!(matches!(line.events.last(), Some(ChainEvent::WantsWork)), "{:?}", line.events);
}

#[test]
fn nonces_of_a_job_that_was_sent_under_a_harder_mask_are_not_called_wrong() {
    let (work, nonces) = captured("s21-stock-00");
    let mut line = Line::mining("bm1368", 108, settings(), work.clone());
    line.chain.ring.lower_zero_bits(0);
    let hard = line.chain.ring.get(0).next().expect("sent").clone();
    line.chain.ring = Ring::new(line.chain.model.job_ids);
    line.chain.ring.push(Sent { zero_bits: 30, ..hard });
    line.chain.ticket_mask = TicketMask::with_zero_bits(30);
    // Shares that are as easy as can be have the mask lowered.
    let easy = Job { share_target: Target::from_be_bytes([0xff; 32]), ..(**work.job()).clone() };
    line.chain.assign(SearchSpace::new(easy, 2).take_header().expect("room"), line.now);
    line.say(&with_id(&line, &nonces[0], 0));
    let total = line.chain.counts().total();
    assert_eq!((total.nonces, total.wrong), (1, 0));
}

#[test]
fn a_count_in_which_answers_were_damaged_is_taken_again() {
    let mut line = Line::new("bm1366", 0, settings());
    line.run(Duration::from_millis(20));
    let (good, mut bad) = (line.id_reply(), line.id_reply());
    bad[3] ^= 4;
    line.say(&[good.clone(), bad, good].concat());
    line.chips = 3;
    line.run(Duration::from_secs(12));
    assert!(line.is_ready());
    assert_eq!(line.chain.chips(), 3);
}

/// Lets chips answer every question for a register, each with what it has counted at so many hashes a second.
fn with_counters(line: &mut Line, time: Duration, rate: impl Fn(usize) -> f64) {
    let (began, mut heard) = (line.now, line.sent.len());
    let addresses = bring_up::addresses(line.chain.chips());
    line.run_with(time, |line| {
        for at in heard..line.sent.len() {
            let frame = line.sent[at].clone();
            let body = if line.chain.model.reply_length == ReplyLength::Seven { &frame[..] } else { &frame[2..] };
            let &[0x42 | 0x44, 5, address, register, _] = body else { continue };
            let chip = addresses.iter().position(|own| *own == address).expect("the address of a chip");
            let counted = rate(chip) * (line.now - began).as_secs_f64() / 2_f64.powi(32);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            let value = match (line.chain.model.name, register) {
                (_, 0x88..=0x8b) => (counted / 4.0) as u32,
                (_, 0x8c) => counted as u32,
                (_, 0x4c) => (counted / 100.0) as u32,
                ("bm1397", 0x04) => (rate(chip) / f64::from(1 << 20)) as u32,
                ("bm1387", 0x08) => (rate(chip) / f64::from(1 << 24)) as u32,
                _ => panic!("{frame:02x?}"),
            };
            let [a, b, c, d] = value.to_be_bytes();
            let reply = match line.chain.model.reply_length {
                ReplyLength::Seven => line.reply(&[a, b, c, d, 0, 0], 0),
                ReplyLength::Nine => line.reply(&[a, b, c, d, address, register], 0),
                _ => line.reply(&[a, b, c, d, address, register, 0, 0], 0),
            };
            line.chain.receive(&reply, line.now);
        }
        heard = line.sent.len();
        // They find nothing here, and are not to be started again for it.
        line.chain.heard_nothing_yet(line.now);
    });
}

#[test]
fn what_chips_count_themselves_is_read_chip_by_chip_and_is_a_hashrate_of_its_own() {
    for (name, chips) in [("bm1370", 2), ("bm1368", 108), ("bm1366", 6), ("bm1397", 3), ("bm1387", 2)] {
        let fast = ChainSettings { frequency: Some(Megahertz(500.0)), ..settings() };
        let mut line = Line::mining(name, chips, fast, fresh());
        assert_eq!(line.chain.rates(line.now).chip_counter, None, "{name}: nothing has been read");
        let of_one = line.chain.model.expected(1, Megahertz(500.0)).per_second();
        // The second chip does half of its work.
        let rate = |chip| if chip == 1 { of_one / 2.0 } else { of_one };
        with_counters(&mut line, Duration::from_mins(1), rate);
        let rates = line.chain.chip_counters(line.now);
        assert_eq!(rates.len(), usize::from(chips));
        for (chip, counted) in rates.iter().enumerate() {
            let counted = counted.expect("it has answered").per_second();
            assert!((counted / rate(chip) - 1.0).abs() < 0.05, "{name}, chip {chip}: {counted}");
        }
        let sum: f64 = (0..usize::from(chips)).map(rate).sum();
        let counted = line.chain.rates(line.now).chip_counter.expect("all have answered").per_second();
        assert!((counted / sum - 1.0).abs() < 0.05, "{name}: {counted} of {sum}");
        let errors = line.chain.counts().chips[0].own_errors;
        assert_eq!(errors > 0, line.chain.model.takes_whole_headers(), "{name}: {errors}");
        // What is old is left out.
        let later = line.now + Duration::from_mins(3);
        assert_eq!(
            (line.chain.rates(later).chip_counter, line.chain.chip_counters(later)),
            (None, vec![None; rates.len()])
        );
    }
    let mut line = Line::mining("bm1362", 2, settings(), fresh());
    with_counters(&mut line, Duration::from_mins(1), |_| panic!("no register of it is known"));
    assert_eq!((line.chain.rates(line.now).chip_counter, line.chain.chip_counters(line.now)), (None, vec![None; 2]));
}

#[test]
fn a_count_beyond_all_reason_or_one_that_began_anew_is_left_out() {
    let fast = ChainSettings { frequency: Some(Megahertz(500.0)), ..settings() };
    let mut line = Line::mining("bm1370", 1, fast, fresh());
    let of_one = line.chain.model.expected(1, Megahertz(500.0)).per_second();
    with_counters(&mut line, Duration::from_secs(40), |_| of_one);
    let before = line.chain.chip_counters(line.now);
    for (minute, value) in (1..).zip([u32::MAX, 0]) {
        let then = line.now + Duration::from_mins(minute);
        let asked = line.chain.counters.question(then).expect("due");
        let Command::Read { register, .. } = asked else { panic!("{asked:?}") };
        line.chain.heard_counter(Answer { value, address: 0, register }, then);
        assert_eq!(line.chain.chip_counters(line.now), before, "{value}");
    }
}

#[test]
fn nonces_that_come_out_wrong_while_the_clock_moves_do_not_start_the_chips_again() {
    let (work, nonces) = captured("s21-stock-00");
    let mut line = Line::mining("bm1368", 108, settings(), work);
    let [nonce, field, version] = &nonces[1];
    line.chain.set_frequency(Megahertz(500.0), line.now);
    for count in 0..=255 {
        line.run(Duration::from_millis(20));
        let wrong = with_id(&line, &[vec![nonce[0], nonce[1], nonce[2] ^ 1, count], field.clone(), version.clone()], 0);
        line.say(&wrong);
    }
    assert_eq!((line.chain.counts().total().wrong, line.troubles()), (256, vec![]));
}

#[test]
fn whoever_calls_when_something_is_due_and_not_oftener_gets_there_all_the_same() {
    for model in ChipModel::ALL {
        for hears in [vec![FIRST_BAUD], vec![FIRST_BAUD, model.fast_line.baud]] {
            let mut line = Line::new(model.name, 3, settings());
            line.hears.clone_from(&hears);
            let took = line.start_by_timeouts();
            assert!(took < Duration::from_secs(10), "{model}, heard at {hears:?}: {took:?}");
            line.chain.park(line.now);
            while let Some(due) = line.chain.poll_timeout() {
                line.now = due;
                line.chain.handle_timeout(due);
                line.drain();
            }
            assert!(matches!(line.events.last(), Some(ChainEvent::Parked)), "{model}: {:?}", line.events);
        }
    }
}

#[test]
fn chips_that_say_nothing_after_a_start_are_told_again_before_they_are_started_again() {
    for model in ChipModel::ALL {
        let fast = ChainSettings { frequency: Some(Megahertz(500.0)), ..settings() };
        let mut line = Line::mining(model.name, 2, fast, fresh());
        line.sent.clear();
        line.run(Duration::from_secs(5));
        let mask = if model.family == Family::Bm1387 { 0x18 } else { 0x14 };
        let masks =
            line.sent.iter().filter(|frame| frame.len() < 12 && frame.iter().rev().nth(5) == Some(&mask)).count();
        assert!(masks > 0 && line.troubles().is_empty(), "{model}: {masks}, {:?}", line.troubles());
    }
}

/// The job frames of a chain that is looked after up to 10 ms too late, each with the time at which its last byte has left and with
/// how long the chips then search it, as the facts about them have it rather than the driver.
fn jobs_on_the_wire(
    line: &mut Line,
    time: Duration,
    space: &mut SearchSpace,
    seed: u64,
) -> Vec<(Instant, Duration, Vec<u8>)> {
    let (model, chips, mut rng) = (line.chain.model, f64::from(line.chain.chips()), fastrand::Rng::with_seed(seed));
    let is_whole = model.takes_whole_headers();
    let number = |frame: &[u8]| f64::from(u32::from_be_bytes([frame[6], frame[7], frame[8], frame[9]]));
    let written = line.sent.iter().rfind(|frame| is_whole && frame.len() == 11 && frame[5] == 0x10);
    let ticks = written.map_or(0.0, |frame| number(frame));
    let (mut free, mut jobs, end) = (line.now, Vec::new(), line.now + time);
    line.sent.clear();
    while line.now < end {
        line.drain();
        for event in std::mem::take(&mut line.events) {
            if matches!(event, ChainEvent::WantsWork) {
                line.chain.assign(space.take_header().expect("room"), line.now);
            }
        }
        line.drain();
        for frame in std::mem::take(&mut line.sent) {
            free = free.max(line.now) + Duration::from_secs_f64(frame.len() as f64 * 10.0 / f64::from(line.baud));
            let job = if model.reply_length == ReplyLength::Seven { &frame[..] } else { &frame[2..] };
            if job[0] != 0x21 {
                continue;
            }
            let mask = space.job().version_mask;
            let seconds = if is_whole {
                // Each sweep covers as many versions as there are small cores, and lasts so many ticks of 25 MHz.
                let sweeps = (1_u32 << mask.count_ones()).div_ceil(model.small_cores);
                f64::from(sweeps) * ticks / 25e6
            } else {
                let hashrate = line.chain.clock.0 * 1e6 * f64::from(model.hash_units) * chips;
                f64::from(job[3]) * 2_f64.powi(32) / hashrate
            };
            jobs.push((free, Duration::from_secs_f64(seconds), frame));
        }
        let due = line.chain.poll_timeout().expect("jobs are renewed").max(line.now);
        line.now = due + HEADROOM.mul_f64(rng.f64());
        line.chain.handle_timeout(line.now);
    }
    jobs
}

#[test]
fn no_chip_is_ever_through_with_its_job_nor_given_one_twice_wherever_the_line_is_fast_enough() {
    let mut held = 0;
    for (seed, model) in (0_u64..).zip(ChipModel::ALL.iter().cycle().take(60)) {
        let mut rng = fastrand::Rng::with_seed(seed);
        let chips = [1, 2, 3, 6, 12, 65, 108, 128][rng.usize(..8)];
        let mask = [MASK, 0x00ff_e000, 0x0000_e000, 0][rng.usize(..4)];
        let frequency = Some(Megahertz(100.0 + 500.0 * rng.f64()));
        let mut space = SearchSpace::new(job(mask), 1);
        let first = space.take_header().expect("room");
        let mut line = Line::mining(model.name, chips, ChainSettings { frequency, ..settings() }, first);
        let jobs = jobs_on_the_wire(&mut line, Duration::from_secs(6), &mut space, seed);
        let case = format!("{model}, {chips} chips, mask {mask:08x}, seed {seed}");
        let payloads: std::collections::HashSet<&[u8]> =
            jobs.iter().map(|(.., frame)| &frame[5..frame.len() - 2]).collect();
        assert_eq!(payloads.len(), jobs.len(), "{case}: a job was sent twice");
        for pair in jobs.windows(2) {
            let [(left, lasts, frame), (next, ..)] = pair else { panic!("two") };
            let on_the_wire = Duration::from_secs_f64(frame.len() as f64 * 10.0 / f64::from(line.baud));
            if *lasts > on_the_wire * 3 + HEADROOM * 2 {
                assert!(
                    *next <= *left + *lasts,
                    "{case}: idle after {lasts:?}, the next came after {:?}",
                    *next - *left
                );
                held += 1;
            }
        }
    }
    assert!(held > 500, "{held} renewals held");
}
