//! Replies from the chips, cut out of a stream in which bytes get lost, doubled and damaged.

use super::FROM_CHIP;
use crate::crc::crc5;

/// What a chip says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reply {
    /// The value of a register that was asked for.
    Register {
        /// The value.
        value: u32,
        /// Whose: zero before addresses are given, and always from early chips.
        address: u8,
        /// The register's number, which may be any; zero from early chips.
        register: u8,
    },
    /// A nonce that meets the ticket mask, as the chip claims.
    Nonce(NonceReply),
}

/// A nonce as it came; see [`crate::NonceLayout`] for what its fields mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NonceReply {
    /// The nonce as it stands in the header.
    pub nonce: [u8; 4],
    /// The two bytes behind it: job, small core, luck or an index, by the chip's layout.
    pub field: [u8; 2],
    /// The version bits that were rolled, of chips that roll them.
    pub version_bits: Option<u16>,
}

/// How long the replies of a chip are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyLength {
    /// BM1387: no preamble.
    Seven,
    /// BM1391 to BM1397.
    Nine,
    /// BM1362 and later, once version rolling has been switched on.
    Eleven,
    /// BM1362 and later just after a reset: the checksum decides.
    ElevenOrNine,
}

/// Bytes that were no frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Skipped {
    /// Bytes dropped.
    pub bytes: u64,
    /// Whole frames with a wrong checksum, or of a kind that no chip sends.
    pub bad_frames: u64,
    /// How often step was lost and found again.
    pub resyncs: u64,
}

/// Cuts a stream into replies. It never loses step for good: of what is no frame one byte is dropped, and all behind it is
/// looked at anew.
#[derive(Debug, Clone)]
pub struct ReplyReader {
    length: ReplyLength,
    /// Less than a frame.
    pending: Vec<u8>,
    skipped: Skipped,
    is_in_step: bool,
}

/// Whether more bytes may follow what is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum More {
    MayCome,
    /// The line has been silent for longer than a frame lasts.
    DoNotCome,
}

impl ReplyReader {
    /// A reader of replies of this length.
    #[must_use]
    pub fn new(length: ReplyLength) -> Self {
        Self { length, pending: Vec::new(), skipped: Skipped::default(), is_in_step: true }
    }

    /// From now on replies are of this length.
    pub fn set_length(&mut self, length: ReplyLength) {
        self.length = length;
    }

    /// The replies that `bytes` complete.
    pub fn receive(&mut self, bytes: &[u8]) -> Vec<Reply> {
        self.pending.extend_from_slice(bytes);
        self.cut(More::MayCome)
    }

    /// The line has been silent for some byte times: what is pending will not be completed. There may be replies behind its
    /// beginning.
    pub fn time_out(&mut self) -> Vec<Reply> {
        self.cut(More::DoNotCome)
    }

    /// The bytes of a frame that is not complete yet.
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        &self.pending
    }

    /// Forgets what is pending, after a change of baud rate say.
    pub fn clear(&mut self) {
        self.pending.clear();
        self.is_in_step = true;
    }

    /// What was no frame so far.
    #[must_use]
    pub fn skipped(&self) -> Skipped {
        self.skipped
    }

    fn cut(&mut self, more: More) -> Vec<Reply> {
        let mut replies = Vec::new();
        let mut at = 0;
        while at < self.pending.len() {
            match look(&self.pending[at..], self.length, more) {
                Seen::Reply(reply, length) => {
                    replies.push(reply);
                    at += length;
                    self.skipped.resyncs += u64::from(!self.is_in_step);
                    self.is_in_step = true;
                }
                Seen::Part => break,
                other => {
                    self.skipped.bad_frames += u64::from(other == Seen::BadFrame);
                    self.skipped.bytes += 1;
                    self.is_in_step = false;
                    at += 1;
                }
            }
        }
        self.pending.drain(..at);
        replies
    }
}

/// What stands at the beginning of some bytes.
#[derive(PartialEq)]
enum Seen {
    /// A reply, and how many bytes it takes.
    Reply(Reply, usize),
    /// What may become one.
    Part,
    /// What looks like one, but is damaged.
    BadFrame,
    /// No frame.
    Noise,
}

fn look(bytes: &[u8], length: ReplyLength, more: More) -> Seen {
    let lengths: &[usize] = match length {
        ReplyLength::Seven => &[7],
        ReplyLength::Nine => &[9],
        ReplyLength::Eleven => &[11],
        ReplyLength::ElevenOrNine => &[11, 9],
    };
    let preamble = if length == ReplyLength::Seven { &[][..] } else { &FROM_CHIP };
    if !bytes.iter().zip(preamble).all(|(byte, wanted)| byte == wanted) {
        return Seen::Noise;
    }
    // Nine bytes may be the beginning of eleven: as long as the others may come, only the longest counts.
    if bytes.len() < lengths[0] && more == More::MayCome {
        return Seen::Part;
    }
    let whole = lengths.iter().filter_map(|length| bytes.get(..*length));
    let mut is_whole = false;
    for frame in whole {
        is_whole = true;
        if let Some(reply) = decode(&frame[preamble.len()..]) {
            return Seen::Reply(reply, frame.len());
        }
    }
    if is_whole { Seen::BadFrame } else { Seen::Noise }
}

/// A frame's body: 5, 7 or 9 bytes. `None` where the checksum is wrong, or the kind in the last byte's upper three bits.
fn decode(body: &[u8]) -> Option<Reply> {
    if crc5(body) != 0 {
        return None;
    }
    let (last, body) = body.split_last()?;
    let (first, rest) = body.split_first_chunk::<4>()?;
    let [a, b] = *rest.first_chunk::<2>()?;
    match last >> 5 {
        0b000 => Some(Reply::Register { value: u32::from_be_bytes(*first), address: a, register: b }),
        0b100 => {
            let version_bits = rest.get(2..4).map(|bits| u16::from_be_bytes([bits[0], bits[1]]));
            Some(Reply::Nonce(NonceReply { nonce: *first, field: [a, b], version_bits }))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use hashkit_chain::hex;
    use proptest::prelude::*;

    use super::*;

    const NONCE: &str = "aa5552003025009100b193";
    const REGISTER: &str = "aa55137000000000000010";
    const SHORT: &str = "aa550000c100001802";

    fn bytes(texts: &[&str]) -> Vec<u8> {
        hex::decode(&texts.concat()).expect("hexadecimal")
    }

    fn one(text: &str, length: ReplyLength) -> Reply {
        let mut reader = ReplyReader::new(length);
        let mut replies = reader.receive(&bytes(&[text]));
        replies.extend(reader.time_out());
        assert_eq!(replies.len(), 1, "{text}");
        replies[0]
    }

    #[test]
    fn step_is_found_again_whatever_happens_to_the_bytes() {
        let (nonce, register) = (one(NONCE, ReplyLength::Eleven), one(REGISTER, ReplyLength::Eleven));
        for (case, stream, expected, skipped) in [
            ("two whole frames", &[NONCE, REGISTER][..], &[nonce, register][..], (0, 0, 0)),
            ("garbage before", &["00ff55", NONCE], &[nonce], (3, 0, 1)),
            ("half a preamble before", &["aa", NONCE], &[nonce], (1, 0, 1)),
            ("a byte is missing", &[&NONCE[..20], REGISTER], &[register], (10, 1, 1)),
            ("a byte too many", &[NONCE, "9b", REGISTER], &[nonce, register], (1, 0, 1)),
            ("the first byte is missing", &[&NONCE[2..], REGISTER], &[register], (10, 0, 1)),
            ("a preamble inside a damaged frame", &["aa5552aa553025000000b1", NONCE], &[nonce], (11, 2, 1)),
            ("a flipped bit", &["aa5552003025009100b192", NONCE], &[nonce], (11, 1, 1)),
            ("a kind that no chip sends", &["aa5500000000000000006c", NONCE], &[nonce], (11, 1, 1)),
        ] {
            let stream = bytes(stream);
            let mut whole = ReplyReader::new(ReplyLength::Eleven);
            assert_eq!(whole.receive(&stream), expected, "{case}");
            let Skipped { bytes, bad_frames, resyncs } = whole.skipped();
            assert_eq!((bytes, bad_frames, resyncs), skipped, "{case}");
            assert!(whole.pending().is_empty(), "{case}");
            let mut bytewise = ReplyReader::new(ReplyLength::Eleven);
            let replies: Vec<Reply> = stream.iter().flat_map(|byte| bytewise.receive(&[*byte])).collect();
            assert_eq!((replies.as_slice(), bytewise.skipped()), (expected, whole.skipped()), "{case}, byte by byte");
        }
    }

    #[test]
    fn the_checksum_tells_the_two_lengths_of_a_fresh_chip_apart() {
        let (long, short) = (one(NONCE, ReplyLength::Eleven), one(SHORT, ReplyLength::Nine));
        for (case, stream, at_once, after_silence) in [
            ("long", &[NONCE][..], &[long][..], &[][..]),
            ("short, then silence", &[SHORT], &[], &[short]),
            ("short before long", &[SHORT, NONCE], &[short, long], &[]),
            ("long before short", &[NONCE, SHORT], &[long], &[short]),
            ("garbage before short", &["aa55", SHORT], &[], &[short]),
        ] {
            let mut reader = ReplyReader::new(ReplyLength::ElevenOrNine);
            assert_eq!(reader.receive(&bytes(stream)), at_once, "{case}");
            assert_eq!(reader.time_out(), after_silence, "{case}");
            assert!(reader.pending().is_empty(), "{case}");
        }
    }

    #[test]
    fn half_a_frame_is_given_up_after_silence_and_what_hides_behind_it_is_found() {
        let mut reader = ReplyReader::new(ReplyLength::Eleven);
        // Eight bytes of a frame that was cut, and a whole one that its missing bytes would have swallowed.
        assert_eq!(reader.receive(&bytes(&["aa55"])), []);
        assert_eq!(reader.time_out(), []);
        assert_eq!((reader.pending(), reader.skipped().bytes), (&[][..], 2));
        assert_eq!(reader.receive(&bytes(&[NONCE])).len(), 1);
        let mut early = ReplyReader::new(ReplyLength::Seven);
        assert_eq!(early.receive(&bytes(&["e16bf809", "20aad8e03f4990"])).len(), 1);
        assert_eq!((early.skipped().bytes, early.skipped().resyncs), (4, 1));
    }

    /// How a frame is damaged: at which byte, and whether it is lost, doubled, or has a bit flipped.
    fn damaged(frame: &[u8], at: usize, kind: u8) -> Vec<u8> {
        let (mut damaged, at) = (frame.to_vec(), at % frame.len());
        match kind {
            0 => drop(damaged.remove(at)),
            1 => damaged.insert(at, damaged[at]),
            bit => damaged[at] ^= 1 << (bit % 8),
        }
        damaged
    }

    /// Frames with a preamble, of so many bytes behind it, that can be told apart by the first of them.
    fn numbered(count: u8, length: usize) -> Vec<Vec<u8>> {
        let frames = (0..count).map(|number| {
            let mut body = vec![number | 0x80, 0x12, 0x34, 0x56, 0x9a, 0x41];
            body.resize(length - 1, 0x77);
            body.push(0x80);
            let last = body.len() - 1;
            body[last] |= crate::crc::crc5_of_bits(&body, last * 8 + 3);
            [&FROM_CHIP[..], &body].concat()
        });
        frames.collect()
    }

    proptest! {
        #[test]
        fn a_damaged_frame_costs_itself_and_at_most_the_next(
            hits in prop::collection::btree_map(0_usize..40, (0_usize..11, 0_u8..10), 0..8),
            whole in prop::sample::select(vec![9_usize, 11]),
            piece in 1_usize..30,
        ) {
            let frames = numbered(48, whole - 2);
            let stream: Vec<u8> = frames.iter().enumerate().flat_map(|(number, frame)| match hits.get(&number) {
                Some((at, kind)) => damaged(frame, *at, *kind),
                None => frame.clone(),
            }).collect();
            let length = if whole == 9 { ReplyLength::Nine } else { ReplyLength::Eleven };
            let mut reader = ReplyReader::new(length);
            let replies: Vec<Reply> = stream.chunks(piece).flat_map(|bytes| reader.receive(bytes)).collect();
            for (number, frame) in frames.iter().enumerate() {
                let reply = one(&hex::encode(frame), length);
                let is_spared = !hits.contains_key(&number) && (number == 0 || !hits.contains_key(&(number - 1)));
                prop_assert!(replies.contains(&reply) || !is_spared, "frame {number} of {hits:?}");
            }
        }

        #[test]
        fn whatever_comes_first_the_third_good_frame_is_read(
            noise in prop::collection::vec(any::<u8>(), 0..64),
            length in prop::sample::select(vec![ReplyLength::Eleven, ReplyLength::ElevenOrNine, ReplyLength::Nine, ReplyLength::Seven]),
        ) {
            let frame = match length {
                ReplyLength::Seven => "20aad8e03f4990",
                ReplyLength::Nine => SHORT,
                _ => NONCE,
            };
            let wanted = one(frame, length);
            let mut reader = ReplyReader::new(length);
            let mut replies = reader.receive(&noise);
            replies.extend(reader.receive(&bytes(&[frame; 12])));
            replies.extend(reader.time_out());
            prop_assert!(replies.ends_with(&[wanted]), "{replies:?}");
            prop_assert!(reader.pending().is_empty());
        }
    }
}
