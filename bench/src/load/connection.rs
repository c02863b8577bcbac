//! One connection of a load.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hashkit_stratum::{Client, ClientEvent, Line, LineCutter, Login};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use super::finder::Board;
use super::locked;
use super::schedule::Kind;
use super::tally::{Step, Tally};

/// The ids of shares begin here: those below are the login's.
pub(super) const FIRST_ID: u64 = 1 << 32;
/// As the client reads lines.
const LONGEST_LINE: usize = 1 << 20;
const DEEPEST_LINE: usize = 16;

/// What a connection is told to do.
pub(super) enum Command {
    /// To send this line.
    Submit {
        /// The share, with its newline.
        line: String,
        /// Its id in that line.
        id: u64,
        /// When it was due.
        due: Instant,
        /// What is wrong with it.
        kind: Kind,
    },
    /// To end.
    Leave,
}

/// A connection that is about to be made.
pub(super) struct Connection {
    pub(super) number: usize,
    /// When it is due.
    pub(super) due: Instant,
    pub(super) pool: SocketAddr,
    pub(super) source: Option<IpAddr>,
    pub(super) login: Login,
    pub(super) patience: Duration,
    /// Whether it listens to nothing once it is logged in.
    pub(super) is_deaf: bool,
    pub(super) tally: Arc<Mutex<Tally>>,
    pub(super) board: Arc<Board>,
    pub(super) commands: UnboundedReceiver<Command>,
}

impl Connection {
    pub(super) async fn run(mut self) {
        let (tally, board, number) = (Arc::clone(&self.tally), Arc::clone(&self.board), self.number);
        let result = self.live().await;
        board.forget(number);
        locked(&tally).ended(result.err());
    }

    /// Until it is told to leave; an error is why it ended before.
    async fn live(&mut self) -> Result<(), String> {
        let words = |error: io::Error| error.to_string();
        let deadline = self.due + self.patience;
        let left = |deadline: Instant| deadline.saturating_duration_since(Instant::now());
        let connected = timeout(left(deadline), self.connect()).await;
        let mut stream = connected.map_err(|_| "it did not take the connection in time".to_owned())?.map_err(words)?;
        self.step(Step::Connect);
        let mut client = Client::new(self.login.clone(), Instant::now());
        let mut lines = LineCutter::new(LONGEST_LINE);
        let mut pending: HashMap<u64, (Instant, Kind)> = HashMap::new();
        let (mut is_in, mut has_job, mut is_told_off) = (false, false, None);
        let mut buffer = vec![0; 8 << 10];
        loop {
            while let Some(bytes) = client.poll_transmit() {
                stream.write_all(&bytes).await.map_err(words)?;
            }
            let is_up = is_in && has_job;
            if is_up && self.is_deaf {
                self.board.forget(self.number);
                return self.sleep(stream).await;
            }
            let patience = if is_up { Duration::from_hours(24) } else { left(deadline) };
            tokio::select! {
                read = timeout(patience, stream.read(&mut buffer)) => {
                    let read = read.map_err(|_| is_told_off.take().unwrap_or_else(|| "it gave no login and no job in time".to_owned()))?;
                    let count = read.map_err(words)?;
                    if count == 0 {
                        return Err(is_told_off.unwrap_or_else(|| "it closed the connection".to_owned()));
                    }
                    let now = Instant::now();
                    let mut input = &buffer[..count];
                    while let Some(mut line) = lines.next_line(&mut input, now).map_err(|error| error.to_string())? {
                        if self.is_of_a_share(&line, &mut pending, now) {
                            continue;
                        }
                        line.push(b'\n');
                        client.receive(&line, now).map_err(|error| error.to_string())?;
                        while let Some(event) = client.poll_event() {
                            match event {
                                ClientEvent::Ready if !is_in => {
                                    is_in = true;
                                    self.step(Step::Login);
                                }
                                ClientEvent::Job { job, previous } => {
                                    if has_job {
                                        locked(&self.tally).heard(&job, now);
                                    } else {
                                        has_job = true;
                                        self.step(Step::Job);
                                    }
                                    self.board.put(self.number, job, previous);
                                }
                                ClientEvent::LoginRefused { reason } => is_told_off = Some(format!("it refused the login: {reason}")),
                                _ => {}
                            }
                        }
                        if is_in && has_job && !is_up {
                            locked(&self.tally).came_up();
                        }
                    }
                }
                command = self.commands.recv() => match command {
                    Some(Command::Submit { line, id, due, kind }) => {
                        pending.insert(id, (due, kind));
                        stream.write_all(line.as_bytes()).await.map_err(words)?;
                        locked(&self.tally).sent(due);
                    }
                    Some(Command::Leave) | None => return Ok(()),
                },
            }
        }
    }

    async fn connect(&self) -> io::Result<TcpStream> {
        let socket = if self.pool.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        socket.set_nodelay(true)?;
        if let Some(source) = self.source {
            socket.bind((source, 0).into())?;
        }
        socket.connect(self.pool).await
    }

    /// Whether the line is the answer to a share, which is counted.
    fn is_of_a_share(&self, line: &[u8], pending: &mut HashMap<u64, (Instant, Kind)>, now: Instant) -> bool {
        let Ok(Line::Answer(answer)) = Line::read(line, DEEPEST_LINE) else { return false };
        let Some(id) = answer.id.as_number().filter(|id| *id >= FIRST_ID) else { return false };
        if let Some((due, kind)) = pending.remove(&id) {
            locked(&self.tally).answered(kind, answer.verdict(), now.saturating_duration_since(due));
        }
        true
    }

    /// Says and hears nothing any more.
    async fn sleep(&mut self, stream: TcpStream) -> Result<(), String> {
        while !matches!(self.commands.recv().await, Some(Command::Leave) | None) {}
        drop(stream);
        Ok(())
    }

    fn step(&self, step: Step) {
        locked(&self.tally).step(step, self.due.elapsed());
    }
}
