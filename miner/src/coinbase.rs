//! The coinbase of a pool's job, read: what it says, and whom it pays.

use base58ck::Base58CkString;
use bech32::{Fe32, Hrp, segwit};
use hashkit_chain::{Extranonce2, Job, Network, Script};

/// A coinbase transaction, in the form without witness, as far as people want to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CoinbaseTransaction {
    /// The input's script: the height, the extranonces and whatever the pool likes to say.
    pub(crate) script: Vec<u8>,
    /// Whom it pays.
    pub(crate) outputs: Vec<Output>,
    /// Its length in bytes.
    pub(crate) len: usize,
}

/// One output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    /// In the coin's smallest unit.
    pub(crate) value: u64,
    /// Who may spend it.
    pub(crate) script: Script,
}

/// Why bytes are no coinbase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CoinbaseError {
    #[error("it ends in the middle")]
    CutOff,
    #[error("it has {0} inputs instead of one")]
    Inputs(u64),
    #[error("its input spends an output, which no coinbase does")]
    Spends,
}

impl CoinbaseTransaction {
    /// That of `job`, with zeros where the miner rolls. Fields that some coins add behind the outputs are passed over.
    ///
    /// # Errors
    /// [`CoinbaseError`]: no chain would take it.
    pub(crate) fn of(job: &Job) -> Result<Self, CoinbaseError> {
        let rolled =
            Extranonce2::from_bytes(&vec![0; job.coinbase.extranonce2_len]).map_err(|_| CoinbaseError::CutOff)?;
        Self::read(&job.coinbase.to_bytes(&rolled))
    }

    fn read(bytes: &[u8]) -> Result<Self, CoinbaseError> {
        // The point that a coinbase's input spends: no transaction, and the last output of it.
        const NOTHING: [u8; 36] = {
            let mut point = [0; 36];
            let mut at = 32;
            while at < 36 {
                point[at] = 0xff;
                at += 1;
            }
            point
        };
        let mut reader = Reader(bytes);
        reader.take(4)?;
        match reader.count()? {
            1 => {}
            inputs => return Err(CoinbaseError::Inputs(inputs)),
        }
        if reader.take(36)? != NOTHING {
            return Err(CoinbaseError::Spends);
        }
        let script = reader.bytes()?.to_vec();
        reader.take(4)?;
        let mut outputs = Vec::new();
        for _ in 0..reader.count()? {
            let value = u64::from_le_bytes(reader.take(8)?.try_into().map_err(|_| CoinbaseError::CutOff)?);
            outputs.push(Output { value, script: Script::from_bytes(reader.bytes()?.to_vec()) });
        }
        reader.take(4)?;
        Ok(Self { script, outputs, len: bytes.len() })
    }

    /// All outputs together.
    pub(crate) fn reward(&self) -> u64 {
        self.outputs.iter().fold(0, |sum, output| sum.saturating_add(output.value))
    }

    /// What it pays to `script`.
    pub(crate) fn pays(&self, script: &Script) -> u64 {
        let values = self.outputs.iter().filter(|output| output.script == *script).map(|output| output.value);
        values.fold(0, u64::saturating_add)
    }

    /// What the input's script says in letters: runs of at least four, in their order.
    pub(crate) fn text(&self) -> String {
        const SHORTEST: usize = 4;
        let runs = self.script.split(|byte| !matches!(byte, b' '..=b'~')).filter(|run| run.len() >= SHORTEST);
        runs.map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
    }
}

impl Output {
    /// Its address on `network`, or else what kind of script it is.
    pub(crate) fn payee(&self, network: Network) -> String {
        match self.script.as_bytes() {
            // BIP 141.
            [0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed, ..] => "commitment to the witnesses".to_owned(),
            [0x6a, ..] => "data".to_owned(),
            [] => "anyone".to_owned(),
            bytes => address_of(network, &self.script).unwrap_or_else(|| {
                const SHOWN: usize = 40;
                let digits = hashkit_chain::hex::encode(&bytes[..bytes.len().min(SHOWN)]);
                format!("script {digits}{}", if bytes.len() > SHOWN { "…" } else { "" })
            }),
        }
    }
}

/// The address of an output script, where it has one: the reverse of [`Network::script_of`], which confirms it.
fn address_of(network: Network, script: &Script) -> Option<String> {
    let (bech32, key_hash, script_hash) = match network {
        Network::Bitcoin => ("bc", 0, 5),
        Network::BitcoinTest => ("tb", 111, 196),
        Network::BitcoinRegtest => ("bcrt", 111, 196),
        Network::Litecoin => ("ltc", 48, 50),
        Network::LitecoinTest => ("tltc", 111, 58),
        Network::LitecoinRegtest => ("rltc", 111, 58),
        _ => return None,
    };
    let with_version = |version: u8, hash: &[u8]| {
        Base58CkString::encode(&[&[version], hash].concat()).ok().map(|text| text.as_str().to_owned())
    };
    let address = match script.as_bytes() {
        [0x76, 0xa9, 20, hash @ .., 0x88, 0xac] => with_version(key_hash, hash),
        [0xa9, 20, hash @ .., 0x87] => with_version(script_hash, hash),
        [version @ (0 | 0x51..=0x60), _, program @ ..] => {
            let version = Fe32::try_from(version.saturating_sub(0x50)).ok()?;
            segwit::encode(Hrp::parse(bech32).ok()?, version, program).ok()
        }
        _ => None,
    };
    address.filter(|address| network.script_of(address).as_ref() == Ok(script))
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], CoinbaseError> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(CoinbaseError::CutOff)?;
        self.0 = rest;
        Ok(taken)
    }

    /// A number in Bitcoin's variable length.
    fn count(&mut self) -> Result<u64, CoinbaseError> {
        let len = match self.take(1)?[0] {
            0xfd => 2,
            0xfe => 4,
            0xff => 8,
            small => return Ok(u64::from(small)),
        };
        Ok(self.take(len)?.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    fn bytes(&mut self) -> Result<&'a [u8], CoinbaseError> {
        let len = self.count()?;
        self.take(usize::try_from(len).map_err(|_| CoinbaseError::CutOff)?)
    }
}

/// What a block of this height may pay its miner beside the fees, by the main chain's schedule of the algorithm's coin. Test
/// chains and other coins have others.
pub(crate) fn subsidy(network: Network, height: u64) -> u64 {
    const FIRST: u64 = 50 * COIN;
    let halving = match network {
        Network::Litecoin | Network::LitecoinTest => 840_000,
        Network::BitcoinRegtest | Network::LitecoinRegtest => 150,
        _ => 210_000,
    };
    u32::try_from(height / halving).ok().and_then(|halvings| FIRST.checked_shr(halvings)).unwrap_or(0)
}

/// The smallest units of a coin.
pub(crate) const COIN: u64 = 100_000_000;

/// An amount in coins, all eight decimals.
pub(crate) fn coins(value: u64) -> String {
    format!("{}.{:08}", value / COIN, value % COIN)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The coinbase of Bitcoin's first block.
    const GENESIS: &str = "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054\
        696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f\
        722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6\
        bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";

    fn genesis() -> Vec<u8> {
        hashkit_chain::hex::decode(GENESIS).unwrap()
    }

    #[test]
    fn the_first_coinbase_says_what_the_papers_said_and_pays_fifty() {
        let read = CoinbaseTransaction::read(&genesis()).unwrap();
        assert!(
            read.text().contains("The Times 03/Jan/2009 Chancellor on brink of second bailout for banks"),
            "{}",
            read.text()
        );
        assert_eq!((read.reward(), read.outputs.len(), read.len), (50 * COIN, 1, 204));
        assert_eq!(read.pays(&read.outputs[0].script), 50 * COIN);
        assert!(read.outputs[0].payee(Network::Bitcoin).starts_with("script 4104678afdb0"));
    }

    #[test]
    fn what_is_no_coinbase_is_refused_and_nothing_panics() {
        let bytes = genesis();
        for len in 0..bytes.len() {
            assert_eq!(CoinbaseTransaction::read(&bytes[..len]), Err(CoinbaseError::CutOff), "{len} bytes");
        }
        let mut longer = bytes.clone();
        longer.extend([1, 2, 3]);
        assert!(CoinbaseTransaction::read(&longer).is_ok(), "some coins add fields");
        let changed = |at: usize, byte: u8| {
            let mut bytes = bytes.clone();
            bytes[at] = byte;
            CoinbaseTransaction::read(&bytes)
        };
        assert_eq!(changed(4, 2), Err(CoinbaseError::Inputs(2)));
        assert_eq!(changed(10, 1), Err(CoinbaseError::Spends));
        assert_eq!(changed(41, 0xff), Err(CoinbaseError::CutOff), "a script of more bytes than there are");
    }

    #[test]
    fn payees_are_named() {
        let payee = |digits: &str| {
            let script = Script::from_bytes(hashkit_chain::hex::decode(digits).unwrap());
            Output { value: 0, script }.payee(Network::Bitcoin)
        };
        for (digits, name) in [
            ("0014751e76e8199196d454941c45d1b3a323f1433bd6", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
            ("76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"),
            (
                "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            ),
            // A hash of 19 bytes is none.
            ("a91362e907b15cbf27d5425399ebf6f0fb50ebb887", "script a91362e907b15cbf27d5425399ebf6f0fb50ebb887"),
            ("6a24aa21a9ed0000", "commitment to the witnesses"),
            ("6a0401020304", "data"),
            ("", "anyone"),
            ("51", "script 51"),
        ] {
            assert_eq!(payee(digits), name);
        }
    }

    #[test]
    fn the_subsidy_halves_until_nothing_is_left() {
        for (network, height, expected) in [
            (Network::Bitcoin, 0, 50 * COIN),
            (Network::Bitcoin, 840_000, 312_500_000),
            (Network::Litecoin, 2_520_000, 625_000_000),
            (Network::Bitcoin, 210_000 * 64, 0),
            (Network::Bitcoin, u64::MAX, 0),
        ] {
            assert_eq!(subsidy(network, height), expected, "{network} at {height}");
        }
        assert_eq!(coins(312_500_001), "3.12500001");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = CoinbaseTransaction::read(&bytes);
            let _ = CoinbaseTransaction::read(&[&genesis()[..41], &bytes].concat());
        }
    }
}
