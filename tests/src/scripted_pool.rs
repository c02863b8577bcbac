//! A pool that does what a scenario's script says, right or wrong: a real TCP server on the loopback address.
//!
//! The script is a function that talks with one connection; it runs on a thread of its own for each. Shares are judged by
//! `hashkit_chain`, so a scenario knows what it was sent.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use hashkit_chain::{
    Algorithm, Coinbase, Difficulty, Extranonce2, Hash, Job, JobId, Nbits, Nonce, Ntime, Share, Solution, Version,
    Work, hex, sha256d,
};
use serde_json::{Value, json};

/// Nothing that a scenario waits for takes this long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running scripted pool; its port closes with it.
#[derive(Debug)]
pub struct ScriptedPool {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    complaints: Arc<Mutex<Vec<String>>>,
}

impl ScriptedPool {
    /// Listens on a free port and runs `script` for every connection, which closes when the script returns. An error that is
    /// not the peer's leaving is a complaint; see [`ScriptedPool::complaints`].
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(script: impl Fn(&mut Guest) -> Result<()> + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let (connections, complaints) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let pool = Self { address, connections: Arc::clone(&connections), complaints: Arc::clone(&complaints) };
        let script = Arc::new(script);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let number = connections.fetch_add(1, Ordering::SeqCst);
                let (script, complaints) = (Arc::clone(&script), Arc::clone(&complaints));
                thread::spawn(move || {
                    let complaint = Guest::new(stream, number).and_then(|mut guest| script(&mut guest)).err();
                    if let Some(complaint) = complaint.filter(|error| !is_leaving(error)) {
                        let complaint = format!("connection {number}: {complaint:#}");
                        complaints.lock().unwrap_or_else(PoisonError::into_inner).push(complaint);
                    }
                });
            }
        });
        Ok(pool)
    }

    /// Where it listens, `host:port`.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// How many connections it has had.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// What the scripts did not expect of the miner.
    ///
    /// # Errors
    /// When there is anything.
    pub fn complaints(&self) -> Result<()> {
        let complaints = self.complaints.lock().unwrap_or_else(PoisonError::into_inner);
        ensure!(complaints.is_empty(), "{}", complaints.join("\n"));
        Ok(())
    }
}

/// Whether a script ended because the peer has left, which it may at any time.
fn is_leaving(error: &anyhow::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(kind, Some(BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof))
}

/// One connection with a miner, from the pool's side.
#[derive(Debug)]
pub struct Guest {
    reader: BufReader<TcpStream>,
    stream: TcpStream,
    peer: SocketAddr,
    number: usize,
    seen: HashSet<Vec<Value>>,
}

/// A share as it was sent.
#[derive(Debug, Clone)]
pub struct Submit {
    /// The request's id, for the answer.
    pub id: Value,
    /// Login name, job, extranonce2, time, nonce, and version bits where they are rolled.
    pub params: Vec<Value>,
}

impl Submit {
    /// The job it claims to belong to.
    #[must_use]
    pub fn job(&self) -> &str {
        self.text(1)
    }

    /// The extranonce2 in hexadecimal digits.
    #[must_use]
    pub fn extranonce2(&self) -> &str {
        self.text(2)
    }

    fn text(&self, at: usize) -> &str {
        self.params.get(at).and_then(Value::as_str).unwrap_or_default()
    }
}

impl Guest {
    fn new(stream: TcpStream, number: usize) -> Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let peer = stream.peer_addr()?;
        Ok(Self { reader: BufReader::new(stream.try_clone()?), stream, peer, number, seen: HashSet::new() })
    }

    /// Its number among the pool's connections, from 0 on.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// Where it comes from.
    #[must_use]
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// When the peer has left.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(bytes)?)
    }

    /// Sends one message.
    ///
    /// # Errors
    /// When the peer has left.
    pub fn say(&mut self, message: &Value) -> Result<()> {
        self.send(format!("{message}\n").as_bytes())
    }

    /// The next message.
    ///
    /// # Errors
    /// When the peer has left, sends nothing for long, or sends what is no message.
    pub fn hear(&mut self) -> Result<Value> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        serde_json::from_str(&line).with_context(|| format!("a line that is no message: {line:?}"))
    }

    /// Answers a request.
    ///
    /// # Errors
    /// When the peer has left.
    pub fn answer(&mut self, id: &Value, result: &Value) -> Result<()> {
        self.say(&json!({"id": id, "result": result, "error": null}))
    }

    /// Answers everything up to and with the login, as a decent pool does: version bits to roll, extranonce1 `01020304`, an
    /// extranonce2 of `len` bytes.
    ///
    /// # Errors
    /// When the peer has left.
    pub fn log_in(&mut self, len: usize) -> Result<()> {
        loop {
            let request = self.hear()?;
            self.welcome(&request, len)?;
            if request["method"] == "mining.authorize" {
                return Ok(());
            }
        }
    }

    /// Answers one request of the login.
    ///
    /// # Errors
    /// When the peer has left.
    pub fn welcome(&mut self, request: &Value, len: usize) -> Result<()> {
        let result = match request["method"].as_str() {
            Some("mining.configure") => json!({"version-rolling": true, "version-rolling.mask": "1fffe000"}),
            Some("mining.subscribe") => json!([[["mining.notify", "1"]], hex::encode(&EXTRANONCE1), len]),
            _ => json!(true),
        };
        self.answer(&request["id"], &result)
    }

    /// The next share; pings on the way are answered. The very same share twice is an error, and so is anything else that is
    /// sent.
    ///
    /// # Errors
    /// As [`Guest::hear`].
    pub fn next_submit(&mut self) -> Result<Submit> {
        let mut request = self.hear()?;
        while request["method"] == "mining.configure" {
            self.welcome(&request, 0)?;
            request = self.hear()?;
        }
        ensure!(request["method"] == "mining.submit", "not a share: {request}");
        let params = request["params"].as_array().cloned().unwrap_or_default();
        ensure!(self.seen.insert(params.clone()), "the same share twice: {request}");
        Ok(Submit { id: request["id"].clone(), params })
    }

    /// Accepts a share.
    ///
    /// # Errors
    /// When the peer has left.
    pub fn accept(&mut self, submit: &Submit) -> Result<()> {
        self.answer(&submit.id, &json!(true))
    }

    /// Accepts every share that the judge finds right for one of `jobs`, until the peer leaves; a wrong one is an error.
    ///
    /// # Errors
    /// As [`Guest::hear`].
    pub fn accept_all(&mut self, jobs: &[PracticeJob]) -> Result<()> {
        loop {
            let submit = self.next_submit()?;
            judge(jobs, &submit)?;
            self.accept(&submit)?;
        }
    }

    /// Says nothing more, but listens until the peer leaves.
    ///
    /// # Errors
    /// Never but for the peer's leaving, or when it stays for long.
    pub fn hold(&mut self) -> Result<()> {
        loop {
            self.hear()?;
        }
    }

    /// Ends the connection at once.
    pub fn hang_up(&self) {
        // It may be gone already.
        let _ = self.stream.shutdown(Shutdown::Both);
    }
}

/// A difficulty that a core meets some ten times a second.
pub const EASY: f64 = 0.0001;

/// The script of a pool without faults: it takes the login, gives one easy job, and accepts what is right.
///
/// # Errors
/// What the guest does wrong, and its leaving.
pub fn decent(guest: &mut Guest) -> Result<()> {
    guest.log_in(4)?;
    guest.say(&PracticeJob::set_difficulty(EASY))?;
    let job = PracticeJob::new("a", EASY, 0, 4)?;
    guest.say(&job.notify(true))?;
    guest.accept_all(&[job])
}

const EXTRANONCE1: [u8; 4] = [1, 2, 3, 4];

/// The time of every job, so that a job made again for the next connection is the same job: a miner that resumes its session
/// may hand in there what it found before.
static BEGINNING: LazyLock<SystemTime> = LazyLock::new(SystemTime::now);

/// A job that no chain knows, complete enough to be mined and judged.
#[derive(Debug, Clone)]
pub struct PracticeJob(Arc<Job>);

impl PracticeJob {
    /// A job of this id and difficulty, on a parent of this number, for an extranonce2 of `len` bytes.
    ///
    /// # Errors
    /// For what is no difficulty.
    pub fn new(id: &str, difficulty: f64, parent: u8, len: usize) -> Result<Self> {
        let algorithm = Algorithm::Sha256d;
        let now = BEGINNING.duration_since(UNIX_EPOCH)?.as_secs();
        // A transaction with one input that spends nothing, whose script begins with the height 300000, and one output. The id
        // in it makes jobs of different ids different.
        let script = [&[3, 0xe0, 0x93, 0x04][..], id.as_bytes()].concat();
        let script_len = u8::try_from(script.len() + EXTRANONCE1.len() + len)?;
        let prefix = [&[1, 0, 0, 0, 1][..], &[0; 32], &[0xff; 4], &[script_len], &script].concat();
        let suffix = [&[0xff; 4][..], &[1], &[0; 8], &[1, 0x51], &[0; 4]].concat();
        Ok(Self(Arc::new(Job {
            id: JobId::from(id),
            algorithm,
            version: Version(0x2000_0000),
            version_mask: 0x1fff_e000,
            prev_hash: sha256d(&[parent]),
            coinbase: Coinbase { prefix, extranonce1: EXTRANONCE1.to_vec(), extranonce2_len: len, suffix },
            branch: vec![sha256d(b"a transaction"), sha256d(b"two more")],
            nbits: Nbits(0x1d00_ffff),
            ntime: Ntime(u32::try_from(now)?),
            last_ntime: Ntime(u32::try_from(now + 7000)?),
            share_target: Difficulty::new(difficulty)?.to_target(algorithm),
        })))
    }

    /// The same, hashed with another algorithm, at this difficulty of its.
    ///
    /// # Errors
    /// For what is no difficulty.
    pub fn hashed_with(mut self, algorithm: Algorithm, difficulty: f64) -> Result<Self> {
        let job = Arc::make_mut(&mut self.0);
        job.algorithm = algorithm;
        job.version_mask &= algorithm.free_version_bits();
        job.share_target = Difficulty::new(difficulty)?.to_target(algorithm);
        Ok(self)
    }

    /// The message that sets its difficulty.
    #[must_use]
    pub fn set_difficulty(difficulty: f64) -> Value {
        json!({"id": null, "method": "mining.set_difficulty", "params": [difficulty]})
    }

    /// The message that gives it out.
    #[must_use]
    pub fn notify(&self, is_clean: bool) -> Value {
        let job = &self.0;
        let branch: Vec<String> = job.branch.iter().map(|hash| hex::encode(hash.as_internal())).collect();
        json!({"id": null, "method": "mining.notify", "params": [
            job.id.to_string(), word_swapped(job.prev_hash), hex::encode(&job.coinbase.prefix),
            hex::encode(&job.coinbase.suffix), branch, job.version.to_string(), job.nbits.to_string(), job.ntime.to_string(),
            is_clean,
        ]})
    }

    /// What the judge says of a share of this job.
    ///
    /// # Errors
    /// When a field is malformed, or the judge refuses the share.
    pub fn judge(&self, submit: &Submit) -> Result<Share> {
        let job = &self.0;
        let [_, _, extranonce2, ntime, nonce, rest @ ..] = &submit.params[..] else {
            bail!("too few fields: {submit:?}")
        };
        let word = |value: &Value| hex::decode_u32(value.as_str().unwrap_or_default());
        let extranonce2 = Extranonce2::from_bytes(&hex::decode(extranonce2.as_str().unwrap_or_default())?)?;
        let bits = rest.first().map_or(Ok(0), word)?;
        let version = job.version_with_bits(bits).with_context(|| format!("version bits {bits:08x}"))?;
        let work = Work::claimed(Arc::clone(job), extranonce2, version, Ntime(word(ntime)?));
        Ok(Share::check(&Solution { work, nonce: Nonce(word(nonce)?), version })?)
    }
}

/// The first of `jobs`, newest last, for which the share is right.
///
/// # Errors
/// When it is right for none.
pub fn judge(jobs: &[PracticeJob], submit: &Submit) -> Result<usize> {
    let named = |job: &&PracticeJob| job.0.id.to_string() == submit.job();
    ensure!(jobs.iter().any(|job| named(&job)), "a share of an unknown job: {submit:?}");
    let is_right = |job: &PracticeJob| named(&job) && job.judge(submit).is_ok();
    jobs.iter().rposition(is_right).with_context(|| format!("a wrong share: {submit:?}"))
}

/// As Stratum writes a previous hash: the bytes of each four-byte word reversed.
fn word_swapped(hash: Hash) -> String {
    hash.as_internal().chunks(4).map(|word| hex::encode(&word.iter().rev().copied().collect::<Vec<_>>())).collect()
}
