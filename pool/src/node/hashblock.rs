//! A node's notices of new tips (`-zmqpubhashblock`), as a subscriber hears them. No I/O and no clock: `serve/notices.rs` has both.
//!
//! Source: ZMTP 3.0 (rfc.zeromq.org/spec/23). A notice is three frames: the topic, the hash in printed order, a counter. It is a
//! hint only: notices can be lost, and none comes on connecting.

use hashkit_chain::Hash;

const TOPIC: &[u8] = b"hashblock";

/// How the command begins that ends the handshake.
const READY: &[u8] = b"\x05READY";

/// Signature, version, mechanism, whether it is a server, filler.
const GREETING_LEN: usize = 64;

/// Flags of a frame.
const MORE: u8 = 1;
const LONG: u8 = 2;
const COMMAND: u8 = 4;

/// More than any frame of this topic has, and any command before it.
const LONGEST: usize = 1024;

/// Why a publisher is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoticeError {
    #[error("it does not speak ZMTP 3 without login, as nodes do: check that the port is that of -zmqpubhashblock")]
    NotZmtp,
    #[error("it sends what is no notice of a block: check that the port is that of -zmqpubhashblock")]
    NoNotice,
}

/// The subscriber's end of one connection.
#[derive(Debug)]
pub(crate) struct Subscriber {
    outgoing: Vec<u8>,
    received: Vec<u8>,
    is_greeted: bool,
    notice: Notice,
}

impl Subscriber {
    /// A connection that has just been made. Greeting and who we are can be transmitted; what we want only once the publisher is
    /// ready (libzmq 4.3 closes where it comes earlier).
    pub(crate) fn new() -> Self {
        let ready = frame(COMMAND, &[READY, b"\x0bSocket-Type\x00\x00\x00\x03SUB"].concat());
        let outgoing = [&greeting()[..], &ready].concat();
        Self { outgoing, received: Vec::new(), is_greeted: false, notice: Notice::default() }
    }

    /// What is to be sent now.
    pub(crate) fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        let outgoing = std::mem::take(&mut self.outgoing);
        (!outgoing.is_empty()).then_some(outgoing)
    }

    /// Takes in what has come, cut anywhere. The last tip that is named in it, if any.
    ///
    /// # Errors
    /// [`NoticeError`] for what no publisher of blocks sends.
    pub(crate) fn receive(&mut self, bytes: &[u8]) -> Result<Option<Hash>, NoticeError> {
        self.received.extend(bytes);
        let mut rest = &self.received[..];
        if !self.is_greeted {
            let Some((greeting, behind)) = rest.split_first_chunk::<GREETING_LEN>() else {
                // Who speaks something else may wait for us after a few bytes.
                let is_likely = rest.first().is_none_or(|first| *first == 0xff);
                return if is_likely { Ok(None) } else { Err(NoticeError::NotZmtp) };
            };
            check(greeting)?;
            self.is_greeted = true;
            rest = behind;
        }
        let mut tip = None;
        while let Some(frame) = Frame::cut(rest)? {
            rest = frame.behind;
            if frame.flags & COMMAND != 0 && frame.body.starts_with(READY) {
                // In version 3.0 a subscription is a message: one, and the topic.
                self.outgoing.extend(self::frame(0, &[&[1], TOPIC].concat()));
            } else if frame.flags & COMMAND == 0 {
                tip = self.notice.take_in(frame.body, frame.flags & MORE != 0)?.or(tip);
            }
        }
        let taken = self.received.len() - rest.len();
        self.received.drain(..taken);
        Ok(tip)
    }
}

/// A notice, of which some frames have come.
#[derive(Debug, Default)]
struct Notice {
    has_topic: bool,
    hash: Option<Hash>,
}

impl Notice {
    /// The hash once the last frame has come.
    fn take_in(&mut self, body: &[u8], more: bool) -> Result<Option<Hash>, NoticeError> {
        match (self.has_topic, self.hash) {
            (false, _) if body == TOPIC => self.has_topic = true,
            (true, None) => {
                let mut hash: [u8; 32] = body.try_into().map_err(|_| NoticeError::NoNotice)?;
                hash.reverse();
                self.hash = Some(Hash::from_internal(hash));
            }
            // The counter would show that some were lost; whoever hears one asks for the newest anyway.
            (true, Some(_)) => {}
            (false, _) => return Err(NoticeError::NoNotice),
        }
        if more {
            return Ok(None);
        }
        let ended = std::mem::take(self);
        ended.hash.map(Some).ok_or(NoticeError::NoNotice)
    }
}

fn greeting() -> [u8; GREETING_LEN] {
    let mut bytes = [0; GREETING_LEN];
    bytes[0] = 0xff;
    bytes[9] = 0x7f;
    bytes[10] = 3;
    bytes[12..16].copy_from_slice(b"NULL");
    bytes
}

/// Any minor version of 3: both ends speak the lower one.
fn check(greeting: &[u8; GREETING_LEN]) -> Result<(), NoticeError> {
    let is_zmtp_3 = greeting[0] == 0xff && greeting[9] & 1 == 1 && greeting[10] >= 3;
    let needs_no_login = greeting[12..32].starts_with(b"NULL\0");
    if is_zmtp_3 && needs_no_login { Ok(()) } else { Err(NoticeError::NotZmtp) }
}

/// A short frame.
fn frame(flags: u8, body: &[u8]) -> Vec<u8> {
    [&[flags, body.len().to_le_bytes()[0]], body].concat()
}

/// A frame that has come whole.
#[derive(Debug)]
struct Frame<'a> {
    flags: u8,
    body: &'a [u8],
    /// What stands behind it.
    behind: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The first of `bytes`; `None` while it has not come whole.
    fn cut(bytes: &'a [u8]) -> Result<Option<Self>, NoticeError> {
        let Some((&flags, rest)) = bytes.split_first() else { return Ok(None) };
        if flags & !(MORE | LONG | COMMAND) != 0 {
            return Err(NoticeError::NotZmtp);
        }
        let (len, rest) = if flags & LONG == 0 {
            let Some((&len, rest)) = rest.split_first() else { return Ok(None) };
            (u64::from(len), rest)
        } else {
            let Some((len, rest)) = rest.split_first_chunk() else { return Ok(None) };
            (u64::from_be_bytes(*len), rest)
        };
        let len = usize::try_from(len).ok().filter(|len| *len <= LONGEST).ok_or(NoticeError::NoNotice)?;
        Ok(rest.split_at_checked(len).map(|(body, behind)| Self { flags, body, behind }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What libzmq 4.3 sends to a subscriber after its greeting, and a notice as Bitcoin Core writes it.
    fn publisher() -> Vec<u8> {
        let mut greeting = greeting();
        greeting[11] = 1;
        let ready = b"\x05READY\x0bSocket-Type\x00\x00\x00\x03PUB\x08Identity\x00\x00\x00\x00";
        [&greeting[..], &frame(COMMAND, ready), &notice(1, 7)].concat()
    }

    fn notice(byte: u8, counter: u8) -> Vec<u8> {
        let mut hash = [byte; 32];
        hash[0] = 0;
        [frame(MORE, TOPIC), frame(MORE, &hash), frame(0, &[counter, 0, 0, 0])].concat()
    }

    fn hash(byte: u8) -> Hash {
        let mut hash = [byte; 32];
        hash[31] = 0;
        Hash::from_internal(hash)
    }

    #[test]
    fn a_notice_is_heard_wherever_the_bytes_are_cut() {
        let bytes = publisher();
        for size in 1..=bytes.len() {
            let mut subscriber = Subscriber::new();
            let heard: Vec<_> =
                bytes.chunks(size).filter_map(|part| subscriber.receive(part).expect("it is right")).collect();
            assert_eq!(heard, [hash(1)], "in pieces of {size}");
            let two = [notice(2, 8), notice(3, 9)].concat();
            assert_eq!(subscriber.receive(&two), Ok(Some(hash(3))), "the newest of two counts");
            assert!(subscriber.received.is_empty());
        }
    }

    #[test]
    fn what_no_publisher_of_blocks_sends_is_refused() {
        let behind = |bytes: &[u8]| [&greeting()[..], bytes].concat();
        let mut curve = greeting();
        curve[12..17].copy_from_slice(b"CURVE");
        let mut old = greeting();
        old[10] = 1;
        for (case, bytes, error) in [
            ("another protocol", b"HTTP/1.1 400".to_vec(), NoticeError::NotZmtp),
            ("a login", curve.to_vec(), NoticeError::NotZmtp),
            ("an old version", old.to_vec(), NoticeError::NotZmtp),
            ("unknown flags", behind(&[0x80, 0]), NoticeError::NotZmtp),
            ("another topic", behind(&frame(MORE, b"rawtx")), NoticeError::NoNotice),
            ("a topic alone", behind(&frame(0, TOPIC)), NoticeError::NoNotice),
            ("a short hash", behind(&[frame(MORE, TOPIC), frame(0, &[1; 31])].concat()), NoticeError::NoNotice),
            ("a frame without end", behind(&[LONG, 0, 0, 0, 0, 0, 0, 4, 1]), NoticeError::NoNotice),
            (
                "the longest frame of all",
                behind(&[LONG | MORE, 255, 255, 255, 255, 255, 255, 255, 255]),
                NoticeError::NoNotice,
            ),
        ] {
            assert_eq!(Subscriber::new().receive(&bytes), Err(error), "{case}");
        }
    }

    #[test]
    fn it_opens_as_the_specification_has_it() {
        let mut subscriber = Subscriber::new();
        let bytes = subscriber.poll_transmit().expect("it speaks first");
        let (greeting, rest) = bytes.split_first_chunk().expect("a greeting comes first");
        check(greeting).expect("our own greeting is right");
        let ready = Frame::cut(rest).expect("a frame").expect("it is whole");
        assert!(ready.flags == COMMAND && ready.body.ends_with(b"SUB") && ready.behind.is_empty());
        assert_eq!(subscriber.receive(&publisher()[..GREETING_LEN]), Ok(None));
        assert_eq!(subscriber.poll_transmit(), None, "libzmq closes when a subscription comes before it is ready");
        assert_eq!(subscriber.receive(&publisher()[GREETING_LEN..]), Ok(Some(hash(1))));
        assert_eq!(subscriber.poll_transmit().as_deref(), Some(&b"\0\x0a\x01hashblock"[..]));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic_or_pile_up(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
            let mut subscriber = Subscriber::new();
            let greeted = [&greeting()[..], &bytes].concat();
            if subscriber.receive(&greeted).is_ok() {
                proptest::prop_assert!(subscriber.received.len() <= LONGEST + 9);
            }
        }
    }
}
