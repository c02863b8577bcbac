//! A template as nodes write it, and the checks that make a [`BlockTemplate`] of it.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::{BlockTemplate, NTIME_AHEAD, TemplateError, witness_commitment};
use crate::hash::Hash;
use crate::header::{Nbits, Ntime, Version};
use crate::hex;
use crate::merkle::merkle_branch;
use crate::payout::Script;
use crate::target::Target;

/// Rules that we follow, or that ask nothing of a miner. A leading `!` is not part of the name.
const KNOWN_RULES: [&str; 6] = ["csv", "segwit", "taproot", "signet", "mweb", "testdummy"];

/// A signet whose challenge is `OP_TRUE`: everybody may mine.
const OPEN_CHALLENGE: &str = "51";

/// Longer than any node's; what is longer is not sent back.
const LONGEST_POLL_ID: usize = 1024;

/// The fields that we use. All others are ignored, and these borrow from the text: it can be several megabytes long.
#[derive(Deserialize)]
struct Wire<'a> {
    version: i64,
    previousblockhash: &'a str,
    #[serde(borrow)]
    transactions: Vec<WireTransaction<'a>>,
    coinbasevalue: u64,
    #[serde(borrow)]
    bits: &'a str,
    curtime: i64,
    height: i64,
    #[serde(default, borrow)]
    rules: Option<Vec<Cow<'a, str>>>,
    #[serde(default)]
    vbrequired: Option<u32>,
    /// Of each deployment that is signalled, its bit.
    #[serde(default)]
    vbavailable: Option<serde_json::Value>,
    #[serde(default)]
    coinbaseaux: Option<Aux>,
    #[serde(default)]
    longpollid: Option<String>,
    #[serde(default)]
    target: Option<&'a str>,
    #[serde(default)]
    mintime: Option<i64>,
    #[serde(default)]
    maxtime: Option<i64>,
    #[serde(default)]
    default_witness_commitment: Option<&'a str>,
    #[serde(default)]
    signet_challenge: Option<&'a str>,
    #[serde(default)]
    mweb: Option<&'a str>,
}

#[derive(Deserialize)]
struct WireTransaction<'a> {
    data: &'a str,
    /// Nodes from before segwit have one of the two, and it is the id.
    #[serde(default)]
    txid: Option<&'a str>,
    #[serde(default)]
    hash: Option<&'a str>,
}

/// The values to put into the coinbase, in the node's order.
struct Aux(Vec<String>);

impl<'de> Deserialize<'de> for Aux {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(AuxVisitor)
    }
}

struct AuxVisitor;

impl<'de> Visitor<'de> for AuxVisitor {
    type Value = Aux;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object of hexadecimal texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Aux, A::Error> {
        let mut values = Vec::new();
        while let Some((IgnoredAny, value)) = map.next_entry()? {
            values.push(value);
        }
        Ok(Aux(values))
    }
}

pub(super) fn read(text: &str) -> Result<BlockTemplate, TemplateError> {
    let wire: Wire = serde_json::from_str(text)?;
    let segwit = check_rules(&wire)?;
    let nbits = bits(&wire)?;
    let (ntime, last_ntime) = times(&wire)?;
    let (version, required) = (version(wire.version)?, wire.vbrequired.unwrap_or(0));
    let ids = hashes(&wire, |transaction| transaction.txid.or(transaction.hash))?;
    Ok(BlockTemplate {
        // A node that demands a bit takes no block without it, whether its version has it or not.
        version: Version(version.0 | required),
        free_bits: version.free_bits(signalled(&wire), required),
        prev_hash: hash("previousblockhash", wire.previousblockhash)?,
        height: number("height", wire.height)?,
        nbits,
        ntime,
        last_ntime,
        coinbase_value: wire.coinbasevalue,
        coinbase_aux: aux(&wire)?,
        commitment: if segwit { Some(commitment(&wire)?) } else { None },
        branch: merkle_branch(&ids),
        rest: Arc::new(rest(&wire)?),
        transactions: wire.transactions.len(),
        long_poll_id: wire.longpollid.filter(|id| id.len() <= LONGEST_POLL_ID),
    })
}

/// Whether segwit is active. A commitment in the template proves nothing: bcoin sends it before.
fn check_rules(wire: &Wire) -> Result<bool, TemplateError> {
    let mut segwit = false;
    for rule in wire.rules.iter().flatten() {
        let name = rule.strip_prefix('!').unwrap_or(rule);
        if name.len() < rule.len() && !KNOWN_RULES.contains(&name) {
            return Err(TemplateError::UnknownRule(name.chars().take(64).collect()));
        }
        segwit |= name == "segwit";
    }
    match wire.signet_challenge {
        Some(challenge) if challenge != OPEN_CHALLENGE => {
            Err(TemplateError::Signed(challenge.chars().take(160).collect()))
        }
        _ => Ok(segwit),
    }
}

/// The bits of all deployments. Whatever a node writes that is no such bit explains none, and so frees none.
fn signalled(wire: &Wire) -> u32 {
    let deployments = wire.vbavailable.as_ref().and_then(serde_json::Value::as_object);
    deployments
        .into_iter()
        .flat_map(serde_json::Map::values)
        .filter_map(|bit| 1_u32.checked_shl(u32::try_from(bit.as_u64()?).ok()?))
        .fold(0, |bits, bit| bits | bit)
}

fn bits(wire: &Wire) -> Result<Nbits, TemplateError> {
    let bits = Nbits(hex::decode_u32(wire.bits).map_err(|reason| TemplateError::Hex { field: "bits", reason })?);
    let target = Target::from_compact(bits)?;
    match wire.target {
        Some(text) if text.parse() != Ok(target) => {
            Err(TemplateError::TargetDisagrees { bits, target: text.chars().take(64).collect() })
        }
        _ => Ok(bits),
    }
}

/// The first and the last time that a header may carry.
fn times(wire: &Wire) -> Result<(Ntime, Ntime), TemplateError> {
    let first = number("curtime", wire.curtime)?.max(number("mintime", wire.mintime.unwrap_or(0))?);
    let last = first.saturating_add(NTIME_AHEAD);
    let last = wire.maxtime.map_or(Ok(last), |max| number("maxtime", max).map(|max| max.min(last)))?;
    let (first, last) = (Ntime(first), Ntime(last));
    if first <= last { Ok((first, last)) } else { Err(TemplateError::NoTime { first, last }) }
}

fn aux(wire: &Wire) -> Result<Vec<u8>, TemplateError> {
    let mut aux = Vec::new();
    for value in wire.coinbaseaux.iter().flat_map(|Aux(values)| values) {
        aux.extend(hex::decode(value).map_err(|reason| TemplateError::Hex { field: "coinbaseaux", reason })?);
    }
    Ok(aux)
}

fn commitment(wire: &Wire) -> Result<Script, TemplateError> {
    let Some(script) = wire.default_witness_commitment else {
        return Ok(witness_commitment(&hashes(wire, |transaction| transaction.hash.or(transaction.txid))?));
    };
    let script =
        hex::decode(script).map_err(|reason| TemplateError::Hex { field: "default_witness_commitment", reason })?;
    Ok(Script::from_bytes(script))
}

/// All that follows the coinbase, kept opaque: Litecoin's last transaction parses as none of Bitcoin's.
fn rest(wire: &Wire) -> Result<String, TemplateError> {
    // An optional part behind the transactions: one byte that says it is there, then its bytes.
    const MWEB_PRESENT: &str = "01";
    let parts = wire.transactions.iter().map(|transaction| ("data", transaction.data));
    let mweb = wire.mweb.iter().flat_map(|mweb| [("mweb", MWEB_PRESENT), ("mweb", mweb)]);
    let mut rest = String::with_capacity(wire.transactions.iter().map(|transaction| transaction.data.len()).sum());
    for (field, part) in parts.chain(mweb) {
        if part.len() % 2 != 0 || !is_hexadecimal(part) {
            return Err(TemplateError::Hex { field, reason: hex::HexError::Malformed });
        }
        rest.push_str(part);
    }
    Ok(rest)
}

/// Without an early exit within a block, so that whole vectors are looked at: there are megabytes of it.
fn is_hexadecimal(text: &str) -> bool {
    let is_digit = |byte: &u8| byte.wrapping_sub(b'0') < 10 || (byte | 0x20).wrapping_sub(b'a') < 6;
    text.as_bytes().chunks(256).all(|block| block.iter().fold(true, |all, byte| all & is_digit(byte)))
}

fn hashes<'a>(
    wire: &'a Wire,
    which: impl Fn(&'a WireTransaction) -> Option<&'a str>,
) -> Result<Vec<Hash>, TemplateError> {
    // A transaction without any is damaged: no hash has no digits.
    wire.transactions.iter().map(|transaction| hash("txid", which(transaction).unwrap_or_default())).collect()
}

fn hash(field: &'static str, text: &str) -> Result<Hash, TemplateError> {
    text.parse().map_err(|reason| TemplateError::Hex { field, reason })
}

fn number(field: &'static str, value: i64) -> Result<u32, TemplateError> {
    u32::try_from(value).map_err(|_| TemplateError::Range { field, value })
}

/// Nodes print the version as a signed number; some print it unsigned.
fn version(value: i64) -> Result<Version, TemplateError> {
    let signed = i32::try_from(value).map(i32::cast_unsigned);
    signed.or_else(|_| u32::try_from(value)).map(Version).map_err(|_| TemplateError::Range { field: "version", value })
}
