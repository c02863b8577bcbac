//! Everything that a pool can do wrong, by name, with what the miner's side has to make of it: a wire in memory between the real
//! [`Client`] and a pool that follows a script, on a clock that the scenario owns.

mod rows;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};
use hashkit_chain::{Algorithm, Extranonce2, Job, Nonce, Share, Solution, Version, Work};
use hashkit_stratum::{Client, ClientEvent, Login, ProtocolError, SubmitId};
use serde_json::{Value, json};

pub use rows::FAULTS;

/// One thing that a pool does wrong, or just differently.
pub struct Fault {
    /// What it does, in words.
    pub name: &'static str,
    /// Whether it happens after a login as usual; else it begins with the first line that the pool gets.
    pub after: After,
    /// Does it.
    pub act: fn(&mut Wire) -> Result<(), Left>,
    /// What has to come of it.
    pub expected: Outcome,
}

/// When a fault happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// On a connection that has just been made.
    Connecting,
    /// After a login as usual, a difficulty that every hash meets, and a job.
    LoggingIn,
}

/// What has to come of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Mining goes on: the next job is taken, and its share is sent and counted.
    MinesOn,
    /// The connection is given up, with this in the reason.
    Leaves(&'static str),
    /// The login counts as refused, with this in the reason.
    Refused(&'static str),
    /// The pool's wish to have its miners elsewhere is followed.
    Moves,
}

/// Why a connection ended.
#[derive(Debug)]
pub enum Left {
    /// The client gave it up.
    GivenUp(ProtocolError),
    /// The pool refused the login.
    Refused(String),
    /// The pool sent its miner elsewhere.
    Moved,
    /// The pool closed it.
    Closed,
    /// The client did what it should not have done.
    Wrong(anyhow::Error),
}

impl From<ProtocolError> for Left {
    fn from(error: ProtocolError) -> Self {
        Self::GivenUp(error)
    }
}

impl From<anyhow::Error> for Left {
    fn from(error: anyhow::Error) -> Self {
        Self::Wrong(error)
    }
}

/// How shares ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fates {
    /// The pool counts them.
    pub accepted: u64,
    /// The pool does not.
    pub refused: u64,
    /// Not sent, because their job is gone.
    pub stale: u64,
    /// Never answered.
    pub lost: u64,
}

impl Fates {
    /// All of them.
    #[must_use]
    pub fn total(self) -> u64 {
        self.accepted + self.refused + self.stale + self.lost
    }
}

/// Both ends of one connection, and the clock.
pub struct Wire {
    client: Client,
    now: Instant,
    number: u64,
    jobs_named: u64,
    job: Option<Job>,
    nonce: u32,
    open: HashSet<SubmitId>,
    /// What the client has sent and the pool has not looked at.
    heard: Vec<Value>,
    submitted: u64,
    fates: Fates,
    is_ready: bool,
}

/// A job line that any pool might send, but for its id and the previous hash.
fn notify(id: &str, parent: u64, is_clean: bool) -> Value {
    let script_len = 4 + 4 + 4;
    let coinb1 = format!("0100000001{}ffffffff{script_len:02x}03e09304", "00".repeat(32));
    json!({"id": null, "method": "mining.notify", "params": [
        id, format!("{parent:064x}"), coinb1, "ffffffff010000000000000000015100000000", ["11".repeat(32)], "20000000",
        "1d00ffff", "504e86b9", is_clean,
    ]})
}

impl Wire {
    /// A connection at `now`, the one of this number, that logs in with `login`.
    #[must_use]
    pub fn new(login: Login, number: u64, now: Instant) -> Self {
        Self {
            client: Client::new(login, now),
            now,
            number,
            jobs_named: 0,
            job: None,
            nonce: 0,
            open: HashSet::new(),
            heard: Vec::new(),
            submitted: 0,
            fates: Fates::default(),
            is_ready: false,
        }
    }

    /// The login of a miner without a past.
    #[must_use]
    pub fn usual_login() -> Login {
        Login::new("a.pool.example", "account.rig", "x", Algorithm::Sha256d)
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.now
    }

    /// What to log in with the next time.
    #[must_use]
    pub fn next_login(&self) -> Login {
        self.client.next_login()
    }

    /// How shares have ended so far.
    #[must_use]
    pub fn fates(&self) -> Fates {
        self.fates
    }

    /// How many shares were handed in.
    #[must_use]
    pub fn submitted(&self) -> u64 {
        self.submitted
    }

    /// A job id that no other job of this or another connection has.
    pub fn next_id(&mut self) -> String {
        self.jobs_named += 1;
        format!("c{}-j{}", self.number, self.jobs_named)
    }

    /// Brings bytes to the client.
    ///
    /// # Errors
    /// [`Left`] when that ends the connection.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Left> {
        let received = self.client.receive(bytes, self.now);
        self.settle()?;
        Ok(received?)
    }

    /// Brings a line to the client.
    ///
    /// # Errors
    /// As [`Wire::bytes`].
    pub fn line(&mut self, line: &str) -> Result<(), Left> {
        self.bytes(format!("{line}\n").as_bytes())
    }

    /// Brings a message to the client.
    ///
    /// # Errors
    /// As [`Wire::bytes`].
    pub fn say(&mut self, message: &Value) -> Result<(), Left> {
        self.line(&message.to_string())
    }

    /// Calls a method of the client's.
    ///
    /// # Errors
    /// As [`Wire::bytes`].
    pub fn call(&mut self, method: &str, params: &Value) -> Result<(), Left> {
        self.say(&json!({"id": null, "method": method, "params": params}))
    }

    /// Takes in what has happened, and what the client sends.
    fn settle(&mut self) -> Result<(), Left> {
        while let Some(bytes) = self.client.poll_transmit() {
            let text = String::from_utf8(bytes).context("the client sends text")?;
            for line in text.lines() {
                let value: Value = serde_json::from_str(line).with_context(|| format!("the client sends {line:?}"))?;
                if value["method"] == "mining.submit" {
                    let job = value["params"][1].as_str().unwrap_or_default();
                    let ours = format!("c{}-", self.number);
                    // But for the row whose job has a number for its id; and a session that is resumed keeps its jobs, and may
                    // change their version bits before it gives a new one.
                    let is_ours = job.starts_with(&ours) || job == "1000" || value["params"][1].is_number();
                    if !is_ours && !self.client.has_resumed() {
                        return Err(Left::Wrong(anyhow!("a share for another connection: {line}")));
                    }
                }
                self.heard.push(value);
            }
        }
        let mut left = None;
        while let Some(event) = self.client.poll_event() {
            match event {
                ClientEvent::Ready => self.is_ready = true,
                ClientEvent::Job { job, .. } => self.job = Some(job),
                ClientEvent::Accepted { id, .. } => self.end(id, |fates| &mut fates.accepted)?,
                ClientEvent::Refused { id, .. } => self.end(id, |fates| &mut fates.refused)?,
                ClientEvent::Stale { id, .. } => self.end(id, |fates| &mut fates.stale)?,
                ClientEvent::Lost { id, .. } => self.end(id, |fates| &mut fates.lost)?,
                ClientEvent::LoginRefused { reason } => left = left.or(Some(Left::Refused(reason))),
                ClientEvent::MoveTo { .. } => left = left.or(Some(Left::Moved)),
                ClientEvent::Message(_) | ClientEvent::Warning(_) | ClientEvent::DifficultyChanged(_) => {}
            }
        }
        left.map_or(Ok(()), Err)
    }

    fn end(&mut self, id: SubmitId, fate: impl FnOnce(&mut Fates) -> &mut u64) -> Result<()> {
        *fate(&mut self.fates) += 1;
        ensure!(self.open.remove(&id), "{id:?} ended twice, or was never handed in");
        Ok(())
    }

    /// What the client has asked and nobody has answered, and forgets it.
    pub fn take_heard(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.heard)
    }

    /// Answers the first request of that method.
    ///
    /// # Errors
    /// As [`Wire::bytes`].
    pub fn answer(&mut self, method: &str, answer: &Value) -> Result<(), Left> {
        // A client that wants no version bits, say, does not ask for them.
        let Some(at) = self.heard.iter().position(|request| request["method"] == method) else { return Ok(()) };
        let mut answer = answer.clone();
        answer["id"] = self.heard.remove(at)["id"].clone();
        self.say(&answer)
    }

    /// Hears the login without answering it.
    ///
    /// # Errors
    /// As [`Wire::bytes`].
    pub fn hear_login(&mut self) -> Result<(), Left> {
        self.settle()
    }

    /// Answers the login as a decent pool does, with these results.
    ///
    /// # Errors
    /// As [`Wire::bytes`].
    pub fn log_in(&mut self, subscribed: &Value) -> Result<(), Left> {
        self.settle()?;
        let rolling = json!({"version-rolling": true, "version-rolling.mask": "1fffe000"});
        self.answer("mining.configure", &json!({"result": rolling, "error": null}))?;
        self.answer("mining.subscribe", &json!({"result": subscribed, "error": null}))?;
        self.answer("mining.authorize", &json!({"result": true, "error": null}))
    }

    /// The usual result of a subscription.
    #[must_use]
    pub fn subscribed() -> Value {
        json!([[["mining.notify", "ae68"]], "01020304", 4])
    }

    /// The usual login, a difficulty that every hash meets, and a job.
    ///
    /// # Errors
    /// As [`Wire::bytes`].
    pub fn begin(&mut self) -> Result<(), Left> {
        self.log_in(&Self::subscribed())?;
        self.easy()?;
        self.new_job(true)
    }

    /// Sets a difficulty that every hash meets.
    ///
    /// # Errors
    /// As [`Wire::bytes`].
    pub fn easy(&mut self) -> Result<(), Left> {
        self.call("mining.set_difficulty", &json!([1e-10]))
    }

    /// A usual job with an id of its own.
    pub fn next_notify(&mut self, is_clean: bool) -> Value {
        let id = self.next_id();
        let parent = if is_clean { self.jobs_named } else { 0 };
        notify(&id, parent, is_clean)
    }

    /// Gives out a usual job.
    ///
    /// # Errors
    /// As [`Wire::bytes`].
    pub fn new_job(&mut self, is_clean: bool) -> Result<(), Left> {
        let notify = self.next_notify(is_clean);
        self.say(&notify)
    }

    /// A device finds a share of the newest job; nothing where there is none.
    ///
    /// # Errors
    /// As [`Wire::bytes`].
    pub fn find_share(&mut self) -> Result<(), Left> {
        let Some(job) = self.job.clone() else { return Ok(()) };
        if let Some(share) = share_of(&job, self.nonce) {
            self.nonce += 1;
            self.submitted += 1;
            let id = self.client.submit(&share, self.now);
            self.open.insert(id);
        }
        self.settle()
    }

    /// Answers the oldest share that was sent.
    ///
    /// # Errors
    /// As [`Wire::bytes`].
    pub fn answer_share(&mut self, answer: &Value) -> Result<(), Left> {
        self.answer("mining.submit", answer)
    }

    /// Lets time pass, with a look at the clock whenever the client asks for one.
    ///
    /// # Errors
    /// As [`Wire::bytes`]; also when the client asks for a look at a time that has passed.
    pub fn wait(&mut self, time: Duration) -> Result<(), Left> {
        let until = self.now + time;
        let mut last = None;
        while let Some(next) = self.client.poll_timeout().filter(|next| *next <= until) {
            if last == Some(next) {
                return Err(Left::Wrong(anyhow!("a busy loop: it asks for {next:?} again and again")));
            }
            last = Some(next);
            self.now = self.now.max(next);
            let handled = self.client.handle_timeout(self.now);
            self.settle()?;
            handled?;
        }
        self.now = until;
        Ok(())
    }

    /// Ends the connection; every share has ended by then.
    ///
    /// # Errors
    /// When one has not.
    pub fn close(&mut self) -> Result<Fates> {
        self.client.close();
        // A share that ends now may not end the connection once more.
        if let Err(Left::Wrong(error)) = self.settle() {
            return Err(error);
        }
        ensure!(self.open.is_empty(), "{} shares have no end", self.open.len());
        ensure!(self.fates.total() == self.submitted, "{:?} of {}", self.fates, self.submitted);
        Ok(self.fates)
    }

    /// Whether mining goes on: a new job is taken, its share sent, and the answer counted.
    ///
    /// # Errors
    /// When it does not.
    pub fn mines_on(&mut self) -> Result<(), Left> {
        self.take_heard();
        self.easy()?;
        self.new_job(true)?;
        let before = self.fates.accepted;
        self.find_share()?;
        self.answer_share(&json!({"result": true, "error": null}))?;
        if self.fates.accepted == before + 1 {
            Ok(())
        } else {
            Err(Left::Wrong(anyhow!("no share of the next job was accepted: {:?}", self.fates)))
        }
    }
}

/// A share of a job that every hash is a share of; `None` of a harder one.
fn share_of(job: &Job, nonce: u32) -> Option<Share> {
    let extranonce2 = Extranonce2::from_bytes(&vec![0; job.coinbase.extranonce2_len]).ok()?;
    let version = Version(job.version.0);
    let work = Work::claimed(Arc::new(job.clone()), extranonce2, version, job.ntime);
    Share::check(&Solution { work, nonce: Nonce(nonce), version }).ok()
}

impl Fault {
    /// Lets it happen on a connection of its own.
    ///
    /// # Errors
    /// When something else comes of it than expected, or a share has no end.
    pub fn try_out(&self) -> Result<()> {
        let mut wire = Wire::new(Wire::usual_login(), 0, Instant::now());
        let begun = match self.after {
            After::Connecting => wire.hear_login(),
            After::LoggingIn => wire.begin(),
        };
        let came = begun.and_then(|()| (self.act)(&mut wire));
        let came = match (came, self.expected) {
            (Ok(()), Outcome::MinesOn) => wire.mines_on(),
            (came, _) => came,
        };
        wire.close()?;
        match (came, self.expected) {
            (Ok(()), Outcome::MinesOn) | (Err(Left::Moved), Outcome::Moves) => Ok(()),
            (Err(Left::GivenUp(error)), Outcome::Leaves(said)) if error.to_string().contains(said) => Ok(()),
            (Err(Left::Refused(reason)), Outcome::Refused(said)) if reason.contains(said) => Ok(()),
            (came, expected) => bail!("{expected:?} was expected, and {came:?} came"),
        }
    }
}
