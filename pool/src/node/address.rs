//! Where a node is and how to log in to it.

use std::fmt;
use std::path::PathBuf;

use data_encoding::BASE64;
use hyper::Uri;
use hyper::header::HeaderValue;

/// How a node is logged in to. A user and password in its address come before these.
#[derive(Clone, Default)]
pub enum Credentials {
    /// Not at all, or as the address says.
    #[default]
    FromAddress,
    /// By the cookie file that the node writes at every start.
    Cookie(PathBuf),
    /// By this user and password.
    Password {
        /// User.
        user: String,
        /// Password; never shown.
        password: String,
    },
}

/// Passwords stay out of logs.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FromAddress => "FromAddress",
            Self::Cookie(_) => "Cookie",
            Self::Password { .. } => "Password",
        })
    }
}

/// Why a node's address cannot be used. Never repeats the text, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressProblem {
    /// No URL at all.
    #[error("the node's address is no URL: write http://user:password@host:port")]
    NotUrl,
    /// A scheme other than `http`.
    #[error("nodes speak plain http, not {0}: write http://host:port, and reach a distant node through a tunnel")]
    Scheme(String),
    /// No port, and every chain has its own.
    #[error(
        "the address of the node at {0} names no port: add it, for example :8332 for Bitcoin or :9332 for Litecoin"
    )]
    NoPort(String),
    /// Something behind a `#` that says nothing.
    #[error(
        "behind a node's # only zmq=tcp://host:port is understood, the place that the node's -zmqpubhashblock names"
    )]
    Fragment,
    /// A `%` that two hexadecimal digits do not follow.
    #[error("user or password of the node's address has a stray %: write it as %25")]
    Escape,
}

/// A checked address.
#[derive(Clone)]
pub(super) struct Address {
    /// Scheme, host, port and path, without user and password.
    pub(super) uri: Uri,
    pub(super) credentials: Credentials,
    /// Host and port of its notices of new tips.
    pub(super) zmq: Option<String>,
}

pub(super) fn parse(text: &str, credentials: Credentials) -> Result<Address, AddressProblem> {
    let (text, fragment) = text.split_once('#').map_or((text, None), |(text, fragment)| (text, Some(fragment)));
    let zmq = fragment.map(zmq).transpose()?;
    let text = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
    let uri: Uri = text.parse().map_err(|_| AddressProblem::NotUrl)?;
    if uri.scheme_str() != Some("http") {
        return Err(AddressProblem::Scheme(uri.scheme_str().unwrap_or_default().to_owned()));
    }
    let authority = uri.authority().ok_or(AddressProblem::NotUrl)?;
    let port = authority.port_u16().ok_or_else(|| AddressProblem::NoPort(authority.host().to_owned()))?;
    let credentials = match authority.as_str().rsplit_once('@') {
        None => credentials,
        Some((login, _)) => {
            let (user, password) = login.split_once(':').unwrap_or((login, ""));
            Credentials::Password { user: unescape(user)?, password: unescape(password)? }
        }
    };
    let bare = format!("http://{}:{port}{}", authority.host(), uri.path());
    Ok(Address { uri: bare.parse().map_err(|_| AddressProblem::NotUrl)?, credentials, zmq })
}

/// Host and port of `zmq=tcp://host:port`.
fn zmq(fragment: &str) -> Result<String, AddressProblem> {
    let place = fragment.strip_prefix("zmq=tcp://").map(|place| place.trim_end_matches('/'));
    let place = place.filter(|place| {
        place.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
    });
    place.map(str::to_owned).ok_or(AddressProblem::Fragment)
}

/// A text with `%41` for `A`, as URLs write what would end their parts.
fn unescape(text: &str) -> Result<String, AddressProblem> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next().unwrap_or(0), rest.next().unwrap_or(0)];
        let digits = str::from_utf8(&digits).map_err(|_| AddressProblem::Escape)?;
        bytes.extend(hashkit_chain::hex::decode(digits).map_err(|_| AddressProblem::Escape)?);
    }
    String::from_utf8(bytes).map_err(|_| AddressProblem::Escape)
}

/// The header that says `user:password` (RFC 7617), marked as one that must not be shown.
pub(super) fn basic(login: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Basic {}", BASE64.encode(login.as_bytes()))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_cut_into_place_and_login() {
        for (case, text, place, login) in [
            ("no login", "http://127.0.0.1:8332", "http://127.0.0.1:8332/", None),
            ("no scheme", "node.example:8332", "http://node.example:8332/", None),
            ("a login", "http://me:secret@node:8332/", "http://node:8332/", Some(("me", "secret"))),
            ("escapes", "http://a%40b:c%3Ad@node:1", "http://node:1/", Some(("a@b", "c:d"))),
            ("a wallet's path", "http://node:1/wallet/w", "http://node:1/wallet/w", None),
            ("IPv6", "http://u:p@[::1]:8332", "http://[::1]:8332/", Some(("u", "p"))),
        ] {
            let address = parse(text, Credentials::FromAddress).expect(case);
            assert_eq!(address.uri.to_string(), place, "{case}");
            let found = match &address.credentials {
                Credentials::Password { user, password } => Some((user.as_str(), password.as_str())),
                _ => None,
            };
            assert_eq!(found, login, "{case}");
            assert_eq!(address.zmq, None, "{case}");
        }
        let address =
            parse("http://u:p@node:1#zmq=tcp://127.0.0.1:28332", Credentials::FromAddress).expect("with notices");
        assert_eq!((address.uri.to_string(), address.zmq), ("http://node:1/".into(), Some("127.0.0.1:28332".into())));
    }

    #[test]
    fn an_address_that_cannot_work_is_refused_without_repeating_its_password() {
        for (case, text, expected) in [
            ("encrypted", "https://u:hush@node:1", AddressProblem::Scheme("https".into())),
            ("no port", "http://u:hush@node", AddressProblem::NoPort("node".into())),
            ("a stray escape", "http://u:hush%4@node:1", AddressProblem::Escape),
            ("notices without a port", "http://u:hush@node:1#zmq=tcp://node", AddressProblem::Fragment),
            ("an unknown word", "http://u:hush@node:1#zmp=tcp://node:2", AddressProblem::Fragment),
            ("nothing", "", AddressProblem::NotUrl),
            ("spaces", "http://u:hush@no de:1", AddressProblem::NotUrl),
        ] {
            let problem = parse(text, Credentials::FromAddress).err().expect(case);
            assert!(!problem.to_string().contains("hush"), "{case}");
            assert_eq!(problem, expected, "{case}");
        }
    }
}
