//! Which certificate is believed to be a pool's: one signed by an authority that is trusted, or one that the user has pinned.
//! There is no way to believe any certificate.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, io};

use sha2::{Digest, Sha256};
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

/// SHA-256 of a certificate in DER, as `openssl x509 -fingerprint -sha256` prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    fn of(certificate: &CertificateDer<'_>) -> Self {
        Self(Sha256::digest(certificate.as_ref()).into())
    }

    /// Reads 64 hexadecimal digits, with colons between the bytes or without. `None` for anything else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let digits = text.replace(':', "").to_ascii_lowercase();
        let bytes = hashkit_chain::hex::decode(&digits).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hashkit_chain::hex::encode(&self.0))
    }
}

/// Whom a pool's URL asks to trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Authority {
    /// The authorities of this machine.
    System,
    /// Those in this file (PEM) alone.
    File(PathBuf),
    /// Nobody: the certificate is this one.
    Pin(Fingerprint),
}

/// Why there is nobody to trust.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TrustError {
    #[error("cannot read certificates from {path}: {problem}: give a file in PEM form", path = path.display())]
    File { path: PathBuf, problem: String },
    #[error(
        "this machine has no certificates of authorities ({problem}): install ca-certificates, or give #ca=FILE or #pin=SHA256"
    )]
    NoSystem { problem: String },
    #[error("TLS cannot be set up ({0}): please report it")]
    Setup(String),
}

/// Whom to believe, read once.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    authority: Authority,
    verifier: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

impl Trust {
    /// Reads the certificates that are needed.
    ///
    /// # Errors
    /// [`TrustError`].
    pub(crate) fn load(authority: &Authority) -> Result<Self, TrustError> {
        let provider = Arc::new(ring::default_provider());
        let roots = match authority {
            Authority::System => Some(system_roots()?),
            Authority::File(path) => Some(roots_of(path)?),
            Authority::Pin(_) => None,
        };
        let verifier = roots
            .map(|roots| WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build())
            .transpose()
            .map_err(|error| TrustError::Setup(error.to_string()))?;
        Ok(Self { authority: authority.clone(), verifier, provider })
    }

    /// The settings for one connection, and where the fingerprint stands that was seen on it.
    ///
    /// # Errors
    /// [`Error`], where this build knows no version of TLS.
    pub(crate) fn config(&self) -> Result<(ClientConfig, Seen), Error> {
        let seen = Seen::default();
        let judge = Judge { trust: self.clone(), seen: seen.clone() };
        let config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(judge))
            .with_no_client_auth();
        Ok((config, seen))
    }
}

fn roots_of(path: &Path) -> Result<RootCertStore, TrustError> {
    let problem = |problem: String| TrustError::File { path: path.to_owned(), problem };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| problem(error.to_string()))? {
        let certificate = certificate.map_err(|error| problem(error.to_string()))?;
        roots.add(certificate).map_err(|error| problem(error.to_string()))?;
    }
    if roots.is_empty() { Err(problem("it holds none".to_owned())) } else { Ok(roots) }
}

fn system_roots() -> Result<RootCertStore, TrustError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // Some machines carry a few certificates that cannot be read; the others count.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let problem = found.errors.first().map_or_else(|| "none found".to_owned(), ToString::to_string);
        return Err(TrustError::NoSystem { problem });
    }
    Ok(roots)
}

/// The fingerprint of the certificate that was shown, once one was.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Option<Fingerprint>>>);

impl Seen {
    /// It, or `None` before.
    pub(crate) fn fingerprint(&self) -> Option<Fingerprint> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Judges the certificate of one connection.
#[derive(Debug)]
struct Judge {
    trust: Trust,
    seen: Seen,
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Fingerprint::of(end_entity);
        *self.seen.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        match (&self.trust.authority, &self.trust.verifier) {
            (Authority::Pin(pinned), _) if *pinned == shown => Ok(ServerCertVerified::assertion()),
            (Authority::System | Authority::File(_), Some(verifier)) => {
                verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            _ => Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.trust.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.trust.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.trust.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Why a certificate was not believed, in words; `None` where the handshake failed for another reason.
pub(crate) fn disbelief(error: &io::Error) -> Option<String> {
    let Error::InvalidCertificate(why) = error.get_ref()?.downcast_ref::<Error>()? else { return None };
    Some(match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "has expired: ask the pool to renew it, and check this machine's clock".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "is not valid yet: check this machine's clock".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "is for another name: write the host as the pool does".to_owned()
        }
        // A signature that does not fit is that of another authority of the same name.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "is signed by nobody that is trusted: ask the pool for its authority's file (#ca=FILE) or its fingerprint (#pin=SHA256)".to_owned()
        }
        CertificateError::ApplicationVerificationFailure => {
            "is not the pinned one: ask the pool whether it has changed".to_owned()
        }
        other => format!("cannot be used: {other}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_openssl_prints_it() {
        let plain = "00ff".repeat(16);
        let colons = vec!["00:FF"; 16].join(":");
        assert_eq!(Fingerprint::read(&plain), Fingerprint::read(&colons));
        assert_eq!(Fingerprint::read(&plain).unwrap().to_string(), plain);
        for wrong in ["", "00ff", &"0".repeat(63), &"g0".repeat(32), &"00".repeat(33)] {
            assert_eq!(Fingerprint::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_file_without_certificates_is_refused_by_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = Trust::load(&Authority::File(file.path().to_owned())).unwrap_err().to_string();
        assert!(refused.contains(&file.path().display().to_string()) && refused.contains("holds none"), "{refused}");
        let absent = Trust::load(&Authority::File("/no/such/file".into())).unwrap_err().to_string();
        assert!(absent.contains("/no/such/file"), "{absent}");
    }
}
