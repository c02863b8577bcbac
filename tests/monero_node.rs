//! Monero's own node takes the blocks that are found here, and refuses what the judge refuses.

use std::num::NonZeroUsize;

use anyhow::{Context, Result, ensure};
use hashkit_chain::randomx::{Judge, JudgeError, MoneroTemplate, Share};
use hashkit_chain::{Nonce, NonceRange, Reject, hex};
use hashkit_kernels::randomx::{Ask, KeyMemory, Mode, Search};
use hashkit_tests::left_out;
use hashkit_tests::monerod::{Monerod, Refusal};

/// Hashes a block: a search takes a moment, and most nonces are wrong.
const DIFFICULTY: u32 = 8;

/// Nonces of one scan: a hit is among them nearly always.
const BATCH: u64 = 16;

#[test]
fn monerod_takes_the_blocks_of_a_search_and_refuses_a_wrong_nonce() -> Result<()> {
    if let Err(reason) = Monerod::is_installed() {
        left_out("Monero's node", &reason);
        return Ok(());
    }
    let node = Monerod::start(DIFFICULTY)?;
    let first = MoneroTemplate::from_json(&node.template()?)?;
    let judge = Judge::new(first.key().clone())?;
    let memory = KeyMemory::fill(first.key(), Mode::Light, Ask::Huge, NonZeroUsize::MIN)?;
    let mut search = Search::open(&memory, Ask::Huge)?;

    for height in 1..=3 {
        let template = MoneroTemplate::from_json(&node.template()?)?;
        ensure!(template.height() == height && template.key() == judge.key(), "another chain: {template:?}");
        assert_eq!(template.difficulty().get(), u128::from(DIFFICULTY));
        let (hits, misses) = scan(&mut search, &template)?;

        let header = |nonce| template.header().clone().with_nonce(nonce);
        let share = judge.check(&header(hits[0]), &template.target()).context("the search found it")?;
        let wrong = judge.check(&header(misses[0]), &template.target());
        assert!(matches!(wrong, Err(JudgeError::Rejected(Reject::AboveTarget { .. }))), "{wrong:?}");
        let block = template.block(&share).context("a share of this template that meets its target")?;

        let refused = node.submit(&with_nonce(&block, &template, misses[0]))?;
        assert_eq!(refused, Err(Refusal(-7, "Block not accepted".into())), "height {height}");
        assert_eq!(node.height()?, height, "a refused block changes nothing");
        assert_eq!(node.submit(&hex::encode(&block))?, Ok(()), "height {height}: {}", hash_of(&share));
        assert_eq!(node.height()?, height + 1, "an accepted block makes the chain longer");
    }
    Ok(())
}

/// The nonces that are hits, one at least, and those before and between them that are none.
fn scan(search: &mut Search, template: &MoneroTemplate) -> Result<(Vec<Nonce>, Vec<Nonce>)> {
    let mut rest = NonceRange::FULL;
    loop {
        let range = rest.split_front(BATCH);
        ensure!(range.iter().all(|nonce| nonce.0 < 1_000), "1000 hashes of difficulty {DIFFICULTY} without a hit");
        let hits = search.scan(template.header(), range, &template.target());
        let misses: Vec<Nonce> = range.iter().filter(|nonce| !hits.contains(nonce)).collect();
        if !hits.is_empty() && !misses.is_empty() {
            return Ok((hits, misses));
        }
    }
}

/// The block with another nonce, in hexadecimal.
fn with_nonce(block: &[u8], template: &MoneroTemplate, nonce: Nonce) -> String {
    let mut block = block.to_vec();
    let at = template.header().nonce_at();
    block[at..at + 4].copy_from_slice(&nonce.0.to_le_bytes());
    hex::encode(&block)
}

fn hash_of(share: &Share) -> String {
    hex::encode(share.hash().as_internal())
}
