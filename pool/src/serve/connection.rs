//! One miner: the loop between its socket and its session.

use std::convert::Infallible;
use std::io::Cursor;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hashkit_chain::{Difficulty, Hash, Previous, Reject, Solution};
use hashkit_stratum::{Refusal, RequestId, Session, SessionError, SessionEvent, SessionSettings, Standing};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::event::{PoolEvent, count};
use super::extranonce::Extranonce1;
use super::shares::{Judgement, ShareVerdict};
use super::{Shared, lock};
use crate::assembly::{EXTRANONCE2_LEN, Round};

/// A miner that takes nothing of what waits for it for so long is gone or stuck.
const STALL: Duration = Duration::from_secs(20);

/// Room for some ten submits, so that one read takes all that came together.
const BUFFER: usize = 2048;

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("it closed the connection")]
    Closed,
    #[error("the connection broke: {0}")]
    Broke(#[from] std::io::Error),
    #[error("it {0}")]
    Session(#[from] SessionError),
    #[error("it read nothing for {} s", STALL.as_secs())]
    Stalled,
}

/// Serves one miner until it leaves or has to. It counts as a connection from this call on.
pub(super) fn serve(
    shared: Arc<Shared>,
    stream: impl AsyncRead + AsyncWrite + Send + 'static,
    peer: String,
) -> impl Future<Output = ()> + Send + 'static {
    let mut connection = Connection::new(shared, peer);
    async move {
        let Err(ended) = connection.run(stream).await;
        connection.give_reason(&ended);
    }
}

struct Connection {
    shared: Arc<Shared>,
    session: Session,
    peer: String,
    /// Why it ended; what stands here at first is for connections that the pool ends.
    reason: String,
    rounds: watch::Receiver<Arc<Round>>,
    /// The parent of the last job sent.
    parent: Option<Hash>,
    extranonce1: Option<Extranonce1>,
    /// The difficulty that this miner ought to have; the network's may be lower.
    assigned: Difficulty,
    /// The difficulty that its next job has.
    current: Difficulty,
}

impl Connection {
    fn new(shared: Arc<Shared>, peer: String) -> Self {
        count(&shared.counters.connections);
        let rounds = shared.round.subscribe();
        let round = shared.round();
        let assigned = shared.difficulty;
        let current = effective(assigned, &round, shared.easiest);
        let settings = SessionSettings::new(round.algorithm(), current, shared.version_mask);
        let session = Session::new(settings, Instant::now().into_std());
        let reason = "the pool closed".to_owned();
        let mut connection =
            Self { shared, session, peer, reason, rounds, parent: None, extranonce1: None, assigned, current };
        // The session keeps it until the login is complete.
        connection.send_round();
        connection
    }

    async fn run(&mut self, stream: impl AsyncRead + AsyncWrite) -> Result<Infallible, Ended> {
        let (mut reader, mut writer) = tokio::io::split(stream);
        let mut buffer = [0; BUFFER];
        let mut outgoing = Cursor::new(Vec::new());
        let mut stall = Instant::now() + STALL;
        loop {
            let mut is_sending = outgoing.position() < outgoing.get_ref().len() as u64;
            if !is_sending && let Some(bytes) = self.session.poll_transmit() {
                outgoing = Cursor::new(bytes);
                stall = Instant::now() + STALL;
                is_sending = true;
            }
            let deadline = self.session.poll_timeout().map(Instant::from_std);
            let wake = match deadline {
                Some(deadline) if is_sending => deadline.min(stall),
                Some(deadline) => deadline,
                None => stall,
            };
            tokio::select! {
                written = writer.write_buf(&mut outgoing), if is_sending => {
                    if written? == 0 {
                        return Err(Ended::Closed);
                    }
                    stall = Instant::now() + STALL;
                }
                read = reader.read(&mut buffer) => match read? {
                    0 => return Err(Ended::Closed),
                    length => {
                        let received = self.session.receive(&buffer[..length], Instant::now().into_std());
                        // Shares before the fault still count.
                        self.apply_events();
                        if let Err(error) = received {
                            self.say_goodbye(&mut writer).await;
                            return Err(error.into());
                        }
                    }
                },
                // While something is on its way the newest round waits in its slot, and replaces the one before.
                changed = self.rounds.changed(), if !is_sending => match changed {
                    Ok(()) => self.send_round(),
                    Err(_) => return Err(Ended::Closed),
                },
                () = sleep_until(wake) => {
                    let now = Instant::now();
                    if is_sending && now >= stall {
                        return Err(Ended::Stalled);
                    }
                    self.session.handle_timeout(now.into_std())?;
                }
            }
        }
    }

    fn give_reason(&mut self, ended: &Ended) {
        tracing::debug!(peer = self.peer, reason = %ended, "connection ended");
        self.reason = ended.to_string();
    }

    /// The last answer often says what was wrong. Without waiting: the miner need not read it.
    async fn say_goodbye(&mut self, writer: &mut (impl AsyncWrite + Unpin)) {
        if let Some(bytes) = self.session.poll_transmit() {
            let _ = tokio::time::timeout(Duration::from_millis(100), writer.write_all(&bytes)).await;
        }
    }

    fn apply_events(&mut self) {
        while let Some(event) = self.session.poll_event() {
            match event {
                SessionEvent::Subscribe { agent, session_id } => self.welcome(&agent, session_id.as_deref()),
                SessionEvent::Authorize { id, user, .. } => self.authorize(id, user),
                SessionEvent::Submit { id, user, solution, standing } => self.judge(id, user, &solution, standing),
                SessionEvent::Refused { user, refusal } => self.note_refusal(user, &refusal),
                SessionEvent::Suggest { difficulty } => self.assign(difficulty),
                SessionEvent::MinimumDifficulty { difficulty } if difficulty > self.assigned => self.assign(difficulty),
                SessionEvent::MinimumDifficulty { .. } | SessionEvent::Version(_) => {}
            }
        }
    }

    /// The extranonce1 names the session, too: who knows it may have it back.
    fn welcome(&mut self, agent: &str, session_id: Option<&str>) {
        let now = Instant::now().into_std();
        let wanted = session_id.and_then(|id| hashkit_chain::hex::decode_array(id).ok());
        let mut extranonces = lock(&self.shared.extranonces);
        let extranonce1 = match wanted {
            Some(wanted) if extranonces.resume(wanted, now) => wanted,
            _ => extranonces.take(now),
        };
        drop(extranonces);
        self.extranonce1 = Some(extranonce1);
        tracing::debug!(peer = self.peer, agent, resumed = wanted == Some(extranonce1), "subscribed");
        self.session.welcome(&extranonce1, EXTRANONCE2_LEN, &hashkit_chain::hex::encode(&extranonce1));
    }

    /// Every user is welcome: who is paid is the pool's own matter as long as it pays one.
    fn authorize(&mut self, id: RequestId, user: String) {
        self.session.accept(id);
        self.shared.tell(PoolEvent::Joined { user, peer: self.peer.clone() });
    }

    fn judge(&mut self, id: RequestId, user: String, solution: &Solution, standing: Standing) {
        let job = solution.work.job();
        let difficulty = Difficulty::of_target(job.share_target, job.algorithm);
        let Judgement { verdict, share } = self.shared.shares.judge(solution, standing);
        if let Some(share) = share {
            if share.is_block() {
                self.shared.hand_in(&share, &user);
            }
            self.shared.hand_in_children(&share, &user);
        }
        self.shared.counters.count_verdict(verdict);
        match verdict {
            ShareVerdict::Accepted => self.session.accept(id),
            ShareVerdict::Stale { .. } => self.session.refuse(id, Refusal::Stale),
            ShareVerdict::Duplicate => self.session.refuse(id, Refusal::Duplicate),
            ShareVerdict::Rejected(Reject::AboveTarget { .. }) => self.session.refuse(id, Refusal::LowDifficulty),
            ShareVerdict::Rejected(reject) => self.session.refuse(id, Refusal::Other(reject.to_string())),
        }
        self.shared.tell(PoolEvent::Share { user, difficulty, verdict });
    }

    /// A submit that came to no judge.
    fn note_refusal(&self, user: String, refusal: &Refusal) {
        let counters = &self.shared.counters;
        count(match refusal {
            Refusal::Stale => &counters.stale,
            Refusal::Duplicate => &counters.duplicate,
            _ => &counters.rejected,
        });
        self.shared.tell(PoolEvent::Refused { user, reason: refusal.to_string() });
    }

    fn assign(&mut self, wanted: Difficulty) {
        let (lowest, highest) = (*self.shared.suggested.start(), *self.shared.suggested.end());
        self.assigned = at_most(if wanted < lowest { lowest } else { wanted }, highest);
        // It takes effect with the next job, so there has to be one.
        if effective(self.assigned, &self.shared.round(), self.shared.easiest) != self.current {
            self.send_round();
        }
    }

    /// Sends the newest round as a job, at the difficulty that fits it.
    fn send_round(&mut self) {
        let round = Arc::clone(&self.rounds.borrow_and_update());
        let difficulty = effective(self.assigned, &round, self.shared.easiest);
        if difficulty != self.current {
            self.current = difficulty;
            self.session.set_difficulty(difficulty);
        }
        let previous = if self.parent == Some(round.prev_hash()) { Previous::StillCounts } else { Previous::Worthless };
        self.parent = Some(round.prev_hash());
        self.session.send_job(&round.job(self.shared.next_job_id()), previous);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.shared.counters.connections.fetch_sub(1, Ordering::Relaxed);
        if let Some(extranonce1) = self.extranonce1 {
            lock(&self.shared.extranonces).leave(extranonce1, Instant::now().into_std());
        }
        let (peer, reason) = (std::mem::take(&mut self.peer), std::mem::take(&mut self.reason));
        self.shared.tell(PoolEvent::Left { peer, reason });
    }
}

/// Never above that of a block: miners would keep blocks to themselves as being no shares. Except below the easiest.
fn effective(assigned: Difficulty, round: &Round, easiest: Option<Difficulty>) -> Difficulty {
    let difficulty = at_most(assigned, round.block_difficulty());
    easiest.filter(|easiest| *easiest > difficulty).unwrap_or(difficulty)
}

fn at_most(difficulty: Difficulty, limit: Difficulty) -> Difficulty {
    if difficulty > limit { limit } else { difficulty }
}
