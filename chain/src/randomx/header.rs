//! What a Monero miner hashes.

use std::fmt;

use crate::hex::{self, HexError};
use crate::nonce::Nonce;

/// The bytes that RandomX hashes for Monero: block header, root of the transactions' tree, number of transactions. Monero's
/// node calls them the `blockhashing_blob`, pools the `blob` of a job; they are 76 bytes or a few more.
///
/// Layout, from `get_block_hashing_blob` and `block_header` of Monero's source: major version, minor version and time as varints,
/// parent's id (32 bytes), nonce (4 bytes, little-endian), tree root (32 bytes), number of transactions as a varint. With
/// today's versions and times the nonce stands at byte 39.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MoneroHeader {
    bytes: Vec<u8>,
    nonce_at: usize,
}

/// Why bytes are no header of Monero's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// They end before the header does.
    #[error("{len} bytes are too few for a Monero header: it ends within its {field}")]
    Short {
        /// How many there are.
        len: usize,
        /// The first field that is not whole.
        field: &'static str,
    },
    /// A number of more than 64 bits.
    #[error("the {field} of the Monero header is no varint of at most 64 bits")]
    Varint {
        /// The field.
        field: &'static str,
    },
    /// Bytes after the end.
    #[error("{0} bytes follow the Monero header: was a whole block given instead of its hashing form?")]
    Trailing(usize),
    /// Not hexadecimal.
    #[error("the Monero header is {0}")]
    Hex(#[from] HexError),
}

impl MoneroHeader {
    /// Bytes of the nonce.
    const NONCE_LEN: usize = 4;

    /// From the bytes that are hashed.
    ///
    /// # Errors
    /// [`HeaderError`] when they are not laid out as above.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, HeaderError> {
        let bytes = bytes.into();
        let mut reader = Reader { bytes: &bytes, at: 0 };
        reader.varint("major version")?;
        reader.varint("minor version")?;
        reader.varint("time")?;
        reader.skip(32, "parent")?;
        let nonce_at = reader.at;
        reader.skip(Self::NONCE_LEN, "nonce")?;
        reader.skip(32, "tree root")?;
        reader.varint("number of transactions")?;
        let rest = bytes.len() - reader.at;
        if rest > 0 {
            return Err(HeaderError::Trailing(rest));
        }
        Ok(Self { bytes, nonce_at })
    }

    /// From hexadecimal digits, as nodes and pools send it.
    ///
    /// # Errors
    /// [`HeaderError`], as of [`from_bytes`](Self::from_bytes), and for what is not hexadecimal.
    pub fn from_hex(text: &str) -> Result<Self, HeaderError> {
        Self::from_bytes(hex::decode(text)?)
    }

    /// The bytes that are hashed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the nonce begins; its four bytes are always there.
    #[must_use]
    pub fn nonce_at(&self) -> usize {
        self.nonce_at
    }

    /// The nonce.
    #[must_use]
    pub fn nonce(&self) -> Nonce {
        let mut bytes = [0; Self::NONCE_LEN];
        bytes.copy_from_slice(&self.bytes[self.nonce_at..self.nonce_at + Self::NONCE_LEN]);
        Nonce(u32::from_le_bytes(bytes))
    }

    /// Sets the nonce.
    pub fn set_nonce(&mut self, nonce: Nonce) {
        self.bytes[self.nonce_at..self.nonce_at + Self::NONCE_LEN].copy_from_slice(&nonce.0.to_le_bytes());
    }

    /// The same with another nonce.
    #[must_use]
    pub fn with_nonce(mut self, nonce: Nonce) -> Self {
        self.set_nonce(nonce);
        self
    }
}

impl fmt::Debug for MoneroHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(&self.bytes))
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn skip(&mut self, count: usize, field: &'static str) -> Result<(), HeaderError> {
        if self.bytes.len() - self.at < count {
            return Err(HeaderError::Short { len: self.bytes.len(), field });
        }
        self.at += count;
        Ok(())
    }

    /// Seven bits a byte, the least significant first, the top bit set in all but the last.
    fn varint(&mut self, field: &'static str) -> Result<(), HeaderError> {
        // Ten bytes hold 70 bits; of the tenth only the lowest belongs to a number of 64.
        for count in 0..10 {
            let first = self.at;
            self.skip(1, field)?;
            let byte = self.bytes[first];
            if byte & 0x80 == 0 {
                return if count == 9 && byte > 1 { Err(HeaderError::Varint { field }) } else { Ok(()) };
            }
        }
        Err(HeaderError::Varint { field })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A header with three varints in front, as bytes.
    fn bytes(varints: &[u8], transactions: &[u8]) -> Vec<u8> {
        [varints, &[7; 32], &0x0102_0304_u32.to_le_bytes(), &[9; 32], transactions].concat()
    }

    #[test]
    fn the_nonce_is_found_behind_the_varints() {
        for (case, varints, at) in [
            ("as today", &[16, 16, 0x80, 0x80, 0x80, 0x80, 0x06][..], 39),
            ("a regtest of 1970", &[1, 0, 5][..], 35),
            ("a version above 127", &[0x80, 0x01, 0x01, 5][..], 36),
        ] {
            let header = MoneroHeader::from_bytes(bytes(varints, &[1])).unwrap();
            assert_eq!((header.nonce_at(), header.nonce()), (at, Nonce(0x0102_0304)), "{case}");
            let other = header.clone().with_nonce(Nonce(0xfeff_0001));
            assert_eq!(other.nonce(), Nonce(0xfeff_0001), "{case}");
            assert_eq!(other.as_bytes()[at..at + 4], [0x01, 0x00, 0xff, 0xfe], "{case}");
            assert_eq!(other.with_nonce(Nonce(0x0102_0304)), header, "{case}");
        }
    }

    #[test]
    fn what_is_no_header_is_refused_with_the_reason() {
        let whole = bytes(&[16, 16, 5], &[0x80, 0x01]);
        let long = [&[0xff; 10][..], &whole].concat();
        let wide = [&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02][..], &whole[1..]].concat();
        for (case, bytes, expected) in [
            ("nothing", vec![], HeaderError::Short { len: 0, field: "major version" }),
            ("cut in the parent", whole[..20].to_vec(), HeaderError::Short { len: 20, field: "parent" }),
            ("cut in the nonce", whole[..37].to_vec(), HeaderError::Short { len: 37, field: "nonce" }),
            ("cut in the root", whole[..70].to_vec(), HeaderError::Short { len: 70, field: "tree root" }),
            ("cut at the end", whole[..72].to_vec(), HeaderError::Short { len: 72, field: "number of transactions" }),
            ("a varint without end", long, HeaderError::Varint { field: "major version" }),
            ("a varint of 65 bits", wide, HeaderError::Varint { field: "major version" }),
            ("a byte too many", [&whole[..], &[0]].concat(), HeaderError::Trailing(1)),
        ] {
            assert_eq!(MoneroHeader::from_bytes(bytes), Err(expected), "{case}");
        }
        assert_eq!(MoneroHeader::from_hex("zz"), Err(HeaderError::Hex(HexError::Malformed)));
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_what_is_read_comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            if let Ok(header) = MoneroHeader::from_bytes(bytes.clone()) {
                prop_assert_eq!(header.as_bytes(), &bytes[..]);
                prop_assert_eq!(header.clone().with_nonce(header.nonce()), header);
            }
        }
    }
}
