//! What the practice chain proposes to mine: `getblocktemplate` as Bitcoin Core answers it.

use hashkit_chain::{Hash, Ntime, Target, hex, sha256d};
use serde_json::{Value, json};

use super::block::{commitment_script, witness_commitment};
use super::chain::PracticeChain;
use super::coins::Coin;
use super::profile::{MAX_FUTURE_SECONDS, MAX_SIGOPS, MAX_WEIGHT, Profile, Rules};
use super::script::{OP_TRUE, P2SH_OP_TRUE, P2WSH_OP_TRUE};
use super::transaction::OutPoint;
use super::wire::push_count;

/// What every synthetic spend pays for its place, in satoshi.
const FEE: i64 = 1000;

/// Why there is no template now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "CreateNewBlock: TestBlockValidity failed: time-too-new, the chain's clock is {ahead} s ahead: wait and ask again"
)]
pub struct TemplateError {
    /// How far the earliest legal time lies ahead of the clock, in seconds.
    pub ahead: u32,
}

impl PracticeChain {
    /// A block that lacks only coinbase and nonce, with up to `spends` synthetic transactions.
    ///
    /// Each odd one spends the oldest coin that anybody can spend, each even one spends the one before it, so both known
    /// scripts and a dependency occur. There are none until a coinbase that paid to such a script is 100 blocks old.
    ///
    /// # Errors
    /// [`TemplateError`] when so many blocks came at once that the next would have to lie two hours ahead of `now`.
    pub fn template(&self, now: Ntime, spends: usize) -> Result<Value, TemplateError> {
        let tip = self.index.tip();
        let height = tip.height + 1;
        let min_time = Rules::min_time(height, self.index.median_time(self.index.tip_id()), tip.header.ntime);
        if min_time.0 > now.0.saturating_add(MAX_FUTURE_SECONDS) {
            return Err(TemplateError { ahead: min_time.0 - now.0 });
        }
        let nbits = self.next_nbits();
        let target = Target::from_compact(nbits).unwrap_or(Target::ZERO);
        let transactions = self.spends(height, spends);
        let fees: i64 = transactions.iter().map(|transaction| transaction.fee).sum();
        let commitment = witness_commitment(transactions.iter().map(|transaction| transaction.wtxid), &[0; 32]);
        let mut template = json!({
            "capabilities": ["proposal"],
            "version": 0x2000_0000,
            "rules": ["csv", "!segwit", "taproot"],
            "vbavailable": {},
            "vbrequired": 0,
            "previousblockhash": tip.hash.to_string(),
            "transactions": transactions.iter().map(Synthetic::to_json).collect::<Vec<_>>(),
            "coinbaseaux": {},
            "coinbasevalue": self.rules.subsidy(height) + fees,
            "longpollid": self.longpollid(),
            "target": target.to_string(),
            "mintime": min_time.0,
            "mutable": ["time", "transactions", "prevblock"],
            "noncerange": "00000000ffffffff",
            "sigoplimit": MAX_SIGOPS,
            "sizelimit": MAX_WEIGHT,
            "weightlimit": MAX_WEIGHT,
            "curtime": min_time.max(now).0,
            "bits": nbits.to_string(),
            "height": height,
            "default_witness_commitment": hex::encode(&commitment_script(commitment)),
        });
        if self.rules.profile == Profile::Practice {
            template["rules"] = json!(["csv", "!segwit", "taproot", "!signet"]);
            template["signet_challenge"] = json!("51");
        }
        Ok(template)
    }

    /// What a long poll sends back to wait for the next tip: the tip and, as in Core, a counter of other changes, which a
    /// chain without a mempool does not have.
    pub(super) fn longpollid(&self) -> String {
        format!("{}1", self.index.tip().hash)
    }

    fn spends(&self, height: u32, count: usize) -> Vec<Synthetic> {
        let mut spends: Vec<Synthetic> = Vec::with_capacity(count.min(1024));
        for (outpoint, coin) in self.coins.op_true(height) {
            if spends.len() >= count {
                break;
            }
            // Both of a pair have to leave something to spend again.
            if coin.value <= 4 * FEE {
                continue;
            }
            let first = Synthetic::new(outpoint, &coin.script, coin.value, &P2SH_OP_TRUE, None);
            let made = OutPoint { txid: first.txid, index: 0 };
            let change = Coin { value: coin.value - FEE, script: P2SH_OP_TRUE.into(), spendable_from: height };
            spends.push(first);
            if spends.len() < count {
                let parent = spends.len();
                spends.push(Synthetic::new(made, &change.script, change.value, &P2WSH_OP_TRUE, Some(parent)));
            }
        }
        spends
    }
}

/// A transaction that the practice chain made up: one input, one output, both of the script that is always true.
struct Synthetic {
    bytes: Vec<u8>,
    txid: Hash,
    wtxid: Hash,
    fee: i64,
    weight: usize,
    /// 1-based place in the template of what it spends.
    depends: Option<usize>,
}

impl Synthetic {
    fn new(spent: OutPoint, spent_script: &[u8], value: i64, pays_to: &[u8], depends: Option<usize>) -> Self {
        let is_legacy = spent_script == P2SH_OP_TRUE;
        let mut body = vec![1];
        body.extend_from_slice(spent.txid.as_internal());
        body.extend_from_slice(&spent.index.to_le_bytes());
        let script: &[u8] = if is_legacy { &[1, OP_TRUE] } else { &[] };
        push_count(&mut body, script.len());
        body.extend_from_slice(script);
        // Replaceable, without a relative lock.
        body.extend_from_slice(&0xffff_fffd_u32.to_le_bytes());
        body.push(1);
        body.extend_from_slice(&(value - FEE).to_le_bytes());
        push_count(&mut body, pays_to.len());
        body.extend_from_slice(pays_to);
        let (version, lock_time) = (2_u32.to_le_bytes(), 0_u32.to_le_bytes());
        let base = [&version[..], &body, &lock_time].concat();
        let bytes = if is_legacy {
            base.clone()
        } else {
            [&version[..], &[0, 1], &body, &[1, 1, OP_TRUE], &lock_time].concat()
        };
        let (txid, wtxid) = (sha256d(&base), sha256d(&bytes));
        Self { weight: 3 * base.len() + bytes.len(), bytes, txid, wtxid, fee: FEE, depends }
    }

    fn to_json(&self) -> Value {
        json!({
            "data": hex::encode(&self.bytes),
            "txid": self.txid.to_string(),
            "hash": self.wtxid.to_string(),
            "depends": self.depends.into_iter().collect::<Vec<_>>(),
            "fee": self.fee,
            "sigops": 0,
            "weight": self.weight,
        })
    }
}
