//! Whole paths of the practice chain; the rules of single blocks are held against Bitcoin Core in `tests/oracle`.

mod branches;
mod directory;
mod door;
mod template;

use hashkit_chain::{
    Algorithm, Block, BlockTemplate, Hash, Header, Job, JobTerms, NonceRange, Ntime, Payout, Script, SearchSpace,
    Share, Solution, Target, Version, hex,
};

use super::{PracticeChain, Profile, Verdict};

/// A clock that stands still.
const NOW: Ntime = Ntime(1_795_300_000);

/// A chain of two hashes a block.
fn fast_chain() -> PracticeChain {
    PracticeChain::in_memory(Profile::Fast, Algorithm::Sha256d)
}

/// The next block of `chain`, solved and not submitted.
fn next_block(chain: &PracticeChain, extranonce1: u8) -> Vec<u8> {
    let template = chain.template(NOW, 4).unwrap();
    let template = BlockTemplate::from_json(&template.to_string()).unwrap();
    hex::decode(&solve(&template, chain.algorithm(), extranonce1).hex()).unwrap()
}

/// Mines `count` blocks and returns them.
fn mine(chain: &mut PracticeChain, count: usize, extranonce1: u8) -> Vec<Vec<u8>> {
    let mut mined = Vec::new();
    for _ in 0..count {
        let block = next_block(chain, extranonce1);
        let verdict = chain.submit_block(&block, NOW).unwrap();
        assert!(matches!(verdict, Verdict::Accepted { .. }), "{verdict:?}");
        mined.push(block);
    }
    mined
}

/// The same block with another header.
fn solved_again(block: &[u8], change: impl FnOnce(&mut Header)) -> Vec<u8> {
    let mut header = Header::from_bytes(block.first_chunk().unwrap());
    change(&mut header);
    let target = Target::from_compact(header.nbits).unwrap();
    while !target.is_met_by(&header.id()) {
        header.nonce.0 += 1;
    }
    [&header.to_bytes(), &block[Header::LEN..]].concat()
}

fn id(block: &[u8]) -> Hash {
    Header::from_bytes(block.first_chunk().unwrap()).id()
}

fn job(template: &BlockTemplate, algorithm: Algorithm, extranonce1: u8) -> Job {
    let payout = Payout::to(Script::anyone());
    let terms = JobTerms {
        algorithm,
        version_mask: 0x1fff_e000,
        payout: &payout,
        commitment: &[],
        extranonce1: &[extranonce1; 4],
        extranonce2_len: 4,
        share_target: Target::from_compact(template.nbits()).unwrap(),
    };
    template.job("1".into(), &terms).unwrap()
}

/// Searches with the judge itself, which is enough where a block takes two hashes.
fn solve(template: &BlockTemplate, algorithm: Algorithm, extranonce1: u8) -> Block {
    let mut space = SearchSpace::new(job(template, algorithm, extranonce1), 1);
    loop {
        let work = space.take(1000, 1).unwrap();
        let version = Version(work.versions().as_slice()[0]);
        let first = work.range().first().unwrap();
        for nonce in NonceRange::new(first.0, work.range().len()).iter() {
            if let Ok(share) = Share::check(&Solution { work: work.clone(), nonce, version }) {
                return template.block(&share).unwrap();
            }
        }
    }
}
