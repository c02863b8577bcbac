//! The codec against a second one, written here from `docs/asics.md` and the vectors' conventions alone: every family, every chip and
//! core of a chain, every job id, every version mask, every clock.

use hashkit_asic_driver::{
    ChipModel, Chips, Command, Framing, Megahertz, Midstate, MidstateJob, NonceLayout, NonceSpace, Register, Reply,
    ReplyLength, ReplyReader, Rolled, Starts, TicketMask, WholeHeaderJob, version_rolling,
};
use hashkit_chain::{Header, Version};
use proptest::prelude::*;

/// Bit by bit as a division, most significant bit first.
fn remainder(bits: impl Iterator<Item = bool>, width: u32, polynomial: u32) -> u32 {
    let top = 1 << (width - 1);
    bits.fold((1 << width) - 1, |crc, bit| {
        let carries = (crc & top != 0) != bit;
        (crc << 1 ^ if carries { polynomial } else { 0 }) & ((1 << width) - 1)
    })
}

fn bits(bytes: &[u8]) -> impl Iterator<Item = bool> {
    bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte & 0x80 >> bit != 0))
}

fn sealed(body: &[u8]) -> Vec<u8> {
    [body, &[u8::try_from(remainder(bits(body), 5, 0x05)).expect("five bits")]].concat()
}

fn with_preamble(body: &[u8]) -> Vec<u8> {
    [&[0x55, 0xaa], &sealed(body)[..]].concat()
}

/// A nonce's frame: the fields, three bits for what it is, five of checksum over all before.
fn nonce_frame(model: &ChipModel, fields: &[u8]) -> Vec<u8> {
    let kind = [true, false, false];
    let crc = u8::try_from(remainder(bits(fields).chain(kind), 5, 0x05)).expect("five bits");
    let frame = [fields, &[0x80 | crc]].concat();
    if model.reply_length == ReplyLength::Seven { frame } else { [&[0xaa, 0x55], &frame[..]].concat() }
}

fn small_core_bits(model: &ChipModel) -> u32 {
    if model.layout == NonceLayout::SixteenSmallCores { 4 } else { 3 }
}

#[test]
fn every_command_of_both_framings_is_as_the_page_has_it() {
    for address in 0..=255_u8 {
        for (register, value) in [(0x00, 0_u32), (0x08, 0x50c2_0240), (0xa4, 0x9000_ffff), (address, 0x0102_0304)] {
            let [a, b, c, d] = value.to_be_bytes();
            for (command, new, old) in [
                (Command::SetAddress(address), vec![0x40, 5, address, 0], vec![0x41, 5, address, 0]),
                (Command::ChainInactive, vec![0x53, 5, 0, 0], vec![0x55, 5, 0, 0]),
                (Command::Read { chips: Chips::All, register }, vec![0x52, 5, 0, register], vec![0x54, 5, 0, register]),
                (
                    Command::Read { chips: Chips::One(address), register },
                    vec![0x42, 5, address, register],
                    vec![0x44, 5, address, register],
                ),
                (
                    Command::Write { chips: Chips::All, register, value },
                    vec![0x51, 9, 0, register, a, b, c, d],
                    vec![0x58, 9, 0, register, a, b, c, d],
                ),
                (
                    Command::Write { chips: Chips::One(address), register, value },
                    vec![0x41, 9, address, register, a, b, c, d],
                    vec![0x48, 9, address, register, a, b, c, d],
                ),
            ] {
                assert_eq!(command.encode(Framing::Preamble), with_preamble(&new), "{command:?}");
                assert_eq!(command.encode(Framing::Bare), sealed(&old), "{command:?}");
            }
            let first = [0x82, c, d];
            let crc = u8::try_from(remainder(bits(&first).chain([false; 3]), 5, 0x05)).expect("five bits");
            let early = Command::Write { chips: Chips::All, register, value }.encode(Framing::FourBytes);
            assert_eq!(early, [&first[..], &[crc]].concat());
        }
    }
}

#[test]
fn every_job_id_version_and_small_core_of_every_family_comes_back_as_it_was_sent() {
    for model in ChipModel::ALL {
        for slot in 0..model.job_ids.slots {
            let id = slot * model.job_ids.step;
            for small in 0..model.small_cores.max(4) {
                let low = u8::try_from(small).expect("at most 16");
                let version = u16::from_be_bytes([id ^ 0x5a, low.wrapping_mul(17)]);
                let (fields, rolled, core) = if model.takes_whole_headers() {
                    let core = low % (1 << small_core_bits(model));
                    let excess = 0x29_u16;
                    let field = excess << (5 + small_core_bits(model))
                        | u16::from(id >> 3) << small_core_bits(model)
                        | u16::from(core);
                    let fields = [&[1, 2, 3, 4], &field.to_be_bytes()[..], &version.to_be_bytes()].concat();
                    (fields, Rolled::Bits(u32::from(version) << 13), core)
                } else {
                    (vec![1, 2, 3, 4, 0x55, id | low & 3], Rolled::Midstate(low & 3), 0)
                };
                let replies = ReplyReader::new(model.reply_length).receive(&nonce_frame(model, &fields));
                let [Reply::Nonce(reply)] = replies[..] else { panic!("{model}: {replies:?}") };
                let found = model.layout.parse(&reply, 4);
                assert_eq!((found.job_id, found.rolled, found.small_core), (id, rolled, core), "{model}, id {id:02x}");
                assert_eq!(found.excess, model.takes_whole_headers().then_some(0x29), "{model}");
            }
        }
    }
}

#[test]
fn every_chip_and_core_of_chains_of_every_length_is_found_by_its_nonce() {
    for model in ChipModel::ALL {
        for chips in 1..=128_u16 {
            let starts = hashkit_asic_driver::bring_up::starts(model, chips);
            let space = NonceSpace::new(model.cores, u32::from(chips));
            for chip in 0..chips {
                let interval = match starts {
                    Starts::Address { interval } => interval,
                    Starts::Offset => 0,
                };
                let start = match starts {
                    Starts::Address { .. } => u32::from(chip * interval) << 17,
                    // The page: ceil(k x 65536 / N), in units of 2^9.
                    Starts::Offset => (u32::from(chip) * 65536).div_ceil(u32::from(chips)) << 9,
                };
                if starts == Starts::Offset {
                    assert_eq!(space.offset(u32::from(chip)), 0x8000_0000 | start >> 9);
                }
                let core = (u32::from(chip) * 37 + 5) % model.cores.min(128);
                let (nonce, core) = if model.layout == NonceLayout::EarlyMidstates {
                    ([u8::try_from(chip * interval).expect("a byte"), 0, 0, 3], 3)
                } else {
                    ((core << 25 | (start + 1000)).to_be_bytes(), core)
                };
                let mut fields = nonce.to_vec();
                fields.resize(if model.takes_whole_headers() { 8 } else { 6 }, 0);
                let replies = ReplyReader::new(model.reply_length).receive(&nonce_frame(model, &fields));
                let [Reply::Nonce(reply)] = replies[..] else { panic!("{model}: {replies:?}") };
                let found = model.layout.parse(&reply, 4);
                let credited = (model.layout.chip(&found, chips, starts), u32::from(found.core));
                assert_eq!(credited, (chip, core), "{model}: chip {chip} of {chips}");
            }
        }
    }
}

#[test]
fn every_step_of_the_clock_is_written_so_that_a_chip_makes_that_frequency_of_it() {
    for model in ChipModel::ALL {
        let is_early = matches!(model.name, "bm1397" | "bm1387");
        for step in 8..=104 {
            let megahertz = 6.25 * f64::from(step);
            let value = model.pll.register_value(model.pll.nearest(Megahertz(megahertz)));
            let (fb, reference) = (value >> 16 & 0xfff, value >> 8 & 0x3f);
            let [post1, post2] = [value >> 4 & 0xf, value & 0xf].map(|post| if is_early { post } else { post + 1 });
            let made = 25.0 * f64::from(fb) / f64::from(reference * post1 * post2);
            assert!((made - megahertz).abs() < 1e-9, "{model} at {megahertz}: {value:08x} makes {made}");
            let oscillator = 25.0 * f64::from(fb) / f64::from(reference);
            let flag = match model.name {
                "bm1387" => 0,
                "bm1397" => 4,
                _ => 4 + u32::from(oscillator >= 2400.0),
            };
            assert_eq!(value >> 28, flag, "{model} at {megahertz}: {value:08x}");
            assert!(is_early || post1 >= post2, "{model} at {megahertz}: {value:08x}");
            // HCN: 80 % of slice x 12.5 / f, rounded down.
            if !is_early {
                let slice = 2_f64.powi(32) / f64::from(model.cores.next_power_of_two());
                for chips in [1_u32, 2, 6, 65, 77, 108, 110, 128] {
                    let longest = slice / f64::from(chips.next_power_of_two()) * 12.5 / made;
                    let number = NonceSpace::new(model.cores, chips)
                        .hash_counting_number(model.pll.nearest(Megahertz(megahertz)));
                    let part = f64::from(number) / longest;
                    assert!((0.795..=0.8).contains(&part), "{model} at {megahertz}, {chips} chips: {part}");
                }
            }
        }
    }
}

#[test]
fn faster_lines_are_written_so_that_chips_and_host_agree_within_a_twentieth() {
    for model in ChipModel::ALL {
        let divider = match model.name {
            "bm1387" | "bm1397" => model.fast_line.value >> 8 & 0x1f,
            _ => model.fast_line.value >> 8 & 0xff,
        };
        let rate = 25e6 / 8.0 / f64::from(divider + 1);
        let off = (rate / f64::from(model.fast_line.baud) - 1.0).abs();
        assert!(off < 0.05, "{model}: {rate} for {}", model.fast_line.baud);
    }
}

#[test]
fn every_version_mask_and_ticket_mask_is_written_as_the_page_has_it() {
    for bits in 0..=u16::MAX {
        assert_eq!(version_rolling(u32::from(bits) << 13), 0x9000_0000 | u32::from(bits));
    }
    let mask = |zero_bits| TicketMask::with_zero_bits(zero_bits).register_value();
    for zero_bits in 0..=32_u8 {
        // Ones from the lowest byte on; within each byte from the highest bit on.
        let wanted = (0..u32::from(zero_bits)).fold(0_u32, |value, bit| value | 1 << (bit / 8 * 8 + 7 - bit % 8));
        assert_eq!(mask(zero_bits), wanted, "{zero_bits} zero bits");
    }
    assert_eq!(
        Register::TicketMask.write(Chips::All, mask(8)).encode(Framing::Preamble),
        with_preamble(&[0x51, 9, 0, 0x14, 0, 0, 0, 0xff])
    );
}

fn header() -> impl Strategy<Value = Header> {
    prop::collection::vec(any::<u8>(), 80).prop_map(|bytes| Header::from_bytes(&bytes.try_into().expect("80 bytes")))
}

/// The eight words of a hash, the last one first.
fn last_word_first(bytes: &[u8]) -> Vec<u8> {
    (0..8).rev().flat_map(|word| bytes[4 * word..4 * word + 4].to_vec()).collect()
}

proptest! {
    #[test]
    fn every_whole_header_is_sent_as_the_page_has_it(header in header(), id in any::<u8>(), length in any::<u8>()) {
        let bytes = header.to_bytes();
        let body = [
            &[0x21, length, id, 1][..], &bytes[76..80], &bytes[72..76], &bytes[68..72],
            &last_word_first(&bytes[36..68]), &last_word_first(&bytes[4..36]), &bytes[0..4],
        ].concat();
        let crc = u16::try_from(remainder(bits(&body), 16, 0x1021)).expect("sixteen bits");
        let frame = [&[0x55, 0xaa], &body[..], &crc.to_be_bytes()].concat();
        prop_assert_eq!(frame.len(), 88);
        prop_assert_eq!(WholeHeaderJob { id, length, header }.encode(), frame);
    }

    #[test]
    fn every_midstate_job_is_sent_as_the_page_has_it(
        header in header(),
        id in any::<u8>(),
        versions in prop::collection::vec(any::<u32>(), 1..=4),
    ) {
        let bytes = header.to_bytes();
        let count = u8::try_from(versions.len()).expect("four");
        let mut body = [&[0x21, 22 + 32 * count, id, count, 0, 0, 0, 0][..], &bytes[72..76], &bytes[68..72], &bytes[64..68]].concat();
        for version in &versions {
            let header = Header { version: Version(*version), ..header };
            body.extend(Midstate::of(&header).as_wire());
        }
        let crc = u16::try_from(remainder(bits(&body), 16, 0x1021)).expect("sixteen bits");
        body.extend(crc.to_be_bytes());
        let versions: Vec<Version> = versions.into_iter().map(Version).collect();
        let job = MidstateJob::new(id, &header, &versions);
        prop_assert_eq!(job.encode(Framing::Bare), body.clone());
        prop_assert_eq!(job.encode(Framing::Preamble), [&[0x55, 0xaa], &body[..]].concat());
    }
}
