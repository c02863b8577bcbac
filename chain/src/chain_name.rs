//! The chains whose rules of difficulty are known, and their numbers. Source: `chainparams.cpp` of Bitcoin Core 31 and Litecoin Core
//! 0.21.

use std::fmt;
use std::str::FromStr;

use crate::hash::Hash;
use crate::header::Nbits;
use crate::pow::Algorithm;

/// A chain whose rules of difficulty are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChainName {
    /// Bitcoin's main chain.
    Bitcoin,
    /// Bitcoin's third test network.
    Testnet3,
    /// Bitcoin's fourth test network (BIP 94).
    Testnet4,
    /// Every signet, the public one and those of one's own.
    Signet,
    /// Bitcoin's regtest.
    Regtest,
    /// Litecoin's main chain.
    Litecoin,
    /// Litecoin's test network.
    LitecoinTestnet,
    /// Litecoin's regtest.
    LitecoinRegtest,
}

/// A word that names no chain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no chain is called {0:?}")]
pub struct UnknownChain(pub String);

/// Blocks between two retargets.
pub(crate) const PERIOD: u32 = 2016;

/// The numbers of one chain.
pub(crate) struct Rules {
    /// The easiest target.
    pub(crate) limit: Nbits,
    /// Seconds that a block should take.
    pub(crate) spacing: u32,
    /// Whether a block that comes twice the spacing late may have the easiest target.
    pub(crate) has_minimum: bool,
    pub(crate) retargets: bool,
    pub(crate) measured_from: MeasuredFrom,
    /// Whether a retarget starts from the first target of the period instead of the last, and no period begins long before the end
    /// of the one before (BIP 94).
    pub(crate) is_bip_94: bool,
}

/// The block from whose time a period is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MeasuredFrom {
    /// The period's own first, so that 2015 intervals stand for 2016.
    First,
    /// The last of the period before.
    LastBefore,
}

impl ChainName {
    /// Every chain.
    pub const ALL: &[Self] = &[
        Self::Bitcoin,
        Self::Testnet3,
        Self::Testnet4,
        Self::Signet,
        Self::Regtest,
        Self::Litecoin,
        Self::LitecoinTestnet,
        Self::LitecoinRegtest,
    ];

    /// The name used everywhere: command line, results, logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bitcoin => "bitcoin",
            Self::Testnet3 => "testnet3",
            Self::Testnet4 => "testnet4",
            Self::Signet => "signet",
            Self::Regtest => "regtest",
            Self::Litecoin => "litecoin",
            Self::LitecoinTestnet => "litecoin-testnet",
            Self::LitecoinRegtest => "litecoin-regtest",
        }
    }

    /// How its headers are hashed.
    #[must_use]
    pub fn algorithm(self) -> Algorithm {
        match self {
            Self::Litecoin | Self::LitecoinTestnet | Self::LitecoinRegtest => Algorithm::Scrypt,
            _ => Algorithm::Sha256d,
        }
    }

    /// The id of its first block, as people read it. Chains that have split off share it.
    fn genesis(self) -> &'static str {
        match self {
            Self::Bitcoin => "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
            Self::Testnet3 => "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
            Self::Testnet4 => "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043",
            Self::Signet => "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6",
            Self::Regtest => "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
            Self::Litecoin => "12a765e31ffd4059bada1e25190f6e98c99d9714d334efa41a195a7e7e04bfe2",
            Self::LitecoinTestnet => "4966625a4b2851d9fdee139e56211a0d88575f59ed816ff5e6a63deb4e3e29a0",
            Self::LitecoinRegtest => "530827f38f93b43ed12af0b3ad25a288dc02ed74d6d7857862df51fc56c416f9",
        }
    }

    /// The chain that begins with this block.
    #[must_use]
    pub fn of_genesis(id: Hash) -> Option<Self> {
        let id = id.to_string();
        Self::ALL.iter().copied().find(|chain| chain.genesis() == id)
    }

    /// Blocks between two retargets; `None` where the difficulty never changes.
    #[must_use]
    pub fn period(self) -> Option<u32> {
        self.rules().retargets.then_some(PERIOD)
    }

    /// Seconds that a block should take.
    #[must_use]
    pub fn spacing(self) -> u32 {
        self.rules().spacing
    }

    pub(crate) fn rules(self) -> Rules {
        const TEN_MINUTES: u32 = 600;
        let bitcoin = Rules {
            limit: Nbits(0x1d00_ffff),
            spacing: TEN_MINUTES,
            has_minimum: false,
            retargets: true,
            measured_from: MeasuredFrom::First,
            is_bip_94: false,
        };
        let litecoin =
            Rules { limit: Nbits(0x1e0f_ffff), spacing: 150, measured_from: MeasuredFrom::LastBefore, ..bitcoin };
        let regtest = |chain| Rules { limit: Nbits(0x207f_ffff), has_minimum: true, retargets: false, ..chain };
        match self {
            Self::Bitcoin => bitcoin,
            Self::Testnet3 => Rules { has_minimum: true, ..bitcoin },
            Self::Testnet4 => Rules { has_minimum: true, is_bip_94: true, ..bitcoin },
            Self::Signet => Rules { limit: Nbits(0x1e03_77ae), ..bitcoin },
            Self::Regtest => regtest(bitcoin),
            Self::Litecoin => litecoin,
            Self::LitecoinTestnet => Rules { has_minimum: true, ..litecoin },
            Self::LitecoinRegtest => regtest(litecoin),
        }
    }
}

impl fmt::Display for ChainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The name, and the usual other spellings.
impl FromStr for ChainName {
    type Err = UnknownChain;

    fn from_str(text: &str) -> Result<Self, UnknownChain> {
        let word = text.to_ascii_lowercase().replace('_', "-");
        let name = match word.as_str() {
            "main" | "mainnet" | "btc" => "bitcoin",
            "test" | "testnet" => "testnet3",
            "ltc" => "litecoin",
            other => other,
        };
        Self::ALL.iter().copied().find(|chain| chain.name() == name).ok_or_else(|| UnknownChain(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_answers_to_its_names() {
        for &chain in ChainName::ALL {
            assert_eq!(chain.name().parse(), Ok(chain));
            let genesis: Hash = chain.genesis().parse().expect("digits");
            assert_eq!(ChainName::of_genesis(genesis), Some(chain));
        }
        assert_eq!("main".parse(), Ok(ChainName::Bitcoin));
        assert_eq!("Litecoin_Regtest".parse(), Ok(ChainName::LitecoinRegtest));
        assert!("dogecoin".parse::<ChainName>().is_err());
    }
}
