//! The pool's end of the connection: one miner, jobs when they are asked for, shares judged and timed as they arrive.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, Difficulty, Job, Previous, Share};
use hashkit_stratum::{Refusal, Session, SessionEvent, SessionSettings};

/// All version bits that BIP 320 frees.
const VERSION_MASK: u32 = 0x1fff_e000;
/// Of the practice job.
const EXTRANONCE2_LEN: usize = 8;
/// More shares than these are not timed: their times would only take memory.
const MOST_TIMES: usize = 1 << 20;

/// What became of the shares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Arrived {
    pub(super) accepted: u64,
    pub(super) stale: u64,
    pub(super) refused: u64,
}

/// What both ends of the connection tell each other beside it, to be timed.
#[derive(Default)]
pub(super) struct Books {
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Default)]
struct Inner {
    /// The newest job that the miner has given to its engine: its number and its generation there.
    published: Option<(u32, u64)>,
    /// When each share was found that is on its way.
    found: std::collections::VecDeque<Instant>,
    /// From there until it was here.
    times: Vec<Duration>,
    arrived: Arrived,
    /// Hits that were found twice.
    duplicates: u64,
    /// Why the connection ended before its time.
    trouble: Option<String>,
}

impl Books {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nobody who holds it leaves a half-made state behind.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn published(&self, number: u32, generation: u64) {
        self.lock().published = Some((number, generation));
        self.changed.notify_all();
    }

    /// The generation of the job of this number, once the miner has given it to its engine.
    pub(super) fn wait_for(&self, number: u32, patience: Duration) -> Option<u64> {
        let is_coming =
            |inner: &mut Inner| inner.trouble.is_none() && inner.published.is_none_or(|(newest, _)| newest < number);
        let waited = self.changed.wait_timeout_while(self.lock(), patience, is_coming);
        let inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        inner.published.filter(|(newest, _)| *newest >= number).map(|(_, generation)| generation)
    }

    /// A share has left that was found then.
    pub(super) fn left(&self, found: Instant) {
        self.lock().found.push_back(found);
    }

    pub(super) fn found_twice(&self) {
        self.lock().duplicates += 1;
    }

    pub(super) fn duplicates(&self) -> u64 {
        self.lock().duplicates
    }

    pub(super) fn ended(&self, why: String) {
        self.lock().trouble.get_or_insert(why);
        self.changed.notify_all();
    }

    pub(super) fn trouble(&self) -> Option<String> {
        self.lock().trouble.clone()
    }

    /// The times of all shares that have arrived, and what became of them, since this was asked last.
    pub(super) fn take(&self) -> (Vec<Duration>, Arrived) {
        let mut inner = self.lock();
        (std::mem::take(&mut inner.times), std::mem::take(&mut inner.arrived))
    }

    /// A share is here; a connection keeps their order.
    fn arrived(&self, at: Instant, count: impl FnOnce(&mut Arrived)) {
        let mut inner = self.lock();
        count(&mut inner.arrived);
        if let Some(found) = inner.found.pop_front()
            && inner.times.len() < MOST_TIMES
        {
            inner.times.push(at.saturating_duration_since(found));
        }
    }
}

/// The pool's end. Dropping it closes the connection.
pub(super) struct PoolEnd {
    wire: Arc<Wire>,
    reader: Option<JoinHandle<()>>,
}

struct Wire {
    stream: TcpStream,
    session: Mutex<Session>,
}

impl PoolEnd {
    /// Serves this miner on a thread of its own.
    pub(super) fn start(algorithm: Algorithm, stream: TcpStream, books: Arc<Books>) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let settings = SessionSettings::new(algorithm, Difficulty::new(1.0).expect("one is above zero"), VERSION_MASK);
        let wire = Arc::new(Wire { stream, session: Mutex::new(Session::new(settings, Instant::now())) });
        let reader = thread::Builder::new().name("rig-pool".to_owned()).spawn({
            let wire = Arc::clone(&wire);
            move || {
                if let Err(why) = wire.serve(&books) {
                    books.ended(format!("the practice pool's connection ended: {why}"));
                }
            }
        })?;
        Ok(Self { wire, reader: Some(reader) })
    }

    /// Sends a clean job at this difficulty, and says when.
    pub(super) fn send(&self, job: &Job, difficulty: Difficulty) -> io::Result<Instant> {
        let mut session = self.wire.lock();
        session.set_difficulty(difficulty);
        session.send_job(job, Previous::Worthless);
        let sent = Instant::now();
        self.wire.flush(&mut session)?;
        Ok(sent)
    }
}

impl Drop for PoolEnd {
    fn drop(&mut self) {
        // It may be closed already.
        let _ = self.wire.stream.shutdown(Shutdown::Both);
        if let Some(reader) = self.reader.take() {
            // What it had to say it has said.
            let _ = reader.join();
        }
    }
}

impl Wire {
    fn lock(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn flush(&self, session: &mut Session) -> io::Result<()> {
        while let Some(bytes) = session.poll_transmit() {
            (&self.stream).write_all(&bytes)?;
        }
        Ok(())
    }

    /// Until the connection ends; an error is why it ended wrongly.
    fn serve(&self, books: &Books) -> Result<(), String> {
        let mut buffer = [0; 4096];
        loop {
            let count = match (&self.stream).read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.to_string()),
            };
            let now = Instant::now();
            let mut session = self.lock();
            session.receive(&buffer[..count], now).map_err(|error| error.to_string())?;
            while let Some(event) = session.poll_event() {
                answer(&mut session, event, now, books);
            }
            self.flush(&mut session).map_err(|error| error.to_string())?;
        }
    }
}

fn answer(session: &mut Session, event: SessionEvent, now: Instant, books: &Books) {
    match event {
        SessionEvent::Subscribe { .. } => session.welcome(&[2; 4], EXTRANONCE2_LEN, "rig"),
        SessionEvent::Authorize { id, .. } => session.accept(id),
        SessionEvent::Submit { id, solution, .. } => {
            let is_share = Share::check(&solution).is_ok();
            books.arrived(now, |arrived| if is_share { arrived.accepted += 1 } else { arrived.refused += 1 });
            if is_share { session.accept(id) } else { session.refuse(id, Refusal::LowDifficulty) }
        }
        SessionEvent::Refused { refusal, .. } => {
            let is_stale = matches!(refusal, Refusal::Stale | Refusal::UnknownJob);
            books.arrived(now, |arrived| if is_stale { arrived.stale += 1 } else { arrived.refused += 1 });
        }
        SessionEvent::Suggest { .. } | SessionEvent::MinimumDifficulty { .. } | SessionEvent::Version(_) => {}
    }
}
