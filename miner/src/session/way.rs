//! How the pools are reached: through which proxy, and from where on this machine.

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use super::address::Place;
use super::proxy::Proxy;

/// How the pools are reached. Clones share what was learned on the way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Way {
    /// The proxy before all pools.
    pub(crate) proxy: Option<Proxy>,
    /// Where connections come from; the system chooses where nothing is said.
    pub(crate) origin: Option<Origin>,
    /// For each place the address at which it was last reached: what is left when its name cannot be looked up.
    pub(super) reached: Arc<Mutex<HashMap<(String, u16), SocketAddr>>>,
}

impl Way {
    /// Remembers at which address a place was reached.
    pub(super) fn was_reached(&self, place: &Place, at: SocketAddr) {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        // A pool may name further places of its own, but hardly this many.
        if reached.len() < 256 {
            reached.insert((place.host.clone(), place.port), at);
        }
    }

    /// Where a place was last reached.
    pub(super) fn last_reached(&self, place: &Place) -> Option<SocketAddr> {
        let reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        reached.get(&(place.host.clone(), place.port)).copied()
    }
}

/// Where on this machine connections come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// This address.
    Address(IpAddr),
    /// This network interface, whatever its addresses are.
    Interface(String),
}

/// A text that is neither.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an address of this machine nor the name of a network interface: see `ip address`")]
pub(crate) struct OriginError(String);

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        // Names of interfaces have at most 15 bytes on Linux (IFNAMSIZ), and neither spaces nor slashes.
        let is_name = !text.is_empty()
            && text.len() <= 15
            && text.chars().all(|character| character.is_ascii_graphic() && !matches!(character, '/' | ':'));
        match text.parse() {
            Ok(address) => Ok(Self::Address(address)),
            // Elsewhere no connection can be bound to an interface by its name.
            Err(_) if is_name && cfg!(target_os = "linux") => Ok(Self::Interface(text.to_owned())),
            Err(_) => Err(OriginError(text.to_owned())),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Interface(name) => f.write_str(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_an_address_or_the_name_of_an_interface() {
        for (text, origin) in [
            ("192.0.2.7", Some(Origin::Address("192.0.2.7".parse().unwrap()))),
            ("2001:db8::7", Some(Origin::Address("2001:db8::7".parse().unwrap()))),
            ("eth0.100", cfg!(target_os = "linux").then(|| Origin::Interface("eth0.100".into()))),
            ("", None),
            ("eth 0", None),
            ("a-name-that-is-too-long", None),
            ("192.0.2.7:3333", None),
        ] {
            assert_eq!(text.parse().ok(), origin, "{text}");
        }
    }

    #[test]
    fn the_last_address_of_a_place_is_known_to_all_clones() {
        let (way, place) = (Way::default(), Place { host: "pool.example".into(), port: 1 });
        assert_eq!(way.last_reached(&place), None);
        let address = "192.0.2.7:1".parse().unwrap();
        way.clone().was_reached(&place, address);
        assert_eq!(way.last_reached(&place), Some(address));
        assert_eq!(way.last_reached(&Place { port: 2, ..place }), None);
    }
}
