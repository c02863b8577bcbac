//! While a backup is mined on: whether a pool that stands before it in the user's order gives work again.

use std::time::Duration;

use hashkit_stratum::{Client, ClientEvent, Login};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::address::Place;
use super::connect;

/// A pool that would be preferred.
#[derive(Debug, Clone)]
pub(super) struct Preferred {
    /// Its place in the order.
    pub(super) index: usize,
    pub(super) place: Place,
    pub(super) login: Login,
}

/// How patiently to look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    /// Between two looks, and so the shortest stay with a backup.
    pub(super) every: Duration,
    /// How long a pool has to hold a connection with work before it is trusted.
    pub(super) trusted_after: Duration,
    /// For each address to take the connection.
    pub(super) connect: Duration,
}

/// Looks at the pools now and then, in their order; ends with the index of the first that can be trusted again.
pub(super) async fn await_preferred(pools: Vec<Preferred>, pace: Pace) -> usize {
    loop {
        sleep(pace.every).await;
        for pool in &pools {
            if gives_work(pool, pace).await {
                return pool.index;
            }
            tracing::debug!(pool = %pool.place, "a preferred pool is still not usable");
        }
    }
}

async fn gives_work(pool: &Preferred, pace: Pace) -> bool {
    let Ok(mut stream) = connect::connect(&pool.place.host, pool.place.port, pace.connect).await else { return false };
    let mut client = Client::new(pool.login.clone(), Instant::now().into_std());
    let deadline = Instant::now() + pool.login.deadlines.login + pace.trusted_after;
    let (mut is_ready, mut has_job, mut working_since) = (false, false, None);
    loop {
        while let Some(event) = client.poll_event() {
            match event {
                ClientEvent::Ready => is_ready = true,
                ClientEvent::Job { .. } => has_job = true,
                ClientEvent::LoginRefused { .. } | ClientEvent::MoveTo { .. } => return false,
                _ => {}
            }
        }
        if is_ready && has_job {
            working_since.get_or_insert_with(Instant::now);
        }
        let trusted_at = working_since.map(|since| since + pace.trusted_after);
        if trusted_at.is_some_and(|moment| moment <= Instant::now()) {
            return true;
        }
        let step = trusted_at.unwrap_or(deadline);
        if !exchange(&mut stream, &mut client, step).await || Instant::now() >= deadline {
            return false;
        }
    }
}

/// Sends what waits and takes what comes, until `moment` at the latest. Whether the connection is sound.
async fn exchange(stream: &mut TcpStream, client: &mut Client, moment: Instant) -> bool {
    while let Some(bytes) = client.poll_transmit() {
        if !matches!(timeout_at(moment, stream.write_all(&bytes)).await, Ok(Ok(()))) {
            return false;
        }
    }
    let mut buffer = [0; 4096];
    let due = client.poll_timeout().map_or(moment, Instant::from_std).min(moment);
    let outcome = tokio::select! {
        read = stream.read(&mut buffer) => match read {
            Ok(len @ 1..) => client.receive(&buffer[..len], Instant::now().into_std()),
            _ => return false,
        },
        () = sleep_until(due) => client.handle_timeout(Instant::now().into_std()),
    };
    outcome.is_ok()
}
