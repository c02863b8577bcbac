//! SHA-256 twice over the header: FIPS 180-4 through the `sha2` crate.

use crate::hash::{Hash, sha256d};
use crate::header::Header;

pub(super) fn hash(header: &Header) -> Hash {
    sha256d(&header.to_bytes())
}
