//! The session's two ways through the process, without its counters: from the bytes of a job with 12 branches to the job in the
//! engine's slot (the aim is a 99th percentile under 0.5 ms), and from a device's report of a share to its bytes at the other end of
//! a loopback connection (under 1 ms). `cargo bench -p hashkit-bench --bench stratum_latency`

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use hashkit_bench::machine::{Machine, Watch};
use hashkit_bench::record::{self, wants_numbers};
use hashkit_bench::statistics::Percentiles;
use hashkit_chain::{Algorithm, Solution};
use hashkit_engine::{DevicePort, Limits, SourcePort, open};
use hashkit_stratum::{Client, ClientEvent, Login};
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use tokio::runtime::Builder;

#[derive(Serialize)]
struct Case {
    way: &'static str,
    times: Option<Percentiles>,
}

const LOGIN: &str = concat!(
    r#"{"id":1,"result":{"version-rolling":true,"version-rolling.mask":"1fffe000"},"error":null}"#,
    "\n",
    r#"{"id":2,"result":[[["mining.notify","ae68"]],"08000002",4],"error":null}"#,
    "\n",
    r#"{"id":3,"result":true,"error":null}"#,
    "\n",
    r#"{"id":null,"method":"mining.set_difficulty","params":[1e-10]}"#,
    "\n"
);

/// A job of the size of a full block's, as the pool sends it.
fn notify(number: u32) -> String {
    let (hash, branch) = (format!("{number:064x}"), vec![format!("\"{}\"", "5a".repeat(32)); 12].join(","));
    let (coinb1, coinb2) = ("01".repeat(60), "02".repeat(220));
    format!(
        "{{\"id\":null,\"method\":\"mining.notify\",\"params\":[\"{number:x}\",\"{hash}\",\"{coinb1}\",\"{coinb2}\",[{branch}],\
         \"20000000\",\"17034219\",\"655fa1b0\",true]}}\n"
    )
}

fn logged_in() -> Result<Client, Box<dyn Error>> {
    let now = Instant::now();
    let mut client = Client::new(Login::new("pool.example", "account.rig", "x", Algorithm::Sha256d), now);
    client.receive(LOGIN.as_bytes(), now)?;
    while client.poll_event().is_some() {}
    client.poll_transmit();
    Ok(client)
}

/// Gives the newest job of `client` to the engine.
fn publish(client: &mut Client, source: &SourcePort) -> bool {
    let mut has_published = false;
    while let Some(event) = client.poll_event() {
        if let ClientEvent::Job { job, previous } = event {
            source.publish(job, previous);
            has_published = true;
        }
    }
    has_published
}

fn times_to_publish(count: u32) -> Result<Vec<Duration>, Box<dyn Error>> {
    let (source, _ports) = open(Limits::default());
    let mut client = logged_in()?;
    let mut times = Vec::new();
    for number in 0..count {
        let line = notify(number);
        let began = Instant::now();
        client.receive(line.as_bytes(), began)?;
        let has_published = publish(&mut client, &source);
        times.push(began.elapsed());
        assert!(has_published, "the job is one");
    }
    Ok(times)
}

/// A device finds a share every few milliseconds; what it tells of each is when.
fn find_shares(port: &DevicePort, count: u32, found: &mpsc::Sender<Instant>) {
    for _ in 0..count {
        thread::sleep(Duration::from_millis(3));
        let Some(work) = port.next_work(1, 1, 1) else { return };
        let nonce = work.range().first().expect("no work is empty");
        let solution = Solution { nonce, version: work.header().version, work };
        // Nobody listens any more at the end.
        let _ = found.send(Instant::now());
        port.report(&solution);
    }
}

fn times_to_the_wire(count: u32) -> Result<Vec<Duration>, Box<dyn Error>> {
    let (mut source, ports) = open(Limits::default());
    let mut client = logged_in()?;
    client.receive(notify(1).as_bytes(), Instant::now())?;
    publish(&mut client, &source);
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let stream = TcpStream::connect(listener.local_addr()?)?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    let pool = listener.accept()?.0;
    let pool = thread::spawn(move || {
        let lines = BufReader::new(pool).lines().map_while(Result::ok).take(count as usize);
        lines.map(|_| Instant::now()).collect::<Vec<_>>()
    });
    let (tell, found) = mpsc::channel();
    let port = ports.port("cpu:0");
    let device = thread::spawn(move || find_shares(&port, count, &tell));
    drop(ports);
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut stream = tokio::net::TcpStream::from_std(stream)?;
        while let Some(share) = source.next_share().await {
            client.submit(&share, Instant::now());
            while let Some(bytes) = client.poll_transmit() {
                stream.write_all(&bytes).await?;
            }
        }
        std::io::Result::Ok(())
    })?;
    device.join().expect("the device does not panic");
    let arrived = pool.join().expect("the pool does not panic");
    Ok(found.iter().zip(arrived).map(|(found, arrived)| arrived.saturating_duration_since(found)).collect())
}

fn main() -> Result<(), Box<dyn Error>> {
    let count = if wants_numbers() { 2000 } else { 5 };
    let machine = Machine::this();
    let watch = Watch::start();
    let cases = [
        ("notify to job published", times_to_publish(count)?),
        ("share found to bytes at the other end", times_to_the_wire(count)?),
    ]
    .map(|(way, times)| Case { way, times: Percentiles::of(times) });
    for Case { way, times } in &cases {
        if let Some(Percentiles { p50_ms, p99_ms, p999_ms, max_ms, .. }) = times {
            eprintln!("{way}: p50 {p50_ms} p99 {p99_ms} p99.9 {p999_ms} max {max_ms} ms");
        }
    }
    let company = watch.and_then(|watch| watch.company());
    record::Result { bench: "stratum_latency", machine, company, cases: cases.into() }.print()?;
    Ok(())
}
