//! Blocks damaged at random, but solved again, so that the damage reaches every rule: both say the same.

use std::collections::BTreeMap;

use bitcoinkernel::prelude::{TransactionExt, TxidExt};
use bitcoinkernel::{Block, TransactionRef};
use fastrand::Rng;
use hashkit_chain::{Algorithm, Hash, Header, hex, merkle_branch, merkle_root, sha256d};
use hashkit_oracle::{World, now, search};
use hashkit_pool::practice::{PracticeChain, Profile};

use crate::library::{Answer, Core};

/// Enough that every kind of field is hit dozens of times.
const BLOCKS: usize = 1500;

#[test]
fn randomly_damaged_blocks_get_the_same_answer() {
    let world = World::mine(Profile::Fast, 110);
    let mut rng = Rng::with_seed(0x5eed);
    let (mut chain, mut core) = both(&world);
    let mut words = BTreeMap::<String, usize>::new();
    for number in 0..BLOCKS {
        let right = World::draft(&chain, rng.u8(..)).solve();
        let block = damage(&mut rng, right);
        let ours = Answer::of(&chain.submit_block(&block, now()).expect("memory takes every block"));
        let cores = core.submit(&block);
        let word = match &ours {
            Answer::Refused(_, word) => word.clone(),
            other => format!("{other:?}"),
        };
        let is_own_word = word.starts_with("practice-");
        // Where submitblock adds a witness, Core's library does not.
        let was_completed =
            ours == Answer::Valid && matches!(&cores, Answer::Refused(_, word) if word == "bad-witness-nonce-size");
        if !is_own_word && !was_completed {
            assert_eq!(ours, cores, "block {number}: {}", hex::encode(&block));
        }
        let word = word.split_once('(').map_or(word.as_str(), |(word, _)| word).to_owned();
        *words.entry(word).or_default() += 1;
        if chain.tip().hash != core.tip() {
            assert!(is_own_word || was_completed, "block {number}: the tips differ");
            (chain, core) = both(&world);
        }
    }
    println!("{words:#?}");
    assert!(words.len() >= 12, "the damage reaches too few rules: {words:?}");
}

fn both(world: &World) -> (PracticeChain, Core) {
    let mut chain = PracticeChain::in_memory(world.profile, Algorithm::Sha256d);
    world.replay(&mut chain);
    let core = Core::start(world.profile);
    for block in &world.blocks {
        core.submit(block);
    }
    (chain, core)
}

/// Changes one to three bytes behind the header, sometimes one inside it, and solves what still is a block.
fn damage(rng: &mut Rng, mut block: Vec<u8>) -> Vec<u8> {
    for _ in 0..rng.usize(1..=3) {
        let at = rng.usize(Header::LEN..block.len());
        match rng.u8(0..6) {
            0 => block[at] = rng.u8(..),
            1 => block[at] ^= 1 << rng.u8(0..8),
            2 => block[at] = block[at].wrapping_add(1),
            3 => block[at] = 0,
            4 => block[at] = 0xff,
            _ => {
                let from = rng.usize(Header::LEN..block.len());
                block[at] = block[from];
            }
        }
    }
    if rng.u8(0..20) == 0 {
        block.truncate(rng.usize(Header::LEN..block.len()));
    }
    let mut header = block.first_chunk().map(Header::from_bytes).expect("a block begins with a header");
    match rng.u8(0..20) {
        0 => header.ntime.0 = header.ntime.0.wrapping_add_signed(rng.i32(-10_000..10_000)),
        1 => header.version.0 = rng.u32(..),
        2 => header.prev_hash = Hash::ZERO,
        _ => {}
    }
    if rng.u8(0..10) > 0 {
        commit(&mut block);
    }
    if let Some(txids) = hashes(&block, |transaction| Hash::from_internal(transaction.txid().to_bytes())) {
        header.merkle_root = root(&txids);
    }
    [&search(header, None).to_bytes(), &block[Header::LEN..]].concat()
}

/// Makes the last commitment of the block right again, so that what was damaged is looked at.
fn commit(block: &mut [u8]) {
    const TAG: [u8; 6] = [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed];
    let wtxid = |transaction: TransactionRef<'_>| {
        let bytes = transaction.to_owned().consensus_encode().expect("Core writes what it has read");
        sha256d(&bytes)
    };
    let Some(mut wtxids) = hashes(block, wtxid) else { return };
    wtxids[0] = Hash::ZERO;
    let commitment = sha256d(&[&root(&wtxids).as_internal()[..], &[0; 32]].concat());
    let found = block.windows(TAG.len()).position(|bytes| bytes == TAG);
    if let Some(place) = found.and_then(|at| block.get_mut(at + TAG.len()..at + TAG.len() + 32)) {
        place.copy_from_slice(commitment.as_internal());
    }
}

/// A hash of each transaction that Core reads; `None` where it reads no block, or one without transactions.
fn hashes(block: &[u8], hash: impl Fn(TransactionRef<'_>) -> Hash) -> Option<Vec<Hash>> {
    let block = Block::new(block).ok()?;
    let hashes: Vec<Hash> = block.transactions().map(hash).collect();
    (!hashes.is_empty()).then_some(hashes)
}

fn root(hashes: &[Hash]) -> Hash {
    merkle_root(hashes[0], &merkle_branch(&hashes[1..]))
}
