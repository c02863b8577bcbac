//! A pool that dies while it is mined on: the devices rest, the miner comes back within its backoff, and shares without an
//! answer are lost, never accepted.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hashkit_tests::mining::Mining;
use hashkit_tests::program::hashkit;
use hashkit_tests::scripted_pool::{PracticeJob, ScriptedPool, judge};
use serde_json::Value;

const LIMIT: Duration = Duration::from_mins(1);
const EASY: f64 = 0.0001;

/// A `hashkit pool serve --demo` of its own; dropping it kills it.
struct ServedPool {
    child: Child,
    address: String,
}

impl ServedPool {
    fn start(listen: &str) -> Result<Self> {
        let mut command = hashkit()?;
        command.args(["pool", "serve", "--demo", "--ui", "json", "--listen", listen]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("standard output was asked for")?).lines();
        let first: Value = serde_json::from_str(&lines.next().context("no line")??)?;
        // Somebody has to read on, or the pool would wait for a reader.
        thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let address = first["address"].as_str().context("no address")?.to_owned();
        Ok(Self { child, address })
    }

    /// `kill -9`: no farewell, no answer to what is under way.
    fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for ServedPool {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.kill();
    }
}

#[test]
fn a_killed_pool_is_found_again_and_the_sums_still_agree() -> Result<()> {
    let mut pool = ServedPool::start("127.0.0.1:0")?;
    let mut mining = Mining::start(&["--pool", &pool.address, "--user", "u"])?;
    let accepted = |share: &Value| share["fate"] == "accepted";
    mining.wait_for("share", LIMIT, accepted)?;
    pool.kill()?;
    let left = mining.wait_for("left", LIMIT, |_| true)?;
    let why = left["why"].as_str().unwrap_or_default();
    ensure!(why.contains(&pool.address) && why.contains("closed the connection"), "{left}");

    // While no pool is there the devices rest.
    let before = mining.cost().devices;
    thread::sleep(Duration::from_millis(700));
    let rested = mining.cost().devices.saturating_sub(before);
    ensure!(rested <= Duration::from_millis(40), "devices without a pool used {rested:?}");

    let down_since = Instant::now();
    let again = ServedPool::start(&pool.address)?;
    mining.wait_for("login", LIMIT, |_| true)?;
    // It has been down for a second or two: the waits were 1, 2 and at most 4 s so far.
    ensure!(down_since.elapsed() < Duration::from_secs(8), "came back after {:?}", down_since.elapsed());
    mining.wait_for("share", LIMIT, accepted)?;
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    ensure!(ending.code == 130, "ended with {}: {}", ending.code, ending.errors);
    ending.summary()?;
    drop(again);
    Ok(())
}

#[test]
fn shares_that_a_dying_pool_has_not_answered_are_lost_and_never_accepted() -> Result<()> {
    // It takes shares and answers the first three alone; then it is gone.
    const ANSWERED: u64 = 3;
    const TAKEN: u64 = 8;
    let pool = ScriptedPool::start(|guest| {
        guest.log_in(4)?;
        guest.say(&PracticeJob::set_difficulty(EASY))?;
        let job = PracticeJob::new("a", EASY, 0, 4)?;
        guest.say(&job.notify(true))?;
        for count in 0..TAKEN {
            let submit = guest.next_submit()?;
            judge(std::slice::from_ref(&job), &submit)?;
            if count < ANSWERED {
                guest.accept(&submit)?;
            }
        }
        guest.hang_up();
        Ok(())
    })?;
    let mut mining = Mining::start(&["--pool", &pool.address(), "--user", "u"])?;
    mining.wait_for("left", LIMIT, |_| true)?;
    mining.signal("TERM")?;
    let ending = mining.finish(LIMIT)?;
    pool.complaints()?;
    ensure!(ending.code == 143, "ended with {}: {}", ending.code, ending.errors);
    let connections = pool.connections() as u64;
    ensure!(ending.sum("accepted")? <= ANSWERED * connections, "{}", ending.summary()?);
    ensure!(ending.sum("lost")? >= TAKEN - ANSWERED, "{}", ending.summary()?);
    Ok(())
}

#[test]
fn a_pool_that_stops_answering_is_left_and_its_shares_are_lost() -> Result<()> {
    for (case, arguments, said) in [
        ("shares unanswered", &["--answer-timeout", "700ms"][..], "has not answered a share for 0.7 s"),
        ("nothing said", &["--silence-timeout", "900ms"], "has been silent for"),
    ] {
        let pool = ScriptedPool::start(|guest| {
            guest.log_in(4)?;
            guest.say(&PracticeJob::set_difficulty(EASY))?;
            guest.say(&PracticeJob::new("a", EASY, 0, 4)?.notify(true))?;
            guest.hold()
        })?;
        let address = pool.address();
        let mut mining = Mining::start(&[&["--pool", &address, "--user", "u"], arguments].concat())?;
        mining
            .wait_for("left", LIMIT, |left| left["why"].as_str().is_some_and(|why| why.contains(said)))
            .context(case)?;
        mining.signal("INT")?;
        let ending = mining.finish(LIMIT)?;
        ensure!(ending.sum("accepted")? == 0 && ending.sum("lost")? > 0, "{case}: {}", ending.summary()?);
    }
    Ok(())
}
