//! How chains set their difficulty: the target that each header has to name. Source: `pow.cpp` and `chainparams.cpp` of Bitcoin
//! Core 31 and Litecoin Core 0.21, and BIP 94.

use std::fmt;
use std::str::FromStr;

use ruint::aliases::U256;

use crate::hash::Hash;
use crate::header::{Header, Nbits, Ntime};
use crate::pow::Algorithm;
use crate::target::Target;

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
const PERIOD: u32 = 2016;

/// The numbers of one chain.
struct Rules {
    /// The easiest target.
    limit: Nbits,
    /// Seconds that a block should take.
    spacing: u32,
    /// Whether a block that comes twice the spacing late may have the easiest target.
    has_minimum: bool,
    retargets: bool,
    measured_from: MeasuredFrom,
    /// Whether a retarget starts from the first target of the period instead of the last (BIP 94).
    from_first: bool,
}

/// The block from whose time a period is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MeasuredFrom {
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

    fn rules(self) -> Rules {
        const TEN_MINUTES: u32 = 600;
        let bitcoin = Rules {
            limit: Nbits(0x1d00_ffff),
            spacing: TEN_MINUTES,
            has_minimum: false,
            retargets: true,
            measured_from: MeasuredFrom::First,
            from_first: false,
        };
        let litecoin =
            Rules { limit: Nbits(0x1e0f_ffff), spacing: 150, measured_from: MeasuredFrom::LastBefore, ..bitcoin };
        let regtest = |chain| Rules { limit: Nbits(0x207f_ffff), has_minimum: true, retargets: false, ..chain };
        match self {
            Self::Bitcoin => bitcoin,
            Self::Testnet3 => Rules { has_minimum: true, ..bitcoin },
            Self::Testnet4 => Rules { has_minimum: true, from_first: true, ..bitcoin },
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

/// A header names another target than its chain demands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongBits {
    /// What it has to name is known.
    #[error("its bits are {found}, but {chain} demands {expected} at height {height}")]
    Demanded {
        /// The chain.
        chain: ChainName,
        /// The header's height.
        height: u32,
        /// What it names.
        found: Nbits,
        /// What it has to name.
        expected: Nbits,
    },
    /// It is easier than any that could follow.
    #[error("its bits {found} are easier than {chain} allows at height {height}, at most {easiest}")]
    TooEasy {
        /// The chain.
        chain: ChainName,
        /// The header's height.
        height: u32,
        /// What it names.
        found: Nbits,
        /// The easiest that is possible.
        easiest: Nbits,
    },
}

/// Where a header stands on its chain, with all that the difficulty of the next one depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    chain: ChainName,
    height: u32,
    ntime: Ntime,
    nbits: Nbits,
    /// The target without the rule of the minimum; `None` where it stands below all that is known.
    real: Option<Nbits>,
    /// `None` where the period began below all that is known.
    period: Option<Period>,
}

/// How a difficulty period began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Period {
    /// The time from which the chain measures it.
    since: Ntime,
    first: Nbits,
}

impl Position {
    /// The position of the lowest header that is known. Its bits are taken as they are, up to the chain's easiest.
    ///
    /// # Errors
    /// [`WrongBits`] when they are easier than that.
    pub fn lowest(chain: ChainName, height: u32, header: &Header) -> Result<Self, WrongBits> {
        let rules = chain.rules();
        if target(header.nbits) > target(rules.limit) {
            return Err(WrongBits::TooEasy { chain, height, found: header.nbits, easiest: rules.limit });
        }
        let begins = height.is_multiple_of(PERIOD);
        let is_measured = begins && (height == 0 || rules.measured_from == MeasuredFrom::First);
        let is_real = begins || !rules.has_minimum || !rules.retargets || header.nbits != rules.limit;
        Ok(Self {
            chain,
            height,
            ntime: header.ntime,
            nbits: header.nbits,
            real: is_real.then_some(header.nbits),
            period: is_measured.then_some(Period { since: header.ntime, first: header.nbits }),
        })
    }

    /// The position, with what is known of its period's beginning from elsewhere: the header at
    /// [`Position::measured_from`]. It has no effect where the period is known.
    #[must_use]
    pub fn with_period(self, header: &Header) -> Self {
        Self { period: self.period.or(Some(Period { since: header.ntime, first: header.nbits })), ..self }
    }

    /// The height of the header from whose time the chain measures the period of this one.
    #[must_use]
    pub fn measured_from(&self) -> u32 {
        let first = self.height - self.height % PERIOD;
        match self.chain.rules().measured_from {
            MeasuredFrom::First => first,
            MeasuredFrom::LastBefore => first.saturating_sub(1),
        }
    }

    /// The chain.
    #[must_use]
    pub fn chain(&self) -> ChainName {
        self.chain
    }

    /// The header's height.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The header's time.
    #[must_use]
    pub fn ntime(&self) -> Ntime {
        self.ntime
    }

    /// The header's target.
    #[must_use]
    pub fn nbits(&self) -> Nbits {
        self.nbits
    }

    /// The position of a header that names this one as its parent.
    ///
    /// # Errors
    /// [`WrongBits`] when its target is not the one that the chain demands here.
    pub fn next(&self, header: &Header) -> Result<Self, WrongBits> {
        self.check(header.nbits, header.ntime)?;
        let rules = self.chain.rules();
        let height = self.height.saturating_add(1);
        let begins = height.is_multiple_of(PERIOD);
        let is_real = begins || !rules.has_minimum || header.nbits != rules.limit;
        let since = match rules.measured_from {
            MeasuredFrom::First => header.ntime,
            MeasuredFrom::LastBefore => self.ntime,
        };
        Ok(Self {
            chain: self.chain,
            height,
            ntime: header.ntime,
            nbits: header.nbits,
            real: if is_real { Some(header.nbits) } else { self.real },
            period: if begins { Some(Period { since, first: header.nbits }) } else { self.period },
        })
    }

    /// Whether the header after this one may name `found` at `ntime`.
    ///
    /// # Errors
    /// [`WrongBits`] when it may not.
    pub fn check(&self, found: Nbits, ntime: Ntime) -> Result<(), WrongBits> {
        let (chain, height) = (self.chain, self.height.saturating_add(1));
        match self.demanded(ntime) {
            Some(expected) if found == expected => Ok(()),
            Some(expected) => Err(WrongBits::Demanded { chain, height, found, expected }),
            None => {
                let easiest = self.easiest();
                if target(found) <= target(easiest) {
                    return Ok(());
                }
                Err(WrongBits::TooEasy { chain, height, found, easiest })
            }
        }
    }

    /// The target that the chain demands of the next header at `ntime`; `None` where that depends on headers below the lowest.
    #[must_use]
    pub fn demanded(&self, ntime: Ntime) -> Option<Nbits> {
        let rules = self.chain.rules();
        if (self.height.saturating_add(1)).is_multiple_of(PERIOD) && rules.retargets {
            return self.period.map(|period| {
                let base = if rules.from_first { period.first } else { self.nbits };
                retarget(&rules, base, period.since, self.ntime)
            });
        }
        if !rules.has_minimum {
            return Some(self.nbits);
        }
        let is_late = i64::from(ntime.0) - i64::from(self.ntime.0) > i64::from(2 * rules.spacing);
        if is_late { Some(rules.limit) } else { self.real }
    }

    /// Of all that the next header could have to name, the easiest.
    fn easiest(&self) -> Nbits {
        let rules = self.chain.rules();
        if rules.has_minimum || !rules.retargets {
            return rules.limit;
        }
        compact(number(self.nbits).saturating_mul(U256::from(4)).min(number(rules.limit)))
    }

    /// How far its difficulty period has come; `None` where the difficulty never changes, or the period's beginning is not known.
    #[must_use]
    pub fn progress(&self) -> Option<Progress> {
        let period = self.chain.period()?;
        let since = self.period?.since;
        let done = self.height % period + 1;
        let blocks = f64::from(self.height - self.measured_from());
        let took = f64::from(self.ntime.0) - f64::from(since.0);
        let planned = blocks * f64::from(self.chain.spacing());
        // A few blocks say little of a pace.
        let change = (blocks >= 10.0 && took > 0.0).then(|| (planned / took).clamp(0.25, 4.0));
        Some(Progress { done, of: period, change })
    }
}

/// How far a difficulty period has come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Blocks of the period that are there.
    pub done: u32,
    /// Blocks that it has.
    pub of: u32,
    /// What the difficulty is multiplied by at its end if blocks keep coming as they did; `None` when too few have come to tell.
    pub change: Option<f64>,
}

/// The target after a period that began at `since` and ended at `last` under `base`.
fn retarget(rules: &Rules, base: Nbits, since: Ntime, last: Ntime) -> Nbits {
    let planned = i64::from(rules.spacing) * i64::from(PERIOD);
    let took = (i64::from(last.0) - i64::from(since.0)).clamp(planned / 4, planned * 4);
    // Wider than the nodes' 256 bits, which Litecoin's easiest targets would overflow: its node shifts them to and fro for that, and
    // what it loses lies far below what the compact form keeps.
    let scaled = wide(number(base)) * wide(U256::from(took)) / wide(U256::from(planned));
    let limit = number(rules.limit);
    if scaled > wide(limit) { compact(limit) } else { compact(U256::from_limbs_slice(&scaled.as_limbs()[..4])) }
}

/// What no target is, is easier than all.
fn target(nbits: Nbits) -> Target {
    Target::from_compact(nbits).unwrap_or(Target::MAX)
}

type Wide = ruint::Uint<320, 5>;

fn wide(number: U256) -> Wide {
    Wide::from_limbs_slice(number.as_limbs())
}

fn number(nbits: Nbits) -> U256 {
    Target::from_compact(nbits).unwrap_or(Target::ZERO).as_uint()
}

fn compact(number: U256) -> Nbits {
    Target::from_uint(number).to_compact()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::header::Version;
    use crate::nonce::Nonce;

    fn header(ntime: u32, nbits: u32) -> Header {
        let (version, prev_hash, merkle_root, nonce) = (Version(4), Hash::ZERO, Hash::ZERO, Nonce(0));
        Header { version, prev_hash, merkle_root, ntime: Ntime(ntime), nbits: Nbits(nbits), nonce }
    }

    fn lowest(chain: ChainName, height: u32, header: &Header) -> Position {
        Position::lowest(chain, height, header).expect("not too easy")
    }

    /// The rows of `src/test/pow_tests.cpp` in Bitcoin Core and in Litecoin Core, which are blocks of the main chains; and what the
    /// vector `signet-retarget.json` has.
    #[test]
    fn retargets_are_those_of_the_nodes() {
        use ChainName::{Bitcoin, Litecoin, Signet};
        for (chain, height, since, last, nbits, expected) in [
            (Bitcoin, 32_255, 1_261_130_161, 1_262_152_739, 0x1d00_ffff, 0x1d00_d86a),
            (Bitcoin, 2_015, 1_231_006_505, 1_233_061_996, 0x1d00_ffff, 0x1d00_ffff),
            (Bitcoin, 68_543, 1_279_008_237, 1_279_297_671, 0x1c05_a3f4, 0x1c01_68fd),
            (Bitcoin, 46_367, 1_263_163_443, 1_269_211_443, 0x1c38_7f6f, 0x1d00_e1fd),
            (Litecoin, 280_223, 1_358_118_740, 1_358_378_777, 0x1c0a_c141, 0x1c09_3f8d),
            (Litecoin, 2_015, 1_317_972_665, 1_318_480_354, 0x1e0f_fff0, 0x1e0f_ffff),
            (Signet, 2_015, 1_598_918_400, 1_795_229_654, 0x1e03_77ae, 0x1e03_77ae),
            (Signet, 4_031, 1_795_229_654, 1_795_230_443, 0x1e03_77ae, 0x1e00_ddeb),
        ] {
            let last = lowest(chain, height, &header(last, nbits)).with_period(&header(since, nbits));
            let far = if chain == Bitcoin { 2_015 } else { 2_016 };
            if height > 2_016 && chain != Signet {
                assert_eq!(height - last.measured_from(), far, "{chain} {height}");
            }
            assert_eq!(last.demanded(Ntime(0)), Some(Nbits(expected)), "{chain} {height}");
            let next = last.next(&header(last.ntime.0 + 60, expected)).expect("as demanded");
            assert_eq!((next.height(), next.nbits()), (height + 1, Nbits(expected)), "{chain} {height}");
            let refused = last.next(&header(last.ntime.0 + 60, 0x207f_ffff)).expect_err("too easy");
            assert!(matches!(refused, WrongBits::Demanded { .. }), "{refused}");
        }
    }

    #[test]
    fn a_whole_period_measures_itself() {
        for (chain, first, expected) in [
            // 2015 spaces of 300 s, half of what 2016 should take.
            (ChainName::Bitcoin, 0x1c7f_ffff, 0x1c3f_f7de),
            // 2016 spaces of 300 s, twice what they should take.
            (ChainName::Litecoin, 0x1c3f_ffff, 0x1c7f_fffe),
        ] {
            let mut at = lowest(chain, 2_015, &header(700, first));
            assert_eq!(at.demanded(Ntime(0)), None, "its period began below");
            for block in 1..=2_016 {
                at = at.next(&header(700 + block * 300, first)).expect("the same all the period");
            }
            assert_eq!((at.height(), at.demanded(Ntime(0))), (4_031, Some(Nbits(expected))), "{chain}");
            assert_eq!(at.progress().map(|progress| (progress.done, progress.of)), Some((2_016, 2_016)));
        }
    }

    #[test]
    fn the_minimum_of_a_test_network_holds_for_one_late_block() {
        const REAL: u32 = 0x1c0f_ffff;
        const MINIMUM: u32 = 0x1d00_ffff;
        for chain in [ChainName::Testnet3, ChainName::Testnet4] {
            let at = lowest(chain, 10, &header(1_000, REAL));
            assert_eq!(at.demanded(Ntime(2_200)), Some(Nbits(REAL)), "20 minutes are not late yet");
            let late = at.next(&header(2_201, MINIMUM)).expect("late");
            assert_eq!(late.demanded(Ntime(2_202)), Some(Nbits(REAL)), "what was before the late one");
            assert!(late.next(&header(2_202, MINIMUM)).is_err());
            assert!(late.next(&header(2_202, REAL)).is_ok());
            let unknown = lowest(chain, 10, &header(1_000, MINIMUM));
            assert_eq!(unknown.demanded(Ntime(1_001)), None, "the real one lies below the lowest");
            assert!(unknown.next(&header(1_001, REAL)).is_ok());
        }
    }

    #[test]
    fn the_fourth_test_network_starts_a_retarget_from_the_periods_first_target() {
        const REAL: u32 = 0x1c0f_ffff;
        for (chain, easiest_last) in [(ChainName::Testnet3, true), (ChainName::Testnet4, false)] {
            let late = header(1_000_000 + 2_016 * 600, 0x1d00_ffff);
            let last = lowest(chain, 4_031, &late).with_period(&header(1_000_000, REAL));
            let demanded = last.demanded(Ntime(0)).expect("the period is known");
            let is_easy = demanded == Nbits(0x1d00_ffff);
            assert_eq!(is_easy, easiest_last, "{chain}: {demanded}");
        }
    }

    #[test]
    fn a_regtest_never_changes() {
        for chain in [ChainName::Regtest, ChainName::LitecoinRegtest] {
            let mut at = lowest(chain, 0, &header(0, 0x207f_ffff));
            for block in 1..5_000 {
                at = at.next(&header(block, 0x207f_ffff)).expect("always the same");
            }
            assert!(at.next(&header(0, 0x207f_fffe)).is_err());
            assert_eq!(at.progress(), None);
            let in_between = lowest(chain, 361, &header(0, 0x207f_ffff));
            assert!(in_between.next(&header(1, 0x207f_fffe)).is_err(), "known wherever the headers begin");
        }
    }

    #[test]
    fn what_cannot_be_known_is_bounded() {
        let at = lowest(ChainName::Bitcoin, 4_031, &header(1_000, 0x1c0f_ffff));
        assert!(at.next(&header(1_001, 0x1c3f_fffc)).is_ok(), "four times easier");
        assert!(matches!(at.next(&header(1_001, 0x1c40_0000)), Err(WrongBits::TooEasy { .. })));
        assert!(Position::lowest(ChainName::Bitcoin, 4_031, &header(1_000, 0x207f_ffff)).is_err());
    }

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
