//! A miner's side driven by hand, on a clock the tests own.

mod jobs;
mod limits;
mod login;
mod owed;
mod quirks;
mod recorded;
mod shares;

use std::sync::Arc;
use std::time::Duration;

use hashkit_chain::{Algorithm, Difficulty, Extranonce2, Job, Nonce, Ntime, Previous, Solution, Work};

use super::received::{MESSAGE_LIMIT, OUTGOING_LIMIT};
use super::*;
use crate::message::SubscribeError;
use crate::wire;

const CONFIGURED: &str = r#"{"id":1,"result":{"version-rolling":true,"version-rolling.mask":"1fffe000"},"error":null}"#;
const SUBSCRIBED: &str = r#"{"id":2,"result":[[["mining.notify","ae68"]],"08000002",4],"error":null}"#;
const AUTHORIZED: &str = r#"{"id":3,"result":true,"error":null}"#;
/// So low that every hash is a share.
const EASY: &str = r#"{"id":null,"method":"mining.set_difficulty","params":[1e-10]}"#;

/// The whole wire and clock of one connection.
struct Table {
    client: Client,
    now: Instant,
    /// Of the next share.
    nonce: u32,
}

impl Table {
    fn new(change: impl FnOnce(&mut Login)) -> Self {
        let mut login = Login::new("a.pool.example", "u", "x", Algorithm::Sha256d);
        login.agent = "hashkit/test".to_owned();
        change(&mut login);
        let now = Instant::now();
        Self { client: Client::new(login, now), now, nonce: 0 }
    }

    /// Logged in with version rolling, at a difficulty that every hash meets; the next request has id 4.
    fn logged_in() -> Self {
        let mut table = Self::new(|_| {});
        for line in [CONFIGURED, SUBSCRIBED, AUTHORIZED, EASY] {
            table.hear(line);
        }
        assert!(table.events().contains(&ClientEvent::Ready));
        table.sent();
        table
    }

    fn hear(&mut self, lines: &str) {
        self.try_hear(lines).unwrap_or_else(|error| panic!("{error} on {lines}"));
    }

    fn try_hear(&mut self, lines: &str) -> Result<(), ProtocolError> {
        self.client.receive(format!("{lines}\n").as_bytes(), self.now)
    }

    fn sent(&mut self) -> String {
        String::from_utf8(self.client.poll_transmit().unwrap_or_default()).unwrap()
    }

    fn events(&mut self) -> Vec<ClientEvent> {
        std::iter::from_fn(|| self.client.poll_event()).collect()
    }

    /// The job that the pool has just sent.
    fn job(&mut self) -> (Job, Previous) {
        let events = self.events();
        let job = events.iter().find_map(|event| match event {
            ClientEvent::Job { job, previous } => Some((job.clone(), *previous)),
            _ => None,
        });
        job.unwrap_or_else(|| panic!("no job in {events:?}"))
    }

    /// A new job of this id and parent, as the client gives it out.
    fn new_job(&mut self, id: &str, parent: char, clean: bool) -> (Job, Previous) {
        self.hear(&notify(id, parent, clean));
        self.job()
    }

    /// Hands in a new share.
    fn submit(&mut self, job: &Job) -> SubmitId {
        let nonce = self.nonce;
        self.nonce += 1;
        self.client.submit(&share(job, nonce, job.version.0), self.now)
    }

    fn wait(&mut self, seconds: u64) -> Result<(), ProtocolError> {
        self.now += Duration::from_secs(seconds);
        self.client.handle_timeout(self.now)
    }
}

fn notify(id: &str, parent: char, clean: bool) -> String {
    let parent = parent.to_string().repeat(64);
    format!(
        r#"{{"id":null,"method":"mining.notify","params":["{id}","{parent}","01","02",[],"20000000","1c2ac4af","504e86b9",{clean}]}}"#
    )
}

/// A share of a job that every hash is a share of.
fn share(job: &Job, nonce: u32, version: u32) -> Share {
    let extranonce2 = Extranonce2::from_bytes(&vec![0; job.coinbase.extranonce2_len]).unwrap();
    let version = hashkit_chain::Version(version);
    let work = Work::claimed(Arc::new(job.clone()), extranonce2, version, job.ntime);
    Share::check(&Solution { work, nonce: Nonce(nonce), version }).unwrap()
}
