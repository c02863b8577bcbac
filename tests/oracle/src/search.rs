//! Finding a nonce: with the best kernel of this machine on all cores where that is worth it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use hashkit_chain::{
    Algorithm, Coinbase, Extranonce2, Hash, Header, Job, Nonce, NonceRange, Target, Work, merkle_root,
};

/// Nonces that a thread takes at once; 2^18 take milliseconds.
const PIECE: u64 = 1 << 18;

/// The header with a nonce that meets its own target. The kernels search works, whose merkle root comes out of a coinbase
/// and a branch; without these the judge itself has to search.
///
/// # Panics
/// When there is no such nonce, which for targets of practice never happens.
#[must_use]
pub fn search(header: Header, parts: Option<(Vec<u8>, Vec<Hash>)>) -> Header {
    let target = Target::from_compact(header.nbits).expect("the bits of a practice chain");
    let easy = Target::from_be_bytes([1; 32]);
    match parts {
        Some((coinbase, branch)) if target < easy => with_kernels(header, &target, coinbase, branch),
        _ => with_the_judge(header, &target),
    }
}

fn with_the_judge(header: Header, target: &Target) -> Header {
    spread(|range| {
        let solved = |nonce: &Nonce| target.is_met_by(&Header { nonce: *nonce, ..header }.id());
        range.iter().find(solved).map(|nonce| Header { nonce, ..header })
    })
}

fn with_kernels(header: Header, target: &Target, coinbase: Vec<u8>, branch: Vec<Hash>) -> Header {
    let none = Extranonce2::from_bytes(&[]).expect("no bytes are few enough");
    let job = Job {
        id: "search".into(),
        algorithm: Algorithm::Sha256d,
        version: header.version,
        version_mask: 0,
        prev_hash: header.prev_hash,
        coinbase: Coinbase { prefix: coinbase, extranonce1: Vec::new(), extranonce2_len: 0, suffix: Vec::new() },
        branch,
        nbits: header.nbits,
        ntime: header.ntime,
        last_ntime: header.ntime,
        share_target: *target,
    };
    assert_eq!(merkle_root(job.coinbase.id(&none), &job.branch), header.merkle_root);
    let work = Work::claimed(Arc::new(job), none, header.version, header.ntime);
    spread(|range| {
        let catalogue = hashkit_kernels::catalogue(Algorithm::Sha256d);
        let best = catalogue.last().expect("the portable kernel runs everywhere");
        let mut kernel = best.open().expect("it is in the catalogue of this machine");
        let hits = kernel.scan(&work.clone().with_range(range), target).expect("a work of its algorithm");
        hits.first().map(|hit| Header { nonce: hit.nonce, ..header })
    })
}

/// Runs `look` on pieces of all nonces, on all cores, until one finds something. The lowest nonce wins: a piece that was taken is
/// searched to its end, and equal headers have to be solved equally.
fn spread(look: impl Fn(NonceRange) -> Option<Header> + Sync) -> Header {
    let (next, found) = (AtomicU64::new(0), AtomicBool::new(false));
    let look = || {
        while !found.load(Ordering::Relaxed) {
            let start = u32::try_from(next.fetch_add(PIECE, Ordering::Relaxed)).ok()?;
            if let Some(header) = look(NonceRange::new(start, PIECE)) {
                found.store(true, Ordering::Relaxed);
                return Some(header);
            }
        }
        None
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let headers: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(look)).collect();
        threads.into_iter().filter_map(|thread| thread.join().expect("a search does not panic")).collect()
    });
    headers.into_iter().min_by_key(|header| header.nonce.0).expect("one of 2^32 nonces meets a target of practice")
}
