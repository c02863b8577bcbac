//! Side branches, reorganisations, and blocks that arrive in a strange order.

use super::{NOW, fast_chain, id, mine, next_block, solved_again};
use crate::practice::block::Block;
use crate::practice::{PracticeChain, Refusal, Verdict};

/// What the chain says to each of `blocks`.
fn submit(chain: &mut PracticeChain, blocks: &[Vec<u8>]) -> Vec<Verdict> {
    blocks.iter().map(|block| chain.submit_block(block, NOW).unwrap()).collect()
}

/// The same block without other transactions, paying one satoshi more than it may.
fn overpaid(block: &[u8]) -> Vec<u8> {
    let (subsidy, more) = (5_000_000_000_u64.to_le_bytes(), 5_000_000_001_u64.to_le_bytes());
    let at = block.windows(8).position(|bytes| bytes == subsidy).unwrap();
    let block = [&block[..at], &more, &block[at + 8..]].concat();
    let txid = Block::read(&block).unwrap().transactions[0].txid;
    solved_again(&block, |header| header.merkle_root = txid)
}

#[test]
fn the_chain_with_more_work_wins_and_the_first_of_equals_stays() {
    let mut chain = fast_chain();
    let shared = mine(&mut chain, 2, 1);
    let mut other = fast_chain();
    submit(&mut other, &shared);
    let ours = mine(&mut chain, 2, 1);
    let theirs = mine(&mut other, 3, 2);
    assert_eq!(submit(&mut chain, &theirs[..2]), [Verdict::Inconclusive, Verdict::Inconclusive]);
    assert_eq!(chain.tip().hash, id(&ours[1]), "equal work: the first one stays");
    let accepted = Verdict::Accepted { height: 5, hash: id(&theirs[2]) };
    assert_eq!(submit(&mut chain, &theirs[2..]), [accepted]);
    for (height, block) in (1..).zip(shared.iter().chain(&theirs)) {
        assert_eq!(chain.hash_at(height), Some(id(block)), "height {height}");
    }
    let back = submit(&mut chain, &[ours[0].clone(), ours[1].clone()]);
    assert_eq!(back, [Verdict::Duplicate, Verdict::Duplicate]);
}

#[test]
fn a_reorganisation_gives_back_what_was_spent() {
    let mut chain = fast_chain();
    let shared = mine(&mut chain, 101, 1);
    let mut other = fast_chain();
    submit(&mut other, &shared);
    let before = chain.template(NOW, 4).unwrap();
    assert_eq!(before["transactions"].as_array().unwrap().len(), 4);
    let ours = mine(&mut chain, 1, 1);
    assert_ne!(chain.template(NOW, 4).unwrap()["transactions"], before["transactions"]);
    let theirs = mine(&mut other, 2, 2);
    submit(&mut chain, &theirs);
    assert_eq!(chain.template(NOW, 4).unwrap(), other.template(NOW, 4).unwrap(), "as if our block had never been");
    assert_eq!(submit(&mut chain, &ours), [Verdict::Duplicate]);
}

#[test]
fn a_better_branch_that_breaks_a_rule_leads_back_to_the_old_one() {
    let mut chain = fast_chain();
    let mut other = fast_chain();
    let ours = mine(&mut chain, 2, 1);
    let mut theirs = mine(&mut other, 1, 2);
    let overpaid = overpaid(&next_block(&other, 2));
    mine(&mut other, 1, 3);
    let child = solved_again(&next_block(&other, 3), |header| header.prev_hash = id(&overpaid));
    theirs.extend([overpaid, child]);
    let verdicts = submit(&mut chain, &theirs);
    // Core too calls the last one inconclusive: what broke a rule was the block before it.
    assert_eq!(verdicts, [Verdict::Inconclusive; 3]);
    assert_eq!(chain.tip().hash, id(&ours[1]));
    let again = submit(&mut chain, &theirs[1..]);
    assert_eq!(again, [Verdict::Refused(Refusal::RefusedBefore); 2]);
    mine(&mut chain, 3, 1);
    assert_eq!(chain.tip().height, 5, "the chain goes on where it was");
}

#[test]
fn a_block_whose_parent_is_known_by_its_header_alone_waits_for_it() {
    let mut chain = fast_chain();
    let mut other = fast_chain();
    let blocks = mine(&mut other, 3, 1);
    let mut mutated = blocks[0].clone();
    // The last byte of the coinbase's witness, which no header covers.
    let at = mutated.len() - 5;
    mutated[at] ^= 1;
    let verdicts = submit(&mut chain, &[mutated, blocks[1].clone(), blocks[2].clone()]);
    let expected = [Verdict::Refused(Refusal::WitnessCommitment), Verdict::Inconclusive, Verdict::Inconclusive];
    assert_eq!(verdicts, expected);
    assert_eq!(chain.tip().height, 0);
    let accepted = Verdict::Accepted { height: 1, hash: id(&blocks[0]) };
    assert_eq!(submit(&mut chain, &blocks[..1]), [accepted]);
    assert_eq!((chain.tip().height, chain.tip().hash), (3, id(&blocks[2])), "its descendants came with it");
}
