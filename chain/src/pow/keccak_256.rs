//! Keccak-256 over the header, with the padding of the competition (0x01, not the 0x06 of FIPS 202): the `sha3` crate.

use sha3::{Digest, Keccak256};

use crate::hash::Hash;
use crate::header::Header;

pub(super) fn hash(header: &Header) -> Hash {
    Hash::from_internal(Keccak256::digest(header.to_bytes()).into())
}
