//! A pool's side driven by hand, on a clock the tests own.

mod limits;
mod login;
mod quirks;
mod recorded;
mod shares;

use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, BIP_320_MASK, Hash, Nbits, Ntime, Share, Solution, Target};

use super::*;
use crate::line::TooLong;

const SUBSCRIBE: &str = r#"{"id":1,"method":"mining.subscribe","params":["test/1"]}"#;
const AUTHORIZE: &str = r#"{"id":2,"method":"mining.authorize","params":["u","x"]}"#;
const CONFIGURE: &str =
    r#"{"id":3,"method":"mining.configure","params":[["version-rolling"],{"version-rolling.mask":"ffffffff"}]}"#;
const SUBMIT: &str = r#"{"id":4,"method":"mining.submit","params":["u","a1","00000001","60000000","00000007"]}"#;

/// The whole wire and clock of one connection.
struct Table {
    session: Session,
    now: Instant,
}

impl Table {
    /// At a difficulty that every hash meets.
    fn new() -> Self {
        Self::with(SessionSettings::new(Algorithm::Sha256d, Difficulty::new(1e-10).unwrap(), 0x1fff_e000))
    }

    fn with(settings: SessionSettings) -> Self {
        let now = Instant::now();
        Self { session: Session::new(settings, now), now }
    }

    /// Lines in, lines out; the owner grants every login on the way.
    fn say(&mut self, lines: &str) -> String {
        self.try_say(lines).unwrap()
    }

    fn try_say(&mut self, lines: &str) -> Result<String, SessionError> {
        self.session.receive(format!("{lines}\n").as_bytes(), self.now)?;
        Ok(self.sent())
    }

    fn sent(&mut self) -> String {
        String::from_utf8(self.session.poll_transmit().unwrap_or_default()).unwrap()
    }

    fn logged_in() -> Self {
        let mut table = Self::new();
        table.say(SUBSCRIBE);
        table.welcome();
        table.say(AUTHORIZE);
        table.grant();
        table.session.send_job(&job("a1", 1), Previous::Worthless);
        table.sent();
        table
    }

    fn welcome(&mut self) {
        assert!(matches!(self.session.poll_event(), Some(SessionEvent::Subscribe { .. })));
        self.session.welcome(&[8, 0, 0, 2], 4, "ae68");
    }

    fn grant(&mut self) {
        let Some(SessionEvent::Authorize { id, .. }) = self.session.poll_event() else { panic!("no authorize") };
        self.session.accept(id);
    }

    /// A share that the session finds right in form, and that waits for its verdict.
    fn claim(&mut self, line: &str) -> (RequestId, Solution) {
        self.refusals();
        let refused = self.say(line);
        match self.session.poll_event() {
            Some(SessionEvent::Submit { id, solution, .. }) => (id, solution),
            other => panic!("{other:?} and {refused} for {line}"),
        }
    }

    /// What the session has refused by itself since somebody last asked.
    fn refusals(&mut self) -> Vec<Refusal> {
        std::iter::from_fn(|| match self.session.poll_event() {
            Some(SessionEvent::Refused { refusal, .. }) => Some(refusal),
            None => None,
            other => panic!("{other:?} is no refusal"),
        })
        .collect()
    }

    /// A share that is accepted.
    fn submit(&mut self, line: &str) -> Solution {
        let (id, solution) = self.claim(line);
        self.session.accept(id);
        self.sent();
        solution
    }

    fn wait(&mut self, seconds: u64) -> Result<(), SessionError> {
        self.now += Duration::from_secs(seconds);
        self.session.handle_timeout(self.now)
    }
}

fn job(id: &str, parent: u8) -> Job {
    Job {
        id: id.into(),
        algorithm: Algorithm::Sha256d,
        version: Version(0x2000_0000),
        version_mask: BIP_320_MASK,
        prev_hash: Hash::from_internal([parent; 32]),
        coinbase: Coinbase { prefix: vec![1, 2], extranonce1: vec![], extranonce2_len: 4, suffix: vec![3] },
        branch: vec![],
        nbits: Nbits(0x1d00_ffff),
        ntime: Ntime(0x6000_0000),
        last_ntime: Ntime(0x6000_0100),
        share_target: Target::MAX,
    }
}
