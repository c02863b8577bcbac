//! Merkle trees over transaction ids. All hashes are in internal order.

use crate::hash::{Hash, sha256d};

pub(crate) fn node(left: &Hash, right: &Hash) -> Hash {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(left.as_internal());
    bytes[32..].copy_from_slice(right.as_internal());
    sha256d(&bytes)
}

/// The root above `first` (the coinbase's id) along its branch; an empty branch leaves it as it is.
#[must_use]
pub fn merkle_root(first: Hash, branch: &[Hash]) -> Hash {
    branch.iter().fold(first, |root, sibling| node(&root, sibling))
}

/// What the coinbase is paired with on its way up, for the ids of all other transactions in their order.
#[must_use]
pub fn merkle_branch(others: &[Hash]) -> Vec<Hash> {
    let mut branch = Vec::new();
    let mut level = others.to_vec();
    while !level.is_empty() {
        branch.push(level[0]);
        // The coinbase's path stands left of `level`, so the pairs begin at its second entry.
        level = level[1..].chunks(2).map(|pair| node(&pair[0], pair.last().unwrap_or(&pair[0]))).collect();
    }
    branch
}

/// The root of the whole tree, and whether it holds a repeated pair: such a list has the root of a shorter one
/// (CVE-2012-2459), so a block with it is refused. The root of no leaves is zero.
#[must_use]
pub fn merkle_tree_root(leaves: &[Hash]) -> (Hash, bool) {
    let mut level = leaves.to_vec();
    let mut repeats = false;
    while level.len() > 1 {
        repeats |= level.chunks_exact(2).any(|pair| pair[0] == pair[1]);
        level = level.chunks(2).map(|pair| node(&pair[0], pair.last().unwrap_or(&pair[0]))).collect();
    }
    (level.first().copied().unwrap_or_default(), repeats)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(count: u8) -> Vec<Hash> {
        (0..count).map(|number| sha256d(&[number])).collect()
    }

    #[test]
    fn the_branch_leads_to_the_root_of_the_plain_tree() {
        for count in 1..=17 {
            let leaves = ids(count);
            let (root, repeats) = merkle_tree_root(&leaves);
            let branch = merkle_branch(&leaves[1..]);
            assert_eq!(merkle_root(leaves[0], &branch), root, "{count} transactions");
            assert_eq!(
                branch.len(),
                u32::from(count).next_power_of_two().trailing_zeros() as usize,
                "{count} transactions"
            );
            assert!(!repeats, "{count} transactions");
        }
    }

    #[test]
    fn a_repeated_end_has_the_same_root_and_is_seen() {
        let leaves = ids(3);
        let mut longer = leaves.clone();
        longer.push(leaves[2]);
        assert_eq!(merkle_tree_root(&longer), (merkle_tree_root(&leaves).0, true));
    }
}
