//! Several pools: in their order, each in its turn, and where a pool sends its miners.

use std::time::Duration;

use anyhow::{Result, ensure};
use hashkit_tests::mining::Mining;
use hashkit_tests::scripted_pool::{Guest, PracticeJob, ScriptedPool};
use serde_json::json;

const LIMIT: Duration = Duration::from_mins(1);
const EASY: f64 = 0.0001;

/// Logs in, gives a job, and accepts what is right.
fn decent(guest: &mut Guest) -> Result<()> {
    let job = give_work(guest)?;
    guest.accept_all(&[job])
}

fn give_work(guest: &mut Guest) -> Result<PracticeJob> {
    guest.log_in(4)?;
    guest.say(&PracticeJob::set_difficulty(EASY))?;
    let job = PracticeJob::new("a", EASY, 0, 4)?;
    guest.say(&job.notify(true))?;
    Ok(job)
}

#[test]
fn the_next_pool_is_tried_at_once_when_one_fails() -> Result<()> {
    let backup = ScriptedPool::start(decent)?;
    let ending = Mining::start(
        &[&["--pool", "127.0.0.1:1", "--pool", &backup.address(), "--user", "u"], &["--stop-after", "3shares"][..]]
            .concat(),
    )?
    .finish(LIMIT)?;
    ensure!(ending.code == 0, "ended with {}: {}", ending.code, ending.errors);
    let left: Vec<_> = ending.of("left").collect();
    ensure!(left.len() == 1 && left[0]["wait_ms"] == 0.0 && left[0]["next"] == backup.address(), "{left:?}");
    ensure!(ending.sum("accepted")? >= 3);
    backup.complaints()
}

#[test]
fn the_pools_take_turns_and_nobody_is_hammered() -> Result<()> {
    // Each connection is closed as soon as it is made.
    let pools = [ScriptedPool::start(|_| Ok(()))?, ScriptedPool::start(|_| Ok(()))?];
    let (first, second) = (pools[0].address(), pools[1].address());
    let ending =
        Mining::start(&["--pool", &first, "--pool", &second, "--user", "u", "--stop-after", "4s"])?.finish(LIMIT)?;
    let turns: Vec<_> = ending.of("connecting").filter_map(|attempt| attempt["pool"].as_str()).collect();
    ensure!(
        turns.iter().zip([&first, &second].into_iter().cycle()).all(|(turn, expected)| turn == expected),
        "{turns:?}"
    );
    // Pauses of at least half a second, one second and two.
    ensure!((4..=8).contains(&turns.len()), "{turns:?}");
    ensure!(pools[0].connections().abs_diff(pools[1].connections()) <= 1);
    ending.summary().map(drop)
}

#[test]
fn a_pool_may_send_its_miners_to_another_port_of_its_own() -> Result<()> {
    let target = ScriptedPool::start(decent)?;
    let port: u16 = target.address().rsplit(':').next().unwrap_or_default().parse()?;
    let sender = ScriptedPool::start(move |guest| {
        give_work(guest)?;
        guest.say(&json!({"id": null, "method": "client.reconnect", "params": ["", port, 0]}))?;
        guest.hold()
    })?;
    let ending =
        Mining::start(&["--pool", &sender.address(), "--user", "u", "--stop-after", "3shares"])?.finish(LIMIT)?;
    ensure!(ending.code == 0, "ended with {}: {}", ending.code, ending.errors);
    ensure!(ending.reasons().contains("sends its miners to"), "{}", ending.reasons());
    ensure!(ending.sum("accepted")? >= 3 && target.connections() == 1, "{}", ending.summary()?);
    target.complaints()?;
    sender.complaints()
}

#[test]
fn a_pool_may_not_send_its_miners_to_strangers() -> Result<()> {
    let pool = ScriptedPool::start(|guest| {
        let job = give_work(guest)?;
        guest.say(&json!({"id": null, "method": "client.reconnect", "params": ["evil.example", 3333, 0]}))?;
        guest.accept_all(&[job])
    })?;
    let ending =
        Mining::start(&["--pool", &pool.address(), "--user", "u", "--stop-after", "5shares"])?.finish(LIMIT)?;
    ensure!(ending.code == 0 && pool.connections() == 1, "{}", ending.reasons());
    let warned = ending.of("warning").any(|warning| warning["text"].as_str().is_some_and(|text| text.contains("evil")));
    ensure!(warned, "{:?}", ending.events);
    pool.complaints()
}

#[test]
fn the_first_pool_is_returned_to_once_it_gives_work_again() -> Result<()> {
    // It refuses its first two guests, then it is well.
    let first = ScriptedPool::start(|guest| if guest.number() < 2 { Ok(()) } else { decent(guest) })?;
    let backup = ScriptedPool::start(decent)?;
    let (preferred, other) = (first.address(), backup.address());
    let mut mining =
        Mining::start(&["--pool", &preferred, "--pool", &other, "--user", "u", "--return-after", "600ms"])?;
    mining.wait_for("login", LIMIT, |login| login["pool"] == other)?;
    mining.wait_for("share", LIMIT, |share| share["fate"] == "accepted")?;
    let proving =
        mining.wait_for("health", LIMIT, |health| health["pool"] == preferred && health["state"] == "proving")?;
    ensure!(proving["in_ms"] == 600.0, "{proving}");
    let left = mining.wait_for("left", LIMIT, |left| left["pool"] == other)?;
    ensure!(left["wait_ms"] == 0.0 && left["next"] == preferred, "{left}");
    mining.wait_for("login", LIMIT, |login| login["pool"] == preferred)?;
    mining.wait_for("share", LIMIT, |share| share["fate"] == "accepted")?;
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    ensure!(ending.sum("lost")? == 0, "a change of pools by our own will loses no share: {}", ending.summary()?);
    // The first refusal, the look that was refused, the look that was not, and the connection to stay.
    ensure!(
        first.connections() == 4 && backup.connections() == 1,
        "{} and {}",
        first.connections(),
        backup.connections()
    );
    first.complaints()?;
    backup.complaints()
}
