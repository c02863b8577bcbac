//! The rules that need no coins: a block on its own, and a block after its parent. The order of the checks is Bitcoin
//! Core's (`CheckBlock`, `ContextualCheckBlockHeader`, `ContextualCheckBlock` in its `validation.cpp`), so that a block that
//! breaks several rules is answered with the same word.

use std::collections::HashSet;

use hashkit_chain::{Header, Nbits, Ntime, Target, merkle_tree_root};

use super::block::{Block, witness_commitment};
use super::profile::{MAX_FUTURE_SECONDS, MAX_MONEY, MAX_SIGOPS, MAX_WEIGHT, Profile, Rules};
use super::refusal::Refusal;
use super::script::{height_push, signature_operations};
use super::transaction::{OutPoint, Transaction};

/// Whether a header has to prove its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// As everywhere.
    Demanded,
    /// Not of a proposal, nor of what was checked when it was stored.
    Waived,
}

/// Whether the header's hash meets the header's own target, and that is no easier than the chain's easiest.
pub(super) fn proof_of_work(header: &Header, rules: &Rules) -> Result<(), Refusal> {
    let target = Target::from_compact(header.nbits).map_err(|_| Refusal::HighHash)?;
    let limit = Target::from_compact(rules.limit()).map_err(|_| Refusal::HighHash)?;
    if target > limit || !target.is_met_by(&rules.algorithm.hash(header)) {
        return Err(Refusal::HighHash);
    }
    Ok(())
}

/// What a block has to be on its own.
pub(super) fn block(block: &Block<'_>, rules: &Rules, proof: Proof) -> Result<(), Refusal> {
    if proof == Proof::Demanded {
        proof_of_work(&block.header, rules)?;
        if rules.profile == Profile::Practice {
            signet_solution(block)?;
        }
    }
    let txids: Vec<_> = block.transactions.iter().map(|transaction| transaction.txid).collect();
    let (root, repeats) = merkle_tree_root(&txids);
    if root != block.header.merkle_root {
        return Err(Refusal::MerkleRoot);
    }
    if repeats {
        return Err(Refusal::RepeatedTransactions);
    }
    let count = block.transactions.len();
    if count == 0 || count * 4 > MAX_WEIGHT || block.base_len() * 4 > MAX_WEIGHT {
        return Err(Refusal::Length);
    }
    if !block.transactions[0].is_coinbase() {
        return Err(Refusal::CoinbaseMissing);
    }
    if block.transactions[1..].iter().any(Transaction::is_coinbase) {
        return Err(Refusal::CoinbaseMultiple);
    }
    for each in &block.transactions {
        transaction(each)?;
    }
    let operations: usize = block.transactions.iter().map(plain_signature_operations).sum();
    if operations * 4 > MAX_SIGOPS {
        return Err(Refusal::SignatureOperations);
    }
    Ok(())
}

/// The challenge `51` is met by an empty solution; but without a commitment there is no place for even that (BIP 325).
fn signet_solution(block: &Block<'_>) -> Result<(), Refusal> {
    const SOLUTION_TAG: [u8; 4] = [0xec, 0xc7, 0xda, 0xa2];
    let script = block.commitment_script().ok_or(Refusal::SignetSolution)?;
    if script[38..].windows(SOLUTION_TAG.len()).any(|bytes| bytes == SOLUTION_TAG) {
        return Err(Refusal::SignetSolution);
    }
    Ok(())
}

/// What a transaction has to be on its own.
fn transaction(transaction: &Transaction<'_>) -> Result<(), Refusal> {
    if transaction.inputs.is_empty() {
        return Err(Refusal::NoInputs);
    }
    if transaction.outputs.is_empty() {
        return Err(Refusal::NoOutputs);
    }
    if transaction.base_len * 4 > MAX_WEIGHT {
        return Err(Refusal::Oversize);
    }
    let mut total = 0;
    for output in &transaction.outputs {
        if output.value < 0 {
            return Err(Refusal::OutputNegative);
        }
        if output.value > MAX_MONEY {
            return Err(Refusal::OutputTooLarge);
        }
        total += output.value;
        if total > MAX_MONEY {
            return Err(Refusal::OutputTotalTooLarge);
        }
    }
    let mut spent = HashSet::with_capacity(transaction.inputs.len());
    if !transaction.inputs.iter().all(|input| spent.insert(input.spent)) {
        return Err(Refusal::InputsRepeated);
    }
    if transaction.is_coinbase() {
        if !(2..=100).contains(&transaction.inputs[0].script.len()) {
            return Err(Refusal::CoinbaseLength);
        }
    } else if spent.contains(&OutPoint::NULL) {
        return Err(Refusal::NullInput);
    }
    Ok(())
}

/// The two known scripts hide no signature operations, so the plain count is the whole count.
fn plain_signature_operations(transaction: &Transaction<'_>) -> usize {
    let inputs = transaction.inputs.iter().map(|input| input.script);
    let outputs = transaction.outputs.iter().map(|output| output.script);
    inputs.chain(outputs).map(signature_operations).sum()
}

/// What a header has to be after its parent, by the clock `now`.
pub(super) fn header_after(header: &Header, nbits: Nbits, median: Ntime, now: Ntime) -> Result<(), Refusal> {
    if header.nbits != nbits {
        return Err(Refusal::DiffBits);
    }
    if header.ntime <= median {
        return Err(Refusal::TimeTooOld);
    }
    if header.ntime.0 > now.0.saturating_add(MAX_FUTURE_SECONDS) {
        return Err(Refusal::TimeTooNew);
    }
    if header.version.0.cast_signed() < 4 {
        return Err(Refusal::Version(header.version));
    }
    Ok(())
}

/// What a block has to be at its height, after a parent of this median time.
pub(super) fn block_after(block: &Block<'_>, height: u32, median: Ntime) -> Result<(), Refusal> {
    if !block.transactions.iter().all(|transaction| transaction.is_final(height, median.0)) {
        return Err(Refusal::NotFinal);
    }
    let coinbase = &block.transactions[0].inputs[0];
    if !coinbase.script.starts_with(&height_push(height)) {
        return Err(Refusal::CoinbaseHeight);
    }
    if let Some(commitment) = block.commitment() {
        if coinbase.witness_items != 1 || coinbase.witness_first.len() != 32 {
            return Err(Refusal::WitnessNonceSize);
        }
        let others = block.transactions[1..].iter().map(|transaction| transaction.wtxid);
        if witness_commitment(others, coinbase.witness_first).as_internal() != commitment {
            return Err(Refusal::WitnessCommitment);
        }
    } else if block.transactions.iter().any(Transaction::has_witness) {
        return Err(Refusal::UnexpectedWitness);
    }
    if block.weight() > MAX_WEIGHT {
        return Err(Refusal::Weight);
    }
    Ok(())
}
