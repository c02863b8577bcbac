//! A scripted node that lies about its tip, beside one that does not: it is found out, named and left.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hashkit_chain::{Algorithm, Hash, Header, Nbits, Nonce, Ntime, Target, Version, hex};
use hashkit_pool::practice::{PracticeNode, PracticeSettings};
use hashkit_tests::mining::Mining;
use hashkit_tests::program::{hashkit, output_within};
use hashkit_tests::scripted_rpc::{ScriptedRpc, ask};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

const LIMIT: Duration = Duration::from_mins(2);
const ADDRESS: &str = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx";

/// A header on `parent` that took two hashes of work, where the chain demands five million.
fn cheap(parent: Hash) -> Header {
    let nbits = Nbits(0x207f_ffff);
    let target = Target::from_compact(nbits).expect("a target");
    let (version, merkle_root, ntime) = (Version(0x2000_0000), Hash::ZERO, Ntime(1_795_300_000));
    let header = |nonce| Header { version, prev_hash: parent, merkle_root, ntime, nbits, nonce: Nonce(nonce) };
    (0..=u32::MAX)
        .map(header)
        .find(|header| target.is_met_by(&Algorithm::Sha256d.hash(header)))
        .expect("every second one does")
}

/// A node that tells everything as the honest one does, but for a block of its own on top.
fn liar(honest: &PracticeNode) -> Result<ScriptedRpc> {
    let (address, login) = (honest.local_addr(), honest.cookie().to_owned());
    let lies: Arc<Mutex<Vec<Header>>> = Arc::default();
    ScriptedRpc::start(move |method, params| {
        let honest = |method: &str, params: &Value| {
            ask(address, &login, method, params).map_err(|error| (-1, format!("{error:#}")))
        };
        let lie = |tip: &Value| -> Result<Header, (i64, String)> {
            let tip = tip.as_str().and_then(|tip| tip.parse().ok()).ok_or((-1, "no tip".to_owned()))?;
            let mut lies = lies.lock().unwrap_or_else(PoisonError::into_inner);
            let lie = cheap(tip);
            if !lies.contains(&lie) {
                lies.push(lie);
            }
            Ok(lie)
        };
        match method {
            "getbestblockhash" => Ok(json!(lie(&honest(method, params)?)?.id().to_string())),
            "getblocktemplate" => {
                let mut request = params[0].clone();
                request["longpollid"] = Value::Null;
                let mut template = honest(method, &json!([request]))?;
                let lie = lie(&template["previousblockhash"])?;
                template["previousblockhash"] = json!(lie.id().to_string());
                template["height"] = json!(template["height"].as_u64().unwrap_or_default() + 1);
                template["longpollid"] = Value::Null;
                Ok(template)
            }
            "getblockheader" => {
                let lies = lies.lock().unwrap_or_else(PoisonError::into_inner);
                match lies.iter().find(|lie| params[0] == json!(lie.id().to_string())) {
                    Some(lie) => Ok(json!(hex::encode(&lie.to_bytes()))),
                    None => honest(method, params),
                }
            }
            _ => honest(method, params),
        }
    })
}

struct Scene {
    honest: PracticeNode,
    honest_url: String,
    liar_url: String,
    liar_name: String,
    _runtime: Runtime,
}

fn scene() -> Result<Scene> {
    let runtime = Runtime::new()?;
    let honest = runtime.block_on(PracticeNode::start(PracticeSettings::default()))?;
    let honest_url = format!("http://{}@{}", honest.cookie(), honest.local_addr());
    let liar_url = liar(&honest)?.url();
    let liar_name = liar_url.replace("me:script@", "");
    Ok(Scene { honest, honest_url, liar_url, liar_name, _runtime: runtime })
}

#[test]
fn a_node_that_lies_about_its_tip_is_named_and_left_by_solo() -> Result<()> {
    let scene = scene()?;
    let folder = tempfile::tempdir()?;
    let blocks = folder.path().display().to_string();
    let arguments = ["--node", &scene.liar_url, "--node", &scene.honest_url, "--address", ADDRESS, "--blocks", &blocks];
    let mut mining = Mining::start_verb("solo", &arguments)?;
    let told =
        mining.wait_for("node", LIMIT, |node| node["node"] == scene.liar_name.as_str() && node["good"] == false)?;
    let words = told["words"].as_str().context("words")?;
    ensure!(words.contains("not to be believed") && words.contains("bits are 207fffff, but signet demands"), "{words}");
    // All that is mined now is on the honest node's chain.
    for _ in 0..2 {
        mining.wait_for("verdict", LIMIT, |verdict| verdict["verdict"] == "accepted")?;
    }
    ensure!(scene.honest.chain().tip().height >= 2);
    mining.signal("INT")?;
    ensure!(mining.finish(LIMIT)?.code == 130);
    Ok(())
}

#[test]
fn chain_watch_names_the_liar_in_its_table_its_events_and_its_metrics() -> Result<()> {
    let scene = scene()?;
    let folder = tempfile::tempdir()?;
    let metrics = folder.path().join("hashkit.prom");
    let metrics_text = metrics.display().to_string();
    let nodes = ["--node", &scene.honest_url, "--node", &scene.liar_url];
    let mut watching = Mining::start_verb("chain watch", &[&nodes[..], &["--metrics", &metrics_text]].concat())?;
    let told = watching.wait_for("node", LIMIT, |node| node["node"] == scene.liar_name.as_str())?;
    ensure!(told["good"] == false, "{told}");
    let chain = watching.wait_for("chain", LIMIT, |chain| chain["nodes"][0]["peers"] == 0)?;
    ensure!(chain["chain"] == "signet" && chain["nodes"][0]["state"] == "good", "{chain}");
    ensure!(chain["nodes"][1]["state"] == "lost", "{chain}");
    watching.signal("INT")?;
    ensure!(watching.finish(LIMIT)?.code == 130);
    let text = std::fs::read_to_string(metrics)?;
    ensure!(text.contains(&format!("hashkit_node_good{{node=\"{}\"}} 0", scene.liar_name)), "{text}");

    let mut once = hashkit()?;
    once.args(["chain", "watch", "--once"]).args(nodes);
    let output = output_within(LIMIT, &mut once)?;
    let table = String::from_utf8_lossy(&output.stdout);
    ensure!(output.status.code() == Some(3), "{:?}: {table}", output.status);
    ensure!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    ensure!(table.contains(" good ") && table.contains(" lost "), "{table}");
    let mut alone = hashkit()?;
    alone.args(["chain", "watch", "--once", "--node", &scene.honest_url]);
    ensure!(output_within(LIMIT, &mut alone)?.status.code() == Some(0));
    Ok(())
}
