//! The digests that `hashkit hash` computes, and their names.

use std::io::{self, Read};

use blake2::{Blake2b512, Blake2s256};
use hashkit_chain::Algorithm;
use sha2::digest::Output;
use sha2::{Digest as Function, Sha256, Sha512, Sha512_256};
use sha3::{Keccak256, Sha3_256, Sha3_512};

/// A digest function over any bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digest {
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-256 twice.
    Sha256d,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// SHA-512/256 (FIPS 180-4): SHA-512 from another start, cut to 32 bytes.
    Sha512_256,
    /// SHA-512/256 twice.
    Sha512_256d,
    /// scrypt (RFC 7914) with N = 1024, r = 1, p = 1 and the input as password and as salt, 32 bytes out: over an 80-byte
    /// header the proof-of-work hash of Litecoin.
    Scrypt,
    /// Keccak-256 as before FIPS 202: what Ethereum and `MaxCoin` use.
    Keccak256,
    /// SHA3-256 (FIPS 202).
    Sha3_256,
    /// SHA3-512 (FIPS 202).
    Sha3_512,
    /// SHA3-256 twice.
    Sha3_256d,
    /// BLAKE2s with 32 bytes out (RFC 7693).
    Blake2s,
    /// `BLAKE2b` with 64 bytes out (RFC 7693).
    Blake2b,
    /// BLAKE3 with 32 bytes out.
    Blake3,
    /// BLAKE3 twice.
    Blake3d,
}

/// scrypt reads its input twice, so it is held in memory; what people hash with it is 80 bytes long.
const SCRYPT_LIMIT: u64 = 1 << 20;

impl Digest {
    pub(super) const ALL: [Self; 14] = [
        Self::Sha256,
        Self::Sha256d,
        Self::Sha512,
        Self::Sha512_256,
        Self::Sha512_256d,
        Self::Scrypt,
        Self::Keccak256,
        Self::Sha3_256,
        Self::Sha3_256d,
        Self::Sha3_512,
        Self::Blake2s,
        Self::Blake2b,
        Self::Blake3,
        Self::Blake3d,
    ];

    /// The name used everywhere.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha256d => "sha256d",
            Self::Sha512 => "sha512",
            Self::Sha512_256 => "sha512-256",
            Self::Sha512_256d => "sha512-256d",
            Self::Scrypt => "scrypt",
            Self::Keccak256 => "keccak-256",
            Self::Sha3_256 => "sha3-256",
            Self::Sha3_256d => "sha3-256d",
            Self::Sha3_512 => "sha3-512",
            Self::Blake2s => "blake2s",
            Self::Blake2b => "blake2b",
            Self::Blake3 => "blake3",
            Self::Blake3d => "blake3d",
        }
    }

    /// Length of the result in bytes.
    pub(super) fn len(self) -> usize {
        match self {
            Self::Sha512 | Self::Sha3_512 | Self::Blake2b => 64,
            _ => 32,
        }
    }

    /// Reads `input` to its end through `buffer` and gives its digest, in the order in which the function leaves the bytes,
    /// and its length. `seen` hears of each piece.
    pub(super) fn of(self, input: &mut dyn Read, buffer: &mut [u8], seen: &dyn Fn(u64)) -> io::Result<(Vec<u8>, u64)> {
        let mut input = Input { source: input, buffer, seen };
        match self {
            Self::Sha256 => input.once::<Sha256>(),
            Self::Sha256d => input.twice::<Sha256>(),
            Self::Sha512 => input.once::<Sha512>(),
            Self::Sha512_256 => input.once::<Sha512_256>(),
            Self::Sha512_256d => input.twice::<Sha512_256>(),
            Self::Scrypt => scrypt(input.source, seen),
            Self::Keccak256 => input.once::<Keccak256>(),
            Self::Sha3_256 => input.once::<Sha3_256>(),
            Self::Sha3_256d => input.twice::<Sha3_256>(),
            Self::Sha3_512 => input.once::<Sha3_512>(),
            Self::Blake2s => input.once::<Blake2s256>(),
            Self::Blake2b => input.once::<Blake2b512>(),
            Self::Blake3 => input.blake3().map(|(digest, length)| (digest.as_bytes().to_vec(), length)),
            Self::Blake3d => {
                let (once, length) = input.blake3()?;
                Ok((blake3::hash(once.as_bytes()).as_bytes().to_vec(), length))
            }
        }
    }

    /// The function that `text` names; upper case, underscores and the usual other spellings count.
    pub(super) fn from_spelling(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().replace('_', "-").as_str() {
            "sha256" | "sha-256" | "sha2-256" => Some(Self::Sha256),
            "sha512" | "sha-512" | "sha2-512" => Some(Self::Sha512),
            "sha512-256" | "sha512/256" | "sha-512-256" | "sha-512/256" => Some(Self::Sha512_256),
            "sha3-256" => Some(Self::Sha3_256),
            "blake2b" | "blake2b-512" => Some(Self::Blake2b),
            "sha3-512" => Some(Self::Sha3_512),
            // What mining names too is spelled as there.
            other => match other.parse().ok()? {
                Algorithm::Sha256d => Some(Self::Sha256d),
                Algorithm::Scrypt => Some(Self::Scrypt),
                Algorithm::Keccak256 => Some(Self::Keccak256),
                Algorithm::Sha3_256d => Some(Self::Sha3_256d),
                Algorithm::Blake2s => Some(Self::Blake2s),
                Algorithm::Blake3 => Some(Self::Blake3),
                Algorithm::Blake3d => Some(Self::Blake3d),
                Algorithm::Sha512_256d => Some(Self::Sha512_256d),
                _ => None,
            },
        }
    }

    /// Whether `text` names this function.
    pub(super) fn answers_to(self, text: &str) -> bool {
        Self::from_spelling(text) == Some(self)
    }
}

/// What is hashed, and how it is read.
struct Input<'a> {
    source: &'a mut dyn Read,
    buffer: &'a mut [u8],
    seen: &'a dyn Fn(u64),
}

impl Input<'_> {
    fn once<D: Function>(&mut self) -> io::Result<(Vec<u8>, u64)> {
        let (digest, length) = self.digest::<D>()?;
        Ok((digest.to_vec(), length))
    }

    fn twice<D: Function>(&mut self) -> io::Result<(Vec<u8>, u64)> {
        let (once, length) = self.digest::<D>()?;
        Ok((D::digest(once).to_vec(), length))
    }

    fn digest<D: Function>(&mut self) -> io::Result<(Output<D>, u64)> {
        let mut digest = D::new();
        let length = self.read(&mut |bytes| digest.update(bytes))?;
        Ok((digest.finalize(), length))
    }

    fn blake3(&mut self) -> io::Result<(blake3::Hash, u64)> {
        let mut hasher = blake3::Hasher::new();
        let length = self.read(&mut |bytes| {
            hasher.update(bytes);
        })?;
        Ok((hasher.finalize(), length))
    }

    /// Hands all of it on, piece by piece, and gives its length.
    fn read(&mut self, update: &mut dyn FnMut(&[u8])) -> io::Result<u64> {
        let mut length = 0;
        loop {
            match self.source.read(self.buffer) {
                Ok(0) => return Ok(length),
                Ok(count) => {
                    update(&self.buffer[..count]);
                    length += count as u64;
                    (self.seen)(count as u64);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
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
    use hashkit_chain::hex;

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
            ("Keccak", Some(Digest::Keccak256)),
            ("SHA3_256", Some(Digest::Sha3_256)),
            ("SHA-512/256", Some(Digest::Sha512_256)),
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
    fn every_algorithm_of_mining_is_a_digest_of_the_same_name() {
        for algorithm in Algorithm::ALL {
            let digest = Digest::from_spelling(algorithm.name()).unwrap();
            assert_eq!(digest.name(), algorithm.name());
        }
    }

    #[test]
    fn every_digest_is_the_known_one() {
        let known = include_str!("../../../../tests/vectors/digests.txt");
        let known: Vec<&str> = known.lines().filter(|line| !line.starts_with('#')).collect();
        let ours = Digest::ALL.map(|digest| {
            let (bytes, _) = digest.of(&mut &b"abc"[..], &mut [0; 8], &|_| {}).unwrap();
            format!("{} {}", digest.name(), hex::encode(&bytes))
        });
        assert_eq!(ours.to_vec(), known);
    }

    #[test]
    fn the_length_of_a_digest_is_told_before_it_is_there() {
        for digest in Digest::ALL {
            let (bytes, _) = digest.of(&mut &b"abc"[..], &mut [0; 8], &|_| {}).unwrap();
            assert_eq!(bytes.len(), digest.len(), "{}", digest.name());
        }
    }

    #[test]
    fn scrypt_refuses_what_it_would_have_to_hold_in_memory() {
        let said = Digest::Scrypt.of(&mut io::repeat(1), &mut [], &|_| {}).unwrap_err().to_string();
        assert!(said.contains("1 MiB"), "{said}");
    }
}
