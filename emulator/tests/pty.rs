//! The emulator behind a real pseudo-terminal, with a host that does no more than read.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use hashkit_emulator::{
    Counts, Emulator, Links, Model, ModelRate, News, NonceSource, ScriptedFault, Settings, Stop, serve,
};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// Serves on a thread while `host` runs with the path, and gives the counts at the end.
fn served(settings: Settings, link: Option<PathBuf>, host: impl FnOnce(&Path)) -> Counts {
    let (stop, (tell, paths)) = (Stop::default(), mpsc::channel());
    let links = Links { chips: link, control: None };
    thread::scope(|scope| {
        let server = scope.spawn(|| {
            let mut emulator = Emulator::new(settings, Instant::now()).expect("a board is like that");
            serve(&mut emulator, &links, &stop, |news| {
                if let News::Open { chips, .. } = news {
                    // The host may have all that it wanted.
                    let _ = tell.send(chips.to_owned());
                }
            })
            .expect("it is served");
            emulator.counts()
        });
        let path = paths.recv_timeout(Duration::from_secs(10)).expect("it opens");
        host(&path);
        stop.stop();
        server.join().expect("it does not panic")
    })
}

fn open(path: &Path) -> File {
    fs::OpenOptions::new().read(true).write(true).open(path).expect("it is a port")
}

fn set_rate(port: &File, baud: u32) {
    let mut settings = tcgetattr(port).expect("it is a terminal");
    settings.set_speed(baud).expect("any rate goes");
    tcsetattr(port, OptionalActions::Now, &settings).expect("it takes it");
}

fn crc5(bytes: &[u8]) -> u8 {
    let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    bits.fold(0x1f, |crc, bit| (crc << 1 ^ if crc >> 4 ^ bit == 1 { 5 } else { 0 }) & 0x1f)
}

fn command(body: &[u8]) -> Vec<u8> {
    [&[0x55, 0xaa], body, &[crc5(body)]].concat()
}

fn write_all(register: u8, value: u32) -> Vec<u8> {
    command(&[&[0x51, 9, 0, register][..], &value.to_be_bytes()].concat())
}

/// Twelve chips that want nothing but a job, at 3.125 million baud.
fn bring_up(port: &mut File) {
    let mut frames = command(&[0x53, 5, 0, 0]);
    (0..12).for_each(|chip| frames.extend(command(&[0x40, 5, 16 * chip, 0])));
    for (register, value) in
        [(0xa4, 0x9000_ffff), (0x18, 0xf000_c100), (0x3c, 0x8000_82aa), (0x10, 0x151c), (0x08, 0x50c2_0240)]
    {
        frames.extend(write_all(register, value));
    }
    frames.extend(write_all(0x28, 0x1130_0000));
    port.write_all(&frames).expect("it listens");
    thread::sleep(Duration::from_millis(50));
    set_rate(port, 3_125_000);
}

/// A captured job, of the vectors.
fn job() -> Vec<u8> {
    let vectors: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/vectors/bm13xx.json")).expect("JSON");
    let row = vectors["full_header_jobs"].as_array().expect("rows").iter().find(|row| row["chip"] == "BM1366");
    hashkit_chain::hex::decode(row.expect("one is of it")["tx"].as_str().expect("text")).expect("hexadecimal")
}

/// Frames that arrive whole until nothing has come for a while.
fn frames(port: &mut File, time: Duration, no_more: impl FnOnce(&mut File)) -> usize {
    let mut heard = Vec::new();
    let (end, mut no_more) = (Instant::now() + time, Some(no_more));
    let mut buffer = vec![0; 65536];
    loop {
        let mut fds = [rustix::event::PollFd::new(&*port, rustix::event::PollFlags::IN)];
        let wait = rustix::event::Timespec { tv_sec: 0, tv_nsec: 300_000_000 };
        if rustix::event::poll(&mut fds, Some(&wait)).expect("it polls") == 0 {
            break;
        }
        let count = port.read(&mut buffer).expect("it is open");
        heard.extend_from_slice(&buffer[..count]);
        if Instant::now() > end
            && let Some(no_more) = no_more.take()
        {
            no_more(port);
        }
    }
    assert!(heard.len().is_multiple_of(11), "{} bytes", heard.len());
    assert!(heard.chunks(11).all(|frame| frame[..2] == [0xaa, 0x55] && crc5(&frame[2..]) == 0));
    heard.len() / 11
}

#[test]
fn twelve_chips_of_20_000_nonces_a_second_lose_none() {
    let source = NonceSource::Model(ModelRate::Nonces(20_000.0));
    let settings = Settings { source, zero_bits: 0, ..Settings::new(Model::Bm1366, 12) };
    let mut heard = 0;
    let counts = served(settings, None, |path| {
        let mut port = open(path);
        bring_up(&mut port);
        port.write_all(&job()).expect("it listens");
        let rest = |port: &mut File| port.write_all(&write_all(0x10, 0)).expect("it listens");
        heard = frames(&mut port, Duration::from_secs(2), rest);
    });
    assert!(heard > 30_000, "{heard} in two seconds");
    assert_eq!((heard as u64, counts.lost_answers), (counts.nonces, 0));
}

#[test]
fn a_board_that_was_unplugged_is_found_again_at_its_link() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script = vec!["200ms unplug 300ms".parse::<ScriptedFault>().expect("a fault")];
    let settings = Settings { script, ..Settings::new(Model::Bm1366, 1) };
    served(settings, Some(folder.path().join("board")), |path| {
        let read_id = command(&[0x52, 5, 0, 0]);
        let mut port = open(path);
        port.write_all(&read_id).expect("it listens");
        port.read_exact(&mut [0; 9]).expect("it answers");
        // Nothing comes any more, and then the port is gone.
        assert!(!matches!(port.read(&mut [0; 9]), Ok(1..)));
        let deadline = Instant::now() + Duration::from_secs(10);
        let mut again = loop {
            match fs::OpenOptions::new().read(true).write(true).open(path) {
                Ok(port) => break port,
                Err(error) => assert!(Instant::now() < deadline, "{error}"),
            }
            thread::sleep(Duration::from_millis(10));
        };
        again.write_all(&read_id).expect("it listens");
        again.read_exact(&mut [0; 9]).expect("it answers");
    });
}
