//! The digests that `hashkit hash` computes, and their names.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use crate::cli::words::Words;

/// A digest function over any bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digest {
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-256 twice.
    Sha256d,
    /// scrypt (RFC 7914) with N = 1024, r = 1, p = 1 and the input as password and as salt, 32 bytes out: over an 80-byte
    /// header the proof-of-work hash of Litecoin.
    Scrypt,
}

/// scrypt reads its input twice, so it is held in memory; what people hash with it is 80 bytes long.
const SCRYPT_LIMIT: u64 = 1 << 20;

impl Digest {
    const ALL: [Self; 3] = [Self::Sha256, Self::Sha256d, Self::Scrypt];

    /// The names, as an argument.
    pub(super) fn words() -> Words<Self> {
        Words::new(Self::ALL.map(Self::name).to_vec(), Self::from_spelling)
    }

    /// The name used everywhere.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha256d => "sha256d",
            Self::Scrypt => "scrypt",
        }
    }

    /// Length of the result in bytes.
    pub(super) fn len(self) -> usize {
        match self {
            Self::Sha256 | Self::Sha256d | Self::Scrypt => 32,
        }
    }

    /// Reads `input` to its end through `buffer` and gives its digest, in the order in which the function leaves the bytes,
    /// and its length. `seen` hears of each piece.
    pub(super) fn of(self, input: &mut dyn Read, buffer: &mut [u8], seen: &dyn Fn(u64)) -> io::Result<(Vec<u8>, u64)> {
        match self {
            Self::Sha256 => {
                let (digest, length) = sha256(input, buffer, seen)?;
                Ok((digest.to_vec(), length))
            }
            Self::Sha256d => {
                let (once, length) = sha256(input, buffer, seen)?;
                Ok((Sha256::digest(once).to_vec(), length))
            }
            Self::Scrypt => scrypt(input, seen),
        }
    }

    /// The function that `text` names; upper case, underscores and the usual other spellings count.
    fn from_spelling(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().replace('_', "-").as_str() {
            "sha256" | "sha-256" | "sha2-256" => Some(Self::Sha256),
            // What mining names too is spelled as there.
            other => match other.parse().ok()? {
                hashkit_chain::Algorithm::Sha256d => Some(Self::Sha256d),
                hashkit_chain::Algorithm::Scrypt => Some(Self::Scrypt),
                _ => None,
            },
        }
    }

    /// Whether `text` names this function.
    pub(super) fn answers_to(self, text: &str) -> bool {
        Self::from_spelling(text) == Some(self)
    }
}

fn sha256(input: &mut dyn Read, buffer: &mut [u8], seen: &dyn Fn(u64)) -> io::Result<([u8; 32], u64)> {
    let (mut digest, mut length) = (Sha256::new(), 0);
    loop {
        match input.read(buffer) {
            Ok(0) => return Ok((digest.finalize().into(), length)),
            Ok(count) => {
                digest.update(&buffer[..count]);
                length += count as u64;
                seen(count as u64);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn scrypt(input: &mut dyn Read, seen: &dyn Fn(u64)) -> io::Result<(Vec<u8>, u64)> {
    let mut bytes = Vec::new();
    input.take(SCRYPT_LIMIT + 1).read_to_end(&mut bytes)?;
    let length = bytes.len() as u64;
    if length > SCRYPT_LIMIT {
        return Err(io::Error::other("longer than the 1 MiB that scrypt takes here"));
    }
    seen(length);
    let params = scrypt::Params::new(10, 1, 1).expect("log2 N = 10, r = 1, p = 1 are within the limits of RFC 7914");
    let mut digest = vec![0; 32];
    scrypt::scrypt(&bytes, &bytes, &params, &mut digest).expect("32 bytes are a legal output length");
    Ok((digest, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_answers_to_its_usual_spellings() {
        for digest in Digest::ALL {
            assert_eq!(Digest::from_spelling(digest.name()), Some(digest));
            assert_eq!(Digest::from_spelling(&digest.name().to_uppercase()), Some(digest));
        }
        for (text, digest) in [
            ("SHA-256", Some(Digest::Sha256)),
            ("SHA_256", Some(Digest::Sha256)),
            ("scrypt_1024_1_1", Some(Digest::Scrypt)),
            ("Double-SHA256", Some(Digest::Sha256d)),
            ("md5", None),
        ] {
            assert_eq!(Digest::from_spelling(text), digest, "{text}");
        }
    }

    #[test]
    fn the_digest_does_not_depend_on_the_size_of_the_buffer() {
        let input: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let of = |size: usize| Digest::Sha256.of(&mut &input[..], &mut vec![0; size], &|_| {}).unwrap();
        let whole = (Sha256::digest(&input).to_vec(), 1000);
        for size in [1, 63, 64, 65, 4096] {
            assert_eq!(of(size), whole, "{size} bytes at a time");
        }
    }

    #[test]
    fn scrypt_refuses_what_it_would_have_to_hold_in_memory() {
        let said = Digest::Scrypt.of(&mut io::repeat(1), &mut [], &|_| {}).unwrap_err().to_string();
        assert!(said.contains("1 MiB"), "{said}");
    }
}
