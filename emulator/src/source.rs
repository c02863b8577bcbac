//! Where nonces come from.

use std::time::{Duration, Instant};

use hashkit_chain::{Hashrate, hex};
use serde::Deserialize;

use crate::crc::crc16;
use crate::job::Job;
use crate::model::JobFormat;

/// Beyond so many zero bits the statistical model makes nonces up instead of seeking them.
const SOUGHT: u32 = 22;
/// What a capture may hold.
const CAPTURE_LIMIT: usize = 16 << 20;

/// Where nonces come from. Each is a simulation, and says so.
#[derive(Debug, Clone, PartialEq)]
pub enum NonceSource {
    /// A real search in the chips' own order, with the reference hash, as fast as one thread is.
    Search,
    /// Nonces at random times. Their hashes are as good as the lowered zero bits ask for, up to 22; beyond that they are made up.
    Model(ModelRate),
    /// The known nonces of known works, at the time at which the chips would come to them, and no others.
    Table(KnownWorks),
    /// Bytes from a capture, at their times from the first job on, whatever the host asks.
    Replay(Capture),
}

/// How many nonces a statistical model gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ModelRate {
    /// As many as the clocks that the host has set would find.
    Clocks,
    /// So many times as many as the clocks would find.
    Times(f64),
    /// As many as this hashrate would find.
    Hashrate(Hashrate),
    /// So many a second, whatever the ticket mask.
    Nonces(f64),
}

impl ModelRate {
    /// Nonces a second, where the clocks make `nominal` hashes and the mask asks for so many zero bits beyond a chip's own 32.
    pub(crate) fn a_second(self, nominal: f64, mask_bits: u32) -> f64 {
        let hashrate = match self {
            Self::Clocks => nominal,
            Self::Times(times) => nominal * times,
            Self::Hashrate(fixed) => fixed.per_second(),
            Self::Nonces(rate) => return rate,
        };
        hashrate / 2_f64.powi(32 + i32::try_from(mask_bits).unwrap_or(32))
    }
}

impl NonceSource {
    /// What stands for a chip's own 32 zero bits where nobody says: as many as an ordinary processor finds often.
    #[must_use]
    pub fn usual_zero_bits(&self) -> u32 {
        match self {
            Self::Search => 12,
            Self::Model(_) => 0,
            Self::Table(_) | Self::Replay(_) => 32,
        }
    }

    /// In the words of people: a simulation says so.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Search => "a real search by this processor, at a lowered difficulty".to_owned(),
            Self::Model(ModelRate::Clocks) => {
                "a statistical model of the chips' hashrate; nobody hashes that fast here".to_owned()
            }
            Self::Model(ModelRate::Times(times)) => {
                format!("a statistical model of {times} times the chips' hashrate; nobody hashes that fast here")
            }
            Self::Model(ModelRate::Hashrate(rate)) => {
                format!("a statistical model of {rate}; nobody hashes that fast here")
            }
            Self::Model(ModelRate::Nonces(rate)) => format!("a statistical model of {rate} nonces a second"),
            Self::Table(works) => format!("the known nonces of {} works", works.works.len()),
            Self::Replay(_) => "a recorded line, played back".to_owned(),
        }
    }
}

/// Works whose nonces are known.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownWorks {
    works: Vec<KnownWork>,
}

#[derive(Debug, Clone, PartialEq)]
struct KnownWork {
    job: Job,
    nonces: Vec<KnownNonce>,
}

/// A nonce that solves a work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownNonce {
    pub(crate) nonce: [u8; 4],
    /// Rolled version bits, or the number of the midstate.
    pub(crate) version: u16,
    /// The 16-bit field that was recorded with it: in 0.4 % of nonces its small core is not the version's.
    pub(crate) field: Option<u16>,
    /// The running index that was recorded with it.
    pub(crate) index: Option<u8>,
}

/// Why a file of known works or a capture cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It is no JSON of that form.
    #[error("it is no file of known works: expected JSON like tests/vectors/bm13xx.json")]
    Form(#[from] serde_json::Error),
    /// A work or a nonce in it is none.
    #[error("{id}: {what}")]
    Work {
        /// The entry.
        id: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A line of a capture is none.
    #[error(
        "line {line}: expected a time in milliseconds and bytes in hexadecimal, such as `1250 aa5552003025009100b193`"
    )]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// The capture holds nothing, or too much.
    #[error("a capture needs from 1 byte up to {CAPTURE_LIMIT}: take a part of it")]
    Size,
}

impl KnownWorks {
    /// Reads a file of the form of `tests/vectors/bm13xx.json`: its `full_header_jobs`, `midstate_jobs` and `icarus`, each with
    /// a frame `tx` and the answers to it.
    ///
    /// # Errors
    /// When it has not that form, or a frame in it is damaged.
    pub fn from_json(text: &str) -> Result<Self, SourceError> {
        let file: File = serde_json::from_str(text)?;
        let framed = file.full_header_jobs.iter().chain(&file.midstate_jobs).map(|entry| entry.read(job_of_frame));
        let bare = file.icarus.iter().map(|entry| entry.read(|tx| Some(Job::from_work(tx.try_into().ok()?))));
        Ok(Self { works: framed.chain(bare).collect::<Result<_, _>>()? })
    }

    /// The nonces known of a work, whatever id it has this time.
    pub(crate) fn of(&self, job: &Job) -> &[KnownNonce] {
        let known = self.works.iter().find(|known| known.job.is_same_work(job));
        known.map_or(&[], |known| &known.nonces)
    }
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    full_header_jobs: Vec<Entry>,
    #[serde(default)]
    midstate_jobs: Vec<Entry>,
    #[serde(default)]
    icarus: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    tx: String,
    #[serde(default)]
    nonces: Vec<Answer>,
}

/// A whole answer, or no more than the nonce where that is all that was recorded.
#[derive(Deserialize)]
struct Answer {
    rx: Option<String>,
    #[serde(alias = "nonce_wire")]
    nonce_header_bytes: Option<String>,
    #[serde(default)]
    midstate_index: u16,
}

impl Entry {
    fn read(&self, job: impl Fn(&[u8]) -> Option<Job>) -> Result<KnownWork, SourceError> {
        let wrong = |what| SourceError::Work { id: self.id.clone(), what };
        let tx = hex::decode(&self.tx).map_err(|_| wrong("its frame is not hexadecimal"))?;
        let job = job(&tx).ok_or_else(|| wrong("its frame is no job, or damaged"))?;
        let nonces =
            self.nonces.iter().map(|answer| answer.read(&job).ok_or_else(|| wrong("an answer of it has no nonce")));
        Ok(KnownWork { nonces: nonces.collect::<Result<_, _>>()?, job })
    }
}

impl Answer {
    fn read(&self, job: &Job) -> Option<KnownNonce> {
        let Some(rx) = &self.rx else {
            let nonce = hex::decode_array(self.nonce_header_bytes.as_ref()?).ok()?;
            return Some(KnownNonce { nonce, version: self.midstate_index, field: None, index: None });
        };
        match hex::decode(rx).ok()?[..] {
            [0xaa, 0x55, a, b, c, d, high, low, v1, v0, _] => Some(KnownNonce {
                nonce: [a, b, c, d],
                version: u16::from_be_bytes([v1, v0]),
                field: Some(u16::from_be_bytes([high, low])),
                index: None,
            }),
            [0xaa, 0x55, a, b, c, d, index, id, _] | [a, b, c, d, index, id, _] => Some(KnownNonce {
                nonce: [a, b, c, d],
                version: u16::from(id.wrapping_sub(job.id)),
                field: None,
                index: Some(index),
            }),
            _ => None,
        }
    }
}

/// The job in a whole frame, with or without a preamble.
fn job_of_frame(frame: &[u8]) -> Option<Job> {
    let body = frame.strip_prefix(&[0x55, 0xaa]).unwrap_or(frame);
    let (job, crc) = body.split_at_checked(body.len().checked_sub(2)?)?;
    if crc16(job).to_be_bytes() != crc {
        return None;
    }
    [JobFormat::Header, JobFormat::Midstates].into_iter().find_map(|format| Job::from_frame(format, job))
}

/// Bytes that chips once sent, with their times.
#[derive(Debug, Clone, PartialEq)]
pub struct Capture {
    chunks: Vec<(Duration, Vec<u8>)>,
}

impl Capture {
    /// Reads a line a chunk: the time in milliseconds since the first job, and the bytes in hexadecimal. Empty lines, and what
    /// stands behind a `#`, are left out.
    ///
    /// # Errors
    /// When a line is neither, or there is none.
    pub fn from_text(text: &str) -> Result<Self, SourceError> {
        let mut chunks = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.split('#').next().unwrap_or_default().trim();
            if text.is_empty() {
                continue;
            }
            chunks.push(capture_line(text).ok_or(SourceError::Line { line })?);
        }
        let bytes: usize = chunks.iter().map(|(_, bytes)| bytes.len()).sum();
        if bytes == 0 || bytes > CAPTURE_LIMIT {
            return Err(SourceError::Size);
        }
        Ok(Self { chunks })
    }

    /// What is to be sent, and when, where the first job has come at `start`.
    pub(crate) fn from(&self, start: Instant) -> impl Iterator<Item = (Instant, Vec<u8>)> {
        self.chunks.iter().map(move |(at, bytes)| (start + *at, bytes.clone()))
    }
}

fn capture_line(text: &str) -> Option<(Duration, Vec<u8>)> {
    let (at, bytes) = text.split_once(char::is_whitespace)?;
    // A day is more than anybody plays back.
    let at: f64 = at.parse().ok().filter(|at| (0.0..=86_400_000.0).contains(at))?;
    Some((Duration::from_secs_f64(at / 1000.0), hex::decode(&bytes.replace(' ', "")).ok()?))
}

/// Random arrivals of a rate: the pauses between them are exponential.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    next: Option<Instant>,
    rate: f64,
}

impl Arrivals {
    /// At most so many are made up for when nobody has asked for long.
    const AT_ONCE: usize = 20_000;

    /// Those due since the last call, at `rate` a second.
    pub(crate) fn due(&mut self, rate: f64, now: Instant, rng: &mut fastrand::Rng) -> Vec<Instant> {
        // A pause has no memory: at another rate it begins anew.
        if (rate - self.rate).abs() > f64::EPSILON * rate {
            (self.rate, self.next) = (rate, None);
        }
        if rate <= 0.0 {
            self.next = None;
            return Vec::new();
        }
        let mut due = Vec::new();
        let mut next = self.next.unwrap_or_else(|| now + pause(rate, rng));
        while next <= now && due.len() < Self::AT_ONCE {
            due.push(next);
            next += pause(rate, rng);
        }
        self.next = Some(next.max(now));
        due
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.next
    }
}

fn pause(rate: f64, rng: &mut fastrand::Rng) -> Duration {
    // 1 - f64() is never zero. A rate so low that nothing comes within a day is as good as none.
    Duration::from_secs_f64((-(1.0 - rng.f64()).ln() / rate).min(86_400.0))
}

/// How many hashes the model may try for a nonce: none where it makes it up, else so many that none is missed in years.
pub(crate) fn tries_for(zero_bits: u32) -> u64 {
    if zero_bits > SOUGHT { 1 } else { 32 << zero_bits }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_capture_is_lines_of_a_time_and_bytes() {
        let start = Instant::now();
        let capture = Capture::from_text("# recorded\n0 aa55\n\n12.5 00 ff # noise\n").unwrap();
        let chunks: Vec<_> = capture.from(start).collect();
        assert_eq!(chunks, [(start, vec![0xaa, 0x55]), (start + Duration::from_micros(12_500), vec![0, 0xff])]);
        for (case, text) in [("no bytes", "12"), ("no time", "aa 55"), ("half a byte", "1 aa5"), ("the past", "-1 aa")]
        {
            assert!(matches!(Capture::from_text(text), Err(SourceError::Line { line: 1 })), "{case}");
        }
        assert!(matches!(Capture::from_text("# nothing"), Err(SourceError::Size)));
    }

    #[test]
    fn arrivals_come_at_their_rate() {
        let (mut arrivals, mut rng, start) = (Arrivals::default(), fastrand::Rng::with_seed(1), Instant::now());
        let steps = (0..=10_000).map(|step| start + Duration::from_millis(step));
        let count: usize = steps.map(|now| arrivals.due(2000.0, now, &mut rng).len()).sum();
        assert!((19_000..21_000).contains(&count), "{count} in ten seconds");
        assert_eq!(arrivals.due(0.0, start + Duration::from_secs(20), &mut rng), []);
        assert_eq!(arrivals.next(), None);
    }
}
