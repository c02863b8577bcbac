//! How many headers a second `hashkit header --file` takes in: read, hashed, linked and held against the rules of a regtest, on all
//! cores, from a file of a million. The program is the one that `HASHKIT_PROGRAM` names; `scripts/bench-record headers` builds it.

use std::env;
use std::error::Error;
use std::fs;
use std::process::{Command, Stdio};
use std::time::Instant;

use hashkit_bench::machine::{Machine, Watch};
use hashkit_bench::record::{self, wants_numbers};
use hashkit_chain::{Algorithm, Hash, Header, Nbits, Nonce, Ntime, Target, Version};
use serde::Serialize;

#[derive(Serialize)]
struct Case {
    algorithm: &'static str,
    headers: usize,
    /// Headers a second in each run, by the clock, the program's start included.
    rates: Vec<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (count, runs) = if wants_numbers() { (1_000_000, 7) } else { (1000, 1) };
    let watch = Watch::start();
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("headers");
    fs::write(&file, chain(count))?;
    let Some(program) = env::var_os("HASHKIT_PROGRAM") else {
        eprintln!("HASHKIT_PROGRAM names no program: nothing is measured");
        return Ok(());
    };
    let mut rates = Vec::new();
    for _ in 0..runs {
        let mut command = Command::new(&program);
        command.args(["header", "--network", "regtest", "--height", "1", "--file"]).arg(&file).stdout(Stdio::null());
        let began = Instant::now();
        let status = command.status()?;
        let took = began.elapsed();
        assert!(status.success(), "the program refuses the headers: {status}");
        rates.push(count as f64 / took.as_secs_f64());
    }
    eprintln!("headers a second: {rates:.0?}");
    let company = watch.and_then(|watch| watch.company());
    let cases = vec![Case { algorithm: Algorithm::Sha256d.name(), headers: count, rates }];
    record::Result { bench: "headers", machine: Machine::this(), company, cases }.print()?;
    Ok(())
}

/// A chain of easy headers, a second apart, as nodes keep them.
fn chain(count: usize) -> Vec<u8> {
    const EASY: Nbits = Nbits(0x207f_ffff);
    let target = Target::from_compact(EASY).expect("the easiest of regtest");
    let (mut bytes, mut prev_hash) = (Vec::with_capacity(80 * count), Hash::ZERO);
    for ntime in (1_700_000_000..).take(count).map(Ntime) {
        let header = |nonce| Header {
            version: Version(0x2000_0000),
            prev_hash,
            merkle_root: Hash::ZERO,
            ntime,
            nbits: EASY,
            nonce: Nonce(nonce),
        };
        let found = (0..=u32::MAX).map(header).find(|header| target.is_met_by(&Algorithm::Sha256d.hash(header)));
        let found = found.expect("every second hash meets it");
        bytes.extend(found.to_bytes());
        prev_hash = found.id();
    }
    bytes
}
