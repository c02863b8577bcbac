//! Every damaged or unusual block of `tests/vectors/submitblock-results.json`, built on a practice chain.

use hashkit_chain::{Hash, Header, Nbits, Nonce, Ntime, Target, Version, height_push, hex, sha256d};

use crate::draft::{Draft, Transaction};
use crate::world::{World, now};

/// One case, ready to be submitted.
#[derive(Debug, Clone, Default)]
pub struct Damaged {
    /// Blocks that have to be submitted before, whatever becomes of them.
    pub before: Vec<Vec<u8>>,
    /// What is submitted, in hexadecimal digits where they are such.
    pub hex: String,
}

/// The block of this case on top of `world`; `None` for a case that nobody has written yet.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table, one arm a case")]
pub fn damage(world: &World, case: &str) -> Option<Damaged> {
    let next = || world.next.clone();
    let changed = |change: fn(&mut Draft)| {
        let mut draft = next();
        change(&mut draft);
        draft.solve()
    };
    let mut before = Vec::new();
    let block = match case {
        "high-hash" => miss_the_target(&next()),
        "merkle root replaced" => changed(|draft| draft.other_root = Some(sha256d(b"another root"))),
        "overpay" => overpay(world),
        "wrong height" => changed(|draft| draft.replace_height_push(&height_push(draft.height + 1))),
        "height push not minimal" => changed(|draft| {
            let mut push = height_push(draft.height);
            push[0] += 1;
            push.push(0);
            draft.replace_height_push(&push);
        }),
        "scriptSig 101 bytes" => changed(|draft| draft.script_sig.resize(101, 0)),
        "scriptSig of 100 bytes" => changed(|draft| draft.script_sig.resize(100, 0)),
        "scriptSig of one byte" => changed(|draft| draft.script_sig.truncate(1)),
        "no commitment" => changed(|draft| {
            draft.outputs.pop();
            draft.witness.clear();
        }),
        "wrong commitment" => changed(|draft| draft.outputs[1].1[37] ^= 1),
        "witness reserved value changed" => changed(|draft| draft.witness = vec![vec![1; 32]]),
        "witness reserved value of 31 bytes" => {
            before.push(damage(world, "witness reserved value changed")?.bytes());
            changed(|draft| draft.witness = vec![vec![0; 31]])
        }
        "time too old" => changed(|draft| draft.header.ntime = Ntime(draft.min_time.0 - 1)),
        "time too new" => changed(|draft| draft.header.ntime = Ntime(now().0 + 2 * 60 * 60 + 600)),
        "wrong bits" => changed(|draft| draft.header.nbits = Nbits(draft.header.nbits.0 - 1)),
        "version 1" => changed(|draft| draft.header.version = Version(1)),
        "version 3" => changed(|draft| draft.header.version = Version(3)),
        "version bits rolled" => changed(|draft| draft.header.version.0 |= 0x1fff_e000),
        "unknown parent" => changed(|draft| draft.header.prev_hash = sha256d(b"another parent")),
        "child before parent" => changed(|draft| {
            draft.transactions.swap(0, 1);
            draft.commit();
        }),
        "parent dropped" => changed(|draft| {
            draft.transactions.remove(0);
            draft.commit();
        }),
        "same transaction twice" => {
            before.push(damage(world, "witness reserved value changed")?.bytes());
            let honest = next();
            let mut draft = honest.clone();
            draft.transactions.extend(honest.transactions.last().cloned());
            draft.write(&header_of(&honest.solve()))
        }
        "young coinbase spent" => {
            let (txid, value) = world.young_coinbase;
            let mut draft = next();
            draft.transactions.push(Transaction::spend(txid, 0, value, 1000));
            draft.commit();
            draft.solve()
        }
        "fees of a dropped tx kept" => changed(|draft| {
            draft.transactions.pop();
            draft.commit();
        }),
        "truncated" => {
            let mut block = next().solve();
            block.pop();
            block
        }
        "tx count too low" => {
            let mut block = next().solve();
            block[Header::LEN] = 1;
            block
        }
        "not hex" => return Some(Damaged { before, hex: "this is no block".to_owned() }),
        "two coinbases" => changed(|draft| {
            let mut other = draft.clone();
            other.script_sig.push(0);
            let bytes = other.coinbase();
            let txid = sha256d(&bytes);
            draft.transactions.insert(0, Transaction { bytes, txid, wtxid: txid, fee: 0 });
            draft.commit();
        }),
        "coinbase lock time too high" => changed(|draft| {
            draft.lock_time = draft.height;
            draft.sequence = 0xffff_fffe;
        }),
        "BIP 54 style coinbase" => changed(|draft| {
            draft.lock_time = draft.height - 1;
            draft.sequence = 0xffff_fffe;
        }),
        "too many signature operations" => changed(|draft| draft.outputs[0].1 = vec![0xae; 1001]),
        "coinbase sent without witness" => {
            before.push(damage(world, "witness reserved value changed")?.bytes());
            changed(|draft| draft.witness.clear())
        }
        "extra byte at the end" => {
            let mut block = next().solve();
            block.push(0);
            block
        }
        "paid less" => changed(|draft| draft.outputs[0].0 -= 1),
        "two commitments, last one right" => changed(|draft| {
            let mut script = draft.outputs[1].1.clone();
            script[37] ^= 1;
            draft.outputs.insert(1, (0, script));
        }),
        "no commitment, no witness transactions" => changed(|draft| {
            let fees: i64 = draft.transactions.drain(..).map(|transaction| transaction.fee).sum();
            draft.outputs[0].0 -= fees;
            draft.outputs.pop();
            draft.witness.clear();
        }),
        "duplicate of tip" => world.blocks.last()?.clone(),
        "side block (stale)" => {
            let mut draft = world.tip.clone();
            draft.script_sig.push(0);
            draft.solve()
        }
        "invalid block resubmitted" => {
            before.push(overpay(world));
            before[0].clone()
        }
        "child of invalid" => {
            before.push(overpay(world));
            let mut draft = next();
            draft.header.prev_hash = header_of(&before[0]).id();
            draft.replace_height_push(&height_push(draft.height + 1));
            draft.solve()
        }
        _ => return None,
    };
    Some(Damaged { before, hex: hex::encode(&block) })
}

impl Damaged {
    /// The bytes that the digits spell; none where they are no digits.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        hex::decode(&self.hex).unwrap_or_default()
    }

    /// The id of the block.
    #[must_use]
    pub fn id(&self) -> Option<Hash> {
        self.bytes().first_chunk().map(|header| Header::from_bytes(header).id())
    }
}

impl Draft {
    fn replace_height_push(&mut self, push: &[u8]) {
        let rest = self.script_sig.split_off(height_push(self.height).len());
        self.script_sig = [push, &rest].concat();
    }
}

fn header_of(block: &[u8]) -> Header {
    block.first_chunk().map(Header::from_bytes).expect("a block begins with a header")
}

fn overpay(world: &World) -> Vec<u8> {
    let mut draft = world.next.clone();
    draft.outputs[0].0 += 1;
    draft.solve()
}

fn miss_the_target(draft: &Draft) -> Vec<u8> {
    let mut header = header_of(&draft.solve());
    let target = Target::from_compact(header.nbits).unwrap_or(Target::ZERO);
    while target.is_met_by(&header.id()) {
        header.nonce = Nonce(header.nonce.0.wrapping_add(1));
    }
    draft.write(&header)
}
