//! The stream to a pool: plain TCP, or TLS over it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::address::Place;
use super::connect::{self, ConnectError, Took};
use super::trust::{Trust, disbelief};
use super::way::Way;

/// What a pool is spoken to over: a socket, TLS on one, or a pipe inside this process.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Connects to `place` by `way`; over TLS where there is somebody to trust. Each address has `limit` to take the connection, and
/// so has the handshake. Also tells how long each step took.
pub(crate) async fn open(
    place: &Place,
    trust: Option<&Trust>,
    way: &Way,
    limit: Duration,
) -> Result<(Box<dyn Stream>, Took), ConnectError> {
    let (stream, took) = connect::connect(place, way, limit).await?;
    let Some(trust) = trust else { return Ok((Box::new(stream), took)) };
    let began = Instant::now();
    let pool = place.to_string();
    let broken = |source: io::Error| ConnectError::Handshake { pool: place.to_string(), source };
    let name = ServerName::try_from(place.host.clone()).map_err(|error| broken(io::Error::other(error)))?;
    let (config, seen) = trust.config().map_err(|error| broken(io::Error::other(error)))?;
    match timeout(limit, TlsConnector::from(Arc::new(config)).connect(name, stream)).await {
        Err(_) => Err(ConnectError::HandshakeTimedOut { pool, limit }),
        Ok(Ok(stream)) => Ok((Box::new(stream), Took { tls: Some(began.elapsed()), ..took })),
        Ok(Err(error)) => Err(match (disbelief(&error), seen.fingerprint()) {
            (Some(why), Some(fingerprint)) => ConnectError::Certificate { pool, why, fingerprint },
            _ => broken(error),
        }),
    }
}
