//! Which chain is practised: its first block, its targets, its money.

use hashkit_chain::{Algorithm, Hash, Header, Nbits, Nonce, Ntime, Target, Version, hex, sha256d};
use ruint::aliases::U256;

use super::block::block_bytes;

/// The coinbase of the genesis block, the same on every chain of Bitcoin's family that Bitcoin Core knows.
const GENESIS_COINBASE: &str = include_str!("genesis-coinbase.hex");

/// How much work the chain asks for, and which chain of Bitcoin Core it follows rule by rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// A custom signet whose challenge is the single byte `51`: 4.84 million hashes a block at first, a retarget every
    /// 2016 blocks, every coinbase with a witness commitment.
    Practice,
    /// Bitcoin Core's regtest: two hashes a block for ever. For tests.
    Fast,
}

impl Profile {
    /// The word by which its files and logs call it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Fast => "fast",
        }
    }

    /// The chain's name as `getblockchaininfo` gives it.
    #[must_use]
    pub fn chain_name(self) -> &'static str {
        match self {
            Self::Practice => "signet",
            Self::Fast => "regtest",
        }
    }
}

/// The numbers of one profile under one algorithm.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) profile: Profile,
    pub(super) algorithm: Algorithm,
}

/// Blocks between two retargets.
const PERIOD: u32 = 2016;
/// Seconds that a period should take: two weeks.
const PERIOD_SECONDS: u32 = 14 * 24 * 60 * 60;
/// Blocks before a coinbase may be spent.
pub(super) const COINBASE_MATURITY: u32 = 100;
/// How far a block's time may lie ahead of the clock, in seconds.
pub(super) const MAX_FUTURE_SECONDS: u32 = 2 * 60 * 60;
/// How far the first block of a period may lie before its parent in a template, in seconds (BIP 94).
const MAX_TIMEWARP_SECONDS: u32 = 600;
/// Heaviest block, in weight units.
pub(super) const MAX_WEIGHT: usize = 4_000_000;
/// Most signature operations of a block, in units of which a plain one costs four.
pub(super) const MAX_SIGOPS: usize = 80_000;
/// All the money there can be, in satoshi.
pub(super) const MAX_MONEY: i64 = 21_000_000 * COIN;
const COIN: i64 = 100_000_000;

impl Rules {
    /// The easiest target that the chain accepts, and the first.
    pub(super) fn limit(&self) -> Nbits {
        match (self.profile, self.algorithm) {
            (Profile::Fast, _) => Nbits(0x207f_ffff),
            // 4096 times easier, about the ratio of the speeds: 1181 hashes, which a processor core does in a third of a second.
            (Profile::Practice, Algorithm::Scrypt) => Nbits(0x1f37_7ae0),
            (Profile::Practice, _) => Nbits(0x1e03_77ae),
        }
    }

    /// The first block. For SHA-256d it is Bitcoin Core's own; elsewhere the same with that chain's target, and unmined.
    pub(super) fn genesis(&self) -> Vec<u8> {
        let coinbase = hex::decode(GENESIS_COINBASE.trim()).expect("a file of this package, checked by a test");
        let (ntime, nonce) = match self.profile {
            Profile::Practice => (1_598_918_400, 52_613_770),
            Profile::Fast => (1_296_688_602, 2),
        };
        let header = Header {
            version: Version(1),
            prev_hash: Hash::ZERO,
            merkle_root: sha256d(&coinbase),
            ntime: Ntime(ntime),
            nbits: self.limit(),
            nonce: Nonce(nonce),
        };
        block_bytes(&header, &[&coinbase])
    }

    /// New coins in the block at `height`, in satoshi.
    pub(super) fn subsidy(&self, height: u32) -> i64 {
        let halving = match self.profile {
            Profile::Practice => 210_000,
            Profile::Fast => 150,
        };
        (50 * COIN).checked_shr(height / halving).unwrap_or(0)
    }

    /// Whether the target may change at `height`.
    pub(super) fn is_retarget(&self, height: u32) -> bool {
        self.profile == Profile::Practice && height.is_multiple_of(PERIOD)
    }

    /// Height of the block whose time begins the period that ends before the retarget at `height`.
    pub(super) fn period_start(height: u32) -> u32 {
        height.saturating_sub(PERIOD)
    }

    /// The target after a period that began at `first` and ended at `last` under `previous`. `vectors/signet-retarget.json`.
    pub(super) fn retarget(&self, previous: Nbits, first: Ntime, last: Ntime) -> Nbits {
        let span = i64::from(last.0) - i64::from(first.0);
        let span = span.clamp(i64::from(PERIOD_SECONDS / 4), i64::from(PERIOD_SECONDS * 4));
        let number =
            |nbits| Target::from_compact(nbits).map_or(U256::ZERO, |target| U256::from_le_bytes(target.to_le_bytes()));
        // Wraps as Core's 256-bit numbers do; with these limits it never comes to that.
        let scaled = number(previous).wrapping_mul(U256::from(span)) / U256::from(PERIOD_SECONDS);
        Target::from_le_bytes(scaled.min(number(self.limit())).to_le_bytes()).to_compact()
    }

    /// The earliest time that a template for `height` offers, after a parent of this time and median time.
    pub(super) fn min_time(height: u32, median: Ntime, parent: Ntime) -> Ntime {
        let above_median = median.0.saturating_add(1);
        if height.is_multiple_of(PERIOD) {
            Ntime(above_median.max(parent.0.saturating_sub(MAX_TIMEWARP_SECONDS)))
        } else {
            Ntime(above_median)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(profile: Profile) -> Rules {
        Rules { profile, algorithm: Algorithm::Sha256d }
    }

    #[test]
    fn the_first_blocks_are_bitcoin_cores() {
        for (profile, id) in [
            (Profile::Practice, "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6"),
            (Profile::Fast, "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),
        ] {
            let genesis = rules(profile).genesis();
            let header = Header::from_bytes(genesis[..80].try_into().unwrap());
            assert_eq!(header.id().to_string(), id, "{}", profile.name());
        }
    }

    #[test]
    fn targets_follow_the_retargets_that_core_accepted() {
        let vectors = include_str!("../../../tests/vectors/signet-retarget.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        let rows = vectors["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 2);
        for row in rows {
            let bits = |key: &str| Nbits(hex::decode_u32(row[key].as_str().unwrap()).unwrap());
            let time = |key: &str| Ntime(u32::try_from(row[key].as_u64().unwrap()).unwrap());
            let found = rules(Profile::Practice).retarget(
                bits("previous_bits"),
                time("first_block_time"),
                time("last_block_time"),
            );
            assert_eq!(found, bits("bits"), "height {}", row["height"]);
            let header: [u8; 80] = hex::decode_array(row["accepted_header"].as_str().unwrap()).unwrap();
            let header = Header::from_bytes(&header);
            assert_eq!(header.nbits, found, "height {}", row["height"]);
            assert!(Target::from_compact(found).unwrap().is_met_by(&header.id()), "height {}", row["height"]);
        }
    }

    #[test]
    fn the_subsidy_halves_until_nothing_is_left() {
        for (height, subsidy) in [
            (0, 5_000_000_000),
            (209_999, 5_000_000_000),
            (210_000, 2_500_000_000),
            (420_000, 1_250_000_000),
            (210_000 * 33, 0),
            (u32::MAX, 0),
        ] {
            assert_eq!(rules(Profile::Practice).subsidy(height), subsidy, "{height}");
        }
        assert_eq!(rules(Profile::Fast).subsidy(150), 2_500_000_000);
        assert_eq!(rules(Profile::Fast).subsidy(150 * 64), 0);
    }
}
