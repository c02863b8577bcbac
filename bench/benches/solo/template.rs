//! A full template: 4,000 transactions, 2 MB.

use std::fmt::Write as _;

use hashkit_chain::{Algorithm, Hash, JobTerms, Payout, Target, sha256d};

pub(crate) const TRANSACTIONS: usize = 4000;

/// So that the block has 2 MB.
pub(crate) const TRANSACTION_LEN: usize = 500;

/// The tip number `number`.
pub(crate) fn hash(number: u32) -> Hash {
    sha256d(&number.to_le_bytes())
}

/// A template as Bitcoin Core writes it, of a regtest whose blocks take two hashes.
pub(crate) fn template_on(tip: u32) -> String {
    let mut transactions = String::new();
    for number in 0..TRANSACTIONS {
        let id = sha256d(&number.to_le_bytes());
        let separator = if number == 0 { "" } else { "," };
        let data = id.to_string().repeat(TRANSACTION_LEN / 32 + 1);
        let data = &data[..2 * TRANSACTION_LEN];
        write!(
            transactions,
            r#"{separator}{{"data":"{data}","txid":"{id}","hash":"{id}","depends":[],"fee":1000,"sigops":4,"weight":1100}}"#
        )
        .expect("memory takes it");
    }
    let commitment = format!("6a24aa21a9ed{}", "00".repeat(32));
    format!(
        r#"{{"capabilities":["proposal"],"version":536870912,"rules":["csv","!segwit","taproot"],"vbavailable":{{}},"vbrequired":0,"previousblockhash":"{}","transactions":[{transactions}],"coinbaseaux":{{}},"coinbasevalue":312500000,"longpollid":"{tip}","mintime":1700000000,"mutable":["time","transactions","prevblock"],"noncerange":"00000000ffffffff","sigoplimit":80000,"sizelimit":4000000,"weightlimit":4000000,"curtime":1700000001,"bits":"207fffff","height":900000,"default_witness_commitment":"{commitment}"}}"#,
        hash(tip)
    )
}

/// The terms of a pool that pays `payout`.
pub(crate) fn terms(payout: &Payout) -> JobTerms<'_> {
    JobTerms {
        algorithm: Algorithm::Sha256d,
        version_mask: 0,
        payout,
        commitment: &[],
        extranonce1: &[0; 4],
        extranonce2_len: 8,
        share_target: Target::MAX,
    }
}
