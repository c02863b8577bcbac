//! From a pool's name to an open connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::trust::Fingerprint;

/// A peer that is gone without a word is found after so long: by keepalive where nothing is sent, by the user timeout where
/// what was sent is not acknowledged.
const HALF_OPEN: Duration = Duration::from_secs(15);
/// Two probes in vain after this much silence, and after as much again each, make fifteen seconds.
const KEEPALIVE: Duration = Duration::from_secs(HALF_OPEN.as_secs() / 3);

/// Why no connection came about; `pool` is `host:port`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error("cannot find {host}: check the spelling and this machine's network")]
    UnknownHost { host: String, source: io::Error },
    #[error("{host} has no address: check the spelling")]
    NoAddress { host: String },
    #[error("looking up {host} took longer than {}: check this machine's network", seconds(.limit))]
    LookupTimedOut { host: String, limit: Duration },
    #[error("{pool} refuses connections: check the port, and whether the pool is up")]
    Refused { pool: String },
    #[error("{pool} does not answer within {}: check the address, the network and any firewall", seconds(.limit))]
    TimedOut { pool: String, limit: Duration },
    #[error("cannot reach {pool}: {source}: check the address and this machine's network")]
    Unreachable { pool: String, source: io::Error },
    #[error("the certificate of {pool} {why}; its fingerprint is {fingerprint}")]
    Certificate { pool: String, why: String, fingerprint: Fingerprint },
    #[error(
        "{pool} does not speak TLS as it should ({source}): check that this is the pool's TLS port; for a plain port write \
         stratum+tcp://{pool}"
    )]
    Handshake { pool: String, source: io::Error },
    #[error(
        "{pool} does not begin TLS within {}: check that this is the pool's TLS port; for a plain port write \
         stratum+tcp://{pool}",
        seconds(.limit)
    )]
    HandshakeTimedOut { pool: String, limit: Duration },
}

fn seconds(time: &Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

/// Looks the name up afresh and tries every address in the resolver's order, each for `limit` at most. The connection sends
/// small lines at once and notices a dead peer.
pub(crate) async fn connect(host: &str, port: u16, limit: Duration) -> Result<TcpStream, ConnectError> {
    let addresses: Vec<SocketAddr> = timeout(limit, lookup_host((host, port)))
        .await
        .map_err(|_| ConnectError::LookupTimedOut { host: host.into(), limit })?
        .map_err(|source| ConnectError::UnknownHost { host: host.into(), source })?
        .collect();
    let mut failure = ConnectError::NoAddress { host: host.into() };
    for address in addresses {
        match open(address, limit).await {
            Ok(stream) => return Ok(stream),
            Err(error) => {
                tracing::debug!(%address, %error, "address tried in vain");
                failure = error;
            }
        }
    }
    Err(failure)
}

async fn open(address: SocketAddr, limit: Duration) -> Result<TcpStream, ConnectError> {
    let pool = address.to_string();
    let stream = match timeout(limit, TcpStream::connect(address)).await {
        Err(_) => return Err(ConnectError::TimedOut { pool, limit }),
        Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {
            return Err(ConnectError::Refused { pool });
        }
        Ok(Err(source)) => return Err(ConnectError::Unreachable { pool, source }),
        Ok(Ok(stream)) => stream,
    };
    tune(&stream).map_err(|source| ConnectError::Unreachable { pool, source })?;
    Ok(stream)
}

/// Small lines go out at once, and a dead peer is noticed within [`HALF_OPEN`].
fn tune(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE).with_retries(2);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(HALF_OPEN))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn a_connection_sends_at_once_and_notices_a_dead_peer() {
        for (case, listen, host) in [("IPv4", "127.0.0.1:0", "127.0.0.1"), ("IPv6", "[::1]:0", "::1")] {
            let Ok(listener) = TcpListener::bind(listen).await else {
                println!("skipped {case}: this machine has no such loopback");
                continue;
            };
            let stream = connect(host, listener.local_addr().unwrap().port(), LIMIT).await.unwrap();
            assert!(stream.nodelay().unwrap(), "{case}");
            let socket = SockRef::from(&stream);
            assert!(socket.keepalive().unwrap(), "{case}");
            #[cfg(target_os = "linux")]
            assert_eq!(socket.tcp_user_timeout().unwrap(), Some(HALF_OPEN), "{case}");
            let silence = socket.tcp_keepalive_time().unwrap()
                + socket.tcp_keepalive_interval().unwrap() * socket.tcp_keepalive_retries().unwrap();
            assert_eq!(silence, HALF_OPEN, "{case}");
        }
    }

    #[tokio::test]
    async fn every_address_of_a_name_is_tried() {
        // `localhost` is usually ::1 first; only IPv4 listens.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        connect("localhost", listener.local_addr().unwrap().port(), LIMIT).await.unwrap();
    }

    #[tokio::test]
    async fn a_failure_names_the_cause_and_the_next_step() {
        let free_port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let refused = connect("127.0.0.1", free_port, LIMIT).await.unwrap_err().to_string();
        assert!(refused.contains("refuses connections: check the port"), "{refused}");
        let unknown = connect("no-such-pool.invalid", 3333, LIMIT).await.unwrap_err().to_string();
        assert!(unknown.contains("no-such-pool.invalid"), "{unknown}");
    }
}
