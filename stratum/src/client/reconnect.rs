//! Where a pool may send its miners: to itself. A pool that could name any host would let whoever stands in between steal
//! the hashrate.

use std::net::IpAddr;
use std::time::Duration;

use super::{ClientEvent, Warning};
use crate::wire;

/// The longest wait that is obeyed.
const MAX_WAIT: Duration = Duration::from_mins(5);

/// Judges a `client.reconnect` for a pool that is configured as `configured`.
pub(super) fn judge(
    configured: &str,
    host: Option<String>,
    port: Option<u16>,
    wait: Duration,
) -> Result<ClientEvent, Warning> {
    if let Some(host) = &host
        && !host.eq_ignore_ascii_case(configured)
        && !is_same_site(configured, host)
    {
        return Err(Warning::ForeignHost { host: wire::clean(host, 253), configured: configured.to_owned() });
    }
    Ok(ClientEvent::MoveTo { host, port, wait: wait.min(MAX_WAIT) })
}

/// Whether both names lie under one registered domain. Addresses and bare names have none, and so no siblings.
fn is_same_site(configured: &str, host: &str) -> bool {
    match (site(configured), site(host)) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => false,
    }
}

/// The registered domain: the last two labels, or three where the second is one under which a country registers.
fn site(host: &str) -> Option<String> {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    if host.len() > 253 || host.parse::<IpAddr>().is_ok() {
        return None;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let plain = |label: &&str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if !labels.iter().all(plain) {
        return None;
    }
    let shared = ["ac", "co", "com", "edu", "gob", "gov", "mil", "ne", "net", "nom", "or", "org"];
    let under_country =
        labels.len() >= 2 && labels[labels.len() - 1].len() == 2 && shared.contains(&labels[labels.len() - 2]);
    let count = if under_country { 3 } else { 2 };
    (labels.len() >= count).then(|| labels[labels.len() - count..].join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_one_registered_domain_are_one_site() {
        for (configured, host, same) in [
            ("a.pool.example", "b.pool.example", true),
            ("a.pool.example", "pool.example", true),
            ("pool.example", "eu.pool.example", true),
            ("a.pool.example", "B.POOL.EXAMPLE.", true),
            ("eu.a.pool.example", "us.pool.example", true),
            ("a.pool.example", "evil.example", false),
            ("a.pool.example", "pool.example.evil.net", false),
            ("pool.com", "evil.com", false),
            ("pool.co.uk", "evil.co.uk", false),
            ("eu.pool.co.uk", "us.pool.co.uk", true),
            ("localhost", "evil", false),
            ("10.0.0.1", "10.0.0.2", false),
            ("10.0.0.1", "a.0.0.1", false),
            ("pool.example", "[::1]", false),
            ("pool.example", "pool.example/../evil", false),
            ("pool.example", "a..pool.example", false),
            ("pool.example", "", false),
        ] {
            assert_eq!(is_same_site(configured, host), same, "{configured} to {host}");
        }
    }
}
