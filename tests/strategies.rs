//! Several pools at once: the devices take turns by weight, each pool hears of its own user and its own shares alone, and what one
//! misses goes to the others. Ten minutes of turns are tested in `miner/src/session/quota.rs`, on a clock of its own.

use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hashkit_chain::Algorithm;
use hashkit_tests::mining::{Ending, Mining};
use hashkit_tests::scripted_pool::{Guest, PracticeJob, ScriptedPool};
use serde_json::Value;

const LIMIT: Duration = Duration::from_mins(1);
const EASY: f64 = 0.0001;

/// A pool that knows one user and one password, gives jobs of its own, and takes their shares alone.
fn pool_of(name: &'static str) -> Result<ScriptedPool> {
    ScriptedPool::start(move |guest| {
        log_in(guest, name)?;
        let job = PracticeJob::new(name, EASY, name.as_bytes()[0], 4)?;
        guest.say(&job.notify(true))?;
        guest.accept_all(&[job])
    })
}

fn log_in(guest: &mut Guest, name: &str) -> Result<()> {
    loop {
        let request = guest.hear()?;
        guest.welcome(&request, 4)?;
        if request["method"] == "mining.authorize" {
            let login = (&request["params"][0], &request["params"][1]);
            ensure!(*login.0 == *name && *login.1 == *format!("secret of {name}"), "a foreign login: {request}");
            return guest.say(&PracticeJob::set_difficulty(EASY));
        }
    }
}

const LOGINS: [&str; 8] = ["--user", "ann", "--user", "bob", "--pass", "secret of ann", "--pass", "secret of bob"];

fn account<'e>(ending: &'e Ending, pool: &str) -> Result<&'e Value> {
    ending.of("credit").find(|credit| credit["pool"] == pool).with_context(|| format!("no account of {pool}"))
}

fn hashes(ending: &Ending, pool: &str) -> Result<f64> {
    account(ending, pool)?["hashes"].as_f64().context("no number")
}

#[test]
fn pools_share_the_devices_by_weight_and_every_hash_and_share_has_one_account() -> Result<()> {
    for (strategy, weights, part) in [("quota", ["#weight=3", "#weight=1"], 0.75), ("balance", ["", ""], 0.5)] {
        let (ann, bob) = (pool_of("ann")?, pool_of("bob")?);
        let (first, second) = (ann.address() + weights[0], bob.address() + weights[1]);
        let usual = ["--pool", &first, "--pool", &second, "--strategy", strategy, "--stop-after", "8s"];
        let ending = Mining::start(&[&usual, &LOGINS[..]].concat())?.finish(LIMIT)?;
        ann.complaints()?;
        bob.complaints()?;
        ensure!(ending.code == 0, "{strategy} ended with {}: {} {}", ending.code, ending.reasons(), ending.errors);
        let (one, other) = (hashes(&ending, &ann.address())?, hashes(&ending, &bob.address())?);
        ensure!(
            (one + other - ending.sum("hashes")? as f64).abs() < 0.5,
            "{one} and {other} of {}",
            ending.sum("hashes")?
        );
        // Eight turns, of which the first begins late and the last ends early.
        let had = one / (one + other);
        ensure!((had - part).abs() < 0.15, "{strategy}: the first had {had} of all");
        let mut accepted = 0;
        for pool in [&ann, &bob] {
            let account = account(&ending, &pool.address())?;
            let count = account["accepted"].as_u64().context("no number")?;
            ensure!(count > 0 && account["refused"] == 0, "{account}");
            let credited = account["credited_difficulty"].as_f64().context("no number")?;
            ensure!((credited - EASY * count as f64).abs() < 1e-9, "{account}");
            accepted += count;
        }
        ensure!(accepted == ending.sum("accepted")?, "{accepted} of {}", ending.sum("accepted")?);
    }
    Ok(())
}

#[test]
fn a_pool_that_is_gone_leaves_its_part_to_the_others() -> Result<()> {
    let ann = pool_of("ann")?;
    // It gives a job, and goes away for good after its second share.
    let bob = ScriptedPool::start(|guest| {
        ensure!(guest.number() == 0 || guest.hear().is_err(), "enough");
        log_in(guest, "bob")?;
        let job = PracticeJob::new("bob", EASY, b'b', 4)?;
        guest.say(&job.notify(true))?;
        for _ in 0..2 {
            let submit = guest.next_submit()?;
            job.judge(&submit)?;
            guest.accept(&submit)?;
        }
        Ok(())
    })?;
    let (first, second) = (ann.address(), bob.address());
    let usual = ["--pool", &first, "--pool", &second, "--strategy", "balance"];
    let mut mining = Mining::start(&[&usual, &LOGINS[..]].concat())?;
    mining.wait_for("left", LIMIT, |left| left["pool"] == second)?;
    for _ in 0..5 {
        mining.wait_for("share", LIMIT, |share| share["fate"] == "accepted")?;
    }
    thread::sleep(Duration::from_secs(2));
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    ending.summary()?;
    ensure!(hashes(&ending, &first)? > hashes(&ending, &second)?, "{:?}", ending.of("credit").collect::<Vec<_>>());
    ann.complaints()
}

/// As [`pool_of`], with jobs of another algorithm.
fn blake3_pool_of(name: &'static str) -> Result<ScriptedPool> {
    ScriptedPool::start(move |guest| {
        log_in(guest, name)?;
        let job = PracticeJob::new(name, EASY, name.as_bytes()[0], 4)?.hashed_with(Algorithm::Blake3, EASY)?;
        guest.say(&job.notify(true))?;
        guest.accept_all(&[job])
    })
}

#[test]
fn pools_of_different_algorithms_share_the_devices_by_time() -> Result<()> {
    let (ann, bob) = (pool_of("ann")?, blake3_pool_of("bob")?);
    let (first, second) = (ann.address(), bob.address() + "#algorithm=blake3");
    let usual = ["--pool", &first, "--pool", &second, "--strategy", "balance", "--stop-after", "6s"];
    let ending = Mining::start(&[&usual, &LOGINS[..]].concat())?.finish(LIMIT)?;
    ann.complaints()?;
    bob.complaints()?;
    ensure!(ending.code == 0, "ended with {}: {} {}", ending.code, ending.reasons(), ending.errors);
    ending.summary()?;
    for pool in [&ann, &bob] {
        let account = account(&ending, &pool.address())?;
        ensure!(account["accepted"].as_u64() > Some(0) && account["refused"] == 0, "{account}");
    }
    let setup = ending.of("setup").next().context("a setup")?;
    ensure!(setup["algorithm"] == "sha256d, blake3", "{setup}");
    Ok(())
}

#[test]
fn a_backup_of_another_algorithm_takes_the_devices_over_and_gives_them_back() -> Result<()> {
    // The first is gone after its second share, and back for the next guest.
    let ann = ScriptedPool::start(|guest| {
        log_in(guest, "ann")?;
        let job = PracticeJob::new("ann", EASY, b'a', 4)?;
        guest.say(&job.notify(true))?;
        if guest.number() > 0 {
            return guest.accept_all(&[job]);
        }
        for _ in 0..2 {
            let submit = guest.next_submit()?;
            job.judge(&submit)?;
            guest.accept(&submit)?;
        }
        Ok(())
    })?;
    let bob = blake3_pool_of("bob")?;
    let (first, second) = (ann.address(), bob.address());
    let with_algorithm = second.clone() + "#algorithm=blake3";
    let usual = ["--pool", &first, "--pool", &with_algorithm, "--return-after", "1s", "--ping-after", "200ms"];
    let mut mining = Mining::start(&[&usual, &LOGINS[..]].concat())?;
    for pool in [&first, &second, &first] {
        mining.wait_for("login", LIMIT, |login| login["pool"] == *pool)?;
        mining.wait_for("share", LIMIT, |share| share["fate"] == "accepted")?;
    }
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    ending.summary()?;
    ann.complaints()?;
    bob.complaints()
}

#[test]
fn what_does_not_fit_together_is_refused_at_the_start() -> Result<()> {
    for (case, arguments, said) in [
        ("a weight without quota", &["--pool", "a:1#weight=2", "--user", "u"][..], "--strategy quota alone"),
        ("no algorithm", &["--pool", "a:1#algorithm=md5", "--user", "u"], "md5"),
        (
            "an address for two coins",
            &[
                "--pool",
                "a:1,b:1#algorithm=scrypt",
                "--user",
                "u",
                "--expect-address",
                "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
            ],
            "of another algorithm than --expect-address",
        ),
        ("two names for three", &["--pool", "a:1,b:1,c:1", "--user", "u", "--user", "v"], "2 names for 3 pools"),
        (
            "a demo beside quotas",
            &["--pool", "a:1", "--user", "u", "--strategy", "quota", "--when-idle", "demo"],
            "failover alone",
        ),
    ] {
        let ending = Mining::start(arguments)?.finish(LIMIT)?;
        ensure!(ending.code == 2 && ending.errors.contains(said), "{case}: {} {}", ending.code, ending.errors);
    }
    Ok(())
}

#[test]
fn devices_mine_the_demo_while_no_pool_is_usable_when_asked_to() -> Result<()> {
    let idle = ["--pool", "127.0.0.1:1", "--user", "u", "--when-idle", "demo", "--stop-after", "2blocks"];
    let ending = Mining::start(&idle)?.finish(LIMIT)?;
    ensure!(ending.code == 0 && ending.sum("blocks")? >= 2, "{}: {}", ending.code, ending.reasons());
    ensure!(ending.of("login").all(|login| login["user"] == "practice"), "the demo hears of nobody else");
    Ok(())
}
