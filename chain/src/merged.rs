//! Merged mining (AuxPoW): blocks of child chains proved by the work on a parent's block, whose coinbase commits to them. Source:
//! Namecoin's `auxpow.cpp` and the merged mining specification of the Bitcoin wiki.

use std::collections::BTreeMap;

use crate::hash::Hash;
use crate::merkle::node;
use crate::payout::compact_size;
use crate::share::Share;
use crate::target::Target;

/// What stands before the root in the parent's coinbase.
const MAGIC: [u8; 4] = [0xfa, 0xbe, b'm', b'm'];

/// A chain's number has the upper half of a version.
const LARGEST_ID: u32 = 0xffff;

/// The upper halves of versions that are signals (BIP 9), whatever is rolled: a child must not have its parent's number.
const PARENTS: std::ops::RangeInclusive<u32> = 0x2000..=0x3fff;

/// A block of a child chain that lacks only its proof of work, as its node proposes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChildBlock {
    /// The chain's number.
    pub chain_id: u32,
    /// The block's id.
    pub hash: Hash,
    /// What the parent's hash has to meet.
    pub target: Target,
    /// Its height.
    pub height: u32,
}

/// Why blocks cannot be mined together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// Each chain has one slot.
    #[error("two nodes give blocks of chain {0}: keep one of them")]
    SameChain(u32),
    /// No chain has that number.
    #[error("{0} is no chain's number: it has to be below 8192, or from 16384 to 65535")]
    Number(u32),
}

/// Blocks of child chains that are mined together, each in the slot of its chain.
///
/// The slot follows from the chain's number by a formula in which two numbers collide if and only if they are equal modulo the
/// tree's size, whatever the nonce is. So the nonce is 0, and the smallest tree is found without trying.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedTree {
    height: u32,
    root: Hash,
    children: Vec<Child>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Child {
    block: ChildBlock,
    slot: u32,
    branch: Vec<Hash>,
}

impl MergedTree {
    /// The smallest tree in which every block has a slot of its own.
    ///
    /// # Errors
    /// [`MergeError`].
    pub fn new(blocks: &[ChildBlock]) -> Result<Self, MergeError> {
        for (at, block) in blocks.iter().enumerate() {
            if block.chain_id > LARGEST_ID || PARENTS.contains(&block.chain_id) {
                return Err(MergeError::Number(block.chain_id));
            }
            if blocks[..at].iter().any(|earlier| earlier.chain_id == block.chain_id) {
                return Err(MergeError::SameChain(block.chain_id));
            }
        }
        let slots = |height| blocks.iter().map(move |block| slot(0, block.chain_id, height));
        let is_apart = |height: &u32| {
            let mut slots: Vec<u32> = slots(*height).collect();
            slots.sort_unstable();
            slots.windows(2).all(|pair| pair[0] != pair[1])
        };
        let height = (0..=u16::BITS).find(is_apart).unwrap_or(u16::BITS);
        let mut children: Vec<Child> = (blocks.iter().zip(slots(height)))
            .map(|(block, slot)| Child { block: *block, slot, branch: Vec::new() })
            .collect();
        let mut level: BTreeMap<u32, Hash> = children.iter().map(|child| (child.slot, child.block.hash)).collect();
        // Nobody looks at free slots: what is below them is all the same.
        let mut free = Hash::ZERO;
        for depth in 0..height {
            let at = |index: u32| level.get(&index).copied().unwrap_or(free);
            for child in &mut children {
                child.branch.push(at((child.slot >> depth) ^ 1));
            }
            level = level.keys().map(|index| (index / 2, node(&at(index & !1), &at(index | 1)))).collect();
            free = node(&free, &free);
        }
        let root = level.get(&0).copied().unwrap_or_default();
        Ok(Self { height, root, children })
    }

    /// What the parent's coinbase has to hold, once and in one piece: the magic, the root in the order in which people read hashes,
    /// the tree's size and its nonce.
    #[must_use]
    pub fn commitment(&self) -> Vec<u8> {
        let mut root = *self.root.as_internal();
        root.reverse();
        [&MAGIC[..], &root, &(1_u32 << self.height).to_le_bytes(), &[0; 4]].concat()
    }

    /// The blocks.
    pub fn blocks(&self) -> impl Iterator<Item = &ChildBlock> {
        self.children.iter().map(|child| &child.block)
    }

    /// Whether `share` was found under this very tree.
    #[must_use]
    pub fn is_in(&self, share: &Share) -> bool {
        let commitment = self.commitment();
        share.job().coinbase.prefix.windows(commitment.len()).any(|part| part == commitment)
    }

    /// The blocks that `share` finishes, each with its proof as `submitauxblock` takes it. The parent's own target plays no part.
    #[must_use]
    pub fn proofs(&self, share: &Share) -> Vec<(ChildBlock, Vec<u8>)> {
        if !self.is_in(share) {
            return Vec::new();
        }
        let met = self.children.iter().filter(|child| child.block.target.is_met_by(&share.hash()));
        met.map(|child| (child.block, proof(share, child))).collect()
    }
}

/// The slot of a chain in a tree of this height. The arithmetic wraps at 32 bits.
fn slot(nonce: u32, chain_id: u32, height: u32) -> u32 {
    const FACTOR: u32 = 1_103_515_245;
    const STEP: u32 = 12_345;
    let mixed = nonce.wrapping_mul(FACTOR).wrapping_add(STEP).wrapping_add(chain_id);
    mixed.wrapping_mul(FACTOR).wrapping_add(STEP) & ((1 << height) - 1)
}

/// The parent's coinbase and its way to the merkle root; the block's way to the root in that coinbase; the parent's header.
fn proof(share: &Share, child: &Child) -> Vec<u8> {
    const COINBASE_INDEX: [u8; 4] = [0; 4];
    let job = share.job();
    let mut proof = job.coinbase.to_bytes(share.extranonce2());
    // Nodes ignore it.
    proof.extend(share.header().id().as_internal());
    put_branch(&mut proof, &job.branch);
    proof.extend(COINBASE_INDEX);
    put_branch(&mut proof, &child.branch);
    proof.extend(child.slot.to_le_bytes());
    proof.extend(share.header().to_bytes());
    proof
}

fn put_branch(proof: &mut Vec<u8>, branch: &[Hash]) {
    proof.extend(compact_size(branch.len()));
    for hash in branch {
        proof.extend(hash.as_internal());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::Value;

    use super::*;
    use crate::coinbase::{Coinbase, Extranonce2};
    use crate::header::Header;
    use crate::hex;
    use crate::job::Job;
    use crate::pow::Algorithm;
    use crate::share::Solution;
    use crate::space::Work;

    fn vector() -> Value {
        serde_json::from_str(include_str!("../../tests/vectors/auxpow.json")).expect("JSON")
    }

    fn bytes(value: &Value) -> Vec<u8> {
        hex::decode(value.as_str().expect("text")).expect("digits")
    }

    fn hash(value: &Value) -> Hash {
        Hash::from_internal(bytes(value).try_into().expect("32 bytes"))
    }

    fn hashes(value: &Value) -> Vec<Hash> {
        value.as_array().expect("a list").iter().map(hash).collect()
    }

    fn number(value: &Value) -> u32 {
        u32::try_from(value.as_u64().expect("a number")).expect("32 bits")
    }

    /// Where a branch leads, as a node follows it.
    fn climb(from: Hash, branch: &[Hash], slot: u32) -> Hash {
        let step = |at: Hash, (depth, other): (usize, &Hash)| {
            if slot >> depth & 1 == 0 { node(&at, other) } else { node(other, &at) }
        };
        branch.iter().enumerate().fold(from, step)
    }

    #[test]
    fn a_chain_has_the_slot_that_its_nodes_expect() {
        let vector = vector();
        for case in vector["expected_index_cases"].as_array().expect("a list") {
            let found = slot(number(&case["nonce"]), number(&case["chain_id"]), number(&case["height"]));
            assert_eq!(found, number(&case["index"]), "{case}");
        }
        assert_eq!(slot(0, number(&vector["aux_chain_id"]), 7), number(&vector["chain_index"]));
    }

    /// A block of chain 20 that was mined on Bitcoin: its own proof, byte for byte, from the parent's share.
    #[test]
    fn the_proof_of_a_real_block_is_built_again() {
        let vector = vector();
        let header: [u8; 80] = bytes(&vector["parent_header"]).try_into().expect("80 bytes");
        let header = Header::from_bytes(&header);
        let coinbase = bytes(&vector["parent_coinbase"]);
        // Cut anywhere behind the commitment: its extranonces are not known.
        let (prefix, rest) = coinbase.split_at(120);
        let block_id: Hash = vector["aux_block_hash"].as_str().expect("text").parse().expect("digits");
        let branch = hashes(&vector["chain_branch"]);
        let slot = number(&vector["chain_index"]);
        let target = vector["aux_target"].as_str().expect("text").parse().expect("digits");
        let block = ChildBlock { chain_id: number(&vector["aux_chain_id"]), hash: block_id, target, height: 0 };
        let root = climb(block_id, &branch, slot);
        assert_eq!(root, hash(&vector["aux_root_internal_order"]));
        let tree = MergedTree { height: 7, root, children: vec![Child { block, slot, branch }] };
        let job = Job {
            id: "1".into(),
            algorithm: Algorithm::Sha256d,
            version: header.version,
            version_mask: 0,
            prev_hash: header.prev_hash,
            coinbase: Coinbase {
                prefix: prefix.to_vec(),
                extranonce1: rest[..4].to_vec(),
                extranonce2_len: 4,
                suffix: rest[8..].to_vec(),
            },
            branch: hashes(&vector["coinbase_branch"]),
            nbits: header.nbits,
            ntime: header.ntime,
            last_ntime: header.ntime,
            share_target: target,
        };
        let extranonce2 = Extranonce2::from_bytes(&rest[4..8]).expect("four bytes");
        let work = Work::claimed(Arc::new(job), extranonce2, header.version, header.ntime);
        let share = Share::check(&Solution { work, nonce: header.nonce, version: header.version }).expect("it was one");
        assert_eq!(share.header(), &header);
        assert_eq!(tree.proofs(&share), [(block, bytes(&vector["auxpow_blob"]))]);
        let harder = ChildBlock { target: Target::ZERO, ..block };
        let tree = |block| MergedTree { children: vec![Child { block, slot, branch: vec![] }], ..tree.clone() };
        assert_eq!(tree(harder).proofs(&share), [], "a share that misses the child's target");
        let other = MergedTree { root: Hash::ZERO, ..tree(block) };
        assert_eq!(other.proofs(&share), [], "a share that was found under another tree");
    }

    fn blocks(ids: &[u32]) -> Vec<ChildBlock> {
        let block = |id: &u32| ChildBlock {
            chain_id: *id,
            hash: crate::sha256d(&id.to_le_bytes()),
            target: Target::MAX,
            height: 7,
        };
        ids.iter().map(block).collect()
    }

    #[test]
    fn every_chain_has_a_slot_of_its_own_in_the_smallest_tree() {
        for (ids, height) in [
            (&[][..], 0),
            (&[1], 0),
            (&[1, 98], 1),
            (&[1, 3], 2),
            (&[1, 2, 3, 4, 5], 3),
            (&[1, 2, 98], 6),
            (&[1, 0x1001], 13),
            (&[1, 0x8001], 16),
        ] {
            let tree = MergedTree::new(&blocks(ids)).expect("all differ");
            assert_eq!(tree.height, height, "{ids:?}");
            for child in &tree.children {
                assert_eq!(child.slot, slot(0, child.block.chain_id, height), "{ids:?}");
                assert_eq!(climb(child.block.hash, &child.branch, child.slot), tree.root, "{ids:?}");
            }
            let commitment = tree.commitment();
            assert_eq!(
                (commitment.len(), &commitment[36..]),
                (44, &[&(1_u32 << height).to_le_bytes()[..], &[0; 4]].concat()[..])
            );
        }
    }

    #[test]
    fn chains_that_cannot_be_mined_together_are_refused() {
        for (ids, error) in [
            (&[1, 98, 1][..], MergeError::SameChain(1)),
            (&[0x1_0000], MergeError::Number(0x1_0000)),
            (&[0x2000], MergeError::Number(0x2000)),
        ] {
            assert_eq!(MergedTree::new(&blocks(ids)), Err(error), "{ids:?}");
        }
    }
}
