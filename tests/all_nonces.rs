//! Every kernel over ranges that take minutes, on all threads: `scripts/long-tests`, which may name some kernels alone.

use std::env;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use hashkit_chain::{
    Algorithm, Coinbase, Hash, Header, Job, Nbits, Nonce, NonceRange, Ntime, SearchSpace, Target, Version, Work, hex,
};
use hashkit_kernels::{Hit, KernelSpec, catalogue};

/// Every nonce of Bitcoin's block 125552 whose hash meets difficulty 1: the header, then the nonces.
const ALL_NONCES: &str = include_str!("vectors/sha256d-all-nonces.txt");

/// A thread's piece. A kernel scans it in one call, so that carries between all bytes of the nonce fall into calls too.
const PIECE: u64 = 1 << 22;

#[test]
fn every_sha256d_kernel_finds_every_hit_among_all_nonces_of_a_header() -> Result<()> {
    let mut lines = ALL_NONCES.lines().filter(|line| !line.starts_with('#'));
    let bytes = hex::decode_array(lines.next().context("a header comes first")?)?;
    let header = Header::from_bytes(&bytes);
    let target = Target::from_compact(Nbits(0x1d00_ffff)).context("difficulty 1 is a target")?;
    let work = work(Algorithm::Sha256d, 1).with_header(header).with_range(NonceRange::FULL);
    let mut expected = Vec::new();
    for line in lines {
        let hit = Hit { nonce: Nonce(line.parse()?), version: header.version };
        ensure!(
            target.is_met_by(&Algorithm::Sha256d.hash(&Header { nonce: hit.nonce, ..header })),
            "{hit:?} by the judge"
        );
        expected.push(hit);
    }
    ensure!(expected.iter().any(|hit| hit.nonce == header.nonce), "the block's own nonce is one of them");
    for spec in wanted(Algorithm::Sha256d) {
        let found = found(&spec, &work, &target)?;
        ensure!(found == expected, "{}: {found:?} instead of {expected:?}", spec.name());
    }
    Ok(())
}

/// With as many versions as it likes, and with more: what a kernel finds, the judge confirms, and all kernels find the same.
#[test]
fn every_sha256d_kernel_finds_the_same_in_many_versions() -> Result<()> {
    let mut rare = [0xff; 32];
    rare[..3].fill(0);
    let target = Target::from_be_bytes(rare);
    for versions in [16, 48, 64] {
        let work = work(Algorithm::Sha256d, versions).with_range(NonceRange::new(0x7ff0_0003, (1 << 31) / 64 / 3));
        let mut expected: Option<Vec<Hit>> = None;
        for spec in wanted(Algorithm::Sha256d) {
            let found = found(&spec, &work, &target)?;
            ensure!(found.len() > 10, "{}: {} hits", spec.name(), found.len());
            for &Hit { nonce, version } in &found {
                let hash = Algorithm::Sha256d.hash(&Header { nonce, version, ..*work.header() });
                ensure!(target.is_met_by(&hash), "{}: {nonce:?} {version:?} by the judge", spec.name());
            }
            let expected = expected.get_or_insert_with(|| found.clone());
            ensure!(
                found == *expected,
                "{} in {versions} versions finds others than the kernel before it",
                spec.name()
            );
        }
    }
    Ok(())
}

/// In fast mode a search reads a dataset of 2 GiB, which no other test fills.
#[cfg(feature = "randomx")]
#[test]
fn randomx_in_fast_mode_gives_the_known_hashes() -> Result<()> {
    use hashkit_kernels::randomx::{Mode, prove};

    prove(Mode::Fast, usize::MAX, thread::available_parallelism()?)?;
    Ok(())
}

#[test]
fn every_other_kernel_finds_what_the_judge_finds_in_a_long_range() -> Result<()> {
    for algorithm in Algorithm::ALL.iter().copied().filter(|algorithm| *algorithm != Algorithm::Sha256d) {
        let (len, top) = if algorithm == Algorithm::Scrypt { (1 << 12, 0x0f) } else { (1 << 22, 0x00) };
        let mut bytes = [0xff; 32];
        bytes[0] = top;
        let target = Target::from_be_bytes(bytes);
        let work = work(algorithm, 1).with_range(NonceRange::new(0x7fff_f801, len));
        let expected: Vec<Hit> = {
            let version = work.header().version;
            let is_hit = |nonce: &Nonce| target.is_met_by(&algorithm.hash(&Header { nonce: *nonce, ..*work.header() }));
            work.range().iter().filter(is_hit).map(|nonce| Hit { nonce, version }).collect()
        };
        for spec in wanted(algorithm) {
            ensure!(found(&spec, &work, &target)? == expected, "{}", spec.name());
        }
    }
    Ok(())
}

/// The kernels that the words after `scripts/long-tests` name, or all.
fn wanted(algorithm: Algorithm) -> Vec<KernelSpec> {
    let names = env::var("HASHKIT_LONG_KERNELS").unwrap_or_default();
    let is_wanted = |spec: &KernelSpec| names.is_empty() || names.split_whitespace().any(|name| name == spec.name());
    catalogue(algorithm).into_iter().filter(is_wanted).collect()
}

/// All hits of a work, searched on all threads of the machine.
fn found(spec: &KernelSpec, work: &Work, target: &Target) -> Result<Vec<Hit>> {
    let threads = thread::available_parallelism()?.get();
    let (next, began) = (AtomicU64::new(0), Instant::now());
    let first = u64::from(work.range().first().context("there are nonces")?.0);
    let len = work.range().len();
    let search = || -> Result<Vec<Hit>> {
        let mut kernel = spec.open()?;
        let mut hits = Vec::new();
        loop {
            let done = next.fetch_add(PIECE, Ordering::Relaxed);
            if done >= len {
                return Ok(hits);
            }
            let start = u32::try_from(first + done).context("a range ends at 2^32")?;
            hits.extend(kernel.scan(&work.clone().with_range(NonceRange::new(start, PIECE.min(len - done))), target)?);
        }
    };
    let mut hits = thread::scope(|scope| -> Result<Vec<Hit>> {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(search)).collect();
        let mut hits = Vec::new();
        for thread in running {
            hits.extend(thread.join().expect("a kernel does not panic")?);
        }
        Ok(hits)
    })?;
    hits.sort_unstable();
    println!(
        "{}: {} hits in {} hashes, {:.0} s",
        spec.name(),
        hits.len(),
        work.hashes(),
        began.elapsed().as_secs_f64()
    );
    Ok(hits)
}

fn work(algorithm: Algorithm, versions: u8) -> Work {
    let job = Job {
        id: "long".into(),
        algorithm,
        version: Version(0x2000_0000),
        version_mask: 0x1fff_e000,
        prev_hash: Hash::from_internal([0x42; 32]),
        coinbase: Coinbase { prefix: vec![1], extranonce1: Vec::new(), extranonce2_len: 4, suffix: vec![2] },
        branch: vec![Hash::from_internal([0x17; 32])],
        nbits: Nbits(0x1d00_ffff),
        ntime: Ntime(0x4d7c_6d00),
        last_ntime: Ntime(0x4d7c_6d00),
        share_target: Target::MAX,
    };
    SearchSpace::new(job, 0).take(u64::MAX, versions).expect("2^16 versions are allowed")
}
