//! BLAKE2s-256 (RFC 7693) over the header: the `blake2` crate.

use blake2::{Blake2s256, Digest};

use crate::hash::Hash;
use crate::header::Header;

pub(super) fn hash(header: &Header) -> Hash {
    Hash::from_internal(Blake2s256::digest(header.to_bytes()).into())
}
