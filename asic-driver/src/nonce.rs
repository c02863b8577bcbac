//! What the fields of a nonce's reply mean, by chip.

use hashkit_chain::Nonce;

use crate::frame::reply::NonceReply;
use crate::nonce_space::NonceSpace;

/// How a family packs what it reports with a nonce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonceLayout {
    /// BM1362 and BM1366: eight bits of excess, five of the job, three of the small core. Verified on 22,904 nonces.
    EightSmallCores,
    /// BM1368 and BM1370: seven bits of excess, five of the job, four of the small core. Verified on 8,862 nonces.
    SixteenSmallCores,
    /// BM1397: an index, then the job with the midstate's index in its low bits.
    Midstates,
    /// BM1387: the same, with chip and core elsewhere in the nonce.
    EarlyMidstates,
}

/// A nonce's reply in parts. Nothing of it is believed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundNonce {
    /// The nonce as the header has it.
    pub nonce: Nonce,
    /// The upper bits of the job's id; the others come back as zero.
    pub job_id: u8,
    /// Which version was hashed.
    pub rolled: Rolled,
    /// The core that found it.
    pub core: u8,
    /// The small core within that core; 0 of chips that have none. It differs from the version's low bits by 4 now and then.
    pub small_core: u8,
    /// The low 25 bits, in which chips count.
    pub count: u32,
    /// Zero bits of the hash beyond those that chip and ticket mask demand, of chips that tell.
    pub excess: Option<u8>,
}

/// Which of a job's versions was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rolled {
    /// The one with these bits laid over the job's own, already where they stand in a header.
    Bits(u32),
    /// The one whose midstate had this index.
    Midstate(u8),
}

/// How the chips of a chain were told where to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Starts {
    /// By their addresses, this far apart.
    Address {
        /// At least 1.
        interval: u16,
    },
    /// By the register for it.
    Offset,
}

impl NonceLayout {
    /// The parts of a reply to a job of so many midstates, where it has any.
    #[must_use]
    pub fn parse(self, reply: &NonceReply, midstates: u8) -> FoundNonce {
        let word = u32::from_be_bytes(reply.nonce);
        let field = u16::from_be_bytes(reply.field);
        let [high, low] = reply.field;
        let bits = Rolled::Bits(u32::from(reply.version_bits.unwrap_or(0)) << 13);
        let index = midstates.max(1).next_power_of_two() - 1;
        let (job_id, rolled, small_core, excess) = match self {
            Self::EightSmallCores => (low & 0xf8, bits, low & 0x07, Some(high)),
            Self::SixteenSmallCores => (low_byte(field >> 1) & 0xf8, bits, low & 0x0f, Some(high >> 1)),
            Self::Midstates | Self::EarlyMidstates => (low & !index, Rolled::Midstate(low & index), 0, None),
        };
        let core = if self == Self::EarlyMidstates { reply.nonce[3] & 0x7f } else { reply.nonce[0] >> 1 };
        let nonce = Nonce(u32::from_le_bytes(reply.nonce));
        FoundNonce { nonce, job_id, rolled, core, small_core, count: word & 0x1ff_ffff, excess }
    }

    /// The index of the chip that found it, in a chain of `chips`; always less than `chips`.
    #[must_use]
    pub fn chip(self, found: &FoundNonce, chips: u16, starts: Starts) -> u16 {
        let chips = chips.max(1);
        let chip = match (self, starts) {
            // Its first byte begins with the address.
            (Self::EarlyMidstates, Starts::Address { interval }) => {
                u32::from(found.nonce.0.to_le_bytes()[0]) / u32::from(interval.max(1))
            }
            (_, Starts::Address { interval }) => (found.count >> 17) / u32::from(interval.max(1)),
            (_, Starts::Offset) => NonceSpace::new(1, u32::from(chips)).chip_by_offset(found.count),
        };
        u16::try_from(chip).unwrap_or(u16::MAX).min(chips - 1)
    }
}

fn low_byte(word: u16) -> u8 {
    word.to_be_bytes()[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(nonce: [u8; 4], field: [u8; 2], version_bits: Option<u16>) -> NonceReply {
        NonceReply { nonce, field, version_bits }
    }

    #[test]
    fn each_family_packs_its_fields_in_its_own_way() {
        let bits = |bits: u32| Rolled::Bits(bits << 13);
        let nonce = [0x37, 0x9e, 0x3e, 0x5b];
        for (case, layout, field, version_bits, midstates, job_id, rolled, small_core, excess) in [
            ("BM1366", NonceLayout::EightSmallCores, [0x04, 0x29], Some(1), 1, 0x28, bits(1), 1, Some(4)),
            (
                "BM1368, the id's top bit",
                NonceLayout::SixteenSmallCores,
                [0x19, 0xcc],
                Some(0x209c),
                1,
                0xe0,
                bits(0x209c),
                12,
                Some(12),
            ),
            ("four midstates", NonceLayout::Midstates, [0, 0x1a], None, 4, 0x18, Rolled::Midstate(2), 0, None),
            ("two midstates", NonceLayout::EarlyMidstates, [0x3f, 0x49], None, 2, 0x48, Rolled::Midstate(1), 0, None),
            ("one midstate", NonceLayout::EarlyMidstates, [0, 0x39], None, 1, 0x39, Rolled::Midstate(0), 0, None),
            ("no midstates are as one", NonceLayout::Midstates, [0, 0x39], None, 0, 0x39, Rolled::Midstate(0), 0, None),
        ] {
            let found = layout.parse(&reply(nonce, field, version_bits), midstates);
            assert_eq!((found.job_id, found.rolled), (job_id, rolled), "{case}");
            assert_eq!((found.small_core, found.excess), (small_core, excess), "{case}");
            assert_eq!(found.nonce, Nonce(0x5b3e_9e37), "{case}");
        }
    }

    #[test]
    fn chips_and_cores_are_found_by_where_they_count() {
        for (case, layout, nonce, chips, starts, chip, core) in [
            ("the first", NonceLayout::EightSmallCores, 0x0000_0000_u32, 110, Starts::Address { interval: 2 }, 0, 0),
            ("address 218", NonceLayout::EightSmallCores, 0x01b4_0001, 110, Starts::Address { interval: 2 }, 109, 0),
            (
                "beyond the last",
                NonceLayout::EightSmallCores,
                0xffff_ffff,
                110,
                Starts::Address { interval: 2 },
                109,
                127,
            ),
            ("a lone chip", NonceLayout::SixteenSmallCores, 0x4fff_ffff, 1, Starts::Address { interval: 256 }, 0, 39),
            ("by offset", NonceLayout::SixteenSmallCores, 0x3600_0000 | 0xfda2 << 9, 108, Starts::Offset, 107, 27),
            (
                "just before",
                NonceLayout::SixteenSmallCores,
                (0x3600_0000 | 0xfda2 << 9) - 1,
                108,
                Starts::Offset,
                106,
                27,
            ),
            ("BM1397", NonceLayout::Midstates, 0x9b04_4c0a, 1, Starts::Address { interval: 256 }, 0, 77),
            ("BM1387", NonceLayout::EarlyMidstates, 0x20aa_d8e0, 63, Starts::Address { interval: 4 }, 8, 0x60),
        ] {
            let found = layout.parse(&reply(nonce.to_be_bytes(), [0; 2], None), 1);
            assert_eq!((layout.chip(&found, chips, starts), found.core), (chip, core), "{case}");
        }
    }
}
