//! The miner's end of the connection: jobs into the engine, shares out of it, as `hashkit mine` does it.

use std::collections::HashSet;
use std::io;
use std::net::TcpStream as StdStream;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hashkit_chain::Algorithm;
use hashkit_engine::SourcePort;
use hashkit_stratum::{Client, ClientEvent, Login};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::sleep_until;

use super::pool::Books;

/// Where nothing else is due.
const LATER: Duration = Duration::from_hours(1);

/// The miner's end. Dropping it drops the engine's source.
pub(super) struct MinerEnd {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl MinerEnd {
    /// Mines for the pool at the other end, on a thread of its own.
    pub(super) fn start(
        algorithm: Algorithm,
        stream: StdStream,
        source: SourcePort,
        books: Arc<Books>,
    ) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("rig-miner".to_owned()).spawn(move || {
            let mined = runtime.block_on(async {
                tokio::select! {
                    mined = mine(algorithm, stream, source, &books) => mined,
                    // Told to, or whoever would tell it is gone.
                    _ = stopped => Ok(()),
                }
            });
            if let Err(why) = mined {
                books.ended(format!("the miner's connection ended: {why}"));
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for MinerEnd {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // What it had to say it has said.
            let _ = thread.join();
        }
    }
}

async fn mine(algorithm: Algorithm, stream: StdStream, mut source: SourcePort, books: &Books) -> Result<(), String> {
    let words = |error: io::Error| error.to_string();
    let mut stream = TcpStream::from_std(stream).map_err(words)?;
    let mut client = Client::new(Login::new("127.0.0.1", "rig", "x", algorithm), Instant::now());
    let mut buffer = vec![0; 8 << 10];
    // The hits of this job; the same hash again is the same nonce again.
    let (mut generation, mut seen) = (0, HashSet::new());
    loop {
        while let Some(bytes) = client.poll_transmit() {
            stream.write_all(&bytes).await.map_err(words)?;
        }
        let due = client.poll_timeout().unwrap_or_else(|| Instant::now() + LATER);
        tokio::select! {
            read = stream.read(&mut buffer) => {
                let count = read.map_err(words)?;
                if count == 0 {
                    return Err("it was closed".to_owned());
                }
                client.receive(&buffer[..count], Instant::now()).map_err(|error| error.to_string())?;
            }
            found = source.next_found() => {
                let Some((share, at)) = found else { return Ok(()) };
                if share.generation() == generation && !seen.insert(share.hash()) {
                    books.found_twice();
                }
                client.submit(&share, Instant::now());
                // A share whose job was just replaced stays here.
                if let Some(bytes) = client.poll_transmit() {
                    books.left(at);
                    stream.write_all(&bytes).await.map_err(words)?;
                }
            }
            () = sleep_until(due.into()) => {
                client.handle_timeout(Instant::now()).map_err(|error| error.to_string())?;
            }
        }
        while let Some(event) = client.poll_event() {
            match event {
                ClientEvent::Job { job, previous } => {
                    let number = job.id.to_string().parse().ok();
                    generation = source.publish(job, previous);
                    seen.clear();
                    if let Some(number) = number {
                        books.published(number, generation);
                    }
                }
                ClientEvent::LoginRefused { reason } => return Err(format!("the login was refused: {reason}")),
                _ => {}
            }
        }
    }
}
