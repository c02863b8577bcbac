//! Transactions as the practice chain sees them: borrowed from the block's bytes, scripts unread.

use hashkit_chain::{Hash, sha256d};

use super::wire::{DecodeError, Reader};

/// Which output of which transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct OutPoint {
    pub(super) txid: Hash,
    pub(super) index: u32,
}

impl OutPoint {
    /// What the single input of a coinbase points to.
    pub(super) const NULL: Self = Self { txid: Hash::ZERO, index: u32::MAX };
}

/// One input, with what of its witness the rules look at.
#[derive(Debug, Clone)]
pub(super) struct Input<'a> {
    pub(super) spent: OutPoint,
    pub(super) script: &'a [u8],
    pub(super) sequence: u32,
    /// How many items its witness has; only the first is kept, since no rule here reads another.
    pub(super) witness_items: usize,
    pub(super) witness_first: &'a [u8],
}

/// One output.
#[derive(Debug, Clone)]
pub(super) struct Output<'a> {
    /// In satoshi; a peer may write any number.
    pub(super) value: i64,
    pub(super) script: &'a [u8],
}

/// A transaction that was read whole.
#[derive(Debug, Clone)]
pub(super) struct Transaction<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) version: u32,
    pub(super) inputs: Vec<Input<'a>>,
    pub(super) outputs: Vec<Output<'a>>,
    pub(super) lock_time: u32,
    /// Hash of the form without witness.
    pub(super) txid: Hash,
    /// Hash of the form with witness; equal to `txid` where there is none.
    pub(super) wtxid: Hash,
    /// Length of the form without witness, in bytes.
    pub(super) base_len: usize,
}

impl<'a> Transaction<'a> {
    /// Reads one transaction in either form (BIP 144), exactly as far as Bitcoin Core would.
    pub(super) fn read(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let start = reader.position();
        let version = reader.u32()?;
        let mut body = reader.position();
        let mut inputs = read_inputs(reader)?;
        let mut outputs = Vec::new();
        let mut flags = 0;
        if inputs.is_empty() {
            // No input: the marker of the witness form, or a transaction with neither inputs nor outputs.
            flags = reader.byte()?;
            if flags != 0 {
                body = reader.position();
                inputs = read_inputs(reader)?;
                outputs = read_outputs(reader)?;
            }
        } else {
            outputs = read_outputs(reader)?;
        }
        let body = reader.since(body);
        match flags {
            0 => {}
            1 => {
                for input in &mut inputs {
                    read_witness(reader, input)?;
                }
                if inputs.iter().all(|input| input.witness_items == 0) {
                    return Err(DecodeError::Witness);
                }
            }
            _ => return Err(DecodeError::Witness),
        }
        let lock_time = reader.u32()?;
        let bytes = reader.since(start);
        let wtxid = sha256d(bytes);
        let base = [&version.to_le_bytes()[..], body, &lock_time.to_le_bytes()].concat();
        let txid = if flags == 0 { wtxid } else { sha256d(&base) };
        Ok(Self { bytes, version, inputs, outputs, lock_time, txid, wtxid, base_len: base.len() })
    }

    /// Whether its one input spends nothing.
    pub(super) fn is_coinbase(&self) -> bool {
        matches!(&self.inputs[..], [input] if input.spent == OutPoint::NULL)
    }

    /// Whether any input has a witness.
    pub(super) fn has_witness(&self) -> bool {
        self.inputs.iter().any(|input| input.witness_items > 0)
    }

    /// Four for each byte, one for each byte of witness (BIP 141).
    pub(super) fn weight(&self) -> usize {
        3 * self.base_len + self.bytes.len()
    }

    /// Whether it may stand in a block of this height whose parent has this median time (BIP 113).
    pub(super) fn is_final(&self, height: u32, median_time: u32) -> bool {
        const FIRST_TIME: u32 = 500_000_000;
        let reached = if self.lock_time < FIRST_TIME { height } else { median_time };
        self.lock_time < reached || self.lock_time == 0 || self.inputs.iter().all(|input| input.sequence == u32::MAX)
    }
}

fn read_inputs<'a>(reader: &mut Reader<'a>) -> Result<Vec<Input<'a>>, DecodeError> {
    let count = reader.count()?;
    // Grows with what is read, never with what is claimed.
    let mut inputs = Vec::new();
    for _ in 0..count {
        let spent = OutPoint { txid: reader.hash()?, index: reader.u32()? };
        let script = reader.counted()?;
        inputs.push(Input { spent, script, sequence: reader.u32()?, witness_items: 0, witness_first: &[] });
    }
    Ok(inputs)
}

fn read_outputs<'a>(reader: &mut Reader<'a>) -> Result<Vec<Output<'a>>, DecodeError> {
    let count = reader.count()?;
    let mut outputs = Vec::new();
    for _ in 0..count {
        outputs.push(Output { value: reader.i64()?, script: reader.counted()? });
    }
    Ok(outputs)
}

fn read_witness<'a>(reader: &mut Reader<'a>, input: &mut Input<'a>) -> Result<(), DecodeError> {
    input.witness_items = reader.count()?;
    for item in 0..input.witness_items {
        let bytes = reader.counted()?;
        if item == 0 {
            input.witness_first = bytes;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use hashkit_chain::hex;

    use super::*;

    fn read(digits: &str) -> Result<(u32, usize, usize), DecodeError> {
        let bytes = hex::decode(digits).unwrap();
        let transaction = Transaction::read(&mut Reader::new(&bytes))?;
        Ok((transaction.version, transaction.inputs.len(), transaction.outputs.len()))
    }

    #[test]
    fn a_transaction_is_read_as_far_as_core_reads_it() {
        let outpoint = "00".repeat(36);
        for (case, digits, expected) in [
            ("neither inputs nor outputs", "0100000000 00 00000000".replace(' ', ""), Ok((1, 0, 0))),
            ("one input, no output", format!("0100000001{outpoint}00ffffffff0000000000"), Ok((1, 1, 0))),
            ("a witness of one empty item", format!("01000000000101{outpoint}00ffffffff00010000000000"), Ok((1, 1, 0))),
            (
                "a marker, but no witness",
                format!("01000000000101{outpoint}00ffffffff000000000000"),
                Err(DecodeError::Witness),
            ),
            (
                "a flag that no rule explains",
                format!("01000000000801{outpoint}00ffffffff0000000000"),
                Err(DecodeError::Witness),
            ),
            ("an end inside the lock time", "01000000000000".into(), Err(DecodeError::Truncated)),
            ("a count of inputs without inputs", "01000000feffffff01".into(), Err(DecodeError::Truncated)),
        ] {
            assert_eq!(read(&digits), expected, "{case}");
        }
    }
}
