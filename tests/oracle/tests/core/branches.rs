//! Trees of right and wrong blocks in a shuffled order: both follow the same tip all the way.

use fastrand::Rng;
use hashkit_chain::{Algorithm, Hash, height_push};
use hashkit_oracle::{Draft, World, now};
use hashkit_pool::practice::{PracticeChain, Profile};

use crate::id;
use crate::library::{Answer, Core};

/// A block of the tree.
struct Node {
    block: Vec<u8>,
    /// It and all before it, as far as they are right.
    right: Vec<Vec<u8>>,
    height: u32,
}

#[test]
fn both_follow_the_same_tip_through_trees_of_branches() {
    let mut reorganisations = 0;
    for seed in 0..20 {
        let mut rng = Rng::with_seed(seed);
        let tree = tree(&mut rng, 40);
        let blocks = shuffled(&mut rng, tree);
        let mut chain = PracticeChain::in_memory(Profile::Fast, Algorithm::Sha256d);
        let core = Core::start(Profile::Fast);
        // Twice, so that what came before its parent comes again, and the rest is known.
        for block in blocks.iter().chain(&blocks) {
            let before = chain.tip();
            let ours = Answer::of(&chain.submit_block(block, now()).expect("memory takes every block"));
            let cores = core.submit(block);
            assert_eq!(ours, cores, "seed {seed}, block {}", id(block));
            assert_eq!((chain.tip().height, chain.tip().hash), (core.height(), core.tip()), "seed {seed}");
            let kept = chain.hash_at(before.height) == Some(before.hash);
            reorganisations += u32::from(!kept);
        }
    }
    println!("{reorganisations} reorganisations");
    assert!(reorganisations > 20, "trees without branches prove nothing: {reorganisations}");
}

fn tree(rng: &mut Rng, size: u8) -> Vec<Vec<u8>> {
    let mut nodes: Vec<Node> = Vec::new();
    for number in 0..size {
        // Mostly on one of the newest, so that branches grow long enough to win.
        let parent = (!nodes.is_empty() && number > 2).then(|| rng.usize(nodes.len().saturating_sub(6)..nodes.len()));
        let parent = parent.map(|parent| &nodes[parent]);
        let height = parent.map_or(1, |parent| parent.height + 1);
        let mut right = parent.map_or_else(Vec::new, |parent| parent.right.clone());
        let mut draft = next_after(&right, number);
        let stands_on_right = parent.is_none_or(|parent| right.last() == Some(&parent.block));
        if let Some(parent) = parent.filter(|_| !stands_on_right) {
            on_top(&mut draft, id(&parent.block), height);
        }
        let is_right = stands_on_right && rng.u8(0..8) > 0;
        if !is_right {
            draft.outputs[0].0 += 1;
        }
        let block = draft.solve();
        if is_right {
            right.push(block.clone());
        }
        nodes.push(Node { block, right, height });
    }
    nodes.into_iter().map(|node| node.block).collect()
}

fn next_after(blocks: &[Vec<u8>], extranonce: u8) -> Draft {
    let mut chain = PracticeChain::in_memory(Profile::Fast, Algorithm::Sha256d);
    for block in blocks {
        chain.submit_block(block, now()).expect("memory takes every block");
    }
    World::draft(&chain, extranonce)
}

fn on_top(draft: &mut Draft, parent: Hash, height: u32) {
    let rest = draft.script_sig.split_off(height_push(draft.height).len());
    draft.script_sig = [height_push(height), rest].concat();
    draft.header.prev_hash = parent;
    draft.header.ntime.0 += height;
}

/// Neighbours change places, so that some come before their parents.
fn shuffled(rng: &mut Rng, mut blocks: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    for at in 1..blocks.len() {
        if rng.u8(0..4) == 0 {
            blocks.swap(at - 1, at);
        }
    }
    blocks
}
