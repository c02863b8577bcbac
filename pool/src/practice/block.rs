//! A block as it came over the wire.

use hashkit_chain::{Hash, Header, merkle_tree_root, sha256d};

use super::transaction::Transaction;
use super::wire::{DecodeError, Reader, push_count};

/// How an output script begins that commits to the witnesses of a block (BIP 141): `OP_RETURN`, a push of 36 bytes, the tag.
const COMMITMENT_TAG: [u8; 6] = [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed];
const COMMITMENT_LEN: usize = COMMITMENT_TAG.len() + 32;

/// A block that was read whole. What follows its last transaction is ignored, as Bitcoin Core ignores it.
#[derive(Debug, Clone)]
pub(super) struct Block<'a> {
    pub(super) header: Header,
    pub(super) transactions: Vec<Transaction<'a>>,
    bytes: &'a [u8],
    /// Where the first transaction begins.
    body: usize,
}

impl<'a> Block<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let header = Header::from_bytes(&reader.array()?);
        let count = reader.count()?;
        let body = reader.position();
        let mut transactions = Vec::new();
        for _ in 0..count {
            transactions.push(Transaction::read(&mut reader)?);
        }
        Ok(Self { header, transactions, bytes: reader.since(0), body })
    }

    /// The block's own bytes, without what followed it.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Four for each byte, one for each byte of witness.
    pub(super) fn weight(&self) -> usize {
        4 * self.body + self.transactions.iter().map(Transaction::weight).sum::<usize>()
    }

    /// Length of the form without witnesses, in bytes.
    pub(super) fn base_len(&self) -> usize {
        self.body + self.transactions.iter().map(|transaction| transaction.base_len).sum::<usize>()
    }

    /// The script that commits to the witnesses: of several candidates in the coinbase the last.
    pub(super) fn commitment_script(&self) -> Option<&'a [u8]> {
        let outputs = &self.transactions.first()?.outputs;
        let is_commitment = |script: &[u8]| script.len() >= COMMITMENT_LEN && script.starts_with(&COMMITMENT_TAG);
        outputs.iter().rev().map(|output| output.script).find(|script| is_commitment(script))
    }

    /// The hash inside the commitment script.
    pub(super) fn commitment(&self) -> Option<&'a [u8]> {
        Some(&self.commitment_script()?[COMMITMENT_TAG.len()..COMMITMENT_LEN])
    }

    /// The bytes with the coinbase witness that `submitblock` adds where a commitment stands without one; `None` where
    /// there is nothing to add.
    pub(super) fn with_coinbase_witness(&self) -> Option<Vec<u8>> {
        self.commitment_script()?;
        let coinbase = self.transactions.first()?;
        if coinbase.has_witness() || coinbase.inputs.is_empty() {
            return None;
        }
        let (after, lock_time) = (self.body + coinbase.bytes.len(), coinbase.lock_time.to_le_bytes());
        let mut bytes = self.bytes[..self.body].to_vec();
        bytes.extend_from_slice(&coinbase.bytes[..4]);
        bytes.extend_from_slice(&[0, 1]);
        bytes.extend_from_slice(&coinbase.bytes[4..coinbase.bytes.len() - 4]);
        // One item of 32 zero bytes for the first input; a coinbase with more inputs is refused later.
        bytes.extend_from_slice(&[1, 32]);
        bytes.extend_from_slice(&[0; 32]);
        bytes.resize(bytes.len() + coinbase.inputs.len() - 1, 0);
        bytes.extend_from_slice(&lock_time);
        bytes.extend_from_slice(&self.bytes[after..]);
        Some(bytes)
    }
}

/// The hash that a coinbase commits to, for the witness ids of all other transactions and the 32 bytes that the coinbase
/// carries as its own witness.
pub(super) fn witness_commitment(others: impl IntoIterator<Item = Hash>, reserved: &[u8]) -> Hash {
    let leaves: Vec<Hash> = std::iter::once(Hash::ZERO).chain(others).collect();
    let (root, _) = merkle_tree_root(&leaves);
    sha256d(&[&root.as_internal()[..], reserved].concat())
}

/// The output script that carries a commitment.
pub(super) fn commitment_script(commitment: Hash) -> Vec<u8> {
    [&COMMITMENT_TAG[..], commitment.as_internal()].concat()
}

/// A whole block from its parts, each transaction in its own bytes.
pub(super) fn block_bytes(header: &Header, transactions: &[&[u8]]) -> Vec<u8> {
    let mut bytes = header.to_bytes().to_vec();
    push_count(&mut bytes, transactions.len());
    for transaction in transactions {
        bytes.extend_from_slice(transaction);
    }
    bytes
}
