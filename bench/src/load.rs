//! A load of miners on a pool: many connections, each with a login of its own, and shares that really meet its target.
//!
//! The generator is open-loop: what happens is due at times that are set beforehand, whatever the pool answers, and every time is
//! counted from when its cause was due. So a pool that stalls for a second shows a second on each share that was due meanwhile,
//! instead of one slow share and a pause. What the generator itself could not do in time is told apart, as what it owes.

mod connection;
mod document;
mod finder;
mod schedule;
mod server;
mod tally;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use hashkit_chain::Algorithm;
use hashkit_pool::{FewFiles, allow_connections};
use hashkit_stratum::{Login, Password};
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use connection::{Command, Connection};
pub use document::LoadDocument;
use finder::Board;
pub use schedule::Mix;
pub use server::Server;
use server::Watched;
use tally::Tally;
pub use tally::{Counts, Load, Shares, Times};

/// What is done to a pool.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where it listens.
    pub pool: SocketAddr,
    /// Its host, without a port.
    pub host: String,
    /// The login name of every connection.
    pub user: String,
    /// Its password.
    pub password: String,
    /// What its jobs are hashed with.
    pub algorithm: Algorithm,
    /// How many connections; at least one.
    pub connections: usize,
    /// How many of them are begun a second; all at once where it is `None`.
    pub connect_rate: Option<f64>,
    /// The addresses that connections come from in turn; what the system likes where there are none. A connection needs a port, and
    /// an address has some 28,000 of them.
    pub sources: Vec<IpAddr>,
    /// How long a connection may take to its first job.
    pub patience: Duration,
    /// How many connections listen to nothing once they have logged in: they hand in no shares.
    pub slow_readers: usize,
    /// How many shares are due a second, over all connections.
    pub share_rate: f64,
    /// What part of them is wrong, and how.
    pub mix: Mix,
    /// How long shares are handed in.
    pub time: Duration,
    /// Whether all connections are dropped at the end, and come back at once.
    pub reconnect: bool,
    /// How many threads search for shares.
    pub threads: usize,
    /// The number of the pool's process, where that runs on this machine and is to be watched.
    pub server: Option<u32>,
}

/// Why there was no load.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The system does not let this process open so many connections.
    #[error(transparent)]
    FewFiles(#[from] FewFiles),
    /// No connection came up.
    #[error("{pool}: none of {connections} connections came to a job; the last because {reason}")]
    NoConnection {
        /// Where.
        pool: SocketAddr,
        /// How many were tried.
        connections: usize,
        /// What was wrong.
        reason: String,
    },
    /// There is no such process, or the system does not tell of it.
    #[error("process {0} cannot be read: name the pool's own process, on this machine (Linux)")]
    NoServer(u32),
    /// The system gave no thread or no event queue.
    #[error("the load cannot start: {0}")]
    System(#[from] io::Error),
    /// No kernel could be opened.
    #[error("no kernel for {0} can be opened to find shares")]
    NoKernel(Algorithm),
}

/// What is going on, for whoever shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Connections come up.
    Connecting,
    /// Shares are handed in.
    Submitting,
    /// The last answers are waited for.
    Ending,
    /// All connections come back.
    Reconnecting,
}

/// Puts the load on the pool until it is done, or until `stop` is set; `tell` is told each stage.
///
/// # Errors
/// [`LoadError`] when nothing could be measured.
pub fn run(plan: &Plan, stop: &AtomicBool, mut tell: impl FnMut(Stage)) -> Result<Load, LoadError> {
    allow_connections(plan.connections)?;
    Builder::new_current_thread().enable_all().build()?.block_on(async {
        let mut server = Watched::begin(plan)?;
        let tally = Arc::new(Mutex::new(Tally::new()));
        let board = Arc::new(Board::new(plan.connections));
        tell(Stage::Connecting);
        let first = wave(plan, &tally, &board, stop).await;
        let counts = locked(&tally).arrive(plan.connections);
        if let Some(server) = &mut server {
            server.arrived();
        }
        if counts.up == 0 {
            let reason = locked(&tally).last_trouble();
            return Err(LoadError::NoConnection { pool: plan.pool, connections: plan.connections, reason });
        }
        if plan.share_rate > 0.0 && !stop.load(Ordering::Relaxed) {
            tell(Stage::Submitting);
            submit(plan, &first, &tally, &board, stop).await?;
            tell(Stage::Ending);
            settle(&tally, plan.patience, stop).await;
        }
        let server = server.and_then(|server| server.end(counts.up, locked(&tally).sent_until_now()));
        board.close();
        for connection in &first {
            // It may have ended by itself.
            let _ = connection.send(Command::Leave);
        }
        if plan.reconnect && !stop.load(Ordering::Relaxed) {
            tell(Stage::Reconnecting);
            locked(&tally).come_back();
            let all_at_once = Plan { connect_rate: None, ..plan.clone() };
            wave(&all_at_once, &tally, &Arc::new(Board::new(plan.connections)), stop).await;
        }
        let load = locked(&tally).load(plan, counts, stop.load(Ordering::Relaxed));
        Ok(Load { server, ..load })
    })
}

/// How far apart the highest rate that was kept and the lowest that was not are at the end.
const CLOSE_ENOUGH: f64 = 1.125;

/// The load at growing rates of shares: doubled from the plan's on for as long as 99 of 100 are answered within `bound`, then
/// closer and closer to the highest one. [`Load::keeps`] tells which did.
///
/// # Errors
/// As [`run`], by the first one.
pub fn highest_rate(
    plan: &Plan,
    bound: Duration,
    stop: &AtomicBool,
    mut tell: impl FnMut(Stage),
) -> Result<Vec<Load>, LoadError> {
    let mut loads = Vec::new();
    let (mut low, mut high) = (None, None::<f64>);
    let mut rate = plan.share_rate.max(1.0);
    for _ in 0..40 {
        let at_rate = Plan { share_rate: rate, ..plan.clone() };
        let load = run(&at_rate, stop, &mut tell)?;
        let (keeps, is_interrupted) = (load.keeps(bound), load.is_interrupted);
        loads.push(load);
        if is_interrupted {
            break;
        }
        if keeps {
            low = Some(rate);
        } else {
            high = Some(rate);
        }
        rate = match (low, high) {
            (Some(low), None) => low * 2.0,
            (Some(low), Some(high)) if high / low > CLOSE_ENOUGH => f64::midpoint(low, high),
            (None, Some(high)) if high > 1.0 => high / 2.0,
            _ => break,
        };
    }
    Ok(loads)
}

/// Begins all connections, each when it is due, and waits until each has its first job or has failed.
async fn wave(
    plan: &Plan,
    tally: &Arc<Mutex<Tally>>,
    board: &Arc<Board>,
    stop: &AtomicBool,
) -> Vec<UnboundedSender<Command>> {
    let began = Instant::now();
    let mut commands = Vec::with_capacity(plan.connections);
    for number in 0..plan.connections {
        let due = plan.connect_rate.map_or(began, |rate| began + Duration::from_secs_f64(number as f64 / rate));
        tokio::time::sleep_until(due.into()).await;
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let (send, receive) = unbounded_channel();
        let mut login = Login::new(&plan.host, &plan.user, &plan.password, plan.algorithm);
        login.password = Password::from(plan.password.as_str());
        // A version of one's own would be another field to get wrong; extranonce2 is room enough.
        login.version_mask = 0;
        let connection = Connection {
            number,
            due,
            pool: plan.pool,
            source: (!plan.sources.is_empty()).then(|| plan.sources[number % plan.sources.len()]),
            login,
            patience: plan.patience,
            // Spread over all of them.
            is_deaf: number * plan.slow_readers / plan.connections
                != (number + 1) * plan.slow_readers / plan.connections,
            tally: Arc::clone(tally),
            board: Arc::clone(board),
            commands: receive,
        };
        tokio::spawn(connection.run());
        commands.push(send);
    }
    while locked(tally).still_on_the_way(commands.len()) && !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    commands
}

/// Hands in shares for the plan's time, from a thread that sleeps more exactly than an event queue does.
async fn submit(
    plan: &Plan,
    connections: &[UnboundedSender<Command>],
    tally: &Arc<Mutex<Tally>>,
    board: &Arc<Board>,
    stop: &AtomicBool,
) -> Result<(), LoadError> {
    let finders = finder::start(plan, board)?;
    let (commands, board, tally) = (connections.to_vec(), Arc::clone(board), Arc::clone(tally));
    let plan = plan.clone();
    let ends = Arc::new(AtomicBool::new(false));
    let clock = thread::Builder::new().name("load-clock".to_owned()).spawn({
        let ends = Arc::clone(&ends);
        move || schedule::hand_in(&plan, &commands, &board, &tally, &ends)
    })?;
    while !clock.is_finished() {
        if stop.load(Ordering::Relaxed) {
            ends.store(true, Ordering::Relaxed);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    finders.end();
    Ok(())
}

/// Waits for the answers that are still to come.
async fn settle(tally: &Mutex<Tally>, patience: Duration, stop: &AtomicBool) {
    let deadline = Instant::now() + patience;
    while locked(tally).awaits_answers() && Instant::now() < deadline && !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A panic elsewhere leaves no half-made tally behind.
fn locked(tally: &Mutex<Tally>) -> std::sync::MutexGuard<'_, Tally> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}
