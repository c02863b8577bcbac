//! Addresses: text that names an output script on one network.

use std::fmt;

use bech32::segwit;

use crate::payout::Script;

/// A network with an address form of its own. Testnet3, testnet4 and signet share theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Network {
    /// Bitcoin's main chain.
    Bitcoin,
    /// Bitcoin's test networks and every signet.
    BitcoinTest,
    /// Bitcoin's regtest.
    BitcoinRegtest,
    /// Litecoin's main chain.
    Litecoin,
    /// Litecoin's test network.
    LitecoinTest,
    /// Litecoin's regtest.
    LitecoinRegtest,
}

/// The prefixes by which addresses tell their network (`chainparams.cpp` of each coin).
struct Prefixes {
    bech32: &'static str,
    key_hash: &'static [u8],
    script_hash: &'static [u8],
}

/// Why a text is no address to be paid on a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Well formed, but for another network or of a kind that is not known.
    #[error("{address} is no address of {network}: {network} addresses begin with {expected}")]
    OtherNetwork {
        /// The text.
        address: String,
        /// Where it was to be paid.
        network: Network,
        /// How addresses begin there.
        expected: String,
    },
    /// Neither bech32 nor base58, or its checksum is wrong.
    #[error("{address} is no address: {reason}; copy it again from the wallet")]
    Malformed {
        /// The text.
        address: String,
        /// What the decoder says.
        reason: String,
    },
}

impl Network {
    /// Every network.
    pub const ALL: &[Self] = &[
        Self::Bitcoin,
        Self::BitcoinTest,
        Self::BitcoinRegtest,
        Self::Litecoin,
        Self::LitecoinTest,
        Self::LitecoinRegtest,
    ];

    /// The name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bitcoin => "bitcoin",
            Self::BitcoinTest => "bitcoin testnet or signet",
            Self::BitcoinRegtest => "bitcoin regtest",
            Self::Litecoin => "litecoin",
            Self::LitecoinTest => "litecoin testnet",
            Self::LitecoinRegtest => "litecoin regtest",
        }
    }

    fn prefixes(self) -> Prefixes {
        let (bech32, key_hash, script_hash): (_, &[u8], &[u8]) = match self {
            Self::Bitcoin => ("bc", &[0], &[5]),
            Self::BitcoinTest => ("tb", &[111], &[196]),
            Self::BitcoinRegtest => ("bcrt", &[111], &[196]),
            // Litecoin's older script addresses use Bitcoin's version bytes.
            Self::Litecoin => ("ltc", &[48], &[50, 5]),
            Self::LitecoinTest => ("tltc", &[111], &[58, 196]),
            Self::LitecoinRegtest => ("rltc", &[111], &[58, 196]),
        };
        Prefixes { bech32, key_hash, script_hash }
    }

    /// The output script that `address` names here: P2PKH, P2SH, and every witness version with its proper checksum
    /// (BIP 173 for version 0, BIP 350 from version 1 on).
    ///
    /// # Errors
    /// [`AddressError`] for a text that is no address, and for one of another network.
    pub fn script_of(self, address: &str) -> Result<Script, AddressError> {
        let prefixes = self.prefixes();
        // The separator is the last 1, and base58 has neither a lower-case l nor a fixed prefix: try the form with the name first.
        let named = |network: &Self| {
            let prefix = network.prefixes().bech32;
            address.get(..=prefix.len()).is_some_and(|start| start.to_lowercase() == format!("{prefix}1"))
        };
        if Self::ALL.iter().any(named) {
            return if named(&self) { witness_script(address) } else { Err(self.refusal(address)) };
        }
        let bytes: [u8; 21] = base58ck::decode_check_to_array(address)
            .map_err(|error| AddressError::Malformed { address: shown(address), reason: error.to_string() })?;
        let (version, hash) = (bytes[0], &bytes[1..]);
        if prefixes.key_hash.contains(&version) {
            Ok(Script::from_bytes([&[0x76, 0xa9, 20], hash, &[0x88, 0xac]].concat()))
        } else if prefixes.script_hash.contains(&version) {
            Ok(Script::from_bytes([&[0xa9, 20], hash, &[0x87]].concat()))
        } else {
            Err(self.refusal(address))
        }
    }

    fn refusal(self, address: &str) -> AddressError {
        AddressError::OtherNetwork {
            address: shown(address),
            network: self,
            expected: format!("{}1, or are its base58 form", self.prefixes().bech32),
        }
    }
}

fn witness_script(address: &str) -> Result<Script, AddressError> {
    let (_, version, program) = segwit::decode(address)
        .map_err(|error| AddressError::Malformed { address: shown(address), reason: error.to_string() })?;
    let opcode = match version.to_u8() {
        0 => 0,
        version => 0x50 + version,
    };
    let length =
        u8::try_from(program.len()).expect("BIP 141 limits witness programs to 40 bytes, and the decoder checks");
    Ok(Script::from_bytes([&[opcode, length], &program[..]].concat()))
}

/// What of a text is repeated in a message.
fn shown(address: &str) -> String {
    const LONGEST: usize = 100;
    address.chars().take(LONGEST).collect()
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    /// Examples of BIP 173 and BIP 350, and addresses of well known keys.
    #[test]
    fn an_address_names_its_script() {
        for (case, network, address, script) in [
            (
                "P2WPKH",
                Network::Bitcoin,
                "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                "0014751e76e8199196d454941c45d1b3a323f1433bd6",
            ),
            (
                "P2WSH",
                Network::BitcoinTest,
                "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
                "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262",
            ),
            (
                "P2TR",
                Network::Bitcoin,
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
            ),
            ("a later witness version", Network::Bitcoin, "BC1SW50QGDZ25J", "6002751e"),
            (
                "P2PKH, the genesis block's key",
                Network::Bitcoin,
                "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
                "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac",
            ),
        ] {
            let found = network.script_of(address);
            assert_eq!(found.map(|script| hex::encode(script.as_bytes())), Ok(script.to_owned()), "{case}");
        }
    }

    #[test]
    fn what_cannot_be_paid_here_is_refused() {
        let elsewhere =
            |address: &str| matches!(Network::Bitcoin.script_of(address), Err(AddressError::OtherNetwork { .. }));
        let malformed =
            |address: &str| matches!(Network::Bitcoin.script_of(address), Err(AddressError::Malformed { .. }));
        for (case, refused) in [
            ("a test address", elsewhere("tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx")),
            ("another coin's", elsewhere("ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9")),
            ("a base58 test address", elsewhere("mmdrUU4E5Fkd1bSzZzL2Npe2mHLkZbtor8")),
            (
                "version 1 with the checksum of version 0",
                malformed("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd"),
            ),
            (
                "version 0 with the checksum of version 1",
                malformed("bc1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq5zuyut"),
            ),
            ("one letter changed", malformed("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5")),
            ("one base58 letter changed", malformed("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")),
            ("mixed case", malformed("bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")),
            ("nothing", malformed("")),
            ("no ASCII", malformed("bc1\u{e9}\u{e9}")),
            ("far too long", malformed(&"1".repeat(100_000))),
        ] {
            assert!(refused, "{case}");
        }
    }
}
