//! SHA-512/256 (FIPS 180-4 section 5.3.6.2) twice over the header: the `sha2` crate.

use sha2::{Digest, Sha512_256};

use crate::hash::Hash;
use crate::header::Header;

pub(super) fn hash(header: &Header) -> Hash {
    Hash::from_internal(Sha512_256::digest(Sha512_256::digest(header.to_bytes())).into())
}
