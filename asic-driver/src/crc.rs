//! The two checksums of the chips: docs/asics.md, "Checksums".

/// The five-bit checksum of commands and replies: x^5 + x^2 + 1, all ones to begin with, most significant bit first.
#[must_use]
pub fn crc5(bytes: &[u8]) -> u8 {
    crc5_of_bits(bytes, bytes.len() * 8)
}

/// The same over the first `bits` bits alone; commands of four bytes carry it behind their 27th bit.
pub(crate) fn crc5_of_bits(bytes: &[u8], bits: usize) -> u8 {
    let all = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
    all.take(bits).fold(0x1f, |crc, bit| {
        let shifted = crc << 1 & 0x1f;
        if crc >> 4 == bit { shifted } else { shifted ^ 0x05 }
    })
}

/// The sixteen-bit checksum of jobs: 0x1021, all ones to begin with, most significant bit first. It goes on the wire high byte
/// first.
#[must_use]
pub fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |crc, byte| {
        (0..8).fold(
            crc ^ u16::from(*byte) << 8,
            |crc: u16, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_values_come_out() {
        assert_eq!(crc16(b"123456789"), 0x29b1);
        for (case, bytes, crc) in [
            ("read the id of all", &[0x52, 0x05, 0x00, 0x00][..], 0x0a),
            ("chain inactive", &[0x53, 0x05, 0x00, 0x00], 0x03),
            ("set address 4", &[0x40, 0x05, 0x04, 0x00], 0x03),
            ("write all", &[0x51, 0x09, 0x00, 0xa4, 0x90, 0x00, 0xff, 0xff], 0x1c),
        ] {
            assert_eq!(crc5(bytes), crc, "{case}");
        }
        assert_eq!(crc5_of_bits(&[0x82, 0x07, 0x81, 0x00], 27), 0x06, "200 MHz on a BM1380");
    }

    #[test]
    fn a_reply_with_its_checksum_has_none_left() {
        assert_eq!(crc5(&[0x13, 0x70, 0, 0, 0, 0, 0, 0, 0x10]), 0);
    }
}
