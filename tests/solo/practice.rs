//! On the practice chain behind the front door of a node.

use std::time::Duration;

use anyhow::{Result, ensure};
use hashkit_chain::Algorithm;
use hashkit_pool::practice::{PracticeNode, PracticeSettings, Profile};
use hashkit_tests::mining::Mining;
use hashkit_tests::program::{hashkit, output_within};
use tokio::runtime::Runtime;

/// Far more than a busy machine needs for a few blocks.
const LIMIT: Duration = Duration::from_mins(2);

/// One address of each type that there is, on test networks.
const ADDRESSES: [&str; 5] = [
    "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
    "2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc",
    "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx",
    "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
    "tb1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47zagq",
];

fn start(runtime: &Runtime, settings: PracticeSettings) -> Result<(PracticeNode, String)> {
    let node = runtime.block_on(PracticeNode::start(settings))?;
    let url = format!("http://{}@{}", node.cookie(), node.local_addr());
    Ok((node, url))
}

#[test]
fn solo_mines_blocks_that_pay_every_type_of_address_and_the_node_takes_each() -> Result<()> {
    let runtime = Runtime::new()?;
    let (node, url) = start(&runtime, PracticeSettings::default())?;
    let folder = tempfile::tempdir()?;
    let blocks = folder.path().display().to_string();
    let metrics = folder.path().join("hashkit.prom");
    let metrics_text = metrics.display().to_string();
    let mut arguments =
        vec!["--node", &url, "--stop-after", "3blocks", "--coinbase-tag", "/a tag/", "--blocks", &blocks];
    arguments.extend(["--metrics", &metrics_text]);
    for address in ADDRESSES {
        arguments.extend(["--address", address]);
    }
    let ending = Mining::start_verb("solo", &arguments)?.finish(LIMIT)?;
    ensure!(ending.code == 0, "ended with {}: {}", ending.code, ending.errors);
    let summary = ending.summary()?;
    let taken = ending.sum("taken")?;
    ensure!(taken >= 3 && u64::from(node.chain().tip().height) == taken, "{summary}");
    let verdicts: Vec<_> = ending.of("verdict").collect();
    let accepted = verdicts.iter().filter(|verdict| verdict["verdict"] == "accepted").count() as u64;
    let told = (verdicts.len() + ending.of("surplus").count()) as u64;
    ensure!(accepted == taken && told == taken + ending.sum("lost_blocks")?, "{summary}");
    let text = std::fs::read_to_string(metrics)?;
    for line in [&format!("hashkit_pool_blocks_total{{fate=\"taken\"}} {taken}\n"), "hashkit_chain_height "] {
        ensure!(text.contains(line), "{line} is missing from {text}");
    }
    let tip = node.chain().tip().hash;
    let block = node.chain().block(&tip)?.map(|bytes| hashkit_chain::hex::encode(&bytes)).unwrap_or_default();
    for (name, bytes) in [
        ("the tag", hashkit_chain::hex::encode(b"/a tag/")),
        ("P2PKH", "76a914243f1394f44554f4ce3fd68649c19adc483ce92488ac".to_owned()),
        ("P2WPKH", "0014751e76e8199196d454941c45d1b3a323f1433bd6".to_owned()),
        ("P2WSH", "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262".to_owned()),
        ("P2TR", "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798".to_owned()),
    ] {
        ensure!(block.contains(&bytes), "{name} is missing from {block}");
    }
    Ok(())
}

#[test]
fn solo_on_a_chain_of_two_hashes_a_block_does_not_bury_the_node() -> Result<()> {
    let runtime = Runtime::new()?;
    for (algorithm, address) in [
        (Algorithm::Sha256d, "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"),
        (Algorithm::Scrypt, "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7k693xs3"),
    ] {
        let settings = PracticeSettings { profile: Profile::Fast, algorithm, ..PracticeSettings::default() };
        let (node, url) = start(&runtime, settings)?;
        let folder = tempfile::tempdir()?;
        let blocks = folder.path().display().to_string();
        let mut arguments = vec!["--node", &url, "--address", address, "--stop-after", "10blocks", "--blocks", &blocks];
        arguments.extend(["--algorithm", algorithm.name()]);
        let ending = Mining::start_verb("solo", &arguments)?.finish(LIMIT)?;
        ensure!(ending.code == 0, "{algorithm:?} ended with {}: {}", ending.code, ending.errors);
        let (taken, lost) = (ending.sum("taken")?, ending.sum("lost_blocks")?);
        ensure!(taken >= 10 && u64::from(node.chain().tip().height) == taken, "{:?}", ending.summary()?);
        // A pool hands in at most four blocks on one parent, of which the chain keeps one; the last parent may be without one yet.
        let surplus = ending.of("surplus").count() as u64;
        ensure!(lost - surplus <= 3 * taken + 4, "{lost} blocks in vain beside {taken}, {surplus} not handed in");
        // Each block that was found has one end.
        let blocks = || ending.of("share").filter(|share| share["is_block"] == true);
        let judged = blocks().filter(|share| !share["took_ms"].is_null()).count() as u64;
        let open = blocks().filter(|share| share["fate"] == "lost").count() as u64;
        ensure!(
            (judged..=judged + open).contains(&(taken + lost)),
            "{judged} blocks judged, {taken} taken, {lost} lost"
        );
        ensure!(ending.of("job").count() as u64 >= taken, "each block makes a new job");
    }
    Ok(())
}

#[test]
fn what_cannot_work_is_told_before_anything_starts() -> Result<()> {
    let runtime = Runtime::new()?;
    let (node, url) = start(&runtime, PracticeSettings::default())?;
    let address = node.local_addr();
    let good = "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx";
    let bare = format!("http://{address}");
    let wrong_password = format!("http://me:hush@{address}");
    // A port that was free a moment ago.
    let closed = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let wrong_port = format!("http://me:hush@{closed}");
    for (case, node, address, code, words) in [
        ("a wrong password", wrong_password.as_str(), good, 5, "check the password of \"me\""),
        ("no login", &bare, good, 5, "write user and password into its address"),
        ("a wrong port", &wrong_port, good, 5, "check that it runs and that the port is its RPC port"),
        ("an address of another network", &url, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", 2, "begin with tb1"),
        ("a letter wrong", &url, "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsy", 2, "copy it again from the wallet"),
        ("an address of another coin", &url, "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", 2, "another coin"),
    ] {
        let mut solo = hashkit()?;
        solo.args(["solo", "--give-up-after", "1s", "--node", node, "--address", address]);
        let output = output_within(LIMIT, &mut solo)?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.code() == Some(code), "{case}: {:?}: {said}", output.status);
        ensure!(said.contains(words), "{case}: {said}");
        ensure!(!said.contains("hush"), "{case}: {said}");
    }
    Ok(())
}
