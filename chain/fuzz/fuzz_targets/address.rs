//! No text makes the address reader panic, and none is an address of both a main and a test network.
#![no_main]

use hashkit_chain::Network;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let pays = |network: Network| network.script_of(text);
    for network in Network::ALL {
        if let Ok(script) = pays(*network) {
            assert!((4..=42).contains(&script.as_bytes().len()));
        }
    }
    assert!(pays(Network::Bitcoin).is_err() || pays(Network::BitcoinTest).is_err());
    assert!(pays(Network::Litecoin).is_err() || pays(Network::LitecoinTest).is_err());
});
