//! Every row of the golden vectors, against the chips of this package. A row that no rule exercises fails the test.

use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, hex};
use serde_json::Value;

use crate::chain::Chain;
use crate::chip::Chip;
use crate::crc::{crc5, crc16};
use crate::frame::{AnswerLength, Command, FrameReader, NonceFields, NonceRest, To, nonce_answer, register_answer};
use crate::job::Job;
use crate::model::{ChipModel, Framing, JobFormat, Model, Silicon};
use crate::outbox::Outbox;
use crate::pll::Clock;
use crate::source::{Capture, KnownWorks, NonceSource};
use crate::sweep::Sweep;
use crate::unit::Unit;

const VECTORS: &str = include_str!("../../tests/vectors/bm13xx.json");
/// Longer than any known nonce takes.
const EVER: Duration = Duration::from_hours(24);

#[test]
fn every_row_of_the_golden_vectors_is_exercised() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let mut exercised = 0;
    for (key, rows) in vectors.as_object().unwrap() {
        let rule: fn(&Value) = match key.as_str() {
            // Words for people, and sums over captures that are not in the file.
            "format" | "title" | "conventions" | "capture_totals" => continue,
            "full_header_jobs" => whole_header_job,
            "midstate_jobs" => midstate_job,
            "job_frames_crc_only" => job_frame,
            "icarus" => icarus_work,
            "header_level" => header_of_a_pool,
            "commands" => command,
            "register_responses" => register_response,
            "response_frames_crc_only" => response_frame,
            "bm1387_responses_crc_only" => bare_response,
            "bm1387_commands_crc_only" => |row| one_command(Model::Bm1387, row),
            "bm1391_commands_crc_only" => |row| one_command(Model::Bm1397, row),
            "pll" => pll,
            "ticket_mask" => ticket_mask,
            "nonce_offset" => {
                nonce_offset(rows);
                exercised += 1;
                continue;
            }
            "resync_streams" => resync_stream,
            unknown => panic!("no rule exercises {unknown}"),
        };
        for row in rows.as_array().unwrap_or_else(|| panic!("{key} is a list")) {
            rule(row);
            exercised += 1;
        }
    }
    // As many as there were when this was written: a file that lost its rows would pass as well.
    assert!(exercised >= 460, "{exercised} rows");
}

fn text<'v>(row: &'v Value, key: &str) -> &'v str {
    row[key].as_str().unwrap_or_else(|| panic!("{key} of {row}"))
}

fn bytes(row: &Value, key: &str) -> Vec<u8> {
    hex::decode(text(row, key)).unwrap()
}

fn number(row: &Value, key: &str) -> u32 {
    u32::try_from(row[key].as_u64().unwrap_or_else(|| panic!("{key} of {row}"))).unwrap()
}

fn chip(name: &str) -> &'static ChipModel {
    match name.parse::<Model>().unwrap().silicon() {
        Silicon::Chain(chip) => chip,
        Silicon::Unit(_) => panic!("{name} is no chip"),
    }
}

fn sealed(framing: Framing, command: &[u8]) -> Vec<u8> {
    let preamble: &[u8] = if framing == Framing::Preamble { &[0x55, 0xaa] } else { &[] };
    [preamble, command, &[crc5(command)]].concat()
}

fn write_all(model: &ChipModel, register: u8, value: u32) -> Vec<u8> {
    let header = if model.framing == Framing::Preamble { 0x51 } else { 0x58 };
    sealed(model.framing, &[&[header, 9, 0, register][..], &value.to_be_bytes()].concat())
}

/// A chain that hashes: addresses two apart as factory firmware gives them, or 0 where it is alone; windows without gaps.
fn hashing_chain(model: &'static ChipModel, chips: u8, ticket_bits: u32, source: NonceSource, now: Instant) -> Chain {
    let mut chain = Chain::new(model, chips, source, 32, 1, now);
    let (inactive, address) = if model.framing == Framing::Preamble { (0x53, 0x40) } else { (0x55, 0x41) };
    let mut frames = vec![sealed(model.framing, &[inactive, 5, 0, 0])];
    for at in 0..chips {
        frames.push(sealed(model.framing, &[address, 5, 2 * at, 0]));
        if model.has_nonce_offset && chips > 1 {
            let offset = (u32::from(at) * 65536).div_ceil(u32::from(chips));
            let write = [&[0x41, 9, 2 * at, 0x0c][..], &(0x8000_0000 | offset).to_be_bytes()].concat();
            frames.push(sealed(model.framing, &write));
        }
    }
    let mask = u32::from_be_bytes(((1_u32 << ticket_bits) - 1).to_be_bytes().map(u8::reverse_bits));
    frames.push(write_all(model, model.ticket_register, mask));
    let clock = match model.job {
        JobFormat::Header => {
            for (register, value) in [(0xa4, 0x9000_ffff), (0x18, 0xf000_c100), (0x3c, 0x8000_82aa)] {
                frames.push(write_all(model, register, value));
            }
            // At 485 MHz a window of a whole slice, and all of the counter where one chip is alone.
            frames.push(write_all(model, 0x10, if chips == 1 { 0x00ff_ffff } else { 8020 }));
            0x50c2_0240
        }
        JobFormat::Midstates if model.framing == Framing::Preamble => 0x40f0_0235,
        JobFormat::Midstates => 0x0068_0221,
    };
    frames.push(write_all(model, model.pll_register, clock));
    chain.receive(&frames.concat(), now);
    if model.framing == Framing::Bare {
        // Bit 15 of misc control, and one work of ones a core.
        let mut work = vec![0; 52];
        work[..4].copy_from_slice(&[0x21, 0x36, 0, 1]);
        work[8..20].fill(0xff);
        let work = [&work[..], &crc16(&work).to_be_bytes()].concat();
        let later = now + Duration::from_millis(50);
        chain.receive(&write_all(model, 0x1c, 0x4020_9a80), later);
        (0..114).for_each(|_| chain.receive(&work, later));
        chain.receive(&write_all(model, 0x1c, 0x4020_1a80), later);
        let answers: Vec<Vec<u8>> = all(&mut chain.outbox, now).into_iter().map(|frame| frame[..4].to_vec()).collect();
        assert_eq!(answers.len(), 2 * 114, "two for each core that opened");
    }
    chain
}

fn all(outbox: &mut Outbox, now: Instant) -> Vec<Vec<u8>> {
    std::iter::from_fn(|| outbox.pop(now + EVER)).map(|(_, frame)| frame).collect()
}

fn known_works(key: &str, row: &Value) -> NonceSource {
    NonceSource::Table(KnownWorks::from_json(&serde_json::json!({ key: [row] }).to_string()).unwrap())
}

fn job_of(model: &ChipModel, frame: &[u8]) -> Job {
    let commands = FrameReader::new(model).receive(frame, Instant::now());
    let [Command::Job(job)] = &commands[..] else { panic!("{commands:?} is not one job") };
    Job::from_frame(model.job, job).unwrap()
}

fn whole_header_job(row: &Value) {
    let (id, model) = (text(row, "id"), chip(text(row, "chip")));
    let (chips, ticket_bits) = (u8::try_from(number(row, "chips_on_chain")).unwrap(), number(row, "ticket_zero_bits"));
    let tx = bytes(row, "tx");
    let job = job_of(model, &tx);
    let fields = &row["fields"];
    assert_eq!(u32::from(job.id), number(fields, "job_id_byte"), "{id}");
    assert_eq!(job.starting_nonce, hex::decode_u32(text(fields, "starting_nonce")).unwrap(), "{id}");
    let now = Instant::now();
    let mut chain = hashing_chain(model, chips, ticket_bits, known_works("full_header_jobs", row), now);
    let later = now + Duration::from_millis(100);
    chain.receive(&tx, later);
    let mut expected = Vec::new();
    for nonce in row["nonces"].as_array().unwrap() {
        let (rx, decoded) = (bytes(nonce, "rx"), &nonce["decoded"]);
        let wire: [u8; 4] = rx[2..6].try_into().unwrap();
        let version = u16::from_be_bytes([rx[8], rx[9]]);
        let header = job.header(version, wire).unwrap();
        assert_eq!(hex::encode(&header.to_bytes()), text(nonce, "header"), "{id}");
        assert_eq!(Algorithm::Sha256d.hash(&header).to_string(), text(nonce, "hash"), "{id}");
        assert_eq!(format!("{}", header.version), text(nonce, "version_hex"), "{id}");
        let zero_bits = number(nonce, "leading_zero_bits");
        assert_eq!(job.zero_bits(version, wire), Some(zero_bits), "{id}");
        assert_eq!(number(decoded, "excess_bits"), zero_bits - 32 - ticket_bits, "{id}");
        found_by_search(&job, &chain, wire, version, zero_bits, id);
        expected.push(hex::encode(&rx));
    }
    let mut said: Vec<String> = all(&mut chain.outbox, later).iter().map(|frame| hex::encode(frame)).collect();
    said.sort();
    expected.sort();
    assert_eq!(said, expected, "{id}");
}

/// Whoever searches where the nonce lies finds it, and so does the fast way of hashing.
fn found_by_search(job: &Job, chain: &Chain, nonce: [u8; 4], version: u16, zero_bits: u32, id: &str) {
    let sweep: Option<&Sweep> = chain.sweeps().filter(|sweep| sweep.region().offset_of(nonce).is_some()).last();
    let mut sweep = sweep.unwrap_or_else(|| panic!("{id}: {} is of no chip", hex::encode(&nonce))).clone();
    sweep.go_to(nonce, version);
    let mut finds = Vec::new();
    assert!(sweep.step(job, zero_bits, &mut finds) > 0, "{id}");
    let find = finds.iter().find(|find| find.nonce == nonce && find.version == version);
    assert_eq!(find.map(|find| find.zero_bits), Some(zero_bits), "{id}: {finds:?}");
}

fn midstate_job(row: &Value) {
    let (id, model) = (text(row, "id"), chip(text(row, "chip")));
    let tx = bytes(row, "tx");
    let job = job_of(model, &tx);
    assert_eq!(job.midstate_count(), Some(number(row, "num_midstates")), "{id}");
    let now = Instant::now();
    let mut chain = hashing_chain(model, 1, 0, known_works("midstate_jobs", row), now);
    let later = now + Duration::from_millis(100);
    chain.receive(&tx, later);
    let said = all(&mut chain.outbox, later);
    let nonces = row["nonces"].as_array().unwrap();
    assert_eq!(said.len(), nonces.len(), "{id}");
    let skip = if model.framing == Framing::Preamble { 2 } else { 0 };
    for nonce in nonces {
        let wire: [u8; 4] = hex::decode_array(text(nonce, "nonce_header_bytes")).unwrap();
        let version = u16::try_from(number(nonce, "midstate_index")).unwrap();
        let zero_bits = number(nonce, "leading_zero_bits");
        assert_eq!(job.zero_bits(version, wire), Some(zero_bits), "{id}");
        found_by_search(&job, &chain, wire, version, zero_bits, id);
        let frame = said.iter().find(|frame| frame[skip..skip + 4] == wire).unwrap_or_else(|| panic!("{id}"));
        if nonce.get("rx").is_some() {
            assert_eq!(*frame, bytes(nonce, "rx"), "{id}");
        }
    }
}

fn job_frame(row: &Value) {
    let job = job_of(chip(text(row, "chip")), &bytes(row, "tx"));
    assert_eq!(u32::from(job.id), number(row, "job_id_byte"));
    assert_eq!(job.midstate_count(), Some(number(row, "num_midstates")));
}

fn icarus_work(row: &Value) {
    let (id, work) = (text(row, "id"), bytes(row, "tx"));
    let job = Job::from_work(work[..].try_into().unwrap());
    let Silicon::Unit(model) = Model::BlockErupter.silicon() else { panic!("a unit") };
    let now = Instant::now();
    let mut unit = Unit::new(model, 1, known_works("icarus", row), 32, 1, now);
    unit.receive(&work, now);
    let mut said: Vec<String> = all(&mut unit.outbox, now).iter().map(|frame| hex::encode(frame)).collect();
    let nonces = row["nonces"].as_array().unwrap();
    let mut expected: Vec<String> = nonces.iter().map(|nonce| text(nonce, "nonce_wire").to_owned()).collect();
    // The smaller a nonce the sooner it is found.
    expected.sort();
    assert_eq!(said, expected, "{id}");
    for nonce in nonces {
        let wire = hex::decode_array(text(nonce, "nonce_wire")).unwrap();
        assert_eq!(job.zero_bits(0, wire), Some(number(nonce, "leading_zero_bits")), "{id}");
    }
    // Cut in two halves, the same nonces are found, each half by its own chip.
    let mut halves = Unit::new(model, 2, known_works("icarus", row), 32, 1, now);
    halves.receive(&work, now);
    let mut both: Vec<String> = all(&mut halves.outbox, now).iter().map(|frame| hex::encode(frame)).collect();
    both.sort();
    said.sort();
    assert_eq!(both, said, "{id}");
}

/// A header that a device has solved, sent as a job and found again.
fn header_of_a_pool(row: &Value) {
    let (id, model) = (text(row, "id"), chip(text(row, "chip")));
    let header = bytes(row, "header");
    // All bits that may roll are taken for rolled; a row that names those of its share names them alike.
    let whole = u32::from_le_bytes(header[..4].try_into().unwrap());
    let (version, base) = (u16::try_from(whole >> 13 & 0xffff).unwrap(), whole & !(0xffff << 13));
    if row.get("submit_version_bits").is_some() {
        assert_eq!(hex::decode_u32(text(row, "submit_version_bits")).unwrap(), whole & 0xffff << 13, "{id}");
    }
    let reversed_words = |bytes: &[u8]| bytes.rchunks(4).flatten().copied().collect::<Vec<u8>>();
    let frame = [
        &[0x21, 0x36, 0x18, 1, 0, 0, 0, 0][..],
        &header[72..76],
        &header[68..72],
        &reversed_words(&header[36..68]),
        &reversed_words(&header[4..36]),
        &base.to_le_bytes(),
    ]
    .concat();
    let tx = [&[0x55, 0xaa][..], &frame, &crc16(&frame).to_be_bytes()].concat();
    let job = job_of(model, &tx);
    let nonce: [u8; 4] = header[76..].try_into().unwrap();
    let mut reversed = nonce;
    reversed.reverse();
    assert_eq!(hex::encode(&reversed), text(row, "submit_nonce"), "{id}");
    let rebuilt = job.header(version, nonce).unwrap();
    assert_eq!(rebuilt.to_bytes()[..], header, "{id}");
    assert_eq!(Algorithm::Sha256d.hash(&rebuilt).to_string(), text(row, "hash"), "{id}");
    let chain = {
        let now = Instant::now();
        let mut chain = hashing_chain(model, 1, 0, NonceSource::Search, now);
        chain.receive(&tx, now + Duration::from_millis(100));
        chain
    };
    let zero_bits = job.zero_bits(version, nonce).unwrap();
    found_by_search(&job, &chain, nonce, version, zero_bits, id);
}

fn command(row: &Value) {
    let to = if row["broadcast"] == true { To::All } else { To::One(u8::try_from(number(row, "address")).unwrap()) };
    let register = || u8::from_str_radix(text(row, "register"), 16).unwrap();
    let expected = match text(row, "kind") {
        "set_address" => Command::SetAddress(u8::try_from(number(row, "address")).unwrap()),
        "chain_inactive" => Command::ChainInactive,
        "read" => Command::Read { to, register: register() },
        "write" => Command::Write { to, register: register(), value: hex::decode_u32(text(row, "value")).unwrap() },
        other => panic!("no rule exercises a command of the kind {other}"),
    };
    let tx = bytes(row, "tx");
    assert_eq!(FrameReader::new(chip("bm1368")).receive(&tx, Instant::now()), [expected], "{row}");
    damaged_frames_are_not_heard(chip("bm1368"), &tx);
}

/// A command with any one bit wrong is no command.
fn damaged_frames_are_not_heard(model: &ChipModel, tx: &[u8]) {
    for bit in 0..tx.len() * 8 {
        let mut damaged = tx.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let heard = FrameReader::new(model).receive(&damaged, Instant::now());
        assert_eq!(heard, [], "{} with bit {bit} wrong", hex::encode(tx));
    }
}

fn register_response(row: &Value) {
    let value = hex::decode_u32(text(row, "value")).unwrap();
    let (address, register) =
        (u8::try_from(number(row, "address")).unwrap(), u8::from_str_radix(text(row, "register"), 16).unwrap());
    let rx = bytes(row, "rx");
    assert_eq!(register_answer(AnswerLength::Eleven, value, address, register), rx, "{row}");
    let now = Instant::now();
    let later = now + Duration::from_secs(1);
    let mut chip = Chip::new(chip(if value >> 16 == 0x1366 { "bm1366" } else { "bm1368" }));
    match register {
        0x00 => assert_eq!(chip.read(0, 25.0, later), value, "{row}"),
        0x08 => {
            chip.write(8, value & !(1 << 31), now);
            assert_eq!(chip.read(8, 25.0, later), value, "{row}: locked");
        }
        0x14 => {
            chip.write(register, value, now);
            assert_eq!(chip.read(register, 25.0, later), value, "{row}");
        }
        0xb4 => {
            chip.write(0xb0, 0x0002_0000, now);
            let celsius = f64::from(value & 0xffff) * 0.171_342 - 299.5144;
            assert_eq!(chip.read(0xb4, celsius, later), value, "{row}");
        }
        // Counters and voltages that only a real chip has.
        _ => {}
    }
}

/// Taken apart and put together again; the checksum over all of it leaves nothing.
fn response_frame(row: &Value) {
    let rx = bytes(row, "rx");
    assert_eq!(crc5(&rx[2..]), 0, "{row}");
    let length = if rx.len() == 11 { AnswerLength::Eleven } else { AnswerLength::Nine };
    let nonce = rx[2..6].try_into().unwrap();
    let again = match (rx[rx.len() - 1] >> 5, length) {
        (0, _) => register_answer(length, u32::from_be_bytes(nonce), rx[6], rx[7]),
        (_, AnswerLength::Eleven) => {
            let rest = NonceRest::Header {
                field: u16::from_be_bytes([rx[6], rx[7]]),
                version_bits: u16::from_be_bytes([rx[8], rx[9]]),
            };
            nonce_answer(length, &NonceFields { nonce, rest })
        }
        _ => nonce_answer(length, &NonceFields { nonce, rest: NonceRest::Midstate { index: rx[6], id: rx[7] } }),
    };
    assert_eq!(again, rx, "{row}");
}

fn bare_response(row: &Value) {
    let rx = hex::decode(row.as_str().unwrap()).unwrap();
    let rest = NonceRest::Midstate { index: rx[4], id: rx[5] };
    let again = nonce_answer(AnswerLength::Seven, &NonceFields { nonce: rx[..4].try_into().unwrap(), rest });
    assert_eq!((crc5(&rx), again), (0, rx), "{row}");
}

fn one_command(model: Model, row: &Value) {
    let tx = hex::decode(row.as_str().unwrap()).unwrap();
    let Silicon::Chain(chip) = model.silicon() else { panic!("{model} is a chip") };
    let mut reader = FrameReader::new(chip);
    assert_eq!((reader.receive(&tx, Instant::now()).len(), reader.skipped), (1, 0), "{row}");
    damaged_frames_are_not_heard(chip, &tx);
}

fn pll(row: &Value) {
    let value = hex::decode_u32(text(row, "value")).unwrap();
    for name in row["chips"].as_array().unwrap() {
        let clock = Clock::of_register(chip(name.as_str().unwrap()), value).unwrap_or_else(|| panic!("{row}"));
        assert!((clock.mhz() - row["mhz"].as_f64().unwrap()).abs() < 0.001, "{row}: {}", clock.mhz());
    }
}

fn ticket_mask(row: &Value) {
    for name in ["bm1366", "bm1397"] {
        let mut chip = Chip::new(chip(name));
        chip.write(0x14, hex::decode_u32(text(row, "value")).unwrap(), Instant::now());
        assert_eq!(1 << chip.ticket_bits(), number(row, "difficulty"), "{row}");
    }
}

fn nonce_offset(rows: &Value) {
    let (now, chips) = (Instant::now(), number(rows, "chips"));
    let later = now + Duration::from_secs(1);
    for (index, value) in rows["values"].as_object().unwrap() {
        let mut chip = Chip::new(chip("bm1368"));
        chip.set_address(Some(0));
        for (register, value) in [(0x18, 0xf000_c100), (0x3c, 0x8000_82aa), (0x10, 0x15a4), (0x08, 0x50c2_0240)] {
            chip.write(register, value, now);
        }
        chip.write(0x0c, hex::decode_u32(value.as_str().unwrap()).unwrap(), now);
        let offset = (index.parse::<u32>().unwrap() * 65536).div_ceil(chips);
        assert_eq!(chip.region(2, later).unwrap().start, u64::from(offset) << 9, "chip {index}");
    }
}

/// Played back byte by byte as it was; and each frame in it is one that these chips could have sent.
fn resync_stream(row: &Value) {
    let stream = text(row, "bytes");
    let capture = Capture::from_text(&format!("0 {stream}")).unwrap();
    let said: Vec<u8> = capture.from(Instant::now()).flat_map(|(_, bytes)| bytes).collect();
    assert_eq!(hex::encode(&said), stream);
    for frame in row["frames"].as_array().unwrap() {
        response_frame(&serde_json::json!({ "rx": frame }));
    }
}
