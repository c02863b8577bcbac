//! Proxies before the pools: SOCKS5 (RFC 1928) and HTTP CONNECT (RFC 9110, section 9.3.6). The proxy looks the pool's name up,
//! so that names of Tor work and no name is told to anybody else.

mod http;
mod socks5;

use std::fmt;
use std::io;
use std::str::FromStr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::address::Place;
use super::password::{Password, PasswordError};

/// A proxy that passes connections on.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    kind: Kind,
    /// Where it is.
    pub(crate) place: Place,
    login: Option<Login>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Socks5,
    Http,
}

/// Who logs in to the proxy.
#[derive(Debug, Clone)]
struct Login {
    user: String,
    password: Password,
}

/// Why a text is no proxy. The text itself stays out of the message: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProxyAddressError {
    #[error("the proxy's URL begins with the unknown {0}://: write socks5://host:port or http://host:port")]
    Scheme(String),
    #[error("the proxy's URL names no kind: write socks5://host:port or http://host:port")]
    NoScheme,
    #[error("the proxy's URL names no host and port: write socks5://host:port or http://host:port")]
    Place,
    #[error("user or password of the proxy's URL has a stray %: write it as %25")]
    Escape,
    #[error("user and password of a proxy have at most 255 bytes each")]
    TooLong,
    #[error("the password of the proxy: {0}")]
    Password(#[from] PasswordError),
}

/// What a proxy did instead of passing the connection on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProxyError {
    #[error("is no SOCKS5 proxy: check the port, and whether it is an http:// one")]
    NotSocks5,
    #[error("is no HTTP proxy: check the port, and whether it is a socks5:// one")]
    NotHttp,
    #[error("wants a login: give it as in socks5://user:password@host:port")]
    WantsLogin,
    #[error("refuses the login: check user and password in its URL")]
    LoginRefused,
    #[error("does not connect to {pool}: {why}")]
    Refused { pool: String, why: String },
    #[error("does not answer within {} s: check that it is up, or allow more with --connect-timeout", .0.as_secs_f64())]
    TimedOut(Duration),
    #[error("broke off ({0}): check that it is the kind of proxy that its URL says")]
    Broken(#[from] io::Error),
}

impl Proxy {
    /// Has the proxy pass the connection `stream`, which ends at it, on to `pool`.
    pub(super) async fn pass_on(
        &self,
        stream: &mut TcpStream,
        pool: &Place,
        limit: Duration,
    ) -> Result<(), ProxyError> {
        let login = self.login.as_ref();
        let passed = async {
            match self.kind {
                Kind::Socks5 => socks5::pass_on(stream, pool, login).await,
                Kind::Http => http::pass_on(stream, pool, login).await,
            }
        };
        timeout(limit, passed).await.unwrap_or(Err(ProxyError::TimedOut(limit)))
    }
}

impl FromStr for Proxy {
    type Err = ProxyAddressError;

    fn from_str(text: &str) -> Result<Self, ProxyAddressError> {
        let (scheme, rest) = text.trim().split_once("://").ok_or(ProxyAddressError::NoScheme)?;
        let kind = match scheme.to_ascii_lowercase().as_str() {
            "socks5" | "socks5h" => Kind::Socks5,
            "http" => Kind::Http,
            other => return Err(ProxyAddressError::Scheme(other.to_owned())),
        };
        let (login, place) = match rest.rsplit_once('@') {
            None => (None, rest),
            Some((login, place)) => (Some(read_login(login)?), place),
        };
        let place = place.strip_suffix('/').unwrap_or(place).parse().map_err(|_| ProxyAddressError::Place)?;
        Ok(Self { kind, place, login })
    }
}

fn read_login(text: &str) -> Result<Login, ProxyAddressError> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    let user = unescape(user)?;
    let password = Password::resolve(&unescape(password)?)?;
    // RFC 1929 gives the length of each in one byte.
    if user.len() > 255 || password.reveal().len() > 255 {
        return Err(ProxyAddressError::TooLong);
    }
    Ok(Login { user, password })
}

/// A text with `%41` for `A`, as URLs write what would end their parts.
fn unescape(text: &str) -> Result<String, ProxyAddressError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.split('%');
    bytes.extend(rest.next().unwrap_or_default().bytes());
    for part in rest {
        let byte = part.get(..2).and_then(|digits| hashkit_chain::hex::decode_array::<1>(digits).ok());
        bytes.extend(byte.ok_or(ProxyAddressError::Escape)?);
        bytes.extend(part.as_bytes().get(2..).unwrap_or_default());
    }
    String::from_utf8(bytes).map_err(|_| ProxyAddressError::Escape)
}

/// As its URL without the login.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.kind {
            Kind::Socks5 => "socks5",
            Kind::Http => "http",
        };
        write!(f, "{scheme}://{}", self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_read_from_its_url_and_its_password_never_shows() {
        for (text, shown, login) in [
            ("socks5://127.0.0.1:9050", "socks5://127.0.0.1:9050", None),
            ("SOCKS5H://tor.lan:9050/", "socks5://tor.lan:9050", None),
            ("socks5://[::1]:9050", "socks5://[::1]:9050", None),
            ("http://me:hunter2@proxy.lan:8080", "http://proxy.lan:8080", Some(("me", "hunter2"))),
            ("http://m%40e:a%3ab%25@proxy.lan:8080", "http://proxy.lan:8080", Some(("m@e", "a:b%"))),
            ("socks5://me@proxy.lan:8080", "socks5://proxy.lan:8080", Some(("me", ""))),
            ("socks5://me:env:CARGO_PKG_NAME@proxy.lan:8080", "socks5://proxy.lan:8080", Some(("me", "hashkit"))),
        ] {
            let proxy: Proxy = text.parse().unwrap();
            assert_eq!(proxy.to_string(), shown, "{text}");
            assert!(!format!("{proxy:?}").contains("hunter2"), "{proxy:?}");
            let found = proxy.login.as_ref().map(|login| (login.user.as_str(), login.password.reveal()));
            assert_eq!(found, login, "{text}");
        }
    }

    #[test]
    fn what_is_no_proxy_is_refused_without_its_password() {
        let long = format!("socks5://{}:hunter2@a:1", "u".repeat(256));
        for (text, said) in [
            ("127.0.0.1:9050", "names no kind"),
            ("socks4://me:hunter2@127.0.0.1:9050", "unknown socks4://"),
            ("https://127.0.0.1:9050", "unknown https://"),
            ("socks5://me:hunter2@127.0.0.1", "no host and port"),
            ("socks5://me:hunter2@:9050", "no host and port"),
            ("socks5://me:hunter2%@127.0.0.1:9050", "stray %"),
            ("socks5://me:hunter2%zz@127.0.0.1:9050", "stray %"),
            ("socks5://me:env:HASHKIT_NO_SUCH_NAME@127.0.0.1:9050", "HASHKIT_NO_SUCH_NAME"),
            (&long, "at most 255"),
        ] {
            let error = text.parse::<Proxy>().unwrap_err().to_string();
            assert!(error.contains(said) && !error.contains("hunter2"), "{text}: {error}");
        }
    }
}
