//! A block in parts, each of which can be made wrong.

use hashkit_chain::{Hash, Header, Nbits, Nonce, Ntime, Version, hex, merkle_branch, merkle_root, sha256d};
use serde_json::Value;

use crate::search::search;

/// A transaction in its own bytes, with what a block needs of it.
#[derive(Debug, Clone)]
pub struct Transaction {
    /// As blocks carry it.
    pub bytes: Vec<u8>,
    /// Hash without witness.
    pub txid: Hash,
    /// Hash with witness.
    pub wtxid: Hash,
    /// In satoshi.
    pub fee: i64,
}

/// A block that has no nonce yet. Its parts are those of the template until a test changes them.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Version, parent, time and bits; the rest is filled in.
    pub header: Header,
    /// A merkle root that is not that of the transactions.
    pub other_root: Option<Hash>,
    /// The block's height.
    pub height: u32,
    /// What the coinbase's only input carries.
    pub script_sig: Vec<u8>,
    /// Of the coinbase's input.
    pub sequence: u32,
    /// The coinbase's outputs: value in satoshi and script. The first pays, the last commits.
    pub outputs: Vec<(i64, Vec<u8>)>,
    /// Of the coinbase.
    pub lock_time: u32,
    /// The items of the coinbase's witness.
    pub witness: Vec<Vec<u8>>,
    /// All but the coinbase.
    pub transactions: Vec<Transaction>,
    /// The earliest time that the chain allows.
    pub min_time: Ntime,
}

/// Pays to the witness script `OP_TRUE`, which everybody can spend.
#[must_use]
pub fn anyone() -> Vec<u8> {
    hashkit_chain::Script::anyone().as_bytes().to_vec()
}

impl Draft {
    /// The block that a template proposes, paying to everybody, with this extranonce in its coinbase.
    ///
    /// # Panics
    /// When the template lacks a field.
    #[must_use]
    pub fn from_template(template: &Value, extranonce: u8) -> Self {
        let number = |key: &str| u32::try_from(template[key].as_u64().expect(key)).expect(key);
        let text = |key: &str| template[key].as_str().expect(key);
        let height = number("height");
        let transaction = |entry: &Value| Transaction {
            bytes: hex::decode(entry["data"].as_str().expect("data")).expect("hexadecimal"),
            txid: entry["txid"].as_str().expect("txid").parse().expect("a hash"),
            wtxid: entry["hash"].as_str().expect("hash").parse().expect("a hash"),
            fee: entry["fee"].as_i64().expect("fee"),
        };
        let mut script_sig = hashkit_chain::height_push(height);
        script_sig.extend([4, extranonce, extranonce, extranonce, extranonce]);
        Self {
            header: Header {
                version: Version(number("version")),
                prev_hash: text("previousblockhash").parse().expect("a hash"),
                merkle_root: Hash::ZERO,
                ntime: Ntime(number("curtime")),
                nbits: Nbits(hex::decode_u32(text("bits")).expect("hexadecimal")),
                nonce: Nonce(0),
            },
            other_root: None,
            height,
            script_sig,
            sequence: u32::MAX,
            outputs: vec![
                (template["coinbasevalue"].as_i64().expect("coinbasevalue"), anyone()),
                (0, hex::decode(text("default_witness_commitment")).expect("hexadecimal")),
            ],
            lock_time: 0,
            witness: vec![vec![0; 32]],
            transactions: template["transactions"].as_array().expect("transactions").iter().map(transaction).collect(),
            min_time: Ntime(number("mintime")),
        }
    }

    /// Commits to the transactions as they are now.
    pub fn commit(&mut self) {
        let wtxids: Vec<Hash> = self.transactions.iter().map(|transaction| transaction.wtxid).collect();
        let root = merkle_root(Hash::ZERO, &merkle_branch(&wtxids));
        let commitment = sha256d(&[&root.as_internal()[..], &[0; 32]].concat());
        let script = [&[0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed], &commitment.as_internal()[..]].concat();
        if let Some(last) = self.outputs.last_mut() {
            *last = (0, script);
        }
    }

    /// The coinbase without its witness.
    #[must_use]
    pub fn coinbase(&self) -> Vec<u8> {
        [&2_u32.to_le_bytes()[..], &self.coinbase_body(), &self.lock_time.to_le_bytes()].concat()
    }

    fn coinbase_body(&self) -> Vec<u8> {
        let mut body = vec![1];
        body.extend([0; 32]);
        body.extend([0xff; 4]);
        body.extend(compact_size(self.script_sig.len()));
        body.extend(&self.script_sig);
        body.extend(self.sequence.to_le_bytes());
        push_outputs(&mut body, &self.outputs);
        body
    }

    fn coinbase_with_witness(&self) -> Vec<u8> {
        if self.witness.is_empty() {
            return self.coinbase();
        }
        let mut bytes = [&2_u32.to_le_bytes()[..], &[0, 1], &self.coinbase_body()].concat();
        bytes.extend(compact_size(self.witness.len()));
        for item in &self.witness {
            bytes.extend(compact_size(item.len()));
            bytes.extend(item);
        }
        bytes.extend(self.lock_time.to_le_bytes());
        bytes
    }

    /// Finds a nonce and writes the block out.
    #[must_use]
    pub fn solve(&self) -> Vec<u8> {
        let txids: Vec<Hash> = self.transactions.iter().map(|transaction| transaction.txid).collect();
        let (coinbase, branch) = (self.coinbase(), merkle_branch(&txids));
        let header = if let Some(merkle_root) = self.other_root {
            search(Header { merkle_root, ..self.header }, None)
        } else {
            let header = Header { merkle_root: merkle_root(sha256d(&coinbase), &branch), ..self.header };
            search(header, Some((coinbase, branch)))
        };
        self.write(&header)
    }

    /// The block with this header, whatever it is.
    #[must_use]
    pub fn write(&self, header: &Header) -> Vec<u8> {
        let mut block = header.to_bytes().to_vec();
        block.extend(compact_size(1 + self.transactions.len()));
        block.extend(self.coinbase_with_witness());
        for transaction in &self.transactions {
            block.extend(&transaction.bytes);
        }
        block
    }
}

impl Transaction {
    /// Spends an output that everybody may spend, to everybody.
    #[must_use]
    pub fn spend(txid: Hash, index: u32, value: i64, fee: i64) -> Self {
        Self::new(&[(txid, index)], &[], 0xffff_fffd, &[(value - fee, anyone())], &[&[0x51]], 0)
    }

    /// A transaction of any kind. All inputs have the same script, sequence and witness.
    #[must_use]
    pub fn new(
        inputs: &[(Hash, u32)],
        script: &[u8],
        sequence: u32,
        outputs: &[(i64, Vec<u8>)],
        witness: &[&[u8]],
        lock_time: u32,
    ) -> Self {
        let mut body = compact_size(inputs.len());
        for (txid, index) in inputs {
            body.extend(txid.as_internal());
            body.extend(index.to_le_bytes());
            body.extend(compact_size(script.len()));
            body.extend(script);
            body.extend(sequence.to_le_bytes());
        }
        push_outputs(&mut body, outputs);
        let (version, lock_time) = (2_u32.to_le_bytes(), lock_time.to_le_bytes());
        let base = [&version[..], &body, &lock_time].concat();
        let mut bytes = base.clone();
        if !witness.is_empty() {
            bytes = [&version[..], &[0, 1], &body].concat();
            for _ in inputs {
                bytes.extend(compact_size(witness.len()));
                for item in witness {
                    bytes.extend(compact_size(item.len()));
                    bytes.extend(*item);
                }
            }
            bytes.extend(lock_time);
        }
        Self { wtxid: sha256d(&bytes), bytes, txid: sha256d(&base), fee: 0 }
    }
}

fn push_outputs(body: &mut Vec<u8>, outputs: &[(i64, Vec<u8>)]) {
    body.extend(compact_size(outputs.len()));
    for (value, script) in outputs {
        body.extend(value.to_le_bytes());
        body.extend(compact_size(script.len()));
        body.extend(script);
    }
}

fn compact_size(count: usize) -> Vec<u8> {
    let bytes = count.to_le_bytes();
    match count {
        0..=0xfc => vec![bytes[0]],
        0xfd..=0xffff => vec![0xfd, bytes[0], bytes[1]],
        _ => vec![0xfe, bytes[0], bytes[1], bytes[2], bytes[3]],
    }
}
