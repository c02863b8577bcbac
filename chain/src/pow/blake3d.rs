//! BLAKE3 twice over the header: the `blake3` crate, without its assembly.

use crate::hash::Hash;
use crate::header::Header;

pub(super) fn hash(header: &Header) -> Hash {
    let once = blake3::hash(&header.to_bytes());
    Hash::from_internal(blake3::hash(once.as_bytes()).into())
}
