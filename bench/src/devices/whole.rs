//! The whole rig as `hashkit mine` runs it: all devices on one engine, a miner's session, and a pool of ours at the other end of a
//! loopback connection.

mod behaviour;
mod miner;
mod pool;

use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hashkit_chain::{Algorithm, Difficulty};
use hashkit_engine::{Limits, Meter, open};

pub use self::behaviour::Pairs;
use self::miner::MinerEnd;
use self::pool::{Books, PoolEnd};
use super::chips::ChipLine;
use super::load::{Ledger, MOST_WAITING, chance, target};
use super::threads::{Opener, Threads};
use crate::measure::{Counts, Load, Subject, Trouble};
use crate::rig::practice_job;

/// How long a job may take from the pool to the engine: a card's driver may hold up every core meanwhile.
const LONGEST_WAY: Duration = Duration::from_secs(10);

/// One device of a rig.
#[derive(Clone)]
pub struct Member {
    /// `cpu` for each thread of the processor, the id of a GPU, or the port of chips.
    pub device: String,
    /// The kernel, or the model of chips.
    pub kernel: String,
    /// Opens it.
    pub opener: Opener,
    /// The chips, where it is some.
    pub chips: Option<ChipLine>,
}

/// All devices of a rig.
#[derive(Clone)]
pub struct RigSubject {
    /// What they hash.
    pub algorithm: Algorithm,
    /// The devices.
    pub members: Vec<Member>,
}

impl Subject for RigSubject {
    fn open(&mut self) -> Result<Box<dyn Load>, Trouble> {
        Ok(Box::new(Rig::open(self)?))
    }
}

/// A rig at work. Its parts end in the order in which they stand here: a device ends once the source is dropped, which the
/// miner's end holds.
struct Rig {
    _miner: MinerEnd,
    pool: PoolEnd,
    threads: Threads,
    books: Arc<Books>,
    meters: Vec<Arc<Meter>>,
    /// Of its devices, those that do not tell of every hit.
    chips: Vec<ChipLine>,
    algorithm: Algorithm,
    /// How many jobs were sent.
    jobs: u32,
    difficulty: Difficulty,
    ledger: Ledger,
    trouble: Option<Trouble>,
}

/// A job on its way.
struct Sent {
    /// When the pool wrote it.
    at: Instant,
    /// Its number in the engine.
    generation: u64,
}

impl Rig {
    fn open(subject: &RigSubject) -> Result<Self, Trouble> {
        let algorithm = subject.algorithm;
        let books = Arc::new(Books::default());
        let failed = |error: std::io::Error| Trouble::Failed(format!("the practice pool cannot start: {error}"));
        // Nobody else is served: the connection waits until it is taken.
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
        let miner = TcpStream::connect(listener.local_addr().map_err(failed)?).map_err(failed)?;
        let pool = listener.accept().map_err(failed)?.0;
        let pool = PoolEnd::start(algorithm, pool, Arc::clone(&books)).map_err(failed)?;
        let (source, ports) = open(Limits { shares: MOST_WAITING, ..Limits::default() });
        let devices: Vec<(String, Opener)> =
            subject.members.iter().map(|member| (member.device.clone(), Arc::clone(&member.opener))).collect();
        let threads = Threads::start(&ports, &devices)?;
        let meters = source.meters();
        let miner = MinerEnd::start(algorithm, miner, source, Arc::clone(&books)).map_err(failed)?;
        let mut rig = Self {
            _miner: miner,
            pool,
            threads,
            books,
            meters,
            chips: subject.members.iter().filter_map(|member| member.chips.clone()).collect(),
            algorithm,
            jobs: 0,
            difficulty: Difficulty::of_target(target(f64::INFINITY), algorithm),
            ledger: Ledger::default(),
            trouble: None,
        };
        rig.threads.wait()?;
        rig.send()?;
        Ok(rig)
    }

    /// Has the pool send the next job, which is clean, and waits until the engine has it.
    fn send(&mut self) -> Result<Sent, Trouble> {
        self.jobs += 1;
        let job = practice_job(self.algorithm, self.jobs);
        let failed = |why: String| Trouble::Failed(why);
        let at = self.pool.send(&job, self.difficulty).map_err(|error| failed(error.to_string()))?;
        let generation = self.books.wait_for(self.jobs, LONGEST_WAY).ok_or_else(|| {
            failed(self.books.trouble().unwrap_or_else(|| "a job did not reach the engine in time".to_owned()))
        })?;
        Ok(Sent { at, generation })
    }

    fn hashes(&self) -> u64 {
        self.meters.iter().map(|meter| meter.counts().hashes).sum()
    }
}

impl Load for Rig {
    fn search_for(&mut self, hashes_a_find: f64) {
        self.counts();
        let hashes_a_find = self.chips.iter().map(ChipLine::least_hashes_a_find).fold(hashes_a_find, f64::max);
        self.difficulty = Difficulty::of_target(target(hashes_a_find), self.algorithm);
        match self.send() {
            Ok(_) => self.ledger.chance = chance(self.difficulty.to_target(self.algorithm), self.algorithm),
            Err(trouble) => self.trouble = Some(trouble),
        }
    }

    fn counts(&mut self) -> Counts {
        self.ledger.take(self.meters.iter().map(|meter| meter.counts()).sum());
        Counts { duplicates: self.books.duplicates(), ..self.ledger.counts }
    }

    fn trouble(&mut self) -> Option<Trouble> {
        let of_connection = || self.books.trouble().map(Trouble::Failed);
        self.trouble.clone().or_else(|| self.threads.trouble()).or_else(of_connection)
    }
}
