//! No stream makes the reader lose step for good, keep more than a frame, or read other replies when it comes in pieces.

#![no_main]

use hashkit_asic_driver::{Reply, ReplyLength, ReplyReader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let lengths = [ReplyLength::Seven, ReplyLength::Nine, ReplyLength::Eleven, ReplyLength::ElevenOrNine];
    let length = lengths[usize::from(first & 3)];
    let mut whole = ReplyReader::new(length);
    let replies = whole.receive(bytes);
    assert!(whole.pending().len() < 11);

    let mut pieces = ReplyReader::new(length);
    let in_pieces: Vec<Reply> =
        bytes.chunks(usize::from(first >> 2).max(1)).flat_map(|piece| pieces.receive(piece)).collect();
    assert_eq!((&in_pieces, pieces.pending(), pieces.skipped()), (&replies, whole.pending(), whole.skipped()));

    let at_the_end = whole.time_out();
    assert!(whole.pending().is_empty());
    let read = (replies.len() + at_the_end.len()) as u64;
    assert!(read * 7 + whole.skipped().bytes <= bytes.len() as u64, "every byte is read or skipped, once");
});
