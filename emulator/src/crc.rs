//! The two checksums of the wire, written bit by bit.

/// CRC5 (polynomial 0x05, begins with 0x1f, most significant bit first) over the first `bits` bits.
pub(crate) fn crc5_of_bits(bytes: &[u8], bits: usize) -> u8 {
    let bit = |at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
    (0..bits).fold(0x1f, |crc, at| {
        let out = crc >> 4 & 1 ^ bit(at);
        (crc << 1 ^ if out == 1 { 0x05 } else { 0 }) & 0x1f
    })
}

/// CRC5 over whole bytes.
pub(crate) fn crc5(bytes: &[u8]) -> u8 {
    crc5_of_bits(bytes, bytes.len() * 8)
}

/// CRC16 (polynomial 0x1021, begins with 0xffff, most significant bit first); sent high byte first.
pub(crate) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |crc: u16, byte| {
        (0..8).rev().fold(crc, |crc, bit| {
            let out = crc >> 15 ^ u16::from(byte >> bit & 1);
            crc << 1 ^ if out == 1 { 0x1021 } else { 0 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_give_their_known_values() {
        assert_eq!(crc16(b"123456789"), 0x29b1);
        // Captured: read all, register 00; set address 04.
        assert_eq!(crc5(&[0x52, 0x05, 0x00, 0x00]), 0x0a);
        assert_eq!(crc5(&[0x40, 0x05, 0x04, 0x00]), 0x03);
        // 27 bits of a four-byte command: read back the frequency of an Antminer U1.
        assert_eq!(crc5_of_bits(&[0x84, 0x00, 0x04, 0x00], 27), 0x00);
        assert_eq!(crc5_of_bits(&[0x82, 0x07, 0x81, 0x00], 27), 0x06);
    }
}
