//! Merged mining with scripted nodes of child chains: they check each proof as a child's node does, by code of their own.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use data_encoding::HEXLOWER;
use hashkit_chain::{Algorithm, Hash, Header, Nbits, Target, sha256d};
use hashkit_pool::practice::{PracticeNode, PracticeSettings};
use hashkit_tests::mining::Mining;
use hashkit_tests::scripted_rpc::ScriptedRpc;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const LIMIT: Duration = Duration::from_mins(2);
/// 65 thousand hashes a block.
const BITS: u32 = 0x1f00_ffff;

/// What a scripted child knows of its chain.
#[derive(Default)]
struct Chain {
    height: u32,
    taken: Vec<String>,
    refused: Vec<String>,
    asked: u32,
}

impl Chain {
    fn candidate(&self, chain_id: u32) -> Hash {
        sha256d(&[chain_id, self.height].map(u32::to_le_bytes).concat())
    }
}

/// A child of this number; its first answers to a proof are that it is too busy, which is no verdict.
fn child(chain_id: u32, busy: u32) -> Result<(ScriptedRpc, Arc<Mutex<Chain>>)> {
    let chain = Arc::new(Mutex::new(Chain::default()));
    let shared = Arc::clone(&chain);
    let node = ScriptedRpc::start(move |method, params| {
        let mut chain = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let candidate = chain.candidate(chain_id);
        match method {
            "getbestblockhash" => {
                Ok(json!(Hash::from_internal([u8::try_from(chain.height % 256).unwrap_or(0); 32]).to_string()))
            }
            "createauxblock" if params[0] == "an address" => Ok(json!({
                "hash": candidate.to_string(), "chainid": chain_id, "bits": format!("{BITS:08x}"),
                "height": chain.height + 1, "previousblockhash": "00", "coinbasevalue": 5, "_target": "unread",
            })),
            "createauxblock" => Err((-5, "Invalid coinbase payout address".to_owned())),
            "submitauxblock" => {
                chain.asked += 1;
                if chain.asked <= busy {
                    return Err((-28, "Loading".to_owned()));
                }
                if params[0] != json!(candidate.to_string()) {
                    return Err((-8, "block hash unknown".to_owned()));
                }
                let proof = params[1].as_str().unwrap_or_default().to_owned();
                match check(&proof, candidate, chain_id) {
                    Ok(()) => {
                        chain.height += 1;
                        chain.taken.push(proof);
                        Ok(json!(true))
                    }
                    Err(error) => {
                        chain.refused.push(format!("{error:#}"));
                        Ok(json!(false))
                    }
                }
            }
            _ => Err((-32601, "Method not found".to_owned())),
        }
    })?;
    Ok((node, chain))
}

/// Bytes that are taken from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).context("the proof ends too early")?;
        self.0 = rest;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into()?))
    }

    /// Counts below 253 have one byte, and there are no others here.
    fn count(&mut self) -> Result<usize> {
        let count = self.take(1)?[0];
        ensure!(count < 0xfd);
        Ok(count.into())
    }

    fn branch(&mut self) -> Result<Vec<[u8; 32]>> {
        (0..self.count()?).map(|_| Ok(self.take(32)?.try_into()?)).collect()
    }
}

fn climb(mut at: [u8; 32], branch: &[[u8; 32]], mut index: u32) -> [u8; 32] {
    for other in branch {
        let pair = if index & 1 == 0 { [at, *other] } else { [*other, at] };
        at = *sha256d(&pair.concat()).as_internal();
        index >>= 1;
    }
    at
}

/// `CAuxPow::check` of Namecoin's `auxpow.cpp`, in its order, and the proof of work.
fn check(proof: &str, candidate: Hash, chain_id: u32) -> Result<()> {
    let proof = HEXLOWER.decode(proof.as_bytes())?;
    let mut bytes = Bytes(&proof);
    bytes.take(4)?;
    ensure!(bytes.count()? == 1, "a coinbase has one input");
    bytes.take(36)?;
    let length = bytes.count()?;
    let script = bytes.take(length)?;
    bytes.take(4)?;
    for _ in 0..bytes.count()? {
        bytes.take(8)?;
        let length = bytes.count()?;
        bytes.take(length)?;
    }
    bytes.take(4)?;
    let coinbase = *sha256d(&proof[..proof.len() - bytes.0.len()]).as_internal();
    bytes.take(32)?;
    let branch = bytes.branch()?;
    ensure!(bytes.number()? == 0, "the coinbase is the first transaction");
    let child_branch = bytes.branch()?;
    let slot = bytes.number()?;
    let header = Header::from_bytes(bytes.take(80)?.try_into()?);
    ensure!(bytes.0.is_empty(), "something follows the proof");

    ensure!(header.version.0 >> 16 != chain_id, "the parent has our number");
    ensure!(climb(coinbase, &branch, 0) == *header.merkle_root.as_internal(), "the coinbase is not in the parent");
    let mut root = climb(*candidate.as_internal(), &child_branch, slot);
    root.reverse();
    let magic = [0xfa, 0xbe, b'm', b'm'];
    let places: Vec<usize> = (0..script.len()).filter(|at| script[*at..].starts_with(&magic)).collect();
    ensure!(places.len() == 1, "{} magics", places.len());
    let mut rest = Bytes(&script[places[0] + 4..]);
    ensure!(rest.take(32)? == root, "the coinbase commits to another root");
    let (size, nonce) = (rest.number()?, rest.number()?);
    ensure!(size == 1 << child_branch.len(), "a tree of another size");
    let mixed = nonce.wrapping_mul(1_103_515_245).wrapping_add(12_345).wrapping_add(chain_id);
    let expected = mixed.wrapping_mul(1_103_515_245).wrapping_add(12_345) % size;
    ensure!(slot == expected, "slot {slot} instead of {expected}");
    let target = Target::from_compact(Nbits(BITS))?;
    ensure!(target.is_met_by(&Algorithm::Sha256d.hash(&header)), "too little work");
    Ok(())
}

fn start(runtime: &Runtime) -> Result<(PracticeNode, String)> {
    let node = runtime.block_on(PracticeNode::start(PracticeSettings::default()))?;
    let url = format!("http://{}@{}", node.cookie(), node.local_addr());
    Ok((node, url))
}

const PARENTS: &str = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx";

#[test]
fn children_take_the_proofs_that_solo_brings_them() -> Result<()> {
    let runtime = Runtime::new()?;
    let (parent, url) = start(&runtime)?;
    // 1 and 17 are the same modulo 16; the second one is not ready at first.
    let children = [child(1, 0)?, child(17, 2)?];
    let folder = tempfile::tempdir()?;
    let blocks = folder.path().display().to_string();
    let urls = children.each_ref().map(|(node, _)| node.url());
    let mut arguments = vec!["--node", &url, "--address", PARENTS, "--blocks", &blocks, "--stop-after", "2m"];
    for url in &urls {
        arguments.extend(["--merge-node", url, "--merge-address", "an address"]);
    }
    let mut mining = Mining::start_verb("solo", &arguments)?;
    for url in &urls {
        let name = url.replace("me:script@", "");
        for _ in 0..3 {
            let is_its = |line: &Value| line["node"] == name.as_str() && line["word"] == "taken";
            mining.wait_for("child_block", LIMIT, is_its)?;
        }
    }
    mining.wait_for("verdict", LIMIT, |verdict| verdict["verdict"] == "accepted")?;
    mining.signal("INT")?;
    let ending = mining.finish(LIMIT)?;
    ensure!(ending.code == 130, "ended with {}: {}", ending.code, ending.errors);
    ensure!(parent.chain().tip().height >= 1, "the parent's own blocks go on");
    for (_, chain) in &children {
        let chain = chain.lock().unwrap_or_else(PoisonError::into_inner);
        ensure!(chain.taken.len() >= 3 && chain.refused.is_empty(), "{:?}", chain.refused);
    }
    Ok(())
}

#[test]
fn a_child_that_is_away_does_not_keep_the_parent_from_mining() -> Result<()> {
    let runtime = Runtime::new()?;
    let (parent, url) = start(&runtime)?;
    let closed = format!("http://me:x@{}", std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?);
    let folder = tempfile::tempdir()?;
    let blocks = folder.path().display().to_string();
    let arguments = [
        &["--node", &url, "--address", PARENTS, "--blocks", &blocks, "--stop-after", "1block"][..],
        &["--merge-node", &closed, "--merge-address", "an address"],
    ];
    let ending = Mining::start_verb("solo", &arguments.concat())?.finish(LIMIT)?;
    ensure!(ending.code == 0, "ended with {}: {}", ending.code, ending.errors);
    ensure!(parent.chain().tip().height >= 1);
    let told = ending.of("child_node").find(|line| line["good"] == false).context("it is told")?;
    ensure!(told["why"].as_str().is_some_and(|why| why.contains("cannot reach the node")), "{told}");
    Ok(())
}

#[test]
fn what_is_wrong_with_a_child_is_told_before_anything_starts() -> Result<()> {
    let runtime = Runtime::new()?;
    let (_parent, url) = start(&runtime)?;
    let (first, _chain) = child(1, 0)?;
    let (same, _other) = child(1, 0)?;
    for (case, children, words) in [
        ("its node refuses the address", vec![(&first, "another")], "Invalid coinbase payout address"),
        ("two of one chain", vec![(&first, "an address"), (&same, "an address")], "two nodes give blocks of chain 1"),
    ] {
        let urls: Vec<String> = children.iter().map(|(node, _)| node.url()).collect();
        let mut arguments = vec!["--node", &url, "--address", PARENTS, "--stop-after", "1s"];
        for (url, (_, address)) in urls.iter().zip(&children) {
            arguments.extend(["--merge-node", url, "--merge-address", address]);
        }
        let ending = Mining::start_verb("solo", &arguments)?.finish(LIMIT)?;
        ensure!(ending.code == 2 && ending.errors.contains(words), "{case}: {}: {}", ending.code, ending.errors);
    }
    Ok(())
}
