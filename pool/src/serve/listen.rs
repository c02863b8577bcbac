//! The port: accepts miners, up to a limit.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::sleep;

use super::{Shared, connection};

/// Miners come back all at once after an outage.
const BACKLOG: u32 = 4096;

/// A dead peer is noticed after about two minutes.
const KEEPALIVE: TcpKeepalive =
    TcpKeepalive::new().with_time(Duration::from_mins(1)).with_interval(Duration::from_secs(15));

/// Of so many connections turned away one is logged.
const SAY_EVERY: u64 = 1000;

pub(super) fn open(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

pub(super) async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => welcome(&shared, stream, peer),
            Err(error) => {
                // Mostly a lack of descriptors, which the next closed connection frees.
                tracing::warn!(%error, "cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn welcome(shared: &Arc<Shared>, stream: TcpStream, peer: SocketAddr) {
    if shared.counters.connections.load(Ordering::Relaxed) >= shared.connections as u64 {
        let before = shared.counters.turned_away.fetch_add(1, Ordering::Relaxed);
        // A crowd at the door must not fill the log.
        if before.is_multiple_of(SAY_EVERY) {
            tracing::warn!(%peer, limit = shared.connections, so_far = before + 1, "connection turned away: the limit is reached");
        }
        return;
    }
    // Without these a connection still works, only later and longer.
    let _ = stream.set_nodelay(true);
    let _ = SockRef::from(&stream).set_tcp_keepalive(&KEEPALIVE);
    shared.spawn(connection::serve(Arc::clone(shared), stream, peer.to_string()));
}
