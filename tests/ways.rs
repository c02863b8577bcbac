//! The way to a pool: through proxies with and without a login, from an address of one's own, over roads that delay, stall and
//! break.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use hashkit_tests::forwarder::{Forwarder, Kind};
use hashkit_tests::mining::{Ending, Mining};
#[cfg(all(feature = "long", target_os = "linux"))]
use hashkit_tests::scripted_pool::{EASY, PracticeJob};
use hashkit_tests::scripted_pool::{Guest, ScriptedPool, decent};

const LIMIT: Duration = Duration::from_mins(1);

fn mine(pool: &str, arguments: &[&str]) -> Result<Ending> {
    let usual = ["--pool", pool, "--user", "u", "--stop-after", "2shares", "--give-up-after", "3s"];
    Mining::start(&[&usual, arguments].concat())?.finish(LIMIT)
}

fn login() -> (String, String) {
    ("me".to_owned(), "p@ss:word".to_owned())
}

#[test]
fn a_proxy_brings_the_miner_to_the_pool_and_looks_the_name_up() -> Result<()> {
    const ONION: &str = "p53lf57qovyuvwsc6xnrppyply3vtqm7l6pcobkmyqsiofyeznfu5uqd.onion:3333";
    let pool = ScriptedPool::start(decent)?;
    for (case, kind, scheme, given) in [
        ("SOCKS5", Kind::Socks5(None), "socks5", ""),
        ("SOCKS5 with a login", Kind::Socks5(Some(login())), "socks5", "me:p%40ss%3Aword@"),
        ("CONNECT", Kind::Http(None), "http", ""),
        ("CONNECT with a login", Kind::Http(Some(login())), "http", "me:p%40ss%3Aword@"),
    ] {
        let proxy = Forwarder::start(kind, pool.address())?;
        let url = format!("{scheme}://{given}{}", proxy.address());
        let ending = mine(ONION, &["--proxy", &url]).context(case)?;
        ensure!(ending.code == 0, "{case}: ended with {}: {}", ending.code, ending.reasons());
        ensure!(ending.sum("accepted")? >= 2 && proxy.asked() == [ONION], "{case}: {:?}", proxy.asked());
    }
    pool.complaints()
}

#[test]
fn a_proxy_that_does_not_serve_is_named_with_the_next_step() -> Result<()> {
    let pool = ScriptedPool::start(decent)?;
    let socks = Forwarder::start(Kind::Socks5(Some(login())), pool.address())?;
    let http = Forwarder::start(Kind::Http(Some(login())), pool.address())?;
    let unspoken = ScriptedPool::start(Guest::hold)?;
    for (case, url, said) in [
        ("no login where one is wanted", format!("socks5://{}", socks.address()), "wants a login"),
        ("a wrong password", format!("socks5://me:no@{}", socks.address()), "refuses the login"),
        ("no login for CONNECT", format!("http://{}", http.address()), "wants a login"),
        ("a wrong password for CONNECT", format!("http://me:no@{}", http.address()), "refuses the login"),
        ("nobody there", "socks5://127.0.0.1:1".to_owned(), "cannot reach the proxy socks5://127.0.0.1:1"),
        ("a proxy that says nothing", format!("socks5://{}", unspoken.address()), "does not answer within 1.5 s"),
    ] {
        let ending = mine("pool.example:3333", &["--proxy", &url, "--connect-timeout", "500ms"]).context(case)?;
        ensure!(ending.code == 5 && ending.reasons().contains(said), "{case}: {} {}", ending.code, ending.reasons());
        ensure!(!format!("{:?}{}", ending.events, ending.errors).contains("me:"), "{case}: a login is shown");
    }
    ensure!(pool.connections() == 0, "a proxy that refuses has passed something on");
    // A name of Tor is no business of the local resolver.
    let ending = mine("abcdef.onion:3333", &[])?;
    ensure!(ending.code == 5 && ending.reasons().contains("--proxy socks5://"), "{}", ending.reasons());
    Ok(())
}

#[test]
fn a_connection_comes_from_the_address_that_the_user_names() -> Result<()> {
    let pool = ScriptedPool::start(|guest| {
        ensure!(guest.peer().ip().to_string() == "127.0.0.9", "it comes from {}", guest.peer());
        decent(guest)
    })?;
    let ending = mine(&pool.address(), &["--connect-from", "127.0.0.9"])?;
    ensure!(ending.code == 0, "{}", ending.reasons());
    pool.complaints()?;
    let ending = mine(&pool.address(), &["--connect-from", "192.0.2.77"])?;
    ensure!(ending.reasons().contains("cannot connect from 192.0.2.77"), "{}", ending.reasons());
    let ending = Mining::start(&["--pool", "a:1", "--user", "u", "--connect-from", "no/such"])?.finish(LIMIT)?;
    ensure!(ending.code == 2 && ending.errors.contains("neither an address"), "{}: {}", ending.code, ending.errors);
    Ok(())
}

#[test]
fn a_slow_road_costs_nothing_but_time() -> Result<()> {
    let pool = ScriptedPool::start(decent)?;
    let road = Forwarder::start(Kind::Road, pool.address())?;
    road.delay(Duration::from_millis(300));
    let ending =
        Mining::start(&["--pool", &road.address(), "--user", "u", "--stop-after", "2shares"])?.finish(LIMIT)?;
    ensure!(ending.code == 0 && ending.sum("refused")? == 0, "{}: {}", ending.code, ending.reasons());
    let took = ending.of("share").filter_map(|share| share["took_ms"].as_f64()).fold(f64::MAX, f64::min);
    ensure!(took >= 600.0, "a share was answered after {took} ms");
    pool.complaints()
}

#[test]
fn a_half_open_connection_is_left_for_the_next_pool_and_no_share_goes_uncounted() -> Result<()> {
    let (pool, backup) = (ScriptedPool::start(decent)?, ScriptedPool::start(decent)?);
    let road = Forwarder::start(Kind::Road, pool.address())?;
    let (first, second) = (road.address(), backup.address());
    let quick = ["--ping-after", "400ms", "--answer-timeout", "500ms", "--suspect-timeout", "500ms"];
    let mut mining = Mining::start(&[&["--pool", &first, "--pool", &second, "--user", "u"], &quick[..]].concat())?;
    mining.wait_for("share", LIMIT, |share| share["fate"] == "accepted")?;
    road.stall();
    let stalled = Instant::now();
    mining.wait_for("login", LIMIT, |login| login["pool"] == second)?;
    let took = stalled.elapsed();
    // A ping or a share unanswered for half a second, and half a second of suspicion.
    ensure!(took < Duration::from_secs(5), "it was left after {took:?}");
    mining.wait_for("share", LIMIT, |share| share["fate"] == "accepted")?;
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    ensure!(ending.sum("lost")? > 0, "what was on its way is lost: {}", ending.summary()?);
    // What had waited on the road may come late, but nothing twice.
    road.go_on();
    pool.complaints()?;
    backup.complaints()
}

/// A host that is gone without a word, with nothing shortened, which takes a quarter of a minute: scripts/long-tests.
#[cfg(all(feature = "long", target_os = "linux"))]
#[test]
fn with_the_defaults_a_host_that_has_vanished_is_left_within_15_s() -> Result<()> {
    for (case, difficulty) in [("with shares on their way", EASY), ("with nothing but a ping to send", 1e12)] {
        let pool = ScriptedPool::start(move |guest| {
            guest.log_in(4)?;
            guest.say(&PracticeJob::set_difficulty(difficulty))?;
            guest.say(&PracticeJob::new("a", difficulty, 0, 4)?.notify(true))?;
            guest.hold()
        })?;
        let (road, backup) = (Forwarder::start(Kind::Road, pool.address())?, ScriptedPool::start(decent)?);
        let (first, second) = (road.address(), backup.address());
        let mut mining = Mining::start(&["--pool", &first, "--pool", &second, "--user", "u", "--cpu-threads", "1"])?;
        mining.wait_for("job", LIMIT, |job| job["pool"] == first)?;
        road.vanish()?;
        let vanished = Instant::now();
        mining.wait_for("login", LIMIT, |login| login["pool"] == second)?;
        let took = vanished.elapsed();
        ensure!(took < Duration::from_secs(15), "{case}: left after {took:?}");
        println!("{case}: left after {took:?}");
        mining.signal("INT")?;
        mining.finish(LIMIT)?.summary()?;
    }
    Ok(())
}

#[test]
fn a_road_that_breaks_again_and_again_loses_no_count() -> Result<()> {
    let pool = ScriptedPool::start(decent)?;
    let road = Forwarder::start(Kind::Road, pool.address())?;
    let mut mining = Mining::start(&["--pool", &road.address(), "--user", "u"])?;
    for _ in 0..3 {
        mining.wait_for("share", LIMIT, |share| share["fate"] == "accepted")?;
        road.cut();
        mining.wait_for("left", LIMIT, |_| true)?;
    }
    mining.wait_for("share", LIMIT, |share| share["fate"] == "accepted")?;
    mining.signal("INT")?;
    mining.finish(LIMIT)?.summary()?;
    pool.complaints()
}
