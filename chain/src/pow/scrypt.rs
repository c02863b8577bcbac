//! scrypt (RFC 7914) as Litecoin uses it: N = 1024, r = 1, p = 1, the header as password and as salt, 32 bytes out.

use scrypt::Params;

use crate::hash::Hash;
use crate::header::Header;

pub(super) fn hash(header: &Header) -> Hash {
    let header = header.to_bytes();
    let params = Params::new(10, 1, 1).expect("log2 N = 10, r = 1, p = 1 are within the limits of RFC 7914");
    let mut hash = [0; 32];
    scrypt::scrypt(&header, &header, &params, &mut hash).expect("32 bytes are a legal output length");
    Hash::from_internal(hash)
}
