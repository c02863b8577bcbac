//! Why a block is refused, in Bitcoin Core's words.

use hashkit_chain::{Hash, Version};

use super::wire::DecodeError;

/// What became of a submitted block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is on the best chain now.
    Accepted {
        /// Its height.
        height: u32,
        /// Its id.
        hash: Hash,
    },
    /// It was here before.
    Duplicate,
    /// It is kept, but another chain has at least as much work and was here first, or a block before it is missing.
    Inconclusive,
    /// It breaks a rule.
    Refused(Refusal),
    /// Its bytes are not a block.
    Undecodable(DecodeError),
}

impl Verdict {
    /// What `submitblock` answers: `None` for an accepted block. Bytes that are no block are an error of their own there.
    #[must_use]
    pub fn word(&self) -> Option<String> {
        match self {
            Self::Accepted { .. } => None,
            Self::Duplicate => Some("duplicate".to_owned()),
            Self::Inconclusive => Some("inconclusive".to_owned()),
            Self::Refused(refusal) => Some(refusal.to_string()),
            Self::Undecodable(error) => Some(error.to_string()),
        }
    }
}

/// How grave a refusal is, as Bitcoin Core sorts them (`BlockValidationResult` in its `consensus/validation.h`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The header breaks a rule on its own.
    Header,
    /// The block breaks a rule, and no block with this header can be right.
    Consensus,
    /// The bytes do not fit the header; another block with this header may be right.
    Mutated,
    /// It was refused before.
    Cached,
    /// Its parent is unknown.
    MissingParent,
    /// Its parent was refused.
    RefusedParent,
    /// Its time lies too far ahead: it may be right later.
    TimeFuture,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $class:ident $word:literal,)*) => {
        /// The rule that a block breaks. [`std::fmt::Display`] gives the word that Bitcoin Core answers; words that begin with
        /// `practice-` are the practice chain's own, where Core would run a script that it cannot run.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        pub enum Refusal {
            /// The header's version is below 4.
            #[error("bad-version(0x{0})")]
            Version(Version),
            $($(#[$doc])* #[error($word)] $name,)*
        }

        impl Refusal {
            /// How grave it is.
            #[must_use]
            pub fn class(self) -> Class {
                match self {
                    Self::Version(_) => Class::Header,
                    $(Self::$name => Class::$class,)*
                }
            }
        }
    };
}

refusals! {
    /// The proof of work does not meet the header's own target.
    HighHash = Header "high-hash",
    /// The header's target is not the one that its parent demands.
    DiffBits = Header "bad-diffbits",
    /// The time is not above the median of the last eleven blocks.
    TimeTooOld = Header "time-too-old",
    /// The time is more than two hours ahead of the clock.
    TimeTooNew = TimeFuture "time-too-new",
    /// The parent is unknown.
    MissingParent = MissingParent "prev-blk-not-found",
    /// The parent is known and refused.
    RefusedParent = RefusedParent "bad-prevblk",
    /// The block was refused before.
    RefusedBefore = Cached "duplicate-invalid",
    /// A proposal that does not stand on the best block.
    NotBestParent = Consensus "inconclusive-not-best-prevblk",
    /// A signet block without witness commitment, or with a solution that only a script engine could check.
    SignetSolution = Consensus "bad-signet-blksig",
    /// The transactions do not hash to the header's merkle root.
    MerkleRoot = Mutated "bad-txnmrklroot",
    /// A run of transactions is repeated so that the merkle root does not show it (CVE-2012-2459).
    RepeatedTransactions = Mutated "bad-txns-duplicate",
    /// No transaction, or more bytes without witnesses than a block may have.
    Length = Consensus "bad-blk-length",
    /// Heavier than four million units.
    Weight = Consensus "bad-blk-weight",
    /// More than 80000 units of signature operations.
    SignatureOperations = Consensus "bad-blk-sigops",
    /// The first transaction is no coinbase.
    CoinbaseMissing = Consensus "bad-cb-missing",
    /// A coinbase that is not the first transaction.
    CoinbaseMultiple = Consensus "bad-cb-multiple",
    /// The coinbase's script has not 2 to 100 bytes.
    CoinbaseLength = Consensus "bad-cb-length",
    /// The coinbase does not begin with its height (BIP 34).
    CoinbaseHeight = Consensus "bad-cb-height",
    /// The coinbase pays more than subsidy and fees.
    CoinbaseAmount = Consensus "bad-cb-amount",
    /// A transaction without inputs.
    NoInputs = Consensus "bad-txns-vin-empty",
    /// A transaction without outputs.
    NoOutputs = Consensus "bad-txns-vout-empty",
    /// A transaction too large for any block.
    Oversize = Consensus "bad-txns-oversize",
    /// An output below zero.
    OutputNegative = Consensus "bad-txns-vout-negative",
    /// An output above all the money there is.
    OutputTooLarge = Consensus "bad-txns-vout-toolarge",
    /// Outputs that sum to more than all the money there is.
    OutputTotalTooLarge = Consensus "bad-txns-txouttotal-toolarge",
    /// One output spent twice within a transaction.
    InputsRepeated = Consensus "bad-txns-inputs-duplicate",
    /// An input that spends nothing, outside a coinbase.
    NullInput = Consensus "bad-txns-prevout-null",
    /// A transaction whose lock time has not come.
    NotFinal = Consensus "bad-txns-nonfinal",
    /// An input that spends what is not there.
    InputsMissing = Consensus "bad-txns-inputs-missingorspent",
    /// A coinbase spent before 100 blocks have passed.
    PrematureSpend = Consensus "bad-txns-premature-spend-of-coinbase",
    /// More paid out than put in.
    InputsBelowOutputs = Consensus "bad-txns-in-belowout",
    /// A transaction whose outputs are there already, unspent (BIP 30).
    Overwrites = Consensus "bad-txns-BIP30",
    /// The coinbase's witness is not one item of 32 bytes.
    WitnessNonceSize = Mutated "bad-witness-nonce-size",
    /// The witnesses do not hash to the commitment.
    WitnessCommitment = Mutated "bad-witness-merkle-match",
    /// A witness in a block that commits to none.
    UnexpectedWitness = Mutated "unexpected-witness",
    /// A known script that its input does not satisfy.
    ScriptFailed = Consensus "block-script-verify-flag-failed",
    /// A script that only a script engine could check.
    ScriptUnknown = Consensus "practice-chain-spends-only-op-true",
    /// A relative lock time (BIP 68), which the practice chain does not check.
    RelativeLock = Consensus "practice-chain-has-no-relative-locks",
}
