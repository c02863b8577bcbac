//! What goes wrong on a board or on its line, and how its chips end: the table of `docs/asics.md`, row by row, on emulated boards.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use hashkit_asic_driver::{ChainCounts, ChainEvent, Megahertz, Stance};
use hashkit_chain::{Job, Nbits, SearchSpace, Target};
use hashkit_emulator::{ControlReplies, Model, ModelRate, NonceSource, ScriptedFault, Settings};
use hashkit_engine::device::asic::AsicDevice;
use hashkit_tests::emulated::Emulated;
use hashkit_tests::mining::Mining;
use hashkit_tests::program::{hashkit, output_within};
use hashkit_tests::served::{job, served};

/// For what a busy machine may add.
const LIMIT: Duration = Duration::from_mins(1);
/// When the fault begins: the chips have hashed for a while by then, on a busy machine too.
const FAULT: Duration = Duration::from_secs(20);
/// What they run at: a short ramp.
const CLOCK: &str = "freq=100";

/// How a fault of a board ends, in the order of the measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Slower,
    Rest,
    Down,
}

fn reached(stance: Option<Stance>) -> Option<End> {
    match stance? {
        Stance::Run(frequency) if frequency < Megahertz(100.0) => Some(End::Slower),
        Stance::Run(_) => None,
        Stance::Rest => Some(End::Rest),
        Stance::Down => Some(End::Down),
    }
}

#[test]
fn each_fault_of_a_board_ends_where_the_table_says_within_its_time() -> Result<()> {
    let rows = [
        ("overheat 77", End::Slower, 8),
        ("overheat 110", End::Rest, 5),
        ("sensor-gone", End::Rest, 2),
        ("sensor-gone", End::Down, 5),
        ("fan-stopped", End::Slower, 2),
        ("fan-stopped", End::Rest, 5),
        ("fan-stopped", End::Down, 14),
        ("regulator-fault", End::Down, 2),
    ];
    thread::scope(|scope| {
        let rows: Vec<_> =
            rows.iter().map(|(fault, end, within)| (fault, scope.spawn(|| ends(fault, *end, *within)))).collect();
        for (fault, row) in rows {
            row.join().expect("no row panics").context(*fault)?;
        }
        Ok(())
    })
}

/// One row: the chips hash, the fault begins, and within so many seconds they are where the table says.
fn ends(fault: &str, end: End, within: u64) -> Result<()> {
    let within = Duration::from_secs(within);
    let settings = board(Model::Bm1370, 1, &[fault])?;
    served(settings, |emulated| {
        let mut device = AsicDevice::open(&format!("{},{CLOCK}", emulated.spec("bm1370")).parse()?, "asic:test")?;
        let mut space = SearchSpace::new(job(), 0);
        mine_until(&mut device, &mut space, |device| device.counts().total().nonces > 10)?;
        ensure!(device.stance() == Some(Stance::Run(Megahertz(100.0))), "{:?}", device.stance());
        let mut began = None;
        mine_until(&mut device, &mut space, |device| {
            began = began.or_else(|| emulated.faults.try_recv().ok());
            began.is_some() && reached(device.stance()).is_some_and(|reached| reached >= end)
        })?;
        let took = began.context("it has begun")?.elapsed();
        ensure!(reached(device.stance()) == Some(end), "{:?} instead of {end:?}", device.stance());
        ensure!(took <= within, "{end:?} after {took:?} instead of {within:?}");
        if end == End::Down {
            // The regulator's own word: no voltage.
            let is_off = |device: &AsicDevice| device.board().and_then(|board| board.output).is_some_and(|v| v < 0.01);
            mine_until(&mut device, &mut space, is_off)?;
        }
        Ok(())
    })
    .map(drop)
}

#[test]
fn what_only_the_line_suffers_from_is_counted_and_mined_through() -> Result<()> {
    type Seen = fn(&ChainCounts) -> bool;
    let rows: [(&str, Seen); 9] = [
        ("flip-bits 1%", |counts| counts.bad_frames > 0),
        ("drop-bytes 1%", |counts| counts.resyncs > 0),
        ("insert-bytes 1%", |counts| counts.skipped_bytes > 0),
        ("wrong-crc 20%", |counts| counts.bad_frames > 0),
        ("duplicate-nonces 20%", |counts| counts.total().duplicates > 0),
        ("stale-nonces 20%", |counts| counts.total().late > 0),
        ("late-chip 1 2s", |counts| counts.total().late > 0),
        ("wrong-nonces 20%", |counts| counts.total().wrong > 0),
        ("garbage 200", |counts| counts.skipped_bytes > 0),
    ];
    thread::scope(|scope| {
        let rows: Vec<_> = rows.iter().map(|(fault, seen)| (fault, scope.spawn(|| mines_on(fault, *seen)))).collect();
        for (fault, row) in rows {
            row.join().expect("no row panics").context(*fault)?;
        }
        Ok(())
    })
}

/// The fault is seen in the counts, and the chips find nonces after it as before.
fn mines_on(fault: &str, seen: impl Fn(&ChainCounts) -> bool) -> Result<()> {
    served(Settings { control: None, ..board(Model::Bm1366, 2, &[fault])? }, |emulated| {
        let mut device = AsicDevice::open(&format!("{},{CLOCK}", emulated.spec("bm1366")).parse()?, "asic:test")?;
        // Of an emulated chip only the ticket mask's bits tell what is wrong, and that is no harder than the shares.
        let share_target = Target::from_compact(Nbits(0x1b00_ffff)).context("a target")?;
        let mut space = SearchSpace::new(Job { share_target, ..job() }, 0);
        let mut has_begun = false;
        mine_until(&mut device, &mut space, |device| {
            has_begun |= emulated.faults.try_recv().is_ok();
            has_begun && seen(device.counts())
        })?;
        let before = device.counts().total().nonces;
        mine_until(&mut device, &mut space, |device| device.counts().total().nonces > before + 100)
    })
    .map(drop)
}

/// Gives the chips work whenever they may hash and want some, until it is so.
fn mine_until(
    device: &mut AsicDevice,
    space: &mut SearchSpace,
    mut is_so: impl FnMut(&AsicDevice) -> bool,
) -> Result<()> {
    let end = Instant::now() + LIMIT;
    let mut is_mining = false;
    while !is_so(device) {
        ensure!(Instant::now() < end, "not within {LIMIT:?}: {:?} {:?}", device.stance(), device.counts());
        let events = device.step()?;
        let wants = events.iter().any(|event| matches!(event, ChainEvent::WantsWork));
        let may_hash = device.may_hash() && !device.counts().chips.is_empty();
        if may_hash && (wants || !is_mining) {
            device.assign(space.take_header().context("a header")?);
        }
        is_mining = may_hash;
    }
    Ok(())
}

/// A board with everything that can fail; it finds nonces without a search.
fn board(model: Model, chips: u8, faults: &[&str]) -> Result<Settings> {
    let at = |fault: &&str| format!("{}ms {fault}", FAULT.as_millis());
    let script = ScriptedFault::script(&faults.iter().map(at).collect::<Vec<_>>().join("\n"))?;
    let source = NonceSource::Model(ModelRate::Nonces(100.0));
    Ok(Settings { source, zero_bits: 8, control: Some(ControlReplies::V1), script, ..Settings::new(model, chips) })
}

/// What a board says to a packet on this control channel, asked by nobody's code but this test's.
fn asked(control: &Path, packet: &[u8]) -> Result<Vec<u8>> {
    let mut port = OpenOptions::new().read(true).write(true).open(control)?;
    port.write_all(packet)?;
    loop {
        // Length of all, id, status, data. What the program before has not read comes first.
        let mut head = [0; 2];
        port.read_exact(&mut head)?;
        let mut rest = vec![0; usize::from(u16::from_le_bytes(head)).saturating_sub(2)];
        port.read_exact(&mut rest)?;
        if rest.first() == Some(&packet[2]) {
            return Ok(rest[1..].to_vec());
        }
    }
}

/// The chips are in reset, and their regulator is off.
fn is_powered_down(emulated: &Emulated) -> Result<()> {
    is_down(Path::new(emulated.control().context("it has a control channel")?))
}

fn is_down(control: &Path) -> Result<()> {
    let operation = asked(control, &[9, 0, 0xf1, 0, 5, 0x40, 0x24, 0x01, 1])?;
    let reset = asked(control, &[6, 0, 0xf2, 0, 6, 0])?;
    ensure!(operation == [0, 0] && reset == [0, 0], "OPERATION {operation:02x?}, pin 0 {reset:02x?}");
    Ok(())
}

#[test]
fn a_board_mines_under_control_and_is_powered_down_by_every_signal() -> Result<()> {
    for signal in ["TERM", "INT"] {
        let emulated = Emulated::start("bm1370", 1, &["--control"])?;
        let asic = emulated.spec("bm1370,freq=75");
        let mut mining = Mining::start(&["--demo", "--cpu-threads", "0", "--asic", &asic])?;
        mining.wait_for("block", LIMIT, |block| block["fate"] == "accepted")?;
        mining.signal(signal)?;
        let ending = mining.finish(Duration::from_secs(10))?;
        ensure!(ending.code == if signal == "INT" { 130 } else { 143 }, "{}: {}", ending.code, ending.errors);
        is_powered_down(&emulated).context(signal)?;
    }
    Ok(())
}

#[test]
fn a_board_that_fails_is_powered_down_while_the_rest_of_the_rig_goes_on() -> Result<()> {
    let emulated = Emulated::start("bm1370", 1, &["--control", "--fault", "20s:regulator-fault"])?;
    let asic = emulated.spec("bm1370,freq=75");
    let mut mining = Mining::start(&["--demo", "--cpu-threads", "1", "--asic", &asic])?;
    emulated.wait_for("fault", LIMIT)?;
    thread::sleep(Duration::from_secs(3));
    // Some may have been on their way.
    for _ in 0..5 {
        mining.wait_for("share", LIMIT, |share| share["fate"] == "accepted")?;
    }
    mining.signal("INT")?;
    let ending = mining.finish(Duration::from_secs(10))?;
    let said = ending.errors.contains("the regulator reports a fault");
    ensure!(ending.code == 130 && said, "{}: {}", ending.code, ending.errors);
    is_powered_down(&emulated)
}

#[test]
fn a_board_that_is_unplugged_is_started_again_with_all_its_care() -> Result<()> {
    let emulated = Emulated::start("bm1366", 1, &["--control", "--control-replies", "v0", "--fault", "20s:unplug:1s"])?;
    let asic = emulated.spec("bm1366,freq=75");
    let mut mining = Mining::start(&["--demo", "--cpu-threads", "0", "--asic", &asic])?;
    mining.wait_for("block", LIMIT, |block| block["fate"] == "accepted")?;
    emulated.wait_for("plugged", LIMIT)?;
    for _ in 0..2 {
        mining.wait_for("block", LIMIT, |block| block["fate"] == "accepted")?;
    }
    mining.signal("INT")?;
    ensure!(mining.finish(Duration::from_secs(10))?.code == 130);
    Ok(())
}

#[test]
fn a_board_that_was_only_looked_at_or_tested_has_no_power_afterwards() -> Result<()> {
    let emulated = Emulated::start("bm1368", 1, &["--control"])?;
    let asic = emulated.spec("bm1368");
    let listed = output_within(LIMIT, hashkit()?.args(["devices", "--json", "--asic", &asic]))?;
    let listed = String::from_utf8_lossy(&listed.stdout);
    ensure!(listed.contains("1 x bm1368") && listed.contains("its board says"), "{listed}");
    is_powered_down(&emulated).context("devices")?;
    let tested = output_within(LIMIT, hashkit()?.args(["selftest", "--device", "asic", "--asic", &asic]))?;
    ensure!(String::from_utf8_lossy(&tested.stdout).starts_with("ok     bm1368"), "{tested:?}");
    is_powered_down(&emulated).context("selftest")
}

#[test]
fn a_board_whose_devices_code_panics_has_no_power_afterwards() -> Result<()> {
    served(board(Model::Bm1370, 1, &[])?, |emulated| {
        let mut device = AsicDevice::open(&format!("{},{CLOCK}", emulated.spec("bm1370")).parse()?, "asic:test")?;
        let mut space = SearchSpace::new(job(), 0);
        mine_until(&mut device, &mut space, |device| device.counts().total().nonces > 10)?;
        // As on the thread of a device, which contains a panic and drops the device with it.
        let panicked = catch_unwind(AssertUnwindSafe(move || {
            let _device = device;
            panic!("a defect, for this test");
        }));
        ensure!(panicked.is_err());
        is_down(emulated.control().context("it has a control channel")?)
    })
    .map(drop)
}

/// A board of the whole program that falls ill.
struct Ill {
    model: &'static str,
    chips: u16,
    options: &'static str,
    emulated: &'static [&'static str],
    /// When, as the emulator takes it; from the program's start on where that is at once.
    fault: &'static str,
    /// What the log says of the device in this order, one thing or another, each within so many seconds from the fault.
    says: &'static [(&'static str, u64)],
}

/// Lets one rig mine with all of them and one thread of the processor.
fn ill_boards_of_one_rig(rows: &[Ill], longest: Duration) -> Result<()> {
    let mut boards = Vec::new();
    for row in rows {
        let options = [row.emulated, &["--nonces", "model:100/s", "--zero-bits", "8", "--fault", row.fault]].concat();
        boards.push(Emulated::start(row.model, row.chips, &options)?);
    }
    let specs: Vec<String> =
        rows.iter().zip(&boards).map(|(row, board)| board.spec(&format!("{}{}", row.model, row.options))).collect();
    let asics = specs.iter().flat_map(|spec| ["--asic", spec]);
    let mut mining =
        Mining::start(&["--demo", "--cpu-threads", "1", "-v"].into_iter().chain(asics).collect::<Vec<_>>())?;
    let began = second_of_the_day()?;
    let faults: Vec<Result<f64>> = thread::scope(|scope| {
        let wait = |(row, board): (&Ill, &'_ mut Emulated)| {
            if row.fault.starts_with("0s") {
                return Ok(began);
            }
            board.wait_for("fault", LIMIT)?;
            second_of_the_day()
        };
        let waiting: Vec<_> = rows.iter().zip(&mut boards).map(|pair| scope.spawn(move || wait(pair))).collect();
        waiting.into_iter().map(|one| one.join().expect("no row panics")).collect()
    });
    let worked = mining.cost().devices;
    thread::sleep(longest);
    let worked = mining.cost().devices.saturating_sub(worked);
    mining.signal("INT")?;
    let ending = mining.finish(Duration::from_secs(15))?;
    ensure!(ending.code == 130, "{}: {}", ending.code, ending.errors);
    ensure!(worked > longest / 20, "the processor worked for {worked:?} of {longest:?} beside boards that are ill");
    for ((row, board), fault) in rows.iter().zip(&boards).zip(faults) {
        let (fault, device) = (fault.context(row.fault)?, format!("asic:{}", board.path().trim_start_matches('/')));
        let mut lines = ending.errors.lines().filter(|line| line.contains(&device));
        for (words, within) in row.says {
            let is_said = |line: &str| words.split('|').any(|words| line.contains(words));
            let line = lines.find(|line| is_said(line) && after(line, fault).is_some());
            let line = line.with_context(|| format!("{}: no {words:?} in\n{}", row.fault, ending.errors))?;
            let took = after(line, fault).context("it has just been found")?;
            ensure!(took <= *within as f64, "{}: {words:?} after {took:.1} s instead of {within} s", row.fault);
        }
        if board.control().is_some() {
            is_powered_down(board).context(row.fault)?;
        }
    }
    Ok(())
}

/// By the clock on the wall, as the log has it.
fn second_of_the_day() -> Result<f64> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs_f64() % 86_400.0)
}

/// How long after this second of the day a line of the log was written; `None` of one before.
fn after(line: &str, second: f64) -> Option<f64> {
    let clock = line.split_once('T')?.1.split_once('Z')?.0;
    let parts: Vec<f64> = clock.split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [hours, minutes, seconds] = parts[..] else { return None };
    // Within the same half day, over midnight too.
    let passed = (hours * 3600.0 + minutes * 60.0 + seconds - second).rem_euclid(86_400.0);
    (passed < 43_200.0).then_some(passed)
}

#[test]
fn boards_that_fall_ill_end_as_the_table_says_while_the_rest_of_the_rig_goes_on() -> Result<()> {
    let rows = [
        Ill {
            model: "bm1370",
            chips: 1,
            options: ",freq=75",
            emulated: &["--control"],
            fault: "16s:overheat:200",
            says: &[("the chips rest|their power is cut", 8)],
        },
        Ill {
            model: "bm1366",
            chips: 2,
            options: ",freq=75,chips=2",
            emulated: &["--control"],
            fault: "0s:dead-chip:1",
            says: &[("1 of 2 chips answer", 30)],
        },
        Ill {
            model: "bm1366",
            chips: 2,
            options: ",freq=75",
            emulated: &[],
            fault: "16s:silence:16s",
            says: &[("no chip has found anything", 20), ("chips run", 26)],
        },
        Ill {
            model: "bm1366",
            chips: 1,
            options: ",freq=75",
            emulated: &[],
            fault: "16s:unplug:2s",
            says: &[("will be opened again", 5), ("chips run", 25)],
        },
    ];
    ill_boards_of_one_rig(&rows, Duration::from_secs(26))
}

/// With the waiting times of the table: a minute for one chip, four starts for all.
#[cfg(feature = "long")]
#[test]
fn boards_that_stay_ill_for_minutes_end_as_the_table_says() -> Result<()> {
    let rows = [
        Ill {
            model: "bm1370",
            chips: 1,
            options: ",freq=75",
            emulated: &["--control"],
            // Emulated chips cool down while they rest: it may take all three times.
            fault: "15s:overheat:200",
            says: &[("the chips rest|their power is cut", 8), ("the chips have no power", 60)],
        },
        Ill {
            model: "bm1366",
            chips: 2,
            options: ",freq=75",
            emulated: &[],
            fault: "15s:dead-chip:1",
            says: &[("chip 1 has found nothing", 75)],
        },
        Ill {
            model: "bm1366",
            chips: 2,
            options: ",freq=75",
            emulated: &[],
            fault: "15s:silence:10m",
            says: &[("no chip has found anything", 20), ("will be opened again", 150)],
        },
        Ill {
            model: "bm1370",
            chips: 1,
            options: ",freq=75",
            emulated: &["--control"],
            fault: "15s:silence:10m",
            says: &[("no chip has found anything", 20), ("the chips lose power for a while", 150)],
        },
    ];
    ill_boards_of_one_rig(&rows, Duration::from_secs(160))
}
