//! Pools that look alive and are not: what makes a pool suspect, when it is left, and when it is returned to. The times are
//! shortened by the switches that `docs/failover.md` names; the machines that decide are tested over thousands of days in
//! `miner/src/session/`.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hashkit_tests::mining::{Ending, Mining};
use hashkit_tests::scripted_pool::{Guest, PracticeJob, ScriptedPool};
use serde_json::{Value, json};

const LIMIT: Duration = Duration::from_mins(1);
const EASY: f64 = 0.0001;
/// No share will be found.
const HARD: f64 = 1e12;
/// A second from the first sign to the leaving.
const QUICK: [&str; 6] = ["--ping-after", "400ms", "--answer-timeout", "500ms", "--suspect-timeout", "500ms"];

type Script = fn(&mut Guest) -> Result<()>;

fn give_work(guest: &mut Guest, difficulty: f64, parent: u8) -> Result<PracticeJob> {
    guest.log_in(4)?;
    guest.say(&PracticeJob::set_difficulty(difficulty))?;
    let job = PracticeJob::new("a", difficulty, parent, 4)?;
    guest.say(&job.notify(true))?;
    Ok(job)
}

/// Logs in, gives a job, and accepts what is right.
fn decent(guest: &mut Guest) -> Result<()> {
    let job = give_work(guest, EASY, 9)?;
    guest.accept_all(&[job])
}

fn refuse_all(guest: &mut Guest) -> Result<()> {
    give_work(guest, EASY, 0)?;
    loop {
        let submit = guest.next_submit()?;
        guest.say(&json!({"id": submit.id, "result": null, "error": [23, "Low difficulty share", null]}))?;
    }
}

/// A new job every 100 ms, always on the same block.
fn never_a_new_block(guest: &mut Guest) -> Result<()> {
    guest.log_in(4)?;
    guest.say(&PracticeJob::set_difficulty(HARD))?;
    for number in 0.. {
        guest.say(&PracticeJob::new(&format!("j{number}"), HARD, 0, 4)?.notify(false))?;
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// Mines on a pool of this script with a decent backup behind it, until the backup has accepted a share.
fn left_for_the_backup(script: Script, arguments: &[&str]) -> Result<(Ending, String)> {
    let (pool, backup) = (ScriptedPool::start(script)?, ScriptedPool::start(decent)?);
    let (first, second) = (pool.address(), backup.address());
    let usual = ["--pool", &first, "--pool", &second, "--user", "u", "--cpu-threads", "1"];
    let mut mining = Mining::start(&[&usual, &QUICK[..], arguments].concat())?;
    mining.wait_for("login", LIMIT, |login| login["pool"] == second)?;
    mining.wait_for("share", LIMIT, |share| share["fate"] == "accepted")?;
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    ending.summary()?;
    pool.complaints()?;
    backup.complaints()?;
    Ok((ending, first))
}

#[test]
fn a_pool_that_shows_no_life_is_suspected_and_left_for_the_stated_reason() -> Result<()> {
    const CASES: &[(&str, &str, Script, &[&str])] = &[
        (
            "silent, and no share to ask by",
            "has not answered a ping for 0.5 s",
            |guest| {
                give_work(guest, HARD, 0)?;
                guest.hold()
            },
            &[],
        ),
        (
            "takes shares and does not answer",
            "has not answered a share for 0.5 s",
            |guest| {
                give_work(guest, EASY, 0)?;
                guest.hold()
            },
            &[],
        ),
        (
            "no job at all",
            "has sent no job for 0.5 s",
            |guest| {
                guest.log_in(4)?;
                loop {
                    let request = guest.hear()?;
                    guest.welcome(&request, 4)?;
                }
            },
            &[],
        ),
        (
            "no second job",
            "has sent no job for 0.7 s",
            |guest| {
                let job = give_work(guest, EASY, 0)?;
                guest.accept_all(&[job])
            },
            &["--job-timeout", "700ms"],
        ),
        (
            "never a new block",
            "jobs on the same previous block for 0.8 s",
            never_a_new_block,
            &["--tip-timeout", "800ms"],
        ),
        ("refuses every share", "of the last", refuse_all, &[]),
    ];
    thread::scope(|scope| {
        let runs: Vec<_> = CASES
            .iter()
            .map(|(case, said, script, arguments)| {
                scope.spawn(move || {
                    let (ending, pool) = left_for_the_backup(*script, arguments).context(*case)?;
                    let is_of = |line: &&Value| line["pool"] == pool;
                    let is_why = |line: &Value| line["why"].as_str().is_some_and(|why| why.contains(said));
                    let suspect = ending.of("health").filter(is_of).find(|line| line["state"] == "suspect");
                    let suspect = suspect.with_context(|| format!("{case}: never suspect: {:?}", ending.events))?;
                    ensure!(is_why(suspect) && suspect["in_ms"] == 500.0, "{case}: {suspect}");
                    let left = ending.of("left").find(is_of).with_context(|| format!("{case}: never left"))?;
                    ensure!(is_why(left) && left["wait_ms"] == 0.0, "{case}: {left}");
                    anyhow::Ok(())
                })
            })
            .collect();
        runs.into_iter().try_for_each(|run| run.join().map_err(|_| anyhow::anyhow!("a run panicked"))?)
    })
}

#[test]
fn a_suspect_that_answers_in_time_is_kept() -> Result<()> {
    let pool = ScriptedPool::start(|guest| {
        let job = give_work(guest, EASY, 0)?;
        // The first is answered late, but before the pool would be left.
        let submit = guest.next_submit()?;
        thread::sleep(Duration::from_millis(1500));
        job.judge(&submit)?;
        guest.accept(&submit)?;
        guest.accept_all(&[job])
    })?;
    let late = ["--answer-timeout", "1s", "--suspect-timeout", "20s", "--stop-after", "20shares"];
    let ending = Mining::start(&[&["--pool", &pool.address(), "--user", "u"], &late[..]].concat())?.finish(LIMIT)?;
    pool.complaints()?;
    ensure!(ending.code == 0 && ending.of("left").count() == 0 && pool.connections() == 1, "{}", ending.reasons());
    let states: Vec<_> = ending.of("health").filter_map(|line| line["state"].as_str()).collect();
    ensure!(states.starts_with(&["alive", "suspect", "alive"]), "{states:?}");
    Ok(())
}

#[test]
fn a_pool_that_dies_again_and_again_is_not_returned_to() -> Result<()> {
    // Each connection, on the side too, holds for 400 ms of the second that is asked for.
    let first = ScriptedPool::start(|guest| {
        give_work(guest, HARD, 0)?;
        thread::sleep(Duration::from_millis(400));
        Ok(())
    })?;
    let backup = ScriptedPool::start(decent)?;
    let pools = ["--pool", &first.address(), "--pool", &backup.address(), "--user", "u"];
    let ending =
        Mining::start(&[&pools, &["--return-after", "1s", "--stop-after", "5s"][..]].concat())?.finish(LIMIT)?;
    ensure!(ending.code == 0, "{}", ending.errors);
    let left: Vec<_> = ending.of("left").filter_map(|left| left["pool"].as_str()).collect();
    ensure!(left == [first.address()], "{}", ending.reasons());
    let unproven = ending.of("health").filter(|line| line["state"] == "unproven").count();
    ensure!(unproven >= 3, "{unproven} proofs in vain in 5 s");
    backup.complaints()
}

/// The promise of `docs/failover.md` with nothing shortened, which takes two minutes: scripts/long-tests.
#[cfg(feature = "long")]
#[test]
fn with_the_defaults_a_silent_pool_is_left_within_30_s_and_returned_to_after_60() -> Result<()> {
    // Its first guest meets silence; those after it are served, with a job every 20 s.
    let first = ScriptedPool::start(|guest| {
        let job = give_work(guest, HARD, 0)?;
        if guest.number() == 0 {
            return guest.hold();
        }
        loop {
            let request = guest.hear()?;
            guest.welcome(&request, 4)?;
            guest.say(&job.notify(false))?;
        }
    })?;
    let backup = ScriptedPool::start(decent)?;
    let (preferred, other) = (first.address(), backup.address());
    let mut mining = Mining::start(&["--pool", &preferred, "--pool", &other, "--user", "u", "--cpu-threads", "1"])?;
    mining.wait_for("job", LIMIT, |job| job["pool"] == preferred)?;
    let silent_since = std::time::Instant::now();
    mining.wait_for("login", LIMIT, |login| login["pool"] == other)?;
    let healthy_since = std::time::Instant::now();
    let left_after = silent_since.elapsed();
    ensure!(left_after < Duration::from_secs(30), "left after {left_after:?}");
    mining.wait_for("login", 2 * LIMIT, |login| login["pool"] == preferred)?;
    let returned_after = healthy_since.elapsed();
    ensure!((60..=70).contains(&returned_after.as_secs()), "returned to after {returned_after:?}");
    println!("left after {left_after:?}, returned to after {returned_after:?}");
    Ok(())
}
