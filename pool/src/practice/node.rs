//! The practice chain as a node: started in milliseconds, reached over JSON-RPC on the loopback address.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use hashkit_chain::{Algorithm, Ntime, hex};
use tokio::net::TcpListener;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;

use super::chain::{PracticeChain, Tip};
use super::profile::Profile;
use super::refusal::Verdict;
use super::store::StoreError;
use super::{notices, rpc};
use crate::node::Credentials;

/// New tips that a slow listener may leave unread before it misses some.
const UNREAD_TIPS: usize = 1024;

/// How a practice node is started.
#[derive(Debug, Clone)]
pub struct PracticeSettings {
    /// Where it listens: a loopback address; port 0 means any free one.
    pub listen: SocketAddr,
    /// Where the blocks and the login are kept; `None` keeps them in memory.
    pub directory: Option<PathBuf>,
    /// How much work a block takes.
    pub profile: Profile,
    /// How headers are hashed.
    pub algorithm: Algorithm,
    /// How many synthetic transactions a template holds, once there are coins that anybody can spend.
    pub spends: usize,
    /// Whether new tips are published over ZMQ too, on a free port of the same address.
    pub publishes: bool,
}

impl Default for PracticeSettings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            directory: None,
            profile: Profile::Practice,
            algorithm: Algorithm::Sha256d,
            spends: 4,
            publishes: false,
        }
    }
}

/// Why a practice node does not start.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// The address is not this machine's own.
    #[error("the practice chain is for this machine alone: listen on 127.0.0.1 or ::1 instead of {0}")]
    NotLoopback(SocketAddr),
    /// The port is taken, or not allowed.
    #[error("cannot listen on {address}: choose another port, or 0 for any free one")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// The login cannot be made or written.
    #[error("cannot write the login to {path}: check that the directory is writable")]
    Cookie {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The blocks cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A running practice chain behind the front door of a node. It ends when this is dropped.
#[derive(Debug)]
pub struct PracticeNode {
    shared: Arc<Shared>,
    address: SocketAddr,
    zmq: Option<SocketAddr>,
    server: JoinHandle<()>,
    closing: watch::Sender<bool>,
}

/// What every request sees.
#[derive(Debug)]
pub(super) struct Shared {
    chain: Mutex<PracticeChain>,
    pub(super) cookie: String,
    pub(super) spends: usize,
    tip: watch::Sender<Tip>,
    tips: broadcast::Sender<Tip>,
    pub(super) closing: watch::Receiver<bool>,
}

impl PracticeNode {
    /// Opens the chain and serves it.
    ///
    /// # Errors
    /// [`PracticeError`].
    pub async fn start(settings: PracticeSettings) -> Result<Self, PracticeError> {
        let PracticeSettings { listen, directory, profile, algorithm, spends, publishes } = settings;
        if !listen.ip().is_loopback() {
            return Err(PracticeError::NotLoopback(listen));
        }
        let chain = match &directory {
            Some(directory) => PracticeChain::open(directory, profile, algorithm)?,
            None => PracticeChain::in_memory(profile, algorithm),
        };
        let failed = |source| PracticeError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let cookie = cookie(directory.as_deref())?;
        let (closing, closed) = watch::channel(false);
        let shared = Arc::new(Shared {
            tip: watch::Sender::new(chain.tip()),
            tips: broadcast::Sender::new(UNREAD_TIPS),
            chain: Mutex::new(chain),
            cookie,
            spends,
            closing: closed,
        });
        let zmq = if publishes {
            let listener = TcpListener::bind(SocketAddr::new(listen.ip(), 0)).await.map_err(failed)?;
            let address = listener.local_addr().map_err(failed)?;
            tokio::spawn(notices::publish(listener, Arc::clone(&shared)));
            Some(address)
        } else {
            None
        };
        let server = tokio::spawn(rpc::serve(listener, Arc::clone(&shared)));
        Ok(Self { shared, address, zmq, server, closing })
    }

    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Where it is reached, without login; with the place of its notices, where it publishes them.
    #[must_use]
    pub fn url(&self) -> String {
        let notices = self.zmq.map_or_else(String::new, |zmq| format!("#zmq=tcp://{zmq}"));
        format!("http://{}{notices}", self.address)
    }

    /// The login, as `user:password`. Another one at every start.
    #[must_use]
    pub fn cookie(&self) -> &str {
        &self.shared.cookie
    }

    /// The login, as the client of nodes takes it.
    #[must_use]
    pub fn credentials(&self) -> Credentials {
        let (user, password) = self.shared.cookie.split_once(':').unwrap_or_default();
        Credentials::Password { user: user.to_owned(), password: password.to_owned() }
    }

    /// The chain itself. Whoever holds it keeps the node from answering.
    pub fn chain(&self) -> MutexGuard<'_, PracticeChain> {
        self.shared.chain()
    }

    /// The newest tip, and a way to wait for the next.
    #[must_use]
    pub fn tip(&self) -> watch::Receiver<Tip> {
        self.shared.watch_tip()
    }

    /// Every tip from now on, in order. A listener that leaves a thousand unread misses the oldest.
    #[must_use]
    pub fn tips(&self) -> broadcast::Receiver<Tip> {
        self.shared.tips()
    }

    /// Answers what is being asked, then lets go of port and directory.
    pub async fn shutdown(mut self) {
        self.closing.send_replace(true);
        // It fails only where it panicked; there is nothing left to save then.
        let _ = (&mut self.server).await;
    }
}

impl Drop for PracticeNode {
    fn drop(&mut self) {
        self.closing.send_replace(true);
    }
}

impl Shared {
    /// The chain; no code panics while it holds this lock.
    pub(super) fn chain(&self) -> MutexGuard<'_, PracticeChain> {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every tip from now on.
    pub(super) fn tips(&self) -> broadcast::Receiver<Tip> {
        self.tips.subscribe()
    }

    pub(super) fn watch_tip(&self) -> watch::Receiver<Tip> {
        self.tip.subscribe()
    }

    /// Checks a block, and tells everybody if the tip is another one afterwards.
    pub(super) fn submit_block(&self, bytes: &[u8]) -> Result<Verdict, StoreError> {
        let mut chain = self.chain();
        let verdict = chain.submit_block(bytes, now());
        let tip = chain.tip();
        // Told under the lock, so that two blocks cannot be told in the wrong order.
        let is_new = self.tip.send_if_modified(|known| std::mem::replace(known, tip) != tip);
        if is_new {
            tracing::debug!(height = tip.height, hash = %tip.hash, "new tip of the practice chain");
            // Nobody has to listen.
            let _ = self.tips.send(tip);
        }
        verdict
    }
}

/// The wall clock.
pub(super) fn now() -> Ntime {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs());
    Ntime(u32::try_from(seconds).unwrap_or(u32::MAX))
}

/// A fresh login; in a directory it is left in the file `.cookie`, for this user's eyes only, as Bitcoin Core does.
fn cookie(directory: Option<&Path>) -> Result<String, PracticeError> {
    let random = PathBuf::from("/dev/urandom");
    let mut secret = [0; 32];
    File::open(&random)
        .and_then(|mut file| file.read_exact(&mut secret))
        .map_err(|source| PracticeError::Cookie { path: random, source })?;
    let cookie = format!("__cookie__:{}", hex::encode(&secret));
    if let Some(directory) = directory {
        let path = directory.join(".cookie");
        write_secret(&path, &cookie).map_err(|source| PracticeError::Cookie { path, source })?;
    }
    Ok(cookie)
}

/// Never half-written: a client that reads at the wrong moment gets the old one or the new one.
fn write_secret(path: &Path, secret: &str) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let _ = fs::remove_file(&unfinished);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&unfinished)?.write_all(secret.as_bytes())?;
    fs::rename(unfinished, path)
}
