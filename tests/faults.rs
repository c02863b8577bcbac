//! Each named fault of a pool has the outcome that the table gives it; and days of them in random order, on a clock of the test,
//! lose no share, bring none to another pool, keep nobody busy and fill no memory.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use fastrand::Rng;
use hashkit_tests::faults::{After, FAULTS, Fates, Left, Wire};
use serde_json::json;

#[test]
fn each_fault_has_its_outcome() -> Result<()> {
    let mut names = HashSet::new();
    let mut wrong = Vec::new();
    for fault in FAULTS {
        ensure!(names.insert(fault.name), "two faults are called {}", fault.name);
        if let Err(error) = fault.try_out() {
            wrong.push(format!("{}: {error:#}", fault.name));
        }
    }
    ensure!(FAULTS.len() >= 60, "{} faults", FAULTS.len());
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}

const DAY: Duration = Duration::from_hours(24);

/// What a day comes to.
#[derive(Debug, Default)]
struct Day {
    fates: Fates,
    connections: u64,
    faults: u64,
}

/// A day with a pool that does whatever the seed says: jobs, answers, silence, faults, and the end of the connection.
fn day(seed: u64) -> Result<Day> {
    let mut random = Rng::with_seed(seed);
    let (start, mut day, mut login) = (Instant::now(), Day::default(), Wire::usual_login());
    let mut now = start;
    while now < start + DAY {
        day.connections += 1;
        let mut wire = Wire::new(login, day.connections, now);
        let left = visit(&mut wire, &mut random, &mut day, start + DAY);
        if let Err(Left::Wrong(error)) = left {
            return Err(error.context(format!("connection {}", day.connections)));
        }
        let ended = wire.close().with_context(|| format!("connection {}", day.connections))?;
        day.fates.accepted += ended.accepted;
        day.fates.refused += ended.refused;
        day.fates.stale += ended.stale;
        day.fates.lost += ended.lost;
        // Nothing comes back at once.
        now = wire.now() + Duration::from_secs(random.u64(1..=60));
        login = wire.next_login();
    }
    Ok(day)
}

/// One connection, until it ends.
fn visit(wire: &mut Wire, random: &mut Rng, day: &mut Day, end: Instant) -> Result<(), Left> {
    if random.u8(..10) == 0 {
        // A fault of the login.
        wire.hear_login()?;
        let faults: Vec<_> = FAULTS.iter().filter(|fault| fault.after == After::Connecting).collect();
        day.faults += 1;
        (faults[random.usize(..faults.len())].act)(wire)?;
    } else {
        wire.begin()?;
    }
    let faults: Vec<_> =
        FAULTS.iter().filter(|fault| fault.after == After::LoggingIn && !is_large(fault.name)).collect();
    while wire.now() < end {
        match random.u8(..100) {
            0..30 => wire.find_share()?,
            30..60 => wire.answer_share(&json!({"result": true, "error": null}))?,
            60..63 => wire.answer_share(&json!({"result": null, "error": [21, "Job not found", null]}))?,
            63..68 => wire.new_job(true)?,
            68..80 => wire.new_job(false)?,
            80..82 => wire.easy()?,
            82..84 => {
                day.faults += 1;
                (faults[random.usize(..faults.len())].act)(wire)?;
            }
            84 if random.u8(..4) == 0 => return Err(Left::Closed),
            _ => wire.wait(Duration::from_millis(random.u64(1..60_000)))?,
        }
    }
    Ok(())
}

/// What takes a test's time and not a pool's.
fn is_large(name: &str) -> bool {
    ["thousand", "mebibyte", "kibibytes"].iter().any(|word| name.contains(word))
}

/// The memory that this process holds, in bytes, where the system tells.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

#[test]
fn days_of_faults_lose_no_share_and_no_memory() -> Result<()> {
    let seeds = if cfg!(feature = "long") { 2000 } else { 16 };
    let mut after_a_few = None;
    for seed in 0..seeds {
        let day = day(seed).with_context(|| format!("seed {seed}"))?;
        let Fates { accepted, refused, stale, lost } = day.fates;
        ensure!(accepted > 100 && refused > 0 && lost > 0 && day.faults > 20, "seed {seed}: {day:?}");
        // A share may be found for a job that a fault has just replaced.
        ensure!(stale <= accepted, "seed {seed}: {day:?}");
        if seed == 4 {
            after_a_few = memory();
        }
    }
    if let (Some(before), Some(after)) = (after_a_few, memory()) {
        ensure!(after < before + (8 << 20), "{before} bytes have grown to {after}");
    }
    Ok(())
}
