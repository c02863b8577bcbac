//! How chains set their difficulty and their time: the target that each header has to name, and the time that it has to exceed.
//! Source: `pow.cpp` and `validation.cpp` of Bitcoin Core 31 and Litecoin Core 0.21, BIP 94 and BIP 113.

use ruint::aliases::U256;

use crate::chain_name::{ChainName, MeasuredFrom, PERIOD, Rules};
use crate::header::{Header, Nbits, Ntime};
use crate::median_time::LastTimes;
use crate::target::Target;

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

/// A header's time is not one that its chain allows at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongTime {
    /// The median of the eleven headers below it is as late or later.
    #[error("its time {} does not exceed {}, the median of the eleven headers below height {height}", found.0, median.0)]
    NotAboveMedian {
        /// The header's height.
        height: u32,
        /// What it names.
        found: Ntime,
        /// What it has to exceed.
        median: Ntime,
    },
    /// It begins a difficulty period too far before the end of the one before (BIP 94).
    #[error(
        "its time {} begins a period at height {height} more than 10 minutes before {}, the time of the one below",
        found.0, before.0
    )]
    Timewarp {
        /// The header's height.
        height: u32,
        /// What it names.
        found: Ntime,
        /// The time of the header below it.
        before: Ntime,
    },
}

/// What a header is not allowed to be at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BrokenRule {
    /// So hard, or so easy.
    #[error(transparent)]
    Bits(#[from] WrongBits),
    /// So early.
    #[error(transparent)]
    Time(#[from] WrongTime),
}

/// How far a period may begin before the end of the one before, in seconds (BIP 94).
const LARGEST_TIMEWARP: u32 = 600;

/// Where a header stands on its chain, with all that the difficulty and the time of the next one depend on.
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
    times: LastTimes,
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
            times: LastTimes::lowest(height, header),
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
    /// [`BrokenRule`] when its target is not the one that the chain demands here, or its time is too early.
    pub fn next(&self, header: &Header) -> Result<Self, BrokenRule> {
        self.check(header.nbits, header.ntime)?;
        self.check_time(header.ntime)?;
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
            times: self.times.with(header.ntime),
        })
    }

    /// Whether the header after this one may have this time, as far as the times below it are known.
    ///
    /// # Errors
    /// [`WrongTime`] when it may not.
    pub fn check_time(&self, found: Ntime) -> Result<(), WrongTime> {
        let (height, before) = (self.height.saturating_add(1), self.ntime);
        if let Some(median) = self.times.median().filter(|median| found <= *median) {
            return Err(WrongTime::NotAboveMedian { height, found, median });
        }
        let is_warped = height.is_multiple_of(PERIOD) && found.0 < before.0.saturating_sub(LARGEST_TIMEWARP);
        if self.chain.rules().is_bip_94 && is_warped {
            return Err(WrongTime::Timewarp { height, found, before });
        }
        Ok(())
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
                let base = if rules.is_bip_94 { period.first } else { self.nbits };
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
    use crate::hash::Hash;
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
            assert!(matches!(refused, BrokenRule::Bits(WrongBits::Demanded { .. })), "{refused}");
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
        let refused = at.next(&header(1_001, 0x1c40_0000));
        assert!(matches!(refused, Err(BrokenRule::Bits(WrongBits::TooEasy { .. }))), "{refused:?}");
        assert!(Position::lowest(ChainName::Bitcoin, 4_031, &header(1_000, 0x207f_ffff)).is_err());
    }

    #[test]
    fn a_time_has_to_exceed_the_median_of_the_eleven_below_it() {
        const EASY: u32 = 0x207f_ffff;
        let mut at = lowest(ChainName::Regtest, 500, &header(1_000, EASY));
        for block in 1..=9 {
            at = at.next(&header(1_000 + block, EASY)).expect("later than all");
        }
        let early = at.next(&header(1, EASY)).expect("ten times are too few to tell");
        assert_eq!(
            early.check_time(Ntime(1_004)),
            Err(WrongTime::NotAboveMedian { height: 511, found: Ntime(1_004), median: Ntime(1_004) })
        );
        assert!(early.next(&header(1_004, EASY)).is_err() && early.next(&header(1_005, EASY)).is_ok());
        let first = lowest(ChainName::Regtest, 0, &header(1_000, EASY));
        assert!(first.next(&header(1_000, EASY)).is_err(), "from the first block on all times are known");
    }

    #[test]
    fn no_period_of_the_fourth_test_network_begins_long_before_the_end_of_the_one_before() {
        const REAL: u32 = 0x1c0f_ffff;
        for (chain, is_refused) in [(ChainName::Testnet4, true), (ChainName::Bitcoin, false)] {
            let last = lowest(chain, 4_031, &header(10_000, REAL));
            assert_eq!(last.check_time(Ntime(9_399)).is_err(), is_refused, "{chain}");
            assert!(last.check_time(Ntime(9_400)).is_ok(), "{chain}: ten minutes");
            assert!(
                lowest(chain, 4_032, &header(10_000, REAL)).check_time(Ntime(1)).is_ok(),
                "{chain}: within a period"
            );
        }
    }
}
