//! Ctrl-C: no more work, what is found is sent, the summary is shown, and all that within five seconds. Twice: at once.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hashkit_tests::mining::Mining;
use hashkit_tests::scripted_pool::{PracticeJob, ScriptedPool};

const LIMIT: Duration = Duration::from_mins(1);
const STOP: Duration = Duration::from_secs(5);
const EASY: f64 = 0.0001;

#[test]
fn one_signal_ends_a_demo_with_the_summary_and_its_own_exit_code() -> Result<()> {
    for (name, code) in [("INT", 130), ("TERM", 143)] {
        let mut mining = Mining::start(&["--demo"])?;
        mining.wait_for("share", LIMIT, |_| true)?;
        let asked = Instant::now();
        mining.signal(name)?;
        let ending = mining.finish(LIMIT)?;
        ensure!(asked.elapsed() < STOP, "{name} took {:?}", asked.elapsed());
        ensure!(ending.code == code, "{name} ended with {}: {}", ending.code, ending.errors);
        let summary = ending.summary().context(name)?;
        ensure!(ending.sum("lost")? == 0, "the demo's pool answers everything: {summary}");
    }
    Ok(())
}

#[test]
fn a_signal_ends_whatever_is_waited_for() -> Result<()> {
    let silent = ScriptedPool::start(hashkit_tests::scripted_pool::Guest::hold)?;
    // Takes shares and answers none: at the end they are waited for, but not for long.
    let mute = ScriptedPool::start(|guest| {
        guest.log_in(4)?;
        guest.say(&PracticeJob::set_difficulty(EASY))?;
        guest.say(&PracticeJob::new("a", EASY, 0, 4)?.notify(true))?;
        guest.hold()
    })?;
    for (case, address, event) in [
        ("a login that is not answered", silent.address(), "connecting"),
        ("shares that are not answered", mute.address(), "job"),
        ("the wait before the next attempt", "127.0.0.1:1".to_owned(), "left"),
    ] {
        let mut mining = Mining::start(&["--pool", &address, "--user", "u"])?;
        mining.wait_for(event, LIMIT, |_| true).context(case)?;
        // So that there are shares without an answer.
        std::thread::sleep(Duration::from_millis(300));
        let asked = Instant::now();
        mining.signal("INT")?;
        let ending = mining.finish(LIMIT)?;
        ensure!(asked.elapsed() < STOP, "{case} took {:?}", asked.elapsed());
        ensure!(ending.code == 130, "{case}: ended with {}: {}", ending.code, ending.errors);
        let summary = ending.summary().context(case)?;
        ensure!(ending.sum("accepted")? == 0, "{case}: {summary}");
    }
    Ok(())
}

#[test]
fn a_second_signal_ends_at_once() -> Result<()> {
    let mute = ScriptedPool::start(|guest| {
        guest.log_in(4)?;
        guest.say(&PracticeJob::set_difficulty(EASY))?;
        guest.say(&PracticeJob::new("a", EASY, 0, 4)?.notify(true))?;
        // Once something waits for its answer the first signal alone takes two seconds.
        guest.next_submit()?;
        guest.say(&PracticeJob::new("b", EASY, 1, 4)?.notify(false))?;
        guest.hold()
    })?;
    let mut mining = Mining::start(&["--pool", &mute.address(), "--user", "u"])?;
    mining.wait_for("job", LIMIT, |job| job["job"] == "b")?;
    mining.signal("INT")?;
    std::thread::sleep(Duration::from_millis(200));
    let asked = Instant::now();
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    // The first alone would have ended it 1.8 s from here.
    ensure!(asked.elapsed() < Duration::from_millis(1500), "took {:?}", asked.elapsed());
    ensure!(ending.code == 130, "ended with {}: {}", ending.code, ending.errors);
    ensure!(ending.of("summary").count() == 0, "the first signal had ended it already");
    Ok(())
}
