//! Has one kernel scan, after a stop in which a tracer takes over: what the scenario `machine_code` watches.
//!
//! Arguments: the kernel's name and how many versions it gets.

use std::env;
use std::process::ExitCode;

use anyhow::{Context, Result};
use hashkit_chain::{Algorithm, Coinbase, Hash, Job, Nbits, NonceRange, Ntime, SearchSpace, Target, Version, Work};
use hashkit_kernels::catalogue;
use nix::sys::ptrace;
use nix::sys::signal::{Signal, raise};

/// How it ends where this machine does not let it be traced.
const NOT_TRACED: u8 = 69;

fn main() -> Result<ExitCode> {
    let mut arguments = env::args().skip(1);
    let name = arguments.next().context("the first argument is a kernel's name")?;
    let versions = arguments.next().context("the second argument is a number of versions")?.parse()?;
    let algorithm = name.split_once('/').context("a kernel's name begins with its algorithm")?.0.parse()?;
    let spec = catalogue(algorithm).into_iter().find(|spec| spec.name() == name).context("no such kernel here")?;
    let mut kernel = spec.open()?;
    let (work, target) = (work(algorithm, versions)?, Target::from_compact(Nbits(0x1d00_ffff)).context("a target")?);
    // What is done once in a process, such as detecting features, is done before.
    kernel.scan(&work.clone().with_range(NonceRange::new(0, 1)), &target)?;
    if ptrace::traceme().is_err() {
        return Ok(ExitCode::from(NOT_TRACED));
    }
    raise(Signal::SIGSTOP)?;
    kernel.scan(&work.with_range(NonceRange::new(0, nonces(&name))), &target)?;
    Ok(ExitCode::SUCCESS)
}

/// More than anybody watches; of scrypt one vector at most, because the headers of a whole group are hashed before the first step
/// of mixing.
fn nonces(kernel: &str) -> u64 {
    match kernel.split_once('/') {
        Some(("scrypt", way)) if way.starts_with("avx2") => 8,
        Some(("scrypt", _)) => 16,
        _ => 1 << 20,
    }
}

fn work(algorithm: Algorithm, versions: u8) -> Result<Work> {
    let job = Job {
        id: "traced".into(),
        algorithm,
        version: Version(0x2000_0000),
        version_mask: 0x1fff_e000,
        prev_hash: Hash::from_internal([0x42; 32]),
        coinbase: Coinbase { prefix: vec![1], extranonce1: Vec::new(), extranonce2_len: 4, suffix: vec![2] },
        branch: Vec::new(),
        nbits: Nbits(0x1d00_ffff),
        ntime: Ntime(0x4d7c_6d00),
        last_ntime: Ntime(0x4d7c_6d00),
        share_target: Target::MAX,
    };
    SearchSpace::new(job, 0).take(u64::MAX, versions).context("a new space has work")
}
