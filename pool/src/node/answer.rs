//! What a node says to a block, and what that means for whoever found it.

/// What a node says to a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubmitAnswer {
    /// Valid, and the new tip.
    Accepted,
    /// It has this block already, as is usual after a repeated call.
    Known,
    /// Kept, but another block at this height came first.
    SideBranch,
    /// Refused; the node's own word.
    Refused(String),
}

/// Words of `submitblock`, or their beginnings, and what they mean. Source: Bitcoin Core 31, `validation.cpp` and `tx_verify.cpp`.
const MEANINGS: [(&str, &str); 26] = [
    ("high-hash", "its hash misses the network target"),
    ("bad-txnmrklroot", "its header commits to other transactions than it carries"),
    ("bad-cb-amount", "its coinbase pays more than subsidy and fees"),
    ("bad-cb-height", "its coinbase does not state its height as the chain wants it"),
    ("bad-cb-length", "its coinbase's script has not 2 to 100 bytes"),
    ("bad-cb-multiple", "it has more than one coinbase"),
    ("unexpected-witness", "it carries witnesses without committing to them, or before the chain has them"),
    ("bad-witness-merkle-match", "its commitment is not that of its witnesses"),
    ("bad-witness-nonce-size", "the witness of its coinbase has not 32 bytes"),
    ("time-too-old", "its time is before what the chain allows"),
    ("time-timewarp-attack", "its time is too far before its parent's, at the first block of a period"),
    ("time-too-new", "its time is more than two hours ahead: check this machine's clock and the node's"),
    ("bad-diffbits", "its difficulty is not the one that the chain asks for at its time"),
    ("bad-version", "its version is one that the chain no longer takes"),
    ("prev-blk-not-found", "the node does not know its parent: it lags behind, or follows another chain"),
    ("inconclusive-not-best-prevblk", "its parent is no longer the tip"),
    ("bad-prevblk", "its parent is a block that the node holds for invalid"),
    ("bad-txns-inputs-missingorspent", "it spends what is not there, or is spent already"),
    ("bad-txns-duplicate", "it has a transaction twice"),
    ("bad-txns-premature-spend-of-coinbase", "it spends a coinbase younger than 100 blocks"),
    ("bad-txns-nonfinal", "it has a transaction whose lock time has not come"),
    ("bad-blk-sigops", "it asks for more signature checks than a block may"),
    ("bad-signet-blksig", "this signet wants its operators' signature"),
    ("duplicate-invalid", "the node has refused this very block before"),
    ("duplicate-inconclusive", "the node has it, and has not judged it yet"),
    ("Block decode failed", "the node cannot read it as a block"),
];

impl SubmitAnswer {
    /// From the word of `submitblock`; no word is the best one.
    pub(crate) fn of(word: Option<&str>) -> Self {
        match word.map(|word| word.strip_prefix("rejected: ").unwrap_or(word)) {
            None => Self::Accepted,
            Some("duplicate") => Self::Known,
            Some("inconclusive") => Self::SideBranch,
            Some(word) => Self::Refused(word.chars().filter(|char| !char.is_control()).take(200).collect()),
        }
    }

    /// What it means, as the end of a sentence that begins with the block.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        match self {
            Self::Accepted => "the node has taken it",
            Self::Known => "the node has it already, from another node or an earlier call",
            Self::SideBranch => {
                "another block at its height came first: it counts only if the next block is built on it"
            }
            Self::Refused(word) => {
                let known = MEANINGS.iter().find(|(known, _)| word.starts_with(known));
                known.map_or("the node refuses it for a reason that this version does not know", |(_, meaning)| meaning)
            }
        }
    }

    /// How good it is for whoever found the block: the highest of several nodes' answers counts.
    pub(crate) fn rank(&self) -> u8 {
        match self {
            Self::Accepted => 3,
            Self::Known => 2,
            Self::SideBranch => 1,
            Self::Refused(_) => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_submitblock_is_read_with_and_without_prefix() {
        for (word, answer) in [
            (None, SubmitAnswer::Accepted),
            (Some("duplicate"), SubmitAnswer::Known),
            (Some("inconclusive"), SubmitAnswer::SideBranch),
            (Some("bad-cb-amount"), SubmitAnswer::Refused("bad-cb-amount".into())),
            (Some("rejected: high-hash"), SubmitAnswer::Refused("high-hash".into())),
        ] {
            assert_eq!(SubmitAnswer::of(word), answer);
        }
    }

    #[test]
    fn every_word_that_a_node_was_heard_to_say_is_explained() {
        let unknown = SubmitAnswer::Refused("a word of tomorrow".into()).meaning();
        let recorded = include_str!("../../../tests/vectors/submitblock-results.json");
        let recorded: serde_json::Value = serde_json::from_str(recorded).expect("JSON");
        let rows = recorded["rows"].as_array().expect("a list");
        assert!(rows.len() > 30);
        for row in rows {
            for said in [&row["submitblock"], &row["proposal"]] {
                // An error of the call says its word as a message.
                let word = said.as_str().or(said["message"].as_str());
                let answer = SubmitAnswer::of(word);
                assert_ne!(answer.meaning(), unknown, "{row}");
                assert_eq!(answer == SubmitAnswer::Accepted, said.is_null(), "{row}");
            }
        }
    }

    #[test]
    fn a_longer_word_is_not_taken_for_the_shorter_one_it_begins_with() {
        for (index, (word, _)) in MEANINGS.iter().enumerate() {
            let earlier = MEANINGS[..index].iter().find(|(earlier, _)| word.starts_with(earlier));
            assert_eq!(earlier, None, "{word} stands behind its own beginning");
        }
    }
}
