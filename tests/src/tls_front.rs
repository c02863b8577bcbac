//! TLS before a pool that speaks none: it decrypts, and passes on what comes both ways.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// An authority made for one test.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate in PEM, for `#ca=FILE`.
    pub pem: String,
}

/// A certificate with its key.
pub struct Identity {
    /// DER.
    pub certificate: CertificateDer<'static>,
    key: KeyPair,
}

/// When a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Valid {
    /// From 1975 to 4096.
    Always,
    /// Until 2001.
    LongAgo,
}

impl Authority {
    /// A new one.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn new() -> Result<Self> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key)?.pem();
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// A certificate for `name`, signed by it.
    ///
    /// # Errors
    /// When no key can be made, or `name` is no name.
    pub fn sign(&self, name: &str, valid: Valid) -> Result<Identity> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        if valid == Valid::LongAgo {
            (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1));
        }
        let certificate = params.signed_by(&key, &self.issuer)?.der().clone();
        Ok(Identity { certificate, key })
    }
}

/// A certificate for `name` that nobody but itself has signed.
///
/// # Errors
/// When no key can be made, or `name` is no name.
pub fn self_signed(name: &str) -> Result<Identity> {
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(vec![name.to_owned()])?.self_signed(&key)?.der().clone();
    Ok(Identity { certificate, key })
}

/// A running front; its port closes with it.
pub struct TlsFront {
    address: SocketAddr,
    _runtime: Runtime,
}

impl TlsFront {
    /// Listens on a free port as `identity`, before the pool at `behind`, `host:port`.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn start(identity: &Identity, behind: String) -> Result<Self> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(identity.key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![identity.certificate.clone()], key)?;
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let runtime = Runtime::new()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, behind) = (acceptor.clone(), behind.clone());
                tokio::spawn(async move {
                    // A guest that does not believe the certificate leaves.
                    let mut outside = acceptor.accept(stream).await?;
                    let mut inside = TcpStream::connect(&behind).await?;
                    copy_bidirectional(&mut outside, &mut inside).await
                });
            }
        });
        Ok(Self { address, _runtime: runtime })
    }

    /// The port to connect to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}
