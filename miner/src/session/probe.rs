//! While a backup is mined on: side connections to the pools that stand before it in the user's order, on which they prove
//! themselves. Nothing is mined over them.

use std::future::pending;

use hashkit_chain::Hash;
use hashkit_stratum::{Client, ClientEvent, Login};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::comeback::Pace;
use super::event::{Event, HealthSeen};
use super::health::Signs;
use super::proof::{Proof, Step};
use super::transport::{self, Stream};
use super::{PoolEntry, Teller, Tips, reached};

/// A pool that would be preferred.
#[derive(Debug, Clone)]
pub(super) struct Preferred {
    /// Its place in the order.
    pub(super) index: usize,
    /// Its place among all pools of the run, and what they build on.
    pub(super) teller: Teller,
    pub(super) tips: Tips,
    pub(super) pool: PoolEntry,
    pub(super) login: Login,
    /// The parent that it was left for.
    pub(super) old_tip: Option<Hash>,
    /// It is not looked at before, because it was returned to and did not last.
    pub(super) paused_until: Option<Instant>,
}

/// How to look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    pub(super) pace: Pace,
    pub(super) signs: Signs,
    /// For each address to take the connection.
    pub(super) connect: std::time::Duration,
}

/// Has each of the pools prove itself; ends with the index of the first that has. What it sees on the way is told to `events`.
pub(super) async fn await_preferred(pools: Vec<Preferred>, manner: Manner, events: mpsc::Sender<Event>) -> usize {
    let mut proofs = JoinSet::new();
    for pool in pools {
        proofs.spawn(prove(pool, manner, events.clone()));
    }
    while let Some(proved) = proofs.join_next().await {
        if let Ok(index) = proved {
            return index;
        }
    }
    pending().await
}

async fn prove(pool: Preferred, manner: Manner, events: mpsc::Sender<Event>) -> usize {
    reached_or_past(pool.paused_until).await;
    loop {
        sleep(manner.pace.retry()).await;
        let mut has_begun = false;
        let outcome = try_once(&pool, manner, &events, &mut has_begun).await;
        pool.tips.is_gone(pool.teller);
        let Err(why) = outcome else { return pool.index };
        if has_begun {
            tell(&events, &pool, HealthSeen::Unproven { why }).await;
        } else {
            tracing::debug!(pool = %pool.pool.address, why, "a preferred pool is still not usable");
        }
    }
}

/// Until `moment`; not at all without one.
async fn reached_or_past(moment: Option<Instant>) {
    if moment.is_some() {
        reached(moment).await;
    }
}

async fn tell(events: &mpsc::Sender<Event>, pool: &Preferred, health: HealthSeen) {
    // Whoever watched may be gone at the end of a run.
    let _ = events.send(Event::Health { pool: pool.pool.address.to_string(), health }).await;
}

/// One side connection; an error says why it proves nothing.
async fn try_once(
    pool: &Preferred,
    manner: Manner,
    events: &mpsc::Sender<Event>,
    has_begun: &mut bool,
) -> Result<(), String> {
    let PoolEntry { address, trust, way, expected, .. } = &pool.pool;
    let (tips, patience) = (&pool.tips, manner.signs.old_tip);
    let connected = transport::open(&address.place, trust.as_ref(), way, manner.connect).await;
    let (mut stream, _) = connected.map_err(|error| error.to_string())?;
    let mut client = Client::new(pool.login.clone(), Instant::now().into_std());
    let mut proof = Proof::new(manner.pace, manner.signs, pool.old_tip);
    loop {
        let now = Instant::now().into_std();
        while let Some(event) = client.poll_event() {
            match event {
                ClientEvent::Ready => proof.logged_in(now),
                ClientEvent::Job { job, .. } => {
                    let checked = expected.as_ref().map_or(Ok(()), |expected| expected.check(&job));
                    checked.map_err(|error| error.to_string())?;
                    proof.job(job.prev_hash, now);
                    tips.saw(pool.teller, job.prev_hash, now);
                }
                ClientEvent::LoginRefused { reason } => return Err(format!("it refuses the login ({reason})")),
                ClientEvent::MoveTo { .. } => return Err("it sends its miners elsewhere".to_owned()),
                _ => {}
            }
        }
        proof.left_behind(tips.old_tip(pool.teller, patience, now).is_some_and(|old| old.is_by_node));
        match proof.review(client.owed(), now) {
            Step::Waiting => {}
            Step::Begun => {
                *has_begun = true;
                tell(events, pool, HealthSeen::Proving { back_in: manner.pace.prove }).await;
            }
            Step::Proved => return Ok(()),
            Step::Failed(why) => return Err(format!("it {why}")),
        }
        let ping_at = proof.ping_at(client.owed()).filter(|_| client.can_ping());
        if ping_at.is_some_and(|moment| moment <= now) {
            client.ping(now);
            continue;
        }
        let old_at = tips.deadline(pool.teller, patience, now);
        let moments = [ping_at, proof.deadline(client.owed(), now), client.poll_timeout(), old_at];
        let next = moments.into_iter().flatten().min().unwrap_or(now + manner.pace.retry());
        exchange(&mut stream, &mut client, Instant::from_std(next)).await?;
    }
}

/// Sends what waits and takes what comes, until `moment` at the latest.
pub(super) async fn exchange(stream: &mut Box<dyn Stream>, client: &mut Client, moment: Instant) -> Result<(), String> {
    while let Some(bytes) = client.poll_transmit() {
        tokio::select! {
            sent = send(stream, &bytes) => sent.map_err(|error| error.to_string())?,
            () = sleep_until(moment) => return Err("it takes no bytes".to_owned()),
        }
    }
    let mut buffer = [0; 4096];
    let outcome = tokio::select! {
        read = stream.read(&mut buffer) => match read {
            Ok(0) => return Err("it closed the connection".to_owned()),
            Ok(len) => client.receive(&buffer[..len], Instant::now().into_std()),
            Err(error) => return Err(error.to_string()),
        },
        () = sleep_until(moment) => client.handle_timeout(Instant::now().into_std()),
    };
    outcome.map_err(|error| format!("it {error}"))
}

async fn send(stream: &mut Box<dyn Stream>, bytes: &[u8]) -> std::io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}
