//! Whom the user expects the pool's blocks to pay, checked for each job.

use hashkit_chain::{Algorithm, Job, Network, Script};

use crate::coinbase::{CoinbaseTransaction, coins};

/// An address that blocks have to pay, and how much of their reward.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expected {
    address: String,
    /// The same on every network that knows the address.
    script: Script,
    /// The least fraction of the reward, 0 to 1.
    share: f64,
}

/// Why a job is not what the user expects.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum Unexpected {
    #[error("its blocks have a coinbase that cannot be read ({0})")]
    Unreadable(String),
    #[error("its blocks pay {address} nothing of {reward}")]
    Unpaid { address: String, reward: String },
    #[error("its blocks pay {address} {percent} % of {reward}, and {expected} % are expected")]
    TooLittle { address: String, percent: String, reward: String, expected: f64 },
}

/// A text that no network of the algorithm's coins could pay.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("--expect-address: {0}")]
pub(crate) struct ExpectError(String);

impl Expected {
    /// Expects that `address`, of any network of the coins that `algorithm` is for, gets at least `share` of each reward.
    ///
    /// # Errors
    /// [`ExpectError`] for what is no address there.
    pub(crate) fn new(address: &str, share: f64, algorithm: Algorithm) -> Result<Self, ExpectError> {
        let networks: &[Network] = match algorithm {
            Algorithm::Scrypt => &[Network::Litecoin, Network::LitecoinTest, Network::LitecoinRegtest],
            _ => &[Network::Bitcoin, Network::BitcoinTest, Network::BitcoinRegtest],
        };
        let scripts = networks.iter().map(|network| network.script_of(address));
        let script = scripts.reduce(|found, next| found.or_else(|error| next.map_err(|_| error)));
        match script {
            Some(Ok(script)) => Ok(Self { address: address.to_owned(), script, share }),
            Some(Err(error)) => Err(ExpectError(error.to_string())),
            None => Err(ExpectError(format!("no coin of {} has addresses", algorithm.name()))),
        }
    }

    /// Whether the blocks of `job` pay what is expected.
    ///
    /// # Errors
    /// [`Unexpected`], with what they pay.
    pub(crate) fn check(&self, job: &Job) -> Result<(), Unexpected> {
        let coinbase = CoinbaseTransaction::of(job).map_err(|error| Unexpected::Unreadable(error.to_string()))?;
        let (paid, reward) = (coinbase.pays(&self.script), coinbase.reward());
        // A regtest whose subsidy has run out pays nobody anything, and so all of nothing.
        let fraction = if reward == 0 {
            f64::from(u8::from(coinbase.outputs.iter().any(|output| output.script == self.script)))
        } else {
            paid as f64 / reward as f64
        };
        let (address, reward) = (self.address.clone(), coins(reward));
        if fraction <= 0.0 {
            Err(Unexpected::Unpaid { address, reward })
        } else if fraction < self.share {
            let (percent, expected) = (format!("{:.2}", 100.0 * fraction), 100.0 * self.share);
            Err(Unexpected::TooLittle { address, percent, reward, expected })
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use hashkit_chain::{Coinbase, Hash, Nbits, Ntime, Target, Version};

    use super::*;

    const ADDRESS: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";

    fn job_that_pays(outputs: &[(u64, &str)]) -> Job {
        let prefix = [&[1, 0, 0, 0, 1][..], &[0; 32], &[0xff; 4], &[8, 3, 1, 0, 0]].concat();
        let mut suffix = vec![0xff; 4];
        suffix.push(u8::try_from(outputs.len()).unwrap());
        for (value, address) in outputs {
            let script = Network::Bitcoin.script_of(address).unwrap();
            suffix.extend(value.to_le_bytes());
            suffix.push(u8::try_from(script.as_bytes().len()).unwrap());
            suffix.extend(script.as_bytes());
        }
        suffix.extend([0; 4]);
        Job {
            id: "job".into(),
            algorithm: Algorithm::Sha256d,
            version: Version(0x2000_0000),
            version_mask: 0,
            prev_hash: Hash::ZERO,
            coinbase: Coinbase { prefix, extranonce1: vec![1, 2], extranonce2_len: 2, suffix },
            branch: vec![],
            nbits: Nbits(0x1d00_ffff),
            ntime: Ntime(1_000_000),
            last_ntime: Ntime(1_007_000),
            share_target: Target::MAX,
        }
    }

    #[test]
    fn a_job_has_to_pay_the_address_its_part() {
        const OTHER: &str = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
        let expected = Expected::new(ADDRESS, 0.98, Algorithm::Sha256d).unwrap();
        for (case, outputs, said) in [
            ("all", &[(100, ADDRESS)][..], ""),
            ("nearly all", &[(1, OTHER), (99, ADDRESS)], ""),
            ("in two parts", &[(49, ADDRESS), (1, OTHER), (50, ADDRESS)], ""),
            ("too little", &[(97, ADDRESS), (3, OTHER)], "97.00 % of 0.00000100, and 98 % are expected"),
            ("nothing", &[(100, OTHER)], "nothing of 0.00000100"),
            ("a reward of nothing", &[(0, ADDRESS)], ""),
            ("nobody", &[], "nothing of 0.00000000"),
        ] {
            let outcome = expected.check(&job_that_pays(outputs)).map_err(|error| error.to_string());
            match outcome {
                Ok(()) => assert_eq!(said, "", "{case}"),
                Err(error) => assert!(!said.is_empty() && error.contains(said), "{case}: {error}"),
            }
        }
        let mut cut = job_that_pays(&[(100, ADDRESS)]);
        cut.coinbase.suffix.truncate(10);
        assert!(expected.check(&cut).unwrap_err().to_string().contains("ends in the middle"));
    }

    #[test]
    fn an_address_of_any_network_of_the_coin_is_taken_and_no_other() {
        for (address, algorithm, is_taken) in [
            (ADDRESS, Algorithm::Sha256d, true),
            ("tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", Algorithm::Sha256d, true),
            ("ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", Algorithm::Sha256d, false),
            ("ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", Algorithm::Scrypt, true),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", Algorithm::Sha256d, false),
        ] {
            assert_eq!(Expected::new(address, 0.9, algorithm).is_ok(), is_taken, "{address}");
        }
    }
}
