//! From a pool's name to an open connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// What a session talks over: a socket, or a pipe inside this process.
pub(crate) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// Keepalive after this much silence: below the idle limit of common home routers.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(45);
/// And every so often from then on.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(30);

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
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE_IDLE).with_interval(KEEPALIVE_INTERVAL);
    stream
        .set_nodelay(true)
        .and_then(|()| SockRef::from(&stream).set_tcp_keepalive(&keepalive))
        .map_err(|source| ConnectError::Unreachable { pool, source })?;
    Ok(stream)
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
            assert!(SockRef::from(&stream).keepalive().unwrap(), "{case}");
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
