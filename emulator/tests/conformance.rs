//! What the chips do on their line, as a host sees it: `docs/asics.md` has the list. Every frame here is put together by the test.

use std::time::{Duration, Instant};

use hashkit_chain::Hashrate;
use hashkit_emulator::{
    ControlReplies, Emulator, Event, Fault, Model, ModelRate, NonceSource, ScriptedFault, Settings,
};

const NOTHING: [u8; 0] = [];

/// The host's end of the line, on a clock that the test owns.
struct Host {
    emulator: Emulator,
    now: Instant,
    baud: u32,
}

impl Host {
    fn of(settings: Settings) -> Self {
        let now = Instant::now();
        Self { emulator: Emulator::new(settings, now).expect("a board is like that"), now, baud: 115_200 }
    }

    fn on(model: Model, chips: u8) -> Self {
        Self::of(Settings::new(model, chips))
    }

    /// Writes a frame, and gives what comes within 300 ms.
    fn ask(&mut self, frame: &[u8]) -> Vec<u8> {
        self.emulator.receive(frame, &[self.baud], self.now);
        self.listen(Duration::from_millis(300))
    }

    fn listen(&mut self, time: Duration) -> Vec<u8> {
        let end = self.now + time;
        let mut heard = Vec::new();
        while self.now < end {
            heard.extend(self.emulator.poll_transmit(Some(self.baud), self.now).unwrap_or_default());
            let next = self.emulator.poll_timeout(self.now).unwrap_or(end);
            self.now = next.max(self.now + Duration::from_micros(100)).min(end);
            self.emulator.handle_timeout(self.now);
        }
        heard.extend(self.emulator.poll_transmit(Some(self.baud), self.now).unwrap_or_default());
        heard
    }

    /// As [`Host::ask`], in frames of so many bytes.
    fn ask_in(&mut self, frame: &[u8], length: usize) -> Vec<Vec<u8>> {
        let heard = self.ask(frame);
        assert_eq!(heard.len() % length, 0, "{heard:02x?}");
        heard.chunks(length).map(<[u8]>::to_vec).collect()
    }

    fn control(&mut self, packet: &[u8]) -> Vec<u8> {
        self.emulator.receive_control(packet, self.now);
        self.emulator.poll_control().unwrap_or_default()
    }
}

fn crc5(bytes: &[u8]) -> u8 {
    let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    bits.fold(0x1f, |crc, bit| (crc << 1 ^ if crc >> 4 ^ bit == 1 { 5 } else { 0 }) & 0x1f)
}

fn crc16(bytes: &[u8]) -> u16 {
    let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| u16::from(byte >> bit & 1)));
    bits.fold(0xffff, |crc, bit| crc << 1 ^ if crc >> 15 ^ bit == 1 { 0x1021 } else { 0 })
}

fn command(body: &[u8]) -> Vec<u8> {
    [&[0x55, 0xaa], body, &[crc5(body)]].concat()
}

fn write_all(register: u8, value: u32) -> Vec<u8> {
    command(&[&[0x51, 9, 0, register][..], &value.to_be_bytes()].concat())
}

fn read_all(register: u8) -> Vec<u8> {
    command(&[0x52, 5, 0, register])
}

fn read_one(address: u8, register: u8) -> Vec<u8> {
    command(&[0x42, 5, address, register])
}

fn set_address(address: u8) -> Vec<u8> {
    command(&[0x40, 5, address, 0])
}

fn chain_inactive() -> Vec<u8> {
    command(&[0x53, 5, 0, 0])
}

/// A whole-header job of no particular block.
fn job(id: u8) -> Vec<u8> {
    let mut frame = vec![0; 84];
    frame[..4].copy_from_slice(&[0x21, 0x36, id, 1]);
    frame[40] = id;
    let crc = crc16(&frame);
    [&[0x55, 0xaa][..], &frame, &crc.to_be_bytes()].concat()
}

fn addressed(host: &mut Host, interval: u8, chips: u8) {
    host.ask(&chain_inactive());
    for chip in 0..chips {
        host.ask(&set_address(chip * interval));
    }
}

/// All that hashing needs, in the order of a known bring-up.
const HASHING: [(&str, u8, u32); 5] = [
    ("version rolling", 0xa4, 0x9000_ffff),
    ("report enables", 0x18, 0xf000_c100),
    ("core enable", 0x3c, 0x8000_82aa),
    ("the clock", 0x08, 0x50c2_0240),
    ("the hash counting number", 0x10, 0x0000_151c),
];

fn hashing(model: Model, chips: u8, zero_bits: u32) -> Host {
    hashing_from(Settings { zero_bits, ..Settings::new(model, chips) })
}

fn hashing_from(settings: Settings) -> Host {
    let chips = settings.chips;
    let mut host = Host::of(settings);
    addressed(&mut host, u8::try_from(256 / u16::from(chips).next_power_of_two()).unwrap_or(0), chips);
    for (_, register, value) in HASHING {
        host.ask(&write_all(register, value));
    }
    host
}

fn hash_of(frame: &[u8], id_of_job: u8) -> [u8; 32] {
    // The job above: everything zero but one byte of the merkle root, and the version bits of the answer.
    let mut header = [0; 80];
    let version = u32::from(u16::from_be_bytes([frame[8], frame[9]])) << 13;
    header[..4].copy_from_slice(&version.to_le_bytes());
    // Byte 40 of the frame is byte 24 of the root on the wire, where words come last first: byte 4 of the root.
    header[36 + 4] = id_of_job;
    header[76..].copy_from_slice(&frame[2..6]);
    *hashkit_chain::sha256d(&header).as_internal()
}

fn zero_bits(hash: [u8; 32]) -> u32 {
    let mut zeros = 0;
    for byte in hash.iter().rev() {
        zeros += byte.leading_zeros();
        if *byte != 0 {
            break;
        }
    }
    zeros
}

#[test]
fn a_chip_fresh_from_reset_answers_in_nine_bytes_and_from_address_zero() {
    let mut host = Host::on(Model::Bm1368, 3);
    // Seen from a real chip.
    let answer = [0xaa, 0x55, 0x00, 0x00, 0xc1, 0x00, 0x00, 0x18, 0x02];
    assert_eq!(host.ask_in(&read_all(0x18), 9), vec![answer.to_vec(); 3]);
    host.ask(&write_all(0xa4, 0x9000_ffff));
    let id = [0xaa, 0x55, 0x13, 0x68, 0, 0, 0, 0, 0, 0, 0x0f];
    assert_eq!(host.ask_in(&read_all(0x00), 11), vec![id.to_vec(); 3]);
    assert_eq!(host.ask(&read_one(0, 0x00)), NOTHING, "none of them has been given an address");
}

#[test]
fn damaged_commands_and_jobs_and_other_rates_are_not_heard() {
    let mut host = Host::on(Model::Bm1366, 1);
    let mut damaged = read_all(0);
    damaged[6] ^= 1;
    assert_eq!(host.ask(&damaged), NOTHING);
    assert_eq!(host.emulator.counts().wrong_crc, 1);
    let mut damaged = job(8);
    damaged[50] ^= 1;
    host.ask(&damaged);
    assert_eq!(host.emulator.counts().jobs, 0);
    host.baud = 1_000_000;
    assert_eq!(host.ask(&read_all(0)), NOTHING);
    assert_eq!(host.emulator.counts().wrong_rate_bytes, 7);
    host.baud = 115_740;
    assert_eq!(host.ask(&read_all(0)).len(), 9);
}

#[test]
fn an_address_is_taken_by_the_first_chip_without_one_once_the_chain_is_inactive() {
    let mut host = Host::on(Model::Bm1366, 3);
    host.ask(&write_all(0xa4, 0x9000_ffff));
    host.ask(&set_address(0x10));
    assert_eq!(host.ask(&read_one(0x10, 0)), NOTHING, "nothing came before it");
    host.ask(&chain_inactive());
    for address in [0x00, 0x04, 0x08, 0x0c, 0x10] {
        host.ask(&set_address(address));
    }
    let answers = host.ask_in(&read_all(0), 11);
    assert_eq!(
        answers.iter().map(|answer| (answer[5], answer[6])).collect::<Vec<_>>(),
        [(0, 0), (4, 4), (8, 8)],
        "in chain order"
    );
    assert_eq!(host.ask_in(&read_one(0x04, 0), 11), answers[1..2]);
    assert_eq!(host.ask(&read_one(0x0c, 0)), NOTHING);
}

#[test]
fn registers_read_back_and_the_clock_says_when_it_is_locked() {
    let mut host = Host::on(Model::Bm1368, 1);
    host.ask(&write_all(0xa4, 0x9000_ffff));
    addressed(&mut host, 0, 1);
    let value = |answer: &[u8]| u32::from_be_bytes(answer[2..6].try_into().unwrap());
    for (register, written, read) in [
        (0x14, 0x0000_00ff, 0x0000_00ff),
        (0x2c, 0x007c_0003, 0x007c_0003),
        (0x08, 0x50c2_0240, 0xd0c2_0240),
        (0x08, 0x40c2_0240, 0x40c2_0240),
        (0x08, 0x5009_0240, 0x5009_0240),
        (0x00, 0xdead_beef, 0x1368_0000),
    ] {
        host.ask(&write_all(register, written));
        assert_eq!(value(&host.ask(&read_all(register))), read, "{register:02x} = {written:08x}");
    }
    // Not at once: some milliseconds pass until it locks.
    host.emulator.receive(&write_all(0x08, 0x50c2_0240), &[host.baud], host.now);
    assert_eq!(value(&host.ask(&read_all(0x08))), 0x50c2_0240);
    assert_eq!(value(&host.ask(&read_all(0x08))), 0xd0c2_0240);
}

#[test]
fn a_chip_of_the_s21_reads_its_temperature() {
    let mut host = Host::on(Model::Bm1368, 1);
    host.ask(&write_all(0xa4, 0x9000_ffff));
    for step in [0x0002_0000, 0x0102_0000, 0x1002_0000] {
        host.ask(&write_all(0xb0, step));
    }
    let answer = host.ask(&read_all(0xb4));
    let code = u32::from_be_bytes(answer[2..6].try_into().unwrap());
    let celsius = f64::from(code & 0xffff) * 0.171_342 - 299.5144;
    assert!(code >> 31 == 1 && (20.0..30.0).contains(&celsius), "{celsius}");
}

#[test]
fn nothing_hashes_before_everything_that_hashing_needs_is_set() {
    for missing in HASHING.iter().skip(1) {
        let mut host = Host::of(Settings { zero_bits: 4, ..Settings::new(Model::Bm1366, 1) });
        addressed(&mut host, 0, 1);
        for (_, register, value) in HASHING.iter().filter(|step| *step != missing) {
            host.ask(&write_all(*register, *value));
        }
        host.ask(&job(8));
        host.emulator.search(10_000, host.now);
        assert_eq!(host.ask(&[]), NOTHING, "without {}", missing.0);
        host.ask(&write_all(missing.1, missing.2));
        host.emulator.search(10_000, host.now);
        assert_ne!(host.ask(&[]), NOTHING, "with {}", missing.0);
    }
    let mut host = hashing(Model::Bm1366, 1, 4);
    host.emulator.search(10_000, host.now);
    assert_eq!(host.ask(&[]), NOTHING, "without a job");
}

#[test]
fn a_search_reports_what_meets_the_mask_from_where_each_chip_searches_and_from_nowhere_else() {
    for (model, small_cores) in [(Model::Bm1366, 8), (Model::Bm1368, 16), (Model::Bm1370, 16), (Model::Bm1362, 8)] {
        let mut host = hashing(model, 4, 6);
        host.ask(&write_all(0x14, 0x0000_00e0)); // three more zero bits
        host.ask(&job(0x48));
        let mut chips = [0; 4];
        for _ in 0..20 {
            host.emulator.search(20_000, host.now);
            for frame in host.listen(Duration::from_millis(300)).chunks(11) {
                assert_eq!((frame[..2].to_vec(), crc5(&frame[2..])), (vec![0xaa, 0x55], 0), "{model}: {frame:02x?}");
                let zeros = zero_bits(hash_of(frame, 0x48));
                assert!(zeros >= 9, "{model}: {zeros} zero bits");
                let nonce = u32::from_be_bytes(frame[2..6].try_into().unwrap());
                let field = u32::from(u16::from_be_bytes([frame[6], frame[7]]));
                let version = u32::from(u16::from_be_bytes([frame[8], frame[9]]));
                assert_eq!(field % small_cores, version % small_cores, "{model}");
                assert_eq!(field / small_cores % 32, 0x48 >> 3, "{model}");
                assert_eq!(field / small_cores / 32, zeros - 9, "{model}: excess");
                // Addresses are 64 apart; the window at 485 MHz is less than a slice, and the search has only begun.
                let counter = nonce & 0x01ff_ffff;
                assert!(counter % (64 << 17) < 1000, "{model}: {counter:x}");
                chips[(counter / (64 << 17)) as usize] += 1;
            }
        }
        assert!(chips.iter().all(|count| *count > 10), "{model}: {chips:?}");
    }
}

#[test]
fn only_version_bits_of_the_mask_are_rolled() {
    for (mask, distinct) in [(0xffff_u16, 8), (0x0600, 4), (0x0000, 1)] {
        let mut host = hashing(Model::Bm1366, 1, 2);
        host.ask(&write_all(0xa4, 0x9000_0000 | u32::from(mask)));
        host.ask(&job(8));
        host.emulator.search(5000, host.now);
        let heard = host.listen(Duration::from_secs(2));
        let versions: Vec<u16> = heard.chunks(11).map(|frame| u16::from_be_bytes([frame[8], frame[9]])).collect();
        assert!(versions.iter().all(|version| version & !mask == 0), "{mask:04x}: {versions:x?}");
        let different: std::collections::BTreeSet<u16> = versions.into_iter().collect();
        assert_eq!(different.len(), distinct, "{mask:04x}: {different:x?}");
    }
}

#[test]
fn no_nonce_of_a_job_comes_twice_while_its_space_lasts() {
    let mut host = hashing(Model::Bm1366, 2, 3);
    host.baud = 3_125_000;
    host.emulator.receive(&write_all(0x28, 0x1130_0000), &[115_200], host.now);
    host.ask(&job(8));
    for _ in 0..10 {
        host.emulator.search(20_000, host.now);
    }
    let heard = host.listen(Duration::from_secs(5));
    let frames: Vec<&[u8]> = heard.chunks(11).collect();
    let different: std::collections::BTreeSet<&[u8]> = frames.iter().copied().collect();
    assert!(frames.len() > 20_000 && different.len() == frames.len(), "{} of {}", different.len(), frames.len());
}

#[test]
fn a_new_job_replaces_the_old_one() {
    let mut host = hashing(Model::Bm1370, 1, 8);
    for id in [0x08, 0x10, 0x18] {
        host.ask(&job(id));
        host.emulator.search(50_000, host.now);
        for frame in host.ask(&[]).chunks(11) {
            let field = u16::from_be_bytes([frame[6], frame[7]]);
            assert_eq!(field >> 4 & 0x1f, u16::from(id >> 3));
            assert!(zero_bits(hash_of(frame, id)) >= 8);
        }
    }
}

#[test]
fn chips_change_their_rate_when_they_are_told_and_a_host_that_does_not_hears_noise() {
    let mut host = Host::on(Model::Bm1370, 1);
    host.ask(&write_all(0xa4, 0x9000_ffff));
    host.emulator.receive(&write_all(0x28, 0x1130_0200), &[115_200], host.now);
    assert_eq!(host.ask(&read_all(0)), NOTHING, "at the old rate");
    // 4 % off works, as it does on boards.
    host.baud = 1_000_000;
    assert_eq!(host.ask(&read_all(0)).len(), 11);
    host.emulator.receive(&read_all(0), &[1_000_000], host.now);
    host.baud = 115_200;
    assert_ne!(host.listen(Duration::from_millis(10)).get(2..4), Some(&[0x13, 0x70][..]));
}

#[test]
fn a_dead_chip_takes_those_behind_it_along() {
    let script = vec!["1s dead-chip 2".parse::<ScriptedFault>().unwrap()];
    let mut host = Host::of(Settings { script, ..Settings::new(Model::Bm1366, 4) });
    assert_eq!(host.ask(&read_all(0)).len(), 4 * 9);
    host.listen(Duration::from_secs(1));
    assert_eq!(host.ask(&read_all(0)).len(), 2 * 9);
    assert_eq!(host.emulator.poll_event(), Some(Event::Fault(Fault::DeadChip(2))));
}

#[test]
fn a_late_chip_answers_late_and_the_others_do_not() {
    let script = vec!["0 late-chip 0 200ms".parse::<ScriptedFault>().unwrap()];
    let mut host = Host::of(Settings { script, ..Settings::new(Model::Bm1366, 2) });
    addressed(&mut host, 4, 2);
    host.emulator.receive(&read_all(0), &[115_200], host.now);
    let (soon, late) = (host.listen(Duration::from_millis(100)), host.listen(Duration::from_millis(150)));
    assert_eq!((soon[6], late[6], soon.len(), late.len()), (4, 0, 9, 9));
}

#[test]
fn a_cable_that_is_pulled_takes_the_power_along() {
    let script = vec!["1s unplug 500ms".parse::<ScriptedFault>().unwrap()];
    let mut host = Host::of(Settings { script, ..Settings::new(Model::Bm1366, 1) });
    host.ask(&write_all(0xa4, 0x9000_ffff));
    assert_eq!(host.ask(&read_all(0)).len(), 11);
    host.listen(Duration::from_secs(1) - Duration::from_millis(500));
    let events: Vec<Event> = std::iter::from_fn(|| host.emulator.poll_event()).collect();
    assert_eq!(events, [Event::Unplugged, Event::Fault(Fault::Unplug(Duration::from_millis(500)))]);
    assert_eq!(host.ask(&read_all(0)), NOTHING);
    host.listen(Duration::from_millis(500));
    assert_eq!(host.emulator.poll_event(), Some(Event::Plugged));
    assert_eq!(host.ask(&read_all(0)).len(), 9, "it has forgotten version rolling");
}

#[test]
fn line_faults_hit_answers_and_leave_when_they_are_cleared() {
    for fault in ["flip-bits 5%", "drop-bytes 5%", "insert-bytes 5%", "wrong-crc 50%"] {
        let script = ScriptedFault::script(&format!("0 {fault}\n200s clear")).unwrap();
        let mut host = Host::of(Settings { script, ..Settings::new(Model::Bm1366, 1) });
        let answer = {
            let mut well = Host::on(Model::Bm1366, 1);
            well.ask(&read_all(0))
        };
        let right = (0..100).filter(|_| host.ask(&read_all(0)) == answer).count();
        assert!((10..90).contains(&right), "{fault}: {right} of 100");
        assert!(host.emulator.counts().damaged_bytes > 0, "{fault}");
        host.listen(Duration::from_secs(200));
        assert!((0..100).all(|_| host.ask(&read_all(0)) == answer), "{fault} is over");
    }
}

#[test]
fn duplicates_stale_and_wrong_nonces_come_as_often_as_told() {
    for (fault, expected) in
        [("duplicate-nonces 50%", "twice"), ("stale-nonces 50%", "late"), ("wrong-nonces 50%", "wrong")]
    {
        let script = vec![format!("0 {fault}").parse::<ScriptedFault>().unwrap()];
        let mut host = hashing_from(Settings { script, zero_bits: 8, ..Settings::new(Model::Bm1366, 1) });
        host.ask(&job(8));
        host.emulator.search(100_000, host.now);
        let first = host.listen(Duration::from_secs(2));
        let rest = host.ask(&job(0x10));
        let frames: Vec<&[u8]> = first.chunks(11).collect();
        let late = rest.chunks(11).filter(|frame| frame[7] >> 3 == 1).count();
        let different: std::collections::BTreeSet<&[u8]> = frames.iter().copied().collect();
        let wrong = frames.iter().filter(|frame| zero_bits(hash_of(frame, 8)) < 8).count();
        let found = usize::try_from(host.emulator.counts().nonces).unwrap();
        let seen = match expected {
            "twice" => frames.len() - different.len(),
            "late" => late,
            _ => wrong,
        };
        assert!((found / 4..found * 3 / 4).contains(&seen), "{fault}: {seen} of {found}");
    }
}

#[test]
fn a_model_gives_nonces_at_the_rate_of_its_hashrate() {
    // The clocks give 485 MHz * 894 * 12 = 5.2 TH/s; with 2^32 hashes a nonce, 1211 a second.
    let source = NonceSource::Model(ModelRate::Clocks);
    let mut host = hashing_from(Settings { source, zero_bits: 0, ..Settings::new(Model::Bm1366, 12) });
    host.emulator.receive(&write_all(0x28, 0x1130_0000), &[115_200], host.now);
    host.baud = 3_125_000;
    host.ask(&job(8));
    let count = host.listen(Duration::from_secs(10)).len() / 11;
    assert!((11_000..13_300).contains(&count), "{count} in ten seconds");
    // 100 TH/s at difficulty 256: 91 a second.
    let source = NonceSource::Model(ModelRate::Hashrate(Hashrate::over(100e12, Duration::from_secs(1)).unwrap()));
    let mut host = hashing_from(Settings { source, zero_bits: 0, ..Settings::new(Model::Bm1366, 12) });
    host.ask(&write_all(0x14, 0xff));
    host.ask(&job(8));
    let heard = host.listen(Duration::from_secs(20));
    let count = heard.len() / 11;
    assert!((1600..2050).contains(&count), "{count} in twenty seconds");
    assert!(heard.chunks(11).all(|frame| zero_bits(hash_of(frame, 8)) >= 8), "they are as good as the mask asks");
}

#[test]
fn chips_count_what_their_clocks_hash_and_what_of_it_is_wrong() {
    let value = |answer: &[u8]| u32::from_be_bytes(answer[2..6].try_into().unwrap());
    let counted = 2_f64.powi(32);
    for (model, units, registers) in [
        (Model::Bm1366, 894.0, &[0x88, 0x89, 0x8a, 0x8b][..]),
        (Model::Bm1368, 1276.0, &[0x88, 0x89, 0x8a, 0x8b]),
        (Model::Bm1370, 2040.0, &[0x8c]),
    ] {
        let script = vec!["0 wrong-nonces 10%".parse::<ScriptedFault>().unwrap()];
        let mut host = hashing_from(Settings {
            script,
            source: NonceSource::Model(ModelRate::Nonces(0.0)),
            ..Settings::new(model, 2)
        });
        assert_eq!(value(&host.ask(&read_one(0x80, registers[0]))), 0, "{model}: there is no job");
        host.ask(&job(8));
        host.listen(Duration::from_secs(20));
        let sum: f64 = registers.iter().map(|register| f64::from(value(&host.ask(&read_one(0x80, *register))))).sum();
        let right = 485e6 * units * 20.0 / counted;
        assert!((sum / right - 1.0).abs() < 0.1, "{model}: {sum} of {right}");
        let wrong = f64::from(value(&host.ask(&read_one(0x80, 0x4c))));
        assert!((wrong / right - 0.1).abs() < 0.01, "{model}: {wrong} of {right}");
        host.ask(&write_all(registers[0], 0));
        assert!(f64::from(value(&host.ask(&read_one(0x80, registers[0])))) < right / 10.0, "{model}: cleared");
    }
    let mut host = Host::on(Model::Bm1397, 1);
    addressed(&mut host, 0, 1);
    host.ask(&write_all(0x08, 0x40f0_0235));
    // 200 MHz times 672 units, in 2^20.
    assert_eq!(value(&host.ask(&read_one(0, 0x04))), 128_173);
}

#[test]
fn the_same_seed_is_the_same_run() {
    let run = |seed| {
        let script = vec!["0 flip-bits 1%".parse::<ScriptedFault>().unwrap()];
        let settings = Settings {
            source: NonceSource::Model(ModelRate::Clocks),
            zero_bits: 0,
            seed,
            script,
            ..Settings::new(Model::Bm1366, 4)
        };
        let mut host = hashing_from(settings);
        host.ask(&job(8));
        host.listen(Duration::from_secs(1))
    };
    assert_eq!(run(5), run(5));
    assert_ne!(run(5), run(6));
}

#[test]
fn a_board_with_a_control_channel_needs_voltage_and_reset() {
    let mut host = Host::of(Settings { control: Some(ControlReplies::V1), ..Settings::new(Model::Bm1370, 1) });
    assert_eq!(host.ask(&read_all(0)), NOTHING, "without core voltage");
    host.control(&[7, 0, 1, 0, 6, 0, 0]);
    host.control(&[10, 0, 2, 0, 5, 0x20, 0x24, 0x21, 0x4c, 0x02]);
    assert_eq!(host.control(&[9, 0, 3, 0, 5, 0x20, 0x24, 0x01, 0x80]), [4, 0, 3, 0]);
    assert_eq!(host.ask(&read_all(0)), NOTHING, "held in reset");
    assert_eq!(host.control(&[7, 0, 4, 0, 6, 0, 1]), [5, 0, 4, 0, 1]);
    assert_eq!(host.ask(&read_all(0)).len(), 9);
    host.control(&[7, 0, 5, 0, 6, 0, 0]);
    assert_eq!(host.ask(&read_all(0)), NOTHING);
}

#[test]
fn an_icarus_is_known_by_its_golden_work_and_by_how_it_divides_the_nonces() {
    // The works stand in the vectors; here they come from the file that hosts send them from.
    let works: serde_json::Value = serde_json::from_str(include_str!("../../tests/vectors/bm13xx.json")).unwrap();
    let work = |id: &str| {
        let row = works["icarus"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap();
        hashkit_chain::hex::decode(row["tx"].as_str().unwrap()).unwrap()
    };
    for (model, chips, division, answer, length) in [
        (Model::BlockErupter, 1, "04c0fdb4", "000187a2", 4),
        (Model::Icarus, 2, "82540e46", "000187a2", 4),
        (Model::Lancelot, 4, "417c0f36", "000187a2", 4),
        (Model::Icarus, 8, "60c994d5", "000187a2", 4),
        // The id of that work, a byte of zero, with the bit of an answer.
        (Model::AntminerU1, 1, "04c0fdb480", "000187a280", 5),
        (Model::AntminerU3, 4, "417c0f3680", "000187a280", 5),
    ] {
        let mut host = Host::on(model, chips);
        let golden = host.ask(&work("golden-171874"));
        assert_eq!(hashkit_chain::hex::encode(&golden), answer, "{model}");
        host.emulator.receive(&work("work-division-probe"), &[115_200], host.now);
        let first = host.listen(Duration::from_secs(30));
        assert_eq!(hashkit_chain::hex::encode(&first[..length]), division, "{model}");
        assert!(first.len().is_multiple_of(length), "{model}");
    }
}

#[test]
fn an_icarus_falls_silent_at_the_end_of_its_nonces_and_begins_anew_with_the_next_work() {
    let mut host = Host::of(Settings {
        source: NonceSource::Model(ModelRate::Clocks),
        zero_bits: 0,
        ..Settings::new(Model::AntminerU1, 1)
    });
    let (mut answers, work) = (0, [7; 64]);
    for _ in 0..40 {
        host.emulator.receive(&work, &[115_200], host.now);
        // All nonces take 2.7 s.
        answers += host.listen(Duration::from_millis(2700)).len() / 5;
        assert_eq!(host.listen(Duration::from_secs(2)), NOTHING);
    }
    assert!((20..65).contains(&answers), "about one a work: {answers}");
}

#[test]
fn half_a_work_is_forgotten_and_an_antminer_takes_commands_of_four_bytes() {
    let mut host = Host::on(Model::AntminerU1, 1);
    host.ask(&[0; 33]);
    assert_eq!(host.emulator.counts().skipped_bytes, 33);
    // 200 MHz; read it back after half a second.
    host.ask(&[0x82, 0x07, 0x81, 0x06]);
    host.listen(Duration::from_millis(500));
    let answer = host.ask(&[0x84, 0x00, 0x04, 0x00]);
    assert_eq!((answer.len(), &answer[2..4], answer[4] & 0x80), (5, &[0x07, 0x81][..], 0));
}

#[test]
fn settings_that_no_board_has_are_refused() {
    for (case, settings) in [
        ("no chips", Settings::new(Model::Bm1366, 0)),
        ("more than there are addresses", Settings::new(Model::Bm1366, 129)),
        ("a third of the nonces", Settings::new(Model::Icarus, 3)),
        (
            "a control channel of a stick",
            Settings { control: Some(ControlReplies::V0), ..Settings::new(Model::Bm1387, 1) },
        ),
        ("more zero bits than a chip asks for", Settings { zero_bits: 33, ..Settings::new(Model::Bm1366, 1) }),
    ] {
        assert!(Emulator::new(settings, Instant::now()).is_err(), "{case}");
    }
}

mod whatever_comes {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_bytes_make_it_panic_or_hide_the_next_command(
            model in prop::sample::select(Model::ALL.to_vec()),
            noise in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..20),
        ) {
            let mut host = Host::on(model, if model == Model::Icarus { 2 } else { 1 });
            for bytes in noise {
                host.ask(&bytes);
            }
            if model == Model::Bm1366 {
                // Whatever reset the noise may have hit, an answer of some length comes.
                host.listen(Duration::from_millis(200));
                host.baud = 115_200;
                prop_assert!(host.emulator.baud() > 0.0);
            }
        }

        #[test]
        fn no_packets_make_a_board_panic(noise in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut host = Host::of(Settings { control: Some(ControlReplies::V1), ..Settings::new(Model::Bm1370, 2) });
            host.control(&noise);
            host.listen(Duration::from_millis(500));
            // A register of the fan controller after silence: the stream has healed.
            prop_assert_eq!(host.control(&[9, 0, 7, 0, 5, 0x40, 0x4c, 0xfe, 1]), [5, 0, 7, 0, 0x5d]);
        }
    }
}
