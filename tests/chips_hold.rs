//! Chips that are faster than any line, and chips that are ill: what the driver loses of their nonces, and what it costs.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use hashkit_asic_driver::ChainEvent;
use hashkit_chain::{Job, Ntime, Previous, SearchSpace};
use hashkit_emulator::{Model, ModelRate, NonceSource, Settings};
use hashkit_engine::device::asic::{AsicDevice, spawn_asic};
use hashkit_engine::{Limits, open};
use hashkit_tests::emulated::Emulated;
use hashkit_tests::mining::Mining;
use hashkit_tests::served::{job, served};
use nix::pty::openpty;
use nix::sys::termios::{SetArg, cfmakeraw, tcgetattr, tcsetattr};

/// Chips are started in about ten seconds; a busy machine takes longer.
const START: Duration = Duration::from_mins(1);

#[test]
fn no_nonce_of_20_000_a_second_is_lost() -> Result<()> {
    const SECONDS: u64 = 3;
    let source = NonceSource::Model(ModelRate::Nonces(20_000.0));
    // No line that is built into a board carries so many.
    let settings = Settings { source, zero_bits: 0, is_paced: false, ..Settings::new(Model::Bm1366, 12) };
    let (mut credited, mut processor, mut waited) = (0, Duration::ZERO, Duration::ZERO);
    let counts = served(settings, |emulated| {
        let spec = format!("{},freq=62.5,chips=12", emulated.spec("bm1366"));
        let mut device = AsicDevice::open(&spec.parse()?, "asic:test")?;
        let mut space = SearchSpace::new(job(), 0);
        wait(&mut device, "ready", START, |event| matches!(event, ChainEvent::Ready { .. }))?;
        device.assign(space.take_header().context("a header")?);
        let (began, (before, waited_before)) = (Instant::now(), processor_times()?);
        while began.elapsed() < Duration::from_secs(SECONDS) {
            for event in device.step()? {
                match event {
                    ChainEvent::WantsWork => device.assign(space.take_header().context("a header")?),
                    ChainEvent::Nonce(_) => {}
                    other => bail!("{other:?}"),
                }
            }
        }
        let (after, waited_after) = processor_times()?;
        (processor, waited) = (after.saturating_sub(before), waited_after.saturating_sub(waited_before));
        // Parking listens until all is quiet.
        device.park();
        let counts = device.counts();
        let total = counts.total();
        credited = total.nonces + total.duplicates;
        ensure!(total.wrong == 0 && counts.unknown_jobs == 0 && counts.bad_frames == 0, "{counts:?}");
        Ok(())
    })?;
    let share = processor.as_secs_f64() / SECONDS as f64;
    // What it costs is measured on a quiet machine, and kept in docs/asics.md.
    println!("{credited} nonces judged, {:.1} % of a core", share * 100.0);
    ensure!(counts.nonces > 0, "{counts:?}");
    ensure!(credited + counts.lost_answers == counts.nonces, "{credited} judged of {counts:?}");
    // A line holds few bytes: where nobody reads for long, the emulator has to drop some, and that is the busy machine's doing.
    ensure!(counts.lost_answers == 0 || waited > Duration::from_millis(200), "{counts:?} after {waited:?} of waiting");
    Ok(())
}

/// Not on emulated chips but on a line that the test itself listens at, so that it sees when a work arrives.
#[test]
fn every_clean_job_reaches_the_chips_at_once() -> Result<()> {
    const JOBS: u32 = 200;
    // What a real Icarus answers to the work by which it is known.
    const KNOWN: [u8; 4] = [0x00, 0x01, 0x87, 0xa2];
    let pty = openpty(None, None)?;
    let mut mode = tcgetattr(&pty.slave)?;
    cfmakeraw(&mut mode);
    tcsetattr(&pty.slave, SetArg::TCSANOW, &mode)?;
    let path = fs::read_link(format!("/proc/self/fd/{}", pty.slave.as_raw_fd()))?;
    let (arrived, arrivals) = mpsc::channel();
    let mut line = File::from(pty.master);
    thread::spawn(move || -> Result<()> {
        let mut work = [0; 64];
        line.read_exact(&mut work)?;
        line.write_all(&KNOWN)?;
        loop {
            line.read_exact(&mut work)?;
            let ntime = u32::from_le_bytes(work[56..60].try_into()?);
            if arrived.send((ntime, Instant::now())).is_err() {
                return Ok(());
            }
        }
    });
    let (source, ports) = open(Limits::default());
    let device = spawn_asic(format!("{}:icarus", path.display()).parse()?, None, ports.port("asic:test"))?;
    let mut took = Vec::new();
    for number in 0..=JOBS {
        let ntime = 1_700_000_000 + number;
        let published = Instant::now();
        source.publish(
            Job { ntime: Ntime(ntime), last_ntime: Ntime(ntime), version_mask: 0, ..job() },
            Previous::Worthless,
        );
        let end = published + START;
        let at = loop {
            let (of, at) = arrivals.recv_timeout(end.saturating_duration_since(Instant::now()))?;
            if of == ntime {
                break at;
            }
        };
        // The first one waits for the board to be recognised.
        if number > 0 {
            took.push(at - published);
        }
        // At any time of the device's own rhythm.
        thread::sleep(Duration::from_micros(15_000 + u64::from(number * 7919 % 9000)));
    }
    source.close();
    device.join().map_err(|_| anyhow!("the device panicked"))?;
    took.sort();
    let at = |part: usize| took[took.len() * part / 100];
    println!("a clean job reaches the line within {:?} (median), {:?} (99 %)", at(50), at(99));
    Ok(())
}

fn wait(device: &mut AsicDevice, what: &str, limit: Duration, is_it: impl Fn(&ChainEvent) -> bool) -> Result<()> {
    let end = Instant::now() + limit;
    while Instant::now() < end {
        for event in device.step()? {
            if let ChainEvent::Failed(error) = &event {
                bail!("{error}");
            }
            if is_it(&event) {
                return Ok(());
            }
        }
    }
    bail!("not {what} within {limit:?}")
}

/// For how long this thread has run, and has waited for a processor, by Linux' scheduler.
fn processor_times() -> Result<(Duration, Duration)> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    let mut times = text.split_whitespace().map(str::parse).map(|time| time.map(Duration::from_nanos));
    Ok((times.next().context("a number")??, times.next().context("a number")??))
}

/// A rig on chips on which random faults come and go: nothing that is wrong is submitted, nothing that was found is lost, and it
/// mines when it is over.
fn mines_through_random_faults(model: &str, chips: u16, faults: &str, seed: &str, limit: Duration) -> Result<()> {
    let emulated = Emulated::start(model, chips, &["--random-faults", faults, "--seed", seed])?;
    let asic = format!("{}:{model},freq=62.5", emulated.path());
    let mut mining = Mining::start(&["--demo", "--cpu-threads", "0", "--asic", &asic])?;
    let end = Instant::now() + limit;
    while Instant::now() < end {
        mining.wait_for("share", START, |share| share["fate"] == "accepted")?;
    }
    // Faults are over; two more may have been on their way.
    for _ in 0..3 {
        mining.wait_for("share", START, |share| share["fate"] == "accepted")?;
    }
    mining.signal("INT")?;
    let ending = mining.finish(Duration::from_secs(20))?;
    ensure!(ending.code == 130, "it ended with {}: {}", ending.code, ending.errors);
    ensure!(ending.sum("refused")? == 0 && ending.sum("lost")? == 0, "{}", ending.summary()?);
    Ok(())
}

#[test]
fn a_chain_mines_through_random_faults() -> Result<()> {
    mines_through_random_faults("bm1366", 4, "12s", "7", Duration::from_secs(12))
}

/// Ten minutes of it: `scripts/long-tests`.
#[cfg(feature = "long")]
#[test]
fn a_chain_mines_through_ten_minutes_of_random_faults() -> Result<()> {
    mines_through_random_faults("bm1370", 2, "10m", "11", Duration::from_mins(10))
}
