//! The methods of the front door, with the fields and error codes of Bitcoin Core 31.

use std::time::Duration;

use hashkit_chain::{Algorithm, Difficulty, Hash, Nbits, Network, Target, hex};
use serde_json::{Value, json};

use super::block::Block;
use super::chain::PracticeChain;
use super::index::Entry;
use super::node::{Shared, now};
use super::profile::Profile;
use super::refusal::Verdict;
use super::template::TemplateError;

/// How long a long poll waits before it answers with a fresh time. Core first looks for other news after this time too.
const LONG_POLL: Duration = Duration::from_mins(1);

/// An error as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RpcError {
    pub(super) code: i32,
    pub(super) message: String,
}

impl RpcError {
    fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// The codes of Bitcoin Core's `rpc/protocol.h`.
const MISC: i32 = -1;
const TYPE: i32 = -3;
const NOT_FOUND: i32 = -5;
const PARAMETER: i32 = -8;
const NOT_CONNECTED: i32 = -9;
const DECODE: i32 = -22;
const METHOD: i32 = -32601;

pub(super) async fn perform(shared: &Shared, name: &str, params: &Value) -> Result<Value, RpcError> {
    match name {
        "getblocktemplate" => block_template(shared, param(params, 0, "template_request")).await,
        "submitblock" => submit_block(shared, param(params, 0, "hexdata")),
        "getblockcount" => Ok(shared.chain().tip().height.into()),
        "getbestblockhash" => Ok(shared.chain().tip().hash.to_string().into()),
        "getblockhash" => block_hash(&shared.chain(), param(params, 0, "height")),
        "getblockheader" => block_header(&shared.chain(), params),
        "getblock" => block(&shared.chain(), params),
        "getblockchaininfo" => Ok(chain_info(&shared.chain())),
        "getmininginfo" => Ok(mining_info(&shared.chain())),
        "getnetworkinfo" => Ok(network_info()),
        "validateaddress" => validate_address(&shared.chain(), param(params, 0, "address")),
        "getpeerinfo" => Ok(json!([])),
        "getconnectioncount" => Ok(json!(0)),
        "getmempoolinfo" => Ok(json!({"loaded": true, "size": 0, "bytes": 0, "usage": 0, "total_fee": 0.0})),
        "getnettotals" => {
            Ok(json!({"totalbytesrecv": 0, "totalbytessent": 0, "timemillis": u64::from(now().0) * 1000}))
        }
        _ => Err(RpcError::new(METHOD, "Method not found")),
    }
}

/// A parameter by its place or its name; `Null` where it was left out.
fn param<'a>(params: &'a Value, place: usize, name: &str) -> &'a Value {
    match params {
        Value::Array(list) => list.get(place),
        Value::Object(named) => named.get(name),
        _ => None,
    }
    .unwrap_or(&Value::Null)
}

async fn block_template(shared: &Shared, request: &Value) -> Result<Value, RpcError> {
    match &request["mode"] {
        Value::Null => {}
        Value::String(mode) if mode == "template" => {}
        Value::String(mode) if mode == "proposal" => return proposal(shared, &request["data"]),
        _ => return Err(RpcError::new(PARAMETER, "Invalid mode")),
    }
    if let Some(id) = request["longpollid"].as_str() {
        wait_for_news(shared, id).await?;
    }
    let chain = shared.chain();
    let rules = request["rules"].as_array();
    let knows = |rule: &str| rules.is_some_and(|rules| rules.iter().any(|known| known == rule));
    let demand = |rule: &str, call: &str| {
        let message = format!("getblocktemplate must be called with the {rule} rule set (call with {call})");
        Err(RpcError::new(PARAMETER, message))
    };
    if chain.profile() == Profile::Practice && !knows("signet") {
        return demand("signet", r#"{"rules": ["segwit", "signet"]}"#);
    }
    if !knows("segwit") {
        return demand("segwit", r#"{"rules": ["segwit"]}"#);
    }
    chain.template(now(), shared.spends).map_err(|error: TemplateError| RpcError::new(MISC, error.to_string()))
}

fn proposal(shared: &Shared, data: &Value) -> Result<Value, RpcError> {
    let data = data.as_str().ok_or_else(|| RpcError::new(TYPE, "Missing data String key for proposal"))?;
    let bytes = hex::decode(data).map_err(|_| undecodable())?;
    let word = shared.chain().proposal(&bytes, now()).map_err(|_| undecodable())?;
    Ok(word.map_or(Value::Null, Value::from))
}

/// Returns when the tip is another than that of `id`, or when the waiting has lasted long enough.
async fn wait_for_news(shared: &Shared, id: &str) -> Result<(), RpcError> {
    // Watched from before the comparison, so that no tip slips through between the two.
    let mut tip = shared.watch_tip();
    if shared.chain().longpollid() != id {
        return Ok(());
    }
    let mut closing = shared.closing.clone();
    tokio::select! {
        _ = tip.changed() => Ok(()),
        () = tokio::time::sleep(LONG_POLL) => Ok(()),
        _ = closing.wait_for(|closing| *closing) => Err(RpcError::new(NOT_CONNECTED, "Shutting down")),
    }
}

fn submit_block(shared: &Shared, data: &Value) -> Result<Value, RpcError> {
    let Some(data) = data.as_str() else {
        // Pools call it empty to see whether it is there.
        return Err(RpcError::new(MISC, "submitblock \"hexdata\" ( \"dummy\" )"));
    };
    let bytes = hex::decode(data).map_err(|_| undecodable())?;
    match shared.submit_block(&bytes) {
        Ok(Verdict::Undecodable(_)) => Err(undecodable()),
        Ok(verdict) => Ok(verdict.word().map_or(Value::Null, Value::from)),
        Err(error) => {
            tracing::error!(%error, "a block cannot be kept");
            Err(RpcError::new(MISC, error.to_string()))
        }
    }
}

fn undecodable() -> RpcError {
    RpcError::new(DECODE, "Block decode failed")
}

fn block_hash(chain: &PracticeChain, height: &Value) -> Result<Value, RpcError> {
    let height = height.as_i64().ok_or_else(|| RpcError::new(TYPE, "height must be a number"))?;
    let hash = u32::try_from(height).ok().and_then(|height| chain.hash_at(height));
    let hash = hash.ok_or_else(|| RpcError::new(PARAMETER, "Block height out of range"))?;
    Ok(hash.to_string().into())
}

fn hash_param(value: &Value) -> Result<Hash, RpcError> {
    let text = value.as_str().ok_or_else(|| RpcError::new(TYPE, "blockhash must be a string"))?;
    text.parse().map_err(|error| RpcError::new(PARAMETER, format!("blockhash: {error}")))
}

fn not_found() -> RpcError {
    RpcError::new(NOT_FOUND, "Block not found")
}

/// Verbosity 0 (or false) is the block in hexadecimal; 1, the default, is its header with the ids of its transactions.
fn block(chain: &PracticeChain, params: &Value) -> Result<Value, RpcError> {
    let verbosity = match param(params, 1, "verbosity") {
        Value::Null => 1,
        Value::Bool(verbose) => u64::from(*verbose),
        level => level.as_u64().unwrap_or(u64::MAX),
    };
    if verbosity > 1 {
        return Err(RpcError::new(PARAMETER, "the practice chain answers getblock with verbosity 0 or 1"));
    }
    let hash = hash_param(param(params, 0, "blockhash"))?;
    let bytes = chain.block(&hash).map_err(|error| RpcError::new(MISC, error.to_string()))?.ok_or_else(not_found)?;
    if verbosity == 0 {
        return Ok(hex::encode(&bytes).into());
    }
    let mut answer = block_header(chain, &json!([hash.to_string()]))?;
    let block = Block::read(&bytes).map_err(|error| RpcError::new(MISC, error.to_string()))?;
    answer["size"] = block.bytes().len().into();
    answer["weight"] = block.weight().into();
    answer["tx"] = block.transactions.iter().map(|transaction| transaction.txid.to_string()).collect();
    Ok(answer)
}

fn block_header(chain: &PracticeChain, params: &Value) -> Result<Value, RpcError> {
    let hash = hash_param(param(params, 0, "blockhash"))?;
    let id = chain.index.find(&hash).ok_or_else(not_found)?;
    let entry = chain.index.entry(id);
    if param(params, 1, "verbose") == &Value::Bool(false) {
        return Ok(hex::encode(&entry.header.to_bytes()).into());
    }
    let is_active = chain.index.is_active(id);
    let confirmations = if is_active { i64::from(chain.tip().height - entry.height) + 1 } else { -1 };
    let mut answer = json!({
        "hash": hash.to_string(),
        "confirmations": confirmations,
        "height": entry.height,
        "version": entry.header.version.0.cast_signed(),
        "versionHex": entry.header.version.to_string(),
        "merkleroot": entry.header.merkle_root.to_string(),
        "time": entry.header.ntime.0,
        "mediantime": chain.index.median_time(id).0,
        "nonce": entry.header.nonce.0,
        "bits": entry.header.nbits.to_string(),
        "target": target(entry.header.nbits).to_string(),
        "difficulty": difficulty(chain, entry.header.nbits),
        "chainwork": format!("{:064x}", entry.work),
        "nTx": entry.transactions,
    });
    if entry.height > 0 {
        answer["previousblockhash"] = entry.header.prev_hash.to_string().into();
    }
    if is_active && let Some(next) = chain.hash_at(entry.height + 1) {
        answer["nextblockhash"] = next.to_string().into();
    }
    Ok(answer)
}

fn chain_info(chain: &PracticeChain) -> Value {
    let tip = chain.index.tip();
    let mut answer = json!({
        "chain": chain.profile().chain_name(),
        "blocks": tip.height,
        "headers": tip.height,
        "bestblockhash": tip.hash.to_string(),
        "bits": tip.header.nbits.to_string(),
        "target": target(tip.header.nbits).to_string(),
        "difficulty": difficulty(chain, tip.header.nbits),
        "time": tip.header.ntime.0,
        "mediantime": chain.index.median_time(chain.index.tip_id()).0,
        "verificationprogress": 1.0,
        "initialblockdownload": false,
        "chainwork": format!("{:064x}", tip.work),
        "size_on_disk": chain.size(),
        "pruned": false,
        "warnings": [],
    });
    add_challenge(&mut answer, chain);
    answer
}

fn mining_info(chain: &PracticeChain) -> Value {
    let tip = chain.index.tip();
    let next = chain.next_nbits();
    let mut answer = json!({
        "blocks": tip.height,
        "bits": tip.header.nbits.to_string(),
        "difficulty": difficulty(chain, tip.header.nbits),
        "target": target(tip.header.nbits).to_string(),
        "networkhashps": network_hashrate(chain, tip),
        "pooledtx": 0,
        "chain": chain.profile().chain_name(),
        "next": {
            "height": tip.height + 1,
            "bits": next.to_string(),
            "difficulty": difficulty(chain, next),
            "target": target(next).to_string(),
        },
        "warnings": [],
    });
    add_challenge(&mut answer, chain);
    answer
}

fn add_challenge(answer: &mut Value, chain: &PracticeChain) {
    if chain.profile() == Profile::Practice {
        answer["signet_challenge"] = json!("51");
    }
}

fn network_info() -> Value {
    json!({
        // The release whose rules and answers are followed.
        "version": 310_000,
        "subversion": concat!("/hashkit-practice:", env!("CARGO_PKG_VERSION"), "/"),
        "protocolversion": 70016,
        "localrelay": false,
        "timeoffset": 0,
        "networkactive": false,
        "connections": 0,
        "connections_in": 0,
        "connections_out": 0,
        "networks": [],
        "relayfee": 0.000_01,
        "incrementalfee": 0.000_01,
        "localaddresses": [],
        "warnings": [],
    })
}

fn validate_address(chain: &PracticeChain, address: &Value) -> Result<Value, RpcError> {
    let address = address.as_str().ok_or_else(|| RpcError::new(TYPE, "address must be a string"))?;
    let network = match (chain.algorithm(), chain.profile()) {
        (Algorithm::Scrypt, Profile::Practice) => Network::LitecoinTest,
        (Algorithm::Scrypt, Profile::Fast) => Network::LitecoinRegtest,
        (_, Profile::Practice) => Network::BitcoinTest,
        (_, Profile::Fast) => Network::BitcoinRegtest,
    };
    Ok(match network.script_of(address) {
        Ok(script) => json!({ "isvalid": true, "address": address, "scriptPubKey": hex::encode(script.as_bytes()) }),
        Err(error) => json!({ "isvalid": false, "error": error.to_string() }),
    })
}

/// Work of the last 120 blocks over the time they took, as Core estimates it; 0 before there are two.
fn network_hashrate(chain: &PracticeChain, tip: &Entry) -> f64 {
    const BLOCKS: u32 = 120;
    let heights = tip.height.saturating_sub(BLOCKS)..=tip.height;
    let times: Vec<u32> =
        heights.clone().filter_map(|height| Some(chain.index.at_height(height)?.header.ntime.0)).collect();
    let (Some(first), Some(last)) = (times.iter().min(), times.iter().max()) else { return 0.0 };
    let Some(before) = chain.index.at_height(*heights.start()) else { return 0.0 };
    if first == last {
        return 0.0;
    }
    f64::from(tip.work - before.work) / f64::from(last - first)
}

fn target(nbits: Nbits) -> Target {
    Target::from_compact(nbits).unwrap_or(Target::ZERO)
}

fn difficulty(chain: &PracticeChain, nbits: Nbits) -> f64 {
    Difficulty::of_target(target(nbits), chain.algorithm()).value()
}
