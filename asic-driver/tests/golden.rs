//! Every row of `tests/vectors/bm13xx.json`: what real chips were told and what they answered. A key or a row that no test has
//! touched fails the manifest.

use std::collections::{BTreeMap, BTreeSet};

use hashkit_asic_driver::{
    ChipModel, Chips, Command, FoundNonce, Framing, IcarusWork, Megahertz, Midstate, MidstateJob, NonceCollector,
    NonceSpace, Reply, ReplyLength, ReplyReader, Rolled, TicketMask, WholeHeaderJob, crc5, crc16,
};
use hashkit_chain::{Hash, Header, Nonce, Version, hex, sha256d};
use serde_json::Value;

const FILE: &str = include_str!("../../tests/vectors/bm13xx.json");

/// What the file says about itself; everything else has rows that a test has to go through.
const ABOUT: [&str; 4] = ["format", "title", "conventions", "capture_totals"];

type Check = fn(&Value);

/// The keys of the file, each with the check that every one of its rows goes through.
const CHECKS: [(&str, Check); 13] = [
    ("full_header_jobs", whole_header_job),
    ("midstate_jobs", midstate_job),
    ("job_frames_crc_only", job_frame),
    ("icarus", icarus),
    ("header_level", header_level),
    ("commands", command),
    ("register_responses", register_response),
    ("response_frames_crc_only", response_frame),
    ("bm1387_responses_crc_only", bm1387_response),
    ("bm1387_commands_crc_only", bm1387_command),
    ("bm1391_commands_crc_only", bm1391_command),
    ("pll", pll),
    ("resync_streams", resync_stream),
];

/// And those whose rows are no list, or need more than themselves.
const OTHERS: [(&str, Check); 2] = [("ticket_mask", ticket_mask), ("nonce_offset", nonce_offset)];

#[test]
fn every_row_of_the_file_is_what_the_codec_says() {
    let file = file();
    for (key, check) in CHECKS {
        for (number, row) in rows(&file[key]).iter().enumerate() {
            let passed = std::panic::catch_unwind(|| check(row));
            assert!(passed.is_ok(), "{key}, row {number}: {row}");
        }
    }
    for (key, check) in OTHERS {
        check(&file[key]);
    }
}

#[test]
fn the_manifest_names_every_key_of_the_file_and_every_row_has_something_to_check() {
    let file = file();
    let keys: BTreeSet<&str> = file.as_object().expect("an object").keys().map(String::as_str).collect();
    let checked = CHECKS.iter().chain(&OTHERS).map(|(key, _)| *key);
    let named: BTreeSet<&str> = checked.chain(ABOUT).collect();
    assert_eq!(keys, named, "keys of the file, and those that have a check");
    for (key, _) in CHECKS {
        assert!(!rows(&file[key]).is_empty(), "{key} has no rows");
    }
    for job in rows(&file["full_header_jobs"]).iter().chain(rows(&file["midstate_jobs"])) {
        assert!(!rows(&job["nonces"]).is_empty(), "{} has no nonce", job["id"]);
    }
    let mut families = BTreeMap::<&str, usize>::new();
    for key in ["full_header_jobs", "midstate_jobs", "job_frames_crc_only", "response_frames_crc_only"] {
        for row in rows(&file[key]) {
            *families.entry(text(row, "chip")).or_default() += 1;
        }
    }
    for chip in families.keys() {
        assert!(ChipModel::named(chip).is_ok(), "{chip} has vectors and no driver");
    }
    for model in ChipModel::ALL {
        assert!(families.contains_key(&*model.name.to_uppercase()), "{model} has a driver and no vectors");
    }
}

fn whole_header_job(job: &Value) {
    let model = ChipModel::named(text(job, "chip")).expect("a chip with a driver");
    let fields = &job["fields"];
    let base = Version(u32::from_le_bytes(array(fields, "version_le")));
    let id = byte(fields, "job_id_byte");
    let bits = u8::try_from(job["ticket_zero_bits"].as_u64().expect("a number")).expect("less than 32");
    for nonce in rows(&job["nonces"]) {
        let solved = Header::from_bytes(&array(nonce, "header"));
        let starting = Nonce(u32::from_le_bytes(array(fields, "starting_nonce")));
        let header = Header { version: base, nonce: starting, ..solved };
        let frame = WholeHeaderJob { id, length: byte(fields, "length_byte"), header }.encode();
        assert_eq!(hex::encode(&frame), text(job, "tx"), "the frame of the job");

        let found = only_nonce(model, text(nonce, "rx"), 1);
        let decoded = &nonce["decoded"];
        let Rolled::Bits(rolled) = found.rolled else { panic!("these chips roll versions themselves") };
        assert_eq!(found.job_id, id & 0xf8, "the job's id");
        assert_eq!(found.nonce.0.to_le_bytes(), array::<4>(decoded, "nonce_header_bytes"));
        assert_eq!(u64::from(found.core), decoded["core"].as_u64().expect("a number"), "core");
        assert_eq!(u64::from(found.count), decoded["counter25"].as_u64().expect("a number"), "count");
        assert_eq!(u64::from(rolled >> 13), decoded["version_field"].as_u64().expect("a number"), "version bits");
        assert_eq!(found.small_core, byte(decoded, "small_core"), "small core");
        assert_eq!(found.excess, Some(byte(decoded, "excess_bits")), "excess");
        assert_eq!(found.job_id, byte(decoded, "job_id_byte") & 0xf8, "the job's id as decoded");

        let rebuilt = Header { version: Version(base.0 | rolled), nonce: found.nonce, ..header };
        assert_eq!(hex::encode(&rebuilt.to_bytes()), text(nonce, "header"), "the header");
        assert_eq!(rebuilt.version.0, hex::decode_u32(text(nonce, "version_hex")).expect("a version"));
        hash_is(&rebuilt.to_bytes(), nonce);
        let zero_bits = u64::from(bits) + 32 + u64::from(found.excess.unwrap_or(0));
        assert_eq!(zero_bits, nonce["leading_zero_bits"].as_u64().expect("a number"), "excess and ticket mask");
    }
    if let Some(stratum) = job.get("stratum") {
        from_stratum(stratum, &rows(&job["nonces"])[0]);
    }
}

fn midstate_job(job: &Value) {
    let model = ChipModel::named(text(job, "chip")).expect("a chip with a driver");
    let fields = &job["fields"];
    let id = byte(fields, if fields.get("job_id_byte").is_some() { "job_id_byte" } else { "work_id_byte" });
    let midstates = rows(&fields["midstates_wire"]);
    let parts = MidstateJob {
        id,
        starting_nonce: if fields.get("starting_nonce").is_some() {
            array(fields, "starting_nonce")
        } else {
            first_nonce(job)
        },
        nbits: array(fields, "nbits_le"),
        ntime: array(fields, "ntime_le"),
        merkle_tail: array(fields, "merkle4"),
        midstates: midstates.iter().map(|text| Midstate::from_wire(of(text.as_str().expect("hex")))).collect(),
    };
    assert_eq!(hex::encode(&parts.encode(model.framing)), text(job, "tx"), "the frame of the job");
    let count = u8::try_from(midstates.len()).expect("at most 4");
    assert_eq!(u64::from(count), job["num_midstates"].as_u64().expect("a number"));
    for nonce in rows(&job["nonces"]) {
        let index = byte(nonce, "midstate_index");
        if let Some(rx) = nonce.get("rx") {
            let found = only_nonce(model, rx.as_str().expect("hex"), count);
            assert_eq!((found.job_id, found.rolled), (id, Rolled::Midstate(index)));
            assert_eq!(found.nonce.0.to_le_bytes(), array::<4>(nonce, "nonce_header_bytes"));
        }
        let midstate = parts.midstates[usize::from(index)];
        let tail = [parts.merkle_tail, parts.ntime, parts.nbits, array(nonce, "nonce_header_bytes")].concat();
        hash_is_of_midstate(&midstate, &tail, nonce);
    }
}

/// The starting nonce of a frame whose fields do not name it.
fn first_nonce(job: &Value) -> [u8; 4] {
    let frame = hex::decode(text(job, "tx")).expect("hex");
    [frame[6], frame[7], frame[8], frame[9]]
}

fn job_frame(row: &Value) {
    let frame = hex::decode(text(row, "tx")).expect("hex");
    let body = frame.strip_prefix(&[0x55, 0xaa]).unwrap_or(&frame);
    let (payload, crc) = body.split_at(body.len() - 2);
    assert_eq!(crc16(payload).to_be_bytes(), crc);
    assert_eq!(u64::from(body[1]), row["length_byte"].as_u64().expect("a number"));
    let word = |at: usize| [payload[at], payload[at + 1], payload[at + 2], payload[at + 3]];
    let midstates = payload[20..].chunks_exact(32);
    let job = MidstateJob {
        id: byte(row, "job_id_byte"),
        starting_nonce: word(4),
        nbits: word(8),
        ntime: word(12),
        merkle_tail: word(16),
        midstates: midstates.map(|bytes| Midstate::from_wire(bytes.try_into().expect("32 bytes"))).collect(),
    };
    assert_eq!(u64::try_from(job.midstates.len()).expect("few"), row["num_midstates"].as_u64().expect("a number"));
    assert_eq!(job.encode(ChipModel::named(text(row, "chip")).expect("a driver").framing), frame);
}

fn icarus(row: &Value) {
    let bytes: [u8; 64] = array(row, "tx");
    let work = IcarusWork::from_bytes(&bytes);
    assert_eq!(work.encode(), bytes);
    if row.get("header").is_some() {
        let header = Header::from_bytes(&array(row, "header"));
        assert_eq!(hex::encode(&IcarusWork::new(&header, 0).encode()), text(row, "tx"), "from the header");
    }
    for nonce in rows(&row["nonces"]) {
        let wire: [u8; 4] = array(nonce, "nonce_wire");
        let mut collector = NonceCollector::new(4);
        let (first, second) = wire.split_at(1);
        assert_eq!(collector.receive(first).count(), 0);
        assert_eq!(collector.receive(second).collect::<Vec<_>>(), [wire.to_vec()]);
        let [nbits, ntime, merkle_tail] = work.tail;
        hash_is_of_midstate(&work.midstate, &[merkle_tail, ntime, nbits, wire].concat(), nonce);
    }
}

fn header_level(row: &Value) {
    let header = Header::from_bytes(&array(row, "header"));
    hash_is(&header.to_bytes(), row);
    assert_eq!(format!("{:08x}", header.nonce.0), text(row, "submit_nonce"));
    if let Some(stratum) = row.get("stratum") {
        from_stratum(stratum, row);
        let base = hex::decode_u32(text(stratum, "version")).expect("a version");
        assert_eq!(header.version.0, base | hex::decode_u32(text(row, "submit_version_bits")).expect("bits"));
    } else {
        assert_eq!(format!("{:08x}", header.version.0), text(row, "version_hex"));
    }
}

/// The header as a pool's message makes it, up to the version bits and the nonce.
fn from_stratum(stratum: &Value, solved: &Value) {
    let coinbase = ["coinbase1", "extranonce1", "extranonce2", "coinbase2"].map(|part| text(stratum, part)).concat();
    let mut root = sha256d(&hex::decode(&coinbase).expect("hex"));
    for branch in rows(&stratum["merkle_branches"]) {
        let branch = hex::decode(branch.as_str().expect("hex")).expect("hex");
        root = sha256d(&[&root.as_internal()[..], &branch].concat());
    }
    let mut prev_hash: [u8; 32] = array(stratum, "prev_hash");
    prev_hash.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    let header = Header::from_bytes(&array(solved, "header"));
    assert_eq!((header.merkle_root, header.prev_hash), (root, Hash::from_internal(prev_hash)));
    assert_eq!(format!("{:08x}", header.ntime.0), text(stratum, "ntime"));
    assert_eq!(format!("{:08x}", header.nbits.0), text(stratum, "nbits"));
}

fn command(row: &Value) {
    let address = byte(row, "address");
    let chips = if row["broadcast"] == true { Chips::All } else { Chips::One(address) };
    let register = || u8::from_str_radix(text(row, "register"), 16).expect("a register");
    let command = match text(row, "kind") {
        "set_address" => Command::SetAddress(address),
        "write" => {
            Command::Write { chips, register: register(), value: hex::decode_u32(text(row, "value")).expect("a value") }
        }
        "read" => Command::Read { chips, register: register() },
        "chain_inactive" => Command::ChainInactive,
        kind => panic!("what is {kind}?"),
    };
    assert_eq!(hex::encode(&command.encode(Framing::Preamble)), text(row, "tx"));
}

fn register_response(row: &Value) {
    let expected = Reply::Register {
        value: hex::decode_u32(text(row, "value")).expect("a value"),
        address: byte(row, "address"),
        register: u8::from_str_radix(text(row, "register"), 16).expect("a register"),
    };
    assert_eq!(only_reply(text(row, "rx"), ReplyLength::Eleven), expected);
    assert_eq!(only_reply(text(row, "rx"), ReplyLength::ElevenOrNine), expected);
}

fn response_frame(row: &Value) {
    let (rx, model) = (text(row, "rx"), ChipModel::named(text(row, "chip")).expect("a driver"));
    let length = if rx.len() == 18 { ReplyLength::Nine } else { model.reply_length };
    // As the id is read, before anybody knows what the chip is set to.
    let fresh = if model.takes_whole_headers() { ReplyLength::ElevenOrNine } else { length };
    let reply = only_reply(rx, length);
    assert_eq!(only_reply(rx, fresh), reply);
    let last = u8::from_str_radix(&rx[rx.len() - 2..], 16).expect("hex");
    assert_eq!(matches!(reply, Reply::Nonce(_)), last >> 7 == 1);
    damaged_is_refused(rx, length);
}

fn bm1387_response(row: &Value) {
    let rx = row.as_str().expect("hex");
    assert!(matches!(only_reply(rx, ReplyLength::Seven), Reply::Nonce(_)));
    damaged_is_refused(rx, ReplyLength::Seven);
}

fn bm1387_command(row: &Value) {
    bare_command(row.as_str().expect("hex"), Framing::Bare, [0x41, 0x48, 0x44, 0x45]);
}

fn bm1391_command(row: &Value) {
    let text = row.as_str().expect("hex");
    bare_command(text.strip_prefix("55aa").expect("a preamble"), Framing::Preamble, [0x40, 0x41, 0x42, 0x43]);
}

/// The command that these bytes are, written again.
fn bare_command(body: &str, framing: Framing, [set_address, write, read, inactive]: [u8; 4]) {
    let bytes = hex::decode(body).expect("hex");
    let chips = if bytes[0] & 0x10 == 0 { Chips::One(bytes[2]) } else { Chips::All };
    let command = match bytes[0] & !0x10 {
        header if header == inactive => Command::ChainInactive,
        header if header == set_address => Command::SetAddress(bytes[2]),
        header if header == read => Command::Read { chips, register: bytes[3] },
        header => {
            assert_eq!(header, write);
            let value = u32::from_be_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
            Command::Write { chips, register: bytes[3], value }
        }
    };
    assert_eq!(crc5(&bytes[..bytes.len() - 1]), bytes[bytes.len() - 1]);
    assert!(hex::encode(&command.encode(framing)).ends_with(body));
}

fn pll(row: &Value) {
    let value = hex::decode_u32(text(row, "value")).expect("a value");
    let megahertz = row["mhz"].as_f64().expect("a number");
    for chip in rows(&row["chips"]) {
        let rule = ChipModel::named(chip.as_str().expect("a name")).expect("a driver").pll;
        let pll = rule.setting(value).expect("no division by zero");
        assert_eq!(u64::from(pll.fb), row["fb"].as_u64().expect("a number"));
        assert_eq!(u64::from(pll.reference), row["ref"].as_u64().expect("a number"));
        assert_eq!(u64::from(pll.post1), row["post1"].as_u64().expect("a number"));
        assert_eq!(u64::from(pll.post2), row["post2"].as_u64().expect("a number"));
        assert!((pll.oscillator().0 - row["vco_mhz"].as_f64().expect("a number")).abs() < 1e-6);
        assert!((pll.frequency().0 - megahertz).abs() < 1e-6);
        assert_eq!(rule.register_value(pll), value);
        let ours = rule.nearest(Megahertz(megahertz));
        assert!((ours.frequency().0 - megahertz).abs() < 1e-6, "the search reaches it: {ours:?}");
        assert!(ours.oscillator().0 <= pll.oscillator().0, "and no faster: {ours:?}");
    }
}

fn ticket_mask(list: &Value) {
    for row in rows(list) {
        let difficulty = row["difficulty"].as_u64().expect("a number");
        let mask = TicketMask::with_zero_bits(u8::try_from(difficulty.ilog2()).expect("small"));
        assert_eq!(mask.register_value(), hex::decode_u32(text(row, "value")).expect("a value"), "{row}");
    }
}

fn nonce_offset(table: &Value) {
    let chips = u32::try_from(table["chips"].as_u64().expect("a number")).expect("few");
    for (chip, value) in table["values"].as_object().expect("an object") {
        let offset = NonceSpace::new(1, chips).offset(chip.parse().expect("a number"));
        assert_eq!(format!("{offset:08x}"), value.as_str().expect("hex"), "chip {chip} of {chips}");
    }
}

fn resync_stream(row: &Value) {
    let model = ChipModel::named(text(row, "chip")).expect("a driver");
    let stream = hex::decode(text(row, "bytes")).expect("hex");
    let expected: Vec<Reply> =
        rows(&row["frames"]).iter().map(|frame| only_reply(frame.as_str().expect("hex"), model.reply_length)).collect();
    for chunk in 1..=stream.len() {
        let mut reader = ReplyReader::new(model.reply_length);
        let replies: Vec<Reply> = stream.chunks(chunk).flat_map(|bytes| reader.receive(bytes)).collect();
        assert_eq!(replies, expected, "{chunk} bytes at a time");
        assert_eq!(hex::encode(reader.pending()), text(row, "pending"));
        assert_eq!(reader.skipped().bytes * 2, text(row, "skipped").len() as u64);
    }
}

fn only_reply(text: &str, length: ReplyLength) -> Reply {
    let mut reader = ReplyReader::new(length);
    let mut replies = reader.receive(&hex::decode(text).expect("hex"));
    replies.extend(reader.time_out());
    assert_eq!((replies.len(), reader.skipped().bytes), (1, 0), "{text}");
    replies[0]
}

/// No single flipped bit of a frame passes for a frame of the same length.
fn damaged_is_refused(text: &str, length: ReplyLength) {
    let bytes = hex::decode(text).expect("hex");
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(ReplyReader::new(length).receive(&damaged), [], "bit {bit} of {text}");
    }
}

fn only_nonce(model: &ChipModel, text: &str, midstates: u8) -> FoundNonce {
    let Reply::Nonce(reply) = only_reply(text, model.reply_length) else { panic!("{text} is no nonce") };
    model.layout.parse(&reply, midstates)
}

fn hash_is(header: &[u8], row: &Value) {
    assert_eq!(sha256d(header).to_string(), text(row, "hash"));
}

/// The hash by way of a midstate: the state is put into the hasher as the chips do.
fn hash_is_of_midstate(midstate: &Midstate, tail: &[u8], row: &Value) {
    let mut state = [0; 8];
    for (word, bytes) in state.iter_mut().zip(midstate.as_wire().rchunks_exact(4)) {
        *word = u32::from_be_bytes(bytes.try_into().expect("four bytes"));
    }
    let mut block = [0; 64];
    block[..16].copy_from_slice(tail);
    block[16] = 0x80;
    block[62..].copy_from_slice(&640_u16.to_be_bytes());
    sha2::block_api::compress256(&mut state, &[block]);
    let first: Vec<u8> = state.iter().flat_map(|word| word.to_be_bytes()).collect();
    let hash = Hash::from_internal(<sha2::Sha256 as sha2::Digest>::digest(&first).into());
    assert_eq!(hash.to_string(), text(row, "hash"));
}

fn file() -> Value {
    serde_json::from_str(FILE).expect("JSON")
}

fn rows(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).expect("a list")
}

fn text<'v>(row: &'v Value, key: &str) -> &'v str {
    row[key].as_str().unwrap_or_else(|| panic!("{key} of {row}"))
}

fn byte(row: &Value, key: &str) -> u8 {
    row[key].as_u64().and_then(|number| u8::try_from(number).ok()).unwrap_or_else(|| panic!("{key} of {row}"))
}

fn array<const N: usize>(row: &Value, key: &str) -> [u8; N] {
    of(text(row, key))
}

fn of<const N: usize>(text: &str) -> [u8; N] {
    hex::decode_array(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
