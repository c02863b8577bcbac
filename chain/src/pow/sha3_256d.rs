//! SHA3-256 (FIPS 202) twice over the header: the `sha3` crate.

use sha3::{Digest, Sha3_256};

use crate::hash::Hash;
use crate::header::Header;

pub(super) fn hash(header: &Header) -> Hash {
    Hash::from_internal(Sha3_256::digest(Sha3_256::digest(header.to_bytes())).into())
}
