//! BLAKE3 over the header: the `blake3` crate, without its assembly.

use crate::hash::Hash;
use crate::header::Header;

pub(super) fn hash(header: &Header) -> Hash {
    Hash::from_internal(blake3::hash(&header.to_bytes()).into())
}
