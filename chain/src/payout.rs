//! Whom a block pays, and the coinbase transaction that does it. Source: BIPs 34, 54 and 141.

use sha2::{Digest, Sha256};

use crate::address::{AddressError, Network};
use crate::coinbase::Coinbase;

/// An output script, as bytes. Nothing here runs it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Script(Vec<u8>);

impl Script {
    /// These bytes as they are.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Anyone may spend it: the witness script hash of the single byte `51` (`OP_TRUE`). For practice chains only.
    #[must_use]
    pub fn anyone() -> Self {
        const OP_TRUE: [u8; 1] = [0x51];
        Self([&[0, 32], &Sha256::digest(OP_TRUE)[..]].concat())
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What stands in the coinbase's sequence and lock time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CoinbaseLock {
    /// Lock time height - 1 and a sequence that makes it count: what BIP 54 will demand, and valid before it too.
    #[default]
    Bip54,
    /// Sequence `ffffffff` and lock time 0, the layout of most pools to date.
    Free,
}

impl CoinbaseLock {
    fn sequence(self) -> u32 {
        match self {
            Self::Bip54 => 0xffff_fffe,
            Self::Free => 0xffff_ffff,
        }
    }

    fn lock_time(self, height: u32) -> u32 {
        match self {
            Self::Bip54 => height.saturating_sub(1),
            Self::Free => 0,
        }
    }
}

/// Why a coinbase cannot be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayoutError {
    /// Consensus wants 2 to 100 bytes of scriptSig, and one push of at most 75 for the tag and the extranonces each.
    #[error(
        "the coinbase's scriptSig would have {found} bytes instead of 2 to 100: shorten the tag or the extranonces, 75 bytes each at most"
    )]
    ScriptSig {
        /// Its length in bytes.
        found: usize,
    },
}

/// Whom a block pays, and how its coinbase is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payout {
    /// Never empty; the last takes what division leaves over.
    parts: Vec<(Script, u64)>,
    /// Text that names the pool, in a push of its own after the height; empty for none.
    pub tag: Vec<u8>,
    /// Sequence and lock time.
    pub lock: CoinbaseLock,
}

impl Payout {
    /// All to one script.
    #[must_use]
    pub fn to(script: Script) -> Self {
        Self { parts: vec![(script, 1)], tag: Vec::new(), lock: CoinbaseLock::default() }
    }

    /// All to one address of `network`.
    ///
    /// # Errors
    /// [`AddressError`] when it is none.
    pub fn to_address(address: &str, network: Network) -> Result<Self, AddressError> {
        network.script_of(address).map(Self::to)
    }

    /// Divided in proportion to the weights, one output a part, in their order; what rounding leaves over goes to `last`.
    #[must_use]
    pub fn divided(first: Vec<(Script, u64)>, last: (Script, u64)) -> Self {
        let mut parts = first;
        parts.push(last);
        Self { parts, tag: Vec::new(), lock: CoinbaseLock::default() }
    }

    /// The outputs and what each gets of `value`; the amounts add up to `value`.
    fn outputs(&self, value: u64) -> Vec<(&Script, u64)> {
        let total = self.parts.iter().map(|(_, weight)| u128::from(*weight)).sum::<u128>().max(1);
        let mut outputs: Vec<_> = self
            .parts
            .iter()
            .map(|(script, weight)| {
                let amount = u128::from(value) * u128::from(*weight) / total;
                (script, u64::try_from(amount).unwrap_or(value))
            })
            .collect();
        let paid: u64 = outputs.iter().map(|(_, amount)| amount).sum();
        if let Some((_, amount)) = outputs.last_mut() {
            *amount += value - paid;
        }
        outputs
    }

    /// The coinbase without witness: height, `aux`, tag and one push of both extranonces; the payouts, then `commitment`.
    pub(crate) fn coinbase(&self, block: &CoinbaseTerms) -> Result<Coinbase, PayoutError> {
        const VERSION: u32 = 2;
        let extranonce_len = block.extranonce1.len() + block.extranonce2_len;
        let script_sig_start = [&height_push(block.height)[..], block.aux, &push_of(&self.tag)].concat();
        // One byte says how long a push is, up to 75; a longer one would need an opcode of its own.
        let script_sig_len = script_sig_start.len() + 1 + extranonce_len;
        if !(2..=100).contains(&script_sig_len) || extranonce_len > 75 || self.tag.len() > 75 {
            return Err(PayoutError::ScriptSig { found: script_sig_len });
        }

        let mut prefix = VERSION.to_le_bytes().to_vec();
        prefix.push(1);
        prefix.extend([0; 32]);
        prefix.extend([0xff; 4]);
        prefix.extend(compact_size(script_sig_len));
        prefix.extend(script_sig_start);
        prefix.extend(compact_size(extranonce_len));

        let mut suffix = self.lock.sequence().to_le_bytes().to_vec();
        let outputs = self.outputs(block.value);
        suffix.extend(compact_size(outputs.len() + usize::from(block.commitment.is_some())));
        for (script, amount) in outputs {
            put_output(&mut suffix, amount, script.as_bytes());
        }
        // Last, because of several outputs that look like a commitment the last one counts (BIP 141).
        if let Some(commitment) = block.commitment {
            put_output(&mut suffix, 0, commitment.as_bytes());
        }
        suffix.extend(self.lock.lock_time(block.height).to_le_bytes());
        Ok(Coinbase { prefix, extranonce1: block.extranonce1.to_vec(), extranonce2_len: block.extranonce2_len, suffix })
    }
}

/// What a template and a connection put into a coinbase.
pub(crate) struct CoinbaseTerms<'a> {
    pub(crate) height: u32,
    /// In base units; all of it is paid.
    pub(crate) value: u64,
    pub(crate) aux: &'a [u8],
    pub(crate) commitment: Option<&'a Script>,
    pub(crate) extranonce1: &'a [u8],
    pub(crate) extranonce2_len: usize,
}

/// The push of a block's height that BIP 34 wants first in the scriptSig: what a script engine would emit for the number.
#[must_use]
pub fn height_push(height: u32) -> Vec<u8> {
    match height {
        0 => vec![0],
        1..=16 => vec![height.to_le_bytes()[0] + 0x50],
        _ => {
            // A number in script is signed: a set top bit needs a further byte.
            let len = (33 - height.leading_zeros()).div_ceil(8);
            let mut push = len.to_le_bytes()[..1].to_vec();
            push.extend(&u64::from(height).to_le_bytes()[..len as usize]);
            push
        }
    }
}

/// A count as Bitcoin writes it before a list, in 1, 3, 5 or 9 bytes.
pub(crate) fn compact_size(count: usize) -> Vec<u8> {
    let count = count as u64;
    let bytes = count.to_le_bytes();
    match count {
        0..=0xfc => bytes[..1].to_vec(),
        0xfd..=0xffff => [&[0xfd], &bytes[..2]].concat(),
        0x1_0000..=0xffff_ffff => [&[0xfe], &bytes[..4]].concat(),
        _ => [&[0xff], &bytes[..]].concat(),
    }
}

/// Nothing for nothing; the caller has checked that it is at most 75 bytes.
pub(crate) fn push_of(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_empty() { Vec::new() } else { [&bytes.len().to_le_bytes()[..1], bytes].concat() }
}

fn put_output(transaction: &mut Vec<u8>, amount: u64, script: &[u8]) {
    transaction.extend(amount.to_le_bytes());
    transaction.extend(compact_size(script.len()));
    transaction.extend(script);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coinbase::Extranonce2;
    use crate::hex;

    fn terms(height: u32) -> CoinbaseTerms<'static> {
        CoinbaseTerms { height, value: 50, aux: &[], commitment: None, extranonce1: &[1, 2, 3, 4], extranonce2_len: 8 }
    }

    /// The table of the fact page, each row of which a node accepted.
    #[test]
    fn a_height_is_pushed_as_a_script_engine_would() {
        for (height, bytes) in [
            (0, "00"),
            (1, "51"),
            (16, "60"),
            (17, "0111"),
            (127, "017f"),
            (128, "028000"),
            (32_767, "02ff7f"),
            (32_768, "03008000"),
            (8_388_607, "03ffff7f"),
            (8_388_608, "0400008000"),
            (u32::MAX, "05ffffffff00"),
        ] {
            assert_eq!(hex::encode(&height_push(height)), bytes, "height {height}");
        }
    }

    #[test]
    fn what_rounding_leaves_over_goes_to_the_last() {
        let script = |byte| Script::from_bytes(vec![byte]);
        for (case, weights, value, amounts) in [
            ("one", vec![7], 50, vec![50]),
            ("thirds", vec![1, 1, 1], 50, vec![16, 16, 18]),
            ("no weight at all", vec![0, 0], 50, vec![0, 50]),
            ("numbers that overflow 64 bits", vec![u64::MAX, u64::MAX], u64::MAX, vec![u64::MAX / 2, u64::MAX / 2 + 1]),
        ] {
            let mut parts: Vec<_> = weights.into_iter().map(|weight| (script(1), weight)).collect();
            let last = parts.pop().expect("each row has a weight");
            let payout = Payout::divided(parts, last);
            let found: Vec<_> = payout.outputs(value).into_iter().map(|(_, amount)| amount).collect();
            assert_eq!(found, amounts, "{case}");
        }
    }

    #[test]
    fn a_script_sig_outside_its_limits_is_refused() {
        for (case, height, tag, aux, extranonce2_len, found) in [
            ("all there is room for", 800_000, 70, 12, 8, Ok(100)),
            ("one byte too many", 800_000, 70, 13, 8, Err(101)),
            ("a tag too long for one push", 800_000, 76, 0, 0, Err(86)),
            ("extranonces too long for one push", 1, 0, 0, 72, Err(78)),
            ("no tag, no extranonce2, a low height", 1, 0, 0, 0, Ok(6)),
        ] {
            let mut payout = Payout::to(Script::anyone());
            payout.tag = vec![b'x'; tag];
            let aux = vec![0; aux];
            let coinbase = payout.coinbase(&CoinbaseTerms { aux: &aux, extranonce2_len, ..terms(height) });
            let found = found.map_err(|found| PayoutError::ScriptSig { found });
            assert_eq!(coinbase.map(|coinbase| usize::from(coinbase.prefix[41])), found, "{case}");
        }
    }

    #[test]
    fn the_lock_of_bip_54_is_the_default_and_can_be_left_off() {
        let mut payout = Payout::to(Script::anyone());
        let bytes = |payout: &Payout| {
            let coinbase = payout.coinbase(&terms(300)).expect("it is short");
            let extranonce2 = Extranonce2::from_number(0, 8);
            (hex::encode(&coinbase.suffix[..4]), coinbase.to_bytes(&extranonce2).last_chunk::<4>().copied())
        };
        assert_eq!(bytes(&payout), ("feffffff".to_owned(), Some(299u32.to_le_bytes())));
        payout.lock = CoinbaseLock::Free;
        assert_eq!(bytes(&payout), ("ffffffff".to_owned(), Some([0; 4])));
    }
}
