//! Where a pool is and whom to trust there: the URL that the user gives, checked once.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use hashkit_chain::{Algorithm, UnknownAlgorithm};

use super::trust::{Authority, Fingerprint};

/// Where to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// A name, an IPv4 address, or an IPv6 address without its brackets.
    pub(crate) host: String,
    /// The TCP port; 0 stands for a pool inside this process, which has none.
    pub(crate) port: u16,
}

/// A pool that speaks Stratum V1, over plain TCP or TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PoolAddress {
    /// Where it is.
    pub(crate) place: Place,
    /// Whether to ask for `mining.set_extranonce`: the fragment `#xnsub`. Off unless asked for, because some pools close the
    /// connection over it.
    pub(crate) extranonce_subscribe: bool,
    /// Whom to trust in TLS; plain TCP where there is none.
    pub(crate) tls: Option<Authority>,
    /// How much of the devices' work it is to get beside others, where that is said: the fragment `#weight=N`.
    pub(crate) weight: Option<u32>,
    /// What its jobs are hashed with, where that is said: the fragment `#algorithm=NAME`.
    pub(crate) algorithm: Option<Algorithm>,
}

impl PoolAddress {
    /// A pool at this address.
    pub(crate) fn plain(address: SocketAddr) -> Self {
        let place = Place { host: address.ip().to_string(), port: address.port() };
        Self { place, extranonce_subscribe: false, tls: None, weight: None, algorithm: None }
    }

    /// The pool inside this process, reached through its door.
    pub(crate) fn inside() -> Self {
        Self {
            place: Place { host: "this process".into(), port: 0 },
            extranonce_subscribe: false,
            tls: None,
            weight: None,
            algorithm: None,
        }
    }
}

/// Why a text is no pool of this version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AddressError {
    #[error("{0} is Stratum V2, which is not in this version: use the pool's Stratum V1 port, stratum+tcp://host:port")]
    StratumV2(String),
    #[error(
        "{0} is a web address, not a pool's: write stratum+tcp://host:port, with the port that the pool names for miners"
    )]
    Web(String),
    #[error("{url} begins with the unknown {scheme}://: write stratum+tcp://host:port, or host:port alone")]
    UnknownScheme { url: String, scheme: String },
    #[error("{0} names no port: write host:port, with the port that the pool names for miners")]
    NoPort(String),
    #[error("{url} has no usable port: {port:?} is not a number from 1 to 65535")]
    BadPort { url: String, port: String },
    #[error("{0} names no host: write host:port; an IPv6 address stands in brackets, [::1]:3333")]
    BadHost(String),
    #[error("{0} holds a user name: give it with --user, and the password with --pass")]
    HasUser(String),
    #[error(
        "{url} ends in the unknown #{fragment}: known are #xnsub, #weight=N, #algorithm=NAME, #ca=FILE and #pin=SHA256, joined by &"
    )]
    UnknownFragment { url: String, fragment: String },
    #[error("{url} pins no certificate: write #pin= and the 64 hexadecimal digits of its SHA-256")]
    BadPin { url: String },
    #[error("{url} has no usable weight: {weight:?} is not a whole number from 1 to 1000000")]
    BadWeight { url: String, weight: String },
    #[error("{url}: {why}")]
    BadAlgorithm { url: String, why: UnknownAlgorithm },
    #[error("{0} says whom to trust and is not TLS: write stratum+tls://host:port")]
    TrustWithoutTls(String),
    #[error(
        "{0} names a file of authorities and a pinned certificate: a pinned one needs no authority, so keep one of them"
    )]
    TwoTrusts(String),
}

impl FromStr for PoolAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let url = text.trim();
        let (scheme, rest) = url.split_once("://").unwrap_or(("stratum+tcp", url));
        let is_tls = match scheme.to_ascii_lowercase().as_str() {
            "stratum+tcp" | "stratum" | "tcp" => false,
            "stratum+tls" | "stratum+ssl" | "stratum+tcps" | "stratums" => true,
            "stratum2+tcp" | "stratum2+tls" => return Err(AddressError::StratumV2(url.into())),
            "http" | "https" | "ws" | "wss" => return Err(AddressError::Web(url.into())),
            _ => return Err(AddressError::UnknownScheme { url: url.into(), scheme: scheme.into() }),
        };
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let Fragment { extranonce_subscribe, trusted, weight, algorithm } = read_fragment(fragment, url)?;
        let tls = match (is_tls, trusted) {
            (true, trusted) => Some(trusted.unwrap_or(Authority::System)),
            (false, None) => None,
            (false, Some(_)) => return Err(AddressError::TrustWithoutTls(url.into())),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            // The URL itself stays out of the message: it may hold a password.
            return Err(AddressError::HasUser("the pool's URL".into()));
        }
        Ok(Self { place: Place::read(authority, url)?, extranonce_subscribe, tls, weight, algorithm })
    }
}

/// `host:port`, an IPv6 address in brackets.
impl FromStr for Place {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        Self::read(text, text)
    }
}

impl Place {
    /// Reads the part of `url` that names host and port.
    fn read(authority: &str, url: &str) -> Result<Self, AddressError> {
        let (host, port) = split_port(authority, url)?;
        let number = port.parse::<u16>().ok().filter(|number| *number != 0);
        let port = number.ok_or_else(|| AddressError::BadPort { url: url.into(), port: port.into() })?;
        Ok(Self { host: host.into(), port })
    }
}

/// What is said behind the `#`.
#[derive(Default)]
struct Fragment {
    extranonce_subscribe: bool,
    trusted: Option<Authority>,
    weight: Option<u32>,
    algorithm: Option<Algorithm>,
}

fn read_fragment(fragment: &str, url: &str) -> Result<Fragment, AddressError> {
    let mut said = Fragment::default();
    for part in fragment.split('&').filter(|part| !part.is_empty()) {
        let authority = match part.split_once('=') {
            None if part == "xnsub" => {
                said.extranonce_subscribe = true;
                continue;
            }
            Some(("weight", number)) => {
                let read = number.parse().ok().filter(|number| (1..=1_000_000).contains(number));
                said.weight =
                    Some(read.ok_or_else(|| AddressError::BadWeight { url: url.into(), weight: number.into() })?);
                continue;
            }
            Some(("algorithm", name)) => {
                let known = name.parse().map_err(|why| AddressError::BadAlgorithm { url: url.into(), why })?;
                said.algorithm = Some(known);
                continue;
            }
            Some(("ca", file)) if !file.is_empty() => Authority::File(file.into()),
            Some(("pin", digits)) => {
                Authority::Pin(Fingerprint::read(digits).ok_or_else(|| AddressError::BadPin { url: url.into() })?)
            }
            _ => return Err(AddressError::UnknownFragment { url: url.into(), fragment: part.into() }),
        };
        if said.trusted.replace(authority).is_some() {
            return Err(AddressError::TwoTrusts(url.into()));
        }
    }
    Ok(said)
}

fn split_port<'a>(authority: &'a str, url: &str) -> Result<(&'a str, &'a str), AddressError> {
    let bad_host = || AddressError::BadHost(url.into());
    if let Some(bracketed) = authority.strip_prefix('[') {
        let (host, rest) = bracketed.split_once(']').ok_or_else(bad_host)?;
        host.parse::<std::net::Ipv6Addr>().map_err(|_| bad_host())?;
        return rest.strip_prefix(':').map(|port| (host, port)).ok_or_else(|| AddressError::NoPort(url.into()));
    }
    let (host, port) = authority.rsplit_once(':').ok_or_else(|| AddressError::NoPort(url.into()))?;
    // The longest name that the domain name system knows has 253 characters (RFC 1035).
    let is_name = |text: &str| text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'));
    if host.is_empty() || host.len() > 253 || !is_name(host) {
        return Err(bad_host());
    }
    Ok((host, port))
}

/// `host:port`, an IPv6 address in brackets: how logs name the pool.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.port == 0 {
            f.write_str(&self.host)
        } else if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// As its place: the fragment says how to talk to the pool, not which it is.
impl fmt::Display for PoolAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_a_plain_pool_are_read() {
        for (text, host, port, extranonce_subscribe) in [
            ("stratum+tcp://pool.example:3333", "pool.example", 3333, false),
            ("STRATUM+TCP://pool.example:3333/", "pool.example", 3333, false),
            ("stratum+tcp://pool.example:3333#xnsub", "pool.example", 3333, true),
            ("stratum+tcp://pool.example:3333/#xnsub", "pool.example", 3333, true),
            ("pool.example:3333", "pool.example", 3333, false),
            (" 192.0.2.7:65535 ", "192.0.2.7", 65535, false),
            ("stratum+tcp://[::1]:3333", "::1", 3333, false),
            ("[2001:db8::7]:1", "2001:db8::7", 1, false),
        ] {
            let address: PoolAddress = text.parse().unwrap();
            let place = Place { host: host.into(), port };
            assert_eq!(
                address,
                PoolAddress { place, extranonce_subscribe, tls: None, weight: None, algorithm: None },
                "{text}"
            );
            let again: PoolAddress = address.to_string().parse().unwrap();
            assert_eq!(again.place, address.place, "{text}");
        }
    }

    #[test]
    fn a_weight_stands_behind_the_address() {
        let weight = |text: &str| text.parse::<PoolAddress>().unwrap().weight;
        assert_eq!(weight("pool.example:3333"), None);
        assert_eq!(weight("pool.example:3333#weight=7"), Some(7));
        assert_eq!(weight("stratum+tls://pool.example:3333#xnsub&weight=30&ca=a.pem"), Some(30));
    }

    #[test]
    fn an_algorithm_stands_behind_the_address() {
        let algorithm = |text: &str| text.parse::<PoolAddress>().map(|pool| pool.algorithm);
        assert_eq!(algorithm("pool.example:3333"), Ok(None));
        assert_eq!(algorithm("pool.example:3333#algorithm=SCRYPT&weight=2"), Ok(Some(Algorithm::Scrypt)));
        let refused = algorithm("pool.example:3333#algorithm=md5").unwrap_err().to_string();
        assert!(refused.contains("pool.example:3333#algorithm=md5: no algorithm is called \"md5\""), "{refused}");
    }

    #[test]
    fn tls_is_verified_by_the_machine_a_file_or_a_pin() {
        let pin = "0f".repeat(32);
        let fingerprint = Fingerprint::read(&pin).unwrap();
        for (text, authority) in [
            ("stratum+tls://pool.example:443".to_owned(), Authority::System),
            ("stratum+ssl://pool.example:443#xnsub".to_owned(), Authority::System),
            ("stratum+tcps://pool.example:443".to_owned(), Authority::System),
            ("STRATUMS://[::1]:443".to_owned(), Authority::System),
            (
                "stratum+tls://pool.example:443#ca=/etc/pool ca.pem".to_owned(),
                Authority::File("/etc/pool ca.pem".into()),
            ),
            (format!("stratum+tls://pool.example:443#xnsub&pin={pin}"), Authority::Pin(fingerprint)),
            (format!("stratum+tls://pool.example:443#pin={}", pin.to_uppercase()), Authority::Pin(fingerprint)),
        ] {
            let address: PoolAddress = text.parse().unwrap();
            assert_eq!((address.tls, address.place.port), (Some(authority), 443), "{text}");
            assert_eq!(address.extranonce_subscribe, text.contains("xnsub"), "{text}");
        }
    }

    #[test]
    fn what_is_no_pool_of_this_version_is_refused_with_the_next_step() {
        for (text, said) in [
            ("stratum+tls://pool.example:443#pin=0f", "pins no certificate"),
            ("stratum+tls://pool.example:443#insecure", "unknown #insecure"),
            ("stratum+tls://pool.example:443#ca=", "unknown #ca="),
            ("stratum+tls://pool.example:443#ca=a&ca=b", "keep one of them"),
            ("pool.example:443#ca=a", "is not TLS: write stratum+tls://"),
            ("stratum2+tcp://pool.example:34254/9auq", "Stratum V2, which is not in this version"),
            ("http://pool.example:80", "web address"),
            ("gopher://pool.example:70", "unknown gopher://"),
            ("pool.example", "names no port"),
            ("[::1]", "names no port"),
            ("pool.example:", "no usable port"),
            ("pool.example:0", "no usable port"),
            ("pool.example:65536", "no usable port"),
            ("pool.example:33/3", "no usable port"),
            (":3333", "names no host"),
            ("::1:3333", "names no host"),
            ("[::g]:3333", "names no host"),
            ("pool example:3333", "names no host"),
            ("me:secret@pool.example:3333", "give it with --user"),
            ("pool.example:3333#tls", "unknown #tls"),
            ("", "names no port"),
            ("pool.example:3333#weight=0", "no usable weight"),
            ("pool.example:3333#weight=half", "no usable weight"),
        ] {
            let error = text.parse::<PoolAddress>().unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
            assert!(!error.contains("secret"), "{text}: {error}");
        }
    }
}
