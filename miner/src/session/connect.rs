//! From a pool's name to an open connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::time::{Instant, timeout};

use super::address::Place;
use super::proxy::ProxyError;
use super::race::race;
use super::trust::Fingerprint;
use super::way::{Origin, Way};

/// How long what was sent may be unacknowledged. A peer that is gone without a word is found within 15 s by this and by probes, though
/// none is sent while something is unacknowledged, and a share or the ping after eight seconds of silence may be sent just before
/// the probes have failed.
const UNACKNOWLEDGED: Duration = Duration::from_secs(6);
/// The first probe after this much silence; on Linux the second then finds that the time above is over.
const PROBE_AFTER: Duration = Duration::from_secs(5);
const PROBE_EVERY: Duration = Duration::from_secs(3);

/// Why no connection came about; `pool` is `host:port`.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error("cannot find {host}: check the spelling and this machine's network")]
    UnknownHost { host: String, source: io::Error },
    #[error("{host} has no address: check the spelling")]
    NoAddress { host: String },
    #[error("{host} is a name of Tor: give its proxy, --proxy socks5://127.0.0.1:9050")]
    OnionWithoutProxy { host: String },
    #[error("the proxy {proxy} {source}")]
    Proxy { proxy: String, source: ProxyError },
    #[error("cannot reach the proxy {proxy}: {source}")]
    ProxyUnreachable { proxy: String, source: Box<ConnectError> },
    #[error(
        "cannot connect from {origin} ({source}): give an address or an interface of this machine, see `ip address`"
    )]
    Origin { origin: Origin, source: io::Error },
    #[error("{host} has no address that can be reached from {origin}: give an origin of the other IP version, or none")]
    OtherFamily { host: String, origin: Origin },
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

/// How long each step of a connection took; a step that was not needed took none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Took {
    /// To look the name up: the pool's, or the proxy's.
    pub(crate) lookup: Duration,
    /// For the pool or the proxy to take the connection.
    pub(crate) connect: Duration,
    /// For the proxy to pass it on.
    pub(crate) proxy: Option<Duration>,
    /// For the TLS handshake.
    pub(crate) tls: Option<Duration>,
}

/// Connects to `place` by `way`: looks the name up afresh and takes the first address that answers, each of which has `limit`.
/// Behind a proxy it is the proxy that does so for the pool. The connection sends small lines at once and notices a dead peer.
pub(super) async fn connect(place: &Place, way: &Way, limit: Duration) -> Result<(TcpStream, Took), ConnectError> {
    let Some(proxy) = &way.proxy else {
        // No resolver is to hear such a name, and none would know it (RFC 7686).
        let host = place.host.trim_end_matches('.');
        if host.len() > 6
            && host.is_char_boundary(host.len() - 6)
            && host[host.len() - 6..].eq_ignore_ascii_case(".onion")
        {
            return Err(ConnectError::OnionWithoutProxy { host: place.host.clone() });
        }
        return reach(place, way, limit).await;
    };
    let reached = reach(&proxy.place, way, limit).await;
    let (mut stream, took) =
        reached.map_err(|source| ConnectError::ProxyUnreachable { proxy: proxy.to_string(), source: source.into() })?;
    let began = Instant::now();
    // The proxy looks up and connects in its turn, and over Tor both take seconds.
    let passed_on = proxy.pass_on(&mut stream, place, 3 * limit).await;
    passed_on.map_err(|source| ConnectError::Proxy { proxy: proxy.to_string(), source })?;
    Ok((stream, Took { proxy: Some(began.elapsed()), ..took }))
}

async fn reach(place: &Place, way: &Way, limit: Duration) -> Result<(TcpStream, Took), ConnectError> {
    let began = Instant::now();
    let addresses = match (look_up(place, limit).await, way.last_reached(place)) {
        (Err(error), Some(address)) => {
            tracing::debug!(%place, %address, %error, "the address at which it was last reached is tried");
            vec![address]
        }
        (addresses, _) => addresses?,
    };
    let looked_up = Instant::now();
    let host = || place.host.clone();
    if addresses.is_empty() {
        return Err(ConnectError::NoAddress { host: host() });
    }
    let fits = |address: &SocketAddr| match way.origin {
        Some(Origin::Address(from)) => from.is_ipv6() == address.is_ipv6(),
        _ => true,
    };
    let addresses = addresses.into_iter().filter(fits).collect();
    let stream = match (race(addresses, |address| open(address, way.origin.clone(), limit)).await, &way.origin) {
        (Some(stream), _) => stream?,
        (None, Some(origin)) => return Err(ConnectError::OtherFamily { host: host(), origin: origin.clone() }),
        (None, None) => return Err(ConnectError::NoAddress { host: host() }),
    };
    if let Ok(address) = stream.peer_addr() {
        way.was_reached(place, address);
    }
    Ok((stream, Took { lookup: looked_up - began, connect: looked_up.elapsed(), ..Took::default() }))
}

async fn look_up(place: &Place, limit: Duration) -> Result<Vec<SocketAddr>, ConnectError> {
    let host = || place.host.clone();
    let found = timeout(limit, lookup_host((place.host.as_str(), place.port)))
        .await
        .map_err(|_| ConnectError::LookupTimedOut { host: host(), limit })?
        .map_err(|source| ConnectError::UnknownHost { host: host(), source })?;
    Ok(found.collect())
}

async fn open(address: SocketAddr, origin: Option<Origin>, limit: Duration) -> Result<TcpStream, ConnectError> {
    let opened = open_from(address, origin, limit).await;
    if let Err(error) = &opened {
        tracing::debug!(%address, %error, "address tried in vain");
    }
    opened
}

async fn open_from(address: SocketAddr, origin: Option<Origin>, limit: Duration) -> Result<TcpStream, ConnectError> {
    let pool = address.to_string();
    let socket = if address.is_ipv6() { TcpSocket::new_v6() } else { TcpSocket::new_v4() };
    let socket = socket.map_err(|source| ConnectError::Unreachable { pool: pool.clone(), source })?;
    if let Some(origin) = origin {
        bind(&socket, &origin).map_err(|source| ConnectError::Origin { origin, source })?;
    }
    let stream = match timeout(limit, socket.connect(address)).await {
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

fn bind(socket: &TcpSocket, origin: &Origin) -> io::Result<()> {
    match origin {
        Origin::Address(address) => socket.bind(SocketAddr::new(*address, 0)),
        #[cfg(target_os = "linux")]
        Origin::Interface(name) => SockRef::from(socket).bind_device(Some(name.as_bytes())),
        #[cfg(not(target_os = "linux"))]
        Origin::Interface(_) => Err(io::ErrorKind::Unsupported.into()),
    }
}

/// Small lines go out at once, and a dead peer is noticed within 15 s.
fn tune(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let socket = SockRef::from(stream);
    let keepalive = TcpKeepalive::new().with_time(PROBE_AFTER).with_interval(PROBE_EVERY).with_retries(2);
    socket.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    const LIMIT: Duration = Duration::from_secs(5);
    /// How soon a peer has to be found that is gone without a word.
    const HALF_OPEN: Duration = Duration::from_secs(15);

    fn place(host: &str, port: u16) -> Place {
        Place { host: host.into(), port }
    }

    async fn connect_to(host: &str, port: u16) -> Result<TcpStream, ConnectError> {
        connect(&place(host, port), &Way::default(), LIMIT).await.map(|(stream, _)| stream)
    }

    #[tokio::test]
    async fn a_connection_sends_at_once_and_notices_a_dead_peer() {
        for (case, listen, host) in [("IPv4", "127.0.0.1:0", "127.0.0.1"), ("IPv6", "[::1]:0", "::1")] {
            let Ok(listener) = TcpListener::bind(listen).await else {
                println!("skipped {case}: this machine has no such loopback");
                continue;
            };
            let stream = connect_to(host, listener.local_addr().unwrap().port()).await.unwrap();
            assert!(stream.nodelay().unwrap(), "{case}");
            let socket = SockRef::from(&stream);
            assert!(socket.keepalive().unwrap(), "{case}");
            let (first, between) = (socket.tcp_keepalive_time().unwrap(), socket.tcp_keepalive_interval().unwrap());
            assert!(first + between * socket.tcp_keepalive_retries().unwrap() < HALF_OPEN, "{case}");
            // The last moment at which something can be sent is that of the second probe.
            #[cfg(target_os = "linux")]
            assert!(first + between + socket.tcp_user_timeout().unwrap().unwrap() < HALF_OPEN, "{case}");
        }
    }

    #[tokio::test]
    async fn every_address_of_a_name_is_tried() {
        // `localhost` is usually ::1 first; only IPv4 listens.
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        connect_to("localhost", listener.local_addr().unwrap().port()).await.unwrap();
    }

    #[tokio::test]
    async fn a_failure_names_the_cause_and_the_next_step() {
        let free_port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let refused = connect_to("127.0.0.1", free_port).await.unwrap_err().to_string();
        assert!(refused.contains("refuses connections: check the port"), "{refused}");
        let unknown = connect_to("no-such-pool.invalid", 3333).await.unwrap_err().to_string();
        assert!(unknown.contains("no-such-pool.invalid"), "{unknown}");
    }

    #[tokio::test]
    async fn a_connection_comes_from_where_the_user_says() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let from = |origin: &str| Way { origin: Some(origin.parse().unwrap()), ..Way::default() };
        // All of 127.0.0.0/8 is this machine on Linux.
        if cfg!(target_os = "linux") {
            let (stream, _) = connect(&place("127.0.0.1", port), &from("127.0.0.7"), LIMIT).await.unwrap();
            assert_eq!(stream.local_addr().unwrap().ip().to_string(), "127.0.0.7");
            connect(&place("127.0.0.1", port), &from("lo"), LIMIT).await.unwrap();
            let error = connect(&place("127.0.0.1", port), &from("no-such-lan"), LIMIT).await.unwrap_err().to_string();
            assert!(error.contains("cannot connect from no-such-lan"), "{error}");
        }
        for (origin, said) in
            [("192.0.2.77", "cannot connect from 192.0.2.77"), ("::1", "no address that can be reached from ::1")]
        {
            let error = connect(&place("127.0.0.1", port), &from(origin), LIMIT).await.unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    #[tokio::test]
    async fn a_name_that_is_no_longer_known_is_reached_where_it_last_was() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (way, place) = (Way::default(), place("no-such-pool.invalid", 3333));
        assert!(matches!(connect(&place, &way, LIMIT).await, Err(ConnectError::UnknownHost { .. })));
        way.was_reached(&place, listener.local_addr().unwrap());
        let (stream, took) = connect(&place, &way, LIMIT).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), listener.local_addr().unwrap());
        assert!(took.proxy.is_none() && took.tls.is_none() && took.connect > Duration::ZERO, "{took:?}");
    }

    #[tokio::test]
    async fn a_name_of_tor_is_never_looked_up_here() {
        for host in ["pool.onion", "POOL.Onion.", "a.b.onion"] {
            assert!(matches!(connect_to(host, 3333).await, Err(ConnectError::OnionWithoutProxy { .. })), "{host}");
        }
    }
}
