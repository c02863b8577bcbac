//! What can be spent, block by block forward and back.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::block::Block;
use super::profile::{COINBASE_MATURITY, MAX_MONEY};
use super::refusal::Refusal;
use super::script::{Spend, is_op_true, is_unspendable, spend};
use super::transaction::{OutPoint, Transaction};

/// An output that nobody has spent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coin {
    /// In satoshi, 0 to all the money there is.
    pub(super) value: i64,
    pub(super) script: Box<[u8]>,
    /// The first height at which it may be spent.
    pub(super) spendable_from: u32,
}

/// What a block took away, to be put back if the block is undone.
pub(super) type Undo = Vec<(OutPoint, Coin)>;

/// All unspent outputs of the best chain.
#[derive(Debug, Clone, Default)]
pub(super) struct Coins {
    unspent: HashMap<OutPoint, Coin>,
    /// Those that anybody can spend, by when.
    op_true: BTreeSet<(u32, OutPoint)>,
}

impl Coins {
    /// What a block that has passed all other checks would change.
    pub(super) fn changes_of(&self, block: &Block<'_>, height: u32, subsidy: i64) -> Result<Changes, Refusal> {
        let mut spending = Spending { coins: self, changes: Changes::default() };
        if block.transactions.iter().flat_map(outpoints).any(|outpoint| self.unspent.contains_key(&outpoint)) {
            return Err(Refusal::Overwrites);
        }
        let mut fees = 0;
        for (position, transaction) in block.transactions.iter().enumerate() {
            if position > 0 {
                fees += spending.spend_inputs(transaction, height)?;
            }
            spending.add_outputs(transaction, height);
        }
        let paid: i64 = block.transactions[0].outputs.iter().map(|output| output.value).sum();
        if paid > subsidy + fees {
            return Err(Refusal::CoinbaseAmount);
        }
        Ok(spending.changes)
    }

    /// Applies what [`Coins::changes_of`] found.
    pub(super) fn connect(&mut self, changes: Changes) -> Undo {
        let undo = changes.taken.iter().filter_map(|outpoint| Some((*outpoint, self.remove(outpoint)?))).collect();
        for (outpoint, coin) in changes.made {
            self.insert(outpoint, coin);
        }
        undo
    }

    /// Undoes the newest block.
    pub(super) fn disconnect(&mut self, block: &Block<'_>, undo: Undo) {
        for transaction in &block.transactions {
            for outpoint in outpoints(transaction) {
                self.remove(&outpoint);
            }
        }
        for (outpoint, coin) in undo {
            self.insert(outpoint, coin);
        }
    }

    /// Coins that anybody can spend at `height`, the oldest first.
    pub(super) fn op_true(&self, height: u32) -> impl Iterator<Item = (OutPoint, &Coin)> {
        self.op_true
            .iter()
            .take_while(move |(from, _)| *from <= height)
            .filter_map(|(_, outpoint)| Some((*outpoint, self.unspent.get(outpoint)?)))
    }

    fn insert(&mut self, outpoint: OutPoint, coin: Coin) {
        if is_op_true(&coin.script) {
            self.op_true.insert((coin.spendable_from, outpoint));
        }
        self.unspent.insert(outpoint, coin);
    }

    fn remove(&mut self, outpoint: &OutPoint) -> Option<Coin> {
        let coin = self.unspent.remove(outpoint)?;
        self.op_true.remove(&(coin.spendable_from, *outpoint));
        Some(coin)
    }
}

fn outpoints<'a>(transaction: &'a Transaction<'_>) -> impl Iterator<Item = OutPoint> + use<'a> {
    let txid = transaction.txid;
    (0..).zip(&transaction.outputs).map(move |(index, _)| OutPoint { txid, index })
}

/// What a block changes.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Made by this block and not spent in it.
    made: HashMap<OutPoint, Coin>,
    /// Spent by this block, made by an earlier one.
    taken: HashSet<OutPoint>,
}

/// The coins in the middle of a block.
struct Spending<'a> {
    coins: &'a Coins,
    changes: Changes,
}

impl Spending<'_> {
    /// Spends them and returns the fee. All are looked up before the first is checked, as Core does.
    fn spend_inputs(&mut self, transaction: &Transaction<'_>, height: u32) -> Result<i64, Refusal> {
        let mut spent = Vec::with_capacity(transaction.inputs.len());
        for input in &transaction.inputs {
            spent.push(self.take(&input.spent).ok_or(Refusal::InputsMissing)?);
        }
        if spent.iter().any(|coin| coin.spendable_from > height) {
            return Err(Refusal::PrematureSpend);
        }
        let paid_in: i64 = spent.iter().map(|coin| coin.value).sum();
        let paid_out: i64 = transaction.outputs.iter().map(|output| output.value).sum();
        if paid_in > MAX_MONEY || paid_in < paid_out {
            return Err(Refusal::InputsBelowOutputs);
        }
        for (input, coin) in transaction.inputs.iter().zip(&spent) {
            if transaction.version >= 2 && input.sequence & RELATIVE_LOCK_DISABLED == 0 {
                return Err(Refusal::RelativeLock);
            }
            match spend(&coin.script, input) {
                Spend::Allowed => {}
                Spend::Unsatisfied => return Err(Refusal::ScriptFailed),
                Spend::Unknown => return Err(Refusal::ScriptUnknown),
            }
        }
        Ok(paid_in - paid_out)
    }

    fn take(&mut self, outpoint: &OutPoint) -> Option<Coin> {
        if let Some(coin) = self.changes.made.remove(outpoint) {
            return Some(coin);
        }
        if self.changes.taken.contains(outpoint) {
            return None;
        }
        let coin = self.coins.unspent.get(outpoint)?.clone();
        self.changes.taken.insert(*outpoint);
        Some(coin)
    }

    fn add_outputs(&mut self, transaction: &Transaction<'_>, height: u32) {
        let spendable_from = if transaction.is_coinbase() { height.saturating_add(COINBASE_MATURITY) } else { height };
        for (outpoint, output) in outpoints(transaction).zip(&transaction.outputs) {
            if !is_unspendable(output.script) {
                let coin = Coin { value: output.value, script: output.script.into(), spendable_from };
                self.changes.made.insert(outpoint, coin);
            }
        }
    }
}

/// The bit of an input's sequence that switches its relative lock off (BIP 68).
const RELATIVE_LOCK_DISABLED: u32 = 1 << 31;
