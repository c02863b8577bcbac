//! The practice chain through Bitcoin Core's own validation code: what one accepts the other accepts, and what one refuses
//! the other refuses with the same word.
//!
//! The return value of `process_block` proves nothing (it says "new" for a block that is then refused), so the tests watch
//! the tip and the verdict that the library reports when it has checked a block.

mod branches;
mod library;
mod random;
mod solo;
mod unrecorded;

use hashkit_chain::{Algorithm, Hash, Header, hex};
use hashkit_oracle::{Damaged, World, damage, now, recorded};
use hashkit_pool::practice::{PracticeChain, Profile, Verdict};

use crate::library::{Answer, Core};

/// Blocks of the chain with real work: three times the maturity of a coinbase.
const LENGTH: u32 = 300;

#[test]
fn core_follows_a_chain_that_its_own_regtest_made() {
    let core = Core::start(Profile::Fast);
    let file = include_str!("../../../vectors/btc-regtest-chain.hex");
    for (height, line) in (1..).zip(file.lines()) {
        let block = hex::decode(line).unwrap();
        assert_eq!(core.submit(&block), Answer::Valid, "height {height}");
        assert_eq!(core.height(), height);
    }
    assert_eq!(core.height(), 161);
}

#[test]
fn the_practice_chain_follows_the_chain_that_cores_regtest_made() {
    let mut chain = PracticeChain::in_memory(Profile::Fast, Algorithm::Sha256d);
    let file = include_str!("../../../vectors/btc-regtest-chain.hex");
    for (height, line) in (1..).zip(file.lines()) {
        let block = hex::decode(line).unwrap();
        let verdict = chain.submit_block(&block, now()).unwrap();
        assert!(matches!(verdict, Verdict::Accepted { height: found, .. } if found == height), "{height}: {verdict:?}");
    }
    assert_eq!(chain.tip().height, 161);
}

#[test]
fn on_regtest_core_and_the_practice_chain_say_the_same_of_every_recorded_block() {
    compare(&World::mine(Profile::Fast, 110));
}

#[test]
fn core_follows_300_blocks_of_real_work_and_refuses_what_the_practice_chain_refuses() {
    let world = World::mine(Profile::Practice, LENGTH);
    let core = Core::start(Profile::Practice);
    for (height, block) in (1..).zip(&world.blocks) {
        assert_eq!(core.submit(block), Answer::Valid, "height {height}");
        assert_eq!((core.height(), core.tip()), (height, id(block)));
    }
    compare(&world);
}

fn compare(world: &World) {
    let cases: Vec<_> = recorded()
        .into_iter()
        .map(|(case, _, _)| {
            let damaged = damage(world, &case).unwrap_or_else(|| panic!("no test builds the recorded case {case:?}"));
            (case, damaged)
        })
        .collect();
    compare_each(world, &cases);
}

/// Gives every block to both, on a chain of its own, and compares what they say and which tip they have afterwards.
fn compare_each(world: &World, cases: &[(String, Damaged)]) {
    let mut differences = Vec::new();
    for (case, damaged) in cases {
        let mut chain = PracticeChain::in_memory(world.profile, Algorithm::Sha256d);
        world.replay(&mut chain);
        let core = Core::start(world.profile);
        for block in world.blocks.iter().chain(&damaged.before) {
            core.submit(block);
        }
        for block in &damaged.before {
            chain.submit_block(block, now()).expect("memory takes every block");
        }
        let ours = chain.submit_block(&damaged.bytes(), now()).expect("memory takes every block");
        // Where submitblock completes a block before it is checked, Core gets what was completed.
        let completed = damaged.id().and_then(|id| chain.block(&id).expect("memory gives every block"));
        let cores = core.submit(completed.as_ref().unwrap_or(&damaged.bytes()));
        println!("{case}: {cores:?}");
        if Answer::of(&ours) != cores {
            differences.push(format!("{case}: {ours:?}, but Core says {cores:?}"));
        }
        if chain.tip().hash != core.tip() {
            differences.push(format!("{case}: the tips differ"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

fn id(block: &[u8]) -> Hash {
    block.first_chunk().map(|header| Header::from_bytes(header).id()).expect("a block begins with a header")
}
