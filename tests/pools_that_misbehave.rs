//! Pools that are not there, are something else, or do what no pool should: the miner names the pool, the cause and the next
//! step, loses no count, and neither burns the processor nor grows.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hashkit_tests::mining::{Ending, Mining};
use hashkit_tests::scripted_pool::{Guest, PracticeJob, ScriptedPool, judge};
use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};

/// Easy enough for several shares a second on one slow core.
const EASY: f64 = 0.0001;
/// What any run here may take on a busy machine.
const LIMIT: Duration = Duration::from_mins(1);
/// A run holds about 8 MB; more than this and something has grown.
const MOST_MEMORY: u64 = 40 << 20;

/// Mines with these arguments until it ends by itself, and checks what holds whatever the pool does: the sums agree, the
/// memory is bounded, and only devices use the processor.
fn mine(pool: &str, arguments: &[&str]) -> Result<Ending> {
    let usual = ["--pool", pool, "--user", "account.rig", "--login-timeout", "1s", "--connect-timeout", "500ms"];
    let ending = Mining::start(&[&usual, arguments].concat())?.finish(LIMIT)?;
    ending.summary()?;
    ensure!(ending.cost.peak_memory < MOST_MEMORY, "{} bytes of memory", ending.cost.peak_memory);
    let busy = ending.cost.beside_devices;
    ensure!(busy < ending.took / 4 + Duration::from_millis(250), "{busy:?} of processor time in {:?}", ending.took);
    Ok(ending)
}

/// Lets `script` run against a miner that stops after so many accepted shares; it must come to that without a complaint.
fn shares_are_accepted(
    shares: u32,
    script: impl Fn(&mut Guest) -> Result<()> + Send + Sync + 'static,
) -> Result<Ending> {
    let pool = ScriptedPool::start(script)?;
    let ending = mine(&pool.address(), &["--stop-after", &format!("{shares}shares"), "--give-up-after", "20s"])?;
    pool.complaints()?;
    ensure!(ending.code == 0, "ended with {}: {} {}", ending.code, ending.reasons(), ending.errors);
    Ok(ending)
}

/// Begins a connection with the login, a difficulty and a clean job.
fn give_work(guest: &mut Guest, job: &PracticeJob, difficulty: f64, len: usize) -> Result<()> {
    guest.log_in(len)?;
    guest.say(&PracticeJob::set_difficulty(difficulty))?;
    guest.say(&job.notify(true))
}

/// A port whose queue of connections is full, so that further ones are not answered, as by a machine that is down.
fn full_port() -> Result<(Socket, Vec<TcpStream>, SocketAddr)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    socket.listen(0)?;
    let address = socket.local_addr()?.as_socket().context("an IPv4 address")?;
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
        waiting.push(stream);
    }
    Ok((socket, waiting, address))
}

#[test]
fn a_pool_that_cannot_be_used_is_named_with_the_cause_and_the_next_step() -> Result<()> {
    let (_socket, _waiting, full) = full_port()?;
    let closed = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    for (case, address, said) in [
        ("unreachable", full.to_string(), "does not answer within 0.5 s: check the address"),
        ("a wrong port", closed.to_string(), "refuses connections: check the port"),
        ("an unknown name", "no-such-pool.invalid:3333".to_owned(), "no-such-pool.invalid"),
    ] {
        let ending = mine(&address, &["--give-up-after", "1500ms"]).context(case)?;
        unusable(&ending, case, &address, said)?;
    }
    Ok(())
}

/// What a run against nothing but this pool comes to: code 5, the reason, no share, and devices that rest.
fn unusable(ending: &Ending, case: &str, address: &str, said: &str) -> Result<()> {
    let reasons = ending.reasons();
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    ensure!(ending.code == 5, "{case}: ended with {}: {reasons} {}", ending.code, ending.errors);
    ensure!(reasons.contains(said) && reasons.contains(host), "{case}: {said:?} is missing from {reasons}");
    ensure!(ending.errors.contains(said), "{case}: {said:?} is missing from the last words: {}", ending.errors);
    ensure!(ending.sum("found")? == 0, "{case}: shares without a pool");
    let busy = ending.cost.devices;
    ensure!(busy < Duration::from_millis(300), "{case}: devices without a job used {busy:?}");
    Ok(())
}

type Script = fn(&mut Guest) -> Result<()>;

#[test]
fn a_peer_that_is_no_pool_or_refuses_is_left_with_the_reason() -> Result<()> {
    const CASES: &[(&str, &str, Script)] = &[
        ("a TLS port spoken to in clear", "looks like a TLS port: write stratum+tls://", |guest| {
            guest.hear()?;
            // A fatal alert, as OpenSSL answers a line of text: unexpected message.
            guest.send(&[21, 3, 1, 0, 2, 2, 10])
        }),
        ("a web server", "web server on this port", |guest| {
            guest.hear()?;
            guest.send(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html>Bad Request</html>\r\n")
        }),
        ("a login refused by false", "refuses the login of account.rig", |guest| {
            refuse_login(guest, &json!({"result": false, "error": null}))
        }),
        ("a login refused by an error", "(unknown user (code 24)): check --user and --pass", |guest| {
            refuse_login(guest, &json!({"result": null, "error": [24, "unknown user", null]}))
        }),
        ("garbage instead of JSON", "10 lines in a row were no messages", |guest| {
            guest.send("what is this?\n".repeat(50).as_bytes())?;
            guest.hold()
        }),
        ("a line of 10 MiB", "check host and port", |guest| {
            for _ in 0..10 {
                guest.send(&[b'x'; 1 << 20])?;
            }
            guest.send(b"\n")?;
            guest.hold()
        }),
        ("silence after the connection", "within 1 s", Guest::hold),
        ("a login without an answer", "did not answer the login within 1 s", |guest| {
            loop {
                let request = guest.hear()?;
                if request["method"] != "mining.authorize" {
                    guest.welcome(&request, 4)?;
                }
            }
        }),
        ("a connection closed at once", "closed the connection without an answer: check that the port", |guest| {
            guest.hang_up();
            Ok(())
        }),
        (
            "a connection closed in the middle of the login",
            "closed the connection before the login was done",
            |guest| {
                let request = guest.hear()?;
                guest.welcome(&request, 4)
            },
        ),
        ("an extranonce2 of 4 GB", "answered the subscription, but", |guest| guest.log_in(4_000_000_000)),
        ("a subscription refused", "refused the subscription", |guest| {
            loop {
                let request = guest.hear()?;
                if request["method"] == "mining.subscribe" {
                    guest.say(&json!({"id": request["id"], "result": null, "error": [20, "no", null]}))?;
                } else {
                    guest.welcome(&request, 4)?;
                }
            }
        }),
    ];
    thread::scope(|scope| {
        let runs: Vec<_> = CASES
            .iter()
            .map(|(case, said, script)| {
                scope.spawn(move || {
                    let pool = ScriptedPool::start(script)?;
                    let ending = mine(&pool.address(), &["--give-up-after", "2500ms"]).context(*case)?;
                    pool.complaints().context(*case)?;
                    // One attempt, and after about one second another: never one after the other.
                    let attempts = pool.connections();
                    ensure!((1..=4).contains(&attempts), "{case}: {attempts} connections in 2.5 s");
                    unusable(&ending, case, &pool.address(), said)
                })
            })
            .collect();
        runs.into_iter().try_for_each(|run| run.join().map_err(|_| anyhow::anyhow!("a run panicked"))?)
    })
}

fn refuse_login(guest: &mut Guest, verdict: &Value) -> Result<()> {
    loop {
        let request = guest.hear()?;
        if request["method"] == "mining.authorize" {
            let mut answer = verdict.clone();
            answer["id"] = request["id"].clone();
            guest.say(&answer)?;
        } else {
            guest.welcome(&request, 4)?;
        }
    }
}

#[test]
fn a_job_that_comes_before_the_subscription_is_answered_is_mined() -> Result<()> {
    let ending = shares_are_accepted(3, |guest| {
        let job = PracticeJob::new("early", EASY, 0, 4)?;
        guest.say(&PracticeJob::set_difficulty(EASY))?;
        guest.say(&job.notify(true))?;
        guest.log_in(4)?;
        guest.accept_all(&[job])
    })?;
    ensure!(ending.of("job").count() == 1, "one job was given");
    Ok(())
}

#[test]
fn shares_wait_until_the_login_is_accepted() -> Result<()> {
    shares_are_accepted(3, |guest| {
        let mut authorize = None;
        while authorize.is_none() {
            let request = guest.hear()?;
            if request["method"] == "mining.authorize" {
                authorize = Some(request);
            } else {
                guest.welcome(&request, 4)?;
            }
        }
        let job = PracticeJob::new("early", EASY, 0, 4)?;
        guest.say(&PracticeJob::set_difficulty(EASY))?;
        guest.say(&job.notify(true))?;
        // Long enough to find some; none may arrive before the answer.
        thread::sleep(Duration::from_millis(500));
        guest.say(&json!({"id": authorize.unwrap_or_default()["id"], "result": true, "error": null}))?;
        guest.accept_all(&[job])
    })
    .map(drop)
}

#[test]
fn an_extranonce2_of_any_size_is_filled_exactly() -> Result<()> {
    for len in [0, 1, 4, 8] {
        shares_are_accepted(5, move |guest| {
            let job = PracticeJob::new("a", EASY, 0, len)?;
            give_work(guest, &job, EASY, len)?;
            loop {
                let submit = guest.next_submit()?;
                ensure!(submit.extranonce2().len() == 2 * len, "{submit:?}");
                judge(std::slice::from_ref(&job), &submit)?;
                guest.accept(&submit)?;
            }
        })
        .with_context(|| format!("a size of {len}"))?;
    }
    Ok(())
}

#[test]
fn a_difficulty_beyond_reach_gives_no_share_and_no_trouble() -> Result<()> {
    const HARD: f64 = 1e12;
    let pool = ScriptedPool::start(|guest| {
        give_work(guest, &PracticeJob::new("hard", HARD, 0, 4)?, HARD, 4)?;
        guest.hold()
    })?;
    let ending = mine(&pool.address(), &["--stop-after", "2s"])?;
    pool.complaints()?;
    ensure!(ending.code == 0 && ending.sum("found")? == 0, "{:?}", ending.summary());
    ensure!(ending.sum("hashes")? > 0, "nothing was searched");
    ensure!(ending.of("job").all(|job| job["difficulty"] == HARD), "{:?}", ending.events);
    Ok(())
}

#[test]
fn shares_by_the_hundred_that_are_never_answered_are_all_lost() -> Result<()> {
    // So easy that many shares are sent, and run out of time, in the same moment.
    const EASIEST: f64 = 1e-7;
    let pool = ScriptedPool::start(|guest| {
        give_work(guest, &PracticeJob::new("a", EASIEST, 0, 4)?, EASIEST, 4)?;
        guest.hold()
    })?;
    let patience = ["--answer-timeout", "500ms", "--suspect-timeout", "200ms"];
    let ending = mine(&pool.address(), &[&patience, &["--cpu-threads", "1", "--stop-after", "2s"][..]].concat())?;
    pool.complaints()?;
    ensure!(ending.code == 0, "ended with {}: {} {}", ending.code, ending.reasons(), ending.errors);
    ensure!(ending.reasons().contains("has not answered a share for 0.5 s"), "{}", ending.reasons());
    ensure!(ending.sum("accepted")? == 0 && ending.sum("lost")? > 900, "{:?}", ending.summary());
    Ok(())
}

#[test]
fn versions_are_not_rolled_once_that_is_turned_off_whatever_the_pool_frees() -> Result<()> {
    let configuration = tempfile::NamedTempFile::new()?;
    std::fs::write(&configuration, "[mine]\nversion_rolling = false\n")?;
    let path = configuration.path().to_str().context("a path that is text")?;
    for arguments in [&["--no-version-rolling"][..], &["--config", path]] {
        let pool = ScriptedPool::start(|guest| {
            let job = PracticeJob::new("1", EASY, 1, 4)?;
            loop {
                let request = guest.hear()?;
                ensure!(request["method"] != "mining.configure", "it asks for version bits: {request}");
                guest.welcome(&request, 4)?;
                if request["method"] == "mining.authorize" {
                    break;
                }
            }
            guest.say(&json!({"id": null, "method": "mining.set_version_mask", "params": ["ffffffff"]}))?;
            guest.say(&PracticeJob::set_difficulty(EASY))?;
            guest.say(&job.notify(true))?;
            loop {
                let submit = guest.next_submit()?;
                ensure!(submit.params.len() == 5, "version bits in {submit:?}");
                judge(std::slice::from_ref(&job), &submit)?;
                guest.accept(&submit)?;
            }
        })?;
        let ending =
            mine(&pool.address(), &[&["--stop-after", "2shares", "--give-up-after", "20s"], arguments].concat())?;
        pool.complaints()?;
        ensure!(ending.code == 0, "{arguments:?} ended with {}: {} {}", ending.code, ending.reasons(), ending.errors);
    }
    Ok(())
}

#[test]
fn jobs_of_one_id_are_kept_apart_by_their_order() -> Result<()> {
    shares_are_accepted(12, |guest| {
        let jobs = [PracticeJob::new("same", EASY, 0, 4)?, PracticeJob::new("same", EASY, 1, 4)?];
        give_work(guest, &jobs[0], EASY, 4)?;
        let mut newest = 0;
        for count in 0.. {
            if count == 4 {
                guest.say(&jobs[1].notify(true))?;
            }
            let submit = guest.next_submit()?;
            let job = judge(&jobs, &submit)?;
            ensure!(job >= newest, "a share of the first job after one of the second: {submit:?}");
            newest = job;
            guest.accept(&submit)?;
        }
        Ok(())
    })
    .map(drop)
}

#[test]
fn a_clean_job_ends_the_shares_of_the_one_before_and_another_does_not_repeat_them() -> Result<()> {
    for is_clean in [true, false] {
        let ending = shares_are_accepted(16, move |guest| {
            let jobs: Vec<_> =
                ["a", "b", "c"].into_iter().map(|id| PracticeJob::new(id, EASY, 0, 4)).collect::<Result<_>>()?;
            give_work(guest, &jobs[0], EASY, 4)?;
            let mut newest = 0;
            for count in 0.. {
                if count % 5 == 4 && count / 5 < 2 {
                    guest.say(&jobs[count / 5 + 1].notify(is_clean))?;
                }
                let submit = guest.next_submit()?;
                let job = judge(&jobs, &submit)?;
                ensure!(!is_clean || job >= newest, "a share of a job that a clean one has replaced: {submit:?}");
                newest = newest.max(job);
                guest.accept(&submit)?;
            }
            Ok(())
        })
        .with_context(|| format!("clean: {is_clean}"))?;
        let flags: Vec<_> = ending.of("job").map(|job| job["clean"] == true).collect();
        ensure!(flags == [true, is_clean, is_clean], "{flags:?}");
    }
    Ok(())
}

#[test]
fn ten_thousand_jobs_at_once_end_with_the_newest() -> Result<()> {
    let ending = shares_are_accepted(3, |guest| {
        let last = PracticeJob::new("j9999", EASY, 0, 4)?;
        guest.log_in(4)?;
        guest.say(&PracticeJob::set_difficulty(EASY))?;
        let mut flood = Vec::new();
        for number in 0..10_000 {
            let job = PracticeJob::new(&format!("j{number}"), EASY, 0, 4)?;
            flood.extend_from_slice(format!("{}\n", job.notify(true)).as_bytes());
        }
        guest.send(&flood)?;
        // Shares of jobs in the middle are right, and refused as any pool would: only the newest counts.
        loop {
            let submit = guest.next_submit()?;
            if submit.job() == "j9999" {
                last.judge(&submit)?;
                guest.accept(&submit)?;
            } else {
                guest.say(&json!({"id": submit.id, "result": null, "error": [21, "Job not found", null]}))?;
            }
        }
    })?;
    let shown = ending.of("job").count() as u64;
    let seconds = ending.took.as_secs() + 1;
    ensure!(shown <= 100 + 5 * seconds, "{shown} of 10000 jobs that came at once were shown in {seconds} s");
    let left_out = ending.of("left_out").filter(|line| line["what"] == "jobs");
    let given = shown + left_out.filter_map(|line| line["count"].as_u64()).sum::<u64>();
    ensure!(given < 5_000, "the devices were given {given} of 10000 jobs that came at once");
    Ok(())
}

#[test]
fn a_malformed_job_is_passed_over_and_the_one_before_goes_on() -> Result<()> {
    let ending = shares_are_accepted(6, |guest| {
        let job = PracticeJob::new("good", EASY, 0, 4)?;
        give_work(guest, &job, EASY, 4)?;
        for at in 0..8 {
            let mut notify = job.notify(true);
            notify["params"][at] = json!({"not": "this"});
            guest.say(&notify)?;
        }
        guest.accept_all(&[job])
    })?;
    ensure!(ending.of("job").count() == 1 && ending.of("warning").count() > 0, "{:?}", ending.events);
    Ok(())
}

#[test]
fn a_pool_cannot_fill_the_log() -> Result<()> {
    let ending = shares_are_accepted(3, |guest| {
        let job = PracticeJob::new("good", EASY, 0, 4)?;
        give_work(guest, &job, EASY, 4)?;
        let mut malformed = job.notify(true);
        malformed["params"][1] = json!("not a hash");
        let message = json!({"id": null, "method": "client.show_message", "params": ["buy now"]});
        for _ in 0..200 {
            guest.send(format!("{malformed}\n{message}\n").repeat(20).as_bytes())?;
            thread::sleep(Duration::from_millis(5));
        }
        guest.accept_all(&[job])
    })?;
    let told = ending.of("message").count() + ending.of("warning").count();
    ensure!((1..=25).contains(&told), "{told} lines of 8000 notices");
    let left_out: u64 = ending.of("left_out").filter_map(|line| line["count"].as_u64()).sum();
    ensure!(left_out > 1000, "{left_out} are said to be left out");
    Ok(())
}

#[test]
fn bytes_that_come_one_by_one_are_lines_all_the_same() -> Result<()> {
    shares_are_accepted(3, |guest| {
        guest.log_in(4)?;
        let job = PracticeJob::new("slow", EASY, 0, 4)?;
        let text = format!("{}\r\n\n{}\n", PracticeJob::set_difficulty(EASY), job.notify(true));
        for byte in text.as_bytes() {
            guest.send(&[*byte])?;
        }
        guest.accept_all(&[job])
    })
    .map(drop)
}

#[test]
fn a_flood_of_shares_is_bounded_and_none_is_sent_twice() -> Result<()> {
    // A share every few dozen hashes: more than any pool takes. This one does not even read at first.
    const NEXT_TO_NOTHING: f64 = 1e-8;
    let pool = ScriptedPool::start(|guest| {
        let job = PracticeJob::new("a", NEXT_TO_NOTHING, 0, 4)?;
        give_work(guest, &job, NEXT_TO_NOTHING, 4)?;
        thread::sleep(Duration::from_millis(1500));
        guest.accept_all(&[job])
    })?;
    let ending = Mining::start(&["--pool", &pool.address(), "--user", "u", "--stop-after", "3s"])?.finish(LIMIT)?;
    pool.complaints()?;
    ensure!(ending.code == 0, "ended with {}: {}", ending.code, ending.errors);
    ensure!(ending.cost.peak_memory < MOST_MEMORY, "{} bytes of memory", ending.cost.peak_memory);
    // What nobody could take is counted, too: as lost.
    ensure!(ending.sum("accepted")? > 900 && ending.sum("lost")? > 0, "{}", ending.summary()?);
    Ok(())
}
