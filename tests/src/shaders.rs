//! What the scenarios with shaders share.

use hashkit_chain::{Algorithm, Header, hex};
use hashkit_kernels::shader::{Shader, Variant};

/// The algorithms that have a shader.
pub fn algorithms() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| Shader::new(*algorithm, Variant::PLAIN).is_some())
}

/// Real blocks of this algorithm.
///
/// # Panics
/// When the file of known headers is broken.
#[must_use]
pub fn known_headers(algorithm: Algorithm) -> Vec<Header> {
    let lines = include_str!("../vectors/headers.txt").lines().filter(|line| !line.starts_with('#'));
    let fields = lines.filter_map(|line| line.split_once(' ')).filter(|(name, _)| *name == algorithm.name());
    fields.map(|(_, digits)| Header::from_bytes(&hex::decode_array(digits).expect("80 bytes a line"))).collect()
}

/// A header without a meaning, all of whose words differ.
#[must_use]
pub fn practice_header() -> Header {
    let mut bytes = [0; Header::LEN];
    for (byte, value) in bytes.iter_mut().zip(1u8..) {
        *byte = value.wrapping_mul(37);
    }
    Header::from_bytes(&bytes)
}
