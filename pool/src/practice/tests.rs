//! The practice chain through its front door, asked by the same client that asks real nodes.

use std::time::{Duration, Instant};

use super::{PracticeNode, PracticeSettings, Profile};
use crate::{Node, SubmitAnswer};
use hashkit_chain::{
    Algorithm, Block, BlockTemplate, Job, JobTerms, NonceRange, Payout, Script, SearchSpace, Share, Solution, Target,
    Version,
};

async fn start(algorithm: Algorithm) -> (PracticeNode, Node) {
    let settings = PracticeSettings { profile: Profile::Fast, algorithm, ..PracticeSettings::default() };
    let practice = PracticeNode::start(settings).await.unwrap();
    let node = Node::new(&practice.url(), practice.credentials()).unwrap();
    (practice, node)
}

fn job(template: &BlockTemplate, algorithm: Algorithm, extranonce1: u8) -> Job {
    let payout = Payout::to(Script::anyone());
    let terms = JobTerms {
        algorithm,
        version_mask: 0x1fff_e000,
        payout: &payout,
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

#[tokio::test]
async fn blocks_are_mined_through_the_front_door_until_templates_hold_transactions() {
    for algorithm in [Algorithm::Sha256d, Algorithm::Scrypt] {
        let (practice, node) = start(algorithm).await;
        let mut tips = practice.tips();
        for height in 1..=105 {
            let template = node.template(None).await.unwrap();
            assert_eq!(template.height(), height, "{algorithm}");
            // The first coinbase, at height 1, may be spent at height 101.
            let expected = if height > 100 { 4.min(2 * (height as usize - 100)) } else { 0 };
            assert_eq!(template.transactions(), expected, "{algorithm} height {height}");
            let block = solve(&template, algorithm, 1);
            assert_eq!(node.submit(&block).await.unwrap(), SubmitAnswer::Accepted, "{algorithm} height {height}");
            assert_eq!(node.submit(&block).await.unwrap(), SubmitAnswer::Known, "{algorithm} height {height}");
            let tip = tips.recv().await.unwrap();
            assert_eq!((tip.height, tip.hash), (height, block.id()), "{algorithm}");
            assert_eq!(node.confirmations(block.id()).await.unwrap(), 1, "{algorithm}");
        }
        practice.shutdown().await;
    }
}

#[tokio::test]
async fn a_long_poll_ends_with_the_next_tip() {
    let (practice, node) = start(Algorithm::Sha256d).await;
    let template = node.template(None).await.unwrap();
    let waiting = node.template(template.long_poll_id());
    tokio::pin!(waiting);
    let early = tokio::time::timeout(Duration::from_millis(50), &mut waiting).await;
    assert!(early.is_err(), "nothing has happened that the long poll could tell");
    let block = solve(&template, Algorithm::Sha256d, 1);
    assert_eq!(node.submit(&block).await.unwrap(), SubmitAnswer::Accepted);
    assert_eq!(waiting.await.unwrap().prev_hash(), block.id());
    let now = node.template(template.long_poll_id()).await.unwrap();
    assert_eq!(now.prev_hash(), block.id(), "an old id does not wait");
    practice.shutdown().await;
}

#[tokio::test]
async fn the_first_of_two_equal_chains_stays() {
    let (practice, node) = start(Algorithm::Sha256d).await;
    let template = node.template(None).await.unwrap();
    let (first, second) = (solve(&template, Algorithm::Sha256d, 1), solve(&template, Algorithm::Sha256d, 2));
    assert_eq!(node.submit(&first).await.unwrap(), SubmitAnswer::Accepted);
    assert_eq!(node.submit(&second).await.unwrap(), SubmitAnswer::SideBranch);
    assert_eq!(node.confirmations(first.id()).await.unwrap(), 1);
    assert_eq!(node.confirmations(second.id()).await.unwrap(), -1);
    practice.shutdown().await;
}

#[tokio::test]
async fn a_practice_node_starts_within_a_tenth_of_a_second() {
    let directory = tempfile::tempdir().unwrap();
    let mut best = Duration::MAX;
    // The best of three, because the machine may be busy with something else.
    for _ in 0..3 {
        let start = Instant::now();
        let settings = PracticeSettings { directory: Some(directory.path().join("a")), ..PracticeSettings::default() };
        PracticeNode::start(settings).await.unwrap().shutdown().await;
        best = best.min(start.elapsed());
    }
    assert!(best < Duration::from_millis(100), "{best:?}");
}
